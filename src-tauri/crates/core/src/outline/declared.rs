//! What is declared or offered for a run: conditions, alternatives, sign-off points and profiles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::{ConditionId, ItemId};

/// A condition that is asked once when a run is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Slug of its words (of item and words, when the words alone name nothing, as "if necessary").
    pub id: ConditionId,
    /// The words as written, such as `if enabled`.
    pub words: String,
    /// The question to ask, such as "Payment processing working: if enabled?".
    pub question: String,
    /// The items that depend on it.
    pub items: Vec<ItemId>,
}

/// Declared alternatives: when enough of them are done, the others are closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceGroup {
    /// Slug of its title.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How many of its items are wanted; 1 unless declared otherwise.
    pub choose: u32,
    /// Its items.
    pub items: Vec<ItemId>,
}

/// A named, explicit set of items that roles sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOffPoint {
    /// Its id: `go-no-go`, `acceptance` or a declared one.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it covers, in document order.
    pub items: Vec<ItemId>,
    /// Ids of the roles that sign it.
    pub roles: Vec<String>,
    /// Its declared policy; absent settings keep the run's defaults.
    #[serde(default, skip_serializing_if = "DeclaredPolicy::is_empty")]
    pub policy: DeclaredPolicy,
}

/// The policy of a sign-off point as far as the checklist declares it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredPolicy {
    /// Roles (ids or titles) whose signature is required.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_roles: Vec<String>,
    /// How many signatures are enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<u32>,
    /// Whether every role needs another key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distinct_keys: Option<bool>,
    /// Whether the run's owner may sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_may_sign: Option<bool>,
    /// Whether somebody who ticked a covered item may sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticker_may_sign: Option<bool>,
    /// Whether "approve with conditions" is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions_allowed: Option<bool>,
    /// Roles or names that may accept waivers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers_accepted_by: Vec<String>,
}

impl DeclaredPolicy {
    /// True when nothing is declared.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What happens to the items that a profile leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileRest {
    /// They are marked "out of scope".
    #[default]
    OutOfScope,
    /// They are due after the deployment.
    DueAfter,
}

/// A shorter way through a checklist, such as *hotfix*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Slug of its title.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The items that it keeps.
    pub items: Vec<ItemId>,
    /// What becomes of the others.
    pub rest: ProfileRest,
}

/// What else front matter and sidecar declare for a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// Names of the environments that the checklist knows, with their default variables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environments: BTreeMap<String, BTreeMap<String, String>>,
    /// The policy of every point that declares none of its own.
    #[serde(default, skip_serializing_if = "DeclaredPolicy::is_empty")]
    pub policy: DeclaredPolicy,
}
