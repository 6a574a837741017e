//! What people do to items, and taking it back.

use serde_json::Value;

use crate::bench::Bench;

fn item(bench: &Bench, run: &str, number: &str) -> Value {
    let view = bench.ask(["run", "show", run]).ok();
    let items = view["items"].as_array().unwrap().clone();
    items
        .into_iter()
        .find(|item| item["number"] == number)
        .unwrap()
}

fn history(bench: &Bench, run: &str) -> Vec<Value> {
    let said = bench.ask(["run", "history", run, "--limit", "1000"]).ok();
    said["history"].as_array().unwrap().clone()
}

#[test]
fn a_status_with_its_proof_is_one_write_or_none() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    let before = history(&bench, &run).len();
    let log = bench.file("canary.log", "7 %\n");
    let refused = bench.ask([
        "run",
        "set",
        &run,
        "3.3.2",
        "done",
        "--value",
        "25",
        "--evidence",
        &log,
        "--note",
        "gone",
    ]);
    assert_eq!(refused.json()["error"]["code"], "out-of-range");
    let missing = bench.ask([
        "run",
        "set",
        &run,
        "3.3.2",
        "done",
        "--value",
        "7",
        "--evidence",
        "/no/such/file",
    ]);
    assert_eq!(
        (missing.code, &missing.json()["error"]["code"]),
        (2, &"file-not-found".into())
    );
    assert_eq!(history(&bench, &run).len(), before, "nothing was written");

    let said = bench
        .ask([
            "run",
            "set",
            &run,
            "3.3.2",
            "done",
            "--value",
            "7.5 %",
            "--evidence",
            &log,
            "--note",
            "seen on **two** nodes",
            "--performed-by",
            "Olena Koval",
        ])
        .ok();
    let set = &said["item"];
    assert_eq!(set["status"], "done");
    assert_eq!(set["value"], "7.5 %");
    assert_eq!(set["evidence"][0]["name"], "canary.log");
    assert_eq!(set["evidence"][0]["act"]["performedBy"], "Olena Koval");
    assert_eq!(set["notes"][0]["text"], "seen on **two** nodes");
    assert_eq!(history(&bench, &run).len(), before + 4);
}

#[test]
fn a_waiver_is_accepted_by_somebody_else() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    let nothing = bench.ask(["run", "accept", &run, "1.1.4"]);
    assert_eq!(
        (nothing.code, &nothing.json()["error"]["code"]),
        (1, &"nothing-proposed".into())
    );
    bench
        .ask([
            "run",
            "set",
            &run,
            "1.1.4",
            "waived",
            "--reason",
            "moves to 2.5.0",
        ])
        .ok();
    bench
        .ask(["--as", "Dana Kravets", "run", "set", &run, "1.1.5", "done"])
        .ok();
    let own = bench.ask(["run", "accept", &run, "1.1.4"]);
    assert_eq!(
        (own.code, &own.json()["error"]["code"]),
        (1, &"may-not-accept".into())
    );
    let accepted = bench
        .ask([
            "--as",
            "Dana Kravets",
            "run",
            "accept",
            &run,
            "1.1.4",
            "--reason",
            "agreed",
        ])
        .ok();
    assert_eq!(accepted["item"]["status"], "waived");
    assert_eq!(
        accepted["item"]["proposals"][0]["decided"]["who"],
        "Dana Kravets"
    );

    bench
        .ask(["run", "set", &run, "1.1.6", "waived", "--reason", "no time"])
        .ok();
    let declined = bench
        .ask([
            "--as",
            "Dana Kravets",
            "run",
            "decline",
            &run,
            "1.1.6",
            "--reason",
            "there is",
        ])
        .ok();
    assert_eq!(declined["item"]["status"], "open");
    assert_eq!(declined["item"]["proposals"][0]["state"], "declined");
}

