//! Probes of a run: what they would do, approving them, running them, and what they saw.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use countersign_core::ledger::body::{
    ConditionFound, Finding, MeasuredTime, MeasuredValue, Measurement, Observation as Observed,
};
use countersign_core::ledger::ident::Digest;
use countersign_core::ledger::kind::Kind;
use countersign_core::ledger::quantity::Quantity;
use countersign_core::outline::Item;
use countersign_core::probe::due::Timing;
use countersign_core::probe::{Class, Missing, Observation, Plan, Probe, Value, Verdict, resolve};
use countersign_probes::{Approvals, Engine, Ground, Job, Limits, Progress, Secret, fingerprint};
use countersign_store::Approval;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Notice, held};
use crate::open_run::OpenRun;
use crate::shows::shown_items;
use crate::view::picture;
use crate::wire::error::Problem;
use crate::wire::item::ItemView;
use crate::wire::probe::{
    MissingName, PlanEntry, ProbePlan, ProbeProgress, ProbeResult, ProbeSelection,
};

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

/// A probe of a run that was chosen, with what it would do.
struct Chosen {
    item: Item,
    probe: Probe,
    environment: String,
    rehearsal: bool,
    plan: Result<Plan, Vec<Missing>>,
}

impl Chosen {
    fn id(&self) -> String {
        format!("{}\u{1f}{}", self.item.id, self.probe.hash)
    }

    fn hash(&self) -> Option<String> {
        self.plan.as_ref().ok()?.hash().ok().map(|hash| hash.0)
    }
}

