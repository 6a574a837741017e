//! A run goes on with a new version of its checklist: nothing is taken over unasked, nothing is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::PathBuf;
use std::sync::Arc;

use countersign_api::wire::adoption::{Adoption, AdoptionKind, AdoptionPlan, AdoptionRow, Pairing};
use countersign_api::wire::checklist::NewRun;
use countersign_api::wire::item::StatusChange;
use countersign_api::wire::people::PersonEntry;
use countersign_api::wire::run::RunPatch;
use countersign_api::wire::signoff::Decision;
use countersign_api::{App, AppOptions};

const OLD: &str = "# Hub\n## Prepare\n- [ ] Tests pass\n- [ ] Error rate below one percent\n- [ ] Old backup made\n## Deploy\n- [ ] Canary shifted <!-- probe: tcp host=localhost port=1 -->\n\n## Sign-off\nQA Lead: ____\n";
const NEW: &str = "# Hub\n## Prepare\n- [ ] Licences read\n- [ ] Tests pass\n- [ ] Error rate below two percent\n## Deploy\n- [ ] Canary shifted <!-- probe: tcp host=localhost port=2 -->\n\n## Sign-off\nQA Lead: ____\nSecurity Lead: ____\n";

struct Bench {
    _folder: tempfile::TempDir,
    app: Arc<App>,
    file: PathBuf,
    run: String,
}

impl Bench {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hub.md");
        std::fs::write(&file, text).unwrap();
        let app = App::open(&AppOptions {
            store: folder.path().join("store"),
            keychain: false,
        })
        .unwrap();
        let source = file.display().to_string();
        let proposal = app.checklist_preview(&source, false).unwrap().proposal;
        let run = app.run_create(NewRun { ..proposal }).unwrap().head.run;
        Self {
            _folder: folder,
            app,
            file,
            run,
        }
    }

    fn edit(&self, text: &str) {
        std::fs::write(&self.file, text).unwrap();
    }

    fn done(&self, item: &str) {
        let change = StatusChange {
            status: "done".to_owned(),
            reason: String::new(),
            until: String::new(),
            performed_by: String::new(),
            performed_at: String::new(),
        };
        self.app
            .item_status(&self.run, &[item.to_owned()], change)
            .unwrap();
    }

    fn plan(&self, pairs: &[Pairing]) -> AdoptionPlan {
        self.app.adoption_plan(&self.run, "", pairs).unwrap()
    }

    fn adopt(&self, pairs: &[Pairing]) -> Result<RunPatch, String> {
        let adoption = Adoption {
            source: String::new(),
            version: self.plan(pairs).version,
            pairs: pairs.to_vec(),
            reason: "the team edited it".to_owned(),
        };
        let adopted = self.app.checklist_adopt(&self.run, &adoption);
        adopted.map_err(|problem| problem.code)
    }

    fn status(&self, item: &str) -> Option<String> {
        let view = self.app.run_view(&self.run).unwrap();
        let found = view.items.into_iter().find(|known| known.id == item);
        found.map(|item| item.status)
    }
}

fn pair(from: &str, to: &str) -> Pairing {
    Pairing {
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

fn row<'a>(plan: &'a AdoptionPlan, text: &str) -> &'a AdoptionRow {
    let of = |row: &&AdoptionRow| {
        let item = row.old.as_ref().or(row.new.as_ref());
        item.is_some_and(|item| item.text == text)
    };
    plan.rows.iter().find(of).unwrap()
}

