//! Attempts, rollback, versions of the checklist, forks, and what cannot be understood.

use std::sync::Arc;

use countersign_core::ledger::fold::{ActivationPhase, AttemptPhase, ReadOnly};
use countersign_core::ledger::*;

use crate::laptops::*;

fn moment(at: i64) -> AttemptMoment {
    AttemptMoment {
        attempt: 1,
        at: clock(at),
        resolves: vec![],
    }
}

#[test]
fn a_new_attempt_reopens_deploy_and_watch_and_keeps_prepare() {
    let mut dana = Laptop::opened("Dana");
    dana.measure("tests-pass", Finding::Pass);
    for item in ["release-notes", "migrated", "error-rate"] {
        dana.set(item, SetStatus::Done);
    }
    dana.say(Kind::AttemptStarted(moment(10)));
    assert_eq!(dana.state.attempt(1).phase, AttemptPhase::Started);
    dana.say(Kind::AttemptDeployed(moment(20)));
    dana.say(Kind::AttemptEnded(AttemptEnded {
        attempt: 1,
        outcome: Outcome::RolledBack,
        at: clock(30),
        reason: None,
        resolves: vec![],
    }));
    assert_eq!(dana.state.outcome(), Some(Outcome::RolledBack));
    dana.say(Kind::AttemptOpened(AttemptOpened {
        attempt: 2,
        reason: None,
    }));
    dana.say(Kind::AttemptOpened(AttemptOpened {
        attempt: 9,
        reason: None,
    }));
    assert_eq!(
        (dana.state.current_attempt(), dana.state.outcome()),
        (2, None)
    );
    for (item, status, carried) in [
        ("tests-pass", Status::Done, true),
        ("release-notes", Status::Done, true),
        ("migrated", Status::Open, false),
        ("error-rate", Status::Open, false),
    ] {
        assert_eq!(
            (dana.status(item), dana.item(item).marks.carried),
            (status, carried),
            "{item}"
        );
    }
    let before = dana.state.item("migrated", &Scope::Attempt(1)).unwrap();
    assert_eq!(
        before.status,
        Status::Done,
        "the first attempt stays what it was"
    );
    dana.say(Kind::ItemStatus(status_in(
        Scope::Attempt(2),
        "release-notes",
        SetStatus::Open,
        None,
    )));
    assert_eq!(dana.status("release-notes"), Status::Open);
}

#[test]
fn a_rollback_has_its_own_steps_and_a_rehearsal_others() {
    let mut dana = Laptop::opened("Dana");
    let activated = |rehearsal| {
        Kind::RollbackActivated(RollbackActivated {
            attempt: 1,
            rehearsal,
            at: clock(5),
            reason: None,
        })
    };
    let rehearsal = dana.say(activated(true));
    let scope = Scope::Activation(rehearsal.clone());
    dana.say(Kind::ItemStatus(status_in(
        scope.clone(),
        "restore-backup",
        SetStatus::Done,
        None,
    )));
    dana.say(Kind::RollbackClosed(RollbackClosed {
        activation: rehearsal,
        at: clock(9),
        note: None,
    }));
    let real = dana.say(activated(false));
    let steps = dana.state.items_in(&Scope::Activation(real.clone()));
    assert!(steps.len() == 2 && steps.iter().all(|step| step.status == Status::Open));
    assert_eq!(dana.state.items_in(&scope)[0].status, Status::Done);
    assert_eq!(dana.state.active_rollback().unwrap().id, real);
    dana.say(Kind::RollbackCancelled(RollbackCancelled {
        activation: real,
        reason: "wrong button".into(),
    }));
    assert_eq!(dana.state.active_rollback(), None);
    let phases: Vec<_> = dana
        .state
        .activations()
        .iter()
        .map(|activation| activation.phase)
        .collect();
    assert_eq!(
        phases,
        [ActivationPhase::Closed, ActivationPhase::Cancelled]
    );
}

#[test]
fn an_adopted_checklist_carries_what_its_map_names() {
    let mut dana = Laptop::opened("Dana");
    let mut taras = joined(&dana, "Taras");
    dana.set("migrated", SetStatus::Done);
    dana.set("canary", SetStatus::Failed);

    // "migrated" is called "schema-migrated" now; another item has taken the id "canary".
    let mut next = checklist();
    next.outline
        .items
        .iter_mut()
        .find(|item| item.id == "migrated")
        .unwrap()
        .id = "schema-migrated".into();
    let (digest, _) = next.seal().unwrap();
    let map = next
        .outline
        .items
        .iter()
        .filter(|item| item.id != "canary")
        .map(|item| {
            let from = if item.id == "schema-migrated" {
                "migrated".to_owned()
            } else {
                item.id.clone()
            };
            ItemMapping {
                from,
                to: item.id.clone(),
            }
        });
    let adopted = ChecklistAdopted {
        checklist: file("bakhmach-2.md"),
        sidecar: None,
        outline: digest.clone(),
        map: map.collect(),
        reason: None,
        resolves: vec![],
    };
    dana.say(Kind::ChecklistAdopted(adopted));
    assert_eq!(
        dana.state.read_only(),
        Some(ReadOnly::OutlineMissing(digest.clone()))
    );
    for laptop in [&mut dana, &mut taras] {
        laptop
            .state
            .add_outline(digest.clone(), Arc::new(next.clone()));
    }
    assert_eq!(
        (dana.status("schema-migrated"), dana.status("canary")),
        (Status::Done, Status::Open)
    );

    // Taras has not seen the new version: his "migrated" is the same item, his "canary" the old one.
    taras.set("migrated", SetStatus::Done);
    taras.set("canary", SetStatus::Done);
    meet(&mut dana, &mut taras);
    assert_eq!(
        (dana.status("schema-migrated"), dana.status("canary")),
        (Status::Done, Status::Open)
    );
    assert_eq!(dana.state.history("schema-migrated").len(), 2);
    // What was said of the item that is gone stays, and says which item it was.
    let about = |author: &str, id: &str| {
        let events = dana.state.events();
        let event = events.iter().find(|sealed| {
            let event = sealed.event();
            event.author.name == author
                && matches!(&event.kind, Kind::ItemStatus(body) if body.item == id)
        });
        let spoken = dana.state.spoken_item(event.unwrap().id(), id).unwrap();
        (
            spoken.then.map(|item| item.number.clone()),
            spoken.now.map(str::to_owned),
        )
    };
    let number = |id: &str| next.outline.item(id).map(|item| item.number.clone());
    assert_eq!(about("Dana", "canary"), (number("canary"), None));
    assert_eq!(about("Taras", "canary"), (number("canary"), None));
    assert_eq!(
        about("Taras", "migrated"),
        (
            number("schema-migrated"),
            Some("schema-migrated".to_owned())
        )
    );
    dana.set("schema-migrated", SetStatus::Failed);
    assert_eq!(dana.status("schema-migrated"), Status::Failed);
}

