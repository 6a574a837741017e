//! `scan`: a pattern in the files of the repository.

use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, needed,
    nowhere, plain,
};

/// The schema of `scan`.
pub const SCAN: KindSchema = KindSchema {
    name: "scan",
    version: 1,
    summary: "Searches the files of the repository for a pattern, as ripgrep does and with its \
              libraries, on all cores.",
    class: Class::Passive,
    in_comment: true,
    fields: &[
        needed(
            "pattern",
            FieldKind::Text,
            "A [regular expression](https://docs.rs/regex/latest/regex/#syntax), matched within \
             one line; `(?i)` before it ignores case.",
        ),
        plain(
            "paths",
            FieldKind::Globs,
            "Where to search, such as `src/**/*.py`; everything where absent. Each must find a \
             file.",
        ),
        plain(
            "exclude",
            FieldKind::Globs,
            "What to leave out, such as `**/tests/**`.",
        ),
        plain(
            "since",
            FieldKind::Text,
            "A commit, branch or tag: only lines that were added or changed since then count, \
             those that are not committed too.",
        ),
    ],
    metrics: &[
        metric(
            "matches",
            COUNT,
            "Lines with the pattern; missing when no file was searched.",
        ),
        metric("files", COUNT, "Files with such a line."),
        metric("searched", COUNT, "Files that were searched."),
        metric(
            "binary",
            COUNT,
            "Files that were left out because a NUL byte stands in them.",
        ),
        metric(
            "places",
            MetricKind::List,
            "The first 20 matches by path, as `src/a.py:12`.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "matches == 0",
    primary: Some("matches"),
    class_of: always,
    complete: as_written,
    hosts: nowhere,
    target: |plan| {
        let paths = plan.shown("paths");
        let paths = if paths.is_empty() {
            "the repository"
        } else {
            &paths
        };
        format!("/{}/ in {paths}", plan.shown("pattern"))
    },
    notes: &[
        "What the repository's `.gitignore` files name is left out unless `paths` begins with it, \
         and nothing else but binary files: hidden files are searched, a person's own ignore rules do not count, and links are \
         not followed. UTF-16 is read where it begins with its mark. A file that cannot be read, \
         and a line longer than 64 MB, make a good result inconclusive.",
    ],
    examples: &[
        Example {
            item: "No TODO/FIXME in production code",
            checklist: "hamsaya.md",
            text: "scan pattern='\\b(TODO|FIXME)\\b' paths=\"backend/src/** dashboard/src/**\" exclude=\"**/*_test.*\"",
            comment: true,
        },
        Example {
            item: "Debug statements removed",
            checklist: "hamsaya.md",
            text: "scan pattern='console\\.(log|debug)\\(|\\bdebugger\\b|fmt\\.Println\\(' paths=\"dashboard/src/** backend/src/**\" since=main",
            comment: true,
        },
    ],
};
