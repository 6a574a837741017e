//! What all looks of a watch say together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use super::{Felt, Sample, Statistic, Watch, Window, in_words};
use crate::probe::expr::{Condition, Op, Test, evaluate_baseline, evaluate_value};
use crate::probe::model::Baseline;
use crate::probe::unit::{Quantity, Unit};
use crate::probe::value::{ConditionOutcome, Measured, Value, Values, Verdict};

/// What the looks of a watch are held against.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// How it is watched.
    pub watch: &'a Watch,
    /// The resolved conditions that all must hold; the looks' conditions are in this order.
    pub expect: &'a [Condition],
    /// The stricter ones; the looks' conditions follow in this order.
    pub warn: &'a [Condition],
    /// Comparisons with the last accepted run, for a statistic that stands for the window.
    pub baseline: &'a [Baseline],
    /// The same statistic of the last accepted run, by metric.
    pub accepted: &'a BTreeMap<String, Value>,
}

/// A part of the window in which nothing was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// When it ends.
    pub until: DateTime<Utc>,
}

/// What all looks so far say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict; that of the whole window once it is over.
    pub verdict: Verdict,
    /// The conditions, each with what stands for the window.
    pub conditions: Vec<ConditionOutcome>,
    /// How much of the window so far was seen, in percent, rounded down to a tenth.
    pub coverage: Quantity,
    /// Looks that measured something.
    pub looks: u64,
    /// Where nothing was measured, in order.
    pub gaps: Vec<Gap>,
    /// What stands for the window of each metric that can be compared, such as `max(duration)`, for
    /// the next run to be compared with. Empty while too little was seen.
    pub compared: Vec<Measured>,
    /// Whether nothing that is still to come can make it good.
    pub settled: bool,
    /// One line for a person.
    pub summary: String,
    /// What to do, where coverage is what lacks.
    pub hint: Option<String>,
}

/// Judges the looks of a window up to `now`.
#[must_use]
pub fn judge(
    rules: &Rules<'_>,
    samples: &[Sample],
    window: &Window,
    now: DateTime<Utc>,
) -> Judgement {
    let Rules {
        watch,
        expect,
        warn,
        ..
    } = *rules;
    let statistic = watch.statistic;
    let seen: Vec<&Sample> = samples
        .iter()
        .filter(|sample| window.slot(sample.at).is_some() && !sample.is_gap(statistic))
        .collect();
    let both = || {
        let expected = expect.iter().map(|condition| (condition, Verdict::Fail));
        expected.chain(warn.iter().map(|condition| (condition, Verdict::Warn)))
    };
    let stands = stands(rules, &seen);
    let conditions: Vec<ConditionOutcome> = both()
        .enumerate()
        .map(|(at, (condition, otherwise))| together(statistic, condition, otherwise, at, &seen))
        .chain(then(rules, &stands))
        .collect();
    let mut verdict = Verdict::worst(conditions.iter().map(|one| one.verdict))
        .filter(|_| !expect.is_empty())
        .unwrap_or(Verdict::Inconclusive);
    if statistic == Statistic::Any {
        let worst = Verdict::worst(seen.iter().map(|sample| sample.verdict));
        // A look at which the thing itself said no has no measured condition.
        verdict = worst.unwrap_or(Verdict::Inconclusive);
    }
    let settled = verdict == Verdict::Fail
        && (statistic == Statistic::Any
            || both()
                .zip(&conditions)
                .any(|((condition, _), found)| is_settled(statistic, condition, found)));
    let (coverage, gaps) = coverage(window, &seen, now);
    let over = now >= window.until;
    let enough = coverage
        .compare(watch.must_cover())
        .is_some_and(std::cmp::Ordering::is_ge);
    if over && verdict.is_good() && !enough {
        verdict = Verdict::Inconclusive;
    }
    let looks = u64::try_from(seen.len()).unwrap_or(u64::MAX);
    let hint = (over && verdict == Verdict::Inconclusive && !enough).then(|| {
        format!(
            "{} of the window was seen and {} is asked for; watch again while this computer stays \
             on and the probe can reach what it looks at",
            coverage.written(),
            watch.must_cover().written()
        )
    });
    Judgement {
        verdict,
        summary: summary(statistic, &conditions, &seen, window, now, coverage),
        conditions,
        coverage,
        looks,
        gaps,
        compared: stands
            .metrics
            .into_iter()
            .filter(|_| enough)
            .map(|(metric, value)| Measured {
                metric: statistic.of(&metric),
                value,
            })
            .collect(),
        settled,
        hint,
    }
}

