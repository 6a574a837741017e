//! Probes edited from a run, and suggestions completed: only their own bytes are written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::PathBuf;
use std::sync::Arc;

use countersign_api::wire::adoption::Adoption;
use countersign_api::wire::checklist::{AcceptedSuggestion, SuggestionView};
use countersign_api::wire::editing::ProbeDraft;
use countersign_api::wire::environment::EnvironmentView;
use countersign_api::wire::run::{RunView, Variable};
use countersign_api::{App, AppOptions};

const TEXT: &str = "# Hub\n## Checks\n- [ ] Certificate <!-- probe: tls host=${API_HOST} expect=\"chain_ok\" -->\n- [ ] Broken <!-- probe: htp url=https://localhost -->\n- [ ] Logs read\n";

struct Bench {
    folder: tempfile::TempDir,
    app: Arc<App>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(&AppOptions {
            store: folder.path().join("store"),
            keychain: false,
        })
        .unwrap();
        Self { folder, app }
    }

    fn file(&self, text: &str) -> PathBuf {
        let path = self.folder.path().join("hub.md");
        std::fs::write(&path, text).unwrap();
        path
    }

    fn run(&self, source: &str) -> RunView {
        let proposal = self.app.checklist_preview(source, false).unwrap().proposal;
        self.app.run_create(proposal).unwrap()
    }

    fn adopt(&self, run: &str) {
        let plan = self.app.adoption_plan(run, "", &[]).unwrap();
        let adoption = Adoption {
            source: String::new(),
            version: plan.version,
            pairs: Vec::new(),
            reason: String::new(),
        };
        self.app.checklist_adopt(run, &adoption).unwrap();
    }
}

fn draft(item: &str, probe: &str, line: u32, yaml: &str) -> ProbeDraft {
    ProbeDraft {
        item: item.to_owned(),
        probe: probe.to_owned(),
        line,
        yaml: yaml.to_owned(),
        into: "markdown".to_owned(),
        environment: "staging".to_owned(),
    }
}

#[test]
fn a_probe_is_edited_where_it_stands_and_the_run_adopts_it() {
    let bench = Bench::new();
    let file = bench.file(TEXT);
    let view = bench.run(&file.display().to_string());
    let (run, hash) = (
        view.head.run.as_str(),
        view.items[0].probes[0].hash.as_str(),
    );
    bench
        .app
        .environment_save(
            EnvironmentView {
                name: "staging".to_owned(),
                variables: vec![Variable {
                    name: "API_HOST".to_owned(),
                    value: "hub.example.org".to_owned(),
                }],
                secrets: Vec::new(),
                load_hosts: Vec::new(),
            },
            "",
        )
        .unwrap();
    let text = bench.app.probe_text(run, "certificate", hash, 0).unwrap();
    assert_eq!(
        text.yaml,
        "probe: tls\nhost: ${API_HOST}\nexpect: chain_ok\n"
    );
    assert_eq!(
        (text.placement.as_str(), text.line, text.bundled),
        ("comment", 3, false)
    );
    assert!(text.environments.contains(&"staging".to_owned()));

    let newer = text.yaml.replace("chain_ok", "chain_ok, valid_for > 21d");
    let check = bench
        .app
        .probe_check(run, &draft("certificate", hash, 0, &newer))
        .unwrap();
    assert!(check.findings.is_empty(), "{:?}", check.findings);
    assert_eq!(check.plan.entries[0].hosts, ["hub.example.org:443"]);
    let elsewhere = ProbeDraft {
        environment: "nowhere".to_owned(),
        ..draft("certificate", hash, 0, &newer)
    };
    let check = bench.app.probe_check(run, &elsewhere).unwrap();
    assert!(check.plan.entries[0].problem.is_some() && check.plan.missing[0].name == "API_HOST");
    let wrong = newer.replace("valid_for", "valid_fro");
    let check = bench
        .app
        .probe_check(run, &draft("certificate", hash, 0, &wrong))
        .unwrap();
    assert_eq!(
        (check.findings[0].line, check.plan.entries.len()),
        (Some(3), 0)
    );
    assert!(check.findings[0].hint.is_some());
    let refused = bench
        .app
        .probe_save(run, &draft("certificate", hash, 0, &wrong))
        .unwrap_err();
    assert_eq!(refused.place.as_deref(), Some("hub.md, line 3"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), TEXT);

    bench
        .app
        .probe_save(run, &draft("certificate", hash, 0, &newer))
        .unwrap();
    let written = TEXT.replace(
        "expect=\"chain_ok\"",
        "expect=\"chain_ok, valid_for > 21d\"",
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written);
    let plan = bench.app.adoption_plan(run, "", &[]).unwrap();
    assert_eq!((plan.text.as_str(), plan.undecided), ("1 item changed", 0));
    // The run is pinned to the old probe until it adopts the new one.
    assert_eq!(
        bench.app.run_view(run).unwrap().items[0].probes[0].hash,
        hash
    );
    let gone = bench
        .app
        .probe_text(run, "certificate", hash, 0)
        .unwrap_err();
    assert_eq!(gone.code, "probe-not-there");
    bench.adopt(run);
    let probe = &bench.app.run_view(run).unwrap().items[0].probes[0];
    assert_ne!(probe.hash, hash);
    assert!(
        bench
            .app
            .probe_text(run, "certificate", &probe.hash, 0)
            .is_ok()
    );
}

