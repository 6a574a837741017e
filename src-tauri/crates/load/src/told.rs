//! What other tools say that they measured.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::latency::percent;

/// A summary of another tool.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The tool's name.
    pub tool: &'static str,
    /// Whether it counts latency from the intended sending.
    pub corrected: bool,
    /// How many requests it counts, where it says so.
    pub requests: Option<u64>,
    /// The share that failed by its own measure, in percent.
    pub error_percent: Option<f64>,
    /// Requests per second.
    pub rate: Option<f64>,
    /// `p50`, `p95`, …, `min`, `mean`, `max` and `stddev` in milliseconds.
    pub latencies_ms: Vec<(String, f64)>,
}

/// Reads the summary of k6 or oha in JSON, of wrk or wrk2 as text, of vegeta in JSON, or locust's
/// `_stats.csv`, whichever it is. `None` where it is none of them.
#[must_use]
pub fn told(text: &str) -> Option<Told> {
    if let Ok(json) = serde_json::from_str::<Value>(text) {
        return k6(&json).or_else(|| oha(&json)).or_else(|| vegeta(&json));
    }
    locust(text).or_else(|| wrk(text))
}

fn number(value: &Value, name: &str) -> Option<f64> {
    value.get(name)?.as_f64()
}

/// `--summary-export`, or what `handleSummary` is given: there the numbers stand in `values`.
fn k6(json: &Value) -> Option<Told> {
    let metric = |name: &str| {
        let metric = json.get("metrics")?.get(name)?;
        Some(metric.get("values").unwrap_or(metric))
    };
    let durations = metric("http_req_duration")?;
    let mut latencies_ms = Vec::new();
    for (name, value) in durations.as_object()? {
        let known = match name.as_str() {
            "avg" => "mean".to_owned(),
            "med" => "p50".to_owned(),
            "min" | "max" => name.clone(),
            // p(95)
            other => other.replace(['(', ')'], ""),
        };
        if let (Some(value), true) = (value.as_f64(), is_latency(&known)) {
            latencies_ms.push((known, value));
        }
    }
    let requests = metric("http_reqs");
    let failed = metric("http_req_failed");
    Some(Told {
        tool: "k6",
        corrected: false,
        requests: requests.and_then(|all| all.get("count")?.as_u64()),
        error_percent: failed
            .and_then(|failed| number(failed, "rate").or_else(|| number(failed, "value")))
            .map(|share| share * 100.0),
        rate: requests.and_then(|all| number(all, "rate")),
        latencies_ms,
    })
}

fn is_latency(name: &str) -> bool {
    matches!(name, "min" | "max" | "mean" | "stddev") || percent(name).is_some()
}

/// `--output-format json`: seconds.
fn oha(json: &Value) -> Option<Told> {
    let summary = json.get("summary")?;
    let percentiles = json.get("latencyPercentiles")?.as_object()?;
    let mut latencies_ms = Vec::new();
    for (name, value) in percentiles {
        if let (Some(seconds), true) = (value.as_f64(), is_latency(name)) {
            latencies_ms.push((name.clone(), seconds * 1000.0));
        }
    }
    for (its, ours) in [("fastest", "min"), ("average", "mean"), ("slowest", "max")] {
        if let Some(seconds) = number(summary, its) {
            latencies_ms.push((ours.to_owned(), seconds * 1000.0));
        }
    }
    let count = |name: &str, counts: &dyn Fn(&str) -> bool| {
        let all = json.get(name)?.as_object()?;
        let of = all.iter().filter(|(key, _)| counts(key));
        Some(of.filter_map(|(_, count)| count.as_u64()).sum::<u64>())
    };
    let answered = count("statusCodeDistribution", &|_| true);
    let right = count("statusCodeDistribution", &|status| status.starts_with('2'));
    let broken = count("errorDistribution", &|_| true).unwrap_or_default();
    let requests = answered.map(|answered| answered + broken);
    Some(Told {
        tool: "oha",
        // Whether `--latency-correction` was given is not in its output.
        corrected: false,
        requests,
        error_percent: share(requests, right),
        rate: number(summary, "requestsPerSec"),
        latencies_ms,
    })
}

/// The part that is not right, in percent.
fn share(all: Option<u64>, right: Option<u64>) -> Option<f64> {
    let (all, right) = (all.filter(|all| *all > 0)?, right?);
    Some(all.saturating_sub(right) as f64 * 100.0 / all as f64)
}

