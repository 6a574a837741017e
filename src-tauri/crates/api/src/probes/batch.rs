//! A batch of probes: what it may do, running it to its end, and writing what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use countersign_core::ledger::ident::RunId;
use countersign_core::ledger::kind::Kind;
use countersign_core::probe::{Observation, Verdict};
use countersign_probes::{Approvals, Ground, Known, Progress};
use countersign_store::Approval;
use tokio_util::sync::CancellationToken;

use super::chosen::{Baselines, Chosen, Outcome, jobs};
use super::observed::observed;
use super::tally::Tally;
use super::{DETAIL_LIMIT, ProbeContext};
use crate::app::{App, Notice, held};
use crate::wire::error::Problem;
use crate::wire::probe::ProbeSelection;

/// A batch of probes that is ready to run.
pub(crate) struct Batch {
    pub number: u64,
    pub run: String,
    pub chosen: Vec<Chosen>,
    repository: Option<PathBuf>,
    pub cancel: CancellationToken,
    asked: BTreeSet<String>,
    context: ProbeContext,
    /// What the last accepted run measured.
    accepted: Baselines,
    /// What is known of probes outside the batch, by what those of the batch may call them.
    known: BTreeMap<String, Known>,
}

impl App {
    pub(crate) fn prepare(
        &self,
        run: &str,
        selection: &ProbeSelection,
        approve: &[String],
        context: &ProbeContext,
    ) -> Result<Batch, Problem> {
        let (id, mut chosen, repository, known) = self.with_run(run, |open| {
            self.patch(open, open.revision)?;
            if let Some(reason) = self.cannot_write(open) {
                return Err(Problem::new("run-read-only", reason));
            }
            let repository = self.repository(&open.id)?;
            let chosen = self.choose(open, selection, context, repository.as_deref())?;
            Ok((open.id.clone(), chosen, repository, self.known(open)))
        })?;
        if chosen.is_empty() {
            return Err(
                Problem::new("nothing-to-run", "no probe of this selection is due")
                    .hint("Choose an item or a section to run its probes anyway."),
            );
        }
        self.approve(&chosen, approve, context)?;
        for one in &mut chosen {
            one.without_secrets(&|environment, name| {
                self.secret(context, environment, name).is_some()
            });
        }
        self.pin_environments(&id, &chosen, context)?;
        let outline = self.with_run(id.as_str(), |open| Ok(open.outline().clone()))?;
        let accepted = self.baselines(id.as_str(), &outline, &chosen)?;
        let number = self.next_batch.fetch_add(1, Ordering::Relaxed);
        let cancel = CancellationToken::new();
        held(&self.batches).insert(number, cancel.clone());
        Ok(Batch {
            number,
            run: id.to_string(),
            chosen,
            accepted,
            repository,
            cancel,
            asked: approve.iter().cloned().collect(),
            context: context.clone(),
            known,
        })
    }

    pub(crate) fn approve(
        &self,
        chosen: &[Chosen],
        approve: &[String],
        context: &ProbeContext,
    ) -> Result<(), Problem> {
        let now = self.now();
        let mut approvals = Vec::new();
        for one in chosen {
            let (Ok(plan), Some(hash)) = (&one.plan, one.hash()) else {
                continue;
            };
            if !(approve.contains(&hash) || context.approve_passive && one.only_looks()) {
                continue;
            }
            approvals.push(Approval {
                plan_hash: hash.parse().map_err(|_| Problem::unknown("plan", &hash))?,
                environment: one.environment.clone(),
                plan: serde_json::json!({
                    "text": one.item.text_hash,
                    "kind": plan.kind,
                    "lines": plan.describe(),
                }),
                approved_at: now,
            });
        }
        Ok(self.store().approve(&approvals)?)
    }

    /// The run keeps the environments that its results were measured in.
    pub(crate) fn pin_environments(
        &self,
        run: &RunId,
        chosen: &[Chosen],
        context: &ProbeContext,
    ) -> Result<(), Problem> {
        let used: BTreeSet<&str> = chosen
            .iter()
            .map(|one| one.environment.as_str())
            .filter(|name| !name.is_empty())
            .collect();
        let kinds = self.with_run(run.as_str(), |open| {
            let pinned = open.state.environments();
            let mut kinds = Vec::new();
            for name in used {
                let mut snapshot = self.snapshot(open.outline(), name)?;
                context.count_into(&mut snapshot);
                let same = pinned
                    .iter()
                    .find(|known| known.name == name)
                    .is_some_and(|known| {
                        known.variables == snapshot.variables && known.secrets == snapshot.secrets
                    });
                if !same && (!snapshot.variables.is_empty() || !snapshot.secrets.is_empty()) {
                    kinds.push(Kind::EnvironmentSnapshotted(snapshot));
                }
            }
            Ok(kinds)
        })?;
        self.append(run, kinds)?;
        Ok(())
    }

