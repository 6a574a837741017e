//! `load`: many requests by a schedule, in a process of their own, or what another tool measured.

mod measured;
mod plan;
mod told;

use std::collections::BTreeMap;
use std::time::Duration;

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{
    Condition, ConditionOutcome, Plan, Probe, Verdict, evaluate_probe, kinds,
};
use countersign_load::{Doubt, Outcome, Plan as LoadPlan, Refusal, launch};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::kind::{Context, File, Going, Kind, Obstacle, Saw};
use crate::net::Trust;

/// How long connecting, waiting for the last answers and starting may take besides.
const BESIDES: Duration = Duration::from_secs(20);

/// The kind.
pub struct Load;

impl Kind for Load {
    fn schema(&self) -> &'static KindSchema {
        &kinds::LOAD
    }

    fn run<'a>(
        &'a self,
        plan: &'a Plan,
        context: &'a Context<'a>,
        saw: &'a mut Saw,
    ) -> BoxFuture<'a, Result<(), Obstacle>> {
        run(plan, context, saw).boxed()
    }

    fn lasts(&self, plan: &Plan) -> Option<Duration> {
        if plan.fields.contains_key("from") {
            return None;
        }
        let amount = kinds::amount(plan).ok()?;
        Some(amount.lasts() + amount.patience * 3 + BESIDES)
    }

    fn ends_itself(&self) -> bool {
        true
    }
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    if plan.fields.contains_key("from") {
        return told::read(plan, context, saw);
    }
    let load = plan::load(plan, context)?;
    let program = std::env::current_exe().map_err(|error| {
        Obstacle::undecided(format!("this program does not find itself: {error}"))
    })?;
    let mut tell = |progress| context.going.tell(progress);
    let stop = context.stop.cancelled();
    let mut outcome = launch(&program, &load, &mut tell, stop)
        .await
        .map_err(refused)?;
    saw.reached = true;
    let log = std::mem::take(&mut outcome.log);
    if !log.is_empty() {
        saw.files.push(File {
            name: "latency.hlog".to_owned(),
            text: log,
        });
    }
    measured::measure(&outcome, context.asked, saw)
}

/// What a plan of this kind would send, where nothing in it is secret or captured.
///
/// # Errors
/// `load-plan` where that cannot be sent.
pub fn load_plan(plan: &Plan) -> Result<LoadPlan, Refusal> {
    let (events, _) = tokio::sync::mpsc::channel(1);
    let context = Context {
        repository: None,
        secrets: &BTreeMap::new(),
        captures: &BTreeMap::new(),
        trust: &Trust::default(),
        routes: &plan.routes,
        window: None,
        deadline: tokio::time::Instant::now(),
        asked: &[],
        going: &Going {
            job: String::new(),
            events,
        },
        stop: &CancellationToken::new(),
    };
    plan::load(plan, &context).map_err(|obstacle| Refusal {
        code: "load-plan".to_owned(),
        what: obstacle.what,
        hint: obstacle.hint,
    })
}

/// What an outcome says about a probe of this kind: the verdict, each condition, and why nothing is
/// decided where that is so.
#[must_use]
pub fn judge_load(
    outcome: &Outcome,
    probe: &Probe,
    plan: &Plan,
) -> (Verdict, Vec<ConditionOutcome>, Vec<String>) {
    let mut saw = Saw::default();
    let asked: Vec<Condition> = plan.expect.iter().chain(&plan.warn).cloned().collect();
    let obstacle = measured::measure(outcome, &asked, &mut saw).err();
    let judged = Probe {
        expect: plan.expect.clone(),
        warn: plan.warn.clone(),
        ..probe.clone()
    };
    let (verdict, conditions) = evaluate_probe(&judged, &saw.values, &BTreeMap::new());
    let reasons = outcome.doubts.iter().map(Doubt::words);
    let undecided = conditions
        .iter()
        .filter(|condition| condition.verdict == Verdict::Inconclusive && obstacle.is_none())
        .filter_map(|condition| condition.why.clone());
    let reasons = reasons.chain(undecided).collect();
    let verdict = obstacle.map_or(verdict, |obstacle| obstacle.verdict);
    (verdict, conditions, reasons)
}

/// What a refusal says about the thing that was to be loaded.
fn refused(refusal: Refusal) -> Obstacle {
    let obstacle = match refusal.code.as_str() {
        "load-refused" => Obstacle::refused(refusal.what).in_transport(),
        "load-tls" | "load-capture" => Obstacle::refused(refusal.what),
        "load-plan" => Obstacle::broken(refusal.what),
        _ => Obstacle::undecided(refusal.what),
    };
    match refusal.hint {
        Some(hint) => obstacle.hint(hint),
        None => obstacle,
    }
}

#[cfg(test)]
mod tests;
