//! What probes found, and which of it counts.
//!
//! Observations never conflict: of the causally maximal ones the worst counts.

use super::order::{Ix, Order};
use crate::ledger::body::{Finding, Observation, WatchPart};
use crate::ledger::kind::Kind;
use crate::ledger::pinned::Proof;

/// All observations of one probe of one item in one of its lives.
#[derive(Clone, Debug, Default)]
pub(super) struct Observations {
    all: Vec<Ix>,
    heads: Vec<Ix>,
}

impl Observations {
    pub(super) fn add(&mut self, order: &Order, ix: Ix) {
        self.heads.retain(|head| !order.reaches(ix, *head));
        self.heads.push(ix);
        self.all.push(ix);
    }

    /// The causally maximal ones.
    pub(super) fn heads(&self) -> &[Ix] {
        &self.heads
    }

    /// The causally maximal ones among the ancestors of `event`.
    pub(super) fn heads_before(&self, order: &Order, event: Ix) -> Vec<Ix> {
        if self.heads.iter().all(|head| order.reaches(event, *head)) {
            return self.heads.clone();
        }
        let mut heads: Vec<Ix> = Vec::new();
        for ix in self
            .all
            .iter()
            .copied()
            .filter(|ix| order.reaches(event, *ix))
        {
            heads.retain(|head| !order.reaches(ix, *head));
            heads.push(ix);
        }
        heads
    }
}

/// The body of the observation at `ix`.
pub(super) fn observation(order: &Order, ix: Ix) -> Option<&Observation> {
    match &order.sealed(ix).event().kind {
        Kind::Observation(body) => Some(body),
        _ => None,
    }
}

/// The worst of several observations; of equally bad ones the last of the one order.
pub(super) fn worst(order: &Order, heads: &[Ix]) -> Option<Ix> {
    heads
        .iter()
        .copied()
        .filter_map(|ix| observation(order, ix).map(|body| (rank(body), ix)))
        .max_by(|a, b| {
            a.0.cmp(&b.0)
                .then_with(|| order.key(a.1).cmp(&order.key(b.1)))
        })
        .map(|(_, ix)| ix)
}

/// An interim pass is worse than a pass: its window goes on.
fn rank(body: &Observation) -> (Finding, bool) {
    (body.verdict, body.watch == Some(WatchPart::Interim))
}

/// What the probes of an item say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// No probe of the item has been run, or it has none.
    Nothing,
    /// This verdict, from all of its probes.
    Verdict(Finding),
    /// Some have passed, others were not run yet.
    Partly,
    /// So far good, but a window goes on.
    Watching,
}

/// Joins what each probe of an item says; `None` for one that was not run.
pub(super) fn joined(probes: impl Iterator<Item = Option<(Finding, Option<WatchPart>)>>) -> Said {
    let mut worst: Option<Finding> = None;
    let (mut missing, mut watching) = (false, false);
    for probe in probes {
        match probe {
            None => missing = true,
            Some((verdict, part)) => {
                watching |= part == Some(WatchPart::Interim) && verdict <= Finding::Warn;
                worst = worst.max(Some(verdict));
            }
        }
    }
    match worst {
        None => Said::Nothing,
        Some(verdict) if verdict > Finding::Warn => Said::Verdict(verdict),
        Some(_) if watching => Said::Watching,
        Some(_) if missing => Said::Partly,
        Some(verdict) => Said::Verdict(verdict),
    }
}

/// What that means for the item's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Implied {
    /// Nothing was measured: a person's word stands alone.
    Silent,
    /// Done, proved by a probe.
    Done,
    /// Measured and good; a person's word is still needed.
    NeedsWord,
    /// Failed.
    Failed,
    /// It was tried, and it says nothing good: open.
    Open,
    /// None of the probes that keep it from being good measured anything: open until a person speaks.
    Unmeasured,
    /// Its window goes on.
    Watching,
}

/// The status that a verdict implies: pass or warn is done, fail is failed, all else open. `measured`
/// is false when every result that is worse than warn measured nothing.
pub(super) fn implied(said: Said, proof: Proof, measured: bool) -> Implied {
    match said {
        Said::Nothing | Said::Partly => Implied::Silent,
        Said::Watching => Implied::Watching,
        Said::Verdict(Finding::Pass | Finding::Warn) if proof == Proof::Part => Implied::NeedsWord,
        Said::Verdict(Finding::Pass | Finding::Warn) => Implied::Done,
        Said::Verdict(Finding::Fail) => Implied::Failed,
        Said::Verdict(Finding::Error | Finding::Inconclusive | Finding::Skipped) if measured => {
            Implied::Open
        }
        Said::Verdict(Finding::Error | Finding::Inconclusive | Finding::Skipped) => {
            Implied::Unmeasured
        }
    }
}
