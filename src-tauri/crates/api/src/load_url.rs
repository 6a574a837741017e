//! Load on one address, without a checklist: what `countersign load` does.

use std::collections::{BTreeMap, BTreeSet};

use countersign_core::diagnostic::Place;
use countersign_core::probe::kinds::amount;
use countersign_core::probe::{
    ConditionOutcome, Plan, Probe, Verdict, allows_load, host_of, looks_like_production,
    parse_yaml, resolve,
};
use countersign_load::{Outcome, Plan as LoadPlan, Progress, launch};
use countersign_probes::{judge_load, load_plan};
use serde_json::{Map, Value};

use crate::environments::check_host;
use crate::wire::error::Problem;

/// What is asked of one address.
#[derive(Clone, Debug, Default)]
pub struct LoadCall {
    /// The fields of a probe of the kind `load`, by their names, and its `expect`.
    pub fields: Map<String, Value>,
    /// The hosts that may be loaded, as they were typed.
    pub allowed: Vec<String>,
    /// Those that were typed a second time, because people may depend on them.
    pub confirmed: Vec<String>,
}

/// A call that was understood, and whose target may be loaded.
#[derive(Debug)]
pub struct LoadReady {
    probe: Probe,
    plan: Plan,
    load: LoadPlan,
    /// `host:port`.
    pub target: String,
    /// How much it is, fact by fact: a name and a value.
    pub facts: Vec<(&'static str, String)>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct LoadJudged {
    /// Everything that was measured.
    pub outcome: Outcome,
    /// What the conditions say, or `inconclusive`.
    pub verdict: Verdict,
    /// Each condition.
    pub conditions: Vec<ConditionOutcome>,
    /// Why nothing is decided, where that is so.
    pub reasons: Vec<String>,
}

impl LoadCall {
    /// Reads a call and looks whether its target may be loaded. Nothing is sent.
    ///
    /// # Errors
    /// `load-plan` where it is no load, `load-host-not-allowed`, `load-host-not-confirmed`.
    pub fn ready(&self) -> Result<LoadReady, Problem> {
        let mut fields = self.fields.clone();
        fields.insert("probe".to_owned(), "load".into());
        // JSON is YAML, so that what a checklist may say can be said here in the same words.
        let text = Value::Object(fields).to_string();
        let (probes, diagnostics) = parse_yaml(&text, Place { line: 1, column: 1 });
        let Some(probe) = probes.into_iter().next() else {
            let wrong = diagnostics.into_iter().next();
            let message = wrong.as_ref().map_or_else(
                || "this is no load".to_owned(),
                |wrong| wrong.message.clone(),
            );
            let problem = Problem::new("load-plan", message);
            return Err(match wrong.and_then(|wrong| wrong.hint) {
                Some(hint) => problem.hint(hint),
                None => problem,
            });
        };
        let unusable = |why: String| Problem::new("load-plan", why);
        let plan = resolve(&probe, &BTreeMap::new(), &BTreeSet::new()).map_err(|missing| {
            let all: Vec<String> = missing.iter().map(ToString::to_string).collect();
            unusable(all.join("; "))
        })?;
        for typed in self.allowed.iter().chain(&self.confirmed) {
            check_host(typed)?;
        }
        for target in &plan.hosts {
            self.may_go_to(target)?;
        }
        let amount = amount(&plan).map_err(|wrong| unusable(wrong.to_string()))?;
        let load = load_plan(&plan).map_err(refused)?;
        load.check().map_err(refused)?;
        Ok(LoadReady {
            target: plan.hosts.first().cloned().unwrap_or_default(),
            facts: amount.facts(),
            probe,
            plan,
            load,
        })
    }

    fn may_go_to(&self, target: &str) -> Result<(), Problem> {
        let host = host_of(target);
        if !allows_load(&self.allowed, target) {
            return Err(Problem::new(
                "load-host-not-allowed",
                format!("{host} is not among the hosts that load may be sent to"),
            )
            .hint(format!("Say so with --allow-host {host}, if it is yours.")));
        }
        match looks_like_production(target, "") {
            Some(why) if !allows_load(&self.confirmed, target) => Err(Problem::new(
                "load-host-not-confirmed",
                format!("{host} looks as if people depended on it: {why}"),
            )
            .hint(format!(
                "Say it a second time with --confirm-host {host}, if they may be disturbed."
            ))),
            _ => Ok(()),
        }
    }
}

fn refused(refusal: countersign_load::Refusal) -> Problem {
    let problem = Problem::new(&refusal.code, refusal.what);
    match refusal.hint {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

impl LoadReady {
    /// Sends it all, in a process of its own, and judges what came back. `tell` hears of it about
    /// five times a second.
    ///
    /// # Errors
    /// `load-refused`, `load-unreachable`, `load-tls` or `load-worker` where nothing was measured;
    /// `no-threads` where the system gives none.
    pub fn run(&self, tell: &mut (dyn FnMut(Progress) + Send)) -> Result<LoadJudged, Problem> {
        let program = std::env::current_exe()
            .map_err(|error| Problem::new("load-worker", error.to_string()))?;
        let never = std::future::pending();
        let outcome = crate::app::runtime()?
            .block_on(launch(&program, &self.load, tell, never))
            .map_err(refused)?;
        let (verdict, conditions, reasons) = judge_load(&outcome, &self.probe, &self.plan);
        Ok(LoadJudged {
            outcome,
            verdict,
            conditions,
            reasons,
        })
    }
}
