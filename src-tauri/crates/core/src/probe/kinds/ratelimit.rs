//! `ratelimit`: whether a service says "enough".

use super::request::{
    BASIC, BEARER, BODY, CA, CERT, HEADERS, IP, KEY, KEY_PEM, METHOD, PROXY, PROXY_BASIC, RESOLVE,
    URL, complete, hosts,
};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, metric, plain,
};
use crate::probe::unit::Unit;

/// The schema of `ratelimit`.
pub const RATELIMIT: KindSchema = KindSchema {
    name: "ratelimit",
    version: 1,
    summary: "Sends the same request again and again until the service says that it is enough, \
              with 429 (RFC 6585, section 4), and no further.",
    class: Class::Load,
    in_comment: false,
    fields: &[
        URL,
        METHOD,
        HEADERS,
        BODY,
        BEARER,
        BASIC,
        plain(
            "requests",
            FieldKind::Integer(1, 2000),
            "How many requests are sent at most; 100 where absent.",
        ),
        plain(
            "concurrency",
            FieldKind::Integer(1, 50),
            "How many at once; 1 where absent, one after the other.",
        ),
        plain(
            "within",
            FieldKind::Duration,
            "The window in which they are sent; nine tenths of `timeout` where absent, and never \
             more.",
        ),
        plain(
            "limit_status",
            FieldKind::Integer(400, 599),
            "The status that says so; 429 where absent. nginx says 503 unless it is told \
             otherwise.",
        ),
        RESOLVE,
        IP,
        PROXY,
        PROXY_BASIC,
        CA,
        CERT,
        KEY,
        KEY_PEM,
    ],
    metrics: &[
        metric(
            "limited",
            MetricKind::Bool,
            "Some answer said that it is enough. A no is missing when not all requests could be \
             sent, or some were answered 404 or 5xx, or not at all.",
        ),
        metric(
            "first_limited",
            COUNT,
            "Which request was the first to be refused, from 1; missing when none was.",
        ),
        metric(
            "retry_after",
            MetricKind::Number(Unit::Second),
            "After which time the first refusal allows another try (RFC 9110, section 10.2.3); \
             missing where it does not say.",
        ),
        metric("sent", COUNT, "How many requests were answered."),
        metric(
            "accepted",
            COUNT,
            "How many were answered with less than 400.",
        ),
        metric(
            "errors",
            COUNT,
            "How many were answered 404 or 5xx, or broke off, 0 among them.",
        ),
        metric(
            "statuses",
            MetricKind::List,
            "The status codes that came, each once.",
        ),
        metric(
            "limit",
            COUNT,
            "How many requests the service says that it allows, in `RateLimit-Policy`, \
             `RateLimit-Limit` or `X-RateLimit-Limit`; missing where it does not say.",
        ),
        metric(
            "rate",
            MetricKind::Number(Unit::PerSecond),
            "How fast answers came.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "From the first request to the last answer.",
        ),
    ],
    json: None,
    headers: true,
    body_field: None,
    default_expect: "limited",
    primary: None,
    class_of: always,
    complete,
    hosts,
    target: |plan| plan.shown("url"),
    notes: &[
        "It asks each time and never joins \"run all\": it uses up what the service allows this \
         address or this account, perhaps for longer than it runs. With `concurrency` some requests \
         are still under way when the first refusal comes. `header()` reads the first refusal, or \
         else the last answer.",
    ],
    examples: &[
        Example {
            item: "Rate limiting functional",
            checklist: "bakhmach.md",
            text: "probe: ratelimit\nurl: https://${API_HOST}/api/sync/status\nbearer: ${secret:TOKEN}\nrequests: 150\nexpect:\n  - limited\n  - first_limited between 90 and 110\n  - retry_after <= 1m\n",
            comment: false,
        },
        Example {
            item: "Rate limits configured",
            checklist: "hamsaya.md",
            text: "probe: ratelimit\nurl: https://${API_HOST}/api/v1/auth/login\nmethod: POST\nbody: {email: probe@hamsaya.com, password: wrong}\nrequests: 20\nconcurrency: 4\ntimeout: 30s\nexpect: [limited, header(retry-after) exists]\n",
            comment: false,
        },
    ],
};
