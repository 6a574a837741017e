#![allow(clippy::unwrap_used)]

use serde_json::json;

use super::Pushed;
use crate::diagnostic::Place;
use crate::probe::value::Verdict;
use crate::probe::{evaluate, parse_comment};

fn judged(expect: &str, pushed: &Pushed) -> Verdict {
    let comment = format!("push expect=\"{expect}\"");
    let (probes, diagnostics) = parse_comment(&comment, Place { line: 1, column: 1 });
    assert_eq!(diagnostics, [], "{expect}");
    evaluate(&probes[0].expect, &[], &pushed.values()).0
}

#[test]
fn a_document_is_judged_by_name_and_unit() {
    let document = json!({
        "verdict": "pass",
        "metrics": {"p95": "182ms", "failed": 0, "rate": "0.1%", "stable": true, "tool": "k6", "nan": null},
        "build": {"number": 812}
    });
    let pushed = Pushed::document(document, None).unwrap();
    for (expect, verdict) in [
        ("verdict == pass", Verdict::Pass),
        ("p95 < 200ms", Verdict::Pass),
        ("p95 < 0.182s", Verdict::Fail),
        ("failed == 0, stable, tool == k6", Verdict::Pass),
        ("rate < 0.1%", Verdict::Fail),
        ("json($.build.number) == 812", Verdict::Pass),
        ("p95 < 5%", Verdict::Inconclusive),
        ("p99 < 500ms", Verdict::Inconclusive),
        ("nan == 0", Verdict::Inconclusive),
        ("age < 1d", Verdict::Inconclusive),
    ] {
        assert_eq!(judged(expect, &pushed), verdict, "{expect}");
    }
    assert_eq!(
        pushed.summary(),
        "pass, failed 0, p95 182 ms, rate 0.1 %, stable yes"
    );
}

#[test]
fn who_could_not_tell_has_said_neither_yes_nor_no() {
    let pushed = Pushed::document(json!({"verdict": "inconclusive"}), None).unwrap();
    for expect in ["verdict == pass", "verdict != fail"] {
        assert_eq!(judged(expect, &pushed), Verdict::Inconclusive, "{expect}");
    }
}

#[test]
fn what_is_no_result_is_refused() {
    for document in [
        json!([]),
        json!({}),
        json!({"verdict": "green"}),
        json!({"verdict": true}),
        json!({"verdict": "pass", "metrics": []}),
        json!({"verdict": "pass", "metrics": {"verdict": 1}}),
        json!({"verdict": "pass", "metrics": {"p 95": 1}}),
    ] {
        assert!(
            Pushed::document(document.clone(), None).is_err(),
            "{document}"
        );
    }
    let said = json!({"verdict": "fail"});
    assert!(Pushed::document(said.clone(), Some(Verdict::Pass)).is_err());
    assert!(Pushed::document(said, Some(Verdict::Fail)).is_ok());
    assert!(Pushed::metric("p95").is_err());
    assert!(Pushed::metric("=3").is_err());
    assert!(Pushed::metric("age=3").is_err());
    assert!(Pushed::metric("p95=182ms").is_ok());
}
