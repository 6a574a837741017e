//! A distribution of latencies.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer as _, V2DeflateSerializer};
use serde::{Deserialize, Serialize};

use crate::message::Refusal;

/// The shortest latency that is told apart from none, in nanoseconds.
const SHORTEST: u64 = 1_000;
/// The longest, in nanoseconds: an hour.
const LONGEST: u64 = 3_600_000_000_000;
/// Significant decimal digits.
const DIGITS: u8 = 3;

/// Latencies with three significant digits, in microseconds. Its percentiles are exact to that.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// How many are in it.
    pub samples: u64,
    /// The shortest; 0 of none.
    pub min_us: u64,
    /// The mean; 0 of none.
    pub mean_us: u64,
    /// The longest; 0 of none.
    pub max_us: u64,
    /// The standard deviation; 0 of none.
    pub stddev_us: u64,
    /// The curve over percentages, five points whenever what lies beyond halves, as HdrHistogram's
    /// own percentile plots have it.
    pub curve: Vec<Point>,
    /// All of it: a V2 compressed HdrHistogram in nanoseconds, in base64.
    pub histogram: String,
}

/// A point of a curve over percentages.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// How many of a hundred.
    pub percent: f64,
    /// Did not take longer than this, in microseconds.
    pub us: u64,
    /// How many those are.
    pub count: u64,
}

/// A histogram as everything here has it.
///
/// # Errors
/// Never with these bounds; the library checks them at run time.
pub(crate) fn histogram() -> Result<Histogram<u64>, Refusal> {
    Histogram::new_with_bounds(SHORTEST, LONGEST, DIGITS)
        .map_err(|error| Refusal::new("load-worker", error.to_string()))
}

/// Nanoseconds in whole microseconds, as near as can be.
fn micros(nanos: u64) -> u64 {
    nanos.saturating_add(500) / 1000
}

/// A percentile of a histogram in microseconds; `None` of none.
pub(crate) fn percentile_us(histogram: &Histogram<u64>, percent: f64) -> Option<u64> {
    (!histogram.is_empty())
        .then(|| micros(histogram.value_at_quantile((percent / 100.0).clamp(0.0, 1.0))))
}

impl Latency {
    /// What a histogram of nanoseconds says.
    pub(crate) fn of(histogram: &Histogram<u64>) -> Self {
        if histogram.is_empty() {
            return Self::default();
        }
        let mut count = 0;
        let curve = histogram.iter_quantiles(5).map(|point| {
            count += point.count_since_last_iteration();
            Point {
                percent: (point.quantile_iterated_to() * 1e8).round() / 1e6,
                us: micros(point.value_iterated_to()),
                count,
            }
        });
        let curve = curve.collect();
        let mut bytes = Vec::new();
        let written = V2DeflateSerializer::new().serialize(histogram, &mut bytes);
        Self {
            samples: histogram.len(),
            min_us: micros(histogram.min()),
            mean_us: histogram.mean() as u64 / 1000,
            max_us: micros(histogram.max()),
            stddev_us: histogram.stdev() as u64 / 1000,
            curve,
            histogram: written.map(|_| STANDARD.encode(&bytes)).unwrap_or_default(),
        }
    }

    /// What latencies in microseconds say.
    ///
    /// # Errors
    /// `load-worker`; never in fact.
    pub fn of_micros(latencies: impl IntoIterator<Item = u64>) -> Result<Self, Refusal> {
        let mut all = histogram()?;
        for us in latencies {
            all.saturating_record(us.saturating_mul(1000));
        }
        Ok(Self::of(&all))
    }

    /// The latency that this percentage did not exceed, in microseconds; `None` of none.
    #[must_use]
    pub fn percentile(&self, percent: f64) -> Option<u64> {
        self.percentiles(&[percent])?.pop()
    }

    /// Several at once.
    #[must_use]
    pub fn percentiles(&self, percents: &[f64]) -> Option<Vec<u64>> {
        let bytes = STANDARD.decode(&self.histogram).ok()?;
        let histogram: Histogram<u64> = Deserializer::new()
            .deserialize(&mut bytes.as_slice())
            .ok()?;
        percents
            .iter()
            .map(|percent| percentile_us(&histogram, *percent))
            .collect()
    }
}

/// The number in the name of a percentile: `p99`, `p99.9`, `p0.1`; `None` of any other name, and of
/// what is not above 0 and at most 100.
#[must_use]
pub fn percent(name: &str) -> Option<f64> {
    let digits = name.strip_prefix('p')?;
    let plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    let number: f64 = plain.then(|| digits.parse().ok())??;
    (number > 0.0 && number <= 100.0).then_some(number)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn any_percentile_is_exact_to_three_digits_after_its_way_through_json() {
        let latency = Latency::of_micros((1..=10_000).map(|millis| millis * 1000)).unwrap();
        let json = serde_json::to_string(&latency).unwrap();
        let read: Latency = serde_json::from_str(&json).unwrap();
        assert_eq!(read, latency);
        for (percent, millis) in [(50.0, 5000), (97.0, 9700), (99.0, 9900), (99.9, 9990)] {
            let measured = read.percentile(percent).unwrap();
            let off = measured.abs_diff(millis * 1000);
            assert!(off <= millis, "p{percent}: {measured} us");
        }
        assert_eq!(read.samples, 10_000);
        assert_eq!(read.curve.last().unwrap().count, 10_000);
        assert_eq!(Latency::default().percentile(50.0), None);
    }

    #[test]
    fn names_of_percentiles() {
        for (name, number) in [("p50", 50.0), ("p99.9", 99.9), ("p100", 100.0)] {
            assert_eq!(percent(name), Some(number), "{name}");
        }
        for name in [
            "p0", "p101", "p", "p.5", "p-1", "p1e1", "q50", "p9.9.9", "pinf",
        ] {
            assert_eq!(percent(name), None, "{name}");
        }
    }
}
