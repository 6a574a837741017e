//! A measured value beside its limit, and the length of the gauge that shows both.

use countersign_core::ledger::body::{ConditionFound, Finding};
use countersign_core::probe::Quantity;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::wire::item::Measure;

/// Where the limit's mark stands on every gauge, so that gauges can be compared at a glance.
const LIMIT_AT: f64 = 0.8;

/// The value of the first condition that holds a measured quantity against a limit.
#[must_use]
pub fn of_result(conditions: &[ConditionFound], verdict: Finding) -> Option<Measure> {
    conditions.iter().find_map(|condition| {
        let words = limit_words(&condition.text)?;
        let unit = condition.unit.as_deref().unwrap_or_default();
        let read = |text: &Option<String>| Quantity::parse(&format!("{}{unit}", text.as_ref()?));
        let (measured, limit) = (read(&condition.measured)?, read(&condition.limit)?);
        let fraction = (limit.n > Decimal::ZERO)
            .then(|| measured.n.checked_div(limit.n))
            .flatten()
            .and_then(|ratio| ratio.to_f64())
            .map(|ratio| (ratio * LIMIT_AT).clamp(0.0, 1.0));
        Some(Measure {
            value: beside(measured, limit),
            limit: format!("{words} {}", spaced(limit)),
            limit_fraction: fraction.map(|_| LIMIT_AT),
            fraction,
            verdict: word(verdict).to_owned(),
        })
    })
}

/// As short as [`spaced`], but never so short that it seems to lie on the other side of its limit:
/// 84.96 % is not shown as 85 % beside a limit of 85 %.
pub(crate) fn beside(measured: Quantity, limit: Quantity) -> String {
    let side = measured.compare(limit);
    let fits = |n: &Decimal| Quantity::new(*n, measured.unit).compare(limit) == side;
    let longer = (1..=10).map(|places| measured.n.round_dp(places));
    let shown = std::iter::once(short(measured.n))
        .chain(longer)
        .find(fits)
        .unwrap_or(measured.n);
    written(shown, measured)
}

/// How a condition's limit is spoken of; `None` where it is no limit.
fn limit_words(condition: &str) -> Option<&'static str> {
    let operator = condition
        .split_whitespace()
        .find(|word| matches!(*word, "<" | "<=" | ">" | ">="));
    match operator?.chars().next()? {
        '<' => Some("limit"),
        _ => Some("at least"),
    }
}

/// The word of a verdict on the wire.
#[must_use]
pub fn word(verdict: Finding) -> &'static str {
    match verdict {
        Finding::Pass => "pass",
        Finding::Warn => "warn",
        Finding::Fail => "fail",
        Finding::Inconclusive => "inconclusive",
        Finding::Error => "error",
        Finding::Skipped => "skipped",
    }
}

/// `1 198 /s`, `0.02 %`, `612 ms`: thousands apart, at most three digits that matter below a
/// hundred, and the unit.
#[must_use]
pub fn spaced(quantity: Quantity) -> String {
    written(short(quantity.n), quantity)
}

fn short(n: Decimal) -> Decimal {
    match n.abs() >= Decimal::from(100) {
        true => n.round_dp(0),
        false => n.round_sf(3).unwrap_or(n),
    }
}

/// A number in the unit of a quantity.
fn written(number: Decimal, quantity: Quantity) -> String {
    let number = number.normalize().to_string();
    let (whole, fraction) = number.split_once('.').unwrap_or((number.as_str(), ""));
    let (sign, digits) = whole
        .strip_prefix('-')
        .map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    let point = if fraction.is_empty() { "" } else { "." };
    let unit = quantity.unit.symbol();
    let gap = if unit.is_empty() { "" } else { "\u{a0}" };
    format!("{sign}{grouped}{point}{fraction}{gap}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_a_glance() {
        let shown =
            |text| spaced(Quantity::parse(text).unwrap()).replace(['\u{a0}', '\u{202f}'], " ");
        assert_eq!(shown("1198/s"), "1 198 /s");
        assert_eq!(shown("612.4ms"), "612 ms");
        assert_eq!(shown("0.02%"), "0.02 %");
        assert_eq!(shown("41.237ms"), "41.2 ms");
    }

    #[test]
    fn a_value_never_seems_to_lie_on_the_other_side() {
        for (measured, limit, shown) in [
            ("84.96%", "85%", "84.96 %"),
            ("85.000001%", "85%", "85.000001 %"),
            ("84.2%", "85%", "84.2 %"),
            ("200.4ms", "200ms", "200.4 ms"),
            ("612.4ms", "500ms", "612 ms"),
            ("85%", "85%", "85 %"),
        ] {
            let read = |text| Quantity::parse(text).unwrap();
            let made = beside(read(measured), read(limit));
            assert_eq!(made.replace('\u{a0}', " "), shown, "{measured} of {limit}");
        }
    }

    #[test]
    fn a_value_over_its_limit_passes_the_mark() {
        let condition = ConditionFound {
            text: "p99 < 500ms".to_owned(),
            verdict: Finding::Fail,
            measured: Some("612".to_owned()),
            limit: Some("500".to_owned()),
            unit: Some("ms".to_owned()),
            why: None,
        };
        let measure = of_result(&[condition], Finding::Fail).unwrap();
        assert_eq!(measure.limit.replace('\u{a0}', " "), "limit 500 ms");
        assert!(measure.fraction.unwrap() > measure.limit_fraction.unwrap());
    }
}
