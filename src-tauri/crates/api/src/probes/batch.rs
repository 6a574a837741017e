//! A batch of probes: what it may do, running it to its end, and writing what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use countersign_core::ledger::ident::RunId;
use countersign_core::ledger::kind::Kind;
use countersign_probes::{Known, Secret};
use countersign_store::Approval;
use tokio_util::sync::CancellationToken;

use super::ProbeContext;
use super::chosen::{Baselines, Chosen, Outcome};
use super::driven::Driven;
use crate::app::{App, held};
use crate::wire::error::Problem;
use crate::wire::probe::ProbeSelection;

/// A batch of probes that is ready to run.
pub(crate) struct Batch {
    pub number: u64,
    pub run: String,
    pub chosen: Vec<Chosen>,
    pub repository: Option<PathBuf>,
    pub cancel: CancellationToken,
    pub asked: BTreeSet<String>,
    /// The secrets of each environment.
    pub secrets: BTreeMap<String, BTreeMap<String, Secret>>,
    /// What the last accepted run measured.
    pub accepted: Baselines,
    /// What is known of probes outside the batch, by what those of the batch may call them.
    pub known: BTreeMap<String, Known>,
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
            self.look(open)?;
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
        self.may_load(&chosen, approve, context)?;
        self.approve(&chosen, approve, context)?;
        for one in &mut chosen {
            one.without_secrets(&|environment, name| {
                self.secret(context, environment, name).is_some()
            });
        }
        self.pin_environments(&id, &chosen, context)?;
        let (pinned, secrets) = self.with_run(id.as_str(), |open| {
            let mut secrets = BTreeMap::new();
            for one in &chosen {
                if !secrets.contains_key(&one.environment) {
                    let of_it = self.secrets_of(open, &one.environment, context)?;
                    secrets.insert(one.environment.clone(), of_it);
                }
            }
            Ok((Arc::clone(&open.pinned), secrets))
        })?;
        let accepted = self.baselines(id.as_str(), &pinned.outline, &chosen)?;
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
            secrets,
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
        let approve: BTreeSet<&str> = approve.iter().map(String::as_str).collect();
        let mut approvals = Vec::new();
        for one in chosen {
            let (Ok(plan), Some(hash)) = (&one.plan, one.hash()) else {
                continue;
            };
            if !(approve.contains(hash) || context.approve_passive && one.only_looks()) {
                continue;
            }
            approvals.push(Approval {
                plan_hash: hash.parse().map_err(|_| Problem::unknown("plan", hash))?,
                environment: one.environment.clone(),
                plan: serde_json::json!({
                    "text": one.item.text_hash,
                    "kind": plan.kind,
                    "lines": plan.describe(),
                }),
                approved_at: now,
            });
        }
        if approvals.is_empty() {
            return Ok(());
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
        let mut driven = Driven::of(self, &batch);
        driven.tell_unresolved();
        // One environment after the other: two of them may call different secrets by one name, and
        // an approval in one says nothing about the other.
        let environments: BTreeSet<&str> = batch
            .chosen
            .iter()
            .map(|one| one.environment.as_str())
            .collect();
        for environment in environments {
            driven.run(environment);
        }
        held(&self.batches).remove(&batch.number);
        driven.end()
    }
}
