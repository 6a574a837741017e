use countersign_core::ledger::Digest;
use countersign_store::{ChecklistOrigin, ChecklistRow};

use crate::fixture::{at, fixture};

fn row(place: &str, title: &str, opened: i64) -> ChecklistRow {
    let bundled = !place.starts_with('/');
    ChecklistRow {
        place: place.into(),
        origin: if bundled {
            ChecklistOrigin::Bundled
        } else {
            ChecklistOrigin::File
        },
        digest: Digest::of(title.as_bytes()),
        title: title.into(),
        last_opened: at(opened),
    }
}

#[test]
fn the_checklist_opened_last_comes_first_and_stands_once() {
    let there = fixture();
    for (place, title, opened) in [
        ("bakhmach", "Bakhmach", 1),
        ("/srv/release.md", "Old title", 2),
        ("hamsaya", "Hamsaya", 3),
    ] {
        there
            .store
            .checklist_opened(&row(place, title, opened))
            .unwrap();
    }
    there
        .store
        .checklist_opened(&row("/srv/release.md", "Release", 4))
        .unwrap();
    let expected = [
        row("/srv/release.md", "Release", 4),
        row("hamsaya", "Hamsaya", 3),
        row("bakhmach", "Bakhmach", 1),
    ];
    assert_eq!(there.again().checklists().unwrap(), expected);
    there.store.forget_checklist("hamsaya").unwrap();
    assert_eq!(there.store.checklists().unwrap().len(), 2);
}
