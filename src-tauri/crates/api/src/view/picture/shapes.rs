//! The shapes that are drawn, each told by what it holds.

mod curve;
mod marks;
mod tables;

pub(super) use curve::marks as marks_of;

use chrono::DateTime;
use countersign_core::probe::{Observation, Quantity, Unit};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value};

use super::limits::{self, drawn, quantity};
use super::{plain, words};
use crate::wire::picture::{Bar, Fact, PhasePart, Picture, SeriesLine, SeriesPoint, ServerAnswer};

/// The order of the phases that are known; others follow as they were noted.
const PHASES: &[&str] = &[
    "dns",
    "connect",
    "greeted",
    "starttls",
    "tls",
    "exchange",
    "login",
    "message",
    "upgrade",
    "first_byte",
    "body",
    "query",
    "latency",
];

/// The picture of a detail, where it has a shape.
pub(super) fn picture(key: &str, value: &Value, observation: &Observation) -> Option<Picture> {
    match (key, value) {
        ("phases", Value::Object(phases)) => self::phases(phases, observation),
        (_, Value::Object(map)) if map.contains_key("not_after") => life(key, map, observation),
        (_, Value::Object(map)) if map.contains_key("curves") => {
            curve::curve(key, map, observation)
        }
        (_, Value::Object(map)) if map.contains_key("lines") => series(key, map, observation),
        (_, Value::Object(map)) if map.contains_key("columns") => {
            tables::judged(key, map).or_else(|| tables::written(key, map))
        }
        (_, Value::Object(map)) if !is_stream(map) => tables::named(key, map),
        (_, Value::Array(list)) => {
            let entries: Vec<&Map<String, Value>> =
                list.iter().filter_map(Value::as_object).collect();
            if list.is_empty() {
                return None;
            }
            if entries.len() < list.len() {
                return marks::failed_names(key, list);
            }
            answers(&entries)
                .or_else(|| tables::chain(key, &entries))
                .or_else(|| bars(key, &entries, observation))
                .or_else(|| marks::checks(key, &entries))
                .or_else(|| marks::places(key, &entries, observation))
                .or_else(|| tables::entries(key, &entries))
        }
        _ => None,
    }
}

fn phases(phases: &Map<String, Value>, observation: &Observation) -> Option<Picture> {
    let place = |name: &str| PHASES.iter().position(|known| *known == name);
    let mut parts: Vec<(usize, PhasePart)> = phases
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "duration" | "total"))
        .filter_map(|(name, took)| {
            let took = quantity(took)?.to(Unit::Millisecond)?;
            let part = PhasePart {
                name: words(name),
                ms: took.n.to_f64()?,
            };
            Some((place(name).unwrap_or(PHASES.len()), part))
        })
        .collect();
    parts.sort_by_key(|(place, _)| *place);
    let limits = limits::of(observation, &["duration", "time"]);
    (!parts.is_empty()).then(|| Picture::Phases {
        parts: parts.into_iter().map(|(_, part)| part).collect(),
        limit_ms: limits
            .iter()
            .filter(|limit| !limit.floor)
            .filter_map(|limit| drawn(limit, Unit::Millisecond))
            .reduce(f64::min),
    })
}

/// What is told of something that expires, beside its begin and its end.
const LIFE_FACTS: &[&str] = &[
    "name",
    "subject",
    "issuer",
    "registrar",
    "names",
    "nameservers",
];

fn life(key: &str, map: &Map<String, Value>, observation: &Observation) -> Option<Picture> {
    let text = |key: &str| map.get(key).map(plain).unwrap_or_default();
    let not_after = text("not_after");
    let until = DateTime::parse_from_rfc3339(&not_after).ok()?;
    let left = until.to_utc() - observation.started;
    let facts = LIFE_FACTS
        .iter()
        .map(|name| Fact {
            name: (*name).to_owned(),
            value: text(name),
        })
        .filter(|fact| !fact.value.is_empty());
    Some(Picture::Life {
        title: words(key),
        facts: facts.collect(),
        not_before: text("not_before"),
        not_after,
        days_left: left.num_seconds() as f64 / 86_400.0,
        limit_days: limits::of(observation, &["chain_ok_for", "valid_for", "expires_in"])
            .iter()
            .filter(|limit| limit.floor)
            .filter_map(|limit| drawn(limit, Unit::Day))
            .reduce(f64::max),
    })
}

