//! From an outcome to values, pictures and a verdict's reasons.

use countersign_core::probe::{Condition, Operand, Quantity, Unit, Value};
use countersign_load::{Outcome, percent};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use crate::kind::{File, Obstacle, Saw};

/// The percentiles that are always kept; others are where a condition asks for them.
const USUAL: &[&str] = &[
    "p50", "p66", "p75", "p80", "p90", "p95", "p97", "p98", "p99", "p99.5", "p99.9", "p99.99",
];

fn ms(us: u64) -> Quantity {
    let micros = Quantity::new(Decimal::from(us), Unit::Microsecond);
    micros.to(Unit::Millisecond).unwrap_or(micros)
}

fn decimal(number: f64, digits: u32) -> Decimal {
    Decimal::from_f64(number)
        .unwrap_or_default()
        .round_dp(digits)
}

fn per_second(rate: f64) -> Value {
    Value::Number(Quantity::new(decimal(rate, 1), Unit::PerSecond))
}

fn share(percent: f64) -> Value {
    Value::Number(Quantity::new(decimal(percent, 4), Unit::Percent))
}

/// What conditions ask about, by the metric's name.
fn named(asked: &[Condition]) -> impl Iterator<Item = (&str, &Condition)> {
    asked.iter().filter_map(|condition| match condition.left() {
        Operand::Metric(name) => Some((name.as_str(), condition)),
        _ => None,
    })
}

/// Writes down an outcome; an obstacle where it decides nothing.
pub(super) fn measure(
    outcome: &Outcome,
    asked: &[Condition],
    saw: &mut Saw,
) -> Result<(), Obstacle> {
    note(outcome, saw);
    saw.summary = summary(outcome);
    if let Some(first) = outcome.doubts.first() {
        let reasons: Vec<String> = outcome.doubts.iter().map(|doubt| doubt.words()).collect();
        let why = reasons.join("; ");
        // A condition that nothing decides is not to be judged by what is doubted.
        let usual = USUAL.iter().copied();
        let names: Vec<&str> = usual.chain(named(asked).map(|(name, _)| name)).collect();
        for name in names {
            saw.values.lacks(name, why.clone());
        }
        return Err(Obstacle::undecided(why).hint(first.hint()));
    }
    latencies(outcome, asked, saw);
    let rates = outcome.rates;
    match rates.asked {
        Some(rate) => saw.values.set("rate", per_second(rate)),
        None => saw
            .values
            .lacks("rate", "users send as fast as they are answered"),
    }
    saw.values.set("rate_reached", per_second(rates.reached));
    saw.values.set("throughput", per_second(rates.ok));
    shares(outcome, asked, saw);
    let counts = outcome.counts;
    for (name, count) in [
        ("requests", counts.due),
        ("sent", counts.sent),
        ("ok", counts.ok),
        ("errors", counts.errors()),
        ("unexpected", counts.unexpected),
        ("broken", counts.failures.total()),
        ("timeouts", counts.timeouts),
        ("unsent", counts.unsent),
        ("connections", u64::from(outcome.connections.most)),
    ] {
        saw.values.set(name, Value::count(count));
    }
    for (status, count) in &outcome.statuses {
        saw.values
            .set(&format!("status_{status}"), Value::count(*count));
    }
    // A status that never came did so no times, which is known.
    for (name, _) in named(asked).filter(|(name, _)| name.starts_with("status_")) {
        let known = saw.values.metrics.contains_key(name);
        if !known {
            saw.values.set(name, Value::count(0));
        }
    }
    saw.values
        .set("bytes_received", Value::bytes(outcome.bytes.received));
    saw.values
        .set("bytes_sent", Value::bytes(outcome.bytes.sent));
    saw.values.set("cpu", share(outcome.client.cpu_percent));
    if counts.errors() > 0
        && !named(asked).any(|(name, _)| matches!(name, "error_rate" | "ok_rate" | "errors" | "ok"))
    {
        let failed = outcome.error_percent().unwrap_or_default();
        saw.hint = Some(format!(
            "{} % of the requests failed and no condition asks about it: add `error_rate < 1%`",
            decimal(failed, 2).normalize()
        ));
    }
    Ok(())
}

fn latencies(outcome: &Outcome, asked: &[Condition], saw: &mut Saw) {
    let wanted = named(asked).map(|(name, _)| name);
    for name in USUAL.iter().copied().chain(wanted) {
        let Some(number) = percent(name) else {
            continue;
        };
        match outcome.corrected_percentile(number) {
            Ok(us) => saw.values.set(name, Value::Number(ms(us))),
            Err(why) => saw.values.lacks(name, why),
        }
    }
    let all = &outcome.corrected;
    for (name, us) in [
        ("min", all.min_us),
        ("mean", all.mean_us),
        ("max", all.max_us),
        ("stddev", all.stddev_us),
    ] {
        if all.samples > 0 {
            saw.values.set(name, Value::Number(ms(us)));
        } else {
            saw.values
                .lacks(name, "no request was answered as expected");
        }
    }
}

/// The shares, where enough was sent to say so under the limits that are asked for: what is over a
/// limit is so at once.
fn shares(outcome: &Outcome, asked: &[Condition], saw: &mut Saw) {
    let (Some(failed), Some(ok)) = (outcome.error_percent(), outcome.ok_percent()) else {
        return;
    };
    for (name, value, is_errors) in [("error_rate", failed, true), ("ok_rate", ok, false)] {
        let limits = named(asked)
            .filter(|(metric, _)| *metric == name)
            .filter_map(|(_, condition)| condition.limit()?.to(Unit::Percent)?.n.to_f64())
            .map(|limit| if is_errors { limit } else { 100.0 - limit });
        let too_few = limits
            .filter(|limit| *limit > 0.0 && failed <= *limit)
            .find_map(|limit| outcome.enough_for_share(limit).err());
        match too_few {
            Some(why) => saw.values.lacks(name, why),
            None => saw.values.set(name, share(value)),
        }
    }
}

fn summary(outcome: &Outcome) -> String {
    let rate = decimal(outcome.rates.reached, 0);
    let failed = decimal(outcome.error_percent().unwrap_or_default(), 2).normalize();
    let mut text = match outcome.corrected.percentiles(&[50.0, 99.0]).as_deref() {
        Some([p50, p99]) => format!("p50 {}, p99 {} at {rate}/s", ms(*p50), ms(*p99)),
        _ => format!("nothing was answered as expected at {rate}/s"),
    };
    text.push_str(&format!(", {failed} % errors"));
    if !outcome.open {
        text.push_str(" (closed loop)");
    }
    text
}

/// Pictures and tables, and the outcome itself as a file.
fn note(outcome: &Outcome, saw: &mut Saw) {
    saw.note("address", outcome.address.clone());
    saw.note(
        "model",
        if outcome.open {
            "open loop: a fixed rate"
        } else {
            "closed loop: users that wait for answers"
        },
    );
    saw.saw.extend(outcome.noted());
    if let Ok(text) = serde_json::to_string(outcome) {
        saw.files.push(File {
            name: "load.json".to_owned(),
            text,
        });
    }
}
