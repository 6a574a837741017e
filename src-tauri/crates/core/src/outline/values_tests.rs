#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;

fn asked_as(text: &str) -> Option<String> {
    let asked = asked(text)?;
    let amount = match (&asked.limit, &asked.min, &asked.max) {
        (Some(limit), None, None) => limit.clone(),
        (None, Some(min), Some(max)) => format!("{min}..{max}"),
        _ => panic!("{asked:?} has neither a limit nor a range"),
    };
    let unit = asked.unit.unwrap_or_default();
    let metric = asked.metric.unwrap_or_default();
    Some(format!("{metric} | {:?} {amount} {unit}", asked.op))
}

#[test]
fn thresholds_are_read_as_they_are_written() {
    let cases = [
        ("Error rate normal (< 0.1%)", "Error rate | Lt 0.1 %"),
        (
            "Response time acceptable (p95 < 200ms)",
            "Response time p95 | Lt 200 ms",
        ),
        (
            "Response time < 500ms (p95)",
            "Response time p95 | Lt 500 ms",
        ),
        ("Throughput > 1000 req/s", "Throughput | Gt 1000 req/s"),
        ("Throughput ≥ 1,000.50 rps", "Throughput | Ge 1000.5 req/s"),
        (
            "Canary percentage set (5-10%)",
            "Canary percentage set | Between 5..10 %",
        ),
        ("Unit tests passing (80%+ coverage)", "coverage | Ge 80 %"),
        (
            "Secrets generated (64+ characters)",
            "Secrets generated | Ge 64 characters",
        ),
        (
            "Load tested (1000+ concurrent users)",
            "Load tested | Ge 1000 concurrent users",
        ),
        (
            "< 5 support tickets per day",
            "support tickets per day | Lt 5 ",
        ),
        ("Build time (<2 minutes)", "Build time | Lt 2 min"),
        ("Zero < 00.00%", "Zero | Lt 0 %"),
        ("Latency p95<200ms", "Latency p95 | Lt 200 ms"),
        ("Open issues < 5", "Open issues | Lt 5 "),
        (
            "Check response times (target: P99.9 < 500ms)",
            "Check response times P99.9 | Lt 500 ms",
        ),
        ("Rows imported >= 1,234,567", "Rows imported | Ge 1234567 "),
        ("Saved in <=.5s or < 2.5 s", "Saved in <=.5s or | Lt 2.5 s"),
    ];
    for (text, expected) in cases {
        assert_eq!(asked_as(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn a_percentile_stands_as_a_word_of_its_own() {
    for (line, expected) in [
        ("Latency (P99.9) < 1 s", Some("P99.9")),
        ("p95. Then", Some("p95")),
        ("p95.9x", Some("p95")),
        ("p995 or step95 or _p95", None),
        ("p50, p95, p99 within SLA", Some("p50")),
    ] {
        assert_eq!(percentile(line), expected, "{line}");
    }
}

#[test]
fn numbers_that_limit_nothing_ask_for_nothing() {
    for text in [
        "Install Node.js 18+",
        "Node.js 18+ installed",
        "All 8 CRITICAL issues resolved",
        "PostgreSQL 15 installed",
        "Add 3-5 restaurants",
        "Branch from `master` if Z=0, from `release` if Z>0",
        "Enter a password (< 6 chars)",
        "Visit <page2>",
    ] {
        assert_eq!(asked_as(text), None, "{text}");
    }
}
