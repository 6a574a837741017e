//! What a run knows about one item.

use serde::Serialize;

use crate::ledger::body::{
    ConditionFound, EvidenceFile, Finding, Measurement, Origin, Scope, TypedValue, WatchPart,
};
use crate::ledger::event::Author;
use crate::ledger::ident::{DeviceId, Digest, EventId, ProbeHash};
use crate::ledger::time::Timestamp;

/// The status that counts, from what people set and what probes found.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing was done about it.
    Open,
    /// Somebody works on it.
    InProgress,
    /// It is done.
    Done,
    /// It does not hold.
    Failed,
    /// Something else has to happen first.
    Blocked,
    /// Its watch goes on.
    Watching,
    /// It does not apply.
    NotApplicable,
    /// It is waived, and the waiver is accepted.
    Waived,
}

impl Status {
    /// Whether nothing more has to be done about the item.
    #[must_use]
    pub fn is_resolved(self) -> bool {
        matches!(self, Self::Done | Self::NotApplicable | Self::Waived)
    }
}

/// Why an item does not apply although nobody set that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Derived {
    /// A condition was answered with no.
    Condition(String),
    /// The profile leaves it out.
    Profile(String),
    /// Another item of its group was chosen.
    Choice(String),
    /// Its box was ticked before this run.
    Preticked,
}

/// What stands beside the status. Ageing marks (stale, overdue, expired) are functions of now and not here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Marks {
    /// A probe proved it.
    pub verified: bool,
    /// A probe measured it and it is good, but it needs a person's word.
    pub measured: bool,
    /// The verdict lies in the warning band.
    pub warned: bool,
    /// A person's status stands against what a probe found.
    pub overridden: bool,
    /// One of its registers holds differing values.
    pub conflict: bool,
    /// Its status or verdict comes from an earlier attempt, or from before this run.
    pub carried: bool,
    /// A probe was rehearsed, and there is no result yet.
    pub rehearsed: bool,
    /// It was recorded later than it was done.
    pub late: bool,
    /// A waiver or an override waits for acceptance.
    pub proposed: bool,
    /// The profile makes it due after the deployment.
    pub deferred: bool,
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Act {
    /// The event.
    pub event: EventId,
    /// Who wrote it.
    pub author: Author,
    /// On which device.
    pub device: DeviceId,
    /// When, by that device's clock.
    pub time: Timestamp,
    /// Who did it, where that is somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performed_by: Option<String>,
    /// When it was done, where that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performed_at: Option<Timestamp>,
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Who, and when.
    pub act: Act,
    /// The text, in Markdown.
    pub text: String,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Who, and when.
    pub act: Act,
    /// The file.
    pub file: EvidenceFile,
    /// From a person or a probe.
    pub origin: Origin,
    /// What it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

/// One result of a probe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProbeResult {
    /// Who ran it, and when.
    pub act: Act,
    /// The attempt or activation it belongs to.
    pub scope: Scope,
    /// The verdict.
    pub verdict: Finding,
    /// How each condition came out.
    pub conditions: Vec<ConditionFound>,
    /// What was measured.
    pub values: Vec<Measurement>,
    /// One plain sentence.
    pub summary: String,
    /// When it began.
    pub started: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What it was run against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The environment whose variables it used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The release it looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// Which part of a watch it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<WatchPart>,
    /// Everything it saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Digest>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// A probe of an item, with what counts of its results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProbeState {
    /// The probe.
    pub probe: ProbeHash,
    /// The result that counts: the worst of the causally latest ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<ProbeResult>,
    /// The latest rehearsal, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rehearsal: Option<ProbeResult>,
}

/// Whether a proposal was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalFate {
    /// It waits.
    Pending,
    /// Somebody who may has accepted it.
    Accepted,
    /// It was rejected.
    Rejected,
    /// It was accepted only by somebody who may not.
    NotAllowed,
    /// People decided differently without knowing of each other.
    Disputed,
}

/// What a proposal proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    /// That the item be waived.
    Waiver,
    /// That a person's status stand against what a probe found.
    Override,
}

/// A waiver or an override: a status that needs acceptance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Who proposed it, and when; its event is the proposal's id.
    pub act: Act,
    /// What it proposes.
    pub kind: ProposalKind,
    /// The status it proposes.
    pub status: crate::ledger::body::SetStatus,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Until when a waiver holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Whether it was decided.
    pub fate: ProposalFate,
    /// Who decided, where somebody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<Act>,
    /// True when the proposer accepted it, being alone in the run.
    pub self_accepted: bool,
}

/// A register with differing values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// What it is about: `status`, `value`, `assignee`, `due`, or a register of the run such as `release`.
    pub register: String,
    /// The events to name in `resolves`, in the one order.
    pub heads: Vec<EventId>,
    /// What each of them says, as the body of its event; absent for "nothing".
    pub values: Vec<Option<serde_json::Value>>,
}

/// A watch of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Watch {
    /// Who began it, and when.
    pub act: Act,
    /// The probe that watches; absent for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probe: Option<ProbeHash>,
    /// When its window begins.
    pub from: Timestamp,
    /// When its window ends.
    pub until: Timestamp,
}

/// What a run knows about one item in one of its lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemState {
    /// The item's id in the current outline.
    pub id: String,
    /// Its number in the current outline.
    pub number: String,
    /// The attempt or activation.
    pub scope: Scope,
    /// The status that counts.
    pub status: Status,
    /// Why, where a reason was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it does not apply or is done although nobody set that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derived: Option<Derived>,
    /// Until when the accepted waiver holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waived_until: Option<Timestamp>,
    /// What stands beside the status.
    pub marks: Marks,
    /// How the status came about: the person's event, or the observation's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Act>,
    /// The value that it asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<TypedValue>,
    /// How the value came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_by: Option<Act>,
    /// Who should do it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Author>,
    /// When it is due, where a person said so; otherwise its window says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// The verdict of all its probes together; absent while one of them has none and none is bad.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Finding>,
    /// Its probes in document order.
    pub probes: Vec<ProbeState>,
    /// Its waiver or override, decided or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    /// Its watch, while the window goes on as far as the ledger knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watch>,
    /// Its notes in the one order.
    pub notes: Vec<Note>,
    /// Its evidence in the one order.
    pub evidence: Vec<Evidence>,
    /// Its registers that hold differing values.
    pub conflicts: Vec<Conflict>,
}
