//! What the commands about runs accept.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{ProbeOptions, ProbeRun};

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
    /// Show what was done in a run, newest first.
    History(History),
    /// Give an item a status, with a value, evidence and a note in one write.
    Set(Set),
    /// Add a note to an item.
    Note(Note),
    /// Attach files to an item, whatever its status.
    Attach(Prove),
    /// Say who should do items.
    Assign(Assign),
    /// Say when an item is due.
    Due(Due),
    /// Accept a waiver or an override of an item.
    Accept(Weigh),
    /// Decline a waiver or an override of an item.
    Decline(Weigh),
    /// Take back what was done last, while it still holds.
    Undo(Undo),
    /// End a conflict: let one of the differing writes of an item hold.
    Resolve(Resolve),
    /// Run probes of a run.
    Probe(ProbeRun),
    /// Watch an item with its probe until the window ends, in the foreground.
    Watch(Watch),
    /// Compare with another run of the same checklist; exit 1 when something regressed.
    Compare(Compare),
    /// Carry on what still stands from the last accepted run; without items, show what could be.
    Carry(CarryOn),
    /// Go on with a new version of the checklist.
    Adopt(Adopt),
    /// Record that the deployment attempt was started, deployed or ended, or open a new one.
    Attempt(Attempt),
    /// Activate, rehearse, close or cancel the rollback.
    Rollback(Rollback),
    /// Change name, release, environment, deployment time or owner.
    Change(Change),
    /// Show or fill fields, contacts and placeholders.
    Field(Field),
    /// Answer a condition of the checklist.
    Condition(Condition),
    /// Answer a success criterion, or bind it to the items that answer it.
    Criterion(Criterion),
    /// Set the roles that decide at a sign-off point.
    Roles(Roles),
    /// Hand a run over to a colleague, who becomes its owner.
    HandOver(HandOver),
    /// Put a run into the archive, or take it out.
    Archive(Archive),
    /// Start the next release's run of the same checklist and print its id.
    Duplicate(Duplicate),
}

/// A watch.
#[derive(Debug, Args)]
pub struct Watch {
    /// Run id, or its first digits.
    pub run: String,
    /// Item id or number, such as `6.2.1`.
    pub item: String,
    /// How long, such as `1h`; as the probe says by default.
    #[arg(long = "for", value_name = "TIME")]
    pub length: Option<String>,
    /// End it before its time, for this reason.
    #[arg(long, value_name = "REASON", conflicts_with = "length")]
    pub stop: Option<String>,
    /// What its probe may use.
    #[command(flatten)]
    pub options: ProbeOptions,
}

/// A comparison with another run.
#[derive(Debug, Args)]
pub struct Compare {
    /// Run id, or its first digits.
    pub run: String,
    /// The other run; the last that was released and accepted by default.
    #[arg(long, value_name = "RUN", default_value = "")]
    pub with: String,
    /// Show what is the same, too; `--json` always has it.
    #[arg(long)]
    pub all: bool,
}

/// What is carried on from the last accepted run.
#[derive(Debug, Args)]
pub struct CarryOn {
    /// Run id, or its first digits.
    pub run: String,
    /// Item ids or numbers.
    #[arg(value_name = "ITEM")]
    pub items: Vec<String>,
    /// Everything that may be carried.
    #[arg(long, conflicts_with = "items")]
    pub all: bool,
    /// What the probes may use that are run again first.
    #[command(flatten)]
    pub options: ProbeOptions,
}

