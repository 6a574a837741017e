//! The run around the items: checklist, attempts, criteria, rollback, contacts, environments, trail.

use serde::{Deserialize, Serialize};

use super::{Moment, Section, Tile};

/// The checklist that the run is pinned to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checklist {
    /// Its title.
    pub title: String,
    /// Its file name without a folder, for example `bakhmach.md`.
    pub file_name: String,
    /// SHA-256 of its bytes, 64 lower-case hex digits.
    pub digest: String,
    /// Its bytes, which are UTF-8, exactly as pinned (byte-order mark and line ends included).
    pub text: String,
}

/// How a run (or an attempt of it) stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Still going on.
    #[default]
    InProgress,
    /// Deployed and kept.
    Released,
    /// Deployed and taken back.
    RolledBack,
    /// Ended before it was deployed.
    Aborted,
}

impl Outcome {
    /// The words that are printed for the outcome.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::InProgress => "In progress",
            Self::Released => "Released",
            Self::RolledBack => "Rolled back",
            Self::Aborted => "Aborted",
        }
    }
}

/// One use of the checklist for one release.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The run's id: 64 lower-case hex digits.
    pub id: String,
    /// Its name, for example `Bakhmach Business Hub`.
    pub name: String,
    /// The release version, for example `2.4.0`. May be empty.
    pub release: String,
    /// The target environment's name. May be empty.
    pub environment: String,
    /// The owner's name. May be empty.
    pub owner: String,
    /// The planned deployment time in the deployment's zone; none when not set.
    pub deployment: Option<Moment>,
    /// The deployment's window or the laptop's own zone in words, printed below the time. May be
    /// empty.
    pub deployment_note: String,
    /// How the run stands.
    pub outcome: Outcome,
    /// One sentence that says why, for example `Go/no-go: 2 failed, 9 open`. May be empty.
    pub outcome_note: String,
    /// The profile the run was started with, for example `hotfix`. May be empty.
    pub profile: String,
    /// Answers to the checklist's conditions, for example `Payment processing: enabled`.
    pub answers: Vec<String>,
    /// Its attempts, first to last.
    pub attempts: Vec<Attempt>,
}

/// One attempt of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Its number, from 1.
    pub number: u32,
    /// When it was started.
    pub started: Option<Moment>,
    /// The actual time of deployment.
    pub deployed: Option<Moment>,
    /// When it ended.
    pub ended: Option<Moment>,
    /// How it ended.
    pub outcome: Outcome,
    /// The reason given. May be empty.
    pub reason: String,
}

/// How many counted items have a status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The status's tile.
    pub tile: Tile,
    /// The status in words.
    pub word: String,
    /// How many items.
    pub count: usize,
}

/// Why a line is on the list of what needs attention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttentionKind {
    /// A failed item.
    #[default]
    Failed,
    /// A blocked item.
    Blocked,
    /// Two devices disagree.
    Conflict,
    /// A probe could not judge.
    Inconclusive,
    /// Too old to count.
    Stale,
    /// Past its due date.
    Overdue,
    /// An accepted waiver.
    Waived,
    /// A waiver or an override that nobody has accepted yet.
    Proposed,
    /// A person's word against a probe's verdict.
    Overridden,
    /// A condition of a signer that is still open.
    Condition,
    /// A signature that no longer counts.
    Signature,
    /// Anything else worth a look, such as a warning.
    Warning,
}

/// One line of what needs attention.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// Why it is listed.
    pub kind: AttentionKind,
    /// The tile beside it.
    pub tile: Tile,
    /// The item's number; empty where it is not an item.
    pub number: String,
    /// The item's text, or a title: inline Markdown.
    pub text: String,
    /// What is the matter, in one line, for example `612 ms, limit 500 ms`.
    pub detail: String,
}

/// A success criterion.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Its text: inline Markdown.
    pub text: String,
    /// The tile of its answer.
    pub tile: Tile,
    /// The answer in words, for example `met`, `not met`, `not answered`.
    pub status: String,
    /// What answered it, for example `6.1.3 p99 latency < 500ms: 612 ms`. May be empty.
    pub answered_by: String,
}

/// The rollback track.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rollback {
    /// Its title in the checklist.
    pub title: String,
    /// How many steps it has.
    pub step_count: usize,
    /// Its use, real or rehearsed, first to last. Empty while dormant.
    pub activations: Vec<RollbackActivation>,
    /// The dormant steps, for the picture and the listing when it was never activated.
    pub sections: Vec<Section>,
}

/// One use of the rollback track.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RollbackActivation {
    /// Whether it was a rehearsal.
    pub rehearsal: bool,
    /// Who activated it.
    pub by: String,
    /// Why. May be empty.
    pub reason: String,
    /// When its clock started.
    pub started: Moment,
    /// When its clock stopped; none while it runs.
    pub ended: Option<Moment>,
    /// The time on the clock, as printed, for example `12 min 40 s`.
    pub clock: String,
    /// Where it was cancelled as made by mistake: the reason. Empty otherwise.
    pub cancelled: String,
    /// Its steps with their state in this activation.
    pub sections: Vec<Section>,
}

/// A person or a team to call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The role the checklist names.
    pub role: String,
    /// Who it is in this run. Empty when still to be filled.
    pub value: String,
}

/// A link or a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its name.
    pub label: String,
    /// Its target as written. May be empty.
    pub target: String,
}

/// A field of the checklist, such as the release version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its label.
    pub label: String,
    /// Its value in this run. Empty when not given.
    pub value: String,
}

/// An environment of the run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Whether it is the target of the run.
    pub target: bool,
    /// Its variables, sorted by name.
    pub variables: Vec<Variable>,
    /// The names of its secrets. Their values never reach a report.
    pub secrets: Vec<String>,
}

/// A variable of an environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// One line of the history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailLine {
    /// When, as the device that wrote it says.
    pub when: Moment,
    /// Who, with the device, for example `Taras, on device 9f3a`.
    pub who: String,
    /// What happened, in one line, for example `6.1.3 p99 latency: pass → fail`.
    pub what: String,
    /// The event's id: 64 lower-case hex digits.
    pub event: String,
}
