//! `tcp`: a connection, and what the server says unasked.

use std::time::Instant;

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Value, Verdict, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

use crate::kind::{Context, Kind, Obstacle, Saw};
use crate::net::dial;

/// The longest banner that is read.
const LONGEST_BANNER: u64 = 1024;

/// The kind.
pub struct Tcp;

impl Kind for Tcp {
    fn schema(&self) -> &'static KindSchema {
        &kinds::TCP
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
    let (host, port) = address(plan, None)?;
    let begun = Instant::now();
    let dialed = match dial(context, &host, port, None, saw).await {
        Ok(dialed) => dialed,
        // A refusal is an answer to exactly what this kind asks; what it means is for the
        // conditions to say.
        Err(obstacle) if obstacle.verdict == Verdict::Fail => {
            saw.values.set("connected", Value::Bool(false));
            saw.summary = obstacle.what;
            saw.hint = obstacle.hint;
            return Ok(());
        }
        Err(obstacle) => return Err(obstacle),
    };
    let took = begun.elapsed();
    saw.values.set("connected", Value::Bool(true));
    saw.phase("duration", took);
    saw.values
        .set("address", Value::text(dialed.address.to_string()));
    saw.summary = format!("connected in {} ms", took.as_millis());
    if plan.fields.get("banner") == Some(&PlanValue::Bool(true)) {
        let mut line = Vec::new();
        BufReader::new(dialed.stream)
            .take(LONGEST_BANNER)
            .read_until(b'\n', &mut line)
            .await
            .map_err(|error| {
                Obstacle::refused(format!("the connection broke off: {error}")).in_transport()
            })?;
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        if text.is_empty() {
            saw.values.lacks("banner", "the server said nothing");
        } else {
            saw.note("banner", text.clone());
            saw.values.set("banner", Value::Text(text));
        }
    } else {
        saw.values.lacks("banner", "`banner` was not asked for");
    }
    Ok(())
}

/// Host and port of a plan.
pub(super) fn address(plan: &Plan, standard: Option<u16>) -> Result<(String, u16), Obstacle> {
    let host = plan
        .text("host")
        .ok_or_else(|| Obstacle::broken("there is no `host`"))?;
    let port = match plan.text("port") {
        Some(text) => text.parse().ok(),
        None => standard,
    };
    let port = port.ok_or_else(|| Obstacle::broken("there is no `port`"))?;
    Ok((host, port))
}

#[cfg(test)]
mod tests;
