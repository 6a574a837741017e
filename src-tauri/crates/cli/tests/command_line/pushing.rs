//! Results of outside systems, pushed into a run.

use crate::bench::Bench;

const CHECKLIST: &str = "# Three systems\n\n## Pre-deployment\n\
    - [ ] End-to-end testing completed <!-- probe: push from=\"nightly e2e\" expect=\"verdict == pass, failed == 0\" -->\n\
    - [ ] Load test completed <!-- probe: push id=fast expect=\"p95 < ${LIMIT}\" --> <!-- probe: push id=steady expect=\"verdict == pass\" -->\n\
    - [ ] Somebody looked\n";

fn item(bench: &Bench, run: &str, number: &str) -> serde_json::Value {
    let view = bench.ask(["run", "show", run]).ok();
    let items = view["items"].as_array().unwrap().clone();
    items
        .into_iter()
        .find(|item| item["number"] == number)
        .unwrap()
}

#[test]
fn a_pushed_result_closes_its_item_and_a_worse_one_opens_it() {
    let bench = Bench::new();
    let run = bench.start(&bench.file("three.md", CHECKLIST));
    let waiting = item(&bench, &run, "1.1.1");
    assert_eq!(waiting["status"], "open");
    assert_eq!(waiting["probes"][0]["state"], "waiting");
    let push = |tail: &[&str]| {
        let words = [&["push", &run, "1.1.1"], tail].concat();
        bench.ask(words)
    };

    let said = push(&[
        "--verdict",
        "pass",
        "--metric",
        "failed=0",
        "--metric",
        "took=12m",
    ]);
    let outcome = said.ok()["outcomes"][0].clone();
    assert_eq!(outcome["result"]["verdict"], "pass", "{outcome:#}");
    let done = item(&bench, &run, "1.1.1");
    assert_eq!(done["status"], "done", "{done:#}");

    // The conditions judge what was given.
    let said = push(&["--verdict", "pass", "--metric", "failed=2"]);
    assert_eq!(said.code, 1);
    assert_eq!(item(&bench, &run, "1.1.1")["status"], "failed");

    // And they never make it better.
    let said = push(&["--verdict", "fail", "--metric", "failed=0"]);
    assert_eq!(said.json()["outcomes"][0]["result"]["verdict"], "fail");
    let said = push(&["--verdict", "inconclusive", "--metric", "failed=0"]);
    assert_ne!(said.json()["outcomes"][0]["result"]["verdict"], "pass");

    // A metric that is missing is not zero.
    let said = push(&["--verdict", "pass"]);
    assert_eq!(
        said.json()["outcomes"][0]["result"]["verdict"],
        "inconclusive"
    );
    assert_eq!(item(&bench, &run, "1.1.1")["status"], "open");

    // A document says the same, and more.
    let document = bench.file(
        "e2e.json",
        r#"{"verdict": "pass", "metrics": {"failed": 0}, "build": {"number": 812.5}}"#,
    );
    push(&["--file", &document]).ok();
    assert_eq!(item(&bench, &run, "1.1.1")["status"], "done");
}

#[test]
fn what_does_not_belong_is_refused() {
    let bench = Bench::new();
    let run = bench.start(&bench.file("three.md", CHECKLIST));
    let broken = bench.file("broken.json", "{\"verdict\": ");
    for (words, code) in [
        (vec!["1.1.3", "--verdict", "pass"], "no-push-probe"),
        (vec!["1.1.2", "--verdict", "pass"], "which-push-probe"),
        (
            vec!["1.1.2", "--verdict", "pass", "--probe", "other"],
            "no-push-probe",
        ),
        (
            vec!["1.1.2", "--verdict", "pass", "--probe", "fast"],
            "variable-missing",
        ),
        (vec!["1.1.1"], "bad-result"),
        (
            vec!["1.1.1", "--verdict", "pass", "--metric", "p95"],
            "bad-result",
        ),
        (vec!["1.1.1", "--file", &broken], "bad-result"),
        (vec!["9.9", "--verdict", "pass"], "unknown-item"),
    ] {
        let said = bench.ask([vec!["push", &run], words.clone()].concat());
        assert_eq!(said.json()["error"]["code"], code, "{words:?}");
        assert_ne!(said.code, 0);
    }
    bench
        .ask([
            "push",
            &run,
            "1.1.2",
            "--verdict",
            "pass",
            "--probe",
            "steady",
        ])
        .ok();
    // Nothing is run for what waits.
    let said = bench.ask(["run", "probe", &run, "--only", "all", "--approve-passive"]);
    assert!(
        said.out.is_empty() || !said.out.contains("steady"),
        "{}",
        said.out
    );
    assert_eq!(item(&bench, &run, "1.1.2")["probes"][1]["verdict"], "pass");
}
