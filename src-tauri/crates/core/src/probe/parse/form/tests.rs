#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::probe::{Probe, parse_comment, parse_info, parse_yaml};

fn one(parsed: Parsed) -> Probe {
    assert!(parsed.1.is_empty(), "{:?}", parsed.1);
    parsed.0.into_iter().next().unwrap()
}

/// Comments as people write them; each is the same probe in every writing.
const COMMENTS: [&str; 6] = [
    "tls host=${API_HOST} expect=\"chain_ok, valid_for > 21d\"",
    "http url=${API_URL}/health expect='status == 200, json($.status) == \"ok\"' proves=part",
    "http url=https://api.example.org headers.Accept=application/json headers.X-A=\"a: b\" expect=\"status == 200\"",
    "dns name=example.org type=TXT expect=\"len(answers) > 0\" fresh=7d timeout=5s",
    "tcp host=localhost port=5432 id=db expect=\"connected\" warn=\"duration < 50ms\"",
    "ref=db expect=\"duration < 100ms\"",
];

#[test]
fn a_comment_is_the_same_probe_as_yaml_and_back() {
    for text in COMMENTS {
        let before = one(parse_comment(text, START));
        let yaml = comment_as_yaml(text).unwrap();
        assert_eq!(one(parse_yaml(&yaml, START)).hash, before.hash, "{yaml}");
        let drafted = one(parse_draft(&yaml, Placement::Comment, ""));
        assert_eq!(drafted.hash, before.hash, "{yaml}");
        let again = yaml_as_comment(&yaml).unwrap();
        assert_eq!(
            one(parse_comment(&again, START)).hash,
            before.hash,
            "{again}"
        );
    }
}

#[test]
fn an_info_string_keeps_what_stands_beside_its_probe() {
    let json = r#"{"probe": {"kind": "command", "run": "make check", "expect": "exit == 0"}, "item": "tests"}"#;
    let yaml = info_as_yaml(json).unwrap();
    assert_eq!(yaml, "kind: command\nrun: make check\nexpect: exit == 0\n");
    let again = yaml_as_info(&yaml.replace("make check", "make `all`"), json).unwrap();
    assert!(again.ends_with(r#", "item": "tests"}"#), "{again}");
    assert!(!again.contains('`'));
    let probe = one(parse_info(&again, "", START));
    assert!(format!("{:?}", probe.fields).contains("`all`"));
}

#[test]
fn texts_that_look_like_something_else_stay_texts() {
    let json = r#"{"probe": "http", "url": "https://x", "method": "POST", "body": {"a": "true", "b": "12", "c": 12, "d": "x\ny\n", "e": "- z: #"}}"#;
    let before = one(parse_info(json, "", START));
    let yaml = info_as_yaml(json).unwrap();
    assert_eq!(one(parse_yaml(&yaml, START)).hash, before.hash, "{yaml}");
}

#[test]
fn what_a_comment_cannot_hold_is_said_at_its_line() {
    let wrong =
        yaml_as_comment("probe: http\nurl: https://x\nheaders:\n  A:\n    B: c\n").unwrap_err();
    assert_eq!(
        (wrong.code.as_str(), wrong.place.line),
        ("probe-not-in-comment", 4)
    );
    let wrong = yaml_as_comment("probe: http\nurl: https://x/a--b\n").unwrap_err();
    assert_eq!(
        (wrong.code.as_str(), wrong.place.line),
        ("probe-not-in-comment", 2)
    );
    let (_, found) = parse_draft("probe: command\nrun: make\n", Placement::Comment, "");
    assert_eq!(found[0].code, "probe-not-in-comment");
}

#[test]
fn a_drafts_mistakes_stand_at_their_lines() {
    for placement in [Placement::Fence, Placement::Info, Placement::Sidecar] {
        let (_, found) = parse_draft(
            "probe: http\nurl: https://x\nexpect: statas == 200\n",
            placement,
            "",
        );
        assert_eq!(found[0].place.line, 3, "{placement:?} {found:?}");
        assert!(found[0].hint.is_some());
    }
}