/// The number that stands for the window of each metric that is compared, by metric.
fn stands(rules: &Rules<'_>, seen: &[&Sample]) -> Values {
    let mut values = Values::default();
    for one in rules.baseline {
        values.lacks(&one.metric, "no look measured it");
    }
    let metrics: BTreeSet<&String> = seen.iter().flat_map(|one| one.compared.keys()).collect();
    for metric in metrics {
        let numbers = seen
            .iter()
            .filter_map(|one| match one.compared.get(metric) {
                Some(Value::Number(number)) => Some(*number),
                _ => None,
            });
        if let Some(number) = combine(rules.watch.statistic, &numbers.collect::<Vec<_>>()) {
            values.set(metric, Value::Number(number));
        }
    }
    values
}

/// What the comparisons with the last accepted run come to.
fn then<'a>(
    rules: &'a Rules<'_>,
    stands: &'a Values,
) -> impl Iterator<Item = ConditionOutcome> + 'a {
    let compared = rules.baseline.iter();
    compared
        .filter(|_| rules.watch.compares_the_window())
        .map(|one| {
            let mut outcome = evaluate_baseline(one, stands, rules.accepted.get(&one.metric));
            outcome.text = format!("{} {}", rules.watch.statistic.word(), outcome.text);
            outcome
        })
}

/// What a condition comes to over all looks that measured something.
fn together(
    statistic: Statistic,
    condition: &Condition,
    otherwise: Verdict,
    at: usize,
    seen: &[&Sample],
) -> ConditionOutcome {
    let felt: Vec<&Felt> = seen
        .iter()
        .filter_map(|sample| sample.conditions.get(at))
        .filter(|felt| felt.value.is_some() || felt.verdict == otherwise)
        .collect();
    let numbers: Option<Vec<Quantity>> = felt
        .iter()
        .map(|felt| match felt.value {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        })
        .collect();
    let combined = match (statistic, numbers.as_deref()) {
        (Statistic::Any, _) | (_, None | Some([])) => None,
        (_, Some(numbers)) => Some(combine(statistic, numbers)),
    };
    let undecided = |why: &str| ConditionOutcome {
        text: condition.text().to_owned(),
        verdict: Verdict::Inconclusive,
        measured: None,
        limit: None,
        unit: None,
        why: Some(why.to_owned()),
    };
    match combined {
        Some(Some(number)) => evaluate_value(condition, &Value::Number(number), otherwise),
        Some(None) => undecided("the numbers of the window cannot be put together"),
        // Without a number to stand for all, the worst look does; of several the last.
        None => match felt.iter().max_by_key(|felt| felt.verdict) {
            None => undecided("nothing was measured"),
            Some(Felt {
                value: Some(value @ Value::Number(_)),
                ..
            }) => evaluate_value(condition, value, otherwise),
            Some(worst) => {
                let measured = worst.value.as_ref().map(ToString::to_string);
                let why = measured.as_ref().map_or_else(
                    || "it was not there".to_owned(),
                    |value| format!("measured {value}"),
                );
                ConditionOutcome {
                    verdict: worst.verdict,
                    measured,
                    why: (worst.verdict != Verdict::Pass).then_some(why),
                    ..undecided("")
                }
            }
        },
    }
}

