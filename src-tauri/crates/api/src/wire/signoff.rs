//! Sign-off points, decisions and signatures.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::item::{Act, Tile};

/// A sign-off point in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PointView {
    /// Run id.
    pub run: String,
    /// Id of the point.
    pub id: String,
    /// Title.
    pub title: String,
    /// `notReady`, `ready`, `go`, `conditions` or `noGo`.
    pub verdict: String,
    /// Whether it is closed (go/no-go once deployed).
    pub closed: bool,
    /// What it covers, such as "44 items of Prepare".
    pub covers: String,
    /// Number of covered items.
    pub count: u32,
    /// Lower-hex SHA-256 of the record as it stands now.
    pub record: String,
    /// The policy in words, such as "5 roles, distinct keys, the owner may not sign".
    pub policy: String,
    /// Items and other things that keep it from being approved.
    pub blockers: Vec<Blocker>,
    /// The blockers in words, such as "2 failed and 9 open items keep this from being approved".
    pub blocked: String,
    /// Waived, overridden, measured and warned items that a signer should see.
    pub look_at: Vec<LookAt>,
    /// Criteria that no item answers, asked here; only at the last point.
    pub asked: Vec<AskedCriterion>,
    /// What changed since the person at this laptop last looked or signed.
    pub since_look: Vec<Difference>,
    /// The signatures by role.
    pub roles: Vec<RoleCard>,
    /// Contacts of the checklist that are people and could be asked to sign.
    pub offered_roles: Vec<String>,
    /// The exact meaning of each decision, as signed.
    pub meanings: Vec<Meaning>,
    /// Whether anything is verified against a roster; if not, "on this laptop only".
    pub trust: String,
    /// Changes after the go decision, once deployed.
    pub since_go: Vec<Difference>,
}

/// Something that keeps a point from being approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Blocker {
    /// How it is drawn.
    pub tile: Tile,
    /// Item id, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub item: Option<String>,
    /// Number and text, or what is missing.
    pub title: String,
    /// Why, such as "612 ms, limit 500 ms".
    pub why: String,
}

/// An item that a signer should look at although it blocks nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LookAt {
    /// How it is drawn.
    pub tile: Tile,
    /// Item id.
    pub item: String,
    /// Number and text.
    pub title: String,
    /// Why, such as "waived by Dana until 1 Dec: vendor outage".
    pub why: String,
}

/// A criterion that no item answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AskedCriterion {
    /// Id in the outline.
    pub id: String,
    /// Its text.
    pub text: String,
    /// `yes`, `no`, or empty while unanswered.
    pub answer: String,
}

/// One difference between what was signed and what is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Difference {
    /// Item id, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub item: Option<String>,
    /// Number and text, or the header's field.
    pub title: String,
    /// What it was.
    pub before: String,
    /// What it is.
    pub after: String,
}

/// A role at a point, with its latest signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleCard {
    /// The role's text.
    pub role: String,
    /// Whether the policy requires it.
    pub required: bool,
    /// `unsigned`, `current`, `stale`, `withdrawn`, `revoked` or `unverifiable`.
    pub state: String,
    /// Why it is in that state, in words.
    pub why: String,
    /// Whether the policy lets the role's current signature count; true where there is none.
    pub counted: bool,
    /// Fingerprints of keys that count for other roles already and count for none beside them.
    pub keys_of_others: Vec<String>,
    /// The signature, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub signature: Option<SignatureView>,
    /// Earlier signatures of the role, newest first.
    pub earlier: Vec<SignatureView>,
    /// Why the person at this laptop may not sign for it; absent if they may.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub may_not: Option<String>,
}

/// A countersignature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SignatureView {
    /// Event that carries it.
    pub event: String,
    /// Printed name.
    pub name: String,
    /// Principal, such as `dana@example.com`; empty for none.
    pub principal: String,
    /// `approve`, `conditions` or `reject`.
    pub decision: String,
    /// Reason of a rejection, or a remark.
    pub reason: String,
    /// Conditions and whether each is closed.
    pub conditions: Vec<ConditionOfSignature>,
    /// Local time with offset as stated by the signer's laptop, ready to show.
    pub stated: String,
    /// Key fingerprint, `SHA256:…`.
    pub fingerprint: String,
    /// Digest of the signed record.
    pub record: String,
    /// "Looked at 44 of 44".
    pub looked: String,
    /// Event and device.
    pub act: Act,
    /// What differs from what was signed; empty when current.
    pub differences: Vec<Difference>,
    /// Whether the key is one of this store's People.
    pub known: bool,
}

/// A condition of an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConditionOfSignature {
    /// Position in the statement, from 0.
    pub index: u32,
    /// Its text.
    pub text: String,
    /// Who closed it, if closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub closed: Option<Act>,
}

/// The exact meaning of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Meaning {
    /// `approve`, `conditions` or `reject`.
    pub decision: String,
    /// The sentence that is signed.
    pub text: String,
    /// Whether the decision is possible now.
    pub possible: bool,
}

/// A decision to be signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Decision {
    /// Id of the point.
    pub point: String,
    /// Role that signs.
    pub role: String,
    /// `approve`, `conditions` or `reject`.
    pub decision: String,
    /// Reason of a rejection, or a remark.
    #[serde(default)]
    pub reason: String,
    /// Conditions of an approval with conditions.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Id of the person (see [`super::people::PersonView::id`]) who signs.
    pub person: String,
    /// Digest of the record that the signer saw; signing is refused if it has changed since.
    pub record: String,
    /// Number of covered items that the signer looked at.
    #[serde(default)]
    pub looked: u32,
}
