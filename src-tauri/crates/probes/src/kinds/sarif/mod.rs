//! `sarif`: findings of analysis tools.

mod report;

use std::collections::BTreeMap;

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::json;

use self::report::{Findings, read};
use crate::kind::{Context, Kind, Obstacle, Saw};
use crate::repository::read_reports;

/// The kind.
pub struct Sarif;

impl Kind for Sarif {
    fn schema(&self) -> &'static KindSchema {
        &kinds::SARIF
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
            measure(saw, &reports.content);
            Ok(())
        }
        .boxed()
    }
}

fn measure(saw: &mut Saw, findings: &Findings) {
    let level = |name: &str| findings.levels.get(name).copied().unwrap_or_default();
    for (metric, n) in [
        ("errors", level("error")),
        ("warnings", level("warning")),
        ("notes", level("note")),
        ("findings", findings.levels.values().sum()),
        ("suppressed", findings.suppressed),
        ("review", findings.review),
    ] {
        saw.values.set(metric, Value::count(n));
    }
    if findings.compared {
        saw.values.set("new", Value::count(findings.new));
    } else {
        saw.values
            .lacks("new", "the tool compared with no baseline");
    }
    let texts = |names: Vec<&String>| Value::List(names.into_iter().map(Value::text).collect());
    saw.values
        .set("rules", texts(findings.rules.keys().collect()));
    saw.values
        .set("tools", texts(findings.tools.iter().collect()));
    let mut rules: Vec<(&String, &BTreeMap<&'static str, u64>)> = findings.rules.iter().collect();
    rules.sort_by_key(|(_, levels)| std::cmp::Reverse(levels.values().sum::<u64>()));
    let rules: Vec<_> = rules
        .into_iter()
        .map(|(rule, levels)| json!({"rule": rule, "levels": levels}))
        .collect();
    saw.note("rules", rules);
    saw.note("first", json!(findings.first));
    saw.summary = format!(
        "{} errors, {} warnings, {} notes; {} suppressed",
        level("error"),
        level("warning"),
        level("note"),
        findings.suppressed
    );
}

#[cfg(test)]
mod tests;
