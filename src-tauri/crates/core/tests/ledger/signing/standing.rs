//! What signatures are worth after what came later: changes, withdrawals, the deployment.

use countersign_core::ledger::signoff::{MayNot, SignatureStatus, Verdict, may_sign};
use countersign_core::ledger::statement::{Named, WithdrawalPredicate};
use countersign_core::ledger::*;

use super::{Desk, approved, intent, look, ready, sign};
use crate::laptops::*;

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
