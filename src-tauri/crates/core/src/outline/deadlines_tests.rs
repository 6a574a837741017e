#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;

/// The later end, such as `+24 Hours`, and the words it was read from.
fn due(text: &str, stage: Stage) -> Option<String> {
    let window = own_window(text, stage)?;
    let sign = match window.to.side {
        Side::Before => '-',
        Side::After => '+',
    };
    Some(format!(
        "{sign}{} {:?} ({})",
        window.to.amount, window.to.unit, window.words
    ))
}

#[test]
fn words_that_name_a_date_are_read_in_any_stage() {
    let cases = [
        ("T-48h: code freeze", "-48 Hours (T-48h)"),
        ("Code freeze (T-48h)", "-48 Hours (T-48h)"),
        ("Announce the window at T-2 days", "-2 Days (T-2 days)"),
        ("D-3: announce", "-3 Days (D-3)"),
        ("T+1h – check the error rate", "+1 Hours (T+1h)"),
        ("T-0: switch traffic", "+0 Hours (T-0)"),
        (
            "Freeze code 2 days before the release",
            "-2 Days (2 days before)",
        ),
        (
            "Send the notice (1 week before)",
            "-1 Weeks (1 week before)",
        ),
        ("Announce the day before go-live", "-1 Days (day before)"),
        (
            "Compare metrics 24 hours after deployment",
            "+24 Hours (24 hours after)",
        ),
        (
            "Close the change within 24 hours of the deployment",
            "+24 Hours (within 24 hours)",
        ),
    ];
    for (text, expected) in cases {
        for stage in [Stage::Prepare, Stage::Watch] {
            assert_eq!(due(text, stage).as_deref(), Some(expected), "{text}");
        }
    }
}

#[test]
fn what_follows_the_deployment_up_is_due_after_it() {
    let cases = [
        (
            "Schedule post-mortem (within 24 hours)",
            "+24 Hours (within 24 hours)",
        ),
        (
            "Retrospective scheduled (within 3 days): learn from it",
            "+3 Days (within 3 days)",
        ),
        (
            "Conduct the post-deployment review within 1 week",
            "+1 Weeks (within 1 week)",
        ),
        ("Send the report within a week.", "+1 Weeks (within a week)"),
    ];
    for (text, expected) in cases {
        for stage in [Stage::Prepare, Stage::Review] {
            assert_eq!(due(text, stage).as_deref(), Some(expected), "{text}");
        }
    }
    let later = [
        (
            "Remove the old flag within 2 weeks",
            "+2 Weeks (within 2 weeks)",
        ),
        (
            "No critical bugs in the first 24 hours",
            "+24 Hours (first 24 hours)",
        ),
        ("Day 1 debrief", "+1 Days (Day 1)"),
        ("Week 2 review meeting", "+2 Weeks (Week 2)"),
    ];
    for (text, expected) in later {
        assert_eq!(due(text, Stage::Watch).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn limits_spans_and_ages_set_no_date() {
    for text in [
        "Response within 200 ms",
        "Support answers within 2 hours",
        "Tickets resolved within 24 hours",
        "Backups can be restored within 4 hours",
        "No certificate expires within 30 days",
        "Page on-call (within 15 min)",
        "Monitor for 24 hours",
        "Keep backups for 7 days",
        "Logs kept for 30 days after release",
        "On-call engineers available for the next 4-8 hours",
        "CPU usage within expected range",
        "Review metrics every 6 hours",
        "No errors in first 5-10 minutes",
        "First batch deployed",
        "Backup taken before migration",
        "Fewer than 5 tickets per day",
        "Ask option D - 3 replicas",
        "First week of training done",
    ] {
        for stage in [Stage::Prepare, Stage::Deploy, Stage::Watch] {
            assert_eq!(due(text, stage), None, "{text}, {stage:?}");
        }
    }
    // Before the deployment these speak of an age and of a duty to arrange.
    for text in [
        "Backup taken (within 24 hours)",
        "On-call staffed for the first 24 hours",
    ] {
        assert_eq!(due(text, Stage::Prepare), None, "{text}");
    }
}

#[test]
fn a_window_of_its_own_can_move_an_item_to_another_stage() {
    let of = |text: &str, section| stage_of_own(&own_window(text, section).unwrap(), section);
    assert_eq!(of("T-48h: freeze", Stage::Deploy), Stage::Prepare);
    assert_eq!(of("T+2h: compare", Stage::Prepare), Stage::Watch);
    assert_eq!(of("T-0: switch", Stage::Prepare), Stage::Deploy);
    assert_eq!(of("T+15min: smoke test", Stage::Deploy), Stage::Deploy);
    assert_eq!(
        of("Retrospective (within 3 days)", Stage::Review),
        Stage::Review
    );
}
