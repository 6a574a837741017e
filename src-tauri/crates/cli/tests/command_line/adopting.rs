//! A running run goes on with a new version of its checklist.

use crate::bench::Bench;

const OLD: &str = "# Hub\n## Prepare\n- [ ] Tests pass\n- [ ] Error rate below one percent\n";
const NEW: &str = "# Hub\n## Prepare\n- [ ] Licences read\n- [ ] Tests pass\n- [ ] Error rate below two percent\n";

#[test]
fn a_new_version_is_shown_paired_and_adopted() {
    let bench = Bench::new();
    let file = bench.file("hub.md", OLD);
    let run = bench.say(["run", "new", &file]).out.trim().to_owned();
    bench.ask(["run", "set", &run, "1.1.2", "done"]).ok();
    bench.file("hub.md", NEW);

    let plan = bench.ask(["run", "adopt", &run, &file, "--plan"]).ok();
    assert_eq!(plan["text"], "1 item added, 1 changed");
    assert_eq!(
        (&plan["undecided"], &plan["unchanged"]),
        (&1.into(), &1.into())
    );
    let said = bench.ask(["run", "adopt", &run, &file]);
    assert_eq!(said.code, 1);
    assert_eq!(said.json()["error"]["code"], "pairing-undecided");
    let said = bench.ask(["run", "adopt", &run, &file, "--pair", "1.1.2=9.9"]);
    assert_eq!(
        (said.code, &said.json()["error"]["code"]),
        (2, &"unknown-item".into())
    );

    let adopted = bench
        .ask([
            "run",
            "adopt",
            &run,
            &file,
            "--pair",
            "1.1.2=1.1.3",
            "--reason",
            "agreed",
        ])
        .ok();
    assert_eq!(adopted["adopted"]["rows"].as_array().unwrap().len(), 2);
    let view = bench.ask(["run", "show", &run]).ok();
    let statuses: Vec<&str> = view["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["open", "open", "done"]);
    let said = bench.ask(["run", "adopt", &run, &file]);
    assert_eq!(
        (said.code, &said.json()["error"]["code"]),
        (1, &"already-adopted".into())
    );
}

#[test]
fn yes_takes_the_likeliest_for_what_is_not_said() {
    let bench = Bench::new();
    let file = bench.file("hub.md", OLD);
    let run = bench.say(["run", "new", &file]).out.trim().to_owned();
    bench.ask(["run", "set", &run, "1.1.2", "done"]).ok();
    let newer = bench.file("hub-2.md", NEW);
    bench.ask(["--yes", "run", "adopt", &run, &newer]).ok();
    let view = bench.ask(["run", "show", &run]).ok();
    assert_eq!(view["items"][2]["status"], "done");
}