/// A new version of a run's checklist.
#[derive(Debug, Args)]
pub struct Adopt {
    /// Run id, or its first digits.
    pub run: String,
    /// The new version: a Markdown checklist.
    pub file: String,
    /// Show what would change and adopt nothing.
    #[arg(long)]
    pub plan: bool,
    /// What an item of the old version becomes, by id or number; `OLD=` says that it is gone.
    #[arg(long = "pair", value_name = "OLD=NEW")]
    pub pairs: Vec<String>,
    /// Why.
    #[arg(long, default_value = "")]
    pub reason: String,
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

/// The run of the next release.
#[derive(Debug, Args)]
pub struct Duplicate {
    /// Run id, or its first digits.
    pub run: String,
    /// Release version.
    #[arg(long, default_value = "")]
    pub release: String,
    /// Target environment; the same by default.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub env: String,
    /// Deployment time, such as `2026-11-24T18:00[Europe/Kyiv]`.
    #[arg(long, value_name = "TIME", default_value = "")]
    pub deploy_at: String,
    /// The release manager; the same by default.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub owner: String,
    /// Name of the run; the same by default.
    #[arg(long, default_value = "")]
    pub name: String,
}

/// What was done.
#[derive(Debug, Args)]
pub struct History {
    /// Run id, or its first digits.
    pub run: String,
    /// Only of this item (id or number).
    #[arg(long)]
    pub item: Option<String>,
    /// At most so many lines.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: u32,
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
    /// A note in Markdown.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
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

/// A note.
#[derive(Debug, Args)]
pub struct Note {
    /// Run id, or its first digits.
    pub run: String,
    /// Item id or number, such as `6.2.1`.
    pub item: String,
    /// Markdown.
    pub text: String,
}

/// Files that prove an item.
#[derive(Debug, Args)]
pub struct Prove {
    /// Run id, or its first digits.
    pub run: String,
    /// Item id or number, such as `6.2.1`.
    pub item: String,
    /// Files.
    #[arg(required = true, value_name = "PATH")]
    pub files: Vec<PathBuf>,
}

/// Who should do items.
#[derive(Debug, Args)]
pub struct Assign {
    /// Run id, or its first digits.
    pub run: String,
    /// Item ids or numbers.
    #[arg(required = true, value_name = "ITEM")]
    pub items: Vec<String>,
    /// Who.
    #[arg(long, value_name = "NAME", required_unless_present = "nobody")]
    pub to: Option<String>,
    /// Take the assignment back.
    #[arg(long, conflicts_with = "to")]
    pub nobody: bool,
}

/// When an item is due.
#[derive(Debug, Args)]
pub struct Due {
    /// Run id, or its first digits.
    pub run: String,
    /// Item id or number, such as `6.2.1`.
    pub item: String,
    /// `2026-11-24T18:00[Europe/Kyiv]`, `2026-11-24`, or nothing for what the checklist says.
    #[arg(value_name = "TIME", default_value = "")]
    pub at: String,
}

/// A decision about a waiver or an override.
#[derive(Debug, Args)]
pub struct Weigh {
    /// Run id, or its first digits.
    pub run: String,
    /// Item id or number, such as `6.2.1`.
    pub item: String,
    /// Why.
    #[arg(long, default_value = "")]
    pub reason: String,
}

/// What is taken back.
#[derive(Debug, Args)]
pub struct Undo {
    /// Run id, or its first digits.
    pub run: String,
    /// What was done last to this item (id or number).
    #[arg(long)]
    pub item: Option<String>,
    /// This event of the history.
    #[arg(long, value_name = "ID", conflicts_with = "item")]
    pub event: Option<String>,
}

/// The end of a conflict.
#[derive(Debug, Args)]
pub struct Resolve {
    /// Run id, or its first digits.
    pub run: String,
    /// Item id or number, such as `6.2.1`.
    pub item: String,
    /// The event that holds; `run show --json` lists them in the item's conflicts.
    pub event: String,
}

/// A step of the deployment attempt.
#[derive(Debug, Args)]
pub struct Attempt {
    /// Run id, or its first digits.
    pub run: String,
    /// What happened.
    #[arg(value_enum)]
    pub step: Step,
    /// When, if not now.
    #[arg(long, value_name = "TIME", default_value = "")]
    pub at: String,
    /// Why.
    #[arg(long, default_value = "")]
    pub reason: String,
}

/// What happens to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// It begins.
    Start,
    /// The release is deployed.
    Deployed,
    /// It ended well.
    Released,
    /// It was taken back; needs a reason.
    RolledBack,
    /// It ended before it was deployed; needs a reason.
    Aborted,
    /// The next one is opened after one that has ended.
    New,
}

/// The rollback track.
#[derive(Debug, Args)]
pub struct Rollback {
    /// Run id, or its first digits.
    pub run: String,
    /// What happens to it.
    #[arg(value_enum)]
    pub step: RollbackStep,
    /// Why; required to cancel.
    #[arg(long, default_value = "")]
    pub reason: String,
}

/// What happens to the rollback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RollbackStep {
    /// Its clock starts.
    Activate,
    /// Its clock starts, as a rehearsal.
    Rehearse,
    /// It is finished.
    Close,
    /// Its activation was a mistake; needs a reason.
    Cancel,
}

