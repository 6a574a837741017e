//! Greens that a signer should not take at face value. They block nothing; they are pointed out.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::Serialize;

use crate::ledger::ageing::Ageing;
use crate::ledger::body::{Finding, Scope, TypedValue};
use crate::ledger::fold::{ItemState, RunState, Status};
use crate::ledger::kind::Kind;
use crate::ledger::time::Timestamp;
use crate::outline::SignOffPoint;

/// As many ticks of one person in a row as are taken for one gesture.
const BULK: usize = 5;
/// The longest pause between two ticks of one gesture, in seconds.
const PAUSE_S: i64 = 2;

/// In what way a green is weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weakness {
    /// A probe passed within its warning band.
    Warned,
    /// Its verdict is too old.
    Stale,
    /// It was done in an earlier attempt, or ticked before this run.
    Carried,
    /// It is done on a person's word although it has a probe, and no probe has shown it.
    Unproven,
    /// One person ticked it together with many others within seconds.
    InBulk,
    /// The value that was entered breaks the item's own limit.
    AgainstLimit,
}

/// A green that is weak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WeakGreen {
    /// The item.
    pub item: String,
    /// In what ways, sorted.
    pub why: Vec<Weakness>,
}

/// The weak greens among what a point covers, in document order. What stands openly against a
/// probe (an override) is not among them: it has a reason and somebody who accepted it.
#[must_use]
pub fn weak_greens(
    state: &RunState,
    point: &SignOffPoint,
    attempt: u32,
    now: Timestamp,
) -> Vec<WeakGreen> {
    let scope = Scope::Attempt(attempt);
    let done: Vec<ItemState> = point
        .items
        .iter()
        .filter_map(|id| state.shown(id, &scope))
        .filter(|item| item.status == Status::Done)
        .map(std::borrow::Cow::into_owned)
        .collect();
    let bulk = ticked_in_bulk(state, &done);
    done.iter()
        .filter_map(|item| {
            let probed = !item.probes.is_empty() || broken(state, item);
            let unproven = probed
                && !item.marks.overridden
                && item.verdict.is_none_or(|verdict| verdict > Finding::Warn);
            let ways = [
                (item.marks.warned, Weakness::Warned),
                (
                    !Ageing::of(state, item, now).stale.is_empty(),
                    Weakness::Stale,
                ),
                (item.marks.carried, Weakness::Carried),
                (unproven, Weakness::Unproven),
                (bulk.contains(&item.id.as_str()), Weakness::InBulk),
                (against_limit(state, item), Weakness::AgainstLimit),
            ];
            let why: Vec<Weakness> = ways
                .into_iter()
                .filter_map(|(holds, way)| holds.then_some(way))
                .collect();
            (!why.is_empty()).then(|| WeakGreen {
                item: item.id.clone(),
                why,
            })
        })
        .collect()
}

/// Whether the item has a probe that cannot be read.
fn broken(state: &RunState, item: &ItemState) -> bool {
    state
        .outline_item(&item.id)
        .is_some_and(|known| !known.probe_errors.is_empty())
}

/// Whether the value that a person entered breaks the limit that the item states.
fn against_limit(state: &RunState, item: &ItemState) -> bool {
    let ask = state
        .outline_item(&item.id)
        .and_then(|known| known.asks_value.as_ref());
    match (ask, &item.value) {
        (Some(ask), Some(TypedValue::Quantity(value))) => {
            value.decimal().is_some_and(|number| !ask.allows(number))
        }
        _ => false,
    }
}

/// Items that one person ticked in one gesture: [`BULK`] or more, each within [`PAUSE_S`] of the
/// one before. Entries that say when the work was done (from paper, say) are none of them.
fn ticked_in_bulk<'a>(state: &RunState, done: &'a [ItemState]) -> Vec<&'a str> {
    let mut ticks: BTreeMap<&str, Vec<(Timestamp, &str)>> = BTreeMap::new();
    for item in done {
        let Some(by) = item.by.as_ref().filter(|by| by.performed_at.is_none()) else {
            continue;
        };
        let set = state.event(&by.event).map(|sealed| &sealed.event().kind);
        if matches!(set, Some(Kind::ItemStatus(_))) {
            let of_person = ticks.entry(by.author.identity()).or_default();
            of_person.push((by.time, &item.id));
        }
    }
    let mut found = Vec::new();
    for mut of_person in ticks.into_values() {
        of_person.sort_unstable();
        let pause = TimeDelta::seconds(PAUSE_S);
        for gesture in of_person.chunk_by(|a, b| b.0.since(a.0) <= pause) {
            if gesture.len() >= BULK {
                found.extend(gesture.iter().map(|(_, item)| *item));
            }
        }
    }
    found
}
