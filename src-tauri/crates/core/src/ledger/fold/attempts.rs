//! Attempts at the deployment.

use std::collections::BTreeSet;

use serde::Serialize;

use super::RunState;
use super::key::Key;
use crate::ledger::body::{Outcome, Scope};
use crate::ledger::ident::EventId;
use crate::ledger::kind::Kind;
use crate::ledger::time::Timestamp;

/// How far an attempt has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptPhase {
    /// The deployment work has not begun.
    Preparing,
    /// The deployment work goes on.
    Started,
    /// The release is live.
    Deployed,
    /// It is over.
    Ended,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// How.
    pub outcome: Outcome,
    /// When, as people say.
    pub at: Timestamp,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The event that says so.
    pub event: EventId,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// Its number, from 1.
    pub number: u32,
    /// How far it has come.
    pub phase: AttemptPhase,
    /// When the deployment work began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// The actual deployment time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployed: Option<Timestamp>,
    /// The event that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployed_by: Option<EventId>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

impl RunState {
    /// The number of the attempt that goes on, or went on last. The opening opens attempt 1; a number
    /// counts only when every number before it was opened too.
    #[must_use]
    pub fn current_attempt(&self) -> u32 {
        let opened: BTreeSet<u32> = self
            .listed("attempt.opened")
            .filter_map(|ix| match &self.order.sealed(ix).event().kind {
                Kind::AttemptOpened(body) => Some(body.attempt),
                _ => None,
            })
            .collect();
        let mut current = 1;
        while opened.contains(&(current + 1)) {
            current += 1;
        }
        current
    }

    /// The life of work items that goes on.
    #[must_use]
    pub fn current_scope(&self) -> Scope {
        Scope::Attempt(self.current_attempt())
    }

    /// One attempt.
    #[must_use]
    pub fn attempt(&self, number: u32) -> Attempt {
        let moment = |key: &Key| match self.value(key) {
            Some((Kind::AttemptStarted(body) | Kind::AttemptDeployed(body), ix)) => {
                Some((body.at, self.order.sealed(ix).id().clone()))
            }
            _ => None,
        };
        let started = moment(&Key::Started(number));
        let deployed = moment(&Key::Deployed(number));
        let ended = match self.value(&Key::Ended(number)) {
            Some((Kind::AttemptEnded(body), ix)) => Some(Ended {
                outcome: body.outcome,
                at: body.at,
                reason: body.reason.clone(),
                event: self.order.sealed(ix).id().clone(),
            }),
            _ => None,
        };
        let phase = match (&started, &deployed, &ended) {
            (_, _, Some(_)) => AttemptPhase::Ended,
            (_, Some(_), _) => AttemptPhase::Deployed,
            (Some(_), ..) => AttemptPhase::Started,
            _ => AttemptPhase::Preparing,
        };
        let (deployed, deployed_by) = deployed.unzip();
        Attempt {
            number,
            phase,
            started: started.map(|(at, _)| at),
            deployed,
            deployed_by,
            ended,
        }
    }

    /// All attempts, from the first.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt> {
        (1..=self.current_attempt())
            .map(|number| self.attempt(number))
            .collect()
    }

    /// How the run ended; `None` while it goes on. A new attempt makes it go on again.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.attempt(self.current_attempt())
            .ended
            .map(|ended| ended.outcome)
    }
}
