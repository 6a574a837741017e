//! What `push` accepts.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// A result of an outside system.
#[derive(Debug, Args)]
pub struct Pushed {
    /// Run id, or its first digits.
    pub run: String,
    /// Item id or number, such as `6.2.1`.
    pub item: String,
    /// What the system says; may be left out where the file says it.
    #[arg(long, value_enum)]
    pub verdict: Option<PushedVerdict>,
    /// A value that it measured, such as `p95=182ms` (may be repeated).
    #[arg(long, value_name = "NAME=VALUE")]
    pub metric: Vec<String>,
    /// A JSON object with `verdict`, `metrics` and whatever else; `-` reads standard input.
    #[arg(long, value_name = "JSON")]
    pub file: Option<PathBuf>,
    /// The id of the push probe, where the item has several.
    #[arg(long, value_name = "ID", default_value = "")]
    pub probe: String,
}

/// What an outside system says.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum PushedVerdict {
    /// All is well.
    Pass,
    /// Something is not.
    Fail,
    /// It could not tell.
    Inconclusive,
}
