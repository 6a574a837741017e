//! `metrics`: one look at a page of metrics.

use super::http;
use super::series::{
    BASIC, BEARER, CA, HEADERS, HIGHEST, LOWEST, MAX_BODY, MEAN, NOT_A_NUMBER, SERIES, SUM, VALUE,
    VALUES,
};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, Secrets, UNIT, always, as_written,
    metric, needed,
};
use crate::probe::unit::Unit;

/// The schema of `metrics`.
pub const METRICS: KindSchema = KindSchema {
    name: "metrics",
    version: 1,
    summary: "Fetches one page in Prometheus' text format (version 0.0.4) or OpenMetrics 1.0 and \
              looks at the series that are selected.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        needed("url", FieldKind::Url, "The page's address.").with(Secrets::InQuery),
        needed(
            "select",
            FieldKind::Text,
            "Which series: `name{label=\"value\"}`, as in PromQL, with `=`, `!=`, `=~` and `!~`.",
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
            "age",
            MetricKind::Number(Unit::Second),
            "How old the newest of them is by the page's own time stamps; missing where it has \
             none.",
        ),
        metric(
            "type",
            MetricKind::Text,
            "What the page declares the metric as: `counter`, `gauge`, `histogram`, …; missing \
             where it does not.",
        ),
        metric("names", COUNT, "How many names of series the page has."),
        metric("status", COUNT, "The status code of the response."),
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
    complete: as_written,
    hosts: http::hosts,
    target: |plan| format!("{} at {}", plan.shown("select"), plan.shown("url")),
    notes: &[
        "A page that is not of this format fails, and so does an OpenMetrics page without `# EOF`, \
         which was cut on its way. A selection that finds nothing is inconclusive, except for \
         `series == 0`.",
        "A counter counts from the program's start: for a rate, ask Prometheus with `promql`.",
        NOT_A_NUMBER,
    ],
    examples: &[Example {
        item: "Metrics collection active",
        checklist: "bakhmach.md",
        text: "metrics url=${API_URL}/metrics select=\"http_requests_total{status='200'}\" expect=\"value > 0, names >= 5\"",
        comment: true,
    }],
};
