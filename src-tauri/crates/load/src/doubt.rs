//! Why a run decides nothing, whatever its numbers are.

use serde::{Deserialize, Serialize};

/// How busy the client may be, in percent, before its own waiting counts as the server's.
pub(crate) const BUSIEST: f64 = 80.0;
/// The part of the asked rate, in percent, that must be reached.
pub(crate) const LEAST_REACHED: f64 = 95.0;

/// A reason to believe neither a good nor a bad result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Doubt {
    /// This machine could not send as fast as was asked.
    ClientTooSlow {
        /// Requests per second that were asked.
        asked: f64,
        /// Requests per second that were sent.
        reached: f64,
    },
    /// This machine was so busy that its own waiting is in the numbers.
    ClientTooBusy {
        /// How busy, in percent of one core.
        cpu_percent: f64,
    },
    /// Nothing was measured at all.
    Empty,
    /// It was stopped before its end.
    Stopped {
        /// How long it had measured, in milliseconds.
        after_ms: u64,
    },
}

impl Doubt {
    /// What a person reads, a sentence without its end.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::ClientTooSlow { asked, reached } => format!(
                "this machine sent {reached:.0}/s where {asked:.0}/s were asked, less than \
                 {LEAST_REACHED:.0} %"
            ),
            Self::ClientTooBusy { cpu_percent } => format!(
                "this machine was {cpu_percent:.0} % busy with sending, more than {BUSIEST:.0} %, \
                 so that its own waiting is in the numbers"
            ),
            Self::Empty => "no request was measured".to_owned(),
            Self::Stopped { after_ms } => {
                format!("it was stopped after {:.1} s", *after_ms as f64 / 1000.0)
            }
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::ClientTooSlow { .. } | Self::ClientTooBusy { .. } => {
                "ask for less, or run it from a machine with more to spare"
            }
            Self::Empty => "run it longer or faster",
            Self::Stopped { .. } => "run it to its end",
        }
    }
}

/// How many samples say something about a percentile: ten lie beyond it. 1,000 for p99.
#[must_use]
pub fn needed_for_percentile(percent: f64) -> u64 {
    let beyond = 100.0 - percent.clamp(0.0, 100.0);
    if beyond <= 0.0 {
        // The maximum is what it is.
        return 1;
    }
    (1000.0 / beyond - 1e-6).ceil() as u64
}

/// How many requests without an error say, at 95 %, that less than `limit` percent fail: the "rule
/// of three" (Hanley and Lippman-Hand, JAMA 1983). 3,000 for 0.1 %.
#[must_use]
pub fn needed_for_share(limit: f64) -> u64 {
    if limit <= 0.0 {
        return 1;
    }
    (300.0 / limit - 1e-6).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_that_are_enough() {
        for (percent, needed) in [(50.0, 20), (95.0, 200), (99.0, 1000), (99.9, 10_000)] {
            assert_eq!(needed_for_percentile(percent), needed, "{percent}");
        }
        for (limit, needed) in [(0.1, 3000), (1.0, 300), (5.0, 60)] {
            assert_eq!(needed_for_share(limit), needed, "{limit}");
        }
    }
}
