//! A run as the window shows it: one snapshot, then patches.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::item::{Act, ItemRef, ItemView, PhaseView, Tile};

/// A row of the left column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunRow {
    /// Run id, lower hex.
    pub run: String,
    /// Name of the run.
    pub name: String,
    /// Release version; empty if not known.
    pub release: String,
    /// Target environment; empty if not known.
    pub environment: String,
    /// `inProgress`, `signed`, or `archived`.
    pub group: String,
    /// `good`, `bad`, `going` or `idle`: the dot's meaning.
    pub tone: String,
    /// Second line, such as "12 Nov · 5 of 5 signed".
    pub line: String,
    /// Deployment time, RFC 3339 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub deploy_at: Option<String>,
    /// When the run was opened, RFC 3339 UTC.
    pub opened_at: String,
    /// Whether it is the finished sample that came with the application.
    pub sample: bool,
}

/// The whole run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunView {
    /// Grows with every change; patches name it.
    #[ts(type = "number")]
    pub revision: u64,
    /// What stands above the tabs and beside the Map.
    pub head: RunHead,
    /// Phases and sections in reading order; the rollback track is last.
    pub phases: Vec<PhaseView>,
    /// All items in document order.
    pub items: Vec<ItemView>,
    /// Criteria, bound and computed or asked.
    pub criteria: Vec<CriterionView>,
    /// Fields, contacts, placeholders, conditions, resources.
    pub particulars: Particulars,
    /// The rollback track.
    pub rollback: RollbackView,
}

/// What changed since a revision. Everything but the items is sent whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunPatch {
    /// Run id.
    pub run: String,
    /// The revision that this patch leads to.
    #[ts(type = "number")]
    pub revision: u64,
    /// What stands above the tabs and beside the Map.
    pub head: RunHead,
    /// Items that differ.
    pub items: Vec<ItemView>,
    /// Criteria.
    pub criteria: Vec<CriterionView>,
    /// Fields, contacts, placeholders, conditions, resources.
    pub particulars: Particulars,
    /// The rollback track.
    pub rollback: RollbackView,
    /// New phases, only where the checklist was adopted anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub phases: Option<Vec<PhaseView>>,
    /// Events that an undo of what was just done would name, all of them; empty where it cannot be undone.
    pub undo: Vec<String>,
}

/// What stands above the tabs and beside the Map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunHead {
    /// Run id, lower hex.
    pub run: String,
    /// Name of the run.
    pub name: String,
    /// Title of the checklist.
    pub checklist: String,
    /// Release version; empty if not known.
    pub release: String,
    /// Target environment; empty if not known.
    pub environment: String,
    /// The release manager; empty if not named.
    pub owner: String,
    /// Profile, `full` by default.
    pub profile: String,
    /// Planned deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub deploy: Option<Deployment>,
    /// The attempt that runs or ran last.
    pub attempt: AttemptView,
    /// `inProgress`, `released`, `rolledBack` or `aborted`.
    pub outcome: String,
    /// The verdict of the point that is next.
    pub verdict: VerdictPill,
    /// Items by tile, work items only, in the bar's order.
    pub counts: Vec<TileCount>,
    /// Number of work items.
    pub total: u32,
    /// Number of probes that are due in the stages reached.
    pub probes_due: u32,
    /// Number of probes that never ran or are stale, in any stage.
    pub probes_total: u32,
    /// Why nothing can be written, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub read_only: Option<String>,
    /// Sign-off points with their roles.
    pub points: Vec<PointSummary>,
    /// What needs attention, worst first.
    pub attention: Vec<Attention>,
    /// Whether this is the finished sample.
    pub sample: bool,
}

/// The planned (or actual) deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Deployment {
    /// RFC 3339 UTC: the actual time once deployed, else the planned one.
    pub at: String,
    /// IANA zone of the deployment.
    pub zone: String,
    /// In the deployment's zone, such as "Tue 24 Nov 2026, 18:00 EET".
    pub text: String,
    /// In the laptop's zone where that differs, else empty.
    pub local: String,
    /// Local wall time in the deployment's zone for editing, `2026-11-24T18:00`.
    pub wall: String,
}

/// An attempt at the deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AttemptView {
    /// From 1.
    pub number: u32,
    /// `preparing`, `started`, `deployed` or `ended`.
    pub state: String,
    /// When it was started, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub started_at: Option<String>,
    /// The actual deployment time, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub deployed_at: Option<String>,
    /// When it ended, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ended_at: Option<String>,
    /// `released`, `rolledBack` or `aborted`, once ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub outcome: Option<String>,
}

/// The verdict of the current point, such as "Go/no-go: 2 failed, 9 open · 41 later".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct VerdictPill {
    /// Id of the point; empty where the run has none.
    pub point: String,
    /// Title of the point.
    pub title: String,
    /// `notReady`, `ready`, `go`, `conditions` or `noGo`.
    pub verdict: String,
    /// What keeps it back, such as "2 failed, 9 open".
    pub text: String,
    /// Number of items that later stages hold.
    pub later: u32,
}

/// Number of items with a tile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TileCount {
    /// The tile.
    pub tile: Tile,
    /// How many.
    pub count: u32,
}

