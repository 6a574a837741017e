//! `sarif`: findings of an analysis tool.

use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, needed,
    nowhere,
};
use crate::probe::unit::Unit;

/// The schema of `sarif`.
pub const SARIF: KindSchema = KindSchema {
    name: "sarif",
    version: 1,
    summary: "Reads findings in SARIF 2.1.0, which CodeQL, Semgrep, gitleaks, Trivy, Bandit, \
              ESLint, clippy and many others write.",
    class: Class::Passive,
    in_comment: true,
    fields: &[needed(
        "path",
        FieldKind::Globs,
        "The reports. Each pattern must find one; several are added up.",
    )],
    metrics: &[
        metric(
            "errors",
            COUNT,
            "Findings of the level *error* that are not suppressed.",
        ),
        metric(
            "warnings",
            COUNT,
            "Findings of the level *warning* that are not suppressed.",
        ),
        metric(
            "notes",
            COUNT,
            "Findings of the level *note* that are not suppressed.",
        ),
        metric(
            "findings",
            COUNT,
            "All findings that are not suppressed, those without a level too.",
        ),
        metric(
            "suppressed",
            COUNT,
            "Findings that the tool or the code says to overlook.",
        ),
        metric(
            "new",
            COUNT,
            "Findings that are new against the tool's baseline and not suppressed; missing when \
             the tool compared with none.",
        ),
        metric(
            "review",
            COUNT,
            "What a person is asked to look at: results of the kinds *open* and *review*.",
        ),
        metric(
            "rules",
            MetricKind::List,
            "The rules that found something, by name.",
        ),
        metric("tools", MetricKind::List, "The tools, with their versions."),
        metric(
            "age",
            MetricKind::Number(Unit::Second),
            "Time since the oldest report was written.",
        ),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "errors == 0",
    primary: Some("findings"),
    class_of: always,
    complete: as_written,
    hosts: nowhere,
    target: |plan| plan.shown("path"),
    notes: &[
        "It is inconclusive when the report holds no run, when a run has no list of results (the \
         tool did not look), when the tool says that it did not end well, or when results lie in \
         other files. A level that a result leaves out comes from its rule, as section 3.27.10 \
         of the standard says.",
    ],
    examples: &[
        Example {
            item: "Security scanning completed",
            checklist: "bakhmach.md",
            text: "sarif path=reports/semgrep.sarif expect=\"errors == 0, age < 1d\" warn=\"warnings == 0\"",
            comment: true,
        },
        Example {
            item: "Security testing completed",
            checklist: "hamsaya.md",
            text: "sarif path=\"reports/*.sarif\" expect=\"errors == 0, new == 0\" proves=part",
            comment: true,
        },
    ],
};
