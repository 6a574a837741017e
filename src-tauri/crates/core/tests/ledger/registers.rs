//! Registers: conflicts, what ends them, and undo.

use countersign_core::ledger::fold::UndoRefusal;
use countersign_core::ledger::*;

use crate::laptops::*;

#[test]
fn a_tick_is_done_and_its_undo_is_open_again() {
    let mut dana = Laptop::opened("Dana");
    let tick = dana.set("migrated", SetStatus::Done);
    let item = dana.item("migrated");
    assert_eq!(
        (item.status, item.by.unwrap().event),
        (Status::Done, tick.clone())
    );
    assert_eq!(dana.state.may_undo(&tick), Ok(()));
    let undone = dana.say(undo(&tick));
    assert_eq!(dana.status("migrated"), Status::Open);
    assert_eq!(dana.state.may_undo(&tick), Err(UndoRefusal::NotHeld));
    dana.say(undo(&undone));
    assert_eq!(dana.status("migrated"), Status::Done);
    assert!(dana.state.ineffective().is_empty());
    assert_eq!(
        dana.state.history("migrated").len(),
        2,
        "the undo of the tick is part of its history"
    );
}

#[test]
fn an_undo_of_what_no_longer_holds_is_refused() {
    let mut dana = Laptop::opened("Dana");
    let first = dana.set("migrated", SetStatus::Done);
    dana.set("migrated", SetStatus::Failed);
    let late = dana.say(undo(&first));
    assert_eq!(dana.status("migrated"), Status::Failed);
    assert_eq!(
        dana.state.ineffective().get(&late),
        Some(&UndoRefusal::NotHeld)
    );
    let opening = dana.state.opening().unwrap().id().clone();
    assert_eq!(dana.state.may_undo(&opening), Err(UndoRefusal::NotUndoable));
    assert_eq!(
        dana.state
            .may_undo(&Digest::of(b"?").to_string().parse().unwrap()),
        Err(UndoRefusal::NotKnown)
    );
}

#[test]
fn identical_writes_merge_without_a_word() {
    let mut dana = Laptop::opened("Dana");
    let mut taras = joined(&dana, "Taras");
    dana.set("migrated", SetStatus::Done);
    taras.set("migrated", SetStatus::Done);
    meet(&mut dana, &mut taras);
    assert!(!dana.item("migrated").marks.conflict);
    assert_eq!(dana.status("migrated"), Status::Done);
}

#[test]
fn differing_writes_conflict_until_somebody_names_them() {
    let mut dana = Laptop::opened("Dana");
    let mut taras = joined(&dana, "Taras");
    let done = dana.set("migrated", SetStatus::Done);
    let failed = taras.set("migrated", SetStatus::Failed);
    meet(&mut dana, &mut taras);
    let item = dana.item("migrated");
    assert_eq!(item.status, Status::Failed, "the more careful one is shown");
    let mut heads = vec![done.clone(), failed.clone()];
    heads.sort();
    assert_eq!(item.conflicts[0].heads, heads);

    // A write that has seen both and names neither joins the conflict.
    let third = dana.set("migrated", SetStatus::Blocked);
    assert_eq!(dana.item("migrated").conflicts[0].heads.len(), 3);

    let mut settled = status_in(Scope::Attempt(1), "migrated", SetStatus::Done, None);
    settled.resolves = vec![done, failed, third];
    let resolution = dana.say(Kind::ItemStatus(settled));
    assert!(!dana.item("migrated").marks.conflict);
    assert_eq!(dana.status("migrated"), Status::Done);

    dana.say(undo(&resolution));
    assert!(
        dana.item("migrated").marks.conflict,
        "undoing the resolution brings the conflict back"
    );
    meet(&mut dana, &mut taras);
}

#[test]
fn a_resolution_that_names_some_leaves_the_others_in_conflict() {
    let mut dana = Laptop::opened("Dana");
    let mut taras = joined(&dana, "Taras");
    let mut iva = joined(&dana, "Iva");
    let one = dana.say(release("2.4.1"));
    taras.say(release("2.4.2"));
    iva.say(release("2.4.3"));
    for laptop in [&taras, &iva] {
        dana.hear(laptop);
    }
    assert_eq!(dana.state.run_conflicts()[0].heads.len(), 3);
    dana.say(Kind::ReleaseSet(ReleaseSet {
        release: Some("2.4.2".into()),
        commit: None,
        components: vec![],
        resolves: vec![one],
    }));
    let left = &dana.state.run_conflicts()[0];
    assert_eq!(
        (left.register.as_str(), left.heads.len()),
        ("release", 3),
        "the resolution takes the place of what it names"
    );
}

#[test]
fn a_write_beside_an_undo_is_a_conflict() {
    let mut dana = Laptop::opened("Dana");
    let tick = dana.set("migrated", SetStatus::Done);
    let mut taras = joined(&dana, "Taras");
    dana.say(undo(&tick));
    taras.set("migrated", SetStatus::Failed);
    meet(&mut dana, &mut taras);
    assert!(dana.item("migrated").marks.conflict);
}

#[test]
fn what_a_concurrent_write_replaced_elsewhere_counts_for_what_its_author_knew() {
    // Dana and Taras conflict; Iva, who knows only Dana's write, replaces it; Bohdan, who knows Dana's and
    // Taras's, writes without naming them. Whichever of the last two arrives first, the state is the same.
    let start = Laptop::opened("Dana");
    let (mut dana, mut taras) = (start.clone(), joined(&start, "Taras"));
    dana.set("migrated", SetStatus::Done);
    taras.set("migrated", SetStatus::Failed);
    let mut iva = joined(&dana, "Iva");
    iva.set("migrated", SetStatus::Blocked);
    let mut bohdan = joined(&dana, "Bohdan");
    bohdan.hear(&taras);
    bohdan.set("migrated", SetStatus::NotApplicable);

    let (mut one, mut other) = (joined(&iva, "One"), joined(&bohdan, "Other"));
    one.hear(&bohdan);
    other.hear(&iva);
    assert_eq!(one.state.view().items, other.state.view().items);
    assert_eq!(one.item("migrated").conflicts[0].heads.len(), 3);
}

#[test]
fn notes_and_evidence_are_sets_and_can_be_taken_back() {
    let mut dana = Laptop::opened("Dana");
    let mut taras = joined(&dana, "Taras");
    let shot = dana.say(evidence("migrated", "shot.png", Origin::Person));
    taras.say(note("migrated", "took 4 minutes"));
    meet(&mut dana, &mut taras);
    let item = dana.item("migrated");
    assert_eq!(
        (item.notes.len(), item.evidence.len(), item.marks.conflict),
        (1, 1, false)
    );
    dana.say(undo(&shot));
    assert!(dana.item("migrated").evidence.is_empty());
    assert_eq!(dana.state.may_undo(&shot), Err(UndoRefusal::NotHeld));
}

#[test]
fn who_did_it_is_no_part_of_the_value() {
    let mut dana = Laptop::opened("Dana");
    let mut taras = joined(&dana, "Taras");
    let mut on_paper = status_in(Scope::Attempt(1), "migrated", SetStatus::Done, None);
    on_paper.performed_by = Some("Bohdan".into());
    on_paper.performed_at = Some(clock(1));
    dana.say(Kind::ItemStatus(on_paper));
    assert!(dana.item("migrated").marks.late);
    taras.set("migrated", SetStatus::Done);
    meet(&mut dana, &mut taras);
    assert!(!dana.item("migrated").marks.conflict);
}
