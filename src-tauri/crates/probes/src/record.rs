//! What is kept of an observation.

use countersign_core::probe::{Observation, Value};
use countersign_core::text::line;

use crate::redact::{Redactor, beginning};

/// The longest text that is kept of one value.
const LONGEST_TEXT: usize = 1024;
/// The longest text that is kept of a detail, such as a body.
const LONGEST_DETAIL: usize = 16 * 1024;
/// The most members that are kept of a list.
const MOST_MEMBERS: usize = 100;

/// Makes an observation fit to be kept and shown: without secrets, without text that is more than
/// text, and without long texts, since the record is for people and may not fill the ledger.
pub fn fit_to_record(observation: &mut Observation, redactor: &Redactor) {
    // Before anything is cut: half a secret is not known as one.
    redactor.observation(observation);
    for measured in &mut observation.values {
        shorten_value(&mut measured.value);
    }
    observation.summary = beginning(&line(&observation.summary), 200);
    observation.target = line(&observation.target);
    observation.hint = observation.hint.as_deref().map(line);
    for condition in &mut observation.conditions {
        for text in [&mut condition.measured, &mut condition.why] {
            *text = text.as_deref().map(line);
        }
    }
    observation.saw.values_mut().for_each(shorten_detail);
}

fn shorten_detail(detail: &mut serde_json::Value) {
    match detail {
        serde_json::Value::String(text) => *text = beginning(text, LONGEST_DETAIL),
        serde_json::Value::Array(items) => {
            items.truncate(MOST_MEMBERS);
            items.iter_mut().for_each(shorten_detail);
        }
        serde_json::Value::Object(entries) => entries.values_mut().for_each(shorten_detail),
        _ => {}
    }
}

fn shorten_value(value: &mut Value) {
    match value {
        Value::Text(text) => *text = beginning(text, LONGEST_TEXT),
        Value::List(items) => {
            items.truncate(MOST_MEMBERS);
            items.iter_mut().for_each(shorten_value);
        }
        Value::Number(_) | Value::Bool(_) | Value::Time { .. } => {}
    }
}
