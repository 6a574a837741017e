#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_core::probe::{ConditionOutcome, Measured, Observation, Value as Found, Verdict};
use serde_json::{Value, json};

use super::pictures;
use crate::wire::picture::Picture;

fn observation(saw: Value, conditions: &[(&str, &str, &str)]) -> Observation {
    Observation {
        verdict: Verdict::Pass,
        conditions: conditions
            .iter()
            .map(|(text, limit, unit)| ConditionOutcome {
                text: (*text).to_owned(),
                verdict: Verdict::Pass,
                measured: None,
                limit: Some((*limit).to_owned()),
                unit: Some((*unit).to_owned()),
                why: None,
            })
            .collect(),
        values: Vec::new(),
        summary: String::new(),
        started: "2026-11-22T00:00:00Z".parse().unwrap(),
        duration_ms: 1,
        target: String::new(),
        saw: saw.as_object().unwrap().clone(),
        hint: None,
    }
}

fn only(saw: Value, conditions: &[(&str, &str, &str)]) -> Picture {
    let mut made = pictures(&observation(saw, conditions));
    assert_eq!(made.len(), 1, "{made:?}");
    made.remove(0)
}

#[test]
fn one_server_of_three_that_says_something_else_is_marked() {
    let saw = json!({"servers": [
        {"server": "192.0.2.1", "rcode": "NOERROR", "records": ["198.51.100.9"]},
        {"server": "192.0.2.2", "rcode": "NOERROR", "records": ["198.51.100.1"]},
        {"server": "192.0.2.3", "rcode": "NOERROR", "records": ["198.51.100.1"]},
        {"server": "192.0.2.4", "error": "no answer in 5 s"},
    ]});
    let Picture::Answers { answers } = only(saw, &[]) else {
        panic!("no answers")
    };
    let differs: Vec<bool> = answers.iter().map(|answer| answer.differs).collect();
    assert_eq!(differs, [true, false, false, false]);
    assert_eq!(answers[3].trouble, "no answer in 5 s");
}

#[test]
fn what_expires_carries_the_days_that_its_condition_wants() {
    let of = |saw, wanted: &[(&str, &str, &str)]| {
        let Picture::Life {
            title,
            days_left,
            limit_days,
            facts,
            ..
        } = only(saw, wanted)
        else {
            panic!("no life")
        };
        let facts: Vec<String> = facts
            .into_iter()
            .map(|f| format!("{} {}", f.name, f.value))
            .collect();
        (title, days_left, limit_days, facts.join("; "))
    };
    let saw = json!({"certificate": {
        "subject": "CN=a", "issuer": "CN=b", "names": ["a", "b"], "serial": "7",
        "not_before": "2026-11-01T00:00:00Z", "not_after": "2026-12-02T00:00:00Z",
    }});
    let wanted = [("valid_for > 7d", "7", "d"), ("valid_for > 21d", "21", "d")];
    let certificate = of(saw, &wanted);
    let facts = "subject CN=a; issuer CN=b; names a, b".to_owned();
    assert_eq!(
        certificate,
        ("certificate".to_owned(), 10.0, Some(21.0), facts)
    );
    let saw = json!({"domain": {
        "name": "a.test", "nameservers": ["ns1", "ns2"], "registrar": "Example",
        "not_before": "2026-01-01T00:00:00Z", "not_after": "2026-11-21T00:00:00Z",
    }});
    let domain = of(saw, &[("expires_in > 30d", "30", "d")]);
    let facts = "name a.test; registrar Example; nameservers ns1, ns2".to_owned();
    assert_eq!(domain, ("domain".to_owned(), -1.0, Some(30.0), facts));
}

#[test]
fn each_row_of_a_judged_table_says_what_was_seen_and_what_was_wanted() {
    let saw = json!({"origins": {
        "columns": ["origin", "verdict", "wanted", "let in", "status"],
        "rows": [["https://a.test", "fail", "to be kept out", "let in", "answered 204"]],
    }});
    let Picture::Checks {
        title,
        steps,
        checks,
    } = only(saw, &[])
    else {
        panic!("no checks")
    };
    assert_eq!((title.as_str(), steps), ("origins", false));
    let check = &checks[0];
    let told = [
        &check.mark,
        &check.name,
        &check.wanted,
        &check.found,
        &check.why,
    ];
    assert_eq!(
        told,
        [
            "fail",
            "https://a.test",
            "to be kept out",
            "let in, answered 204",
            ""
        ]
    );
}

#[test]
fn a_dialogue_keeps_its_order() {
    let saw = json!({"dialogue": [
        {"step": "greeting", "ok": true, "text": "220 mail.test"},
        {"step": "auth", "ok": false, "text": "535 no"},
        {"step": "closed", "verdict": "warn", "text": "late"},
    ]});
    let Picture::Checks { steps, checks, .. } = only(saw, &[]) else {
        panic!("no steps")
    };
    let told: Vec<(&str, &str, &str)> = checks
        .iter()
        .map(|one| (one.name.as_str(), one.mark.as_str(), one.found.as_str()))
        .collect();
    assert!(steps);
    assert_eq!(
        told,
        [
            ("greeting", "pass", "220 mail.test"),
            ("auth", "fail", "535 no"),
            ("closed", "warn", "late")
        ]
    );
}

#[test]
fn answers_that_were_lost_leave_a_hole_in_the_line() {
    let saw = json!({"round_trips": {"unit": "ms", "lines": [
        {"name": "", "points": [[1000, "0.4"], [1200, null], [1400, "0.5"]]},
    ]}});
    let Picture::Series {
        title,
        lines,
        limits,
        ..
    } = only(saw, &[("rtt_max < 50ms", "50", "ms")])
    else {
        panic!("no series")
    };
    let values: Vec<Option<f64>> = lines[0].points.iter().map(|point| point.value).collect();
    assert_eq!((title.as_str(), limits), ("round trips", vec![50.0]));
    assert_eq!(values, [Some(0.4), None, Some(0.5)]);
}

