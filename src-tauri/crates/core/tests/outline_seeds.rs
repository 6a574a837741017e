//! Both seeds, byte for byte: how much they hold, where each line stands, the stage of each section.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod listing;

use countersign_core::outline::{Import, ItemKind, Stage, import};
use listing::{assert_golden, list};

const BAKHMACH: &[u8] = include_bytes!("../../../../tests/ref/seeds/bakhmach.md");
const HAMSAYA: &[u8] = include_bytes!("../../../../tests/ref/seeds/hamsaya.md");

fn read(bytes: &[u8]) -> Import {
    import(bytes, None).unwrap()
}

fn stages(import: &Import) -> Vec<(String, Stage)> {
    let phases = import.outline.phases.iter().filter(|phase| !phase.rollback);
    phases
        .flat_map(|phase| phase.sections.iter().map(move |section| (phase, section)))
        .map(|(phase, section)| {
            let name = section.title.clone().unwrap_or_else(|| phase.title.clone());
            (name, section.stage)
        })
        .collect()
}

#[test]
fn bakhmach_holds_exactly_what_it_says() {
    let import = read(BAKHMACH);
    let outline = &import.outline;
    assert_eq!(outline.work_items().count(), 115);
    assert_eq!(outline.rollback_steps().count(), 14);
    assert_eq!(outline.roles.len(), 5);
    assert_eq!(outline.fields.len(), 4);
    assert_eq!(outline.fences.len(), 3);
    assert_eq!(outline.phases.len(), 13);
    assert_eq!(outline.conditions.len(), 2);
    let track = outline.rollback.as_ref().unwrap();
    let groups: Vec<(usize, bool)> = track
        .groups
        .iter()
        .map(|group| (group.steps.len(), group.on_clock))
        .collect();
    assert_eq!(groups, [(4, true), (5, true), (5, false)]);
}

#[test]
fn hamsaya_holds_exactly_what_it_says() {
    let import = read(HAMSAYA);
    let outline = &import.outline;
    assert_eq!(outline.work_items().count(), 124);
    let work = outline.phases.iter().filter(|phase| !phase.rollback);
    let windows: Vec<&str> = work
        .map(|phase| phase.window.as_ref().unwrap().words.as_str())
        .collect();
    assert_eq!(
        windows,
        [
            "1-2 weeks before",
            "1 week before",
            "3 days before",
            "2 days before",
            "Deployment Day",
            "First 24 hours",
            "First Week"
        ]
    );
    assert_eq!(outline.contacts.len(), 4);
    assert!(
        outline
            .contacts
            .iter()
            .all(|contact| contact.value.is_none())
    );
    assert_eq!(outline.criteria.len(), 6);
    assert_eq!(outline.resources.len(), 4);
    assert_eq!(
        outline.fences.iter().filter(|fence| fence.rollback).count(),
        1
    );
    assert_eq!(outline.fences.len(), 1);
    assert_eq!(outline.rollback_steps().count(), 3);
    assert_eq!(
        outline.rollback.as_ref().unwrap().placeholders,
        ["backup-name"]
    );
    let backup = outline.item("application-backup-created").unwrap();
    assert_eq!(backup.asks_for.as_deref(), Some("backup-name"));
    let answered: Vec<usize> = outline
        .criteria
        .iter()
        .map(|criterion| criterion.answered_by.len())
        .collect();
    assert_eq!(
        answered,
        [0, 1, 1, 0, 0, 0],
        "two repeat thresholds of phase 6"
    );
}

