//! The tests of the Observatory that read headers, and what each result counts
//! (`SCORE_TABLE` of its source, mdn/mdn-http-observatory).

use cookie::{Cookie, SameSite};
use hyper::HeaderMap;

use super::csp;

/// Half a year, less the days that many sites leave out.
const HALF_A_YEAR: u64 = 15_552_000;
/// The score from which on what tests add counts too.
const ENOUGH_FOR_MORE: i64 = 90;

/// What a test found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ruling {
    /// The metric.
    pub test: &'static str,
    /// In the Observatory's words.
    pub result: &'static str,
    pub passes: bool,
    pub counts: i64,
}

/// Results that pass or count; all others fail and count as their test says.
const RESULTS: &[(&str, bool, i64)] = &[
    ("csp-implemented-with-no-unsafe-default-src-none", true, 10),
    ("csp-implemented-with-no-unsafe", true, 5),
    (
        "csp-implemented-with-unsafe-inline-in-style-src-only",
        true,
        0,
    ),
    (
        "csp-implemented-with-insecure-scheme-in-passive-content-only",
        true,
        -10,
    ),
    ("csp-implemented-with-unsafe-eval", false, -10),
    ("csp-implemented-with-unsafe-inline", false, -20),
    ("csp-implemented-with-insecure-scheme", false, -20),
    ("csp-header-invalid", false, -25),
    ("csp-not-implemented", false, -25),
    ("csp-not-implemented-but-reporting-enabled", false, -25),
    (
        "cookies-secure-with-httponly-sessions-and-samesite",
        true,
        5,
    ),
    ("cookies-secure-with-httponly-sessions", true, 0),
    ("cookies-not-found", true, 0),
    (
        "cookies-without-secure-flag-but-protected-by-hsts",
        false,
        -5,
    ),
    (
        "cookies-session-without-secure-flag-but-protected-by-hsts",
        false,
        -10,
    ),
    ("cookies-without-secure-flag", false, -20),
    ("cookies-samesite-flag-invalid", false, -20),
    ("cookies-anticsrf-without-samesite-flag", false, -20),
    ("cookies-session-without-httponly-flag", false, -30),
    ("cookies-session-without-secure-flag", false, -40),
    ("cross-origin-resource-sharing-not-implemented", true, 0),
    (
        "cross-origin-resource-sharing-implemented-with-public-access",
        true,
        0,
    ),
    (
        "cross-origin-resource-sharing-implemented-with-restricted-access",
        true,
        0,
    ),
    (
        "cross-origin-resource-sharing-implemented-with-universal-access",
        false,
        -50,
    ),
    ("redirection-to-https", true, 0),
    ("redirection-not-needed-no-http", true, 0),
    ("redirection-off-host-from-http", false, -5),
    (
        "redirection-not-to-https-on-initial-redirection",
        false,
        -10,
    ),
    ("redirection-not-to-https", false, -20),
    ("redirection-missing", false, -20),
    ("redirection-invalid-cert", false, -20),
    ("referrer-policy-private", true, 5),
    ("referrer-policy-not-implemented", true, 0),
    ("referrer-policy-unsafe", false, -5),
    ("referrer-policy-header-invalid", false, -5),
    ("hsts-implemented-max-age-at-least-six-months", true, 0),
    ("hsts-implemented-max-age-less-than-six-months", false, -10),
    ("hsts-not-implemented", false, -20),
    ("hsts-header-invalid", false, -20),
    ("hsts-not-implemented-no-https", false, -20),
    ("x-content-type-options-nosniff", true, 0),
    ("x-content-type-options-not-implemented", false, -5),
    ("x-content-type-options-header-invalid", false, -5),
    ("x-frame-options-implemented-via-csp", true, 5),
    ("x-frame-options-sameorigin-or-deny", true, 0),
    ("x-frame-options-allow-from-origin", true, 0),
    ("x-frame-options-not-implemented", false, -20),
    ("x-frame-options-header-invalid", false, -20),
    (
        "cross-origin-resource-policy-implemented-with-same-origin",
        true,
        10,
    ),
    (
        "cross-origin-resource-policy-implemented-with-same-site",
        true,
        10,
    ),
    (
        "cross-origin-resource-policy-implemented-with-cross-origin",
        true,
        0,
    ),
    ("cross-origin-resource-policy-not-implemented", true, 0),
    ("cross-origin-resource-policy-header-invalid", false, -5),
];

