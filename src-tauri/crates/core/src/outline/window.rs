//! Windows: when something is due relative to the deployment.

use chrono::{DateTime, Days, Duration, LocalResult, Months, NaiveDateTime, TimeZone, Utc};
use serde::{Deserialize, Serialize};

/// What an offset counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Elapsed minutes.
    Minutes,
    /// Elapsed hours.
    Hours,
    /// Calendar days in the deployment's zone.
    Days,
    /// Calendar weeks in the deployment's zone.
    Weeks,
    /// Calendar months in the deployment's zone.
    Months,
}

impl TimeUnit {
    /// Whether it is counted by the calendar rather than elapsed.
    pub fn is_calendar(self) -> bool {
        matches!(self, Self::Days | Self::Weeks | Self::Months)
    }
}

/// On which side of the deployment an offset lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Before the deployment.
    Before,
    /// After the deployment; also the moment itself.
    After,
}

/// A moment relative to the deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Offset {
    /// How many units.
    pub amount: u32,
    /// The unit.
    pub unit: TimeUnit,
    /// Before or after.
    pub side: Side,
    /// True when the whole calendar day is meant, so that the moment is that day's last one.
    #[serde(default, skip_serializing_if = "super::model::is_false")]
    pub end_of_day: bool,
}

/// From when until when, relative to the deployment; due at `to`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Window {
    /// Its earlier end.
    pub from: Offset,
    /// Its later end, when its items are due.
    pub to: Offset,
    /// The words that it was read from, such as `1-2 weeks before`.
    pub words: String,
}

/// The moment at which a window's items are due: its later end.
///
/// Days, weeks and months are counted by the calendar in the deployment's own zone, so that "1 day
/// before" 18:00 is 18:00 on the day before even when a clock changes in between; minutes and hours
/// are elapsed. A local time that the clock skips becomes the first one after the gap; one that
/// occurs twice is taken as the second, so that nothing is called overdue too early.
pub fn due_at<Tz: TimeZone>(window: &Window, deployment: &DateTime<Tz>) -> DateTime<Utc> {
    moment(&window.to, deployment)
}

/// The moment at which a window opens, counted as in [`due_at`].
pub fn opens_at<Tz: TimeZone>(window: &Window, deployment: &DateTime<Tz>) -> DateTime<Utc> {
    moment(&window.from, deployment)
}

fn moment<Tz: TimeZone>(offset: &Offset, deployment: &DateTime<Tz>) -> DateTime<Utc> {
    let utc = deployment.with_timezone(&Utc);
    if !offset.unit.is_calendar() {
        let minutes = match offset.unit {
            TimeUnit::Hours => i64::from(offset.amount) * 60,
            _ => i64::from(offset.amount),
        };
        let elapsed = Duration::minutes(minutes);
        return match offset.side {
            Side::Before => utc.checked_sub_signed(elapsed),
            Side::After => utc.checked_add_signed(elapsed),
        }
        .unwrap_or(utc);
    }
    let local = deployment.naive_local();
    let shifted = shift(local, offset).unwrap_or(local);
    let wanted = if offset.end_of_day {
        shifted.date().and_hms_opt(23, 59, 59).unwrap_or(shifted)
    } else {
        shifted
    };
    resolve(&deployment.timezone(), wanted).unwrap_or(utc)
}

fn shift(local: NaiveDateTime, offset: &Offset) -> Option<NaiveDateTime> {
    let days = match offset.unit {
        TimeUnit::Months => {
            let months = Months::new(offset.amount);
            return match offset.side {
                Side::Before => local.checked_sub_months(months),
                Side::After => local.checked_add_months(months),
            };
        }
        TimeUnit::Weeks => u64::from(offset.amount) * 7,
        _ => u64::from(offset.amount),
    };
    match offset.side {
        Side::Before => local.checked_sub_days(Days::new(days)),
        Side::After => local.checked_add_days(Days::new(days)),
    }
}

/// Finds the instant that a wall clock in `zone` shows as `local`.
fn resolve<Tz: TimeZone>(zone: &Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    // No zone has skipped more than a day, and every gap ends on a quarter of an hour.
    let mut wanted = local;
    for step in 0..=96_i64 {
        match zone.from_local_datetime(&wanted) {
            LocalResult::Single(at) | LocalResult::Ambiguous(_, at) => {
                return Some(at.with_timezone(&Utc));
            }
            LocalResult::None => {
                let quarter = 15 * 60;
                let seconds = local.and_utc().timestamp().div_euclid(quarter) * quarter;
                wanted = DateTime::from_timestamp(seconds + (step + 1) * quarter, 0)?.naive_utc();
            }
        }
    }
    None
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
