//! Trying a probe within its deadline.

use std::collections::BTreeMap;
use std::time::Duration;

use countersign_core::probe::{ConditionOutcome, Verdict};
use countersign_core::text::line;
use tokio::time::{Instant, sleep, timeout_at};

use super::{Job, Progress, Shared};
use crate::Secret;
use crate::kind::{Context, Going, Obstacle, Saw};

/// The wait before a second try; it doubles with each.
const PAUSE: Duration = Duration::from_millis(200);

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
        // What goes on by a schedule of its own has its deadline for what comes besides.
        let total = total + kind.lasts(&job.plan).unwrap_or_default();
        let deadline = Instant::now() + total;
        let going = Going {
            job: job.id.clone(),
            events: self.events.clone(),
        };
        let context = Context {
            repository: self.ground.repository.as_deref(),
            secrets: &self.ground.secrets,
            captures,
            trust: &self.engine.trust,
            routes: &job.plan.routes,
            window: job.window.as_ref(),
            deadline,
            asked: self.asked.get(&job.id).map_or(&[], Vec::as_slice),
            going: &going,
            stop: &self.cancel,
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
            let redactor = self.redactor.clone().and_captures(captures);
            let why = line(&redactor.text(&obstacle.what));
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
