//! `http`: one request on one connection of its own, so that every phase can be timed.

mod body;
mod fetch;
mod head;
mod proxy;
mod redirect;
mod request;
mod send;
mod way;

use std::time::Instant;

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use http_body_util::BodyExt as _;
use hyper::{HeaderMap, Version};
use serde_json::json;

pub(super) use self::fetch::{Fetched, fetch};
pub(super) use self::head::{Head, ask, head};
pub(super) use self::redirect::{arrive, redirect};
pub(super) use self::request::{Request, assemble, json};
pub(super) use self::send::Channel;
pub(super) use self::way::{Spoken, Way};
use super::cap::cap;
use crate::kind::{Context, Kind, Obstacle, Saw};

/// The kind.
pub struct Http;

impl Kind for Http {
    fn schema(&self) -> &'static KindSchema {
        &kinds::HTTP
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
    let request = assemble(plan, context)?;
    let way = Way::of(plan, context)?;
    let allowed = match plan.fields.get("redirects") {
        Some(PlanValue::Integer(n)) => usize::try_from(*n).unwrap_or_default(),
        _ => 0,
    };
    let arrived = arrive(request, way, allowed, context, saw).await?;
    let (request, visited) = (arrived.request, arrived.visited);
    let answered = request.url.to_string();
    let (head, incoming) = arrived.exchange.response.into_parts();
    let headers = readable(&head.headers);
    let version = version_name(head.version);
    saw.values.set("version", Value::text(version));
    saw.values.set("final_url", Value::text(answered.clone()));
    saw.values.set(
        "redirected",
        Value::count(u64::try_from(visited.len()).unwrap_or_default()),
    );
    saw.values.headers = Some(headers.clone());
    saw.note(
        "request",
        json!({"method": request.method.as_str(), "url": answered}),
    );
    if !visited.is_empty() {
        saw.note("redirects", visited);
    }
    let mut shown = json!({
        "status": head.status.as_u16(),
        "version": version,
        "headers": headers,
    });
    saw.note("response", shown.clone());
    let most = cap(plan, "max_body");
    let body = body::read(incoming.boxed(), &head.headers, most).await?;
    drop(arrived.exchange.channel);
    body.measure(saw, most);
    if let Some(response) = shown.as_object_mut() {
        response.insert("body".to_owned(), body.json());
    }
    saw.note("response", shown);
    let total = begun.elapsed();
    saw.phase("duration", total);
    saw.summary = format!("{} in {} ms", head.status.as_u16(), total.as_millis());
    Ok(())
}

/// Header fields as text, in order.
pub(super) fn readable(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}

fn version_name(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}

#[cfg(test)]
mod tests;
