//! Which hosts load may be sent to, and which of them look as if people depended on them.

use std::net::IpAddr;

/// Parts of a host's name that say that people depend on it.
const PRODUCTION: &[&str] = &["prod", "production", "prd", "live", "www", "public"];
/// Parts of a host's name that say that it is there to be tried.
const TRIAL: &[&str] = &[
    "staging",
    "stage",
    "stg",
    "dev",
    "development",
    "test",
    "testing",
    "tests",
    "qa",
    "uat",
    "int",
    "integration",
    "sandbox",
    "demo",
    "preview",
    "preprod",
    "nonprod",
    "perf",
    "load",
    "loadtest",
    "bench",
    "ci",
];
/// Names that no public resolver answers (RFC 6761, RFC 6762, RFC 8375 and ICANN's `internal`).
const NEVER_PUBLIC: &[&str] = &[
    "localhost",
    "test",
    "example",
    "invalid",
    "local",
    "internal",
    "home.arpa",
];

/// An entry of an allowlist as it is kept: a host, or `host:port` for that port alone. Lower case,
/// without a final point.
///
/// # Errors
/// What is wrong with it, in words.
pub fn load_host(typed: &str) -> Result<String, String> {
    let typed = typed.trim();
    let (host, port) = split(typed);
    let wrong = |why: &str| Err(format!("`{typed}` {why}"));
    if host.contains('*') {
        return wrong("has a pattern in it; each host is typed by itself");
    }
    if typed.contains(['/', '@', '?', '#', '\\']) {
        return wrong(
            "is more than a host; leave out everything but its name, and a port if one is meant",
        );
    }
    let name = plain(host);
    let is_name = name.split('.').all(|label| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || "-_".contains(c))
    });
    if !(is_name && name.len() <= 253 || address(&name).is_some()) {
        return wrong("is no host name or address");
    }
    match port {
        None => Ok(name),
        Some(port) => match port.parse::<u16>() {
            Ok(port) if port > 0 => Ok(format!("{name}:{port}")),
            _ => wrong("has no port that there is"),
        },
    }
}

/// Whether one of these entries allows load on `host:port`.
#[must_use]
pub fn allows_load(entries: &[String], authority: &str) -> bool {
    let (host, port) = split(authority);
    let name = plain(host);
    entries.iter().any(|entry| {
        let (allowed, only) = split(entry);
        plain(allowed) == name && only.is_none_or(|only| port == Some(only))
    })
}

/// The host of `host:port`, as it is typed a second time.
#[must_use]
pub fn host_of(authority: &str) -> String {
    plain(split(authority).0)
}

/// Why a target looks as if people depended on it; `None` where its name or its address says that
/// they do not.
#[must_use]
pub fn looks_like_production(authority: &str, environment: &str) -> Option<String> {
    let host = host_of(authority);
    let said = |name: &str, words: &[&str]| {
        let parts = name.split(|c: char| !c.is_alphabetic());
        parts
            .map(str::to_lowercase)
            .any(|part| words.contains(&part.as_str()))
    };
    if let Some(address) = address(&host) {
        let near = match address {
            IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
            IpAddr::V6(v6) => {
                v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local()
            }
        };
        if !near {
            return Some(format!("{host} is an address of the public internet"));
        }
    } else if said(&host, PRODUCTION) && !said(&host, TRIAL) {
        return Some(format!("the name {host} says so"));
    } else if !said(&host, TRIAL) && !never_public(&host) {
        return Some(format!(
            "nothing in the name {host} says that it is there to be tried"
        ));
    }
    let spoken = said(environment, PRODUCTION) && !said(environment, TRIAL);
    spoken.then(|| format!("the environment is called {environment}"))
}

fn never_public(host: &str) -> bool {
    !host.contains('.')
        || NEVER_PUBLIC.iter().any(|suffix| {
            host.strip_suffix(suffix)
                .is_some_and(|rest| rest.ends_with('.'))
        })
}

/// Host and port, where one is given. An IPv6 address with a port stands in brackets (RFC 3986,
/// section 3.2.2).
fn split(authority: &str) -> (&str, Option<&str>) {
    if let Some(rest) = authority.strip_prefix('[') {
        return match rest.split_once(']') {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => (authority, None),
        };
    }
    match authority.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn plain(host: &str) -> String {
    host.trim_end_matches('.').to_lowercase()
}

fn address(host: &str) -> Option<IpAddr> {
    host.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_host_and_nothing_more() {
        for (typed, kept) in [
            (" API.Staging.example.org. ", "api.staging.example.org"),
            ("localhost:8080", "localhost:8080"),
            ("10.0.0.7", "10.0.0.7"),
            ("::1", "::1"),
        ] {
            assert_eq!(load_host(typed).as_deref(), Ok(kept), "{typed}");
        }
        for wrong in [
            "",
            "https://api.example.org",
            "api.example.org/health",
            "*.example.org",
            "a b",
            "host:0",
            "host:http",
            "user@host",
            "a..b",
        ] {
            assert!(load_host(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_entry_allows_its_host_and_a_port_only_that_port() {
        let entries = ["api.staging.test".to_owned(), "localhost:8080".to_owned()];
        for allowed in [
            "api.staging.test:443",
            "API.staging.test:80",
            "localhost:8080",
        ] {
            assert!(allows_load(&entries, allowed), "{allowed}");
        }
        for not in ["localhost:80", "staging.test:443", "x.api.staging.test:443"] {
            assert!(!allows_load(&entries, not), "{not}");
        }
        assert!(!allows_load(&[], "localhost:80"));
        assert!(allows_load(&["::1".to_owned()], "[::1]:8080"));
    }

    #[test]
    fn what_people_depend_on_is_asked_about_again() {
        for target in [
            "api.example.org:443",
            "www.example.org:443",
            "prod.internal:80",
            "live.local:80",
            "93.184.216.34:80",
            "api-prod2.example.org:443",
        ] {
            assert!(
                looks_like_production(target, "staging").is_some(),
                "{target}"
            );
        }
        for target in [
            "localhost:80",
            "127.0.0.1:8080",
            "10.1.2.3:80",
            "[::1]:80",
            "api.staging.example.org:443",
            "stage-3.example.org:443",
            "api.test:80",
            "backend:80",
            "preprod.example.org:443",
        ] {
            assert_eq!(looks_like_production(target, "staging"), None, "{target}");
        }
        assert!(looks_like_production("127.0.0.1:80", "production").is_some());
        assert_eq!(
            looks_like_production("127.0.0.1:80", "pre-production test"),
            None
        );
    }
}
