//! Bodies about one item.

use serde::{Deserialize, Serialize};

use crate::ledger::event::Author;
use crate::ledger::ident::{Digest, EventId};
use crate::ledger::quantity::Quantity;
use crate::ledger::time::Timestamp;

/// Which life of an item is meant: `{"attempt":1}` or `{"activation":"<id>"}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Scope {
    /// An attempt at the deployment, from 1.
    Attempt(u32),
    /// An activation of the rollback track: the id of its `rollback.activated`.
    Activation(EventId),
}

/// A status as a person sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetStatus {
    /// Nobody works on it.
    Open,
    /// The author works on it.
    InProgress,
    /// It is done.
    Done,
    /// It was tried and does not hold. Needs a reason.
    Failed,
    /// Something else has to happen first. Needs a reason.
    Blocked,
    /// It does not apply. Needs a reason.
    NotApplicable,
    /// It applies, is not done, and should not keep anybody back. Needs a reason and an acceptance.
    Waived,
}

impl SetStatus {
    /// Whether a reason has to be given.
    #[must_use]
    pub fn needs_reason(self) -> bool {
        matches!(
            self,
            Self::Failed | Self::Blocked | Self::NotApplicable | Self::Waived
        )
    }
}

/// Body of `item.status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemStatus {
    /// Which life of the item.
    pub scope: Scope,
    /// The item's id in the outline.
    pub item: String,
    /// Its status.
    pub status: SetStatus,
    /// Why. Needed where [`SetStatus::needs_reason`] says so, and against what a probe found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Until when a waiver holds; absent for the whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Who did it, where that is somebody else than the author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performed_by: Option<String>,
    /// When it was done, where that differs from the event's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performed_at: Option<Timestamp>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// A value that an item asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypedValue {
    /// Text as it was typed.
    Text(String),
    /// A number with its unit.
    Quantity(Quantity),
}

/// Body of `item.value`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemValue {
    /// Which life of the item.
    pub scope: Scope,
    /// The item's id in the outline.
    pub item: String,
    /// The value; absent to clear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<TypedValue>,
    /// Who measured it, where that is somebody else than the author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performed_by: Option<String>,
    /// When it was measured, where that differs from the event's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performed_at: Option<Timestamp>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `item.assigned`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemAssigned {
    /// Which life of the item.
    pub scope: Scope,
    /// The item's id in the outline.
    pub item: String,
    /// Who should do it; absent for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Author>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `item.due`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemDue {
    /// Which life of the item.
    pub scope: Scope,
    /// The item's id in the outline.
    pub item: String,
    /// When it is due; absent for what the item's window says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `item.note`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemNote {
    /// Which life of the item.
    pub scope: Scope,
    /// The item's id in the outline.
    pub item: String,
    /// The note, in Markdown.
    pub text: String,
    /// Whose note it is, where that is somebody else than the author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performed_by: Option<String>,
    /// When it was made, where that differs from the event's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performed_at: Option<Timestamp>,
}

/// Where a piece of evidence comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A person attached it: part of what is signed.
    Person,
    /// A probe kept it: part of the details.
    Probe,
}

/// A file kept as a blob, with what it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its media type, such as `image/png`.
    pub media: String,
    /// Its name, without any folder.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}

/// Body of `item.evidence`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemEvidence {
    /// Which life of the item.
    pub scope: Scope,
    /// The item's id in the outline.
    pub item: String,
    /// The file.
    pub file: EvidenceFile,
    /// Where it comes from.
    pub origin: Origin,
    /// What it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Who made it, where that is somebody else than the author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performed_by: Option<String>,
    /// When it was made, where that differs from the event's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performed_at: Option<Timestamp>,
}

/// Body of `proposal.accepted` and `proposal.rejected`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalDecided {
    /// The `item.status` that proposed a waiver or an override.
    pub proposal: EventId,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Conflicting decisions that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}
