//! Trying a probe within its deadline, and keeping its record small.

use std::collections::BTreeMap;
use std::time::Duration;

use countersign_core::probe::{ConditionOutcome, Observation, Value, Verdict};
use tokio::time::{Instant, sleep, timeout_at};

use super::{Job, Progress, Shared};
use crate::Secret;
use crate::kind::{Context, Obstacle, Saw};

/// The wait before a second try; it doubles with each.
const PAUSE: Duration = Duration::from_millis(200);
/// The longest text that is kept of one value.
const LONGEST_TEXT: usize = 1024;
/// The longest text that is kept of a detail, such as a body.
const LONGEST_DETAIL: usize = 16 * 1024;
/// The most members that are kept of a list.
const MOST_MEMBERS: usize = 100;

impl Shared {
    /// Runs the kind until it measured something, fails for good, or the deadline passes. Only an
    /// obstacle in the transport is tried again, and the record says so.
    pub(super) async fn attempts(
        &self,
        job: &Job,
        captures: &BTreeMap<String, Secret>,
        saw: &mut Saw,
    ) -> Result<(), Obstacle> {
        let Some(kind) = self.engine.kinds.get(job.plan.kind.as_str()) else {
            return Err(Obstacle::broken(format!(
                "nothing performs `{}`",
                job.plan.kind
            )));
        };
        let total = job
            .plan
            .timeout
            .and_then(|length| length.as_duration())
            .unwrap_or(self.engine.limits.deadline);
        let deadline = Instant::now() + total;
        let context = Context {
            repository: self.ground.repository.as_deref(),
            secrets: &self.ground.secrets,
            captures,
            trust: &self.engine.trust,
            routes: &job.plan.routes,
            window: job.window.as_ref(),
            deadline,
        };
        let mut failed: Vec<String> = Vec::new();
        loop {
            *saw = Saw::default();
            let ran = timeout_at(deadline, kind.run(&job.plan, &context, saw)).await;
            if !failed.is_empty() {
                saw.note("failed_attempts", failed.clone());
            }
            let obstacle = match ran {
                Ok(Ok(())) => {
                    if !failed.is_empty() && !saw.summary.is_empty() {
                        saw.summary = format!("{} (at try {})", saw.summary, failed.len() + 1);
                    }
                    return Ok(());
                }
                Ok(Err(obstacle)) => obstacle,
                Err(_) => return Err(late(total, saw.reached)),
            };
            let tries = u32::try_from(failed.len()).unwrap_or(u32::MAX);
            let pause = PAUSE * 2_u32.saturating_pow(tries);
            if !obstacle.transport
                || tries >= job.plan.retries
                || Instant::now() + pause >= deadline
            {
                return Err(obstacle);
            }
            let why = self.redactor.text(&obstacle.what);
            failed.push(obstacle.what);
            self.tell(Progress::Retrying {
                id: job.id.clone(),
                attempt: tries.saturating_add(2),
                why,
            })
            .await;
            sleep(pause).await;
        }
    }
}

/// The deadline passed.
fn late(total: Duration, reached: bool) -> Obstacle {
    let limit = if total.as_millis().is_multiple_of(1000) {
        format!("{} s", total.as_secs())
    } else {
        format!("{} ms", total.as_millis())
    };
    if reached {
        Obstacle::refused(format!("it had not finished after {limit}"))
            .hint("raise `timeout` if it may take longer")
    } else {
        Obstacle::undecided(format!("nothing answered within {limit}")).hint(
            "it may be down, or a firewall or a missing VPN stands between; try from another network",
        )
    }
}

/// A summary for a probe that only judges: what it found, condition by condition.
pub(super) fn summary(conditions: &[ConditionOutcome]) -> String {
    let held = conditions
        .iter()
        .filter(|condition| condition.verdict == Verdict::Pass)
        .count();
    format!("{held} of {} conditions hold", conditions.len())
}

/// Cuts long texts, after redaction: the record is for people and may not fill the ledger.
pub(super) fn shorten(observation: &mut Observation) {
    for measured in &mut observation.values {
        shorten_value(&mut measured.value);
    }
    observation.summary = short(&plain(&observation.summary), 200);
    observation.hint = observation.hint.as_deref().map(plain);
    for condition in &mut observation.conditions {
        for text in [&mut condition.measured, &mut condition.why] {
            *text = text.as_deref().map(plain);
        }
    }
    observation.saw.values_mut().for_each(shorten_detail);
}

fn shorten_detail(detail: &mut serde_json::Value) {
    match detail {
        serde_json::Value::String(text) => *text = short(text, LONGEST_DETAIL),
        serde_json::Value::Array(items) => {
            items.truncate(MOST_MEMBERS);
            items.iter_mut().for_each(shorten_detail);
        }
        serde_json::Value::Object(entries) => entries.values_mut().for_each(shorten_detail),
        _ => {}
    }
}

fn shorten_value(value: &mut Value) {
    match value {
        Value::Text(text) => *text = short(text, LONGEST_TEXT),
        Value::List(items) => {
            items.truncate(MOST_MEMBERS);
            items.iter_mut().for_each(shorten_value);
        }
        Value::Number(_) | Value::Bool(_) | Value::Time { .. } => {}
    }
}

/// A line that a person reads: what a server sent may neither drive a terminal nor turn the reading
/// direction around (Unicode Standard Annex 9), so such characters are written out.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => shown.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                shown.extend(letter.escape_unicode());
            }
            letter if letter.is_control() => shown.extend(letter.escape_unicode()),
            letter => shown.push(letter),
        }
    }
    shown
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most).collect();
    cut.push('…');
    cut
}
