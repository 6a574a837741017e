#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::diagnostic::Place;
use crate::probe::plan::Missing;
use crate::probe::{parse_yaml, resolve};

const AT: Place = Place { line: 1, column: 1 };

fn plan(yaml: &str) -> Result<Plan, Vec<Missing>> {
    let (probes, diagnostics) = parse_yaml(yaml, AT);
    assert_eq!(diagnostics, [], "{yaml}");
    let variables = BTreeMap::from([("RATE".to_owned(), "90/min".to_owned())]);
    resolve(&probes[0], &variables, &BTreeSet::new())
}

const BASE: &str = "probe: load\nurl: https://a.test/x\n";

#[test]
fn the_amount_is_known_before_anything_is_sent() {
    let of = |more: &str| amount(&plan(&format!("{BASE}{more}")).unwrap()).unwrap();
    let usual = of("rate: 1000/s\nduration: 60s");
    assert_eq!(usual.requests(), Some(65_000));
    assert_eq!(usual.to_string(), "1000/s for 1m, 65,000 requests in all");
    let steps = of("rate: 100/s\nwarmup: 2s\nramp: 2s\nsteps: [50/s 10s, 200/s 10s]");
    assert_eq!(steps.requests(), Some(50 + 100 + 500 + 2000));
    assert_eq!(
        of("rate: ${RATE}").pace,
        Level::Rate("1.5".parse().unwrap())
    );
    let users = of("users: 50\nthink: 1s\nsteps: [25 10s, 100 10s]");
    assert_eq!((users.requests(), users.connections), (None, 100));
    let facts = usual.facts();
    assert!(
        facts.contains(&("Requests in all", "65,000".to_owned())),
        "{facts:?}"
    );
    assert!(facts.contains(&("Rate", "1,000 requests per second".to_owned())));
}

#[test]
fn what_it_asks_for_stands_in_the_plan() {
    let plan = plan(&format!("{BASE}rate: 10/s\nresolve: 10.0.0.9")).unwrap();
    assert_eq!(plan.hosts, ["a.test:443", "10.0.0.9"]);
    assert_eq!(plan.class, Class::Load);
    assert!(plan.target().contains("10/s for 30s"), "{}", plan.target());
}

#[test]
fn what_does_not_fit_together_is_said() {
    let codes = |more: &str| {
        let (_, diagnostics) = parse_yaml(&format!("probe: load\n{more}"), AT);
        let codes: Vec<String> = diagnostics.into_iter().map(|one| one.code).collect();
        codes
    };
    for more in [
        "rate: 10/s",
        "url: https://a\nexpect: p99 < 1s",
        "url: https://a\nrate: 10/s\nusers: 5",
        "url: https://a\nrate: 10/s\nthink: 1s",
        "url: https://a\nrate: 10/s\nduration: 5s\nsteps: [5/s 5s]",
        "url: https://a\nrate: 10/s\nrequests: [{weight: 2}]",
        "url: https://a\nrate: 10/s\nrequests: [{path: /a, colour: red}]",
        "url: https://a\nrate: 10/s\nvalues: {user: ann}",
        "from: a.json\nrate: 10/s",
    ] {
        assert_eq!(codes(more), ["probe-bad-value"], "{more}");
    }
    for more in [
        "rate: 10",
        "rate: 10ms",
        "rate: 0/s",
        "rate: 5/s\nsteps: [5 5s]",
    ] {
        assert!(plan(&format!("{BASE}{more}")).is_err(), "{more}");
    }
}

#[test]
fn any_percentile_and_any_status_may_be_asked_for() {
    let codes = |expect: &str| {
        let (_, diagnostics) = parse_yaml(&format!("{BASE}rate: 1/s\nexpect: {expect}"), AT);
        diagnostics.len()
    };
    for expect in ["p50 < 1s", "p99.9 < 20ms", "p97 < 1s", "status_503 == 0"] {
        assert_eq!(codes(expect), 0, "{expect}");
    }
    for expect in [
        "p101 < 1s",
        "p99 < 5%",
        "status_x == 0",
        "packets > 5",
        "p < 1s",
    ] {
        assert_eq!(codes(expect), 1, "{expect}");
    }
}

#[test]
fn what_only_reads_a_file_asks_nobody() {
    let plan = plan("probe: load\nfrom: reports/k6.json").unwrap();
    assert_eq!(plan.class, Class::Passive);
    assert_eq!(plan.hosts, [] as [&str; 0]);
}