/// `vegeta report -type=json`: nanoseconds.
fn vegeta(json: &Value) -> Option<Told> {
    let latencies = json.get("latencies")?;
    let names = [
        ("min", "min"),
        ("mean", "mean"),
        ("max", "max"),
        ("50th", "p50"),
        ("90th", "p90"),
        ("95th", "p95"),
        ("99th", "p99"),
    ];
    let found = names.into_iter().filter_map(|(its, ours)| {
        let nanos = number(latencies, its)?;
        Some((ours.to_owned(), nanos / 1e6))
    });
    Some(Told {
        tool: "vegeta",
        corrected: false,
        requests: json.get("requests")?.as_u64(),
        error_percent: number(json, "success").map(|success| (1.0 - success) * 100.0),
        rate: number(json, "rate"),
        latencies_ms: found.collect(),
    })
}

/// Milliseconds; the row of all requests is called `Aggregated`, or `Total` by older versions.
fn locust(text: &str) -> Option<Told> {
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let head = table.headers().ok()?.clone();
    let column = |name: &str| head.iter().position(|known| known == name);
    let (named, count, failed) = (
        column("Name")?,
        column("Request Count")?,
        column("Failure Count")?,
    );
    let mut rows = table.records().filter_map(Result::ok);
    let row = rows.find(|row| matches!(row.get(named), Some("Aggregated" | "Total")))?;
    let cell = |at: Option<usize>| row.get(at?)?.parse::<f64>().ok();
    let mut latencies_ms = Vec::new();
    for (its, ours) in [
        ("Min Response Time", "min"),
        ("Average Response Time", "mean"),
        ("Max Response Time", "max"),
    ] {
        if let Some(ms) = cell(column(its)) {
            latencies_ms.push((ours.to_owned(), ms));
        }
    }
    for (at, name) in head.iter().enumerate() {
        if let (Some(digits), Some(ms)) = (name.strip_suffix('%'), cell(Some(at))) {
            latencies_ms.push((format!("p{digits}"), ms));
        }
    }
    let requests: u64 = row.get(count)?.parse().ok()?;
    let failed: u64 = row.get(failed)?.parse().ok()?;
    Some(Told {
        tool: "locust",
        corrected: false,
        requests: Some(requests),
        error_percent: share(Some(requests), Some(requests.saturating_sub(failed))),
        rate: cell(column("Requests/s")),
        latencies_ms,
    })
}

/// The text of wrk with `--latency`, and of wrk2.
fn wrk(text: &str) -> Option<Told> {
    let mut latencies: BTreeMap<String, f64> = BTreeMap::new();
    let mut requests = None;
    let mut wrong = 0.0;
    let mut rate = None;
    let mut is_wrk2 = false;
    let mut in_spectrum = false;
    for line in text.lines() {
        let line = line.trim();
        is_wrk2 |= line.contains("HdrHistogram - Recorded Latency");
        in_spectrum |= line.starts_with("Detailed Percentile spectrum");
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["Latency", mean, deviation, most, ..] if latencies.is_empty() => {
                for (name, text) in [("mean", mean), ("stddev", deviation), ("max", most)] {
                    if let Some(ms) = millis(text) {
                        latencies.insert(name.to_owned(), ms);
                    }
                }
            }
            [percentile, time] if percentile.ends_with('%') && !in_spectrum => {
                let number: f64 = percentile.trim_end_matches('%').parse().ok()?;
                if let Some(ms) = millis(time) {
                    latencies.insert(format!("p{number}"), ms);
                }
            }
            [count, "requests", "in", ..] => requests = count.parse().ok(),
            ["Requests/sec:", number] => rate = number.parse().ok(),
            ["Non-2xx", "or", "3xx", "responses:", count] => {
                wrong += count.parse::<f64>().unwrap_or_default();
            }
            ["Socket", "errors:", rest @ ..] => {
                let counts = rest.iter().map(|word| word.trim_end_matches(','));
                wrong += counts
                    .filter_map(|word| word.parse::<f64>().ok())
                    .sum::<f64>();
            }
            _ => {}
        }
    }
    rate?;
    Some(Told {
        tool: if is_wrk2 { "wrk2" } else { "wrk" },
        corrected: is_wrk2,
        requests,
        error_percent: requests
            .filter(|all| *all > 0)
            .map(|all: u64| (wrong * 100.0 / all as f64).min(100.0)),
        rate,
        latencies_ms: latencies.into_iter().collect(),
    })
}

/// `1.07ms`, `980.00us`, `2.31s`, `1.20m`.
fn millis(text: &str) -> Option<f64> {
    let end = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(end);
    let number: f64 = number.parse().ok()?;
    let factor = match unit {
        "us" => 0.001,
        "ms" => 1.0,
        "s" => 1000.0,
        "m" => 60_000.0,
        "h" => 3_600_000.0,
        _ => return None,
    };
    Some(number * factor)
}

#[cfg(test)]
mod tests;
