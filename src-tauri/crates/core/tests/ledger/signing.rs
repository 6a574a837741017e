//! Records, statements, what keeps a point back, and what signatures are worth.

use std::collections::BTreeMap;

use countersign_core::ledger::record::{CompareError, Record, covered_difference};
use countersign_core::ledger::signoff::{
    DraftError, Hindrance, Intent, KeyJudgement, MayNot, PointState, Presented, SignatureStatus,
    Verdict, Witness, draft, may_sign, point,
};
use countersign_core::ledger::statement::{Named, WithdrawalPredicate};
use countersign_core::ledger::*;

use crate::laptops::*;

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
fn what_is_covered_makes_signatures_stale_and_its_undo_current_again() {
    let (mut dana, mut desk) = (ready(), Desk::default());
    approved(&mut dana, &mut desk);
    let statuses = |laptop: &Laptop, desk: &Desk| -> Vec<SignatureStatus> {
        look(laptop, desk, "go-no-go")
            .signatures
            .iter()
            .map(|signature| signature.status)
            .collect()
    };
    let current = vec![SignatureStatus::Current; 2];
    let stale = vec![SignatureStatus::Stale; 2];

    // Nothing of this is covered: a repeated probe, a note, an assignment, an item of another stage, automatic evidence.
    dana.measure("tests-pass", Finding::Pass);
    dana.say(note("tests-pass", "ran twice"));
    let assignee = Some(person("Taras"));
    dana.say(Kind::ItemAssigned(ItemAssigned {
        scope: Scope::Attempt(1),
        item: "tests-pass".into(),
        assignee,
        resolves: vec![],
    }));
    dana.set("migrated", SetStatus::Failed);
    dana.say(evidence("tests-pass", "log.txt", Origin::Probe));
    assert_eq!(statuses(&dana, &desk), current);

    for change in [
        status_of("release-notes", SetStatus::Failed, Some("typo")),
        status_of("release-notes", SetStatus::Done, Some("now with a reason")),
        evidence("release-notes", "notes.png", Origin::Person),
        release("2.4.1"),
        Kind::FieldSet(FieldSet {
            field: "version".into(),
            value: Some("9".into()),
            resolves: vec![],
        }),
        Kind::TargetSet(TargetSet {
            environment: Some("production".into()),
            resolves: vec![],
        }),
        Kind::PolicySet(PolicySet {
            point: "go-no-go".into(),
            policy: Policy {
                quorum: Some(1),
                ..Policy::default()
            },
            resolves: vec![],
        }),
    ] {
        let mut then = dana.clone();
        let environment = EnvironmentSnapshotted {
            name: "production".into(),
            variables: vec![],
            secrets: vec![],
            resolves: vec![],
        };
        then.say(Kind::EnvironmentSnapshotted(environment));
        assert_eq!(statuses(&then, &desk), current);
        let changed = then.say(change.clone());
        assert_eq!(statuses(&then, &desk), stale, "{change:?}");
        assert!(look(&then, &desk, "go-no-go").verdict == Verdict::NotReady);
        then.say(undo(&changed));
        assert_eq!(statuses(&then, &desk), current, "undone: {change:?}");
    }
    dana.measure("tests-pass", Finding::Warn);
    assert_eq!(
        statuses(&dana, &desk),
        stale,
        "another verdict category is another claim"
    );
    let differences = &look(&dana, &desk, "go-no-go").signatures[0].differences;
    assert_eq!(
        (
            differences.len(),
            differences[0].item.as_deref(),
            differences[0].field.as_str()
        ),
        (1, Some("tests-pass"), "probes")
    );
    dana.measure("tests-pass", Finding::Pass);
    assert_eq!(statuses(&dana, &desk), current);
}

