//! Environments: named variables and secrets of this store.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::run::Variable;

/// An environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct EnvironmentView {
    /// Name, such as `production`.
    pub name: String,
    /// Variables in order.
    pub variables: Vec<Variable>,
    /// Secrets by name, with whether a value is at hand.
    pub secrets: Vec<SecretView>,
    /// Hosts that load may be sent to, each typed by a person: `host`, or `host:port` for that port
    /// alone.
    pub load_hosts: Vec<String>,
}

/// A secret by name. Its value never crosses back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SecretView {
    /// Name, such as `TOKEN`.
    pub name: String,
    /// Whether a value is at hand.
    pub set: bool,
    /// `keychain` or `session`.
    pub place: String,
}
