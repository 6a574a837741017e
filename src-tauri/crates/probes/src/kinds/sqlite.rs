//! `sqlite`: a database file of the repository. SQLite blocks, so it has a thread of its own, which
//! ends soon after nobody waits for it any more.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use countersign_core::probe::kinds::SQLITE;
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Value};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row};

use super::cap::cap;
use super::exact::exact_number;
use super::table::{Cell, Table, most_rows, no_query, params};
use crate::kind::{Context, Inside, Kind, Obstacle, Saw};

/// How many of SQLite's instructions pass between two looks at the clock.
const INSTRUCTIONS: i32 = 1_000;

/// The kind.
pub struct Sqlite;

impl Kind for Sqlite {
    fn schema(&self) -> &'static KindSchema {
        &SQLITE
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

/// What is asked.
struct Question {
    sql: Option<String>,
    params: Vec<String>,
    most_rows: usize,
    most_bytes: u64,
    patience: Duration,
}

/// What the file says.
struct Answer {
    user_version: u64,
    tables: Vec<String>,
    found: Option<(Table, Duration)>,
}

/// Tells the thread to stop when nobody waits for it.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let name = plan
        .text("path")
        .ok_or_else(|| Obstacle::broken("there is no `path`"))?;
    saw.reached = true;
    let path = match context.inside(&name)? {
        Inside::There(path) if path.is_file() => path,
        Inside::There(_) => return Err(Obstacle::refused(format!("{name} is not a file"))),
        Inside::Nothing => return Err(Obstacle::refused(format!("there is no {name}"))),
    };
    let question = Question {
        sql: plan.text("sql"),
        params: params(plan),
        most_rows: most_rows(plan),
        most_bytes: cap(plan, "max_bytes"),
        patience: context.left(),
    };
    let abandoned = Arc::new(AtomicBool::new(false));
    let _waiting = Waiting(Arc::clone(&abandoned));
    let begun = Instant::now();
    let asked = tokio::task::spawn_blocking(move || ask(&path, &question, abandoned)).await;
    let answer = asked
        .map_err(|error| Obstacle::undecided(format!("the query was given up: {error}")))?
        .map_err(|wrong| obstacle(&name, &wrong))?;
    saw.phase("duration", begun.elapsed());
    saw.values
        .set("user_version", Value::count(answer.user_version));
    let tables: Vec<Value> = answer.tables.iter().map(Value::text).collect();
    saw.summary = format!("{name} has {} tables", tables.len());
    saw.values.set("tables", Value::List(tables));
    match answer.found {
        None => {
            no_query(saw);
            saw.values.set("answered", Value::Bool(true));
        }
        Some((table, took)) => {
            saw.phase("query", took);
            table.measure(plan.unit(), saw);
            saw.summary = format!("{} in {} ms", table.summary(), took.as_millis());
        }
    }
    Ok(())
}

/// Why there is no answer.
enum Wrong {
    Sqlite(rusqlite::Error),
    NoQuery,
    TooLong,
}

impl From<rusqlite::Error> for Wrong {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn ask(path: &Path, question: &Question, abandoned: Arc<AtomicBool>) -> Result<Answer, Wrong> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags)?;
    let begun = Instant::now();
    let patience = question.patience;
    database.busy_timeout(patience)?;
    database.progress_handler(
        INSTRUCTIONS,
        Some(move || abandoned.load(Ordering::Relaxed) || begun.elapsed() > patience),
    )?;
    let longest = i32::try_from(question.most_bytes).unwrap_or(i32::MAX);
    database.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
    let user_version = database.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let mut named =
        database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let tables = named
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    drop(named);
    let found = match &question.sql {
        None => None,
        Some(sql) => {
            database.authorizer(Some(only_reads))?;
            let begun = Instant::now();
            let table = query(&database, sql, question)?;
            Some((table, begun.elapsed()))
        }
    };
    Ok(Answer {
        user_version,
        tables,
        found,
    })
}

/// Lets a statement read this database and do nothing else: no other file, no pragma that sets.
fn only_reads(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select
        | AuthAction::Read { .. }
        | AuthAction::Recursive
        | AuthAction::Function { .. } => Authorization::Allow,
        AuthAction::Pragma {
            pragma_name:
                "quick_check" | "integrity_check" | "foreign_key_check" | "table_info" | "index_list",
            ..
        } => Authorization::Allow,
        _ => Authorization::Deny,
    }
}

fn query(database: &Connection, sql: &str, question: &Question) -> Result<Table, Wrong> {
    let mut statement = database.prepare(sql)?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(Wrong::NoQuery);
    }
    let mut table = Table {
        columns: statement
            .column_names()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        ..Table::default()
    };
    let width = table.columns.len();
    let mut held = 0_u64;
    let mut rows = statement.query(rusqlite::params_from_iter(&question.params))?;
    while let Some(row) = rows.next()? {
        if table.rows.len() == question.most_rows {
            table.more = true;
            break;
        }
        let cells = (0..width)
            .map(|at| read(row, at, &mut held))
            .collect::<Result<Vec<_>, _>>()?;
        if held > question.most_bytes {
            return Err(Wrong::TooLong);
        }
        table.rows.push(cells);
    }
    Ok(table)
}

fn read(row: &Row<'_>, at: usize, held: &mut u64) -> Result<Cell, rusqlite::Error> {
    let cell = match row.get_ref(at)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(n) => Cell::Number(n.into()),
        ValueRef::Real(n) => match exact_number(&n.to_string()) {
            Some(exact) => Cell::Number(exact),
            None => Cell::Odd(n.to_string()),
        },
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => Cell::Odd(format!("{} bytes that are not UTF-8", text.len())),
        },
        ValueRef::Blob(bytes) => Cell::Odd(format!("{} bytes", bytes.len())),
    };
    let length = match &cell {
        Cell::Text(text) => text.len(),
        _ => 16,
    };
    *held = held.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
    Ok(cell)
}

fn obstacle(name: &str, wrong: &Wrong) -> Obstacle {
    let error = match wrong {
        Wrong::NoQuery => {
            return Obstacle::broken("`sql` is not one query that changes nothing")
                .hint("write one SELECT");
        }
        Wrong::TooLong => {
            return Obstacle::undecided("the result is longer than `max_bytes`")
                .hint("select less, or raise `max_bytes`");
        }
        Wrong::Sqlite(error) => error,
    };
    let message = match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    };
    let what = format!("SQLite says about {name}: {message}");
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Obstacle::refused(what),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Obstacle::undecided(what).hint("another program keeps it locked")
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            Obstacle::undecided(what).hint(
                "check who may read it; one in WAL mode needs its -wal and -shm files beside it",
            )
        }
        Some(ErrorCode::OperationInterrupted) => {
            Obstacle::refused("the query had not finished at the deadline")
                .hint("raise `timeout` if it may take longer")
        }
        Some(ErrorCode::TooBig) => Obstacle::undecided("a value is longer than `max_bytes`")
            .hint("select less, or raise `max_bytes`"),
        _ if message.starts_with("no such") => Obstacle::refused(what),
        _ => Obstacle::broken(what).hint("`sql` is one SELECT that changes nothing"),
    }
}

#[cfg(test)]
mod tests;