#[test]
fn every_section_of_bakhmach_has_its_stage() {
    use Stage::{Deploy, Prepare, Review, Watch};
    let expected = [
        ("Code Quality", Prepare),
        ("Documentation", Prepare),
        ("Environment Preparation", Prepare),
        ("Migration Testing", Prepare),
        ("Execution", Deploy),
        ("Pre-deployment", Prepare),
        ("Deployment", Deploy),
        ("Production Deployment", Deploy),
        ("Validation", Watch),
        ("Monitoring", Watch),
        ("Integration Testing", Watch),
        ("Third-Party APIs", Deploy),
        ("Expected Metrics", Watch),
        ("Before Deployment", Prepare),
        ("During Deployment", Deploy),
        ("After Deployment", Watch),
        ("Documentation Updates", Prepare),
        ("Security Checks", Prepare),
        ("Performance Optimization", Prepare),
        ("Monitoring and Alerting", Prepare),
        ("Within 24 Hours", Review),
        ("Within 1 Week", Review),
    ];
    let expected = expected.map(|(name, stage)| (name.to_owned(), stage));
    assert_eq!(stages(&read(BAKHMACH)), expected);
}

#[test]
fn every_section_of_hamsaya_has_its_stage() {
    use Stage::{Deploy, Prepare, Watch};
    let expected = [
        ("Code Quality", Prepare),
        ("Testing", Prepare),
        ("Documentation", Prepare),
        ("Server Provisioning", Prepare),
        ("Security Infrastructure", Prepare),
        ("Monitoring & Logging", Prepare),
        ("Database Setup", Prepare),
        ("Database Migration", Prepare),
        ("Environment Variables", Prepare),
        ("Application Configuration", Prepare),
        ("Pre-Deployment", Prepare),
        ("Backend Deployment", Deploy),
        ("Dashboard Deployment", Deploy),
        ("Mobile Deployment", Deploy),
        ("Verification", Watch),
        ("Monitoring", Watch),
        ("User Testing", Watch),
        ("Performance", Watch),
        ("Stability", Watch),
        ("User Feedback", Watch),
    ];
    let expected = expected.map(|(name, stage)| (name.to_owned(), stage));
    assert_eq!(stages(&read(HAMSAYA)), expected);
}

#[test]
fn every_line_stands_where_it_stands() {
    assert_golden(
        "../../../tests/ref/outline/bakhmach.txt",
        &list(&read(BAKHMACH)),
    );
    assert_golden(
        "../../../tests/ref/outline/hamsaya.txt",
        &list(&read(HAMSAYA)),
    );
}

#[test]
fn every_box_is_found_by_its_offset_and_its_line() {
    for bytes in [BAKHMACH, HAMSAYA] {
        let import = read(bytes);
        let lines: Vec<&str> = std::str::from_utf8(bytes).unwrap().lines().collect();
        for item in &import.outline.items {
            let line = lines[item.line as usize - 1];
            assert!(line.contains(&item.text), "{}: {line}", item.number);
            if let Some(offset) = item.box_offset {
                let offset = offset as usize;
                assert_eq!(&bytes[offset - 1..=offset + 1], b"[ ]", "{}", item.number);
            }
        }
    }
}

#[test]
fn points_cover_what_is_prepared_and_everything_but_the_rollback() {
    for (bytes, prepared, all, roles) in [(BAKHMACH, 59, 115, 5), (HAMSAYA, 71, 124, 0)] {
        let outline = read(bytes).outline;
        let [go, acceptance] = outline.points.as_slice() else {
            panic!("two points are offered");
        };
        assert_eq!((go.id.as_str(), go.items.len()), ("go-no-go", prepared));
        assert_eq!(
            (acceptance.id.as_str(), acceptance.items.len()),
            ("acceptance", all)
        );
        assert_eq!(go.roles.len(), roles);
        let steps = outline
            .items
            .iter()
            .filter(|item| item.kind == ItemKind::RollbackStep);
        for step in steps {
            assert!(!acceptance.items.contains(&step.id));
        }
    }
}

#[test]
fn the_outline_is_canonical_json_and_comes_back_the_same() {
    for bytes in [BAKHMACH, HAMSAYA] {
        let outline = read(bytes).outline;
        let json = countersign_core::canon::to_bytes(&outline).unwrap();
        let back: countersign_core::outline::Outline = serde_json::from_slice(&json).unwrap();
        assert_eq!(back, outline);
        assert!(!String::from_utf8(json).unwrap().contains("null"));
    }
}
