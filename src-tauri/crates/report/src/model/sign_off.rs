//! Sign-off points, the roles that sign them, and the bytes a stranger needs to verify them.

use serde::{Deserialize, Serialize};

use super::{Moment, bytes};

/// The verdict of a sign-off point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PointVerdict {
    /// Something blocks it.
    #[default]
    NotReady,
    /// Nothing blocks it any more; signatures are missing.
    Ready,
    /// Approved by everyone the policy asks for.
    Go,
    /// Approved, by at least one role with conditions.
    GoWithConditions,
    /// A current rejection stands.
    NoGo,
}

impl PointVerdict {
    /// The words that are printed for the verdict.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotReady => "NOT READY",
            Self::Ready => "READY TO SIGN",
            Self::Go => "GO",
            Self::GoWithConditions => "GO WITH CONDITIONS",
            Self::NoGo => "NO-GO",
        }
    }
}

/// What a signer decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Approved.
    #[default]
    Approve,
    /// Approved with conditions.
    Conditions,
    /// Rejected.
    Reject,
}

impl Decision {
    /// The words that are printed for the decision.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approve => "Approved",
            Self::Conditions => "Approved with conditions",
            Self::Reject => "Rejected",
        }
    }
}

/// Whether a signature counts, and if not, why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureStatus {
    /// Nobody has signed for the role.
    #[default]
    NotSigned,
    /// The signature is good and what was signed is unchanged.
    Current,
    /// The header or a covered claim differs from what was signed.
    Stale,
    /// Taken back by its signer or the role.
    Withdrawn,
    /// The key was revoked.
    Revoked,
    /// The signature or its key could not be verified here.
    Unverifiable,
    /// Recorded from an e-mail or from paper; never a countersignature.
    Attested,
}

impl SignatureStatus {
    /// The words that are printed for the status.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotSigned => "not signed",
            Self::Current => "current",
            Self::Stale => "stale",
            Self::Withdrawn => "withdrawn",
            Self::Revoked => "revoked",
            Self::Unverifiable => "unverifiable",
            Self::Attested => "attested",
        }
    }
}

/// A sign-off point with its roles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Its id, for example `go-no-go`.
    pub id: String,
    /// Its title, for example `Go/no-go`.
    pub title: String,
    /// Its verdict.
    pub verdict: PointVerdict,
    /// The verdict in one sentence, for example `2 failed and 9 open items keep this from being
    /// approved`. May be empty.
    pub verdict_note: String,
    /// SHA-256 of the record as it is now: 64 lower-case hex digits.
    pub record_digest: String,
    /// What it covers.
    pub covered: Covered,
    /// The policy in one line, for example `5 roles, distinct keys, the owner may not sign`.
    pub policy: String,
    /// Its roles in the order of the checklist.
    pub roles: Vec<Role>,
}

/// What a sign-off point covers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// How many items.
    pub count: usize,
    /// What they are, for example `44 items of Prepare`.
    pub text: String,
}

/// A role that signs a point, with its latest signature.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its name, for example `QA Lead`.
    pub role: String,
    /// Whether the latest signature counts.
    pub status: SignatureStatus,
    /// Why it stands so, for example `p99 latency < 500ms passed → failed since`. May be empty.
    pub status_note: String,
    /// The latest signature; none where nobody signed.
    pub signature: Option<Signature>,
    /// Earlier signatures of the role that no longer count, oldest first.
    pub earlier: Vec<Signature>,
}

/// One signature.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The signer's printed name.
    pub name: String,
    /// The principal claimed, for example `dana@example.com`.
    pub principal: String,
    /// What was decided.
    pub decision: Decision,
    /// The reason given. Empty when none.
    pub reason: String,
    /// The conditions made, each with its state, for example `fresh backup before 18:00 (open)`.
    pub conditions: Vec<String>,
    /// The exact meaning shown to the signer.
    pub meaning: String,
    /// What was looked at, for example `124 of 124`.
    pub looked_at: String,
    /// The local time as stated by the signer's laptop.
    pub stated_time: Moment,
    /// The key's fingerprint, for example `SHA256:u7Qm…`.
    pub fingerprint: String,
    /// SHA-256 of the record that was signed: 64 lower-case hex digits.
    pub record_digest: String,
    /// The bytes that verify it. None for an attestation.
    pub files: Option<SignedFiles>,
}

/// The exact bytes of one signature, for the appendix and for a stranger who verifies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedFiles {
    /// The in-toto statement that was signed.
    #[serde(with = "bytes")]
    pub statement: Vec<u8>,
    /// The detached SSHSIG over the statement, armored
    /// (`-----BEGIN SSH SIGNATURE-----`).
    pub signature: String,
    /// The SSHSIG namespace, for example `countersign.signoff.v1`.
    pub namespace: String,
    /// The record that the statement names by digest.
    #[serde(with = "bytes")]
    pub record: Vec<u8>,
    /// The signer's public key as one OpenSSH line, without a comment. May be empty.
    pub public_key: String,
}
