use countersign_core::ledger::{Chain, DeviceId, Digest, SealedEvent};
use countersign_store::{Position, Store};
use proptest::prelude::*;

use crate::fixture::{all, fixture, note, opening, picture, run};

/// Gives everything `from` knows of a run to `to`.
fn copy(from: &Store, to: &Store, run: &countersign_core::ledger::RunId) {
    to.insert_foreign(all(from, run)).unwrap();
}

#[test]
fn a_run_is_one_chain_that_survives_a_restart() {
    let there = fixture();
    let one = run(&there.store, 1);
    let first = there
        .store
        .append(&one, vec![note("a"), note("b")])
        .unwrap();
    let second = there.again().append(&one, vec![note("c")]).unwrap();
    let events = all(&there.again(), &one);
    assert_eq!(events.len(), 4);
    assert_eq!(events[1..], [first, second].concat());
    for (seq, pair) in events.windows(2).enumerate() {
        let next = pair[1].event();
        assert_eq!(
            (next.seq, next.prev.as_ref()),
            (seq as u64 + 1, Some(pair[0].id()))
        );
        assert_eq!((&next.device, &next.seen), (&there.store.device(), &vec![]));
    }
    assert_eq!(there.store.heads(&one).unwrap().len(), 1);
    assert_eq!(there.store.check().unwrap(), []);
}

#[test]
fn only_what_came_later_is_read_again() {
    let there = fixture();
    let one = run(&there.store, 1);
    run(&there.store, 2);
    let last = there
        .store
        .events(&one, Position::default())
        .unwrap()
        .pop()
        .unwrap()
        .0;
    assert_eq!(there.store.events(&one, last).unwrap(), []);
    let added = there.store.append(&one, vec![note("a")]).unwrap();
    let later = there.store.events(&one, last).unwrap();
    assert_eq!(
        later
            .into_iter()
            .map(|(_, event)| event)
            .collect::<Vec<_>>(),
        added
    );
}

#[test]
fn a_stale_view_writes_nothing() {
    let there = fixture();
    let one = run(&there.store, 1);
    let looked_at = there.store.run(&one).unwrap().unwrap().last;
    there
        .again()
        .append(&one, vec![note("from the command line")])
        .unwrap();
    let refused = there
        .store
        .append_if(&one, looked_at, vec![note("a")])
        .unwrap_err();
    assert_eq!(refused.code(), "view-stale");
    assert_eq!(all(&there.store, &one).len(), 2);
    let now = there.store.run(&one).unwrap().unwrap().last;
    there.store.append_if(&one, now, vec![note("a")]).unwrap();
    assert_eq!(all(&there.store, &one).len(), 3);
}

#[test]
fn all_drafts_are_written_or_none() {
    let there = fixture();
    let one = run(&there.store, 1);
    let nowhere = Digest::of(b"a picture that nobody stored");
    let drafts = vec![note("a"), picture(nowhere.clone())];
    assert_eq!(
        there.store.append(&one, drafts).unwrap_err().code(),
        "evidence-missing"
    );
    assert_eq!(all(&there.store, &one).len(), 1);
    let refused = there.store.create_run(opening(2), &[]);
    assert!(refused.is_ok(), "the checklist's bytes are here already");
    let refused = there.store.create_run(note("a"), &[]).unwrap_err();
    assert_eq!(refused.code(), "event-invalid");
}

#[test]
fn heads_of_others_are_seen_once_and_then_are_ancestors() {
    let (dana, taras) = (fixture(), fixture());
    let one = run(&dana.store, 1);
    copy(&dana.store, &taras.store, &one);
    let joined = taras
        .store
        .append(&one, vec![note("t0"), note("t1")])
        .unwrap();
    assert_eq!(joined[0].event().seq, 0);
    assert_eq!(joined[0].event().seen, [one.as_str().parse().unwrap()]);
    assert_eq!(joined[1].event().seen, []);

    copy(&taras.store, &dana.store, &one);
    let answered = dana
        .store
        .append(&one, vec![note("d1"), note("d2")])
        .unwrap();
    assert_eq!(answered[0].event().seen, [joined[1].id().clone()]);
    assert_eq!(answered[1].event().seen, []);
    let again = dana.store.append(&one, vec![note("d3")]).unwrap();
    assert_eq!(again[0].event().seen, []);
    assert_eq!(dana.store.check().unwrap(), []);
}

#[test]
fn taking_in_the_same_events_again_or_in_any_order_is_the_same() {
    let (dana, taras) = (fixture(), fixture());
    let one = run(&dana.store, 1);
    dana.store
        .append(&one, vec![note("a"), note("b"), note("c")])
        .unwrap();
    let mut events = all(&dana.store, &one);
    events.reverse();
    let taken = taras.store.insert_foreign(events.clone()).unwrap();
    assert_eq!((taken.new.len(), taken.device_replaced_by), (4, None));
    assert_eq!(all(&taras.store, &one), all(&dana.store, &one));
    assert_eq!(taras.store.insert_foreign(events).unwrap().new, []);
    assert_eq!(taras.store.runs().unwrap().len(), 1);
    assert_eq!(taras.store.check().unwrap(), []);
}

#[test]
fn events_without_what_they_build_on_are_refused_whole() {
    let (dana, taras) = (fixture(), fixture());
    let one = run(&dana.store, 1);
    dana.store.append(&one, vec![note("a"), note("b")]).unwrap();
    let mut events = all(&dana.store, &one);
    events.remove(1);
    assert_eq!(
        taras.store.insert_foreign(events).unwrap_err().code(),
        "events-incomplete"
    );
    assert_eq!(taras.store.runs().unwrap(), []);
}

