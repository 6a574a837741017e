//! Faults of PostgreSQL, Redis and the S3 server.

use std::process::Command;
use std::thread;
use std::time::Duration;

use countersign_tests::stage::Stored;
use countersign_tests::stage::database::Database;

use crate::fault::{Break, Fault, fault};

const NOT_THERE: &str = "host=db.hub.test dbname=elsewhere user=admin sslmode=verify-full";
const STRANGER: &str = "host=db.hub.test dbname=hub user=stranger sslmode=verify-full";

/// All of them.
pub fn faults() -> Vec<Fault> {
    let groups = [content(), servers(), caches(), objects()];
    groups.into_iter().flatten().collect()
}

#[rustfmt::skip]
fn content() -> Vec<Fault> {
    vec![
        fault("database: the Python migrations are behind", Break::Content("update alembic_version set version_num = '20261001'")).red("b 2.1.1, b 2.2.1, b 2.2.2, b 2.2.4"),
        fault("database: the migrations are behind", Break::Content("update schema_migrations set version = 20261001")).red("h 3.2.1, h 5.2.4, h 5.2.7"),
        fault("database: a migration stopped half way", Break::Content("update schema_migrations set dirty = true")).red("h 3.2.1, h 5.2.4, h 5.2.7"),
        fault("database: the table is empty", Break::Content("truncate sync_records")).red("b 2.2.3, b 4.1.4"),
        fault("database: the table is gone", Break::Content("drop table sync_records")).red("b 2.2.3, b 4.1.4"),
        fault("database: a constraint does not hold", Break::Content("alter table sync_records add constraint late check (id > 400) not valid")).red("b 2.2.3"),
        fault("database: an index is not valid", Break::Content("update pg_index set indisvalid = false where indexrelid = 'sync_records_pkey'::regclass")).red("b 2.2.3, b 11.1.1, h 3.2.4"),
        fault("database: a big table has no index", Break::Content(SCANNED)).red("b 11.1.1, h 3.2.4"),
        fault("database: PostGIS was dropped", Break::Content("drop extension postgis")).red("h 3.1.2"),
        fault("database: statements are not counted", Break::Content("drop extension pg_stat_statements")).red("h 7.1.2"),
        fault("database: it does not exist", Break::Variable("DATABASE_DSN", NOT_THERE)).at("db.hub.test:5432").red("h 3.1.3"),
        fault("database: the user does not exist", Break::Variable("DATABASE_DSN", STRANGER)).at("db.hub.test:5432").red("h 3.1.4"),
    ]
}

/// Reads a table of 10,001 rows from its begin to its end more than 1,000 times.
const SCANNED: &str = "\
    create table big as select generate_series(1, 10001) as id; analyze big;
    do $$ begin for i in 1..1001 loop perform 1 from big where id = 1 limit 1; end loop; end $$";

#[rustfmt::skip]
fn servers() -> Vec<Fault> {
    vec![
        fault("database: nobody listens", Break::Closed(&["db.hub.test:5432"])).at("db.hub.test:5432").dead().red("b 1.3.1, h 3.1.1"),
        fault("database: the password is not right", Break::Secret("DB_PASSWORD")).at("db.hub.test:5432").at("replica.hub.test:5432"),
        fault("replica: nobody listens", Break::Closed(&["replica.hub.test:5432"])).red("h 2.1.3, h 3.1.6"),
        fault("replica: it was stopped", Break::Cluster(&[], |servers| servers.replica.stop())).red("h 2.1.3, h 3.1.6"),
        fault("replica: it is seconds behind", Break::Cluster(&[], fall_behind)).red("h 3.1.6"),
        fault("database: nobody tuned it", Break::Cluster(&["work_mem=4MB"], |_| ())).red("h 3.2.3"),
        fault("database: its memory is too small", Break::Cluster(&["shared_buffers=128kB"], read_much)).red("b 4.2.3, h 7.1.1"),
        fault("database: queries are slow", Break::Cluster(&[], ask_slowly)).red("h 7.1.2"),
        fault("database: a query does not end", Break::Cluster(&[], ask_without_end)).red("b 4.1.4"),
        fault("database: two transactions wait for each other", Break::Cluster(&["deadlock_timeout=50ms"], lock_each_other)).red("h 7.2.3"),
    ]
}

