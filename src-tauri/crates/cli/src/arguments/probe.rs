//! What the commands about probes accept.

use std::path::PathBuf;

use clap::Args;

/// What probes may use and what was approved.
#[derive(Debug, Args)]
pub struct ProbeOptions {
    /// Environment to resolve variables in.
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
    /// A variable; `ENV:K=V` holds in that environment alone.
    #[arg(long = "var", value_name = "K=V")]
    pub variables: Vec<String>,
    /// A secret, read from an environment variable of this process.
    #[arg(long = "secret", value_name = "K=ENVVAR")]
    pub secrets: Vec<String>,
    /// Show what would run, with its hashes, and run nothing.
    #[arg(long)]
    pub plan: bool,
    /// Approve exactly this plan.
    #[arg(long, value_name = "HASH")]
    pub approve: Vec<String>,
    /// Approve the plans that a file lists, one hash a line.
    #[arg(long, value_name = "PATH")]
    pub approve_file: Vec<PathBuf>,
    /// Approve probes that only look (classes passive and reads).
    #[arg(long)]
    pub approve_passive: bool,
    /// A host that load may be sent to, typed by hand.
    #[arg(long, value_name = "HOST")]
    pub allow_host: Vec<String>,
    /// The same once more, for a host that people may depend on.
    #[arg(long, value_name = "HOST")]
    pub confirm_host: Vec<String>,
}

/// Probes without a run.
#[derive(Debug, Args)]
pub struct ProbeFile {
    /// A Markdown checklist, or `bundled:bakhmach.md`.
    pub file: String,
    /// What they may use.
    #[command(flatten)]
    pub options: ProbeOptions,
    /// Only this item (id or number).
    #[arg(long)]
    pub item: Vec<String>,
    /// Write the results as JUnit XML.
    #[arg(long, value_name = "PATH")]
    pub junit: Option<PathBuf>,
}

/// Probes of a run.
#[derive(Debug, Args)]
pub struct ProbeRun {
    /// Run id, or its first digits.
    pub run: String,
    /// Only those that are `failing`, `stale` or `due` (the default).
    #[arg(long, value_parser = ["failing", "stale", "due", "all"], default_value = "due")]
    pub only: String,
    /// Only this item (id or number).
    #[arg(long)]
    pub item: Vec<String>,
    /// All of a section or a whole phase (id, number or title).
    #[arg(long, value_name = "SECTION", conflicts_with_all = ["item", "only"])]
    pub section: Option<String>,
    /// What they may use.
    #[command(flatten)]
    pub options: ProbeOptions,
}
