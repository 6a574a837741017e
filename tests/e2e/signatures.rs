//! Exported signatures, checked as a stranger would: with stock `ssh-keygen` alone.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_tests::window::{Stage, tools};
use serde_json::Value;

use crate::gestures::output_of;

/// A signature that `ssh-keygen` found good.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verified {
    /// The name of the signer, as the statement says it.
    pub name: String,
    /// The id of the role that was signed as.
    pub role: String,
    /// The key, as `ssh-keygen` names it.
    pub key: String,
}

/// The id of the run of this name, from the command line.
pub fn run_named(stage: &Stage, name: &str) -> String {
    let listed = output_of(stage.countersign(&["--json", "run", "list"]));
    let listed: Value = serde_json::from_str(&listed).expect("`run list --json` prints JSON");
    listed["runs"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|row| row["name"] == name)
        .and_then(|row| row["run"].as_str())
        .unwrap_or_else(|| panic!("the command line does not list {name}: {listed}"))
        .to_owned()
}

/// Exports the signatures of a run and verifies every one; in order of the signers' names.
pub fn verified(stage: &Stage, run: &str) -> Vec<Verified> {
    let folder = stage.path("signatures");
    let shown = folder.display().to_string();
    output_of(stage.countersign(&["export", run, "--signatures", &shown]));
    let mut found: Vec<Verified> = std::fs::read_dir(&folder)
        .expect("the signatures are written")
        .map(|entry| entry.expect("an entry of the folder").path())
        .filter(|path| path.to_string_lossy().ends_with(".statement.json"))
        .map(|statement| verify(&folder, &statement))
        .collect();
    found.sort();
    found
}

fn verify(folder: &Path, statement: &PathBuf) -> Verified {
    let text = std::fs::read_to_string(statement).expect("the statement is text");
    let said: Value = serde_json::from_str(&text).expect("the statement is JSON");
    let word = |pointer: &str| {
        said.pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("no {pointer} in {text}"))
            .to_owned()
    };
    let role = word("/predicate/role/id");
    let mut command = Command::new(tools::installed("ssh-keygen"));
    command
        .args(["-Y", "verify", "-n", "countersign.signoff.v1", "-I", &role])
        .arg("-f")
        .arg(folder.join("allowed_signers"))
        .arg("-s")
        .arg(format!("{}.sig", statement.display()))
        .stdin(File::open(statement).expect("the statement opens"));
    let good = output_of(command);
    let key = good
        .trim()
        .rsplit(' ')
        .next()
        .filter(|key| good.starts_with("Good ") && key.starts_with("SHA256:"))
        .unwrap_or_else(|| panic!("ssh-keygen does not say that it is good: {good}"));
    Verified {
        name: word("/predicate/name"),
        key: key.to_owned(),
        role,
    }
}
