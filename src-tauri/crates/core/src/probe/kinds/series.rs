//! What the kinds that read series have in common: fields of access and metrics of values.

pub(super) use super::request::{BASIC, BEARER, CA};
use crate::probe::schema::{
    COUNT, FieldKind, FieldSchema, MetricKind, MetricSchema, Secrets, metric, plain,
};

pub(super) const HEADERS: FieldSchema = plain(
    "headers",
    FieldKind::TextMap,
    "Request header fields; in a comment `headers.X-Scope-OrgID=shop`.",
)
.with(Secrets::Anywhere);

pub(super) const MAX_BODY: FieldSchema = plain(
    "max_body",
    FieldKind::Size,
    "How much of the decoded answer is read at most; `1MB` where absent, never over `50MB`. What \
     is longer decides nothing.",
);

pub(super) const SERIES: MetricSchema = metric(
    "series",
    COUNT,
    "How many series were found, 0 among them. `json()` reads a list with `labels` and `value` of \
     each.",
);

pub(super) const VALUE: MetricSchema = metric(
    "value",
    MetricKind::Any,
    "The value of the only series; missing when there are none or several.",
);

pub(super) const VALUES: MetricSchema = metric(
    "values",
    MetricKind::List,
    "The value of every series, in the order of their labels; missing when there are none.",
);

pub(super) const LOWEST: MetricSchema = metric(
    "lowest",
    MetricKind::Any,
    "The least of all values: `lowest > 0` says that all are above 0, `lowest < 80` that any is \
     below 80.",
);

pub(super) const HIGHEST: MetricSchema = metric(
    "highest",
    MetricKind::Any,
    "The greatest of all values: `highest < 80` says that all are below 80.",
);

pub(super) const MEAN: MetricSchema = metric("mean", MetricKind::Any, "The mean of all values.");

pub(super) const SUM: MetricSchema = metric("sum", MetricKind::Any, "The sum over the series.");

/// The note that stands under both.
pub(super) const NOT_A_NUMBER: &str = "A series that is `NaN` or infinite, or whose number a decimal cannot keep exactly, leaves \
     every value but `series` missing: nothing is then said of the others either.";
