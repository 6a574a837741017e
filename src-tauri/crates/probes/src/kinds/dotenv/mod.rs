//! `dotenv`: a file of environment variables. Values are wiped when the probe ends; what is kept of
//! them are lengths, estimates and yes or no.

mod judge;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::json;

use self::judge::{Judged, judge};
use self::read::{Variables, read};
use crate::Secret;
use crate::kind::{Context, Inside, Kind, Obstacle, Saw};
use crate::repository::{patterns, reading, whole_file};

/// The kind.
pub struct Dotenv;

impl Kind for Dotenv {
    fn schema(&self) -> &'static KindSchema {
        &kinds::DOTENV
    }

    fn run<'a>(
        &'a self,
        plan: &'a Plan,
        context: &'a Context<'a>,
        saw: &'a mut Saw,
    ) -> BoxFuture<'a, Result<(), Obstacle>> {
        run(plan, context, saw).boxed()
    }
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let name = plan.text("path").unwrap_or_default();
    let keys = patterns(plan, "keys");
    let Some(file) = variables(&name, context).await? else {
        saw.values.set("exists", Value::Bool(false));
        saw.values.set("present", Value::Bool(false));
        for metric in kinds::DOTENV.metrics {
            if !saw.values.metrics.contains_key(metric.name) {
                saw.values.lacks(metric.name, format!("there is no {name}"));
            }
        }
        saw.values.lacks("json", format!("there is no {name}"));
        saw.summary = format!("there is no {name}");
        return Ok(());
    };
    let example = match plan.text("example") {
        None => None,
        Some(example) => Some(
            variables(&example, context)
                .await?
                .ok_or_else(|| Obstacle::undecided(format!("there is no example `{example}`")))?,
        ),
    };
    saw.values.set("exists", Value::Bool(true));
    let judged: BTreeMap<&String, Judged> = file
        .values
        .iter()
        .map(|(key, value)| {
            let shared = example.as_ref().and_then(|example| example.values.get(key));
            (key, judge(value, shared, example.is_some()))
        })
        .collect();
    counts(saw, &file, example.as_ref());
    let meant = meant(saw, &keys, &judged);
    together(saw, &file, &meant);
    let entries: serde_json::Map<String, serde_json::Value> = judged
        .iter()
        .map(|(key, judged)| ((*key).clone(), judged.json()))
        .collect();
    saw.note("variables", json!(entries));
    saw.values.json = Some(json!(entries));
    saw.summary = summary(&name, &file, &keys, &meant);
    Ok(())
}

async fn variables(name: &str, context: &Context<'_>) -> Result<Option<Variables>, Obstacle> {
    let path = match context.inside(name)? {
        Inside::There(path) if path.is_file() => path,
        _ => return Ok(None),
    };
    let name = name.to_owned();
    let (bytes, _) = {
        let name = name.clone();
        reading(context, move |_| whole_file(&name, &path)).await?
    };
    let text = String::from_utf8(bytes)
        .map(Secret::new)
        .map_err(|_| Obstacle::undecided(format!("{name} is not UTF-8 text")))?;
    read(&text).map(Some).map_err(|line| {
        Obstacle::undecided(format!("line {line} of {name} sets no variable"))
            .hint("write `KEY=value`, or `#` before a comment")
    })
}

/// What the whole file says.
fn counts(saw: &mut Saw, file: &Variables, example: Option<&Variables>) {
    let number = |n: usize| Value::count(u64::try_from(n).unwrap_or(u64::MAX));
    saw.values.set("count", number(file.values.len()));
    saw.values.set(
        "variables",
        Value::List(file.values.keys().map(Value::text).collect()),
    );
    saw.values.set("duplicates", number(file.repeated.len()));
    saw.note("duplicates", json!(file.repeated));
    let Some(example) = example else {
        for metric in ["missing", "undocumented"] {
            saw.values.lacks(metric, "no `example` is named");
        }
        return;
    };
    let without = |these: &Variables, those: &Variables| -> Vec<String> {
        let keys = these.values.keys();
        keys.filter(|key| !those.values.contains_key(*key))
            .cloned()
            .collect()
    };
    for (metric, names) in [
        ("missing", without(example, file)),
        ("undocumented", without(file, example)),
    ] {
        saw.values.set(metric, number(names.len()));
        saw.note(metric, names);
    }
}