    /// Runs a prepared batch to its end, writing results as they come.
    pub(crate) fn drive(&self, batch: Batch) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let mut tally = Tally::new(&batch);
        let has_secret = |environment: &str, name: &str| {
            self.secret(&batch.context, environment, name).is_some()
        };
        // What could not run was not chosen by anybody who chose many: it is told, and it is no
        // result. Whoever names an item asked for its answer.
        let hindered: BTreeSet<String> = batch
            .chosen
            .iter()
            .filter(|one| !one.by_name)
            .filter(|one| {
                let repository = batch.repository.as_deref();
                one.hindered(repository, &has_secret).is_some()
            })
            .map(Chosen::id)
            .collect();
        let mut unresolved = Vec::new();
        for one in &batch.chosen {
            let Some(observation) = one.unresolved(self.now().utc()) else {
                continue;
            };
            if hindered.contains(&one.id()) {
                tally.hindered(&one.id(), &observation);
                outcomes.push((one, observation));
            } else {
                tally.finished(&one.id(), &observation);
                unresolved.push((one, observation));
            }
        }
        let mut written = self.record(&batch.run, &unresolved);
        outcomes.append(&mut unresolved);
        let mut stopped = None;
        let mut known = batch.known.clone();
        // One environment after the other: two of them may call different secrets by one name, and
        // an approval in one says nothing about the other.
        let environments: BTreeSet<&str> = batch
            .chosen
            .iter()
            .map(|one| one.environment.as_str())
            .collect();
        for environment in environments {
            let group = || {
                batch
                    .chosen
                    .iter()
                    .filter(|one| one.environment == environment)
            };
            let (jobs, secrets) = jobs(
                group(),
                &batch.asked,
                &batch.accepted,
                &batch.context.secrets,
                |environment, name| self.secret(&batch.context, environment, name),
            );
            let approved: BTreeSet<String> = group()
                .filter_map(Chosen::hash)
                .filter(|hash| self.is_approved(hash, environment))
                .collect();
            let approvals: Approvals = Arc::new(move |hash| approved.contains(&hash.0));
            let ground = Ground {
                repository: batch.repository.clone(),
                secrets,
                approvals,
                known: known.clone(),
            };
            let (send, mut receive) = tokio::sync::mpsc::channel(64);
            let engine = Arc::clone(&self.engine);
            let running = self
                .runtime
                .spawn(engine.run(jobs, ground, send, batch.cancel.clone()));
            self.tell(Notice::Probes(tally.progress(false, None)));
            while let Some(first) = receive.blocking_recv() {
                let mut finished = Vec::new();
                let mut next = Some(first);
                while let Some(progress) = next {
                    match progress {
                        Progress::Waiting { id, wait } => tally.waits(&id, wait),
                        Progress::Started { id } => tally.started(&id),
                        Progress::Finished { id, observation } => {
                            let said = observation.verdict;
                            let told_only = hindered.contains(&id)
                                && matches!(said, Verdict::Skipped | Verdict::Inconclusive);
                            if told_only {
                                tally.hindered(&id, &observation);
                            } else {
                                tally.finished(&id, &observation);
                            }
                            let one = batch.chosen.iter().find(|one| one.id() == id);
                            if let Some(one) = one.filter(|_| told_only) {
                                outcomes.push((one, *observation));
                            } else if let Some(one) = one {
                                for name in &one.called {
                                    known.insert(name.clone(), known_now(&observation));
                                }
                                finished.push((one, *observation));
                            }
                        }
                        Progress::Cancelled { id } => tally.cancelled(&id),
                        Progress::Retrying { id, attempt, why } => {
                            tally.retries(&id, attempt, &why);
                        }
                    }
                    next = receive.try_recv().ok();
                }
                written = written.and(self.record(&batch.run, &finished));
                outcomes.append(&mut finished);
                self.tell(Notice::Probes(tally.progress(false, None)));
            }
            let ended = self.runtime.block_on(running).err();
            stopped = stopped.or(ended.map(|error| error.to_string()));
        }
        held(&self.batches).remove(&batch.number);
        let problem = written.err().map(|problem| problem.message).or(stopped);
        self.tell(Notice::Probes(tally.progress(true, problem)));
        // They came as they finished; they are told in the checklist's order.
        batch
            .chosen
            .iter()
            .flat_map(|one| {
                let of_one = outcomes
                    .iter()
                    .filter(|(other, _)| std::ptr::eq(*other, one));
                of_one.map(|(one, observation)| one.outcome(observation))
            })
            .collect()
    }

    /// Writes results into the ledger and tells the window.
    pub(crate) fn record(
        &self,
        run: &str,
        finished: &[(&Chosen, Observation)],
    ) -> Result<(), Problem> {
        if finished.is_empty() {
            return Ok(());
        }
        let mut details = Vec::new();
        for (_, observation) in finished {
            let bytes = serde_json::to_vec(observation)
                .map_err(|error| Problem::new("result-unwritable", error.to_string()))?;
            details.push(
                self.store()
                    .put_blob(bytes.as_slice(), DETAIL_LIMIT)?
                    .digest,
            );
        }
        let patch = self.write(run, |open| {
            let release = open.state.release().key();
            let mut events = Vec::new();
            for ((one, observation), detail) in finished.iter().zip(details) {
                // A checklist that was adopted meanwhile may have the probe no more, or may call
                // another item by this id: a result is only ever said of the probe that ran.
                let item = open.outline().item(&one.item.id);
                let pinned = item.filter(|item| {
                    let probes = &item.probes;
                    probes.iter().any(|probe| probe.hash == one.probe.hash)
                });
                let Some(item) = pinned else { continue };
                events.push(Kind::Observation(observed(
                    open,
                    item,
                    one,
                    observation,
                    detail,
                    release.clone(),
                )?));
            }
            Ok(events)
        })?;
        self.tell(Notice::Run(Box::new(patch)));
        Ok(())
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
