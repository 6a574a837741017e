//! A secret is planted in every place that a probe can see, everything is run, shown and exported,
//! and afterwards the secret is found nowhere.

mod pages;
mod places;
mod search;
mod servers;

use countersign_api::wire::environment::EnvironmentView;
use countersign_api::wire::probe::ProbeSelection;
use countersign_api::{App, AppOptions, ProbeContext, Push, is_unseen};
use serde::Serialize;
use serde_json::Value;

use self::places::{Places, Words, beacon, plant};
use self::search::{Trace, folder, forms, pdf};
use crate::bench::{Bench, tool};

const SECRET: &str = "Kd83\"/Wq+&ü<Xv3Lm8PdQ2nB";
const LABEL: &str = "zx9qm4lw7rt2hv8kp3";

/// Places whose open words were found nowhere either, as this was seen when it was written: of them
/// the search proves nothing.
const SILENT: &[&str] = &[
    "s3",
    "origin",
    "exposed",
    "limited",
    "message",
    "reason",
    "dotenv",
    "coverage",
    "changelog",
];

/// Words that would drive a terminal, turn the reading direction around, or hide.
const ODD: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}neerg\u{2066}\u{200b}\u{8}\u{9b}31m\u{2028}";

struct Stage {
    bench: Bench,
    /// The values of TOKEN and LABEL.
    secrets: [&'static str; 2],
    places: Places,
    traces: Vec<Trace>,
}

impl Stage {
    fn set(words: &Words, secrets: [&'static str; 2]) -> Self {
        let bench = Bench::new();
        let folder = bench.path("").display().to_string();
        tool(
            "git",
            &["init".as_ref(), "-q".as_ref(), folder.as_ref()],
            None,
        );
        let places = plant(&bench, words);
        Self {
            bench,
            secrets,
            places,
            traces: Vec::new(),
        }
    }

    /// Calls the command line with the secrets at hand; what it wrote is one more trace.
    fn call(&mut self, words: &[&str]) -> String {
        let mut command = self.bench.command();
        let [token, label] = self.secrets;
        command.env("PLANTED", token).env("PLANTED_LABEL", label);
        command.args(words);
        let output = command.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() < Some(2), "{words:?}: {errors}");
        let place = words.join(" ");
        self.traces
            .push(Trace::new(format!("errors of {place}"), &output.stderr));
        self.traces.push(Trace::new(place, &output.stdout));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Calls it about probes, all of them approved.
    fn probe(&mut self, words: &[&str]) {
        let secrets = [
            "--secret",
            "TOKEN=PLANTED",
            "--secret",
            "LABEL=PLANTED_LABEL",
        ];
        let planned = [&["--json"], words, &secrets, &["--plan"]].concat();
        let plan = self.call(&planned);
        let plan: Value = serde_json::from_str(&plan).unwrap();
        let entries = plan["entries"].as_array().unwrap();
        let hashes: Vec<&str> = entries
            .iter()
            .flat_map(|entry| ["--approve", entry["hash"].as_str().unwrap()])
            .collect();
        for json in [&["--json"][..], &[]] {
            self.call(&[json, words, &secrets, &hashes].concat());
        }
    }

    /// What the window would receive.
    fn window(&mut self, run: &str) {
        let app = App::open(&AppOptions {
            store: self.bench.path("store"),
            keychain: false,
        })
        .unwrap();
        let view = app.run_view(run).unwrap();
        self.see("view", &view);
        self.see("runs", &app.run_list().unwrap());
        self.see("report", &app.report_markdown(run).unwrap());
        for item in &view.items {
            self.see("history", &app.item_history(run, &item.id).unwrap());
            for probe in &item.probes {
                let result = app.probe_result(run, &item.id, &probe.hash);
                self.see("result", &result.unwrap());
            }
        }
    }

    fn see(&mut self, place: &str, seen: &impl Serialize) {
        let bytes = serde_json::to_vec(seen).unwrap();
        let place = format!("the window's {place}");
        self.traces.push(Trace::new(place, bytes));
    }

    /// Everything: with a run and without, as text and as JSON, exported, and as the window sees it.
    fn look(&mut self) {
        let file = self.places.checklist.clone();
        let out = |name: &str| self.bench.path(name).display().to_string();
        let (markdown, pdf_path, junit) = (out("report.md"), out("report.pdf"), out("report.xml"));
        let (record, csv, results) = (out("record.json"), out("report.csv"), out("results.xml"));
        let run = self.bench.start(&file);
        self.probe(&["run", "probe", &run, "--only", "all"]);
        let limited = self.places.names.iter().position(|name| name == "limited");
        let number = format!("1.1.{}", limited.unwrap() + 1);
        self.probe(&["run", "probe", &run, "--item", &number]);
        self.probe(&["probe", &file, "--junit", &results]);
        self.call(&["run", "show", &run]);
        self.call(&["--json", "run", "show", &run]);
        self.call(&["run", "list"]);
        let exported = [
            ("--md", &markdown),
            ("--pdf", &pdf_path),
            ("--junit", &junit),
            ("--record", &record),
            ("--csv", &csv),
        ];
        for (format, path) in exported {
            self.call(&["export", &run, format, path]);
        }
        for path in [&markdown, &junit, &record, &csv, &results] {
            if let Ok(bytes) = std::fs::read(path) {
                self.traces.push(Trace::new(path.as_str(), bytes));
            }
        }
        self.traces.extend(pdf(pdf_path.as_ref()));
        self.window(&run);
        self.traces.extend(folder(&self.bench.path("store")));
    }

    /// The places whose words were seen at all.
    fn unseen(&self) -> Vec<&str> {
        let seen = |name: &str| {
            let beacon = beacon(name);
            self.traces
                .iter()
                .any(|trace| trace.holds(beacon.as_bytes()))
        };
        let names = self.places.names.iter().map(String::as_str);
        names.filter(|name| !seen(name)).collect()
    }
}

#[test]
fn a_secret_that_stands_everywhere_is_found_nowhere() {
    let words = Words {
        free: SECRET.to_owned(),
        plain: LABEL.to_owned(),
    };
    let mut stage = Stage::set(&words, [SECRET, LABEL]);
    stage.look();
    let mut found = Vec::new();
    for secret in [SECRET, LABEL] {
        for (form, bytes) in forms(secret) {
            for trace in stage.traces.iter().filter(|trace| trace.holds(&bytes)) {
                found.push(format!("{form} of {secret} in {}", trace.place));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    // The same search finds what nobody hides.
    assert_eq!(stage.unseen(), SILENT);
}

/// Characters that nobody sees and that a text has no business to hold.
fn unseen(text: &str) -> Option<char> {
    let layout = |c: char| matches!(c, '\n' | '\t' | '\u{c}');
    text.chars().find(|c| is_unseen(*c) && !layout(*c))
}

/// Every text of a JSON document.
fn texts(json: &Value, found: &mut Vec<String>) {
    match json {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(entries) => {
            found.extend(entries.keys().cloned());
            entries.values().for_each(|value| texts(value, found));
        }
        _ => {}
    }
}

#[test]
fn words_that_would_drive_a_terminal_are_written_out_wherever_they_are_shown() {
    let words = Words {
        free: ODD.to_owned(),
        plain: "plainword".to_owned(),
    };
    let mut stage = Stage::set(&words, ["first-unused-secret", "second-unused-secret"]);
    stage.look();
    let mut seen = 0;
    for trace in &stage.traces {
        let shown = match trace.place.as_str() {
            place if place.starts_with("the window's") => {
                let mut found = Vec::new();
                texts(&serde_json::from_str(&trace.text()).unwrap(), &mut found);
                found
            }
            place if place.ends_with(".md") || place.ends_with(".xml") => vec![trace.text()],
            "the PDF's text" => vec![trace.text()],
            place if place.starts_with("run ") || place.starts_with("probe ") => {
                vec![trace.text()]
            }
            place if place.starts_with("errors of ") => vec![trace.text()],
            _ => continue,
        };
        seen += shown.iter().filter(|text| text.contains("neerg")).count();
        for text in shown {
            assert_eq!(unseen(&text), None, "{}: {text:?}", trace.place);
        }
    }
    assert!(seen > 50, "the words were shown {seen} times");
}

#[test]
fn a_secret_is_hidden_also_where_no_probe_asked_for_it() {
    let bench = Bench::new();
    let root = bench.path("").display().to_string();
    tool(
        "git",
        &["init".as_ref(), "-q".as_ref(), root.as_ref()],
        None,
    );
    bench.file("config.txt", format!("{} {SECRET}", beacon("file")));
    let file = bench.file(
        "two.md",
        "# T\n\n## P\n\
         - [ ] Read <!-- probe: file path=config.txt env=production expect=\"text == ok\" -->\n\
         - [ ] Given <!-- probe: push from=rig env=production expect=\"note == ok\" -->\n",
    );
    let app = App::open(&AppOptions {
        store: bench.path("store"),
        keychain: false,
    })
    .unwrap();
    let environment = EnvironmentView {
        name: "production".to_owned(),
        variables: Vec::new(),
        secrets: Vec::new(),
        load_hosts: Vec::new(),
    };
    app.environment_save(environment, "").unwrap();
    app.secret_set("production", "TOKEN", SECRET).unwrap();
    let proposal = app.checklist_preview(&file, false).unwrap().proposal;
    let run = app.run_create(proposal).unwrap().head.run;
    let items = ProbeSelection::Items {
        items: vec!["1.1.1".to_owned()],
    };
    let passive = ProbeContext {
        approve_passive: true,
        ..ProbeContext::default()
    };
    app.probe_run_here(&run, &items, &[], &passive).unwrap();
    let note = format!("{} {SECRET}", beacon("push"));
    let push = Push {
        verdict: "fail".to_owned(),
        metrics: vec![format!("note={note}")],
        document: serde_json::json!({"verdict": "fail", "more": [note]}).to_string(),
        probe: String::new(),
    };
    app.push(&run, "1.1.2", &push).unwrap();
    let mut traces = folder(&bench.path("store"));
    let report = app.report_markdown(&run).unwrap();
    traces.push(Trace::new("the report", report));
    for place in ["file", "push"] {
        let beacon = beacon(place);
        assert!(
            traces.iter().any(|trace| trace.holds(beacon.as_bytes())),
            "{place}"
        );
    }
    for (form, bytes) in forms(SECRET) {
        let trace = traces.iter().find(|trace| trace.holds(&bytes));
        assert!(
            trace.is_none(),
            "{form} in {}",
            trace.map_or("", |trace| trace.place.as_str())
        );
    }
}
