//! `cors`: which origins a browser lets read a service.

use super::request::{
    BASIC, BEARER, CA, CERT, HEADERS, IP, KEY, KEY_PEM, PROXY, PROXY_BASIC, RESOLVE, URL, hosts,
};
use crate::probe::model::FieldValue;
use crate::probe::schema::{
    Class, Example, FieldKind, Fields, KindSchema, MetricKind, always, metric, plain,
};
use crate::probe::unit::Unit;

/// The schema of `cors`.
pub const CORS: KindSchema = KindSchema {
    name: "cors",
    version: 1,
    summary: "Asks as pages of several origins would and says which of them a browser would let \
              read the answer (the CORS protocol of the Fetch standard, \
              <https://fetch.spec.whatwg.org/#http-cors-protocol>).",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        URL,
        plain(
            "allow",
            FieldKind::TextList,
            "The origins that must be let in, `https://app.example`; `*` alone where everyone may \
             read.",
        ),
        plain(
            "deny",
            FieldKind::TextList,
            "Origins that must not be let in, besides those that are made up.",
        ),
        plain(
            "method",
            FieldKind::OneOf(&["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
            "The method that the page would use; `GET` where absent. One that changes something \
             is only asked for, never sent.",
        ),
        plain(
            "request_headers",
            FieldKind::TextList,
            "The header fields that the page would send; `authorization` where absent.",
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
            "as_listed",
            MetricKind::Bool,
            "Every origin of `allow` is let in, and none of `deny` and none that was made up.",
        ),
        metric(
            "allowed",
            MetricKind::Bool,
            "Every origin of `allow` is let in; missing where there is none.",
        ),
        metric(
            "denied",
            MetricKind::Bool,
            "No origin of `deny` is let in; missing where there is none.",
        ),
        metric(
            "preflight",
            MetricKind::Bool,
            "Every origin of `allow` may use the method and the header fields; missing where there \
             is none.",
        ),
        metric(
            "reflects",
            MetricKind::Bool,
            "An origin that was made up is let in by its name.",
        ),
        metric(
            "lookalike",
            MetricKind::Bool,
            "An origin is let in whose name only begins or ends as one of `allow`; missing where \
             there is none.",
        ),
        metric(
            "insecure",
            MetricKind::Bool,
            "The `http://` twin of an `https://` origin of `allow` is let in; missing where there \
             is none.",
        ),
        metric(
            "null",
            MetricKind::Bool,
            "The origin `null` is let in, which any page in a sandbox has.",
        ),
        metric("wildcard", MetricKind::Bool, "The answer is for `*`."),
        metric(
            "credentials",
            MetricKind::Bool,
            "Some answer allows credentials to the origin that it lets in.",
        ),
        metric(
            "wildcard_credentials",
            MetricKind::Bool,
            "Some answer allows credentials to `*`, which browsers refuse: one of both is a \
             mistake.",
        ),
        metric(
            "varies",
            MetricKind::Bool,
            "Answers that name an origin say `Vary: Origin`, so that no cache mixes them up; \
             missing where none does.",
        ),
        metric("let_in", MetricKind::List, "The origins that were let in."),
        metric(
            "methods",
            MetricKind::List,
            "What the preflight of the first origin of `allow` allows.",
        ),
        metric(
            "max_age",
            MetricKind::Number(Unit::Second),
            "How long it may be remembered; missing where it does not say.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "All requests together.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "as_listed, not wildcard_credentials",
    primary: None,
    class_of: always,
    complete,
    hosts,
    target: |plan| plan.shown("url"),
    notes: &[
        "Each origin asks twice: with a preflight, and with the request itself where the method is \
         `GET` or `HEAD`. Made up are: an origin of nowhere, `null`, and of every origin of `allow` \
         its `http://` twin and two names that look like it.",
        "What answers 404, 429 or 5xx has not shown what it allows: then a no is inconclusive and \
         never a pass.",
    ],
    examples: &[
        Example {
            item: "CORS origins configured (HTTPS only)",
            checklist: "hamsaya.md",
            text: "cors url=https://${API_HOST}/health allow=https://${DASHBOARD_HOST} expect=\"as_listed, not insecure, not null, varies\"",
            comment: true,
        },
        Example {
            item: "CORS origins configured (HTTPS only)",
            checklist: "hamsaya.md",
            text: "probe: cors\nurl: https://${API_HOST}/api/v1/posts\nmethod: POST\nrequest_headers: [authorization, content-type]\nallow: ['https://${DASHBOARD_HOST}']\ndeny: ['https://staging.hamsaya.com']\nexpect: [as_listed, preflight, credentials, max_age <= 1d]\n",
            comment: false,
        },
    ],
};

fn complete(fields: &mut Fields) -> Result<(), (&'static str, &'static str)> {
    super::request::complete(fields)?;
    for name in ["allow", "deny"] {
        let Some(FieldValue::List(origins)) = fields.get(name) else {
            continue;
        };
        for origin in origins.iter().filter_map(FieldValue::as_text) {
            let open = origin.contains("${");
            let public = name == "allow" && origin == "*" && origins.len() == 1;
            if !open && !public && !is_origin(origin) {
                return Err((
                    "an origin is a scheme, a host and perhaps a port",
                    "write `https://app.example`, without a path; `*` stands alone in `allow`",
                ));
            }
        }
    }
    Ok(())
}

/// Whether a text is the origin of a page as a browser sends it (RFC 6454, section 6.2).
#[must_use]
pub fn is_origin(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    })
}
