//! Probes of a checklist without a run, as a pipeline uses them: nothing is stored, and only what
//! the call itself approves runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use countersign_core::outline::{Item, ItemKind, Outline};
use countersign_core::probe::Named;
use countersign_probes::{Approvals, Engine, Ground, Limits};
use tokio_util::sync::CancellationToken;

use super::ProbeContext;
use super::chosen::{Baselines, Chosen, Known, Outcome, jobs, shown_plan};
use super::together;
use crate::checklists::Source;
use crate::wire::error::Problem;
use crate::wire::probe::ProbePlan;

/// What the probes of a checklist would do. Nothing runs. `items` are ids or numbers; none means
/// all work items, without probes that change state or make load.
///
/// # Errors
/// What reading the checklist says, `unknown-item`, or `script-unreadable`.
pub fn file_probe_plan(
    source: &str,
    items: &[String],
    approve: &[String],
    context: &ProbeContext,
) -> Result<ProbePlan, Problem> {
    let read = Source::read(source)?;
    let outline = read.import(false)?.outline;
    let repository = read.repository();
    let chosen = choose(&outline, items, context, repository.as_deref())?;
    let approved = approved(&chosen, approve, context);
    shown_plan(
        &chosen,
        repository.as_deref(),
        &Known {
            secret: &|_, name| context.secrets.contains_key(name),
            approved: &|_, hash| approved.contains(hash),
            since_last: &|_, _| Ok("new".to_owned()),
            load_hosts: &|_| Ok(context.load_hosts.clone()),
        },
    )
}

/// Runs the probes of a checklist and returns what came of them, in document order.
///
/// # Errors
/// As [`file_probe_plan`]; `load-host-not-allowed` and `load-host-not-confirmed`; `no-threads` where
/// the system gives none.
pub fn file_probes(
    source: &str,
    items: &[String],
    approve: &[String],
    context: &ProbeContext,
) -> Result<Vec<Outcome>, Problem> {
    let read = Source::read(source)?;
    let outline = read.import(false)?.outline;
    let repository = read.repository();
    let chosen = choose(&outline, items, context, repository.as_deref())?;
    super::load::check(&chosen, approve, context, |_| {
        Ok(context.load_hosts.clone())
    })?;
    let approved = approved(&chosen, approve, context);
    let asked = approve.iter().cloned().collect();
    let jobs = jobs(&chosen, &asked, &Baselines::new());
    let approvals: Approvals = Arc::new(move |hash| approved.contains(&hash.0));
    let ground = Ground {
        repository,
        secrets: context.secrets.clone(),
        approvals,
        known: BTreeMap::new(),
    };
    // Nobody listens here; the engine drops progress that nobody receives.
    let (progress, _) = tokio::sync::mpsc::channel(1);
    let engine = Arc::new(Engine::new(Limits::default()));
    let done = crate::app::runtime()?.block_on(engine.run(
        jobs,
        ground,
        progress,
        CancellationToken::new(),
    ));
    let observed: BTreeMap<_, _> = done
        .into_iter()
        .map(|done| (done.id, done.observation))
        .collect();
    let now = DateTime::<Utc>::from(SystemTime::now());
    Ok(chosen
        .iter()
        .filter_map(|one| match one.unresolved(now) {
            Some(unresolved) => Some(one.outcome(&unresolved)),
            None => observed.get(&one.id()).map(|found| one.outcome(found)),
        })
        .collect())
}

fn choose(
    outline: &Outline,
    items: &[String],
    context: &ProbeContext,
    repository: Option<&Path>,
) -> Result<Vec<Chosen>, Problem> {
    let named: BTreeSet<&str> = items
        .iter()
        .map(|name| {
            let item = outline
                .find(name)
                .ok_or_else(|| Problem::unknown("item", name))?;
            Ok(item.id.as_str())
        })
        .collect::<Result<_, Problem>>()?;
    let mut candidates: Vec<(&Item, Named<'_>)> = Vec::new();
    let mut wanted = Vec::new();
    let mut all = outline.named_probes().into_iter();
    for item in &outline.items {
        for probe in all.by_ref().take(item.probes.len()) {
            candidates.push((item, probe));
            wanted.push(match named.is_empty() {
                true => item.kind == ItemKind::Work,
                false => named.contains(item.id.as_str()),
            });
        }
    }
    let probes: Vec<&Named<'_>> = candidates.iter().map(|(_, probe)| probe).collect();
    together::join(&probes, &mut wanted);
    let mut chosen = Vec::new();
    for ((item, called), _) in candidates.iter().zip(wanted).filter(|(_, wanted)| *wanted) {
        let probe = called.probe;
        let environment = context
            .environment
            .clone()
            .or_else(|| probe.env.clone())
            .or_else(|| item.environment.clone())
            .unwrap_or_default();
        let declared = outline.declared.environments.get(&environment);
        let mut variables = declared.cloned().unwrap_or_default();
        variables.extend(context.variables_in(&environment));
        let names = (variables, context.secrets.keys().cloned().collect());
        let one = Chosen::new(item, probe, environment, &names, repository)?;
        if named.contains(item.id.as_str()) || !one.asks_each_time() {
            chosen.push(Chosen {
                called: called.names.iter().map(|name| (*name).to_owned()).collect(),
                ..one
            });
        }
    }
    together::keep_answerable(&mut chosen, &BTreeSet::new());
    Ok(chosen)
}

/// Hashes of the plans that this call approves.
fn approved(chosen: &[Chosen], approve: &[String], context: &ProbeContext) -> BTreeSet<String> {
    let given = approve.iter().cloned();
    let looking = chosen
        .iter()
        .filter(|one| context.approve_passive && one.only_looks())
        .filter_map(Chosen::hash)
        .map(str::to_owned);
    given.chain(looking).collect()
}
