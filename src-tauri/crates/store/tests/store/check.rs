use countersign_store::DamagedPart;

use crate::fixture::{fixture, note, run};

/// Changes an event's row as a disk or a meddler would, past the triggers.
fn meddle(path: &std::path::Path, sql: &str) {
    let direct = rusqlite::Connection::open(path.join("countersign.db")).unwrap();
    direct
        .execute_batch("DROP TRIGGER events_are_never_changed")
        .unwrap();
    assert_eq!(direct.execute(sql, []).unwrap(), 1);
}

#[test]
fn an_altered_event_is_named_and_other_runs_stay_readable() {
    let there = fixture();
    let (one, two) = (run(&there.store, 1), run(&there.store, 2));
    let events = there
        .store
        .append(&one, vec![note("aaaa"), note("b")])
        .unwrap();
    meddle(
        there.path(),
        "UPDATE events SET bytes = CAST(replace(CAST(bytes AS TEXT), 'aaaa', 'aaab') AS BLOB)
         WHERE position = 3",
    );
    let part = DamagedPart::Event {
        run: one.to_string(),
        event: events[0].id().to_string(),
    };
    let found = there.store.check().unwrap();
    assert_eq!(found[0].part, part);
    let refused = there.store.events(&one, Default::default()).unwrap_err();
    assert_eq!(refused.code(), "store-damaged");
    assert!(
        refused.to_string().contains(&events[0].id().as_str()[..12]),
        "{refused}"
    );
    assert_eq!(
        there.store.events(&two, Default::default()).unwrap().len(),
        1
    );
}

#[test]
fn a_row_that_contradicts_its_bytes_is_named() {
    let there = fixture();
    let one = run(&there.store, 1);
    there.store.append(&one, vec![note("a")]).unwrap();
    meddle(there.path(), "UPDATE events SET seq = 7 WHERE position = 2");
    let found = there.store.check().unwrap();
    assert!(found[0].to_string().contains("row 2"), "{found:?}");
}
