//! Watches, a run beside an earlier one, and a section's probes, from the command line.

use crate::bench::{Bench, Server, nothing_listening};

fn checklist(server: &Server) -> String {
    format!(
        "# Two phases\n\n## Preparation\n\
         - [ ] It stays up <!-- probe: http url={up}/health watch=5s every=1s min_coverage=1% expect=\"status == 200\" -->\n\
         - [ ] It is there <!-- probe: http url={gone}/health watch=1h expect=\"status == 200\" -->\n\
         - [ ] It is up <!-- probe: http url={up}/health expect=\"status == 200\" -->\n\n\
         ### Readiness\n\
         - [ ] It is ready <!-- probe: http url={up}/health expect=\"status == 200\" -->\n",
        up = server.url,
        gone = nothing_listening(),
    )
}

#[test]
fn a_watch_stays_in_the_foreground_and_its_exit_says_how_it_ended() {
    let (bench, server) = (Bench::new(), Server::start());
    let run = bench.start(&bench.file("two.md", checklist(&server)));
    let refused = bench.ask(["run", "watch", &run, "1.1.1"]);
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert_eq!(refused.json()["error"]["code"], "not-approved");
    assert_eq!(server.asked(), 0);
    let plan = bench.ask(["run", "watch", &run, "1.1.1", "--plan"]).ok();
    let lines = plan["entries"][0]["lines"].to_string();
    assert!(lines.contains("watched for 5s, once every 1s"), "{lines}");
    let good = bench
        .ask(["run", "watch", &run, "1.1.1", "--approve-passive"])
        .ok();
    assert_eq!(good["item"]["status"], "done", "{good:#}");
    assert_eq!(good["watch"]["going"], false);
    assert!(!good["watch"]["samples"].as_array().unwrap().is_empty());
    let bad = bench.ask(["run", "watch", &run, "1.1.2", "--approve-passive"]);
    assert_eq!(bad.code, 1, "{}", bad.err);
    assert_eq!(bad.json()["item"]["status"], "failed");
    let over = bench.ask(["run", "watch", &run, "1.1.2", "--stop", "enough"]);
    assert_eq!(over.json()["error"]["code"], "not-watched");
}

#[test]
fn a_section_is_run_by_its_title_or_number_and_a_phase_as_a_whole() {
    let (bench, server) = (Bench::new(), Server::start());
    let run = bench.start(&bench.file("two.md", checklist(&server)));
    let numbers = |section: &str| {
        let said = bench.ask([
            "run",
            "probe",
            &run,
            "--section",
            section,
            "--approve-passive",
        ]);
        let outcomes = said.ok()["outcomes"].as_array().unwrap().clone();
        let number = |one: &serde_json::Value| one["number"].as_str().unwrap().to_owned();
        outcomes.iter().map(number).collect::<Vec<_>>()
    };
    assert_eq!(numbers("readiness"), ["1.2.1"]);
    assert_eq!(numbers("1.2"), ["1.2.1"]);
    assert_eq!(numbers("Preparation"), ["1.1.3", "1.2.1"]);
    let unknown = bench.ask(["run", "probe", &run, "--section", "nowhere"]);
    assert_eq!(unknown.code, 2);
}

#[test]
fn a_run_is_compared_with_the_one_that_is_named() {
    let (bench, server) = (Bench::new(), Server::start());
    let file = bench.file("two.md", checklist(&server));
    let (first, second) = (bench.start(&file), bench.start(&file));
    for command in ["compare", "carry"] {
        let none = bench.ask(["run", command, &second]);
        assert_eq!(none.code, 1, "{}", none.err);
    }
    bench.ask(["run", "set", &first, "1.1.3", "done"]).ok();
    let broken = ["run", "set", &second, "1.1.3", "failed", "--reason", "down"];
    bench.ask(broken).ok();
    let found = bench.ask(["run", "compare", &second, "--with", &first]);
    assert_eq!(found.code, 1);
    let item = &found.json()["items"][0];
    assert_eq!(
        (&item["number"], &item["change"]),
        (&"1.1.3".into(), &"regressed".into())
    );
    assert_eq!(item["then"]["tile"], "done");
    assert_eq!(item["now"]["tile"], "failed");
    let text = bench.say(["run", "compare", &first, "--with", &second]);
    assert_eq!(text.code, 0, "{}", text.err);
    assert!(text.out.contains("1 fixed"), "{}", text.out);
}
