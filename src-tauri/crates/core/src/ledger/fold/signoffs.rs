//! Sign-offs, withdrawals, closed conditions and attestations as the ledger holds them.
//!
//! Whether a signature is good is judged by whoever holds the keys; here it is only read.

use serde::Serialize;

use super::RunState;
use super::item::Act;
use super::order::Ix;
use crate::ledger::body::Attested;
use crate::ledger::ident::{Digest, EventId};
use crate::ledger::kind::Kind;
use crate::ledger::statement::{Predicate, SignoffPredicate, Statement};

/// A withdrawal or a closed condition: an event with its own statement and signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rider {
    /// Who recorded it, and when.
    pub act: Act,
    /// What was signed; absent when the bytes are not a statement about this sign-off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicate: Option<Predicate>,
    /// The statement's bytes.
    #[serde(skip)]
    pub statement: Vec<u8>,
    /// The signature's bytes.
    #[serde(skip)]
    pub signature: Vec<u8>,
}

/// A sign-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignoffState {
    /// Its id: the event that carries it.
    pub id: EventId,
    /// Who recorded it, and when.
    pub act: Act,
    /// The record that was signed.
    pub record: Digest,
    /// What was signed; absent when the bytes are not a sign-off of this run and this record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicate: Option<SignoffPredicate>,
    /// The statement's bytes.
    #[serde(skip)]
    pub statement: Vec<u8>,
    /// The signature's bytes.
    #[serde(skip)]
    pub signature: Vec<u8>,
    /// Withdrawals, in the one order. They count when their key may.
    pub withdrawals: Vec<Rider>,
    /// Closings of its conditions with the condition's place, in the one order.
    pub closings: Vec<(u32, Rider)>,
}

/// An attestation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttestationState {
    /// Who recorded it, and when.
    pub act: Act,
    /// What was recorded.
    pub attested: Attested,
}

impl RunState {
    /// All sign-offs, in the one order.
    #[must_use]
    pub fn signoffs(&self) -> Vec<SignoffState> {
        self.listed("signoff.made")
            .filter_map(|ix| self.signoff_at(ix))
            .collect()
    }

    fn signoff_at(&self, ix: Ix) -> Option<SignoffState> {
        let Kind::SignedOff(body) = &self.order.sealed(ix).event().kind else {
            return None;
        };
        let id = self.order.sealed(ix).id().clone();
        let predicate = match Statement::read(body.statement.bytes()) {
            Ok(Statement {
                record,
                predicate: Predicate::Signoff(predicate),
                ..
            }) => (record == body.record && Some(&predicate.run) == self.run().as_ref())
                .then_some(predicate),
            _ => None,
        };
        let withdrawals = self.listed("signoff.withdrawn").filter_map(|other| {
            match &self.order.sealed(other).event().kind {
                Kind::SignoffWithdrawn(rider) if rider.signoff == id => Some(self.rider(
                    other,
                    rider.statement.bytes(),
                    rider.signature.bytes(),
                    &body.record,
                    &id,
                )),
                _ => None,
            }
        });
        let closings = self.listed("signoff.condition_closed").filter_map(|other| {
            match &self.order.sealed(other).event().kind {
                Kind::ConditionClosed(rider) if rider.signoff == id => Some((
                    rider.condition,
                    self.rider(
                        other,
                        rider.statement.bytes(),
                        rider.signature.bytes(),
                        &body.record,
                        &id,
                    ),
                )),
                _ => None,
            }
        });
        Some(SignoffState {
            act: self.act(ix),
            record: body.record.clone(),
            predicate,
            statement: body.statement.bytes().to_vec(),
            signature: body.signature.bytes().to_vec(),
            withdrawals: withdrawals.collect(),
            closings: closings.collect(),
            id,
        })
    }

    fn rider(
        &self,
        ix: Ix,
        statement: &[u8],
        signature: &[u8],
        record: &Digest,
        signoff: &EventId,
    ) -> Rider {
        let read = Statement::read(statement)
            .ok()
            .filter(|statement| statement.record == *record)
            .map(|statement| statement.predicate);
        let predicate = read.filter(|predicate| match predicate {
            Predicate::Signoff(_) => false,
            Predicate::Withdrawal(body) => {
                body.signoff == *signoff && Some(&body.run) == self.run().as_ref()
            }
            Predicate::ConditionClosed(body) => {
                body.signoff == *signoff && Some(&body.run) == self.run().as_ref()
            }
        });
        Rider {
            act: self.act(ix),
            predicate,
            statement: statement.to_vec(),
            signature: signature.to_vec(),
        }
    }

    /// Attestations, in the one order.
    #[must_use]
    pub fn attestations(&self) -> Vec<AttestationState> {
        self.listed("attestation.recorded")
            .filter_map(|ix| match &self.order.sealed(ix).event().kind {
                Kind::Attested(body) => Some(AttestationState {
                    act: self.act(ix),
                    attested: body.clone(),
                }),
                _ => None,
            })
            .collect()
    }
}
