//! `links`: what Markdown documents point to.

mod document;
mod pages;
mod target;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::SystemTime;

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::json;
use url::Url;

use self::document::{Pointer, pointers};
use self::target::Targets;
use crate::kind::{Context, Kind, Obstacle, Saw};
use crate::repository::{Chosen, Stop, age, choose, patterns, reading, whole_file};

/// The most broken links that are kept.
const MOST_PLACES: usize = 100;

/// The kind.
pub struct Links;

impl Kind for Links {
    fn schema(&self) -> &'static KindSchema {
        &kinds::LINKS
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

/// A link or name that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Broken {
    document: String,
    line: usize,
    to: String,
    why: String,
}

/// A web link.
#[derive(Clone, Debug)]
struct Web {
    document: String,
    line: usize,
    url: Url,
}

/// What the documents point to.
#[derive(Default)]
struct Read {
    documents: u64,
    oldest: Option<SystemTime>,
    checked: u64,
    broken: BTreeSet<Broken>,
    web: Vec<Web>,
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let named = !matches!(plan.fields.get("named"), Some(PlanValue::Bool(false)));
    let choose = choose(&patterns(plan, "path"), context)?;
    let root = context.repository.map(Path::to_owned).unwrap_or_default();
    let mut read = reading(context, move |stop: &Stop| {
        let mut read = Read::default();
        let mut targets = Targets::new(&root);
        for chosen in choose(stop)? {
            if stop.is_set() {
                break;
            }
            document(&mut read, &mut targets, &chosen, named)?;
        }
        Ok(read)
    })
    .await?;
    let web = std::mem::take(&mut read.web);
    let asked = pages::ask(plan, context, web).await;
    read.checked += asked.asked;
    read.broken.extend(asked.broken);
    saw.values.set("unasked", Value::count(asked.unasked));
    saw.note("unasked_hosts", json!(asked.unasked_hosts));
    measure(saw, &read);
    match asked.silent {
        Some(obstacle) => Err(obstacle),
        None => Ok(()),
    }
}

fn document(
    read: &mut Read,
    targets: &mut Targets,
    chosen: &Chosen,
    named: bool,
) -> Result<(), Obstacle> {
    let (bytes, written) = whole_file(&chosen.name, &chosen.path)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Obstacle::undecided(format!("{} is not UTF-8 text", chosen.name)))?;
    read.documents += 1;
    read.oldest = match (read.oldest, written) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    for (line, pointer) in pointers(&text) {
        let broken = |to: &str, why: String| Broken {
            document: chosen.name.clone(),
            line,
            to: to.to_owned(),
            why,
        };
        match pointer {
            Pointer::Web(url) => read.web.push(Web {
                document: chosen.name.clone(),
                line,
                url,
            }),
            Pointer::Link(to) => {
                read.checked += 1;
                if let Err(why) = targets.link(&chosen.name, &to) {
                    read.broken.insert(broken(&to, why));
                }
            }
            Pointer::Named(to) if named => {
                read.checked += 1;
                if let Err(why) = targets.named(&chosen.name, &to) {
                    read.broken.insert(broken(&to, why));
                }
            }
            Pointer::Named(_) => {}
        }
    }
    Ok(())
}

fn measure(saw: &mut Saw, read: &Read) {
    saw.values.set("documents", Value::count(read.documents));
    saw.values.set("checked", Value::count(read.checked));
    match read.oldest {
        Some(oldest) => saw.values.set("age", age(oldest)),
        None => saw.values.lacks(
            "age",
            "the file system does not say when a document changed",
        ),
    }
    if read.checked == 0 {
        for metric in ["broken", "places"] {
            saw.values
                .lacks(metric, "the documents hold no link that was looked at");
        }
        saw.summary = "no link to look at".to_owned();
        return;
    }
    let broken = u64::try_from(read.broken.len()).unwrap_or(u64::MAX);
    saw.values.set("broken", Value::count(broken));
    let first = || read.broken.iter().take(MOST_PLACES);
    let places =
        first().map(|one| Value::Text(format!("{}:{} {}", one.document, one.line, one.to)));
    saw.values.set("places", Value::List(places.collect()));
    let shown: Vec<_> = first()
        .map(
            |one| json!({"document": one.document, "line": one.line, "to": one.to, "why": one.why}),
        )
        .collect();
    saw.note("broken", shown);
    saw.summary = match broken {
        0 => format!("{} links lead somewhere", read.checked),
        n => format!("{n} of {} links lead nowhere", read.checked),
    };
    if let Some(one) = read.broken.first() {
        saw.hint = Some(format!(
            "{}:{}: {} — {}",
            one.document, one.line, one.to, one.why
        ));
    }
}

#[cfg(test)]
mod tests;
