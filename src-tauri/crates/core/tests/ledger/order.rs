//! Every causally possible order of arrival gives the same state.

use countersign_core::ledger::*;
use proptest::prelude::*;

use crate::laptops::*;

/// One thing that happens on one of three laptops.
#[derive(Clone, Debug)]
enum Step {
    Set {
        laptop: usize,
        item: usize,
        status: SetStatus,
        resolve: bool,
    },
    Measure {
        laptop: usize,
        item: usize,
        verdict: Finding,
    },
    Accept {
        laptop: usize,
        item: usize,
    },
    UndoLast {
        laptop: usize,
    },
    Note {
        laptop: usize,
        item: usize,
    },
    Release {
        laptop: usize,
        version: u8,
    },
    Condition {
        laptop: usize,
        applies: bool,
    },
    Hear {
        laptop: usize,
        other: usize,
    },
}

const ITEMS: [&str; 5] = [
    "tests-pass",
    "backup-made",
    "screens-checked",
    "canary",
    "blue-green",
];

fn step() -> impl Strategy<Value = Step> {
    let laptop = 0..3_usize;
    let item = 0..ITEMS.len();
    let status = prop::sample::select(vec![
        SetStatus::Open,
        SetStatus::InProgress,
        SetStatus::Done,
        SetStatus::Failed,
        SetStatus::Blocked,
        SetStatus::NotApplicable,
        SetStatus::Waived,
    ]);
    let verdict = prop::sample::select(vec![
        Finding::Pass,
        Finding::Warn,
        Finding::Inconclusive,
        Finding::Fail,
    ]);
    prop_oneof![
        4 => (laptop.clone(), item.clone(), status, any::<bool>()).prop_map(|(laptop, item, status, resolve)| Step::Set { laptop, item, status, resolve }),
        2 => (laptop.clone(), item.clone(), verdict).prop_map(|(laptop, item, verdict)| Step::Measure { laptop, item, verdict }),
        2 => (laptop.clone(), item.clone()).prop_map(|(laptop, item)| Step::Accept { laptop, item }),
        2 => laptop.clone().prop_map(|laptop| Step::UndoLast { laptop }),
        1 => (laptop.clone(), item).prop_map(|(laptop, item)| Step::Note { laptop, item }),
        1 => (laptop.clone(), 0..3_u8).prop_map(|(laptop, version)| Step::Release { laptop, version }),
        1 => (laptop.clone(), any::<bool>()).prop_map(|(laptop, applies)| Step::Condition { laptop, applies }),
        4 => (laptop.clone(), laptop).prop_map(|(laptop, other)| Step::Hear { laptop, other }),
    ]
}

/// Three laptops live through the steps; what all of them wrote comes back.
fn live(steps: Vec<Step>) -> Vec<SealedEvent> {
    let first = Laptop::opened("Dana");
    let mut laptops = [
        first.clone(),
        joined(&first, "Taras"),
        joined(&first, "Iva"),
    ];
    let mut last: [Option<EventId>; 3] = [None, None, None];
    for step in steps {
        let (at, kind) = match step {
            Step::Hear { laptop, other } => {
                if laptop != other {
                    let heard = laptops[other].clone();
                    laptops[laptop].hear(&heard);
                }
                continue;
            }
            Step::Set {
                laptop,
                item,
                status,
                resolve,
            } => {
                let mut body = status_in(
                    Scope::Attempt(1),
                    ITEMS[item],
                    status,
                    status.needs_reason().then_some("because"),
                );
                if resolve {
                    let conflicts = laptops[laptop].item(ITEMS[item]).conflicts;
                    body.resolves = conflicts
                        .into_iter()
                        .flat_map(|conflict| conflict.heads)
                        .collect();
                }
                (laptop, Kind::ItemStatus(body))
            }
            Step::Measure {
                laptop,
                item,
                verdict,
            } => (
                laptop,
                observed(ITEMS[item % 2], verdict, clock(laptops[laptop].seconds)),
            ),
            Step::Accept { laptop, item } => match laptops[laptop].item(ITEMS[item]).proposal {
                Some(proposal) => (laptop, accept(&proposal.act.event)),
                None => continue,
            },
            Step::UndoLast { laptop } => match &last[laptop] {
                Some(event) => (laptop, undo(event)),
                None => continue,
            },
            Step::Note { laptop, item } => (laptop, note(ITEMS[item], "seen")),
            Step::Release { laptop, version } => (laptop, release(&format!("2.{version}"))),
            Step::Condition { laptop, applies } => {
                let body = ConditionAnswered {
                    condition: "if-ui-changed".into(),
                    applies: Some(applies),
                    reason: None,
                    resolves: vec![],
                };
                (laptop, Kind::ConditionAnswered(body))
            }
        };
        last[at] = Some(laptops[at].say(kind));
    }
    let [mut all, one, two] = laptops;
    all.hear(&one);
    all.hear(&two);
    all.state.events().into_iter().cloned().collect()
}

