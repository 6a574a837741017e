//! What stands in the checklist's repository: finding files by pattern and reading them on threads
//! of their own, within the probe's deadline.

mod find;
mod reports;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use countersign_core::probe::{Quantity, Unit, Value};
use rust_decimal::Decimal;
use tokio::time::timeout_at;

pub(crate) use find::{Chosen, Pattern, choose, patterns, slashed, walk};
pub(crate) use reports::{read_reports, whole_file};

use crate::kind::{Context, Obstacle};

/// Left of the deadline for saying that it is over: files that were not all read decide nothing,
/// whereas the engine takes silence after an answer for a failure.
const MARGIN: Duration = Duration::from_millis(50);

/// Says to a thread that nobody waits for it any more.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Whether to give up.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Sets the stop when the probe ends, however it ends.
struct StopAtEnd(Stop);

impl Drop for StopAtEnd {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// Does work that blocks, on a thread of its own, until the deadline.
///
/// # Errors
/// What the work says; inconclusive when the deadline comes first.
pub(crate) async fn reading<T, F>(context: &Context<'_>, work: F) -> Result<T, Obstacle>
where
    T: Send + 'static,
    F: FnOnce(&Stop) -> Result<T, Obstacle> + Send + 'static,
{
    let stop = Stop::default();
    let _at_end = StopAtEnd(stop.clone());
    let working = tokio::task::spawn_blocking(move || work(&stop));
    let until = context.deadline.checked_sub(MARGIN);
    match timeout_at(until.unwrap_or(context.deadline), working).await {
        Ok(Ok(done)) => done,
        Ok(Err(error)) => Err(Obstacle::undecided(format!(
            "reading was broken off: {error}"
        ))),
        Err(_) => Err(Obstacle::undecided("not all files were read in time")
            .hint("raise `timeout`, or name fewer paths")),
    }
}

/// The age of something written at a moment. A clock that was set back makes it younger than
/// nothing: then it is of age zero.
pub(crate) fn age(written: SystemTime) -> Value {
    let age = SystemTime::now()
        .duration_since(written)
        .unwrap_or_default();
    Value::Number(Quantity::new(Decimal::from(age.as_secs()), Unit::Second))
}

/// A part of a whole in percent: exact where the decimal ends, else cut after the tenth place, so
/// that no share is ever rounded up to its limit. `None` when there is no whole.
pub(crate) fn share(part: u64, whole: u64) -> Option<Quantity> {
    let share = Decimal::from(part)
        .checked_mul(Decimal::ONE_HUNDRED)?
        .checked_div(Decimal::from(whole))?
        .round_dp_with_strategy(10, rust_decimal::RoundingStrategy::ToZero);
    Some(Quantity::new(share, Unit::Percent))
}

#[cfg(test)]
mod tests;
