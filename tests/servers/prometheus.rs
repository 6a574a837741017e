//! `promql` against Prometheus.

use std::time::{Duration, SystemTime};

use countersign_core::probe::Verdict;
use countersign_tests::stage::looking::Looking;
use countersign_tests::stage::process::free_port;
use countersign_tests::stage::prometheus::{NodeExporter, Prometheus};

use crate::answering;

/// Looks until the verdict is this one, and fails when it never is.
async fn until(looking: &Looking, yaml: &str, verdict: Verdict) {
    for _ in 0..200 {
        if looking.observe(yaml).await.verdict == verdict {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{yaml}: {:#?}", looking.observe(yaml).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn series_are_measured_and_every_fault_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let mut exporter = NodeExporter::start(folder.path());
    let nobody = free_port();
    let mut server = Prometheus::start(folder.path(), &[("node", exporter.port), ("gone", nobody)]);
    let looking = Looking::default().variable("PORT", server.port);
    let of =
        |query: &str| format!("probe: promql\nurl: http://127.0.0.1:${{PORT}}/\nquery: '{query}'");
    let up = format!("{}\nexpect: series == 2, highest == 1", of("up"));
    until(&looking, &up, Verdict::Pass).await;
    looking
        .check(
            &of("up"),
            &[
                (
                    "values contains 0, lowest == 0, sum == 1, mean == 0.5",
                    Verdict::Pass,
                ),
                ("lowest == 1", Verdict::Fail),
                ("value == 1", Verdict::Inconclusive),
                ("age < 1m, len(warnings) == 0", Verdict::Pass),
                ("age < 1us", Verdict::Fail),
                ("coverage > 0%", Verdict::Inconclusive),
                ("json($[*].labels.job) contains gone", Verdict::Pass),
            ],
        )
        .await;
    looking
        .check(
            &of("up{job=\"node\"}"),
            &[
                ("value == 1, series == 1", Verdict::Pass),
                ("value < 1", Verdict::Fail),
            ],
        )
        .await;
    // Empty, NaN, infinite: nothing is decided.
    for (query, count) in [
        ("no_such_metric", "series == 0"),
        ("up == 7", "series == 0"),
        ("up * NaN", "series == 2"),
        ("up / 0", "series == 2"),
        ("vector(NaN)", "series == 1"),
        ("vector(1e300)", "series == 1"),
        ("scalar(no_such_metric)", "series == 1"),
    ] {
        looking
            .check(
                &of(query),
                &[
                    (count, Verdict::Pass),
                    ("values exists", Verdict::Inconclusive),
                    ("highest < 5", Verdict::Inconclusive),
                    ("lowest >= 0", Verdict::Inconclusive),
                    ("sum == 0", Verdict::Inconclusive),
                ],
            )
            .await;
    }
    looking
        .check(
            &of("scalar(vector(0.1)) # a comment"),
            &[
                ("value == 0.1", Verdict::Pass),
                ("age < 1m", Verdict::Inconclusive),
            ],
        )
        .await;
    let share = format!("{}\nunit: \"%\"", of("100 * vector(0.001)"));
    looking
        .check(
            &share,
            &[
                ("value <= 0.1%", Verdict::Pass),
                ("value < 0.1%", Verdict::Fail),
            ],
        )
        .await;
    // A window.
    let window = format!(
        "{}\nrange: 3s\nstep: 1s",
        of("up{job=\"node\"} # a comment")
    );
    until(
        &looking,
        &format!("{window}\nexpect: coverage == 100%"),
        Verdict::Pass,
    )
    .await;
    looking
        .check(
            &window,
            &[("lowest == 1, highest == 1, samples >= 3", Verdict::Pass)],
        )
        .await;
    let long = format!("{}\nrange: 1h\nstep: 1s", of("up{job=\"node\"}"));
    looking
        .check(
            &long,
            &[
                ("coverage >= 90%", Verdict::Fail),
                ("value == 1", Verdict::Pass),
            ],
        )
        .await;
    for (yaml, verdict) in [
        (of("rate(up"), Verdict::Error),
        (of("\"text\""), Verdict::Error),
        (of("up").replace("${PORT}/", "${PORT}/graph"), Verdict::Fail),
        (
            of("up").replace("${PORT}", &exporter.port.to_string()),
            Verdict::Fail,
        ),
        (
            of("up").replace("${PORT}", &nobody.to_string()),
            Verdict::Fail,
        ),
        (of("up").replace("http:", "https:"), Verdict::Fail),
        (
            format!("{}\nmax_body: 100B", of("up")),
            Verdict::Inconclusive,
        ),
    ] {
        let seen = looking.observe(&yaml).await;
        assert_eq!(seen.verdict, verdict, "{yaml}: {seen:#?}");
    }
    // The target goes away: its series end, and the window still knows.
    exporter.stop();
    let gone = format!("{}\nexpect: value == 0", of("up{job=\"node\"}"));
    until(&looking, &gone, Verdict::Pass).await;
    looking
        .check(&of("node_load1"), &[("value >= 0", Verdict::Inconclusive)])
        .await;
    server.freeze();
    let hangs = looking.observe(&format!("{}\ntimeout: 1s", of("up"))).await;
    assert_eq!(hangs.verdict, Verdict::Fail, "{hangs:#?}");
    server.stop();
    let down = looking.observe(&of("up")).await;
    assert_eq!(down.verdict, Verdict::Fail, "{down:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_stands_still_is_stale() {
    let folder = tempfile::tempdir().unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let old = now.unwrap().as_millis() - 120_000;
    let page = format!("queue_depth 3 {old}\n");
    let target = answering("200 OK\r\ncontent-type: text/plain; version=0.0.4", page).await;
    let server = Prometheus::start(folder.path(), &[("app", target)]);
    let looking = Looking::default();
    let yaml = format!(
        "probe: promql\nurl: http://127.0.0.1:{}\nquery: queue_depth",
        server.port
    );
    until(
        &looking,
        &format!("{yaml}\nexpect: value == 3"),
        Verdict::Pass,
    )
    .await;
    looking
        .check(
            &yaml,
            &[
                ("age >= 120s", Verdict::Pass),
                ("value == 3, age < 1m", Verdict::Fail),
            ],
        )
        .await;
    // What is computed of it has no age of its own, unless one says whose.
    let computed = yaml.replace("queue_depth", "queue_depth * 2");
    looking
        .check(
            &computed,
            &[("value == 6, age < 1m", Verdict::Inconclusive)],
        )
        .await;
    let of = format!("{computed}\nage_of: queue_depth");
    looking
        .check(&of, &[("value == 6, age < 1m", Verdict::Fail)])
        .await;
}
