//! What conditions say about measured values.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde_json_path::JsonPath;

use super::{Condition, Literal, Op, Operand, Read, Test};
use crate::probe::model::{Baseline, Probe};
use crate::probe::unit::{Quantity, Unit};
use crate::probe::value::{ConditionOutcome, Value, Values, Verdict};

/// Why nothing decides.
type Undecided = String;

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

fn missing(metric: &str, values: &Values) -> Undecided {
    values.missing.get(metric).map_or_else(
        || format!("`{metric}` was not measured"),
        |why| format!("`{metric}` was not measured: {why}"),
    )
}

/// Why an operand has no value: because it was looked for and is not there, or because there was
/// nothing to look in.
enum Absent {
    NotThere(Undecided),
    Unmeasured(Undecided),
}

impl From<Absent> for Undecided {
    fn from(absent: Absent) -> Self {
        match absent {
            Absent::NotThere(why) | Absent::Unmeasured(why) => why,
        }
    }
}

/// The value of an operand.
///
/// # Errors
/// Why there is none, in words for a person.
pub fn value_of(operand: &Operand, values: &Values) -> Result<Value, String> {
    find(operand, values)
        .map(Cow::into_owned)
        .map_err(Undecided::from)
}

/// How many members a JSON array has; they are counted even where they cannot be compared.
fn members(operand: &Operand, values: &Values) -> Option<usize> {
    let Operand::Json { path, .. } = operand else {
        return None;
    };
    let path = JsonPath::parse(path).ok()?;
    let array = path.query(values.json.as_ref()?).at_most_one().ok()??;
    array.as_array().map(Vec::len)
}

fn find<'a>(operand: &Operand, values: &'a Values) -> Result<Cow<'a, Value>, Absent> {
    match operand {
        Operand::Metric(name) => values
            .metrics
            .get(name)
            .map(Cow::Borrowed)
            .ok_or_else(|| Absent::Unmeasured(missing(name, values))),
        Operand::Header(name) => {
            let headers = values
                .headers
                .as_ref()
                .ok_or_else(|| Absent::Unmeasured("no headers were received".to_owned()))?;
            let found: Vec<&str> = headers
                .iter()
                .filter(|(field, _)| field.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.as_str())
                .collect();
            if found.is_empty() {
                Err(Absent::NotThere(format!("there is no header `{name}`")))
            } else {
                Ok(Cow::Owned(Value::Text(found.join(", "))))
            }
        }
        Operand::Json { path, unit } => {
            let json = values.json.as_ref().ok_or_else(|| {
                let why = values
                    .missing
                    .get("json")
                    .map_or("there was no JSON to look in", |w| w);
                Absent::Unmeasured(why.to_owned())
            })?;
            let path_read = JsonPath::parse(path)
                .map_err(|error| Absent::Unmeasured(format!("not a JSONPath: {error}")))?;
            let nodes = path_read.query(json).all();
            match nodes.as_slice() {
                [] => Err(Absent::NotThere(format!("`{path}` finds nothing"))),
                [only] => Value::from_json(only, *unit)
                    .map(Cow::Owned)
                    .ok_or_else(|| {
                        if only.is_null() {
                            Absent::NotThere(format!("`{path}` is null"))
                        } else {
                            Absent::Unmeasured(format!(
                                "`{path}` is not a value that can be compared"
                            ))
                        }
                    }),
                many => many
                    .iter()
                    .map(|node| Value::from_json(node, *unit))
                    .collect::<Option<Vec<_>>>()
                    .map(|list| Cow::Owned(Value::List(list)))
                    .ok_or_else(|| {
                        Absent::Unmeasured(format!("`{path}` finds values that cannot be compared"))
                    }),
            }
        }
        Operand::Len(inner) => {
            let length = match members(inner, values) {
                Some(members) => members,
                None => match find(inner, values)?.as_ref() {
                    Value::Text(text) => text.chars().count(),
                    Value::List(items) => items.len(),
                    _ => return Err(Absent::Unmeasured(format!("`{inner}` has no length"))),
                },
            };
            Ok(Cow::Owned(Value::count(
                u64::try_from(length).unwrap_or(u64::MAX),
            )))
        }
        Operand::Min(inner) | Operand::Max(inner) => {
            let found = find(inner, values)?;
            let items = match found.as_ref() {
                Value::List(items) => items.clone(),
                single => vec![single.clone()],
            };
            let wanted = if matches!(operand, Operand::Min(_)) {
                Ordering::Less
            } else {
                Ordering::Greater
            };
            let mut best: Option<Quantity> = None;
            for item in items {
                let Some(quantity) = number(&item) else {
                    return Err(Absent::Unmeasured(format!(
                        "`{inner}` is not a list of numbers"
                    )));
                };
                best = match best {
                    None => Some(quantity),
                    Some(held) if quantity.compare(held) == Some(wanted) => Some(quantity),
                    held => held,
                };
            }
            best.map(|quantity| Cow::Owned(Value::Number(quantity)))
                .ok_or_else(|| Absent::Unmeasured(format!("`{inner}` is empty")))
        }
        Operand::Semver(inner) => find(inner, values),
    }
}

/// The number a value is, or that its text is: many services send numbers as text.
fn number(value: &Value) -> Option<Quantity> {
    match value {
        Value::Number(quantity) => Some(*quantity),
        Value::Text(text) => Quantity::parse(text).filter(|q| q.unit == Unit::Count),
        _ => None,
    }
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
