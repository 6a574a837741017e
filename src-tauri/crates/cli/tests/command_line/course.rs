//! How a run goes on: attempts, the way back, what is filled in, the next release.

use crate::bench::Bench;

#[test]
fn a_new_attempt_follows_one_that_ended() {
    let bench = Bench::new();
    let run = bench.start("bundled:hamsaya.md");
    let early = bench.ask(["run", "attempt", &run, "new"]);
    assert_eq!(
        (early.code, &early.json()["error"]["code"]),
        (1, &"attempt-not-ended".into())
    );
    bench.ask(["run", "attempt", &run, "start"]).ok();
    bench
        .ask([
            "run",
            "attempt",
            &run,
            "aborted",
            "--reason",
            "the window is over",
        ])
        .ok();
    let next = bench
        .ask(["run", "attempt", &run, "new", "--reason", "tomorrow"])
        .ok();
    assert_eq!(next["attempt"]["number"], 2);
    assert_eq!(next["attempt"]["state"], "preparing");
}

#[test]
fn the_way_back_is_rehearsed_and_used() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    let dormant = bench.ask(["run", "set", &run, "7.2.1", "done"]);
    assert_eq!(
        (dormant.code, &dormant.json()["error"]["code"]),
        (1, &"rollback-dormant".into())
    );
    let rehearsal = bench.ask(["run", "rollback", &run, "rehearse"]).ok();
    assert_eq!(rehearsal["rollback"]["state"], "rehearsal");
    let unsaid = bench.ask(["run", "rollback", &run, "cancel"]);
    assert_eq!(
        (unsaid.code, &unsaid.json()["error"]["code"]),
        (2, &"reason-needed".into())
    );
    bench.ask(["run", "rollback", &run, "close"]).ok();
    let active = bench
        .ask([
            "run",
            "rollback",
            &run,
            "activate",
            "--reason",
            "error rate 4 %",
        ])
        .ok();
    assert_eq!(active["rollback"]["state"], "active");
    bench.ask(["run", "set", &run, "7.2.1", "done"]).ok();
}

#[test]
fn what_a_run_knows_is_filled_in() {
    let bench = Bench::new();
    let run = bench.start("bundled:hamsaya.md");
    let all = bench.ask(["run", "field", &run]).ok();
    assert_eq!(all["contacts"].as_array().unwrap().len(), 4);
    let contact = all["contacts"][0]["id"].as_str().unwrap().to_owned();
    let filled = bench
        .ask([
            "run",
            "field",
            &run,
            &contact,
            "Olena Koval, +380 44 000 00 00",
        ])
        .ok();
    assert_eq!(
        filled["contacts"][0]["value"],
        "Olena Koval, +380 44 000 00 00"
    );
    let unknown = bench.ask(["run", "field", &run, "nothing", "x"]);
    assert_eq!(
        (unknown.code, &unknown.json()["error"]["code"]),
        (2, &"unknown-field".into())
    );

    let view = bench.ask(["run", "show", &run]).ok();
    let asked = view["criteria"].as_array().unwrap().iter();
    let asked = asked.filter(|one| one["state"] == "asked").count();
    let unbound = view["criteria"][0]["id"].as_str().unwrap().to_owned();
    let answered = bench.ask(["run", "criterion", &run, &unbound, "yes"]).ok();
    let left = answered["criteria"].as_array().unwrap().iter();
    assert_eq!(
        left.filter(|one| one["state"] == "asked").count(),
        asked - 1
    );

    let condition = view["particulars"]["conditions"][0]["id"].as_str().unwrap();
    let unsaid = bench.ask(["run", "condition", &run, condition, "no"]);
    assert_eq!(
        (unsaid.code, &unsaid.json()["error"]["code"]),
        (2, &"reason-needed".into())
    );
    bench
        .ask([
            "run",
            "condition",
            &run,
            condition,
            "no",
            "--reason",
            "not in this release",
        ])
        .ok();

    let roles = bench
        .ask([
            "run",
            "roles",
            &run,
            "--point",
            "go-no-go",
            "QA Lead",
            "Product Owner",
        ])
        .ok();
    assert_eq!(roles["points"][0]["roles"].as_array().unwrap().len(), 2);
    let head = bench
        .ask([
            "run",
            "hand-over",
            &run,
            "--to",
            "Olena Koval",
            "--note",
            "back on Monday",
        ])
        .ok();
    assert_eq!(head["owner"], "Olena Koval");
    let head = bench
        .ask([
            "run",
            "change",
            &run,
            "--release",
            "2.4.1",
            "--deploy-at",
            "2026-12-01T18:00[Europe/Kyiv]",
        ])
        .ok();
    assert_eq!(head["release"], "2.4.1");
    assert_eq!(head["deploy"]["text"], "Tue 1 Dec 2026, 18:00 EET");
    let nothing = bench.ask(["run", "change", &run]);
    assert_eq!(
        (nothing.code, &nothing.json()["error"]["code"]),
        (2, &"usage".into())
    );
}

#[test]
fn the_next_release_starts_from_the_last() {
    let bench = Bench::new();
    let run = bench.start("bundled:bakhmach.md");
    let said = bench.say(["run", "duplicate", &run, "--release", "2.5.0"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let next = said.out.trim();
    let view = bench.ask(["run", "show", next]).ok();
    assert_eq!(view["head"]["release"], "2.5.0");
    assert_eq!(view["head"]["environment"], "production");
    bench.ask(["run", "archive", &run]).ok();
    let group = |run: &str| {
        let list = bench.ask(["run", "list"]).ok();
        let rows = list["runs"].as_array().unwrap().clone();
        let row = rows.into_iter().find(|row| row["run"] == run).unwrap();
        row["group"].as_str().unwrap().to_owned()
    };
    assert_eq!(group(&run), "archived");
    bench.ask(["run", "archive", &run, "--back"]).ok();
    assert_eq!(group(&run), "inProgress");
}
