//! `file`: a file of the repository.

use crate::probe::schema::{
    Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, needed, nowhere,
    plain,
};
use crate::probe::unit::Unit;

/// The schema of `file`.
pub const FILE: KindSchema = KindSchema {
    name: "file",
    version: 1,
    summary: "Looks at one file inside the checklist's repository.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        needed(
            "path",
            FieldKind::Path,
            "The path from the repository's root. What lies outside, also through a link, is \
             refused.",
        ),
        plain(
            "max_size",
            FieldKind::Size,
            "How much is read for `text` and `json()`; `1MB` where absent, never over `50MB`. \
             `sha256` reads all of it.",
        ),
    ],
    metrics: &[
        metric("exists", MetricKind::Bool, "There is a file at the path."),
        metric("size", MetricKind::Number(Unit::Byte), "Its length."),
        metric(
            "age",
            MetricKind::Number(Unit::Second),
            "Time since it was last changed.",
        ),
        metric("modified", MetricKind::Time, "When it was last changed."),
        metric(
            "sha256",
            MetricKind::Text,
            "SHA-256 of its bytes in lower hex.",
        ),
        metric(
            "text",
            MetricKind::Text,
            "Its content; missing when it is longer than `max_size` or not UTF-8.",
        ),
    ],
    json: Some("text"),
    headers: false,
    body_field: None,
    default_expect: "exists",
    primary: Some("size"),
    class_of: always,
    complete: as_written,
    hosts: nowhere,
    target: |plan| plan.shown("path"),
    notes: &["Without a repository around the checklist it is skipped."],
    examples: &[
        Example {
            item: "CHANGELOG.md updated",
            checklist: "bakhmach.md",
            text: "file path=CHANGELOG.md expect=\"exists, text contains '${RELEASE}'\"",
            comment: true,
        },
        Example {
            item: "README files updated",
            checklist: "hamsaya.md",
            text: "file path=README.md expect=\"size > 1kB\" proves=part",
            comment: true,
        },
    ],
};
