//! Watches: how a probe is watched, a watch that goes on, and what was seen.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a probe is watched, as it was written; every text is ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WatchRule {
    /// How long, such as "1h".
    pub length: String,
    /// The time from one look to the next, such as "30s".
    pub every: String,
    /// What stands for the window: `any` (every look by itself), `max`, `min`, `mean` or `last`.
    pub statistic: String,
    /// How much of the window must have been seen, such as "90%".
    pub min_coverage: String,
}

/// A watch of an item that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WatchView {
    /// Hash of the probe that watches; empty where a person does.
    pub probe: String,
    /// When its window begins, RFC 3339.
    pub from: String,
    /// When its window ends, RFC 3339.
    pub until: String,
    /// Whether it was started on this device, which then looks while the app is open. Another
    /// laptop's watch is only shown.
    pub here: bool,
    /// Whether its window has passed and nothing has concluded it.
    pub over: bool,
    /// The verdict so far: `pass`, `warn`, `fail`, `inconclusive`, `error` or `skipped`; absent
    /// before the first look.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub verdict: Option<String>,
}

/// What a watch has seen, for a picture over time. Of a watch that has ended, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WatchSeries {
    /// Item id.
    pub item: String,
    /// Hash of the probe; empty where a person watched.
    pub probe: String,
    /// When its window begins, RFC 3339.
    pub from: String,
    /// When its window ends, RFC 3339.
    pub until: String,
    /// The time from one look to the next, in milliseconds.
    #[ts(type = "number")]
    pub every_ms: i64,
    /// Whether it goes on.
    pub going: bool,
    /// The condition whose number is drawn, such as `value < 0.1%`; empty where none has a number.
    pub condition: String,
    /// Its limit as an exact decimal in `unit`; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub limit: Option<String>,
    /// The unit of limit and values, such as `ms` or `%`; empty for plain numbers.
    pub unit: String,
    /// Every look, in order of time.
    pub samples: Vec<WatchSample>,
    /// Where nothing was measured although it should have been, in order of time.
    pub gaps: Vec<WatchGap>,
    /// What stands for the window: `any`, `max`, `min`, `mean` or `last`.
    pub statistic: String,
    /// How much of the window so far was seen, in percent, as an exact decimal.
    pub coverage: String,
    /// How much of it must have been seen in the end, in percent, as an exact decimal.
    pub min_coverage: String,
    /// The verdict so far, or of the whole window once it is over.
    pub verdict: String,
    /// One line, such as "max 0.04 % in 12m, 97% of it seen".
    pub text: String,
    /// What to do, where too little was seen; empty otherwise.
    pub hint: String,
}

/// One look of a watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WatchSample {
    /// When, RFC 3339.
    pub at: String,
    /// The number as an exact decimal in the series' unit; absent where none was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub value: Option<String>,
    /// `pass`, `warn`, `fail`, `inconclusive`, `error` or `skipped`.
    pub verdict: String,
    /// Why it measured nothing, or what a person said; empty for nothing.
    pub text: String,
}

/// A time in which nothing was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WatchGap {
    /// When it begins, RFC 3339.
    pub from: String,
    /// When it ends, RFC 3339.
    pub until: String,
}

/// A watch has looked, or has ended: its series is another one now. Sent as the event
/// `watch-looked`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WatchLooked {
    /// Run id.
    pub run: String,
    /// Item id.
    pub item: String,
    /// One line so far, such as "max 0.04 % in 12m".
    pub text: String,
    /// The verdict so far.
    pub verdict: String,
    /// Whether it goes on.
    pub going: bool,
}
