//! The stored result of a probe as pictures.
//!
//! A picture is chosen by the shape of what was noted: whatever has phases, an end, a
//! server's answers, columns and rows, points in time, shares, places in files or marks is drawn as
//! that, whichever kind noted it. What has no such shape becomes a list of names and values.

mod facts;
mod limits;
mod shapes;

use countersign_core::probe::{Observation, Unit, Verdict};
use countersign_core::text::{line, lines};
use serde_json::{Map, Value};

use self::facts::Facts;
use crate::wire::picture::{CurveMark, Picture};
use crate::wire::probe::{ConditionOutcome, ProbeResult};

/// A stored observation as the Inspector shows it.
#[must_use]
pub fn result(hash: &str, observation: &Observation) -> ProbeResult {
    ProbeResult {
        hash: hash.to_owned(),
        verdict: verdict(observation.verdict).to_owned(),
        summary: observation.summary.clone(),
        target: observation.target.clone(),
        at: crate::moments::rfc3339(observation.started),
        duration_ms: observation.duration_ms as f64,
        conditions: observation
            .conditions
            .iter()
            .map(|condition| ConditionOutcome {
                text: condition.text.clone(),
                verdict: verdict(condition.verdict).to_owned(),
                measured: match (&condition.measured, &condition.unit) {
                    (Some(measured), Some(unit)) => format!("{measured}\u{a0}{unit}"),
                    (Some(measured), None) => measured.clone(),
                    (None, _) => String::new(),
                },
                why: condition.why.clone().unwrap_or_default(),
            })
            .collect(),
        pictures: pictures(observation),
        hint: observation.hint.clone().unwrap_or_default(),
    }
}

/// The word of a verdict on the wire.
#[must_use]
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Warn => "warn",
        Verdict::Skipped => "skipped",
        Verdict::Inconclusive => "inconclusive",
        Verdict::Error => "error",
        Verdict::Fail => "fail",
    }
}

/// The distribution that was seen, where there is one.
pub(crate) fn curve(observation: &Observation) -> Option<Picture> {
    let mut noted = observation.saw.iter();
    noted.find_map(|(key, value)| {
        let drawn = shapes::picture(key, value, observation)?;
        matches!(drawn, Picture::Curve { .. }).then_some(drawn)
    })
}

/// What an observation's conditions say about percentages, in a unit and as said by an item.
pub(crate) fn marks(observation: &Observation, unit: &str, item: &str) -> Vec<CurveMark> {
    Unit::parse(unit).map_or_else(Vec::new, |unit| shapes::marks_of(observation, unit, item))
}

/// What was seen, the telling pictures first, then texts, then the details.
fn pictures(observation: &Observation) -> Vec<Picture> {
    let mut drawn = Vec::new();
    let mut texts = Vec::new();
    let mut facts = Facts::default();
    for (key, value) in &observation.saw {
        if let Some(picture) = shapes::picture(key, value, observation) {
            drawn.push(picture);
            continue;
        }
        match value {
            // Phases of nothing but the whole are told by the duration.
            _ if key == "phases" => {}
            Value::Object(map) if shapes::is_stream(map) => texts.extend(shapes::stream(key, map)),
            Value::Object(map) if limits::quantity(value).is_none() => {
                let (parts, streams): (Vec<_>, Vec<_>) =
                    map.iter().partition(|(_, part)| as_stream(part).is_none());
                texts.extend(
                    streams
                        .into_iter()
                        .filter_map(|(name, part)| shapes::stream(name, as_stream(part)?)),
                );
                if parts.len() > MOST_FACTS {
                    drawn.push(facts::folded(key, parts.into_iter()));
                    continue;
                }
                for (name, part) in parts {
                    match part {
                        Value::Object(list) if limits::quantity(part).is_none() => {
                            drawn.push(facts::folded(name, list.iter()));
                        }
                        part => facts.note(name, part, &mut texts),
                    }
                }
            }
            plain => facts.note(key, plain, &mut texts),
        }
    }
    drawn.sort_by_key(rank);
    let told = drawn.iter().any(|picture| rank(picture) < FOLDED);
    let (folded, open): (Vec<_>, Vec<_>) = drawn
        .into_iter()
        .partition(|picture| rank(picture) >= FOLDED);
    let phases = open
        .iter()
        .any(|picture| matches!(picture, Picture::Phases { .. }));
    facts.measured(&observation.values, phases);
    let details = facts.picture(told || !texts.is_empty());
    open.into_iter()
        .chain(texts)
        .chain(details)
        .chain(folded)
        .collect()
}

/// An object of more parts than this is a list of its own.
const MOST_FACTS: usize = 8;
/// The rank from which on a picture waits to be asked for.
const FOLDED: u8 = 9;

fn as_stream(value: &Value) -> Option<&Map<String, Value>> {
    value.as_object().filter(|map| shapes::is_stream(map))
}

/// Where a picture stands among the others.
fn rank(picture: &Picture) -> u8 {
    match picture {
        Picture::Life { .. } => 0,
        Picture::Curve { .. } => 0,
        Picture::Series { .. } => 1,
        Picture::Answers { .. } => 2,
        Picture::Checks { .. } => 3,
        Picture::Places { .. } => 4,
        Picture::Bars { .. } => 5,
        Picture::Rows { .. } => 6,
        Picture::Phases { .. } => 7,
        Picture::Text { .. } => 8,
        Picture::Facts { .. } => FOLDED,
    }
}

/// A key as a heading or a name: `first_byte` is "first byte".
fn words(key: &str) -> String {
    line(&key.replace('_', " "))
}

/// A value as text that can be shown.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => lines(text),
        Value::Number(number) => number.to_string(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(map) => match limits::quantity(value) {
            Some(quantity) => super::measure::spaced(quantity),
            None => map
                .iter()
                .map(|(name, value)| format!("{} {}", words(name), plain(value)))
                .collect::<Vec<_>>()
                .join(", "),
        },
    }
}

#[cfg(test)]
mod tests;
