//! Bodies about decisions, policies and devices.

use serde::{Deserialize, Serialize};

use super::item::EvidenceFile;
use crate::ledger::ident::{DeviceId, Digest, EventId};

/// Bytes in standard base64 with padding (RFC 4648, 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Base64(Vec<u8>);

/// Text that is not standard base64 with padding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not base64: {0}")]
pub struct NotBase64(String);

impl Base64 {
    /// Wraps bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<String> for Base64 {
    type Error = NotBase64;

    fn try_from(text: String) -> Result<Self, NotBase64> {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD
            .decode(text)
            .map(Self)
            .map_err(|e| NotBase64(e.to_string()))
    }
}

impl From<Base64> for String {
    fn from(bytes: Base64) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(bytes.0)
    }
}

/// What somebody decides at a sign-off point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Everything covered is resolved, and it is good.
    Approve,
    /// Good, if the named conditions are met.
    Conditions,
    /// Not good.
    Reject,
}

/// Body of `signoff.made`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedOff {
    /// The record that was signed; also the statement's subject.
    pub record: Digest,
    /// The statement's canonical bytes.
    pub statement: Base64,
    /// The detached SSHSIG over them, armored, namespace `countersign.signoff.v1`.
    pub signature: Base64,
}

/// Body of `signoff.withdrawn`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignoffWithdrawn {
    /// The `signoff.made` that is taken back.
    pub signoff: EventId,
    /// The withdrawal statement's canonical bytes.
    pub statement: Base64,
    /// The detached SSHSIG over them.
    pub signature: Base64,
}

/// Body of `signoff.condition_closed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionClosed {
    /// The `signoff.made` that named the condition.
    pub signoff: EventId,
    /// Which of its conditions, from 0.
    pub condition: u32,
    /// The closing statement's canonical bytes.
    pub statement: Base64,
    /// The detached SSHSIG over them.
    pub signature: Base64,
}

/// How a decision reached the person who recorded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By e-mail.
    Email,
    /// On paper.
    Paper,
    /// In a chat or a ticket.
    Message,
}

/// Body of `attestation.recorded`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attested {
    /// The sign-off point.
    pub point: String,
    /// The attempt it is about.
    pub attempt: u32,
    /// The id of the role that decided.
    pub role: String,
    /// Who decided.
    pub name: String,
    /// What they decided.
    pub decision: Decision,
    /// Their conditions, where they set some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// Their reason, where they gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How it arrived.
    pub channel: Channel,
    /// The reply or the scan.
    pub evidence: EvidenceFile,
    /// The record as it stood when this was recorded.
    pub record: Digest,
}

/// Who may accept a waiver or an override.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Acceptance {
    /// Another person than the proposer, where the run has more than one; otherwise the proposer.
    #[default]
    AnotherPerson,
    /// Anybody, the proposer too.
    Anybody,
    /// The holders of the roles with these ids and the people with these names or principals, sorted;
    /// the proposer too where that includes them.
    Named(Vec<String>),
}

/// The rules of a sign-off point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Ids of the roles that have to decide, sorted; none means every role of the point.
    #[serde(default)]
    pub roles: Vec<String>,
    /// How many of them are enough; absent for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<u32>,
    /// Whether one key may count for one role only.
    #[serde(default = "yes")]
    pub distinct_keys: bool,
    /// Whether the run's owner may sign.
    #[serde(default = "yes")]
    pub owner_may_sign: bool,
    /// Whether somebody who set the status of a covered item may sign.
    #[serde(default = "yes")]
    pub ticker_may_sign: bool,
    /// Whether contacts and placeholders of the rollback track must be filled before anybody approves.
    #[serde(default = "yes")]
    pub rollback_ready: bool,
    /// Whether "approve with conditions" is offered.
    #[serde(default = "yes")]
    pub conditions_allowed: bool,
    /// Whether attestations count.
    #[serde(default)]
    pub attestations_count: bool,
    /// Who may accept waivers and overrides of covered items.
    #[serde(default)]
    pub acceptance: Acceptance,
}

fn yes() -> bool {
    true
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            roles: Vec::new(),
            quorum: None,
            distinct_keys: true,
            owner_may_sign: true,
            ticker_may_sign: true,
            rollback_ready: true,
            conditions_allowed: true,
            attestations_count: false,
            acceptance: Acceptance::default(),
        }
    }
}

/// Body of `policy.set`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicySet {
    /// The sign-off point's id in the outline.
    pub point: String,
    /// Its rules.
    pub policy: Policy,
    /// Conflicting writes that this one ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<EventId>,
}

/// Body of `device.claimed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceClaimed {
    /// The device.
    pub device: DeviceId,
    /// The claim's canonical bytes.
    pub statement: Base64,
    /// The detached SSHSIG over them, by the person's key.
    pub signature: Base64,
}

/// Body of `fork.acknowledged`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForkAcknowledged {
    /// The device whose chain forked.
    pub device: DeviceId,
    /// The first events of the branches that were looked at, sorted.
    pub branches: Vec<EventId>,
}
