//! `redis`: whether a Redis server answers, and what it says about itself.

use super::postgres::password_is_secret;
use super::series::CA;
use crate::probe::plan::{Missing, Plan};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, Fields, KindSchema, MetricKind, Secrets, always, metric,
    needed, plain,
};
use crate::probe::unit::Unit;

/// The schema of `redis`.
pub const REDIS: KindSchema = KindSchema {
    name: "redis",
    version: 1,
    summary: "Logs in to a Redis or Valkey server, sends `PING` and reads `INFO`.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        needed("host", FieldKind::Host, "The host."),
        plain("port", FieldKind::Port, "The port; 6379 where absent."),
        plain(
            "user",
            FieldKind::Text,
            "The user of the access control list; the default user where absent.",
        ),
        plain(
            "password",
            FieldKind::Text,
            "The password, as `${secret:NAME}` and never as text.",
        )
        .with(Secrets::Anywhere),
        plain(
            "tls",
            FieldKind::Bool,
            "Whether the connection is TLS, its certificate verified; `false` where absent.",
        ),
        CA,
    ],
    metrics: &[
        metric("ping", MetricKind::Bool, "The server answered `PONG`."),
        metric(
            "latency",
            MetricKind::Number(Unit::Millisecond),
            "From `PING` to `PONG`, the fastest of three.",
        ),
        metric(
            "version",
            MetricKind::Text,
            "The version, such as `7.0.15`.",
        ),
        metric("role", MetricKind::Text, "`master` or `replica`."),
        metric(
            "replicas",
            COUNT,
            "How many replicas are connected to it, 0 among them.",
        ),
        metric(
            "linked",
            MetricKind::Bool,
            "On a replica: its link to the master is up; missing on a master.",
        ),
        metric(
            "heard",
            MetricKind::Number(Unit::Second),
            "On a replica: since its master last said something; missing on a master and while \
             the link is down.",
        ),
        metric(
            "memory",
            MetricKind::Number(Unit::Byte),
            "The memory that its data takes.",
        ),
        metric(
            "memory_share",
            MetricKind::Number(Unit::Percent),
            "The same of `maxmemory`; missing where there is no limit.",
        ),
        metric("clients", COUNT, "How many clients are connected."),
        metric("keys", COUNT, "How many keys all databases hold."),
        metric(
            "evicted",
            COUNT,
            "How many keys were evicted since it started.",
        ),
        metric(
            "saved",
            MetricKind::Bool,
            "The last snapshot, and the last write of the log where there is one, went well.",
        ),
        metric(
            "uptime",
            MetricKind::Number(Unit::Second),
            "Since it was started.",
        ),
        metric(
            "info",
            MetricKind::Text,
            "What `INFO` says. `json()` reads it as one object: `json($.connected_clients)`, \
             `json($.db0.keys)`.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "Everything together.",
        ),
    ],
    json: Some("info"),
    headers: false,
    body_field: None,
    default_expect: "ping",
    primary: Some("latency"),
    class_of: always,
    complete,
    hosts,
    target: |plan| {
        let port = plan.text("port").unwrap_or_else(|| "6379".to_owned());
        format!("{}:{port}", plan.shown("host"))
    },
    notes: &[
        "A wrong password, and none where one is asked for, fail, and so does a server that is \
         still loading its data. A user that may not use `INFO` leaves what it tells missing.",
    ],
    examples: &[
        Example {
            item: "Redis servers provisioned",
            checklist: "hamsaya.md",
            text: "redis host=${REDIS_HOST} password=${secret:REDIS_PASSWORD} tls=true expect=\"ping, role == master, replicas >= 1, memory_share < 80%\"",
            comment: true,
        },
        Example {
            item: "Verify all services connected",
            checklist: "bakhmach.md",
            text: "redis host=${REDIS_HOST} expect=\"ping, latency < 50ms, json($.connected_clients) > 1\" proves=part",
            comment: true,
        },
    ],
};

fn complete(fields: &mut Fields) -> Result<(), (&'static str, &'static str)> {
    password_is_secret(fields, "password")
}

fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    Ok(vec![format!("{}:{}", plan.host("host")?, plan.port(6379)?)])
}
