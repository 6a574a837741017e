//! What conditions say about measured values.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::find::{Absent, Undecided, find, missing, number};
use super::{Condition, Literal, Op, Operand, Read, Test};
use crate::probe::model::{Baseline, Probe};
use crate::probe::unit::{Quantity, Unit};
use crate::probe::value::{ConditionOutcome, Value, Values, Verdict};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;

/// Judges `expect` and `warn`. The verdict is fail when an expected condition does not hold, else
/// inconclusive when one cannot be decided (of either list) or when nothing is expected, else warn
/// when a `warn` condition does not hold, else pass.
#[must_use]
pub fn evaluate(
    expect: &[Condition],
    warn: &[Condition],
    values: &Values,
) -> (Verdict, Vec<ConditionOutcome>) {
    let outcomes: Vec<ConditionOutcome> = expect
        .iter()
        .map(|condition| outcome(condition, values, Verdict::Fail))
        .chain(
            warn.iter()
                .map(|condition| outcome(condition, values, Verdict::Warn)),
        )
        .collect();
    let verdict = if expect.is_empty() {
        Verdict::Inconclusive
    } else {
        Verdict::worst(outcomes.iter().map(|o| o.verdict)).unwrap_or(Verdict::Inconclusive)
    };
    (verdict, outcomes)
}

/// Judges a whole probe: its conditions, and its baselines against the last accepted run's values
/// by metric.
#[must_use]
pub fn evaluate_probe(
    probe: &Probe,
    values: &Values,
    accepted: &BTreeMap<String, Value>,
) -> (Verdict, Vec<ConditionOutcome>) {
    let (verdict, mut outcomes) = evaluate(&probe.expect, &probe.warn, values);
    outcomes.extend(
        probe
            .baseline
            .iter()
            .map(|baseline| evaluate_baseline(baseline, values, accepted.get(&baseline.metric))),
    );
    let worst = Verdict::worst(outcomes.iter().map(|o| o.verdict)).unwrap_or(verdict);
    (worst.max(verdict), outcomes)
}

/// Judges one comparison with the last accepted run. Without an accepted value it is inconclusive:
/// nothing was compared.
#[must_use]
pub fn evaluate_baseline(
    baseline: &Baseline,
    values: &Values,
    accepted: Option<&Value>,
) -> ConditionOutcome {
    let change = baseline.change.n;
    let sign = if change.is_sign_negative() { "" } else { "+" };
    let text = format!(
        "{} {sign}{}% of the last accepted run",
        baseline.metric,
        baseline.change.number()
    );
    let undecided = |why: String| ConditionOutcome {
        text: text.clone(),
        verdict: Verdict::Inconclusive,
        measured: None,
        limit: None,
        unit: None,
        why: Some(why),
    };
    let now = match values.metrics.get(&baseline.metric) {
        Some(Value::Number(now)) => *now,
        Some(_) => return undecided(format!("`{}` is not a number", baseline.metric)),
        None => return undecided(missing(&baseline.metric, values)),
    };
    let Some(Value::Number(then)) = accepted else {
        return undecided("there is no accepted run to compare with yet".to_owned());
    };
    let limit = (Decimal::ONE_HUNDRED + change)
        .checked_mul(then.n)
        .and_then(|n| n.checked_div(Decimal::ONE_HUNDRED))
        .map(|n| Quantity::new(n, then.unit));
    let Some((limit, ordering)) = limit.and_then(|limit| Some((limit, now.compare(limit)?))) else {
        return undecided("the two runs cannot be compared".to_owned());
    };
    let holds = if change.is_sign_negative() {
        ordering.is_ge()
    } else {
        ordering.is_le()
    };
    let shown = now.to(limit.unit).unwrap_or(now);
    ConditionOutcome {
        text,
        verdict: if holds { Verdict::Pass } else { Verdict::Fail },
        measured: Some(shown.number()),
        limit: Some(limit.number()),
        unit: (limit.unit != Unit::Count).then(|| limit.unit.symbol().to_owned()),
        why: (!holds).then(|| format!("it was {then} in the last accepted run")),
    }
}

