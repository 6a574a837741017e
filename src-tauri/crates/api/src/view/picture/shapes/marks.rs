//! Checks with their marks, and places in files.

use countersign_core::probe::{Observation, Value as Found};
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value};

use super::super::{plain, words};
use crate::wire::picture::{Check, FoundPlace, Picture};

/// What a check's outcome may be noted as.
const OUTCOMES: &[&str] = &["verdict", "mark", "ok", "pass", "passed", "state"];
/// What says what was checked.
const NAMES: &[&str] = &[
    "step", "name", "check", "header", "origin", "path", "url", "to", "test", "what",
];
/// What says what was found.
const FOUND: &[&str] = &["found", "value", "answer", "got", "seen", "status", "text"];
/// What says why.
const WHY: &[&str] = &["why", "note", "message", "error", "hint"];

/// Entries that each have an outcome.
pub(super) fn checks(key: &str, entries: &[&Map<String, Value>]) -> Option<Picture> {
    let checks: Vec<Check> = entries
        .iter()
        .map(|entry| {
            Some(Check {
                mark: OUTCOMES
                    .iter()
                    .find_map(|name| outcome(entry.get(*name)?))?
                    .to_owned(),
                name: text(entry, NAMES)?,
                found: text(entry, FOUND).unwrap_or_default(),
                wanted: text(entry, &["wanted"]).unwrap_or_default(),
                why: text(entry, WHY).unwrap_or_default(),
            })
        })
        .collect::<Option<_>>()?;
    Some(Picture::Checks {
        title: words(key),
        steps: entries.iter().all(|entry| entry.contains_key("step")),
        checks,
    })
}

/// The word on the wire of an outcome as it was noted.
pub(super) fn outcome(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Bool(true) => "pass",
        Value::Bool(false) => "fail",
        Value::String(word) => match word.as_str() {
            "pass" | "passed" | "ok" | "good" => "pass",
            "warn" | "warning" => "warn",
            "fail" | "failed" | "bad" | "exposed" => "fail",
            "inconclusive" | "unknown" | "not known" | "error" => "inconclusive",
            "skipped" | "none" => "skipped",
            _ => return None,
        },
        _ => return None,
    })
}

fn text(entry: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter()
        .filter_map(|key| entry.get(*key))
        .map(plain)
        .find(|text| !text.is_empty())
}

/// Names under a key such as `failed_tests`: each is a failure.
pub(super) fn failed_names(key: &str, list: &[Value]) -> Option<Picture> {
    if !key.starts_with("failed") || !list.iter().all(Value::is_string) {
        return None;
    }
    Some(Picture::Checks {
        title: words(key),
        steps: false,
        checks: list
            .iter()
            .map(|name| Check {
                mark: "fail".to_owned(),
                name: plain(name),
                found: String::new(),
                wanted: String::new(),
                why: String::new(),
            })
            .collect(),
    })
}

/// Entries that each name a file, or a rule that found them.
pub(super) fn places(
    key: &str,
    entries: &[&Map<String, Value>],
    observation: &Observation,
) -> Option<Picture> {
    let placed = |entry: &Map<String, Value>| {
        ["file", "document", "message"]
            .iter()
            .any(|key| entry.contains_key(*key))
    };
    if !entries.iter().all(|entry| placed(entry)) {
        return None;
    }
    let places: Vec<FoundPlace> = entries.iter().map(|entry| place(entry)).collect();
    let count = |metric: &str| {
        let measured = observation.values.iter().find(|one| one.metric == metric)?;
        match &measured.value {
            Found::Number(count) => count.n.to_u32(),
            _ => None,
        }
    };
    let shown = u32::try_from(places.len()).unwrap_or(u32::MAX);
    let total = [key, "findings", "matches", "broken"]
        .iter()
        .find_map(|metric| count(metric))
        .unwrap_or(shown);
    Some(Picture::Places {
        title: match key {
            "first" => "found".to_owned(),
            "broken" => "leads nowhere".to_owned(),
            other => words(other),
        },
        places,
        total: total.max(shown),
    })
}

fn place(entry: &Map<String, Value>) -> FoundPlace {
    let file = text(entry, &["file", "document"]);
    let line = entry.get("line").map(plain).filter(|line| !line.is_empty());
    let parts = ["to", "message", "text", "shown", "why"];
    let said: Vec<String> = parts
        .iter()
        .filter_map(|key| entry.get(*key))
        .map(plain)
        .filter(|text| !text.is_empty())
        .collect();
    FoundPlace {
        mark: match entry.get("level").and_then(Value::as_str) {
            None | Some("error") => "fail",
            Some("warning") => "warn",
            Some(_) => "note",
        }
        .to_owned(),
        place: match (file, line) {
            (Some(file), Some(line)) => format!("{file}:{line}"),
            (Some(file), None) => file,
            (None, _) => String::new(),
        },
        rule: text(entry, &["rule"]).unwrap_or_default(),
        text: said.join(" — "),
    }
}
