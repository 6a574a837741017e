//! What another tool measured.

use countersign_core::probe::{Condition, Operand, Plan, Quantity, Unit, Value};
use countersign_load::{Told, needed_for_percentile, needed_for_share, percent, told};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use crate::kind::{Context, Inside, Obstacle, Saw};

/// The longest summary that is read.
const LONGEST: u64 = 4 * 1024 * 1024;

fn number(value: f64, unit: Unit) -> Value {
    let n = Decimal::from_f64(value).unwrap_or_default().round_dp(6);
    Value::Number(Quantity::new(n.normalize(), unit))
}

/// Reads the file that a plan names.
pub(super) fn read(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let path = plan.text("from").unwrap_or_default();
    let file = match context.inside(&path)? {
        Inside::There(file) => file,
        Inside::Nothing => {
            return Err(Obstacle::undecided(format!("there is no file `{path}`"))
                .hint("run the load test that writes it"));
        }
    };
    let unread = |why: String| Obstacle::undecided(format!("`{path}` cannot be read: {why}"));
    let size = std::fs::metadata(&file).map_err(|error| unread(error.to_string()))?;
    if size.len() > LONGEST {
        return Err(unread("it is longer than 4 MB".to_owned())
            .hint("give the tool's summary, not its samples"));
    }
    let text = std::fs::read_to_string(&file).map_err(|error| unread(error.to_string()))?;
    let told = told(&text).ok_or_else(|| {
        unread("it is none of the summaries that are known".to_owned())
            .hint("k6 and oha in JSON, wrk and wrk2 as text, vegeta in JSON, locust's _stats.csv")
    })?;
    measure(&told, context.asked, saw)
}

fn measure(told: &Told, asked: &[Condition], saw: &mut Saw) -> Result<(), Obstacle> {
    saw.note("tool", told.tool);
    saw.note("corrected", told.corrected);
    if told.requests == Some(0) || told.latencies_ms.is_empty() {
        return Err(
            Obstacle::undecided(format!("{} measured nothing", told.tool))
                .hint("run it again and look at its own words"),
        );
    }
    for (name, value) in &told.latencies_ms {
        let needed = percent(name).map_or(1, needed_for_percentile);
        match told.requests {
            Some(requests) if requests < needed => saw.values.lacks(
                name,
                format!("{requests} requests are too few; {needed} are needed"),
            ),
            _ => saw.values.set(name, number(*value, Unit::Millisecond)),
        }
    }
    if let Some(requests) = told.requests {
        saw.values.set("requests", Value::count(requests));
    }
    if let Some(rate) = told.rate {
        saw.values
            .set("rate_reached", number(rate, Unit::PerSecond));
    }
    match told.error_percent {
        Some(failed) => match too_few(told, asked, failed) {
            Some(why) => saw.values.lacks("error_rate", why),
            None => {
                saw.values.set("error_rate", number(failed, Unit::Percent));
                saw.values
                    .set("ok_rate", number(100.0 - failed, Unit::Percent));
            }
        },
        None => saw
            .values
            .lacks("error_rate", format!("{} does not say", told.tool)),
    }
    let shown = |name: &str| {
        let found = told.latencies_ms.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| number(*value, Unit::Millisecond).to_string())
    };
    let latency = [shown("p95"), shown("p99"), shown("p50")];
    let latency = latency.into_iter().flatten().next().unwrap_or_default();
    saw.summary = format!("measured by {}: {latency}", told.tool);
    if !told.corrected {
        saw.hint = Some(format!(
            "{} counts from the actual sending: what would have been sent while the server stood \
             still is not in it",
            told.tool
        ));
    }
    Ok(())
}

/// Why too few requests were sent for the share of errors that is asked for.
fn too_few(told: &Told, asked: &[Condition], failed: f64) -> Option<String> {
    let requests = told.requests?;
    let about = |condition: &&Condition| matches!(condition.left(), Operand::Metric(name) if name == "error_rate");
    asked
        .iter()
        .filter(about)
        .filter_map(|condition| condition.limit()?.to(Unit::Percent)?.n.to_f64())
        .filter(|limit| *limit > 0.0 && failed <= *limit)
        .map(needed_for_share)
        .find(|needed| requests < *needed)
        .map(|needed| format!("{requests} requests are too few; {needed} are needed"))
}