/// Judges one condition against a value that stands for what it asks about. `otherwise` is the
/// verdict where it does not hold.
#[must_use]
pub fn evaluate_value(
    condition: &Condition,
    value: &Value,
    otherwise: Verdict,
) -> ConditionOutcome {
    outcome_of(condition, &Ok(Cow::Borrowed(value)), otherwise)
}

fn outcome(condition: &Condition, values: &Values, otherwise: Verdict) -> ConditionOutcome {
    outcome_of(condition, &find(&condition.left, values), otherwise)
}

fn outcome_of(
    condition: &Condition,
    found: &Result<Cow<'_, Value>, Absent>,
    otherwise: Verdict,
) -> ConditionOutcome {
    let decided = decide(condition, found);
    let (measured, limit, unit) = shown(condition, found.as_deref().ok());
    let (verdict, why) = match decided {
        Ok(holds) if holds != condition.negated => (Verdict::Pass, None),
        Ok(_) => (otherwise, Some(refusal(condition, found.as_deref().ok()))),
        Err(why) => (Verdict::Inconclusive, Some(why)),
    };
    ConditionOutcome {
        text: condition.text.clone(),
        verdict,
        measured,
        limit,
        unit,
        why,
    }
}

fn refusal(condition: &Condition, found: Option<&Value>) -> String {
    match found {
        None => format!("{} was not there", condition.left),
        Some(Value::Bool(yes)) if matches!(condition.test, Test::Holds) => {
            format!("{} is {}", condition.left, if *yes { "yes" } else { "no" })
        }
        Some(value) => format!("measured {}", brief(value)),
    }
}

