//! The fields that every kind has: from what was written to the probe.

use super::field;
use super::node::{Entry, Node, Scalar};
use super::{error, expression_error, hinted, watch};
use crate::diagnostic::Diagnostic;
use crate::outline::Stage;
use crate::probe::expr::{Condition, ExprError, parse_list, parse_operand};
use crate::probe::model::{Baseline, Probe, Proves};
use crate::probe::schema::{KindSchema, MetricKind};
use crate::probe::unit::{Quantity, Unit};

/// Their names.
pub(super) const COMMON: &[&str] = &[
    "id",
    "expect",
    "warn",
    "baseline",
    "proves",
    "needs",
    "capture",
    "ref",
    "fresh",
    "timeout",
    "retries",
    "stage",
    "env",
    "watch",
    "every",
    "statistic",
    "min_coverage",
];

/// The longest deadline, in hours.
const LONGEST: i64 = 4;

/// Reads one of them. `unit` is what the kind's own fields declare for what it finds.
pub(super) fn common(
    probe: &mut Probe,
    schema: Option<&'static KindSchema>,
    unit: Unit,
    entry: &Entry,
) -> Result<(), Diagnostic> {
    let key = entry.key.as_str();
    match key {
        "expect" => probe.expect.extend(conditions(&entry.value, schema, unit)?),
        "warn" => probe.warn.extend(conditions(&entry.value, schema, unit)?),
        "baseline" => {
            for scalar in texts(entry)? {
                probe.baseline.push(baseline(scalar, schema)?);
            }
        }
        "needs" => {
            for scalar in texts(entry)? {
                let names = scalar
                    .text
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty());
                probe.needs.extend(names.map(str::to_owned));
            }
        }
        "capture" => {
            let Node::Map(entries, _) = &entry.value else {
                return Err(hinted(
                    "probe-bad-value",
                    "`capture` is a mapping from names to what is kept",
                    entry.value.place(),
                    "write `capture: {TOKEN: json($.token)}`",
                ));
            };
            for capture in entries {
                let scalar = one(capture)?;
                let operand = parse_operand(&scalar.text).map_err(|wrong| {
                    let place = scalar.place_at(wrong.offset);
                    expression_error(wrong, place)
                })?;
                probe.capture.insert(capture.key.clone(), operand);
            }
        }
        // How it is watched is read once all of it is known.
        key if watch::FIELDS.contains(&key) => {}
        _ => one_value(probe, key, one(entry)?)?,
    }
    Ok(())
}

/// The common fields that hold one value.
fn one_value(probe: &mut Probe, key: &str, scalar: &Scalar) -> Result<(), Diagnostic> {
    let text = scalar.text.trim();
    let place = scalar.place_at(0);
    let bad = |message: String, hint: &str| hinted("probe-bad-value", message, place, hint);
    let duration = || {
        field::duration(text).ok_or_else(|| {
            bad(
                format!("`{text}` is not a time"),
                "write a time such as `500ms` or `7d`",
            )
        })
    };
    match key {
        "id" => probe.id = Some(text.to_owned()),
        "ref" => probe.reference = Some(text.to_owned()),
        "env" => probe.env = Some(text.to_owned()),
        "fresh" => probe.fresh = Some(duration()?),
        "timeout" => {
            let length = duration()?;
            if length
                .compare(Quantity::whole(LONGEST, Unit::Hour))
                .is_none_or(std::cmp::Ordering::is_gt)
            {
                return Err(bad(
                    format!("`{text}` is too long"),
                    "a deadline is at most 4h",
                ));
            }
            probe.timeout = Some(length);
        }
        "proves" => {
            probe.proves = match text {
                "all" => Proves::All,
                "part" => Proves::Part,
                _ => {
                    return Err(bad(
                        format!("`proves` is not `{text}`"),
                        "it is `all` or `part`",
                    ));
                }
            };
        }
        "retries" => match text.parse() {
            Ok(n @ 0..=5) => probe.retries = n,
            _ => {
                return Err(bad(
                    format!("`retries` is not `{text}`"),
                    "it is a number from 0 to 5",
                ));
            }
        },
        "stage" => {
            probe.stage = Some(match text {
                "prepare" => Stage::Prepare,
                "deploy" => Stage::Deploy,
                "watch" => Stage::Watch,
                "review" => Stage::Review,
                _ => {
                    return Err(bad(
                        format!("there is no stage `{text}`"),
                        "the stages are prepare, deploy, watch and review",
                    ));
                }
            });
        }
        _ => {}
    }
    Ok(())
}

