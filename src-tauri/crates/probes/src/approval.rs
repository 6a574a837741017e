//! Binding an approval to the programs and scripts of the checkout, as they are at this moment.

use std::collections::btree_map::Entry;
use std::io;
use std::path::{Component, Path, PathBuf};

use countersign_core::probe::{Plan, PlanValue};
use sha2::{Digest as _, Sha256};

/// The most files that one plan binds to; a command line names few.
const MOST_FILES: usize = 64;

/// Fills in the SHA-256 of every file inside the repository that the plan's command names: its
/// program, its arguments, and the words of its script. Call it before showing a plan for approval;
/// the engine calls it again at the moment of running.
///
/// # Errors
/// When a file that is there cannot be read.
pub fn fingerprint(plan: &mut Plan, repository: Option<&Path>) -> io::Result<()> {
    let runs_programs = runs_programs(plan);
    plan.scripts.clear();
    let Some(root) = repository.filter(|_| runs_programs) else {
        return Ok(());
    };
    let root = root.canonicalize()?;
    let directory = match plan.text("cwd") {
        Some(cwd) => root.join(cwd),
        None => root.clone(),
    };
    let mut words: Vec<String> = Vec::new();
    if let Some(PlanValue::List(arguments)) = plan.fields.get("run") {
        for argument in arguments.iter().filter_map(PlanValue::plain) {
            // `--config=path` names a file as well as `path` does.
            if let Some((_, value)) = argument.split_once('=') {
                words.push(value.to_owned());
            }
            words.push(argument);
        }
    }
    if let Some(script) = plan.text("script") {
        let separators = |c: char| c.is_whitespace() || "'\"`;|&<>()=$".contains(c);
        words.extend(
            script
                .split(separators)
                .filter(|word| !word.is_empty())
                .map(str::to_owned),
        );
    }
    for word in words {
        if plan.scripts.len() >= MOST_FILES {
            break;
        }
        if let Some(path) = file_inside(&root, &directory, &word) {
            let name = relative(&root, &path);
            if let Entry::Vacant(free) = plan.scripts.entry(name) {
                free.insert(hash(&path)?);
            }
        }
    }
    Ok(())
}

/// Whether the plan has a command, and so may bind to files.
pub(crate) fn runs_programs(plan: &Plan) -> bool {
    let fields = ["run", "script"];
    !plan.scripts.is_empty() || fields.iter().any(|field| plan.fields.contains_key(*field))
}

fn file_inside(root: &Path, directory: &Path, word: &str) -> Option<PathBuf> {
    let path = directory.join(word).canonicalize().ok()?;
    (path.starts_with(root) && path.is_file()).then_some(path)
}

/// The path from the root with `/` between its parts, so that a plan hashes alike everywhere.
fn relative(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<String> = inside
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    parts.join("/")
}

fn hash(path: &Path) -> io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut hasher)?;
    Ok(hex::encode(hasher.finalize()))
}

#[cfg(test)]
mod tests;
