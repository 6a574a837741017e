//! `tcp`: whether a port takes connections.

use crate::probe::schema::{
    Class, Example, FieldKind, FieldSchema, KindSchema, MetricKind, MetricSchema, Secrets, always,
    as_written,
};
use crate::probe::unit::Unit;

/// The schema of `tcp`.
pub const TCP: KindSchema = KindSchema {
    name: "tcp",
    version: 1,
    summary: "Opens a TCP connection and closes it; with `banner`, reads first what the server \
              says unasked.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        FieldSchema {
            name: "host",
            kind: FieldKind::Host,
            required: true,
            secrets: Secrets::Never,
            help: "The host to connect to.",
        },
        FieldSchema {
            name: "port",
            kind: FieldKind::Port,
            required: true,
            secrets: Secrets::Never,
            help: "The port.",
        },
        FieldSchema {
            name: "banner",
            kind: FieldKind::Bool,
            required: false,
            secrets: Secrets::Never,
            help: "Whether to wait for the server's first line; `false` where absent.",
        },
    ],
    metrics: &[
        MetricSchema {
            name: "connected",
            kind: MetricKind::Bool,
            help: "Yes when the connection was made, no when it was refused; missing when nothing \
                   answered.",
        },
        MetricSchema {
            name: "duration",
            kind: MetricKind::Number(Unit::Millisecond),
            help: "Lookup and connection together.",
        },
        MetricSchema {
            name: "address",
            kind: MetricKind::Text,
            help: "The address that was connected to.",
        },
        MetricSchema {
            name: "banner",
            kind: MetricKind::Text,
            help: "The server's first line, at most 1,024 bytes; missing without `banner`.",
        },
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "connected",
    primary: Some("duration"),
    class_of: always,
    complete: as_written,
    hosts: |plan| Ok(vec![format!("{}:{}", plan.host("host")?, plan.port(0)?)]),
    target: |plan| plan.hosts.join(", "),
    notes: &[
        "`expect=\"not connected\"` passes only when the port answered with a refusal. A port that \
         stays silent is inconclusive, because a missing VPN looks the same.",
    ],
    examples: &[Example {
        item: "Redis servers provisioned",
        checklist: "hamsaya.md",
        text: "tcp host=${REDIS_HOST} port=6379 expect=\"connected, duration < 200ms\"",
        comment: true,
    }],
};
