//! `load`: many requests by a schedule, or what another tool measured so.

mod amount;

use super::request::{BASIC, BEARER, BODY, CA, HEADERS, METHOD, RESOLVE, authority};
use crate::probe::model::FieldValue;
use crate::probe::plan::Plan;
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, Fields, KindSchema, MetricKind, Secrets, metric, plain,
};
use crate::probe::unit::Unit;

pub use amount::{Amount, Level, amount};

const MILLIS: MetricKind = MetricKind::Number(Unit::Millisecond);
const PERCENT: MetricKind = MetricKind::Number(Unit::Percent);
const PER_SECOND: MetricKind = MetricKind::Number(Unit::PerSecond);
const BYTES: MetricKind = MetricKind::Number(Unit::Byte);

/// What an entry of `requests` may say.
const OF_A_REQUEST: &[&str] = &[
    "name", "path", "method", "headers", "body", "weight", "status", "capture",
];

/// The schema of `load`.
pub const LOAD: KindSchema = KindSchema {
    name: "load",
    version: 1,
    summary: "Sends requests at a fixed rate, whatever the server does, and counts latency from the \
              moment at which each was meant to be sent. Or reads what another tool measured.",
    class: Class::Load,
    in_comment: false,
    fields: &[
        plain(
            "url",
            FieldKind::Url,
            "An absolute `http://` or `https://` address; needed unless there is `from`.",
        )
        .with(Secrets::InQuery),
        METHOD,
        HEADERS,
        BODY,
        BEARER,
        BASIC,
        plain(
            "requests",
            FieldKind::Body,
            "Several requests to the server of `url` that take turns: a list of mappings with \
             `path`, and if need be `name`, `method`, `headers`, `body`, `weight` (1 where absent), \
             `status` and `capture`. `capture: {TOKEN: /json/pointer}` or `{TOKEN: header X-Token}` \
             keeps something of the answers for the others, as `{{TOKEN}}`; such a request is sent \
             once before everything else.",
        )
        .with(Secrets::Anywhere),
        plain(
            "values",
            FieldKind::Body,
            "A mapping from names to lists of values that take turns where `{{name}}` stands in a \
             path, a header or a body. `{{n}}` is the number of the request.",
        ),
        plain(
            "status",
            FieldKind::TextList,
            "The statuses that count as right; every 2xx where absent.",
        ),
        plain(
            "rate",
            FieldKind::Text,
            "Open loop: how many requests are sent, such as `1000/s`, whatever the server does.",
        ),
        plain(
            "users",
            FieldKind::Integer(1, 20_000),
            "Closed loop, instead of `rate`: how many users each wait for an answer before the next \
             request. Says nothing about those who would have come while the server stood still.",
        ),
        plain(
            "think",
            FieldKind::Duration,
            "How long a user waits after an answer; not at all where absent.",
        ),
        plain(
            "duration",
            FieldKind::Duration,
            "How long it measures; 30s where neither this nor `steps` is there.",
        ),
        plain(
            "steps",
            FieldKind::TextList,
            "Several stretches one after the other instead of `duration`, each with its own pace: \
             `[200/s 30s, 500/s 30s]`, or `[50 30s, 100 30s]` with `users`.",
        ),
        plain(
            "ramp",
            FieldKind::Duration,
            "How long the pace rises from nothing at first, not counted.",
        ),
        plain(
            "warmup",
            FieldKind::Duration,
            "How long it then runs at full pace before it counts; 5s where absent, at most a tenth \
             of what counts.",
        ),
        plain(
            "connections",
            FieldKind::Integer(1, 20_000),
            "How many connections at most; 100 where absent. Each user has one of its own.",
        ),
        plain(
            "http",
            FieldKind::OneOf(&["1.1", "2"]),
            "The version of HTTP; 1.1 where absent.",
        ),
        plain(
            "keep_alive",
            FieldKind::Bool,
            "Whether connections are used again; `true` where absent.",
        ),
        plain(
            "patience",
            FieldKind::Duration,
            "How long a request may wait to be sent, and then for its answer; 10s where absent.",
        ),
        RESOLVE,
        CA,
        plain(
            "from",
            FieldKind::Path,
            "A file in the repository to read instead of sending anything: the summary of k6 or oha \
             in JSON, of wrk or wrk2 as text, of vegeta in JSON, or locust's `_stats.csv`.",
        ),
    ],
    metrics: &[
        metric(
            "pN",
            MILLIS,
            "`p50`, `p99`, `p99.9` or any other: the latency that this share of requests did not \
             exceed, from the intended sending. Missing where fewer than ten lie beyond it.",
        ),
        metric("min", MILLIS, "The shortest latency."),
        metric("mean", MILLIS, "The mean latency."),
        metric("max", MILLIS, "The longest latency."),
        metric("stddev", MILLIS, "The standard deviation of the latency."),
        metric(
            "rate",
            PER_SECOND,
            "The rate that was asked for; missing in a closed loop.",
        ),
        metric("rate_reached", PER_SECOND, "The rate at which requests were sent."),
        metric(
            "throughput",
            PER_SECOND,
            "Answers as expected per second.",
        ),
        metric(
            "ok_rate",
            PERCENT,
            "The share of requests that were answered as expected.",
        ),
        metric(
            "error_rate",
            PERCENT,
            "The share that was not: unexpected status, broken transport, timeout, or not sent in \
             time. Missing where too few were sent to say that it lies under the limit that is \
             asked for: 3,000 for 0.1 %.",
        ),
        metric("requests", COUNT, "How many were due."),
        metric("sent", COUNT, "How many were sent."),
        metric("ok", COUNT, "How many were answered as expected."),
        metric("errors", COUNT, "How many were not."),
        metric("unexpected", COUNT, "How many had another status."),
        metric("broken", COUNT, "How many ended with the transport."),
        metric("timeouts", COUNT, "How many were sent and not answered in time."),
        metric("unsent", COUNT, "How many could not be sent in time."),
        metric(
            "status_N",
            COUNT,
            "`status_503` or any other: how many answers had this status.",
        ),
        metric("bytes_received", BYTES, "What came, heads included."),
        metric("bytes_sent", BYTES, "What was sent, heads included."),
        metric("connections", COUNT, "How many connections were open at once, at most."),
        metric(
            "cpu",
            PERCENT,
            "How busy this machine was with sending, of one core. Over 80 % nothing is decided.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "error_rate < 1%",
    primary: Some("p95"),
    class_of: |fields| fields.contains_key("from").then_some(Class::Passive),
    complete,
    hosts: |plan| {
        if plan.fields.contains_key("from") {
            return Ok(Vec::new());
        }
        amount(plan)?;
        let mut hosts = vec![authority(plan, "url", &["http", "https"])?];
        if plan.fields.contains_key("resolve") {
            hosts.push(plan.host("resolve")?);
        }
        Ok(hosts)
    },
    target,
    notes: &[
        "It asks each time, never joins \"run all\", and only goes to hosts that a person has typed \
         into the environment's list.",
        "It decides nothing, and says why, when this machine sent less than 95 % of what was asked \
         or was more than 80 % busy with it, when nothing was measured, and when it was stopped.",
        "Latencies hold the answers as expected and, with the time after which they were given up, \
         all that took too long. What failed fast is not in them, so that it cannot improve them.",
        "One run answers many items: the others have `ref` and conditions of their own. Redirects \
         are not followed. Credentials that are wrong are 401, and so errors.",
        "What other tools measured counts from the actual sending unless the tool corrects it, which \
         of these only wrk2 does and oha when it is told to.",
    ],
    examples: &[
        Example {
            item: "Load test completed",
            checklist: "bakhmach.md",
            text: "probe: load\nid: load\nurl: https://${API_HOST}/api/health\nrate: 1100/s\nduration: 60s\nexpect:\n  - p50 < 50ms\n  - p95 < 200ms\n  - p99 < 500ms\n  - error_rate < 0.1%\n  - rate_reached > 1000/s\n",
            comment: false,
        },
        Example {
            item: "Load testing completed (1000+ concurrent users)",
            checklist: "hamsaya.md",
            text: "probe: load\nurl: https://${API_HOST}/\nusers: 1000\nthink: 1s\nramp: 10s\nduration: 2m\nvalues: {page: ['1', '2', '3']}\nrequests:\n  - {path: '/api/v1/posts?page={{page}}', weight: 9}\n  - {path: /health}\nexpect: [p95 < 500ms, error_rate < 1%]\n",
            comment: false,
        },
        Example {
            item: "Load testing completed (1000+ concurrent users)",
            checklist: "hamsaya.md",
            text: "probe: load\nfrom: reports/k6-summary.json\nexpect: [p95 < 500ms, error_rate < 1%]\n",
            comment: false,
        },
    ],
};

fn target(plan: &Plan) -> String {
    if plan.fields.contains_key("from") {
        return plan.shown("from");
    }
    let url = plan.shown("url");
    match amount(plan) {
        Ok(amount) => format!("{url}, {amount}"),
        Err(_) => url,
    }
}

type Lack = (&'static str, &'static str);

fn complete(fields: &mut Fields) -> Result<(), Lack> {
    let has = |name: &str| fields.contains_key(name);
    if has("from") {
        if fields.len() > 1 {
            return Err((
                "`from` reads what was measured, so nothing else has a meaning beside it",
                "leave out one or the other",
            ));
        }
        return Ok(());
    }
    if !has("url") {
        return Err((
            "it says neither where to send requests nor what to read",
            "write `url` and `rate`, or `from`",
        ));
    }
    if has("bearer") && has("basic") {
        return Err((
            "`bearer` and `basic` are two answers to one question",
            "write one of them",
        ));
    }
    match (has("rate"), has("users")) {
        (true, true) => {
            return Err((
                "`rate` and `users` are two kinds of load",
                "write `rate`, unless the number of users is what is asked",
            ));
        }
        (false, false) => {
            return Err((
                "it does not say how much",
                "write `rate: 100/s`, or `users: 100`",
            ));
        }
        (true, false) if has("think") => {
            return Err((
                "only users think; a rate does not wait for answers",
                "leave `think` out, or write `users`",
            ));
        }
        _ => {}
    }
    if has("steps") && has("duration") {
        return Err((
            "each of the `steps` has its own duration",
            "leave `duration` out",
        ));
    }
    if has("requests") && (has("method") || has("body") || has("status")) {
        return Err((
            "each of the `requests` has its own `method`, `body` and `status`",
            "write them there",
        ));
    }
    match fields.get("requests") {
        None => {}
        Some(FieldValue::List(requests)) if !requests.is_empty() => {
            requests.iter().try_for_each(one_of_several)?;
        }
        Some(_) => {
            return Err((
                "`requests` is a list",
                "write `requests:` and under it `- {path: /a, weight: 3}` and so on",
            ));
        }
    }
    match fields.get("values") {
        None => Ok(()),
        Some(FieldValue::Map(values)) if values.values().all(is_list) => Ok(()),
        Some(_) => Err((
            "`values` is a mapping from names to lists",
            "write `values: {user: [ann, bob]}`",
        )),
    }
}

fn is_list(value: &FieldValue) -> bool {
    matches!(value, FieldValue::List(list) if !list.is_empty())
}

fn one_of_several(request: &FieldValue) -> Result<(), Lack> {
    let FieldValue::Map(entries) = request else {
        return Err((
            "each of the `requests` is a mapping",
            "write `- {path: /a, weight: 3}`",
        ));
    };
    let path = entries.get("path").and_then(FieldValue::as_text);
    if !path.is_some_and(|path| path.starts_with('/')) {
        return Err((
            "each of the `requests` has a `path` that begins with `/`",
            "write `path: /api/items`; the server is that of `url`",
        ));
    }
    if entries
        .keys()
        .any(|key| !OF_A_REQUEST.contains(&key.as_str()))
    {
        return Err((
            "one of the `requests` says something that is not known",
            "it may say name, path, method, headers, body, weight, status and capture",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
