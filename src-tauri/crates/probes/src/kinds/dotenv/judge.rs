//! What may be said of a value without saying it.

use std::collections::BTreeMap;

use countersign_core::probe::{Quantity, Unit, Value};
use rust_decimal::Decimal;
use serde_json::json;

use crate::Secret;

/// Texts that stand where a value is still to come, looked for in lower case. They are long enough
/// not to stand in a random value.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change_me",
    "change-me",
    "change this",
    "changethis",
    "replaceme",
    "replace_me",
    "replace-me",
    "replace with",
    "replace_with",
    "placeholder",
    "your_",
    "your-",
    "insert_",
    "insert-",
    "xxxxx",
    "_____",
    ".....",
    "example_",
    "_example",
    "${",
    "{{",
];
/// Shorter ones, which must stand alone.
const WORDS: &[&str] = &["todo", "fixme", "tbd", "dummy", "here"];
/// Texts that are no value when they are all of it.
const WHOLE: &[&str] = &[
    "secret",
    "password",
    "example",
    "test",
    "none",
    "null",
    "undefined",
    "default",
    "admin",
    "xxx",
    "...",
    "***",
    "123456",
    "12345678",
];

/// What is known of one value.
pub(super) struct Judged {
    /// Its characters.
    pub length: u64,
    /// Tenths of a bit, so that it compares exactly.
    pub entropy: u64,
    /// Whether it still looks like a placeholder.
    pub placeholder: bool,
    /// Whether it differs from the example's; `None` without an example.
    pub changed: Option<bool>,
    /// Whether every address in it is encrypted; `None` when there is none.
    pub https: Option<bool>,
}

impl Judged {
    /// As `json()` reads it and the record keeps it.
    pub fn json(&self) -> serde_json::Value {
        let mut entry = json!({
            "length": self.length,
            "empty": self.length == 0,
            "placeholder": self.placeholder,
            "entropy": tenths(self.entropy).to_string(),
        });
        if let Some(entry) = entry.as_object_mut() {
            for (name, known) in [("changed", self.changed), ("https", self.https)] {
                if let Some(known) = known {
                    entry.insert(name.to_owned(), known.into());
                }
            }
        }
        entry
    }
}

/// Bits as they are measured.
pub(super) fn bits(entropy: u64) -> Value {
    Value::Number(Quantity::new(tenths(entropy), Unit::Count))
}

fn tenths(entropy: u64) -> Decimal {
    (Decimal::from(entropy) / Decimal::TEN).normalize()
}

/// Judges a value beside the one in the example.
pub(super) fn judge(value: &Secret, shared: Option<&Secret>, compared: bool) -> Judged {
    Judged {
        length: u64::try_from(value.chars().count()).unwrap_or(u64::MAX),
        entropy: entropy(value),
        placeholder: is_placeholder(value),
        changed: compared.then(|| shared.is_none_or(|shared| shared.as_str() != value.as_str())),
        https: https(value),
    }
}

/// Shannon's entropy of the characters, times their number, in tenths of a bit. It never says more
/// than the characters' own variety allows, so a repeated word counts little.
fn entropy(value: &str) -> u64 {
    let mut counts: BTreeMap<char, u32> = BTreeMap::new();
    for c in value.chars() {
        *counts.entry(c).or_default() += 1;
    }
    let total: u32 = counts.values().sum();
    let total = f64::from(total);
    let bits: f64 = counts
        .values()
        .map(|count| {
            let count = f64::from(*count);
            count * (total / count).log2()
        })
        .sum();
    // Rounded to a tenth, so that what is exactly 64 bits is not 63.9 for the arithmetic's sake.
    format!("{:.0}", bits * 10.0).parse().unwrap_or_default()
}

fn is_placeholder(value: &str) -> bool {
    let lower = value.trim().to_lowercase();
    if lower.is_empty() {
        return false;
    }
    let first = lower.chars().next();
    let one_character = lower.chars().count() > 2 && lower.chars().all(|c| Some(c) == first);
    one_character
        || WHOLE.contains(&lower.as_str())
        || PLACEHOLDERS.iter().any(|word| lower.contains(word))
        || lower
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| WORDS.contains(&word))
        || has_blank_to_fill(&lower)
}

/// `<your key>`: words between angle brackets, which a random value has not.
fn has_blank_to_fill(lower: &str) -> bool {
    let inside = lower
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or("", |(inside, _)| inside);
    let plain = |c: char| c.is_alphanumeric() || " _-".contains(c);
    inside.chars().count() > 2 && inside.chars().all(plain)
}

fn https(value: &str) -> Option<bool> {
    let addresses: Vec<&str> = value
        .split([',', ' ', ';', '[', ']', '"', '\''])
        .filter(|part| part.contains("://"))
        .collect();
    if addresses.is_empty() {
        return None;
    }
    let encrypted = |address: &&str| {
        let lower = address.to_ascii_lowercase();
        lower.starts_with("https://") || lower.starts_with("wss://")
    };
    Some(addresses.iter().all(encrypted))
}
