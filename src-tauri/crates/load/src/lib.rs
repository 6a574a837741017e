//! Load that cannot be fooled.
//!
//! A [`Plan`] says what is sent, how fast and to whom; [`Progress`] is told about five times a
//! second while it runs; an [`Outcome`] says what came back, and by itself where that decides
//! nothing ([`Doubt`]).
//!
//! Latency counts from the moment at which a request was *meant* to be sent, so that a server that
//! stands still is blamed for every request that had to wait ("coordinated omission", G. Tene,
//! "How NOT to Measure Latency"). The time from the actual sending is shown beside it as raw.
//!
//! **Architecture invariant:** this crate knows neither checklists nor probes nor approvals. Who
//! calls it has already asked a person; it only holds to the targets that were approved.

mod doubt;
mod engine;
mod latency;
mod launch;
mod message;
mod noted;
mod outcome;
mod plan;
mod progress;
mod told;
mod worker;

pub use doubt::{Doubt, needed_for_percentile, needed_for_share};
pub use engine::measure;
pub use latency::{Latency, Point, percent};
pub use launch::launch;
pub use message::{Message, Refusal};
pub use outcome::{
    Bytes, Client, Connections, Counts, Failures, Outcome, PerRequest, Rates, Second, StepOutcome,
};
pub use plan::{Capture, Found, HttpVersion, Pace, Plan, Request, Step, Tls};
pub use progress::{Phase, Progress};
pub use told::{Told, told};
pub use worker::{WORKER, worker};
