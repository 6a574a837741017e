//! What the command line accepts.

mod load;
mod probe;
mod push;
mod run;
mod signing;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use load::Load;
pub use probe::{ProbeFile, ProbeOptions, ProbeRun};
pub use push::{Pushed, PushedVerdict};
pub use run::{
    Adopt, Applies, Archive, Assign, Attempt, CarryOn, Change, Compare, Condition, Criterion, Due,
    Duplicate, Field, HandOver, History, New, Note, Prove, Resolve, Roles, Rollback, RollbackStep,
    RunCommand, Set, Status, Step, Undo, Watch, Weigh,
};
pub use signing::{Close, Sign, Withdraw};

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

    /// Who does this, as the ledger will say it; the store's own person, git's user.name or the
    /// account's name by default.
    #[arg(long = "as", global = true, value_name = "NAME")]
    pub author: Option<String>,

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
    /// Send load to one address, at a rate that the server does not decide.
    Load(Box<Load>),
    /// Give an item the result of an outside system that it waits for.
    Push(Pushed),
    /// Countersign a sign-off point, or show what would be signed.
    Sign(Sign),
    /// Take a signature back, with a reason.
    Withdraw(Withdraw),
    /// Close a condition of an approval.
    Close(Close),
    /// Export a run.
    Export(Export),
    /// Put a damaged store back into use with everything that is whole; the damaged one is kept.
    Repair,
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
    /// Write the items as JUnit XML; what is not resolved does not pass.
    #[arg(long, value_name = "PATH")]
    pub junit: Option<PathBuf>,
    /// Write the items as CSV, for spreadsheets.
    #[arg(long, value_name = "PATH")]
    pub csv: Option<PathBuf>,
    /// Write the original checklist with its boxes ticked and no other byte changed.
    #[arg(long, value_name = "PATH")]
    pub write_back: Option<PathBuf>,
    /// Write statements, signatures and `allowed_signers` into a folder, for stock ssh-keygen.
    #[arg(long, value_name = "DIR")]
    pub signatures: Option<PathBuf>,
    /// The sign-off point of --record (the last one by default) and of --junit (all items by
    /// default).
    #[arg(long)]
    pub point: Option<String>,
}
