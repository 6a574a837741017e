//! Load: what a person is asked before it is sent, and how it goes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person is asked before load is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LoadAsked {
    /// `host:port`.
    pub target: String,
    /// The host alone, as it is typed again.
    pub host: String,
    /// The environment whose hosts count.
    pub environment: String,
    /// Whether the host is among those of the environment.
    pub allowed: bool,
    /// Why the host is typed a second time; empty where it is not.
    pub production: String,
    /// How much, fact by fact: rate, duration, requests in all, connections.
    pub facts: Vec<LoadFact>,
}

/// A fact about load, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LoadFact {
    /// Such as "Rate".
    pub name: String,
    /// Such as "1,000 requests per second".
    pub value: String,
}

/// How load goes, at most five times a second. Sent as the event `load-progress`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LoadProgress {
    /// Number of the batch, to stop it.
    #[ts(type = "number")]
    pub batch: u64,
    /// Run id.
    pub run: String,
    /// Item id.
    pub item: String,
    /// Hash of the probe.
    pub probe: String,
    /// `connecting`, `ramp`, `warmUp`, `measuring` or `draining`.
    pub phase: LoadPhase,
    /// Since the first request was due, in milliseconds.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// How long requests are sent in all, in milliseconds.
    #[ts(type = "number")]
    pub total_ms: u64,
    /// Requests per second that are asked for now; absent in a closed loop.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub asked: Option<f64>,
    /// Requests per second that were sent since the last progress.
    pub reached: f64,
    /// Requests sent that count.
    #[ts(type = "number")]
    pub sent: u64,
    /// Of those that count, how many were not answered as expected.
    #[ts(type = "number")]
    pub errors: u64,
    /// Their share in percent; absent before the first has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub error_percent: Option<f64>,
    /// Corrected latencies so far, in milliseconds; absent before the first answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub p50_ms: Option<f64>,
    /// The same for 95 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub p95_ms: Option<f64>,
    /// The same for 99 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub p99_ms: Option<f64>,
    /// Open connections.
    pub connections: u32,
    /// Requests that wait for a connection.
    #[ts(type = "number")]
    pub waiting: u64,
    /// How busy this machine's busiest sending thread is, in percent.
    pub cpu_percent: f64,
}

/// The parts of a run of load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum LoadPhase {
    /// Connections are made.
    Connecting,
    /// The pace rises.
    Ramp,
    /// Full pace that does not count yet.
    WarmUp,
    /// What counts.
    Measuring,
    /// Nothing new is sent; what is under way is waited for.
    Draining,
}