/// The number that stands for all; `None` when they cannot be put together exactly.
fn combine(statistic: Statistic, numbers: &[Quantity]) -> Option<Quantity> {
    let first = *numbers.first()?;
    match statistic {
        Statistic::Any => None,
        Statistic::Last => numbers.last().copied(),
        Statistic::Max | Statistic::Min => {
            let mut best = first;
            for number in numbers {
                let ordering = number.compare(best)?;
                let better = match statistic {
                    Statistic::Max => ordering.is_gt(),
                    _ => ordering.is_lt(),
                };
                if better {
                    best = *number;
                }
            }
            Some(best)
        }
        Statistic::Mean => {
            let mut sum = Decimal::ZERO;
            for number in numbers {
                sum = sum.checked_add(number.to(first.unit)?.n)?;
            }
            let mean = sum.checked_div(Decimal::from(numbers.len()))?;
            Some(Quantity::new(mean.normalize(), first.unit))
        }
    }
}

/// Whether a condition that does not hold cannot hold any more: the greatest never gets smaller,
/// the least never greater, and a look that was not good stays so.
fn is_settled(statistic: Statistic, condition: &Condition, found: &ConditionOutcome) -> bool {
    if found.verdict != Verdict::Fail {
        return false;
    }
    let is_number = found
        .measured
        .as_deref()
        .is_some_and(|text| Quantity::parse(text).is_some());
    match (statistic, condition.test(), condition.is_negated()) {
        (Statistic::Any, ..) => true,
        _ if !is_number => true,
        (Statistic::Max, Test::Compare(Op::Lt | Op::Le, _), false) => true,
        (Statistic::Min, Test::Compare(Op::Gt | Op::Ge, _), false) => true,
        _ => false,
    }
}

fn coverage(window: &Window, seen: &[&Sample], now: DateTime<Utc>) -> (Quantity, Vec<Gap>) {
    let mut slots: Vec<i64> = seen
        .iter()
        .filter_map(|sample| window.slot(sample.at))
        .collect();
    slots.sort_unstable();
    slots.dedup();
    // The slot that goes on counts once something was seen in it, and is no gap before.
    let last = slots.last().map_or(0, |slot| slot + 1);
    let due = window.passed(now).max(last).min(window.slots());
    let mut gaps: Vec<Gap> = Vec::new();
    let mut next = 0;
    for slot in slots.iter().copied().chain([due]) {
        if slot > next {
            gaps.push(Gap {
                from: window.begins(next),
                until: window.begins(slot),
            });
        }
        next = slot + 1;
    }
    let covered = Decimal::from(slots.len());
    let share = (covered * Decimal::ONE_HUNDRED)
        .checked_div(Decimal::from(due))
        .unwrap_or_default()
        .round_dp_with_strategy(1, RoundingStrategy::ToZero)
        .normalize();
    (Quantity::new(share, Unit::Percent), gaps)
}

fn summary(
    statistic: Statistic,
    conditions: &[ConditionOutcome],
    seen: &[&Sample],
    window: &Window,
    now: DateTime<Utc>,
    coverage: Quantity,
) -> String {
    let span = in_words(TimeDelta::minutes(
        (now.min(window.until) - window.from).num_minutes(),
    ));
    let short = now.min(window.until) - window.from < TimeDelta::minutes(1);
    let span = if short {
        in_words(TimeDelta::seconds(
            (now.min(window.until) - window.from).num_seconds(),
        ))
    } else {
        span
    };
    if seen.is_empty() {
        return format!("nothing was measured in {span}");
    }
    let shown = conditions.iter().find_map(|one| {
        let measured = one.measured.as_deref()?;
        let unit = one.unit.as_deref().unwrap_or_default();
        Some(format!("{measured} {unit}").trim_end().to_owned())
    });
    let mut text = match (statistic, shown) {
        (Statistic::Any, _) | (_, None) => {
            let good = seen
                .iter()
                .filter(|sample| sample.verdict.is_good())
                .count();
            format!("{good} of {} looks good in {span}", seen.len())
        }
        (statistic, Some(shown)) => format!("{} {shown} in {span}", statistic.word()),
    };
    if coverage.n < Decimal::ONE_HUNDRED {
        text.push_str(&format!(", {} of it seen", coverage.written()));
    }
    text
}
