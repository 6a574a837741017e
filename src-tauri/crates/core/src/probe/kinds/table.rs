//! What the kinds share that ask a database one query.

use crate::probe::schema::{
    COUNT, FieldKind, FieldSchema, MetricKind, MetricSchema, metric, plain,
};

pub(super) const MAX_ROWS: FieldSchema = plain(
    "max_rows",
    FieldKind::Integer(1, 10_000),
    "How many rows are read at most; 1,000 where absent.",
);

pub(super) const ROWS: MetricSchema = metric(
    "rows",
    COUNT,
    "How many rows `sql` finds, 0 among them; missing when there are more than `max_rows`. \
     `json()` reads a list with one object a row, by column.",
);

pub(super) const CELL: MetricSchema = metric(
    "cell",
    MetricKind::Any,
    "The first column of the first row; missing without a row and for `NULL`.",
);

pub(super) const COLUMNS: MetricSchema = metric(
    "columns",
    MetricKind::List,
    "The names of the result's columns.",
);
