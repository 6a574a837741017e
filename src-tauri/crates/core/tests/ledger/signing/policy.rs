//! Whose signature counts.

use countersign_core::ledger::record::Record;
use countersign_core::ledger::signoff::{DraftError, MayNot, Verdict, draft, may_sign};
use countersign_core::ledger::*;

use super::{Desk, approved, intent, look, ready, sign};
use crate::laptops::*;

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
