//! A run as JUnit XML, so that a pipeline can gate on it: one test case an item, one a sign-off
//! point. Only what is resolved passes; what is open is no pass either.

use std::collections::BTreeSet;

use quick_junit::{
    NonSuccessKind, Report as Document, SerializeError, TestCase, TestCaseStatus, TestSuite,
};

use crate::model::{Item, Phase, Point, PointVerdict, Report, Section, Tile};

/// One sign-off point and the items that it covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// Id of the point.
    pub point: String,
    /// Ids of the covered items.
    pub items: BTreeSet<String>,
}

/// Writes the run as JUnit XML: what a gate covers, or all items and points. The rollback track is
/// left out; its steps are no condition of a release.
///
/// # Errors
/// When a text cannot be written as XML.
pub fn render(report: &Report, gate: Option<&Gate>) -> Result<String, SerializeError> {
    let mut document = Document::new(&report.run.name);
    for phase in &report.phases {
        let mut suite = TestSuite::new(titled(&phase.number, &phase.title));
        for section in &phase.sections {
            let items = section.items.iter();
            let covered =
                items.filter(|item| gate.is_none_or(|gate| gate.items.contains(&item.id)));
            suite.add_test_cases(covered.map(|item| of_item(phase, section, item)));
        }
        if !suite.test_cases.is_empty() {
            document.add_test_suite(suite);
        }
    }
    let points = report.points.iter();
    let asked = points.filter(|point| gate.is_none_or(|gate| gate.point == point.id));
    let mut suite = TestSuite::new("Sign-off");
    suite.add_test_cases(asked.map(of_point));
    if !suite.test_cases.is_empty() {
        document.add_test_suite(suite);
    }
    document.to_string()
}

fn of_item(phase: &Phase, section: &Section, item: &Item) -> TestCase {
    let mut status = match item.tile {
        Tile::Waived | Tile::NotApplicable => TestCaseStatus::skipped(),
        Tile::Failed | Tile::Blocked => TestCaseStatus::non_success(NonSuccessKind::Failure),
        tile if tile.is_resolved() => TestCaseStatus::success(),
        // JUnit knows no "not yet": what nobody has resolved must not look like a pass.
        _ => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    let said = match item.reason.is_empty() {
        true => item.status.clone(),
        false => format!("{}: {}", item.status, item.reason),
    };
    status.set_message(said);
    status.set_type(item.tile.word());
    let found: Vec<String> = item.probes.iter().flat_map(found).collect();
    if !found.is_empty() {
        status.set_description(found.join("\n"));
    }
    let mut case = TestCase::new(titled(&item.number, &item.text), status);
    let under = match section.title.is_empty() {
        true => phase.title.clone(),
        false => format!("{} \u{203a} {}", phase.title, section.title),
    };
    case.set_classname(under);
    case
}

/// What a probe found, condition by condition.
fn found(probe: &crate::model::Probe) -> Vec<String> {
    let mut lines = vec![format!(
        "{} {}: {}",
        probe.kind,
        probe.verdict.word(),
        probe.summary
    )];
    lines.extend(probe.conditions.iter().map(|condition| {
        format!(
            "{} {}: {}",
            condition.text,
            condition.verdict.word(),
            condition.found
        )
    }));
    lines
}

fn of_point(point: &Point) -> TestCase {
    let mut status = match point.verdict {
        PointVerdict::Go | PointVerdict::GoWithConditions => TestCaseStatus::success(),
        PointVerdict::NotReady | PointVerdict::Ready => {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        }
        PointVerdict::NoGo => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    let said = match point.verdict_note.is_empty() {
        true => point.verdict.word().to_owned(),
        false => format!("{}: {}", point.verdict.word(), point.verdict_note),
    };
    status.set_message(said);
    status.set_type(point.verdict.word());
    let mut case = TestCase::new(&point.title, status);
    case.set_classname("Sign-off");
    case
}

fn titled(number: &str, title: &str) -> String {
    match (number.is_empty(), title.is_empty()) {
        (true, _) => title.to_owned(),
        (_, true) => number.to_owned(),
        _ => format!("{number} {title}"),
    }
}
