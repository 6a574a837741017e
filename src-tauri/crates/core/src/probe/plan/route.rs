//! Where an environment says that a name is reached: through a tunnel, on a staging network
//! whose names are not in the public DNS, at one node behind a load balancer.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use super::{Missing, unusable};

/// The variable of an environment that holds its routes: `name:port=address:port` or
/// `name=address`, separated by commas or blanks.
pub const ROUTES_VARIABLE: &str = "CONNECT_TO";

/// The routes that bear on `hosts` (`host:port` each), in the same form. Every port of a host
/// counts, because a redirect may lead from one to another.
///
/// # Errors
/// When an entry is not a route.
pub(super) fn routes(text: &str, hosts: &[String]) -> Result<BTreeMap<String, String>, Missing> {
    let mut bearing = BTreeMap::new();
    for entry in text.split([',', ' ', '\t', '\n', '\r']) {
        if entry.is_empty() {
            continue;
        }
        let (from, to) = entry.split_once('=').ok_or_else(|| {
            unusable(
                ROUTES_VARIABLE,
                format!("`{entry}` is not `name:port=address:port`"),
            )
        })?;
        if to.parse::<SocketAddr>().is_err() && to.parse::<IpAddr>().is_err() {
            let why = format!("`{to}` is not an IP address, with or without a port");
            return Err(unusable(ROUTES_VARIABLE, why));
        }
        let addressed = hosts
            .iter()
            .any(|host| name(host).eq_ignore_ascii_case(name(from)));
        if addressed {
            bearing.insert(from.to_ascii_lowercase(), to.to_owned());
        }
    }
    Ok(bearing)
}

/// Where `host` and `port` are reached by these routes; the exact port goes before the bare name.
#[must_use]
pub fn route(routes: &BTreeMap<String, String>, host: &str, port: u16) -> Option<SocketAddr> {
    let host = host.to_ascii_lowercase();
    let to = routes
        .get(&format!("{host}:{port}"))
        .or_else(|| routes.get(&host))?;
    to.parse()
        .or_else(|_| {
            to.parse()
                .map(|address: IpAddr| SocketAddr::new(address, port))
        })
        .ok()
}

/// A host without its port.
fn name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn hosts(of: &[&str]) -> Vec<String> {
        of.iter().map(|host| (*host).to_owned()).collect()
    }

    #[test]
    fn only_the_routes_of_the_hosts_that_are_addressed_are_kept() {
        let text =
            "api.example:443=127.0.0.1:18443, API.example:80=127.0.0.1:18080\nother=10.0.0.9";
        let kept = routes(text, &hosts(&["api.example:443"])).unwrap();
        assert_eq!(
            route(&kept, "Api.Example", 80),
            "127.0.0.1:18080".parse().ok()
        );
        assert_eq!(
            route(&kept, "api.example", 443),
            "127.0.0.1:18443".parse().ok()
        );
        assert_eq!(route(&kept, "api.example", 444), None);
        assert_eq!(route(&kept, "other", 443), None);
    }

    #[test]
    fn a_name_without_a_port_keeps_the_port() {
        let kept = routes("db=10.0.0.9", &hosts(&["db:5432"])).unwrap();
        assert_eq!(route(&kept, "db", 5432), "10.0.0.9:5432".parse().ok());
    }

    #[test]
    fn what_is_not_a_route_is_said() {
        for wrong in [
            "api.example",
            "api.example=elsewhere.example:443",
            "a=1.2.3",
        ] {
            assert!(
                routes(wrong, &hosts(&["api.example:443"])).is_err(),
                "{wrong}"
            );
        }
    }
}
