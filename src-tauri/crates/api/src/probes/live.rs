//! How load goes, as the window is told.

use countersign_load::{Phase, Progress};

use super::batch::Batch;
use super::chosen::Chosen;
use crate::wire::load::{LoadPhase, LoadProgress};

/// What the window is told of one probe that sends load.
pub(super) fn live(batch: &Batch, one: &Chosen, how: &Progress) -> LoadProgress {
    let ended = how.ok + how.errors;
    LoadProgress {
        batch: batch.number,
        run: batch.run.clone(),
        item: one.item.id.clone(),
        probe: one.probe.hash.clone(),
        phase: match how.phase {
            Phase::Connecting => LoadPhase::Connecting,
            Phase::Ramp => LoadPhase::Ramp,
            Phase::WarmUp => LoadPhase::WarmUp,
            Phase::Measuring => LoadPhase::Measuring,
            Phase::Draining => LoadPhase::Draining,
        },
        at_ms: how.at_ms,
        total_ms: how.at_ms.saturating_add(how.left_ms),
        asked: how.asked,
        reached: how.reached,
        sent: how.sent,
        errors: how.errors,
        error_percent: (ended > 0).then(|| how.errors as f64 * 100.0 / ended as f64),
        p50_ms: how.p50_us.map(millis),
        p95_ms: how.p95_us.map(millis),
        p99_ms: how.p99_us.map(millis),
        connections: how.connections,
        waiting: how.waiting,
        cpu_percent: how.cpu_percent,
    }
}

fn millis(us: u64) -> f64 {
    us as f64 / 1000.0
}
