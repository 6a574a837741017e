//! `http`: one HTTP request.

pub(super) use super::request::hosts;
use super::request::{
    BASIC, BEARER, BODY, CA, CERT, HEADERS, IP, KEY, KEY_PEM, METHOD, PROXY, PROXY_BASIC, RESOLVE,
    URL, complete,
};
use crate::probe::model::FieldValue;
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, Fields, KindSchema, MetricKind, metric, plain,
};
use crate::probe::unit::Unit;

/// The schema of `http`.
pub const HTTP: KindSchema = KindSchema {
    name: "http",
    version: 1,
    summary: "Sends one HTTP request (RFC 9110) and looks at the response. Certificates are always \
              verified; there is no switch to turn that off.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        URL,
        METHOD,
        HEADERS,
        BODY,
        BEARER,
        BASIC,
        plain(
            "redirects",
            FieldKind::Integer(0, 10),
            "How many redirects to follow; 0 where absent, so a redirect is the answer. \
             Credentials never follow to another host.",
        ),
        plain(
            "http",
            FieldKind::OneOf(&["1.1", "2"]),
            "Speaks this version only; where absent, what the server prefers of both over \
             `https://`, and 1.1 over `http://`.",
        ),
        RESOLVE,
        IP,
        PROXY,
        PROXY_BASIC,
        CA,
        CERT,
        KEY,
        KEY_PEM,
        plain(
            "max_body",
            FieldKind::Size,
            "How much of the decoded body is read at most; `1MB` where absent, never over `50MB`.",
        ),
        plain(
            "effect",
            FieldKind::OneOf(&["reads", "changes"]),
            "What the request does, where the method does not tell: `reads` for a query sent by \
             POST, `changes` for a GET that triggers something.",
        ),
    ],
    metrics: &[
        metric("status", COUNT, "The status code of the last response."),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "From the start of the lookup to the last byte of the body.",
        ),
        metric(
            "dns",
            MetricKind::Number(Unit::Millisecond),
            "The lookup of the first host, or of the proxy; missing for an address.",
        ),
        metric(
            "connect",
            MetricKind::Number(Unit::Millisecond),
            "The TCP connection of the first request; with a proxy, to it and through it.",
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
        metric("redirected", COUNT, "How many redirects were followed."),
        metric(
            "bytes",
            MetricKind::Number(Unit::Byte),
            "Length of the decoded body; missing when it was cut at `max_body`.",
        ),
        metric(
            "transferred",
            MetricKind::Number(Unit::Byte),
            "Length of the body as it was sent, before it was decoded; missing when it was cut.",
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
    complete,
    hosts,
    target: |plan| plan.shown("url"),
    notes: &[
        "`gzip`, `deflate` and `br` are asked for and decoded, `zstd` is decoded when it comes; \
         the cap counts decoded bytes, so a small body that unpacks to a large one is cut. A head \
         may have 100 fields and 256 KiB.",
        "A redirect to another host, port or scheme goes without `bearer`, `basic`, the client \
         certificate, cookies and every header that holds a secret; a body with a secret does not \
         go at all, and nothing follows from `https` to `http`.",
        "Header fields are asked for as one text, `header(vary)`, or as a list, \
         `headers(cache-control) contains no-store`; of a cookie its value, `cookie(session)`, \
         and its attributes `secure`, `httponly`, `samesite`, `path`, `domain`, `max_age` and \
         `expires`: `cookie(session).samesite in [Lax, Strict]`.",
        "A response that is not complete at the deadline fails. An address that does not answer at \
         all is inconclusive, see Verdicts. A proxy that does not let the request through is \
         inconclusive too: it says nothing of the host behind it.",
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
        Example {
            item: "SSL/TLS enforced",
            checklist: "bakhmach.md",
            text: "http url=http://${API_HOST}/ redirects=1 expect=\"redirected == 1, final_url matches '^https://', status == 200\"",
            comment: true,
        },
        Example {
            item: "Compression enabled",
            checklist: "bakhmach.md",
            text: "http url=https://${SITE_HOST}/app.js headers.Accept-Encoding=\"br, gzip\" expect=\"header(content-encoding) in [br, gzip], transferred < 300kB, headers(vary) contains Accept-Encoding\"",
            comment: true,
        },
        Example {
            item: "Cache configured",
            checklist: "bakhmach.md",
            text: "http url=https://${SITE_HOST}/app.js expect=\"headers(cache-control) contains public, header(cache-control) matches /max-age=[1-9]/, header(etag) exists\"",
            comment: true,
        },
        Example {
            item: "Authentication secure",
            checklist: "bakhmach.md",
            text: "probe: http\nurl: https://${API_HOST}/login\nmethod: POST\neffect: reads\nbody: {user: probe, password: '${secret:PROBE_PASSWORD}'}\nexpect:\n  - status == 200\n  - cookie(session).secure\n  - cookie(session).httponly\n  - cookie(session).samesite in [Lax, Strict]\n  - cookie(session).max_age <= 12h\n",
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
