//! `s3` against an S3 server that checks signatures.

use std::time::Duration;

use countersign_core::probe::Verdict;
use countersign_tests::stage::looking::Looking;
use countersign_tests::stage::objects::Objects;
use countersign_tests::stage::process::free_port;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(flavor = "multi_thread")]
async fn backups_are_measured_and_every_fault_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let server = Objects::start(folder.path()).await;
    server.bucket("backups");
    server.bucket("empty");
    server.put("backups", "db/2026-11-20.dump", &[0; 2000], HOUR * 48);
    server.put("backups", "db/2026-11-22 1.dump", &[0; 3000], HOUR + MINUTE);
    server.put("backups", "other/new.txt", b"new", Duration::ZERO);
    let looking = Looking::default()
        .secret("SECRET", Objects::SECRET)
        .secret("WRONG", "not the secret")
        .variable("PORT", server.port);
    let of = |bucket: &str, more: &str| {
        format!(
            "probe: s3\nurl: http://127.0.0.1:${{PORT}}\nbucket: {bucket}\naccess_key: stage\nsecret_key: ${{secret:SECRET}}\n{more}"
        )
    };
    looking
        .check(
            &of("backups", "prefix: db/"),
            &[
                ("exists, age < 2h, age >= 1h, size == 3kB", Verdict::Pass),
                (
                    "objects == 2, total == 5kB, newest == 'db/2026-11-22 1.dump'",
                    Verdict::Pass,
                ),
                ("modified > 2020-01-01", Verdict::Pass),
                ("age < 30m", Verdict::Fail),
                ("size > 1MB", Verdict::Fail),
            ],
        )
        .await;
    looking
        .check(
            &of("backups", "key: 'db/2026-11-22 1.dump'"),
            &[
                ("exists, bucket, size == 3kB, age < 2h", Verdict::Pass),
                ("age < 30m", Verdict::Fail),
                ("objects == 1", Verdict::Inconclusive),
            ],
        )
        .await;
    for more in ["prefix: nothing/", "key: nothing.dump"] {
        looking
            .check(
                &of("backups", more),
                &[
                    ("bucket", Verdict::Pass),
                    ("exists", Verdict::Fail),
                    ("age < 2h", Verdict::Inconclusive),
                    ("size >= 0B", Verdict::Inconclusive),
                ],
            )
            .await;
    }
    looking
        .check(
            &of("empty", ""),
            &[
                ("bucket, exists", Verdict::Pass),
                ("age < 2h", Verdict::Inconclusive),
            ],
        )
        .await;
    looking
        .check(
            &of("empty", "prefix: db/"),
            &[("objects == 0", Verdict::Pass), ("exists", Verdict::Fail)],
        )
        .await;
    for more in ["", "prefix: db/", "key: a"] {
        looking
            .check(
                &of("missing", more),
                &[
                    ("exists", Verdict::Fail),
                    ("bucket", Verdict::Fail),
                    ("age < 2h", Verdict::Inconclusive),
                ],
            )
            .await;
    }
    for more in ["", "prefix: db/", "key: db/2026-11-20.dump"] {
        let anonymous = of("backups", more)
            .replace("access_key: stage\n", "")
            .replace("secret_key: ${secret:SECRET}\n", "");
        for yaml in [
            of("backups", more).replace(":SECRET", ":WRONG"),
            of("backups", more).replace("access_key: stage", "access_key: nobody"),
            anonymous,
            of("backups", more).replace("${PORT}", &free_port().to_string()),
        ] {
            let seen = looking.observe(&yaml).await;
            assert_eq!(seen.verdict, Verdict::Fail, "{yaml}: {seen:#?}");
            let all = format!("{seen:?}");
            assert!(
                !all.contains("not the secret") && !all.contains("X-Amz-Signature"),
                "{all}"
            );
        }
    }
    server.remove("backups", "db/2026-11-22 1.dump");
    looking
        .check(
            &of("backups", "prefix: db/"),
            &[("age < 26h", Verdict::Fail)],
        )
        .await;
    server.stop();
    let down = looking.observe(&of("backups", "")).await;
    assert!(!down.verdict.is_good(), "{down:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_listing_is_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let server = Objects::start(folder.path()).await;
    for n in 0..1_100 {
        server.put("logs", &format!("day/{n:05}"), b"x", HOUR * 2);
    }
    server.put("logs", "day/99999", b"new", Duration::ZERO);
    let looking = Looking::default().secret("SECRET", Objects::SECRET);
    let yaml = format!(
        "probe: s3\nurl: http://127.0.0.1:{}\nbucket: logs\nprefix: day/\naccess_key: stage\nsecret_key: ${{secret:SECRET}}",
        server.port
    );
    looking
        .check(
            &yaml,
            &[(
                "objects == 1101, total == 1103B, newest == 'day/99999', age < 1h",
                Verdict::Pass,
            )],
        )
        .await;
}
