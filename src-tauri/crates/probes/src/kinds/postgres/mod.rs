//! `postgres`: one session, the server's own facts, and one query.

mod facts;
mod query;
mod session;
mod target;

use std::time::{Duration, Instant};

use countersign_core::probe::kinds::{Conninfo, POSTGRES};
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Value};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio_postgres::Client;

use self::session::{Session, obstacle};
use self::target::{Target, target};
use super::cap::cap;
use super::table::no_query;
use crate::kind::{Context, Kind, Obstacle, Saw};

/// How long the server is given to hear that the session ends.
const FAREWELL: Duration = Duration::from_millis(500);

/// The kind.
pub struct Postgres;

impl Kind for Postgres {
    fn schema(&self) -> &'static KindSchema {
        &POSTGRES
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
    let info = Conninfo::of(plan).map_err(|wrong| Obstacle::broken(wrong.to_string()))?;
    let target = target(info, &|name| std::env::var(name).ok(), &|path| {
        path.exists()
    })?;
    let password = context.text(plan, "password")?;
    let ca = context.pem(plan, "ca")?;
    let begun = Instant::now();
    let most = cap(plan, "max_bytes");
    let Session {
        client,
        mut connection,
        version,
    } = session::open(&target, password, ca.as_deref(), most, context, saw).await?;
    let asked = tokio::select! {
        biased;
        // It ends by itself only when something is wrong, and then it knows best what.
        ended = &mut connection => match ended {
            Err(error) => Err(obstacle(&error, &target.way)),
            Ok(()) => Err(Obstacle::refused("the server ended the session").in_transport()),
        },
        asked = ask(&client, plan, version, &target, context, saw) => asked,
    };
    drop(client);
    let waited = asked?;
    // The session ends in order, so that the server's log shows no broken connection.
    let _ = tokio::time::timeout(FAREWELL.min(context.left()), connection).await;
    saw.phase("duration", begun.elapsed().saturating_sub(waited));
    Ok(())
}

async fn ask(
    client: &Client,
    plan: &Plan,
    version: Option<String>,
    target: &Target,
    context: &Context<'_>,
    saw: &mut Saw,
) -> Result<Duration, Obstacle> {
    let waited = facts::measure(client, version, saw).await;
    let Some(sql) = plan.text("sql") else {
        no_query(saw);
        saw.values.set("answered", Value::Bool(true));
        saw.summary = match saw.values.metrics.get("version") {
            Some(version) => format!("PostgreSQL {version} let {} in", role(target)),
            None => "it let us in".to_owned(),
        };
        return Ok(waited);
    };
    let begun = Instant::now();
    let table = query::ask(client, plan, &sql, context.left())
        .await
        .map_err(|error| obstacle(&error, &target.way))?;
    let took = begun.elapsed();
    saw.phase("query", took);
    table.measure(plan.unit(), saw);
    saw.summary = format!("{} in {} ms", table.summary(), took.as_millis());
    Ok(waited)
}

fn role(target: &Target) -> &str {
    target.user.as_deref().unwrap_or("this user")
}
