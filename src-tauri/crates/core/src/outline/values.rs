//! The value that a line asks for: "< 0.1%", "(5-10%)", "80%+ coverage", "p95 < 200ms".

use super::model::{Comparison, ValueAsk};
use super::patterns as re;

/// Finds the first threshold or range in a line.
pub(super) fn asked(plain: &str) -> Option<ValueAsk> {
    if !plain.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    compared(plain)
        .or_else(|| range(plain))
        .or_else(|| at_least(plain))
}

fn compared(plain: &str) -> Option<ValueAsk> {
    if !plain.contains(['<', '>', '≤', '≥']) {
        return None;
    }
    let found = re::COMPARED.captures(plain)?;
    let whole = found.get(0)?;
    let op = match found.get(1)?.as_str() {
        "<" => Comparison::Lt,
        ">" => Comparison::Gt,
        "<=" | "≤" => Comparison::Le,
        _ => Comparison::Ge,
    };
    let unit = found.get(3).and_then(|unit| known_unit(unit.as_str()));
    let before = metric(&plain[..whole.start()], plain);
    let after = if unit.is_some() {
        None
    } else {
        let from = found.get(2)?.end();
        metric(plain[from..].trim_start_matches([' ', ')']), plain)
    };
    Some(ValueAsk {
        metric: before.or(after),
        unit,
        op,
        limit: Some(decimal(found.get(2)?.as_str())?),
        min: None,
        max: None,
    })
}

fn range(plain: &str) -> Option<ValueAsk> {
    if !plain.contains('%') {
        return None;
    }
    let found = re::RANGE.captures(plain)?;
    Some(ValueAsk {
        metric: metric(&plain[..found.get(0)?.start()], plain),
        unit: Some("%".to_owned()),
        op: Comparison::Between,
        limit: None,
        min: Some(decimal(found.get(1)?.as_str())?),
        max: Some(decimal(found.get(2)?.as_str())?),
    })
}

fn at_least(plain: &str) -> Option<ValueAsk> {
    if !plain.contains('+') {
        return None;
    }
    let found = re::AT_LEAST.captures(plain)?;
    let percent = !found.get(2)?.as_str().is_empty();
    let noun = found.get(3).map(|noun| noun.as_str().to_owned());
    let before = metric(&plain[..found.get(0)?.start()], plain);
    let (metric, unit) = match (percent, noun) {
        (true, noun) => (noun.or(before), Some("%".to_owned())),
        (false, Some(noun)) => (before, Some(known_unit(&noun).unwrap_or(noun))),
        // "Node.js 18+" names a version.
        (false, None) => return None,
    };
    Some(ValueAsk {
        metric,
        unit,
        op: Comparison::Ge,
        limit: Some(decimal(found.get(1)?.as_str())?),
        min: None,
        max: None,
    })
}

/// The words before a number, with a percentile that stands elsewhere in the line.
fn metric(words: &str, line: &str) -> Option<String> {
    let mut words = words
        .trim_end_matches(|c: char| !c.is_alphanumeric())
        .replace(['(', '*', '`'], "");
    for filler in [" normal", " acceptable", " checked", " is", " target"] {
        words = words
            .split(filler)
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
    }
    let words = words
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_owned();
    let percentile = re::PERCENTILE
        .find_iter(line)
        .next()
        .map(|found| found.as_str().to_lowercase());
    match percentile {
        Some(percentile) if !words.to_lowercase().contains(&percentile) => {
            Some(format!("{words} {percentile}").trim().to_owned())
        }
        _ => (!words.is_empty()).then_some(words),
    }
}

fn known_unit(word: &str) -> Option<String> {
    let unit = match word.to_lowercase().as_str() {
        "%" => "%",
        "ms" | "milliseconds" | "millis" => "ms",
        "µs" | "us" => "us",
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "min" | "mins" | "minute" | "minutes" => "min",
        "h" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        "req/s" | "rps" | "requests/s" | "requests/sec" => "req/s",
        "kb" => "KB",
        "mb" => "MB",
        "gb" => "GB",
        _ => return None,
    };
    Some(unit.to_owned())
}

/// Writes a decimal in the ledger's form: no leading or trailing zeros, no thousands marks.
fn decimal(text: &str) -> Option<String> {
    let text = text.replace(',', "");
    let (whole, fraction) = text.split_once('.').unwrap_or((text.as_str(), ""));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    whole.chars().all(|c| c.is_ascii_digit()).then(|| {
        if fraction.is_empty() {
            whole.to_owned()
        } else {
            format!("{whole}.{fraction}")
        }
    })
}

#[cfg(test)]
#[path = "values_tests.rs"]
mod tests;
