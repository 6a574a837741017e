//! The small parts of a report: values, details of results, and the model's words for the wire's.

use std::collections::HashSet;

use chrono_tz::Tz;
use countersign_report::model::{
    Detail, Gauge, Mark, Measured, Moment, Outcome, SignatureStatus, SignedFiles, Tile, Verdict,
};

use crate::moments;
use crate::wire::item::{self as wire, ItemView};
use crate::wire::probe::ProbeResult;

mod drawn;
mod pictured;
pub(crate) use self::drawn::curve;
use self::drawn::is_percentiles;
use self::pictured::pictured;

pub(crate) fn moment_of(at: chrono::DateTime<chrono::Utc>, zone: Tz) -> Moment {
    Moment {
        at: moments::rfc3339(at),
        text: moments::shown(at, zone),
    }
}

pub(crate) fn labelled<T>(
    fields: &[crate::wire::run::FieldView],
    make: fn(String, String) -> T,
) -> Vec<T> {
    fields
        .iter()
        .map(|field| make(field.label.clone(), field.value.clone()))
        .collect()
}

pub(crate) fn measured(item: &ItemView) -> Option<Measured> {
    if let Some(measure) = &item.measure {
        let (value, unit) = measure
            .value
            .split_once('\u{a0}')
            .unwrap_or((measure.value.as_str(), ""));
        return Some(Measured {
            value: value.to_owned(),
            unit: unit.to_owned(),
            limit: measure.limit.clone(),
            gauge: match (measure.fraction, measure.limit_fraction) {
                (Some(fill), Some(limit)) => Some(Gauge { fill, limit }),
                _ => None,
            },
            beyond: measure.verdict == "fail",
        });
    }
    item.value.as_ref().map(|value| Measured {
        value: value.clone(),
        unit: String::new(),
        limit: item
            .asks
            .as_ref()
            .map(|ask| ask.words.clone())
            .unwrap_or_default(),
        gauge: None,
        beyond: false,
    })
}

/// Everything a result's pictures hold, as rows.
pub(crate) fn details(result: &ProbeResult) -> Vec<Detail> {
    // What never ran saw nothing; its summary says why.
    if result.verdict == "skipped" {
        return Vec::new();
    }
    let mut rows = Vec::new();
    // The same value stands in several pictures; here it is said once.
    let mut said = HashSet::new();
    if !result.target.is_empty() {
        rows.push(detail("target", result.target.clone()));
    }
    for picture in &result.pictures {
        // What the curve shows stands under it.
        if is_percentiles(picture) {
            continue;
        }
        rows.extend(pictured(picture, &mut said));
    }
    if !result.hint.is_empty() {
        rows.push(detail("hint", result.hint.clone()));
    }
    rows
}

fn detail(key: &str, value: String) -> Detail {
    Detail {
        key: key.to_owned(),
        value,
    }
}

pub(crate) fn outcome(word: &str) -> Outcome {
    match word {
        "released" => Outcome::Released,
        "rolledBack" => Outcome::RolledBack,
        "aborted" => Outcome::Aborted,
        _ => Outcome::InProgress,
    }
}

pub(crate) fn signature_status(word: &str) -> SignatureStatus {
    match word {
        "current" => SignatureStatus::Current,
        "stale" => SignatureStatus::Stale,
        "withdrawn" => SignatureStatus::Withdrawn,
        "revoked" => SignatureStatus::Revoked,
        "unverifiable" => SignatureStatus::Unverifiable,
        _ => SignatureStatus::NotSigned,
    }
}

pub(crate) fn verdict(word: Option<&str>) -> Verdict {
    match word {
        Some("pass") => Verdict::Pass,
        Some("warn") => Verdict::Warn,
        Some("fail") => Verdict::Fail,
        Some("inconclusive") => Verdict::Inconclusive,
        Some("error") => Verdict::Error,
        Some("skipped") => Verdict::Skipped,
        _ => Verdict::NotRun,
    }
}

pub(crate) fn tile(tile: wire::Tile) -> Tile {
    match tile {
        wire::Tile::Verified => Tile::Verified,
        wire::Tile::Done => Tile::Done,
        wire::Tile::Measured => Tile::Measured,
        wire::Tile::Warning => Tile::Warning,
        wire::Tile::Waived => Tile::Waived,
        wire::Tile::NotApplicable => Tile::NotApplicable,
        wire::Tile::InProgress => Tile::InProgress,
        wire::Tile::Watching => Tile::Watching,
        wire::Tile::Stale => Tile::Stale,
        wire::Tile::Inconclusive => Tile::Inconclusive,
        wire::Tile::Blocked => Tile::Blocked,
        wire::Tile::Failed | wire::Tile::Conflict => Tile::Failed,
        wire::Tile::Open => Tile::Open,
    }
}

pub(crate) fn mark(mark: wire::Mark) -> Mark {
    match mark {
        wire::Mark::Verified => Mark::Verified,
        wire::Mark::Measured => Mark::Measured,
        wire::Mark::Overridden => Mark::Overridden,
        wire::Mark::Stale => Mark::Stale,
        wire::Mark::Conflict => Mark::Conflict,
        wire::Mark::Carried => Mark::Carried,
        wire::Mark::Rehearsed => Mark::Rehearsed,
        wire::Mark::Overdue => Mark::Overdue,
        wire::Mark::Proposed => Mark::Proposed,
        wire::Mark::Late => Mark::Late,
    }
}

/// The sentence as it was signed, whatever would be signed today.
pub(crate) fn meaning_signed(files: &SignedFiles) -> String {
    let statement: serde_json::Value = serde_json::from_slice(&files.statement).unwrap_or_default();
    statement
        .pointer("/predicate/meaning")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
