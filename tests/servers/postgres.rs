//! `postgres` against PostgreSQL.

use countersign_core::probe::{Observation, Value, Verdict};
use countersign_tests::stage::authority::Authority;
use countersign_tests::stage::looking::Looking;
use countersign_tests::stage::postgres::Postgres;
use countersign_tests::stage::process::free_port;

fn value<'a>(seen: &'a Observation, metric: &str) -> Option<&'a Value> {
    let measured = seen.values.iter().find(|m| m.metric == metric);
    measured.map(|measured| &measured.value)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_measured_and_every_fault_is_seen() {
    let repository = tempfile::tempdir().unwrap();
    let other = repository.path().join("other");
    std::fs::create_dir(&other).unwrap();
    let authority = Authority::new(repository.path());
    Authority::new(&other);
    let mut server = Postgres::start(Some(&authority));
    server.sql(
        "create table sync_records (id bigint, lag interval, price numeric); \
         insert into sync_records values (9007199254740993, '1.5 s', 0.1), (2, '2 s', 0.2); \
         create table nothing (id int); \
         create role reader login password 'reader pass';",
    );
    let port = server.port();
    let looking = Looking::at(repository.path())
        .secret("PW", Postgres::PASSWORD)
        .secret("WRONG", "not the password")
        .secret("READER", "reader pass")
        .variable("PORT", port);
    let base = "probe: postgres\nhost: localhost\nport: ${PORT}\ndbname: postgres\nuser: admin\n";
    let login = format!("{base}password: ${{secret:PW}}\n");
    let verified = format!("{login}sslmode: verify-full\nca: authority.pem\n");

    // What a healthy server says.
    looking
        .check(
            &verified,
            &[
                (
                    "answered, encrypted, not replica, major >= 13",
                    Verdict::Pass,
                ),
                (
                    "version matches '^[1-9]', version_num >= 130000",
                    Verdict::Pass,
                ),
                ("extensions contains plpgsql, replicas == 0", Verdict::Pass),
                ("extensions contains postgis", Verdict::Fail),
                ("major == 9", Verdict::Fail),
                ("streaming", Verdict::Fail),
                ("lag < 5s", Verdict::Inconclusive),
                ("rows == 0", Verdict::Inconclusive),
                ("duration < 1m, login > 0ms", Verdict::Pass),
            ],
        )
        .await;
    // Over the socket, as the seed's own block says it: no host, so no TLS.
    let socket = format!(
        "probe: postgres\ndsn: host={} port=${{PORT}} user=admin dbname=postgres\npassword: ${{secret:PW}}",
        server.socket().display()
    );
    looking
        .check(
            &socket,
            &[
                ("answered, not encrypted", Verdict::Pass),
                ("connect < 1s", Verdict::Inconclusive),
            ],
        )
        .await;
    // A query, its cells exact.
    let count = format!("{verified}sql: SELECT id, price FROM sync_records ORDER BY id DESC;");
    looking
        .check(
            &count,
            &[
                ("rows == 2, cell == 9007199254740993", Verdict::Pass),
                ("cell > 9007199254740993", Verdict::Fail),
                (
                    "json($[0].price) == 0.1, len(json($[*].id)) == 2",
                    Verdict::Pass,
                ),
                ("max(json($[*].price)) < 0.2", Verdict::Fail),
                ("columns contains price, query < 1m", Verdict::Pass),
            ],
        )
        .await;
    let seen = looking.observe(&count).await;
    assert_eq!(seen.verdict, Verdict::Pass);
    assert_eq!(
        seen.saw.get("table").unwrap().to_string(),
        r#"{"columns":["id","price"],"rows":[["9007199254740993","0.1"],["2","0.2"]]}"#
    );
    assert!(matches!(value(&seen, "query"), Some(Value::Number(_))));
    let lag = "sql: SELECT extract(epoch from max(lag)) FROM sync_records\nunit: s";
    looking
        .check(
            &format!("{verified}{lag}"),
            &[
                ("cell < 2001ms", Verdict::Pass),
                ("cell < 2s", Verdict::Fail),
            ],
        )
        .await;
    let given =
        "sql: SELECT count(*) FROM sync_records WHERE id = $1 AND price < $2\nparams: ['2', '0.3']";
    looking
        .check(
            &format!("{verified}{given}"),
            &[("cell == 1", Verdict::Pass)],
        )
        .await;

    // Nothing found decides nothing but the number of rows.
    let empty = format!("{verified}sql: SELECT id FROM nothing");
    looking
        .check(
            &empty,
            &[
                ("rows == 0", Verdict::Pass),
                ("rows > 0", Verdict::Fail),
                ("cell == 0", Verdict::Inconclusive),
                ("cell < 1", Verdict::Inconclusive),
                ("answered", Verdict::Inconclusive),
                ("json($[0].id) == 0", Verdict::Inconclusive),
            ],
        )
        .await;
    assert_eq!(looking.observe(&empty).await.verdict, Verdict::Inconclusive);
    for (sql, expect) in [
        ("SELECT NULL::int", "cell == 0"),
        ("SELECT 'NaN'::float8", "cell < 1"),
        ("SELECT 'NaN'::numeric", "cell != 1"),
        ("SELECT 'Infinity'::float8", "cell > 1"),
        ("SELECT 1e40::numeric + 1", "cell > 1"),
        ("SELECT id FROM sync_records", "rows >= 1"),
        ("SELECT repeat('x', 2000000)", "rows == 1"),
    ] {
        let yaml = format!("{verified}max_rows: 1\nsql: {sql}\nexpect: {expect}");
        let seen = looking.observe(&yaml).await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{sql}: {seen:#?}");
    }

    // What changes something, or is no query, is never performed.
    for sql in [
        "INSERT INTO nothing VALUES (1)",
        "WITH x AS (INSERT INTO nothing VALUES (1) RETURNING id) SELECT id FROM x",
        "SELECT 1; DROP TABLE nothing",
        "COMMIT",
        "DROP TABLE nothing",
        "COPY nothing FROM PROGRAM 'echo 1'",
        "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'",
        "DO $$ begin insert into nothing values (1); end $$",
        "SELECT nextval('s') FROM (SELECT 1) x",
        "SELECT",
        "SELEC 1",
    ] {
        let seen = looking.observe(&format!("{verified}sql: {sql}")).await;
        assert!(!seen.verdict.is_good(), "{sql}: {seen:#?}");
    }
    looking.check(&empty, &[("rows == 0", Verdict::Pass)]).await;

    // What the server refuses.
    for (yaml, verdict) in [
        (format!("{base}password: ${{secret:WRONG}}"), Verdict::Fail),
        (base.to_owned(), Verdict::Fail),
        (
            login.replace("dbname: postgres", "dbname: missing"),
            Verdict::Fail,
        ),
        (
            login.replace("localhost", "127.0.0.1") + "sslmode: verify-full\nca: authority.pem",
            Verdict::Fail,
        ),
        (
            format!("{login}sslmode: verify-full\nca: other/authority.pem"),
            Verdict::Fail,
        ),
        (format!("{login}sslmode: verify-full"), Verdict::Fail),
        (
            format!("{login}sslmode: require\nca: other/authority.pem"),
            Verdict::Fail,
        ),
        (
            format!("{login}sslmode: verify-ca\nca: gone.pem"),
            Verdict::Inconclusive,
        ),
        (
            format!("{verified}sql: SELECT * FROM missing"),
            Verdict::Fail,
        ),
        (
            format!("{verified}sql: SELECT missing FROM sync_records"),
            Verdict::Fail,
        ),
        (
            format!("{verified}timeout: 1s\nsql: SELECT pg_sleep(60)"),
            Verdict::Fail,
        ),
        (
            format!("{base}password: ${{secret:READER}}\nsql: SELECT * FROM sync_records")
                .replace("user: admin", "user: reader"),
            Verdict::Inconclusive,
        ),
        (
            login.replace("${PORT}", &free_port().to_string()),
            Verdict::Fail,
        ),
    ] {
        let seen = looking.observe(&yaml).await;
        assert_eq!(seen.verdict, verdict, "{yaml}: {seen:#?}");
        let all = format!("{seen:?}");
        assert!(!all.contains(Postgres::PASSWORD) && !all.contains("not the password"));
    }
    // The modes as libpq means them.
    for (mode, encrypted) in [
        ("sslmode: disable", "not encrypted"),
        ("sslmode: allow", "not encrypted"),
        ("sslmode: prefer", "encrypted"),
        ("sslmode: require", "encrypted"),
        ("sslmode: require\nca: authority.pem", "encrypted"),
        ("sslmode: verify-ca\nca: authority.pem", "encrypted"),
    ] {
        let yaml = login.replace("localhost", "127.0.0.1") + mode;
        looking.check(&yaml, &[(encrypted, Verdict::Pass)]).await;
    }

    server.freeze();
    let hangs = looking.observe(&format!("{verified}timeout: 1s")).await;
    assert_eq!(hangs.verdict, Verdict::Fail, "{hangs:#?}");
    server.stop();
    let down = looking.observe(&verified).await;
    assert_eq!(down.verdict, Verdict::Fail, "{down:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_stops_is_seen() {
    let primary = Postgres::start(None);
    let mut replica = primary.replica();
    primary.sql("create table t (id int); create role reader login password 'reader pass';");
    let looking = Looking::default()
        .secret("PW", Postgres::PASSWORD)
        .secret("READER", "reader pass")
        .variable("PRIMARY", primary.port())
        .variable("REPLICA", replica.port());
    let of = |port: &str| {
        format!(
            "probe: postgres\ndsn: postgresql://admin@127.0.0.1:${{{port}}}/postgres\npassword: ${{secret:PW}}"
        )
    };
    looking
        .check(
            &of("PRIMARY"),
            &[
                (
                    "replicas >= 1, streaming, lag < 5s, lag_bytes < 1MB",
                    Verdict::Pass,
                ),
                ("heard < 1m", Verdict::Inconclusive),
            ],
        )
        .await;
    looking
        .check(
            &of("REPLICA"),
            &[
                (
                    "replica, streaming, lag < 5s, lag_bytes < 1MB, heard < 1m",
                    Verdict::Pass,
                ),
                ("replicas >= 1", Verdict::Inconclusive),
            ],
        )
        .await;
    // Without the right to see replicas nothing is said about them.
    let blind = of("PRIMARY")
        .replace("admin@", "reader@")
        .replace(":PW", ":READER");
    looking
        .check(
            &blind,
            &[
                ("replicas >= 1", Verdict::Inconclusive),
                ("replicas == 0", Verdict::Inconclusive),
                ("lag < 5s", Verdict::Inconclusive),
                ("major >= 13", Verdict::Pass),
            ],
        )
        .await;

    // It receives and does not replay.
    replica.sql("select pg_wal_replay_pause()");
    primary.sql("insert into t select generate_series(1, 100000)");
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    for port in ["PRIMARY", "REPLICA"] {
        let behind = [
            ("lag < 1s", Verdict::Fail),
            ("lag_bytes < 1kB", Verdict::Fail),
        ];
        looking.check(&of(port), &behind).await;
    }
    replica.sql("select pg_wal_replay_resume()");

    // The replica is gone, then the primary.
    replica.stop();
    looking
        .check(
            &of("PRIMARY"),
            &[
                ("replicas >= 1", Verdict::Fail),
                ("streaming", Verdict::Fail),
                ("lag < 5s", Verdict::Inconclusive),
                ("lag_bytes < 1MB", Verdict::Inconclusive),
            ],
        )
        .await;
    looking
        .check(&of("REPLICA"), &[("replica", Verdict::Fail)])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_without_its_primary_is_seen() {
    let mut primary = Postgres::start(None);
    let replica = primary.replica();
    primary.stop();
    let looking = Looking::default().secret("PW", Postgres::PASSWORD);
    let yaml = format!(
        "probe: postgres\ndsn: host=127.0.0.1 port={} user=admin dbname=postgres\npassword: ${{secret:PW}}",
        replica.port()
    );
    looking
        .check(
            &yaml,
            &[
                ("replica", Verdict::Pass),
                ("streaming", Verdict::Fail),
                ("lag < 5s", Verdict::Inconclusive),
                ("heard < 1m", Verdict::Inconclusive),
            ],
        )
        .await;
}