/// The variables that the probe is about, and whether all of them are there.
fn meant<'a>(
    saw: &mut Saw,
    keys: &[String],
    judged: &'a BTreeMap<&String, Judged>,
) -> Vec<(&'a str, &'a Judged)> {
    let all = || judged.iter().map(|(key, judged)| (key.as_str(), judged));
    if keys.is_empty() {
        saw.values.set("present", Value::Bool(!judged.is_empty()));
        saw.values.set("absent", Value::List(Vec::new()));
        return all().collect();
    }
    let there: Vec<_> = all()
        .filter(|(key, judged)| keys.iter().any(|wanted| wanted == key) && judged.length > 0)
        .collect();
    let absent: Vec<&String> = keys
        .iter()
        .filter(|key| !there.iter().any(|(held, _)| held == key))
        .collect();
    saw.values.set("present", Value::Bool(absent.is_empty()));
    saw.values.set(
        "absent",
        Value::List(absent.iter().map(|key| Value::text(*key)).collect()),
    );
    if !absent.is_empty() {
        saw.note("absent", json!(absent));
        for metric in ["length", "entropy"] {
            saw.values.lacks(metric, "not every one of `keys` is there");
        }
    }
    there
}

/// What the values of those variables say together.
fn together(saw: &mut Saw, file: &Variables, meant: &[(&str, &Judged)]) {
    if !saw.values.missing.contains_key("length") {
        match meant.iter().map(|(_, judged)| judged.length).min() {
            Some(length) => saw.values.set("length", Value::count(length)),
            None => saw.values.lacks("length", "there is no variable"),
        }
        match meant.iter().map(|(_, judged)| judged.entropy).min() {
            Some(bits) => saw.values.set("entropy", judge::bits(bits)),
            None => saw.values.lacks("entropy", "there is no variable"),
        }
    }
    let left = meant
        .iter()
        .filter(|(_, judged)| judged.placeholder)
        .count();
    if meant.is_empty() {
        saw.values.lacks("placeholders", "there is no variable");
    } else {
        let left = u64::try_from(left).unwrap_or(u64::MAX);
        saw.values.set("placeholders", Value::count(left));
    }
    let values: Vec<&str> = meant
        .iter()
        .filter_map(|(key, _)| file.values.get(*key))
        .map(|value| value.as_str())
        .filter(|value| !value.is_empty())
        .collect();
    if values.len() < 2 {
        saw.values
            .lacks("distinct", "there are fewer than two values");
    } else {
        let different: BTreeSet<&str> = values.iter().copied().collect();
        saw.values
            .set("distinct", Value::Bool(different.len() == values.len()));
    }
    for (metric, why, each) in [
        (
            "https",
            "no value is an address",
            meant
                .iter()
                .filter_map(|(_, judged)| judged.https)
                .collect(),
        ),
        (
            "changed",
            "no `example` is named, or there is no variable",
            meant
                .iter()
                .filter_map(|(_, judged)| judged.changed)
                .collect::<Vec<bool>>(),
        ),
    ] {
        if each.is_empty() {
            saw.values.lacks(metric, why);
        } else {
            saw.values
                .set(metric, Value::Bool(each.into_iter().all(|yes| yes)));
        }
    }
}

fn summary(name: &str, file: &Variables, keys: &[String], meant: &[(&str, &Judged)]) -> String {
    let left = meant
        .iter()
        .filter(|(_, judged)| judged.placeholder)
        .count();
    let placeholders = match left {
        0 => String::new(),
        1 => ", 1 placeholder left".to_owned(),
        n => format!(", {n} placeholders left"),
    };
    if keys.is_empty() {
        return format!("{name} sets {} variables{placeholders}", file.values.len());
    }
    let shortest = meant.iter().map(|(_, judged)| judged.length).min();
    let length = match shortest {
        Some(length) => format!(", the shortest of {length} characters"),
        None => String::new(),
    };
    format!(
        "{} of {} variables there{length}{placeholders}",
        meant.len(),
        keys.len()
    )
}

#[cfg(test)]
mod tests;
