//! The main job through the use cases: start a run of each seed, work, sign, go stale, come back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::sync::Arc;

use countersign_api::wire::checklist::{AcceptedSuggestion, NewRun};
use countersign_api::wire::item::{StatusChange, Tile};
use countersign_api::wire::people::PersonEntry;
use countersign_api::wire::report::ExportFormat;
use countersign_api::wire::run::RunView;
use countersign_api::wire::signoff::Decision;
use countersign_api::{App, AppOptions};

const BAKHMACH: &str = "bundled:bakhmach.md";
const HAMSAYA: &str = "bundled:hamsaya.md";

fn app(folder: &tempfile::TempDir) -> Arc<App> {
    App::open(&AppOptions {
        store: folder.path().join("store"),
        keychain: false,
    })
    .unwrap()
}

fn start(app: &App, source: &str) -> RunView {
    let proposal = app.checklist_preview(source, false).unwrap().proposal;
    app.run_create(NewRun {
        release: "2.4.0".to_owned(),
        environment: "production".to_owned(),
        deploy_at: "2026-11-24T18:00".to_owned(),
        zone: "Europe/Kyiv".to_owned(),
        ..proposal
    })
    .unwrap()
}

fn change(status: &str, reason: &str) -> StatusChange {
    StatusChange {
        status: status.to_owned(),
        reason: reason.to_owned(),
        until: String::new(),
        performed_by: String::new(),
        performed_at: String::new(),
    }
}

fn covered_items(app: &App, run: &RunView, stage: &str) -> Vec<String> {
    let view = app.run_view(&run.head.run).unwrap();
    view.items
        .iter()
        .filter(|item| item.track == "work" && item.stage == stage && !item.resolved)
        .map(|item| item.id.clone())
        .collect()
}

fn person(app: &App, name: &str, me: bool) -> String {
    let people = app
        .person_save(PersonEntry {
            id: String::new(),
            name: name.to_owned(),
            principal: String::new(),
            roles: Vec::new(),
            me,
            public_key: String::new(),
        })
        .unwrap();
    let id = people
        .into_iter()
        .find(|person| person.name == name)
        .unwrap()
        .id;
    app.key_create(&id, "correct horse").unwrap();
    id
}

fn decide(app: &App, run: &str, role: &str, person: &str) -> Decision {
    let point = app.point_view(run, "go-no-go").unwrap();
    Decision {
        point: "go-no-go".to_owned(),
        role: role.to_owned(),
        decision: "approve".to_owned(),
        reason: String::new(),
        conditions: Vec::new(),
        person: person.to_owned(),
        record: point.record,
        looked: point.count,
    }
}

#[test]
fn both_seeds_start_with_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder);
    let bakhmach = start(&app, BAKHMACH);
    assert_eq!(bakhmach.head.total, 115);
    assert_eq!(
        bakhmach
            .items
            .iter()
            .filter(|item| item.track != "work")
            .count(),
        14
    );
    assert_eq!(bakhmach.head.points[0].roles.len(), 5);
    let hamsaya = start(&app, HAMSAYA);
    assert_eq!(hamsaya.head.total, 124);
    assert_eq!(hamsaya.criteria.len(), 6);
    assert_eq!(hamsaya.particulars.contacts.len(), 4);
    assert_eq!(hamsaya.particulars.resources.len(), 4);
    assert_eq!(
        hamsaya.head.deploy.as_ref().unwrap().text,
        "Tue 24 Nov 2026, 18:00 EET"
    );
    assert_eq!(app.run_list().unwrap().len(), 2);
}

#[test]
fn a_reason_is_asked_where_somebody_must_understand_later() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder);
    let run = start(&app, BAKHMACH);
    let item = run.items[0].id.clone();
    let refused = app.item_status(
        &run.head.run,
        std::slice::from_ref(&item),
        change("failed", ""),
    );
    assert_eq!(refused.unwrap_err().code, "reason-needed");
    let patch = app
        .item_status(
            &run.head.run,
            std::slice::from_ref(&item),
            change("failed", "flaky"),
        )
        .unwrap();
    let changed = patch.items.iter().find(|view| view.id == item).unwrap();
    assert_eq!(changed.tile, Tile::Failed);
    assert_eq!(patch.items.len(), 1);
    let undone = app.undo(&run.head.run, &patch.undo).unwrap();
    assert_eq!(undone.items[0].tile, Tile::Open);
}

