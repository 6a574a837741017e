//! The tests as evidence: the field that each reads, what was sent in it, and what was wanted.

use hyper::HeaderMap;
use serde_json::{Value, json};

use super::judge::Ruling;

/// The longest value that is shown of a field.
const LONGEST: usize = 200;

/// A field that a test reads: its metric, its name, and what is wanted of it.
const FIELDS: &[(&str, &str, &str)] = &[
    (
        "content_security_policy",
        "Content-Security-Policy",
        "a policy without unsafe sources",
    ),
    ("cookies", "Set-Cookie", "Secure, and HttpOnly for sessions"),
    (
        "cross_origin_resource_policy",
        "Cross-Origin-Resource-Policy",
        "a valid policy, or none",
    ),
    (
        "cross_origin_resource_sharing",
        "Access-Control-Allow-Origin",
        "no stranger with credentials",
    ),
    (
        "redirection",
        "Location",
        "from http:// to https:// at once",
    ),
    (
        "referrer_policy",
        "Referrer-Policy",
        "no whole address for other hosts",
    ),
    (
        "strict_transport_security",
        "Strict-Transport-Security",
        "max-age of half a year or more",
    ),
    (
        "x_content_type_options",
        "X-Content-Type-Options",
        "nosniff",
    ),
    (
        "x_frame_options",
        "X-Frame-Options",
        "DENY, SAMEORIGIN or frame-ancestors",
    ),
];

/// Sorts the tests and shows each. `page` are the fields of the page itself, `other` those of the
/// answer to an origin of nowhere.
pub(super) fn table(rulings: &mut [Ruling], page: &HeaderMap, other: &HeaderMap) -> Value {
    rulings.sort_by_key(|ruling| ruling.test);
    let rows: Vec<[String; 5]> = rulings
        .iter()
        .map(|ruling| {
            let field = FIELDS.iter().find(|(test, ..)| *test == ruling.test);
            let (_, name, wanted) = field.copied().unwrap_or((ruling.test, ruling.test, ""));
            let seen = match ruling.test {
                "cross_origin_resource_sharing" => sent(other, name),
                // What a cookie holds is nobody's business.
                "cookies" => count(page, name),
                "redirection" => String::new(),
                _ => sent(page, name),
            };
            let verdict = if ruling.passes { "pass" } else { "fail" };
            // What is right and counts nothing needs no word.
            let why = match (ruling.passes, ruling.counts) {
                (true, 0) => String::new(),
                (_, counts) => format!("{}, {counts:+}", ruling.result),
            };
            [
                name.to_owned(),
                verdict.to_owned(),
                wanted.to_owned(),
                seen,
                why,
            ]
        })
        .collect();
    json!({"columns": ["header", "verdict", "wanted", "seen", "why"], "rows": rows})
}

fn sent(headers: &HeaderMap, name: &str) -> String {
    let lines: Vec<String> = headers
        .get_all(name)
        .iter()
        .map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned())
        .collect();
    match lines.as_slice() {
        [] => "not sent".to_owned(),
        lines => {
            let all = lines.join(", ");
            let mut shown: String = all.chars().take(LONGEST).collect();
            if shown.len() < all.len() {
                shown.push('…');
            }
            shown
        }
    }
}

fn count(headers: &HeaderMap, name: &str) -> String {
    match headers.get_all(name).iter().count() {
        0 => "not sent".to_owned(),
        1 => "one cookie".to_owned(),
        several => format!("{several} cookies"),
    }
}
