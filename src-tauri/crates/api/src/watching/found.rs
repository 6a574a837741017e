//! What a watch has seen, as the ledger and its picture keep it.

use countersign_core::probe::watch::{Judgement, Window};
use countersign_core::probe::{Measured, Observation, Sample, Value, Watch};
use serde_json::{Map, Value as Json, json};

use crate::probes::Chosen;

/// What a watch has seen, as a result.
pub(super) fn observation(
    one: &Chosen,
    watch: &Watch,
    window: &Window,
    judged: &Judgement,
    samples: &[Sample],
) -> Observation {
    let last = samples.last().map_or(window.from, |sample| sample.at);
    let took = (last.min(window.until) - window.from).num_milliseconds();
    let gaps: Vec<_> = judged
        .gaps
        .iter()
        .map(|gap| vec![gap.from.to_rfc3339(), gap.until.to_rfc3339()])
        .collect();
    let mut saw = Map::new();
    saw.insert(
        "watch".to_owned(),
        json!({
            "from": window.from.to_rfc3339(),
            "until": window.until.to_rfc3339(),
            "statistic": watch.statistic.word(),
            "coverage": judged.coverage.to_string(),
            "looks": judged.looks,
        }),
    );
    if let Some(course) = course(samples) {
        saw.insert("series".to_owned(), course);
    }
    if !gaps.is_empty() {
        saw.insert(
            "table".to_owned(),
            json!({"columns": ["not seen from", "until"], "rows": gaps}),
        );
    }
    Observation {
        verdict: judged.verdict,
        conditions: judged.conditions.clone(),
        values: [
            Measured {
                metric: "coverage".to_owned(),
                value: Value::Number(judged.coverage),
            },
            Measured {
                metric: "looks".to_owned(),
                value: Value::count(judged.looks),
            },
        ]
        .into_iter()
        .chain(judged.compared.iter().cloned())
        .collect(),
        summary: judged.summary.clone(),
        started: window.from,
        duration_ms: u64::try_from(took).unwrap_or(0),
        target: one
            .plan
            .as_ref()
            .map(|plan| plan.target())
            .unwrap_or_default(),
        saw,
        hint: judged.hint.clone(),
    }
}

/// How many points of the course the record keeps.
const POINTS: usize = 96;

/// The course of the first number, for the record's picture; `None` where there is none.
fn course(samples: &[Sample]) -> Option<Json> {
    let unit = samples.iter().find_map(Sample::number)?.unit;
    let each = samples.len().div_ceil(POINTS).max(1);
    let points: Vec<Json> = samples
        .iter()
        .step_by(each)
        .filter_map(|sample| {
            let number = sample.number()?.to(unit)?;
            Some(json!([sample.at.timestamp_millis(), number.number()]))
        })
        .collect();
    let lines = json!([{"name": "", "points": points}]);
    Some(json!({"unit": unit.symbol(), "lines": lines}))
}
