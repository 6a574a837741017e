#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;

/// From and to in words, such as `-2 weeks .. -1 weeks`.
fn span_of(title: &str, after: bool) -> Option<String> {
    let window = window(title, after)?;
    let write = |offset: Offset| {
        let sign = if offset.side == Side::Before {
            '-'
        } else {
            '+'
        };
        let end = if offset.end_of_day { " end" } else { "" };
        format!("{sign}{} {:?}{end}", offset.amount, offset.unit).to_lowercase()
    };
    Some(format!("{} .. {}", write(window.from), write(window.to)))
}

#[test]
fn windows_are_read_from_the_words_that_people_use() {
    let cases = [
        ("Testing (1-2 weeks before)", "-2 weeks .. -1 weeks"),
        ("3 days before", "-3 days .. -3 days"),
        ("4 Weeks Before Go-Live", "-4 weeks .. -4 weeks"),
        ("Day Before Go-Live", "-1 days .. -1 days"),
        (
            "Pre-Deployment (T-60 minutes)",
            "-60 minutes .. -60 minutes",
        ),
        ("T-48h", "-48 hours .. -48 hours"),
        ("T−24 hours", "-24 hours .. -24 hours"),
        ("D-3", "-3 days .. -3 days"),
        ("T-0: go", "+0 hours .. +0 hours"),
        ("T+5 minutes", "+5 minutes .. +5 minutes"),
        ("Deployment Day", "+0 days .. +0 days end"),
        ("Day 0", "+0 days .. +0 days end"),
        ("Days 2-7", "+2 days .. +7 days end"),
        ("First 24 hours", "+0 hours .. +24 hours"),
        ("Within 1 Week", "+0 weeks .. +1 weeks"),
        ("Ongoing (First Week)", "+0 weeks .. +1 weeks"),
        ("Week 2-4 (Stabilization)", "+1 weeks .. +4 weeks"),
        ("Month 1", "+0 months .. +1 months"),
        ("Post-Launch (24 hours after)", "+24 hours .. +24 hours"),
    ];
    for (title, expected) in cases {
        assert_eq!(span_of(title, false).as_deref(), Some(expected), "{title}");
    }
}

#[test]
fn a_bare_range_counts_only_behind_the_deployment() {
    assert_eq!(
        span_of("Long-term (1-7 days)", true).as_deref(),
        Some("+1 days .. +7 days")
    );
    assert_eq!(span_of("Long-term (1-7 days)", false), None);
}

#[test]
fn a_title_without_a_time_has_no_window() {
    for title in [
        "Phase 2: Rollout",
        "Testing (60 MIN)",
        "OAuth 2",
        "T-3",
        "Daily checks",
        "3D models",
    ] {
        assert_eq!(span_of(title, false), None, "{title}");
    }
}

/// The stage of a section below these titles, innermost first.
fn stage_of(titles: &[&str], sets_up: bool, deployed: bool) -> Stage {
    let says: Vec<Says> = titles
        .iter()
        .map(|title| says(title).or_of(window(title, false).as_ref()))
        .collect();
    let so_far = SoFar {
        deployed,
        deploying: false,
        last: Stage::Deploy,
    };
    stage(&says, || sets_up, so_far)
}

#[test]
fn the_innermost_plain_word_wins_over_every_hint() {
    assert_eq!(
        stage_of(
            &["Monitoring", "Infrastructure (1 week before)"],
            false,
            true
        ),
        Stage::Prepare
    );
    assert_eq!(
        stage_of(
            &["Pre-Deployment", "Deployment (Deployment Day)"],
            false,
            false
        ),
        Stage::Prepare
    );
    assert_eq!(
        stage_of(&["Within 24 Hours", "Post-Deployment Review"], false, true),
        Stage::Review
    );
    assert_eq!(
        stage_of(&["During Deployment", "Communication"], false, true),
        Stage::Deploy
    );
    assert_eq!(stage_of(&["Day 0"], false, false), Stage::Deploy);
    assert_eq!(
        stage_of(&["T-48h", "Release"], false, false),
        Stage::Prepare
    );
}

#[test]
fn monitoring_is_a_watch_only_after_a_deployment_and_not_while_it_is_set_up() {
    assert_eq!(stage_of(&["Monitoring"], false, true), Stage::Watch);
    assert_eq!(stage_of(&["Monitoring"], false, false), Stage::Prepare);
    assert_eq!(
        stage_of(&["Monitoring and Alerting"], true, true),
        Stage::Prepare
    );
}

#[test]
fn a_phase_with_only_a_number_goes_on_where_the_last_one_ended() {
    assert_eq!(
        stage_of(&["Phase 6: Feature flags"], false, true),
        Stage::Deploy
    );
    assert_eq!(stage_of(&["Feature flags"], false, true), Stage::Prepare);
}

#[test]
fn a_numbered_step_behind_the_deployment_belongs_to_it() {
    let says = [says("8. Set up SSL"), says("Deployment steps")];
    let so_far = |deploying| SoFar {
        deployed: true,
        deploying,
        last: Stage::Prepare,
    };
    assert_eq!(stage(&says, || false, so_far(true)), Stage::Deploy);
    assert_eq!(stage(&says, || false, so_far(false)), Stage::Prepare);
}
