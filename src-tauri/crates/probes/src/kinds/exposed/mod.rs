//! `exposed`: asking for what must not be there.

mod likeness;

use std::time::Instant;

use countersign_core::probe::kinds::{EXPOSED, USUAL_PATHS};
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Value};
use futures::FutureExt as _;
use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream;
use hyper::header::LOCATION;
use serde_json::json;
use url::Url;

use self::likeness::Page;
use super::http::{Request, Way, assemble, fetch};
use crate::kind::{Context, Kind, Obstacle, Saw};

/// How much of a page is compared.
const MOST: u64 = 64 * 1024;
/// How many paths are asked for at once.
const AT_ONCE: usize = 4;

/// The kind.
pub struct Exposed;

impl Kind for Exposed {
    fn schema(&self) -> &'static KindSchema {
        &EXPOSED
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

/// What a path turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    There,
    NotThere,
    Unknown,
}

/// A path with its answer.
struct Looked {
    path: String,
    found: Found,
    said: String,
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let begun = Instant::now();
    let mut asking = Asking {
        request: assemble(plan, context)?,
        way: Way::of(plan, context)?,
        context,
    };
    let paths = paths(plan);
    // The address itself shows that this is a site that answers, and not one that sends everything
    // away or knows nothing.
    let itself = asking.page(&asking.request.url, saw).await?;
    asking.way.stay(&asking.request.url, context, saw);
    let answers = matches!(itself.status, 200..=299 | 401 | 403);
    let mut absent: Vec<Page> = Vec::new();
    for path in made_up()? {
        let mut own = Saw::default();
        absent.push(asking.page(&asking.at(&path)?, &mut own).await?);
    }
    let soft = absent.iter().any(Page::is_there);
    saw.values.set("soft_404", Value::Bool(soft));
    let looked: Vec<Looked> = stream::iter(paths)
        .map(|path| asking.look(path, &absent))
        .buffered(AT_ONCE)
        .collect()
        .await;
    measure(&looked, &itself, answers, saw);
    saw.phase("duration", begun.elapsed());
    Ok(())
}

fn paths(plan: &Plan) -> Vec<String> {
    let mut paths: Vec<String> = match plan.fields.get("paths") {
        Some(PlanValue::List(items)) => items.iter().filter_map(PlanValue::plain).collect(),
        _ => Vec::new(),
    };
    if plan.fields.get("usual") != Some(&PlanValue::Bool(false)) {
        for usual in USUAL_PATHS {
            if !paths.iter().any(|path| path == usual) {
                paths.push((*usual).to_owned());
            }
        }
    }
    paths
}

/// Paths that no site has: a page, a hidden file, a file with an ending and a folder, because
/// servers answer them from different places.
fn made_up() -> Result<Vec<String>, Obstacle> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)
        .map_err(|error| Obstacle::undecided(format!("there is no randomness: {error}")))?;
    let name = hex::encode(bytes);
    Ok(vec![
        format!("/{name}"),
        format!("/.{name}"),
        format!("/{name}.zip"),
        format!("/{name}/"),
    ])
}

struct Asking<'a> {
    request: Request,
    way: Way,
    context: &'a Context<'a>,
}

impl Asking<'_> {
    fn at(&self, path: &str) -> Result<Url, Obstacle> {
        let url = self.request.url.join(path);
        url.ok()
            .filter(|url| url.origin() == self.request.url.origin())
            .ok_or_else(|| Obstacle::broken(format!("`{path}` is not a path of this host")))
    }

    async fn page(&self, url: &Url, saw: &mut Saw) -> Result<Page, Obstacle> {
        let mut request = self.request.clone();
        request.url = url.clone();
        let fetched = fetch(&request, &self.way, MOST, self.context, saw).await?;
        let sends_to = fetched
            .headers
            .get(LOCATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|location| url.join(location).ok());
        Ok(Page::new(
            fetched.status,
            url.path(),
            fetched.beginning(),
            sends_to,
        ))
    }

    async fn look(&self, path: String, absent: &[Page]) -> Looked {
        let mut own = Saw::default();
        let page = match self.at(&path) {
            Ok(url) => self.page(&url, &mut own).await,
            Err(obstacle) => Err(obstacle),
        };
        let (found, said) = match page {
            Err(obstacle) => (Found::Unknown, obstacle.what),
            Ok(page) => {
                let found = judge(&page, &path, absent);
                (found, page.status.to_string())
            }
        };
        Looked { path, found, said }
    }
}

fn judge(page: &Page, path: &str, absent: &[Page]) -> Found {
    match page.status {
        200..=299 if absent.iter().any(|other| page.is_like(other)) => Found::NotThere,
        200..=299 => Found::There,
        429 | 500.. => Found::Unknown,
        300..=399 => {
            // Sent to the same path elsewhere, it may be there.
            let same = page
                .sends_to
                .as_ref()
                .is_some_and(|to| to.path().trim_end_matches('/') == path.trim_end_matches('/'));
            if same {
                Found::Unknown
            } else {
                Found::NotThere
            }
        }
        _ => Found::NotThere,
    }
}

fn measure(looked: &[Looked], itself: &Page, answers: bool, saw: &mut Saw) {
    let of = |found: Found| -> Vec<&str> {
        let some = looked.iter().filter(|one| one.found == found);
        some.map(|one| one.path.as_str()).collect()
    };
    let list = |paths: &[&str]| Value::List(paths.iter().map(|path| Value::text(*path)).collect());
    let (there, unknown) = (of(Found::There), of(Found::Unknown));
    let count = u64::try_from(looked.len()).unwrap_or(u64::MAX);
    saw.values.set("checked", Value::count(count));
    saw.values.set("exposed", list(&there));
    saw.values.set("undecided", list(&unknown));
    let rows: Vec<[&str; 4]> = looked
        .iter()
        .map(|one| {
            let verdict = match one.found {
                Found::There => "exposed",
                Found::NotThere => "pass",
                Found::Unknown => "not known",
            };
            [one.path.as_str(), verdict, "not to be there", &one.said]
        })
        .collect();
    saw.note(
        "paths",
        json!({"columns": ["path", "verdict", "wanted", "answer"], "rows": rows}),
    );
    if !there.is_empty() {
        saw.values.set("clean", Value::Bool(false));
        saw.summary = format!("exposed: {}", there.join(", "));
    } else if !answers {
        let why = format!(
            "`url` itself answers {}, so it is not known whether this is the site",
            itself.status
        );
        saw.values.lacks("clean", why.clone());
        saw.summary = why;
        saw.hint = Some("give an address that answers 2xx, 401 or 403".to_owned());
    } else if !unknown.is_empty() {
        let why = format!(
            "of {} paths nobody knows: {}",
            unknown.len(),
            unknown.join(", ")
        );
        saw.values.lacks("clean", why.clone());
        saw.summary = why;
    } else {
        saw.values.set("clean", Value::Bool(true));
        saw.summary = format!("none of {count} paths answers");
    }
}

#[cfg(test)]
mod tests;
