//! Phases, sections and items as they stand in a run.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::probe::ProbeView;
use super::watch::WatchView;

/// An item as something else names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ItemRef {
    /// Id in the outline.
    pub id: String,
    /// Its number, such as `6.2.1`.
    pub number: String,
}

/// A phase of the checklist, in reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PhaseView {
    /// Id in the outline.
    pub id: String,
    /// Short number, such as `6`.
    pub number: String,
    /// Title without decoration.
    pub title: String,
    /// Whether this is the rollback track.
    pub rollback: bool,
    /// Its sections in reading order.
    pub sections: Vec<SectionView>,
}

/// A section of a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SectionView {
    /// Id in the outline.
    pub id: String,
    /// Short number, such as `6.2`.
    pub number: String,
    /// Title; empty for items directly under a phase.
    pub title: String,
    /// `prepare`, `deploy`, `watch` or `review`.
    pub stage: String,
    /// When, in words, such as "1-2 weeks before".
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub window: Option<String>,
    /// Ids of its items in reading order, nested ones included.
    pub items: Vec<String>,
}

/// How an item is drawn: one tile everywhere, in Map, List, Inspector and PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Tile {
    /// Proved by a probe that passed.
    Verified,
    /// Done by a person.
    Done,
    /// A probe measured a value that passed; a person's word is still needed.
    Measured,
    /// Passed within its warning band.
    Warning,
    /// Waived by an accepted waiver.
    Waived,
    /// Not applicable, with a reason.
    NotApplicable,
    /// Somebody is at it.
    InProgress,
    /// A watch whose window runs.
    Watching,
    /// A verdict that is too old.
    Stale,
    /// A probe measured nothing or could not run.
    Inconclusive,
    /// Blocked by something named.
    Blocked,
    /// Failed.
    Failed,
    /// Differing writes that a person must resolve.
    Conflict,
    /// Nothing known.
    Open,
}

/// A mark beside the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Mark {
    /// Proved by a probe.
    Verified,
    /// Measured, needs a word.
    Measured,
    /// A person's status stands against a probe's verdict.
    Overridden,
    /// Too old.
    Stale,
    /// Differing writes.
    Conflict,
    /// Carried from an earlier run or ticked before this run.
    Carried,
    /// A rehearsal stands, no result yet.
    Rehearsed,
    /// Past its due time.
    Overdue,
    /// A waiver or override waits for acceptance.
    Proposed,
    /// Recorded later than it was performed.
    Late,
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Act {
    /// Id of the event.
    pub event: String,
    /// Printed name of the author, as claimed.
    pub who: String,
    /// First four hex digits of the device.
    pub device: String,
    /// RFC 3339 UTC.
    pub at: String,
    /// Who performed it, if somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub performed_by: Option<String>,
    /// When it was performed, if at another time; RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub performed_at: Option<String>,
}

/// A measured value beside its limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Measure {
    /// Value with its unit, such as `612 ms`.
    pub value: String,
    /// Limit in words, such as `limit 500 ms` or `at least 1 000 /s`; empty if there is none.
    pub limit: String,
    /// Length of the gauge's bar, 0 to 1; absent where no gauge makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub fraction: Option<f64>,
    /// Place of the limit's mark on the gauge, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub limit_fraction: Option<f64>,
    /// `pass`, `warn`, `fail` or `inconclusive`.
    pub verdict: String,
}

/// When an item is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Due {
    /// RFC 3339 UTC.
    pub at: String,
    /// Relative to the deployment, such as `T-3d` or `T+1h`.
    pub relative: String,
    /// Whether it has passed while the item is unresolved.
    pub overdue: bool,
    /// Whether a person set it (otherwise the checklist's window did).
    pub set: bool,
}

/// A value that an item asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ValueAsk {
    /// Words for the field, such as "5 to 10 %".
    pub words: String,
    /// Unit that is implied; empty for none.
    pub unit: String,
    /// A placeholder's name, where the value fills one, such as `backup-name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub placeholder: Option<String>,
}

