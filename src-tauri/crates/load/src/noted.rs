//! An outcome as the record of a probe keeps it: plain JSON that pictures are drawn from, without a
//! floating point number and with no list longer than a record may hold.

use serde_json::{Map, Value, json};

use crate::latency::{Latency, Point};
use crate::outcome::{Outcome, Second, StepOutcome};

/// The most members of a list in a record.
const MOST: usize = 96;

impl Outcome {
    /// What a probe notes of it: the curve over percentages, corrected and raw; rates and latencies
    /// over time; answers by status; steps and requests where there are several; and its doubts.
    #[must_use]
    pub fn noted(&self) -> Map<String, Value> {
        let mut noted = Map::new();
        let mut note = |key: &str, value: Value| noted.insert(key.to_owned(), value);
        if self.corrected.samples > 0 {
            let curves = [("corrected", &self.corrected), ("raw", &self.raw)];
            let curves = curves.map(|(name, latency)| {
                json!({ "name": name, "samples": latency.samples, "points": curve(latency) })
            });
            note("latency", json!({ "unit": "ms", "curves": curves }));
            note("percentiles", self.percentiles());
        }
        if !self.doubts.is_empty() {
            let doubts = self.doubts.iter().map(|doubt| {
                json!({ "verdict": "inconclusive", "name": doubt.words(), "why": doubt.hint() })
            });
            note("why_it_decides_nothing", doubts.collect());
        }
        note("answers", self.answers());
        if self.seconds.len() > 1 {
            let began = self.began_unix_ms;
            let buckets = buckets(&self.seconds);
            let line = |name: &str, of: &dyn Fn(&[Second]) -> Option<f64>| {
                let points = buckets.iter().map(|bucket| {
                    let at = bucket.first().map_or(0, |second| u64::from(second.at));
                    json!([began + at * 1000, of(bucket).map(number)])
                });
                json!({ "name": name, "points": points.collect::<Vec<_>>() })
            };
            let worst = |of: fn(&Second) -> Option<u64>| {
                move |bucket: &[Second]| bucket.iter().filter_map(of).max().map(millis)
            };
            let rate = |of: fn(&Second) -> u64| {
                move |bucket: &[Second]| {
                    let sum: u64 = bucket.iter().map(of).sum();
                    Some(sum as f64 / bucket.len() as f64)
                }
            };
            note(
                "latency_over_time",
                json!({ "unit": "ms", "lines": [
                    line("p50", &worst(|second| second.p50_us)),
                    line("p95", &worst(|second| second.p95_us)),
                    line("p99", &worst(|second| second.p99_us)),
                ]}),
            );
            note(
                "rate_over_time",
                json!({ "unit": "/s", "lines": [
                    line("due", &rate(|second| second.due)),
                    line("answered as expected", &rate(|second| second.ok)),
                    line("errors", &rate(|second| second.errors)),
                ]}),
            );
        }
        if self.steps.len() > 1 {
            note("steps", self.steps_table());
        }
        if self.requests.len() > 1 {
            note("requests", self.requests_table());
        }
        noted
    }

    /// The percentiles that people speak of, as far as there are samples beyond them.
    fn percentiles(&self) -> Value {
        let raw = |percent: f64| percentile(&self.raw, percent);
        let spoken = [50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99, 99.999];
        let known = spoken
            .into_iter()
            .filter(|percent| self.corrected.samples as f64 * (100.0 - percent) / 100.0 >= 1.0);
        let row =
            |name: String, percent: f64| [name, percentile(&self.corrected, percent), raw(percent)];
        let mut rows: Vec<[String; 3]> = known
            .map(|percent| row(format!("p{}", number(percent)), percent))
            .collect();
        rows.push(row("longest".to_owned(), 100.0));
        json!({ "columns": ["percentile", "corrected", "raw"], "rows": rows })
    }

    /// How many requests came to what: by status, and what was no answer at all.
    fn answers(&self) -> Value {
        let due = self.counts.due;
        let share = |count: u64| match due {
            0 => String::new(),
            due => format!("{} %", number(count as f64 * 100.0 / due as f64)),
        };
        let mut rows: Vec<[String; 3]> = Vec::new();
        let mut row = |name: String, count: u64| {
            if count > 0 {
                rows.push([name, grouped(count), share(count)]);
            }
        };
        for (status, count) in &self.statuses {
            row(format!("status {status}"), *count);
        }
        for (sort, count) in self.counts.failures.named() {
            row(sort.to_owned(), count);
        }
        row("no answer in time".to_owned(), self.counts.timeouts);
        row(
            "never sent, no connection was free".to_owned(),
            self.counts.unsent,
        );
        json!({ "columns": ["what came back", "requests", "share"], "rows": rows })
    }

    fn steps_table(&self) -> Value {
        let rows = self.steps.iter().take(MOST).map(|step: &StepOutcome| {
            [
                format!("{} s", number(step.from_ms as f64 / 1000.0)),
                step.rates.asked.map(per_second).unwrap_or_default(),
                per_second(step.rates.reached),
                percentile(&step.corrected, 50.0),
                percentile(&step.corrected, 99.0),
                grouped(step.counts.errors()),
            ]
        });
        json!({
            "columns": ["from", "asked", "reached", "p50", "p99", "errors"],
            "rows": rows.collect::<Vec<_>>(),
        })
    }

