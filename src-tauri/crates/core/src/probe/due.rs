//! When a probe is due, as pure functions of what is known and the time that is passed in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::unit::Quantity;
use super::value::Verdict;
use crate::outline::Stage;

/// The state of the run that decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// The furthest stage the run has reached. Before an attempt starts this is prepare; a started
    /// attempt has reached deploy; a deployed one watch; an ended one review.
    pub reached: Stage,
    /// When the current attempt was actually deployed.
    pub deployed_at: Option<DateTime<Utc>>,
    /// What the release is right now: its version and commit in one text. A prepare verdict lasts
    /// until this changes.
    pub release: String,
    /// Now.
    pub now: DateTime<Utc>,
}

/// The last observation of a probe in the current attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// What it said.
    pub verdict: Verdict,
    /// Whether it was a rehearsal.
    pub rehearsal: bool,
    /// [`Occasion::release`] at that time.
    pub release: String,
    /// The hash of the probe that made it.
    pub probe_hash: String,
}

/// Whether running a probe now is due, a rehearsal, or not needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// Its stage is reached and nothing fresh is known: "Run probes" runs it.
    Due,
    /// Its stage is not reached: it may be run, is marked so and never turns anything green.
    Rehearsal,
    /// A fresh good verdict is known.
    Fresh,
}

/// When a probe of an item in `stage` is to be run (`DESIGN.md`, Probes, When).
///
/// A good verdict stays fresh as long as `fresh` says. Where it says nothing, one of the prepare
/// stage lasts until the release changes, and a later one lasts until the attempt is deployed anew.
/// Deploy and watch verdicts from before the actual deployment never count.
#[must_use]
pub fn timing(
    stage: Stage,
    probe_hash: &str,
    fresh: Option<Quantity>,
    occasion: &Occasion,
    last: Option<&Seen>,
) -> Timing {
    if stage > occasion.reached {
        return Timing::Rehearsal;
    }
    let Some(last) = last else {
        return Timing::Due;
    };
    let from_before = stage != Stage::Prepare
        && occasion
            .deployed_at
            .is_some_and(|deployed| last.at < deployed);
    let aged = match fresh.and_then(Quantity::as_duration) {
        Some(length) => {
            let age = occasion.now.signed_duration_since(last.at);
            age.to_std().is_ok_and(|age| age > length)
        }
        None => stage == Stage::Prepare && last.release != occasion.release,
    };
    if last.rehearsal
        || !last.verdict.is_good()
        || last.probe_hash != probe_hash
        || from_before
        || aged
    {
        Timing::Due
    } else {
        Timing::Fresh
    }
}

#[cfg(test)]
mod tests;
