//! What a worker says, one JSON document a line.

use serde::{Deserialize, Serialize};

use crate::outcome::Outcome;
use crate::progress::Progress;

/// One line of a worker's standard output. It ends with an outcome or a refusal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// How it goes.
    Progress(Progress),
    /// Everything that came back.
    Outcome(Box<Outcome>),
    /// Why nothing was sent.
    Refused(Refusal),
}

/// Why a run did not begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}")]
pub struct Refusal {
    /// `load-plan`, `load-target`, `load-refused` (the server refused the first connection),
    /// `load-unreachable` (nothing answered), `load-tls`, `load-capture`, or `load-worker`.
    pub code: String,
    /// What happened, in one plain sentence.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Refusal {
    /// A refusal.
    #[must_use]
    pub fn new(code: &str, what: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            what: what.into(),
            hint: None,
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
