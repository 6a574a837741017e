//! `dns`: what name servers answer, and whether they agree.

use std::net::{IpAddr, SocketAddr};

use crate::probe::plan::{Missing, Plan, PlanValue, unusable};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, needed,
    plain,
};
use crate::probe::unit::Unit;

/// The schema of `dns`.
pub const DNS: KindSchema = KindSchema {
    name: "dns",
    version: 2,
    summary: "Asks one or several name servers for the records of a name (RFC 1035) and compares \
              their answers.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        needed(
            "name",
            FieldKind::Host,
            "The name to look up; for `PTR` also an address.",
        ),
        plain(
            "type",
            FieldKind::OneOf(&[
                "A", "AAAA", "CNAME", "MX", "TXT", "NS", "SOA", "CAA", "SRV", "PTR", "TLSA",
                "HTTPS", "SVCB", "DS", "DNSKEY",
            ]),
            "The record type; `A` where absent.",
        ),
        plain(
            "server",
            FieldKind::TextList,
            "Addresses of name servers, with `:port` where it is not 53, also from a variable that \
             holds several; the system's where absent.",
        ),
    ],
    metrics: &[
        metric(
            "answers",
            MetricKind::List,
            "The records of the first server that answered, sorted, as in a zone file.",
        ),
        metric(
            "aliases",
            MetricKind::List,
            "The names that its answer leads through (`CNAME`), in the order of the answer.",
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
            "authoritative",
            MetricKind::Bool,
            "Every answer came from a server of the zone itself (the `AA` flag).",
        ),
        metric(
            "authenticated",
            MetricKind::Bool,
            "Every server says that it verified the answer by DNSSEC (the `AD` flag, RFC 4035); \
             the way from the server to here is not protected by it.",
        ),
        metric("resolvers", COUNT, "How many servers answered."),
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
        "A name that does not exist is `rcode == NXDOMAIN`; one that exists without such a record \
         is `rcode == NOERROR, answers not exists`.",
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
        Example {
            item: "SSL certificate verified",
            checklist: "hamsaya.md",
            text: "dns name=${DASHBOARD_HOST} type=CAA server=${RESOLVERS} expect=\"agreement, len(answers) > 0\" proves=part",
            comment: true,
        },
    ],
};

/// The name servers that a plan names; none where the system's are asked.
///
/// # Errors
/// When one of them is not an address.
pub fn resolvers(plan: &Plan) -> Result<Vec<SocketAddr>, Missing> {
    let Some(PlanValue::List(servers)) = plan.fields.get("server") else {
        return Ok(Vec::new());
    };
    // A variable may hold several, as a comment's list does.
    servers
        .iter()
        .map(|server| server.plain().unwrap_or_default())
        .collect::<Vec<String>>()
        .iter()
        .flat_map(|text| text.split(',').map(str::trim))
        .map(|text| {
            let bare = text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53));
            bare.or_else(|_| text.parse()).map_err(|_| {
                unusable(
                    "server",
                    format!("`{text}` is not an address such as 1.1.1.1 or 10.0.0.1:5353"),
                )
            })
        })
        .collect()
}

fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    plan.host("name")?;
    let servers = resolvers(plan)?;
    Ok(servers.iter().map(ToString::to_string).collect())
}