#[test]
fn a_change_is_offered_with_what_it_does_and_only_while_it_differs() {
    let bench = Bench::new(OLD);
    assert_eq!(bench.app.checklist_change(&bench.run).unwrap(), None);
    bench.edit(&OLD.replace("- [ ] Tests", "- [x] Tests"));
    assert_eq!(bench.app.checklist_change(&bench.run).unwrap(), None);
    bench.edit(NEW);
    let change = bench.app.checklist_change(&bench.run).unwrap().unwrap();
    assert_eq!(change.text, "1 item added, 2 changed, 1 gone");
    let plan = bench.plan(&[]);
    assert_eq!((plan.unchanged, plan.undecided, plan.same), (1, 0, false));
    let edited = row(&plan, "Error rate below one percent");
    let parts: Vec<(&str, &str)> = edited
        .text
        .iter()
        .map(|part| (part.kind.as_str(), part.text.as_str()))
        .collect();
    assert_eq!(
        parts,
        [
            ("same", "Error rate below "),
            ("removed", "one"),
            ("added", "two"),
            ("same", " percent")
        ]
    );
    let probed = row(&plan, "Canary shifted");
    assert_eq!(
        (
            probed.probes[0].what.as_str(),
            probed.probes[0].kind.as_str()
        ),
        ("changed", "tcp")
    );
    assert_eq!(plan.also, ["1 role added: Security Lead"]);
    bench.adopt(&[]).unwrap();
    assert_eq!(bench.app.checklist_change(&bench.run).unwrap(), None);
    assert_eq!(bench.adopt(&[]).unwrap_err(), "already-adopted");
    std::fs::remove_file(&bench.file).unwrap();
    assert_eq!(bench.app.checklist_change(&bench.run).unwrap(), None);
}

#[test]
fn what_was_said_goes_on_only_where_the_text_is_the_same_or_a_person_says_so() {
    let bench = Bench::new(OLD);
    for item in [
        "tests-pass",
        "error-rate-below-one-percent",
        "old-backup-made",
    ] {
        bench.done(item);
    }
    bench.edit(NEW);
    let plan = bench.plan(&[]);
    let asked = row(&plan, "Error rate below one percent");
    assert_eq!(
        (asked.kind, asked.word.as_str(), asked.entries),
        (AdoptionKind::Undecided, "Done", 1)
    );
    assert_eq!(asked.candidates, ["error-rate-below-two-percent"]);
    assert_eq!(bench.adopt(&[]).unwrap_err(), "pairing-undecided");
    let same = [pair(
        "error-rate-below-one-percent",
        "error-rate-below-two-percent",
    )];
    bench.adopt(&same).unwrap();
    assert_eq!(bench.status("tests-pass").as_deref(), Some("done"));
    assert_eq!(
        bench.status("error-rate-below-two-percent").as_deref(),
        Some("done")
    );
    assert_eq!(bench.status("licences-read").as_deref(), Some("open"));
    assert_eq!(bench.status("old-backup-made"), None);
}

#[test]
fn an_item_said_to_be_gone_starts_anew_and_its_history_is_kept() {
    let bench = Bench::new(OLD);
    bench.done("error-rate-below-one-percent");
    bench.edit(NEW);
    bench
        .adopt(&[pair("error-rate-below-one-percent", "")])
        .unwrap();
    assert_eq!(
        bench.status("error-rate-below-two-percent").as_deref(),
        Some("open")
    );
    let history = bench.app.run_history(&bench.run, 100).unwrap();
    let kept = history
        .iter()
        .find(|line| line.kind == "item.status")
        .unwrap();
    assert!(kept.gone && kept.item.is_none());
    assert_eq!(
        kept.item_title.as_deref(),
        Some("1.1.2 Error rate below one percent")
    );
    let adopted = history
        .iter()
        .find(|line| line.kind == "checklist.adopted")
        .unwrap();
    assert_eq!(
        adopted.text,
        "adopted a new version of hub.md, 2 items carried on: the team edited it"
    );
    // The old version can be adopted again, like any other file.
    bench.edit(OLD);
    assert_eq!(bench.plan(&[]).text, "1 item added, 2 changed, 1 gone");
}

#[test]
fn what_is_adopted_is_what_was_looked_at() {
    let bench = Bench::new(OLD);
    bench.edit(NEW);
    let adoption = Adoption {
        source: String::new(),
        version: bench.plan(&[]).version,
        pairs: Vec::new(),
        reason: String::new(),
    };
    bench.edit(&NEW.replace("Licences read", "Licences read twice"));
    let refused = bench
        .app
        .checklist_adopt(&bench.run, &adoption)
        .unwrap_err();
    assert_eq!(refused.code, "checklist-changed-again");
    assert_eq!(bench.status("licences-read"), None);
    let both = [
        pair("tests-pass", "licences-read-twice"),
        pair("old-backup-made", "licences-read-twice"),
    ];
    let refused = bench.app.adoption_plan(&bench.run, "", &both).unwrap_err();
    assert_eq!(refused.code, "pairing-contradicts");
}