pub(super) fn one(entry: &Entry) -> Result<&Scalar, Diagnostic> {
    match &entry.value {
        Node::Scalar(scalar) => Ok(scalar),
        other => Err(error(
            "probe-bad-value",
            format!("`{}` is one value", entry.key),
            other.place(),
        )),
    }
}

fn texts(entry: &Entry) -> Result<Vec<&Scalar>, Diagnostic> {
    match &entry.value {
        Node::Scalar(scalar) => Ok(vec![scalar]),
        Node::List(items, _) => items
            .iter()
            .map(|item| match item {
                Node::Scalar(scalar) => Ok(scalar),
                other => Err(error(
                    "probe-bad-value",
                    format!("`{}` is a list of texts", entry.key),
                    other.place(),
                )),
            })
            .collect(),
        Node::Map(_, place) => Err(error(
            "probe-bad-value",
            format!("`{}` is text or a list of texts", entry.key),
            *place,
        )),
    }
}

fn conditions(
    node: &Node,
    schema: Option<&'static KindSchema>,
    unit: Unit,
) -> Result<Vec<Condition>, Diagnostic> {
    let mut read = Vec::new();
    let scalars: Vec<&Scalar> = match node {
        Node::Scalar(scalar) => vec![scalar],
        Node::List(items, _) if items.iter().all(|item| matches!(item, Node::Scalar(_))) => {
            node.scalars()
        }
        other => {
            return Err(hinted(
                "probe-bad-value",
                "conditions are text or a list of texts",
                other.place(),
                "write `expect: status == 200`; put text with `: ` or `{` in quotes",
            ));
        }
    };
    for scalar in scalars {
        let secret = scalar
            .text
            .find("${secret:")
            .or_else(|| scalar.text.find("${capture:"));
        if let Some(at) = secret {
            let offset = scalar.text.get(..at).unwrap_or_default().chars().count();
            return Err(error(
                "probe-secret-place",
                "a condition is shown and stored, so no secret may stand in it",
                scalar.place_at(offset),
            ));
        }
        let at = |wrong: ExprError| {
            let place = scalar.place_at(wrong.offset);
            expression_error(wrong, place)
        };
        for (_, condition) in parse_list(&scalar.text).map_err(at)? {
            if let Some(schema) = schema {
                condition.check(schema, unit).map_err(at)?;
            }
            read.push(condition);
        }
    }
    Ok(read)
}

/// `duration +10%`, or `+10%` for the kind's main metric.
fn baseline(scalar: &Scalar, schema: Option<&'static KindSchema>) -> Result<Baseline, Diagnostic> {
    let text = scalar.text.trim();
    let bad = |message: String| {
        hinted(
            "probe-bad-value",
            message,
            scalar.place_at(0),
            "write `baseline: +10%` or `baseline: duration +10%`",
        )
    };
    let (metric, change) = match text.split_once(char::is_whitespace) {
        Some((metric, change)) => (metric.to_owned(), change.trim()),
        None => {
            let primary = schema.and_then(|schema| schema.primary);
            let metric = primary.ok_or_else(|| bad("say which metric is compared".to_owned()))?;
            (metric.to_owned(), text)
        }
    };
    if let Some(schema) = schema
        && !schema
            .metric(&metric)
            .is_some_and(|m| matches!(m.kind, MetricKind::Number(_) | MetricKind::Any))
    {
        return Err(bad(format!(
            "`{}` measures no number `{metric}`",
            schema.name
        )));
    }
    let signed = change.starts_with(['+', '-']);
    match Quantity::parse(change) {
        Some(change) if signed && change.unit == Unit::Percent => Ok(Baseline { metric, change }),
        _ => Err(bad(format!("`{change}` is not a change such as `+10%`"))),
    }
}
