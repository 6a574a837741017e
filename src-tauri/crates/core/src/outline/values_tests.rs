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
    ];
    for (text, expected) in cases {
        assert_eq!(asked_as(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn numbers_that_limit_nothing_ask_for_nothing() {
    for text in [
        "Install Node.js 18+",
        "All 8 CRITICAL issues resolved",
        "PostgreSQL 15 installed",
        "Add 3-5 restaurants",
        "Visit <page2>",
    ] {
        assert_eq!(asked_as(text), None, "{text}");
    }
}
