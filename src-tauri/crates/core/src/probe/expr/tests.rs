#![allow(clippy::unwrap_used, clippy::panic)]

use rust_decimal::Decimal;

use super::*;
use crate::probe::kinds::{COMMAND, DNS, HTTP, TLS};
use crate::probe::schema::KindSchema;
use crate::probe::value::{Value, Values, Verdict};
use crate::probe::{Baseline, parse_conditions};

fn values() -> Values {
    let mut values = Values::default();
    values.set("status", Value::count(200));
    values.set(
        "duration",
        Value::Number(Quantity::new(Decimal::new(5000, 1), Unit::Millisecond)),
    );
    values.set("body", Value::text("all is well"));
    values.headers = Some(vec![
        ("Content-Type".to_owned(), "application/json".to_owned()),
        ("Vary".to_owned(), "a".to_owned()),
        ("vary".to_owned(), "b".to_owned()),
    ]);
    values.json = Some(serde_json::json!({
        "status": "ok", "version": "v2.4.0-rc.1", "p95": 199.9, "share": 0.1, "text_number": "12",
        "none": null, "items": [{"n": 3}, {"n": 10}], "empty": [], "flag": true, "object": {},
        "sum": 0.30000000000000004
    }));
    values
}

fn judge_with(schema: &KindSchema, text: &str, values: &Values) -> Verdict {
    let conditions = parse_conditions(text, schema).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    evaluate(&conditions, &[], values).0
}

fn judge(text: &str) -> Verdict {
    judge_with(&HTTP, text, &values())
}

fn wrong(schema: &KindSchema, text: &str) -> ExprError {
    parse_conditions(text, schema).expect_err(text)
}

#[test]
fn every_operator_decides_both_ways() {
    for (holds, fails) in [
        ("status == 200", "status == 201"),
        ("status != 404", "status != 200"),
        ("status < 201", "status < 200"),
        ("status <= 200", "status <= 199"),
        ("status > 199", "status > 200"),
        ("status >= 200", "status >= 201"),
        ("status in [200, 204]", "status in [201, 204]"),
        ("status between 200 and 299", "status between 201 and 299"),
        ("status between 100 and 200", "status between 100 and 199"),
        ("body matches /^all .* well$/", "body matches '^well'"),
        ("body contains 'is well'", "body contains ill"),
        (
            "header(content-type) contains json",
            "header(Content-Type) == text/html",
        ),
        ("header(vary) == 'a, b'", "header(vary) == a"),
        ("json($.status) exists", "json($.missing) exists"),
        ("exists json($.flag)", "exists json($.none)"),
        ("not status == 500", "not status == 200"),
        ("body not contains ill", "body not contains well"),
        ("status not in [500, 502]", "status not in [200]"),
        ("json($.missing) not exists", "json($.status) not exists"),
        ("json($.flag)", "not json($.flag)"),
        ("json($.flag) == true", "json($.flag) == false"),
        ("json($.status) == ok", "json($.status) == OK"),
        ("json($.text_number) > 11", "json($.text_number) > 12"),
        ("len(body) == 11", "len(body) > 11"),
        ("len(json($.empty)) == 0", "len(json($.empty)) > 0"),
        ("len(json($.items)) == 2", "len(json($.items)) == 0"),
        (
            "min(json($.items[*].n)) == 3",
            "min(json($.items[*].n)) > 3",
        ),
        (
            "max(json($.items[*].n)) == 10",
            "max(json($.items[*].n)) < 10",
        ),
        (
            "json($.items[*].n) contains 10",
            "json($.items[*].n) contains 4",
        ),
        (
            "semver(json($.version)) < 2.4.0",
            "semver(json($.version)) >= 2.4.0",
        ),
        (
            "semver(json($.version)) >= 2.4.0-beta",
            "semver(json($.version)) == 2.4.1",
        ),
        (
            "status == 200 and duration <= 500ms",
            "status == 200 and duration < 500ms",
        ),
        (
            "status == 200; body contains all",
            "status == 200\nbody contains none",
        ),
    ] {
        assert_eq!(judge(holds), Verdict::Pass, "{holds}");
        assert_eq!(judge(fails), Verdict::Fail, "{fails}");
    }
}

