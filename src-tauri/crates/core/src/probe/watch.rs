//! Watching: looking again and again for a while, and what all looks say together.
//!
//! The window is divided into slots of one interval each. A slot in which nothing was measured is
//! a gap: it is shown, and it counts against the coverage, never as a pass or as zero.

mod judge;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use judge::{Gap, Judgement, Rules, judge};

use super::unit::{Quantity, Unit};
use super::value::{ConditionOutcome, Observation, Value, Verdict};

/// What stands for all numbers that were measured in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Statistic {
    /// Nothing: every look is judged by itself, and any that does not hold decides.
    #[default]
    Any,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// The arithmetic mean, each look counting the same.
    Mean,
    /// The last.
    Last,
}

impl Statistic {
    /// Reads its word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "any" => Self::Any,
            "max" => Self::Max,
            "min" => Self::Min,
            "mean" => Self::Mean,
            "last" => Self::Last,
            _ => return None,
        })
    }

    /// What the number that stands for a metric is called, such as `max(duration)`.
    #[must_use]
    pub fn of(self, metric: &str) -> String {
        format!("{}({metric})", self.word())
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Max => "max",
            Self::Min => "min",
            Self::Mean => "mean",
            Self::Last => "last",
        }
    }
}

/// How a probe is watched, as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// How long.
    pub length: Quantity,
    /// The time from one look to the next, where it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Quantity>,
    /// What stands for the whole window.
    #[serde(default)]
    pub statistic: Statistic,
    /// How much of the window must have been seen, in percent, where it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_coverage: Option<Quantity>,
}

/// Looks in a window whose author says nothing.
const USUAL_LOOKS: i32 = 120;
/// The shortest and the longest time between two looks where the author says nothing, in seconds.
const USUAL_EVERY_S: (i64, i64) = (10, 300);
/// How much of a window must have been seen where the author says nothing, in percent.
const USUAL_COVERAGE: i64 = 90;

impl Watch {
    /// A watch whose author said how long and nothing else.
    #[must_use]
    pub fn of(length: Quantity) -> Self {
        Self {
            length,
            every: None,
            statistic: Statistic::Any,
            min_coverage: None,
        }
    }

    /// How long, as time.
    #[must_use]
    pub fn span(&self) -> TimeDelta {
        delta(self.length).unwrap_or_default()
    }

    /// The time from one look to the next in a window of this length: what was written, else a
    /// 120th of the window, at least 10 s and at most 5 min.
    #[must_use]
    pub fn every(&self, span: TimeDelta) -> TimeDelta {
        let written = self.every.and_then(delta);
        let usual = || {
            let (shortest, longest) = USUAL_EVERY_S;
            (span / USUAL_LOOKS).clamp(TimeDelta::seconds(shortest), TimeDelta::seconds(longest))
        };
        written
            .unwrap_or_else(usual)
            .max(TimeDelta::milliseconds(1))
    }

    /// The time from one look to the next of its own window, such as `30s`.
    #[must_use]
    pub fn every_in_words(&self) -> String {
        match self.every {
            Some(every) => every.written(),
            None => in_words(self.every(self.span())),
        }
    }

    /// Whether the whole window is held against the last accepted run, and not each look: a
    /// statistic stands for all of it.
    #[must_use]
    pub fn compares_the_window(&self) -> bool {
        self.statistic != Statistic::Any
    }

    /// How much of the window must have been seen, in percent.
    #[must_use]
    pub fn must_cover(&self) -> Quantity {
        self.min_coverage
            .unwrap_or_else(|| Quantity::whole(USUAL_COVERAGE, Unit::Percent))
    }
}

impl fmt::Display for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let every = self.every_in_words();
        write!(
            f,
            "watched for {}, once every {every}",
            self.length.written()
        )
    }
}

fn delta(length: Quantity) -> Option<TimeDelta> {
    TimeDelta::from_std(length.as_duration()?).ok()
}

/// A length of time as a quantity is written.
fn in_words(length: TimeDelta) -> String {
    let millis = Quantity::whole(length.num_milliseconds(), Unit::Millisecond);
    let shown = [Unit::Hour, Unit::Minute, Unit::Second]
        .into_iter()
        .filter_map(|unit| millis.to(unit))
        .find(|shown| shown.n.is_integer());
    shown.unwrap_or(millis).written()
}

/// The window that is watched, and how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// When it ends.
    pub until: DateTime<Utc>,
    /// The time from one look to the next; more than nothing.
    pub every: TimeDelta,
}

