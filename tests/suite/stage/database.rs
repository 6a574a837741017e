//! The deployment's database: a primary and a replica that streams from it, and what is in it.

use super::authority::Authority;
use super::postgres::Postgres;

/// A primary with its replica.
pub struct Database {
    /// The primary.
    pub primary: Postgres,
    /// Its replica.
    pub replica: Postgres,
}

/// What the healthy database holds. The schema's version is kept as both seeds' tools keep it.
const CONTENT: &str = "\
    create table sync_records (id bigint primary key, at timestamptz not null default now());
    insert into sync_records select generate_series(1, 500);
    create table alembic_version (version_num text);
    insert into alembic_version values ('20261114');
    create table schema_migrations (version bigint, dirty boolean);
    insert into schema_migrations values (20261114, false);
    create extension if not exists postgis;
    create extension if not exists pg_stat_statements;";

impl Database {
    /// The version of the schema.
    pub const SCHEMA: &'static str = "20261114";
    /// The database's name.
    pub const NAME: &'static str = "hub";

    /// Starts both, with further settings of the primary.
    pub fn start(authority: &Authority, settings: &[&str]) -> Self {
        let primary = Postgres::with(Some(authority), settings);
        // A template that nobody is connected to, from which others can be made at any time.
        primary.sql("create database template_hub");
        primary.sql_in("template_hub", CONTENT);
        primary.sql("create database hub template template_hub");
        // What is read again and again stands in memory.
        let warm = "select count(*) from sync_records, generate_series(1, 20)";
        for _ in 0..5 {
            primary.sql_in(Self::NAME, warm);
        }
        let replica = primary.replica();
        Self { primary, replica }
    }

    /// Makes a database of the healthy content under another name, and changes it.
    pub fn also(&self, name: &str, sql: &str) {
        let make = format!("create database {name} template template_hub");
        self.primary.sql(&make);
        if !sql.is_empty() {
            self.primary.sql_in(name, sql);
        }
    }

    /// How one logs in to a database of one of the servers.
    #[must_use]
    pub fn dsn(host: &str, name: &str) -> String {
        let user = Postgres::USER;
        format!("host={host} port=5432 dbname={name} user={user} sslmode=verify-full")
    }
}
