//! The author's query, as a cursor in a read-only transaction.

use std::error::Error as StdError;
use std::time::Duration;

use bytes::BytesMut;
use countersign_core::probe::Plan;
use futures::TryStreamExt as _;
use tokio_postgres::types::{Format, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Error, SimpleQueryMessage};

use crate::kinds::table::{Cell, Table, most_rows, params};

/// What the server's own deadline leaves for its word to arrive before the probe's.
const MARGIN: Duration = Duration::from_millis(100);

/// A parameter as text, which PostgreSQL reads as the type that it needs.
#[derive(Debug)]
struct Parameter(String);

impl ToSql for Parameter {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// Asks the query; the server ends it after `left`.
pub(super) async fn ask(
    client: &Client,
    plan: &Plan,
    sql: &str,
    left: Duration,
) -> Result<Table, Error> {
    let most = most_rows(plan);
    let parameters: Vec<Parameter> = params(plan).into_iter().map(Parameter).collect();
    // Zero would mean no limit.
    let limit = left.saturating_sub(MARGIN).as_millis().max(1);
    client
        .batch_execute(&format!(
            "begin read only; set local statement_timeout = {limit}; \
             set local cursor_tuple_fraction = 1"
        ))
        .await?;
    let statement = client.prepare(sql).await?;
    let types: Vec<Type> = statement
        .columns()
        .iter()
        .map(|column| column.type_().clone())
        .collect();
    let mut table = Table {
        columns: statement
            .columns()
            .iter()
            .map(|column| column.name().to_owned())
            .collect(),
        ..Table::default()
    };
    // Only a query can be a cursor's, and only one of them: everything else is refused here.
    let query = sql.trim().trim_end_matches(';');
    let declare = client
        .prepare(&format!("declare countersign no scroll cursor for {query}"))
        .await?;
    client.execute_raw(&declare, &parameters).await?;
    let fetch = format!("fetch forward {} from countersign", most + 1);
    let mut messages = Box::pin(client.simple_query_raw(&fetch).await?);
    while let Some(message) = messages.try_next().await? {
        if let SimpleQueryMessage::Row(row) = message {
            if table.rows.len() == most {
                table.more = true;
                continue;
            }
            let cells = types
                .iter()
                .enumerate()
                .map(|(at, kind)| read(row.try_get(at).ok().flatten(), kind))
                .collect();
            table.rows.push(cells);
        }
    }
    Ok(table)
}

/// A value in PostgreSQL's text form.
fn read(text: Option<&str>, kind: &Type) -> Cell {
    let Some(text) = text else {
        return Cell::Null;
    };
    match *kind {
        Type::BOOL => Cell::Bool(text == "t"),
        Type::INT2
        | Type::INT4
        | Type::INT8
        | Type::OID
        | Type::FLOAT4
        | Type::FLOAT8
        | Type::NUMERIC => Cell::number(text),
        Type::BYTEA => Cell::Odd(format!("{} bytes", text.len().saturating_sub(2) / 2)),
        _ => Cell::Text(text.to_owned()),
    }
}