#[test]
fn what_changed_is_told_once_and_never_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let window = app(&folder);
    let run = start(&window, BAKHMACH);
    let id = &run.head.run;
    let (first, second) = (run.items[4].id.clone(), run.items[9].id.clone());

    // Another process writes, and a look at the sign-off sees it before the window was told.
    app(&folder)
        .item_status(id, std::slice::from_ref(&first), change("done", ""))
        .unwrap();
    window.point_view(id, "go-no-go").unwrap();
    let patch = window
        .item_status(id, std::slice::from_ref(&second), change("done", ""))
        .unwrap();
    let told: Vec<&str> = patch.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(told, [first.as_str(), second.as_str()]);

    // A write counts once: a newer revision without its items would make the window drop them.
    let again = window.run_refresh(id, patch.revision).unwrap();
    assert_eq!(again.revision, patch.revision);
    assert!(again.items.is_empty());
}

#[test]
fn a_value_is_checked_against_its_range() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder);
    let run = start(&app, BAKHMACH);
    let canary = run
        .items
        .iter()
        .find(|item| item.text.contains("Canary"))
        .unwrap();
    let refused = app.item_value(&run.head.run, &canary.id, "25").unwrap_err();
    assert_eq!(refused.code, "out-of-range");
    let patch = app.item_value(&run.head.run, &canary.id, "7.5 %").unwrap();
    assert_eq!(patch.items[0].value.as_deref(), Some("7.5 %"));
}

#[test]
fn a_signature_goes_stale_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder);
    let run = start(&app, BAKHMACH);
    let id = run.head.run.clone();
    let taras = person(&app, "Taras Bondar", true);
    let refused = app.sign(
        &id,
        decide(&app, &id, "Engineering Lead", &taras),
        "correct horse",
    );
    assert_eq!(refused.unwrap_err().code, "not-ready");

    let prepare = covered_items(&app, &run, "prepare");
    app.item_status(&id, &prepare, change("done", "")).unwrap();
    let wrong = app.sign(&id, decide(&app, &id, "Engineering Lead", &taras), "wrong");
    assert_eq!(wrong.unwrap_err().code, "wrong-passphrase");
    app.sign(
        &id,
        decide(&app, &id, "Engineering Lead", &taras),
        "correct horse",
    )
    .unwrap();
    let state = |role: &str| {
        let point = app.point_view(&id, "go-no-go").unwrap();
        point
            .roles
            .into_iter()
            .find(|card| card.role == role)
            .unwrap()
    };
    assert_eq!(state("Engineering Lead").state, "current");

    let failed = app
        .item_status(&id, &prepare[..1], change("failed", "broken build"))
        .unwrap();
    let stale = state("Engineering Lead");
    assert_eq!(stale.state, "stale");
    assert!(!stale.signature.unwrap().differences.is_empty());
    app.undo(&id, &failed.undo).unwrap();
    assert_eq!(state("Engineering Lead").state, "current");
    app.item_note(&id, &prepare[0], "A note changes no signature.")
        .unwrap();
    assert_eq!(state("Engineering Lead").state, "current");

    // The same key may not count for a second role.
    app.sign(&id, decide(&app, &id, "QA Lead", &taras), "correct horse")
        .unwrap();
    assert!(state("QA Lead").why.contains("same key"));

    // Everything is there again after a restart.
    drop(app);
    let again = App::open(&AppOptions {
        store: folder.path().join("store"),
        keychain: false,
    })
    .unwrap();
    let point = again.point_view(&id, "go-no-go").unwrap();
    assert_eq!(
        point
            .roles
            .iter()
            .filter(|card| card.state == "current")
            .count(),
        2
    );
}

