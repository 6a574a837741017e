//! Units and exact quantities. A quantity is a decimal number in a unit; quantities compare only
//! within one dimension, so that milliseconds never meet percent.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a number measures. Two numbers compare only when their dimensions are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// A plain count: a status code, a number of rows.
    Count,
    /// Elapsed time.
    Time,
    /// An amount of bytes.
    Size,
    /// A share of a whole.
    Ratio,
    /// Events in a time.
    Rate,
}

impl Dimension {
    /// The word a person reads in a message.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Count => "a plain number",
            Self::Time => "a time",
            Self::Size => "a size",
            Self::Ratio => "a share in %",
            Self::Rate => "a rate",
        }
    }

    /// A literal of this dimension, to show in a hint.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            Self::Count => "200",
            Self::Time => "500ms",
            Self::Size => "10MB",
            Self::Ratio => "0.1%",
            Self::Rate => "1000/s",
        }
    }
}

/// A unit as it is written after a number. Days and weeks here are elapsed time (24 h, 168 h).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// No unit.
    Count,
    /// Microseconds, `us`.
    Microsecond,
    /// Milliseconds, `ms`.
    Millisecond,
    /// Seconds, `s`.
    Second,
    /// Minutes, `m` or `min`.
    Minute,
    /// Hours, `h`.
    Hour,
    /// Days of 24 hours, `d`.
    Day,
    /// Weeks of 7 such days, `w`.
    Week,
    /// Bytes, `B`.
    Byte,
    /// 1,000 bytes, `kB` (SI).
    Kilobyte,
    /// 1,000,000 bytes, `MB` (SI).
    Megabyte,
    /// 10^9 bytes, `GB` (SI).
    Gigabyte,
    /// 1,024 bytes, `KiB` (IEC 80000-13).
    Kibibyte,
    /// 1,024² bytes, `MiB` (IEC 80000-13).
    Mebibyte,
    /// 1,024³ bytes, `GiB` (IEC 80000-13).
    Gibibyte,
    /// Hundredths, `%`.
    Percent,
    /// Events a second, `/s`, also written `req/s` or `rps`.
    PerSecond,
    /// Events a minute, `/min`, also written `req/min`.
    PerMinute,
}

impl Unit {
    /// Reads a unit as it is written; the empty text is [`Unit::Count`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "" => Self::Count,
            "us" | "µs" => Self::Microsecond,
            "ms" => Self::Millisecond,
            "s" | "sec" => Self::Second,
            "m" | "min" => Self::Minute,
            "h" => Self::Hour,
            "d" | "day" | "days" => Self::Day,
            "w" | "week" | "weeks" => Self::Week,
            "B" => Self::Byte,
            "kB" | "KB" => Self::Kilobyte,
            "MB" => Self::Megabyte,
            "GB" => Self::Gigabyte,
            "KiB" => Self::Kibibyte,
            "MiB" => Self::Mebibyte,
            "GiB" => Self::Gibibyte,
            "%" => Self::Percent,
            "/s" | "req/s" | "rps" => Self::PerSecond,
            "/min" | "/m" | "req/min" | "rpm" => Self::PerMinute,
            _ => return None,
        })
    }

    /// The unit's one canonical spelling.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Count => "",
            Self::Microsecond => "us",
            Self::Millisecond => "ms",
            Self::Second => "s",
            Self::Minute => "m",
            Self::Hour => "h",
            Self::Day => "d",
            Self::Week => "w",
            Self::Byte => "B",
            Self::Kilobyte => "kB",
            Self::Megabyte => "MB",
            Self::Gigabyte => "GB",
            Self::Kibibyte => "KiB",
            Self::Mebibyte => "MiB",
            Self::Gibibyte => "GiB",
            Self::Percent => "%",
            Self::PerSecond => "/s",
            Self::PerMinute => "/min",
        }
    }

    /// What the unit measures.
    #[must_use]
    pub fn dimension(self) -> Dimension {
        match self {
            Self::Count => Dimension::Count,
            Self::Microsecond
            | Self::Millisecond
            | Self::Second
            | Self::Minute
            | Self::Hour
            | Self::Day
            | Self::Week => Dimension::Time,
            Self::Byte
            | Self::Kilobyte
            | Self::Megabyte
            | Self::Gigabyte
            | Self::Kibibyte
            | Self::Mebibyte
            | Self::Gibibyte => Dimension::Size,
            Self::Percent => Dimension::Ratio,
            Self::PerSecond | Self::PerMinute => Dimension::Rate,
        }
    }

    /// How many of the dimension's smallest unit (microsecond, byte, percent, per minute) one of
    /// this is. Whole numbers only, so that conversions towards it are exact.
    fn factor(self) -> u64 {
        match self {
            Self::Count | Self::Microsecond | Self::Byte | Self::Percent | Self::PerMinute => 1,
            Self::Millisecond | Self::Kilobyte => 1_000,
            Self::Second | Self::Megabyte => 1_000_000,
            Self::Minute => 60_000_000,
            Self::Hour => 3_600_000_000,
            Self::Day => 86_400_000_000,
            Self::Week => 604_800_000_000,
            Self::Gigabyte => 1_000_000_000,
            Self::Kibibyte => 1 << 10,
            Self::Mebibyte => 1 << 20,
            Self::Gibibyte => 1 << 30,
            Self::PerSecond => 60,
        }
    }
}

