//! Reading the reports that other tools wrote.

use std::io::Read as _;
use std::path::Path;
use std::time::SystemTime;

use countersign_core::probe::Plan;

use super::{Stop, age, choose, patterns, reading};
use crate::kind::{Context, Obstacle, Saw};

/// The most that one report may have, in bytes.
const LONGEST: u64 = 50_000_000;

/// What was read from all reports of a probe.
pub(crate) struct Reports<T> {
    /// What they say together.
    pub content: T,
    /// Their paths.
    pub names: Vec<String>,
    /// When the oldest was last written; `None` where the file system does not say.
    pub oldest: Option<SystemTime>,
}

impl<T> Reports<T> {
    /// Measures `age`, and notes which files were read.
    pub fn measure(&self, saw: &mut Saw) {
        match self.oldest {
            Some(oldest) => saw.values.set("age", age(oldest)),
            None => saw.values.lacks(
                "age",
                "the file system does not say when a report was written",
            ),
        }
        saw.note("reports", self.names.clone());
    }
}

/// Reads every report that the field `path` names, one after the other.
///
/// # Errors
/// Inconclusive when a pattern finds nothing, a report cannot be read, or `read` says why it is
/// not a whole report.
pub(crate) async fn read_reports<T: Default + Send + 'static>(
    plan: &Plan,
    context: &Context<'_>,
    read: fn(&mut T, &str, &[u8]) -> Result<(), String>,
) -> Result<Reports<T>, Obstacle> {
    let choose = choose(&patterns(plan, "path"), context)?;
    reading(context, move |stop: &Stop| {
        let mut reports = Reports {
            content: T::default(),
            names: Vec::new(),
            oldest: None,
        };
        let mut known = true;
        for chosen in choose(stop)? {
            if stop.is_set() {
                break;
            }
            let (bytes, written) = whole_file(&chosen.name, &chosen.path)?;
            read(&mut reports.content, &chosen.name, &bytes).map_err(|why| {
                Obstacle::undecided(format!("{} {why}", chosen.name))
                    .hint("let its tool write it anew")
            })?;
            known &= written.is_some();
            reports.oldest = match (reports.oldest, written) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            reports.names.push(chosen.name);
        }
        reports.oldest = reports.oldest.filter(|_| known);
        Ok(reports)
    })
    .await
}

/// A file's bytes, all of them, and when it was last written.
///
/// # Errors
/// Inconclusive when it is no regular file, cannot be read or is longer than 50 MB.
pub(crate) fn whole_file(
    name: &str,
    path: &Path,
) -> Result<(Vec<u8>, Option<SystemTime>), Obstacle> {
    let unreadable = |error: std::io::Error| {
        Obstacle::undecided(format!("{name} cannot be read: {error}")).hint("check who may read it")
    };
    // Opening a pipe would wait for whoever writes to it.
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(Obstacle::undecided(format!("{name} is not a file")));
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST {
        return Err(Obstacle::undecided(format!(
            "{name} is longer than {} MB",
            LONGEST / 1_000_000
        )));
    }
    Ok((bytes, about.modified().ok()))
}
