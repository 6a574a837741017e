//! What an item says about a site or an API as others see it: its certificate, its headers, who may
//! ask it, how often, and what it must not show.

use super::rules::code_spans;
use super::{Proposal, limits};
use crate::outline::patterns as re;

/// "SSL certificate valid for 30+ days", "HTTPS enforced".
pub(super) fn tls(text: &str) -> Option<Proposal> {
    if !re::SAYS_TLS.is_match(text) || re::SIGNS_SOMETHING.is_match(text) {
        return None;
    }
    if re::SAYS_REDIRECT.is_match(text) {
        let fields = "url=http://${HOST}/ expect=\"status in [301, 308], header(location) matches '^https://'\"";
        let why = "A plain HTTP request should be sent on to HTTPS.";
        return Some(Proposal::comment("http", fields, why));
    }
    let named = limits::days(text);
    let (expect, why) = if text.to_lowercase().contains("renew") {
        let lasts = named.unwrap_or_else(|| "> 30d".to_owned());
        (
            format!("\"valid_for {lasts}\" proves=part"),
            "A certificate that renews itself never gets close to its end.",
        )
    } else {
        let lasts = named.unwrap_or_else(|| "> 21d".to_owned());
        (
            format!("\"chain_ok, names_ok, chain_ok_for {lasts}\""),
            "The server's certificate shows whether it is valid and for how long.",
        )
    };
    Some(Proposal::comment(
        "tls",
        &format!("host=${{HOST}} expect={expect}"),
        why,
    ))
}

/// One header that an item may be about, and the metric that judges it.
const HEADERS: &[(&str, &str)] = &[
    ("hsts", "strict_transport_security"),
    ("strict-transport-security", "strict_transport_security"),
    ("csp", "content_security_policy"),
    ("content-security-policy", "content_security_policy"),
    ("content security policy", "content_security_policy"),
    ("x-frame-options", "x_frame_options"),
    ("x-content-type-options", "x_content_type_options"),
    ("referrer-policy", "referrer_policy"),
];

/// "Security headers configured", "HSTS enabled".
pub(super) fn headers(text: &str) -> Option<Proposal> {
    let comment = |fields: &str, why: &str| Some(Proposal::comment("headers", fields, why));
    if re::SAYS_HEADERS.is_match(text) {
        let why = "The response shows its security headers; they are judged as Mozilla's \
                   Observatory judges them.";
        return comment("url=${URL} expect=\"len(failed) == 0\"", why);
    }
    if !re::SAYS_ONE_HEADER.is_match(text) {
        return None;
    }
    let lower = text.to_lowercase();
    let mut metrics: Vec<&str> = Vec::new();
    for (word, metric) in HEADERS {
        if lower.contains(word) && !metrics.contains(metric) {
            metrics.push(metric);
        }
    }
    let fields = format!("url=${{URL}} expect=\"{}\"", metrics.join(", "));
    comment(&fields, "The response shows whether the header is there.")
}

/// "CORS origins configured (HTTPS only)".
pub(super) fn cors(text: &str) -> Option<Proposal> {
    re::SAYS_CORS.is_match(text).then(|| {
        let fields = "url=${API_URL} allow=${ALLOWED_ORIGIN} \
                      expect=\"as_listed, not wildcard_credentials\"";
        let why = "Requests in the name of other origins show which of them are let in.";
        Proposal::comment("cors", fields, why)
    })
}

/// "Rate limiting functional".
pub(super) fn rate_limit(text: &str) -> Option<Proposal> {
    re::SAYS_RATE_LIMIT.is_match(text).then(|| {
        let fields = "url: ${RATE_LIMITED_URL}\nrequests: 100\nexpect: limited\nproves: part\n";
        let why = "It asks again and again until it is refused, so it asks you each time; whether \
                   the limit is right needs a person.";
        Proposal::fence("ratelimit", fields, why)
    })
}

/// "WebSocket connections working".
pub(super) fn websocket(text: &str) -> Option<Proposal> {
    re::SAYS_WEBSOCKET.is_match(text).then(|| {
        let part = if re::IS_SET_UP.is_match(text) {
            " proves=part"
        } else {
            ""
        };
        let fields = format!("url=${{WS_URL}} expect=\"connected, answered\"{part}");
        let why = "A connection and a ping show whether it opens and answers.";
        Proposal::comment("websocket", &fields, why)
    })
}

/// "No .env or debug endpoints exposed".
pub(super) fn exposed(text: &str) -> Option<Proposal> {
    if !re::SAYS_EXPOSED.is_match(text) || re::EXPOSES_OTHERWISE.is_match(text) {
        return None;
    }
    let paths: Vec<&str> = code_spans(text)
        .filter(|code| re::IS_PATH.is_match(code))
        .collect();
    let named = if paths.is_empty() {
        String::new()
    } else {
        format!(" paths=\"{}\"", paths.join(", "))
    };
    let fields = format!("url=${{URL}}{named} expect=\"clean\" proves=part");
    let why = "The usual paths of forgotten files and debug pages can be asked for; what else \
               should be closed needs a person.";
    Some(Proposal::comment("exposed", &fields, why))
}

/// "`/health` returns 200".
pub(super) fn path(text: &str) -> Option<Proposal> {
    let path = code_spans(text).find(|code| re::IS_PATH.is_match(code))?;
    let found = re::RETURNS.captures(text)?;
    let status = &found["status"];
    let fields = format!("url=${{API_URL}}{path} expect=\"status == {status}\" proves=part");
    let why = format!("A request shows whether {path} answers so.");
    Some(Proposal::comment("http", &fields, why))
}
