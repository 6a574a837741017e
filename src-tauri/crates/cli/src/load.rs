//! `load URL`: load on one address, without a checklist.

use std::io::IsTerminal as _;

use countersign_api::load::{Latency, Outcome, Phase, Progress};
use countersign_api::wire::error::Problem;
use countersign_api::{LoadCall, LoadJudged};
use serde_json::{Map, Value, json};

use crate::arguments::Load;
use crate::output::{Answer, Failure, NO, OK, note, progress};
use crate::style::{self, BOLD, DIM, DOUBT, column, paint, plain};

/// The percentiles that are printed.
const SHOWN: [f64; 6] = [50.0, 90.0, 95.0, 99.0, 99.9, 99.99];

/// Sends it, and says what came of it.
pub fn load(load: &Load, as_json: bool) -> Result<Answer, Failure> {
    let call = LoadCall {
        fields: fields(load)?,
        allowed: load.allow_host.clone(),
        confirmed: load.confirm_host.clone(),
    };
    let ready = call.ready()?;
    if !as_json {
        let facts = ready.facts.iter();
        let facts: Vec<String> = facts
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        note(&format!("{}  {}", plain(&ready.target), facts.join("  ")));
    }
    let watched = std::io::stderr().is_terminal();
    let mut tell = |so_far: Progress| {
        if watched {
            progress(&going(&so_far));
        }
    };
    let judged = ready.run(&mut tell).map_err(Failure::failed)?;
    if watched {
        progress("");
    }
    if let Some(path) = &load.hlog {
        std::fs::write(path, &judged.outcome.log)
            .map_err(|error| Problem::io("the log cannot be written", path, &error))?;
    }
    let good = judged.verdict.is_good();
    Answer::with(
        text(&judged),
        &document(&judged, &ready.target),
        if good { OK } else { NO },
    )
}

/// The call as the fields of a probe.
fn fields(load: &Load) -> Result<Map<String, Value>, Problem> {
    let mut fields = Map::new();
    let mut set = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    set("url", load.url.clone().into());
    for (name, value) in [
        ("rate", &load.rate),
        ("think", &load.think),
        ("duration", &load.duration),
        ("warmup", &load.warmup),
        ("ramp", &load.ramp),
        ("method", &load.method),
        ("body", &load.body),
        ("http", &load.http),
        ("patience", &load.patience),
    ] {
        if let Some(value) = value {
            set(name, value.clone().into());
        }
    }
    for (name, value) in [("users", load.users), ("connections", load.connections)] {
        if let Some(value) = value {
            set(name, value.into());
        }
    }
    if !load.step.is_empty() {
        set("steps", load.step.clone().into());
    }
    if !load.status.is_empty() {
        let status = load.status.iter().map(ToString::to_string);
        set("status", status.collect::<Vec<_>>().into());
    }
    if !load.expect.is_empty() {
        set("expect", load.expect.clone().into());
    }
    if load.no_keep_alive {
        set("keep_alive", false.into());
    }
    let mut headers = Map::new();
    for header in &load.header {
        let (name, value) = header.split_once(':').ok_or_else(|| {
            Problem::new(
                "usage",
                format!("--header {header:?} has no name and value"),
            )
            .hint("Write it as --header 'Accept: text/html'.")
        })?;
        headers.insert(name.trim().to_owned(), value.trim().into());
    }
    if !headers.is_empty() {
        set("headers", headers.into());
    }
    Ok(fields)
}

fn going(so_far: &Progress) -> String {
    let phase = match so_far.phase {
        Phase::Connecting => "connecting",
        Phase::Ramp => "rising",
        Phase::WarmUp => "warming up",
        Phase::Measuring => "measuring",
        Phase::Draining => "waiting for the last",
    };
    let latency = match (so_far.p50_us, so_far.p99_us) {
        (Some(p50), Some(p99)) => format!("  p50 {}  p99 {}", millis(p50), millis(p99)),
        _ => String::new(),
    };
    format!(
        "{phase}  {} s left  {:.0}/s  {} ok  {} errors{latency}",
        so_far.left_ms / 1000,
        so_far.reached,
        so_far.ok,
        so_far.errors,
    )
}

fn millis(us: u64) -> String {
    format!("{:.2} ms", us as f64 / 1000.0)
}

