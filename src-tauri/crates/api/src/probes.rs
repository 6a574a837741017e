//! Probes of a run: what they would do, approving them, running them, and what they saw.

mod chosen;
mod edit;
mod file;
mod observed;
mod pushed;
mod tally;
mod together;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use countersign_core::ledger::body::{EnvironmentSnapshotted, VariableValue};
use countersign_core::ledger::ident::Digest;
use countersign_core::ledger::kind::Kind;
use countersign_core::outline::Item;
use countersign_core::probe::due::Timing;
use countersign_core::probe::{Observation, Probe, Verdict};
use countersign_probes::{Approvals, Engine, Ground, Limits, Progress, Secret};
use countersign_store::Approval;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Notice, held};
use crate::open_run::OpenRun;
use crate::shows::shown_items;
use crate::view::picture;
use crate::wire::error::Problem;
use crate::wire::item::ItemView;
use crate::wire::probe::{ProbePlan, ProbeResult, ProbeSelection};
use chosen::{Chosen, Known, item_of, jobs};
use observed::observed;
use tally::Tally;

pub use chosen::Outcome;
pub use file::{file_probe_plan, file_probes};
pub use pushed::Push;

/// The most that the stored detail of a result may be, in bytes.
const DETAIL_LIMIT: u64 = 4 * 1024 * 1024;

/// What the command line gives beside the environments of the store.
#[derive(Clone, Default)]
pub struct ProbeContext {
    /// Environment to resolve in, instead of the item's own or the run's target.
    pub environment: Option<String>,
    /// Variables that count more than the environment's.
    pub variables: BTreeMap<String, String>,
    /// Secrets that count more than the keychain's.
    pub secrets: BTreeMap<String, Secret>,
    /// Whether probes that only look (passive, reads) are approved by this call.
    pub approve_passive: bool,
}

impl ProbeContext {
    /// What was given counts more than what the environment says, in what the run keeps too.
    fn count_into(&self, snapshot: &mut EnvironmentSnapshotted) {
        let given = self.variables.iter().map(|(name, value)| VariableValue {
            name: name.clone(),
            value: value.clone(),
        });
        snapshot
            .variables
            .retain(|known| !self.variables.contains_key(&known.name));
        snapshot.variables.extend(given);
        snapshot.variables.sort_by(|a, b| a.name.cmp(&b.name));
        snapshot.secrets.extend(self.secrets.keys().cloned());
        snapshot.secrets.sort();
        snapshot.secrets.dedup();
    }
}

impl App {
    /// What a selection of probes would do. Nothing runs.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, or what the store says.
    pub fn probe_plan(&self, run: &str, selection: ProbeSelection) -> Result<ProbePlan, Problem> {
        self.probe_plan_in(run, selection, &ProbeContext::default())
    }

    /// As [`App::probe_plan`], in a context.
    ///
    /// # Errors
    /// As [`App::probe_plan`].
    pub fn probe_plan_in(
        &self,
        run: &str,
        selection: ProbeSelection,
        context: &ProbeContext,
    ) -> Result<ProbePlan, Problem> {
        self.with_run(run, |open| {
            self.patch(open, open.revision)?;
            let repository = self.repository(&open.id)?;
            let chosen = self.choose(open, &selection, context, repository.as_deref())?;
            chosen::shown_plan(
                &chosen,
                repository.as_deref(),
                &Known {
                    secret: &|environment, name| self.secret(context, environment, name).is_some(),
                    approved: &|one, hash| {
                        context.approve_passive && one.only_looks()
                            || self.is_approved(hash, &one.environment)
                    },
                    since_last: &|one, approved| self.since_last(one, approved),
                },
            )
        })
    }

    fn is_approved(&self, hash: &str, environment: &str) -> bool {
        let digest = hash.parse::<Digest>();
        digest.is_ok_and(|digest| {
            self.store()
                .is_approved(&digest, environment)
                .unwrap_or(false)
        })
    }

