#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Place;
use crate::probe::{parse_comment, parse_info, parse_yaml, resolve};

const AT: Place = Place { line: 1, column: 1 };

fn codes(yaml: &str) -> Vec<String> {
    let (_, diagnostics) = parse_yaml(yaml, AT);
    diagnostics.into_iter().map(|d| d.code).collect()
}

#[test]
fn a_query_never_hides_in_a_comment() {
    for kind in ["postgres dsn=dbname=a", "sqlite path=a.db"] {
        let (probes, diagnostics) = parse_comment(kind, AT);
        assert_eq!((probes.len(), diagnostics), (1, vec![]), "{kind}");
        let (probes, diagnostics) = parse_comment(&format!("{kind} sql=\"SELECT 1\""), AT);
        assert_eq!(probes, []);
        assert_eq!(diagnostics[0].code, "probe-not-in-comment");
    }
}

#[test]
fn a_fence_of_sql_is_the_query() {
    let info = r#"{"probe": "postgres", "dsn": "dbname=a", "expect": "cell == 0"}"#;
    let (probes, diagnostics) = parse_info(info, "SELECT count(*) FROM t\n", AT);
    assert_eq!(diagnostics, []);
    let sql = probes[0].fields["sql"].as_text();
    assert_eq!(sql, Some("SELECT count(*) FROM t\n"));
}

#[test]
fn passwords_are_secrets() {
    for yaml in [
        "probe: postgres\npassword: hunter2",
        "probe: postgres\npassword: ${PASSWORD}",
        "probe: redis\nhost: r\npassword: hunter2",
        "probe: s3\nurl: https://s3\nbucket: b\naccess_key: a\nsecret_key: hunter2",
        "probe: s3\nurl: https://s3\nbucket: b\naccess_key: a",
        "probe: s3\nurl: https://s3\nbucket: b\nkey: a\nprefix: b",
        "probe: http\nurl: https://a\ncert: a.pem\nkey_pem: hunter2",
    ] {
        assert_eq!(codes(yaml), ["probe-bad-value"], "{yaml}");
    }
    for yaml in [
        "probe: postgres\nhost: ${secret:HOST}",
        "probe: postgres\ndsn: host=a user=${secret:USER}",
        "probe: s3\nurl: https://s3\nbucket: ${secret:BUCKET}",
        "probe: promql\nurl: https://p\nquery: up{a='${secret:A}'}",
    ] {
        assert_eq!(codes(yaml), ["probe-secret-place"], "{yaml}");
    }
}

#[test]
fn a_declared_unit_is_checked_where_conditions_are_written() {
    let base = "probe: promql\nurl: https://p\nquery: up\n";
    for (more, right) in [
        ("expect: value < 5", true),
        ("expect: value < 5ms", false),
        ("unit: s\nexpect: value < 5ms", true),
        ("expect: value < 5ms\nunit: s", true),
        ("unit: s\nexpect: highest < 5", false),
        ("unit: '%'\nexpect: value < 5ms", false),
        ("unit: parsec\nexpect: series == 0", false),
        ("unit: s\nexpect: series == 0", true),
        ("unit: s\nexpect: series < 1s", false),
        ("unit: s\nbaseline: value +10%", true),
        ("unit: s\nexpect: value < ${LIMIT}", true),
    ] {
        assert_eq!(codes(&format!("{base}{more}")).is_empty(), right, "{more}");
    }
    let (probes, _) = parse_yaml(&format!("{base}unit: s\nexpect: value < ${{LIMIT}}"), AT);
    for (limit, right) in [("5ms", true), ("5%", false)] {
        let variables = BTreeMap::from([("LIMIT".to_owned(), limit.to_owned())]);
        let plan = resolve(&probes[0], &variables, &BTreeSet::new());
        assert_eq!(plan.is_ok(), right, "{limit}");
    }
}

#[test]
fn a_plan_says_where_it_goes() {
    let hosts = |yaml: &str| {
        let (probes, diagnostics) = parse_yaml(yaml, AT);
        assert_eq!(diagnostics, []);
        let plan = resolve(&probes[0], &BTreeMap::new(), &BTreeSet::new());
        plan.map(|plan| plan.hosts)
    };
    for (yaml, expected) in [
        ("probe: postgres\nhost: db", "db:5432"),
        ("probe: postgres\ndsn: postgresql://u@db:6000/a", "db:6000"),
        ("probe: postgres\ndsn: host=/run/pg", "/run/pg:5432"),
        (
            "probe: postgres\ndsn: dbname=a",
            "PGHOST or local socket:5432",
        ),
        ("probe: redis\nhost: r", "r:6379"),
        ("probe: s3\nurl: https://s3.test\nbucket: b", "s3.test:443"),
        (
            "probe: s3\nurl: https://s3.test\nbucket: b\npath_style: false",
            "b.s3.test:443",
        ),
        ("probe: promql\nurl: http://p:9090/a\nquery: up", "p:9090"),
    ] {
        assert_eq!(hosts(yaml).unwrap(), [expected], "{yaml}");
    }
    for yaml in [
        "probe: postgres\ndsn: dbname=a password=hunter2",
        "probe: postgres\ndsn: bakhmach",
        "probe: s3\nurl: https://s3.test\nbucket: a.evil/b",
    ] {
        let missing = hosts(yaml).unwrap_err();
        assert!(!format!("{missing:?}").contains("hunter2"), "{yaml}");
    }
}

#[test]
fn the_way_to_a_host_fits_together() {
    let base = "probe: http\nurl: https://a\n";
    for more in [
        "basic: 'u:${secret:P}'\nbearer: ${secret:T}",
        "cert: a.pem\nkey: a.key\nkey_pem: ${secret:K}",
        "key: a.key",
        "proxy: http://p:3128\nresolve: 10.0.0.1",
        "proxy_basic: 'u:${secret:P}'",
        "ip: 5",
        "http: 3",
    ] {
        assert_eq!(
            codes(&format!("{base}{more}")),
            ["probe-bad-value"],
            "{more}"
        );
    }
    assert_eq!(
        codes("probe: http\nurl: http://a\ncert: a.pem"),
        ["probe-bad-value"]
    );
    let (probes, diagnostics) =
        parse_yaml(&format!("{base}proxy: http://p:3128\nip: 6\nhttp: 1.1"), AT);
    assert_eq!(diagnostics, []);
    let plan = resolve(&probes[0], &BTreeMap::new(), &BTreeSet::new()).unwrap();
    assert_eq!(plan.hosts, ["a:443", "p:3128"]);
    for proxy in ["https://p", "http://u:p@p"] {
        let (probes, _) = parse_yaml(&format!("{base}proxy: {proxy}"), AT);
        assert!(resolve(&probes[0], &BTreeMap::new(), &BTreeSet::new()).is_err());
    }
}