/// What a probe of a batch came to.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Item id.
    pub item: String,
    /// Item number.
    pub number: String,
    /// Item text.
    pub text: String,
    /// Kind of the probe.
    pub kind: String,
    /// Whether it was a rehearsal.
    pub rehearsal: bool,
    /// The result.
    pub result: ProbeResult,
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
            self.shown_plan(&chosen, repository.as_deref(), context)
        })
    }

    fn shown_plan(
        &self,
        chosen: &[Chosen],
        repository: Option<&Path>,
        context: &ProbeContext,
    ) -> Result<ProbePlan, Problem> {
        let mut missing: BTreeMap<(String, bool, String), Vec<String>> = BTreeMap::new();
        let mut entries = Vec::new();
        for one in chosen {
            let hash = one.hash();
            let (mut lines, mut hosts, mut secrets, mut class) =
                (Vec::new(), Vec::new(), Vec::new(), Class::Passive);
            let mut problem = None;
            match &one.plan {
                Ok(plan) => {
                    lines = plan.describe();
                    hosts.clone_from(&plan.hosts);
                    secrets.clone_from(&plan.secrets);
                    class = plan.class;
                }
                Err(causes) => {
                    problem = Some(
                        causes
                            .iter()
                            .map(ToString::to_string)
                            .collect::<Vec<_>>()
                            .join("; "),
                    );
                    for cause in causes {
                        let (name, secret) = match cause {
                            Missing::Variable { name } => (name, false),
                            Missing::Secret { name } => (name, true),
                            Missing::Value { .. } => continue,
                        };
                        let key = (name.clone(), secret, one.environment.clone());
                        missing.entry(key).or_default().push(one.item.id.clone());
                    }
                }
            }
            for name in &secrets {
                if self.secret(context, &one.environment, name).is_none() {
                    problem = Some(format!("the secret {name} has no value"));
                    let key = (name.clone(), true, one.environment.clone());
                    missing.entry(key).or_default().push(one.item.id.clone());
                }
            }
            let approved = hash
                .as_ref()
                .is_some_and(|hash| self.is_approved(hash, &one.environment));
            entries.push(PlanEntry {
                item: one.item.id.clone(),
                title: format!("{} {}", one.item.number, one.item.text),
                probe: one.probe.hash.clone(),
                kind: one.probe.kind.clone(),
                class: class_word(class).to_owned(),
                lines,
                hosts,
                secrets,
                approved,
                since_last: self.since_last(one, approved)?,
                rehearsal: one.rehearsal,
                asks_each_time: class.asks_each_time(),
                hash: hash.unwrap_or_default(),
                problem,
            });
        }
        let waiting = |entry: &&PlanEntry| !entry.approved && entry.problem.is_none();
        Ok(ProbePlan {
            unapproved: entries.iter().filter(waiting).count() as u32,
            entries,
            missing: missing
                .into_iter()
                .map(|((name, secret, environment), items)| MissingName {
                    name,
                    secret,
                    environment,
                    items,
                })
                .collect(),
            repository: repository
                .map(|path| path.display().to_string())
                .unwrap_or_default(),
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
        let mut chosen = Vec::new();
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
                let bad = matches!(
                    known.verdict.as_deref(),
                    Some("fail" | "error" | "inconclusive")
                );
                let wanted = match selection {
                    ProbeSelection::All => true,
                    ProbeSelection::Items { .. } => named.contains(&item.id),
                    ProbeSelection::Section { section } => item.section == *section,
                    ProbeSelection::Due => matches!(known.state.as_str(), "due" | "stale"),
                    ProbeSelection::Stale => known.state == "stale",
                    ProbeSelection::Failing => bad && known.state != "rehearsal",
                };
                if !wanted {
                    continue;
                }
                let environment = context
                    .environment
                    .clone()
                    .or_else(|| probe.env.clone())
                    .or_else(|| item.environment.clone())
                    .or_else(|| open.state.target().map(str::to_owned))
                    .unwrap_or_default();
                let (variables, secrets) = self.names_in(open, &environment, context)?;
                let mut plan = resolve(probe, &variables, &secrets);
                if let Ok(plan) = &mut plan {
                    fingerprint(plan, repository).map_err(|error| {
                        Problem::new("script-unreadable", error.to_string()).at(item.number.clone())
                    })?;
                }
                // State-changing probes and load never join a run of many.
                let many = !matches!(selection, ProbeSelection::Items { .. });
                if many && plan.as_ref().is_ok_and(|plan| plan.class.asks_each_time()) {
                    continue;
                }
                chosen.push(Chosen {
                    rehearsal: self.timing(open, item, probe) == Timing::Rehearsal,
                    item: item.clone(),
                    probe: probe.clone(),
                    environment,
                    plan,
                });
            }
        }
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
        let (id, chosen, repository) = self.with_run(run, |open| {
            self.patch(open, open.revision)?;
            if let Some(reason) = self.cannot_write(open) {
                return Err(Problem::new("run-read-only", reason));
            }
            let repository = self.repository(&open.id)?;
            let chosen = self.choose(open, selection, context, repository.as_deref())?;
            Ok((open.id.clone(), chosen, repository))
        })?;
        if chosen.is_empty() {
            return Err(
                Problem::new("nothing-to-run", "no probe of this selection is due")
                    .hint("Choose an item or a section to run its probes anyway."),
            );
        }
        self.approve(&chosen, approve, context)?;
        self.pin_environments(&id, &chosen)?;
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
            let looks = matches!(plan.class, Class::Passive | Class::Reads);
            if !approve.contains(&hash) && !(context.approve_passive && looks) {
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
                let snapshot = self.snapshot(open.outline(), name)?;
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
    fn drive(&self, batch: Batch) -> Vec<Outcome> {
        let mut jobs = Vec::new();
        let mut outcomes = Vec::new();
        let mut tally = Tally::new(&batch);
        let mut secrets: BTreeMap<String, Secret> = batch.context.secrets.clone();
        for one in &batch.chosen {
            match &one.plan {
                Ok(plan) => {
                    for name in &plan.secrets {
                        if let Some(secret) = self.secret(&batch.context, &one.environment, name) {
                            secrets.entry(name.clone()).or_insert(secret);
                        }
                    }
                    let asked = one.hash().is_some_and(|hash| batch.asked.contains(&hash));
                    jobs.push(Job {
                        id: one.id(),
                        probe: one.probe.clone(),
                        plan: plan.clone(),
                        asked,
                        accepted: BTreeMap::new(),
                    });
                }
                // What cannot be resolved measured nothing; it says why, and is never green.
                Err(missing) => {
                    let why = missing
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                        .join("; ");
                    let observation = unresolved(&one.probe, why, self.now().utc());
                    tally.finished(&one.item.id, observation.verdict);
                    outcomes.push((one, observation));
                }
            }
        }
        let approved: HashMap<String, String> = batch
            .chosen
            .iter()
            .filter_map(|one| Some((one.hash()?, one.environment.clone())))
            .filter(|(hash, environment)| self.is_approved(hash, environment))
            .collect();
        let approvals: Approvals = Arc::new(move |hash| approved.contains_key(&hash.0));
        let ground = Ground {
            repository: batch.repository.clone(),
            secrets,
            approvals,
            known: BTreeMap::new(),
        };
        let (send, mut receive) = tokio::sync::mpsc::channel(64);
        let engine = Arc::new(Engine::new(Limits::default()));
        let running = self
            .runtime
            .spawn(engine.run(jobs, ground, send, batch.cancel.clone()));
        let mut written = self.record(&batch, &outcomes);
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
                            finished.push((one, *observation));
                        }
                    }
                    Progress::Cancelled { id } => tally.cancelled(item_of(&id)),
                    Progress::Retrying { .. } => {}
                }
                next = receive.try_recv().ok();
            }
            written = written.and(self.record(&batch, &finished));
            outcomes.append(&mut finished);
            self.tell(Notice::Probes(tally.progress(false, None)));
        }
        let stopped = self
            .runtime
            .block_on(running)
            .err()
            .map(|error| error.to_string());
        held(&self.batches).remove(&batch.number);
        let problem = written.err().map(|problem| problem.message).or(stopped);
        self.tell(Notice::Probes(tally.progress(true, problem)));
        outcomes
            .iter()
            .map(|(one, observation)| Outcome {
                item: one.item.id.clone(),
                number: one.item.number.clone(),
                text: one.item.text.clone(),
                kind: one.probe.kind.clone(),
                rehearsal: one.rehearsal,
                result: picture::result(&one.probe.hash, observation),
            })
            .collect()
    }

    /// Writes results into the ledger and tells the window.
    fn record(&self, batch: &Batch, finished: &[(&Chosen, Observation)]) -> Result<(), Problem> {
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
        let patch = self.write(&batch.run, |open| {
            let release = open.state.release().key();
            finished
                .iter()
                .zip(details)
                .map(|((one, observation), detail)| {
                    let item = open.item(&one.item.id)?;
                    Ok(Kind::Observation(observed(
                        open,
                        item,
                        one,
                        observation,
                        detail,
                        release.clone(),
                    )?))
                })
                .collect()
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
}

/// How far a batch is.
struct Tally {
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
    fn new(batch: &Batch) -> Self {
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

    fn started(&mut self, item: &str) {
        take(&mut self.queued, item);
        self.running.push(item.to_owned());
    }

    fn finished(&mut self, item: &str, verdict: Verdict) {
        self.cancelled(item);
        self.finished += 1;
        *self.verdicts.entry(verdict).or_default() += 1;
    }

    fn cancelled(&mut self, item: &str) {
        if !take(&mut self.running, item) {
            take(&mut self.queued, item);
        }
    }

    fn progress(&self, over: bool, problem: Option<String>) -> ProbeProgress {
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

/// The item of a job's id, which is the item and the probe's hash.
fn item_of(job: &str) -> &str {
    job.split('\u{1f}').next().unwrap_or(job)
}

fn class_word(class: Class) -> &'static str {
    match class {
        Class::Passive => "passive",
        Class::Reads => "reads",
        Class::ChangesState => "changesState",
        Class::Command => "command",
        Class::Load => "load",
    }
}

fn unresolved(probe: &Probe, why: String, now: chrono::DateTime<chrono::Utc>) -> Observation {
    Observation {
        verdict: Verdict::Inconclusive,
        conditions: Vec::new(),
        values: Vec::new(),
        summary: why,
        started: now,
        duration_ms: 0,
        target: String::new(),
        saw: serde_json::Map::new(),
        hint: Some(format!(
            "Set what the {} probe needs in the run\u{2019}s environment.",
            probe.kind
        )),
    }
}

/// An observation as the ledger keeps it.
fn observed(
    open: &OpenRun,
    item: &Item,
    one: &Chosen,
    observation: &Observation,
    detail: Digest,
    release: Option<String>,
) -> Result<Observed, Problem> {
    Ok(Observed {
        scope: open.scope(item)?,
        item: item.id.clone(),
        probe: one
            .probe
            .hash
            .parse()
            .map_err(|_| Problem::unknown("probe", &one.probe.hash))?,
        verdict: finding(observation.verdict),
        conditions: observation
            .conditions
            .iter()
            .map(|condition| ConditionFound {
                text: condition.text.clone(),
                verdict: finding(condition.verdict),
                measured: condition.measured.clone(),
                limit: condition.limit.clone(),
                unit: condition.unit.clone(),
                why: condition.why.clone(),
            })
            .collect(),
        values: measurements(observation),
        summary: observation.summary.clone(),
        started: observation.started.into(),
        took_ms: observation.duration_ms,
        target: (!observation.target.is_empty()).then(|| observation.target.clone()),
        environment: (!one.environment.is_empty()).then(|| one.environment.clone()),
        release,
        rehearsal: one.rehearsal,
        watch: None,
        detail: Some(detail),
        hint: observation.hint.clone(),
    })
}

fn measurements(observation: &Observation) -> Vec<Measurement> {
    let mut values: Vec<Measurement> = observation
        .values
        .iter()
        .filter_map(|measured| {
            Some(Measurement {
                metric: measured.metric.clone(),
                value: kept(&measured.value)?,
            })
        })
        .collect();
    values.sort_by(|a, b| a.metric.cmp(&b.metric));
    values
}

/// A value as the ledger keeps it; long texts stay in the detail only.
fn kept(value: &Value) -> Option<MeasuredValue> {
    const LONGEST: usize = 200;
    Some(match value {
        Value::Bool(flag) => MeasuredValue::Bool(*flag),
        Value::Number(quantity) => {
            let unit = quantity.unit.symbol();
            let unit = (!unit.is_empty()).then(|| unit.to_owned());
            MeasuredValue::Quantity(Quantity::from_decimal(quantity.n, unit))
        }
        Value::Time { time } => MeasuredValue::Time(MeasuredTime {
            time: (*time).into(),
        }),
        Value::Text(text) if text.len() <= LONGEST => MeasuredValue::Text(text.clone()),
        Value::Text(_) => return None,
        Value::List(list) if list.len() <= 20 => {
            MeasuredValue::List(list.iter().filter_map(kept).collect())
        }
        Value::List(_) => return None,
    })
}

fn finding(verdict: Verdict) -> Finding {
    match verdict {
        Verdict::Pass => Finding::Pass,
        Verdict::Warn => Finding::Warn,
        Verdict::Skipped => Finding::Skipped,
        Verdict::Inconclusive => Finding::Inconclusive,
        Verdict::Error => Finding::Error,
        Verdict::Fail => Finding::Fail,
    }
}