#[test]
fn another_file_can_be_adopted_and_is_the_runs_own_from_then_on() {
    let bench = Bench::new(OLD);
    let other = bench.file.with_file_name("hub-2.md");
    std::fs::write(&other, NEW).unwrap();
    let source = other.display().to_string();
    let plan = bench.app.adoption_plan(&bench.run, &source, &[]).unwrap();
    let adoption = Adoption {
        source,
        version: plan.version,
        pairs: Vec::new(),
        reason: String::new(),
    };
    bench.app.checklist_adopt(&bench.run, &adoption).unwrap();
    assert_eq!(bench.app.checklist_change(&bench.run).unwrap(), None);
    std::fs::write(&other, OLD).unwrap();
    let change = bench.app.checklist_change(&bench.run).unwrap().unwrap();
    assert_eq!(change.file, "hub-2.md");
}

#[test]
fn corrections_of_the_run_hold_in_the_new_version() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hub.md");
    std::fs::write(&file, OLD).unwrap();
    let app = App::open(&AppOptions {
        store: folder.path().join("store"),
        keychain: false,
    })
    .unwrap();
    let mut wanted = app
        .checklist_preview(&file.display().to_string(), false)
        .unwrap()
        .proposal;
    let section = wanted.stages.first_mut().unwrap();
    section.stage = "review".to_owned();
    let id = section.section.clone();
    wanted.points.retain(|point| point.id == "acceptance");
    wanted.roles = vec!["Owner".to_owned()];
    let run = app.run_create(wanted).unwrap().head.run;
    std::fs::write(&file, NEW).unwrap();
    let plan = app.adoption_plan(&run, "", &[]).unwrap();
    assert!(plan.also.is_empty(), "{:?}", plan.also);
    let adoption = Adoption {
        source: String::new(),
        version: plan.version,
        pairs: Vec::new(),
        reason: String::new(),
    };
    app.checklist_adopt(&run, &adoption).unwrap();
    let view = app.run_view(&run).unwrap();
    let sections = view.phases.iter().flat_map(|phase| &phase.sections);
    assert!(
        sections
            .into_iter()
            .any(|section| section.id == id && section.stage == "review")
    );
    let points: Vec<&str> = view
        .head
        .points
        .iter()
        .map(|point| point.id.as_str())
        .collect();
    assert_eq!(points, ["acceptance"]);
    assert_eq!(view.head.points[0].roles[0].role, "Owner");
}

#[test]
fn an_adoption_makes_every_signature_stale_and_says_so_before() {
    let bench = Bench::new("# Hub\n## Prepare\n- [ ] Tests pass\n\n## Sign-off\nQA Lead: ____\n");
    bench.done("tests-pass");
    let people = bench
        .app
        .person_save(PersonEntry {
            id: String::new(),
            name: "Dana".to_owned(),
            principal: String::new(),
            roles: Vec::new(),
            me: false,
            public_key: String::new(),
        })
        .unwrap();
    let person = people[0].id.clone();
    bench.app.key_create(&person, "correct horse").unwrap();
    let point = bench.app.point_view(&bench.run, "go-no-go").unwrap();
    let decision = Decision {
        point: "go-no-go".to_owned(),
        role: "QA Lead".to_owned(),
        decision: "approve".to_owned(),
        reason: String::new(),
        conditions: Vec::new(),
        person,
        record: point.record,
        looked: point.count,
    };
    bench
        .app
        .sign(&bench.run, decision, "correct horse")
        .unwrap();
    bench.edit(
        "# Hub\n## Prepare\n- [ ] Tests pass\n- [ ] Licences read\n\n## Sign-off\nQA Lead: ____\n",
    );
    assert_eq!(bench.plan(&[]).stale, ["Go/no-go: QA Lead, Dana"]);
    let patch = bench.adopt(&[]).unwrap();
    assert_eq!(patch.head.points[0].roles[0].state, "stale");
    assert!(bench.plan(&[]).stale.is_empty());
}
