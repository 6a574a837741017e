//! One measurement for several items: a `ref` runs with the probe that it judges, and that probe
//! with all its refs.

use std::collections::BTreeSet;

use countersign_core::probe::Probe;

use super::chosen::Chosen;

/// Marks, beside the probes that are wanted, those that they judge and those that judge them.
pub(super) fn join(probes: &[&Probe], wanted: &mut [bool]) {
    loop {
        let held = |at: usize| wanted.get(at).copied().unwrap_or_default();
        let ids: BTreeSet<&str> = named(probes, &held, |probe| probe.id.as_deref());
        let judged: BTreeSet<&str> = named(probes, &held, |probe| probe.reference.as_deref());
        let more: Vec<usize> = probes
            .iter()
            .enumerate()
            .filter(|(at, probe)| {
                let is_judged = probe.id.as_deref().is_some_and(|id| judged.contains(id));
                let judges = probe
                    .reference
                    .as_deref()
                    .is_some_and(|id| ids.contains(id));
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

fn named<'a>(
    probes: &[&'a Probe],
    held: &dyn Fn(usize) -> bool,
    name: fn(&Probe) -> Option<&str>,
) -> BTreeSet<&'a str> {
    probes
        .iter()
        .enumerate()
        .filter(|(at, _)| held(*at))
        .filter_map(|(_, probe)| name(probe))
        .collect()
}

/// Leaves out every `ref` whose measuring probe does not run, as one that changes state in a run of
/// many: a result that it has stays, instead of being followed by "was not run".
pub(super) fn keep_answerable(chosen: &mut Vec<Chosen>) {
    loop {
        let ids: BTreeSet<String> = chosen
            .iter()
            .filter_map(|one| one.probe.id.clone())
            .collect();
        let before = chosen.len();
        chosen.retain(|one| {
            let judged = one.probe.reference.as_ref();
            judged.is_none_or(|id| ids.contains(id))
        });
        if chosen.len() == before {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
