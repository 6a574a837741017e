#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;

use super::*;
use crate::probe::{Baseline, Condition, Values, evaluate};

/// Judges what is compared with no other run.
fn judge(
    watch: &Watch,
    expect: &[Condition],
    warn: &[Condition],
    samples: &[Sample],
    window: &Window,
    now: DateTime<Utc>,
) -> Judgement {
    let rules = Rules {
        watch,
        expect,
        warn,
        baseline: &[],
        accepted: &BTreeMap::new(),
    };
    super::judge(&rules, samples, window, now)
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + second, 0).unwrap()
}

/// Ten slots of six seconds.
fn minute() -> Window {
    Window {
        from: at(0),
        until: at(60),
        every: TimeDelta::seconds(6),
    }
}

fn watch(statistic: Statistic, min_coverage: i64) -> Watch {
    Watch {
        every: Quantity::parse("6s"),
        statistic,
        min_coverage: Some(Quantity::whole(min_coverage, Unit::Percent)),
        ..Watch::of(Quantity::parse("1m").unwrap())
    }
}

fn conditions(text: &str) -> Vec<Condition> {
    text.split(", ").map(|one| one.parse().unwrap()).collect()
}

/// A look that measured `rate`, or nothing.
fn look(second: i64, rate: Option<&str>, expect: &[Condition]) -> Sample {
    let mut values = Values::default();
    match rate {
        Some(rate) => values.set("rate", Value::Number(Quantity::parse(rate).unwrap())),
        None => values.lacks("rate", "nobody answered"),
    }
    let (verdict, outcomes) = evaluate(expect, &[], &values);
    Sample::judged(at(second), verdict, &outcomes)
}

fn looks(rates: &[Option<&str>], expect: &[Condition]) -> Vec<Sample> {
    let slots = rates.iter().zip((0..).step_by(6));
    slots
        .map(|(rate, second)| look(second, *rate, expect))
        .collect()
}

fn said(statistic: Statistic, expect: &str, rates: &[Option<&str>], now: i64) -> Judgement {
    let expect = conditions(expect);
    let samples = looks(rates, &expect);
    judge(
        &watch(statistic, 90),
        &expect,
        &[],
        &samples,
        &minute(),
        at(now),
    )
}

const FINE: Option<&str> = Some("0.05%");
const HIGH: Option<&str> = Some("0.3%");

#[test]
fn each_statistic_stands_for_the_window() {
    let rates = [FINE, HIGH, FINE, FINE, FINE, FINE, FINE, FINE, FINE, FINE];
    for (statistic, verdict, measured) in [
        (Statistic::Any, Verdict::Fail, "0.3"),
        (Statistic::Max, Verdict::Fail, "0.3"),
        (Statistic::Min, Verdict::Pass, "0.05"),
        (Statistic::Mean, Verdict::Pass, "0.075"),
        (Statistic::Last, Verdict::Pass, "0.05"),
    ] {
        let found = said(statistic, "rate < 0.1%", &rates, 60);
        assert_eq!(found.verdict, verdict, "{statistic:?}");
        assert_eq!(found.conditions[0].measured.as_deref(), Some(measured));
        assert_eq!(found.conditions[0].unit.as_deref(), Some("%"));
        assert_eq!(found.coverage, Quantity::whole(100, Unit::Percent));
    }
    let exact = [Some("0.1%"); 10];
    let found = said(Statistic::Mean, "rate <= 0.1%", &exact, 60);
    assert_eq!(found.verdict, Verdict::Pass);
}

#[test]
fn a_gap_is_shown_and_counts_against_the_coverage() {
    let rates = [FINE, FINE, None, None, FINE, FINE, FINE, FINE, FINE, FINE];
    let found = said(Statistic::Max, "rate < 0.1%", &rates, 60);
    assert_eq!(found.verdict, Verdict::Inconclusive);
    assert_eq!(found.coverage, Quantity::whole(80, Unit::Percent));
    assert_eq!(
        found.gaps,
        [Gap {
            from: at(12),
            until: at(24)
        }]
    );
    assert!(found.hint.is_some());
    assert_eq!(found.summary, "max 0.05 % in 1m, 80% of it seen");
    // What was seen to fail has failed, however little was seen.
    let failed = [HIGH, None, None, None, None, None, None, None, None, None];
    let found = said(Statistic::Max, "rate < 0.1%", &failed, 60);
    assert_eq!(found.verdict, Verdict::Fail);
    // Nothing at all decides nothing.
    let found = said(Statistic::Any, "rate < 0.1%", &[None; 10], 60);
    assert_eq!(
        (found.verdict, found.looks, found.gaps.len()),
        (Verdict::Inconclusive, 0, 1)
    );
}

