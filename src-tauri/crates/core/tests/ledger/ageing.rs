//! What time does to a run.

use countersign_core::ledger::ageing::{Ageing, Staleness, countdown};
use countersign_core::ledger::*;
use countersign_core::outline::{Offset, Side, TimeUnit, Window};
use std::sync::Arc;

use crate::laptops::*;

fn aged(laptop: &Laptop, item: &str, now: i64) -> Ageing {
    Ageing::of(&laptop.state, &laptop.item(item), clock(now))
}

fn staleness(laptop: &Laptop, item: &str) -> Option<Staleness> {
    aged(laptop, item, 100_000)
        .stale
        .first()
        .map(|(_, why)| *why)
}

#[test]
fn a_prepare_verdict_lasts_until_the_release_changes() {
    let mut dana = Laptop::opened("Dana");
    dana.measure("tests-pass", Finding::Pass);
    assert_eq!(staleness(&dana, "tests-pass"), None);
    let change = dana.say(release("2.4.1"));
    assert_eq!(
        staleness(&dana, "tests-pass"),
        Some(Staleness::OtherRelease)
    );
    assert_eq!(
        dana.status("tests-pass"),
        Status::Done,
        "age is no part of the status"
    );
    dana.say(undo(&change));
    assert_eq!(staleness(&dana, "tests-pass"), None);
}

#[test]
fn a_verdict_from_before_the_deployment_or_another_attempt_is_stale() {
    let mut dana = Laptop::opened("Dana");
    dana.say(observed("error-rate", Finding::Pass, clock(10)));
    dana.say(observed("tests-pass", Finding::Pass, clock(10)));
    dana.say(Kind::AttemptDeployed(AttemptMoment {
        attempt: 1,
        at: clock(20),
        resolves: vec![],
    }));
    assert_eq!(
        staleness(&dana, "error-rate"),
        Some(Staleness::BeforeDeployment)
    );
    assert_eq!(staleness(&dana, "tests-pass"), None);
    dana.say(observed("error-rate", Finding::Pass, clock(20)));
    assert_eq!(staleness(&dana, "error-rate"), None);
    dana.say(Kind::AttemptOpened(AttemptOpened {
        attempt: 2,
        reason: None,
    }));
    assert_eq!(
        staleness(&dana, "tests-pass"),
        Some(Staleness::EarlierAttempt)
    );
}

#[test]
fn a_declared_freshness_is_exact_at_its_limit() {
    let mut pinned = checklist();
    pinned.probes[0].fresh_s = Some(60);
    let (digest, _) = pinned.seal().unwrap();
    let mut dana = Laptop::new("Dana");
    dana.state.add_outline(digest.clone(), Arc::new(pinned));
    dana.say(Kind::RunOpened(RunOpened {
        outline: digest,
        ..opening(Preticked::Open)
    }));
    dana.say(observed("tests-pass", Finding::Pass, clock(100)));
    assert!(aged(&dana, "tests-pass", 160).stale.is_empty());
    assert_eq!(aged(&dana, "tests-pass", 161).stale[0].1, Staleness::Aged);
}

#[test]
fn a_waiver_expires_at_its_moment() {
    let mut dana = Laptop::opened("Dana");
    let mut waiver = status_in(
        Scope::Attempt(1),
        "migrated",
        SetStatus::Waived,
        Some("vendor outage"),
    );
    waiver.until = Some(clock(500));
    let waiver = dana.say(Kind::ItemStatus(waiver));
    dana.say(accept(&waiver));
    assert!(!aged(&dana, "migrated", 499).waiver_expired);
    assert!(aged(&dana, "migrated", 500).waiver_expired);
}

#[test]
fn due_dates_follow_the_plan_and_then_the_actual_deployment() {
    let mut pinned = checklist();
    let after = |amount| Offset {
        amount,
        unit: TimeUnit::Hours,
        side: Side::After,
        end_of_day: false,
    };
    pinned.outline.items[7].window = Some(Window {
        from: after(0),
        to: after(24),
        words: "First 24 hours".into(),
    });
    let (digest, _) = pinned.seal().unwrap();
    let mut dana = Laptop::new("Dana");
    dana.state.add_outline(digest.clone(), Arc::new(pinned));
    dana.say(Kind::RunOpened(RunOpened {
        outline: digest,
        ..opening(Preticked::Open)
    }));
    assert_eq!(
        (
            aged(&dana, "error-rate", 0).due,
            countdown(&dana.state, clock(0))
        ),
        (None, None)
    );
    let planned = Some(ZonedMoment {
        at: clock(1000),
        zone: "Europe/Kyiv".into(),
    });
    dana.say(Kind::DeploymentPlanned(DeploymentPlanned {
        planned,
        resolves: vec![],
    }));
    assert_eq!(
        aged(&dana, "error-rate", 0).due,
        Some(clock(1000 + 24 * 3600))
    );
    assert_eq!(
        countdown(&dana.state, clock(400)).unwrap().num_seconds(),
        600
    );
    dana.say(Kind::AttemptDeployed(AttemptMoment {
        attempt: 1,
        at: clock(2000),
        resolves: vec![],
    }));
    let due = 2000 + 24 * 3600;
    assert_eq!(aged(&dana, "error-rate", 0).due, Some(clock(due)));
    assert!(!aged(&dana, "error-rate", due).overdue && aged(&dana, "error-rate", due + 1).overdue);
    dana.say(Kind::ItemDue(ItemDue {
        scope: Scope::Attempt(1),
        item: "error-rate".into(),
        at: Some(clock(5)),
        resolves: vec![],
    }));
    assert_eq!(aged(&dana, "error-rate", 0).due, Some(clock(5)));
    dana.set("error-rate", SetStatus::Done);
    assert!(!aged(&dana, "error-rate", due + 1).overdue);
}
