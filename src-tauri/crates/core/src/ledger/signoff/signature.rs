//! What a signature is worth.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::ledger::fold::{Act, RunState, SignoffState};
use crate::ledger::ident::Digest;
use crate::ledger::record::{Difference, Record, covered_difference};
use crate::ledger::statement::{Named, Predicate};

/// A statement with its signature, to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// The statement's bytes.
    pub statement: &'a [u8],
    /// The signature's bytes.
    pub signature: &'a [u8],
    /// What the statement says.
    pub predicate: &'a Predicate,
    /// The role that it claims.
    pub role: &'a Named,
    /// The name that it prints.
    pub name: &'a str,
    /// The principal that it claims.
    pub principal: Option<&'a str>,
    /// Local time with offset as it states.
    pub stated: &'a str,
    /// The event that carries it: who recorded it, and when.
    pub act: &'a Act,
}

/// What whoever holds the roster says about a signature. `key` is the fingerprint, `SHA256:…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyJudgement {
    /// The signature is good, and the roster lists the key for the person and the role.
    Trusted {
        /// The key.
        key: String,
    },
    /// The signature is good, but nobody vouches for the key.
    Unlisted {
        /// The key.
        key: String,
        /// Why, in a sentence.
        why: String,
    },
    /// The key was revoked.
    Revoked {
        /// The key.
        key: String,
    },
    /// The signature is not one over these bytes.
    Invalid {
        /// Why, in a sentence.
        why: String,
    },
}

impl KeyJudgement {
    /// The key's fingerprint; `None` where the signature is not good.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Trusted { key } | Self::Unlisted { key, .. } | Self::Revoked { key } => Some(key),
            Self::Invalid { .. } => None,
        }
    }
}

/// What the rules need from outside: judgement of keys, and the bytes of signed records.
pub trait Witness {
    /// Judges a signature.
    fn judge(&self, presented: Presented<'_>) -> KeyJudgement;
    /// The bytes of a signed record; `None` when they are not here.
    fn record(&self, digest: &Digest) -> Option<Vec<u8>>;
}

/// What a signature is worth. Of several the first of unverifiable, revoked, withdrawn, stale counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureStatus {
    /// It stands for what is covered now.
    Current,
    /// The header or a covered claim differs from what was signed.
    Stale,
    /// Its signer took it back.
    Withdrawn,
    /// Its key was revoked.
    Revoked,
    /// It cannot be told whose it is or what it covers.
    Unverifiable,
}

/// A sign-off and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignatureState {
    /// The sign-off.
    pub signoff: SignoffState,
    /// What it is worth.
    pub status: SignatureStatus,
    /// Why, in a sentence; empty where it is current.
    pub why: String,
    /// What was said about its key.
    pub judgement: KeyJudgement,
    /// What differs from what was signed.
    pub differences: Vec<Difference>,
    /// True when the same key signed for the same role again later.
    pub superseded: bool,
    /// For each of its conditions, who closed it.
    pub closed: Vec<Option<Act>>,
}

/// The signatures at a point in an attempt, in the one order, judged against the record that counts there.
#[must_use]
pub fn signatures(
    state: &RunState,
    point: &str,
    attempt: u32,
    record: &Record,
    witness: &dyn Witness,
) -> Vec<SignatureState> {
    let digest = record.seal().map(|(digest, _)| digest).ok();
    let mut all: Vec<SignatureState> = state
        .signoffs()
        .into_iter()
        .filter(|signoff| match &signoff.predicate {
            Some(predicate) => predicate.point.id == point && predicate.attempt == attempt,
            // What cannot be read belongs nowhere, and is shown at every point rather than at none.
            None => true,
        })
        .map(|signoff| judged(signoff, record, digest.as_ref(), witness))
        .collect();
    let mut latest: BTreeMap<(String, String), usize> = BTreeMap::new();
    for at in 0..all.len() {
        let slot = match (&all[at].signoff.predicate, all[at].judgement.key()) {
            (Some(predicate), Some(key)) => (key.to_owned(), predicate.role.id.clone()),
            _ => continue,
        };
        if let Some(earlier) = latest.insert(slot, at) {
            all[earlier].superseded = true;
        }
    }
    all
}