fn fall_behind(servers: &mut Database) {
    servers.replica.sql("select pg_wal_replay_pause()");
    let written = "insert into sync_records select generate_series(1001, 9000)";
    servers.primary.sql_in(Database::NAME, written);
    thread::sleep(Duration::from_millis(5500));
}

fn read_much(servers: &mut Database) {
    let big =
        "create table big as select id, repeat('x', 900) as text from generate_series(1, 40000) id";
    servers.primary.sql_in(Database::NAME, big);
    for _ in 0..4 {
        servers
            .primary
            .sql_in(Database::NAME, "select count(text) from big");
    }
}

/// Runs these at the same time and waits for all.
fn together(commands: impl Iterator<Item = Command>) {
    let running: Vec<_> = commands
        .map(|mut command| thread::spawn(move || command.output()))
        .collect();
    for one in running {
        one.join().unwrap().unwrap();
    }
}

fn ask_slowly(servers: &mut Database) {
    let slow = "select pg_sleep(0.6)";
    together((0..21).map(|_| servers.primary.asking(Database::NAME, slow)));
}

fn ask_without_end(servers: &mut Database) {
    let mut endless = servers
        .primary
        .asking(Database::NAME, "select pg_sleep(600)");
    // It ends with its server.
    thread::spawn(move || endless.output());
    thread::sleep(Duration::from_millis(5500));
}

fn lock_each_other(servers: &mut Database) {
    let locking = |first: u32, second: u32| {
        let sql = format!(
            "begin; update sync_records set at = now() where id = {first}; \
             select pg_sleep(0.5); update sync_records set at = now() where id = {second}; commit"
        );
        servers.primary.asking(Database::NAME, &sql)
    };
    together([locking(1, 2), locking(2, 1)].into_iter());
}

#[rustfmt::skip]
fn caches() -> Vec<Fault> {
    vec![
        fault("Redis: nobody listens", Break::Closed(&["redis.hub.test:6379"])).at("redis.hub.test:6379").dead(),
        fault("Redis: it hangs", Break::Redis(|redis| redis.freeze())).red("b 2.2.5, h 2.1.4"),
        fault("Redis: the password is not right", Break::Secret("REDIS_PASSWORD")).red("b 2.2.5, h 2.1.4"),
        fault("Redis: a replica answers", Break::RedisReplica).red("h 2.1.4"),
    ]
}

#[rustfmt::skip]
fn objects() -> Vec<Fault> {
    vec![
        fault("backup: there is none", Break::Store(&[("database/2.4.0.dump", Stored::Missing)])).red("b 2.1.3, b 3.1.5, h 3.1.7, h 5.1.3"),
        fault("backup: it is from before the freeze", Break::Store(&[("database/2.4.0.dump", Stored::HoursAgo(3))])).red("b 2.1.3, h 5.1.3"),
        fault("backup: it is from the day before", Break::Store(&[("database/2.4.0.dump", Stored::HoursAgo(30))])).red("b 2.1.3, b 3.1.5, h 3.1.7, h 5.1.3"),
        fault("backup: it is empty", Break::Store(&[("database/2.4.0.dump", Stored::Bytes(0))])).red("b 2.1.3, b 3.1.5, h 3.1.7, h 5.1.3"),
        fault("backup: none of the application", Break::Store(&[("application/2.4.0.tar.zst", Stored::Missing)])).red("h 5.1.4"),
        fault("backup: that of the application is too small", Break::Store(&[("application/2.4.0.tar.zst", Stored::Bytes(512))])).red("h 5.1.4"),
        fault("uploads: no picture today", Break::Store(&[("images/1.png", Stored::HoursAgo(50))])).red("h 6.1.4"),
        fault("uploads: the bucket is gone", Break::Store(&[("uploads", Stored::Missing)])).red("h 2.1.5, h 4.1.7, h 6.1.4"),
        fault("S3: nobody listens", Break::Closed(&["s3.hub.test:9000"])).at("s3.hub.test:9000").dead(),
        fault("S3: the key is not right", Break::Secret("S3_SECRET")).at("s3.hub.test:9000"),
    ]
}