/// A result with what it counts.
pub(super) fn ruling(test: &'static str, result: &'static str) -> Ruling {
    let known = RESULTS.iter().find(|(name, _, _)| *name == result);
    let (passes, counts) = known.map_or((false, 0), |(_, passes, counts)| (*passes, *counts));
    Ruling {
        test,
        result,
        passes,
        counts,
    }
}

/// The score of all tests together.
pub(super) fn score(rulings: &[Ruling]) -> u64 {
    let lost: i64 = rulings.iter().map(|ruling| ruling.counts.min(0)).sum();
    let won: i64 = rulings.iter().map(|ruling| ruling.counts.max(0)).sum();
    let bare = 100 + lost;
    let score = if bare >= ENOUGH_FOR_MORE {
        bare + won
    } else {
        bare
    };
    u64::try_from(score).unwrap_or(0)
}

/// The tests that need the page alone.
pub(super) fn page(headers: &HeaderMap, secure: bool) -> Vec<Ruling> {
    let policy = csp::judge(
        &lines(headers, "content-security-policy"),
        headers.contains_key("content-security-policy-report-only"),
        secure,
    );
    let hsts = ruling("strict_transport_security", hsts(headers, secure));
    vec![
        ruling("content_security_policy", policy.result),
        ruling("cookies", cookies(headers, hsts.passes)),
        ruling("cross_origin_resource_policy", corp(headers)),
        ruling("referrer_policy", referrer(headers)),
        hsts,
        ruling("x_content_type_options", sniffing(headers)),
        ruling("x_frame_options", framing(headers, policy.frames)),
    ]
}

/// Whether an origin of nowhere is let in with credentials.
pub(super) fn sharing(headers: &HeaderMap, origin: &str) -> Ruling {
    let allowed = first(headers, "access-control-allow-origin");
    let credentials = first(headers, "access-control-allow-credentials");
    let result = match allowed.as_deref() {
        None | Some("") => "cross-origin-resource-sharing-not-implemented",
        Some("*") => "cross-origin-resource-sharing-implemented-with-public-access",
        Some(named) if named == origin && credentials.as_deref() == Some("true") => {
            "cross-origin-resource-sharing-implemented-with-universal-access"
        }
        Some(_) => "cross-origin-resource-sharing-implemented-with-restricted-access",
    };
    ruling("cross_origin_resource_sharing", result)
}

fn lines<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect()
}

/// The first line of a field, in lower case and without blanks around it.
fn first(headers: &HeaderMap, name: &str) -> Option<String> {
    let line = headers.get(name)?;
    Some(
        String::from_utf8_lossy(line.as_bytes())
            .trim()
            .to_ascii_lowercase(),
    )
}

fn hsts(headers: &HeaderMap, secure: bool) -> &'static str {
    if !secure {
        return "hsts-not-implemented-no-https";
    }
    let Some(line) = first(headers, "strict-transport-security") else {
        return "hsts-not-implemented";
    };
    let age = line
        .split(';')
        .filter_map(|part| part.trim().strip_prefix("max-age="))
        .filter_map(|age| age.trim_matches('"').parse::<u64>().ok())
        .next_back();
    match age {
        _ if line.contains(',') => "hsts-header-invalid",
        None => "hsts-header-invalid",
        Some(age) if age < HALF_A_YEAR => "hsts-implemented-max-age-less-than-six-months",
        Some(_) => "hsts-implemented-max-age-at-least-six-months",
    }
}

fn sniffing(headers: &HeaderMap) -> &'static str {
    match first(headers, "x-content-type-options").as_deref() {
        None => "x-content-type-options-not-implemented",
        Some("nosniff") => "x-content-type-options-nosniff",
        Some(_) => "x-content-type-options-header-invalid",
    }
}

fn framing(headers: &HeaderMap, by_policy: bool) -> &'static str {
    match first(headers, "x-frame-options").as_deref() {
        _ if by_policy => "x-frame-options-implemented-via-csp",
        None => "x-frame-options-not-implemented",
        Some("deny" | "sameorigin") => "x-frame-options-sameorigin-or-deny",
        Some(line) if line.starts_with("allow-from") => "x-frame-options-allow-from-origin",
        Some(_) => "x-frame-options-header-invalid",
    }
}