#[test]
fn a_probe_that_cannot_be_read_is_mended() {
    let bench = Bench::new();
    let file = bench.file(TEXT);
    let view = bench.run(&file.display().to_string());
    let run = view.head.run.as_str();
    let broken = &view.items[1].probes[0];
    assert_eq!(
        (broken.state.as_str(), broken.hash.as_str()),
        ("broken", "")
    );
    let text = bench
        .app
        .probe_text(run, "broken", "", broken.line)
        .unwrap();
    let yaml = text.yaml.replace("htp", "http");
    bench
        .app
        .probe_save(run, &draft("broken", "", broken.line, &yaml))
        .unwrap();
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        TEXT.replace("htp", "http")
    );
}

#[test]
fn a_new_probe_goes_where_it_is_wanted_and_the_choice_is_remembered() {
    let bench = Bench::new();
    let file = bench.file(TEXT);
    let view = bench.run(&file.display().to_string());
    let run = view.head.run.as_str();
    let text = bench.app.probe_text(run, "logs-read", "", 0).unwrap();
    assert_eq!((text.yaml.as_str(), text.into.as_str()), ("", "markdown"));
    let beside = ProbeDraft {
        into: "sidecar".to_owned(),
        ..draft(
            "logs-read",
            "",
            0,
            "probe: command\nrun: make logs\nexpect: exit == 0\n",
        )
    };
    bench.app.probe_save(run, &beside).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), TEXT);
    let sidecar = std::fs::read_to_string(file.with_extension("countersign.yaml")).unwrap();
    assert_eq!(
        sidecar,
        "probes:\n  \"logs-read\":\n    probe: command\n    run: make logs\n    expect: exit == 0\n"
    );
    assert_eq!(
        bench.app.probe_text(run, "broken", "", 0).unwrap().into,
        "sidecar"
    );
    bench.adopt(run);
    let item = bench.app.run_view(run).unwrap().items[2].clone();
    let text = bench
        .app
        .probe_text(run, "logs-read", &item.probes[0].hash, 0)
        .unwrap();
    assert_eq!(
        (text.placement.as_str(), text.file.as_str()),
        ("sidecar", "hub.countersign.yaml")
    );
    let check = bench.app.probe_check(
        run,
        &draft(
            "logs-read",
            "",
            0,
            "probe: tcp\nhost: a\nport: 1\nneeds: nobody\n",
        ),
    );
    assert_eq!(check.unwrap().findings[0].code, "probe-unknown-id");
}

#[test]
fn a_bundled_checklist_is_edited_in_a_copy() {
    let bench = Bench::new();
    let view = bench.run("bundled:bakhmach.md");
    let run = view.head.run.as_str();
    let item = view
        .items
        .iter()
        .find(|item| item.probes.is_empty())
        .unwrap();
    let new = draft(&item.id, "", 0, "probe: tcp\nhost: localhost\nport: 1\n");
    assert_eq!(
        bench.app.probe_save(run, &new).unwrap_err().code,
        "checklist-is-bundled"
    );
    let path = bench.folder.path().join("copy.md").display().to_string();
    bench.app.checklist_copy(run, "", &path).unwrap();
    assert_eq!(bench.app.checklist_change(run).unwrap(), None);
    bench.app.probe_save(run, &new).unwrap();
    assert_eq!(
        bench.app.checklist_change(run).unwrap().unwrap().text,
        "1 item changed"
    );
}

#[test]
fn a_suggestion_is_completed_with_what_a_person_fills_in_and_nothing_else() {
    let bench = Bench::new();
    let seed = include_str!("../../../../tests/ref/seeds/bakhmach.md");
    let file = bench.file(seed);
    let source = file.display().to_string();
    let preview = bench.app.checklist_preview(&source, false).unwrap();
    let suggested = |wanted: &dyn Fn(&SuggestionView) -> bool| {
        preview
            .suggestions
            .iter()
            .find(|one| wanted(one))
            .unwrap()
            .clone()
    };
    let blank = suggested(&|one| one.item.is_some() && one.blanks.len() == 1);
    let fence = suggested(&|one| one.item.is_none());
    let accept = |suggestion: &SuggestionView, item: &str, value: &str| {
        let filled = Variable {
            name: suggestion.blanks.first().cloned().unwrap_or_default(),
            value: value.to_owned(),
        };
        let accepted = AcceptedSuggestion {
            suggestion: suggestion.clone(),
            item: item.to_owned(),
            filled: vec![filled],
        };
        bench
            .app
            .suggestion_accept(&source, &[accepted], "markdown")
    };
    let item = blank.item.clone().unwrap();
    for value in ["a b", "a\" expect=\"connected", "a --> b", "a\nb: c"] {
        let refused = accept(&blank, &item, value).unwrap_err();
        assert!(
            matches!(
                refused.code.as_str(),
                "blank-cannot-hold" | "probe-not-in-comment"
            ),
            "{value:?}: {}",
            refused.code
        );
    }
    assert_eq!(
        accept(&fence, "", "").unwrap_err().code,
        "suggestion-has-no-item"
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), seed);

    let after = accept(&blank, &item, "hub.example.org").unwrap();
    let probed = after.items.iter().find(|one| one.id == item).unwrap();
    let written = &probed.probes[0].source;
    assert!(
        written.contains("hub.example.org") && !written.contains("${"),
        "{written}"
    );
    let fence = after
        .suggestions
        .iter()
        .find(|one| one.item.is_none())
        .unwrap()
        .clone();
    let free = after
        .items
        .iter()
        .find(|one| one.probes.is_empty())
        .unwrap();
    let after = accept(&fence, &free.id, "").unwrap();
    let probed = after.items.iter().find(|one| one.id == free.id).unwrap();
    assert_eq!(probed.probes.len(), 1);
}