#[test]
fn unverifiable_comes_before_revoked_before_withdrawn_before_stale() {
    let (mut dana, mut desk) = (ready(), Desk::default());
    let make = |laptop: &mut Laptop, desk: &mut Desk, signature: &str| {
        sign(
            laptop,
            desk,
            intent("go-no-go", QA, Decision::Approve, "Dana"),
            signature,
        )
    };
    let ids: Vec<EventId> = [
        "unlisted a",
        "revoked b",
        "trusted c",
        "trusted d",
        "broken e",
    ]
    .iter()
    .map(|s| make(&mut dana, &mut desk, s))
    .collect();
    for id in ids.iter().filter(|id| **id != ids[3]) {
        let signoff = dana
            .state
            .signoffs()
            .into_iter()
            .find(|signoff| signoff.id == *id)
            .unwrap();
        let predicate = Predicate::Withdrawal(WithdrawalPredicate {
            run: dana.state.run().unwrap(),
            signoff: id.clone(),
            role: Named {
                id: QA.into(),
                title: "QA Lead".into(),
            },
            reason: "second thoughts".into(),
            name: "Dana".into(),
            principal: None,
            time: "2026-11-24T19:00:00+02:00".into(),
            nonce: "aa".repeat(16),
        });
        let statement = Statement {
            record: signoff.record,
            artefacts: vec![],
            predicate,
        }
        .bytes()
        .unwrap();
        dana.say(Kind::SignoffWithdrawn(SignoffWithdrawn {
            signoff: id.clone(),
            statement: Base64::new(statement),
            signature: Base64::new("trusted c"),
        }));
    }
    dana.set("release-notes", SetStatus::Failed);
    let statuses: Vec<_> = look(&dana, &desk, "go-no-go")
        .signatures
        .iter()
        .map(|signature| signature.status)
        .collect();
    use SignatureStatus::{Revoked, Stale, Unverifiable, Withdrawn};
    assert_eq!(
        statuses,
        [Unverifiable, Revoked, Withdrawn, Stale, Unverifiable]
    );

    desk.records.clear();
    let lost = look(&dana, &desk, "go-no-go");
    assert_eq!(
        lost.signatures[3].status, Unverifiable,
        "without the signed record nobody can tell what it covered"
    );
}

#[test]
fn conditions_are_open_until_they_are_closed() {
    let (mut dana, mut desk) = (ready(), Desk::default());
    sign(
        &mut dana,
        &mut desk,
        intent("go-no-go", QA, Decision::Approve, "Dana"),
        "trusted dana-key",
    );
    let signoff = sign(
        &mut dana,
        &mut desk,
        intent("go-no-go", OPS, Decision::Conditions, "Taras"),
        "trusted taras-key",
    );
    let at = look(&dana, &desk, "go-no-go");
    assert_eq!(
        (at.verdict, at.open_conditions[0].text.as_str()),
        (Verdict::GoWithConditions, "watch the queue")
    );
    let closing = statement::ConditionClosedPredicate {
        run: dana.state.run().unwrap(),
        signoff: signoff.clone(),
        condition: 0,
        text: "watch the queue".into(),
        note: "empty since 20:00".into(),
        role: Named {
            id: OPS.into(),
            title: "Operations".into(),
        },
        name: "Taras".into(),
        principal: None,
        time: "2026-11-24T20:00:00+02:00".into(),
        nonce: "bb".repeat(16),
    };
    let statement = Statement {
        record: at.record,
        artefacts: vec![],
        predicate: Predicate::ConditionClosed(closing),
    }
    .bytes()
    .unwrap();
    let close = |signature: &str| {
        Kind::ConditionClosed(ConditionClosed {
            signoff: signoff.clone(),
            condition: 0,
            statement: Base64::new(statement.clone()),
            signature: Base64::new(signature),
        })
    };
    dana.say(close("unlisted stranger"));
    assert_eq!(
        look(&dana, &desk, "go-no-go").verdict,
        Verdict::GoWithConditions
    );
    dana.say(close("trusted taras-key"));
    assert_eq!(look(&dana, &desk, "go-no-go").verdict, Verdict::Go);
}

#[test]
fn once_deployed_the_gate_is_closed_and_changes_are_since_go() {
    let (mut dana, mut desk) = (ready(), Desk::default());
    approved(&mut dana, &mut desk);
    dana.say(Kind::AttemptDeployed(AttemptMoment {
        attempt: 1,
        at: clock(8000),
        resolves: vec![],
    }));
    dana.set("release-notes", SetStatus::Failed);
    let at = look(&dana, &desk, "go-no-go");
    assert!(at.closed && at.verdict == Verdict::Go);
    assert!(
        at.signatures
            .iter()
            .all(|signature| signature.status == SignatureStatus::Current)
    );
    let since: Vec<_> = at
        .since_go
        .iter()
        .map(|difference| {
            (
                difference.item.as_deref().unwrap(),
                difference.field.as_str(),
            )
        })
        .collect();
    assert_eq!(
        since,
        [("release-notes", "reason"), ("release-notes", "status")]
    );
    let outline = dana.state.outline().unwrap().clone();
    assert_eq!(
        may_sign(&dana.state, &outline.points[0], QA, &person("Dana")),
        Err(MayNot::Closed)
    );
    assert_eq!(
        may_sign(&dana.state, &outline.points[1], QA, &person("Dana")),
        Ok(())
    );

    dana.say(Kind::AttemptOpened(AttemptOpened {
        attempt: 2,
        reason: None,
    }));
    let again = look(&dana, &desk, "go-no-go");
    assert!(
        !again.closed && again.signatures.is_empty() && again.verdict == Verdict::NotReady,
        "a new attempt asks again"
    );
}

