//! `headers`: a page's security headers, and where its plain address leads.

mod csp;
mod judge;
mod plain;
mod shown;

use std::time::Instant;

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use hyper::header::{HeaderValue, ORIGIN};
use serde_json::json;

use self::judge::{Ruling, ruling, score};
use super::http::{Way, arrive, ask, assemble, readable};
use crate::kind::{Context, Kind, Obstacle, Saw};

/// An origin of nowhere (RFC 2606, section 2).
const NOWHERE: &str = "https://countersign.invalid";

/// The kind.
pub struct SecurityHeaders;

impl Kind for SecurityHeaders {
    fn schema(&self) -> &'static KindSchema {
        &kinds::SECURITY_HEADERS
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
    let begun = Instant::now();
    let allowed = match plan.fields.get("redirects") {
        Some(PlanValue::Integer(n)) => usize::try_from(*n).unwrap_or_default(),
        _ => 0,
    };
    let request = assemble(plan, context)?;
    let page = arrive(request, Way::of(plan, context)?, allowed, context, saw).await?;
    let (request, mut way) = (page.request, page.way);
    let (status, headers) = (
        page.exchange.response.status(),
        page.exchange.response.headers(),
    );
    let headers = headers.clone();
    drop(page.exchange.channel);
    let shown = readable(&headers);
    saw.note(
        "response",
        json!({"status": status.as_u16(), "url": request.url.as_str(), "headers": shown}),
    );
    saw.values.headers = Some(shown);
    if !status.is_success() {
        let refused = Obstacle::refused(format!(
            "it answered {}; only the headers of a page that is there are judged",
            status.as_u16()
        ));
        return Err(match saw.hint.take() {
            Some(hint) => refused.hint(hint),
            None => refused.hint("give the address of a page that answers 2xx"),
        });
    }
    let secure = request.url.scheme() == "https";
    let mut rulings = judge::page(&headers, secure);
    let mut asked = request;
    way.stay(&asked.url, context, saw);
    asked
        .headers
        .insert(ORIGIN, HeaderValue::from_static(NOWHERE));
    // The phases of the page's request are the ones that are kept.
    let mut own = Saw::default();
    let other = ask(&asked, &way, context, &mut own).await?;
    rulings.push(judge::sharing(&other.headers, NOWHERE));
    let unknown = match plain::look(plan, context).await? {
        Ok(result) => {
            rulings.push(ruling("redirection", result));
            None
        }
        Err(why) => Some(why),
    };
    saw.note(
        "tests",
        shown::table(&mut rulings, &headers, &other.headers),
    );
    measure(rulings, unknown, saw);
    saw.phase("duration", begun.elapsed());
    Ok(())
}

fn measure(rulings: Vec<Ruling>, unknown: Option<String>, saw: &mut Saw) {
    for ruling in &rulings {
        saw.values.set(ruling.test, Value::Bool(ruling.passes));
    }
    let list = |texts: Vec<&str>| Value::List(texts.into_iter().map(Value::text).collect());
    let failed: Vec<&str> = rulings
        .iter()
        .filter(|ruling| !ruling.passes)
        .map(|ruling| ruling.test)
        .collect();
    let results = rulings.iter().map(|ruling| ruling.result).collect();
    saw.values.set("results", list(results));
    let total = rulings.len();
    let said = match failed.len() {
        0 => format!("all {total} tests pass"),
        some => format!("{some} of {total} tests fail: {}", failed.join(", ")),
    };
    match unknown {
        None => {
            let score = score(&rulings);
            saw.values.set("score", Value::count(score));
            saw.values.set("failed", list(failed));
            saw.summary = format!("score {score}; {said}");
        }
        Some(why) => {
            saw.values.lacks("redirection", why.clone());
            saw.values.lacks("score", why.clone());
            if failed.is_empty() {
                saw.values.lacks("failed", why.clone());
            } else {
                saw.values.set("failed", list(failed));
            }
            saw.summary = format!("{said}; {why}");
        }
    }
}

#[cfg(test)]
mod tests;
