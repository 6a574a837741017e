//! What came back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::doubt::{Doubt, needed_for_percentile, needed_for_share};
use crate::latency::Latency;
use crate::plan::HttpVersion;

/// The result of a run. Ramp and warm-up are in none of its numbers, but for the connections and
/// the addresses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Whether requests went by a schedule. In a closed loop corrected and raw latency are nearly
    /// the same, and both know nothing of those who would have come while a server stood still.
    pub open: bool,
    /// When the first request was due, in milliseconds since 1970, UTC.
    pub began_unix_ms: u64,
    /// How long what counts lasted, in milliseconds; less than planned after a stop.
    pub measured_ms: u64,
    /// Whether it was stopped before its end.
    pub stopped: bool,
    /// The version of HTTP.
    pub http: HttpVersion,
    /// The address that was connected to.
    pub address: String,
    /// How many, of what.
    pub counts: Counts,
    /// Answers by status, those unexpected included.
    pub statuses: BTreeMap<u16, u64>,
    /// How fast.
    pub rates: Rates,
    /// From the intended sending to the last byte of the answer. Answers as expected are in it, and
    /// with the time after which they were given up all that took too long: timed out and unsent.
    /// What failed fast is in neither, so that it cannot improve them.
    pub corrected: Latency,
    /// The same from the actual sending; what was never sent is not in it.
    pub raw: Latency,
    /// Each step of the plan.
    pub steps: Vec<StepOutcome>,
    /// Each request of the plan, in its order.
    pub requests: Vec<PerRequest>,
    /// Second by second.
    pub seconds: Vec<Second>,
    /// Bytes on the wire, TLS taken off.
    pub bytes: Bytes,
    /// Connections.
    pub connections: Connections,
    /// This machine's part.
    pub client: Client,
    /// Why it decides nothing; empty when it does.
    pub doubts: Vec<Doubt>,
    /// Corrected and raw latency as a log of HdrHistogram's format 1.3 with intervals of V2
    /// histograms in nanoseconds; the raw ones are tagged `raw`. HistogramLogProcessor and
    /// HistogramLogAnalyzer read it. Taken out before an outcome is kept as JSON.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub log: String,
}

/// How many requests became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Due in the time that counts: `sent + unsent`.
    pub due: u64,
    /// Sent.
    pub sent: u64,
    /// Answered, whatever the status.
    pub answered: u64,
    /// Answered with an expected status.
    pub ok: u64,
    /// Answered with an unexpected status.
    pub unexpected: u64,
    /// Sent and not answered in time.
    pub timeouts: u64,
    /// Not sent in time, because no connection was free.
    pub unsent: u64,
    /// What broke.
    pub failures: Failures,
}

/// Requests that a broken transport ended, by sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failures {
    /// The connection was refused.
    pub refused: u64,
    /// The connection could not be made for another reason.
    pub connect: u64,
    /// The TLS handshake failed.
    pub tls: u64,
    /// The connection was reset.
    pub reset: u64,
    /// The connection was closed before the answer was complete.
    pub closed: u64,
    /// What came back was not HTTP.
    pub malformed: u64,
    /// Something else.
    pub other: u64,
}

impl Failures {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.refused
            + self.connect
            + self.tls
            + self.reset
            + self.closed
            + self.malformed
            + self.other
    }

    /// Each sort with its count and the words a person reads; none that did not happen.
    #[must_use]
    pub fn named(&self) -> Vec<(&'static str, u64)> {
        let all = [
            ("connection refused", self.refused),
            ("no connection", self.connect),
            ("TLS failed", self.tls),
            ("connection reset", self.reset),
            ("connection closed", self.closed),
            ("not HTTP", self.malformed),
            ("other", self.other),
        ];
        all.into_iter().filter(|(_, count)| *count > 0).collect()
    }
}

impl Counts {
    /// Everything that was due and not answered as expected.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.due.saturating_sub(self.ok)
    }
}

