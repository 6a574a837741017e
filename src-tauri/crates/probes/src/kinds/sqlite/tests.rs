#![allow(clippy::unwrap_used, clippy::panic)]

use countersign_core::probe::Verdict;
use rusqlite::Connection;

use crate::testing::{Bench, observe};

/// A repository with a database and things that are none.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let database = Connection::open(folder.path().join("app.db")).unwrap();
    database
        .execute_batch(
            "CREATE TABLE migrations (version INTEGER, took REAL);
             INSERT INTO migrations VALUES (41, 0.1), (42, 0.25);
             CREATE TABLE blank (id INTEGER);
             PRAGMA user_version = 7;",
        )
        .unwrap();
    Connection::open(folder.path().join("other.db"))
        .unwrap()
        .execute_batch("CREATE TABLE hidden (id INTEGER)")
        .unwrap();
    std::fs::write(
        folder.path().join("text.db"),
        "a text of some length\n".repeat(99),
    )
    .unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("leak.db")).unwrap();
    folder
}

#[tokio::test]
async fn a_query_is_measured_and_every_fault_is_seen() {
    let folder = repository();
    let bench = Bench::at(folder.path());
    let newest = "sql: SELECT version, took FROM migrations ORDER BY version DESC\n";
    let empty = "sql: SELECT id FROM blank\n";
    for (yaml, expect, verdict) in [
        ("", "answered, user_version == 7", Verdict::Pass),
        ("", "tables contains migrations", Verdict::Pass),
        ("", "tables contains users", Verdict::Fail),
        ("", "rows == 0", Verdict::Inconclusive),
        (newest, "cell == 42, rows == 2", Verdict::Pass),
        (newest, "cell == 43", Verdict::Fail),
        (newest, "max(json($[*].took)) <= 0.25", Verdict::Pass),
        (newest, "max(json($[*].took)) < 0.25", Verdict::Fail),
        (
            "unit: s\nsql: SELECT max(took) FROM migrations\n",
            "cell < 251ms",
            Verdict::Pass,
        ),
        (
            "params: ['41']\nsql: SELECT count(*) FROM migrations WHERE version > CAST(?1 AS INTEGER)\n",
            "cell == 1",
            Verdict::Pass,
        ),
        (empty, "rows == 0", Verdict::Pass),
        (empty, "rows > 0", Verdict::Fail),
        (empty, "cell == 0", Verdict::Inconclusive),
        (empty, "answered", Verdict::Inconclusive),
        ("sql: SELECT NULL\n", "cell == 0", Verdict::Inconclusive),
        (
            "sql: SELECT x'00ff'\n",
            "cell exists",
            Verdict::Inconclusive,
        ),
        ("sql: SELECT 9e999\n", "cell > 1", Verdict::Inconclusive),
        (
            "max_rows: 1\nsql: SELECT version FROM migrations\n",
            "rows >= 1",
            Verdict::Inconclusive,
        ),
        (
            "max_bytes: 1kB\nsql: SELECT printf('%.*c', 2000, 'x')\n",
            "rows == 1",
            Verdict::Inconclusive,
        ),
        (
            "max_bytes: 1kB\nsql: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500) SELECT i FROM n\n",
            "rows == 500",
            Verdict::Inconclusive,
        ),
        ("sql: SELECT * FROM missing\n", "answered", Verdict::Fail),
        (
            "sql: SELECT missing FROM migrations\n",
            "answered",
            Verdict::Fail,
        ),
        (
            "timeout: 300ms\nsql: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n\n",
            "cell > 0",
            Verdict::Fail,
        ),
        ("sql: SELEC 1\n", "answered", Verdict::Error),
        (
            "sql: INSERT INTO blank VALUES (1)\n",
            "rows == 0",
            Verdict::Error,
        ),
        (
            "sql: DELETE FROM migrations RETURNING version\n",
            "answered",
            Verdict::Error,
        ),
        ("sql: ATTACH 'other.db' AS o\n", "rows == 0", Verdict::Error),
        (
            "sql: PRAGMA user_version = 8\n",
            "rows == 0",
            Verdict::Error,
        ),
        ("sql: VACUUM INTO 'copy.db'\n", "rows == 0", Verdict::Error),
        ("sql: PRAGMA quick_check\n", "cell == ok", Verdict::Pass),
        (
            "sql: SELECT 1; DROP TABLE blank\n",
            "cell == 1",
            Verdict::Error,
        ),
    ] {
        let yaml = format!("probe: sqlite\npath: app.db\n{yaml}expect: {expect}");
        let seen = observe(&bench, &yaml).await;
        assert_eq!(seen.verdict, verdict, "{yaml}: {seen:#?}");
    }
    for (path, verdict) in [
        ("missing.db", Verdict::Fail),
        ("text.db", Verdict::Fail),
        ("leak.db", Verdict::Error),
        (".", Verdict::Fail),
    ] {
        let seen = observe(&bench, &format!("probe: sqlite\npath: {path}")).await;
        assert_eq!(seen.verdict, verdict, "{path}: {seen:#?}");
    }
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 4, "nothing was written: {names:?}");
}

#[tokio::test]
async fn a_database_in_use_is_read_beside_its_writer() {
    let folder = repository();
    let bench = Bench::at(folder.path());
    let writer = Connection::open(folder.path().join("app.db")).unwrap();
    writer
        .execute_batch("PRAGMA journal_mode = WAL; INSERT INTO migrations VALUES (43, 1.0);")
        .unwrap();
    let yaml = "probe: sqlite\npath: app.db\ntimeout: 500ms\nsql: SELECT max(version) FROM migrations\nexpect: cell == 43";
    let seen = observe(&bench, yaml).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    writer
        .execute_batch(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;",
        )
        .unwrap();
    let seen = observe(&bench, yaml).await;
    assert!(!seen.verdict.is_good(), "{seen:#?}");
}