fn text(judged: &LoadJudged) -> String {
    let outcome = &judged.outcome;
    let sign = style::verdict(judged.verdict.word());
    let mut text = format!(
        "{} {}\n",
        paint(sign.style, sign.shape),
        paint(sign.style, sign.word)
    );
    for condition in &judged.conditions {
        let sign = style::verdict(condition.verdict.word());
        let unit = condition.unit.as_deref().unwrap_or_default();
        let measured = match &condition.measured {
            Some(measured) => format!("measured {measured} {unit}"),
            None => String::new(),
        };
        text.push_str(&format!(
            "  {} {}  {}\n",
            paint(sign.style, sign.shape),
            column(&plain(&condition.text), 24),
            paint(DIM, measured.trim_end()),
        ));
    }
    for reason in &judged.reasons {
        text.push_str(&format!("  {}\n", paint(DOUBT, reason)));
    }
    let counts = outcome.counts;
    let asked = match outcome.rates.asked {
        Some(asked) => format!("{asked}/s asked, "),
        None => "closed loop, ".to_owned(),
    };
    text.push_str(&format!(
        "\n{asked}{}/s sent, {}/s as expected\n{} due, {} sent, {} as expected, {} errors\n",
        outcome.rates.reached,
        outcome.rates.ok,
        counts.due,
        counts.sent,
        counts.ok,
        counts.errors(),
    ));
    let mut sorts = vec![
        ("unexpected status", counts.unexpected),
        ("not answered in time", counts.timeouts),
        ("not sent in time", counts.unsent),
    ];
    sorts.extend(counts.failures.named());
    for (name, count) in sorts.into_iter().filter(|(_, count)| *count > 0) {
        text.push_str(&format!("  {name}: {count}\n"));
    }
    text.push_str(&latencies(outcome));
    text.push_str(&format!(
        "{}\n",
        paint(
            DIM,
            &format!(
                "{} connections, this machine {} % busy with it, 99 % begun within {}",
                outcome.connections.most,
                outcome.client.cpu_percent,
                millis(outcome.client.late_p99_us),
            )
        )
    ));
    text
}

/// Corrected and raw latency side by side.
fn latencies(outcome: &Outcome) -> String {
    let of = |latency: &Latency| latency.percentiles(&SHOWN);
    let (Some(corrected), Some(raw)) = (of(&outcome.corrected), of(&outcome.raw)) else {
        return "\nNothing was answered as expected, so that there is no latency.\n".to_owned();
    };
    let mut text = format!(
        "\n{}\n",
        paint(
            BOLD,
            &format!("{:>8}  {:>14}  {:>14}", "latency", "as meant", "as sent")
        )
    );
    let mut row = |name: &str, corrected: u64, raw: u64| {
        let line = format!(
            "{name:>8}  {:>14}  {:>14}\n",
            millis(corrected),
            millis(raw)
        );
        text.push_str(&line);
    };
    for ((percent, corrected), raw) in SHOWN.iter().zip(corrected).zip(raw) {
        row(&format!("p{percent}"), corrected, raw);
    }
    row("max", outcome.corrected.max_us, outcome.raw.max_us);
    row("mean", outcome.corrected.mean_us, outcome.raw.mean_us);
    text
}

fn document(judged: &LoadJudged, target: &str) -> Value {
    let outcome = &judged.outcome;
    let latency = |latency: &Latency| {
        let ms = |us: u64| us as f64 / 1000.0;
        let mut shown = Map::new();
        shown.insert("samples".to_owned(), latency.samples.into());
        if let Some(found) = latency.percentiles(&SHOWN) {
            for (percent, us) in SHOWN.iter().zip(found) {
                shown.insert(format!("p{percent}"), ms(us).into());
            }
            for (name, us) in [
                ("min", latency.min_us),
                ("mean", latency.mean_us),
                ("max", latency.max_us),
                ("stddev", latency.stddev_us),
            ] {
                shown.insert(name.to_owned(), ms(us).into());
            }
        }
        Value::Object(shown)
    };
    let doubts = outcome.doubts.iter();
    let doubts: Vec<Value> = doubts
        .map(|doubt| json!({"why": doubt.words(), "hint": doubt.hint()}))
        .collect();
    json!({
        "ok": judged.verdict.is_good(),
        "verdict": judged.verdict.word(),
        "reasons": judged.reasons,
        "doubts": doubts,
        "conditions": judged.conditions,
        "target": target,
        "address": outcome.address,
        "model": if outcome.open { "open" } else { "closed" },
        "measuredMs": outcome.measured_ms,
        "counts": outcome.counts,
        "statuses": outcome.statuses,
        "rates": outcome.rates,
        "errorPercent": outcome.error_percent(),
        "latencyMs": {
            "corrected": latency(&outcome.corrected),
            "raw": latency(&outcome.raw),
        },
        "seconds": outcome.seconds,
        "bytes": outcome.bytes,
        "connections": outcome.connections,
        "client": outcome.client,
    })
}
