//! The stored result of a probe as pictures.

use countersign_core::probe::{Observation, Verdict};
use serde_json::{Map, Value};

use crate::wire::probe::{ConditionOutcome, PhasePart, Picture, ProbeResult};

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

fn pictures(observation: &Observation) -> Vec<Picture> {
    let saw = &observation.saw;
    let mut pictures = Vec::new();
    pictures.extend(phases(saw));
    pictures.extend(
        saw.get("certificate")
            .and_then(|certificate| self::certificate(certificate, observation)),
    );
    // A text of several lines is shown by itself, from what was seen.
    let rows: Vec<Vec<String>> = observation
        .values
        .iter()
        .map(|measured| vec![measured.metric.clone(), measured.value.to_string()])
        .filter(|row| row.iter().all(|cell| !cell.trim_end().contains('\n')))
        .collect();
    if !rows.is_empty() {
        pictures.push(Picture::Rows {
            title: "Measured".to_owned(),
            columns: vec!["value".to_owned(), "found".to_owned()],
            rows,
        });
    }
    let rest = saw
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "phases" | "certificate"));
    for (key, value) in rest {
        match value {
            Value::Object(map) => match table(key, map) {
                Some(table) => pictures.push(table),
                None => pictures.extend(object(key, map)),
            },
            Value::Array(list) => pictures.push(Picture::Rows {
                title: key.replace('_', " "),
                columns: Vec::new(),
                rows: list.iter().map(|entry| vec![plain(entry)]).collect(),
            }),
            other => {
                let text = plain(other);
                if text.contains('\n') || text.len() > 60 {
                    pictures.push(Picture::Text {
                        title: key.replace('_', " "),
                        text,
                    });
                }
            }
        }
    }
    pictures
}

/// What a query found, when that is what it is: columns and rows.
fn table(key: &str, map: &Map<String, Value>) -> Option<Picture> {
    let texts = |list: &Value| -> Option<Vec<String>> {
        Some(list.as_array()?.iter().map(plain).collect())
    };
    let columns = texts(map.get("columns")?)?;
    let rows = map.get("rows")?.as_array()?;
    Some(Picture::Rows {
        title: key.replace('_', " "),
        columns,
        rows: rows.iter().map(texts).collect::<Option<_>>()?,
    })
}

/// An object: its long texts by themselves, everything else as a table.
fn object(key: &str, map: &Map<String, Value>) -> Vec<Picture> {
    let mut rows = Vec::new();
    let mut texts = Vec::new();
    for (name, value) in map {
        match value {
            Value::Object(inner) => {
                rows.extend(
                    inner
                        .iter()
                        .map(|(name, value)| vec![name.clone(), plain(value)]),
                );
            }
            other => {
                let text = plain(other);
                match text.contains('\n') || text.len() > 120 || name == "body" {
                    true => texts.push(Picture::Text {
                        title: name.replace('_', " "),
                        text,
                    }),
                    false => rows.push(vec![name.replace('_', " "), text]),
                }
            }
        }
    }
    let table = (!rows.is_empty()).then(|| Picture::Rows {
        title: key.replace('_', " "),
        columns: Vec::new(),
        rows,
    });
    table.into_iter().chain(texts).collect()
}

fn phases(saw: &Map<String, Value>) -> Option<Picture> {
    let phases = saw.get("phases")?.as_object()?;
    let order = [
        "dns",
        "connect",
        "tls",
        "login",
        "first_byte",
        "body",
        "query",
        "latency",
    ];
    let parts: Vec<PhasePart> = order
        .iter()
        .filter_map(|name| {
            Some(PhasePart {
                name: name.replace('_', " "),
                ms: number(phases.get(*name)?)?,
            })
        })
        .collect();
    (!parts.is_empty()).then_some(Picture::Phases { parts })
}

/// The number of a quantity, which the record keeps as text.
fn number(quantity: &Value) -> Option<f64> {
    quantity
        .get("n")
        .and_then(Value::as_str)
        .or_else(|| quantity.as_str())?
        .parse()
        .ok()
}

fn certificate(certificate: &Value, observation: &Observation) -> Option<Picture> {
    let text = |key: &str| {
        certificate
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let not_after = text("not_after");
    let until = chrono::DateTime::parse_from_rfc3339(&not_after).ok()?;
    let left = until.to_utc() - observation.started;
    let names = certificate.get("names").and_then(Value::as_array);
    Some(Picture::Certificate {
        subject: text("subject"),
        issuer: text("issuer"),
        not_before: text("not_before"),
        not_after,
        days_left: left.num_seconds() as f64 / 86_400.0,
        names: names.into_iter().flatten().map(plain).collect(),
    })
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(map) => match (map.get("n"), map.get("u")) {
            (Some(n), unit) => {
                let unit = unit.map(plain).unwrap_or_default();
                format!("{} {unit}", plain(n)).trim_end().to_owned()
            }
            _ => value.to_string(),
        },
        other => other.to_string(),
    }
}