#[test]
fn limits_are_exact_and_units_convert_within_a_dimension() {
    for (holds, fails) in [
        ("duration <= 500ms", "duration < 500ms"),
        ("duration <= 0.5s", "duration < 0.5 s"),
        ("duration >= 500000us", "duration > 500000us"),
        ("duration < 500.0001ms", "duration > 0.5000001s"),
        ("json($.p95, ms) < 0.2s", "json($.p95, ms) < 199.9ms"),
        ("json($.share, %) <= 0.1%", "json($.share, %) < 0.1%"),
        ("json($.sum) > 0.3", "json($.sum) == 0.3"),
    ] {
        assert_eq!(judge(holds), Verdict::Pass, "{holds}");
        assert_eq!(judge(fails), Verdict::Fail, "{fails}");
    }
}

#[test]
fn what_was_not_measured_never_passes_and_never_fails() {
    for text in [
        "sha256 == abc",
        "not sha256 == abc",
        "bytes < 1MB",
        "json($.missing) == 1",
        "not json($.missing) == 1",
        "json($.none) == 0",
        "header(x-none) != b",
        "min(json($.empty)) < 5",
        "json($.empty) contains a",
        "json($.object) == a",
        "json($.status) < 5",
        "semver(json($.status)) > 1.0.0",
        "tls < 1s",
    ] {
        assert_eq!(judge(text), Verdict::Inconclusive, "{text}");
    }
    let empty = Values::default();
    for text in [
        "status == 200",
        "json($.a) exists",
        "header(a) not exists",
        "not json($.a) exists",
    ] {
        assert_eq!(
            judge_with(&HTTP, text, &empty),
            Verdict::Inconclusive,
            "{text}"
        );
    }
    assert_eq!(evaluate(&[], &[], &values()).0, Verdict::Inconclusive);
    let mut why = Values::default();
    why.lacks("status", "the connection was refused");
    let conditions = parse_conditions("status == 200", &HTTP).unwrap();
    let outcome = evaluate(&conditions, &[], &why).1.remove(0);
    assert_eq!(
        outcome.why.as_deref(),
        Some("`status` was not measured: the connection was refused")
    );
}

#[test]
fn an_empty_answer_does_not_exist() {
    let mut values = Values::default();
    values.set("answers", Value::List(Vec::new()));
    assert_eq!(judge_with(&DNS, "answers exists", &values), Verdict::Fail);
    assert_eq!(
        judge_with(&DNS, "answers contains 1.2.3.4", &values),
        Verdict::Inconclusive
    );
}

#[test]
fn fail_outweighs_inconclusive_and_warn_is_a_band_within_pass() {
    assert_eq!(judge("status == 500, sha256 == a"), Verdict::Fail);
    let expect = parse_conditions("duration <= 500ms", &HTTP).unwrap();
    let band = |text: &str| {
        let warn = parse_conditions(text, &HTTP).unwrap();
        evaluate(&expect, &warn, &values()).0
    };
    assert_eq!(band("duration < 600ms"), Verdict::Pass);
    assert_eq!(band("duration < 300ms"), Verdict::Warn);
    assert_eq!(band("tls < 300ms"), Verdict::Inconclusive);
    let expect = parse_conditions("duration < 400ms", &HTTP).unwrap();
    let warn = parse_conditions("duration < 300ms", &HTTP).unwrap();
    assert_eq!(evaluate(&expect, &warn, &values()).0, Verdict::Fail);
}

#[test]
fn outcomes_show_the_measured_value_beside_the_limit_in_its_unit() {
    let conditions = parse_conditions("duration < 0.4s", &HTTP).unwrap();
    let outcome = evaluate(&conditions, &[], &values()).1.remove(0);
    assert_eq!(outcome.text, "duration < 0.4s");
    assert_eq!(outcome.measured.as_deref(), Some("0.5"));
    assert_eq!(outcome.limit.as_deref(), Some("0.4"));
    assert_eq!(outcome.unit.as_deref(), Some("s"));
    assert_eq!(outcome.why.as_deref(), Some("measured 500 ms"));
}