#[test]
fn a_waiver_waits_for_another_person() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder);
    let run = start(&app, BAKHMACH);
    let id = run.head.run.clone();
    person(&app, "Taras Bondar", true);
    let item = run.items[3].id.clone();
    app.item_status(
        &id,
        std::slice::from_ref(&item),
        change("waived", "not needed for a patch"),
    )
    .unwrap();
    let other = person(&app, "Olena Koval", false);
    app.person_save(PersonEntry {
        id: other,
        name: "Olena Koval".to_owned(),
        principal: String::new(),
        roles: Vec::new(),
        me: true,
        public_key: String::new(),
    })
    .unwrap();
    let view = app.run_view(&id).unwrap();
    let waived = view.items.iter().find(|view| view.id == item).unwrap();
    assert_eq!(waived.tile, Tile::Open);
    let proposal = waived.proposals.last().unwrap();
    assert!(proposal.may_accept, "{:?}", proposal.why_not);
    let patch = app.proposal_decide(&id, &proposal.event, true, "").unwrap();
    assert_eq!(patch.items[0].tile, Tile::Waived);
}

#[test]
fn exports_are_whole_and_the_checklist_keeps_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder);
    let run = start(&app, HAMSAYA);
    let id = run.head.run.clone();
    let done: Vec<String> = run
        .items
        .iter()
        .take(3)
        .map(|item| item.id.clone())
        .collect();
    app.item_status(&id, &done, change("done", "")).unwrap();
    let path = folder.path().join("back.md");
    app.export(&id, ExportFormat::WriteBack, &path).unwrap();
    let back = std::fs::read_to_string(&path).unwrap();
    let original = include_str!("../../../../checklists/hamsaya.md");
    assert_eq!(back.replace("[x]", "[ ]"), original);
    assert_eq!(back.matches("[x]").count(), 3);
    let markdown = folder.path().join("report.md");
    app.export(&id, ExportFormat::Markdown, &markdown).unwrap();
    assert!(
        std::fs::read_to_string(&markdown)
            .unwrap()
            .contains("<!-- countersign-report:1 -->")
    );
    let pdf = folder.path().join("report.pdf");
    let written = app.export(&id, ExportFormat::Pdf, &pdf).unwrap();
    assert!(std::fs::read(&pdf).unwrap().starts_with(b"%PDF-") && written.size > 10_000);
    let nowhere = folder.path().join("missing").join("report.md");
    assert_eq!(
        app.export(&id, ExportFormat::Markdown, &nowhere)
            .unwrap_err()
            .code,
        "file-not-found"
    );
}

#[test]
fn a_rollback_has_a_clock_and_its_steps() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder);
    let run = start(&app, BAKHMACH);
    let id = run.head.run.clone();
    let step = run
        .items
        .iter()
        .find(|item| item.track == "rollback")
        .unwrap()
        .id
        .clone();
    let dormant = app.item_status(&id, std::slice::from_ref(&step), change("done", ""));
    assert_eq!(dormant.unwrap_err().code, "rollback-dormant");
    let active = app.rollback_activate(&id, false, "error rate 4 %").unwrap();
    assert_eq!(active.rollback.state, "active");
    let patch = app.item_status(&id, &[step], change("done", "")).unwrap();
    assert_eq!(patch.rollback.resolved, 1);
    let closed = app.rollback_close(&id).unwrap();
    assert_eq!(closed.rollback.state, "dormant");
    assert_eq!(closed.rollback.earlier.len(), 1);
}

#[test]
fn the_sample_is_signed_and_released() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder);
    app.make_sample().unwrap();
    let rows = app.run_list().unwrap();
    assert!(rows[0].sample);
    let view = app.run_view(&rows[0].run).unwrap();
    assert_eq!(view.head.outcome, "released");
    for point in &view.head.points {
        assert_eq!(point.verdict, "go", "{}: {:?}", point.title, point.roles);
    }
}

#[test]
fn another_process_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let window = app(&folder);
    let run = start(&window, BAKHMACH);
    let before = window.run_view(&run.head.run).unwrap();
    let command_line = app(&folder);
    let item = run.items[0].id.clone();
    command_line
        .item_status(&run.head.run, &[item], change("done", ""))
        .unwrap();
    let patch = window.run_refresh(&run.head.run, before.revision).unwrap();
    assert_eq!(patch.items.len(), 1);
    assert_eq!(patch.items[0].tile, Tile::Done);
}