    /// `same`, `changed` or `new`, against what was approved before in the same environment.
    fn since_last(&self, one: &Chosen, approved: bool) -> Result<String, Problem> {
        if approved {
            return Ok("same".to_owned());
        }
        let before = self.store().approvals(&one.environment)?;
        let same_item = before.iter().any(|approval| {
            approval
                .plan
                .get("text")
                .and_then(serde_json::Value::as_str)
                == Some(&one.item.text_hash)
        });
        Ok(if same_item { "changed" } else { "new" }.to_owned())
    }

    /// Runs a selection in the background: results arrive as they come. `approve` lists the plan
    /// hashes that the person has just said yes to. Answers with the number of the batch.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, `nothing-to-run`, or what the store says.
    pub fn probe_run(
        self: &Arc<Self>,
        run: &str,
        selection: ProbeSelection,
        approve: &[String],
    ) -> Result<u64, Problem> {
        let batch = self.prepare(run, &selection, approve, &ProbeContext::default())?;
        let number = batch.number;
        let app = Arc::clone(self);
        std::thread::spawn(move || app.drive(batch));
        Ok(number)
    }

    /// As [`App::probe_run`], waiting for the results.
    ///
    /// # Errors
    /// As [`App::probe_run`].
    pub fn probe_run_here(
        &self,
        run: &str,
        selection: &ProbeSelection,
        approve: &[String],
        context: &ProbeContext,
    ) -> Result<Vec<Outcome>, Problem> {
        let batch = self.prepare(run, selection, approve, context)?;
        Ok(self.drive(batch))
    }

    /// Cancels a batch. Probes that have not begun never will, and the others are stopped.
    ///
    /// # Errors
    /// `unknown-batch` where it is over already.
    pub fn probe_cancel(&self, batch: u64) -> Result<(), Problem> {
        let token = held(&self.batches).get(&batch).cloned();
        token
            .map(|token| token.cancel())
            .ok_or_else(|| Problem::unknown("batch", &batch.to_string()))
    }

    /// The last result of a probe; `None` where it never ran.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, or what the store says.
    pub fn probe_result(
        &self,
        run: &str,
        item: &str,
        probe: &str,
    ) -> Result<Option<ProbeResult>, Problem> {
        self.with_run(run, |open| self.result_of(open, item, probe))
    }

    /// As [`App::probe_result`], of a held run.
    pub(crate) fn result_of(
        &self,
        open: &OpenRun,
        item: &str,
        probe: &str,
    ) -> Result<Option<ProbeResult>, Problem> {
        let item = open.item(item)?;
        let Ok(state) = self.item_state(open, item) else {
            return Ok(None);
        };
        let known = state
            .probes
            .iter()
            .find(|known| known.probe.as_str() == probe);
        let Some(detail) = known
            .and_then(|known| known.result.as_ref().or(known.rehearsal.as_ref()))
            .and_then(|result| result.detail.as_ref())
        else {
            return Ok(None);
        };
        let bytes = self.store().read_blob(detail, DETAIL_LIMIT)?;
        let observation: Observation = serde_json::from_slice(&bytes)
            .map_err(|error| Problem::new("result-unreadable", error.to_string()))?;
        Ok(Some(picture::result(probe, &observation)))
    }