fn corp(headers: &HeaderMap) -> &'static str {
    match first(headers, "cross-origin-resource-policy").as_deref() {
        None => "cross-origin-resource-policy-not-implemented",
        Some("same-origin") => "cross-origin-resource-policy-implemented-with-same-origin",
        Some("same-site") => "cross-origin-resource-policy-implemented-with-same-site",
        Some("cross-origin") => "cross-origin-resource-policy-implemented-with-cross-origin",
        Some(_) => "cross-origin-resource-policy-header-invalid",
    }
}

fn referrer(headers: &HeaderMap) -> &'static str {
    let lines = lines(headers, "referrer-policy");
    if lines.is_empty() {
        return "referrer-policy-not-implemented";
    }
    // The last word that is known counts.
    let mut known = lines
        .iter()
        .flat_map(|line| line.split(','))
        .filter_map(|word| match word.trim().to_ascii_lowercase().as_str() {
            "no-referrer" | "same-origin" | "strict-origin" | "strict-origin-when-cross-origin" => {
                Some("referrer-policy-private")
            }
            "origin" | "origin-when-cross-origin" | "unsafe-url" | "no-referrer-when-downgrade" => {
                Some("referrer-policy-unsafe")
            }
            _ => None,
        });
    known
        .next_back()
        .unwrap_or("referrer-policy-header-invalid")
}

/// The worst that is found, in this order from bad to worst.
const COOKIE_FAULTS: &[&str] = &[
    "cookies-without-secure-flag-but-protected-by-hsts",
    "cookies-without-secure-flag",
    "cookies-session-without-secure-flag-but-protected-by-hsts",
    "cookies-samesite-flag-invalid",
    "cookies-anticsrf-without-samesite-flag",
    "cookies-session-without-httponly-flag",
    "cookies-session-without-secure-flag",
];

fn cookies(headers: &HeaderMap, hsts: bool) -> &'static str {
    let lines = lines(headers, "set-cookie");
    let cookies: Vec<Cookie<'_>> = lines
        .iter()
        .filter_map(|line| Cookie::parse(*line).ok())
        .filter(|cookie| cookie.name() != "heroku-session-affinity")
        .collect();
    if cookies.is_empty() {
        return "cookies-not-found";
    }
    let mut faults: Vec<&str> = Vec::new();
    if lines.iter().any(|line| has_odd_same_site(line)) {
        faults.push("cookies-samesite-flag-invalid");
    }
    for cookie in &cookies {
        let name = cookie.name().to_ascii_lowercase();
        let session = name.contains("login") || name.contains("sess");
        let secure = cookie.secure() == Some(true);
        match (secure, session, hsts) {
            (true, ..) => {}
            (false, true, true) => {
                faults.push("cookies-session-without-secure-flag-but-protected-by-hsts");
            }
            (false, true, false) => faults.push("cookies-session-without-secure-flag"),
            (false, false, true) => {
                faults.push("cookies-without-secure-flag-but-protected-by-hsts");
            }
            (false, false, false) => faults.push("cookies-without-secure-flag"),
        }
        if !secure && cookie.same_site() == Some(SameSite::None) {
            faults.push("cookies-samesite-flag-invalid");
        }
        if name.contains("csrf") && cookie.same_site().is_none() {
            faults.push("cookies-anticsrf-without-samesite-flag");
        }
        if session && cookie.http_only() != Some(true) {
            faults.push("cookies-session-without-httponly-flag");
        }
    }
    let worst = COOKIE_FAULTS
        .iter()
        .rev()
        .find(|fault| faults.contains(fault));
    match worst {
        Some(fault) => fault,
        None if cookies.iter().any(|cookie| cookie.same_site().is_none()) => {
            "cookies-secure-with-httponly-sessions"
        }
        None => "cookies-secure-with-httponly-sessions-and-samesite",
    }
}

fn has_odd_same_site(line: &str) -> bool {
    line.split(';').skip(1).any(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim().to_ascii_lowercase();
        name.trim().eq_ignore_ascii_case("samesite")
            && !matches!(value.as_str(), "lax" | "strict" | "none")
    })
}
