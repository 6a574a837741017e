//! The value that a line asks for: "< 0.1%", "(5-10%)", "80%+ coverage", "p95 < 200ms".

use std::borrow::Cow;

use super::model::{Comparison, ValueAsk};
use super::patterns as re;

/// Finds the first threshold or range in a line.
pub(super) fn asked(plain: &str) -> Option<ValueAsk> {
    if !plain.bytes().any(|byte| byte.is_ascii_digit()) || is_input(plain) {
        return None;
    }
    compared(plain)
        .or_else(|| range(plain))
        .or_else(|| at_least(plain))
}

/// "Enter a password (< 6 chars)" says what to type, not what to measure.
fn is_input(plain: &str) -> bool {
    ["Enter ", "Type ", "Fill in "]
        .iter()
        .any(|verb| plain.starts_with(verb))
}

/// A comparison as it stands in a line.
struct Compared<'a> {
    /// The words before it.
    before: &'a str,
    op: Comparison,
    number: &'a str,
    unit: Option<&'static str>,
    /// The words behind the number.
    after: &'a str,
}

fn compared(plain: &str) -> Option<ValueAsk> {
    // `≤` and `≥` start with the byte 0xE2; most lines have none of these bytes.
    let from = plain
        .bytes()
        .position(|byte| matches!(byte, b'<' | b'>' | 0xe2))?;
    let found = plain[from..]
        .match_indices(['<', '>', '≤', '≥'])
        .find_map(|(at, sign)| comparison(plain, from + at, sign))?;
    let before = metric(found.before, plain);
    let metric = match (before, found.unit) {
        (None, None) => metric(found.after.trim_start_matches([' ', ')']), plain),
        (before, _) => before,
    };
    Some(ValueAsk {
        metric,
        unit: found.unit.map(str::to_owned),
        op: found.op,
        limit: Some(decimal(found.number)?),
        min: None,
        max: None,
    })
}

/// The comparison whose sign stands at `at`: a number behind it, perhaps with a unit.
fn comparison<'a>(plain: &'a str, at: usize, sign: &str) -> Option<Compared<'a>> {
    let behind = &plain[at + sign.len()..];
    let (op, behind) = match (sign, behind.strip_prefix('=')) {
        ("<", Some(behind)) => (Comparison::Le, behind),
        (">", Some(behind)) => (Comparison::Ge, behind),
        ("<", None) => (Comparison::Lt, behind),
        (">", None) => (Comparison::Gt, behind),
        ("≤", _) => (Comparison::Le, behind),
        _ => (Comparison::Ge, behind),
    };
    let (number, after) = number(behind.trim_start())?;
    let before = &plain[..at];
    let unit = unit(after.trim_start());
    // "if Z>0" compares a variable of a script; what is measured has a unit or stands apart.
    let of_a_script = unit.is_none() && before.ends_with(char::is_alphanumeric);
    (!of_a_script).then_some(Compared {
        before,
        op,
        number,
        unit,
        after,
    })
}

/// A number at the start of a text, thousands marks and fraction included, and what stands behind it.
fn number(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes
            .iter()
            .skip(from)
            .take(9)
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let mut end = digits(0);
    if end == 0 {
        return None;
    }
    while bytes.get(end) == Some(&b',') && digits(end + 1) >= 3 {
        end += 4;
    }
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        end += if fraction > 0 { fraction + 1 } else { 0 };
    }
    Some(text.split_at(end))
}

/// The unit at the start of a text: `%`, or a word such as `ms` or `req/s`.
fn unit(text: &str) -> Option<&'static str> {
    if text.starts_with('%') {
        return Some("%");
    }
    let letters = |text: &str| {
        text.find(|c: char| !(c.is_ascii_alphabetic() || c == 'µ'))
            .unwrap_or(text.len())
    };
    let mut end = letters(text);
    if let Some(per) = text[end..].strip_prefix('/') {
        let rate = letters(per);
        end += if rate > 0 { rate + 1 } else { 0 };
    }
    known_unit(&text[..end])
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
        (false, Some(noun)) if is_state(&noun) => return None,
        (false, Some(noun)) => (before, Some(known_unit(&noun).map_or(noun, str::to_owned))),
        // "Node.js 18+" and "Node.js 18+ installed" name a version.
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