#[test]
fn impossible_chains_are_refused() {
    let (dana, taras) = (fixture(), fixture());
    let (one, two) = (run(&dana.store, 1), run(&dana.store, 2));
    let stranger = DeviceId::from_bytes(&[7; 32]);
    let chain = |device: &DeviceId, seq, prev: Option<&SealedEvent>, seen: &[&SealedEvent]| Chain {
        run: Some(one.clone()),
        device: device.clone(),
        seq,
        prev: prev.map(|event| event.id().clone()),
        seen: seen.iter().map(|event| event.id().clone()).collect(),
    };
    let (open, other) = (&all(&dana.store, &one)[0], &all(&dana.store, &two)[0]);
    let device = dana.store.device();
    for wrong in [
        chain(&device, 2, Some(open), &[]),
        chain(&stranger, 1, Some(open), &[]),
        chain(&device, 1, Some(other), &[]),
        chain(&stranger, 0, None, &[other]),
        chain(&device, 0, None, &[open]),
    ] {
        let event = SealedEvent::seal(note("x"), wrong.clone()).unwrap();
        let given = vec![open.clone(), other.clone(), event];
        let refused = taras.store.insert_foreign(given).unwrap_err();
        assert_eq!(refused.code(), "event-invalid", "{wrong:?}");
    }
    assert_eq!(taras.store.runs().unwrap(), []);
}

#[test]
fn a_fork_keeps_both_branches_and_both_are_seen() {
    let (dana, taras) = (fixture(), fixture());
    let one = run(&dana.store, 1);
    let open = all(&dana.store, &one).remove(0);
    let branch = |text: &str| {
        let chain = Chain {
            run: Some(one.clone()),
            device: dana.store.device(),
            seq: 1,
            prev: Some(open.id().clone()),
            seen: vec![],
        };
        SealedEvent::seal(note(text), chain).unwrap()
    };
    let (left, right) = (branch("left"), branch("right"));
    taras
        .store
        .insert_foreign(vec![open.clone(), left.clone(), right.clone()])
        .unwrap();
    let mut both = vec![left.id().clone(), right.id().clone()];
    both.sort();
    let heads = taras.store.heads(&one).unwrap();
    assert_eq!(
        heads.into_iter().map(|head| head.event).collect::<Vec<_>>(),
        both
    );
    assert_eq!(
        taras.store.append(&one, vec![note("t")]).unwrap()[0]
            .event()
            .seen,
        both
    );
}

#[test]
fn two_windows_and_a_command_line_write_one_chain() {
    let there = fixture();
    let one = run(&there.store, 1);
    std::thread::scope(|threads| {
        for _ in 0..3 {
            let (store, one) = (there.again(), &one);
            threads.spawn(move || {
                for _ in 0..15 {
                    store.append(one, vec![note("a"), note("b")]).unwrap();
                }
            });
        }
    });
    let events = all(&there.store, &one);
    assert_eq!(events.len(), 1 + 3 * 15 * 2);
    assert!(
        events
            .iter()
            .zip(0..)
            .all(|(event, seq)| event.event().seq == seq)
    );
    assert_eq!(there.store.check().unwrap(), []);
}

#[test]
fn events_cannot_be_changed_or_deleted_behind_our_back() {
    let there = fixture();
    run(&there.store, 1);
    let direct = rusqlite::Connection::open(there.path().join("countersign.db")).unwrap();
    for statement in [
        "UPDATE events SET seq = 9",
        "DELETE FROM events",
        "REPLACE INTO events SELECT position, id, run, device, seq, prev, X'7B7D' FROM events",
        "REPLACE INTO events SELECT 9, id, run, device, seq, prev, bytes FROM events",
    ] {
        let refused = direct.execute(statement, []).unwrap_err();
        assert!(refused.to_string().contains("never"), "{refused}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Three devices write and exchange in any way; in the end all know the same events, every chain
    /// is whole, and `seen` is what a walk over the ancestors says it must be.
    #[test]
    fn any_exchange_ends_in_the_same_union(moves in prop::collection::vec((0..3_usize, 0..4_usize), 1..24)) {
        let devices = [fixture(), fixture(), fixture()];
        let one = run(&devices[0].store, 1);
        copy(&devices[0].store, &devices[1].store, &one);
        copy(&devices[0].store, &devices[2].store, &one);
        for (who, what) in moves {
            if what == 3 {
                devices[who].store.append(&one, vec![note("n")]).unwrap();
            } else {
                copy(&devices[what].store, &devices[who].store, &one);
            }
        }
        for from in 0..3 {
            for to in 0..3 {
                copy(&devices[from].store, &devices[to].store, &one);
            }
        }
        let union = |store: &Store| {
            let mut ids: Vec<_> = all(store, &one).iter().map(|e| e.id().clone()).collect();
            ids.sort();
            ids
        };
        for device in &devices {
            prop_assert_eq!(union(&device.store), union(&devices[0].store));
            prop_assert_eq!(device.store.check().unwrap(), vec![]);
        }
        seen_is_minimal(&all(&devices[0].store, &one))?;
    }
}

/// No event names as seen what is an ancestor of its own previous event already.
fn seen_is_minimal(events: &[SealedEvent]) -> Result<(), TestCaseError> {
    use std::collections::{HashMap, HashSet};
    let mut ancestors: HashMap<_, HashSet<_>> = HashMap::new();
    for event in events {
        let mut known = HashSet::new();
        for parent in event.parents() {
            known.insert(parent.clone());
            known.extend(ancestors[parent].iter().cloned());
        }
        if let Some(prev) = &event.event().prev {
            for seen in &event.event().seen {
                prop_assert!(!ancestors[prev].contains(seen));
            }
        }
        ancestors.insert(event.id().clone(), known);
    }
    Ok(())
}