    fn choose(
        &self,
        open: &OpenRun,
        selection: &ProbeSelection,
        context: &ProbeContext,
        repository: Option<&Path>,
    ) -> Result<Vec<Chosen>, Problem> {
        let shown: HashMap<&str, &ItemView> = shown_items(open)
            .into_iter()
            .map(|item| (item.id.as_str(), item))
            .collect();
        let named: Vec<String> = match selection {
            ProbeSelection::Items { items } => items
                .iter()
                .map(|id| open.item(id).map(|item| item.id.clone()))
                .collect::<Result<_, _>>()?,
            _ => Vec::new(),
        };
        let mut candidates = Vec::new();
        let mut wanted = Vec::new();
        for item in &open.outline().items {
            let Some(view) = shown.get(item.id.as_str()) else {
                continue;
            };
            let settled = matches!(view.status.as_str(), "notApplicable" | "waived");
            if view.track != "work" && !named.contains(&item.id) || settled && named.is_empty() {
                continue;
            }
            for probe in &item.probes {
                let Some(known) = view.probes.iter().find(|known| known.hash == probe.hash) else {
                    continue;
                };
                if probe.waits_for_push() {
                    continue;
                }
                let bad = matches!(
                    known.verdict.as_deref(),
                    Some("fail" | "error" | "inconclusive")
                );
                candidates.push((item, probe));
                wanted.push(match selection {
                    ProbeSelection::All => true,
                    ProbeSelection::Items { .. } => named.contains(&item.id),
                    ProbeSelection::Section { section } => item.section == *section,
                    ProbeSelection::Due => matches!(known.state.as_str(), "due" | "stale"),
                    ProbeSelection::Stale => known.state == "stale",
                    ProbeSelection::Failing => bad && known.state != "rehearsal",
                });
            }
        }
        let probes: Vec<&Probe> = candidates.iter().map(|(_, probe)| *probe).collect();
        together::join(&probes, &mut wanted);
        let mut chosen = Vec::new();
        for ((item, probe), _) in candidates.iter().zip(wanted).filter(|(_, wanted)| *wanted) {
            let environment = context
                .environment
                .clone()
                .or_else(|| probe.env.clone())
                .or_else(|| item.environment.clone())
                .or_else(|| open.state.target().map(str::to_owned))
                .unwrap_or_default();
            let names = self.names_in(open, &environment, context)?;
            let one = Chosen::new(item, probe, environment, &names, repository)?;
            // State-changing probes and load never join a run of many.
            if !named.contains(&item.id) && one.asks_each_time() {
                continue;
            }
            chosen.push(Chosen {
                rehearsal: self.timing(open, item, probe) == Timing::Rehearsal,
                ..one
            });
        }
        together::keep_answerable(&mut chosen);
        Ok(chosen)
    }

    fn timing(&self, open: &OpenRun, item: &Item, probe: &Probe) -> Timing {
        let occasion = crate::view::run::occasion(open, self.now().utc());
        let stage = probe.stage.unwrap_or(item.stage);
        countersign_core::probe::due::timing(stage, &probe.hash, probe.fresh, &occasion, None)
    }

    /// Variables and names of secrets of an environment, as they are defined now.
    fn names_in(
        &self,
        open: &OpenRun,
        environment: &str,
        context: &ProbeContext,
    ) -> Result<(BTreeMap<String, String>, BTreeSet<String>), Problem> {
        let pinned = open
            .state
            .environments()
            .into_iter()
            .find(|known| known.name == environment);
        let (mut variables, mut secrets) = match pinned {
            Some(pinned) => (
                pinned
                    .variables
                    .into_iter()
                    .map(|v| (v.name, v.value))
                    .collect(),
                pinned.secrets.into_iter().collect::<BTreeSet<_>>(),
            ),
            None => (BTreeMap::new(), BTreeSet::new()),
        };
        let defined = self.snapshot(open.outline(), environment)?;
        variables.extend(defined.variables.into_iter().map(|v| (v.name, v.value)));
        secrets.extend(defined.secrets);
        variables.extend(context.variables.clone());
        secrets.extend(context.secrets.keys().cloned());
        let release = open.state.release().release.unwrap_or_default();
        for name in ["RELEASE", "VERSION"] {
            if !release.is_empty() {
                variables
                    .entry(name.to_owned())
                    .or_insert_with(|| release.clone());
            }
        }
        Ok((variables, secrets))
    }

    fn secret(&self, context: &ProbeContext, environment: &str, name: &str) -> Option<Secret> {
        context
            .secrets
            .get(name)
            .cloned()
            .or_else(|| self.secrets().get(environment, name))
    }

