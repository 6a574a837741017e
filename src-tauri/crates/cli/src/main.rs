//! The `countersign` command line: Countersign without a window, for pipelines and strangers.
//!
//! Every command makes one [`output::Answer`], which is printed either for people or as one JSON
//! document. Exit codes: 0 ok, 1 not ready, failed or not valid, 2 usage or unreadable input.

mod approve;
mod arguments;
mod export;
mod inspect;
mod junit;
mod output;
mod probe;
mod question;
mod run;
mod show;
mod sign;
mod style;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use countersign_api::wire::error::Problem;
use countersign_api::{App, AppOptions, default_store};

use arguments::{Arguments, Command, RunCommand};
use output::{Answer, Failure};

fn main() -> ExitCode {
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
            let app = &open(arguments)?;
            match command {
                RunCommand::New(new) => run::new(app, new),
                RunCommand::List => run::list(app),
                RunCommand::Show { run } => show::show(app, run),
                RunCommand::Set(set) => run::set(app, set),
                RunCommand::Probe(probe) => probe::of_run(app, probe, arguments),
                RunCommand::Attempt(attempt) => run::attempt(app, attempt),
            }
        }
        Command::Probe(probe) => probe::of_file(probe, arguments),
        Command::Sign(decision) => {
            let app = open(arguments)?;
            sign::sign(&app, decision, arguments)
        }
        Command::Export(files) => {
            let app = open(arguments)?;
            export::export(&app, files)
        }
    }
}

/// Opens the store and says on standard error what it has to say about itself.
fn open(arguments: &Arguments) -> Result<Arc<App>, Problem> {
    let store = match &arguments.store {
        Some(folder) => folder.clone(),
        None => default_store()?,
    };
    let app = App::open(&AppOptions {
        store,
        keychain: false,
    })?;
    for finding in app.session()?.findings {
        let hint = finding.hint.unwrap_or_default();
        output::note(&format!("{}. {hint}", finding.message));
    }
    Ok(app)
}
