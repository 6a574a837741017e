//! The log of HdrHistogram.

use std::time::{Duration, SystemTime};

use hdrhistogram::Histogram;
use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

use crate::latency::histogram;
use crate::message::Refusal;

/// The most intervals of a log; a longer run has longer ones.
const MOST_INTERVALS: u64 = 300;

/// A log that is being written.
pub(super) struct Log {
    text: Vec<u8>,
    /// Seconds of an interval.
    every: u32,
    /// The interval under way: its first second and what it holds.
    from: Option<u32>,
    corrected: Histogram<u64>,
    raw: Histogram<u64>,
    until: u32,
}

impl Log {
    /// Begins a log. `what` is a line about the run, without anything secret.
    ///
    /// # Errors
    /// Never in fact.
    pub(super) fn new(
        what: &str,
        counts_from: SystemTime,
        measured_ms: u64,
    ) -> Result<Self, Refusal> {
        let mut text = Vec::new();
        let mut serializer = V2DeflateSerializer::new();
        // The first line is what HdrHistogram's own readers know the format by.
        let begun = IntervalLogWriterBuilder::new()
            .add_comment("[Histogram log format version 1.3]")
            .add_comment(&what.replace(['\r', '\n'], " "))
            .add_comment("Latencies in nanoseconds; those from the actual sending are tagged raw.")
            .with_start_time(counts_from)
            .with_base_time(counts_from)
            .begin_log_with(&mut text, &mut serializer)
            .map(|_| ());
        begun.map_err(|error| Refusal::new("load-worker", error.to_string()))?;
        let every = (measured_ms / 1000).div_ceil(MOST_INTERVALS).max(1);
        Ok(Self {
            text,
            every: u32::try_from(every).unwrap_or(u32::MAX),
            from: None,
            corrected: histogram()?,
            raw: histogram()?,
            until: 0,
        })
    }

    /// Adds a second.
    pub(super) fn second(&mut self, at: u32, corrected: &Histogram<u64>, raw: &Histogram<u64>) {
        if self.from.is_some_and(|from| at >= from + self.every) {
            self.end_interval();
        }
        self.from.get_or_insert(at);
        self.until = at + 1;
        let _ = self.corrected.add(corrected);
        let _ = self.raw.add(raw);
    }

    fn end_interval(&mut self) {
        let Some(from) = self.from.take() else {
            return;
        };
        let mut lines = Vec::new();
        let mut serializer = V2DeflateSerializer::new();
        let start = Duration::from_secs(from.into());
        let lasted = Duration::from_secs(u64::from(self.until.saturating_sub(from)));
        // Writing into memory does not fail.
        if let Ok(mut writer) = IntervalLogWriterBuilder::new()
            .with_max_value_divisor(1e6)
            .begin_log_with(&mut lines, &mut serializer)
        {
            let _ = writer.write_histogram(&self.corrected, start, lasted, None);
            let _ = writer.write_histogram(&self.raw, start, lasted, Tag::new("raw"));
        }
        // Without the header that the writer begins with.
        let lines = String::from_utf8_lossy(&lines).into_owned();
        for line in lines.lines().filter(|line| !line.starts_with('#')) {
            self.text.extend_from_slice(line.as_bytes());
            self.text.push(b'\n');
        }
        self.corrected.reset();
        self.raw.reset();
    }

    /// The whole log.
    pub(super) fn text(mut self) -> String {
        self.end_interval();
        String::from_utf8(self.text).unwrap_or_default()
    }
}
