//! `redis` against Redis.

use std::time::Duration;

use countersign_core::probe::Verdict;
use countersign_tests::stage::authority::{Authority, Flaw};
use countersign_tests::stage::looking::Looking;
use countersign_tests::stage::process::free_port;
use countersign_tests::stage::redis::Redis;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_measured_and_every_fault_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Redis::start(folder.path(), None);
    server.command(&["SET", "a", "1"]);
    server.command(&["ACL", "SETUSER", "blind", "on", ">blind pass", "+ping"]);
    let looking = Looking::default()
        .secret("PW", Redis::PASSWORD)
        .secret("BLIND", "blind pass")
        .secret("WRONG", "not the password");
    let base = format!("probe: redis\nhost: 127.0.0.1\nport: {}\n", server.port);
    let login = format!("{base}password: ${{secret:PW}}");
    looking
        .check(
            &login,
            &[
                ("ping, latency < 10s, duration > 0ms", Verdict::Pass),
                ("role == master, replicas == 0, saved", Verdict::Pass),
                (
                    "keys == 1, json($.db0.keys) == 1, uptime < 1h",
                    Verdict::Pass,
                ),
                ("semver(version) >= 6.0.0, clients >= 1", Verdict::Pass),
                (
                    "memory_share < 50%, memory < 64MB, evicted == 0",
                    Verdict::Pass,
                ),
                ("replicas >= 1", Verdict::Fail),
                ("role == replica", Verdict::Fail),
                ("memory < 1kB", Verdict::Fail),
                ("linked", Verdict::Inconclusive),
                ("heard < 10s", Verdict::Inconclusive),
                ("json($.no_such_field) == 0", Verdict::Inconclusive),
            ],
        )
        .await;
    let blind = format!("{base}user: blind\npassword: ${{secret:BLIND}}");
    looking
        .check(
            &blind,
            &[
                ("ping", Verdict::Pass),
                ("role == master", Verdict::Inconclusive),
                ("keys == 0", Verdict::Inconclusive),
            ],
        )
        .await;
    for (yaml, verdict) in [
        (base.clone(), Verdict::Fail),
        (format!("{base}password: ${{secret:WRONG}}"), Verdict::Fail),
        (format!("{login}\nuser: nobody"), Verdict::Fail),
        (format!("{login}\ntls: true\ntimeout: 2s"), Verdict::Fail),
        (
            format!("probe: redis\nhost: 127.0.0.1\nport: {}", free_port()),
            Verdict::Fail,
        ),
    ] {
        let seen = looking.observe(&yaml).await;
        assert_eq!(seen.verdict, verdict, "{yaml}: {seen:#?}");
        assert!(!format!("{seen:?}").contains("not the password"));
    }
    server.freeze();
    let hangs = looking.observe(&format!("{login}\ntimeout: 1s")).await;
    assert_eq!(hangs.verdict, Verdict::Fail, "{hangs:#?}");
    server.stop();
    let down = looking.observe(&login).await;
    assert_eq!(down.verdict, Verdict::Fail, "{down:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_whose_master_stops_is_seen() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut master = Redis::start(first.path(), None);
    let replica = master.replica(second.path());
    let looking = Looking::default().secret("PW", Redis::PASSWORD);
    let of = |port: u16| {
        format!("probe: redis\nhost: 127.0.0.1\nport: {port}\npassword: ${{secret:PW}}")
    };
    let linked = format!(
        "{}\nexpect: linked, role == replica, heard < 30s",
        of(replica.port)
    );
    for _ in 0..200 {
        if looking.observe(&linked).await.verdict == Verdict::Pass {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(looking.observe(&linked).await.verdict, Verdict::Pass);
    looking
        .check(&of(master.port), &[("replicas == 1", Verdict::Pass)])
        .await;
    master.stop();
    let cut = format!("{}\nexpect: not linked", of(replica.port));
    for _ in 0..200 {
        if looking.observe(&cut).await.verdict == Verdict::Pass {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    looking
        .check(
            &of(replica.port),
            &[
                ("linked", Verdict::Fail),
                ("heard < 30s", Verdict::Inconclusive),
            ],
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_verified() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    Authority::new(&other);
    let authority = Authority::new(folder.path());
    let pair = authority.issue("redis", &["localhost"], Flaw::None);
    let server = Redis::start(folder.path(), Some(&pair));
    let looking = Looking::at(folder.path()).secret("PW", Redis::PASSWORD);
    let of = |host: &str, more: &str| {
        let port = server.port;
        format!("probe: redis\nhost: {host}\nport: {port}\npassword: ${{secret:PW}}\n{more}")
    };
    for (host, more, verdict) in [
        ("localhost", "tls: true\nca: authority.pem", Verdict::Pass),
        ("127.0.0.1", "tls: true\nca: authority.pem", Verdict::Fail),
        (
            "localhost",
            "tls: true\nca: other/authority.pem",
            Verdict::Fail,
        ),
        ("localhost", "tls: true", Verdict::Fail),
        ("localhost", "timeout: 2s", Verdict::Fail),
    ] {
        let seen = looking.observe(&of(host, more)).await;
        assert_eq!(seen.verdict, verdict, "{host} {more}: {seen:#?}");
    }
}
