#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::outline::Stage;
use crate::probe::model::{FieldValue, Proves};
use crate::probe::schema::FieldKind;
use crate::probe::unit::Quantity;
use crate::probe::watch::Statistic;

const AT: Place = Place {
    line: 10,
    column: 16,
};
const TOP: Place = Place {
    line: 20,
    column: 3,
};

fn one(parsed: Parsed) -> Probe {
    let (mut probes, diagnostics) = parsed;
    assert_eq!(diagnostics, []);
    assert_eq!(probes.len(), 1);
    probes.remove(0)
}

fn only_error(parsed: Parsed) -> Diagnostic {
    let (probes, mut diagnostics) = parsed;
    assert_eq!(probes, [], "{diagnostics:?}");
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    diagnostics.remove(0)
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn place(line: u32, column: u32) -> Place {
    Place { line, column }
}

#[test]
fn the_four_writings_give_the_same_probe() {
    let comment = one(parse_comment(
        " tls host=${API_HOST} expect=\"chain_ok, valid_for > 21d\" fresh=7d ",
        AT,
    ));
    let fence = one(parse_yaml(
        "probe: tls\nhost: ${API_HOST}\nexpect:\n  - chain_ok\n  - valid_for > 21d\nfresh: 7d\n",
        TOP,
    ));
    let info = one(parse_info(
        r#"{"probe": {"kind": "tls", "host": "${API_HOST}", "expect": "chain_ok, valid_for > 21d", "fresh": "7d"}}"#,
        "anything\n",
        TOP,
    ));
    let (entries, diagnostics) = parse_sidecar(
        "probes:\n  1.3.5:\n    probe: tls\n    host: ${API_HOST}\n    expect: chain_ok, valid_for > 21d\n    fresh: 7d\n",
    );
    assert_eq!(diagnostics, []);
    assert_eq!(
        (entries[0].item.as_str(), entries[0].place),
        ("1.3.5", place(2, 3))
    );
    let sidecar = &entries[0].probes[0];
    for (probe, placement) in [
        (&comment, Placement::Comment),
        (&fence, Placement::Fence),
        (&info, Placement::Info),
        (sidecar, Placement::Sidecar),
    ] {
        assert_eq!(probe.placement, placement);
        assert_eq!(probe.fields, comment.fields);
        assert_eq!(probe.expect, comment.expect);
        assert_eq!(probe.hash, comment.hash);
        assert_eq!(probe.fresh, Quantity::parse("7d"));
    }
    assert_eq!(comment.place, AT);
    assert_eq!(
        comment.source,
        "tls host=${API_HOST} expect=\"chain_ok, valid_for > 21d\" fresh=7d"
    );
}

#[test]
fn the_probe_hash_has_a_golden_value_and_sees_every_change() {
    let hash = |text: &str| one(parse_comment(text, AT)).hash;
    let base = hash("tcp host=a port=1");
    let content = r#"{"baseline":[],"capture":{},"expect":["connected"],"fields":{"host":"a","port":1},"kind":"tcp","needs":[],"proves":"all","retries":0,"warn":[]}"#;
    let bytes = [b"countersign-probe-v1\0", content.as_bytes()].concat();
    assert_eq!(base, crate::canon::sha256_hex(&bytes));
    for changed in [
        "tcp host=b port=1",
        "tcp host=a port=1 id=x",
        "tcp host=a port=1 expect=\"not connected\"",
        "tcp host=a port=1 warn=\"duration < 1s\"",
        "tcp host=a port=1 baseline=+10%",
        "tcp host=a port=1 proves=part",
        "tcp host=a port=1 needs=x",
        "tcp host=a port=1 fresh=1d",
        "tcp host=a port=1 timeout=1s",
        "tcp host=a port=1 retries=1",
        "tcp host=a port=1 stage=watch",
        "tcp host=a port=1 env=staging",
    ] {
        assert_ne!(hash(changed), base, "{changed}");
    }
}

#[test]
fn common_fields_are_read() {
    let probe = one(parse_yaml(
        "probe: http\nid: status\nurl: https://a/\nwarn: [duration < 1s]\nbaseline: [+10%, 'bytes -5%']\nproves: part\nneeds: [login, load]\ncapture: {TOKEN: json($.token)}\ntimeout: 30s\nretries: 2\nstage: watch\nenv: staging\n",
        TOP,
    ));
    assert_eq!(probe.id.as_deref(), Some("status"));
    assert_eq!(probe.expect[0].text(), "status between 200 and 299");
    assert_eq!(probe.warn[0].text(), "duration < 1s");
    assert_eq!(probe.baseline[0].metric, "duration");
    assert_eq!(probe.baseline[1].metric, "bytes");
    assert_eq!(probe.proves, Proves::Part);
    assert_eq!(probe.needs, ["login", "load"]);
    assert_eq!(probe.capture["TOKEN"].to_string(), "json($.token)");
    assert_eq!(probe.timeout, Quantity::parse("30s"));
    assert_eq!((probe.retries, probe.stage), (2, Some(Stage::Watch)));
    assert_eq!(probe.env.as_deref(), Some("staging"));
    let json = serde_json::to_string(&probe).unwrap();
    assert_eq!(serde_json::from_str::<Probe>(&json).unwrap(), probe);
}

#[test]
fn numbers_that_are_text_stay_as_they_are_written() {
    let probe = one(parse_yaml(
        "probe: http\nurl: https://a/\nmethod: post\nheaders: {X-Version: 2.10, X-On: true}\nbody: {n: 1, v: 2.10, ok: true}\n",
        TOP,
    ));
    assert_eq!(probe.fields["method"], text("POST"));
    let FieldValue::Map(headers) = &probe.fields["headers"] else {
        panic!("{probe:?}");
    };
    assert_eq!(
        (&headers["X-Version"], &headers["X-On"]),
        (&text("2.10"), &text("true"))
    );
    let FieldValue::Map(body) = &probe.fields["body"] else {
        panic!("{probe:?}");
    };
    assert_eq!(body["n"], FieldValue::Integer(1));
    assert_eq!(
        (&body["v"], &body["ok"]),
        (&text("2.10"), &FieldValue::Bool(true))
    );
}

#[test]
fn a_comment_sets_entries_of_a_mapping_with_a_dot() {
    let probe = one(parse_comment(
        "http url=https://a/ headers.Accept=text/html headers.X-A='b c'",
        AT,
    ));
    let FieldValue::Map(headers) = &probe.fields["headers"] else {
        panic!("{probe:?}");
    };
    assert_eq!(
        (&headers["Accept"], &headers["X-A"]),
        (&text("text/html"), &text("b c"))
    );
}

#[test]
fn every_error_stands_at_its_place() {
    for (written, code, at) in [
        ("htp url=https://a/", "probe-unknown-kind", place(10, 16)),
        ("", "probe-unknown-kind", place(10, 16)),
        ("http", "probe-missing-field", place(10, 16)),
        (
            "http ur=https://a/ url=https://a/",
            "probe-unknown-field",
            place(10, 21),
        ),
        ("http url=a/", "probe-bad-value", place(10, 25)),
        (
            "http url=https://a/ expect=\"duration < 5%\"",
            "probe-bad-expression",
            place(10, 55),
        ),
        (
            "http url=https://a/\n  expect=\"status = 1\"",
            "probe-bad-expression",
            place(11, 18),
        ),
        (
            "http url=https://a/ expect=\"status\n  == 1%\"",
            "probe-bad-expression",
            place(11, 3),
        ),
        (
            "http url=https://a/ expect=\"x",
            "probe-syntax",
            place(10, 43),
        ),
        (
            "http url=https://a/ and more",
            "probe-syntax",
            place(10, 36),
        ),
        ("tcp host=a port=70000", "probe-bad-value", place(10, 32)),
        (
            "tcp host=a port=1 retries=9",
            "probe-bad-value",
            place(10, 42),
        ),
        (
            "tcp host=a port=1 timeout=5",
            "probe-bad-value",
            place(10, 42),
        ),
        (
            "tcp host=a port=1 timeout=5h",
            "probe-bad-value",
            place(10, 42),
        ),
        (
            "tcp host=a port=1 stage=later",
            "probe-bad-value",
            place(10, 40),
        ),
        (
            "tcp host=a port=1 host=b",
            "probe-duplicate-field",
            place(10, 34),
        ),
        ("http url=https://${A/", "probe-bad-variable", place(10, 33)),
        (
            "http url=https://${A}/${secret:B}",
            "probe-secret-place",
            place(10, 25),
        ),
        ("file path=../secret", "probe-bad-value", place(10, 26)),
        ("file path=/etc/passwd", "probe-bad-value", place(10, 26)),
        ("http url=https://a--b/", "probe-syntax", place(10, 16)),
    ] {
        let wrong = only_error(parse_comment(written, AT));
        assert_eq!(
            (wrong.code.as_str(), wrong.place),
            (code, at),
            "{written}: {wrong:?}"
        );
    }
    for (written, code, at) in [
        (
            "probe: http\nurl: https://a/\nexpect:\n  - status == 200\n  - duration < 5%\n",
            "probe-bad-expression",
            place(24, 18),
        ),
        (
            "probe: http\nurl: https://a/\nexpect: |\n  status == 200\n  duration < 5%\n",
            "probe-bad-expression",
            place(24, 16),
        ),
        (
            "probe: http\nurl: https://a/\nexpect: \"duration < 5%\"\n",
            "probe-bad-expression",
            place(22, 23),
        ),
        ("probe: http\n url: [", "probe-syntax", place(21, 7)),
        ("probe: http\nurl: &a b\n", "probe-syntax", place(21, 11)),
        (
            "probe: http\nurl: https://a/\nurl: https://b/\n",
            "probe-duplicate-field",
            place(22, 3),
        ),
        ("just text", "probe-syntax", place(20, 3)),
        ("", "probe-syntax", place(20, 3)),
        (
            "probe: command\nrun: 'a \"b'\n",
            "probe-bad-value",
            place(21, 9),
        ),
        (
            "probe: command\nscript: |\n  a\n  b\n",
            "probe-bad-value",
            place(20, 3),
        ),
        (
            "probe: command\nshell: true\nscript: echo ${secret:A}\n",
            "probe-bad-value",
            place(20, 3),
        ),
    ] {
        let (probes, diagnostics) = parse_yaml(written, TOP);
        assert_eq!(probes, [], "{written}");
        let first = diagnostics.first().unwrap();
        assert_eq!(
            (first.code.as_str(), first.place),
            (code, at),
            "{written}: {diagnostics:?}"
        );
    }
}

#[test]
fn what_nobody_sees_may_not_run_commands_or_change_state() {
    for written in [
        "command run=make",
        "http url=https://a/ method=POST",
        "http url=https://a/ effect=changes",
        "http url=https://a/ method=DELETE",
    ] {
        let wrong = only_error(parse_comment(written, AT));
        assert_eq!(wrong.code, "probe-not-in-comment", "{written}");
        assert!(wrong.hint.unwrap().contains("fence"));
    }
    one(parse_yaml(
        "probe: http\nurl: https://a/\nmethod: POST\n",
        TOP,
    ));
    one(parse_yaml("probe: command\nrun: make test\n", TOP));
}

#[test]
fn a_fence_with_an_info_string_gives_its_content_to_the_kind() {
    let line = one(parse_info(
        r#"{"probe": "command"}"#,
        "# check\n./scripts/validate.sh --all 'a b'\n",
        TOP,
    ));
    assert_eq!(
        line.fields["run"],
        FieldValue::List(vec![
            text("./scripts/validate.sh"),
            text("--all"),
            text("a b")
        ])
    );
    let body = "set -e\necho ${HOME}\n";
    let script = one(parse_info(
        r#"{"probe": "command", "shell": "bash"}"#,
        body,
        TOP,
    ));
    assert_eq!(script.fields["script"], text(body));
    let piped = one(parse_info(
        r#"{"probe": "command", "run": ["python3", "-"]}"#,
        "print(1)\n",
        TOP,
    ));
    assert_eq!(piped.fields["stdin"], text("print(1)\n"));
    let several = only_error(parse_info(r#"{"probe": "command"}"#, "a\nb\n", TOP));
    assert!(several.message.contains("shell"), "{several:?}");
    let tls = one(parse_info(
        r#"{"probe": "tls", "host": "a"}"#,
        "ignored",
        TOP,
    ));
    assert_eq!(tls.fields.len(), 1);
}

#[test]
fn a_list_holds_several_probes_and_one_broken_one_costs_itself_only() {
    let (probes, diagnostics) = parse_yaml(
        "- probe: tcp\n  host: a\n  port: 1\n- probe: tcp\n  host: b\n- probe: tls\n  host: c\n",
        place(1, 1),
    );
    let kinds: Vec<&str> = probes.iter().map(|p| p.kind.as_str()).collect();
    assert_eq!(kinds, ["tcp", "tls"]);
    assert_eq!(probes[1].place, place(6, 3));
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(
        (diagnostics[0].code.as_str(), diagnostics[0].place),
        ("probe-missing-field", place(4, 3))
    );
}

#[test]
fn only_a_statistic_of_a_watch_is_compared_with_the_last_accepted_run() {
    let read = |text: &str| parse_comment(text, AT);
    let each = "tcp host=a port=1 watch=1h baseline=\"+10%\"";
    let refused = only_error(read(each));
    assert_eq!(refused.code, "probe-watch-baseline");
    assert!(refused.hint.unwrap().contains("statistic: max"));
    let last = one(read(&format!("{each} statistic=last")));
    assert_eq!(last.compared_metrics(), ["duration"]);
    // What a later release may want to compare is kept before anybody asks for it.
    let plain = one(read("tcp host=a port=1 watch=1h statistic=last"));
    assert_eq!(plain.compared_metrics(), ["duration"]);
    let nothing = one(read("exposed url=https://a/ watch=1h statistic=last"));
    assert_eq!(nothing.compared_metrics(), Vec::<&str>::new());
}

#[test]
fn how_a_probe_is_watched_is_read_whole_or_refused() {
    let read = |written: &str| parse_comment(written, AT);
    let probe = one(read(
        "tcp host=a port=1 every=30s min_coverage=95% watch=1h statistic=max",
    ));
    let watch = probe.watch.unwrap();
    assert_eq!(watch.to_string(), "watched for 1h, once every 30s");
    assert_eq!(watch.statistic, Statistic::Max);
    assert_eq!(watch.must_cover(), Quantity::whole(95, Unit::Percent));
    let plain = one(read("tcp host=a port=1"));
    let watched = one(read("tcp host=a port=1 watch=1h"));
    assert_ne!(plain.hash, watched.hash);
    for wrong in [
        "tcp host=a port=1 every=30s",
        "tcp host=a port=1 watch=0s",
        "tcp host=a port=1 watch=32d",
        "tcp host=a port=1 watch=1h every=2h",
        "tcp host=a port=1 watch=1h every=1ms",
        "tcp host=a port=1 watch=1h statistic=p95",
        "tcp host=a port=1 watch=1h min_coverage=101%",
        "tcp host=a port=1 watch=1h min_coverage=1h",
        "push from=\"the team\" watch=1h",
        "ref=load watch=1h expect=\"duration < 1s\"",
    ] {
        let (probes, diagnostics) = read(wrong);
        assert!(probes.is_empty(), "{wrong}");
        assert_eq!(diagnostics[0].code, "probe-bad-value", "{wrong}");
    }
}

#[test]
fn links_between_probes_are_checked() {
    let probes: Vec<Probe> = [
        "tcp host=a port=1 id=one needs=two",
        "tcp host=a port=1 id=two needs=one",
        "tcp host=a port=1 id=three needs=nobody",
        "tcp host=a port=1 id=three",
        "ref=one expect=\"p95 < 200ms\"",
        "ref=three expect=\"duration < 200ms\"",
    ]
    .iter()
    .map(|written| one(parse_comment(written, AT)))
    .collect();
    let codes = |named: &[Named<'_>]| -> Vec<String> {
        link(named).into_iter().map(|found| found.code).collect()
    };
    let mut named: Vec<Named<'_>> = probes.iter().map(Named::by_id).collect();
    assert_eq!(
        codes(&named),
        [
            "probe-duplicate-id",
            "probe-circle",
            "probe-circle",
            "probe-unknown-id",
            "probe-bad-expression",
        ]
    );
    // An item may be named in place of a probe's id; a probe's own id counts more.
    named[5].names.extend(["nobody", "one"]);
    assert_eq!(
        codes(&named),
        [
            "probe-duplicate-id",
            "probe-circle",
            "probe-circle",
            "probe-bad-expression",
        ]
    );
}

#[test]
fn the_schemas_are_whole_and_their_examples_are_right() {
    for schema in kinds::ALL {
        assert!(
            parse_conditions(schema.default_expect, schema).is_ok(),
            "{}",
            schema.name
        );
        assert!(schema.primary.is_none_or(|m| schema.metric(m).is_some()));
        assert!(schema.json.is_none_or(|m| schema.metric(m).is_some()));
        assert!(schema.body_field.is_none_or(|f| schema.field(f).is_some()));
        assert!(!schema.examples.is_empty());
        let shadowed = schema
            .fields
            .iter()
            .any(|f| common::COMMON.contains(&f.name));
        assert!(!shadowed, "{} hides a common field", schema.name);
        for example in schema.examples {
            let parsed = if example.comment {
                parse_comment(example.text, AT)
            } else {
                parse_yaml(example.text, TOP)
            };
            assert_eq!(one(parsed).kind, schema.name);
        }
        for field in schema.fields.iter().filter(|f| f.kind == FieldKind::Url) {
            use crate::probe::schema::Secrets;
            assert!(matches!(field.secrets, Secrets::InQuery | Secrets::Never));
        }
    }
}

#[test]
fn arguments_are_split_as_a_shell_splits_words_and_nothing_more() {
    let split = |line: &str| split_arguments(line);
    let words = |list: &[&str]| Some(list.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
    assert_eq!(
        split("a  'b c' \"d \\\"e\\\"\" f\\ g"),
        words(&["a", "b c", "d \"e\"", "f g"])
    );
    assert_eq!(
        split("a '' | b > $HOME *"),
        words(&["a", "", "|", "b", ">", "$HOME", "*"])
    );
    assert_eq!(split("a 'b"), None);
}
