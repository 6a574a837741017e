//! `changelog`: the section of a release.

mod section;

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Quantity, Unit, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;

use self::section::{Section, sections, version_key};
use crate::kind::{Context, Inside, Kind, Obstacle, Saw};
use crate::repository::{reading, whole_file};

/// The kind.
pub struct Changelog;

impl Kind for Changelog {
    fn schema(&self) -> &'static KindSchema {
        &kinds::CHANGELOG
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
    let version = plan.text("version").unwrap_or_default();
    let wanted = version_key(&version).ok_or_else(|| {
        Obstacle::broken(format!("`{version}` is not a version of a release"))
            .hint("name it, such as `2.4.0` or `${RELEASE}`")
    })?;
    let name = plan
        .text("path")
        .unwrap_or_else(|| "CHANGELOG.md".to_owned());
    let path = match context.inside(&name)? {
        Inside::There(path) if path.is_file() => path,
        _ => {
            absent(saw, &name);
            return Ok(());
        }
    };
    saw.values.set("exists", Value::Bool(true));
    let file = name.clone();
    let (bytes, _) = reading(context, move |_| whole_file(&file, &path)).await?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Obstacle::undecided(format!("{name} is not UTF-8 text")))?;
    let sections = sections(&text);
    if sections.is_empty() {
        return Err(Obstacle::undecided(format!(
            "{name} has no heading of the second level, so it is no change log"
        ))
        .hint("Keep a Changelog 1.1 writes `## [2.4.0] - 2026-11-24`"));
    }
    around(saw, &sections);
    let found = sections
        .iter()
        .find(|section| section.version.as_deref() == Some(wanted.as_str()));
    saw.values.set("section", Value::Bool(found.is_some()));
    match found {
        Some(found) => measure(saw, found, &wanted),
        None => {
            for metric in [
                "entries", "groups", "dated", "date", "age", "yanked", "text",
            ] {
                saw.values
                    .lacks(metric, format!("there is no section for {wanted}"));
            }
            saw.summary = format!("{name} has no section for {wanted}");
        }
    }
    Ok(())
}

fn absent(saw: &mut Saw, name: &str) {
    saw.values.set("exists", Value::Bool(false));
    // Without the file there is certainly no section in it.
    saw.values.set("section", Value::Bool(false));
    for metric in [
        "entries",
        "groups",
        "dated",
        "date",
        "age",
        "yanked",
        "latest",
        "unreleased",
        "text",
    ] {
        saw.values.lacks(metric, format!("there is no {name}"));
    }
    saw.summary = format!("there is no {name}");
}

/// What the other sections say.
fn around(saw: &mut Saw, sections: &[Section]) {
    let unreleased: u64 = sections
        .iter()
        .filter(|section| section.unreleased)
        .map(|section| section.entries)
        .sum();
    saw.values.set("unreleased", Value::count(unreleased));
    let versions: Vec<&str> = sections
        .iter()
        .filter_map(|section| section.version.as_deref())
        .collect();
    match versions.first() {
        Some(latest) => saw.values.set("latest", Value::text(*latest)),
        None => saw.values.lacks("latest", "no heading names a version"),
    }
    saw.note(
        "versions",
        versions.into_iter().take(20).collect::<Vec<_>>(),
    );
}

fn measure(saw: &mut Saw, found: &Section, version: &str) {
    saw.note("heading", found.heading.clone());
    saw.note("line", found.line);
    saw.note("text", found.text.clone());
    saw.values.set("entries", Value::count(found.entries));
    saw.values.set("yanked", Value::Bool(found.yanked));
    saw.values.set("text", Value::text(found.text.clone()));
    saw.values.set(
        "groups",
        Value::List(found.groups.iter().map(Value::text).collect()),
    );
    saw.values.set("dated", Value::Bool(found.date.is_some()));
    let words = match found.date {
        Some(date) => {
            let time = date.and_time(chrono::NaiveTime::MIN).and_utc();
            saw.values.set("date", Value::Time { time });
            let today = DateTime::<Utc>::from(SystemTime::now()).date_naive();
            let days = today.signed_duration_since(date).num_days();
            saw.values
                .set("age", Value::Number(Quantity::whole(days, Unit::Day)));
            format!("dated {date}")
        }
        None => {
            for metric in ["date", "age"] {
                saw.values.lacks(metric, "the heading has no date");
            }
            "without a date".to_owned()
        }
    };
    saw.summary = format!("{version} has {} entries, {words}", found.entries);
}

#[cfg(test)]
mod tests;
