//! A batch while it runs: what happens to each probe, and writing what they found.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use countersign_core::probe::{Observation, Verdict};
use countersign_probes::{Approvals, File, Ground, Known, Progress};
use tokio::time::{Instant, timeout_at};

use super::batch::Batch;
use super::chosen::{Chosen, Outcome, jobs};
use super::live::live;
use super::observed::Finished;
use super::tally::Tally;
use crate::app::{App, Notice};
use crate::wire::error::Problem;

/// Results that come within this time of each other are saved together, because every save waits
/// for the disk. The end of the batch ends the wait.
const TOGETHER: Duration = Duration::from_millis(50);

/// A batch that runs, and what came of it.
pub(super) struct Driven<'a> {
    app: &'a App,
    batch: &'a Batch,
    tally: Tally,
    /// The place of each job among the chosen probes.
    places: HashMap<String, usize>,
    /// One a chosen probe, once it has ended.
    found: Vec<Option<Observation>>,
    /// The files that each left.
    files: Vec<Vec<File>>,
    known: BTreeMap<String, Known>,
    /// The jobs that could not run and that nobody named: they are told, and leave no result.
    hindered: HashSet<String>,
    written: Result<(), Problem>,
    stopped: Option<String>,
}

impl<'a> Driven<'a> {
    /// What is about to run.
    pub fn of(app: &'a App, batch: &'a Batch) -> Self {
        let has_secret = |environment: &str, name: &str| {
            let of_it = batch.secrets.get(environment);
            of_it.is_some_and(|of_it| of_it.contains_key(name))
        };
        // What could not run was not chosen by anybody who chose many. Whoever names an item asked
        // for its answer.
        let many = batch.chosen.iter().filter(|one| !one.by_name);
        let hindered = many.filter(|one| {
            let repository = batch.repository.as_deref();
            one.hindered(repository, &has_secret).is_some()
        });
        let places = batch.chosen.iter().enumerate();
        Self {
            app,
            batch,
            tally: Tally::new(batch),
            places: places.map(|(place, one)| (one.id(), place)).collect(),
            found: batch.chosen.iter().map(|_| None).collect(),
            files: batch.chosen.iter().map(|_| Vec::new()).collect(),
            known: batch.known.clone(),
            hindered: hindered.map(Chosen::id).collect(),
            written: Ok(()),
            stopped: None,
        }
    }

    fn tell(&self, over: bool, problem: Option<String>) {
        if self.app.is_heard() {
            let progress = self.tally.progress(over, problem);
            self.app.tell(Notice::Probes(progress));
        }
    }

    /// Writes what can be said of probes that cannot be resolved.
    pub fn tell_unresolved(&mut self) {
        let now = self.app.now().utc();
        let mut ended = Vec::new();
        for (place, one) in self.batch.chosen.iter().enumerate() {
            if let Some(observation) = one.unresolved(now) {
                if self.hindered.contains(&one.id()) {
                    self.tally.hindered(&one.id(), &observation);
                } else {
                    self.tally.finished(&one.id(), &observation);
                    ended.push(place);
                }
                self.keep(place, observation);
            }
        }
        self.record(&ended);
    }

    fn keep(&mut self, place: usize, observation: Observation) {
        if let Some(found) = self.found.get_mut(place) {
            *found = Some(observation);
        }
    }

    fn record(&mut self, ended: &[usize]) {
        let finished: Vec<Finished<'_>> = ended
            .iter()
            .filter_map(|place| {
                Some(Finished {
                    one: self.batch.chosen.get(*place)?,
                    observation: self.found.get(*place)?.as_ref()?,
                    files: self.files.get(*place)?,
                })
            })
            .collect();
        let recorded = self.app.record(&self.batch.run, &finished);
        if self.written.is_ok() {
            self.written = recorded;
        }
    }

