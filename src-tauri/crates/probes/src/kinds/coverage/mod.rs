//! `coverage`: how much of the code the tests reach.

mod cobertura;
mod count;
mod istanbul;
mod jacoco;
mod lcov;
mod python;

use std::collections::BTreeMap;

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Quantity, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::json;

use self::count::{Count, Counted, Sum};
use super::xml;
use crate::kind::{Context, Kind, Obstacle, Saw, exact};
use crate::repository::{read_reports, share};

/// The most packages that the observation shows.
const MOST_PACKAGES: usize = 100;

/// The kind.
pub struct Coverage;

impl Kind for Coverage {
    fn schema(&self) -> &'static KindSchema {
        &kinds::COVERAGE
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

/// Adds one report, its format seen from its content.
fn read(counted: &mut Counted, name: &str, bytes: &[u8]) -> Result<(), String> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    name.clone_into(&mut counted.report);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err("is empty".to_owned()),
        Some(b'<') => {
            let mut root = String::new();
            let _ = xml::walk(text, &mut |step| match step {
                xml::Step::Open(element) => {
                    element.name.clone_into(&mut root);
                    Err(String::new())
                }
                xml::Step::Close(_) => Ok(()),
            });
            match root.as_str() {
                "coverage" => cobertura::read(counted, text),
                "report" => jacoco::read(counted, text),
                _ => Err(unknown()),
            }
        }
        Some(b'{') => {
            let json: serde_json::Value = serde_json::from_slice(text)
                .map_err(|error| format!("is not whole JSON: {error}"))?;
            match json.as_object() {
                Some(all) if all.contains_key("totals") => python::read(counted, all),
                Some(all) if istanbul::is_summary(all) => istanbul::summary(counted, all),
                Some(all) if istanbul::is_whole(all) => istanbul::whole(counted, all),
                _ => Err(unknown()),
            }
        }
        Some(_) => lcov::read(counted, text),
    }
}

fn unknown() -> String {
    "is none of lcov, Cobertura, JaCoCo, coverage.py JSON and Istanbul JSON".to_owned()
}

fn measure(saw: &mut Saw, counted: &Counted) {
    let (all, packages) = counted.sums();
    let none = "the reports count no line";
    for (metric, count, why) in [
        ("line", all.line, none),
        ("branch", all.branch, "the reports count no branch"),
        ("function", all.function, "the reports count no function"),
        ("total", all.line.and(all.branch), none),
    ] {
        match share(count.covered, count.total) {
            // Branches alone are not what coverage.py's percentage is about.
            Some(share) if metric != "total" || all.line.total > 0 => {
                saw.values.set(metric, Value::Number(share));
            }
            _ => saw.values.lacks(metric, why),
        }
    }
    for (metric, n) in [
        ("lines", all.line.total),
        ("lines_covered", all.line.covered),
        ("branches", all.branch.total),
        ("branches_covered", all.branch.covered),
        (
            "packages",
            u64::try_from(packages.len()).unwrap_or(u64::MAX),
        ),
    ] {
        saw.values.set(metric, Value::count(n));
    }
    let lowest = packages
        .values()
        .filter_map(|sum| share(sum.line.covered, sum.line.total))
        .min_by_key(|share| share.n);
    match lowest {
        Some(lowest) => saw.values.set("lowest", Value::Number(lowest)),
        None => saw.values.lacks("lowest", none),
    }
    let formats = counted.formats.iter().copied();
    saw.values
        .set("formats", Value::List(formats.map(Value::text).collect()));
    saw.note("packages", table(&packages));
    saw.summary = summary(all);
}

fn summary(all: Sum) -> String {
    let short = |count: Count| {
        share(count.covered, count.total).map(|share| {
            let n = share
                .n
                .round_dp_with_strategy(2, rust_decimal::RoundingStrategy::ToZero);
            Quantity::new(n, share.unit).to_string()
        })
    };
    match (short(all.line), short(all.branch)) {
        (None, _) => "no line counts".to_owned(),
        (Some(line), None) => format!("{line} of {} lines", all.line.total),
        (Some(line), Some(branch)) => format!(
            "{line} of {} lines, {branch} of {} branches",
            all.line.total, all.branch.total
        ),
    }
}

/// The packages as the record keeps them, the least covered first.
fn table(packages: &BTreeMap<String, Sum>) -> serde_json::Value {
    let mut rows: Vec<_> = packages.iter().collect();
    rows.sort_by_key(|(_, sum)| share(sum.line.covered, sum.line.total).map(|share| share.n));
    rows.into_iter()
        .take(MOST_PACKAGES)
        .map(|(name, sum)| {
            let mut row = json!({
                "name": name,
                "lines": sum.line.total,
                "lines_covered": sum.line.covered,
                "branches": sum.branch.total,
                "branches_covered": sum.branch.covered,
            });
            if let (Some(row), Some(line)) =
                (row.as_object_mut(), share(sum.line.covered, sum.line.total))
            {
                row.insert("line".to_owned(), exact(line));
            }
            row
        })
        .collect()
}

#[cfg(test)]
mod tests;
