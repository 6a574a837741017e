#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use countersign_core::diagnostic::Place;
use countersign_core::probe::{parse_yaml, resolve};
use countersign_load::{Found, HttpVersion, Latency, Pace};

use super::*;
use crate::testing::{Bench, observe};

const BASE: &str = "probe: load\nurl: https://load.test/api?a=b\nrate: 100/s\n";

fn probe(yaml: &str) -> (Probe, Plan) {
    let (mut probes, diagnostics) = parse_yaml(yaml, Place { line: 1, column: 1 });
    assert_eq!(diagnostics, [], "{yaml}");
    let plan = resolve(&probes[0], &BTreeMap::new(), &BTreeSet::new()).unwrap();
    (probes.remove(0), plan)
}

fn planned(more: &str) -> LoadPlan {
    let plan = load_plan(&probe(&format!("{BASE}{more}")).1).unwrap();
    assert_eq!(plan.check(), Ok(()), "{more}");
    plan
}

#[test]
fn one_request_as_it_is_written() {
    let plan = planned(
        "method: POST\nbody: {a: 1}\nbearer: tok\nheaders: {X-A: b}\nstatus: 200, 201\n\
         duration: 20s\nhttp: 2\nkeep_alive: false\nconnections: 7\npatience: 2s\nresolve: 10.0.0.9",
    );
    let [request] = plan.requests.as_slice() else {
        panic!("{plan:?}");
    };
    assert_eq!(
        (request.method.as_str(), request.body.as_str()),
        ("POST", "{\"a\":1}")
    );
    assert_eq!(request.url, "https://load.test/api?a=b");
    let field = |name: &str| {
        let found = request.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    assert_eq!(field("Authorization"), Some("Bearer tok"));
    assert_eq!(field("Content-Type"), Some("application/json"));
    assert_eq!(field("X-A"), Some("b"));
    assert_eq!(request.expected, [200, 201]);
    assert_eq!(plan.pace, Pace::Rate { per_second: 100.0 });
    assert_eq!((plan.http, plan.keep_alive), (HttpVersion::Http2, false));
    assert_eq!((plan.connections, plan.timeout_ms), (7, 2000));
    assert_eq!((plan.warm_up_ms, plan.measured_ms()), (2000, 20_000));
    assert_eq!(plan.approved, ["load.test:443"]);
    assert_eq!(
        plan.addresses["load.test:443"],
        "10.0.0.9:443".parse().unwrap()
    );
}

#[test]
fn several_requests_share_what_stands_above_them() {
    let plan = planned(
        "headers: {X-A: all}\nvalues: {user: [ann, bob]}\nrequests:\n  \
         - {path: /login, method: POST, body: {user: '{{user}}'}, capture: {T: /token, C: header X-C}}\n  \
         - {path: '/items?u={{user}}', weight: 3, headers: {x-a: own, Authorization: 'Bearer {{T}}'}}\n",
    );
    let [login, items] = plan.requests.as_slice() else {
        panic!("{plan:?}");
    };
    assert_eq!(login.url, "https://load.test/login");
    assert_eq!(login.captures.len(), 2);
    assert_eq!(login.captures[0].from, Found::Header("X-C".to_owned()));
    assert_eq!(login.headers[0].1, "all");
    assert_eq!((items.weight, items.headers.len()), (3, 2));
    assert!(
        items
            .headers
            .contains(&("x-a".to_owned(), "own".to_owned()))
    );
    assert_eq!(plan.variables["user"], ["ann", "bob"]);
    for wrong in [
        "requests: [{path: '//other.test/'}]",
        "requests: [{path: /a, weight: many}]",
        "requests: [{path: /a, capture: {T: token}}]",
        "status: 20",
    ] {
        let plan = probe(&format!("{BASE}{wrong}")).1;
        assert_eq!(load_plan(&plan).unwrap_err().code, "load-plan", "{wrong}");
    }
}

/// An outcome of so many requests with latencies from 1 ms on, a millisecond apart, of which some
/// failed.
fn outcome(requests: u64, failed: u64) -> Outcome {
    let ok = requests - failed;
    let mut outcome: Outcome = serde_json::from_value(serde_json::json!({
        "open": true, "began_unix_ms": 0, "measured_ms": 10_000, "stopped": false, "http": "1.1",
        "address": "10.0.0.9:443",
        "counts": {"due": requests, "sent": requests, "answered": requests, "ok": ok,
            "unexpected": failed, "timeouts": 0, "unsent": 0,
            "failures": {"refused": 0, "connect": 0, "tls": 0, "reset": 0, "closed": 0,
                "malformed": 0, "other": 0}},
        "statuses": {"200": ok, "503": failed},
        "rates": {"asked": 100.0, "reached": 100.0, "ok": 99.0},
        "corrected": Latency::of_micros((1..=ok).map(|ms| ms * 1000)).unwrap(),
        "raw": Latency::of_micros((1..=ok).map(|ms| ms * 500)).unwrap(),
        "steps": [], "requests": [],
        "seconds": [], "bytes": {"sent": 1, "received": 2},
        "connections": {"allowed": 100, "opened": 100, "most": 100, "failed": 0},
        "client": {"cpu_percent": 5.0, "cpu_ms": 500, "late_p99_us": 90, "threads": 1},
        "doubts": []
    }))
    .unwrap();
    outcome.stopped = false;
    outcome
}

fn judged(outcome: &Outcome, expect: &str) -> (Verdict, Vec<String>) {
    let (probe, plan) = probe(&format!("{BASE}expect: [{expect}]"));
    let (verdict, _, reasons) = judge_load(outcome, &probe, &plan);
    (verdict, reasons)
}

#[test]
fn conditions_are_judged_by_what_was_measured() {
    let seen = outcome(1000, 0);
    for (expect, verdict) in [
        ("p50 < 501ms", Verdict::Pass),
        ("p50 < 400ms", Verdict::Fail),
        ("p97 between 969ms and 971ms", Verdict::Pass),
        ("p99 < 2s", Verdict::Pass),
        ("p99.9 < 2s", Verdict::Inconclusive),
        ("error_rate < 1%", Verdict::Pass),
        ("error_rate < 0.1%", Verdict::Inconclusive),
        ("ok_rate > 99.9%", Verdict::Inconclusive),
        ("status_503 == 0", Verdict::Pass),
        ("status_404 == 0", Verdict::Pass),
        ("rate_reached >= 100/s", Verdict::Pass),
        ("max <= 1001ms, min >= 1ms, cpu < 10%", Verdict::Pass),
    ] {
        assert_eq!(judged(&seen, expect).0, verdict, "{expect}");
    }
    // Of 1,000 requests 5 that failed are too many, however few 1,000 are.
    assert_eq!(
        judged(&outcome(1000, 5), "error_rate < 0.1%").0,
        Verdict::Fail
    );
    assert_eq!(
        judged(&outcome(3000, 0), "error_rate < 0.1%").0,
        Verdict::Pass
    );
    let (verdict, reasons) = judged(&outcome(500, 500), "error_rate < 1%, p50 < 1s");
    assert_eq!(verdict, Verdict::Fail);
    assert!(
        reasons.iter().any(|why| why.contains("too few")),
        "{reasons:?}"
    );
}

#[test]
fn what_is_doubted_decides_nothing() {
    for doubt in [
        Doubt::ClientTooBusy { cpu_percent: 93.0 },
        Doubt::ClientTooSlow {
            asked: 100.0,
            reached: 60.0,
        },
        Doubt::Stopped { after_ms: 10 },
        Doubt::Empty,
    ] {
        let mut seen = outcome(3000, 1500);
        seen.doubts = vec![doubt.clone()];
        // Neither what would have failed nor what would have passed.
        for expect in ["error_rate < 1%", "p50 < 10s", "p42 < 1ms"] {
            let (verdict, reasons) = judged(&seen, expect);
            assert_eq!(verdict, Verdict::Inconclusive, "{doubt:?}: {expect}");
            assert_eq!(reasons, [doubt.words()]);
        }
    }
}

#[tokio::test]
async fn what_another_tool_measured_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::at(folder.path());
    let text = r#"{"metrics": {"http_reqs": {"count": 2000, "rate": 100.0},
        "http_req_failed": {"value": 0}, "http_req_duration": {"med": 10, "p(95)": 30, "p(99)": 90}}}"#;
    std::fs::write(folder.path().join("k6.json"), text).unwrap();
    for (expect, verdict) in [
        ("p95 < 200ms", Verdict::Pass),
        ("p99 < 50ms", Verdict::Fail),
        ("error_rate < 1%", Verdict::Pass),
        ("error_rate < 0.1%", Verdict::Inconclusive),
        ("p99.9 < 1s", Verdict::Inconclusive),
        ("rate_reached > 50/s", Verdict::Pass),
    ] {
        let yaml = format!("probe: load\nfrom: k6.json\nexpect: [{expect}]");
        let seen = observe(&bench, &yaml).await;
        assert_eq!(seen.verdict, verdict, "{expect}: {seen:#?}");
        assert!(seen.hint.is_none_or(|hint| hint.contains("k6")), "{expect}");
    }
    std::fs::write(folder.path().join("other.json"), "{}").unwrap();
    for file in ["other.json", "none.json"] {
        let yaml = format!("probe: load\nfrom: {file}");
        let seen = observe(&bench, &yaml).await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{file}: {seen:#?}");
    }
}
