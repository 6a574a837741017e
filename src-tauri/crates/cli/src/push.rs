//! `push RUN ITEM`: the result of an outside system.

use std::io::Read as _;
use std::path::Path;

use countersign_api::wire::error::Problem;
use countersign_api::{App, Push};

use crate::arguments::{Pushed, PushedVerdict};
use crate::output::{Answer, Failure};
use crate::probe;

/// The longest document that is read, in bytes; the API takes less.
const LONGEST: u64 = 2_000_000;

/// Gives the result and says what came of it.
pub fn push(app: &App, pushed: &Pushed) -> Result<Answer, Failure> {
    let verdict = match pushed.verdict {
        None => "",
        Some(PushedVerdict::Pass) => "pass",
        Some(PushedVerdict::Fail) => "fail",
        Some(PushedVerdict::Inconclusive) => "inconclusive",
    };
    let outcome = app.push(
        &pushed.run,
        &pushed.item,
        &Push {
            verdict: verdict.to_owned(),
            metrics: pushed.metric.clone(),
            document: pushed
                .file
                .as_deref()
                .map(document)
                .transpose()?
                .unwrap_or_default(),
            probe: pushed.probe.clone(),
        },
    )?;
    probe::answer(&[outcome])
}

fn document(path: &Path) -> Result<String, Problem> {
    let unreadable =
        |error: std::io::Error| Problem::new("unreadable", format!("{}: {error}", path.display()));
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin()
            .take(LONGEST)
            .read_to_string(&mut text)
            .map_err(unreadable)?;
    } else {
        std::fs::File::open(path)
            .map_err(unreadable)?
            .take(LONGEST)
            .read_to_string(&mut text)
            .map_err(unreadable)?;
    }
    if text.trim().is_empty() {
        return Err(Problem::new(
            "bad-result",
            format!("{} is empty", path.display()),
        ));
    }
    Ok(text)
}
