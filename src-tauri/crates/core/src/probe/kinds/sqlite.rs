//! `sqlite`: one query in a database file of the repository.

use super::table::{CELL, COLUMNS, MAX_ROWS, ROWS};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, Fields, KindSchema, MetricKind, UNIT, always, metric, needed,
    nowhere, plain,
};
use crate::probe::unit::Unit;

/// The schema of `sqlite`.
pub const SQLITE: KindSchema = KindSchema {
    name: "sqlite",
    version: 1,
    summary: "Opens a SQLite database inside the checklist's repository, only for reading, and \
              asks one query.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        needed(
            "path",
            FieldKind::Path,
            "The path from the repository's root. What lies outside, also through a link, is \
             refused.",
        ),
        plain(
            "sql",
            FieldKind::Verbatim,
            "One query, in a fence or the sidecar. Neither variables nor secrets are put into it: \
             hand values over with `params`.",
        ),
        plain(
            "params",
            FieldKind::TextList,
            "The values of `?1`, `?2`, … in `sql`, as text; write `CAST(?1 AS INTEGER)` for a \
             number.",
        ),
        UNIT,
        MAX_ROWS,
        plain(
            "max_bytes",
            FieldKind::Size,
            "How much the rows hold at most; `1MB` where absent, never over `50MB`.",
        ),
    ],
    metrics: &[
        metric(
            "answered",
            MetricKind::Bool,
            "The file is a database and, with `sql`, at least one row came; missing for an empty \
             result.",
        ),
        ROWS,
        CELL,
        COLUMNS,
        metric(
            "tables",
            MetricKind::List,
            "The tables of the database, sorted.",
        ),
        metric(
            "user_version",
            COUNT,
            "`PRAGMA user_version`, which many programs use for their schema's version.",
        ),
        metric(
            "query",
            MetricKind::Number(Unit::Millisecond),
            "From beginning `sql` to its last row.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "Everything together.",
        ),
    ],
    json: Some("rows"),
    headers: false,
    body_field: Some("sql"),
    default_expect: "answered",
    primary: Some("duration"),
    class_of: always,
    complete,
    hosts: nowhere,
    target: |plan| plan.shown("path"),
    notes: &[
        "The file is opened with `mode=ro`, other files cannot be attached, extensions cannot be \
         loaded, and a statement that is no query is an error. At the deadline the query is \
         interrupted.",
        "A result without a row decides nothing about its cells, so `cell == 0` is then \
         inconclusive, while `rows == 0` says just that. A `REAL` is the shortest decimal that \
         SQLite reads back as the same number.",
        "A file that is not there or no database, and a table or column that is not there, fail. \
         A database that another program keeps locked is inconclusive. Without a repository \
         around the checklist the probe is skipped.",
    ],
    examples: &[Example {
        item: "Database migrations prepared",
        checklist: "bakhmach.md",
        text: "probe: sqlite\npath: build/migrated.db\nsql: SELECT version FROM schema_migrations ORDER BY version DESC\nexpect:\n  - cell == ${SCHEMA_VERSION}\n",
        comment: false,
    }],
};

fn complete(fields: &mut Fields) -> Result<(), (&'static str, &'static str)> {
    if fields.contains_key("params") && !fields.contains_key("sql") {
        return Err(("`params` needs `sql`", "write the query in `sql`"));
    }
    Ok(())
}