/// Answers of servers to one question. The most common answer is the one that others differ from;
/// of two that are as common, the one that was given first.
fn answers(entries: &[&Map<String, Value>]) -> Option<Picture> {
    let held = |key: &str| entries.iter().all(|entry| entry.contains_key(key));
    if !held("server") || !(held("rcode") || entries.iter().any(|e| e.contains_key("records"))) {
        // Servers that are all silent have nothing but their error.
        if !(held("server") && held("error")) {
            return None;
        }
    }
    let said = |entry: &Map<String, Value>| -> Option<(String, Vec<String>)> {
        let records = entry.get("records")?.as_array()?;
        let code = entry.get("rcode").map(plain).unwrap_or_default();
        Some((code, records.iter().map(plain).collect()))
    };
    let all: Vec<_> = entries.iter().filter_map(|entry| said(entry)).collect();
    let as_common = |one: &(String, Vec<String>)| all.iter().filter(|other| *other == one).count();
    let common = all.iter().rev().max_by_key(|one| as_common(one));
    let answers = entries
        .iter()
        .map(|entry| {
            let own = said(entry);
            let trouble = entry.get("error").map(plain).or_else(|| {
                let (code, _) = own.as_ref()?;
                let fine = code.is_empty() || code.eq_ignore_ascii_case("NOERROR");
                (!fine).then(|| code.clone())
            });
            ServerAnswer {
                server: entry.get("server").map(plain).unwrap_or_default(),
                differs: own.is_some() && own.as_ref() != common,
                said: own.map(|(_, records)| records).unwrap_or_default(),
                trouble: trouble.unwrap_or_default(),
            }
        })
        .collect();
    Some(Picture::Answers { answers })
}

/// Lines of points `[milliseconds, "value"]`.
fn series(key: &str, map: &Map<String, Value>, observation: &Observation) -> Option<Picture> {
    let point = |point: &Value| {
        let pair = point.as_array()?;
        Some(SeriesPoint {
            at: pair.first()?.as_i64()?,
            value: pair.get(1)?.as_str().and_then(number),
        })
    };
    let lines = map.get("lines")?.as_array()?;
    let lines: Vec<SeriesLine> = lines
        .iter()
        .map(|line| {
            let points = line.get("points")?.as_array()?;
            Some(SeriesLine {
                name: line.get("name").map(plain).unwrap_or_default(),
                points: points.iter().map(point).collect::<Option<_>>()?,
            })
        })
        .collect::<Option<_>>()?;
    let unit = map.get("unit").map(plain).unwrap_or_default();
    let of = Unit::parse(&unit)?;
    let metrics = [
        "value",
        "values",
        "lowest",
        "highest",
        "mean",
        "statistic",
        "rtt_min",
        "rtt_avg",
        "rtt_max",
    ];
    let mut limits: Vec<f64> = limits::of(observation, &metrics)
        .iter()
        .filter_map(|limit| drawn(limit, of))
        .collect();
    limits.dedup();
    (!lines.is_empty()).then(|| Picture::Series {
        title: words(key),
        unit,
        lines,
        limits,
    })
}

pub(super) fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|n: &f64| n.is_finite())
}

/// Entries with a name and a share of something: `{"name", …: {"n": "84.2", "u": "%"}}`.
fn bars(key: &str, entries: &[&Map<String, Value>], observation: &Observation) -> Option<Picture> {
    let share = |entry: &Map<String, Value>| {
        entry
            .values()
            .filter_map(quantity)
            .find(|quantity| quantity.unit == Unit::Percent)
    };
    let name = |entry: &Map<String, Value>| {
        ["name", "file"]
            .iter()
            .find_map(|key| entry.get(*key).map(plain))
    };
    let limit = limits::of(observation, &["lowest", "line", "total"])
        .into_iter()
        .find(|limit| limit.quantity.unit == Unit::Percent);
    let hundred = Quantity::new(Decimal::ONE_HUNDRED, Unit::Percent);
    let fraction = |of: Quantity| {
        (of.n / hundred.n)
            .to_f64()
            .unwrap_or_default()
            .clamp(0.0, 1.0)
    };
    let bars: Vec<Bar> = entries
        .iter()
        .filter_map(|entry| {
            let share = share(entry)?;
            let beyond = limit.as_ref().is_some_and(|limit| match limit.floor {
                true => share.n < limit.quantity.n,
                false => share.n > limit.quantity.n,
            });
            Some(Bar {
                name: name(entry)?,
                value: match &limit {
                    Some(limit) => crate::view::measure::beside(share, limit.quantity),
                    None => crate::view::measure::spaced(share),
                },
                fraction: fraction(share),
                beyond,
            })
        })
        .collect();
    (!bars.is_empty()).then(|| Picture::Bars {
        title: words(key),
        at: limit.as_ref().map(|limit| fraction(limit.quantity)),
        limit: limit.map(|limit| limit.words).unwrap_or_default(),
        bars,
    })
}

/// Whether this is text that was read from somewhere, with how much of it there was.
pub(super) fn is_stream(map: &Map<String, Value>) -> bool {
    map.contains_key("bytes") && (map.contains_key("text") || map.contains_key("cut"))
}

/// The text of a stream; an empty one says nothing.
pub(super) fn stream(key: &str, map: &Map<String, Value>) -> Option<Picture> {
    let text = map.get("text").map(plain).unwrap_or_default();
    let bytes = map.get("bytes").and_then(Value::as_u64).unwrap_or_default();
    let size = crate::view::words::size(bytes);
    let note = match map.get("cut").and_then(Value::as_bool) {
        Some(true) => format!("{size}, only the beginning was kept"),
        _ if text.is_empty() && bytes > 0 => format!("{size}, which is no text"),
        _ => String::new(),
    };
    (!text.trim().is_empty() || !note.is_empty()).then(|| Picture::Text {
        title: words(key),
        text,
        note,
    })
}
