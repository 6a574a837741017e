//! How far a batch of probes is.

use std::collections::BTreeMap;

use countersign_core::probe::Verdict;
use tokio_util::sync::CancellationToken;

use super::Batch;
use crate::wire::probe::ProbeProgress;

/// How far a batch is.
pub(super) struct Tally {
    batch: u64,
    run: String,
    cancel: CancellationToken,
    total: u32,
    finished: u32,
    queued: Vec<String>,
    running: Vec<String>,
    verdicts: BTreeMap<Verdict, u32>,
}

impl Tally {
    pub fn new(batch: &Batch) -> Self {
        Self {
            batch: batch.number,
            run: batch.run.clone(),
            cancel: batch.cancel.clone(),
            total: batch.chosen.len() as u32,
            finished: 0,
            queued: batch.chosen.iter().map(|one| one.item.id.clone()).collect(),
            running: Vec::new(),
            verdicts: BTreeMap::new(),
        }
    }

    pub fn started(&mut self, item: &str) {
        take(&mut self.queued, item);
        self.running.push(item.to_owned());
    }

    pub fn finished(&mut self, item: &str, verdict: Verdict) {
        self.cancelled(item);
        self.finished += 1;
        *self.verdicts.entry(verdict).or_default() += 1;
    }

    pub fn cancelled(&mut self, item: &str) {
        if !take(&mut self.running, item) {
            take(&mut self.queued, item);
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
        let parts: Vec<String> = words
            .iter()
            .filter_map(|(verdict, word)| {
                self.verdicts
                    .get(verdict)
                    .map(|count| format!("{count} {word}"))
            })
            .collect();
        ProbeProgress {
            batch: self.batch,
            run: self.run.clone(),
            total: self.total,
            finished: self.finished,
            queued: self.queued.clone(),
            running: self.running.clone(),
            over,
            cancelled: self.cancel.is_cancelled(),
            text: parts.join(", "),
            problem,
        }
    }
}

fn take(list: &mut Vec<String>, item: &str) -> bool {
    match list.iter().position(|known| known == item) {
        Some(at) => {
            list.remove(at);
            true
        }
        None => false,
    }
}