/// An exact decimal number in a unit, written in JSON as `{"n":"612.4","u":"ms"}`; `u` is absent
/// for a plain count.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    /// The number.
    pub n: Decimal,
    /// Its unit.
    pub unit: Unit,
}

impl Quantity {
    /// A number in a unit.
    #[must_use]
    pub fn new(n: Decimal, unit: Unit) -> Self {
        Self { n, unit }
    }

    /// A whole number in a unit.
    #[must_use]
    pub fn whole(n: i64, unit: Unit) -> Self {
        Self {
            n: Decimal::from(n),
            unit,
        }
    }

    /// Reads `500ms`, `21d`, `0.1%`, `1000/s`, `-3` or `200`. A blank between number and unit is
    /// allowed. `None` when it is not a number in a known unit.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text
            .char_indices()
            .find(|&(i, c)| !(c.is_ascii_digit() || c == '.' || (i == 0 && (c == '-' || c == '+'))))
            .map_or(text.len(), |(i, _)| i);
        let (number, unit) = text.split_at(end);
        if !number.ends_with(|c: char| c.is_ascii_digit())
            || number.trim_start_matches(['-', '+']).starts_with('.')
        {
            return None;
        }
        Some(Self {
            n: Decimal::from_str_exact(number).ok()?,
            unit: Unit::parse(unit.trim())?,
        })
    }

    /// The same amount in another unit of the same dimension; `None` across dimensions or on
    /// overflow. Exact where the result has at most 28 significant digits.
    #[must_use]
    pub fn to(self, unit: Unit) -> Option<Self> {
        if self.unit.dimension() != unit.dimension() {
            return None;
        }
        let n = self
            .n
            .checked_mul(Decimal::from(self.unit.factor()))?
            .checked_div(Decimal::from(unit.factor()))?;
        Some(Self { n, unit })
    }

    /// Exact comparison within a dimension; `None` across dimensions or on overflow.
    #[must_use]
    pub fn compare(self, other: Self) -> Option<Ordering> {
        if self.unit.dimension() != other.unit.dimension() {
            return None;
        }
        let left = self.n.checked_mul(Decimal::from(self.unit.factor()))?;
        let right = other.n.checked_mul(Decimal::from(other.unit.factor()))?;
        Some(left.cmp(&right))
    }

    /// As a length of time; `None` when it is not a time, is negative, or does not fit.
    #[must_use]
    pub fn as_duration(self) -> Option<std::time::Duration> {
        let micros = self.to(Unit::Microsecond)?.n.trunc();
        u64::try_from(micros)
            .ok()
            .map(std::time::Duration::from_micros)
    }

    /// As a probe writes it: `1h`, `0.1%`, `200`.
    #[must_use]
    pub fn written(self) -> String {
        format!("{}{}", self.number(), self.unit.symbol())
    }

    /// The number alone, without trailing zeros and never `-0`.
    #[must_use]
    pub fn number(self) -> String {
        canonical(self.n)
    }
}

/// Plain decimal notation matching `-?(0|[1-9]\d*)(\.\d*[1-9])?`, never `-0`.
fn canonical(n: Decimal) -> String {
    let n = n.normalize();
    if n.is_zero() {
        "0".to_owned()
    } else {
        n.to_string()
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.n == other.n && self.unit == other.unit
    }
}
impl Eq for Quantity {}

impl fmt::Display for Quantity {
    /// `41 ms`, `0.1 %`, `200`, `1000/s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.number())?;
        match self.unit {
            Unit::Count => Ok(()),
            Unit::PerSecond | Unit::PerMinute => f.write_str(self.unit.symbol()),
            unit => write!(f, " {}", unit.symbol()),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    n: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    u: Option<String>,
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            n: self.number(),
            u: (self.unit != Unit::Count).then(|| self.unit.symbol().to_owned()),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let n = Decimal::from_str(&written.n).map_err(D::Error::custom)?;
        if canonical(n) != written.n {
            return Err(D::Error::custom("the number is not in canonical form"));
        }
        let unit = written.u.as_deref().unwrap_or("");
        let unit = Unit::parse(unit).ok_or_else(|| D::Error::custom("unknown unit"))?;
        Ok(Self { n, unit })
    }
}