    fn requests_table(&self) -> Value {
        let rows = self.requests.iter().take(MOST).map(|request| {
            [
                request.name.clone(),
                grouped(request.due),
                grouped(request.due.saturating_sub(request.ok)),
                percentile(&request.corrected, 50.0),
                percentile(&request.corrected, 99.0),
            ]
        });
        json!({
            "columns": ["request", "sent", "errors", "p50", "p99"],
            "rows": rows.collect::<Vec<_>>(),
        })
    }
}

/// The points of a curve as texts, `[percent, milliseconds]`, thinned where there are many: the
/// first and the last always stay.
fn curve(latency: &Latency) -> Vec<[String; 2]> {
    let points = &latency.curve;
    let every = points.len().div_ceil(MOST).max(1);
    let last = points.len().saturating_sub(1);
    let kept = points.iter().enumerate();
    kept.filter(|(at, _)| at % every == 0 || *at == last)
        .map(|(_, Point { percent, us, .. })| [number(*percent), number(millis(*us))])
        .collect()
}

/// Seconds in as many groups as a record may hold, each as long as the others.
fn buckets(seconds: &[Second]) -> Vec<&[Second]> {
    seconds
        .chunks(seconds.len().div_ceil(MOST).max(1))
        .collect()
}

fn percentile(latency: &Latency, percent: f64) -> String {
    let found = latency.percentile(percent);
    found.map_or_else(String::new, |us| format!("{} ms", number(millis(us))))
}

fn per_second(rate: f64) -> String {
    format!("{}/s", number(rate))
}

fn millis(us: u64) -> f64 {
    us as f64 / 1000.0
}

/// A number with the digits that matter, never in scientific notation. The tail of a curve keeps
/// all of its nines.
fn number(value: f64) -> String {
    let digits = if value >= 1000.0 {
        0
    } else if (99.0..100.0).contains(&value) {
        6
    } else {
        3
    };
    let text = format!("{value:.digits$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A count with its thousands apart.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::doubt::Doubt;
    use crate::outcome::{Counts, Failures};

    #[test]
    fn an_outcome_is_noted_in_texts_and_in_no_more_than_a_record_holds() {
        let corrected = Latency::of_micros((1..=200_000).map(|n| n % 1_999)).unwrap();
        let outcome = Outcome {
            corrected: corrected.clone(),
            raw: corrected,
            counts: Counts {
                due: 4000,
                ok: 3990,
                failures: Failures {
                    reset: 3,
                    ..Failures::default()
                },
                unsent: 7,
                ..Counts::default()
            },
            statuses: [(200, 3990)].into(),
            doubts: vec![Doubt::ClientTooBusy { cpu_percent: 91.0 }],
            seconds: (0..600)
                .map(|at| Second {
                    at,
                    due: 10,
                    p99_us: Some(u64::from(at)),
                    ..Second::default()
                })
                .collect(),
            ..empty()
        };
        let noted = Value::Object(outcome.noted());
        fn look(value: &Value) {
            match value {
                Value::Array(list) => {
                    assert!(list.len() <= 100, "{}", list.len());
                    list.iter().for_each(look);
                }
                Value::Object(map) => map.values().for_each(look),
                Value::Number(number) => assert!(!number.is_f64(), "{number}"),
                _ => {}
            }
        }
        look(&noted);
        let points = noted["latency"]["curves"][0]["points"].as_array().unwrap();
        assert_eq!(points.last().unwrap()[0], "100");
        let rows = noted["percentiles"]["rows"].as_array().unwrap();
        assert_eq!(rows[4], json!(["p99", "1.978 ms", "1.978 ms"]));
        assert_eq!(rows.last().unwrap()[0], "longest");
        assert_eq!(
            noted["answers"]["rows"],
            json!([
                ["status 200", "3\u{202f}990", "99.75 %"],
                ["connection reset", "3", "0.075 %"],
                ["never sent, no connection was free", "7", "0.175 %"],
            ])
        );
        let lines = noted["latency_over_time"]["lines"].as_array().unwrap();
        assert_eq!(lines[2]["points"][0], json!([0, "0.006"]));
        assert_eq!(
            noted["rate_over_time"]["lines"][0]["points"][1],
            json!([7000, "10"])
        );
        assert_eq!(
            noted["why_it_decides_nothing"][0]["verdict"],
            "inconclusive"
        );
    }

    #[test]
    fn an_empty_run_has_no_curve() {
        let outcome = Outcome {
            doubts: vec![Doubt::Empty],
            ..empty()
        };
        let noted = outcome.noted();
        assert!(!noted.contains_key("latency"));
        assert_eq!(noted["answers"]["rows"], json!([]));
    }

    #[test]
    fn numbers_keep_the_digits_that_matter() {
        for (value, text) in [
            (99.999_98, "99.99998"),
            (12.0, "12"),
            (0.0375, "0.037"),
            (1234.5, "1234"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(grouped(999), "999");
    }

    fn empty() -> Outcome {
        Outcome {
            open: true,
            began_unix_ms: 0,
            measured_ms: 0,
            stopped: false,
            http: crate::plan::HttpVersion::Http1,
            address: String::new(),
            counts: Counts::default(),
            statuses: std::collections::BTreeMap::new(),
            rates: crate::outcome::Rates::default(),
            corrected: Latency::default(),
            raw: Latency::default(),
            steps: Vec::new(),
            requests: Vec::new(),
            seconds: Vec::new(),
            bytes: crate::outcome::Bytes::default(),
            connections: crate::outcome::Connections::default(),
            client: crate::outcome::Client::default(),
            doubts: Vec::new(),
            log: String::new(),
        }
    }
}
