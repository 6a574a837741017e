//! Probes with and without a run, against a server of the test's own.

use crate::bench::{Bench, Said, Server, nothing_listening};

/// One probe that passes, one that fails, one that measures nothing, one that nothing answers.
const CHECKLIST: &str = "# Four answers\n\n## Pre-deployment\n\
    - [ ] It is up <!-- probe: http url=${URL}/health expect=\"status == 200\" -->\n\
    - [ ] It is new <!-- probe: http url=${URL}/health expect=\"json($.version) == '9.9.9'\" -->\n\
    - [ ] It is fast <!-- probe: http url=${URL}/health expect=\"json($.p95, ms) < 200ms\" -->\n\
    - [ ] It is there <!-- probe: http url=${GONE}/health expect=\"status == 200\" -->\n";

fn verdicts(said: &Said) -> Vec<String> {
    let outcomes = said.json()["outcomes"].as_array().unwrap().clone();
    let verdict =
        |outcome: &serde_json::Value| outcome["result"]["verdict"].as_str().unwrap().to_owned();
    outcomes.iter().map(verdict).collect()
}

fn variables(server: &Server) -> [String; 4] {
    [
        "--var".to_owned(),
        format!("URL={}", server.url),
        "--var".to_owned(),
        format!("GONE={}", nothing_listening()),
    ]
}

