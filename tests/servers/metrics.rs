//! `metrics` against the node exporter, and against pages that are wrong.

use countersign_core::probe::Verdict;
use countersign_tests::stage::looking::Looking;
use countersign_tests::stage::prometheus::{NodeExporter, Prometheus};

use crate::answering;

#[tokio::test(flavor = "multi_thread")]
async fn a_real_page_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let mut exporter = NodeExporter::start(folder.path());
    let server = Prometheus::start(folder.path(), &[]);
    let looking = Looking::default();
    for port in [exporter.port, server.port] {
        let of = |select: &str| {
            format!("probe: metrics\nurl: http://127.0.0.1:{port}/metrics\nselect: '{select}'")
        };
        looking
            .check(
                &of("process_start_time_seconds"),
                &[
                    ("value > 1000000000, series == 1, names > 50", Verdict::Pass),
                    ("type == gauge, status == 200", Verdict::Pass),
                    ("value < 5", Verdict::Fail),
                    ("age < 1m", Verdict::Inconclusive),
                ],
            )
            .await;
        looking
            .check(
                &of("go_gc_duration_seconds{quantile=~\"0|1\"}"),
                &[
                    ("series == 2, type == summary", Verdict::Pass),
                    ("value > 0", Verdict::Inconclusive),
                ],
            )
            .await;
        looking
            .check(
                &of("no_such_metric"),
                &[
                    ("series == 0", Verdict::Pass),
                    ("values exists", Verdict::Inconclusive),
                    ("highest < 5", Verdict::Inconclusive),
                ],
            )
            .await;
    }
    exporter.stop();
    let yaml = format!(
        "probe: metrics\nurl: http://127.0.0.1:{}/metrics\nselect: up",
        exporter.port
    );
    assert_eq!(looking.observe(&yaml).await.verdict, Verdict::Fail);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_wrong_is_never_green() {
    const OPEN: &str = "200 OK\r\ncontent-type: application/openmetrics-text; version=1.0.0";
    const PLAIN: &str = "200 OK\r\ncontent-type: text/plain; version=0.0.4";
    for (head, body, expect, verdict) in [
        (PLAIN, "queue 3\n", "value == 3", Verdict::Pass),
        (PLAIN, "queue 3\n", "value < 3", Verdict::Fail),
        (PLAIN, "queue NaN\n", "value < 3", Verdict::Inconclusive),
        (PLAIN, "queue +Inf\n", "value > 3", Verdict::Inconclusive),
        (
            PLAIN,
            "queue{a=\"1\"} 1\nqueue{a=\"2\"} NaN\n",
            "lowest < 3",
            Verdict::Inconclusive,
        ),
        (
            PLAIN,
            "queue{a=\"1\"} 1\nqueue{a=\"2\"} 2\n",
            "sum == 3",
            Verdict::Pass,
        ),
        (PLAIN, "other 3\n", "value == 3", Verdict::Inconclusive),
        (PLAIN, "", "series == 0", Verdict::Fail),
        (
            PLAIN,
            "<!doctype html><h1>Sign in</h1>",
            "series == 0",
            Verdict::Fail,
        ),
        (PLAIN, "queue 3 1000\n", "age < 1h", Verdict::Fail),
        (PLAIN, "queue 3 99999999999999\n", "age < 1h", Verdict::Pass),
        (OPEN, "queue 3 1.5\n# EOF\n", "age < 1h", Verdict::Fail),
        (OPEN, "queue 3\n# EOF\n", "value == 3", Verdict::Pass),
        (OPEN, "queue 3\n", "value == 3", Verdict::Fail),
        ("500 Broken", "queue 3\n", "value == 3", Verdict::Fail),
        (
            "302 Found\r\nlocation: /sign-in",
            "",
            "series == 0",
            Verdict::Fail,
        ),
        ("401 No", "", "series == 0", Verdict::Fail),
    ] {
        let port = answering(head, body.to_owned()).await;
        let yaml = format!(
            "probe: metrics\nurl: http://127.0.0.1:{port}/metrics\nselect: queue\nexpect: {expect}"
        );
        let seen = Looking::default().observe(&yaml).await;
        assert_eq!(seen.verdict, verdict, "{body}: {seen:#?}");
    }
}
