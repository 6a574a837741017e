//! Series of samples, and what conditions can use of them.

mod selector;

use countersign_core::probe::{Quantity, Unit, Value};
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

pub(super) use self::selector::{Labels, Selector, parse_labels, parse_name};
use super::exact::{float_number, json_number};
use crate::kind::Saw;

/// How many series the record shows a person.
const SHOWN: usize = 50;
/// How many series are kept to be drawn over time.
const DRAWN: usize = 6;
/// How many points of one series are kept to be drawn.
const POINTS: usize = 96;

/// One series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Series {
    /// Its labels, its name among them as `__name__`.
    pub labels: Labels,
    /// Its values as they were written, the oldest first.
    pub values: Vec<String>,
    /// When each value was sampled, in milliseconds since 1970; empty where that is not told.
    pub times: Vec<i64>,
}

impl Series {
    /// As PromQL writes it.
    fn shown(&self) -> String {
        let name = self.labels.get("__name__").map_or("", String::as_str);
        let labels: Vec<String> = self
            .labels
            .iter()
            .filter(|(label, _)| *label != "__name__")
            .map(|(label, value)| format!("{label}={value:?}"))
            .collect();
        match (name, labels.is_empty()) {
            ("", true) => "scalar".to_owned(),
            (name, true) => name.to_owned(),
            (name, false) => format!("{name}{{{}}}", labels.join(", ")),
        }
    }

    /// Its values as numbers.
    fn numbers(&self) -> Result<Vec<Decimal>, String> {
        let exact = |text: &String| {
            float_number(text).ok_or_else(|| match text.as_str() {
                "NaN" => format!("{} is NaN", self.shown()),
                other => format!("{} is {other}, which cannot be kept exactly", self.shown()),
            })
        };
        self.values.iter().map(exact).collect()
    }
}

/// The metrics that need every number.
const NUMBERS: [&str; 6] = ["value", "values", "lowest", "highest", "mean", "sum"];

/// Sets everything that series measure, numbers in `unit`, and keeps them for the record.
pub(super) fn measure(series: &mut [Series], unit: Unit, saw: &mut Saw) {
    series.sort_by(|a, b| a.labels.cmp(&b.labels));
    let count = u64::try_from(series.len()).unwrap_or(u64::MAX);
    saw.values.set("series", Value::count(count));
    let rows: Vec<Vec<String>> = series.iter().take(SHOWN).map(row).collect();
    saw.note(
        "table",
        json!({"columns": ["series", "last", "samples"], "rows": rows}),
    );
    if let Some(drawn) = over_time(series, unit) {
        saw.note("over_time", drawn);
    }
    let numbers: Result<Vec<Vec<Decimal>>, String> = series.iter().map(Series::numbers).collect();
    let numbers = match numbers {
        Ok(numbers) if numbers.iter().any(|one| !one.is_empty()) => numbers,
        other => {
            let why = other
                .err()
                .unwrap_or_else(|| "no series was found".to_owned());
            for metric in NUMBERS {
                saw.values.lacks(metric, why.clone());
            }
            saw.values.lacks("json", why);
            return;
        }
    };
    saw.values.json = Some(document(series, &numbers));
    let last: Vec<Decimal> = numbers
        .iter()
        .filter_map(|one| one.last().copied())
        .collect();
    let value = |n: Decimal| Value::Number(Quantity::new(n, unit));
    match last.as_slice() {
        [only] => saw.values.set("value", value(*only)),
        several => saw.values.lacks(
            "value",
            format!(
                "there are {} series; use `lowest`, `highest` or `sum`",
                several.len()
            ),
        ),
    }
    let all: Vec<Decimal> = numbers.iter().flatten().copied().collect();
    let total = |of: &[Decimal]| {
        of.iter()
            .try_fold(Decimal::ZERO, |sum, n| sum.checked_add(*n))
    };
    let mean = || total(&all)?.checked_div(Decimal::from(all.len()));
    for (metric, number) in [
        ("lowest", all.iter().min().copied()),
        ("highest", all.iter().max().copied()),
        ("mean", mean()),
        ("sum", total(&last)),
    ] {
        match number {
            Some(number) => saw.values.set(metric, value(number)),
            None => saw.values.lacks(metric, "the numbers are too large"),
        }
    }
    let list = last.into_iter().map(value).collect();
    saw.values.set("values", Value::List(list));
}

/// The first series as points in time, for a picture; `None` where no series has a course.
fn over_time(series: &[Series], unit: Unit) -> Option<Json> {
    let lines: Vec<Json> = series
        .iter()
        .filter(|one| one.times.len() > 1 && one.times.len() == one.values.len())
        .take(DRAWN)
        .map(|one| json!({"name": one.shown(), "points": thinned(one)}))
        .collect();
    (!lines.is_empty()).then(|| json!({"unit": unit.symbol(), "lines": lines}))
}

