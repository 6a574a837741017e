//! Waivers and overrides.

use countersign_core::ledger::fold::{ProposalFate, ProposalKind};
use countersign_core::ledger::*;

use crate::laptops::*;

#[test]
fn a_waiver_counts_when_another_person_accepts_it() {
    let mut dana = Laptop::opened("Dana");
    let mut taras = joined(&dana, "Taras");
    dana.set("migrated", SetStatus::Failed);
    let waiver = dana.set("migrated", SetStatus::Waived);
    let item = dana.item("migrated");
    assert_eq!(
        (item.status, item.marks.proposed),
        (Status::Failed, true),
        "until then the failure counts"
    );
    taras.hear(&dana);
    taras.say(accept(&waiver));
    meet(&mut dana, &mut taras);
    let item = dana.item("migrated");
    let proposal = item.proposal.unwrap();
    assert_eq!((item.status, item.marks.proposed), (Status::Waived, false));
    assert_eq!(
        (proposal.fate, proposal.kind, proposal.self_accepted),
        (ProposalFate::Accepted, ProposalKind::Waiver, false)
    );
    assert_eq!(proposal.decided.unwrap().author.name, "Taras");
}

#[test]
fn alone_a_person_may_accept_their_own_waiver_and_it_is_said() {
    let mut dana = Laptop::opened("Dana");
    let waiver = dana.set("migrated", SetStatus::Waived);
    assert!(
        dana.state
            .may_accept("migrated", &person("Dana"), &person("Dana"))
    );
    dana.say(accept(&waiver));
    assert_eq!(dana.status("migrated"), Status::Waived);
    assert!(dana.item("migrated").proposal.unwrap().self_accepted);

    // Who joins later changes nothing about what was right when it was done.
    let mut taras = joined(&dana, "Taras");
    taras.say(note("migrated", "hello"));
    meet(&mut dana, &mut taras);
    assert_eq!(dana.status("migrated"), Status::Waived);

    let second = dana.set("canary", SetStatus::Waived);
    assert!(
        !dana
            .state
            .may_accept("canary", &person("Dana"), &person("Dana"))
    );
    dana.say(accept(&second));
    assert_eq!(
        dana.item("canary").proposal.unwrap().fate,
        ProposalFate::NotAllowed
    );
    assert_eq!(dana.status("canary"), Status::Open);
}

#[test]
fn to_call_a_red_thing_good_needs_acceptance_and_to_call_a_green_thing_bad_does_not() {
    let mut dana = Laptop::opened("Dana");
    let mut taras = joined(&dana, "Taras");
    dana.measure("tests-pass", Finding::Fail);
    let wish = dana.say(status_of(
        "tests-pass",
        SetStatus::Done,
        Some("flaky runner"),
    ));
    let item = dana.item("tests-pass");
    assert_eq!(
        (item.status, item.proposal.unwrap().kind),
        (Status::Failed, ProposalKind::Override)
    );
    taras.hear(&dana);
    taras.say(accept(&wish));
    meet(&mut dana, &mut taras);
    let item = dana.item("tests-pass");
    assert_eq!(
        (item.status, item.marks.overridden, item.marks.verified),
        (Status::Done, true, false)
    );

    dana.measure("tests-pass", Finding::Fail);
    assert_eq!(
        dana.status("tests-pass"),
        Status::Done,
        "the same verdict again changes nothing"
    );
    dana.measure("tests-pass", Finding::Inconclusive);
    assert_eq!(
        dana.status("tests-pass"),
        Status::Open,
        "another verdict ends the override"
    );

    dana.measure("tests-pass", Finding::Pass);
    dana.say(status_of(
        "tests-pass",
        SetStatus::Failed,
        Some("the report is from last week"),
    ));
    let item = dana.item("tests-pass");
    assert_eq!(
        (item.status, item.marks.overridden, item.proposal),
        (Status::Failed, true, None)
    );
}

#[test]
fn an_override_without_a_reason_never_counts() {
    let mut dana = Laptop::opened("Dana");
    dana.measure("tests-pass", Finding::Fail);
    let wish = dana.say(status_of("tests-pass", SetStatus::Done, None));
    dana.say(accept(&wish));
    assert_eq!(dana.status("tests-pass"), Status::Failed);
    assert_eq!(
        dana.item("tests-pass").proposal.unwrap().fate,
        ProposalFate::NotAllowed
    );
}

#[test]
fn people_who_decide_differently_leave_it_undecided() {
    let mut dana = Laptop::opened("Dana");
    let waiver = dana.set("migrated", SetStatus::Waived);
    let (mut taras, mut iva) = (joined(&dana, "Taras"), joined(&dana, "Iva"));
    taras.say(accept(&waiver));
    iva.say(Kind::ProposalRejected(ProposalDecided {
        proposal: waiver.clone(),
        reason: Some("no".into()),
        resolves: vec![],
    }));
    meet(&mut taras, &mut iva);
    let item = iva.item("migrated");
    assert_eq!(
        (item.status, item.proposal.unwrap().fate),
        (Status::Open, ProposalFate::Disputed)
    );
}

#[test]
fn the_policy_names_who_may_accept() {
    let mut dana = Laptop::opened("Dana");
    let mut taras = joined(&dana, "Taras");
    let policy = Policy {
        acceptance: Acceptance::Named(vec![OPS.into()]),
        ..Policy::default()
    };
    dana.say(Kind::PolicySet(PolicySet {
        point: "go-no-go".into(),
        policy,
        resolves: vec![],
    }));
    let waiver = dana.set("release-notes", SetStatus::Waived);
    taras.hear(&dana);
    taras.say(accept(&waiver));
    assert_eq!(
        taras.item("release-notes").proposal.unwrap().fate,
        ProposalFate::NotAllowed
    );
    let holder = Some(person("Taras"));
    taras.say(Kind::RoleSet(RoleSet {
        role: OPS.into(),
        title: None,
        holder,
        dropped: false,
        resolves: vec![],
    }));
    assert_eq!(
        taras.status("release-notes"),
        Status::Open,
        "holding the role now does not make the earlier word allowed"
    );
    taras.say(accept(&waiver));
    assert_eq!(taras.status("release-notes"), Status::Waived);
}
