//! Who is here, on which store, with which settings.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::error::Finding;
use super::people::PersonView;
use super::run::RunRow;

/// What the window needs before it can show anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Session {
    /// Version of the application.
    pub version: String,
    /// Folder of the store.
    pub store: String,
    /// First four hex digits of this store's device id, shown as `device 9f3a`.
    pub device: String,
    /// Why nothing can be written, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub read_only: Option<String>,
    /// What the store had to say when it was opened.
    pub findings: Vec<Finding>,
    /// The person at this laptop, once named.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub me: Option<PersonView>,
    /// All runs, newest first.
    pub runs: Vec<RunRow>,
    /// Settings of this store.
    pub settings: Settings,
    /// The laptop's IANA time zone, such as `Europe/Kyiv`.
    pub zone: String,
    /// Whether secrets outlive the session: `keychain`, or `session` where there is no keychain.
    pub secret_place: String,
}

/// Settings of this store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct Settings {
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// Whether the welcome was put away.
    pub welcomed: bool,
    /// Paper of the PDF: `a4` or `letter`.
    pub paper: String,
    /// Organisation printed on reports; empty for none.
    pub organisation: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: "system".into(),
            welcomed: false,
            paper: "a4".into(),
            organisation: String::new(),
        }
    }
}