fn fold(events: &[SealedEvent]) -> RunState {
    let pinned = checklist();
    let (digest, _) = pinned.seal().unwrap();
    RunState::fold(
        events.iter().cloned(),
        [(digest, std::sync::Arc::new(pinned))],
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Any order of arrival, also of events before their ancestors, gives the same view, the same
    /// records, and nothing that waits.
    #[test]
    fn arrival_does_not_matter(steps in prop::collection::vec(step(), 1..40), shuffle in prop::collection::vec(any::<u32>(), 64)) {
        let events = live(steps);
        let expected = fold(&events);
        let mut shuffled: Vec<(u32, SealedEvent)> = events.iter().cloned().enumerate().map(|(at, event)| (shuffle[at % shuffle.len()].rotate_left(at as u32), event)).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let shuffled: Vec<SealedEvent> = shuffled.into_iter().map(|(_, event)| event).collect();
        let state = fold(&shuffled);
        prop_assert!(state.pending().is_empty());
        prop_assert_eq!(state.view(), expected.view());
        let record = |state: &RunState| record::Record::of(state, "acceptance", 1).unwrap().bytes().unwrap();
        prop_assert_eq!(record(&state), record(&expected));
        let ids = |state: &RunState| state.events().iter().map(|event| event.id().clone()).collect::<Vec<_>>();
        prop_assert_eq!(ids(&state), ids(&expected));
    }

    /// Applying one event after the other to a state that is kept is the same as folding anew from stored bytes.
    #[test]
    fn rebuilding_is_the_same_as_keeping(steps in prop::collection::vec(step(), 1..40)) {
        let events = live(steps);
        let mut kept = fold(&[]);
        for (at, event) in events.iter().enumerate() {
            kept.apply(event.clone());
            kept.apply(event.clone());
            if at % 7 == 0 {
                let stored: Vec<SealedEvent> = events[..=at].iter().map(|event| SealedEvent::reopen(event.id(), event.bytes()).unwrap()).collect();
                prop_assert_eq!(fold(&stored).view(), kept.view());
            }
        }
        prop_assert_eq!(fold(&events).view(), kept.view());
    }

    /// What an undo takes back is as if it had never been said, as far as records go.
    #[test]
    fn an_undo_restores_what_is_signed(steps in prop::collection::vec(step(), 0..20), item in 0..ITEMS.len()) {
        let mut laptop = Laptop::new("Bohdan");
        for event in live(steps) {
            laptop.state.apply(event);
        }
        let record = |laptop: &Laptop| record::Record::of(&laptop.state, "acceptance", 1).unwrap();
        let before = record(&laptop);
        let conflicted = laptop.item(ITEMS[item]).marks.conflict;
        let tick = laptop.set(ITEMS[item], SetStatus::Blocked);
        if !conflicted {
            laptop.say(undo(&tick));
            let after = record(&laptop);
            prop_assert_eq!(after.claims, before.claims);
            prop_assert_eq!(after.header, before.header);
        }
    }

    /// The one order never shows an event before one that it follows.
    #[test]
    fn the_one_order_keeps_ancestry(steps in prop::collection::vec(step(), 1..40)) {
        let state = fold(&live(steps));
        let events = state.events();
        for (at, event) in events.iter().enumerate() {
            for parent in event.parents() {
                prop_assert!(events[..at].iter().any(|earlier| earlier.id() == parent));
                prop_assert!(state.follows(event.id(), parent) && !state.follows(parent, event.id()));
            }
        }
    }
}
