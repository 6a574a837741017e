//! What the probes of one checklist say about each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{error, expression_error, hinted};
use crate::diagnostic::Diagnostic;
use crate::probe::kinds;
use crate::probe::model::Probe;
use crate::probe::schema::declared_unit;

/// A probe with everything that `needs` and `ref` of others may call it.
#[derive(Clone, Debug)]
pub struct Named<'a> {
    /// The probe.
    pub probe: &'a Probe,
    /// Its own id first, where it has one; then its item's id and number, where the item has no
    /// other probe that measures.
    pub names: Vec<&'a str>,
}

impl<'a> Named<'a> {
    /// A probe that only its own id names.
    #[must_use]
    pub fn by_id(probe: &'a Probe) -> Self {
        Self {
            probe,
            names: probe.id.as_deref().into_iter().collect(),
        }
    }

    fn waits_for(&self) -> impl Iterator<Item = &'a str> {
        let needed = self.probe.needs.iter().map(String::as_str);
        needed.chain(self.probe.reference.as_deref())
    }
}

/// Checks that ids are used once, `needs` and `ref` name a probe that exists, nothing waits for
/// itself, and the conditions of a `ref` fit what the probe it names measures.
#[must_use]
pub fn link(probes: &[Named<'_>]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, named) in probes.iter().enumerate() {
        if let Some(name) = named.probe.id.as_deref()
            && by_name.insert(name, at).is_some()
        {
            diagnostics.push(error(
                "probe-duplicate-id",
                format!("another probe has the id `{name}` already"),
                named.probe.place,
            ));
        }
    }
    // A probe's own id counts more than an item that happens to be called the same.
    for (at, named) in probes.iter().enumerate() {
        for name in &named.names {
            by_name.entry(name).or_insert(at);
        }
    }
    let find = |name: &str| by_name.get(name).and_then(|at| probes.get(*at));
    for (at, named) in probes.iter().enumerate() {
        let probe = named.probe;
        for name in named.waits_for() {
            if find(name).is_none() {
                diagnostics.push(hinted(
                    "probe-unknown-id",
                    format!("no probe has the id `{name}`"),
                    probe.place,
                    format!("give the other probe `id: {name}`, or name its item"),
                ));
            }
        }
        if let Some(measuring) = probe.reference.as_deref().and_then(find)
            && let Some(schema) = kinds::schema(&measuring.probe.kind)
        {
            let unit = declared_unit(&measuring.probe.fields);
            for condition in probe.expect.iter().chain(&probe.warn) {
                if let Err(wrong) = condition.check(schema, unit) {
                    diagnostics.push(expression_error(wrong, probe.place));
                }
            }
        }
        if waits_for_itself(probes, &by_name, at) {
            diagnostics.push(error(
                "probe-circle",
                "this probe waits for itself through `needs` or `ref`",
                probe.place,
            ));
        }
    }
    diagnostics
}

fn waits_for_itself(probes: &[Named<'_>], by_name: &BTreeMap<&str, usize>, own: usize) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![own];
    while let Some(at) = open.pop() {
        let next = probes.get(at).into_iter().flat_map(Named::waits_for);
        for next in next.filter_map(|name| by_name.get(name)) {
            if *next == own {
                return true;
            }
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    false
}