#[test]
fn what_was_done_last_is_taken_back() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    bench.ask(["run", "set", &run, "1.1.5", "done"]).ok();
    bench.ask(["run", "set", &run, "1.2.3", "done"]).ok();
    bench
        .ask(["--as", "Dana Kravets", "run", "set", &run, "1.2.4", "done"])
        .ok();
    let last = bench.ask(["run", "undo", &run]).ok();
    assert!(
        last["undone"]["itemTitle"]
            .as_str()
            .unwrap()
            .starts_with("1.2.3 "),
        "only what the same person did: {last}"
    );
    assert_eq!(item(&bench, &run, "1.2.3")["status"], "open");
    assert_eq!(item(&bench, &run, "1.2.4")["status"], "done");
    bench.ask(["run", "undo", &run, "--item", "1.1.5"]).ok();
    assert_eq!(item(&bench, &run, "1.1.5")["status"], "open");
    let again = bench.ask(["run", "undo", &run, "--item", "1.1.5"]);
    assert_eq!(
        (again.code, &again.json()["error"]["code"]),
        (1, &"nothing-to-undo".into())
    );
}

#[test]
fn items_are_given_to_people_and_dated() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    let given = bench
        .ask([
            "run",
            "assign",
            &run,
            "1.1.1",
            "1.1.2",
            "--to",
            "Olena Koval",
        ])
        .ok();
    assert_eq!(given["items"].as_array().unwrap().len(), 2);
    assert_eq!(item(&bench, &run, "1.1.2")["assignee"], "Olena Koval");
    bench.ask(["run", "assign", &run, "1.1.1", "--nobody"]).ok();
    assert_eq!(item(&bench, &run, "1.1.1")["assignee"], Value::Null);
    let due = bench
        .ask(["run", "due", &run, "1.1.1", "2026-11-24T18:00[Europe/Kyiv]"])
        .ok();
    assert_eq!(due["item"]["due"]["at"], "2026-11-24T16:00:00.000Z");
    bench
        .ask(["run", "note", &run, "1.1.1", "ask *Petro*"])
        .ok();
    let log = bench.file("pytest.log", "ok\n");
    bench.ask(["run", "attach", &run, "1.1.1", &log]).ok();
    let seen = item(&bench, &run, "1.1.1");
    assert_eq!(seen["status"], "open");
    assert_eq!(seen["notes"][0]["text"], "ask *Petro*");
    assert_eq!(seen["evidence"][0]["name"], "pytest.log");
}

#[test]
fn the_ledger_says_who() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    let who = |said: &Value| said["item"]["act"]["who"].as_str().unwrap().to_owned();
    let set = ["--json", "run", "set", &run, "1.1.5"];
    let account = bench.command().args(set).arg("done").output().unwrap();
    let account: Value = serde_json::from_slice(&account.stdout).unwrap();
    assert_eq!(who(&account), "Taras Bondar", "the account's name");

    let config = bench.file("gitconfig", "[user]\n\tname = Iryna Shevchuk\n");
    let mut git = bench.command();
    git.env("GIT_CONFIG_GLOBAL", &config);
    let of_git = git.args(set).arg("in-progress").output().unwrap();
    let of_git: Value = serde_json::from_slice(&of_git.stdout).unwrap();
    assert_eq!(who(&of_git), "Iryna Shevchuk", "git's name counts more");

    let mut named = bench.command();
    named.env("GIT_CONFIG_GLOBAL", &config);
    let named = named
        .args(["--as", "Dana Kravets"])
        .args(set)
        .arg("done")
        .output()
        .unwrap();
    let named: Value = serde_json::from_slice(&named.stdout).unwrap();
    assert_eq!(
        who(&named),
        "Dana Kravets",
        "what the call says counts most"
    );

    let mut nobody = bench.command();
    for name in ["USER", "USERNAME", "LOGNAME"] {
        nobody.env_remove(name);
    }
    let nobody = nobody.args(set).arg("open").output().unwrap();
    assert_eq!(nobody.status.code(), Some(2));
    let nobody: Value = serde_json::from_slice(&nobody.stdout).unwrap();
    assert_eq!(nobody["error"]["code"], "nobody-named");
    assert!(
        nobody["error"]["hint"]
            .as_str()
            .unwrap()
            .contains("--as NAME")
    );

    let mut looking = bench.command();
    for name in ["USER", "USERNAME", "LOGNAME"] {
        looking.env_remove(name);
    }
    let looked = looking.args(["run", "show", &run]).output().unwrap();
    assert_eq!(
        looked.status.code(),
        Some(0),
        "who only looks need not be named"
    );
}
