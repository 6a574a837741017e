//! The passphrase of a key: from a file descriptor, or asked on the terminal.

use std::fs::File;
use std::io::Read;

use countersign_api::wire::error::Problem;
use zeroize::Zeroizing;

use crate::output::Failure;
use crate::question;

/// The longest passphrase, in bytes.
const LONGEST: u64 = 4096;

/// The passphrase; empty where there is neither a descriptor nor a terminal. For a `new` key it is
/// asked twice.
pub fn passphrase(fd: Option<u32>, new: bool) -> Result<Zeroizing<String>, Failure> {
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
            "descriptor-unreadable",
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
pub fn told_how(problem: Problem, fd: Option<u32>) -> Failure {
    let unasked = fd.is_none() && !question::somebody_is_there();
    match unasked && problem.code.contains("passphrase") {
        true => problem
            .hint("Give the passphrase with --passphrase-fd N.")
            .into(),
        false => problem.into(),
    }
}
