//! The status of an item from people, probes, conditions and choices.

use countersign_core::ledger::fold::Derived;
use countersign_core::ledger::*;

use crate::laptops::*;

#[test]
fn a_verdict_sets_the_status() {
    let mut dana = Laptop::opened("Dana");
    for (verdict, status) in [
        (Finding::Pass, Status::Done),
        (Finding::Warn, Status::Done),
        (Finding::Fail, Status::Failed),
        (Finding::Error, Status::Open),
        (Finding::Inconclusive, Status::Open),
        (Finding::Skipped, Status::Open),
    ] {
        dana.measure("tests-pass", verdict);
        let item = dana.item("tests-pass");
        assert_eq!((item.status, item.verdict), (status, Some(verdict)));
        assert_eq!(item.marks.verified, status == Status::Done);
        assert_eq!(item.marks.warned, verdict == Finding::Warn);
    }
}

#[test]
fn of_concurrent_verdicts_the_worst_counts_and_a_later_one_ends_it() {
    let mut dana = Laptop::opened("Dana");
    let mut taras = joined(&dana, "Taras");
    dana.measure("tests-pass", Finding::Pass);
    taras.measure("tests-pass", Finding::Fail);
    meet(&mut dana, &mut taras);
    assert_eq!(dana.status("tests-pass"), Status::Failed);
    assert!(!dana.item("tests-pass").marks.conflict);
    dana.measure("tests-pass", Finding::Pass);
    assert_eq!(dana.status("tests-pass"), Status::Done);
}

#[test]
fn a_probe_that_proves_a_part_needs_a_word() {
    let mut dana = Laptop::opened("Dana");
    dana.measure("backup-made", Finding::Pass);
    let item = dana.item("backup-made");
    assert_eq!(
        (item.status, item.marks.measured, item.marks.verified),
        (Status::Open, true, false)
    );
    dana.set("backup-made", SetStatus::Done);
    let item = dana.item("backup-made");
    assert_eq!(
        (item.status, item.marks.measured, item.marks.verified),
        (Status::Done, false, true)
    );
    dana.measure("backup-made", Finding::Fail);
    assert_eq!(dana.status("backup-made"), Status::Failed);
}

#[test]
fn a_measurement_after_a_word_counts() {
    let mut dana = Laptop::opened("Dana");
    for (set, verdict, status) in [
        (SetStatus::Done, Finding::Fail, Status::Failed),
        (SetStatus::Failed, Finding::Pass, Status::Done),
        (SetStatus::Done, Finding::Inconclusive, Status::Open),
        (SetStatus::Blocked, Finding::Inconclusive, Status::Blocked),
        (SetStatus::InProgress, Finding::Pass, Status::Done),
    ] {
        let mut fresh = dana.clone();
        fresh.set("tests-pass", set);
        fresh.measure("tests-pass", verdict);
        assert_eq!(
            fresh.status("tests-pass"),
            status,
            "{set:?} then {verdict:?}"
        );
    }
    dana.set("tests-pass", SetStatus::NotApplicable);
    dana.measure("tests-pass", Finding::Fail);
    assert_eq!(
        dana.status("tests-pass"),
        Status::NotApplicable,
        "whether it applies is no question to a probe"
    );
}

/// A probe that was not run, or one whose variable is not set, said this.
fn unmeasured(verdict: Finding) -> Kind {
    Kind::Observation(Observation {
        values: Vec::new(),
        target: None,
        ..observation("tests-pass", verdict, clock(9))
    })
}

#[test]
fn what_measured_nothing_takes_no_word_back() {
    for verdict in [Finding::Skipped, Finding::Inconclusive] {
        let mut dana = Laptop::opened("Dana");
        dana.say(unmeasured(verdict));
        assert_eq!(dana.status("tests-pass"), Status::Open, "{verdict:?} alone");

        let mut dana = Laptop::opened("Dana");
        dana.set("tests-pass", SetStatus::Done);
        dana.say(unmeasured(verdict));
        let item = dana.item("tests-pass");
        assert_eq!(
            (item.status, item.verdict, item.marks.verified),
            (Status::Done, Some(verdict), false),
            "nobody measured that the tick is wrong, nor that it is right"
        );
        dana.measure("tests-pass", Finding::Inconclusive);
        assert_eq!(
            dana.status("tests-pass"),
            Status::Open,
            "something was measured, and it decides nothing"
        );
    }
}

