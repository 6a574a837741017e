//! `http`: one HTTP request.

use crate::probe::model::FieldValue;
use crate::probe::plan::{Missing, Plan, unusable};
use crate::probe::schema::{
    Class, Example, FieldKind, FieldSchema, Fields, KindSchema, MetricKind, MetricSchema, Secrets,
    as_written,
};
use crate::probe::unit::Unit;

const fn field(
    name: &'static str,
    kind: FieldKind,
    secrets: Secrets,
    help: &'static str,
) -> FieldSchema {
    FieldSchema {
        name,
        kind,
        required: false,
        secrets,
        help,
    }
}

const fn metric(name: &'static str, kind: MetricKind, help: &'static str) -> MetricSchema {
    MetricSchema { name, kind, help }
}

/// The schema of `http`.
pub const HTTP: KindSchema = KindSchema {
    name: "http",
    version: 1,
    summary: "Sends one HTTP request (RFC 9110) and looks at the response. Certificates are always \
              verified; there is no switch to turn that off.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        FieldSchema {
            name: "url",
            kind: FieldKind::Url,
            required: true,
            secrets: Secrets::InQuery,
            help: "An absolute `http://` or `https://` address.",
        },
        field(
            "method",
            FieldKind::OneOf(&["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]),
            Secrets::Never,
            "The request method; `GET` where absent.",
        ),
        field(
            "headers",
            FieldKind::TextMap,
            Secrets::Anywhere,
            "Request header fields; in a comment `headers.Accept=text/html`.",
        ),
        field(
            "body",
            FieldKind::Body,
            Secrets::Anywhere,
            "The request body; a mapping or list is sent as JSON.",
        ),
        field(
            "bearer",
            FieldKind::Text,
            Secrets::Anywhere,
            "A bearer token (RFC 6750), usually `${secret:NAME}`.",
        ),
        field(
            "basic",
            FieldKind::Text,
            Secrets::Anywhere,
            "`user:password` for basic authentication (RFC 7617).",
        ),
        field(
            "redirects",
            FieldKind::Integer(0, 10),
            Secrets::Never,
            "How many redirects to follow; 0 where absent, so a redirect is the answer. \
             Credentials never follow to another host.",
        ),
        field(
            "resolve",
            FieldKind::Host,
            Secrets::Never,
            "An address to connect to instead of the one the name has, to look at one node behind \
             a name. The certificate is still checked for the name.",
        ),
        field(
            "ca",
            FieldKind::Path,
            Secrets::Never,
            "A PEM file in the repository with certificates to trust besides the system's.",
        ),
        field(
            "max_body",
            FieldKind::Size,
            Secrets::Never,
            "How much of the decoded body is read at most; `1MB` where absent, never over `50MB`.",
        ),
        field(
            "effect",
            FieldKind::OneOf(&["reads", "changes"]),
            Secrets::Never,
            "What the request does, where the method does not tell: `reads` for a query sent by \
             POST, `changes` for a GET that triggers something.",
        ),
    ],
    metrics: &[
        metric(
            "status",
            MetricKind::Number(Unit::Count),
            "The status code of the last response.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "From the start of the lookup to the last byte of the body.",
        ),
        metric(
            "dns",
            MetricKind::Number(Unit::Millisecond),
            "The lookup of the first host; missing for an address.",
        ),
        metric(
            "connect",
            MetricKind::Number(Unit::Millisecond),
            "The TCP connection of the first request.",
        ),
        metric(
            "tls",
            MetricKind::Number(Unit::Millisecond),
            "The TLS handshake of the first request; missing for `http://`.",
        ),
        metric(
            "first_byte",
            MetricKind::Number(Unit::Millisecond),
            "From the request being sent to the response's head, of the last response.",
        ),
        metric(
            "version",
            MetricKind::Text,
            "The protocol of the last response: `HTTP/1.1` or `HTTP/2`.",
        ),
        metric(
            "final_url",
            MetricKind::Text,
            "The address that answered, after redirects.",
        ),
        metric(
            "redirected",
            MetricKind::Number(Unit::Count),
            "How many redirects were followed.",
        ),
        metric(
            "bytes",
            MetricKind::Number(Unit::Byte),
            "Length of the decoded body; missing when it was cut at `max_body`.",
        ),
        metric(
            "body",
            MetricKind::Text,
            "The decoded body as text; missing when it was cut or is not UTF-8.",
        ),
        metric(
            "sha256",
            MetricKind::Text,
            "SHA-256 of the decoded body in lower hex; missing when it was cut.",
        ),
    ],
    json: Some("body"),
    headers: true,
    body_field: None,
    default_expect: "status between 200 and 299",
    primary: Some("duration"),
    class_of: class,
    complete: as_written,
    hosts,
    target: |plan| plan.shown("url"),
    notes: &[
        "`gzip`, `deflate` and `br` are asked for and decoded; the cap counts decoded bytes, so a \
         small body that unpacks to a large one is cut.",
        "A response that is not complete at the deadline fails. An address that does not answer at \
         all is inconclusive, see Verdicts.",
    ],
    examples: &[
        Example {
            item: "Application health checks passing",
            checklist: "bakhmach.md",
            text: "http url=https://${API_HOST}/health expect=\"status == 200, json($.status) == ok, duration < 500ms\"",
            comment: true,
        },
        Example {
            item: "API endpoints responding",
            checklist: "bakhmach.md",
            text: "probe: http\nurl: https://${API_HOST}/api/sync/status\nbearer: ${secret:TOKEN}\nexpect:\n  - status == 200\n  - header(content-type) contains json\nwarn: duration < 300ms\n",
            comment: false,
        },
    ],
};

/// A method that is not safe (RFC 9110, section 9.2.1) changes state unless the author says that
/// it only reads.
fn class(fields: &Fields) -> Option<Class> {
    let effect = fields.get("effect").and_then(FieldValue::as_text);
    let method = fields.get("method").and_then(FieldValue::as_text);
    match (effect, method) {
        (Some("changes"), _) => Some(Class::ChangesState),
        (Some(_), _) | (None, None | Some("GET" | "HEAD" | "OPTIONS")) => None,
        (None, Some(_)) => Some(Class::ChangesState),
    }
}

pub(super) fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    // Secrets stand in the query only, so the shown text has the real host.
    let url = url::Url::parse(&plan.shown("url")).map_err(|e| unusable("url", e.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        let why = format!("`{}` is neither http nor https", url.scheme());
        return Err(unusable("url", why));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(unusable("url", "credentials belong in `basic` or `bearer`"));
    }
    let host = url.host_str().unwrap_or_default();
    let mut hosts = vec![format!(
        "{host}:{}",
        url.port_or_known_default().unwrap_or(0)
    )];
    if plan.fields.contains_key("resolve") {
        let address = plan.host("resolve")?;
        if address.parse::<std::net::IpAddr>().is_err() {
            return Err(unusable(
                "resolve",
                format!("`{address}` is not an IP address"),
            ));
        }
        hosts.push(address);
    }
    Ok(hosts)
}
