//! Runs: made, listed, shown, changed, by several processes at once.

use crate::bench::Bench;

#[test]
fn a_run_is_made_listed_shown_and_changed() {
    let bench = Bench::new();
    let said = bench.say([
        "run",
        "new",
        "bundled:bakhmach.md",
        "--release",
        "2.4.0",
        "--env",
        "staging",
        "--deploy-at",
        "2026-11-24T18:00[Europe/Kyiv]",
        "--without",
        "if-ui-changed=the screens stay as they are",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    let run = said.out.trim();
    assert_eq!(run.len(), 64, "only the run's id is printed: {}", said.out);

    let list = bench.ask(["run", "list"]).ok();
    assert_eq!(list["runs"][0]["run"], run);
    let view = bench.ask(["run", "show", &run[..8]]).ok();
    assert_eq!(view["head"]["release"], "2.4.0");
    assert_eq!(view["head"]["environment"], "staging");
    assert_eq!(view["head"]["deploy"]["text"], "Tue 24 Nov 2026, 18:00 EET");
    let item = |number: &str| {
        let view = bench.ask(["run", "show", run]).ok();
        let items = view["items"].as_array().unwrap().clone();
        items
            .into_iter()
            .find(|item| item["number"] == number)
            .unwrap()
    };
    assert_eq!(item("9.1.4")["status"], "notApplicable");
    assert_eq!(item("9.1.4")["reason"], "the screens stay as they are");

    let evidence = bench.file("scan.txt", "nothing found\n");
    bench
        .ask([
            "run",
            "set",
            run,
            "1.1.5",
            "done",
            "--evidence",
            &evidence,
            "--performed-by",
            "Olena Koval",
            "--performed-at",
            "2026-11-20T16:10",
        ])
        .ok();
    let done = item("1.1.5");
    assert_eq!(done["status"], "done");
    assert_eq!(done["evidence"][0]["name"], "scan.txt");
    assert_eq!(done["act"]["performedBy"], "Olena Koval");

    let id = item("1.2.3")["id"].as_str().unwrap().to_owned();
    let changed = bench.ask(["run", "set", run, &id, "in-progress"]).ok();
    assert_eq!(changed["item"]["status"], "inProgress");
    let changed = bench
        .ask(["run", "set", run, "3.3.2", "open", "--value", "7.5 %"])
        .ok();
    assert_eq!(changed["item"]["value"], "7.5 %");
    let refused = bench.ask(["run", "set", run, "3.3.2", "open", "--value", "25"]);
    assert_eq!(
        (refused.code, &refused.json()["error"]["code"]),
        (1, &"out-of-range".into())
    );
    let refused = bench.ask(["run", "set", run, "1.2.4", "failed"]);
    assert_eq!(
        (refused.code, &refused.json()["error"]["code"]),
        (2, &"reason-needed".into())
    );

    let page = bench.say(["run", "show", run]).out;
    assert!(page.contains("NOT READY"), "{page}");
    assert!(
        page.contains("1.1.5  done         Security scanning completed"),
        "{page}"
    );
}

#[test]
fn an_attempt_goes_its_way() {
    let bench = Bench::new();
    let run = bench.start("bundled:hamsaya.md");
    let start = bench.ask(["run", "attempt", &run, "start"]).ok();
    assert_eq!(start["attempt"]["state"], "started");
    let again = bench.ask(["run", "attempt", &run, "start"]);
    assert_eq!(
        (again.code, &again.json()["error"]["code"]),
        (1, &"attempt-started".into())
    );
    bench.ask(["run", "attempt", &run, "deployed"]).ok();
    let unsaid = bench.ask(["run", "attempt", &run, "rolled-back"]);
    assert_eq!(unsaid.json()["error"]["code"], "reason-needed");
    let end = bench
        .ask([
            "run",
            "attempt",
            &run,
            "rolled-back",
            "--reason",
            "error rate 4 %",
        ])
        .ok();
    assert_eq!(end["outcome"], "rolledBack");
}

#[test]
fn names_that_nothing_has_are_usage() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    for (arguments, code) in [
        (vec!["run", "show", "ffff"], "unknown-run"),
        (vec!["run", "set", &run, "99.9", "done"], "unknown-item"),
        (vec!["run", "new", "bundled:none.md"], "unknown-checklist"),
        (
            vec!["run", "new", "bundled:bakhmach.md", "--deploy-at", "soon"],
            "not-a-time",
        ),
        (
            vec!["run", "new", "bundled:bakhmach.md", "--without", "none=x"],
            "unknown-condition",
        ),
    ] {
        let said = bench.ask(&arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.err);
        assert_eq!(said.json()["error"]["code"], code, "{arguments:?}");
    }
}

#[test]
fn two_processes_on_one_store_lose_nothing() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    let view = bench.ask(["run", "show", &run]).ok();
    let numbers: Vec<String> = view["items"]
        .as_array()
        .unwrap()
        .iter()
        .take(16)
        .map(|item| item["number"].as_str().unwrap().to_owned())
        .collect();
    let (first, second) = numbers.split_at(8);
    std::thread::scope(|scope| {
        for half in [first, second] {
            let (bench, run) = (&bench, &run);
            scope.spawn(move || {
                for number in half {
                    bench.ask(["run", "set", run, number, "done"]).ok();
                }
            });
        }
    });
    let view = bench.ask(["run", "show", &run]).ok();
    let done = view["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["status"] == "done");
    assert_eq!(done.count(), 16);
}

const SMALL: &str =
    "# Hub\n\n## Preparation\n- [ ] Team is told\n\n## Sign-off\n- [ ] QA Lead: ____\n";

#[test]
fn a_run_that_may_be_signed_says_so_in_its_report() {
    let bench = Bench::new();
    let run = bench.start(&bench.file("hub.md", SMALL));
    let report = bench.path("report.md").display().to_string();
    let word = |status: &str| {
        bench.ask(["run", "set", &run, "1.1.1", status]).ok();
        bench.ask(["export", &run, "--md", &report]).ok();
        let text = std::fs::read_to_string(&report).unwrap();
        (text.contains("NOT READY"), text.contains("READY TO SIGN"))
    };
    assert_eq!(word("done"), (false, true));
    assert_eq!(word("open"), (true, false));
}

#[test]
fn a_checklist_without_items_starts_no_run() {
    let bench = Bench::new();
    let empty = bench.file("empty.md", "# Hub\n\nNothing to do yet.\n");
    let refused = bench.ask(["run", "new", &empty, "--release", "1.0.0"]);
    assert_eq!(
        (refused.code, &refused.json()["error"]["code"]),
        (2, &"nothing-to-do".into())
    );
    assert_eq!(
        bench.ask(["run", "list"]).ok()["runs"],
        serde_json::json!([])
    );
}

#[test]
fn a_store_that_was_named_has_to_be_there() {
    let bench = Bench::new();
    let place = bench.path("typo");
    let folder = place.display().to_string();
    let refused = bench.ask(["--store", &folder, "run", "list"]);
    assert_eq!(
        (refused.code, &refused.json()["error"]["code"]),
        (2, &"no-store".into())
    );
    assert!(!place.exists(), "looking makes nothing");
}
