//! A distribution over percentages, with what conditions say about single ones.

use countersign_core::probe::{Observation, Quantity, Unit};
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value};

use super::super::{plain, verdict, words};
use super::number;
use crate::wire::picture::{CurveLine, CurveMark, CurvePoint, Picture};

/// Lines of points `["percent", "value"]`.
pub(super) fn curve(
    key: &str,
    map: &Map<String, Value>,
    observation: &Observation,
) -> Option<Picture> {
    let lines = map.get("curves")?.as_array()?;
    let lines: Vec<CurveLine> = lines.iter().map(line).collect::<Option<_>>()?;
    let unit = map.get("unit").map(plain)?;
    let of = Unit::parse(&unit)?;
    (!lines.is_empty()).then(|| Picture::Curve {
        title: words(key),
        unit,
        lines,
        marks: marks(observation, of, ""),
    })
}

fn line(line: &Value) -> Option<CurveLine> {
    let point = |point: &Value| {
        let pair = point.as_array()?;
        Some(CurvePoint {
            percent: number(pair.first()?.as_str()?)?,
            value: number(pair.get(1)?.as_str()?)?,
        })
    };
    let points = line.get("points")?.as_array()?;
    Some(CurveLine {
        name: line.get("name").map(plain).unwrap_or_default(),
        samples: line
            .get("samples")
            .and_then(Value::as_u64)
            .unwrap_or_default(),
        points: points.iter().map(point).collect::<Option<_>>()?,
    })
}

/// The conditions of an observation about percentages, their limits in `unit`.
pub(in crate::view::picture) fn marks(
    observation: &Observation,
    unit: Unit,
    item: &str,
) -> Vec<CurveMark> {
    let marks = observation.conditions.iter().filter_map(|condition| {
        let own = condition.unit.as_deref().unwrap_or_default();
        let drawn = |text: &str| {
            Quantity::parse(&format!("{text}{own}"))?
                .to(unit)?
                .n
                .to_f64()
        };
        Some(CurveMark {
            percent: percent(&condition.text)?,
            limit: drawn(condition.limit.as_deref()?)?,
            measured: condition.measured.as_deref().and_then(drawn),
            verdict: verdict(condition.verdict).to_owned(),
            text: condition.text.clone(),
            item: item.to_owned(),
        })
    });
    marks.collect()
}

/// The percentage that a condition such as `p99.9 < 1s` is about.
fn percent(text: &str) -> Option<f64> {
    let text = text.trim_start();
    let text = text.strip_prefix("not ").unwrap_or(text).trim_start();
    let name = text
        .split(|c: char| !c.is_ascii_alphanumeric() && !"._".contains(c))
        .next()?;
    countersign_load::percent(&name.replace('_', "."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_about_percentages() {
        for (text, found) in [
            ("p99 < 500ms", Some(99.0)),
            ("not p99.9 > 1s", Some(99.9)),
            ("p50<=50ms", Some(50.0)),
            ("max < 2s", None),
            ("packets > 5", None),
        ] {
            assert_eq!(percent(text), found, "{text}");
        }
    }
}
