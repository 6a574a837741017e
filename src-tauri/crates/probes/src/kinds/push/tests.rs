#![allow(clippy::unwrap_used, clippy::panic)]

use countersign_core::probe::Verdict;

use crate::testing::{Bench, observe};

#[tokio::test]
async fn a_result_in_a_file_is_never_better_than_it_says() {
    let repository = tempfile::tempdir().unwrap();
    let bench = Bench::at(repository.path());
    let with = |expect: &str| format!("probe: push\nfrom: the load rig\nfile: load.json\n{expect}");
    let lax = with("expect: p95 < 200ms");
    let seen = observe(&bench, &lax).await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "not there yet");
    for (document, expect, verdict) in [
        (
            r#"{"verdict": "pass", "metrics": {"p95": "182ms"}}"#,
            "",
            Verdict::Pass,
        ),
        (
            r#"{"verdict": "pass", "metrics": {"p95": "182ms"}}"#,
            "expect: [p95 < 200ms, age < 1h]",
            Verdict::Pass,
        ),
        (
            r#"{"verdict": "pass", "metrics": {"p95": "212ms"}}"#,
            "expect: p95 < 200ms",
            Verdict::Fail,
        ),
        (
            r#"{"verdict": "pass", "metrics": {}}"#,
            "expect: p95 < 200ms",
            Verdict::Inconclusive,
        ),
        (
            r#"{"verdict": "fail", "metrics": {"p95": "182ms"}}"#,
            "expect: p95 < 200ms",
            Verdict::Fail,
        ),
        (
            r#"{"verdict": "inconclusive", "metrics": {"p95": "182ms"}}"#,
            "expect: p95 < 200ms",
            Verdict::Inconclusive,
        ),
        (
            r#"{"metrics": {"p95": "182ms"}}"#,
            "expect: p95 < 200ms",
            Verdict::Inconclusive,
        ),
        (
            r#"{"verdict": "pass", "metrics": {"p95": "182"#,
            "expect: p95 < 200ms",
            Verdict::Inconclusive,
        ),
        ("", "", Verdict::Inconclusive),
        (
            r#"{"verdict": "pass", "load": {"p95": 182.5}}"#,
            "expect: 'json($.load.p95, ms) < 200ms'",
            Verdict::Pass,
        ),
    ] {
        std::fs::write(repository.path().join("load.json"), document).unwrap();
        let seen = observe(&bench, &with(expect)).await;
        assert_eq!(seen.verdict, verdict, "{document} {expect}: {seen:#?}");
    }
    let seen = observe(&bench, "probe: push\nfrom: Jenkins").await;
    assert_eq!(seen.verdict, Verdict::Skipped);
    assert!(seen.hint.unwrap().contains("countersign push"));
}
