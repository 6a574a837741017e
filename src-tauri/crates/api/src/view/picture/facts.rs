//! What has no shape of its own: names and values.

use countersign_core::probe::{Measured, Value as Found};
use countersign_core::text::{line, lines};
use serde_json::Value;

use super::{plain, words};
use crate::view::measure::spaced;
use crate::wire::picture::{Fact, Picture};

/// How many values of a list are said.
const MOST_SAID: usize = 8;
/// A text that is longer than this stands by itself.
const LONGEST: usize = 120;
/// Metrics that the picture of the phases holds.
const PHASES: &[&str] = &[
    "dns",
    "connect",
    "tls",
    "login",
    "first_byte",
    "body",
    "query",
    "latency",
    "duration",
];

/// Names and values as they are collected.
#[derive(Default)]
pub(super) struct Facts {
    facts: Vec<Fact>,
}

impl Facts {
    /// Notes a value that was seen; a long text goes to `texts`, and what is empty says nothing.
    pub(super) fn note(&mut self, key: &str, value: &Value, texts: &mut Vec<Picture>) {
        let text = match value {
            Value::Array(list) => several(list.iter().map(plain)),
            other => plain(other),
        };
        let lines = text.trim_end();
        if lines.contains('\n') || (lines.chars().count() > LONGEST && !value.is_array()) {
            texts.push(Picture::Text {
                title: words(key),
                text,
                note: String::new(),
            });
        } else if !lines.is_empty() {
            self.put(words(key), lines.to_owned());
        }
    }

    /// Adds what was measured and is not said yet. `phases` is whether times are drawn already.
    pub(super) fn measured(&mut self, values: &[Measured], phases: bool) {
        for measured in values {
            let name = words(&measured.metric);
            if phases && PHASES.contains(&measured.metric.as_str()) {
                continue;
            }
            let text = found(&measured.value);
            if !text.trim_end().contains('\n') && !text.is_empty() {
                self.put(name, text);
            }
        }
    }

    fn put(&mut self, name: String, value: String) {
        if self.facts.iter().all(|fact| fact.name != name) {
            self.facts.push(Fact { name, value });
        }
    }

    /// All of them, `folded` where other pictures tell the story.
    pub(super) fn picture(self, folded: bool) -> Option<Picture> {
        (!self.facts.is_empty()).then_some(Picture::Facts {
            title: if folded { "details" } else { "" }.to_owned(),
            facts: self.facts,
            folded,
        })
    }
}

/// A list of names inside of something, such as a response's headers: for those who ask.
pub(super) fn folded<'a>(
    key: &str,
    parts: impl Iterator<Item = (&'a String, &'a Value)>,
) -> Picture {
    let facts = parts
        .map(|(name, value)| Fact {
            name: line(name),
            value: plain(value),
        })
        .collect();
    Picture::Facts {
        title: words(key),
        facts,
        folded: true,
    }
}

/// A measured value as people read it.
fn found(value: &Found) -> String {
    match value {
        Found::Number(quantity) => spaced(*quantity),
        Found::List(items) => several(items.iter().map(found)),
        other => lines(&other.to_string()),
    }
}

fn several(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(MOST_SAID);
    let said = items.take(MOST_SAID).collect::<Vec<_>>().join(", ");
    match more {
        0 => said,
        more => format!("{said} and {more} more"),
    }
}
