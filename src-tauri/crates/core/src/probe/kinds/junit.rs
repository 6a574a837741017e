//! `junit`: results of tests, from the report of the tests' own tool.

use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, KindSchema, MetricKind, always, as_written, metric, needed,
    nowhere,
};
use crate::probe::unit::Unit;

/// The schema of `junit`.
pub const JUNIT: KindSchema = KindSchema {
    name: "junit",
    version: 1,
    summary: "Reads JUnit XML reports as Surefire, Gradle, pytest, jest-junit, gotestsum, nextest \
              and their like write them.",
    class: Class::Passive,
    in_comment: true,
    fields: &[needed(
        "path",
        FieldKind::Globs,
        "The reports, such as `build/test-results/**/*.xml`. Each pattern must find one; several \
         are added up.",
    )],
    metrics: &[
        metric("tests", COUNT, "Tests in the reports, skipped ones too."),
        metric(
            "passed",
            COUNT,
            "Tests that ran and are good; missing when none ran.",
        ),
        metric(
            "failed",
            COUNT,
            "Tests with a failed assertion; missing when none ran.",
        ),
        metric(
            "errors",
            COUNT,
            "Tests and suites that broke; missing when none ran.",
        ),
        metric("skipped", COUNT, "Tests that were skipped or switched off."),
        metric(
            "flaky",
            COUNT,
            "Tests that were good only when they were run again, where the tool says so.",
        ),
        metric("suites", COUNT, "Suites with tests in them."),
        metric(
            "failed_tests",
            MetricKind::List,
            "The names of failed and broken tests.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Second),
            "The times of all tests added up; missing when the reports name none.",
        ),
        metric(
            "age",
            MetricKind::Number(Unit::Second),
            "Time since the oldest report was written.",
        ),
        metric("reports", COUNT, "Files that were read."),
    ],
    json: None,
    headers: false,
    body_field: None,
    default_expect: "tests > 0, failed == 0, errors == 0",
    primary: Some("tests"),
    class_of: always,
    complete: as_written,
    hosts: nowhere,
    target: |plan| plan.shown("path"),
    notes: &[
        "A missing or cut report is inconclusive. So are `passed`, `failed` and `errors` when no \
         test ran at all: a suite that is empty or skipped as a whole has shown nothing.",
        "Tests are counted one by one. Where a suite says that more failed than it lists, as one \
         that broke before its first test does, its word counts.",
    ],
    examples: &[
        Example {
            item: "All tests passing locally",
            checklist: "bakhmach.md",
            text: "junit path=report.xml expect=\"tests > 0, failed == 0, errors == 0, age < 1d\"",
            comment: true,
        },
        Example {
            item: "Dashboard component tests passing",
            checklist: "hamsaya.md",
            text: "junit path=dashboard/junit.xml expect=\"failed == 0, errors == 0, age < 1d\" warn=\"skipped == 0\" baseline=\"tests -5%\"",
            comment: true,
        },
    ],
};
