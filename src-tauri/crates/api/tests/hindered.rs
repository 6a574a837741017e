//! What cannot run leaves no result and takes no word back; what is weak is said before anybody signs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::PathBuf;
use std::sync::Arc;

use countersign_api::wire::checklist::NewRun;
use countersign_api::wire::item::{ItemView, StatusChange};
use countersign_api::wire::people::PersonEntry;
use countersign_api::wire::probe::ProbeSelection;
use countersign_api::{App, AppOptions, KeyFile, LookedAt, ProbeContext, StatedDecision, Together};

const TEXT: &str = "# Hub\n\n## Preparation\n\
    - [ ] Reports are there <!-- probe: http url=${REPORTS} expect=\"status == 200\" -->\n\
    - [ ] Changes are told <!-- probe: file path=CHANGELOG.md expect=\"exists\" -->\n\
    - [ ] Health answers <!-- probe: htpp url=https://hub.example.com -->\n\
    - [ ] Error rate < 0.1%\n\
    - [ ] Runbook is read\n\
    - [ ] Team is told\n\n\
    ## Sign-off\n\
    - [ ] QA Lead: _______________\n";

struct Bench {
    folder: tempfile::TempDir,
    app: Arc<App>,
    run: String,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(&AppOptions {
            store: folder.path().join("store"),
            keychain: false,
        })
        .unwrap();
        let path = folder.path().join("hub.md");
        std::fs::write(&path, TEXT).unwrap();
        let source = path.display().to_string();
        let proposal = app.checklist_preview(&source, false).unwrap().proposal;
        let made = app.run_create(NewRun {
            release: "1.0.0".to_owned(),
            environment: String::new(),
            ..proposal
        });
        Self {
            folder,
            run: made.unwrap().head.run,
            app,
        }
    }

    fn item(&self, number: &str) -> ItemView {
        let items = self.app.run_view(&self.run).unwrap().items;
        items
            .into_iter()
            .find(|item| item.number == number)
            .unwrap()
    }

    fn tick(&self, items: &[&str]) -> Vec<String> {
        let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
        let done = self.app.item_status(&self.run, &items, status("done"));
        done.unwrap().undo
    }

    fn probe(&self, selection: &ProbeSelection) -> Vec<(String, String)> {
        let context = ProbeContext {
            approve_passive: true,
            ..ProbeContext::default()
        };
        let done = self.app.probe_run_here(&self.run, selection, &[], &context);
        let said = done.unwrap().into_iter();
        said.map(|one| (one.number, one.result.verdict)).collect()
    }
}

fn status(word: &str) -> StatusChange {
    StatusChange {
        status: word.to_owned(),
        reason: String::new(),
        until: String::new(),
        performed_by: String::new(),
        performed_at: String::new(),
    }
}

#[test]
fn what_cannot_run_is_said_before_and_leaves_no_result_of_many() {
    let bench = Bench::new();
    let plan = bench
        .app
        .probe_plan(&bench.run, ProbeSelection::Due)
        .unwrap();
    let why: Vec<&str> = plan
        .entries
        .iter()
        .map(|entry| entry.problem.as_deref().unwrap())
        .collect();
    assert!(why[0].contains("REPORTS"), "{why:?}");
    assert!(why[1].contains("no repository"), "{why:?}");
    assert!(
        why[2].contains("cannot be read") && why[2].contains("http"),
        "the hint stands beside it: {why:?}"
    );
    assert_eq!(plan.unapproved, 0, "nothing of it can be approved");

    let said = bench.probe(&ProbeSelection::Due);
    assert_eq!(
        said,
        [("1.1.1", "inconclusive"), ("1.1.2", "skipped")]
            .map(|(number, verdict)| (number.to_owned(), verdict.to_owned()))
    );
    for number in ["1.1.1", "1.1.2"] {
        assert_eq!(bench.item(number).probes[0].verdict, None, "{number}");
    }
}

#[test]
fn a_tick_stands_where_nothing_was_measured() {
    let bench = Bench::new();
    bench.tick(&["1.1.1", "1.1.2"]);
    let items = ["1.1.1", "1.1.2"].map(str::to_owned).to_vec();
    bench.probe(&ProbeSelection::Items { items });
    for (number, verdict) in [("1.1.1", "inconclusive"), ("1.1.2", "skipped")] {
        let item = bench.item(number);
        assert_eq!(item.probes[0].verdict.as_deref(), Some(verdict));
        assert_eq!((item.status.as_str(), item.resolved), ("done", true));
    }
}

