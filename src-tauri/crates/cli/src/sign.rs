//! `sign`: a decision at a sign-off point.

use std::fs::File;
use std::io::Read;

use countersign_api::App;
use countersign_api::wire::error::Problem;
use countersign_api::wire::signoff::PointView;
use zeroize::Zeroizing;

use crate::arguments::{Arguments, Sign};
use crate::output::{Answer, Failure, note};
use crate::question;
use crate::style::{self, BOLD, DIM, paint, plain};

/// The longest passphrase, in bytes.
const LONGEST: u64 = 4096;

/// `sign RUN`
pub fn sign(app: &App, sign: &Sign, arguments: &Arguments) -> Result<Answer, Failure> {
    let id = point_named(app, &sign.run, &sign.point)?;
    let point = app.point_view(&sign.run, &id)?;
    note(&meaning(&point, sign));
    let asks = !arguments.yes && sign.passphrase_fd.is_none() && question::somebody_is_there();
    if asks && !question::yes("Sign this?") {
        let problem = Problem::new("not-signed", "nothing was signed");
        return Err(Failure::failed(problem));
    }
    let creates = sign.create_key && !sign.key.exists();
    let passphrase = passphrase(sign.passphrase_fd, creates)?;
    if creates {
        let key = countersign_api::create_key(&sign.key, &passphrase, &sign.name)?;
        note(&format!(
            "Created the key {}: {}",
            sign.key.display(),
            key.fingerprint()
        ));
    }
    app.sign_with_file(
        &sign.run,
        &id,
        &sign.role,
        &sign.decision,
        &sign.reason,
        &sign.condition,
        &sign.name,
        &sign.key,
        &passphrase,
    )
    .map_err(|problem| told_how(problem, sign))?;
    let point = app.point_view(&sign.run, &id)?;
    let card = point
        .roles
        .iter()
        .find(|card| card.role.eq_ignore_ascii_case(&sign.role))
        .or_else(|| point.roles.iter().find(|card| card.signature.is_some()));
    let key = card
        .and_then(|card| card.signature.as_ref())
        .map(|signature| signature.fingerprint.as_str())
        .unwrap_or_default();
    let (word, style) = style::point_verdict(&point.verdict);
    let text = format!(
        "Signed as {} by {}: {}\n  record  {}\n  key     {key}\n{}  {}\n",
        paint(BOLD, &plain(&sign.role)),
        plain(&sign.name),
        sign.decision,
        point.record,
        plain(&point.title),
        paint(style, word),
    );
    Answer::ok(text, &point)
}

/// The point with this id or title.
fn point_named(app: &App, run: &str, given: &str) -> Result<String, Problem> {
    let view = app.run_view(run)?;
    let points = &view.head.points;
    let found = points
        .iter()
        .find(|point| point.id == given || point.title.eq_ignore_ascii_case(given));
    found.map(|point| point.id.clone()).ok_or_else(|| {
        let known: Vec<&str> = points.iter().map(|point| point.id.as_str()).collect();
        Problem::unknown("point", given).hint(format!("This run has: {}.", known.join(", ")))
    })
}

/// What is about to be signed, and what keeps it back.
fn meaning(point: &PointView, sign: &Sign) -> String {
    let meaning = point
        .meanings
        .iter()
        .find(|meaning| meaning.decision == sign.decision)
        .map(|meaning| meaning.text.replace("{role}", &sign.role))
        .unwrap_or_default();
    let mut text = format!("{}\n  covers {}", plain(&meaning), plain(&point.covers));
    for condition in &sign.condition {
        text.push_str(&format!("\n  condition: {}", plain(condition)));
    }
    if !point.blocked.is_empty() {
        text.push_str(&format!("\n  {}", paint(DIM, &plain(&point.blocked))));
    }
    text
}

/// The passphrase from a file descriptor, or asked on the terminal; empty where there is neither.
fn passphrase(fd: Option<u32>, new: bool) -> Result<Zeroizing<String>, Failure> {
    if let Some(fd) = fd {
        return Ok(from_descriptor(fd)?);
    }
    if !question::somebody_is_there() {
        return Ok(Zeroizing::default());
    }
    let ask = |prompt: &str| {
        rpassword::prompt_password(prompt)
            .map(Zeroizing::new)
            .map_err(|error| Problem::new("no-passphrase", error.to_string()))
    };
    let first = ask("Passphrase of the key: ")?;
    if new && *ask("Once more: ")? != *first {
        let problem = Problem::new("passphrases-differ", "the two passphrases differ");
        return Err(Failure::failed(problem));
    }
    Ok(first)
}

/// Reads a passphrase up to the first line break.
fn from_descriptor(fd: u32) -> Result<Zeroizing<String>, Problem> {
    let unreadable = |error: &std::io::Error| {
        Problem::new(
            "passphrase-unreadable",
            format!("file descriptor {fd} cannot be read: {error}"),
        )
        .hint("Open it for this command, such as `3<<<\"$PASSPHRASE\" --passphrase-fd 3`.")
    };
    let mut text = Zeroizing::new(String::new());
    File::open(format!("/dev/fd/{fd}"))
        .map_err(|error| unreadable(&error))?
        .take(LONGEST)
        .read_to_string(&mut text)
        .map_err(|error| unreadable(&error))?;
    let line = text.lines().next().unwrap_or_default();
    Ok(Zeroizing::new(line.to_owned()))
}

/// Says how a passphrase is given where nobody could be asked for one.
fn told_how(problem: Problem, sign: &Sign) -> Failure {
    let unasked = sign.passphrase_fd.is_none() && !question::somebody_is_there();
    match unasked && problem.code.contains("passphrase") {
        true => problem
            .hint("Give the passphrase with --passphrase-fd N.")
            .into(),
        false => problem.into(),
    }
}