#[test]
fn errors_stand_at_their_column() {
    for (schema, text, offset, part) in [
        (&HTTP, "duration < 5%", 11, "share in %"),
        (&HTTP, "status == 200, duration < 500", 26, "a time"),
        (&HTTP, "status < 1s", 9, "a plain number"),
        (&HTTP, "durations < 5ms", 0, "measures no `durations`"),
        (&HTTP, "duration < 5parsecs", 12, "not a unit"),
        (&HTTP, "duration", 0, "needs a comparison"),
        (&HTTP, "status = 200", 7, "not an operator"),
        (&HTTP, "status is 200", 7, "not an operator"),
        (&HTTP, "json($.a < 3", 5, "`)` is missing"),
        (&HTTP, "json(a) == 3", 5, "JSONPath"),
        (&HTTP, "json($.p95) < 200ms", 14, "plain number"),
        (&HTTP, "body < abc", 7, "neither more nor less"),
        (&HTTP, "body matches /(/", 13, "not a pattern"),
        (&HTTP, "status in 200", 10, "list was expected"),
        (&HTTP, "status in []", 11, "empty"),
        (&HTTP, "status between 200 299", 19, "`and` was expected"),
        (&HTTP, "body contains 'a", 14, "closing"),
        (&HTTP, "status == 200 duration < 5ms", 14, "comma"),
        (&HTTP, "size(body) > 3", 0, "no function"),
        (&HTTP, "semver(body) > 2.4", 15, "not a version"),
        (&HTTP, "header() == a", 7, "name of a field"),
        (&HTTP, "status ==", 9, "value was expected"),
        (&TLS, "chain_ok == 3", 12, "yes or no"),
        (&TLS, "valid_for > 21", 12, "a time"),
        (&TLS, "not_after > soon", 12, "not a moment"),
        (&TLS, "json($.a) == 1", 0, "reads no JSON"),
        (&COMMAND, "header(a) == 1", 0, "no headers"),
        (&DNS, "answers > 1", 10, "list"),
    ] {
        let error = wrong(schema, text);
        assert_eq!(error.offset, offset, "{text}: {error:?}");
        assert!(error.message.contains(part), "{text}: {error:?}");
    }
    assert_eq!(
        wrong(&HTTP, "durations < 5ms").hint.as_deref(),
        Some("did you mean `duration`?")
    );
}

#[test]
fn conditions_keep_their_text_through_json() {
    let text = "status == 200, not body contains \"a, b\", json($.p[0]['x'], ms) < 5ms";
    let conditions = parse_conditions(text, &HTTP).unwrap();
    let json = serde_json::to_string(&conditions).unwrap();
    let again: Vec<Condition> = serde_json::from_str(&json).unwrap();
    assert_eq!(again, conditions);
    let texts: Vec<&str> = again.iter().map(Condition::text).collect();
    assert_eq!(
        texts,
        [
            "status == 200",
            "not body contains \"a, b\"",
            "json($.p[0]['x'], ms) < 5ms"
        ]
    );
}

#[test]
fn certificates_are_judged_in_days_and_moments() {
    let mut values = Values::default();
    values.set("chain_ok", Value::Bool(true));
    values.set("valid_for", Value::Number(Quantity::whole(21, Unit::Day)));
    values.set(
        "not_after",
        Value::Time {
            time: "2026-12-31T10:00:00Z".parse().unwrap(),
        },
    );
    let judge = |text: &str| judge_with(&TLS, text, &values);
    assert_eq!(judge("chain_ok, valid_for >= 3w"), Verdict::Pass);
    assert_eq!(judge("valid_for > 21d"), Verdict::Fail);
    assert_eq!(judge("not_after > 2026-12-31"), Verdict::Pass);
    assert_eq!(judge("not_after > 2026-12-31T10:00:00Z"), Verdict::Fail);
    assert_eq!(judge("not chain_ok"), Verdict::Fail);
}

