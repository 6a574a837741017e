//! What was measured, and what a probe that ran says about it.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::unit::{Quantity, Unit};

/// One measured value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A number in its unit.
    Number(Quantity),
    /// A moment.
    Time {
        /// UTC.
        time: DateTime<Utc>,
    },
    /// Text.
    Text(String),
    /// Several values, in the order they were seen.
    List(Vec<Value>),
}

impl Value {
    /// A plain count.
    #[must_use]
    pub fn count(n: u64) -> Self {
        Self::Number(Quantity::new(Decimal::from(n), Unit::Count))
    }

    /// An elapsed time in milliseconds, kept to the microsecond.
    #[must_use]
    pub fn millis(elapsed: std::time::Duration) -> Self {
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let exact = Quantity::new(Decimal::from(micros), Unit::Microsecond);
        Self::Number(exact.to(Unit::Millisecond).unwrap_or(exact))
    }

    /// An amount of bytes.
    #[must_use]
    pub fn bytes(n: u64) -> Self {
        Self::Number(Quantity::new(Decimal::from(n), Unit::Byte))
    }

    /// Text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A scalar or list as JSON has it. `None` for null, for objects, and for numbers that JSON's
    /// reader could not keep exactly: those count as missing rather than as nearly right.
    #[must_use]
    pub fn from_json(json: &serde_json::Value, unit: Unit) -> Option<Self> {
        match json {
            serde_json::Value::Null | serde_json::Value::Object(_) => None,
            serde_json::Value::Bool(b) => Some(Self::Bool(*b)),
            serde_json::Value::String(s) => Some(Self::Text(s.clone())),
            serde_json::Value::Array(items) => items
                .iter()
                .map(|item| Self::from_json(item, unit))
                .collect::<Option<Vec<_>>>()
                .map(Self::List),
            serde_json::Value::Number(n) => {
                let written = n.to_string();
                let n = if written.contains(['e', 'E']) {
                    Decimal::from_scientific(&written).ok()?
                } else {
                    Decimal::from_str_exact(&written).ok()?
                };
                Some(Self::Number(Quantity::new(n, unit)))
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(true) => f.write_str("yes"),
            Self::Bool(false) => f.write_str("no"),
            Self::Number(q) => q.fmt(f),
            Self::Time { time } => f.write_str(&time.to_rfc3339_opts(SecondsFormat::Secs, true)),
            Self::Text(text) => f.write_str(text),
            Self::List(items) => {
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    item.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}

/// One metric and its value, as an observation keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The metric's name, such as `duration`.
    pub metric: String,
    /// What was measured.
    pub value: Value,
}

/// Everything one run of a probe measured, which its conditions are judged against.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// The metrics that were measured.
    pub metrics: BTreeMap<String, Value>,
    /// Why a metric was not measured, in a few words, for the person who wonders.
    pub missing: BTreeMap<String, String>,
    /// Header fields in order, names as received; `None` when the kind saw none.
    pub headers: Option<Vec<(String, String)>>,
    /// The document that `json()` reads; `None` when there was none or it was not JSON.
    pub json: Option<serde_json::Value>,
}

impl Values {
    /// Records a metric.
    pub fn set(&mut self, metric: &str, value: Value) {
        self.metrics.insert(metric.to_owned(), value);
    }

    /// Records that a metric could not be measured, and why.
    pub fn lacks(&mut self, metric: &str, why: impl Into<String>) {
        self.missing.insert(metric.to_owned(), why.into());
    }

    /// The metrics as a list sorted by name.
    #[must_use]
    pub fn measured(&self) -> Vec<Measured> {
        self.metrics
            .iter()
            .map(|(metric, value)| Measured {
                metric: metric.clone(),
                value: value.clone(),
            })
            .collect()
    }
}

/// What a probe says. The order is from best to worst, as several verdicts of one item combine
/// (`LEDGER.md`, Fold): pass < warn < skipped < inconclusive < error < fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every condition held.
    Pass,
    /// Every condition held, but one of the stricter `warn` conditions did not.
    Warn,
    /// It was not run, for a reason that is said.
    Skipped,
    /// It ran, or could not, and nothing that decides was measured. Never green.
    Inconclusive,
    /// The probe itself is wrong or broke.
    Error,
    /// A condition did not hold.
    Fail,
}

impl Verdict {
    /// The worst of several; `None` of none.
    #[must_use]
    pub fn worst(verdicts: impl IntoIterator<Item = Self>) -> Option<Self> {
        verdicts.into_iter().max()
    }

    /// Its word, as everywhere.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Skipped => "skipped",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
            Self::Fail => "fail",
        }
    }

    /// Whether it makes an item done (`LEDGER.md`, Fold).
    #[must_use]
    pub fn is_good(self) -> bool {
        matches!(self, Self::Pass | Self::Warn)
    }
}

/// How one condition came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionOutcome {
    /// The condition as written.
    pub text: String,
    /// Pass, warn, fail or inconclusive.
    pub verdict: Verdict,
    /// What was measured, in `unit`, to show beside the limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<String>,
    /// The limit it was held against, in `unit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The unit of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Why, where the verdict is not pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// The result of running one probe once: what the ledger keeps, after redaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// The verdict over all conditions.
    pub verdict: Verdict,
    /// Every condition, in the order written; those of `warn` last.
    pub conditions: Vec<ConditionOutcome>,
    /// What was measured.
    pub values: Vec<Measured>,
    /// One line for a person: `200 in 41 ms`, `19 days left`.
    pub summary: String,
    /// When it started, UTC.
    pub started: DateTime<Utc>,
    /// How long it took in all, in whole milliseconds.
    pub duration_ms: u64,
    /// What was looked at: a host and port, a path, a program.
    pub target: String,
    /// What it saw: resolved address, phases of time, certificate, headers, capped body and its
    /// hash. Holds no floating point number.
    pub saw: serde_json::Map<String, serde_json::Value>,
    /// What to do next, where there is something to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
