//! `redis`: one session, `PING` and `INFO`, over a connection of our own.

mod info;

use std::time::{Duration, Instant};

use countersign_core::probe::kinds::REDIS;
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Value};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ErrorKind, RedisConnectionInfo, RedisError, cmd};

use super::tcp::address;
use crate::kind::{Context, Kind, Obstacle, Saw};
use crate::net::{Capped, TooMuch, dial, handshake};

/// How much a server may say in all; `INFO` is a few kilobytes.
const MOST: u64 = 1_000_000;
/// A single answer can be late because this machine was busy, and that is no fault of the server.
const PINGS: usize = 3;

/// The kind.
pub struct Redis;

impl Kind for Redis {
    fn schema(&self) -> &'static KindSchema {
        &REDIS
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
    let (host, port) = address(plan, Some(6379))?;
    let place = format!("{host}:{port}");
    let mut login = RedisConnectionInfo::default().set_skip_set_lib_name();
    if let Some(user) = plan.text("user") {
        login = login.set_username(user);
    }
    if let Some(password) = context.text(plan, "password")? {
        login = login.set_password(password.as_str());
    }
    let stream = stream(plan, &host, port, context, saw).await?;
    // The probe's own deadline holds for every answer.
    let patience = AsyncConnectionConfig::new().set_response_timeout(None);
    let (mut connection, driver) = MultiplexedConnection::new_with_config(&login, stream, patience)
        .await
        .map_err(|error| obstacle(&error, &place))?;
    tokio::select! {
        biased;
        asked = ask(&mut connection, &place, saw) => asked?,
        () = driver => {
            return Err(Obstacle::refused(format!("{place} broke the session off")).in_transport());
        }
    }
    saw.phase("duration", begun.elapsed());
    Ok(())
}

async fn stream(
    plan: &Plan,
    host: &str,
    port: u16,
    context: &Context<'_>,
    saw: &mut Saw,
) -> Result<Capped, Obstacle> {
    let ca = context.pem(plan, "ca")?;
    let dialed = dial(context, host, port, None, saw).await?;
    if let Some(dns) = dialed.dns {
        saw.phase("dns", dns);
    }
    saw.phase("connect", dialed.connect);
    if plan.fields.get("tls") != Some(&PlanValue::Bool(true)) {
        return Ok(Capped::new(dialed.stream, MOST));
    }
    let config = context.trust.verifying(ca.as_deref(), &[])?;
    let shaken = handshake(config, host, dialed.stream).await?;
    saw.phase("tls", shaken.took);
    Ok(Capped::new(shaken.stream, MOST))
}

async fn ask(
    connection: &mut MultiplexedConnection,
    place: &str,
    saw: &mut Saw,
) -> Result<(), Obstacle> {
    let mut pong = true;
    let mut took = Duration::MAX;
    for _ in 0..PINGS {
        let begun = Instant::now();
        let said: String = cmd("PING")
            .query_async(connection)
            .await
            .map_err(|error| obstacle(&error, place))?;
        took = took.min(begun.elapsed());
        pong &= said == "PONG";
    }
    saw.values.set("ping", Value::Bool(pong));
    saw.phase("latency", took);
    let asked: Result<String, RedisError> = cmd("INFO").query_async(connection).await;
    match asked {
        Ok(text) => info::measure(&text, saw),
        // The server's own no to this one command leaves the rest as it is.
        Err(error) if error.code().is_some() => {
            info::unknown(&format!("the server does not tell: {}", words(&error)), saw);
        }
        Err(error) => return Err(obstacle(&error, place)),
    }
    let role = saw.values.metrics.get("role").map(ToString::to_string);
    let role = role.unwrap_or_else(|| "server".to_owned());
    let millis = took.as_secs_f64() * 1000.0;
    saw.summary = format!("{role} answers in {millis:.1} ms");
    Ok(())
}

fn words(error: &RedisError) -> String {
    match (error.code(), error.detail()) {
        (Some(code), Some(detail)) => format!("{code} {detail}"),
        _ => error.to_string(),
    }
}

/// What an error means: the server's own words, or the connection's end.
fn obstacle(error: &RedisError, place: &str) -> Obstacle {
    if TooMuch::caused(error) {
        return Obstacle::undecided(format!("{place} says more than a Redis server would"));
    }
    let words = words(error);
    if error.kind() == ErrorKind::AuthenticationFailed
        || matches!(error.code(), Some("NOAUTH" | "WRONGPASS"))
    {
        return Obstacle::refused(format!("{place} refuses the login: {words}"))
            .hint("check `user` and `password`");
    }
    match error.code() {
        Some("LOADING") => {
            Obstacle::refused(format!("{place} is still loading its data")).in_transport()
        }
        Some("NOPERM") => Obstacle::undecided(format!("{place}: {words}"))
            .hint("let the user use `PING` and `INFO`"),
        Some(_) => Obstacle::refused(format!("{place} says: {words}")),
        None if error.kind() == ErrorKind::Parse => {
            Obstacle::refused(format!("{place} does not speak Redis' protocol: {words}"))
                .hint("check the port, and whether it wants `tls`")
        }
        None => Obstacle::refused(format!("{place} broke the session off: {words}"))
            .hint("check the port, and whether it wants `tls`")
            .in_transport(),
    }
}
