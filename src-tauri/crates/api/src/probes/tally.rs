//! How far a batch of probes is, probe by probe.

use std::collections::{BTreeMap, HashMap};

use countersign_core::probe::{Observation, Verdict};
use countersign_probes::Wait;
use tokio_util::sync::CancellationToken;

use super::batch::Batch;
use crate::wire::probe::{ProbeProgress, QueueEntry, QueueState, QueueWait};

/// How far a batch is.
pub(super) struct Tally {
    batch: u64,
    run: String,
    cancel: CancellationToken,
    /// One a probe, in the checklist's order.
    queue: Vec<QueueEntry>,
    /// The place of each job in the queue.
    places: HashMap<String, usize>,
    verdicts: BTreeMap<Verdict, u32>,
    /// How many could not run and left no result.
    hindered: u32,
}

impl Tally {
    pub fn new(batch: &Batch) -> Self {
        let entry = |one: &super::chosen::Chosen| QueueEntry {
            item: one.item.id.clone(),
            probe: one.probe.hash.clone(),
            kind: one.probe.kind.clone(),
            state: QueueState::Waiting,
            position: None,
            waits_for: Some(QueueWait::Turn),
            text: words(&Wait::Turn),
            verdict: None,
        };
        Self {
            batch: batch.number,
            run: batch.run.clone(),
            cancel: batch.cancel.clone(),
            queue: batch.chosen.iter().map(entry).collect(),
            places: batch
                .chosen
                .iter()
                .enumerate()
                .map(|(place, one)| (one.id(), place))
                .collect(),
            verdicts: BTreeMap::new(),
            hindered: 0,
        }
    }

    pub fn waits(&mut self, job: &str, wait: Wait) {
        let text = words(&wait);
        let waits_for = match wait {
            Wait::Need { .. } => QueueWait::Need,
            Wait::Host { .. } => QueueWait::Host,
            Wait::Turn => QueueWait::Turn,
            Wait::Alone => QueueWait::Alone,
        };
        self.set(job, QueueState::Waiting, Some(waits_for), text);
    }

    pub fn started(&mut self, job: &str) {
        self.set(job, QueueState::Running, None, String::new());
    }

    pub fn retries(&mut self, job: &str, attempt: u32, why: &str) {
        let text = format!("try {attempt}: {why}");
        self.set(job, QueueState::Running, None, text);
    }

    pub fn finished(&mut self, job: &str, observation: &Observation) {
        self.set(job, QueueState::Done, None, observation.summary.clone());
        if let Some(entry) = self.entry(job) {
            entry.verdict = Some(observation.verdict.word().to_owned());
        }
        *self.verdicts.entry(observation.verdict).or_default() += 1;
    }

    /// One that could not run, for the reason that the observation says: it leaves no result.
    pub fn hindered(&mut self, job: &str, observation: &Observation) {
        self.set(job, QueueState::Done, None, observation.summary.clone());
        self.hindered += 1;
    }

    pub fn cancelled(&mut self, job: &str) {
        self.set(job, QueueState::Cancelled, None, "stopped".to_owned());
    }

    fn entry(&mut self, job: &str) -> Option<&mut QueueEntry> {
        self.queue.get_mut(*self.places.get(job)?)
    }

    fn set(&mut self, job: &str, state: QueueState, waits_for: Option<QueueWait>, text: String) {
        if let Some(entry) = self.entry(job) {
            entry.state = state;
            entry.waits_for = waits_for;
            entry.text = text;
        }
    }

    pub fn progress(&self, over: bool, problem: Option<String>) -> ProbeProgress {
        let words = [
            (Verdict::Pass, "passed"),
            (Verdict::Warn, "with a warning"),
            (Verdict::Fail, "failed"),
            (Verdict::Inconclusive, "inconclusive"),
            (Verdict::Error, "in error"),
            (Verdict::Skipped, "skipped"),
        ];
        let mut parts: Vec<String> = words
            .iter()
            .filter_map(|(verdict, word)| {
                self.verdicts
                    .get(verdict)
                    .map(|count| format!("{count} {word}"))
            })
            .collect();
        if self.hindered > 0 {
            parts.push(format!("{} could not run", self.hindered));
        }
        let items = |state: QueueState| {
            let of_state = self.queue.iter().filter(move |one| one.state == state);
            of_state.map(|one| one.item.clone()).collect()
        };
        let mut place = 0;
        let queue = self.queue.iter().map(|entry| {
            let mut entry = entry.clone();
            if entry.state == QueueState::Waiting {
                place += 1;
                entry.position = Some(place);
            }
            entry
        });
        ProbeProgress {
            batch: self.batch,
            run: self.run.clone(),
            total: self.queue.len() as u32,
            finished: self.verdicts.values().sum::<u32>() + self.hindered,
            queue: queue.collect(),
            queued: items(QueueState::Waiting),
            running: items(QueueState::Running),
            over,
            cancelled: self.cancel.is_cancelled(),
            text: parts.join(", "),
            problem,
        }
    }
}

/// What a probe waits for, as it is shown.
fn words(wait: &Wait) -> String {
    match wait {
        Wait::Need { name } => format!("waits for {name}"),
        Wait::Host { host } => format!("waits for {host}"),
        Wait::Turn => "waits for its turn".to_owned(),
        Wait::Alone => "waits until nothing else runs beside it".to_owned(),
    }
}
