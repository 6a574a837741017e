//! One measurement for several items: a `ref` runs with the probe that it judges, and that probe
//! with all its refs.

use std::collections::BTreeSet;

use countersign_core::probe::Named;

use super::chosen::Chosen;

/// Marks, beside the probes that are wanted, those that they judge and those that judge them.
pub(super) fn join(probes: &[&Named<'_>], wanted: &mut [bool]) {
    loop {
        let held = |at: usize| wanted.get(at).copied().unwrap_or_default();
        let chosen = || {
            let all = probes.iter().enumerate();
            all.filter(|(at, _)| held(*at)).map(|(_, named)| *named)
        };
        let names: BTreeSet<&str> = chosen().flat_map(|one| one.names.iter().copied()).collect();
        let judged: BTreeSet<&str> = chosen()
            .filter_map(|one| one.probe.reference.as_deref())
            .collect();
        let more: Vec<usize> = probes
            .iter()
            .enumerate()
            .filter(|(at, named)| {
                let is_judged = named.names.iter().any(|name| judged.contains(name));
                let reference = named.probe.reference.as_deref();
                let judges = reference.is_some_and(|name| names.contains(name));
                !held(*at) && (is_judged || judges)
            })
            .map(|(at, _)| at)
            .collect();
        if more.is_empty() {
            return;
        }
        for at in more {
            if let Some(flag) = wanted.get_mut(at) {
                *flag = true;
            }
        }
    }
}

/// Leaves out every `ref` whose measuring probe neither runs nor has `measured` before, as one that
/// changes state in a run of many: nobody asked, and it could only say that. One whose item was
/// named says so.
pub(super) fn keep_answerable(chosen: &mut Vec<Chosen>, measured: &BTreeSet<String>) {
    loop {
        let names: BTreeSet<String> = chosen.iter().flat_map(|one| one.called.clone()).collect();
        let before = chosen.len();
        chosen.retain(|one| {
            let judged = one.probe.reference.as_ref();
            one.by_name || judged.is_none_or(|name| names.contains(name) || measured.contains(name))
        });
        if chosen.len() == before {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
