//! `changelog`: the section of a release in a change log.

use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, needed,
    nowhere, plain,
};
use crate::probe::unit::Unit;

/// The schema of `changelog`.
pub const CHANGELOG: KindSchema = KindSchema {
    name: "changelog",
    version: 1,
    summary: "Looks for the section of a version in a change log that is written as [Keep a \
              Changelog 1.1](https://keepachangelog.com/en/1.1.0/) describes it.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        needed(
            "version",
            FieldKind::Text,
            "The version, such as `${RELEASE}`; a leading `v` makes no difference.",
        ),
        plain(
            "path",
            FieldKind::Path,
            "The change log; `CHANGELOG.md` where absent.",
        ),
    ],
    metrics: &[
        metric("exists", MetricKind::Bool, "There is a file at the path."),
        metric(
            "section",
            MetricKind::Bool,
            "A heading names exactly this version: `2.4.0` is not found in `2.4.0-rc.1`.",
        ),
        metric(
            "entries",
            COUNT,
            "List items and paragraphs in the section; missing without a section.",
        ),
        metric(
            "groups",
            MetricKind::List,
            "The headings in the section, such as Added and Fixed.",
        ),
        metric(
            "dated",
            MetricKind::Bool,
            "The heading has a date of the form 2026-11-24 that is in the calendar.",
        ),
        metric(
            "date",
            MetricKind::Time,
            "That date, its first second in UTC.",
        ),
        metric(
            "age",
            MetricKind::Number(Unit::Day),
            "Whole days since that date; negative for one to come.",
        ),
        metric(
            "yanked",
            MetricKind::Bool,
            "The heading is marked `[YANKED]`.",
        ),
        metric(
            "latest",
            MetricKind::Text,
            "The version of the first section that is not `Unreleased`.",
        ),
        metric(
            "unreleased",
            COUNT,
            "List items and paragraphs that still stand under `Unreleased`; 0 without such a \
             section.",
        ),
        metric(
            "text",
            MetricKind::Text,
            "The section as it is written; missing without a section.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "section, entries > 0, dated",
    primary: None,
    class_of: always,
    complete: as_written,
    hosts: nowhere,
    target: |plan| {
        let path = plan.shown("path");
        let path = if path.is_empty() {
            "CHANGELOG.md"
        } else {
            &path
        };
        format!("{} in {path}", plan.shown("version"))
    },
    notes: &[
        "A file that is there and has no heading of the second level, or is longer than 50 MB, is \
         not read as a change log: that is inconclusive. `Unreleased` is never taken for a version.",
    ],
    examples: &[
        Example {
            item: "CHANGELOG.md updated",
            checklist: "bakhmach.md",
            text: "changelog version=${RELEASE}",
            comment: true,
        },
        Example {
            item: "Add new features to changelog",
            checklist: "bakhmach.md",
            text: "changelog version=${RELEASE} expect=\"section, groups contains Added\"",
            comment: true,
        },
    ],
};
