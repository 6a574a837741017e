//! `postgres`: a PostgreSQL server, and what one query finds in it.

mod conninfo;

pub use conninfo::{Conninfo, SslMode};

use super::table::{CELL, COLUMNS, MAX_ROWS, ROWS};
use crate::probe::plan::{Missing, Plan};
use crate::probe::schema::{
    COUNT, Class, Example, FieldKind, Fields, KindSchema, MetricKind, Secrets, UNIT, always,
    metric, plain,
};
use crate::probe::unit::Unit;

/// The schema of `postgres`.
pub const POSTGRES: KindSchema = KindSchema {
    name: "postgres",
    version: 1,
    summary: "Logs in to a PostgreSQL server (15 or near), says what it is and how far its \
              replicas are, and asks one query in a read-only transaction.",
    class: Class::Reads,
    in_comment: true,
    fields: &[
        plain(
            "dsn",
            FieldKind::Text,
            "A libpq connection string, `host=… dbname=…` or `postgresql://…`, without a \
             password. The fields below stand over it.",
        ),
        plain(
            "host",
            FieldKind::Host,
            "The host. Where neither it nor `dsn` names one: `PGHOST` of this machine, else the \
             Unix socket in `/var/run/postgresql` or `/tmp`.",
        ),
        plain(
            "port",
            FieldKind::Port,
            "The port; `PGPORT`, else 5432, where absent.",
        ),
        plain(
            "dbname",
            FieldKind::Text,
            "The database; `PGDATABASE`, else the user's name, where absent.",
        ),
        plain(
            "user",
            FieldKind::Text,
            "The role to log in as; `PGUSER`, else this machine's user, where absent.",
        ),
        plain(
            "password",
            FieldKind::Text,
            "The password, as `${secret:NAME}` and never as text.",
        )
        .with(Secrets::Anywhere),
        plain(
            "sslmode",
            FieldKind::OneOf(SslMode::WORDS),
            "libpq's meanings; `PGSSLMODE`, else `prefer`, where absent. Only `verify-full` keeps \
             a stranger from answering. A Unix socket never has TLS.",
        ),
        plain(
            "ca",
            FieldKind::Path,
            "A PEM file in the repository with certificates to trust besides the system's.",
        ),
        plain(
            "sql",
            FieldKind::Verbatim,
            "One `SELECT`, `VALUES`, `TABLE` or `WITH` query, in a fence or the sidecar. Neither \
             variables nor secrets are put into it: hand values over with `params`.",
        ),
        plain(
            "params",
            FieldKind::TextList,
            "The values of `$1`, `$2`, … in `sql`, as text that PostgreSQL reads as the type it \
             needs there.",
        ),
        UNIT,
        MAX_ROWS,
        plain(
            "max_bytes",
            FieldKind::Size,
            "How much is read from the server at most; `1MB` where absent, never over `50MB`.",
        ),
    ],
    metrics: &[
        metric(
            "answered",
            MetricKind::Bool,
            "The login worked and, with `sql`, at least one row came; missing for an empty result.",
        ),
        ROWS,
        CELL,
        COLUMNS,
        metric(
            "version",
            MetricKind::Text,
            "The server's version as it says it, such as `15.18`.",
        ),
        metric("major", COUNT, "The first part of the version."),
        metric(
            "version_num",
            COUNT,
            "The version as PostgreSQL counts it: `150018` for 15.18.",
        ),
        metric(
            "extensions",
            MetricKind::List,
            "The extensions that are created in the database, sorted.",
        ),
        metric(
            "replica",
            MetricKind::Bool,
            "The server is itself a replica and takes no writes.",
        ),
        metric(
            "replicas",
            COUNT,
            "How many replicas stream from it at this moment, 0 among them.",
        ),
        metric(
            "streaming",
            MetricKind::Bool,
            "On a replica: it receives from its primary. On a primary: at least one replica \
             streams from it.",
        ),
        metric(
            "lag",
            MetricKind::Number(Unit::Millisecond),
            "How far the furthest replica, or on a replica its own data, is behind; 0 when all \
             that was written is replayed, however long ago that was. While it replays \
             nothing of what was written, it grows. Missing when nothing streams.",
        ),
        metric(
            "lag_bytes",
            MetricKind::Number(Unit::Byte),
            "The same in bytes of the write-ahead log.",
        ),
        metric(
            "heard",
            MetricKind::Number(Unit::Millisecond),
            "On a replica: since its primary last said something, up to 30 s while nothing \
             happens.",
        ),
        metric("encrypted", MetricKind::Bool, "The connection uses TLS."),
        metric(
            "query",
            MetricKind::Number(Unit::Millisecond),
            "From sending `sql` to its last row.",
        ),
        metric(
            "login",
            MetricKind::Number(Unit::Millisecond),
            "TLS, authentication and the start of the session together.",
        ),
        metric(
            "connect",
            MetricKind::Number(Unit::Millisecond),
            "The TCP connection; missing for a Unix socket.",
        ),
        metric(
            "duration",
            MetricKind::Number(Unit::Millisecond),
            "Everything together.",
        ),
    ],
    json: Some("rows"),
    headers: false,
    body_field: Some("sql"),
    default_expect: "answered",
    primary: Some("duration"),
    class_of: always,
    complete,
    hosts,
    target,
    notes: &[
        "The query is declared as a cursor in a read-only transaction, so nothing but a query is \
         possible and no more rows are sent than asked for; the server ends it at the deadline. A \
         function that it calls can still do what its owner may: log in as a role that may only \
         read.",
        "A result without a row decides nothing about its cells, so `cell == 0` is then \
         inconclusive, while `rows == 0` says just that. Numbers are exact; `numeric` and \
         `bigint` are never rounded.",
        "A refused login, a database, table or column that is not there and a query that takes \
         too long fail. Missing rights and a result over the cap are inconclusive. A query that \
         PostgreSQL cannot read, or that writes, is an error.",
        "Seeing replicas needs the role `pg_monitor`; without it they are inconclusive.",
    ],
    examples: &[
        Example {
            item: "PostgreSQL 15 installed",
            checklist: "hamsaya.md",
            text: "postgres host=${DB_HOST} dbname=postgres user=${DB_USER} password=${secret:DB_PASSWORD} sslmode=verify-full expect=\"major == 15\"",
            comment: true,
        },
        Example {
            item: "Read replica configured",
            checklist: "hamsaya.md",
            text: "postgres host=${DB_HOST} user=${DB_USER} password=${secret:DB_PASSWORD} sslmode=verify-full expect=\"replicas >= 1, lag < 5s\"",
            comment: true,
        },
        Example {
            item: "Database queries performing",
            checklist: "bakhmach.md",
            text: "probe: postgres\ndsn: dbname=bakhmach user=admin\nsql: SELECT COUNT(*) FROM sync_records\nexpect:\n  - cell > 0\n  - query < 200ms\n",
            comment: false,
        },
    ],
};