fn with(head: &[&str], variables: &[String; 4], tail: &[&str]) -> Vec<String> {
    let words = |part: &[&str]| {
        part.iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    [words(head), variables.to_vec(), words(tail)].concat()
}

#[test]
fn a_plan_shows_hashes_and_runs_nothing() {
    let (bench, server) = (Bench::new(), Server::start());
    let file = bench.file("four.md", CHECKLIST);
    let said = bench.ask(with(&["probe", &file], &variables(&server), &["--plan"]));
    let plan = said.ok();
    let entries = plan["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 4);
    for entry in entries {
        assert_eq!(entry["hash"].as_str().unwrap().len(), 64, "{entry}");
        assert_eq!(entry["approved"], false);
    }
    assert!(
        entries[0]["lines"].to_string().contains(&server.url),
        "{plan:#}"
    );
    assert_eq!(server.asked(), 0);
    assert!(!bench.path("store").exists());
}

#[test]
fn what_nobody_approved_is_skipped_and_never_good_news() {
    let (bench, server) = (Bench::new(), Server::start());
    let file = bench.file("four.md", CHECKLIST);
    let said = bench.ask(with(&["probe", &file], &variables(&server), &[]));
    assert_eq!(verdicts(&said), ["skipped"; 4]);
    assert_eq!(said.code, 1);
    assert_eq!(server.asked(), 0);
}

#[test]
fn green_red_and_nothing_measured_are_three_answers() {
    let (bench, server) = (Bench::new(), Server::start());
    let file = bench.file("four.md", CHECKLIST);
    let junit = bench.path("results.xml").display().to_string();
    let only_looking = ["--approve-passive", "--junit", &junit];
    let said = bench.ask(with(&["probe", &file], &variables(&server), &only_looking));
    assert_eq!(said.code, 1, "{}", said.err);
    assert_eq!(verdicts(&said), ["pass", "fail", "inconclusive", "fail"]);
    let xml = std::fs::read_to_string(&junit).unwrap();
    for part in ["tests=\"4\"", "failures=\"2\"", "errors=\"1\"", "It is new"] {
        assert!(xml.contains(part), "{part}: {xml}");
    }
    let up = with(
        &["probe", &file, "--item", "1.1.1"],
        &variables(&server),
        &["--approve-passive"],
    );
    assert_eq!(bench.ask(up).code, 0);
}

#[test]
fn an_approval_is_for_exactly_one_plan() {
    let (bench, server) = (Bench::new(), Server::start());
    let file = bench.file("four.md", CHECKLIST);
    let given = variables(&server);
    let plan = bench.ask(with(&["probe", &file], &given, &["--plan"])).ok();
    let hash = plan["entries"][0]["hash"].as_str().unwrap();
    let list = bench.file(
        "approved.txt",
        format!("# reviewed today\n{hash} it is up\n"),
    );
    let said = bench.ask(with(&["probe", &file], &given, &["--approve-file", &list]));
    // The first three send the same request; what is expected of its answer needs no approval.
    assert_eq!(verdicts(&said), ["pass", "fail", "inconclusive", "skipped"]);
    // Another address is another plan.
    let other = Server::start();
    let moved = with(&["probe", &file], &variables(&other), &["--approve", hash]);
    assert_eq!(verdicts(&bench.ask(moved)), ["skipped"; 4]);
    assert_eq!(other.asked(), 0);
}

#[test]
fn results_of_a_run_are_kept() {
    let (bench, server) = (Bench::new(), Server::start());
    let file = bench.file("four.md", CHECKLIST);
    let run = bench.start(&file);
    let given = variables(&server);
    let said = bench.ask(with(&["run", "probe", &run], &given, &[]));
    assert_eq!(verdicts(&said), ["skipped"; 4]);
    assert_eq!(server.asked(), 0);
    let all = ["--only", "all", "--approve-passive"];
    let said = bench.ask(with(&["run", "probe", &run], &given, &all));
    assert_eq!(said.code, 1, "{}", said.err);
    assert_eq!(verdicts(&said), ["pass", "fail", "inconclusive", "fail"]);
    let view = bench.ask(["run", "show", &run]).ok();
    let tiles: Vec<&str> = view["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["tile"].as_str().unwrap())
        .collect();
    assert_eq!(tiles, ["verified", "failed", "inconclusive", "failed"]);
    let again = bench.ask(with(
        &["run", "probe", &run],
        &given,
        &["--only", "failing"],
    ));
    assert_eq!(
        verdicts(&again),
        ["fail", "inconclusive", "fail"],
        "approvals of this store hold"
    );
}

#[test]
fn a_secret_comes_from_the_environment_and_is_shown_nowhere() {
    let (bench, server) = (Bench::new(), Server::start());
    let file = bench.file(
        "secret.md",
        "# S\n\n## P\n- [ ] Up\n  ```yaml probe\n  probe: http\n  url: ${URL}/health\n  \
         bearer: ${secret:TOKEN}\n  expect: status == 200\n  ```\n",
    );
    let url = format!("URL={}", server.url);
    let call = |approve: &str| {
        let mut command = bench.command();
        command.env("CI_TOKEN", "s3cret-of-the-test");
        command.args(["--json", "probe", &file, "--var", &url]);
        command.args(["--secret", "TOKEN=CI_TOKEN", approve]);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let (plan, results) = (call("--plan"), call("--approve-passive"));
    assert!(
        plan.contains("TOKEN") && results.contains("\"pass\""),
        "{plan}{results}"
    );
    assert!(!plan.contains("s3cret") && !results.contains("s3cret"));
    let unset = bench.ask([
        "probe",
        &file,
        "--var",
        &url,
        "--secret",
        "TOKEN=NO_SUCH_VARIABLE",
    ]);
    assert_eq!(
        (unset.code, &unset.json()["error"]["code"]),
        (2, &"secret-missing".into())
    );
}

#[test]
fn a_variable_may_hold_in_one_environment_alone() {
    let bench = Bench::new();
    let file = bench.file(
        "two.md",
        "# T\n\n## P\n- [ ] Here <!-- probe: tcp host=${HOST} port=1 -->\n\
         - [ ] There <!-- probe: tcp host=${HOST} port=1 env=staging -->\n",
    );
    let plan = bench.ask([
        "probe",
        &file,
        "--plan",
        "--var",
        "HOST=127.0.0.1",
        "--var",
        "staging:HOST=127.0.0.2",
    ]);
    let plan = plan.ok();
    let hosts = |at: usize| plan["entries"][at]["hosts"][0].as_str().map(str::to_owned);
    assert_eq!(hosts(0).as_deref(), Some("127.0.0.1:1"));
    assert_eq!(hosts(1).as_deref(), Some("127.0.0.2:1"));
}
