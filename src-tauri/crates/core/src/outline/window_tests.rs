#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Europe::Kyiv;

use super::*;

fn window(amount: u32, unit: TimeUnit, side: Side) -> Window {
    let offset = Offset {
        amount,
        unit,
        side,
        end_of_day: false,
    };
    Window {
        from: offset,
        to: offset,
        words: String::new(),
    }
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn days_are_counted_by_the_calendar_and_hours_elapse() {
    // Clocks in Kyiv went back in the night to 25 October 2026.
    let deployment = Kyiv.with_ymd_and_hms(2026, 10, 26, 18, 0, 0).unwrap();
    let two_days = due_at(&window(2, TimeUnit::Days, Side::Before), &deployment);
    assert_eq!(
        two_days,
        utc("2026-10-24T15:00:00Z"),
        "18:00 in summer time"
    );
    let hours = due_at(&window(48, TimeUnit::Hours, Side::Before), &deployment);
    assert_eq!(hours, utc("2026-10-24T16:00:00Z"), "exactly 48 hours");
}

#[test]
fn a_range_is_due_at_its_later_end() {
    let deployment = Kyiv.with_ymd_and_hms(2026, 11, 24, 18, 0, 0).unwrap();
    let mut weeks = window(2, TimeUnit::Weeks, Side::Before);
    weeks.to.amount = 1;
    assert_eq!(due_at(&weeks, &deployment), utc("2026-11-17T16:00:00Z"));
    assert_eq!(opens_at(&weeks, &deployment), utc("2026-11-10T16:00:00Z"));
}

#[test]
fn a_skipped_local_time_moves_behind_the_gap_and_a_repeated_one_is_the_second() {
    // 03:00 to 04:00 does not exist on 29 March 2026 in Kyiv.
    let after_gap = Kyiv.with_ymd_and_hms(2026, 3, 30, 3, 20, 0).unwrap();
    let gap = due_at(&window(1, TimeUnit::Days, Side::Before), &after_gap);
    assert_eq!(gap, utc("2026-03-29T01:00:00Z"), "04:00 summer time");
    // 03:30 occurs twice on 25 October 2026.
    let before_fold = Kyiv.with_ymd_and_hms(2026, 10, 24, 3, 30, 0).unwrap();
    let fold = due_at(&window(1, TimeUnit::Days, Side::After), &before_fold);
    assert_eq!(fold, utc("2026-10-25T01:30:00Z"), "03:30 winter time");
}

#[test]
fn a_whole_day_ends_with_its_last_second() {
    let deployment = Kyiv.with_ymd_and_hms(2026, 11, 24, 18, 0, 0).unwrap();
    let mut day = window(0, TimeUnit::Days, Side::After);
    day.to.end_of_day = true;
    assert_eq!(due_at(&day, &deployment), utc("2026-11-24T21:59:59Z"));
}

#[test]
fn months_end_on_the_last_day_there_is() {
    let deployment = Kyiv.with_ymd_and_hms(2026, 1, 31, 12, 0, 0).unwrap();
    let month = due_at(&window(1, TimeUnit::Months, Side::After), &deployment);
    assert_eq!(month, utc("2026-02-28T10:00:00Z"));
}

#[test]
fn an_absurd_amount_does_not_panic() {
    let deployment = Kyiv.with_ymd_and_hms(2026, 1, 31, 12, 0, 0).unwrap();
    let far = due_at(&window(u32::MAX, TimeUnit::Weeks, Side::After), &deployment);
    assert_eq!(far, deployment.with_timezone(&Utc));
}
