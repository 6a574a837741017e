//! Results as JUnit XML, which every pipeline reads.

use std::path::Path;
use std::time::Duration;

use countersign_api::Outcome;
use countersign_api::wire::error::Problem;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// Writes the results of a checklist's probes.
pub fn write(path: &Path, checklist: &str, outcomes: &[Outcome]) -> Result<(), Problem> {
    let mut suite = TestSuite::new(checklist);
    suite.add_test_cases(outcomes.iter().map(case));
    let mut report = Report::new("countersign probe");
    report.add_test_suite(suite);
    let xml = report
        .to_string()
        .map_err(|error| Problem::new("junit-unwritable", error.to_string()))?;
    std::fs::write(path, xml)
        .map_err(|error| Problem::io("the results cannot be written", path, &error))
}

fn case(outcome: &Outcome) -> TestCase {
    let result = &outcome.result;
    let kind = match result.verdict.as_str() {
        "pass" | "warn" => None,
        "fail" => Some(NonSuccessKind::Failure),
        // JUnit knows no third answer; one that measured nothing must not look like a pass.
        _ => Some(NonSuccessKind::Error),
    };
    let mut status = match (kind, result.verdict.as_str()) {
        (_, "skipped") => TestCaseStatus::skipped(),
        (Some(kind), _) => TestCaseStatus::non_success(kind),
        (None, _) => TestCaseStatus::success(),
    };
    status.set_message(&result.summary);
    status.set_type(&result.verdict);
    let unmet: Vec<String> = result
        .conditions
        .iter()
        .filter(|condition| condition.verdict != "pass")
        .map(|condition| format!("{}: {}", condition.text, condition.why))
        .collect();
    if !unmet.is_empty() {
        status.set_description(unmet.join("\n"));
    }
    let mut case = TestCase::new(format!("{} {}", outcome.number, outcome.text), status);
    case.set_classname(&outcome.kind);
    if let Ok(took) = Duration::try_from_secs_f64(result.duration_ms / 1000.0) {
        case.set_time(took);
    }
    case
}
