//! Probes as they are edited.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::checklist::SuggestionView;
use super::error::Finding;
use super::probe::ProbePlan;

/// A probe of a run's checklist as an editor shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProbeText {
    /// The block as YAML, whatever it is written in; empty for one that is new.
    pub yaml: String,
    /// `comment`, `fence`, `info` or `sidecar`; empty for one that is new.
    pub placement: String,
    /// The file that holds it.
    pub file: String,
    /// Its first line there; 0 for one that is new.
    pub line: u32,
    /// Environments to resolve it in.
    pub environments: Vec<String>,
    /// The environment that it runs against; empty where the run has none.
    pub environment: String,
    /// What the item's own words suggest, for one that is new.
    pub suggested: Vec<SuggestionView>,
    /// Where one that is new is written: `markdown` or `sidecar`.
    pub into: String,
    /// Whether the checklist came with the application and so cannot be written.
    pub bundled: bool,
}

/// An editor's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProbeDraft {
    /// Item id or number.
    pub item: String,
    /// Hash of the probe that is edited; empty for one that cannot be read or is new.
    pub probe: String,
    /// Line of one that cannot be read; 0 for one that is new.
    pub line: u32,
    /// The text.
    pub yaml: String,
    /// Where one that is new is written: `markdown` or `sidecar`.
    pub into: String,
    /// Environment to resolve it in.
    pub environment: String,
}

/// What an editor's text would be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProbeCheck {
    /// Where it will stand: `comment`, `fence`, `info` or `sidecar`.
    pub placement: String,
    /// Mistakes, at lines and columns of the text.
    pub findings: Vec<Finding>,
    /// What it would do in the chosen environment.
    pub plan: ProbePlan,
}
