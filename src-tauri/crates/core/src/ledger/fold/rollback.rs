//! Activations of the rollback track.

use serde::Serialize;

use super::RunState;
use super::item::Act;
use crate::ledger::ident::EventId;
use crate::ledger::kind::Kind;
use crate::ledger::time::Timestamp;

/// How far an activation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivationPhase {
    /// Its clock runs.
    Active,
    /// It was finished.
    Closed,
    /// It was made by mistake.
    Cancelled,
}

/// A rollback, or its rehearsal. Its steps are items in the scope of its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Activation {
    /// Its id: the event that began it.
    pub id: EventId,
    /// Who began it.
    pub act: Act,
    /// The attempt it belongs to.
    pub attempt: u32,
    /// True when it is only rehearsed.
    pub rehearsal: bool,
    /// When its clock started.
    pub at: Timestamp,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How far it has come.
    pub phase: ActivationPhase,
    /// When it was finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// What it came to, or why it was a mistake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl RunState {
    /// All activations, in the one order.
    #[must_use]
    pub fn activations(&self) -> Vec<Activation> {
        self.listed("rollback.activated")
            .filter_map(|ix| {
                let Kind::RollbackActivated(body) = &self.order.sealed(ix).event().kind else {
                    return None;
                };
                let id = self.order.sealed(ix).id().clone();
                let cancelled = self.listed("rollback.cancelled").find_map(|other| {
                    match &self.order.sealed(other).event().kind {
                        Kind::RollbackCancelled(body) if body.activation == id => {
                            Some(body.reason.clone())
                        }
                        _ => None,
                    }
                });
                let closed = self.listed("rollback.closed").find_map(|other| {
                    match &self.order.sealed(other).event().kind {
                        Kind::RollbackClosed(body) if body.activation == id => {
                            Some((body.at, body.note.clone()))
                        }
                        _ => None,
                    }
                });
                let phase = match (&cancelled, &closed) {
                    (Some(_), _) => ActivationPhase::Cancelled,
                    (None, Some(_)) => ActivationPhase::Closed,
                    (None, None) => ActivationPhase::Active,
                };
                let (closed_at, closing_note) = closed.unzip();
                Some(Activation {
                    act: self.act(ix),
                    id,
                    attempt: body.attempt,
                    rehearsal: body.rehearsal,
                    at: body.at,
                    reason: body.reason.clone(),
                    phase,
                    closed_at,
                    note: cancelled.or(closing_note.flatten()),
                })
            })
            .collect()
    }

    /// The activation whose clock runs; of several, the last of the one order.
    #[must_use]
    pub fn active_rollback(&self) -> Option<Activation> {
        self.activations()
            .into_iter()
            .rfind(|activation| activation.phase == ActivationPhase::Active)
    }
}