#[test]
fn a_baseline_bounds_growth_or_decline_and_needs_something_to_compare() {
    let change = |text: &str| Baseline {
        metric: "duration".to_owned(),
        change: Quantity::parse(text).unwrap(),
    };
    let then = |ms: i64| Value::Number(Quantity::whole(ms, Unit::Millisecond));
    let judge = |text: &str, accepted: Option<&Value>| {
        evaluate_baseline(&change(text), &values(), accepted).verdict
    };
    assert_eq!(judge("+25%", Some(&then(400))), Verdict::Pass);
    assert_eq!(judge("+24.9%", Some(&then(400))), Verdict::Fail);
    assert_eq!(judge("-50%", Some(&then(1000))), Verdict::Pass);
    assert_eq!(judge("-49%", Some(&then(1000))), Verdict::Fail);
    assert_eq!(judge("+25%", None), Verdict::Inconclusive);
    let nothing = evaluate_baseline(&change("+1%"), &Values::default(), Some(&then(1)));
    assert_eq!(nothing.verdict, Verdict::Inconclusive);
}

#[test]
fn variables_in_conditions_are_read_for_what_they_hold() {
    let condition: Condition = "duration < ${LIMIT}".parse().unwrap();
    condition.check(&HTTP, Unit::Count).unwrap();
    assert_eq!(condition.variables(), ["LIMIT"]);
    let limit = |text: &'static str| condition.resolve(&move |_| Some(text.to_owned()));
    let resolved = limit("600ms").unwrap();
    assert_eq!(resolved.text(), "duration < 600ms");
    assert_eq!(evaluate(&[resolved], &[], &values()).0, Verdict::Pass);
    assert!(limit("5%").unwrap().check(&HTTP, Unit::Count).is_err());
    assert_eq!(condition.resolve(&|_| None).unwrap_err(), ["LIMIT"]);
}

#[test]
fn lists_and_cookies_are_read_from_the_headers() {
    let mut values = values();
    if let Some(headers) = &mut values.headers {
        for line in [
            "a=1; Path=/",
            "a=2; Secure; Max-Age=90; SameSite=Strict",
            "b",
        ] {
            headers.push(("Set-Cookie".to_owned(), line.to_owned()));
        }
        headers.push(("Accept".to_owned(), r#"x, "y, \" z" ,,w"#.to_owned()));
    }
    for (condition, verdict) in [
        ("cookie(a) == 2", Verdict::Pass),
        ("cookie(a).secure", Verdict::Pass),
        ("not cookie(a).httponly", Verdict::Pass),
        ("cookie(a).max_age between 1m and 2m", Verdict::Pass),
        ("cookie(a).Max-Age == 90s", Verdict::Pass),
        ("cookie(a).samesite == Strict", Verdict::Pass),
        // The last one counts, and it has no path of its own.
        ("cookie(a).path exists", Verdict::Fail),
        ("cookie(A) exists", Verdict::Fail),
        ("headers(vary) contains b", Verdict::Pass),
        ("len(headers(accept)) == 3", Verdict::Pass),
        ("headers(accept) contains w", Verdict::Pass),
        ("headers(none) exists", Verdict::Fail),
        ("headers(none) contains a", Verdict::Inconclusive),
    ] {
        assert_eq!(
            judge_with(&HTTP, condition, &values),
            verdict,
            "{condition}"
        );
        let read: Condition = condition.parse().unwrap();
        let written = read.left().to_string();
        assert_eq!(
            parse_operand(&written).as_ref(),
            Ok(read.left()),
            "{written}"
        );
    }
    for (condition, says) in [
        ("cookie(a).age > 1s", "a cookie has no `age`"),
        ("cookie(a).max_age > 5", "is a time"),
        ("cookie(a).secure > 5", "yes or no"),
        ("cookie(a b)", "needs the name of a cookie"),
        ("headers(vary) > 1", "is a list"),
    ] {
        let error = wrong(&HTTP, condition);
        assert!(error.message.contains(says), "{condition}: {error}");
    }
    assert!(
        wrong(&TLS, "cookie(a).secure")
            .message
            .contains("no headers")
    );
}