#[test]
fn an_unknown_kind_makes_the_run_read_only_and_is_kept() {
    let mut dana = Laptop::opened("Dana");
    let unknown = Kind::Unknown {
        kind: "item.blessed".into(),
        body: serde_json::json!({ "item": "migrated" }),
    };
    let id = dana.say(unknown);
    assert_eq!(
        dana.state.read_only(),
        Some(ReadOnly::UnknownKinds(vec!["item.blessed".into()]))
    );
    assert!(dana.state.event(&id).is_some());
}

#[test]
fn a_fork_keeps_both_branches_until_somebody_acknowledges_it() {
    let mut dana = Laptop::opened("Dana");
    let mut copy = dana.clone();
    let one = dana.set("migrated", SetStatus::Done);
    let other = copy.set("canary", SetStatus::Done);
    copy.set("release-notes", SetStatus::Done);
    meet(&mut dana, &mut copy);
    let fork = dana.state.forks().remove(0);
    let mut branches = vec![one, other];
    branches.sort();
    assert_eq!(
        (fork.branches.clone(), fork.acknowledged),
        (branches.clone(), false)
    );
    assert_eq!(
        (dana.status("migrated"), dana.status("canary")),
        (Status::Done, Status::Done)
    );
    assert_eq!(dana.state.heads()[&dana.device].len(), 2);
    let mut taras = joined(&dana, "Taras");
    taras.say(Kind::ForkAcknowledged(ForkAcknowledged {
        device: dana.device.clone(),
        branches,
    }));
    assert!(taras.state.forks()[0].acknowledged);
}

#[test]
fn an_event_that_continues_nothing_is_refused_its_place() {
    let mut dana = Laptop::opened("Dana");
    let chain = Chain {
        seq: 7,
        ..dana.state.next_chain(&dana.device)
    };
    let draft = Draft {
        kind: release("9"),
        author: person("Dana"),
        time: clock(1),
    };
    let broken = SealedEvent::seal(draft, chain).unwrap();
    assert!(dana.state.apply(broken.clone()).is_empty());
    assert_eq!(
        dana.state.read_only(),
        Some(ReadOnly::BrokenChain(vec![broken.id().clone()]))
    );
    assert_eq!(dana.state.release().release.as_deref(), Some("2.4.0"));
}

#[test]
fn a_hand_over_makes_another_person_the_owner() {
    let mut dana = Laptop::opened("Dana");
    dana.say(Kind::OwnerSet(OwnerSet {
        owner: person("Dana"),
        resolves: vec![],
    }));
    dana.say(Kind::HandedOver(HandedOver {
        to: person("Taras"),
        note: "mind the canary".into(),
        resolves: vec![],
    }));
    assert_eq!(dana.state.owner(), Some(&person("Taras")));
    assert_eq!(dana.state.handovers()[0].note, "mind the canary");
}

#[test]
fn fields_environments_and_conditions_are_read_back() {
    let mut dana = Laptop::opened("Dana");
    dana.say(Kind::FieldSet(FieldSet {
        field: "version".into(),
        value: Some("2.4.0".into()),
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
    let view = dana.state.view();
    assert_eq!(view.fields[0].value.as_deref(), Some("2.4.0"));
    assert!(view.environments[0].target && view.environments[0].secrets == ["API_TOKEN"]);
    assert_eq!(view.criteria[1].met, fold::CriterionMet::Asked);
    dana.say(Kind::CriterionAnswered(CriterionAnswered {
        attempt: 1,
        criterion: "no-complaints".into(),
        met: Some(false),
        reason: Some("two tickets".into()),
        resolves: vec![],
    }));
    assert_eq!(dana.state.criteria()[1].met, fold::CriterionMet::NotMet);
}

#[test]
fn a_device_head_is_signed_as_canonical_bytes() {
    let dana = Laptop::opened("Dana");
    let id = dana.state.opening().unwrap().id().clone();
    let head = DeviceHead {
        run: id.clone().into(),
        device: dana.device.clone(),
        seq: 0,
        id: id.clone(),
    };
    let bytes = head.bytes().unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert_eq!(
        text,
        format!(
            r#"{{"device":"{}","id":"{id}","run":"{id}","seq":0}}"#,
            dana.device
        )
    );
    assert_eq!(DeviceHead::read(&bytes), Ok(head));
    assert!(matches!(
        DeviceHead::read(text.replace("seq", "sequence").as_bytes()),
        Err(HeadError::Shape(_))
    ));
}
