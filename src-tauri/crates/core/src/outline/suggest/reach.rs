//! What an item says about names and machines: DNS, a domain's registration, an echo.

use super::{Proposal, limits};
use crate::outline::patterns as re;

/// "DNS records prepared", "DNS propagation verified".
pub(super) fn dns(text: &str) -> Option<Proposal> {
    re::SAYS_DNS.is_match(text).then(|| {
        let (server, why) = if text.to_lowercase().contains("propagat") {
            (
                " server=\"${RESOLVER_1},${RESOLVER_2},${RESOLVER_3}\"",
                "Several name servers show whether the change has reached them all.",
            )
        } else {
            ("", "The name servers show whether the records are there.")
        };
        // Where the names are only mentioned, they are not all of it.
        let part = match re::BEGINS_WITH_DNS.is_match(text) {
            true => "",
            false => " proves=part",
        };
        let fields = format!(
            "name=${{HOST}}{server} expect=\"rcode == NOERROR, answers exists, agreement\"{part}"
        );
        Proposal::comment("dns", &fields, why)
    })
}

/// "Domain does not expire within 60 days".
pub(super) fn domain(text: &str) -> Option<Proposal> {
    re::SAYS_DOMAIN.is_match(text).then(|| {
        let lasts = limits::days(text).unwrap_or_else(|| "> 30d".to_owned());
        let fields = format!("name=${{DOMAIN}} expect=\"registered, active, expires_in {lasts}\"");
        let why = "The registry says until when the domain is paid for.";
        Proposal::comment("domain", &fields, why)
    })
}

/// "Gateway answers to ping".
pub(super) fn ping(text: &str) -> Option<Proposal> {
    re::SAYS_PING.is_match(text).then(|| {
        let fields = "host=${HOST} expect=\"loss == 0%\" proves=part";
        let why = "Echo requests show whether the machine answers; what runs on it needs more.";
        Proposal::comment("icmp", fields, why)
    })
}
