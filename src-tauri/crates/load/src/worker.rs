//! The process that sends: the same program, started again with one hidden argument.
//!
//! It reads a plan as one line of JSON from standard input and writes [`Message`]s, one a line, to
//! standard output. The line `stop` ends a run early; the end of standard input means that whoever
//! started it is gone, and ends the process.

use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::engine::measure;
use crate::message::{Message, Refusal};
use crate::plan::Plan;

/// The first argument that makes a process a worker.
pub const WORKER: &str = "--countersign-load-worker";
/// The line that ends a run early.
pub(crate) const STOP: &str = "stop";
/// How far behind everybody else a worker stands, so that a window stays fluid beside it.
const NICE: i32 = 5;

/// Is a worker and nothing else, if this process was started as one. Both programs call it before
/// they look at their arguments.
#[must_use]
pub fn worker() -> Option<ExitCode> {
    let first = std::env::args_os().nth(1)?;
    (first == WORKER).then(work)
}

fn work() -> ExitCode {
    make_room();
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    let plan: Result<Plan, Refusal> = match read {
        Ok(_) => serde_json::from_str(&line).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
    .map_err(|why| Refusal::new("load-worker", format!("the plan cannot be read: {why}")));
    let stop = Arc::new(AtomicBool::new(false));
    let listener = Arc::clone(&stop);
    std::thread::spawn(move || listen(&listener));
    let outcome = plan.and_then(|plan| {
        let mut tell = |progress| {
            say(&Message::Progress(progress));
        };
        measure(&plan, &stop, &mut tell)
    });
    let said = say(&match outcome {
        Ok(outcome) => Message::Outcome(Box::new(outcome)),
        Err(refusal) => Message::Refused(refusal),
    });
    if said {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Writes a message; whether somebody reads.
fn say(message: &Message) -> bool {
    let Ok(mut line) = serde_json::to_vec(message) else {
        return false;
    };
    line.push(b'\n');
    let mut out = io::stdout().lock();
    out.write_all(&line).and_then(|()| out.flush()).is_ok()
}

fn listen(stop: &AtomicBool) {
    for line in io::stdin().lock().lines() {
        if line.is_ok_and(|line| line == STOP) {
            stop.store(true, Ordering::Relaxed);
        }
    }
    std::process::exit(1);
}

/// Steps behind everybody else, and asks for as many open files as there may be: each connection
/// is one. Where that is not allowed, what cannot be opened is counted.
fn make_room() {
    let _ = rustix::process::nice(NICE);
    let limit = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let _ = setrlimit(Resource::Nofile, most);
}
