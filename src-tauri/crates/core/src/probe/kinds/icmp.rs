//! `icmp`: whether a host answers echo requests, and how fast.

use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, needed,
    plain,
};
use crate::probe::unit::Unit;

/// The schema of `icmp`.
pub const ICMP: KindSchema = KindSchema {
    name: "icmp",
    version: 1,
    summary: "Sends echo requests (RFC 792, RFC 4443), as `ping` does, and measures the answers.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        needed(
            "host",
            FieldKind::Host,
            "The host; its first address is asked.",
        ),
        plain(
            "count",
            FieldKind::Integer(1, 20),
            "How many requests are sent, 200 ms apart; 4 where absent.",
        ),
    ],
    metrics: &[
        metric("sent", COUNT, "How many requests were sent."),
        metric(
            "received",
            COUNT,
            "How many of them were answered; missing when none was.",
        ),
        metric(
            "loss",
            MetricKind::Number(Unit::Percent),
            "The share that stayed without an answer; missing when all did.",
        ),
        metric(
            "rtt_min",
            MetricKind::Number(Unit::Millisecond),
            "The shortest time from a request to its answer.",
        ),
        metric(
            "rtt_avg",
            MetricKind::Number(Unit::Millisecond),
            "The mean of these times.",
        ),
        metric(
            "rtt_max",
            MetricKind::Number(Unit::Millisecond),
            "The longest of them.",
        ),
        metric("address", MetricKind::Text, "The address that was asked."),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "received > 0",
    primary: Some("rtt_avg"),
    class_of: always,
    complete: as_written,
    hosts: |plan| Ok(vec![plan.host("host")?]),
    target: |plan| plan.shown("host"),
    notes: &[
        "A host that answers nothing is inconclusive: many networks drop echo requests. Prefer a \
         `tcp` probe of the port that matters.",
        "It uses the kind of socket that Linux and macOS give to ordinary users. Where the system \
         gives none, as on Windows and where `net.ipv4.ping_group_range` leaves your group out, it \
         is inconclusive.",
    ],
    examples: &[Example {
        item: "VPN access configured",
        checklist: "hamsaya.md",
        text: "icmp host=${DB_HOST} expect=\"loss == 0%, rtt_avg < 100ms\" proves=part",
        comment: true,
    }],
};