impl Window {
    /// How many looks a whole window has.
    #[must_use]
    pub fn slots(&self) -> i64 {
        let span = (self.until - self.from).num_milliseconds();
        let every = self.every.num_milliseconds().max(1);
        (span + every - 1).div_euclid(every).max(1)
    }

    /// The slot in which a moment lies; the end belongs to the last one.
    #[must_use]
    pub fn slot(&self, at: DateTime<Utc>) -> Option<i64> {
        if at < self.from || at > self.until {
            return None;
        }
        let since = (at - self.from).num_milliseconds();
        let slot = since.div_euclid(self.every.num_milliseconds().max(1));
        Some(slot.min(self.slots() - 1))
    }

    /// When a slot begins.
    #[must_use]
    pub fn begins(&self, slot: i64) -> DateTime<Utc> {
        let after = self.every.num_milliseconds().saturating_mul(slot);
        (self.from + TimeDelta::milliseconds(after)).min(self.until)
    }

    /// How many slots have passed by a moment.
    fn passed(&self, now: DateTime<Utc>) -> i64 {
        match now >= self.until {
            true => self.slots(),
            false => self.slot(now).unwrap_or(0),
        }
    }
}

/// What one condition was at one look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Felt {
    /// How it came out.
    pub verdict: Verdict,
    /// What was measured, in the unit that the result shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// One look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// When it began.
    pub at: DateTime<Utc>,
    /// What it said.
    pub verdict: Verdict,
    /// Its conditions, in the order written.
    pub conditions: Vec<Felt>,
    /// What it said in words, where it measured nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What is compared with another run once the window is over, by metric.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub compared: BTreeMap<String, Value>,
}

impl Sample {
    /// What a result is as a look at `at`, with those metrics that are compared with another run.
    #[must_use]
    pub fn of(at: DateTime<Utc>, metrics: &[&str], observation: &Observation) -> Self {
        let measured = |metric: &str| {
            let mut all = observation.values.iter();
            Some(&all.find(|one| one.metric == metric)?.value)
        };
        Self::judged(at, observation.verdict, &observation.conditions)
            .because(&observation.summary)
            .comparing(metrics, measured)
    }

    /// A look that was judged at `at`.
    #[must_use]
    pub fn judged(at: DateTime<Utc>, verdict: Verdict, outcomes: &[ConditionOutcome]) -> Self {
        let felt = |outcome: &ConditionOutcome| Felt {
            verdict: outcome.verdict,
            value: outcome.measured.as_deref().map(|text| {
                let unit = outcome.unit.as_deref().unwrap_or_default();
                read_shown(text, unit)
            }),
        };
        Self {
            at,
            verdict,
            conditions: outcomes.iter().map(felt).collect(),
            why: None,
            compared: BTreeMap::new(),
        }
    }

    /// The look with what was measured of the metrics that are compared with another run.
    #[must_use]
    pub fn comparing<'a>(
        self,
        metrics: &[&str],
        measured: impl Fn(&str) -> Option<&'a Value>,
    ) -> Self {
        let compared = metrics.iter().filter_map(|metric| {
            let value = measured(metric)?;
            Some(((*metric).to_owned(), value.clone()))
        });
        Self {
            compared: compared.collect(),
            ..self
        }
    }

    fn because(self, summary: &str) -> Self {
        let why = self.is_silent().then(|| summary.to_owned());
        Self { why, ..self }
    }

    /// Whether it decides nothing.
    fn is_silent(&self) -> bool {
        matches!(
            self.verdict,
            Verdict::Inconclusive | Verdict::Error | Verdict::Skipped
        )
    }

    /// Whether it is a gap: it measured nothing that this statistic can use. A clear no of the
    /// thing that is probed is no number, and decides only where every look counts by itself.
    fn is_gap(&self, statistic: Statistic) -> bool {
        let measured = || self.conditions.iter().any(|felt| felt.value.is_some());
        self.is_silent() || statistic != Statistic::Any && !measured()
    }

    /// The number to draw: that of the first condition that has one.
    #[must_use]
    pub fn number(&self) -> Option<Quantity> {
        self.conditions.iter().find_map(|felt| match felt.value {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        })
    }
}

/// A value from what a result shows of it.
fn read_shown(text: &str, unit: &str) -> Value {
    let number = Decimal::from_str_exact(text).ok();
    match (number, Unit::parse(unit)) {
        (Some(n), Some(unit)) => Value::Number(Quantity::new(n, unit)),
        _ => Quantity::parse(text).map_or_else(|| Value::text(text), Value::Number),
    }
}

#[cfg(test)]
mod tests;
