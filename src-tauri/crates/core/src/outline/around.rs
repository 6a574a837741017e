//! What stands around the items: roles, fields, contacts, criteria, resources, metadata,
//! placeholders, fences and the rollback track.

use serde::{Deserialize, Serialize};

use super::model::{ItemId, PhaseId, SectionId, ValueAsk};

/// Somebody who signs, as the checklist names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Slug of the title, unique among the roles.
    pub id: String,
    /// The role's words, such as `QA Lead`.
    pub title: String,
    /// Its line, from 1.
    pub line: u32,
    /// The state character's byte offset, when the role stands behind a box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub box_offset: Option<u64>,
    /// The name already written in the blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What a field holds, as its label says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A release version.
    Version,
    /// Free notes.
    Notes,
    /// Any other text.
    #[default]
    Text,
}

/// A blank to fill: `**Release Version**: ____`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Slug of the label, unique among the fields.
    pub id: String,
    /// Its label.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Its line, from 1.
    pub line: u32,
    /// What is already written there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Who is called, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Slug of the role, unique among the contacts.
    pub id: String,
    /// Whom the checklist means, such as `Database Admin`.
    pub role: String,
    /// How to reach them; absent while the file holds a placeholder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Its line, from 1.
    pub line: u32,
}

/// A success criterion: computed or asked, never ticked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Slug of the text, unique among the criteria.
    pub id: String,
    /// Its text as inline Markdown without its mark.
    pub text: String,
    /// Hash of the text, as for items.
    pub text_hash: String,
    /// Its line, from 1.
    pub line: u32,
    /// The threshold that it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks_value: Option<ValueAsk>,
    /// Items that answer it, offered when a run is made; empty means that it is asked at Acceptance.
    #[serde(default)]
    pub answered_by: Vec<ItemId>,
}

/// A document or script that the checklist points to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its label.
    pub label: String,
    /// A path or an address as written, without code marks.
    pub target: String,
    /// Its line, from 1.
    pub line: u32,
}

/// A `**Label:** text` line or a front matter entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadatum {
    /// Its label.
    pub label: String,
    /// Its text.
    pub value: String,
    /// Its line, from 1.
    pub line: u32,
}

/// Something that the author left to be filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placeholder {
    /// Slug of what it asks for, such as `backup-name`; the same words share one id.
    pub id: String,
    /// As written: `<backup-name>`, `[Contact Info]`, `{{version}}`, `TBD`.
    pub text: String,
    /// Its line, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
    /// The item whose text or body holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// True when the rollback track needs it.
    #[serde(default, skip_serializing_if = "super::model::is_false")]
    pub rollback: bool,
}

/// A fenced block outside items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fence {
    /// `fence-1`, `fence-2`… in document order.
    pub id: String,
    /// First word of the info string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it holds, as written.
    pub content: String,
    /// Line of its opening mark, from 1.
    pub line: u32,
    /// Titles of the headings that it stands under, outermost first, without the document's title.
    #[serde(default)]
    pub under: Vec<String>,
    /// True when it stands in the rollback track.
    #[serde(default, skip_serializing_if = "super::model::is_false")]
    pub rollback: bool,
}

/// A part of the rollback track.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbackGroup {
    /// The section of the rollback phase that it is.
    pub section: SectionId,
    /// Its title; absent when the steps stand directly below the heading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// False for a follow-up such as "Post-Rollback", which is off the clock.
    pub on_clock: bool,
    /// Its steps in order.
    pub steps: Vec<ItemId>,
}

/// The dormant rollback track.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbackTrack {
    /// The phase that it is.
    pub phase: PhaseId,
    /// Line of its heading, from 1.
    pub line: u32,
    /// What it says before its first step, such as "If issues detected:".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// Its groups in order.
    pub groups: Vec<RollbackGroup>,
    /// Ids of the placeholders that it needs.
    #[serde(default)]
    pub placeholders: Vec<String>,
}
