//! Results as the ledger keeps them, and writing them there.

use countersign_core::ledger::body::{
    ConditionFound, Finding, MeasuredTime, MeasuredValue, Measurement, Observation as Observed,
};
use countersign_core::ledger::ident::Digest;
use countersign_core::ledger::kind::Kind;
use countersign_core::ledger::quantity::Quantity;
use countersign_core::outline::Item;
use countersign_core::probe::{Observation, Value, Verdict};
use countersign_probes::File;

use super::DETAIL_LIMIT;
use super::chosen::Chosen;
use crate::app::App;
use crate::evidence::of_probe;
use crate::open_run::OpenRun;
use crate::wire::error::Problem;

/// A probe that has ended, with the files that it left.
pub(crate) struct Finished<'a> {
    pub one: &'a Chosen,
    pub observation: &'a Observation,
    pub files: &'a [File],
}

impl<'a> Finished<'a> {
    /// One that left no file.
    pub fn of(one: &'a Chosen, observation: &'a Observation) -> Self {
        Self {
            one,
            observation,
            files: &[],
        }
    }
}

impl App {
    /// Writes results into the ledger, what they left as evidence of their items, and tells the
    /// window.
    pub(crate) fn record(&self, run: &str, finished: &[Finished<'_>]) -> Result<(), Problem> {
        if finished.is_empty() {
            return Ok(());
        }
        let mut kept = Vec::new();
        for ended in finished {
            let files = ended.files.iter().map(|file| self.kept_file(file));
            kept.push(files.collect::<Result<Vec<_>, _>>()?);
        }
        self.write_found(run, |open| {
            let release = open.state.release().key();
            let (mut events, mut details) = (Vec::new(), Vec::new());
            for (ended, files) in finished.iter().zip(kept) {
                let (one, observation) = (ended.one, ended.observation);
                // A checklist that was adopted meanwhile may have the probe no more, or may call
                // another item by this id: a result is only ever said of the probe that ran.
                let item = open.outline().item(&one.item.id);
                let pinned = item.filter(|item| {
                    let probes = &item.probes;
                    probes.iter().any(|probe| probe.hash == one.probe.hash)
                });
                let Some(item) = pinned else { continue };
                let bytes = serde_json::to_vec(observation)
                    .map_err(|error| Problem::new("result-unwritable", error.to_string()))?;
                if bytes.len() as u64 > DETAIL_LIMIT {
                    let size = "what a probe saw is too large to be kept";
                    return Err(Problem::new("result-unwritable", size).at(item.number.clone()));
                }
                let (digest, release) = (Digest::of(&bytes), release.clone());
                let found = observed(open, item, one, observation, digest, release)?;
                events.push(Kind::Observation(found));
                events.extend(of_probe(open, item, files, &observation.summary)?);
                details.push(bytes);
            }
            Ok((events, details))
        })
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
        probe: one.probe_hash()?,
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
        watch: one.part,
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
