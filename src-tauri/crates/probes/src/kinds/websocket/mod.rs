//! `websocket`: opening, asking, closing.

mod talk;

use std::time::Instant;

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use hyper::HeaderMap;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use serde_json::json;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request as Opening;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, error::CapacityError};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use self::talk::{Talk, close, step};
use super::http::{Spoken, Way, assemble, readable};
use crate::kind::{Context, Kind, Obstacle, Saw};
use crate::net::{Capped, TooMuch};

/// The longest message.
const LONGEST: usize = 1_000_000;
/// The most bytes that are read of a server in all.
const MOST: u64 = 8_000_000;

/// The kind.
pub struct Websocket;

impl Kind for Websocket {
    fn schema(&self) -> &'static KindSchema {
        &kinds::WEBSOCKET
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
    let Some(mut socket) = open(plan, context, saw).await? else {
        return Ok(());
    };
    let sent = context.text(plan, "send")?;
    let receive = match plan.fields.get("receive") {
        Some(PlanValue::Integer(n)) => usize::try_from(*n).unwrap_or_default(),
        _ => usize::from(sent.is_some()),
    };
    let mut talk = Talk::new(sent.as_ref().map(|text| text.as_str()), receive);
    // What ends in the deadline shows how far it came.
    saw.note("exchange", talk.question());
    talk.hold(&mut socket).await?;
    talk.measure(saw);
    let total = begun.elapsed();
    saw.phase("duration", total);
    let mut steps = talk.steps();
    let closed = match talk.closed {
        Some(code) => Some(code),
        None => close(&mut socket, context.left()).await,
    };
    match closed {
        Some(code) => {
            saw.values.set("close_code", Value::count(code.into()));
            // 1000 and 1001 are the ordinary ends (RFC 6455, section 7.4.1).
            let ordinary = talk.closed.is_none() && matches!(code, 1000 | 1001 | 1005);
            steps.push(step("closed", ordinary, &code.to_string()));
        }
        None => {
            let late = "the server did not close in time";
            saw.values.lacks("close_code", late);
            steps.push(json!({"step": "closed", "verdict": "warn", "text": late}));
        }
    }
    saw.note("exchange", steps);
    saw.summary = talk.summary();
    Ok(())
}

/// Opens the WebSocket; `None` when the server answered something else, which is for the conditions
/// to judge.
async fn open(
    plan: &Plan,
    context: &Context<'_>,
    saw: &mut Saw,
) -> Result<Option<WebSocketStream<Capped>>, Obstacle> {
    let mut way = Way::of(plan, context)?;
    way.version = Some(Spoken::Http1);
    let request = assemble(plan, context)?;
    let opened = way.open(&request.url, context, saw, true).await?;
    let opening = opening(plan, request.url.as_str(), &request.headers)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(16 * 1024)
        .max_message_size(Some(LONGEST))
        .max_frame_size(Some(LONGEST));
    let begun = Instant::now();
    let stream = Capped::new(opened.stream, MOST);
    let answered = client_async_with_config(opening, stream, Some(config)).await;
    saw.phase("handshake", begun.elapsed());
    match answered {
        Ok((socket, response)) => {
            saw.values.set("connected", Value::Bool(true));
            answer(response.status().as_u16(), response.headers(), saw);
            let protocol = response.headers().get(SEC_WEBSOCKET_PROTOCOL);
            match protocol.and_then(|value| value.to_str().ok()) {
                Some(protocol) => saw.values.set("protocol", Value::text(protocol)),
                None => saw.values.lacks("protocol", "the server took none"),
            }
            Ok(Some(socket))
        }
        Err(Error::Http(response)) => {
            let status = response.status().as_u16();
            saw.values.set("connected", Value::Bool(false));
            answer(status, response.headers(), saw);
            let refused = step("opened", false, &format!("answered {status}"));
            saw.note("exchange", vec![refused]);
            saw.summary = format!("it answered {status} and opened no WebSocket");
            saw.hint = Some(
                match status {
                    401 | 403 => {
                        "check the credentials, and whether `headers: {Origin: …}` is needed"
                    }
                    300..=399 => "give the address that it redirects to",
                    _ => {
                        "check the path, and that what stands before the server passes `Upgrade` on"
                    }
                }
                .to_owned(),
            );
            for metric in ["answered", "message", "round_trip", "close_code"] {
                saw.values.lacks(metric, "no WebSocket was opened");
            }
            Ok(None)
        }
        Err(error) => Err(broken(&error)),
    }
}

fn answer(status: u16, headers: &HeaderMap, saw: &mut Saw) {
    let shown = readable(headers);
    saw.values.set("status", Value::count(status.into()));
    saw.note("response", json!({"status": status, "headers": shown}));
    saw.values.headers = Some(shown);
}

fn opening(plan: &Plan, url: &str, headers: &HeaderMap) -> Result<Opening, Obstacle> {
    let mut opening = url
        .into_client_request()
        .map_err(|error| Obstacle::broken(format!("`url`: {error}")))?;
    for (name, value) in headers {
        if *name != ACCEPT && *name != ACCEPT_ENCODING {
            opening.headers_mut().insert(name, value.clone());
        }
    }
    if let Some(PlanValue::List(items)) = plan.fields.get("protocols") {
        let names: Vec<String> = items.iter().filter_map(PlanValue::plain).collect();
        let offered = HeaderValue::from_str(&names.join(", "))
            .map_err(|_| Obstacle::broken("`protocols` cannot be offered"))?;
        opening
            .headers_mut()
            .insert(SEC_WEBSOCKET_PROTOCOL, offered);
    }
    Ok(opening)
}

/// What an error of the protocol means.
fn broken(error: &Error) -> Obstacle {
    match error {
        error if TooMuch::caused(error) => {
            Obstacle::undecided(format!("the server sent more than {} MB", MOST / 1_000_000))
        }
        Error::Capacity(CapacityError::MessageTooLong { .. }) => {
            Obstacle::undecided("a message of the server is longer than 1 MB")
        }
        Error::Io(error) => {
            Obstacle::refused(format!("the server broke the connection off: {error}"))
                .in_transport()
        }
        other => Obstacle::refused(format!("what the server says is no WebSocket: {other}"))
            .hint("check the path and the port, and `ws` against `wss`"),
    }
}

#[cfg(test)]
mod tests;