#[test]
fn while_it_goes_on_only_what_has_passed_counts() {
    let found = said(Statistic::Max, "rate < 0.1%", &[FINE], 0);
    assert_eq!(found.verdict, Verdict::Pass);
    assert_eq!(found.coverage, Quantity::whole(100, Unit::Percent));
    let found = said(Statistic::Max, "rate < 0.1%", &[FINE], 20);
    assert_eq!(found.verdict, Verdict::Pass);
    assert_eq!(found.coverage, Quantity::parse("33.3%").unwrap());
    assert_eq!(
        found.gaps,
        [Gap {
            from: at(6),
            until: at(18)
        }]
    );
}

#[test]
fn only_what_cannot_become_good_ends_a_watch() {
    for (statistic, expect, settled) in [
        (Statistic::Any, "rate < 0.1%", true),
        (Statistic::Max, "rate < 0.1%", true),
        (Statistic::Max, "rate > 1%", false),
        (Statistic::Min, "rate > 1%", true),
        (Statistic::Mean, "rate < 0.1%", false),
        (Statistic::Last, "rate < 0.1%", false),
    ] {
        let found = said(statistic, expect, &[HIGH], 3);
        assert_eq!(
            (found.verdict, found.settled),
            (Verdict::Fail, settled),
            "{statistic:?} {expect}"
        );
    }
}

#[test]
fn a_clear_no_decides_where_every_look_counts_and_is_no_number() {
    let expect = conditions("rate < 0.1%");
    let refused = Sample {
        verdict: Verdict::Fail,
        ..look(6, None, &expect)
    };
    let all = [look(0, FINE, &expect), refused];
    let found = |statistic| {
        let watch = watch(statistic, 90);
        judge(&watch, &expect, &[], &all, &minute(), at(12)).verdict
    };
    assert_eq!(found(Statistic::Any), Verdict::Fail);
    assert_eq!(found(Statistic::Mean), Verdict::Pass);
}

#[test]
fn what_is_no_number_is_held_at_every_look() {
    let expect = conditions("version == '2.4.0', up");
    let one = |second, version: &str, up| {
        let mut values = Values::default();
        values.set("version", Value::text(version));
        values.set("up", Value::Bool(up));
        let (verdict, outcomes) = evaluate(&expect, &[], &values);
        Sample::judged(at(second), verdict, &outcomes)
    };
    let good = [one(0, "2.4.0", true), one(6, "2.4.0", true)];
    let found = judge(
        &watch(Statistic::Max, 90),
        &expect,
        &[],
        &good,
        &minute(),
        at(12),
    );
    assert_eq!(found.verdict, Verdict::Pass, "{found:?}");
    let bad = [one(0, "2.3.9", true), one(6, "2.4.0", false)];
    let found = judge(
        &watch(Statistic::Last, 90),
        &expect,
        &[],
        &bad,
        &minute(),
        at(12),
    );
    let each: Vec<Verdict> = found.conditions.iter().map(|one| one.verdict).collect();
    assert_eq!(each, [Verdict::Fail, Verdict::Fail]);
    assert!(found.settled);
}

/// What a window whose looks took so many milliseconds is beside an accepted run.
fn beside(
    statistic: Statistic,
    change: &str,
    took: &[Option<u64>],
    then: Option<u64>,
) -> Judgement {
    let expect = conditions("rate < 0.1%");
    let baseline = [Baseline {
        metric: "duration".to_owned(),
        change: Quantity::parse(change).unwrap(),
    }];
    let number = |ms: u64| Value::Number(Quantity::parse(&format!("{ms}ms")).unwrap());
    let samples: Vec<Sample> = took
        .iter()
        .zip((0..).step_by(6))
        .map(|(took, second)| {
            let took = took.map(number);
            look(second, took.as_ref().and(FINE), &expect)
                .comparing(&["duration"], |_| took.as_ref())
        })
        .collect();
    let accepted: BTreeMap<String, Value> = then
        .map(|then| ("duration".to_owned(), number(then)))
        .into_iter()
        .collect();
    let watch = watch(statistic, 90);
    let rules = Rules {
        watch: &watch,
        expect: &expect,
        warn: &[],
        baseline: &baseline,
        accepted: &accepted,
    };
    super::judge(&rules, &samples, &minute(), at(60))
}

