//! Limits and blanks: from an item's words to a condition and to the name of what is to be filled.

use crate::outline::model::{Comparison, ValueAsk};
use crate::outline::words;

/// Words that say nothing about which report or query is meant.
const EMPTY: &[&str] = &["all", "run", "the", "of", "in", "generated", "completed"];

/// `metric > 85%`, as the item asks for it.
pub(super) fn condition(metric: &str, asked: &ValueAsk) -> Option<String> {
    let op = match asked.op {
        Comparison::Lt => "<",
        Comparison::Le => "<=",
        Comparison::Gt => ">",
        Comparison::Ge => ">=",
        Comparison::Between => return None,
    };
    let unit = match asked.unit.as_deref() {
        Some("req/s") => "/s",
        Some(unit @ ("%" | "ms" | "s")) => unit,
        _ => "",
    };
    Some(format!("{metric} {op} {}{unit}", asked.limit.as_deref()?))
}

/// A variable's name from an item's words, such as `SMOKE_TESTS_REPORT`.
pub(super) fn blank(said: &str, kind: &str) -> String {
    let mut name = String::new();
    for word in words::slug(said).split('-') {
        let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain && !word.is_empty() && !EMPTY.contains(&word) {
            name.push_str(&word.to_ascii_uppercase());
            name.push('_');
        }
    }
    // A name begins with a letter.
    let from = name.find(|letter: char| letter.is_ascii_alphabetic());
    format!("{}{kind}", from.map_or("", |from| &name[from..]))
}

#[cfg(test)]
mod tests {
    use super::blank;

    #[test]
    fn a_blank_is_named_after_what_is_meant() {
        assert_eq!(blank("Run smoke tests", "REPORT"), "SMOKE_TESTS_REPORT");
        assert_eq!(blank("95 % latency", "QUERY"), "PERCENT_LATENCY_QUERY");
        assert_eq!(blank("Тести", "REPORT"), "REPORT");
    }
}
