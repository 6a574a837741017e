//! Results that an outside system pushes.

use std::collections::BTreeMap;

use countersign_core::outline::Item;
use countersign_core::probe::due::Timing;
use countersign_core::probe::{Observation, Probe, Pushed, Verdict, evaluate_probe};
use countersign_probes::{Redactor, Secret, fit_to_record};
use serde_json::{Map, Value as Json};

use super::chosen::Chosen;
use super::{Finished, Outcome, ProbeContext};
use crate::app::App;
use crate::open_run::OpenRun;
use crate::wire::error::Problem;

/// The longest document that is taken, in bytes.
const LONGEST_DOCUMENT: usize = 1_000_000;
/// The most metrics that are taken.
const MOST_METRICS: usize = 100;

/// What an outside system gives for an item.
#[derive(Clone, Debug, Default)]
pub struct Push {
    /// `pass`, `fail` or `inconclusive`; empty where the document says it.
    pub verdict: String,
    /// `NAME=VALUE` each.
    pub metrics: Vec<String>,
    /// A JSON object with more of it; empty for none.
    pub document: String,
    /// The id of the push probe, where the item has several; empty otherwise.
    pub probe: String,
}

impl App {
    /// Takes the result of an outside system for an item that waits for one, judges it by the
    /// probe's conditions and writes it into the ledger as an observation.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, `no-push-probe`, `which-push-probe`, `bad-result`,
    /// `variable-missing`, `run-read-only`, or what the store says.
    pub fn push(&self, run: &str, item: &str, push: &Push) -> Result<Outcome, Problem> {
        let pushed = read(push)?;
        let context = ProbeContext::default();
        let (run, one, secrets) = self.with_run(run, |open| {
            self.look(open)?;
            if let Some(reason) = self.cannot_write(open) {
                return Err(Problem::new("run-read-only", reason));
            }
            let item = open.item(item)?.clone();
            let probe = waiting(&item, &push.probe)?.clone();
            let one = self.pushed_to(open, &item, &probe, &context)?;
            let secrets = self.secrets_of(open, &one.environment, &context)?;
            Ok((open.id.to_string(), one, secrets))
        })?;
        let observation = self.judge(&one, &pushed, &secrets)?;
        let outcome = one.outcome(&observation);
        self.record(&run, &[Finished::of(&one, &observation)])?;
        Ok(outcome)
    }

    fn pushed_to(
        &self,
        open: &OpenRun,
        item: &Item,
        probe: &Probe,
        context: &ProbeContext,
    ) -> Result<Chosen, Problem> {
        let environment = probe
            .env
            .clone()
            .or_else(|| item.environment.clone())
            .or_else(|| open.state.target().map(str::to_owned))
            .unwrap_or_default();
        let names = self.names_in(open, &environment, context)?;
        let one = Chosen::new(item, probe, environment, &names, None)?;
        Ok(Chosen {
            rehearsal: self.timing(open, item, probe) == Timing::Rehearsal,
            ..one
        })
    }

    fn judge(
        &self,
        one: &Chosen,
        pushed: &Pushed,
        secrets: &BTreeMap<String, Secret>,
    ) -> Result<Observation, Problem> {
        let plan = one.plan.as_ref().map_err(|missing| {
            let words: Vec<String> = missing.iter().map(ToString::to_string).collect();
            Problem::new("variable-missing", words.join("; "))
                .hint("Set it in the run\u{2019}s environment.")
        })?;
        let judged = Probe {
            expect: plan.expect.clone(),
            warn: plan.warn.clone(),
            ..one.probe.clone()
        };
        let mut values = pushed.values();
        values.lacks("age", "it was pushed, not read from a file");
        let (judgement, conditions) = evaluate_probe(&judged, &values, &BTreeMap::new());
        let mut saw = Map::new();
        if let Some(json) = &pushed.json {
            // As text: a record holds no floating point number, and a document may.
            saw.insert("pushed".to_owned(), Json::String(json.to_string()));
        }
        let mut observation = Observation {
            // Conditions can make it worse and never better.
            verdict: match pushed.verdict {
                Verdict::Pass => judgement,
                given => judgement.max(given),
            },
            conditions,
            values: values.measured(),
            summary: pushed.summary(),
            started: self.now().utc(),
            duration_ms: 0,
            target: plan.target(),
            saw,
            hint: None,
        };
        fit_to_record(&mut observation, &Redactor::new(secrets));
        Ok(observation)
    }
}

/// What was given, read.
fn read(push: &Push) -> Result<Pushed, Problem> {
    let bad = |why: String| Problem::new("bad-result", why);
    if push.document.len() > LONGEST_DOCUMENT {
        return Err(bad("the document is longer than 1 MB".to_owned()));
    }
    let given = match push.verdict.as_str() {
        "" => None,
        word => Some(Pushed::verdict(word).map_err(bad)?),
    };
    let mut pushed = if push.document.is_empty() {
        let verdict = given.ok_or_else(|| {
            bad("there is no verdict".to_owned())
                .hint("Give --verdict pass, fail or inconclusive, or a document that says it.")
        })?;
        Pushed {
            verdict,
            metrics: Vec::new(),
            json: None,
        }
    } else {
        let json = serde_json::from_str(&push.document)
            .map_err(|error| bad(format!("the document is not JSON: {error}")))?;
        Pushed::document(json, given)
            .map_err(|why| bad(format!("the document is no result: {why}")))?
    };
    for written in &push.metrics {
        let (name, value) = Pushed::metric(written).map_err(bad)?;
        if pushed.metrics.iter().any(|(known, _)| *known == name) {
            return Err(bad(format!("`{name}` is given twice")));
        }
        pushed.metrics.push((name, value));
    }
    if pushed.metrics.len() > MOST_METRICS {
        return Err(bad(format!("there are more than {MOST_METRICS} metrics")));
    }
    Ok(pushed)
}

/// The item's probe that waits for a result.
fn waiting<'a>(item: &'a Item, id: &str) -> Result<&'a Probe, Problem> {
    let waiting: Vec<&Probe> = item
        .probes
        .iter()
        .filter(|probe| probe.waits_for_push())
        .filter(|probe| id.is_empty() || probe.id.as_deref() == Some(id))
        .collect();
    match waiting.as_slice() {
        [probe] => Ok(probe),
        [] => Err(
            Problem::new("no-push-probe", "this item waits for no such result")
                .at(item.number.clone())
                .hint("Write <!-- probe: push from=\"…\" --> on it."),
        ),
        several => {
            let ids: Vec<&str> = several
                .iter()
                .filter_map(|probe| probe.id.as_deref())
                .collect();
            Err(
                Problem::new("which-push-probe", "this item waits for several results")
                    .at(item.number.clone())
                    .hint(format!("Name one with --probe: {}.", ids.join(", "))),
            )
        }
    }
}
