//! Probes of a run: what they would do, approving them, running them, and what they saw.

mod batch;
mod choice;
mod chosen;
mod drawn;
mod driven;
mod earlier;
mod edit;
mod file;
mod known;
mod live;
mod load;
mod observed;
mod pushed;
mod tally;
mod together;

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_core::ledger::body::{EnvironmentSnapshotted, VariableValue};
use countersign_core::ledger::ident::Digest;
use countersign_core::probe::Observation;
use countersign_probes::Secret;

use crate::app::{App, held};
use crate::open_run::OpenRun;
use crate::view::picture;
use crate::wire::error::Problem;
use crate::wire::probe::{ProbePlan, ProbeResult, ProbeSelection};
use chosen::Known;
use earlier::Earlier;

pub use chosen::Outcome;
pub(crate) use chosen::{Baselines, Chosen, jobs};
pub use file::{file_probe_plan, file_probes};
pub(crate) use observed::Finished;
pub use pushed::Push;

/// The most that the stored detail of a result may be, in bytes.
const DETAIL_LIMIT: u64 = 4 * 1024 * 1024;

/// What the command line gives beside the environments of the store.
#[derive(Clone, Default)]
pub struct ProbeContext {
    /// Environment to resolve in, instead of the item's own or the run's target.
    pub environment: Option<String>,
    /// Variables that count more than the environment's: `NAME` in every one, `ENVIRONMENT:NAME`
    /// in that one.
    pub variables: BTreeMap<String, String>,
    /// Secrets that count more than the keychain's.
    pub secrets: BTreeMap<String, Secret>,
    /// Whether probes that only look (passive, reads) are approved by this call.
    pub approve_passive: bool,
    /// Hosts that load may be sent to, beside those of the environment.
    pub load_hosts: Vec<String>,
    /// Hosts that were typed a second time, because they look as if people depended on them.
    pub confirmed_hosts: Vec<String>,
}

impl ProbeContext {
    /// The variables that were given for an environment; those for it alone count more.
    fn variables_in(&self, environment: &str) -> BTreeMap<String, String> {
        let (alone, all): (Vec<_>, Vec<_>) = self
            .variables
            .iter()
            .map(|(name, value)| (name.split_once(':'), name, value))
            .partition(|(alone, ..)| alone.is_some());
        let all = all
            .into_iter()
            .map(|(_, name, value)| (name.as_str(), value));
        let alone = alone.into_iter().filter_map(|(alone, _, value)| {
            let (of, name) = alone?;
            (of == environment).then_some((name, value))
        });
        all.chain(alone)
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }

    /// What was given counts more than what the environment says, in what the run keeps too.
    fn count_into(&self, snapshot: &mut EnvironmentSnapshotted) {
        let given = self.variables_in(&snapshot.name);
        snapshot
            .variables
            .retain(|known| !given.contains_key(&known.name));
        let given = given.into_iter();
        snapshot
            .variables
            .extend(given.map(|(name, value)| VariableValue { name, value }));
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
            self.look(open)?;
            let repository = self.repository(&open.id)?;
            let chosen = self.choose(open, &selection, context, repository.as_deref())?;
            let earlier = Earlier::of(self);
            let mut plan = chosen::shown_plan(
                &chosen,
                repository.as_deref(),
                &Known {
                    secret: &|environment, name| self.secret(context, environment, name).is_some(),
                    approved: &|one, hash| {
                        context.approve_passive && one.only_looks()
                            || self.is_approved(hash, &one.environment)
                    },
                    since_last: &|one, approved| earlier.since_last(one, approved),
                    load_hosts: &|environment| self.load_hosts(environment, context),
                },
            )?;
            plan.entries.extend(choice::unreadable(open, &selection)?);
            Ok(plan)
        })
    }

    pub(crate) fn is_approved(&self, hash: &str, environment: &str) -> bool {
        let digest = hash.parse::<Digest>();
        digest.is_ok_and(|digest| {
            self.store()
                .is_approved(&digest, environment)
                .unwrap_or(false)
        })
    }

    /// Runs a selection in the background: results arrive as they come. `approve` lists the plan
    /// hashes that the person has just said yes to, `confirmed` the hosts that were typed again for
    /// load on them. Answers with the number of the batch.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, `nothing-to-run`, `load-host-not-allowed`,
    /// `load-host-not-confirmed`, or what the store says.
    pub fn probe_run(
        self: &Arc<Self>,
        run: &str,
        selection: ProbeSelection,
        approve: &[String],
        confirmed: &[String],
    ) -> Result<u64, Problem> {
        let context = ProbeContext {
            confirmed_hosts: confirmed.to_vec(),
            ..ProbeContext::default()
        };
        let batch = self.prepare(run, &selection, approve, &context)?;
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
        let mut result = picture::result(probe, &observation);
        self.draw_together(open, item, &mut result);
        Ok(Some(result))
    }
}