/// "18+ installed" counts nothing.
fn is_state(noun: &str) -> bool {
    noun.split_whitespace()
        .next()
        .is_some_and(|word| word.ends_with("ed"))
}

/// What may stand right beside a word.
const AROUND_WORDS: [char; 6] = [':', ',', ';', '(', '*', '`'];

/// Words that say nothing about what is measured.
const FILLERS: &[&str] = &["normal", "acceptable", "checked", "is", "target"];

/// The words before a number, with a percentile that stands elsewhere in the line.
fn metric(words: &str, line: &str) -> Option<String> {
    let percentile = percentile(line);
    let room = words.len() + percentile.map_or(0, |found| found.len() + 1);
    let mut metric = String::with_capacity(room);
    for word in words.split_ascii_whitespace() {
        if metric.is_empty() || !FILLERS.contains(&word.trim_matches(AROUND_WORDS)) {
            if !metric.is_empty() {
                metric.push(' ');
            }
            // Emphasis, code marks and opening parentheses are no part of a name.
            if word.bytes().any(|byte| matches!(byte, b'(' | b'*' | b'`')) {
                metric.extend(word.split(['(', '*', '`']));
            } else {
                metric.push_str(word);
            }
        }
    }
    metric.truncate(metric.trim_end_matches(not_a_word).len());
    let lead = metric.len() - metric.trim_start_matches(not_a_word).len();
    metric.drain(..lead);
    if let Some(percentile) = percentile
        && !contains_in_any_case(&metric, percentile)
    {
        if !metric.is_empty() {
            metric.push(' ');
        }
        metric.extend(percentile.chars().map(|c| c.to_ascii_lowercase()));
    }
    (!metric.is_empty()).then_some(metric)
}

fn not_a_word(c: char) -> bool {
    !c.is_alphanumeric()
}

fn contains_in_any_case(text: &str, word: &str) -> bool {
    text.as_bytes()
        .windows(word.len())
        .any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// The percentile that a line names, such as `p95` or `P99.9`.
pub(super) fn percentile(line: &str) -> Option<&str> {
    let bytes = line.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let word = |at: usize| {
        bytes
            .get(at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii())
    };
    (0..bytes.len())
        .filter(|at| matches!(bytes[*at], b'p' | b'P') && digit(at + 1) && digit(at + 2))
        .filter(|at| at.checked_sub(1).is_none_or(|before| !word(before)))
        .find_map(|at| {
            let whole = at + 3;
            let digits = bytes[whole..]
                .iter()
                .skip(1)
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let fraction = whole + 1 + digits;
            let end = if bytes.get(whole) == Some(&b'.') && digits > 0 && !word(fraction) {
                fraction
            } else {
                whole
            };
            (!word(end)).then(|| &line[at..end])
        })
}

/// What people write for a unit, and what probe expressions call it.
const UNITS: &[(&str, &str)] = &[
    ("ms", "ms"),
    ("milliseconds", "ms"),
    ("millis", "ms"),
    ("µs", "us"),
    ("us", "us"),
    ("s", "s"),
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("min", "min"),
    ("mins", "min"),
    ("minute", "min"),
    ("minutes", "min"),
    ("h", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("d", "d"),
    ("day", "d"),
    ("days", "d"),
    ("req/s", "req/s"),
    ("rps", "req/s"),
    ("requests/s", "req/s"),
    ("requests/sec", "req/s"),
    ("kb", "KB"),
    ("mb", "MB"),
    ("gb", "GB"),
];

fn known_unit(word: &str) -> Option<&'static str> {
    UNITS
        .iter()
        .find(|(written, _)| written.eq_ignore_ascii_case(word))
        .map(|(_, unit)| *unit)
}

/// Writes a decimal in the ledger's form: no leading or trailing zeros, no thousands marks.
fn decimal(text: &str) -> Option<String> {
    let text = if text.contains(',') {
        Cow::Owned(text.replace(',', ""))
    } else {
        Cow::Borrowed(text)
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
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
