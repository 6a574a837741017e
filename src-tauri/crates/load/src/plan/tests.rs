#![allow(clippy::unwrap_used)]

use super::*;

pub(crate) fn plan() -> Plan {
    serde_json::from_value(serde_json::json!({
        "requests": [{"name": "home", "method": "GET", "url": "http://staging.example:8080/"}],
        "approved": ["staging.example:8080"],
        "pace": {"rate": {"per_second": 100.0}},
        "ramp_ms": 2000,
        "warm_up_ms": 1000,
        "steps": [{"share": 1.0, "lasts_ms": 10_000}, {"share": 2.0, "lasts_ms": 5_000}],
        "connections": 50,
        "timeout_ms": 5000
    }))
    .unwrap()
}

#[test]
fn the_total_is_known_before_anything_is_sent() {
    // Half of the ramp, the warm-up, and both steps: 100 + 100 + 1000 + 1000.
    assert_eq!(plan().total_requests(), Some(2200));
    assert_eq!(plan().lasts_ms(), 18_000);
    let users = Pace::Users {
        users: 10,
        think_ms: 0,
    };
    let closed = Plan {
        pace: users,
        ..plan()
    };
    assert_eq!(closed.total_requests(), None);
    // Twice as many in the second step.
    assert_eq!(closed.most_connections(), 20);
}

#[test]
fn only_an_approved_target_is_sent_to() {
    assert_eq!(plan().check(), Ok(()));
    for url in [
        "http://staging.example/",
        "https://staging.example/",
        "http://other.example:8080/",
    ] {
        let mut other = plan();
        other.requests[0].url = url.to_owned();
        assert_eq!(other.check().unwrap_err().code, "load-target", "{url}");
    }
    let mut two = plan();
    two.requests.push(Request {
        url: "http://b.example:8080/".to_owned(),
        ..two.requests[0].clone()
    });
    two.approved.push("b.example:8080".to_owned());
    assert_eq!(two.check().unwrap_err().code, "load-plan");
}

#[test]
fn what_cannot_be_run_is_refused() {
    let breaks: [fn(&mut Plan); 7] = [
        |plan| plan.requests.clear(),
        |plan| plan.steps.clear(),
        |plan| plan.timeout_ms = 0,
        |plan| plan.connections = 0,
        |plan| plan.requests[0].weight = 0,
        |plan| {
            plan.pace = Pace::Rate {
                per_second: f64::NAN,
            }
        },
        |plan| plan.requests[0].url = "ftp://staging.example:8080/".to_owned(),
    ];
    for (at, spoil) in breaks.iter().enumerate() {
        let mut plan = plan();
        spoil(&mut plan);
        assert_eq!(plan.check().unwrap_err().code, "load-plan", "{at}");
    }
}
