//! What time does to a run: functions of (state, now), outside the fold and outside the record.

use chrono::TimeDelta;
use chrono_tz::Tz;
use serde::Serialize;

use super::body::Scope;
use super::fold::{ItemState, ProbeResult, RunState, Status};
use super::ident::ProbeHash;
use super::pinned::PinnedProbe;
use super::time::Timestamp;
use crate::outline::{Item, Stage, due_at};

/// Why a verdict is too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Staleness {
    /// It is older than the probe's `fresh` allows.
    Aged,
    /// The release has changed since.
    OtherRelease,
    /// It was measured before the actual deployment.
    BeforeDeployment,
    /// It was measured in an earlier attempt.
    EarlierAttempt,
}

/// What time has done to an item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ageing {
    /// Its verdicts that are too old, in document order.
    pub stale: Vec<(ProbeHash, Staleness)>,
    /// True when its waiver holds no longer.
    pub waiver_expired: bool,
    /// When it is due: what a person set, else what its window says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// True when that has passed and the item is not resolved.
    pub overdue: bool,
    /// True when the window of its watch has ended and nothing has concluded it.
    pub watch_over: bool,
}

impl Ageing {
    /// What time has done to an item by `now`.
    #[must_use]
    pub fn of(state: &RunState, item: &ItemState, now: Timestamp) -> Self {
        let Some(outline) = state.outline_item(&item.id) else {
            return Self::default();
        };
        let stale = state
            .probes_of(&item.id)
            .filter_map(|probe| {
                let result = item
                    .probes
                    .iter()
                    .find(|known| known.probe == probe.probe)?
                    .result
                    .as_ref()?;
                staleness(state, outline, probe, &item.scope, result, now)
                    .map(|why| (probe.probe.clone(), why))
            })
            .collect();
        let waiver_expired = item.waived_until.is_some_and(|until| until <= now);
        let due = item.due.or_else(|| window_due(state, outline, &item.scope));
        let resolved = item.status.is_resolved() && !waiver_expired;
        Self {
            stale,
            waiver_expired,
            due,
            overdue: !resolved && due.is_some_and(|due| due < now),
            watch_over: item.status == Status::Watching
                && item.watch.as_ref().is_some_and(|watch| watch.until <= now),
        }
    }

    /// Whether anything about the item should be looked at again because of its age.
    #[must_use]
    pub fn has_aged(&self) -> bool {
        !self.stale.is_empty() || self.waiver_expired
    }
}

/// Why a result is too old by `now`; `None` while it is fresh.
///
/// A verdict stays fresh as long as the probe's `fresh` says. Where it says nothing, one of the
/// prepare stage lasts until the release changes. Deploy and watch verdicts from before the actual
/// deployment, and all from an earlier attempt, are asked for again.
#[must_use]
pub fn staleness(
    state: &RunState,
    item: &Item,
    probe: &PinnedProbe,
    scope: &Scope,
    result: &ProbeResult,
    now: Timestamp,
) -> Option<Staleness> {
    if result.scope != *scope {
        return Some(Staleness::EarlierAttempt);
    }
    let deployed = match scope {
        Scope::Attempt(number) => state.attempt(*number).deployed,
        Scope::Activation(_) => None,
    };
    if matches!(item.stage, Stage::Deploy | Stage::Watch)
        && deployed.is_some_and(|deployed| result.started < deployed)
    {
        return Some(Staleness::BeforeDeployment);
    }
    match probe.fresh_s {
        Some(fresh) => {
            let age = now.since(result.started).num_seconds();
            (u64::try_from(age).is_ok_and(|age| age > fresh)).then_some(Staleness::Aged)
        }
        None => (item.stage == Stage::Prepare && result.release != state.release().key())
            .then_some(Staleness::OtherRelease),
    }
}

/// When an item's window says that it is due: from the actual deployment where there was one, from
/// the planned one otherwise. `None` without a window or a time.
#[must_use]
pub fn window_due(state: &RunState, item: &Item, scope: &Scope) -> Option<Timestamp> {
    let window = item.window.as_ref()?;
    let planned = state.planned();
    let actual = match scope {
        Scope::Attempt(number) => state.attempt(*number).deployed,
        Scope::Activation(_) => None,
    };
    let deployment = actual.or_else(|| planned.map(|planned| planned.at))?;
    let zone: Tz = planned
        .and_then(|planned| planned.zone.parse().ok())
        .unwrap_or(Tz::UTC);
    Some(due_at(window, &deployment.utc().with_timezone(&zone)).into())
}

/// How long it is until the deployment; negative afterwards. Counts to the actual deployment of the
/// current attempt where there was one. `None` without a time.
#[must_use]
pub fn countdown(state: &RunState, now: Timestamp) -> Option<TimeDelta> {
    let deployment = state
        .attempt(state.current_attempt())
        .deployed
        .or_else(|| state.planned().map(|planned| planned.at))?;
    Some(deployment.since(now))
}
