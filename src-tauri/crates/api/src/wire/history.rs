//! The history of a run or an item.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::item::{Act, Tile};

/// One line of history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryLine {
    /// Who, when, which event.
    pub act: Act,
    /// Kind of event, such as `item.status`.
    pub kind: String,
    /// How it is drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tile: Option<Tile>,
    /// What happened, such as "marked done".
    pub text: String,
    /// Item it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub item: Option<String>,
    /// The item's number and text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub item_title: Option<String>,
    /// Whether the checklist has that item no more; its title is then that of its last version.
    pub gone: bool,
    /// Whether it was undone.
    pub undone: bool,
}