/// A waiver or an override that waits, or was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProposalView {
    /// Event that proposed it.
    pub event: String,
    /// `waiver` or `override`.
    pub kind: String,
    /// Reason given.
    pub reason: String,
    /// Until when a waiver holds, RFC 3339; absent for no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub until: Option<String>,
    /// Who proposed it.
    pub act: Act,
    /// `waiting`, `accepted` or `declined`.
    pub state: String,
    /// Who decided, if decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub decided: Option<Act>,
    /// Whether the proposer accepted it, being alone in the run or allowed to by its policy.
    pub self_accepted: bool,
    /// Whether the person at this laptop may accept it under the run's policy.
    pub may_accept: bool,
    /// Why not, if not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub why_not: Option<String>,
}

/// A file that proves something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EvidenceView {
    /// Event that attached it.
    pub event: String,
    /// Lower-hex SHA-256 of its bytes.
    pub digest: String,
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Size in bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// Whether its bytes are in this store.
    pub here: bool,
    /// Who attached it.
    pub act: Act,
}

/// A note in Markdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NoteView {
    /// Markdown text.
    pub text: String,
    /// Who wrote it.
    pub act: Act,
}

/// Differing writes of one register, to be resolved by a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConflictView {
    /// `status`, `value`, `assignee` or `due`.
    pub register: String,
    /// The writes that stand against each other.
    pub options: Vec<ConflictOption>,
}

/// One of the differing writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConflictOption {
    /// What it says, such as "done".
    pub says: String,
    /// Who wrote it.
    pub act: Act,
}

/// One item of a run (or of a checklist that is only looked at, with everything open).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ItemView {
    /// Id in the outline.
    pub id: String,
    /// Short number, such as `6.2.1`.
    pub number: String,
    /// Inline Markdown after the box.
    pub text: String,
    /// Paragraphs, bullets and fences that belong to it, as Markdown; empty for none.
    pub body: String,
    /// Line in the checklist, from 1.
    pub line: u32,
    /// Id of its phase.
    pub phase: String,
    /// Id of its section.
    pub section: String,
    /// Nesting depth, from 0.
    pub depth: u32,
    /// `work`, `rollback` or `followUp`.
    pub track: String,
    /// `prepare`, `deploy`, `watch` or `review`.
    pub stage: String,
    /// Environment that it names, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub environment: Option<String>,
    /// How it is drawn.
    pub tile: Tile,
    /// `open`, `inProgress`, `done`, `failed`, `blocked`, `watching`, `notApplicable` or `waived`.
    pub status: String,
    /// Marks beside the status.
    pub marks: Vec<Mark>,
    /// The status in words, such as "Verified by probe".
    pub word: String,
    /// One line of what is known, such as "200 in 41 ms" or the reason; empty for nothing.
    pub summary: String,
    /// Whether it counts as resolved for a sign-off point.
    pub resolved: bool,
    /// Reason of the status; empty for none.
    pub reason: String,
    /// Who gave the status; absent while open or when a probe gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub act: Option<Act>,
    /// The measured value beside its limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub measure: Option<Measure>,
    /// A value entered by a person, with its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub value: Option<String>,
    /// What value it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub asks: Option<ValueAsk>,
    /// Who should do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub assignee: Option<String>,
    /// When it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub due: Option<Due>,
    /// Words of its condition, such as "if enabled".
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub condition: Option<String>,
    /// Probes and their latest results.
    pub probes: Vec<ProbeView>,
    /// Its watch, while that goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub watch: Option<WatchView>,
    /// Notes, oldest first.
    pub notes: Vec<NoteView>,
    /// Evidence, oldest first.
    pub evidence: Vec<EvidenceView>,
    /// Waivers and overrides, newest last.
    pub proposals: Vec<ProposalView>,
    /// Conflicts to be resolved.
    pub conflicts: Vec<ConflictView>,
    /// Event that an undo would name; absent where nothing can be undone by this person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub undoable: Option<String>,
}

/// A status that a person gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct StatusChange {
    /// `open`, `inProgress`, `done`, `failed`, `blocked`, `notApplicable` or `waived`.
    pub status: String,
    /// Reason; required for `failed`, `blocked`, `notApplicable`, `waived` and every override.
    #[serde(default)]
    pub reason: String,
    /// Until when a waiver holds, RFC 3339 or `2026-12-01`; empty for no end.
    #[serde(default)]
    pub until: String,
    /// Who performed it, if somebody else.
    #[serde(default)]
    pub performed_by: String,
    /// When it was performed, RFC 3339, if not now.
    #[serde(default)]
    pub performed_at: String,
}