fn judged(
    signoff: SignoffState,
    record: &Record,
    digest: Option<&Digest>,
    witness: &dyn Witness,
) -> SignatureState {
    let state = |signoff, status, why: &str, judgement, differences, closed| SignatureState {
        signoff,
        status,
        why: why.to_owned(),
        judgement,
        differences,
        superseded: false,
        closed,
    };
    let Some(predicate) = signoff.predicate.clone() else {
        let why = "the signed bytes are not a sign-off of this run";
        return state(
            signoff,
            SignatureStatus::Unverifiable,
            why,
            KeyJudgement::Invalid {
                why: why.to_owned(),
            },
            Vec::new(),
            Vec::new(),
        );
    };
    let whole = Predicate::Signoff(predicate.clone());
    let judgement = witness.judge(Presented {
        statement: &signoff.statement,
        signature: &signoff.signature,
        predicate: &whole,
        role: &predicate.role,
        name: &predicate.name,
        principal: predicate.principal.as_deref(),
        stated: &predicate.time,
        act: &signoff.act,
    });
    let counts = |rider: &crate::ledger::fold::Rider,
                  role: &Named,
                  name: &str,
                  principal: Option<&str>,
                  stated: &str| {
        let Some(said) = &rider.predicate else {
            return false;
        };
        let by = witness.judge(Presented {
            statement: &rider.statement,
            signature: &rider.signature,
            predicate: said,
            role,
            name,
            principal,
            stated,
            act: &rider.act,
        });
        let same_key = by.key().is_some() && by.key() == judgement.key();
        // The same key, or one that the roster lists for the same role.
        same_key || (matches!(by, KeyJudgement::Trusted { .. }) && role.id == predicate.role.id)
    };
    let withdrawn = signoff
        .withdrawals
        .iter()
        .find_map(|rider| match &rider.predicate {
            Some(Predicate::Withdrawal(body)) => counts(
                rider,
                &body.role,
                &body.name,
                body.principal.as_deref(),
                &body.time,
            )
            .then(|| body.reason.clone()),
            _ => None,
        });
    let closed: Vec<Option<Act>> = (0..predicate.conditions.len())
        .map(|place| {
            signoff
                .closings
                .iter()
                .find_map(|(at, rider)| match &rider.predicate {
                    Some(Predicate::ConditionClosed(body))
                        if usize::try_from(*at) == Ok(place) && body.condition == *at =>
                    {
                        counts(
                            rider,
                            &body.role,
                            &body.name,
                            body.principal.as_deref(),
                            &body.time,
                        )
                        .then(|| rider.act.clone())
                    }
                    _ => None,
                })
        })
        .collect();
    let compared = if digest == Some(&signoff.record) {
        Ok(Vec::new())
    } else {
        witness
            .record(&signoff.record)
            .filter(|bytes| Digest::of(bytes) == signoff.record)
            .ok_or_else(|| "the record that was signed is not here".to_owned())
            .and_then(|bytes| covered_difference(&bytes, record).map_err(|e| e.to_string()))
    };
    let (status, why) = match (&judgement, &compared, withdrawn) {
        (KeyJudgement::Invalid { why } | KeyJudgement::Unlisted { why, .. }, ..) => {
            (SignatureStatus::Unverifiable, why.clone())
        }
        (_, Err(why), _) => (SignatureStatus::Unverifiable, why.clone()),
        (KeyJudgement::Revoked { .. }, ..) => {
            (SignatureStatus::Revoked, "its key was revoked".to_owned())
        }
        (_, _, Some(reason)) => (SignatureStatus::Withdrawn, reason),
        (_, Ok(differences), None) if !differences.is_empty() => (
            SignatureStatus::Stale,
            format!(
                "{} differ from what was signed",
                if differences.len() == 1 {
                    "1 thing".to_owned()
                } else {
                    format!("{} things", differences.len())
                }
            ),
        ),
        _ => (SignatureStatus::Current, String::new()),
    };
    state(
        signoff,
        status,
        &why,
        judgement,
        compared.unwrap_or_default(),
        closed,
    )
}
