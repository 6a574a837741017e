//! `websocket`: whether a WebSocket opens and answers.

use super::request::{
    BASIC, BEARER, CA, CERT, HEADERS, IP, KEY, KEY_PEM, PROXY, PROXY_BASIC, RESOLVE, complete,
    of_url,
};
use crate::probe::model::FieldValue;
use crate::probe::plan::{Missing, Plan};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, Fields, KindSchema, MetricKind, Secrets, metric, needed,
    plain,
};
use crate::probe::unit::Unit;

/// The schema of `websocket`.
pub const WEBSOCKET: KindSchema = KindSchema {
    name: "websocket",
    version: 1,
    summary: "Opens a WebSocket (RFC 6455), sends a message or a ping, waits for the answer and \
              closes it.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        needed(
            "url",
            FieldKind::SocketUrl,
            "An absolute `ws://` or `wss://` address.",
        )
        .with(Secrets::InQuery),
        plain(
            "send",
            FieldKind::Text,
            "The message to send. Where absent, only a ping is sent, which every server answers.",
        )
        .with(Secrets::Anywhere),
        plain(
            "receive",
            FieldKind::Integer(0, 20),
            "How many messages to wait for; with `send` 1 where absent, otherwise 0.",
        ),
        plain(
            "protocols",
            FieldKind::TextList,
            "Subprotocols to offer, the best first. A server that takes none of them fails, as in \
             a browser.",
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
        plain(
            "effect",
            FieldKind::OneOf(&["reads", "changes"]),
            "What `send` does; `changes` where absent, so that it asks each time. A ping reads.",
        ),
    ],
    metrics: &[
        metric(
            "connected",
            MetricKind::Bool,
            "The server opened the WebSocket.",
        ),
        metric(
            "status",
            COUNT,
            "The status code of its answer: 101 when it opened it.",
        ),
        metric(
            "answered",
            MetricKind::Bool,
            "All messages that were waited for came, or the answer to the ping, before the server \
             closed.",
        ),
        metric(
            "echoed",
            MetricKind::Bool,
            "A message came back as it was sent; missing without `send`.",
        ),
        metric(
            "message",
            MetricKind::Text,
            "The last message; missing when none came or it is not text.",
        ),
        metric("messages", COUNT, "How many messages came, 0 among them."),
        metric(
            "round_trip",
            MetricKind::Number(Unit::Millisecond),
            "From the message or the ping to the first answer.",
        ),
        metric(
            "protocol",
            MetricKind::Text,
            "The subprotocol that the server took; missing when there is none.",
        ),
        metric(
            "close_code",
            COUNT,
            "The code with which the server closed (RFC 6455, section 7.4): 1000 is normal, 1005 \
             none, 1006 that it just went away; missing when it did not close in time.",
        ),
        metric(
            "dns",
            MetricKind::Number(Unit::Millisecond),
            "The lookup of the host; missing for an address.",
        ),
        metric(
            "connect",
            MetricKind::Number(Unit::Millisecond),
            "The TCP connection; with a proxy, to it and through it.",
        ),
        metric(
            "tls",
            MetricKind::Number(Unit::Millisecond),
            "The TLS handshake; missing for `ws://`.",
        ),
        metric(
            "handshake",
            MetricKind::Number(Unit::Millisecond),
            "The opening handshake of the WebSocket.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "Everything together, without the closing.",
        ),
    ],
    json: Some("message"),
    headers: true,
    body_field: None,
    default_expect: "connected, answered",
    primary: Some("round_trip"),
    class_of: class,
    complete,
    hosts,
    target: |plan| plan.shown("url"),
    notes: &[
        "A message may have 1 MB, and at most 8 MB are read in all; then the result is \
         inconclusive. Fields of the opening answer are read with `header()`.",
    ],
    examples: &[
        Example {
            item: "WebSocket connections working",
            checklist: "hamsaya.md",
            text: "websocket url=wss://${API_HOST}/ws bearer=${secret:TOKEN} expect=\"connected, answered, round_trip < 300ms\"",
            comment: true,
        },
        Example {
            item: "Production WebSocket URL configured",
            checklist: "hamsaya.md",
            text: "probe: websocket\nurl: wss://${API_HOST}/ws\nsend: '{\"type\":\"ping\"}'\neffect: reads\nexpect:\n  - json($.type) == pong\n  - close_code == 1000\n",
            comment: false,
        },
    ],
};

/// What a message does nobody can tell but its author.
fn class(fields: &Fields) -> Option<Class> {
    let effect = fields.get("effect").and_then(FieldValue::as_text);
    match (effect, fields.contains_key("send")) {
        (Some("changes"), _) | (None, true) => Some(Class::ChangesState),
        _ => None,
    }
}

fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    of_url(plan, &["ws", "wss"])
}
