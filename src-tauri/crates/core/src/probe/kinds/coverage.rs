//! `coverage`: how much of the code the tests reach, from the report of the tests' own tool.

use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, needed,
    nowhere,
};
use crate::probe::unit::Unit;

const SHARE: MetricKind = MetricKind::Number(Unit::Percent);

/// The schema of `coverage`.
pub const COVERAGE: KindSchema = KindSchema {
    name: "coverage",
    version: 1,
    summary: "Reads coverage reports: lcov, Cobertura, JaCoCo, coverage.py JSON, and Istanbul \
              JSON, both the summary and the whole. The format is seen from the content.",
    class: Class::Passive,
    in_comment: true,
    fields: &[needed(
        "path",
        FieldKind::Globs,
        "The reports. Each pattern must find one; several are added up.",
    )],
    metrics: &[
        metric(
            "line",
            SHARE,
            "Lines that the tests reach, of all that count; missing when none counts.",
        ),
        metric(
            "branch",
            SHARE,
            "Branches that the tests take; missing when the reports count none.",
        ),
        metric(
            "function",
            SHARE,
            "Functions that the tests enter; missing when the reports count none.",
        ),
        metric(
            "total",
            SHARE,
            "Lines and branches together, the percentage that coverage.py prints.",
        ),
        metric("lines", COUNT, "How many lines count."),
        metric("lines_covered", COUNT, "How many of them are reached."),
        metric("branches", COUNT, "How many branches there are."),
        metric("branches_covered", COUNT, "How many of them are taken."),
        metric(
            "packages",
            COUNT,
            "Packages, or folders where the format knows none.",
        ),
        metric(
            "lowest",
            SHARE,
            "The line coverage of the package that has the least.",
        ),
        metric(
            "age",
            MetricKind::Number(Unit::Second),
            "Time since the oldest report was written.",
        ),
        metric("formats", MetricKind::List, "The formats that were read."),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "line >= 80%",
    primary: Some("line"),
    class_of: always,
    complete: as_written,
    hosts: nowhere,
    target: |plan| plan.shown("path"),
    notes: &[
        "A missing, cut or unknown report is inconclusive, and so is one that counts no line. \
         Shares are exact: 84.999 % is not 85 %. Where they have no end they are cut after the \
         tenth decimal, never rounded up.",
        "Several reports are added up. A source file that stands in two of them counts twice: the \
         same path may be two files. Let the tests' tool merge reports of one program first.",
    ],
    examples: &[
        Example {
            item: "Code coverage > 85%",
            checklist: "bakhmach.md",
            text: "coverage path=coverage.json expect=\"line > 85%, age < 1d\"",
            comment: true,
        },
        Example {
            item: "Backend unit tests passing (80%+ coverage)",
            checklist: "hamsaya.md",
            text: "coverage path=backend/coverage.xml expect=\"line >= 80%, age < 1d\" warn=\"branch >= 70%\" proves=part",
            comment: true,
        },
    ],
};
