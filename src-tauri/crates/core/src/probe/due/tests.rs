#![allow(clippy::unwrap_used)]

use chrono::{DateTime, Utc};

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn occasion(reached: Stage) -> Occasion {
    Occasion {
        reached,
        deployed_at: None,
        release: "2.4.0 abc".to_owned(),
        now: at("2026-11-24T12:00:00Z"),
    }
}

fn seen(verdict: Verdict) -> Seen {
    Seen {
        at: at("2026-11-24T10:00:00Z"),
        verdict,
        rehearsal: false,
        release: "2.4.0 abc".to_owned(),
        probe_hash: "h".to_owned(),
    }
}

fn when(stage: Stage, fresh: Option<&str>, occasion: &Occasion, last: Option<&Seen>) -> Timing {
    timing(stage, "h", fresh.and_then(Quantity::parse), occasion, last)
}

#[test]
fn a_later_stage_is_a_rehearsal_even_when_it_was_green() {
    let now = occasion(Stage::Prepare);
    assert_eq!(when(Stage::Deploy, None, &now, None), Timing::Rehearsal);
    assert_eq!(
        when(Stage::Watch, None, &now, Some(&seen(Verdict::Pass))),
        Timing::Rehearsal
    );
}

#[test]
fn only_a_good_verdict_that_was_no_rehearsal_is_fresh() {
    let now = occasion(Stage::Prepare);
    let fresh = |last: &Seen| when(Stage::Prepare, None, &now, Some(last));
    assert_eq!(when(Stage::Prepare, None, &now, None), Timing::Due);
    assert_eq!(fresh(&seen(Verdict::Pass)), Timing::Fresh);
    assert_eq!(fresh(&seen(Verdict::Warn)), Timing::Fresh);
    for bad in [
        Verdict::Fail,
        Verdict::Error,
        Verdict::Inconclusive,
        Verdict::Skipped,
    ] {
        assert_eq!(fresh(&seen(bad)), Timing::Due);
    }
    let rehearsed = Seen {
        rehearsal: true,
        ..seen(Verdict::Pass)
    };
    assert_eq!(fresh(&rehearsed), Timing::Due);
    let of_another = Seen {
        probe_hash: "other".to_owned(),
        ..seen(Verdict::Pass)
    };
    assert_eq!(fresh(&of_another), Timing::Due);
}

#[test]
fn a_prepare_verdict_lasts_until_the_release_changes_unless_fresh_says_otherwise() {
    let mut now = occasion(Stage::Prepare);
    now.release = "2.4.1 def".to_owned();
    let last = seen(Verdict::Pass);
    assert_eq!(when(Stage::Prepare, None, &now, Some(&last)), Timing::Due);
    assert_eq!(
        when(Stage::Prepare, Some("1d"), &now, Some(&last)),
        Timing::Fresh
    );
    assert_eq!(
        when(Stage::Prepare, Some("1h"), &now, Some(&last)),
        Timing::Due
    );
    assert_eq!(
        when(Stage::Prepare, Some("2h"), &now, Some(&last)),
        Timing::Fresh
    );
}

#[test]
fn the_actual_deployment_starts_deploy_and_watch_anew_but_not_prepare() {
    let mut now = occasion(Stage::Watch);
    now.deployed_at = Some(at("2026-11-24T11:00:00Z"));
    let before = seen(Verdict::Pass);
    assert_eq!(
        when(Stage::Deploy, Some("7d"), &now, Some(&before)),
        Timing::Due
    );
    assert_eq!(when(Stage::Watch, None, &now, Some(&before)), Timing::Due);
    assert_eq!(
        when(Stage::Prepare, None, &now, Some(&before)),
        Timing::Fresh
    );
    let after = Seen {
        at: at("2026-11-24T11:30:00Z"),
        ..seen(Verdict::Pass)
    };
    assert_eq!(when(Stage::Watch, None, &now, Some(&after)), Timing::Fresh);
}
