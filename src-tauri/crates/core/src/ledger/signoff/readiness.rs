//! What keeps a sign-off point from being approved.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::ledger::ageing::Ageing;
use crate::ledger::body::{Finding, Scope};
use crate::ledger::fold::{AttemptPhase, ItemState, RunState, Status};
use crate::ledger::time::Timestamp;
use crate::outline::SignOffPoint;

/// In what way something hinders, from the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hindrance {
    /// The run can only be looked at.
    ReadOnly,
    /// A device's chain forked and nobody has acknowledged it.
    Fork,
    /// A register of the run holds differing values.
    RunConflict,
    /// A covered item holds differing values.
    Conflict,
    /// A covered item failed.
    Failed,
    /// A covered item is blocked.
    Blocked,
    /// A probe of a covered item could not say.
    Inconclusive,
    /// The window of a watch has ended without a result.
    WatchOver,
    /// A waiver holds no longer.
    WaiverExpired,
    /// A waiver or an override waits for acceptance.
    Proposed,
    /// A covered item is in progress.
    InProgress,
    /// A covered item is open.
    Open,
    /// A contact of the rollback track is not filled.
    ContactMissing,
    /// A placeholder of the rollback track is not filled.
    PlaceholderMissing,
}

/// One thing that keeps a point from being approved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Blocker {
    /// In what way.
    pub how: Hindrance,
    /// The item, contact, placeholder, device or register; absent for the run as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

/// What keeps a point from being approved, and how much it covers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// What keeps it back: run-wide things first, then items in document order.
    pub blockers: Vec<Blocker>,
    /// How many of each.
    pub counts: BTreeMap<Hindrance, usize>,
    /// Covered items.
    pub covered: usize,
    /// Covered items about which nothing more has to be done.
    pub resolved: usize,
    /// Work items that the point does not cover.
    pub later: usize,
}

/// What keeps a point from being approved in an attempt at `now`.
#[must_use]
pub fn readiness(
    state: &RunState,
    point: &SignOffPoint,
    attempt: u32,
    now: Timestamp,
) -> Readiness {
    let scope = Scope::Attempt(attempt);
    let mut blockers: Vec<Blocker> = Vec::new();
    let mut block = |how, what: Option<String>| blockers.push(Blocker { how, what });
    if state.read_only().is_some() {
        block(Hindrance::ReadOnly, None);
    }
    for fork in state.forks().into_iter().filter(|fork| !fork.acknowledged) {
        block(Hindrance::Fork, Some(fork.device.to_string()));
    }
    for conflict in state.run_conflicts() {
        block(Hindrance::RunConflict, Some(conflict.register));
    }
    let before_deployment = state.attempt(attempt).phase < AttemptPhase::Deployed;
    let items: Vec<Cow<'_, ItemState>> = point
        .items
        .iter()
        .filter_map(|id| state.shown(id, &scope))
        .collect();
    let mut resolved = 0;
    for item in &items {
        match hindrance(state, item, before_deployment, now) {
            Some(how) => block(how, Some(item.id.clone())),
            None => resolved += 1,
        }
    }
    if state.policy_of(point).rollback_ready
        && let Some(outline) = state.outline()
        && let Some(rollback) = &outline.rollback
    {
        for contact in state
            .contacts()
            .into_iter()
            .filter(|contact| contact.value.is_none())
        {
            block(Hindrance::ContactMissing, Some(contact.id));
        }
        let unfilled = state
            .placeholders()
            .into_iter()
            .filter(|placeholder| placeholder.value.is_none());
        for placeholder in
            unfilled.filter(|placeholder| rollback.placeholders.contains(&placeholder.id))
        {
            block(Hindrance::PlaceholderMissing, Some(placeholder.id));
        }
    }
    let mut counts = BTreeMap::new();
    for blocker in &blockers {
        *counts.entry(blocker.how).or_insert(0) += 1;
    }
    let work = state
        .outline()
        .map_or(0, |outline| outline.work_items().count());
    Readiness {
        blockers,
        counts,
        covered: items.len(),
        resolved,
        later: work.saturating_sub(items.len()),
    }
}

fn hindrance(
    state: &RunState,
    item: &ItemState,
    before_deployment: bool,
    now: Timestamp,
) -> Option<Hindrance> {
    if item.marks.conflict {
        return Some(Hindrance::Conflict);
    }
    let ageing = Ageing::of(state, item, now);
    if ageing.waiver_expired {
        return Some(Hindrance::WaiverExpired);
    }
    // What the profile puts after the deployment keeps nobody from deploying, unless it went wrong.
    let deferred = item.marks.deferred && before_deployment;
    match item.status {
        Status::Done | Status::NotApplicable | Status::Waived => None,
        Status::Failed => Some(Hindrance::Failed),
        Status::Blocked => Some(Hindrance::Blocked),
        Status::Watching => ageing.watch_over.then_some(Hindrance::WatchOver),
        Status::Open | Status::InProgress if deferred => None,
        Status::InProgress => Some(Hindrance::InProgress),
        Status::Open if item.marks.proposed => Some(Hindrance::Proposed),
        Status::Open => match item.verdict {
            Some(Finding::Inconclusive | Finding::Error | Finding::Skipped) => {
                Some(Hindrance::Inconclusive)
            }
            _ => Some(Hindrance::Open),
        },
    }
}
