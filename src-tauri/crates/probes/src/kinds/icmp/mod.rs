//! `icmp`: echo requests from a socket that needs no rights.

mod echo;

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use countersign_core::probe::kinds::ICMP;
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Quantity, Unit, Value, route};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use rust_decimal::Decimal;
use serde_json::json;
use tokio::time::Instant;

use self::echo::{Socket, answered, request};
use crate::kind::{Context, Kind, Obstacle, Saw};

/// From one request to the next.
const PAUSE: Duration = Duration::from_millis(200);
/// How long the last answer is waited for at most.
const LAST: Duration = Duration::from_secs(2);
/// How many requests are sent where the author says nothing.
const USUAL: u16 = 4;

/// The kind.
pub struct Icmp;

impl Kind for Icmp {
    fn schema(&self) -> &'static KindSchema {
        &ICMP
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
    let count = match plan.fields.get("count") {
        Some(PlanValue::Integer(count)) => u16::try_from(*count).unwrap_or(USUAL),
        _ => plan
            .text("count")
            .and_then(|text| text.parse().ok())
            .unwrap_or(USUAL),
    };
    let address = resolve(plan, context).await?;
    saw.note("address", address.to_string());
    saw.values.set("address", Value::text(address.to_string()));
    let socket = Socket::to(address)?;
    let begun = SystemTime::now();
    let times = exchange(&socket, count, context).await?;
    saw.note("round_trips", series(&times, begun.into()));
    measure(&times, address, saw)
}

async fn resolve(plan: &Plan, context: &Context<'_>) -> Result<IpAddr, Obstacle> {
    let host = plan
        .text("host")
        .ok_or_else(|| Obstacle::broken("there is no `host`"))?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Some(address) = route(context.routes, &host, 0) {
        return Ok(address.ip());
    }
    if let Ok(address) = bare.parse() {
        return Ok(address);
    }
    let found = tokio::net::lookup_host((bare, 0)).await;
    let found = found.ok().and_then(|mut addresses| addresses.next());
    found.as_ref().map(SocketAddr::ip).ok_or_else(|| {
        Obstacle::undecided(format!("no address was found for {bare}"))
            .hint("check the name, and whether this machine is on the right network or VPN")
            .in_transport()
    })
}

/// Sends `count` requests and waits for their answers: the time of each, none where it was lost.
async fn exchange(
    socket: &Socket,
    count: u16,
    context: &Context<'_>,
) -> Result<Vec<Option<Duration>>, Obstacle> {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce)
        .map_err(|error| Obstacle::undecided(format!("no random bytes: {error}")))?;
    let begun = Instant::now();
    // A shorter deadline leaves time to report what came.
    let end = (begun + PAUSE * u32::from(count) + LAST).min(begun + context.left().mul_f32(0.8));
    let mut sent: Vec<Instant> = Vec::new();
    let mut times: Vec<Option<Duration>> = vec![None; usize::from(count)];
    let mut buffer = [0; 512];
    while times.iter().any(Option::is_none) {
        let due = begun + PAUSE * u32::try_from(sent.len()).unwrap_or(u32::MAX);
        tokio::select! {
            () = tokio::time::sleep_until(due), if sent.len() < times.len() => {
                let number = u16::try_from(sent.len()).unwrap_or(u16::MAX);
                socket.send(&request(socket.is_v4(), number, &nonce)).await?;
                sent.push(Instant::now());
            }
            length = socket.receive(&mut buffer) => {
                let message = buffer.get(..length).unwrap_or_default();
                if let Some(at) = answered(message, &nonce).map(usize::from)
                    && let (Some(sent), Some(time @ None)) = (sent.get(at), times.get_mut(at))
                {
                    *time = Some(sent.elapsed());
                }
            }
            () = tokio::time::sleep_until(end) => break,
        }
    }
    times.truncate(sent.len());
    Ok(times)
}

/// The answers as a line over time; a lost one is a point without a value.
fn series(times: &[Option<Duration>], begun: DateTime<Utc>) -> serde_json::Value {
    let pause = i64::try_from(PAUSE.as_millis()).unwrap_or_default();
    let points: Vec<_> = times
        .iter()
        .zip(0_i64..)
        .map(|(time, number)| {
            let took = match time.map(Value::millis) {
                Some(Value::Number(took)) => Some(took.number()),
                _ => None,
            };
            json!([begun.timestamp_millis() + pause * number, took])
        })
        .collect();
    json!({"unit": Unit::Millisecond.symbol(), "lines": [{"name": "", "points": points}]})
}

fn measure(times: &[Option<Duration>], address: IpAddr, saw: &mut Saw) -> Result<(), Obstacle> {
    let sent = u64::try_from(times.len()).unwrap_or_default();
    saw.values.set("sent", Value::count(sent));
    let came: Vec<Duration> = times.iter().copied().flatten().collect();
    let received = u64::try_from(came.len()).unwrap_or_default();
    let (Some(least), Some(most)) = (came.iter().min(), came.iter().max()) else {
        return Err(Obstacle::undecided(format!(
            "{address} answered none of {sent} echo requests"
        ))
        .hint(
            "it may be down, or a firewall drops them; a `tcp` probe of an open port says \
                     more",
        )
        .in_transport());
    };
    saw.reached = true;
    saw.values.set("received", Value::count(received));
    let lost = Decimal::from(sent - received) * Decimal::ONE_HUNDRED / Decimal::from(sent);
    let lost = Quantity::new(lost.round_dp(2).normalize(), Unit::Percent);
    saw.values.set("loss", Value::Number(lost));
    let mean = came.iter().sum::<Duration>() / u32::try_from(came.len()).unwrap_or(1);
    saw.values.set("rtt_min", Value::millis(*least));
    saw.values.set("rtt_avg", Value::millis(mean));
    saw.values.set("rtt_max", Value::millis(*most));
    saw.summary = format!(
        "{received} of {sent} answered, {} on average",
        Value::millis(mean)
    );
    Ok(())
}

#[cfg(test)]
mod tests;
