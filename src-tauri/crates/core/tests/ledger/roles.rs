//! One key and several roles, and a point that accepts the whole checklist.

use countersign_core::ledger::signoff::{NotCounted, PointState, Verdict, may_sign, point};
use countersign_core::ledger::*;
use countersign_core::outline::Stage;

use crate::laptops::*;
use crate::signing::{Desk, intent, look, ready, sign};

fn not_counted(at: &PointState, role: &str) -> Option<NotCounted> {
    let known = at.roles.iter().find(|known| known.role.id == role);
    known.unwrap().not_counted
}

#[test]
fn a_second_role_by_one_key_counts_once_another_key_signs_it() {
    let signers = [("Dana", "trusted dana-key"), ("Rita", "trusted rita-key")];
    for order in [[0, 1], [1, 0]] {
        let (mut dana, mut desk) = (ready(), Desk::default());
        let mut approve = |role: &str, (name, key): (&str, &str)| {
            let intent = intent("go-no-go", role, Decision::Approve, name);
            sign(&mut dana, &mut desk, intent, key);
            look(&dana, &desk, "go-no-go")
        };
        let at = approve(QA, signers[0]);
        assert_eq!(at.keys_of_others(OPS), ["dana-key".to_owned()].into());
        assert!(at.keys_of_others(QA).is_empty(), "it may sign again there");

        let first = approve(OPS, signers[order[0]]);
        assert_eq!(
            not_counted(&first, OPS),
            (order[0] == 0).then_some(NotCounted::SameKey)
        );
        let both = approve(OPS, signers[order[1]]);
        assert_eq!(
            (not_counted(&both, OPS), both.verdict),
            (None, Verdict::Go),
            "Rita's own key counts, whatever else was signed for the role"
        );
    }
}

#[test]
fn acceptance_of_a_checklist_that_only_prepares_stays_open_after_the_deployment() {
    let mut pinned = checklist();
    for item in &mut pinned.outline.items {
        item.stage = Stage::Prepare;
    }
    let (digest, _) = pinned.seal().unwrap();
    let mut dana = Laptop::new("Dana");
    dana.state
        .add_outline(digest.clone(), pinned.clone().into());
    dana.say(Kind::RunOpened(RunOpened {
        outline: digest,
        ..opening(Preticked::Open)
    }));
    dana.say(Kind::AttemptDeployed(AttemptMoment {
        attempt: 1,
        at: clock(8000),
        resolves: vec![],
    }));
    let closed = |id: &str| {
        point(&dana.state, id, 1, clock(9000), &Desk::default())
            .unwrap()
            .closed
    };
    assert!(closed("go-no-go"), "what decides about the deployment");
    assert!(!closed("acceptance"), "what accepts the release");
    let acceptance = &pinned.outline.points[1];
    assert_eq!(
        may_sign(&dana.state, acceptance, QA, &person("Dana")),
        Ok(())
    );
}
