//! `junit`: results of tests.

mod report;

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Quantity, Unit, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::json;

use self::report::{Results, read};
use crate::kind::{Context, Kind, Obstacle, Saw};
use crate::repository::read_reports;

/// The most names of tests that are kept.
const MOST_NAMES: usize = 100;

/// The kind.
pub struct Junit;

impl Kind for Junit {
    fn schema(&self) -> &'static KindSchema {
        &kinds::JUNIT
    }

    fn run<'a>(
        &'a self,
        plan: &'a Plan,
        context: &'a Context<'a>,
        saw: &'a mut Saw,
    ) -> BoxFuture<'a, Result<(), Obstacle>> {
        async move {
            let reports = read_reports(plan, context, read).await?;
            reports.measure(saw);
            let files = u64::try_from(reports.names.len()).unwrap_or(u64::MAX);
            saw.values.set("reports", Value::count(files));
            measure(saw, &reports.content);
            Ok(())
        }
        .boxed()
    }
}

fn measure(saw: &mut Saw, results: &Results) {
    let counts = &results.counts;
    let ran = counts.tests.saturating_sub(counts.skipped);
    let passed = ran
        .saturating_sub(counts.failed)
        .saturating_sub(counts.errors);
    let set = |saw: &mut Saw, metric: &str, n: u64| saw.values.set(metric, Value::count(n));
    set(saw, "tests", counts.tests);
    set(saw, "skipped", counts.skipped);
    set(saw, "flaky", counts.flaky);
    set(
        saw,
        "suites",
        u64::try_from(results.suites.len()).unwrap_or(u64::MAX),
    );
    // A failure is a failure even in a report that counts no test, as of a suite that broke.
    let decided = ran > 0 || counts.failed + counts.errors > 0;
    for (metric, n) in [
        ("passed", passed),
        ("failed", counts.failed),
        ("errors", counts.errors),
    ] {
        if decided {
            set(saw, metric, n);
        } else {
            let why = match counts.tests {
                0 => "the reports hold no test",
                _ => "every test was skipped",
            };
            saw.values.lacks(metric, why);
        }
    }
    match results.seconds {
        Some(seconds) => saw.values.set(
            "duration",
            Value::Number(Quantity::new(seconds, Unit::Second)),
        ),
        None => saw.values.lacks("duration", "the reports name no times"),
    }
    let names: Vec<&String> = results.broken.iter().take(MOST_NAMES).collect();
    saw.values.set(
        "failed_tests",
        Value::List(names.iter().map(|name| Value::text(*name)).collect()),
    );
    saw.note("failed_tests", json!(names));
    saw.note("suites", suites(results));
    saw.summary = format!(
        "{} tests, {} failed, {} errors, {} skipped",
        counts.tests, counts.failed, counts.errors, counts.skipped
    );
    if !results.broken.is_empty() {
        let first = results.broken.first().map_or("", String::as_str);
        saw.hint = Some(format!("the first that failed: {first}"));
    }
}

/// The suites as the record keeps them, the worst first.
fn suites(results: &Results) -> serde_json::Value {
    let mut suites: Vec<_> = results.suites.iter().collect();
    suites.sort_by_key(|suite| std::cmp::Reverse(suite.counts.failed + suite.counts.errors));
    suites
        .iter()
        .take(MOST_NAMES)
        .map(|suite| {
            json!({
                "name": suite.name,
                "tests": suite.counts.tests,
                "failed": suite.counts.failed,
                "errors": suite.counts.errors,
                "skipped": suite.counts.skipped,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
