//! What the command line accepts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Countersign without a window: what CI and a stranger need.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, about, max_term_width = 100)]
pub struct Arguments {
    /// Print one JSON document on standard output and nothing else.
    #[arg(long, global = true)]
    pub json: bool,

    /// The store to work in; the app's own by default.
    #[arg(long, global = true, value_name = "DIR")]
    pub store: Option<PathBuf>,

    /// Do not ask on the terminal: sign what was asked for, run probes that only look. Never
    /// approves a probe that changes state, runs a command or makes load.
    #[arg(long, global = true)]
    pub yes: bool,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show how a checklist is read: its outline, suggestions and diagnostics.
    Inspect(FileArgument),
    /// Check a checklist; exit 1 when it has errors.
    Lint(FileArgument),
    /// Make, list, show and change runs.
    Run {
        /// What to do with runs.
        #[command(subcommand)]
        command: RunCommand,
    },
    /// Run the probes of a checklist without a run.
    Probe(ProbeFile),
    /// Countersign a sign-off point.
    Sign(Sign),
    /// Export a run.
    Export(Export),
}

/// A checklist.
#[derive(Debug, Args)]
pub struct FileArgument {
    /// A Markdown checklist, or `bundled:bakhmach.md`.
    pub file: String,
    /// Take bullets and numbered steps as items where the file has no task boxes.
    #[arg(long)]
    pub bullets: bool,
}

/// What to do with runs.
#[derive(Debug, Subcommand)]
pub enum RunCommand {
    /// Start a run of a checklist and print its id.
    New(New),
    /// List all runs.
    List,
    /// Show a run.
    Show {
        /// Run id, or its first digits.
        run: String,
    },
    /// Give an item a status, a value or evidence.
    Set(Set),
    /// Run probes of a run.
    Probe(ProbeRun),
    /// Record that the deployment attempt was started, deployed or ended.
    Attempt(Attempt),
}

/// A new run.
#[derive(Debug, Args)]
pub struct New {
    /// A Markdown checklist, or `bundled:bakhmach.md`.
    pub file: String,
    /// Release version.
    #[arg(long, default_value = "")]
    pub release: String,
    /// Target environment.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub env: String,
    /// Deployment time, such as `2026-11-24T18:00[Europe/Kyiv]`.
    #[arg(long, value_name = "TIME", default_value = "")]
    pub deploy_at: String,
    /// The release manager.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub owner: String,
    /// Name of the run; the checklist's title by default.
    #[arg(long, default_value = "")]
    pub name: String,
    /// Profile of the checklist.
    #[arg(long, default_value = "")]
    pub profile: String,
    /// A condition that does not apply, as `ID=REASON`; all others apply.
    #[arg(long, value_name = "ID=REASON")]
    pub without: Vec<String>,
}

/// A change of an item.
#[derive(Debug, Args)]
pub struct Set {
    /// Run id, or its first digits.
    pub run: String,
    /// Item id or number, such as `6.2.1`.
    pub item: String,
    /// The status that it gets.
    #[arg(value_enum)]
    pub status: Status,
    /// Reason; required for failed, blocked, n/a and waived.
    #[arg(long, default_value = "")]
    pub reason: String,
    /// The value that the item asks for.
    #[arg(long)]
    pub value: Option<String>,
    /// A file that proves it.
    #[arg(long, value_name = "PATH")]
    pub evidence: Vec<PathBuf>,
    /// Who performed it, if somebody else.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub performed_by: String,
    /// When it was performed, if not now.
    #[arg(long, value_name = "TIME", default_value = "")]
    pub performed_at: String,
    /// Until when a waiver holds.
    #[arg(long, value_name = "TIME", default_value = "")]
    pub until: String,
}

/// A status that a person gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Status {
    /// Nothing known.
    Open,
    /// Somebody is at it.
    #[value(name = "in-progress")]
    InProgress,
    /// Done.
    Done,
    /// Failed; needs a reason.
    Failed,
    /// Blocked; needs a reason.
    Blocked,
    /// Not applicable; needs a reason.
    #[value(name = "n/a", alias = "na", alias = "not-applicable")]
    NotApplicable,
    /// Waived; needs a reason, and holds once somebody allowed accepts it.
    Waived,
}

/// What probes may use and what was approved.
#[derive(Debug, Args)]
pub struct ProbeOptions {
    /// Environment to resolve variables in.
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
    /// A variable.
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
    /// Only this item (id or number).
    #[arg(long)]
    pub item: Vec<String>,
}

/// Probes without a run.
#[derive(Debug, Args)]
pub struct ProbeFile {
    /// A Markdown checklist, or `bundled:bakhmach.md`.
    pub file: String,
    /// What they may use.
    #[command(flatten)]
    pub options: ProbeOptions,
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
    /// What they may use.
    #[command(flatten)]
    pub options: ProbeOptions,
}

/// A step of the deployment attempt.
#[derive(Debug, Args)]
pub struct Attempt {
    /// Run id, or its first digits.
    pub run: String,
    /// start, deployed, released, rolled-back or aborted.
    #[arg(value_parser = ["start", "deployed", "released", "rolled-back", "aborted"])]
    pub step: String,
    /// When, if not now.
    #[arg(long, value_name = "TIME", default_value = "")]
    pub at: String,
    /// Why.
    #[arg(long, default_value = "")]
    pub reason: String,
}

/// A decision.
#[derive(Debug, Args)]
pub struct Sign {
    /// Run id, or its first digits.
    pub run: String,
    /// Sign-off point, such as `go-no-go` or `acceptance`.
    #[arg(long)]
    pub point: String,
    /// The role that signs.
    #[arg(long)]
    pub role: String,
    /// OpenSSH private key file.
    #[arg(long, value_name = "PATH")]
    pub key: PathBuf,
    /// Printed name.
    #[arg(long)]
    pub name: String,
    /// approve, conditions or reject.
    #[arg(long, value_parser = ["approve", "conditions", "reject"])]
    pub decision: String,
    /// Reason of a rejection, or a remark.
    #[arg(long, default_value = "")]
    pub reason: String,
    /// A condition of the approval.
    #[arg(long, value_name = "TEXT")]
    pub condition: Vec<String>,
    /// File descriptor to read the passphrase from; asked on the terminal otherwise.
    #[arg(long, value_name = "N")]
    pub passphrase_fd: Option<u32>,
    /// Create the key first, encrypted with the passphrase, where the file does not exist.
    #[arg(long)]
    pub create_key: bool,
}

/// An export.
#[derive(Debug, Args)]
pub struct Export {
    /// Run id, or its first digits.
    pub run: String,
    /// Write the report as PDF.
    #[arg(long, value_name = "PATH")]
    pub pdf: Option<PathBuf>,
    /// Write the report as Markdown.
    #[arg(long, value_name = "PATH")]
    pub md: Option<PathBuf>,
    /// Write the record of a sign-off point as canonical JSON.
    #[arg(long, value_name = "PATH")]
    pub record: Option<PathBuf>,
    /// Write the original checklist with its boxes ticked and no other byte changed.
    #[arg(long, value_name = "PATH")]
    pub write_back: Option<PathBuf>,
    /// Write statements, signatures and `allowed_signers` into a folder, for stock ssh-keygen.
    #[arg(long, value_name = "DIR")]
    pub signatures: Option<PathBuf>,
}
