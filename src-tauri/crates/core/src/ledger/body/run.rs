//! Bodies about a run as a whole.

use serde::{Deserialize, Serialize};

use crate::ledger::event::Author;
use crate::ledger::ident::{Digest, EventId};
use crate::ledger::time::Timestamp;

/// A file kept as a blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRef {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its name, without any folder.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}

/// What happens to boxes that were already ticked in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preticked {
    /// Their items start open.
    #[default]
    Open,
    /// Their items start as done, "ticked before this run".
    Keep,
}

/// Body of `run.opened`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunOpened {
    /// At least 16 random bytes in lower hex, so that two runs of one checklist never share an id.
    pub nonce: String,
    /// The run's name.
    pub name: String,
    /// The release, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The checklist's bytes.
    pub checklist: FileRef,
    /// The sidecar's bytes, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sidecar: Option<FileRef>,
    /// The pinned outline, corrections of stages and sign-off points applied.
    pub outline: Digest,
    /// What happens to boxes that were already ticked.
    #[serde(default)]
    pub preticked: Preticked,
}

/// Body of `run.named`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunNamed {
    /// The new name.
    pub name: String,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// The version of one component, where components carry their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentVersion {
    /// The component, such as `backend` or `iOS`.
    pub component: String,
    /// Its version.
    pub version: String,
}

/// Body of `release.set`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseSet {
    /// The release; absent to clear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The commit it is built from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Versions of components, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<ComponentVersion>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `field.set`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSet {
    /// The field's id in the outline.
    pub field: String,
    /// Its value; absent to clear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// A planned moment and the zone in which people speak of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZonedMoment {
    /// The moment.
    pub at: Timestamp,
    /// An IANA zone, such as `Europe/Kyiv`.
    pub zone: String,
}

/// Body of `deployment.planned`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeploymentPlanned {
    /// When; absent to clear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<ZonedMoment>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// A variable of an environment. Its value is no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariableValue {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Body of `environment.snapshotted`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentSnapshotted {
    /// The environment.
    pub name: String,
    /// Its variables, sorted by name.
    #[serde(default)]
    pub variables: Vec<VariableValue>,
    /// The names of its secrets, sorted. Never a value.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `target.set`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetSet {
    /// The environment that the run deploys to; absent to clear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `role.set`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleSet {
    /// The role's id in the outline, or a new id for a role that the run adds.
    pub role: String,
    /// The words of an added role, such as `Security Lead`; absent for the outline's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who holds it; absent while nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Author>,
    /// True when the run does without this role.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dropped: bool,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `owner.set`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnerSet {
    /// The owner.
    pub owner: Author,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `run.handed_over`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandedOver {
    /// The new owner.
    pub to: Author,
    /// What they should know, in Markdown.
    pub note: String,
    /// Conflicting writes of the owner that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `profile.set`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileSet {
    /// The profile, such as `hotfix`; absent for the whole checklist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Items that it puts out of scope, sorted.
    #[serde(default)]
    pub out_of_scope: Vec<String>,
    /// Items that it makes due after the deployment, sorted.
    #[serde(default)]
    pub after_deployment: Vec<String>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `condition.answered`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionAnswered {
    /// The condition's id in the outline.
    pub condition: String,
    /// Whether its items apply; absent to ask again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies: Option<bool>,
    /// Why not: the reason that its items carry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `criterion.bound`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionBound {
    /// The criterion's id in the outline.
    pub criterion: String,
    /// The items that answer it, sorted; empty when a person is asked at Acceptance.
    #[serde(default)]
    pub items: Vec<String>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `criterion.answered`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionAnswered {
    /// The attempt it is about.
    pub attempt: u32,
    /// The criterion's id in the outline.
    pub criterion: String,
    /// Whether it is met; absent to take the answer back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
    /// How the person knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `contact.set`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactSet {
    /// The contact's id in the outline.
    pub contact: String,
    /// How to reach them; absent to clear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `placeholder.set`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceholderSet {
    /// The placeholder's id in the outline.
    pub placeholder: String,
    /// What stands for it; absent to clear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `attempt.opened`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttemptOpened {
    /// Its number. The run's opening opens attempt 1; two devices that open the same number mean the same attempt.
    pub attempt: u32,
    /// Why there is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Body of `attempt.started` and `attempt.deployed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttemptMoment {
    /// The attempt.
    pub attempt: u32,
    /// When it happened, as people say.
    pub at: Timestamp,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The release is live and stays.
    Released,
    /// The release was taken back.
    RolledBack,
    /// The release never went live.
    Aborted,
}

/// Body of `attempt.ended`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttemptEnded {
    /// The attempt.
    pub attempt: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// When it ended, as people say.
    pub at: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Where the state of an old item goes when a new version of the checklist is adopted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemMapping {
    /// The item's id before.
    pub from: String,
    /// The item's id in the new outline.
    pub to: String,
}

/// Body of `checklist.adopted`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistAdopted {
    /// The new bytes.
    pub checklist: FileRef,
    /// The sidecar's bytes, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sidecar: Option<FileRef>,
    /// The new outline.
    pub outline: Digest,
    /// Which item became which, sorted by `from`. An item that is not here starts open.
    pub map: Vec<ItemMapping>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Conflicting adoptions that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `rollback.activated`. The event's id is the activation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollbackActivated {
    /// The attempt that is rolled back.
    pub attempt: u32,
    /// True when it is only rehearsed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rehearsal: bool,
    /// When the clock starts.
    pub at: Timestamp,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Body of `rollback.cancelled`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollbackCancelled {
    /// The activation that was a mistake.
    pub activation: EventId,
    /// Why it was one.
    pub reason: String,
}

/// Body of `rollback.closed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollbackClosed {
    /// The activation.
    pub activation: EventId,
    /// When it was finished.
    pub at: Timestamp,
    /// What it came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Body of `undo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    /// The event that is taken back.
    pub event: EventId,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
