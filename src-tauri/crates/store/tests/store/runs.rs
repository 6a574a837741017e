use countersign_core::ledger::{Digest, RunId};
use countersign_store::Position;

use crate::fixture::{at, fixture, note, run};

#[test]
fn runs_are_listed_with_the_last_opened_first() {
    let there = fixture();
    let (one, two) = (run(&there.store, 1), run(&there.store, 2));
    there.store.run_opened(&one, at(5000)).unwrap();
    there.store.archive_run(&two, true).unwrap();
    let rows = there.again().runs().unwrap();
    assert_eq!(
        rows.iter().map(|row| &row.run).collect::<Vec<_>>(),
        [&one, &two]
    );
    assert_eq!(
        (rows[0].archived, rows[0].last_opened),
        (false, Some(at(5000)))
    );
    assert_eq!((rows[1].archived, rows[1].last_opened), (true, None));
    assert_eq!(rows[1].opened_at, at(0));
    there.store.archive_run(&two, false).unwrap();
    assert!(!there.store.run(&two).unwrap().unwrap().archived);
}

#[test]
fn a_summary_says_how_much_it_covers_and_never_goes_back() {
    let there = fixture();
    let one = run(&there.store, 1);
    let row = |store: &countersign_store::Store| store.run(&one).unwrap().unwrap();
    assert_eq!(row(&there.store).summary, None);
    there
        .store
        .append(&one, vec![note("a"), note("b")])
        .unwrap();
    let last = row(&there.store).last;
    there
        .store
        .set_summary(&one, last, r#"{"done":2}"#)
        .unwrap();
    there
        .store
        .set_summary(&one, Position(last.0 - 1), r#"{"done":1}"#)
        .unwrap();
    assert_eq!(
        row(&there.again()).summary,
        Some((last, r#"{"done":2}"#.to_owned()))
    );
    there.store.append(&one, vec![note("c")]).unwrap();
    assert!(row(&there.store).last > last);
}

#[test]
fn summaries_can_be_thrown_away_and_the_marks_of_this_device_stay() {
    let there = fixture();
    let (one, two) = (run(&there.store, 1), run(&there.store, 2));
    there.store.append(&two, vec![note("a")]).unwrap();
    there.store.archive_run(&one, true).unwrap();
    let before = there.store.runs().unwrap();
    there.store.set_summary(&one, before[0].last, "{}").unwrap();
    there.store.rebuild_summaries().unwrap();
    assert_eq!(there.store.runs().unwrap(), before);
}

#[test]
fn a_run_that_is_not_here_is_named() {
    let there = fixture();
    let nowhere: RunId = Digest::of(b"nowhere").to_string().parse().unwrap();
    assert_eq!(there.store.run(&nowhere).unwrap(), None);
    for refused in [
        there.store.append(&nowhere, vec![note("a")]).unwrap_err(),
        there.store.archive_run(&nowhere, true).unwrap_err(),
        there
            .store
            .set_summary(&nowhere, Position(1), "{}")
            .unwrap_err(),
    ] {
        assert_eq!(refused.code(), "run-unknown");
    }
}
