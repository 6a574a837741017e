//! How long answers took, over percentages.

use serde::{Deserialize, Serialize};

use super::Verdict;

/// A distribution of latencies: what a load run says, drawn and in rows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The unit of all values, for example `ms`.
    pub unit: String,
    /// The lines, for example corrected and raw; the first is the one that counts.
    pub lines: Vec<CurveLine>,
    /// What conditions say about single percentages.
    pub marks: Vec<CurveMark>,
    /// The percentiles that people speak of: a name, and a value for each line, as printed.
    pub rows: Vec<Vec<String>>,
}

/// One line of a curve.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CurveLine {
    /// Its name.
    pub name: String,
    /// Percentages and the values that so many of a hundred do not exceed, both rising.
    pub points: Vec<(f64, f64)>,
}

/// A condition about one percentage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CurveMark {
    /// The condition as written, for example `p99 < 500ms`.
    pub text: String,
    /// The number of the item that says so; empty for the probe's own.
    pub item: String,
    /// How many of a hundred it is about.
    pub percent: f64,
    /// The limit, in the curve's unit.
    pub limit: f64,
    /// What was measured, in the curve's unit.
    pub measured: Option<f64>,
    /// Its verdict.
    pub verdict: Verdict,
}
