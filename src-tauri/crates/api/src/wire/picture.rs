//! Pictures of what a probe saw. Which one is drawn follows from the shape of what was noted and not
//! from the probe's kind, so that a new kind has its pictures without a line here.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A picture of what a probe saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
#[ts(export)]
pub enum Picture {
    /// Phases of a request, one after the other.
    #[serde(rename_all = "camelCase")]
    Phases {
        /// In order.
        parts: Vec<PhasePart>,
        /// The limit of the whole, in milliseconds, where a condition names one.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        limit_ms: Option<f64>,
    },
    /// The life of what expires: a certificate, a domain.
    #[serde(rename_all = "camelCase")]
    Life {
        /// What it is, such as "certificate".
        title: String,
        /// When it began, RFC 3339.
        not_before: String,
        /// When it ends, RFC 3339.
        not_after: String,
        /// Remaining days, negative once expired.
        days_left: f64,
        /// The days that a condition wants to be left, the most of them.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        limit_days: Option<f64>,
        /// What else is known of it, such as its subject and who issued it.
        facts: Vec<Fact>,
    },
    /// What each of several servers answered to one question.
    Answers {
        /// In the order asked.
        answers: Vec<ServerAnswer>,
    },
    /// A table.
    Rows {
        /// Heading.
        title: String,
        /// Column headings.
        columns: Vec<String>,
        /// Cells.
        rows: Vec<Vec<String>>,
    },
    /// Values over time.
    Series {
        /// Heading.
        title: String,
        /// Unit of all values; empty for plain numbers.
        unit: String,
        /// One line a series.
        lines: Vec<SeriesLine>,
        /// Limits that conditions hold the values against.
        limits: Vec<f64>,
    },
    /// How long answers took, over percentages on a logarithmic scale.
    Curve {
        /// Heading.
        title: String,
        /// Unit of all values.
        unit: String,
        /// One line each, such as corrected and raw.
        lines: Vec<CurveLine>,
        /// What conditions say about percentages of it.
        marks: Vec<CurveMark>,
    },
    /// Values beside each other, such as the coverage of packages.
    Bars {
        /// Heading.
        title: String,
        /// The limit as it is said, such as "at least 85 %"; empty for none.
        limit: String,
        /// Where the limit stands, from 0 to 1.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        at: Option<f64>,
        /// In the order noted.
        bars: Vec<Bar>,
    },
    /// Places in files.
    Places {
        /// Heading.
        title: String,
        /// The first of them.
        places: Vec<FoundPlace>,
        /// How many there are in all.
        total: u32,
    },
    /// Single checks, each with its mark, such as one a header.
    Checks {
        /// Heading.
        title: String,
        /// Whether they are steps that were taken one after the other, whose order tells something.
        steps: bool,
        /// In the order noted.
        checks: Vec<Check>,
    },
    /// Names and their values.
    Facts {
        /// Heading.
        title: String,
        /// In the order noted.
        facts: Vec<Fact>,
        /// Whether they are details that wait to be asked for.
        folded: bool,
    },
    /// Text, such as the beginning of a body or of standard output.
    Text {
        /// Heading.
        title: String,
        /// The text, redacted and capped.
        text: String,
        /// How long the whole is, such as "1.2 MB, only the beginning kept"; empty where all of it is here.
        note: String,
    },
}

/// A phase of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PhasePart {
    /// Such as `dns`, `connect`, `tls`, `login`, `first byte`, `body`, `query`.
    pub name: String,
    /// Milliseconds.
    pub ms: f64,
}

/// What one server answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ServerAnswer {
    /// The server's address or name.
    pub server: String,
    /// What it said: the records, sorted.
    pub said: Vec<String>,
    /// Its code, such as `NXDOMAIN`, where that is not success, or why it did not answer.
    pub trouble: String,
    /// Whether it says something else than most of those that answered.
    pub differs: bool,
}

/// One series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SeriesLine {
    /// Its name and labels.
    pub name: String,
    /// The oldest first.
    pub points: Vec<SeriesPoint>,
}

/// A sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SeriesPoint {
    /// Milliseconds since 1970, UTC.
    #[ts(type = "number")]
    pub at: i64,
    /// The value; absent where there was a sample that is no number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub value: Option<f64>,
}

/// One line of a curve over percentages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CurveLine {
    /// Its name.
    pub name: String,
    /// How many values are in it.
    #[ts(type = "number")]
    pub samples: u64,
    /// By rising percentage.
    pub points: Vec<CurvePoint>,
}

/// A point of a curve over percentages.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CurvePoint {
    /// How many of a hundred.
    pub percent: f64,
    /// The value that so many do not exceed.
    pub value: f64,
}

/// A condition about one percentage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CurveMark {
    /// As written, such as `p99 < 500ms`.
    pub text: String,
    /// How many of a hundred it is about.
    pub percent: f64,
    /// The limit, in the curve's unit.
    pub limit: f64,
    /// What was measured, in the curve's unit; absent where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub measured: Option<f64>,
    /// `pass`, `warn`, `fail` or `inconclusive`.
    pub verdict: String,
    /// The item that says so, such as "3.2.1"; empty for the probe's own item.
    pub item: String,
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Bar {
    /// What it stands for.
    pub name: String,
    /// Its value with its unit.
    pub value: String,
    /// Its length, from 0 to 1.
    pub fraction: f64,
    /// Whether it lies on the wrong side of the limit.
    pub beyond: bool,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FoundPlace {
    /// `fail`, `warn` or `note`.
    pub mark: String,
    /// Such as `src/main.rs:12`.
    pub place: String,
    /// The rule that found it; empty for none.
    pub rule: String,
    /// What stands there, masked where it is a secret.
    pub text: String,
}

/// One check of several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Check {
    /// `pass`, `warn`, `fail`, `inconclusive` or `skipped`.
    pub mark: String,
    /// What was checked.
    pub name: String,
    /// What was found.
    pub found: String,
    /// What was wanted, where the name does not say it.
    pub wanted: String,
    /// Why it has its mark, where that needs a word.
    pub why: String,
}

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Fact {
    /// The name.
    pub name: String,
    /// The value with its unit.
    pub value: String,
}
