//! The committed vectors in `tests/ref/ledger`: bytes, ids, folded state, record, statement.
//!
//! They outlive the code: a vector is written once (`cargo test -p countersign-core --test ledger -- --ignored`
//! writes only files that do not exist) and has to pass for ever.

use std::path::PathBuf;

use countersign_core::canon;
use countersign_core::ledger::record::Record;
use countersign_core::ledger::signoff::draft;
use countersign_core::ledger::*;
use serde_json::Value;

use crate::every_kind;
use crate::laptops::*;
use crate::signing::intent;

pub fn reference(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/ref/ledger")
        .join(name)
}

fn read(name: &str) -> Vec<u8> {
    let path = reference(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lines(name: &str) -> Vec<String> {
    String::from_utf8(read(name))
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// One event of every kind, one after the other on one device.
fn every_kind_sealed() -> Vec<SealedEvent> {
    let mut laptop = Laptop::new("Dana");
    every_kind::all()
        .into_iter()
        .map(|kind| {
            let sealed = laptop.seal(kind);
            laptop.state.apply(sealed.clone());
            sealed
        })
        .collect()
}

/// A small run on two laptops: what a release looks like, with a conflict, a waiver, an undo and a sign-off.
struct SmallRun {
    dana: Laptop,
    record: Vec<u8>,
    statement: Vec<u8>,
}

fn small_run(signature: &[u8]) -> SmallRun {
    let mut dana = Laptop::opened("Dana");
    let planned = Some(ZonedMoment {
        at: clock(86_400),
        zone: "Europe/Kyiv".into(),
    });
    dana.say(Kind::DeploymentPlanned(DeploymentPlanned {
        planned,
        resolves: vec![],
    }));
    dana.say(Kind::EnvironmentSnapshotted(EnvironmentSnapshotted {
        name: "production".into(),
        variables: vec![VariableValue {
            name: "API_URL".into(),
            value: "https://api.example.com".into(),
        }],
        secrets: vec!["API_TOKEN".into()],
        resolves: vec![],
    }));
    dana.say(Kind::TargetSet(TargetSet {
        environment: Some("production".into()),
        resolves: vec![],
    }));
    let holder = Some(person("Taras"));
    dana.say(Kind::RoleSet(RoleSet {
        role: OPS.into(),
        title: None,
        holder,
        dropped: false,
        resolves: vec![],
    }));
    let mut taras = joined(&dana, "Taras");

    // Both at once: a probe here, the same item's word there, and a conflict about the notes.
    dana.measure("tests-pass", Finding::Fail);
    let done = dana.set("release-notes", SetStatus::Done);
    taras.seconds += 7;
    taras.measure("backup-made", Finding::Pass);
    taras.set("backup-made", SetStatus::Done);
    let failed = taras.set("release-notes", SetStatus::Failed);
    meet(&mut dana, &mut taras);
    let mut settled = status_in(
        Scope::Attempt(1),
        "release-notes",
        SetStatus::Done,
        Some("typo mended"),
    );
    settled.resolves = vec![done, failed];
    settled.performed_by = Some("Богдан".into());
    settled.performed_at = Some(clock(300));
    taras.say(Kind::ItemStatus(settled));
    taras.say(evidence("release-notes", "notes.png", Origin::Person));

    // The failure is overridden: Dana proposes, Taras accepts.
    dana.hear(&taras);
    let wish = dana.say(status_of(
        "tests-pass",
        SetStatus::Done,
        Some("the runner lost its network"),
    ));
    let slip = dana.set("screens-checked", SetStatus::Failed);
    dana.say(undo(&slip));
    dana.say(Kind::ConditionAnswered(ConditionAnswered {
        condition: "if-ui-changed".into(),
        applies: Some(false),
        reason: Some("no screen changed".into()),
        resolves: vec![],
    }));
    taras.hear(&dana);
    taras.say(accept(&wish));
    meet(&mut dana, &mut taras);

    let drafted = draft(
        &dana.state,
        intent("go-no-go", QA, Decision::Approve, "Dana"),
    )
    .unwrap();
    dana.say(Kind::SignedOff(SignedOff {
        record: Digest::of(&drafted.record_bytes),
        statement: Base64::new(drafted.statement_bytes.clone()),
        signature: Base64::new(signature),
    }));
    let waiver = dana.set("migrated", SetStatus::Waived);
    dana.say(note("migrated", "nothing to migrate in 2.4.0"));
    taras.hear(&dana);
    taras.say(accept(&waiver));
    taras.say(Kind::AttemptDeployed(AttemptMoment {
        attempt: 1,
        at: clock(86_500),
        resolves: vec![],
    }));
    meet(&mut dana, &mut taras);
    SmallRun {
        dana,
        record: drafted.record_bytes,
        statement: drafted.statement_bytes,
    }
}

fn joined_lines<T: ToString>(lines: impl IntoIterator<Item = T>) -> Vec<u8> {
    lines
        .into_iter()
        .map(|line| line.to_string() + "\n")
        .collect::<String>()
        .into_bytes()
}

fn event_lines<'a>(events: impl IntoIterator<Item = &'a SealedEvent>) -> Vec<u8> {
    joined_lines(
        events
            .into_iter()
            .map(|event| String::from_utf8(event.bytes().to_vec()).unwrap()),
    )
}

fn pretty(value: &impl serde::Serialize) -> Vec<u8> {
    let value: Value = serde_json::to_value(value).unwrap();
    let mut text = serde_json::to_string_pretty(&value).unwrap();
    text.push('\n');
    text.into_bytes()
}

/// Writes the vectors that do not exist. The signature is made beside this, by stock `ssh-keygen`
/// (see `tests/ref/ledger/README.md`): until it exists, what depends on it is not written.
#[test]
#[ignore = "writes missing vectors"]
fn write_missing_vectors() {
    std::fs::create_dir_all(reference("")).unwrap();
    let write = |name: &str, bytes: &[u8]| {
        if !reference(name).exists() {
            std::fs::write(reference(name), bytes).unwrap();
        }
    };
    let kinds = every_kind_sealed();
    write("every-kind.jsonl", &event_lines(&kinds));
    write(
        "every-kind.ids",
        &joined_lines(kinds.iter().map(SealedEvent::id)),
    );
    write("small-run.outline.json", &checklist().seal().unwrap().1);
    write("small-run.record.json", &small_run(b"").record);
    write("small-run.statement.json", &small_run(b"").statement);
    if !reference("small-run.statement.json.sig").exists() {
        return;
    }
    let run = small_run(&read("small-run.statement.json.sig"));
    write(
        "small-run.events.jsonl",
        &event_lines(run.dana.state.events()),
    );
    write(
        "small-run.ids",
        &joined_lines(run.dana.state.events().into_iter().map(SealedEvent::id)),
    );
    write("small-run.state.json", &pretty(&run.dana.state.view()));
}

#[test]
fn every_kind_has_its_vector_and_is_written_the_same_today() {
    let (bytes, ids) = (lines("every-kind.jsonl"), lines("every-kind.ids"));
    assert_eq!(bytes.len(), ids.len());
    let mut names: Vec<String> = Vec::new();
    for (line, id) in bytes.iter().zip(&ids) {
        let sealed = SealedEvent::read(line.as_bytes()).unwrap();
        assert_eq!(sealed.id().as_str(), id);
        assert!(
            !matches!(sealed.event().kind, Kind::Unknown { .. }),
            "{line}"
        );
        names.push(sealed.event().kind.name().to_owned());
        let event = sealed.event().clone();
        let chain = Chain {
            run: event.run,
            device: event.device,
            seq: event.seq,
            prev: event.prev,
            seen: event.seen,
        };
        let again = SealedEvent::seal(
            Draft {
                kind: event.kind,
                author: event.author,
                time: event.time,
            },
            chain,
        )
        .unwrap();
        assert_eq!(String::from_utf8_lossy(again.bytes()), *line);
    }
    for name in Kind::NAMES {
        assert!(
            names.iter().any(|known| known == name),
            "{name} has no vector"
        );
    }
    assert_eq!(event_lines(&every_kind_sealed()), read("every-kind.jsonl"));
}

fn from_vectors() -> RunState {
    let outline = read("small-run.outline.json");
    let pinned = Pinned::read(&outline).unwrap();
    let events = lines("small-run.events.jsonl")
        .into_iter()
        .map(|line| SealedEvent::read(line.as_bytes()).unwrap());
    // From the last to the first: each waits for its ancestors.
    let events: Vec<SealedEvent> = events.collect();
    RunState::fold(
        events.into_iter().rev(),
        [(Digest::of(&outline), std::sync::Arc::new(pinned))],
    )
}

#[test]
fn the_small_run_folds_to_its_committed_state() {
    let state = from_vectors();
    let ids: Vec<String> = state
        .events()
        .iter()
        .map(|event| event.id().to_string())
        .collect();
    assert_eq!(ids, lines("small-run.ids"));
    let golden: Value = serde_json::from_slice(&read("small-run.state.json")).unwrap();
    let now = serde_json::to_value(state.view()).unwrap();
    holds(&golden, &now, "");
}

/// What the golden state says still holds; a later version may say more.
fn holds(golden: &Value, now: &Value, at: &str) {
    match (golden, now) {
        (Value::Object(golden), Value::Object(now)) => {
            for (key, value) in golden {
                holds(
                    value,
                    now.get(key).unwrap_or(&Value::Null),
                    &format!("{at}/{key}"),
                );
            }
        }
        (Value::Array(golden), Value::Array(now)) => {
            assert_eq!(golden.len(), now.len(), "{at}");
            for (place, (golden, now)) in golden.iter().zip(now).enumerate() {
                holds(golden, now, &format!("{at}/{place}"));
            }
        }
        _ => assert_eq!(golden, now, "{at}"),
    }
}

#[test]
fn the_small_run_is_written_the_same_today() {
    let run = small_run(&read("small-run.statement.json.sig"));
    assert_eq!(
        event_lines(run.dana.state.events()),
        read("small-run.events.jsonl")
    );
    assert_eq!(run.dana.state.view(), from_vectors().view());
}

#[test]
fn the_record_and_its_statement_keep_their_bytes() {
    let (record, statement) = (
        read("small-run.record.json"),
        read("small-run.statement.json"),
    );
    let state = from_vectors();
    let signoff = state.signoffs().remove(0);
    assert_eq!(signoff.record, Digest::of(&record));
    assert_eq!(signoff.statement, statement);
    assert_eq!(signoff.signature, read("small-run.statement.json.sig"));
    // The record as the signer saw it: the state of the sign-off's ancestors.
    let seen = state.as_of(&signoff.id);
    assert_eq!(
        Record::of(&seen, "go-no-go", 1).unwrap().bytes().unwrap(),
        record
    );
    assert!(canon::read_document(&record).is_ok() && canon::read_canonical(&statement).is_ok());
    let read_back = Statement::read(&statement).unwrap();
    assert_eq!(
        (read_back.bytes().unwrap(), read_back.record),
        (statement, Digest::of(&record))
    );
}
