//! What conditions say about what is drawn: the limits to mark in a picture.

use countersign_core::probe::{ConditionOutcome, Observation, Quantity, Unit};
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

/// A limit that some condition names.
pub(super) struct Limit {
    /// As it is said, such as "at least 85 %".
    pub words: String,
    /// How much.
    pub quantity: Quantity,
    /// Whether less is wrong; else more is.
    pub floor: bool,
}

/// The limits that conditions hold one of `metrics` against, in the order of `metrics`.
pub(super) fn of(observation: &Observation, metrics: &[&str]) -> Vec<Limit> {
    metrics
        .iter()
        .flat_map(|metric| {
            let about = move |condition: &&ConditionOutcome| subject(&condition.text) == *metric;
            observation.conditions.iter().filter(about)
        })
        .filter_map(limit)
        .collect()
}

/// A limit in a unit as a number to draw.
pub(super) fn drawn(limit: &Limit, unit: Unit) -> Option<f64> {
    limit.quantity.to(unit)?.n.to_f64()
}

/// What a condition is about: the first name that it holds.
fn subject(text: &str) -> &str {
    let text = text.trim_start();
    let text = text.strip_prefix("not ").unwrap_or(text).trim_start();
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    // Of `min(values) > 0` the name is inside.
    match rest.strip_prefix('(') {
        Some(inside) => inside.split(')').next().unwrap_or_default().trim(),
        None => name,
    }
}

fn limit(condition: &ConditionOutcome) -> Option<Limit> {
    let unit = condition.unit.as_deref().unwrap_or_default();
    let quantity = Quantity::parse(&format!("{}{unit}", condition.limit.as_ref()?))?;
    let floor = match condition.text.find(['<', '>']) {
        Some(at) => condition.text.get(at..)?.starts_with('>'),
        None => return None,
    };
    let words = if floor { "at least" } else { "limit" };
    Some(Limit {
        words: format!("{words} {}", crate::view::measure::spaced(quantity)),
        quantity,
        floor,
    })
}

/// A quantity that the record keeps as `{"n", "u"}`.
pub(super) fn quantity(value: &Value) -> Option<Quantity> {
    let map = value.as_object()?;
    let unit = match map.get("u") {
        None => "",
        Some(unit) => unit.as_str()?,
    };
    Quantity::parse(&format!("{}{unit}", map.get("n")?.as_str()?))
}
