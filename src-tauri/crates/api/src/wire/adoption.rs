//! A new version of the checklist in a running run: what changed, what becomes what.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::error::Finding;
use super::item::Tile;

/// That the file of a run's checklist is not what the run is pinned to any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ChecklistChange {
    /// As in `ChecklistRow`.
    pub source: String,
    /// File name.
    pub file: String,
    /// What tells this version of the files from any other.
    pub version: String,
    /// In words, such as "3 items added, 2 changed, 1 gone".
    pub text: String,
}

/// What adopting a file would do. Nothing is written by asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AdoptionPlan {
    /// As in `ChecklistRow`.
    pub source: String,
    /// File name.
    pub file: String,
    /// What tells this version of the files from any other; exactly it is adopted.
    pub version: String,
    /// Whether the run is pinned to exactly these bytes already.
    pub same: bool,
    /// In words, such as "3 items added, 2 changed, 1 gone".
    pub text: String,
    /// Items that differ, in reading order.
    pub rows: Vec<AdoptionRow>,
    /// Number of items that stay as they are.
    pub unchanged: u32,
    /// Number of rows that wait for an answer.
    pub undecided: u32,
    /// All items of the new version, to choose a pairing from.
    pub items: Vec<AdoptedItem>,
    /// What else differs, each in words: roles, criteria, sign-off points.
    pub also: Vec<String>,
    /// Signatures that become stale, each in words.
    pub stale: Vec<String>,
    /// What was found wrong in the new version.
    pub findings: Vec<Finding>,
}

/// An item in one version of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AdoptedItem {
    /// Id in its version's outline.
    pub id: String,
    /// Number in its version.
    pub number: String,
    /// Inline Markdown.
    pub text: String,
    /// Titles of its phase and section.
    pub place: String,
}

/// What happens to an item of either version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum AdoptionKind {
    /// It stays, and something of it differs.
    Changed,
    /// It is new, and starts open.
    Added,
    /// It is in the checklist no more; its history is kept.
    Gone,
    /// Something was said of it, and a person has to say what it becomes.
    Undecided,
}

/// One item that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AdoptionRow {
    /// What happens to it.
    pub kind: AdoptionKind,
    /// The item as the run has it; absent for an added one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub old: Option<AdoptedItem>,
    /// The item as it will be; absent for one that is gone or undecided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub new: Option<AdoptedItem>,
    /// How the old item is drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tile: Option<Tile>,
    /// The old item's status in words.
    pub word: String,
    /// Number of entries in the old item's history.
    pub entries: u32,
    /// New items that the old one most likely became, the likeliest first.
    pub candidates: Vec<String>,
    /// The text with what was taken out and what was put in.
    pub text: Vec<TextPart>,
    /// What else differs, each in words, such as "moved from 3.2 Testing".
    pub facts: Vec<String>,
    /// Its probes that differ.
    pub probes: Vec<ProbeDifference>,
}

/// A stretch of a text that was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TextPart {
    /// `same`, `removed` or `added`.
    pub kind: String,
    /// The stretch.
    pub text: String,
}

/// A probe that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProbeDifference {
    /// `added`, `changed` or `gone`.
    pub what: String,
    /// Kind of probe.
    pub kind: String,
    /// The probe as written, compared.
    pub source: Vec<TextPart>,
}

/// A person's answer: what an item of the version in use becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Pairing {
    /// Id of the item in the version in use.
    pub from: String,
    /// Id of the item in the new version; empty where it is gone.
    pub to: String,
}

/// The adoption of a version that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Adoption {
    /// As in [`AdoptionPlan::source`].
    pub source: String,
    /// As in [`AdoptionPlan::version`].
    pub version: String,
    /// The person's answers.
    pub pairs: Vec<Pairing>,
    /// Why; empty where nobody says.
    #[serde(default)]
    pub reason: String,
}
