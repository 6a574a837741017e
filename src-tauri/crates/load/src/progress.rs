//! How it goes.

use serde::{Deserialize, Serialize};

/// Told about every 200 ms while a run goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Where it is.
    pub phase: Phase,
    /// Since the first request was due, in milliseconds.
    pub at_ms: u64,
    /// How long requests are still sent, in milliseconds.
    pub left_ms: u64,
    /// The rate that is asked for now, in requests per second; `None` in a closed loop.
    pub asked: Option<f64>,
    /// Requests sent per second since the last progress.
    pub reached: f64,
    /// Answers per second since the last progress.
    pub answered: f64,
    /// Requests sent that count.
    pub sent: u64,
    /// Of those that count, how many were answered as expected.
    pub ok: u64,
    /// Of those that count, how many were not: unexpected statuses, broken connections, timeouts
    /// and unsent ones.
    pub errors: u64,
    /// How many wait for a connection now.
    pub waiting: u64,
    /// The corrected median of what counts so far, in microseconds; `None` before the first answer.
    pub p50_us: Option<u64>,
    /// The same for 95 %.
    pub p95_us: Option<u64>,
    /// The same for 99 %.
    pub p99_us: Option<u64>,
    /// The longest of what counts so far.
    pub max_us: Option<u64>,
    /// Open connections.
    pub connections: u32,
    /// How busy the busiest thread of this client was since the last progress, in percent.
    pub cpu_percent: f64,
}

/// The parts of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The connections are made and captures are fetched.
    Connecting,
    /// The pace rises.
    Ramp,
    /// Full pace that does not count yet.
    WarmUp,
    /// What counts.
    Measuring,
    /// Nothing new is due; what is under way is waited for.
    Draining,
}
