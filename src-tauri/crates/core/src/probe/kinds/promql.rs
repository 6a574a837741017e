//! `promql`: what a Prometheus server, or one that speaks like it, says to a query.

use super::http;
use super::series::{
    BASIC, BEARER, CA, HEADERS, HIGHEST, LOWEST, MAX_BODY, MEAN, NOT_A_NUMBER, SERIES, SUM, VALUE,
    VALUES,
};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, Fields, KindSchema, MetricKind, Secrets, UNIT, always,
    metric, needed, plain,
};
use crate::probe::unit::Unit;

/// The schema of `promql`.
pub const PROMQL: KindSchema = KindSchema {
    name: "promql",
    version: 1,
    summary: "Asks a Prometheus server one query (its HTTP API, version 1), at this moment or over \
              a window, and looks at every series that it finds.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        needed(
            "url",
            FieldKind::Url,
            "The server's address, `https://…`, also with a path before `/api/v1`.",
        )
        .with(Secrets::InQuery),
        needed("query", FieldKind::Text, "The query, in PromQL."),
        plain(
            "range",
            FieldKind::Duration,
            "The window that ends now, such as `1h`; only this moment where absent.",
        ),
        plain(
            "step",
            FieldKind::Duration,
            "The time from one sample of the window to the next; a 240th of `range`, at least \
             `15s`, where absent.",
        ),
        plain(
            "age_of",
            FieldKind::Text,
            "The series whose newest sample `age` speaks of, as `name{label=\"value\"}`; `query` \
             itself where that is such a selection.",
        ),
        UNIT,
        HEADERS,
        BEARER,
        BASIC,
        CA,
        MAX_BODY,
    ],
    metrics: &[
        VALUE,
        VALUES,
        LOWEST,
        HIGHEST,
        MEAN,
        SUM,
        SERIES,
        metric(
            "samples",
            COUNT,
            "How many samples all series have together.",
        ),
        metric(
            "coverage",
            MetricKind::Number(Unit::Percent),
            "Of the samples that the window should have, how many the series with the fewest \
             has; missing without `range`.",
        ),
        metric(
            "age",
            MetricKind::Number(Unit::Second),
            "How old the newest sample is, by the server's clock; missing when `query` computes \
             something and `age_of` is not there.",
        ),
        metric(
            "warnings",
            MetricKind::List,
            "What the server warns of, such as an answer that is not complete; empty when it does \
             not.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "Everything together.",
        ),
    ],
    json: Some("series"),
    headers: false,
    body_field: None,
    default_expect: "values exists",
    primary: Some("value"),
    class_of: always,
    complete,
    hosts: http::hosts,
    target: |plan| plan.shown("query"),
    notes: &[
        "In a window `lowest`, `highest` and `mean` speak of every sample of every series, \
         `value`, `values` and `sum` of the last sample of each. The window is a subquery, so it \
         ends at the server's now.",
        "A scalar counts as one series. No series at all is inconclusive, except for `series == \
         0`; where that is what you expect, make sure with a second probe that the metric exists.",
        NOT_A_NUMBER,
        "A query that the server cannot read is an error; one that it gives up fails.",
    ],
    examples: &[
        Example {
            item: "Database CPU < 60%",
            checklist: "hamsaya.md",
            text: "probe: promql\nurl: ${PROMETHEUS_URL}\nquery: 100 - 100 * avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\", role=\"db\"}[5m]))\nrange: 1h\nunit: \"%\"\nexpect:\n  - highest < 60%\n  - coverage >= 95%\n",
            comment: false,
        },
        Example {
            item: "Monitoring and alerting enabled",
            checklist: "bakhmach.md",
            text: "promql url=${PROMETHEUS_URL} query=\"up\" expect=\"lowest == 1, age < 2m, len(warnings) == 0\" proves=part",
            comment: true,
        },
    ],
};

fn complete(fields: &mut Fields) -> Result<(), (&'static str, &'static str)> {
    if fields.contains_key("step") && !fields.contains_key("range") {
        return Err(("`step` needs `range`", "write the window in `range`"));
    }
    Ok(())
}
