//! Suggested probes that somebody accepts, with their blanks filled: one of the two cases in which a
//! checklist's file, or the file beside it, is changed.

use countersign_core::diagnostic::Place;
use countersign_core::outline::{
    self, NewProbe, Options, ProbeHome, RewriteError, Rewritten, SuggestedFor, Suggestion,
    insert_probes,
};
use countersign_core::probe::{Probe, comment_as_yaml, parse_comment, parse_yaml};

use crate::app::App;
use crate::checklists::Source;
use crate::exports::write_file;
use crate::wire::checklist::{AcceptedSuggestion, ChecklistPreview};
use crate::wire::error::Problem;
use crate::wire::run::Variable;

impl App {
    /// Writes accepted suggestions into the Markdown file (`markdown`), where only the probes' bytes
    /// are added, or into the file beside it (`sidecar`). The choice is remembered for this checklist.
    ///
    /// # Errors
    /// `checklist-is-bundled` for a checklist that has no file, `unknown-suggestion` where the file
    /// no longer suggests it, `blank-cannot-hold` for what a blank is filled with, what writing back
    /// says, `probe-not-kept`, or what the disk says. Nothing is written unless all of them can be.
    pub fn suggestion_accept(
        &self,
        source: &str,
        accepted: &[AcceptedSuggestion],
        into: &str,
    ) -> Result<ChecklistPreview, Problem> {
        let read = Source::read(source)?;
        let home = home_named(into)?;
        let import = read.import(false)?;
        let new = accepted
            .iter()
            .map(|one| new_probe(&read, &import, one))
            .collect::<Result<Vec<_>, _>>()?;
        let sidecar = read.sidecar.as_ref().map(|(_, bytes)| bytes.as_slice());
        let rewritten = insert_probes(&read.bytes, sidecar, &new, home, Options::default());
        write_probes(&read, rewritten)?;
        self.remember_probe_home(source, into)?;
        self.checklist_preview(source, false)
    }

    /// Where accepted and new probes of a checklist go: `markdown` or `sidecar`.
    pub(crate) fn probe_home(&self, source: &str) -> Result<String, Problem> {
        let kept: Option<String> = self.store().setting(&home_key(source))?;
        Ok(kept.unwrap_or_else(|| "markdown".to_owned()))
    }

    /// Remembers where probes of a checklist go.
    pub(crate) fn remember_probe_home(&self, source: &str, into: &str) -> Result<(), Problem> {
        Ok(self.store().set_setting(&home_key(source), &into)?)
    }
}

fn home_key(source: &str) -> String {
    format!("probes-of-{source}")
}

/// The file that probes go into, by its word.
pub(crate) fn home_named(into: &str) -> Result<ProbeHome, Problem> {
    match into {
        "markdown" => Ok(ProbeHome::Checklist),
        "sidecar" => Ok(ProbeHome::Sidecar),
        _ => Err(Problem::unknown("place for probes", into)),
    }
}

/// Writes a changed checklist, or the file beside it, and says which file it was.
///
/// # Errors
/// `checklist-is-bundled`, why nothing was changed, or what the disk says.
pub(crate) fn write_probes(
    read: &Source,
    rewritten: Result<Rewritten, RewriteError>,
) -> Result<String, Problem> {
    let path = read.path.as_ref().ok_or_else(|| {
        Problem::new(
            "checklist-is-bundled",
            "this checklist comes with the application",
        )
        .hint("Save a copy of it in your repository, and go on with that.")
    })?;
    let rewritten = rewritten.map_err(|error| {
        let place = match &error {
            RewriteError::Wrong(found) => format!("{}, line {}", read.file, found.place.line),
            _ => read.file.clone(),
        };
        let hint = match &error {
            RewriteError::Wrong(found) => found.hint.clone(),
            RewriteError::NotThere(_) => Some("Adopt the changed checklist first.".to_owned()),
            _ => Some("Nothing was written. Write the probe into the file by hand.".to_owned()),
        };
        let problem = Problem::new(error.code(), error.to_string()).at(place);
        match hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        }
    })?;
    let (path, bytes) = match rewritten {
        Rewritten::Checklist(bytes) => (path.clone(), bytes),
        Rewritten::Sidecar(bytes) => (path.with_extension("countersign.yaml"), bytes),
    };
    Ok(write_file(&path, &bytes)?.path)
}

fn new_probe(
    read: &Source,
    import: &outline::Import,
    accepted: &AcceptedSuggestion,
) -> Result<NewProbe, Problem> {
    let shown = &accepted.suggestion;
    let place = format!("{}, line {}", read.file, shown.line);
    let known = import.suggestions.iter().find(|known| {
        let item = match &known.target {
            SuggestedFor::Item(item) => Some(item),
            SuggestedFor::Fence(_) => None,
        };
        item == shown.item.as_ref() && known.line == shown.line && known.probe_text == shown.probe
    });
    let known = known.ok_or_else(|| {
        Problem::unknown("suggestion", &shown.probe)
            .at(place.clone())
            .hint("Open the checklist again.")
    })?;
    let item = import.outline.item(&accepted.item).ok_or_else(|| {
        Problem::new("suggestion-has-no-item", "this block belongs to no item")
            .at(place.clone())
            .hint("Choose the item that the probe answers.")
    })?;
    let text = filled(known, &accepted.filled)?;
    let yaml = match known.fenced {
        true => text,
        false => comment_as_yaml(&text).unwrap_or(text),
    };
    Ok(NewProbe {
        item: item.id.clone(),
        yaml,
    })
}

/// A suggestion with values in its blanks. A blank that nothing fills stays a variable, whose value
/// the environment gives.
fn filled(known: &Suggestion, given: &[Variable]) -> Result<String, Problem> {
    let mut text = known.probe_text.clone();
    for Variable { name, value } in given.iter().filter(|one| !one.value.trim().is_empty()) {
        if !known.blanks.contains(name) {
            return Err(Problem::unknown("blank", name));
        }
        text = text.replace(&format!("${{{name}}}"), value.trim());
    }
    let same = match (one_probe(known, &known.probe_text), one_probe(known, &text)) {
        (Some(before), Some(after)) => {
            before.kind == after.kind
                && before.fields.keys().eq(after.fields.keys())
                && before.expect.len() == after.expect.len()
        }
        _ => false,
    };
    match same {
        true => Ok(text),
        false => {
            let values: Vec<&str> = given.iter().map(|one| one.value.as_str()).collect();
            Err(Problem::new(
                "blank-cannot-hold",
                format!("the {} probe cannot hold this value", known.kind),
            )
            .at(values.join(", "))
            .hint("Write a name or an address without blanks and quotes."))
        }
    }
}

fn one_probe(known: &Suggestion, text: &str) -> Option<Probe> {
    let place = Place { line: 1, column: 1 };
    let (probes, found) = match known.fenced {
        true => parse_yaml(text, place),
        false => parse_comment(text, place),
    };
    let single = probes.len() == 1 && found.is_empty();
    probes.into_iter().next().filter(|_| single)
}
