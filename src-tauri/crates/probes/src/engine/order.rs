//! Which job waits for which.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_core::probe::{Condition, Measured, Values, Verdict};
use tokio::sync::watch;

use super::left::{Awaited, Leave, Left};
use super::queue::Wait;
use super::{Job, Progress, Shared};
use crate::Secret;
use crate::kind::Obstacle;

/// What is known of a probe that is not among the jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its last verdict.
    pub verdict: Verdict,
    /// What it measured then.
    pub values: Vec<Measured>,
    /// Why that may not be judged again, where it may not: it is too old, or of another version.
    pub unusable: Option<String>,
}

/// By job, every condition that is judged by what it measures: its own, and those of jobs that refer
/// to it.
pub(super) fn asked(jobs: &[Job]) -> BTreeMap<String, Vec<Condition>> {
    let named = jobs
        .iter()
        .flat_map(|job| job.names.iter().map(move |name| (name.as_str(), job)));
    let named: BTreeMap<&str, &Job> = named.rev().collect();
    let mut asked: BTreeMap<String, Vec<Condition>> = BTreeMap::new();
    for job in jobs {
        let measures = match &job.probe.reference {
            Some(name) => named.get(name.as_str()).copied(),
            None => Some(job),
        };
        if let Some(measures) = measures {
            let conditions = job.plan.expect.iter().chain(&job.plan.warn);
            let of_it = asked.entry(measures.id.clone()).or_default();
            of_it.extend(conditions.cloned());
        }
    }
    asked
}

/// Connects every job with those it waits for. One that waits for itself through others gets no
/// receiver for them, and so is told that they were not run instead of waiting for ever.
pub(super) fn wire(jobs: Vec<Job>) -> Vec<(Job, Vec<Awaited>, Leave)> {
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    for (at, job) in jobs.iter().enumerate() {
        for name in &job.names {
            by_name.entry(name.clone()).or_insert(at);
        }
    }
    let edges: Vec<Vec<usize>> = jobs
        .iter()
        .map(|job| {
            let named = waits_for(job).filter_map(|name| by_name.get(name));
            named.copied().collect()
        })
        .collect();
    let (senders, receivers): (Vec<Leave>, Vec<_>) =
        jobs.iter().map(|_| watch::channel(None)).unzip();
    jobs.into_iter()
        .zip(senders)
        .enumerate()
        .map(|(at, (job, sender))| {
            let circular = reaches(&edges, at);
            let receiver = |name: &str| receivers.get(*by_name.get(name)?).cloned();
            let awaited = waits_for(&job)
                .map(|name| Awaited {
                    left: receiver(name).filter(|_| !circular),
                    reference: job.probe.reference.as_deref() == Some(name),
                    name: name.to_owned(),
                })
                .collect();
            (job, awaited, sender)
        })
        .collect()
}

fn waits_for(job: &Job) -> impl Iterator<Item = &str> {
    let needed = job.probe.needs.iter().map(String::as_str);
    needed.chain(job.probe.reference.as_deref())
}

/// Whether a job waits for itself.
fn reaches(edges: &[Vec<usize>], own: usize) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![own];
    while let Some(at) = open.pop() {
        for next in edges.get(at).into_iter().flatten() {
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

/// What the awaited jobs left: everything captured, and the values of the one that is judged.
type Before = (BTreeMap<String, Secret>, Option<Arc<Values>>);

impl Shared {
    /// Waits for what a job needs. A needed probe that is not good makes it skipped; one that it
    /// judges and that measured nothing usable leaves it undecided.
    pub(super) async fn before(
        &self,
        job: &Job,
        awaited: Vec<Awaited>,
    ) -> Result<Before, Obstacle> {
        let mut captures = BTreeMap::new();
        let mut referenced = None;
        for one in awaited {
            let left = match one.left {
                Some(mut receiver) => {
                    if receiver.borrow().is_none() {
                        self.tell(Progress::Waiting {
                            id: job.id.clone(),
                            wait: Wait::Need {
                                name: one.name.clone(),
                            },
                        })
                        .await;
                    }
                    match receiver.wait_for(Option::is_some).await {
                        Ok(left) => left.clone().unwrap_or_default(),
                        Err(_) => Left::default(),
                    }
                }
                None if one.reference => {
                    referenced = Some(self.known_values(&one.name)?);
                    continue;
                }
                None => Left {
                    verdict: self.ground.known.get(&one.name).map(|known| known.verdict),
                    ..Left::default()
                },
            };
            if one.reference {
                referenced = Some(measured(&one.name, &left)?);
            } else {
                good(&one.name, left.verdict)?;
            }
            captures.extend(
                left.captures
                    .iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
        }
        Ok((captures, referenced))
    }

    /// What a probe measured that is not among the jobs.
    fn known_values(&self, name: &str) -> Result<Arc<Values>, Obstacle> {
        let known = self.ground.known.get(name).ok_or_else(|| {
            Obstacle::undecided(format!("`{name}` has not been measured in this run"))
                .hint("run it, or both together")
        })?;
        if let Some(why) = &known.unusable {
            return Err(Obstacle::undecided(format!("what `{name}` measured {why}"))
                .hint("run it again, or both together"));
        }
        let mut values = Values::default();
        for measured in &known.values {
            values.set(&measured.metric, measured.value.clone());
        }
        let kept = "only the metrics of an earlier measurement are kept; run both together";
        values.lacks("json", kept);
        measured(
            name,
            &Left {
                verdict: Some(known.verdict),
                values: Arc::new(values),
                ..Left::default()
            },
        )
    }
}

fn measured(name: &str, left: &Left) -> Result<Arc<Values>, Obstacle> {
    if left.verdict.is_none() {
        return Err(
            Obstacle::undecided(format!("`{name}` was not run")).hint("run it, or both together")
        );
    }
    if left.values.metrics.is_empty() {
        return Err(Obstacle::undecided(format!("`{name}` measured nothing"))
            .hint("look at its own result"));
    }
    Ok(Arc::clone(&left.values))
}

fn good(name: &str, verdict: Option<Verdict>) -> Result<(), Obstacle> {
    match verdict {
        Some(verdict) if verdict.is_good() => Ok(()),
        Some(verdict) => Err(Obstacle::skipped(format!(
            "it needs `{name}`, which came out as {}",
            verdict.word()
        ))),
        None => Err(Obstacle::skipped(format!("`{name}` was not run"))
            .hint("run it together with this one")),
    }
}