/// A change of what stands above a run. What is not named stays as it is.
#[derive(Debug, Args)]
pub struct Change {
    /// Run id, or its first digits.
    pub run: String,
    /// Name.
    #[arg(long)]
    pub name: Option<String>,
    /// Release version.
    #[arg(long)]
    pub release: Option<String>,
    /// Target environment.
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
    /// Deployment time, such as `2026-11-24T18:00[Europe/Kyiv]`; empty removes it.
    #[arg(long, value_name = "TIME")]
    pub deploy_at: Option<String>,
    /// The release manager.
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
}

/// A field, a contact or a placeholder.
#[derive(Debug, Args)]
pub struct Field {
    /// Run id, or its first digits.
    pub run: String,
    /// Its id or label; without it, all are listed.
    pub name: Option<String>,
    /// Its value; empty removes it.
    #[arg(requires = "name")]
    pub value: Option<String>,
}

/// An answer to a condition.
#[derive(Debug, Args)]
pub struct Condition {
    /// Run id, or its first digits.
    pub run: String,
    /// Its id or words.
    pub condition: String,
    /// Whether its items apply.
    #[arg(value_enum)]
    pub applies: Applies,
    /// Why they do not.
    #[arg(long, default_value = "")]
    pub reason: String,
}

/// Whether a condition applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Applies {
    /// Its items apply.
    Yes,
    /// They do not; needs a reason.
    No,
    /// Nobody has decided.
    Undecided,
}

/// An answer to a success criterion.
#[derive(Debug, Args)]
pub struct Criterion {
    /// Run id, or its first digits.
    pub run: String,
    /// Its id or text.
    pub criterion: String,
    /// Whether it is met.
    #[arg(value_parser = ["yes", "no"], required_unless_present = "bind")]
    pub met: Option<String>,
    /// Why.
    #[arg(long, default_value = "")]
    pub reason: String,
    /// Items that answer it (ids or numbers).
    #[arg(long, value_name = "ITEM", num_args = 1.., conflicts_with = "met")]
    pub bind: Vec<String>,
}

/// Roles at a point.
#[derive(Debug, Args)]
pub struct Roles {
    /// Run id, or its first digits.
    pub run: String,
    /// Sign-off point, such as `go-no-go` or `acceptance`.
    #[arg(long)]
    pub point: String,
    /// Titles or ids; those that the checklist lacks are added to the run.
    #[arg(required = true, value_name = "ROLE")]
    pub roles: Vec<String>,
}

/// A hand-over.
#[derive(Debug, Args)]
pub struct HandOver {
    /// Run id, or its first digits.
    pub run: String,
    /// To whom.
    #[arg(long, value_name = "NAME")]
    pub to: String,
    /// What they should know.
    #[arg(long, default_value = "")]
    pub note: String,
}

/// The archive.
#[derive(Debug, Args)]
pub struct Archive {
    /// Run id, or its first digits.
    pub run: String,
    /// Take it out again.
    #[arg(long)]
    pub back: bool,
}
