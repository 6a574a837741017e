//! `dns`: what name servers answer, and whether they agree.

use crate::probe::plan::{Missing, Plan, PlanValue, unusable};
use crate::probe::schema::{
    Class, Example, FieldKind, FieldSchema, KindSchema, MetricKind, MetricSchema, Secrets, always,
    as_written,
};
use crate::probe::unit::Unit;

const fn metric(name: &'static str, kind: MetricKind, help: &'static str) -> MetricSchema {
    MetricSchema { name, kind, help }
}

/// The schema of `dns`.
pub const DNS: KindSchema = KindSchema {
    name: "dns",
    version: 1,
    summary: "Asks one or several name servers for the records of a name (RFC 1035) and compares \
              their answers.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        FieldSchema {
            name: "name",
            kind: FieldKind::Host,
            required: true,
            secrets: Secrets::Never,
            help: "The name to look up.",
        },
        FieldSchema {
            name: "type",
            kind: FieldKind::OneOf(&[
                "A", "AAAA", "CNAME", "MX", "TXT", "NS", "SOA", "CAA", "SRV", "PTR",
            ]),
            required: false,
            secrets: Secrets::Never,
            help: "The record type; `A` where absent.",
        },
        FieldSchema {
            name: "server",
            kind: FieldKind::TextList,
            required: false,
            secrets: Secrets::Never,
            help: "Addresses of name servers, with `:port` where it is not 53; the system's where \
                   absent.",
        },
    ],
    metrics: &[
        metric(
            "answers",
            MetricKind::List,
            "The records of the first server that answered, sorted, as in a zone file.",
        ),
        metric(
            "rcode",
            MetricKind::Text,
            "What the servers said: `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`; missing when \
             they said different things.",
        ),
        metric(
            "agreement",
            MetricKind::Bool,
            "Every server gave the same records; missing when one did not answer.",
        ),
        metric(
            "ttl",
            MetricKind::Number(Unit::Second),
            "The least time to live among the records; missing without records.",
        ),
        metric(
            "resolvers",
            MetricKind::Number(Unit::Count),
            "How many servers answered.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "Until the slowest server answered.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "rcode == NOERROR, answers exists, agreement",
    primary: Some("duration"),
    class_of: always,
    complete: as_written,
    hosts,
    target: |plan| {
        let kind = plan.text("type").unwrap_or_else(|| "A".to_owned());
        format!("{kind} {}", plan.shown("name"))
    },
    notes: &[
        "Answers are never taken from a cache of this app. A name server that caches may still \
         say what was true before.",
    ],
    examples: &[
        Example {
            item: "DNS records prepared",
            checklist: "bakhmach.md",
            text: "dns name=${API_HOST} expect=\"rcode == NOERROR, answers contains ${API_ADDRESS}, ttl <= 300s\"",
            comment: true,
        },
        Example {
            item: "DNS propagation verified",
            checklist: "hamsaya.md",
            text: "dns name=${DASHBOARD_HOST} type=A server=\"1.1.1.1,8.8.8.8,9.9.9.9\" expect=\"agreement, resolvers == 3\"",
            comment: true,
        },
    ],
};

fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    plan.host("name")?;
    let Some(PlanValue::List(servers)) = plan.fields.get("server") else {
        return Ok(Vec::new());
    };
    servers
        .iter()
        .map(|server| {
            let text = server.plain().unwrap_or_default();
            let address = text.parse::<std::net::IpAddr>().is_ok();
            if address || text.parse::<std::net::SocketAddr>().is_ok() {
                Ok(text)
            } else {
                Err(unusable(
                    "server",
                    format!("`{text}` is not an address such as 1.1.1.1 or 10.0.0.1:5353"),
                ))
            }
        })
        .collect()
}