#[test]
fn what_was_ticked_together_is_undone_together() {
    let bench = Bench::new();
    let undo = bench.tick(&["1.1.4", "1.1.5", "1.1.6"]);
    assert_eq!(undo.len(), 3);
    bench.app.undo(&bench.run, &undo).unwrap();
    for number in ["1.1.4", "1.1.5", "1.1.6"] {
        assert_eq!(bench.item(number).status, "open", "{number}");
    }
    let again = bench.app.undo(&bench.run, &undo);
    assert_eq!(again.unwrap_err().code, "cannot-undo");
}

#[test]
fn a_value_against_the_limit_makes_nothing_done() {
    let bench = Bench::new();
    let together = |word: &str, value: &str| Together {
        status: status(word),
        value: Some(value.to_owned()),
        evidence: Vec::<PathBuf>::new(),
        note: String::new(),
    };
    let set = |word, value| {
        bench
            .app
            .item_set(&bench.run, "1.1.4", &together(word, value))
    };
    assert_eq!(set("done", "99999").unwrap_err().code, "out-of-range");
    assert!(bench.item("1.1.4").value.is_none(), "nothing of it is kept");
    // What was measured may be entered; to call it done afterwards needs a reason, and is weak.
    bench.app.item_value(&bench.run, "1.1.4", "0.3").unwrap();
    let items = ["1.1.4".to_owned()];
    let plain = bench.app.item_status(&bench.run, &items, status("done"));
    assert_eq!(plain.unwrap_err().code, "reason-needed");
    let reason = "one replica was restarted".to_owned();
    let why = StatusChange {
        reason,
        ..status("done")
    };
    bench.app.item_status(&bench.run, &items, why).unwrap();
    let point = bench.app.point_view(&bench.run, "acceptance").unwrap();
    let look = point
        .look_at
        .iter()
        .find(|look| look.item == bench.item("1.1.4").id);
    assert!(look.unwrap().why.contains("against the limit"), "{look:?}");
    set("done", "0.05").unwrap();
}

#[test]
fn a_signer_is_shown_what_is_weak() {
    let bench = Bench::new();
    bench.tick(&["1.1.3", "1.1.5"]);
    let point = bench.app.point_view(&bench.run, "acceptance").unwrap();
    let plan = bench.app.sign_plan(&bench.run, "acceptance").unwrap();
    let shown: Vec<&str> = point
        .look_at
        .iter()
        .map(|look| look.title.as_str())
        .collect();
    assert_eq!(shown, ["1.1.3 Health answers"]);
    assert_eq!(plan.weak.len(), 1, "the command line says the same");
    let report = bench.app.report_markdown(&bench.run).unwrap();
    assert!(report.contains(&plan.weak[0].why), "so does the report");
    let head = bench.app.run_view(&bench.run).unwrap().head;
    assert!(
        head.attention
            .iter()
            .all(|line| line.title != "Health answers"),
        "it is done"
    );
}

#[test]
fn a_key_goes_to_the_person_of_its_name_who_has_none() {
    let bench = Bench::new();
    bench
        .app
        .person_save(PersonEntry {
            id: String::new(),
            name: "Rita Sova".to_owned(),
            principal: "rita@example.com".to_owned(),
            roles: Vec::new(),
            me: false,
            public_key: String::new(),
        })
        .unwrap();
    for (file, people) in [("rita_key", 1), ("second_key", 2)] {
        let path = bench.folder.path().join(file);
        countersign_api::create_key(&path, "correct horse", "rita").unwrap();
        let point = bench.app.point_view(&bench.run, "acceptance").unwrap();
        let key = KeyFile {
            name: "Rita Sova",
            path: &path,
            passphrase: "correct horse",
        };
        let decision = StatedDecision {
            point: "acceptance",
            role: "QA Lead",
            decision: "reject",
            reason: "too early",
            conditions: &[],
            record: &point.record,
            looked: &LookedAt::Unsaid,
        };
        bench
            .app
            .sign_with_file(&bench.run, &decision, &key)
            .unwrap();
        let known = bench.app.people_list().unwrap();
        assert_eq!(known.len(), people, "{known:?}");
        assert_eq!(known[0].principal, "rita@example.com");
        assert!(known.iter().all(|person| !person.fingerprint.is_empty()));
    }
}

#[test]
fn an_open_item_whose_probe_cannot_be_read_needs_attention() {
    let bench = Bench::new();
    let head = bench.app.run_view(&bench.run).unwrap().head;
    let line = head
        .attention
        .iter()
        .find(|line| line.title == "Health answers");
    assert_eq!(line.unwrap().line, "its probe cannot be read");
    let problem = bench.item("1.1.3").probes[0].problem.clone().unwrap();
    assert!(problem.contains("http"), "{problem}");
}
