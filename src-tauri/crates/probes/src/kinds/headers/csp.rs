//! A content security policy (CSP Level 3), as the Observatory judges it.

use std::collections::{BTreeMap, BTreeSet};

/// What was found, in the Observatory's words.
pub(super) struct Judged {
    pub result: &'static str,
    /// Whether the policy says who may frame the page.
    pub frames: bool,
}

/// Sources by directive, both in lower case.
type Policy = BTreeMap<String, BTreeSet<String>>;

/// The shortest policy that says something is as long as `img-src`, less its last letter.
const SHORTEST: usize = 6;
const BROAD: &[&str] = &[
    "ftp:",
    "http:",
    "https:",
    "*",
    "http://*",
    "http://*.*",
    "https://*",
    "https://*.*",
];
const INLINE: &[&str] = &["'unsafe-inline'", "data:"];
const NONCES: &[&str] = &["'sha256-", "'sha384-", "'sha512-", "'nonce-"];
const PASSIVE: &[&str] = &["img-src", "media-src"];

/// Judges the header's lines; `secure` says whether the page came over HTTPS.
pub(super) fn judge(lines: &[&str], reported_only: bool, secure: bool) -> Judged {
    let found = |result| Judged {
        result,
        frames: false,
    };
    if lines.is_empty() {
        return found(if reported_only {
            "csp-not-implemented-but-reporting-enabled"
        } else {
            "csp-not-implemented"
        });
    }
    match parse(lines) {
        None => found("csp-header-invalid"),
        Some(policy) if policy.is_empty() => found("csp-not-implemented"),
        Some(policy) => Judged {
            result: weigh(&policy, secure),
            frames: policy.contains_key("frame-ancestors"),
        },
    }
}

/// What all policies together allow; `None` when one of them cannot be read or repeats a
/// directive.
fn parse(lines: &[&str]) -> Option<Policy> {
    let mut whole = Policy::new();
    for text in lines.iter().flat_map(|line| line.split(',')) {
        let text = text.trim();
        if text.len() < SHORTEST {
            return None;
        }
        let mut seen = BTreeSet::new();
        for directive in text.split(';') {
            let mut words = directive.split_whitespace().map(str::to_ascii_lowercase);
            let Some(name) = words.next() else {
                continue;
            };
            if !seen.insert(name.clone()) {
                if matches!(name.as_str(), "report-uri" | "report-to") {
                    continue;
                }
                return None;
            }
            let mut sources: BTreeSet<String> = words.collect();
            // A source must be allowed by every policy.
            if let Some(held) = whole.get(&name) {
                sources = sources.intersection(held).cloned().collect();
            }
            if sources.is_empty() {
                sources.insert("'none'".to_owned());
            }
            whole.insert(name, sources);
        }
    }
    Some(whole)
}