    fn prepare(
        &self,
        run: &str,
        selection: &ProbeSelection,
        approve: &[String],
        context: &ProbeContext,
    ) -> Result<Batch, Problem> {
        let (id, chosen, repository, known) = self.with_run(run, |open| {
            self.patch(open, open.revision)?;
            if let Some(reason) = self.cannot_write(open) {
                return Err(Problem::new("run-read-only", reason));
            }
            let repository = self.repository(&open.id)?;
            let chosen = self.choose(open, selection, context, repository.as_deref())?;
            Ok((
                open.id.clone(),
                chosen,
                repository,
                self.known_verdicts(open),
            ))
        })?;
        if chosen.is_empty() {
            return Err(
                Problem::new("nothing-to-run", "no probe of this selection is due")
                    .hint("Choose an item or a section to run its probes anyway."),
            );
        }
        self.approve(&chosen, approve, context)?;
        self.pin_environments(&id, &chosen, context)?;
        let number = self.next_batch.fetch_add(1, Ordering::Relaxed);
        let cancel = CancellationToken::new();
        held(&self.batches).insert(number, cancel.clone());
        Ok(Batch {
            number,
            run: id.to_string(),
            chosen,
            repository,
            cancel,
            asked: approve.iter().cloned().collect(),
            context: context.clone(),
            known,
        })
    }

    fn approve(
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
    fn pin_environments(
        &self,
        run: &countersign_core::ledger::ident::RunId,
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

    /// The last verdict of every probe that others can name in `needs`.
    fn known_verdicts(&self, open: &OpenRun) -> BTreeMap<String, Verdict> {
        let mut known = BTreeMap::new();
        for item in &open.outline().items {
            let Ok(state) = self.item_state(open, item) else {
                continue;
            };
            for probe in &item.probes {
                let result = state
                    .probes
                    .iter()
                    .find(|kept| kept.probe.as_str() == probe.hash)
                    .and_then(|kept| kept.result.as_ref());
                if let (Some(id), Some(result)) = (&probe.id, result) {
                    known.insert(id.clone(), crate::view::item::verdict(result.verdict));
                }
            }
        }
        known
    }

    /// Runs a prepared batch to its end, writing results as they come.
    fn drive(&self, batch: Batch) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let mut tally = Tally::new(&batch);
        for one in &batch.chosen {
            if let Some(observation) = one.unresolved(self.now().utc()) {
                tally.finished(&one.item.id, observation.verdict);
                outcomes.push((one, observation));
            }
        }
        let mut written = self.record(&batch.run, &outcomes);
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
            let engine = Arc::new(Engine::new(Limits::default()));
            let running = self
                .runtime
                .spawn(engine.run(jobs, ground, send, batch.cancel.clone()));
            self.tell(Notice::Probes(tally.progress(false, None)));
            while let Some(first) = receive.blocking_recv() {
                let mut finished = Vec::new();
                let mut next = Some(first);
                while let Some(progress) = next {
                    match progress {
                        Progress::Started { id } => tally.started(item_of(&id)),
                        Progress::Finished { id, observation } => {
                            tally.finished(item_of(&id), observation.verdict);
                            if let Some(one) = batch.chosen.iter().find(|one| one.id() == id) {
                                if let Some(id) = &one.probe.id {
                                    known.insert(id.clone(), observation.verdict);
                                }
                                finished.push((one, *observation));
                            }
                        }
                        Progress::Cancelled { id } => tally.cancelled(item_of(&id)),
                        Progress::Retrying { .. } => {}
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
    fn record(&self, run: &str, finished: &[(&Chosen, Observation)]) -> Result<(), Problem> {
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

/// A batch of probes that is ready to run.
struct Batch {
    number: u64,
    run: String,
    chosen: Vec<Chosen>,
    repository: Option<PathBuf>,
    cancel: CancellationToken,
    asked: BTreeSet<String>,
    context: ProbeContext,
    /// Last verdicts by the probes' own ids, for those that a probe of the batch needs.
    known: BTreeMap<String, Verdict>,
}
