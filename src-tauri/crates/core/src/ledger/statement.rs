//! What a person signs: an in-toto Statement (v1) in canonical JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::body::Decision;
use super::ident::{DeviceId, Digest, EventId, RunId};
use crate::canon::{self, CanonError};

/// The type of every statement (in-toto attestation framework, Statement v1).
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// The predicate of a sign-off.
pub const SIGNOFF: &str = "urn:countersign:signoff:v1";
/// The predicate of a withdrawal.
pub const WITHDRAWAL: &str = "urn:countersign:withdrawal:v1";
/// The predicate of a closed condition.
pub const CONDITION_CLOSED: &str = "urn:countersign:condition-closed:v1";
/// The SSHSIG namespace in which all of them are signed.
pub const NAMESPACE: &str = "countersign.signoff.v1";

/// Something that a statement is about besides the record: a release artefact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Artefact {
    /// Its name, such as `bakhmach-2.4.0.tar.gz`.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
}

/// A role by its id and its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its words.
    pub title: String,
}

/// The last event of a device that the signer had.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The device.
    pub device: DeviceId,
    /// Its last event.
    pub event: EventId,
}

/// How much of what is covered the signer looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looked {
    /// Covered items that were opened or scrolled into view.
    pub seen: u32,
    /// Covered items.
    pub of: u32,
}

/// Something covered that had aged when it was signed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgedItem {
    /// The item.
    pub item: String,
    /// In what way: `stale`, `waiver_expired` or `overdue`.
    pub how: String,
}

/// The predicate of a sign-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignoffPredicate {
    /// The run.
    pub run: RunId,
    /// The run's name.
    pub run_name: String,
    /// The sign-off point.
    pub point: Named,
    /// The attempt.
    pub attempt: u32,
    /// The release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The role in which the signer decides.
    pub role: Named,
    /// The decision.
    pub decision: Decision,
    /// The exact sentence that was shown.
    pub meaning: String,
    /// Conditions of an approval with conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// The reason of a rejection, or a remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The signer's name as printed.
    pub name: String,
    /// The signer's principal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// Local time with offset as the signer's laptop states it, such as `2026-11-24T18:00:00+02:00`.
    pub time: String,
    /// Digest of the roster in use; informative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roster: Option<Digest>,
    /// All device heads that the signer had, sorted.
    pub checkpoint: Vec<Head>,
    /// How much was looked at.
    pub looked: Looked,
    /// What had aged, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aged: Vec<AgedItem>,
    /// 16 random bytes in lower hex.
    pub nonce: String,
}

/// The predicate of a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalPredicate {
    /// The run.
    pub run: RunId,
    /// The sign-off that is taken back.
    pub signoff: EventId,
    /// The role in which it was given.
    pub role: Named,
    /// Why.
    pub reason: String,
    /// The signer's name as printed.
    pub name: String,
    /// The signer's principal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// Local time with offset as the signer's laptop states it.
    pub time: String,
    /// 16 random bytes in lower hex.
    pub nonce: String,
}

/// The predicate of a closed condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionClosedPredicate {
    /// The run.
    pub run: RunId,
    /// The sign-off that named the condition.
    pub signoff: EventId,
    /// Which of its conditions, from 0.
    pub condition: u32,
    /// The condition's words.
    pub text: String,
    /// How it was met.
    pub note: String,
    /// The role in which it is closed.
    pub role: Named,
    /// The signer's name as printed.
    pub name: String,
    /// The signer's principal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// Local time with offset as the signer's laptop states it.
    pub time: String,
    /// 16 random bytes in lower hex.
    pub nonce: String,
}

/// What a statement says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Predicate {
    /// A decision at a sign-off point.
    Signoff(SignoffPredicate),
    /// A sign-off is taken back.
    Withdrawal(WithdrawalPredicate),
    /// A condition is met.
    ConditionClosed(ConditionClosedPredicate),
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The digest of the record it is about.
    pub record: Digest,
    /// Release artefacts it is about as well.
    pub artefacts: Vec<Artefact>,
    /// What it says.
    pub predicate: Predicate,
}

/// Why bytes are not a statement of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Not canonical JSON.
    #[error(transparent)]
    Canon(#[from] CanonError),
    /// Not an in-toto Statement v1 about a record.
    #[error("not a statement about a record: {0}")]
    Shape(String),
    /// A predicate that this version does not know.
    #[error("unknown predicate {0:?}")]
    Predicate(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    name: String,
    digest: Sha256Only,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sha256Only {
    sha256: Digest,
}

/// The name of the subject that is the record.
const RECORD_NAME: &str = "record.json";

impl Statement {
    /// The bytes that are signed.
    ///
    /// # Errors
    /// [`CanonError`] when a text holds something outside the subset.
    pub fn bytes(&self) -> Result<Vec<u8>, CanonError> {
        let subject =
            |name: &str, digest: &Digest| json!({ "name": name, "digest": { "sha256": digest } });
        let mut subjects = vec![subject(RECORD_NAME, &self.record)];
        subjects.extend(
            self.artefacts
                .iter()
                .map(|artefact| subject(&artefact.name, &artefact.digest)),
        );
        let predicate_type = match &self.predicate {
            Predicate::Signoff(_) => SIGNOFF,
            Predicate::Withdrawal(_) => WITHDRAWAL,
            Predicate::ConditionClosed(_) => CONDITION_CLOSED,
        };
        canon::to_bytes(&json!({
            "_type": STATEMENT_TYPE,
            "subject": subjects,
            "predicateType": predicate_type,
            "predicate": self.predicate,
        }))
    }

    /// Reads signed bytes strictly.
    ///
    /// # Errors
    /// [`StatementError`] when they are not a statement that this version writes.
    pub fn read(bytes: &[u8]) -> Result<Self, StatementError> {
        let shape = |error: serde_json::Error| StatementError::Shape(error.to_string());
        let envelope: Envelope =
            serde_json::from_value(canon::read_canonical(bytes)?).map_err(shape)?;
        if envelope.kind != STATEMENT_TYPE {
            return Err(StatementError::Shape(format!(
                "its type is {:?}",
                envelope.kind
            )));
        }
        let mut subjects = envelope.subject.into_iter();
        let record = subjects
            .next()
            .filter(|subject| subject.name == RECORD_NAME)
            .ok_or_else(|| {
                StatementError::Shape(format!("its first subject is not {RECORD_NAME}"))
            })?;
        let predicate = match envelope.predicate_type.as_str() {
            SIGNOFF => {
                Predicate::Signoff(serde_json::from_value(envelope.predicate).map_err(shape)?)
            }
            WITHDRAWAL => {
                Predicate::Withdrawal(serde_json::from_value(envelope.predicate).map_err(shape)?)
            }
            CONDITION_CLOSED => Predicate::ConditionClosed(
                serde_json::from_value(envelope.predicate).map_err(shape)?,
            ),
            other => return Err(StatementError::Predicate(other.to_owned())),
        };
        Ok(Self {
            record: record.digest.sha256,
            artefacts: subjects
                .map(|subject| Artefact {
                    name: subject.name,
                    digest: subject.digest.sha256,
                })
                .collect(),
            predicate,
        })
    }
}
