//! `scan`: a pattern in the files of the repository.

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use grep_regex::RegexMatcherBuilder;
use serde_json::json;

use super::search::{Lines, search};
use crate::kind::{Context, Kind, Obstacle, Saw};
use crate::redact::beginning;

/// The most matches whose places are kept.
const MOST_PLACES: usize = 20;
/// The longest text that is shown of a line, in characters.
const LONGEST_SHOWN: usize = 160;

/// The kind.
pub struct Scan;

impl Kind for Scan {
    fn schema(&self) -> &'static KindSchema {
        &kinds::SCAN
    }

    fn run<'a>(
        &'a self,
        plan: &'a Plan,
        context: &'a Context<'a>,
        saw: &'a mut Saw,
    ) -> BoxFuture<'a, Result<(), Obstacle>> {
        run(plan, context, saw).boxed()
    }
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let pattern = plan.text("pattern").unwrap_or_default();
    if pattern.is_empty() {
        return Err(Obstacle::broken(
            "`pattern` is empty and would match every line",
        ));
    }
    let matcher = RegexMatcherBuilder::new()
        .multi_line(true)
        .line_terminator(Some(b'\n'))
        .build(&pattern)
        .map_err(|error| Obstacle::broken(format!("`{pattern}` is not a pattern: {error}")))?;
    let found = search(plan, context, matcher, |_| Matching::default()).await?;
    found.measure(saw);
    if found.searched == 0 {
        for metric in ["matches", "files", "places"] {
            saw.values.lacks(metric, "no file was searched");
        }
        saw.summary = "no file was searched".to_owned();
        return found.complete();
    }
    let matches: u64 = found.files.values().map(Lines::count).sum();
    let files = u64::try_from(found.files.len()).unwrap_or(u64::MAX);
    saw.values.set("matches", Value::count(matches));
    saw.values.set("files", Value::count(files));
    let first = || {
        found
            .files
            .iter()
            .flat_map(|(name, matching)| matching.first.iter().map(move |line| (name, line)))
            .take(MOST_PLACES)
    };
    let places = first().map(|(name, (number, _))| Value::Text(format!("{name}:{number}")));
    saw.values.set("places", Value::List(places.collect()));
    let shown: Vec<_> = first()
        .map(|(name, (number, text))| json!({"file": name, "line": number, "text": text}))
        .collect();
    saw.note("first", shown);
    saw.summary = match matches {
        0 => format!("no match in {} files", found.searched),
        n => format!("{n} lines match in {files} of {} files", found.searched),
    };
    found.complete()
}

/// The matches of one file.
#[derive(Default)]
struct Matching {
    count: u64,
    first: Vec<(u64, String)>,
}

impl Lines for Matching {
    fn take(&mut self, number: u64, line: &[u8]) {
        self.count += 1;
        if self.first.len() < MOST_PLACES {
            let line = line.trim_ascii();
            // A character has at most four bytes; one more tells that there is more.
            let start = line.get(..line.len().min(4 * LONGEST_SHOWN + 4));
            let text = String::from_utf8_lossy(start.unwrap_or(line));
            let shown = beginning(text.trim(), LONGEST_SHOWN);
            self.first.push((number, shown));
        }
    }

    fn count(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests;
