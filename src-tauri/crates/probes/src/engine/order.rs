//! Which job waits for which.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_core::probe::{Values, Verdict};
use tokio::sync::watch;

use super::{Awaited, Job, Leave, Left};
use crate::Secret;
use crate::kind::Obstacle;

/// Connects every job with those it waits for. One that waits for itself through others gets no
/// receiver for them, and so is told that they were not run instead of waiting for ever.
pub(super) fn wire(jobs: Vec<Job>) -> Vec<(Job, Vec<Awaited>, Leave)> {
    let mut senders: Vec<Leave> = Vec::new();
    let mut by_name: BTreeMap<String, watch::Receiver<Option<Left>>> = BTreeMap::new();
    let mut edges: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for job in &jobs {
        let (sender, receiver) = watch::channel(None);
        senders.push(sender);
        if let Some(name) = &job.probe.id {
            by_name.entry(name.clone()).or_insert(receiver);
            edges.insert(name.clone(), waits_for(job));
        }
    }
    jobs.into_iter()
        .zip(senders)
        .map(|(job, sender)| {
            let circular = job
                .probe
                .id
                .as_ref()
                .is_some_and(|name| reaches(&edges, name));
            let awaited = waits_for(&job)
                .into_iter()
                .map(|name| Awaited {
                    left: by_name.get(&name).filter(|_| !circular).cloned(),
                    reference: job.probe.reference.as_ref() == Some(&name),
                    name,
                })
                .collect();
            (job, awaited, sender)
        })
        .collect()
}

fn waits_for(job: &Job) -> Vec<String> {
    job.probe
        .needs
        .iter()
        .chain(&job.probe.reference)
        .cloned()
        .collect()
}

/// Whether a job waits for itself.
fn reaches(edges: &BTreeMap<String, Vec<String>>, own: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = vec![own];
    while let Some(name) = open.pop() {
        for next in edges.get(name).into_iter().flatten() {
            if next == own {
                return true;
            }
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}

/// What the awaited jobs left: everything captured, and the values of the one that is judged.
type Before = (BTreeMap<String, Secret>, Option<Arc<Values>>);

/// Waits for jobs to end. A needed one that is not good makes this one skipped.
pub(super) async fn wait(
    awaited: Vec<Awaited>,
    known: &BTreeMap<String, Verdict>,
) -> Result<Before, Obstacle> {
    let mut captures = BTreeMap::new();
    let mut referenced = None;
    for one in awaited {
        let left = match one.left {
            Some(mut receiver) => match receiver.wait_for(Option::is_some).await {
                Ok(left) => left.clone().unwrap_or_default(),
                Err(_) => Left::default(),
            },
            None => Left {
                verdict: known.get(&one.name).copied().filter(|_| !one.reference),
                ..Left::default()
            },
        };
        let Some(verdict) = left.verdict else {
            return Err(Obstacle::skipped(format!("`{}` was not run", one.name))
                .hint("run it together with this one"));
        };
        if one.reference {
            if left.values.metrics.is_empty() {
                return Err(Obstacle::undecided(format!(
                    "`{}` measured nothing",
                    one.name
                )));
            }
            referenced = Some(Arc::clone(&left.values));
        } else if !verdict.is_good() {
            let word = serde_json::to_value(verdict)
                .ok()
                .and_then(|word| word.as_str().map(str::to_owned))
                .unwrap_or_default();
            return Err(Obstacle::skipped(format!(
                "it needs `{}`, which came out as {word}",
                one.name
            )));
        }
        captures.extend(
            left.captures
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
    }
    Ok((captures, referenced))
}