#[test]
fn the_statistic_of_the_window_is_held_against_the_last_accepted_run() {
    let took = [100, 100, 100, 100, 100, 100, 100, 100, 100, 160].map(Some);
    for (statistic, change, then, verdict, measured) in [
        (Statistic::Max, "+10%", 150, Verdict::Pass, "160"),
        (Statistic::Max, "+10%", 140, Verdict::Fail, "160"),
        // A limit that is met exactly holds.
        (Statistic::Last, "+60%", 100, Verdict::Pass, "160"),
        (Statistic::Mean, "+5%", 100, Verdict::Fail, "106"),
        (Statistic::Mean, "+6%", 100, Verdict::Pass, "106"),
        (Statistic::Min, "-5%", 110, Verdict::Fail, "100"),
    ] {
        let found = beside(statistic, change, &took, Some(then));
        let last = found.conditions.last().unwrap();
        let said = (found.verdict, last.measured.as_deref());
        assert_eq!(said, (verdict, Some(measured)), "{statistic:?} {change}");
        let text = format!(
            "{} duration {change} of the last accepted run",
            statistic.word()
        );
        assert_eq!(last.text, text);
        let kept = &found.compared[0];
        assert_eq!(kept.metric, format!("{}(duration)", statistic.word()));
        assert_eq!(kept.value.to_string(), format!("{measured} ms"));
    }
}

#[test]
fn a_window_that_cannot_be_compared_decides_nothing_and_is_still_compared_with() {
    let first = beside(Statistic::Max, "+10%", &[Some(100); 10], None);
    assert_eq!(first.verdict, Verdict::Inconclusive);
    let why = first.conditions[1].why.as_deref();
    assert_eq!(why, Some("there is no accepted run to compare with yet"));
    assert_eq!((first.hint, first.compared.len()), (None, 1));
    // Of a window that was hardly seen nothing stays to compare with.
    let mut hardly = [None; 10];
    hardly[0] = Some(100);
    let found = beside(Statistic::Max, "+10%", &hardly, Some(100));
    assert_eq!(found.verdict, Verdict::Inconclusive);
    assert!(found.hint.is_some() && found.compared.is_empty());
}

#[test]
fn looks_outside_the_window_do_not_count() {
    let expect = conditions("rate < 0.1%");
    let outside = [look(-6, HIGH, &expect), look(66, HIGH, &expect)];
    let found = judge(
        &watch(Statistic::Any, 90),
        &expect,
        &[],
        &outside,
        &minute(),
        at(60),
    );
    assert_eq!((found.verdict, found.looks), (Verdict::Inconclusive, 0));
}

#[test]
fn the_interval_follows_the_window_unless_it_is_written() {
    let every = |length: &str| {
        let watch = Watch::of(Quantity::parse(length).unwrap());
        watch.every(watch.span())
    };
    assert_eq!(every("1m"), TimeDelta::seconds(10));
    assert_eq!(every("1h"), TimeDelta::seconds(30));
    assert_eq!(every("7d"), TimeDelta::minutes(5));
    let written = watch(Statistic::Any, 90);
    assert_eq!(written.every(TimeDelta::hours(4)), TimeDelta::seconds(6));
    assert_eq!(written.to_string(), "watched for 1m, once every 6s");
}

proptest! {
    /// Coverage and gaps are two sides of one thing, and no order of looks matters for them.
    #[test]
    fn what_is_not_covered_is_a_gap(mut seen in proptest::collection::btree_set(0_i64..10, 0..10), now in 0_i64..=70) {
        let expect = conditions("rate < 0.1%");
        seen.retain(|slot| slot * 6 <= now);
        let mut samples: Vec<Sample> = seen.iter().map(|slot| look(slot * 6, FINE, &expect)).collect();
        samples.reverse();
        let found = judge(&watch(Statistic::Any, 90), &expect, &[], &samples, &minute(), at(now));
        let missed: i64 = found.gaps.iter().map(|gap| (gap.until - gap.from).num_seconds() / 6).sum();
        let due = (now / 6).min(10).max(seen.last().map_or(0, |slot| slot + 1));
        prop_assert_eq!(missed, due - seen.len() as i64);
        prop_assert!(found.gaps.windows(2).all(|two| two[0].until < two[1].from));
        let good = found.verdict.is_good();
        prop_assert_eq!(good, !seen.is_empty() && (now < 60 || seen.len() >= 9));
    }

    /// More that is good never makes a window worse.
    #[test]
    fn a_good_look_more_never_makes_it_worse(slots in proptest::collection::btree_set(0_i64..10, 1..9)) {
        let expect = conditions("rate < 0.1%");
        for statistic in [Statistic::Any, Statistic::Max, Statistic::Min, Statistic::Mean, Statistic::Last] {
            let judged = |slots: &[i64]| {
                let samples: Vec<Sample> = slots.iter().map(|slot| look(slot * 6, FINE, &expect)).collect();
                judge(&watch(statistic, 50), &expect, &[], &samples, &minute(), at(60)).verdict
            };
            let fewer: Vec<i64> = slots.iter().copied().collect();
            let all: Vec<i64> = (0..10).collect();
            prop_assert!(judged(&all) <= judged(&fewer));
        }
    }
}
