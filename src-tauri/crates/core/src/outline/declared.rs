//! What is declared or offered for a run: conditions, alternatives, sign-off points and profiles.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::model::{ConditionId, ItemId};
use crate::probe::Quantity;

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
    /// Whether what was done for an earlier release may be carried on, and for how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carry: Option<Carry>,
}

/// Whether what was done for an earlier release may be carried on: `never`, or a time such as `30d`
/// within which it must have been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Carry {
    /// It may not.
    Never,
    /// It may, when it was done so many seconds ago at most.
    Within(u64),
}

const DAY_S: u64 = 24 * 60 * 60;

impl Carry {
    /// Whether something of this age in seconds may be carried.
    #[must_use]
    pub fn allows(self, age_s: u64) -> bool {
        matches!(self, Self::Within(most) if age_s <= most)
    }
}

/// Where a checklist says nothing: what was done within 90 days.
impl Default for Carry {
    fn default() -> Self {
        Self::Within(90 * DAY_S)
    }
}

impl FromStr for Carry {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let length = Quantity::parse(text).and_then(Quantity::as_duration);
        length
            .map(|length| Self::Within(length.as_secs()))
            .ok_or_else(|| format!("`carry` is `never` or a time such as `30d`, not `{text}`"))
    }
}

impl TryFrom<String> for Carry {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Carry> for String {
    fn from(carry: Carry) -> Self {
        match carry {
            Carry::Never => "never".to_owned(),
            Carry::Within(seconds) if seconds % DAY_S == 0 => format!("{}d", seconds / DAY_S),
            Carry::Within(seconds) => format!("{seconds}s"),
        }
    }
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