#[test]
fn the_policy_decides_whose_signature_counts() {
    let (mut dana, mut desk) = (ready(), Desk::default());
    dana.say(Kind::OwnerSet(OwnerSet {
        owner: person("Taras"),
        resolves: vec![],
    }));
    let with = |laptop: &Laptop, policy: Policy| {
        let mut laptop = laptop.clone();
        laptop.say(Kind::PolicySet(PolicySet {
            point: "go-no-go".into(),
            policy,
            resolves: vec![],
        }));
        laptop
    };
    let verdict = |policy: Policy| {
        let mut laptop = with(&dana, policy);
        let mut desk = Desk::default();
        approved(&mut laptop, &mut desk);
        look(&laptop, &desk, "go-no-go").verdict
    };
    assert_eq!(verdict(Policy::default()), Verdict::Go);
    assert_eq!(
        verdict(Policy {
            owner_may_sign: false,
            ..Policy::default()
        }),
        Verdict::NotReady
    );
    assert_eq!(
        verdict(Policy {
            ticker_may_sign: false,
            ..Policy::default()
        }),
        Verdict::NotReady
    );
    assert_eq!(
        verdict(Policy {
            ticker_may_sign: false,
            quorum: Some(1),
            ..Policy::default()
        }),
        Verdict::Go
    );
    assert_eq!(
        verdict(Policy {
            owner_may_sign: false,
            roles: vec![QA.into()],
            ..Policy::default()
        }),
        Verdict::Go
    );

    sign(
        &mut dana,
        &mut desk,
        intent("go-no-go", QA, Decision::Approve, "Dana"),
        "trusted one-key",
    );
    sign(
        &mut dana,
        &mut desk,
        intent("go-no-go", OPS, Decision::Approve, "Dana"),
        "trusted one-key",
    );
    assert_eq!(
        look(&dana, &desk, "go-no-go").verdict,
        Verdict::NotReady,
        "one key counts for one role"
    );
    let point = dana.state.outline().unwrap().points[0].clone();
    let strict = with(
        &dana,
        Policy {
            owner_may_sign: false,
            ticker_may_sign: false,
            conditions_allowed: false,
            ..Policy::default()
        },
    );
    assert_eq!(
        may_sign(&strict.state, &point, QA, &person("Taras")),
        Err(MayNot::Owner)
    );
    assert_eq!(
        may_sign(&strict.state, &point, QA, &person("Dana")),
        Err(MayNot::Ticker)
    );
    assert_eq!(
        may_sign(&strict.state, &point, "cto", &person("Iva")),
        Err(MayNot::NotARole)
    );
    assert_eq!(
        draft(
            &strict.state,
            intent("go-no-go", QA, Decision::Conditions, "Iva")
        )
        .unwrap_err(),
        DraftError::NoConditions
    );
}

#[test]
fn an_attestation_counts_only_where_the_policy_says_so() {
    let (mut dana, mut desk) = (ready(), Desk::default());
    for (counts, verdict) in [(false, Verdict::NotReady), (true, Verdict::Go)] {
        let policy = Policy {
            attestations_count: counts,
            ..Policy::default()
        };
        dana.say(Kind::PolicySet(PolicySet {
            point: "go-no-go".into(),
            policy,
            resolves: vec![],
        }));
        sign(
            &mut dana,
            &mut desk,
            intent("go-no-go", QA, Decision::Approve, "Dana"),
            "trusted dana-key",
        );
        let record = Record::of(&dana.state, "go-no-go", 1)
            .unwrap()
            .seal()
            .unwrap()
            .0;
        let evidence = EvidenceFile {
            digest: Digest::of(b"mail"),
            media: "message/rfc822".into(),
            name: "re.eml".into(),
            size: 4,
        };
        dana.say(Kind::Attested(Attested {
            point: "go-no-go".into(),
            attempt: 1,
            role: OPS.into(),
            name: "Taras".into(),
            decision: Decision::Approve,
            conditions: vec![],
            reason: None,
            channel: Channel::Email,
            evidence,
            record,
        }));
        assert_eq!(look(&dana, &desk, "go-no-go").verdict, verdict);
    }
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
