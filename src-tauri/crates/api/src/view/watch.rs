//! Watches as the window shows them.

use countersign_core::probe::watch::{Judgement, Sample, Window};
use countersign_core::probe::{Condition, Plan, Quantity, Unit, Value, Watch};

use crate::moments;
use crate::wire::watch::{WatchGap, WatchRule, WatchSample, WatchSeries};

/// How a probe is watched, as it was written.
#[must_use]
pub fn rule(watch: &Watch) -> WatchRule {
    WatchRule {
        length: watch.length.written(),
        every: watch.every_in_words(),
        statistic: watch.statistic.word().to_owned(),
        min_coverage: watch.must_cover().written(),
    }
}

/// What is known of a watch besides its looks.
pub struct Watched<'a> {
    /// Item id.
    pub item: &'a str,
    /// Hash of the probe.
    pub probe: &'a str,
    /// Its window.
    pub window: Window,
    /// How it is watched.
    pub watch: &'a Watch,
    /// Whether it goes on.
    pub going: bool,
}

/// The looks of a watch, as a picture over time is drawn.
#[must_use]
pub fn series(
    of: &Watched<'_>,
    plan: Option<&Plan>,
    samples: &[Sample],
    judged: &Judgement,
) -> WatchSeries {
    let drawn = judged.conditions.iter().find(|one| {
        let measured = one.measured.as_deref().unwrap_or_default();
        Quantity::parse(measured).is_some()
    });
    let unit = samples.iter().find_map(Sample::number).map(|n| n.unit);
    let condition = drawn.map(|one| one.text.clone()).unwrap_or_default();
    let limit = plan
        .into_iter()
        .flat_map(|plan| plan.expect.iter().chain(&plan.warn))
        .find(|one| one.text() == condition)
        .and_then(Condition::limit)
        .and_then(|limit| limit.to(unit.unwrap_or(Unit::Count)));
    WatchSeries {
        item: of.item.to_owned(),
        probe: of.probe.to_owned(),
        from: moments::rfc3339(of.window.from),
        until: moments::rfc3339(of.window.until),
        every_ms: of.window.every.num_milliseconds(),
        going: of.going,
        condition,
        limit: limit.map(Quantity::number),
        unit: unit.map_or("", Unit::symbol).to_owned(),
        samples: samples.iter().map(|sample| look(sample, unit)).collect(),
        gaps: judged
            .gaps
            .iter()
            .map(|gap| WatchGap {
                from: moments::rfc3339(gap.from),
                until: moments::rfc3339(gap.until),
            })
            .collect(),
        statistic: of.watch.statistic.word().to_owned(),
        coverage: judged.coverage.number(),
        min_coverage: of.watch.must_cover().number(),
        verdict: judged.verdict.word().to_owned(),
        text: judged.summary.clone(),
        hint: judged.hint.clone().unwrap_or_default(),
    }
}

fn look(sample: &Sample, unit: Option<Unit>) -> WatchSample {
    let number = sample.number().and_then(|number| number.to(unit?));
    let words = sample.conditions.iter().find_map(|felt| match &felt.value {
        Some(Value::Number(_)) | None => None,
        Some(other) => Some(other.to_string()),
    });
    WatchSample {
        at: moments::rfc3339(sample.at),
        value: number.map(Quantity::number),
        verdict: sample.verdict.word().to_owned(),
        text: sample.why.clone().or(words).unwrap_or_default(),
    }
}
