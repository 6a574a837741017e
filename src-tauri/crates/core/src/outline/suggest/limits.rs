//! Limits and blanks: from an item's words to a condition and to the name of what is to be filled.

use crate::outline::model::{Comparison, Item, ValueAsk};
use crate::outline::patterns as re;
use crate::outline::window::{Side, TimeUnit};
use crate::outline::words;

/// Words that say nothing about which report or query is meant.
const EMPTY: &[&str] = &["all", "run", "the", "of", "in", "generated", "completed"];

/// Words that a line begins with and that say what to do, not with what.
const VERBS: &[&str] = &[
    "check", "verify", "monitor", "watch", "ensure", "confirm", "validate",
];

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

/// How long something must still be good, as `>= 30d`: the days that the line names.
pub(super) fn days(text: &str) -> Option<String> {
    let found = re::DAYS.captures(text)?;
    let number: u32 = found["n"].parse().ok()?;
    let in_days = match found["unit"].to_ascii_lowercase().chars().next() {
        Some('w') => 7,
        Some('m') => 30,
        Some('y') => 365,
        _ => 1,
    };
    let op = found.name("op").map(|op| op.as_str().to_lowercase());
    // What must not end within 30 days lasts longer than that.
    let op = match op.as_deref() {
        Some(">" | "over" | "within" | "next") => ">",
        Some(op) if op.starts_with("more") => ">",
        _ => ">=",
    };
    Some(format!("{op} {}d", number.checked_mul(in_days)?))
}

/// For how long an item is watched, as `30m`: its own words, or the first hours or days that its
/// heading names.
pub(super) fn watched(item: &Item, text: &str) -> Option<String> {
    if let Some(found) = re::LASTS.captures(text) {
        let number = found.name("most").or_else(|| found.name("n"))?.as_str();
        let unit = found["unit"].to_ascii_lowercase().chars().next()?;
        return Some(format!("{number}{unit}"));
    }
    let window = item.window.as_ref()?;
    let from_the_start = window.from.amount == 0 && window.to.side == Side::After;
    if !from_the_start || !window.words.to_lowercase().contains("first") {
        return None;
    }
    let amount = window.to.amount;
    Some(match window.to.unit {
        TimeUnit::Minutes => format!("{amount}m"),
        TimeUnit::Hours => format!("{amount}h"),
        TimeUnit::Days => format!("{amount}d"),
        TimeUnit::Weeks => format!("{amount}w"),
        // A watch lasts 31 days at most.
        TimeUnit::Months => return None,
    })
}

/// A variable's name from an item's words, such as `SMOKE_TESTS_REPORT`.
pub(super) fn blank(said: &str, kind: &str) -> String {
    let mut name = String::new();
    let slug = words::slug(said);
    for word in slug.split('-').skip_while(|word| VERBS.contains(word)) {
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
        assert_eq!(blank("Check error rates", "QUERY"), "ERROR_RATES_QUERY");
        assert_eq!(blank("95 % latency", "QUERY"), "PERCENT_LATENCY_QUERY");
        assert_eq!(blank("Тести", "REPORT"), "REPORT");
    }
}