fn weigh(policy: &Policy, secure: bool) -> &'static str {
    let or_default = |name: &str| {
        let found = policy.get(name).or_else(|| policy.get("default-src"));
        found
            .cloned()
            .unwrap_or_else(|| BTreeSet::from(["*".to_owned()]))
    };
    let mut scripts = or_default("script-src");
    let mut styles = or_default("style-src");
    let objects = or_default("object-src");
    for sources in [&mut scripts, &mut styles] {
        if has_nonce(sources) {
            sources.remove("'unsafe-inline'");
        }
    }
    if scripts.contains("'strict-dynamic'") {
        if !has_nonce(&scripts) {
            return "csp-header-invalid";
        }
        scripts.retain(|source| {
            source != "'self'" && !BROAD.iter().any(|broad| source.starts_with(broad))
        });
    }
    let any = |sources: &BTreeSet<String>, of: &[&[&str]]| {
        sources
            .iter()
            .any(|source| of.iter().any(|words| words.contains(&source.as_str())))
    };
    if any(&scripts, &[BROAD, INLINE]) || any(&objects, &[BROAD]) {
        return "csp-implemented-with-unsafe-inline";
    }
    let plain = |source: &String| source.starts_with("http:") || source.starts_with("ftp:");
    let active = policy
        .iter()
        .filter(|(name, _)| !PASSIVE.contains(&name.as_str()) && *name != "script-src")
        .flat_map(|(_, sources)| sources)
        .chain(&scripts);
    if secure && active.clone().any(plain) {
        return "csp-implemented-with-insecure-scheme";
    }
    if scripts.contains("'unsafe-eval'") || styles.contains("'unsafe-eval'") {
        return "csp-implemented-with-unsafe-eval";
    }
    let passive = PASSIVE
        .iter()
        .filter_map(|name| policy.get(*name).or_else(|| policy.get("default-src")));
    if secure && passive.flatten().any(plain) {
        return "csp-implemented-with-insecure-scheme-in-passive-content-only";
    }
    if any(&styles, &[BROAD, INLINE]) {
        return "csp-implemented-with-unsafe-inline-in-style-src-only";
    }
    let nothing = BTreeSet::from(["'none'".to_owned()]);
    if policy.get("default-src") == Some(&nothing) {
        "csp-implemented-with-no-unsafe-default-src-none"
    } else {
        "csp-implemented-with-no-unsafe"
    }
}

fn has_nonce(sources: &BTreeSet<String>) -> bool {
    sources
        .iter()
        .any(|source| NONCES.iter().any(|nonce| source.starts_with(nonce)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_judged_by_what_they_let_through() {
        for (lines, result) in [
            (&[][..], "csp-not-implemented"),
            (
                &["default-src 'none'; script-src 'self'"],
                "csp-implemented-with-no-unsafe-default-src-none",
            ),
            (&["default-src 'self'"], "csp-implemented-with-no-unsafe"),
            (
                &["default-src 'self'; style-src 'self' 'unsafe-inline'"],
                "csp-implemented-with-unsafe-inline-in-style-src-only",
            ),
            (
                &["default-src 'self'; img-src http://a.example"],
                "csp-implemented-with-insecure-scheme-in-passive-content-only",
            ),
            (
                &["default-src 'self' 'unsafe-eval'"],
                "csp-implemented-with-unsafe-eval",
            ),
            (
                &["default-src 'self'; connect-src http://a.example"],
                "csp-implemented-with-insecure-scheme",
            ),
            (&["img-src 'self'"], "csp-implemented-with-unsafe-inline"),
            (
                &["default-src 'self'; script-src 'self' DATA:"],
                "csp-implemented-with-unsafe-inline",
            ),
            (
                &["default-src 'self'; script-src 'unsafe-inline' 'nonce-abc'"],
                "csp-implemented-with-no-unsafe",
            ),
            (
                &[
                    "default-src 'none'; script-src 'strict-dynamic' 'nonce-abc' https: 'unsafe-inline'",
                ],
                "csp-implemented-with-no-unsafe-default-src-none",
            ),
            (
                &["script-src 'strict-dynamic'; object-src 'none'"],
                "csp-header-invalid",
            ),
            (
                &["default-src 'self'; default-src 'none'"],
                "csp-header-invalid",
            ),
            (&["a"], "csp-header-invalid"),
            // What one policy forbids, no other allows.
            (
                &["default-src 'self' *", "default-src 'self'"],
                "csp-implemented-with-no-unsafe",
            ),
            (
                &["default-src *, default-src 'none'"],
                "csp-implemented-with-no-unsafe-default-src-none",
            ),
        ] {
            assert_eq!(judge(lines, false, true).result, result, "{lines:?}");
        }
        assert!(judge(&["frame-ancestors 'none'"], false, true).frames);
        assert_eq!(
            judge(&[], true, true).result,
            "csp-not-implemented-but-reporting-enabled"
        );
        let plain = judge(&["default-src 'self' http://a.example"], false, false);
        assert_eq!(plain.result, "csp-implemented-with-no-unsafe");
    }
}