/// A value short enough for one line.
fn brief(value: &Value) -> String {
    let text = value.to_string();
    let mut short: String = text.chars().take(120).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// What was measured beside the limit, both in the limit's unit.
fn shown(
    condition: &Condition,
    found: Option<&Value>,
) -> (Option<String>, Option<String>, Option<String>) {
    let number = |literal: &Literal| match literal.read() {
        Read::Number(quantity) => Some(quantity),
        _ => None,
    };
    let (limit, unit) = match &condition.test {
        Test::Holds | Test::Exists => (None, None),
        Test::Compare(_, literal) | Test::Matches(literal) | Test::Contains(literal) => {
            match number(literal) {
                Some(quantity) => (Some(quantity.number()), Some(quantity.unit)),
                None => (Some(literal.text.clone()), None),
            }
        }
        Test::Between(low, high) => match (number(low), number(high)) {
            (Some(a), Some(b)) => {
                let a = a.to(b.unit).unwrap_or(a);
                (
                    Some(format!("{} to {}", a.number(), b.number())),
                    Some(b.unit),
                )
            }
            _ => (Some(format!("{} to {}", low.text, high.text)), None),
        },
        Test::In(members) => {
            let words: Vec<&str> = members.iter().map(|l| l.text.as_str()).collect();
            (Some(words.join(", ")), None)
        }
    };
    let measured = match (found, unit) {
        (Some(Value::Number(q)), Some(unit)) => {
            Some(q.to(unit).map_or_else(|| q.to_string(), Quantity::number))
        }
        (Some(value), _) => Some(brief(value)),
        (None, _) => None,
    };
    let unit = unit
        .filter(|unit| *unit != Unit::Count)
        .map(|unit| unit.symbol().to_owned());
    (measured, limit, unit)
}

fn decide(
    condition: &Condition,
    found: &Result<Cow<'_, Value>, Absent>,
) -> Result<bool, Undecided> {
    let value = match (found.as_deref(), &condition.test) {
        (Ok(Value::List(items)), Test::Exists) => return Ok(!items.is_empty()),
        (Ok(Value::Text(text)), Test::Exists) => return Ok(!text.is_empty()),
        (Ok(_), Test::Exists) => return Ok(true),
        (Err(Absent::NotThere(_)), Test::Exists) => return Ok(false),
        (Ok(value), _) => value,
        (Err(Absent::NotThere(why) | Absent::Unmeasured(why)), _) => return Err(why.clone()),
    };
    match &condition.test {
        Test::Exists => Ok(true),
        Test::Holds => match value {
            Value::Bool(yes) => Ok(*yes),
            other => Err(format!(
                "`{}` is neither yes nor no: {}",
                condition.left,
                brief(other)
            )),
        },
        Test::Compare(op, literal) => compare(&condition.left, value, *op, literal),
        Test::Between(low, high) => Ok(compare(&condition.left, value, Op::Ge, low)?
            && compare(&condition.left, value, Op::Le, high)?),
        Test::In(members) => {
            for member in members {
                if compare(&condition.left, value, Op::Eq, member)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Test::Matches(pattern) => match value {
            Value::Text(text) => regex::Regex::new(&pattern.text)
                .map(|regex| regex.is_match(text))
                .map_err(|_| format!("`{}` is not a pattern", pattern.text)),
            other => regex::Regex::new(&pattern.text)
                .map(|regex| regex.is_match(&other.to_string()))
                .map_err(|_| format!("`{}` is not a pattern", pattern.text)),
        },
        Test::Contains(literal) => match value {
            Value::Text(text) => Ok(text.contains(&literal.text)),
            Value::List(items) => {
                if items.is_empty() {
                    return Err(format!("`{}` is empty", condition.left));
                }
                Ok(items
                    .iter()
                    .any(|item| compare(&condition.left, item, Op::Eq, literal).unwrap_or(false)))
            }
            other => Err(format!(
                "`{}` contains nothing: {}",
                condition.left,
                brief(other)
            )),
        },
    }
}

fn compare(left: &Operand, value: &Value, op: Op, literal: &Literal) -> Result<bool, Undecided> {
    if matches!(left, Operand::Semver(_)) {
        let read = |text: &str| {
            let text = text.trim();
            semver::Version::parse(text.strip_prefix('v').unwrap_or(text))
                .map_err(|_| format!("`{text}` is not a version"))
        };
        let Value::Text(text) = value else {
            return Err(format!("`{left}` is not a version"));
        };
        return Ok(op.accepts(read(text)?.cmp_precedence(&read(&literal.text)?)));
    }
    match (value, literal.read()) {
        (Value::Number(_) | Value::Text(_), Read::Number(limit)) => {
            let Some(quantity) = number(value) else {
                return match op {
                    Op::Eq => Ok(value.to_string().trim() == literal.text),
                    Op::Ne => Ok(value.to_string().trim() != literal.text),
                    _ => Err(format!("`{left}` is not a number: {}", brief(value))),
                };
            };
            quantity
                .compare(limit)
                .map(|ordering| op.accepts(ordering))
                .ok_or_else(|| format!("{quantity} cannot be compared with {limit}"))
        }
        (Value::Bool(yes), Read::Bool(wanted)) => match op {
            Op::Eq => Ok(*yes == wanted),
            Op::Ne => Ok(*yes != wanted),
            _ => Err(format!("`{left}` is yes or no")),
        },
        (Value::Time { time }, Read::Text(text)) => moment(&text)
            .map(|limit| op.accepts(time.cmp(&limit)))
            .ok_or_else(|| format!("`{text}` is not a moment")),
        (Value::Text(text), _) => match op {
            Op::Eq => Ok(text.trim() == literal.text.trim()),
            Op::Ne => Ok(text.trim() != literal.text.trim()),
            _ => Err(format!("text is neither more nor less: {}", brief(value))),
        },
        (other, _) => Err(format!(
            "`{left}` cannot be compared with `{}`: {}",
            literal.text,
            brief(other)
        )),
    }
}

/// A moment as it may be written: RFC 3339, or a date, which means its first second in UTC.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .map(|date| date.and_time(NaiveTime::MIN).and_utc())
}
