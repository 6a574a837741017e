//! Numbers as services write them, kept exactly or not at all.

use rust_decimal::Decimal;

/// A decimal number, also with an exponent; `None` for everything that a decimal cannot keep
/// exactly, such as `NaN`, `Infinity` or a number of 40 digits.
pub(super) fn exact_number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    let digits = digits.strip_suffix('.').unwrap_or(digits);
    if !digits.ends_with(|c: char| c.is_ascii_digit()) || digits.contains('_') {
        return None;
    }
    let number = Decimal::from_str_exact(digits).ok()?;
    if exponent == 0 || number.is_zero() {
        return Some(number);
    }
    let number = number.normalize();
    let ten = |power: u32| {
        10_i128
            .checked_pow(power)
            .and_then(|n| Decimal::try_from_i128_with_scale(n, 0).ok())
    };
    match u32::try_from(exponent) {
        Ok(power) => number.checked_mul(ten(power)?),
        Err(_) => {
            let scale = number.scale().checked_add(exponent.unsigned_abs())?;
            let mut shifted = number;
            shifted.set_scale(scale).ok()?;
            Some(shifted)
        }
    }
}

/// A number that a service reckons in binary floating point. What is finer than 20 places is far
/// below what such a number knows, so it is rounded there, which leaves room for its unit; a
/// difference of two equal rates may come as `3.5e-18`.
pub(super) fn float_number(text: &str) -> Option<Decimal> {
    exact_number(text).or_else(|| {
        let float: f64 = text.trim().parse().ok()?;
        (float.abs() < 1.0).then(|| exact_number(&format!("{float:.20}")))?
    })
}

/// A number as JSON has it, when its reader gives back exactly the same; else its text.
pub(super) fn json_number(number: Decimal) -> serde_json::Value {
    let written = number.normalize().to_string();
    if let Ok(whole) = written.parse::<i64>() {
        return whole.into();
    }
    let near: Option<serde_json::Value> = written.parse::<f64>().ok().map(Into::into);
    match near {
        Some(near) if exact_number(&near.to_string()) == Some(number) => near,
        _ => written.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_close_to_nothing_is_a_number() {
        let tiny = float_number("-3.469446951953614e-18").map(|n| n.to_string());
        assert_eq!(tiny.as_deref(), Some("-0.00000000000000000347"));
        assert_eq!(float_number("NaN"), None);
        assert_eq!(float_number("1e40"), None);
    }

    #[test]
    fn numbers_are_exact_or_nothing() {
        for (text, kept) in [
            ("42", Some("42")),
            ("-0.1", Some("-0.1")),
            ("0.30000000000000004", Some("0.30000000000000004")),
            ("1e+06", Some("1000000")),
            ("1.5e3", Some("1500")),
            ("2.5e-07", Some("0.00000025")),
            ("+7", Some("7")),
            ("7.", Some("7")),
            ("0e99", Some("0")),
            ("NaN", None),
            ("+Inf", None),
            ("1e400", None),
            ("1e-40", None),
            ("1.7976931348623157e+308", None),
            ("0.12345678901234567890123456789012", None),
            ("12345678901234567890123456789012345", None),
            ("1_000", None),
            ("", None),
            ("-", None),
            ("e5", None),
        ] {
            let read = exact_number(text).map(|n| n.normalize().to_string());
            assert_eq!(read.as_deref(), kept, "{text}");
        }
    }

    #[test]
    fn json_gives_back_the_same_number() {
        for (text, json) in [
            ("42", "42"),
            ("0.1", "0.1"),
            ("9007199254740993", "9007199254740993"),
            ("0.1234567890123456789", "\"0.1234567890123456789\""),
        ] {
            let number = exact_number(text);
            assert_eq!(
                number.map(|n| json_number(n).to_string()).as_deref(),
                Some(json)
            );
        }
    }
}
