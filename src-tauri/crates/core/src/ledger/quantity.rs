//! Numbers with a fraction and a unit, written so that every implementation hashes the same bytes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A decimal number and its unit: `{"n":"612.4","u":"ms"}`.
///
/// `n` matches `-?(0|[1-9]\d*)(\.\d*[1-9])?` and is never `-0`: one number has one spelling.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Quantity {
    n: String,
    u: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    n: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    u: Option<String>,
}

/// Text that is not a decimal in the ledger's one form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a decimal like -12.5, without leading or trailing zeros")]
pub struct NotADecimal(pub String);

impl Quantity {
    /// A quantity from the digits of a number and, where it has one, its unit.
    ///
    /// # Errors
    /// [`NotADecimal`] unless `n` is in the one form.
    pub fn new(n: impl Into<String>, u: Option<String>) -> Result<Self, NotADecimal> {
        let n = n.into();
        if is_decimal(&n) {
            Ok(Self { n, u })
        } else {
            Err(NotADecimal(n))
        }
    }

    /// A quantity from a decimal; trailing zeros and the sign of zero are dropped.
    #[must_use]
    pub fn from_decimal(number: rust_decimal::Decimal, u: Option<String>) -> Self {
        let n = if number.is_zero() {
            "0".to_owned()
        } else {
            number.normalize().to_string()
        };
        Self { n, u }
    }

    /// The digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.n
    }

    /// The unit, such as `ms` or `%`.
    #[must_use]
    pub fn unit(&self) -> Option<&str> {
        self.u.as_deref()
    }

    /// The number for arithmetic. `None` when it has more digits than a decimal of 96 bits holds.
    #[must_use]
    pub fn decimal(&self) -> Option<rust_decimal::Decimal> {
        rust_decimal::Decimal::from_str_exact(&self.n).ok()
    }
}

fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole_ok = digits(whole) && (whole == "0" || !whole.starts_with('0'));
    let fraction_ok = fraction.is_none_or(|part| digits(part) && !part.ends_with('0'));
    whole_ok && fraction_ok && text != "-0"
}

impl TryFrom<Written> for Quantity {
    type Error = NotADecimal;

    fn try_from(written: Written) -> Result<Self, NotADecimal> {
        Self::new(written.n, written.u)
    }
}

impl From<Quantity> for Written {
    fn from(quantity: Quantity) -> Self {
        Self {
            n: quantity.n,
            u: quantity.u,
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.u.as_deref() {
            None => f.write_str(&self.n),
            Some(unit) => write!(f, "{} {unit}", self.n),
        }
    }
}
