//! How an answer leaves the process: for people, or as one JSON document.

use std::io::Write;
use std::process::ExitCode;

use anstream::AutoStream;
use clap::error::ErrorKind;
use countersign_api::wire::error::Problem;
use serde::Serialize;
use serde_json::{Value, json};

use crate::style::{self, BAD, DIM, paint};

/// Everything went well.
pub const OK: u8 = 0;
/// Not ready, failed, or not valid.
pub const NO: u8 = 1;
/// Usage, or input that cannot be read.
pub const MISUSED: u8 = 2;

/// What a command has to say.
pub struct Answer {
    /// For people, with colours.
    pub text: String,
    /// For programs.
    pub json: Value,
    /// The exit code.
    pub exit: u8,
}

impl Answer {
    /// An answer that is good news.
    pub fn ok(text: String, json: &impl Serialize) -> Result<Self, Failure> {
        Self::with(text, json, OK)
    }

    /// An answer with an exit code.
    pub fn with(text: String, json: &impl Serialize, exit: u8) -> Result<Self, Failure> {
        let json = serde_json::to_value(json)
            .map_err(|error| Problem::new("answer-unwritable", error.to_string()))?;
        Ok(Self { text, json, exit })
    }
}

/// A command that could not do what was asked.
pub struct Failure {
    problem: Problem,
    exit: u8,
}

impl Failure {
    /// A problem that is no fault of the input.
    pub fn failed(problem: Problem) -> Self {
        Self { problem, exit: NO }
    }
}

impl From<Problem> for Failure {
    /// Codes of what was understood and refused; everything else is usage or unreadable input.
    fn from(problem: Problem) -> Self {
        const REFUSED: [&str; 46] = [
            "already-adopted",
            "already-watched",
            "attempt-ended",
            "attempt-not-ended",
            "attempt-started",
            "cannot-undo",
            "checklist-changed-again",
            "conditions-not-allowed",
            "disk-failed",
            "disk-full",
            "key-unwritable",
            "load-host-not-allowed",
            "load-host-not-confirmed",
            "load-target",
            "may-not-accept",
            "may-not-carry",
            "may-not-sign",
            "no-conflict",
            "no-rollback",
            "no-threads",
            "not-approved",
            "not-signed-yet",
            "not-ready",
            "not-watched",
            "nothing-to-carry",
            "nothing-seen",
            "nothing-to-compare",
            "out-of-range",
            "pairing-undecided",
            "permission-denied",
            "read-only-disk",
            "record-changed",
            "report-failed",
            "rollback-active",
            "rollback-dormant",
            "run-read-only",
            "store-disk-read-only",
            "store-in-use",
            "store-io",
            "store-locked",
            "store-opened-read-only",
            "store-read-only",
            "watch-changes-state",
            "watch-over",
            "watch-too-early",
            "watched-elsewhere",
        ];
        let refused =
            REFUSED.contains(&problem.code.as_str()) || problem.code.contains("passphrase");
        let exit = if refused { NO } else { MISUSED };
        Self { problem, exit }
    }
}

/// Prints an answer or a failure and returns the exit code.
pub fn print(answer: Result<Answer, Failure>, as_json: bool) -> ExitCode {
    let (text, json, exit) = match answer {
        Ok(answer) => (answer.text, answer.json, answer.exit),
        Err(failure) => {
            note(&for_people(&failure.problem));
            let json = json!({ "error": failure.problem });
            (String::new(), json, failure.exit)
        }
    };
    let text = if as_json { document(&json) } else { text };
    let mut out = AutoStream::auto(std::io::stdout().lock());
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever reads has read enough; that changes nothing about the answer.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            note(&format!("standard output cannot be written: {error}"));
            ExitCode::from(MISUSED)
        }
        _ => ExitCode::from(exit),
    }
}

/// Arguments that clap refused, or a request for help.
pub fn misused(error: &clap::Error) -> ExitCode {
    let asked_for = !error.use_stderr();
    let as_json = std::env::args().any(|argument| argument == "--json");
    if asked_for || !as_json {
        // Clap prints help to standard output and everything else to standard error.
        let _ = error.print();
        return ExitCode::from(if asked_for { OK } else { MISUSED });
    }
    let message = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "no command was named".to_owned(),
        _ => error.render().to_string(),
    };
    // What stands after the first paragraph is the usage, which `help` shows better.
    let message = message.trim().split("\n\n").next().unwrap_or_default();
    let message = message.trim_start_matches("error: ");
    let problem = Problem::new("usage", message).hint("See `countersign help`.");
    print(Err(problem.into()), true)
}

/// Writes a line to standard error. Where that is closed, nobody wants to know.
pub fn note(text: &str) {
    let mut err = AutoStream::auto(std::io::stderr().lock());
    let _ = writeln!(err, "{text}");
}

/// Replaces the line of standard error that was written last by this function.
pub fn progress(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = write!(err, "\r\u{1b}[K{text}").and_then(|()| err.flush());
}

fn document(json: &Value) -> String {
    // A value has only string keys and finite numbers, so that this cannot fail.
    let mut text = serde_json::to_string_pretty(json).unwrap_or_default();
    text.push('\n');
    text
}

fn for_people(problem: &Problem) -> String {
    let mut text = format!(
        "{} {} {}",
        paint(BAD, "error:"),
        style::plain(&problem.message),
        paint(DIM, &format!("[{}]", problem.code)),
    );
    if let Some(place) = &problem.place {
        text.push_str(&format!("\n  at    {}", style::plain(place)));
    }
    if let Some(hint) = &problem.hint {
        text.push_str(&format!("\n  hint  {}", style::plain(hint)));
    }
    text
}
