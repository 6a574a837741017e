use countersign_core::ledger::Digest;
use countersign_store::Approval;
use serde_json::json;

use crate::fixture::{at, fixture};

fn approval(plan: &str, environment: &str, time: i64) -> Approval {
    Approval {
        plan_hash: Digest::of(plan.as_bytes()),
        environment: environment.into(),
        plan: json!({ "url": plan }),
        approved_at: at(time),
    }
}

#[test]
fn an_approval_holds_for_one_plan_in_one_environment() {
    let there = fixture();
    let (health, token) = (
        approval("/health", "staging", 1),
        approval("/token", "staging", 2),
    );
    there
        .store
        .approve(&[health.clone(), token.clone()])
        .unwrap();
    let again = there.again();
    assert!(again.is_approved(&health.plan_hash, "staging").unwrap());
    assert!(!again.is_approved(&health.plan_hash, "production").unwrap());
    assert!(
        !again
            .is_approved(&Digest::of(b"/health?x"), "staging")
            .unwrap()
    );
    assert_eq!(
        again.approvals("staging").unwrap(),
        [token.clone(), health.clone()]
    );
    again.revoke_approval(&token.plan_hash, "staging").unwrap();
    assert_eq!(there.store.approvals("staging").unwrap(), [health]);
}
