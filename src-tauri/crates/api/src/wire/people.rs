//! People of this store: the roster of this laptop.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A person whose key this store knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonView {
    /// Id in this store.
    pub id: String,
    /// Printed name.
    pub name: String,
    /// Principal, such as `dana@example.com`; empty for none.
    pub principal: String,
    /// Roles that the person may sign for; empty means any.
    pub roles: Vec<String>,
    /// Fingerprint `SHA256:…`; empty while the person has no key.
    pub fingerprint: String,
    /// The fingerprint in words that two people can compare by voice.
    pub spoken: String,
    /// OpenSSH public key line; empty while the person has no key.
    pub public_key: String,
    /// Path of the private key on this laptop; absent for other people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub key_path: Option<String>,
    /// Whether the key file asks for a passphrase.
    pub encrypted: bool,
    /// Whether this is the person at this laptop.
    pub me: bool,
    /// What is wrong with the key, such as a missing file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub problem: Option<String>,
}

/// A person as entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonEntry {
    /// Id of the person to change; empty for a new one.
    #[serde(default)]
    pub id: String,
    /// Printed name.
    pub name: String,
    /// Principal; empty for none.
    #[serde(default)]
    pub principal: String,
    /// Roles that the person may sign for; empty means any.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Whether this is the person at this laptop.
    #[serde(default)]
    pub me: bool,
    /// OpenSSH public key line of somebody else; empty for none.
    #[serde(default)]
    pub public_key: String,
}
