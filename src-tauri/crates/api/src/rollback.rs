//! The rollback track: activated, rehearsed, closed, or cancelled when it was a mistake.

use countersign_core::ledger::body::{RollbackActivated, RollbackCancelled, RollbackClosed};
use countersign_core::ledger::fold::{Activation, ActivationPhase};
use countersign_core::ledger::kind::Kind;

use crate::app::App;
use crate::new_run::given;
use crate::open_run::OpenRun;
use crate::wire::error::Problem;
use crate::wire::run::RunPatch;

impl App {
    /// Starts the rollback's clock, for real or as a rehearsal. Unfilled placeholders and contacts
    /// never keep a rollback from starting.
    ///
    /// # Errors
    /// `no-rollback`, `rollback-active`, or what the store says.
    pub fn rollback_activate(
        &self,
        run: &str,
        rehearsal: bool,
        reason: &str,
    ) -> Result<RunPatch, Problem> {
        let at = self.now();
        self.write(run, |open| {
            if open.outline().rollback.is_none() {
                return Err(
                    Problem::new("no-rollback", "the checklist has no rollback section")
                        .hint("Add a heading such as Rollback Procedure with its steps."),
                );
            }
            if active(open).is_some() {
                return Err(Problem::new(
                    "rollback-active",
                    "the rollback is already active",
                ));
            }
            Ok(vec![Kind::RollbackActivated(RollbackActivated {
                attempt: open.state.current_attempt(),
                rehearsal,
                at,
                reason: given(reason),
            })])
        })
    }

    /// Stops the clock: the rollback, or its rehearsal, is finished.
    ///
    /// # Errors
    /// `rollback-dormant`, or what the store says.
    pub fn rollback_close(&self, run: &str) -> Result<RunPatch, Problem> {
        let at = self.now();
        self.write(run, |open| {
            let activation = active(open).ok_or_else(dormant)?.id;
            Ok(vec![Kind::RollbackClosed(RollbackClosed {
                activation,
                at,
                note: None,
            })])
        })
    }

    /// Cancels an activation that was a mistake.
    ///
    /// # Errors
    /// `rollback-dormant`, `reason-needed`, or what the store says.
    pub fn rollback_cancel(&self, run: &str, reason: &str) -> Result<RunPatch, Problem> {
        let reason = given(reason)
            .ok_or_else(|| Problem::new("reason-needed", "say why the activation was a mistake"))?;
        self.write(run, |open| {
            let activation = active(open).ok_or_else(dormant)?.id;
            Ok(vec![Kind::RollbackCancelled(RollbackCancelled {
                activation,
                reason,
            })])
        })
    }
}

fn active(open: &OpenRun) -> Option<Activation> {
    open.state.active_rollback()
}

fn dormant() -> Problem {
    Problem::new("rollback-dormant", "the rollback is not active")
}

impl OpenRun {
    /// The activation whose steps can be worked on: the active one, or the last that was closed, so
    /// that its follow-up can be ticked after the clock has stopped.
    pub fn workable_activation(&self) -> Option<Activation> {
        let all = self.state.activations();
        active(self).or_else(|| {
            all.into_iter()
                .rfind(|past| past.phase == ActivationPhase::Closed)
        })
    }
}
