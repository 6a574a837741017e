//! Comparing a run with an earlier one, and carrying on what still stands.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::item::Tile;
use super::probe::ProbePlan;

/// The run that another one is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ComparedRun {
    /// Run id.
    pub run: String,
    /// Name.
    pub name: String,
    /// Release version; empty where none was given.
    pub release: String,
    /// Target environment; empty where none was given.
    pub environment: String,
    /// When it ended, RFC 3339; empty while it goes on.
    pub ended_at: String,
    /// Whether it was released and accepted.
    pub accepted: bool,
}

/// What has become of an item since the earlier run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Change {
    /// It was good then and is bad now.
    Regressed,
    /// It was bad then and is good now.
    Fixed,
    /// It is not in the earlier run, or nothing was known of it there.
    New,
    /// Nothing is known of it in this run yet; it was answered then.
    Open,
    /// As then.
    Same,
    /// It was there then and is no more.
    Gone,
}

/// How an item stands in one of two runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ComparedState {
    /// How it is drawn.
    pub tile: Tile,
    /// Its status in words.
    pub word: String,
    /// The verdict of its probes together; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub verdict: Option<String>,
    /// The measured or typed value with its unit; empty without one.
    pub value: String,
    /// One line: what the probe or the person said.
    pub summary: String,
}

/// An item in both runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ComparedItem {
    /// Item id: of this run, or of the earlier one where it is gone.
    pub item: String,
    /// Its number.
    pub number: String,
    /// Its text, inline Markdown.
    pub text: String,
    /// What has become of it.
    pub change: Change,
    /// How it stands in this run; absent where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub now: Option<ComparedState>,
    /// How it stood then; absent where it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub then: Option<ComparedState>,
}

/// A run beside an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunComparison {
    /// Run id.
    pub run: String,
    /// What it is compared with.
    pub with: ComparedRun,
    /// Every work item: regressed first, then fixed, new, open, same and gone; in document order
    /// within each.
    pub items: Vec<ComparedItem>,
    /// In one line, such as "2 regressed, 1 fixed, 3 new, 96 same".
    pub text: String,
    /// Other runs of the same checklist to compare with, the last first.
    pub others: Vec<ComparedRun>,
}

/// An item that was done in the earlier run, and whether that may be carried on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CarryRow {
    /// Item id.
    pub item: String,
    /// Its number.
    pub number: String,
    /// Its text, inline Markdown.
    pub text: String,
    /// Whether it may be carried.
    pub may: bool,
    /// Why not, as a code: `notByPolicy`, `changedText`, `changedProbe`, `otherTarget`, `tooOld`,
    /// `overridden`, `asksValue` or `needsResult`. Absent where it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub why_not: Option<String>,
    /// Why not, in words; empty where it may.
    pub text_why_not: String,
    /// Who did it then.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// Whether its probes are run again first; it is carried only when they are good.
    pub recheck: bool,
}

/// What could be carried on from the last accepted run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CarryPlan {
    /// The run that it is carried from.
    pub from: ComparedRun,
    /// Every item that was done then and is open now, in document order; those that may not be
    /// carried say why.
    pub items: Vec<CarryRow>,
    /// What the probes of those that may be carried would do.
    pub probes: ProbePlan,
}
