//! Results as the ledger keeps them.

use countersign_core::ledger::body::{
    ConditionFound, Finding, MeasuredTime, MeasuredValue, Measurement, Observation as Observed,
};
use countersign_core::ledger::ident::Digest;
use countersign_core::ledger::quantity::Quantity;
use countersign_core::outline::Item;
use countersign_core::probe::{Observation, Value, Verdict};

use super::chosen::Chosen;
use crate::open_run::OpenRun;
use crate::wire::error::Problem;

/// An observation as the ledger keeps it.
pub(super) fn observed(
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