    /// Runs the probes of one environment.
    pub fn run(&mut self, environment: &str) {
        let (app, batch) = (self.app, self.batch);
        let group = || {
            let chosen = batch.chosen.iter();
            chosen.filter(|one| one.environment == environment)
        };
        let jobs = jobs(group(), &batch.asked, &batch.accepted);
        let approved: HashSet<String> = group()
            .filter_map(Chosen::hash)
            .filter(|hash| app.is_approved(hash, environment))
            .map(str::to_owned)
            .collect();
        let approvals: Approvals = Arc::new(move |hash| approved.contains(&hash.0));
        let ground = Ground {
            repository: batch.repository.clone(),
            secrets: batch.secrets.get(environment).cloned().unwrap_or_default(),
            approvals,
            known: self.known.clone(),
        };
        // What happens to a probe is a few messages: the engine never waits for the disk.
        let (send, mut receive) = tokio::sync::mpsc::channel(8 * jobs.len().max(8));
        let engine = Arc::clone(&app.engine);
        let running = app
            .runtime
            .spawn(engine.run(jobs, ground, send, batch.cancel.clone()));
        self.tell(false, None);
        while let Some(first) = receive.blocking_recv() {
            let mut ended = Vec::new();
            self.take(first, &mut ended);
            app.runtime.block_on(async {
                let until = Instant::now() + TOGETHER;
                while let Ok(Some(progress)) = timeout_at(until, receive.recv()).await {
                    self.take(progress, &mut ended);
                }
            });
            self.record(&ended);
            self.tell(false, None);
        }
        let failed = app.runtime.block_on(running).err();
        if let Some(error) = failed {
            self.stopped.get_or_insert_with(|| error.to_string());
        }
    }

    /// Says what came of it all, in the checklist's order.
    pub fn end(self) -> Vec<Outcome> {
        let problem = self.written.as_ref().err();
        let problem = problem.map(|problem| problem.message.clone());
        self.tell(true, problem.or_else(|| self.stopped.clone()));
        let found = self.found.iter().zip(&self.batch.chosen);
        found
            .filter_map(|(found, one)| Some(one.outcome(found.as_ref()?)))
            .collect()
    }

    fn take(&mut self, progress: Progress, ended: &mut Vec<usize>) {
        match progress {
            Progress::Waiting { id, wait } => self.tally.waits(&id, wait),
            Progress::Started { id } => self.tally.started(&id),
            Progress::Retrying { id, attempt, why } => self.tally.retries(&id, attempt, &why),
            Progress::Cancelled { id } => self.tally.cancelled(&id),
            Progress::Going { id, how } => {
                let place = self.places.get(&id).copied();
                let one = place.and_then(|place| self.batch.chosen.get(place));
                if let Some(one) = one.filter(|_| self.app.is_heard()) {
                    self.app.tell(Notice::Load(live(self.batch, one, &how)));
                }
            }
            Progress::Finished {
                id,
                observation,
                files,
            } => {
                let said = observation.verdict;
                let told_only = self.hindered.contains(&id)
                    && matches!(said, Verdict::Skipped | Verdict::Inconclusive);
                if told_only {
                    self.tally.hindered(&id, &observation);
                } else {
                    self.tally.finished(&id, &observation);
                }
                let Some(place) = self.places.get(&id).copied() else {
                    return;
                };
                if told_only {
                    self.keep(place, *observation);
                    return;
                }
                if let Some(one) = self.batch.chosen.get(place) {
                    for name in &one.called {
                        self.known.insert(name.clone(), known_now(&observation));
                    }
                }
                self.keep(place, *observation);
                if let Some(left) = self.files.get_mut(place) {
                    *left = files;
                }
                ended.push(place);
            }
        }
    }
}

/// What a probe that has just run left for those of another environment.
fn known_now(observation: &Observation) -> Known {
    Known {
        verdict: observation.verdict,
        values: observation.values.clone(),
        unusable: None,
    }
}
