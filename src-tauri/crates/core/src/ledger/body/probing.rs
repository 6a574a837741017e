//! Bodies about what probes found.

use serde::{Deserialize, Serialize};

use super::item::Scope;
use crate::ledger::ident::{Digest, ProbeHash};
use crate::ledger::quantity::Quantity;
use crate::ledger::time::Timestamp;
use crate::probe;

/// What a probe concluded, from the worst to the best.
///
/// The order is the ledger's rule for several observations: fail > error > inconclusive > skipped > warn > pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Everything expected holds.
    Pass,
    /// Everything expected holds, but a value lies in the warning band.
    Warn,
    /// It was not run.
    Skipped,
    /// It ran and measured too little to say.
    Inconclusive,
    /// It could not be carried out.
    Error,
    /// Something expected does not hold.
    Fail,
}

/// A measured value as the ledger writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MeasuredValue {
    /// Yes or no.
    Bool(bool),
    /// A number with its unit.
    Quantity(Quantity),
    /// A moment.
    Time(MeasuredTime),
    /// Text.
    Text(String),
    /// Several values, in the order they were seen.
    List(Vec<MeasuredValue>),
}

/// A measured moment: `{"time":"2026-11-24T16:00:00.000Z"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasuredTime {
    /// The moment.
    pub time: Timestamp,
}

/// One metric and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// The metric, such as `status` or `p95`.
    pub metric: String,
    /// What was measured.
    pub value: MeasuredValue,
}

/// How one condition of a probe came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionFound {
    /// The condition as written.
    pub text: String,
    /// How it came out.
    pub verdict: Finding,
    /// What was measured, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<String>,
    /// The limit it was held against, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The unit of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Why, where it did not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Which part of a watch an observation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchPart {
    /// The window goes on; the verdict is the one so far.
    Interim,
    /// The window is over.
    Final,
}

/// Body of `observation`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// Which life of the item.
    pub scope: Scope,
    /// The item's id in the outline.
    pub item: String,
    /// The probe as the checklist declares it.
    pub probe: ProbeHash,
    /// The verdict.
    pub verdict: Finding,
    /// Every condition, in the order written.
    #[serde(default)]
    pub conditions: Vec<ConditionFound>,
    /// What was measured, sorted by metric.
    #[serde(default)]
    pub values: Vec<Measurement>,
    /// One plain sentence, such as "200 in 84 ms".
    pub summary: String,
    /// When it began.
    pub started: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What it was run against, such as a host, as resolved and redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The environment whose variables it used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The release the run was for at that moment, as [`crate::ledger::fold::Release::key`] writes it; absent where nothing was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// True when it was run before its stage was reached: shown, never counted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rehearsal: bool,
    /// Which part of a watch it is, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<WatchPart>,
    /// Everything it saw, as a blob.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Digest>,
    /// What to do next, where there is something to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Body of `watch.started`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchStarted {
    /// Which life of the item.
    pub scope: Scope,
    /// The item's id in the outline.
    pub item: String,
    /// The probe that watches; absent when a person watches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<ProbeHash>,
    /// When the window begins.
    pub from: Timestamp,
    /// When the window ends.
    pub until: Timestamp,
}

/// Body of `watch.stopped`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchStopped {
    /// Which life of the item.
    pub scope: Scope,
    /// The item's id in the outline.
    pub item: String,
    /// The probe that watched; absent when a person watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<ProbeHash>,
    /// Why it was ended early, or what a watch by a person came to.
    pub reason: String,
}

impl From<probe::Verdict> for Finding {
    fn from(verdict: probe::Verdict) -> Self {
        match verdict {
            probe::Verdict::Pass => Self::Pass,
            probe::Verdict::Warn => Self::Warn,
            probe::Verdict::Skipped => Self::Skipped,
            probe::Verdict::Inconclusive => Self::Inconclusive,
            probe::Verdict::Error => Self::Error,
            probe::Verdict::Fail => Self::Fail,
        }
    }
}

impl From<Finding> for probe::Verdict {
    fn from(finding: Finding) -> Self {
        match finding {
            Finding::Pass => Self::Pass,
            Finding::Warn => Self::Warn,
            Finding::Skipped => Self::Skipped,
            Finding::Inconclusive => Self::Inconclusive,
            Finding::Error => Self::Error,
            Finding::Fail => Self::Fail,
        }
    }
}

impl From<&probe::Value> for MeasuredValue {
    fn from(value: &probe::Value) -> Self {
        match value {
            probe::Value::Bool(value) => Self::Bool(*value),
            probe::Value::Number(number) => {
                let unit = Some(number.unit.symbol().to_owned()).filter(|unit| !unit.is_empty());
                Self::Quantity(Quantity::from_decimal(number.n, unit))
            }
            probe::Value::Time { time } => Self::Time(MeasuredTime {
                time: (*time).into(),
            }),
            probe::Value::Text(text) => Self::Text(text.clone()),
            probe::Value::List(list) => Self::List(list.iter().map(Self::from).collect()),
        }
    }
}

impl Observation {
    /// Whether it measured nothing: it was skipped, or it came to no conclusion without values,
    /// conditions or a target, as where a variable is not set.
    #[must_use]
    pub fn measured_nothing(&self) -> bool {
        match self.verdict {
            Finding::Skipped => true,
            Finding::Inconclusive => {
                self.values.is_empty() && self.conditions.is_empty() && self.target.is_none()
            }
            Finding::Pass | Finding::Warn | Finding::Error | Finding::Fail => false,
        }
    }

    /// What a probe that ran says, as the ledger keeps it. The caller fills in the environment, the
    /// release, the detail's digest and whether it was a rehearsal or part of a watch.
    #[must_use]
    pub fn of(
        scope: Scope,
        item: impl Into<String>,
        probe: ProbeHash,
        seen: &probe::Observation,
    ) -> Self {
        let mut values: Vec<Measurement> = seen
            .values
            .iter()
            .map(|measured| Measurement {
                metric: measured.metric.clone(),
                value: (&measured.value).into(),
            })
            .collect();
        values.sort_by(|a, b| a.metric.cmp(&b.metric));
        Self {
            scope,
            item: item.into(),
            probe,
            verdict: seen.verdict.into(),
            conditions: seen
                .conditions
                .iter()
                .map(|condition| ConditionFound {
                    text: condition.text.clone(),
                    verdict: condition.verdict.into(),
                    measured: condition.measured.clone(),
                    limit: condition.limit.clone(),
                    unit: condition.unit.clone(),
                    why: condition.why.clone(),
                })
                .collect(),
            values,
            summary: seen.summary.clone(),
            started: seen.started.into(),
            took_ms: seen.duration_ms,
            target: Some(seen.target.clone()).filter(|target| !target.is_empty()),
            environment: None,
            release: None,
            rehearsal: false,
            watch: None,
            detail: None,
            hint: seen.hint.clone(),
        }
    }
}