#[test]
fn a_package_below_the_limit_is_beyond_it() {
    let saw = json!({"packages": [
        {"name": "sync", "line": {"n": "84.96", "u": "%"}, "lines": 100},
        {"name": "api", "line": {"n": "93.1", "u": "%"}, "lines": 100},
    ]});
    let Picture::Bars {
        bars, at, limit, ..
    } = only(saw, &[("line >= 85%", "85", "%")])
    else {
        panic!("no bars")
    };
    assert_eq!(limit.replace('\u{a0}', " "), "at least 85 %");
    assert_eq!(at, Some(0.85));
    let told: Vec<(&str, bool)> = bars
        .iter()
        .map(|bar| (bar.value.as_str(), bar.beyond))
        .collect();
    assert_eq!(told, [("84.96\u{a0}%", true), ("93.1\u{a0}%", false)]);
}

#[test]
fn points_in_time_keep_their_gaps_and_limits() {
    let saw = json!({"series": {"unit": "%", "lines": [
        {"name": "errors", "points": [[1000, "0.02"], [2000, "NaN"], [3000, "0.3"]]},
    ]}});
    let wanted = [("highest < 0.1%", "0.1", "%"), ("samples > 2", "2", "")];
    let Picture::Series {
        lines,
        limits,
        unit,
        ..
    } = only(saw, &wanted)
    else {
        panic!("no series")
    };
    let values: Vec<Option<f64>> = lines[0].points.iter().map(|point| point.value).collect();
    assert_eq!(values, [Some(0.02), None, Some(0.3)]);
    assert_eq!((unit.as_str(), limits), ("%", vec![0.1]));
}

#[test]
fn findings_say_where_and_how_many_there_are() {
    let saw = json!({"first": [
        {"level": "warning", "rule": "no-eval", "file": "src/a.js", "line": 12, "message": "eval"},
    ]});
    let mut seen = observation(saw, &[]);
    seen.values.push(Measured {
        metric: "findings".to_owned(),
        value: Found::count(812),
    });
    let made = pictures(&seen);
    let Some(Picture::Places { places, total, .. }) = made.first() else {
        panic!("{made:?}")
    };
    let place = &places[0];
    assert_eq!(*total, 812);
    assert_eq!(
        [&place.mark, &place.place, &place.rule, &place.text],
        ["warn", "src/a.js:12", "no-eval", "eval"]
    );
}

#[test]
fn checks_are_told_by_their_outcome_and_failed_tests_by_their_name() {
    let saw = json!({
        "headers": [{"name": "content-security-policy", "verdict": "fail", "found": "", "why": "missing"}],
        "failed_tests": ["sync keeps order"],
    });
    let made = pictures(&observation(saw, &[]));
    let marks: Vec<(String, String)> = made
        .iter()
        .flat_map(|picture| match picture {
            Picture::Checks { checks, .. } => checks.clone(),
            other => panic!("{other:?}"),
        })
        .map(|check| (check.name, check.mark))
        .collect();
    let fail = |name: &str| (name.to_owned(), "fail".to_owned());
    assert_eq!(
        marks,
        [fail("sync keeps order"), fail("content-security-policy")]
    );
}

#[test]
fn a_table_of_verdicts_is_a_list_of_checks_and_another_one_stays_a_table() {
    let table = |verdict: &str| {
        json!({"table": {
            "columns": ["test", "verdict", "result", "score"],
            "rows": [["referrer-policy", "pass", "no-referrer", "+5"], ["csp", verdict, "missing", "-25"]],
        }})
    };
    let Picture::Checks { checks, .. } = only(table("fail"), &[]) else {
        panic!("no checks")
    };
    let [_, csp] = checks.as_slice() else {
        panic!("{checks:?}")
    };
    assert_eq!(
        [&csp.mark, &csp.name, &csp.found],
        ["fail", "csp", "missing, -25"]
    );
    // A query may have a column of that name too.
    assert!(matches!(only(table("upheld"), &[]), Picture::Rows { .. }));
}

#[test]
fn an_output_is_its_text_and_nothing_of_its_keeping() {
    let stream =
        |text: &str| json!({"bytes": text.len(), "cut": false, "sha256": "ab", "text": text});
    let saw = json!({"directory": ".", "stdout": stream("412 passed\n"), "stderr": stream("")});
    let made = pictures(&observation(saw, &[]));
    let Some((Picture::Text { title, text, note }, rest)) = made.split_first() else {
        panic!("{made:?}")
    };
    assert_eq!([title, text, note], ["stdout", "412 passed\n", ""]);
    let [
        Picture::Facts {
            facts,
            folded: true,
            ..
        },
    ] = rest
    else {
        panic!("{rest:?}")
    };
    assert_eq!(facts.len(), 1);
}

#[test]
fn what_has_no_shape_is_a_list_of_names_and_values() {
    let saw = json!({"branch": "main", "dirty": [], "size": {"n": "1200", "u": "B"}});
    let Picture::Facts { facts, folded, .. } = only(saw, &[]) else {
        panic!("no facts")
    };
    let told: Vec<String> = facts
        .iter()
        .map(|fact| {
            format!(
                "{}={}",
                fact.name,
                fact.value.replace(['\u{a0}', '\u{202f}'], " ")
            )
        })
        .collect();
    assert_eq!(told, ["branch=main", "size=1 200 B"]);
    assert!(!folded);
}
