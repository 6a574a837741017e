#![allow(clippy::unwrap_used, clippy::panic)]

use countersign_core::probe::{Observation, Verdict};

use crate::testing::{Bench, observe};

/// One error by its rule, one warning by the standard's default, one note, one suppressed, one
/// whose suppression was rejected, one that passed.
const REPORT: &str = r#"{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{
 "tool": {"driver": {"name": "Semgrep", "semanticVersion": "1.90.0", "rules": [
   {"id": "sql-injection", "defaultConfiguration": {"level": "error"}}, {"id": "weak-hash"}]}},
 "invocations": [{"executionSuccessful": true}],
 "results": [
  {"ruleId": "sql-injection", "ruleIndex": 0, "message": {"text": "built from input"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "app/db.py"}, "region": {"startLine": 12}}}]},
  {"ruleId": "weak-hash", "message": {"text": "md5"}},
  {"ruleId": "style", "level": "note", "message": {"text": "long"}},
  {"ruleId": "sql-injection", "message": {"text": "known"}, "suppressions": [{"kind": "inSource"}]},
  {"ruleId": "weak-hash", "level": "error", "message": {"text": "sha1"}, "suppressions": [{"kind": "external", "status": "rejected"}]},
  {"ruleId": "weak-hash", "kind": "pass", "message": {"text": "good"}},
  {"ruleId": "weak-hash", "kind": "review", "message": {"text": "look"}}
 ]}]}"#;

async fn look(text: &str, yaml: &str) -> Observation {
    let repository = tempfile::tempdir().unwrap();
    std::fs::write(repository.path().join("r.sarif"), text).unwrap();
    observe(
        &Bench::at(repository.path()),
        &format!("probe: sarif\npath: r.sarif\n{yaml}"),
    )
    .await
}

#[tokio::test]
async fn findings_are_counted_by_level() {
    let seen = look(
        REPORT,
        "expect: [errors == 2, warnings == 1, notes == 1, findings == 4, suppressed == 1, review == 1, rules contains weak-hash, len(rules) == 3, tools contains 'Semgrep 1.90.0', age < 1m]",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert_eq!(seen.saw["first"][0]["level"], "error");
    assert_eq!(seen.saw["first"][0]["file"], "app/db.py");
    assert_eq!(seen.saw["first"][0]["line"], 12);
    assert_eq!(look(REPORT, "").await.verdict, Verdict::Fail);
}

#[tokio::test]
async fn new_is_known_only_beside_a_baseline() {
    let compared = REPORT
        .replace(
            "\"ruleId\": \"style\",",
            "\"ruleId\": \"style\", \"baselineState\": \"new\",",
        )
        .replace(
            "\"ruleId\": \"weak-hash\", \"message\": {\"text\": \"md5\"}",
            "\"ruleId\": \"weak-hash\", \"baselineState\": \"absent\", \"message\": {\"text\": \"md5\"}",
        );
    let seen = look(&compared, "expect: [new == 1, warnings == 0]").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = look(REPORT, "expect: new == 0").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
}

#[tokio::test]
async fn a_level_may_come_from_the_invocation_and_an_extension() {
    let text = r#"{"version": "2.1.0", "runs": [{
     "tool": {"driver": {"name": "CodeQL"}, "extensions": [{"name": "pack", "rules": [{"id": "js/xss", "defaultConfiguration": {"level": "error"}}]}]},
     "invocations": [{"executionSuccessful": true, "ruleConfigurationOverrides": [{"descriptor": {"id": "quiet"}, "configuration": {"level": "error"}}]}],
     "results": [
      {"rule": {"id": "js/xss", "index": 0, "toolComponent": {"index": 0}}, "message": {"text": "a"}},
      {"ruleId": "js/xss/1", "message": {"text": "b"}},
      {"ruleId": "quiet", "provenance": {"invocationIndex": 0}, "message": {"text": "c"}}
     ]}]}"#;
    let seen = look(text, "expect: [errors == 3, findings == 3]").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn a_report_of_nothing_is_never_green() {
    let with = |run: &str| format!(r#"{{"version": "2.1.0", "runs": [{run}]}}"#);
    for (what, text, verdict) in [
        (
            "looked and found nothing",
            with(r#"{"tool": {"driver": {"name": "a"}}, "results": []}"#),
            Verdict::Pass,
        ),
        ("no run", with(""), Verdict::Inconclusive),
        (
            "did not look",
            with(r#"{"tool": {"driver": {"name": "a"}}}"#),
            Verdict::Inconclusive,
        ),
        (
            "broke",
            with(
                r#"{"tool": {"driver": {"name": "a"}}, "results": [], "invocations": [{"executionSuccessful": false}]}"#,
            ),
            Verdict::Inconclusive,
        ),
        (
            "elsewhere",
            with(
                r#"{"tool": {"driver": {"name": "a"}}, "results": [], "externalPropertyFileReferences": {"results": [{"itemCount": 3}]}}"#,
            ),
            Verdict::Inconclusive,
        ),
        (
            "old",
            r#"{"version": "2.0.0", "runs": []}"#.to_owned(),
            Verdict::Inconclusive,
        ),
        (
            "cut",
            REPORT.split_at(500).0.to_owned(),
            Verdict::Inconclusive,
        ),
        ("empty", String::new(), Verdict::Inconclusive),
        ("other JSON", "{}".to_owned(), Verdict::Inconclusive),
    ] {
        let seen = look(&text, "expect: errors == 0").await;
        assert_eq!(seen.verdict, verdict, "{what}: {seen:#?}");
    }
}
