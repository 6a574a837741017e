//! What went wrong, where, and what to do.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::item::ItemRef;

/// An error as the window and the command line show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[error("{message}")]
pub struct Problem {
    /// Stable, in kebab case, such as `wrong-passphrase`. Screens match on this and nothing else.
    pub code: String,
    /// What happened, in one plain sentence.
    pub message: String,
    /// Where: a path, `line 12, column 3`, an item's number, a role.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub place: Option<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hint: Option<String>,
}

/// A finding that stops nothing: of a parser, of the store, of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Finding {
    /// `info`, `warning` or `error`.
    pub severity: FindingSeverity,
    /// Stable, in kebab case.
    pub code: String,
    /// What was found.
    pub message: String,
    /// Line in the file, from 1; absent where there is no file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub line: Option<u32>,
    /// Column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub column: Option<u32>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hint: Option<String>,
    /// The items that it is about, so that the window can lead there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<ItemRef>>")]
    pub items: Vec<ItemRef>,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum FindingSeverity {
    /// Worth knowing.
    Info,
    /// Probably not what was meant.
    Warning,
    /// The named part cannot be used.
    Error,
}
