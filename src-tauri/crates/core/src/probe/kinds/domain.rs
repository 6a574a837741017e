//! `domain`: what the registry says of a domain.

use super::series::CA;
use crate::probe::plan::{Missing, Plan, unusable};
use crate::probe::schema::{
    Class, Example, FieldKind, KindSchema, MetricKind, Secrets, always, as_written, metric, needed,
    plain,
};
use crate::probe::unit::Unit;

/// Where it is published which registry has which domains (RFC 9224).
const BOOTSTRAP: &str = "data.iana.org:443";

/// The schema of `domain`.
pub const DOMAIN: KindSchema = KindSchema {
    name: "domain",
    version: 1,
    summary: "Asks the registry for a domain's registration (RDAP, RFC 9082 and 9083): until when \
              it is paid for, by whom it is held, and whether it is in use.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        needed(
            "name",
            FieldKind::Host,
            "The domain as it is registered, such as `example.org`, without a host before it.",
        ),
        plain(
            "server",
            FieldKind::Url,
            "The address of the RDAP service; where absent the one that IANA lists for the \
             domain's ending.",
        )
        .with(Secrets::InQuery),
        CA,
    ],
    metrics: &[
        metric(
            "registered",
            MetricKind::Bool,
            "The registry knows the domain.",
        ),
        metric(
            "active",
            MetricKind::Bool,
            "It is registered, and not on hold, inactive, in its redemption period or about to be \
             deleted.",
        ),
        metric(
            "expires_in",
            MetricKind::Number(Unit::Day),
            "Whole days until the registration ends; negative after its end. Not every registry \
             says it.",
        ),
        metric("expires", MetricKind::Time, "When the registration ends."),
        metric(
            "registered_on",
            MetricKind::Time,
            "When it was first registered.",
        ),
        metric("changed_on", MetricKind::Time, "When it was last changed."),
        metric("registrar", MetricKind::Text, "The registrar's name."),
        metric(
            "status",
            MetricKind::List,
            "Its states, such as `active` or `client transfer prohibited` (RFC 8056).",
        ),
        metric(
            "locked",
            MetricKind::Bool,
            "It cannot be transferred without being unlocked first.",
        ),
        metric(
            "nameservers",
            MetricKind::List,
            "Its name servers as the registry has them, sorted, in lower case.",
        ),
        metric(
            "signed",
            MetricKind::Bool,
            "The registry publishes keys for its zone (DNSSEC).",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "Everything together.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "registered, active, expires_in > 30d",
    primary: Some("duration"),
    class_of: always,
    complete: as_written,
    hosts,
    target: |plan| plan.shown("name"),
    notes: &[
        "A service that cannot be reached, that limits how often it is asked, or that answers \
         something else decides nothing: that is inconclusive.",
    ],
    examples: &[Example {
        item: "DNS records prepared",
        checklist: "bakhmach.md",
        text: "domain name=${DOMAIN} expect=\"registered, active, locked, expires_in > 60d\"",
        comment: true,
    }],
};

fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    let name = plan.host("name")?;
    let ending = match domain_name(&name) {
        Some(ascii) => ascii.rsplit('.').next().unwrap_or_default().to_owned(),
        None => return Err(unusable("name", format!("`{name}` is not a domain"))),
    };
    let Some(server) = plan.fields.get("server") else {
        // Which one it is says the list of the first.
        return Ok(vec![
            BOOTSTRAP.to_owned(),
            format!("the registry of .{ending}:443"),
        ]);
    };
    let url = url::Url::parse(&server.shown()).map_err(|e| unusable("server", e.to_string()))?;
    let port = url.port_or_known_default().unwrap_or(443);
    Ok(vec![format!(
        "{}:{port}",
        url.host_str().unwrap_or_default()
    )])
}

/// A domain in the form that registries know it by: in ASCII (RFC 5891), in lower case, with at
/// least two labels.
#[must_use]
pub fn domain_name(text: &str) -> Option<String> {
    match url::Host::parse(text.trim_end_matches('.')) {
        Ok(url::Host::Domain(name)) if name.split('.').all(|label| !label.is_empty()) => {
            name.contains('.').then_some(name)
        }
        _ => None,
    }
}