/// Requests per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// Asked for, on average over the steps; `None` in a closed loop.
    pub asked: Option<f64>,
    /// Sent.
    pub reached: f64,
    /// Answered as expected.
    pub ok: f64,
}

/// A step of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepOutcome {
    /// When it began, in milliseconds since what counts began.
    pub from_ms: u64,
    /// How long it lasted, in milliseconds.
    pub lasted_ms: u64,
    /// How many.
    pub counts: Counts,
    /// How fast.
    pub rates: Rates,
    /// Corrected latency.
    pub corrected: Latency,
}

/// One of several requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PerRequest {
    /// Its name.
    pub name: String,
    /// How many were due.
    pub due: u64,
    /// How many were answered as expected.
    pub ok: u64,
    /// Corrected latency.
    pub corrected: Latency,
}

/// One second, by when things happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Second {
    /// Its beginning, in seconds since what counts began.
    pub at: u32,
    /// Requests that were due.
    pub due: u64,
    /// Sent.
    pub sent: u64,
    /// Answered as expected.
    pub ok: u64,
    /// Ended otherwise.
    pub errors: u64,
    /// Open connections at its end.
    pub connections: u32,
    /// How busy this client's busiest thread was, in percent.
    pub cpu_percent: f64,
    /// Corrected median of what ended in it, in microseconds; `None` when nothing did.
    pub p50_us: Option<u64>,
    /// The same for 95 %.
    pub p95_us: Option<u64>,
    /// The same for 99 %.
    pub p99_us: Option<u64>,
    /// The longest.
    pub max_us: Option<u64>,
}

/// Bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bytes {
    /// Sent.
    pub sent: u64,
    /// Received, heads included.
    pub received: u64,
}

/// Connections, from the very first one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connections {
    /// The most that were allowed.
    pub allowed: u32,
    /// Made in all.
    pub opened: u64,
    /// Open at once, at most.
    pub most: u32,
    /// Failed to be made.
    pub failed: u64,
}

/// This machine's part in what was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// How busy its busiest thread was, in percent of one core.
    pub cpu_percent: f64,
    /// Processor time of the whole client for what counts, in milliseconds.
    pub cpu_ms: u64,
    /// How late it began with 99 of 100 requests, in microseconds, whether or not a connection was
    /// free for them.
    pub late_p99_us: u64,
    /// Threads that sent.
    pub threads: u32,
}

impl Outcome {
    /// The share of due requests that were answered as expected, in percent; `None` of none.
    #[must_use]
    pub fn ok_percent(&self) -> Option<f64> {
        let due = self.counts.due;
        (due > 0).then(|| self.counts.ok as f64 * 100.0 / due as f64)
    }

    /// The share of due requests that were not, in percent; `None` of none.
    #[must_use]
    pub fn error_percent(&self) -> Option<f64> {
        let due = self.counts.due;
        (due > 0).then(|| self.counts.errors() as f64 * 100.0 / due as f64)
    }

    /// The corrected latency that this percentage did not exceed, in microseconds.
    ///
    /// # Errors
    /// The reason in words, when too few requests were measured to say so.
    pub fn corrected_percentile(&self, percent: f64) -> Result<u64, String> {
        let needed = needed_for_percentile(percent);
        let samples = self.corrected.samples;
        if samples < needed {
            return Err(format!(
                "{samples} requests are too few for the percentile {percent}, which needs {needed}"
            ));
        }
        self.corrected
            .percentile(percent)
            .ok_or_else(|| "the distribution cannot be read".to_owned())
    }

    /// Whether enough requests were due to say that a share lies under `limit` percent.
    ///
    /// # Errors
    /// The reason in words.
    pub fn enough_for_share(&self, limit: f64) -> Result<(), String> {
        let (due, needed) = (self.counts.due, needed_for_share(limit));
        if due < needed {
            return Err(format!(
                "{due} requests are too few to say that less than {limit} % fail, which needs {needed}"
            ));
        }
        Ok(())
    }
}
