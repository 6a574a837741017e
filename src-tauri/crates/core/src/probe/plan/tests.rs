#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use super::*;
use crate::diagnostic::Place;
use crate::probe::model::{FieldValue, Probe};
use crate::probe::{parse_comment, parse_yaml};

const START: Place = Place { line: 1, column: 1 };

fn probe(yaml: &str) -> Probe {
    let (mut probes, diagnostics) = parse_yaml(yaml, START);
    assert_eq!(diagnostics, [], "{yaml}");
    probes.remove(0)
}

fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

fn secrets(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const REQUEST: &str = "probe: http\nurl: https://${HOST}/status?key=${secret:KEY}\nbearer: ${secret:TOKEN}\nheaders: {X-Release: 'r ${VERSION}'}\nexpect: json($.version) == ${VERSION}\n";

#[test]
fn a_plan_says_what_would_be_done_with_secrets_by_name() {
    let plan = resolve(
        &probe(REQUEST),
        &variables(&[("HOST", "api.bakhmach.com:8443"), ("VERSION", "2.4.0")]),
        &secrets(&["KEY", "TOKEN"]),
    )
    .unwrap();
    assert_eq!(plan.class, Class::Reads);
    assert_eq!(plan.hosts, ["api.bakhmach.com:8443"]);
    assert_eq!(plan.secrets, ["KEY", "TOKEN"]);
    assert_eq!(plan.expect[0].text(), "json($.version) == 2.4.0");
    assert_eq!(
        plan.describe(),
        [
            "GET https://api.bakhmach.com:8443/status?key=«secret KEY»",
            "bearer: «secret TOKEN»",
            "headers X-Release: r 2.4.0",
            "to api.bakhmach.com:8443",
            "class: reads",
        ]
    );
}

#[test]
fn everything_missing_is_said_at_once() {
    let missing = resolve(
        &probe(REQUEST),
        &variables(&[("HOST", "a")]),
        &secrets(&["KEY"]),
    )
    .unwrap_err();
    assert_eq!(
        missing,
        [
            Missing::Variable {
                name: "VERSION".to_owned()
            },
            Missing::Secret {
                name: "TOKEN".to_owned()
            },
        ]
    );
}

#[test]
fn the_hash_binds_to_every_resolved_value_and_to_no_condition() {
    let secrets = secrets(&["KEY", "TOKEN"]);
    let hash = |yaml: &str, host: &str| {
        let variables = variables(&[("HOST", host), ("VERSION", "1.0.0")]);
        resolve(&probe(yaml), &variables, &secrets)
            .unwrap()
            .hash()
            .unwrap()
    };
    let base = hash(REQUEST, "a.example");
    assert_eq!(base.0.len(), 64);
    assert_eq!(
        base,
        hash(
            &REQUEST.replace("expect: json($.version)", "expect: header(x)"),
            "a.example"
        )
    );
    assert_ne!(base, hash(REQUEST, "b.example"));
    assert_ne!(
        base,
        hash(&REQUEST.replace("secret:KEY", "secret:TOKEN"), "a.example")
    );
    assert_ne!(base, hash(&format!("{REQUEST}retries: 1\n"), "a.example"));
    let mut scripted = resolve(
        &probe("probe: command\nrun: ./a.sh"),
        &BTreeMap::new(),
        &BTreeSet::new(),
    )
    .unwrap();
    let before = scripted.hash().unwrap();
    scripted.scripts.insert("a.sh".to_owned(), "00".to_owned());
    assert_ne!(before, scripted.hash().unwrap());
    scripted.version += 1;
    assert_ne!(before, scripted.hash().unwrap());
}

#[test]
fn the_plan_hash_has_a_golden_value() {
    let plan = resolve(
        &probe("probe: tcp\nhost: ${HOST}\nport: 6379\n"),
        &variables(&[("HOST", "redis.hamsaya.com")]),
        &BTreeSet::new(),
    )
    .unwrap();
    let bytes = canon::to_bytes(&plan).unwrap();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        r#"{"class":"passive","fields":{"host":{"text":[{"text":"redis.hamsaya.com"}]},"port":{"integer":6379}},"hosts":["redis.hamsaya.com:6379"],"kind":"tcp","retries":0,"secrets":[],"version":1}"#
    );
}

