//! A curve as the template draws it: places from 0 to 1, left to right and bottom to top.

use serde_json::{Value, json};

use crate::model::{Curve, CurveMark};

/// The percentages that stand under the curve.
const PERCENTS: [f64; 7] = [0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999];

/// The places on both axes: what lies beyond a percentage halves with each step to the right, and
/// values grow by factors.
struct Axes {
    /// How many nines the right end has.
    nines: f64,
    low: f64,
    high: f64,
}

impl Axes {
    fn of(curve: &Curve) -> Option<Self> {
        let points = || curve.lines.iter().flat_map(|line| &line.points);
        let measured = points().map(|(_, value)| *value);
        let limits = curve.marks.iter().map(|mark| mark.limit);
        let values = || {
            let all = measured.clone().chain(limits.clone());
            all.filter(|value| value.is_finite() && *value > 0.0)
        };
        let low = values().reduce(f64::min)?;
        let high = values().reduce(f64::max)?;
        // The last point of a curve is at 100, which no logarithm reaches: it stands at the end.
        let nines = points()
            .map(|(percent, _)| nines(*percent))
            .filter(|nines| nines.is_finite())
            .fold(2.0, f64::max);
        Some(Self {
            nines: nines + 0.15,
            low: low / 1.25,
            high: high * 1.25,
        })
    }

    fn x(&self, percent: f64) -> f64 {
        (nines(percent) / self.nines).clamp(0.0, 1.0)
    }

    fn y(&self, value: f64) -> f64 {
        let part = (value.max(self.low) / self.low).ln() / (self.high / self.low).ln();
        part.clamp(0.0, 1.0)
    }
}

/// How many nines a percentage has: 1 for 90, 2 for 99, 3 for 99.9.
fn nines(percent: f64) -> f64 {
    -((100.0 - percent) / 100.0).log10()
}

pub(super) fn curve(curve: &Curve) -> Value {
    let Some(axes) = Axes::of(curve) else {
        return Value::Null;
    };
    let percents = PERCENTS
        .iter()
        .filter(|percent| nines(**percent) <= axes.nines);
    let percents =
        percents.map(|percent| json!({ "at": axes.x(*percent), "label": format!("{percent} %") }));
    let values = steps(axes.low, axes.high);
    let values = values
        .iter()
        .map(|value| json!({ "at": axes.y(*value), "label": format!("{value} {}", curve.unit) }));
    let lines = curve.lines.iter().map(|line| {
        let points = line.points.iter();
        let points = points.map(|(percent, value)| [axes.x(*percent), axes.y(*value)]);
        json!({ "name": line.name, "points": points.collect::<Vec<_>>() })
    });
    let marks = curve.marks.iter().map(|mark| {
        json!({
            "x": axes.x(mark.percent),
            "limit": axes.y(mark.limit),
            "measured": mark.measured.map(|measured| axes.y(measured)),
            "tile": mark.verdict.tile(),
            "text": mark.text,
        })
    });
    json!({
        "percents": percents.collect::<Vec<_>>(),
        "values": values.collect::<Vec<_>>(),
        "lines": lines.collect::<Vec<_>>(),
        "marks": marks.collect::<Vec<_>>(),
        "columns": curve.lines.iter().map(|line| &line.name).collect::<Vec<_>>(),
        "rows": curve.rows,
        "alt": in_words(curve),
    })
}

/// Round values between two, each about two to five times the one before.
fn steps(low: f64, high: f64) -> Vec<f64> {
    let first = low.log10().floor() as i32;
    let last = high.log10().ceil() as i32;
    let all = |factors: &[f64]| -> Vec<f64> {
        let powers = first..=last;
        let values = powers.flat_map(|power| factors.iter().map(move |f| f * 10_f64.powi(power)));
        values
            .map(|value| (value * 1e6).round() / 1e6)
            .filter(|value| *value >= low && *value <= high)
            .collect()
    };
    let fine = all(&[1.0, 2.0, 5.0]);
    if fine.len() <= 6 {
        return fine;
    }
    all(&[1.0])
}

/// The curve for those who listen.
fn in_words(curve: &Curve) -> String {
    let names: Vec<&str> = curve.lines.iter().map(|line| line.name.as_str()).collect();
    let mut parts = vec![format!(
        "Latency over percentages, {}.",
        names.join(" and ")
    )];
    parts.extend(curve.rows.iter().filter_map(|row| {
        let (name, values) = row.split_first()?;
        let said = names
            .iter()
            .zip(values)
            .map(|(name, value)| format!("{value} {name}"));
        Some(format!("{name}: {}.", said.collect::<Vec<_>>().join(", ")))
    }));
    let mark = |mark: &CurveMark| format!("{}: {}.", mark.text, mark.verdict.word());
    parts.extend(curve.marks.iter().map(mark));
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::model::{CurveLine, Verdict};

    #[test]
    fn percentages_stand_by_their_nines_and_values_by_factors() {
        let drawn = curve(&Curve {
            unit: "ms".to_owned(),
            lines: vec![CurveLine {
                name: "corrected".to_owned(),
                points: vec![(0.0, 1.0), (90.0, 10.0), (99.0, 100.0), (100.0, 100.0)],
            }],
            marks: vec![CurveMark {
                text: "p99 < 50ms".to_owned(),
                percent: 99.0,
                limit: 50.0,
                measured: Some(100.0),
                verdict: Verdict::Fail,
                ..CurveMark::default()
            }],
            rows: vec![vec!["p99".to_owned(), "100 ms".to_owned()]],
        });
        let points = drawn["lines"][0]["points"].as_array().unwrap();
        let at = |point: usize, axis: usize| points[point][axis].as_f64().unwrap();
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        // From 0 to 90 and from 90 to 99 are one nine each, from 1 to 10 and to 100 one factor.
        assert!(close(at(1, 0) - at(0, 0), at(2, 0) - at(1, 0)));
        assert!(close(at(1, 1) - at(0, 1), at(2, 1) - at(1, 1)));
        assert!(close(at(3, 0), 1.0));
        assert!(drawn["marks"][0]["limit"].as_f64().unwrap() < at(2, 1));
        assert_eq!(
            drawn["alt"],
            "Latency over percentages, corrected. p99: 100 ms corrected. p99 < 50ms: fail."
        );
        assert_eq!(drawn["values"][0]["label"], "1 ms");
    }

    #[test]
    fn nothing_measured_is_not_drawn() {
        assert_eq!(curve(&Curve::default()), Value::Null);
    }
}
