use countersign_core::ledger::Digest;

use crate::fixture::{at, fixture, run};

#[test]
fn the_state_last_looked_at_is_kept_per_point_and_item() {
    let there = fixture();
    let (one, two) = (run(&there.store, 1), run(&there.store, 2));
    let (old, new) = (Digest::of(b"old"), Digest::of(b"new"));
    there
        .store
        .mark_looked(&one, "go-no-go", "backup", &old, at(0))
        .unwrap();
    there
        .store
        .mark_looked(&one, "go-no-go", "backup", &new, at(1))
        .unwrap();
    there
        .store
        .mark_looked(&one, "acceptance", "backup", &old, at(2))
        .unwrap();
    let again = there.again();
    assert_eq!(
        again.looked(&one, "go-no-go").unwrap(),
        [("backup".to_owned(), new)].into()
    );
    assert_eq!(
        again.looked(&one, "acceptance").unwrap(),
        [("backup".to_owned(), old)].into()
    );
    assert!(again.looked(&two, "go-no-go").unwrap().is_empty());
}