#[test]
fn accepted_suggestions_add_only_their_own_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder);
    let text = include_str!("../../../../tests/ref/seeds/bakhmach.md");
    for into in ["markdown", "sidecar"] {
        let path = folder.path().join(format!("{into}.md"));
        std::fs::write(&path, text).unwrap();
        let source = path.display().to_string();
        let preview = app.checklist_preview(&source, false).unwrap();
        let wanted: Vec<_> = preview
            .suggestions
            .iter()
            .filter(|found| found.item.is_some())
            .take(3)
            .map(|found| AcceptedSuggestion {
                suggestion: found.clone(),
                item: found.item.clone().unwrap(),
                filled: Vec::new(),
            })
            .collect();
        assert!(!wanted.is_empty());
        let after = app.suggestion_accept(&source, &wanted, into).unwrap();
        let probes = after
            .items
            .iter()
            .map(|item| item.probes.len())
            .sum::<usize>();
        assert_eq!(probes, wanted.len(), "{into}");
        assert_eq!(after.probes_into, into);
        let now = std::fs::read_to_string(&path).unwrap();
        match into {
            "sidecar" => assert_eq!(now, text),
            _ => assert!(now.len() > text.len() && now.lines().count() >= text.lines().count()),
        }
    }
    let bundled = app
        .suggestion_accept(BAKHMACH, &[], "markdown")
        .unwrap_err();
    assert_eq!(bundled.code, "checklist-is-bundled");
}

/// Answers every request with 200 and returns what was asked, head by head.
fn listener() -> (String, std::sync::mpsc::Receiver<String>) {
    use std::io::{Read, Write};
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", server.local_addr().unwrap());
    let (heard, hears) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in server.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 4096];
            let length = stream.read(&mut head).unwrap_or(0);
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            if heard
                .send(String::from_utf8_lossy(&head[..length]).into_owned())
                .is_err()
            {
                return;
            }
        }
    });
    (address, hears)
}

#[test]
fn a_secret_goes_only_where_its_environment_points() {
    use countersign_api::wire::environment::EnvironmentView;
    use countersign_api::wire::probe::ProbeSelection;
    use countersign_api::wire::run::Variable;
    let folder = tempfile::tempdir().unwrap();
    let app = app(&folder);
    let mut heard = Vec::new();
    for name in ["staging", "production"] {
        let (address, hears) = listener();
        let environment = EnvironmentView {
            name: name.to_owned(),
            variables: vec![Variable {
                name: "API".to_owned(),
                value: address,
            }],
            secrets: Vec::new(),
            load_hosts: Vec::new(),
        };
        app.environment_save(environment, "").unwrap();
        app.secret_set(name, "TOKEN", &format!("token-of-{name}"))
            .unwrap();
        heard.push((name, hears));
    }
    let probe = |env: &str| {
        format!(
            "<!-- probe: http url=${{API}}/{env} bearer=${{secret:TOKEN}} env={env} expect=\"status == 200\" -->"
        )
    };
    let text = format!(
        "# Two\n\n## Checks\n- [ ] One {}\n- [ ] Other {}\n",
        probe("staging"),
        probe("production")
    );
    let path = folder.path().join("two.md");
    std::fs::write(&path, text).unwrap();
    let run = start(&app, &path.display().to_string());
    let context = countersign_api::ProbeContext {
        approve_passive: true,
        ..Default::default()
    };
    let done = app
        .probe_run_here(&run.head.run, &ProbeSelection::All, &[], &context)
        .unwrap();
    assert!(
        done.iter().all(|outcome| outcome.result.verdict == "pass") && done.len() == 2,
        "{done:?}"
    );
    for (name, hears) in heard {
        let asked = hears
            .recv_timeout(std::time::Duration::from_secs(5))
            .unwrap();
        assert!(
            asked.contains(&format!("token-of-{name}")),
            "{name} was sent {asked}"
        );
    }
}
