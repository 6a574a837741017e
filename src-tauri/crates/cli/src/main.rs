//! The `countersign` command line: Countersign without a window, for pipelines and strangers.
//!
//! Every command makes one [`output::Answer`], which is printed either for people or as one JSON
//! document. Exit codes: 0 ok, 1 not ready, failed or not valid, 2 usage or unreadable input.

mod adopt;
mod approve;
mod arguments;
mod compare;
mod course;
mod export;
mod history;
mod inspect;
mod item;
mod junit;
mod load;
mod output;
mod particulars;
mod probe;
mod push;
mod question;
mod repair;
mod run;
mod secret_word;
mod show;
mod sign;
mod sign_plan;
mod style;
mod watch;
mod writer;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use countersign_api::wire::error::Problem;
use countersign_api::{App, AppOptions, default_store};

use arguments::{Arguments, Command, RunCommand};
use output::{Answer, Failure};

fn main() -> ExitCode {
    if let Some(ended) = countersign_api::load::worker() {
        return ended;
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return output::misused(&error),
    };
    let answer = answer(&arguments);
    output::print(answer, arguments.json)
}

fn answer(arguments: &Arguments) -> Result<Answer, Failure> {
    match &arguments.command {
        Command::Inspect(file) => inspect::inspect(file),
        Command::Lint(file) => inspect::lint(file),
        Command::Run { command } => {
            let app = match command {
                RunCommand::New(_) => open_or_make(arguments, None)?,
                _ => open(arguments, None)?,
            };
            of_run(&app, command, arguments)
        }
        Command::Probe(probe) => probe::of_file(probe, arguments),
        Command::Load(load) => load::load(load, arguments.json),
        Command::Push(pushed) => {
            let app = open(arguments, None)?;
            push::push(&app, pushed)
        }
        Command::Sign(decision) => {
            let app = open(arguments, decision.name.as_deref())?;
            sign::sign(&app, decision, arguments)
        }
        Command::Withdraw(withdraw) => {
            let app = open(arguments, Some(&withdraw.name))?;
            sign::withdraw(&app, withdraw)
        }
        Command::Close(close) => {
            let app = open(arguments, Some(&close.name))?;
            sign::close(&app, close)
        }
        Command::Repair => repair::repair_store(&folder(arguments)?),
        Command::Export(files) => {
            let app = open(arguments, None)?;
            export::export(&app, files)
        }
    }
}

fn of_run(app: &Arc<App>, command: &RunCommand, arguments: &Arguments) -> Result<Answer, Failure> {
    match command {
        RunCommand::New(new) => run::new(app, new),
        RunCommand::Duplicate(next) => run::duplicate(app, next),
        RunCommand::List => run::list(app),
        RunCommand::Archive(archive) => run::archive(app, archive),
        RunCommand::Show { run } => show::show(app, run),
        RunCommand::History(history) => history::history(app, history),
        RunCommand::Undo(undo) => history::undo(app, undo),
        RunCommand::Set(set) => item::set(app, set),
        RunCommand::Note(note) => item::note(app, note),
        RunCommand::Attach(files) => item::attach(app, files),
        RunCommand::Assign(assign) => item::assign(app, assign),
        RunCommand::Due(due) => item::due(app, due),
        RunCommand::Accept(weigh) => item::decide(app, weigh, true),
        RunCommand::Decline(weigh) => item::decide(app, weigh, false),
        RunCommand::Resolve(resolve) => item::resolve(app, resolve),
        RunCommand::Probe(probe) => probe::of_run(app, probe, arguments),
        RunCommand::Watch(watch) => watch::watch(app, watch, arguments),
        RunCommand::Compare(with) => compare::compare(app, with),
        RunCommand::Carry(carry) => compare::carry(app, carry, arguments),
        RunCommand::Adopt(version) => adopt::adopt(app, version, arguments),
        RunCommand::Attempt(attempt) => course::attempt(app, attempt),
        RunCommand::Rollback(rollback) => course::rollback(app, rollback),
        RunCommand::Change(change) => course::change(app, change),
        RunCommand::HandOver(to) => course::hand_over(app, to),
        RunCommand::Field(field) => particulars::field(app, field),
        RunCommand::Condition(condition) => particulars::condition(app, condition),
        RunCommand::Criterion(criterion) => particulars::criterion(app, criterion),
        RunCommand::Roles(roles) => particulars::roles(app, roles),
    }
}

/// The folder of the store.
fn folder(arguments: &Arguments) -> Result<PathBuf, Problem> {
    match &arguments.store {
        Some(folder) => Ok(folder.clone()),
        None => default_store(),
    }
}

/// Opens the store. One that was named has to be there: only a new run makes one.
fn open(arguments: &Arguments, signer: Option<&str>) -> Result<Arc<App>, Problem> {
    if let Some(folder) = arguments.store.as_ref().filter(|folder| !folder.is_dir()) {
        let place = folder.display().to_string();
        return Err(Problem::new("no-store", "there is no store here")
            .at(place)
            .hint("Check --store; `countersign run new` makes a store."));
    }
    open_or_make(arguments, signer)
}

/// Opens the store, or makes one, and says on standard error what it has to say about itself. A
/// signer is who writes, unless the call names somebody else.
fn open_or_make(arguments: &Arguments, signer: Option<&str>) -> Result<Arc<App>, Problem> {
    let options = AppOptions {
        store: folder(arguments)?,
        keychain: false,
    };
    let app = App::open_for(&options, writer::writer(arguments, signer))?;
    for finding in app.session()?.findings {
        let hint = finding.hint.unwrap_or_default();
        output::note(&format!("{} {hint}", finding.message));
    }
    Ok(app)
}
