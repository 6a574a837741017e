//! A checklist before it becomes a run: its map, what was found, what a new run would ask.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::error::Finding;
use super::item::{ItemView, PhaseView};
use super::run::Variable;

/// A checklist that a run can be started from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChecklistRow {
    /// `bundled:bakhmach.md`, or the path of a file.
    pub source: String,
    /// The document's title, or its file name.
    pub title: String,
    /// File name or path, as shown under the title.
    pub place: String,
    /// Whether it came with the application.
    pub bundled: bool,
    /// Number of work items.
    pub items: u32,
    /// Number of items with probes.
    pub with_probes: u32,
    /// When it was last opened, RFC 3339; absent for bundled ones never opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub opened: Option<String>,
    /// Whether nothing is there any more.
    pub missing: bool,
    /// Why it cannot be read although something is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub unreadable: Option<String>,
}

/// A checklist as read, shown as a Map before any question. The file is not changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChecklistPreview {
    /// As in [`ChecklistRow::source`].
    pub source: String,
    /// The document's title, or its file name.
    pub title: String,
    /// File name.
    pub file: String,
    /// Lower-hex SHA-256 of its bytes.
    pub digest: String,
    /// Phases and sections in reading order.
    pub phases: Vec<PhaseView>,
    /// All items, rollback steps last among their own phase.
    pub items: Vec<ItemView>,
    /// Number of work items (rollback steps not counted).
    pub work_items: u32,
    /// Number of rollback steps.
    pub rollback_steps: u32,
    /// What the parser found.
    pub findings: Vec<Finding>,
    /// Bullets and numbered steps offered as items where the file has no task boxes.
    pub offered_bullets: u32,
    /// Suggested probes, not accepted yet.
    pub suggestions: Vec<SuggestionView>,
    /// Where accepted probes go: `markdown` or `sidecar`, as chosen last for this checklist.
    pub probes_into: String,
    /// What a new run would be made with, each value correctable.
    pub proposal: NewRun,
    /// Facts that the New run screen shows.
    pub asks: NewRunAsks,
}

/// A probe that the text of an item suggests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SuggestionView {
    /// The item, absent for a fence that belongs to no item.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub item: Option<String>,
    /// Kind of probe.
    pub kind: String,
    /// The probe as it would be written, blanks as `${NAME}`.
    pub probe: String,
    /// The same as YAML, as an editor shows it.
    pub yaml: String,
    /// Names of the blanks to fill.
    pub blanks: Vec<String>,
    /// Why it is suggested.
    pub why: String,
    /// Line of the text that suggests it.
    pub line: u32,
}

/// A suggestion that somebody accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AcceptedSuggestion {
    /// The suggestion as it was shown.
    pub suggestion: SuggestionView,
    /// Id of the item that gets the probe: the suggestion's own, or the one picked for a fence.
    pub item: String,
    /// Values for its blanks; a blank without one stays a variable of the environment.
    #[serde(default)]
    pub filled: Vec<Variable>,
}

/// What the New run screen can ask, because the checklist has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NewRunAsks {
    /// Conditions that decide whether items apply.
    pub conditions: Vec<ConditionAsk>,
    /// Number of boxes already ticked in the file.
    pub ticked: u32,
    /// Names of the environments defined in this store.
    pub environments: Vec<String>,
    /// Roles that the checklist names.
    pub roles: Vec<String>,
    /// Roles that may be picked where the checklist names none (from its contacts).
    pub offered_roles: Vec<String>,
    /// Variables that the checklist's probes use.
    pub variables: Vec<String>,
    /// Names of secrets that the checklist's probes use.
    pub secrets: Vec<String>,
    /// Profiles declared by the checklist (`full` is always there).
    pub profiles: Vec<String>,
}

/// A condition such as "if enabled", asked once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConditionAsk {
    /// Id in the outline.
    pub id: String,
    /// The condition's words, such as "if enabled".
    pub words: String,
    /// Texts of the items that depend on it.
    pub items: Vec<String>,
}

/// Everything a new run is made of. Only `source` and `name` are needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NewRun {
    /// As in [`ChecklistRow::source`].
    pub source: String,
    /// Name of the run, such as "Bakhmach Business Hub 2.4.0".
    pub name: String,
    /// Release version; empty if not known yet.
    #[serde(default)]
    pub release: String,
    /// Target environment; empty if not known yet.
    #[serde(default)]
    pub environment: String,
    /// Other environments that items name.
    #[serde(default)]
    pub other_environments: Vec<String>,
    /// Local wall time `2026-11-24T18:00`; empty if not known yet.
    #[serde(default)]
    pub deploy_at: String,
    /// IANA zone of `deploy_at`.
    #[serde(default)]
    pub zone: String,
    /// The release manager.
    #[serde(default)]
    pub owner: String,
    /// Corrected stages, by section id: `prepare`, `deploy`, `watch`, `review`.
    #[serde(default)]
    pub stages: Vec<StageChoice>,
    /// Sign-off points to use.
    #[serde(default)]
    pub points: Vec<PointChoice>,
    /// Roles that sign each point.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Answers to conditions.
    #[serde(default)]
    pub conditions: Vec<ConditionAnswer>,
    /// Profile; `full` unless another is declared.
    #[serde(default)]
    pub profile: String,
    /// Boxes already ticked in the file: `open` or `keep`.
    #[serde(default)]
    pub ticked: String,
    /// Whether bullets and numbered steps are taken as items where the file has no boxes.
    #[serde(default)]
    pub bullets_as_items: bool,
    /// Whether the owner may sign.
    #[serde(default = "yes")]
    pub owner_may_sign: bool,
}

fn yes() -> bool {
    true
}

/// The stage that a section was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct StageChoice {
    /// Section id.
    pub section: String,
    /// `prepare`, `deploy`, `watch` or `review`.
    pub stage: String,
}

/// A sign-off point as offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PointChoice {
    /// `go-no-go`, `acceptance`, or one that the checklist declares.
    pub id: String,
    /// Title, such as "Go/no-go".
    pub title: String,
    /// What it covers, in words, such as "44 items of Prepare".
    pub covers: String,
    /// Number of covered items.
    pub count: u32,
    /// Whether the run uses it.
    pub used: bool,
}

/// An answer to a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConditionAnswer {
    /// Id in the outline.
    pub id: String,
    /// Whether the items apply; absent while undecided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub applies: Option<bool>,
    /// Why not, if not; becomes the N/A reason.
    #[serde(default)]
    pub reason: String,
}
