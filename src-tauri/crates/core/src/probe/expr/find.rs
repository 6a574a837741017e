//! What an operand finds in what was measured.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json_path::JsonPath;

use super::{Operand, cookie, fields};
use crate::probe::unit::{Quantity, Unit};
use crate::probe::value::{Value, Values};

/// Why nothing decides.
pub(super) type Undecided = String;

pub(super) fn missing(metric: &str, values: &Values) -> Undecided {
    values.missing.get(metric).map_or_else(
        || format!("`{metric}` was not measured"),
        |why| format!("`{metric}` was not measured: {why}"),
    )
}

/// Why an operand has no value: because it was looked for and is not there, or because there was
/// nothing to look in.
pub(super) enum Absent {
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

/// The header fields of the response.
fn received(values: &Values) -> Result<&[(String, String)], Absent> {
    values
        .headers
        .as_deref()
        .ok_or_else(|| Absent::Unmeasured("no headers were received".to_owned()))
}

pub(super) fn find<'a>(operand: &Operand, values: &'a Values) -> Result<Cow<'a, Value>, Absent> {
    match operand {
        Operand::Metric(name) => values
            .metrics
            .get(name)
            .map(Cow::Borrowed)
            .ok_or_else(|| Absent::Unmeasured(missing(name, values))),
        Operand::Header(name) => {
            let lines = fields::lines(received(values)?, name);
            if lines.is_empty() {
                return Err(Absent::NotThere(format!("there is no header `{name}`")));
            }
            Ok(Cow::Owned(Value::Text(lines.join(", "))))
        }
        Operand::Headers(name) => {
            let members = fields::members(received(values)?, name);
            if members.is_empty() {
                return Err(Absent::NotThere(format!("there is no header `{name}`")));
            }
            Ok(Cow::Owned(Value::List(
                members.into_iter().map(Value::Text).collect(),
            )))
        }
        Operand::Cookie { name, attribute } => {
            let set = cookie::find(received(values)?, name)
                .ok_or_else(|| Absent::NotThere(format!("there is no cookie `{name}`")))?;
            let value = match attribute {
                None => Some(Value::text(set.value())),
                Some(attribute) => attribute.of(&set),
            };
            value
                .map(Cow::Owned)
                .ok_or_else(|| Absent::NotThere(format!("`{operand}` is not there")))
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
pub(super) fn number(value: &Value) -> Option<Quantity> {
    match value {
        Value::Number(quantity) => Some(*quantity),
        Value::Text(text) => Quantity::parse(text).filter(|q| q.unit == Unit::Count),
        _ => None,
    }
}
