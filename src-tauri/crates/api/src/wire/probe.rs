//! Probes: what they would do, how far they are, what they saw.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::item::Measure;
use super::load::LoadAsked;
use super::picture::Picture;
use super::watch::WatchRule;

/// A probe on an item, with its latest result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProbeView {
    /// Hash of the probe as written.
    pub hash: String,
    /// Kind, such as `http`.
    pub kind: String,
    /// The probe as written.
    pub source: String,
    /// Line in the checklist, from 1.
    pub line: u32,
    /// `all`, or `part` (a pass still needs a person's word).
    pub proves: String,
    /// `never`, `due`, `fresh`, `stale`, `rehearsal`, `waiting` (for a result that is pushed),
    /// `watch` (to be watched: `watch_start` begins it), or `broken` (cannot be read).
    pub state: String,
    /// `pass`, `warn`, `fail`, `inconclusive`, `error` or `skipped`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub verdict: Option<String>,
    /// One line, such as "200 in 41 ms".
    pub summary: String,
    /// When it ran, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub at: Option<String>,
    /// Value beside limit, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub measure: Option<Measure>,
    /// Why it cannot be read, if broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub problem: Option<String>,
    /// How it is watched, where one look is not enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub watch: Option<WatchRule>,
}

/// The last result of a probe as a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProbeResult {
    /// Hash of the probe.
    pub hash: String,
    /// `pass`, `warn`, `fail`, `inconclusive`, `error` or `skipped`.
    pub verdict: String,
    /// One line.
    pub summary: String,
    /// What it was aimed at, such as `https://api.example.org/health`.
    pub target: String,
    /// When it started, RFC 3339.
    pub at: String,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// The conditions one by one.
    pub conditions: Vec<ConditionOutcome>,
    /// Pictures of what it saw.
    pub pictures: Vec<Picture>,
    /// What to do where it measured nothing.
    pub hint: String,
}

/// How one condition came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConditionOutcome {
    /// As written, such as `p99 < 500ms`.
    pub text: String,
    /// `pass`, `warn`, `fail` or `inconclusive`.
    pub verdict: String,
    /// The measured value with its unit; empty where nothing was measured.
    pub measured: String,
    /// Why, where it did not pass.
    pub why: String,
}

/// Which probes are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "which")]
#[ts(export)]
pub enum ProbeSelection {
    /// Those due in the stages reached.
    Due,
    /// All of a section, or of a whole phase.
    Section {
        /// Its id, number or title.
        section: String,
    },
    /// All of some items (one of a later stage runs as a rehearsal).
    Items {
        /// Item ids.
        items: Vec<String>,
    },
    /// Those whose last verdict is fail, error or inconclusive.
    Failing,
    /// Those that are stale.
    Stale,
    /// All.
    All,
}

/// What a selection of probes would do, before anything runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProbePlan {
    /// One entry a probe, in document order.
    pub entries: Vec<PlanEntry>,
    /// Number that still need an approval.
    pub unapproved: u32,
    /// Variables that are missing, with where they are used.
    pub missing: Vec<MissingName>,
    /// Where commands would run; empty where no repository is known.
    pub repository: String,
}

/// What one probe would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlanEntry {
    /// Item id.
    pub item: String,
    /// Item number and text.
    pub title: String,
    /// Hash of the probe as written.
    pub probe: String,
    /// Kind.
    pub kind: String,
    /// Hash of exactly this plan; an approval binds to it. Empty where it cannot be resolved.
    pub hash: String,
    /// `passive`, `reads`, `changesState`, `command` or `load`.
    pub class: String,
    /// The resolved request or argv, line by line, secrets by name.
    pub lines: Vec<String>,
    /// Hosts that it would speak to.
    pub hosts: Vec<String>,
    /// Secrets by name.
    pub secrets: Vec<String>,
    /// Whether exactly this plan was approved on this device.
    pub approved: bool,
    /// `same` as last release, `changed` (with what), or `new`.
    pub since_last: String,
    /// Whether it would be a rehearsal.
    pub rehearsal: bool,
    /// Whether it asks each time, whatever was approved.
    pub asks_each_time: bool,
    /// Why it cannot run, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub problem: Option<String>,
    /// What a person is asked about load, for a probe that sends any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub load: Option<LoadAsked>,
}

/// A variable or a secret that has no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MissingName {
    /// Its name.
    pub name: String,
    /// Whether it is a secret.
    pub secret: bool,
    /// The environment that lacks it.
    pub environment: String,
    /// Items that need it.
    pub items: Vec<String>,
}

/// What has become of a probe of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum QueueState {
    /// It has not begun; what it waits for is said.
    Waiting,
    /// It runs.
    Running,
    /// It has a verdict.
    Done,
    /// It was stopped, before it began or while it ran; there is no verdict.
    Cancelled,
}

/// What a probe waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum QueueWait {
    /// As many as are allowed at once run already.
    Turn,
    /// As many as are allowed speak to its host already.
    Host,
    /// A probe that it needs, or whose measurement it judges, has not ended.
    Need,
    /// It runs alone and others have not ended, or one that runs alone is before it.
    Alone,
}

/// A probe of a batch and its place in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct QueueEntry {
    /// Item id.
    pub item: String,
    /// Hash of the probe as written.
    pub probe: String,
    /// Kind, such as `http`.
    pub kind: String,
    /// What has become of it.
    pub state: QueueState,
    /// Its place among those that wait, from 1; absent for the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub position: Option<u32>,
    /// What it waits for; absent when it does not wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub waits_for: Option<QueueWait>,
    /// One line that is ready to show: what it waits for, such as "waits for
    /// api.example.com:443"; which try it is at, such as "try 2: connection reset"; what it found.
    /// Empty while the first try runs.
    pub text: String,
    /// `pass`, `warn`, `fail`, `inconclusive`, `error` or `skipped`, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub verdict: Option<String>,
}

/// How far a batch of probes is. Sent as the event `probe-progress`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProbeProgress {
    /// Number of the batch.
    #[ts(type = "number")]
    pub batch: u64,
    /// Run id.
    pub run: String,
    /// Probes in the batch.
    pub total: u32,
    /// Probes that have a verdict.
    pub finished: u32,
    /// Every probe of the batch, in the checklist's order.
    pub queue: Vec<QueueEntry>,
    /// Items whose probes wait.
    pub queued: Vec<String>,
    /// Items whose probes run now.
    pub running: Vec<String>,
    /// Whether the batch is over.
    pub over: bool,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// Verdicts so far, such as "18 passed, 2 failed".
    pub text: String,
    /// What went wrong with the batch itself; a probe's own trouble is its verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub problem: Option<String>,
}