#[test]
fn a_variable_cannot_smuggle_in_a_secret_or_another_host() {
    let yaml = "probe: http\nurl: https://api.example/\nheaders: {X: '${V}'}";
    let plan = resolve(
        &probe(yaml),
        &variables(&[("V", "${secret:KEY}")]),
        &secrets(&["KEY"]),
    )
    .unwrap();
    assert_eq!(plan.secrets, Vec::<String>::new());
    assert_eq!(plan.fields["headers"].shown(), "X: ${secret:KEY}");
    for (yaml, value) in [
        ("probe: tcp\nhost: ${V}\nport: 1", "a/b"),
        ("probe: tcp\nhost: ${V}\nport: 1", "a b"),
        ("probe: tls\nhost: ${V}", "user@host"),
        ("probe: tcp\nhost: a\nport: ${V}", "0"),
        ("probe: http\nurl: ${V}", "file:///etc/passwd"),
        ("probe: http\nurl: https://${V}/", "user:pw@host"),
        ("probe: dns\nname: a\nserver: [\"${V}\"]", "ns.example"),
    ] {
        let result = resolve(&probe(yaml), &variables(&[("V", value)]), &BTreeSet::new());
        assert!(
            matches!(result.unwrap_err().as_slice(), [Missing::Value { .. }]),
            "{yaml} {value}"
        );
    }
}

#[test]
fn secrets_are_refused_in_every_place_that_the_design_names() {
    for yaml in [
        "probe: http\nurl: ${secret:S}://a/",
        "probe: http\nurl: https://${secret:S}/",
        "probe: http\nurl: https://a:${secret:S}/",
        "probe: http\nurl: https://a/${secret:S}",
        "probe: http\nurl: https://a/\nresolve: ${secret:S}",
        "probe: tls\nhost: ${secret:S}",
        "probe: tcp\nhost: a\nport: ${secret:S}",
        "probe: dns\nname: a\nserver: ${secret:S}",
        "probe: command\nrun: ${secret:S} a",
        "probe: command\nrun: [a]\ncwd: ${secret:S}",
        "probe: file\npath: ${secret:S}",
        "probe: http\nurl: https://a/\nexpect: body contains ${secret:S}",
    ] {
        let (probes, diagnostics) = parse_yaml(yaml, START);
        assert!(probes.is_empty(), "{yaml}");
        assert!(
            diagnostics.iter().any(|d| d.code == "probe-secret-place"
                || d.message.contains("secret")
                || d.code == "probe-bad-value"),
            "{yaml}: {diagnostics:?}"
        );
    }
    // A probe that came from elsewhere than our own parser is held to the same rule.
    let mut forged = probe("probe: http\nurl: https://a/");
    forged.fields.insert(
        "url".to_owned(),
        FieldValue::Text("https://${secret:S}/".to_owned()),
    );
    assert!(resolve(&forged, &BTreeMap::new(), &secrets(&["S"])).is_err());
}

#[test]
fn classes_follow_what_is_sent() {
    let class = |yaml: &str| {
        resolve(&probe(yaml), &BTreeMap::new(), &BTreeSet::new())
            .unwrap()
            .class
    };
    assert_eq!(class("probe: http\nurl: https://a/"), Class::Reads);
    assert_eq!(
        class("probe: http\nurl: https://a/\nmethod: POST"),
        Class::ChangesState
    );
    assert_eq!(
        class("probe: http\nurl: https://a/\nmethod: POST\neffect: reads"),
        Class::Reads
    );
    assert_eq!(
        class("probe: http\nurl: https://a/\neffect: changes"),
        Class::ChangesState
    );
    assert_eq!(class("probe: tls\nhost: a"), Class::Passive);
    assert_eq!(class("probe: command\nrun: make"), Class::Command);
    assert_eq!(
        class("probe: command\nrun: make\neffect: changes"),
        Class::ChangesState
    );
}

#[test]
fn a_script_belongs_to_its_shell() {
    let plan = resolve(
        &probe("probe: command\nshell: bash\nscript: |\n  echo ${HOME}\n"),
        &BTreeMap::new(),
        &BTreeSet::new(),
    )
    .unwrap();
    assert_eq!(plan.describe()[..2], ["runs in bash:", "  echo ${HOME}"]);
    let plan = resolve(
        &probe("probe: command\nrun: test -f 'a b'"),
        &BTreeMap::new(),
        &BTreeSet::new(),
    )
    .unwrap();
    assert_eq!(plan.describe()[0], "runs test -f 'a b'");
}

#[test]
fn the_plan_of_a_ref_only_judges() {
    let (probes, _) = parse_comment("ref=load expect=\"p95 < ${LIMIT}\"", START);
    let plan = resolve(
        &probes[0],
        &variables(&[("LIMIT", "200ms")]),
        &BTreeSet::new(),
    )
    .unwrap();
    assert_eq!(plan.expect[0].text(), "p95 < 200ms");
    assert_eq!(
        (plan.class, plan.hosts.len(), plan.fields.len()),
        (Class::Passive, 0, 0)
    );
    assert!(resolve(&probes[0], &BTreeMap::new(), &BTreeSet::new()).is_err());
}
