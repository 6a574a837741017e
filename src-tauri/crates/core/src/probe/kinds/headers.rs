//! `headers`: the security headers of a site, judged as Mozilla's HTTP Observatory does.

use super::request::{
    BASIC, BEARER, CA, CERT, HEADERS, IP, KEY, KEY_PEM, PROXY, PROXY_BASIC, RESOLVE, URL,
    authority, complete,
};
use crate::probe::plan::{Missing, Plan};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, metric, plain,
};
use crate::probe::unit::Unit;

/// The schema of `headers`.
pub const SECURITY_HEADERS: KindSchema = KindSchema {
    name: "headers",
    version: 1,
    summary: "Asks for a page as a browser would and judges its security headers as Mozilla's HTTP \
              Observatory does (<https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring>), \
              one verdict for each.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        URL,
        plain(
            "plain",
            FieldKind::Url,
            "The `http://` address whose redirection is judged; the same host at port 80 where \
             absent.",
        ),
        plain(
            "redirects",
            FieldKind::Integer(0, 10),
            "How many redirects from `url` to follow to the page that is judged; 0 where absent.",
        ),
        HEADERS,
        BEARER,
        BASIC,
        RESOLVE,
        IP,
        PROXY,
        PROXY_BASIC,
        CA,
        CERT,
        KEY,
        KEY_PEM,
    ],
    metrics: &[
        metric(
            "content_security_policy",
            MetricKind::Bool,
            "There is a policy, and no script is allowed inline, by `eval`, from anywhere or over \
             plain HTTP.",
        ),
        metric(
            "cookies",
            MetricKind::Bool,
            "Every cookie is `Secure`, those of a session are `HttpOnly`, `SameSite` is right \
             where it stands and is there on tokens against forgery.",
        ),
        metric(
            "cross_origin_resource_policy",
            MetricKind::Bool,
            "The header is absent or one of its three words.",
        ),
        metric(
            "cross_origin_resource_sharing",
            MetricKind::Bool,
            "An origin that was made up is not let in with credentials.",
        ),
        metric(
            "redirection",
            MetricKind::Bool,
            "Plain HTTP is refused, or leads to HTTPS on the same host at once.",
        ),
        metric(
            "referrer_policy",
            MetricKind::Bool,
            "The header is absent, or keeps the path of a page from other sites.",
        ),
        metric(
            "strict_transport_security",
            MetricKind::Bool,
            "It is for half a year at least.",
        ),
        metric(
            "x_content_type_options",
            MetricKind::Bool,
            "It is `nosniff`.",
        ),
        metric(
            "x_frame_options",
            MetricKind::Bool,
            "Framing is forbidden by this header or by the policy's `frame-ancestors`.",
        ),
        metric(
            "score",
            COUNT,
            "100 and what the tests take away, not below 0; from 90 on, what they add counts too.",
        ),
        metric(
            "failed",
            MetricKind::List,
            "The names of the tests that failed; missing when none did and one could not be made.",
        ),
        metric(
            "results",
            MetricKind::List,
            "What each test found, in the Observatory's words: `hsts-not-implemented`.",
        ),
        metric("status", COUNT, "The status code of the page."),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "All requests together.",
        ),
    ],
    json: None,
    headers: true,
    body_field: None,
    default_expect: "len(failed) == 0",
    primary: None,
    class_of: always,
    complete,
    hosts,
    target: |plan| plan.shown("url"),
    notes: &[
        "Three requests are sent: for the page, for the page with an origin that was made up, and \
         for the plain address. As with the Observatory, a page that does not answer 2xx is not \
         judged, and fails.",
        "Only headers are looked at. What the Observatory also reads from the page (`<meta \
         http-equiv>`, subresource integrity) and the list of preloaded hosts are not, so a site \
         that relies on those has another `score` there.",
    ],
    examples: &[
        Example {
            item: "Headers secure",
            checklist: "bakhmach.md",
            text: "headers url=https://${SITE_HOST}/ redirects=2 expect=\"len(failed) == 0, score >= 90\"",
            comment: true,
        },
        Example {
            item: "CSRF tokens working",
            checklist: "bakhmach.md",
            text: "headers url=https://${SITE_HOST}/login expect=\"cookies, cross_origin_resource_sharing\" proves=part",
            comment: true,
        },
    ],
};

fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    let mut hosts = super::request::hosts(plan)?;
    let beside = match plan.fields.contains_key("plain") {
        true => authority(plan, "plain", &["http"])?,
        false => {
            let whole = authority(plan, "url", &["http", "https"])?;
            let name = whole.rsplit_once(':').map_or("", |(name, _)| name);
            format!("{name}:80")
        }
    };
    if !hosts.contains(&beside) {
        hosts.push(beside);
    }
    Ok(hosts)
}