/// At most [`POINTS`] points that keep every peak and every dip: of each stretch of time the lowest
/// and the highest, in the order they were sampled.
fn thinned(series: &Series) -> Vec<Json> {
    let points: Vec<(i64, &String)> = series.times.iter().copied().zip(&series.values).collect();
    let each = points.len().div_ceil(POINTS / 2).max(1);
    let kept = points.chunks(each).flat_map(|stretch| {
        if stretch.len() <= 2 {
            return stretch.to_vec();
        }
        let numbers = || {
            stretch
                .iter()
                .filter_map(|point| Some((float_number(point.1)?, *point)))
        };
        let lowest = numbers().min_by_key(|(n, _)| *n);
        let highest = numbers().max_by_key(|(n, _)| *n);
        let mut both: Vec<(i64, &String)> = [lowest, highest]
            .into_iter()
            .flatten()
            .map(|(_, point)| point)
            .collect();
        // A stretch without any number is a gap, which is drawn as one.
        if both.is_empty() {
            both.extend(stretch.first());
        }
        both.sort_by_key(|(at, _)| *at);
        both.dedup_by_key(|(at, _)| *at);
        both
    });
    kept.map(|(at, value)| json!([at, value])).collect()
}

fn row(series: &Series) -> Vec<String> {
    vec![
        series.shown(),
        series.values.last().cloned().unwrap_or_default(),
        series.values.len().to_string(),
    ]
}

fn document(series: &[Series], numbers: &[Vec<Decimal>]) -> Json {
    let one = |(series, numbers): (&Series, &Vec<Decimal>)| {
        let value = numbers.last().map_or(Json::Null, |n| json_number(*n));
        json!({"labels": series.labels, "value": value})
    };
    series.iter().zip(numbers).map(one).collect()
}

/// What was found, in one line.
pub(super) fn summary(series: &[Series], unit: Unit) -> String {
    match series {
        [] => "no series".to_owned(),
        [only] => {
            let last = only.values.last().map_or("nothing", String::as_str);
            format!("{last} {}", unit.symbol()).trim_end().to_owned()
        }
        several => format!("{} series", several.len()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn series(name: &str, values: &[&str]) -> Series {
        Series {
            labels: Labels::from([("__name__".to_owned(), name.to_owned())]),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            times: Vec::new(),
        }
    }

    fn saw(mut list: Vec<Series>) -> Saw {
        let mut saw = Saw::default();
        measure(&mut list, Unit::Count, &mut saw);
        saw
    }

    fn number(saw: &Saw, metric: &str) -> Option<String> {
        saw.values.metrics.get(metric).map(ToString::to_string)
    }

    #[test]
    fn all_and_any_are_told_apart() {
        let seen = saw(vec![series("b", &["0.3", "0.2"]), series("a", &["0.1"])]);
        for (metric, value) in [
            ("series", Some("2")),
            ("lowest", Some("0.1")),
            ("highest", Some("0.3")),
            ("mean", Some("0.2")),
            ("sum", Some("0.3")),
            ("values", Some("0.1, 0.2")),
            ("value", None),
        ] {
            assert_eq!(number(&seen, metric).as_deref(), value, "{metric}");
        }
    }

    #[test]
    fn nothing_and_nan_decide_nothing() {
        for (list, count) in [
            (vec![], "0"),
            (vec![series("a", &[])], "1"),
            (vec![series("a", &["1"]), series("b", &["NaN"])], "2"),
            (vec![series("a", &["1", "+Inf", "2"])], "1"),
        ] {
            let seen = saw(list);
            assert_eq!(number(&seen, "series").as_deref(), Some(count));
            for metric in NUMBERS {
                assert_eq!(number(&seen, metric), None);
                assert!(seen.values.missing.contains_key(metric));
            }
            assert_eq!(seen.values.json, None);
        }
    }

    #[test]
    fn a_long_course_is_thinned_and_keeps_its_peak_and_its_gap() {
        let course: Vec<String> = (0..5000)
            .map(|n| match n {
                3210 => "99".to_owned(),
                4000..4200 => "NaN".to_owned(),
                n => (n % 7).to_string(),
            })
            .collect();
        let mut one = series("up", &course.iter().map(String::as_str).collect::<Vec<_>>());
        one.times = (0..5000).map(|n| n * 1000).collect();
        let drawn = over_time(&[one], Unit::Percent).unwrap();
        assert_eq!(drawn["unit"], "%");
        let points = drawn["lines"][0]["points"].as_array().unwrap();
        assert!(points.len() <= POINTS);
        assert!(points.contains(&json!([3_210_000, "99"])));
        assert!(points.iter().any(|point| point[1] == "NaN"));
        assert!(points.iter().all(|point| !point[0].is_f64()));
    }
}