#[test]
fn what_measured_nothing_helps_no_word_against_a_verdict() {
    let mut dana = Laptop::opened("Dana");
    dana.measure("tests-pass", Finding::Fail);
    dana.set("tests-pass", SetStatus::Done);
    assert_eq!(dana.status("tests-pass"), Status::Failed);
    dana.say(unmeasured(Finding::Skipped));
    assert_eq!(
        dana.status("tests-pass"),
        Status::Open,
        "a proposal that nobody accepted does not become green by a probe that was not run"
    );
}

#[test]
fn a_rehearsal_is_shown_and_never_counts() {
    let mut dana = Laptop::opened("Dana");
    let rehearsal = Observation {
        rehearsal: true,
        ..observation("error-rate", Finding::Pass, clock(5))
    };
    dana.say(Kind::Observation(rehearsal));
    let item = dana.item("error-rate");
    assert_eq!(
        (item.status, item.marks.rehearsed, item.verdict),
        (Status::Open, true, None)
    );
    assert!(item.probes[0].result.is_none() && item.probes[0].rehearsal.is_some());
}

fn answer(applies: bool) -> Kind {
    Kind::ConditionAnswered(ConditionAnswered {
        condition: "if-ui-changed".into(),
        applies: Some(applies),
        reason: None,
        resolves: vec![],
    })
}

#[test]
fn a_condition_answered_with_no_rules_its_items_out() {
    let mut dana = Laptop::opened("Dana");
    dana.set("screens-checked", SetStatus::Failed);
    dana.say(answer(false));
    let item = dana.item("screens-checked");
    assert_eq!(item.status, Status::NotApplicable);
    assert_eq!(item.reason.as_deref(), Some("if UI changed: no"));
    assert_eq!(
        item.derived,
        Some(Derived::Condition("if-ui-changed".into()))
    );
    dana.set("screens-checked", SetStatus::Done);
    assert_eq!(
        dana.status("screens-checked"),
        Status::Done,
        "a person who knew the answer meant what they set"
    );
    dana.say(answer(true));
    assert_eq!(dana.status("screens-checked"), Status::Done);
}

#[test]
fn a_chosen_way_closes_the_others() {
    let mut dana = Laptop::opened("Dana");
    let tick = dana.set("canary", SetStatus::Done);
    let other = dana.item("blue-green");
    assert_eq!(
        (other.status, other.derived),
        (Status::NotApplicable, Some(Derived::Choice("way".into())))
    );
    dana.say(undo(&tick));
    assert_eq!(dana.status("blue-green"), Status::Open);
}

#[test]
fn a_profile_rules_out_and_defers() {
    let mut dana = Laptop::opened("Dana");
    dana.say(Kind::ProfileSet(ProfileSet {
        profile: Some("hotfix".into()),
        out_of_scope: vec!["screens-checked".into()],
        after_deployment: vec!["release-notes".into()],
        resolves: vec![],
    }));
    let item = dana.item("screens-checked");
    assert_eq!(
        (item.status, item.derived),
        (
            Status::NotApplicable,
            Some(Derived::Profile("hotfix".into()))
        )
    );
    assert!(dana.item("release-notes").marks.deferred);
}

#[test]
fn ticked_boxes_are_kept_when_the_opening_says_so() {
    let mut dana = Laptop::new("Dana");
    dana.say(Kind::RunOpened(opening(Preticked::Keep)));
    let item = dana.item("release-notes");
    assert_eq!(
        (item.status, item.marks.carried, item.derived),
        (Status::Done, true, Some(Derived::Preticked))
    );
    dana.set("release-notes", SetStatus::Open);
    assert_eq!(dana.status("release-notes"), Status::Open);
    assert_eq!(Laptop::opened("Dana").status("release-notes"), Status::Open);
}

#[test]
fn a_watch_passes_only_when_its_window_ends() {
    let mut dana = Laptop::opened("Dana");
    let watch = |part, verdict| {
        Kind::Observation(Observation {
            watch: Some(part),
            ..observation("error-rate", verdict, clock(1))
        })
    };
    dana.say(Kind::WatchStarted(WatchStarted {
        scope: Scope::Attempt(1),
        item: "error-rate".into(),
        probe: Some(hash("error-rate")),
        from: clock(0),
        until: clock(3600),
    }));
    assert_eq!(dana.status("error-rate"), Status::Watching);
    dana.say(watch(WatchPart::Interim, Finding::Pass));
    assert_eq!(dana.status("error-rate"), Status::Watching);
    dana.say(watch(WatchPart::Interim, Finding::Fail));
    assert_eq!(dana.status("error-rate"), Status::Failed);
    dana.say(watch(WatchPart::Final, Finding::Pass));
    let item = dana.item("error-rate");
    assert_eq!((item.status, item.watch), (Status::Done, None));
    assert_eq!(dana.state.criteria()[0].met, fold::CriterionMet::Met);
}