/// A sign-off point, for the head and the Map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PointSummary {
    /// Id of the point.
    pub id: String,
    /// Title.
    pub title: String,
    /// `notReady`, `ready`, `go`, `conditions` or `noGo`.
    pub verdict: String,
    /// Roles that have a current signature or a counted attestation.
    pub signed: u32,
    /// Number of covered items.
    pub covers: u32,
    /// Its roles.
    pub roles: Vec<RoleSummary>,
    /// Whether it is closed (go/no-go once deployed).
    pub closed: bool,
}

/// Who has signed for a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleSummary {
    /// The role's text.
    pub role: String,
    /// `unsigned`, `current`, `stale`, `rejected`, `withdrawn`, `revoked`, `unverifiable`.
    pub state: String,
    /// One line, such as "Taras B. · with conditions · stale".
    pub line: String,
}

/// Something that needs attention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Attention {
    /// How it is drawn.
    pub tile: Tile,
    /// The item's text, or what it is about.
    pub title: String,
    /// What is the matter, such as "612 ms, limit 500 ms".
    pub line: String,
    /// Item to go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub item: Option<String>,
    /// Sign-off point to go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub point: Option<String>,
}

/// A success criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CriterionView {
    /// Id in the outline.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Items that answer it; empty while unbound.
    pub bound: Vec<String>,
    /// `met`, `notMet`, `unknown`, or `asked` (unbound: asked at Acceptance).
    pub state: String,
    /// Why, such as "6.2.1 Error rate < 1 %: 0.4 %".
    pub why: String,
}

/// What a run knows beside its items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Particulars {
    /// Fields of the checklist, such as "Deployment Date".
    pub fields: Vec<FieldView>,
    /// Contacts.
    pub contacts: Vec<FieldView>,
    /// Placeholders, such as `backup-name`.
    pub placeholders: Vec<FieldView>,
    /// Conditions and their answers.
    pub conditions: Vec<ConditionView>,
    /// Resources the checklist names.
    pub resources: Vec<FieldView>,
    /// Environments of the run: name and variables (secrets by name only).
    pub environments: Vec<RunEnvironment>,
    /// Hand-overs, oldest first.
    pub handovers: Vec<HandoverView>,
}

/// A label and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FieldView {
    /// Id in the outline.
    pub id: String,
    /// Label as written.
    pub label: String,
    /// Value; empty while unfilled.
    pub value: String,
    /// Value remembered from an earlier run in the same environment; empty for none.
    pub remembered: String,
    /// Line in the checklist.
    pub line: u32,
    /// The items that hold a placeholder; absent for anything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<ItemRef>>")]
    pub items: Vec<ItemRef>,
}

/// A condition and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConditionView {
    /// Id in the outline.
    pub id: String,
    /// Its words.
    pub words: String,
    /// Whether its items apply; absent while undecided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub applies: Option<bool>,
    /// Reason, where they do not.
    pub reason: String,
    /// Items that depend on it.
    pub items: Vec<String>,
}

/// An environment as the run pinned it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunEnvironment {
    /// Its name.
    pub name: String,
    /// Whether it is the target.
    pub target: bool,
    /// Variables.
    pub variables: Vec<Variable>,
    /// Secrets by name.
    pub secrets: Vec<String>,
}

/// A named value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Variable {
    /// Name, such as `API_URL`.
    pub name: String,
    /// Value.
    pub value: String,
}

/// A hand-over to a colleague.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HandoverView {
    /// To whom.
    pub to: String,
    /// Note.
    pub note: String,
    /// Who handed over.
    pub act: Act,
}

/// The rollback track.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RollbackView {
    /// Whether the checklist has one.
    pub present: bool,
    /// `dormant`, `active` or `rehearsal`.
    pub state: String,
    /// Reason of the activation.
    pub reason: String,
    /// When it was activated, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub started_at: Option<String>,
    /// When its last step on the clock was resolved, or it was closed; RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ended_at: Option<String>,
    /// Steps on the clock.
    pub steps: u32,
    /// Steps on the clock that are resolved.
    pub resolved: u32,
    /// Fenced commands of the track with placeholders filled where known.
    pub commands: Vec<RollbackCommand>,
    /// Text of the track that is no item, as Markdown.
    pub notes: String,
    /// Earlier activations, oldest first.
    pub earlier: Vec<EarlierActivation>,
    /// Placeholders and contacts still to be filled.
    pub unfilled: Vec<String>,
}

/// A fenced command of the rollback track.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RollbackCommand {
    /// As written.
    pub written: String,
    /// With placeholders filled where known.
    pub filled: String,
    /// Names of placeholders not filled.
    pub unfilled: Vec<String>,
    /// Line in the checklist.
    pub line: u32,
}

/// An activation that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EarlierActivation {
    /// `active` or `rehearsal`.
    pub state: String,
    /// Reason.
    pub reason: String,
    /// How it ended, such as "closed after 4 min 10 s" or "cancelled: by mistake".
    pub ending: String,
    /// Who activated it.
    pub act: Act,
}

/// A change to what stands above the tabs. Absent fields stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct RunChange {
    /// Name.
    #[ts(optional)]
    pub name: Option<String>,
    /// Release version.
    #[ts(optional)]
    pub release: Option<String>,
    /// Target environment.
    #[ts(optional)]
    pub environment: Option<String>,
    /// Local wall time `2026-11-24T18:00`; empty removes it.
    #[ts(optional)]
    pub deploy_at: Option<String>,
    /// IANA zone of `deploy_at`.
    #[ts(optional)]
    pub zone: Option<String>,
    /// The release manager.
    #[ts(optional)]
    pub owner: Option<String>,
}