/// A password is a secret, and parameters belong to a query.
fn complete(fields: &mut Fields) -> Result<(), (&'static str, &'static str)> {
    password_is_secret(fields, "password")?;
    if fields.contains_key("params") && !fields.contains_key("sql") {
        return Err(("`params` needs `sql`", "write the query in `sql`"));
    }
    Ok(())
}

/// A password that is written out would stand in the repository for everyone to read.
pub(super) fn password_is_secret(
    fields: &Fields,
    field: &str,
) -> Result<(), (&'static str, &'static str)> {
    let text = fields.get(field).and_then(|value| value.as_text());
    match text {
        Some(text) if !text.contains("${secret:") && !text.contains("${capture:") => Err((
            "a password is never written out",
            "keep it as a secret of the environment and write `${secret:NAME}`",
        )),
        _ => Ok(()),
    }
}

fn hosts(plan: &Plan) -> Result<Vec<String>, Missing> {
    let info = Conninfo::of(plan)?;
    let port = info.port.unwrap_or(5432);
    let mut hosts: Vec<String> = info
        .hostaddr
        .map(|address| format!("{address}:{port}"))
        .into_iter()
        .collect();
    hosts.push(match &info.host {
        Some(host) => format!("{host}:{port}"),
        None if info.hostaddr.is_some() => return Ok(hosts),
        None => format!("PGHOST or local socket:{port}"),
    });
    hosts.sort();
    Ok(hosts)
}

fn target(plan: &Plan) -> String {
    let info = Conninfo::of(plan).unwrap_or_default();
    let place = info
        .host
        .or(info.hostaddr.map(|address| address.to_string()));
    let place = match (place, info.port) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host,
        (None, _) => "this machine's PostgreSQL".to_owned(),
    };
    match info.dbname {
        Some(dbname) => format!("{dbname} at {place}"),
        None => place,
    }
}
