//! Records, statements, and what keeps a point back.

use std::collections::BTreeMap;

use countersign_core::ledger::record::{CompareError, Record, covered_difference};
use countersign_core::ledger::signoff::{
    DraftError, Hindrance, Intent, KeyJudgement, MayNot, PointState, Presented, Verdict, Witness,
    draft, may_sign, point,
};
use countersign_core::ledger::*;

use crate::laptops::*;

#[path = "signing/policy.rs"]
mod policy;
#[path = "signing/standing.rs"]
mod standing;

/// Judges a "signature" by its text: `key`, `unlisted key`, `revoked key` or anything else.
#[derive(Clone, Default)]
pub struct Desk {
    pub records: BTreeMap<Digest, Vec<u8>>,
}

impl Witness for Desk {
    fn judge(&self, presented: Presented<'_>) -> KeyJudgement {
        let text = std::str::from_utf8(presented.signature).unwrap();
        let (how, key) = text.split_once(' ').unwrap();
        let key = key.to_owned();
        match how {
            "trusted" => KeyJudgement::Trusted { key },
            "unlisted" => KeyJudgement::Unlisted {
                key,
                why: "not one of People".into(),
            },
            "revoked" => KeyJudgement::Revoked { key },
            _ => KeyJudgement::Invalid {
                why: "bad signature".into(),
            },
        }
    }

    fn record(&self, digest: &Digest) -> Option<Vec<u8>> {
        self.records.get(digest).cloned()
    }
}

pub fn intent(point: &str, role: &str, decision: Decision, name: &str) -> Intent {
    Intent {
        point: point.into(),
        role: role.into(),
        decision,
        conditions: if decision == Decision::Conditions {
            vec!["watch the queue".into()]
        } else {
            vec![]
        },
        reason: (decision == Decision::Reject).then(|| "not today".into()),
        name: name.into(),
        principal: person(name).principal,
        now: clock(9000),
        local_time: "2026-11-24T18:00:00+02:00".into(),
        roster: None,
        looked: 4,
        artefacts: vec![],
        nonce: "0f".repeat(16),
    }
}

pub fn sign(laptop: &mut Laptop, desk: &mut Desk, intent: Intent, signature: &str) -> EventId {
    let drafted = draft(&laptop.state, intent).unwrap();
    let record = Digest::of(&drafted.record_bytes);
    assert_eq!(drafted.statement.record, record);
    assert_eq!(
        Statement::read(&drafted.statement_bytes).unwrap(),
        drafted.statement
    );
    desk.records.insert(record.clone(), drafted.record_bytes);
    laptop.say(Kind::SignedOff(SignedOff {
        record,
        statement: Base64::new(drafted.statement_bytes),
        signature: Base64::new(signature),
    }))
}

pub fn look(laptop: &Laptop, desk: &Desk, id: &str) -> PointState {
    point(
        &laptop.state,
        id,
        laptop.state.current_attempt(),
        clock(9000),
        desk,
    )
    .unwrap()
}

/// A run whose go/no-go is ready to be approved.
pub fn ready() -> Laptop {
    let mut dana = Laptop::opened("Dana");
    dana.measure("tests-pass", Finding::Pass);
    for item in ["backup-made", "screens-checked", "release-notes"] {
        dana.set(item, SetStatus::Done);
    }
    dana
}

fn approved(laptop: &mut Laptop, desk: &mut Desk) {
    sign(
        laptop,
        desk,
        intent("go-no-go", QA, Decision::Approve, "Dana"),
        "trusted dana-key",
    );
    sign(
        laptop,
        desk,
        intent("go-no-go", OPS, Decision::Approve, "Taras"),
        "trusted taras-key",
    );
}

#[test]
fn open_things_keep_a_point_back() {
    let mut dana = ready();
    dana.set("release-notes", SetStatus::Failed);
    dana.set("screens-checked", SetStatus::InProgress);
    dana.measure("tests-pass", Finding::Inconclusive);
    let at = look(&dana, &Desk::default(), "go-no-go");
    let blockers: Vec<_> = at
        .readiness
        .blockers
        .iter()
        .map(|blocker| (blocker.how, blocker.what.as_deref().unwrap()))
        .collect();
    assert_eq!(
        blockers,
        [
            (Hindrance::Inconclusive, "tests-pass"),
            (Hindrance::InProgress, "screens-checked"),
            (Hindrance::Failed, "release-notes")
        ]
    );
    assert_eq!(
        (
            at.readiness.covered,
            at.readiness.resolved,
            at.readiness.later
        ),
        (4, 1, 5)
    );
    assert_eq!(at.verdict, Verdict::NotReady);
    let wish = intent("go-no-go", QA, Decision::Approve, "Dana");
    assert_eq!(
        draft(&dana.state, wish).unwrap_err(),
        DraftError::NotReady(3)
    );
    assert!(
        draft(
            &dana.state,
            intent("go-no-go", QA, Decision::Conditions, "Dana")
        )
        .is_ok()
    );
    assert!(
        draft(
            &dana.state,
            intent("go-no-go", QA, Decision::Reject, "Dana")
        )
        .is_ok()
    );
}

#[test]
fn two_current_approvals_are_a_go_and_a_rejection_beats_them() {
    let (mut dana, mut desk) = (ready(), Desk::default());
    approved(&mut dana, &mut desk);
    assert_eq!(look(&dana, &desk, "go-no-go").verdict, Verdict::Go);
    sign(
        &mut dana,
        &mut desk,
        intent("go-no-go", OPS, Decision::Reject, "Iva"),
        "trusted iva-key",
    );
    let at = look(&dana, &desk, "go-no-go");
    assert_eq!(at.verdict, Verdict::NoGo);
    assert_eq!(at.roles[1].decision, Some(Decision::Reject));
    sign(
        &mut dana,
        &mut desk,
        intent("go-no-go", OPS, Decision::Approve, "Iva"),
        "trusted iva-key",
    );
    assert_eq!(
        look(&dana, &desk, "go-no-go").verdict,
        Verdict::Go,
        "the latest per key and role counts"
    );
}

#[test]
fn a_fork_keeps_everybody_from_signing() {
    let mut dana = ready();
    let mut copy = dana.clone();
    dana.say(note("migrated", "one"));
    copy.say(note("migrated", "two"));
    dana.hear(&copy);
    let point = dana.state.outline().unwrap().points[0].clone();
    assert_eq!(
        may_sign(&dana.state, &point, QA, &person("Dana")),
        Err(MayNot::Fork)
    );
    assert_eq!(
        look(&dana, &Desk::default(), "go-no-go").readiness.blockers[0].how,
        Hindrance::Fork
    );
}

#[test]
fn a_record_of_a_newer_format_is_not_guessed_at() {
    let dana = ready();
    let record = Record::of(&dana.state, "go-no-go", 1).unwrap();
    assert_eq!(
        covered_difference(br#"{"format":2}"#, &record),
        Err(CompareError::Format(2))
    );
    assert!(matches!(
        covered_difference(b"{}", &record),
        Err(CompareError::NotARecord(_))
    ));
    assert_eq!(
        covered_difference(&record.bytes().unwrap(), &record),
        Ok(Vec::new())
    );
}
