//! Suggested probes that somebody accepts: the only case in which a checklist's file, or the file
//! beside it, is changed.

use countersign_core::diagnostic::Place;
use countersign_core::outline::{self, Item, ProbeBlock, SuggestedFor, Suggestion, append_probe};
use countersign_core::probe::{Proves, parse_comment};

use crate::app::App;
use crate::checklists::Source;
use crate::exports::write_file;
use crate::wire::checklist::{ChecklistPreview, SuggestionView};
use crate::wire::error::Problem;

/// A suggestion with what the file says about it.
struct Accepted<'a> {
    shown: &'a SuggestionView,
    known: &'a Suggestion,
    item: &'a Item,
}

impl App {
    /// Writes accepted suggestions into the Markdown file (`markdown`), where only the probes' bytes
    /// are added, or into the file beside it (`sidecar`).
    ///
    /// # Errors
    /// `checklist-is-bundled` for a checklist that has no file, `unknown-suggestion` where the file
    /// no longer suggests it, what writing back says, `sidecar-unreadable`, or what the disk says.
    /// Nothing is written unless all of them can be.
    pub fn suggestion_accept(
        &self,
        source: &str,
        suggestions: &[SuggestionView],
        into: &str,
    ) -> Result<ChecklistPreview, Problem> {
        let read = Source::read(source)?;
        let path = read.path.clone().ok_or_else(|| {
            Problem::new(
                "checklist-is-bundled",
                "this checklist comes with the application",
            )
            .hint("Save a copy of it in your repository, and open that.")
        })?;
        let import = read.import(false)?;
        let mut accepted = suggestions
            .iter()
            .map(|shown| accepted(&read, &import, shown))
            .collect::<Result<Vec<_>, _>>()?;
        match into {
            "markdown" => {
                // From the last line to the first, so that no suggestion moves the next one's place.
                accepted.sort_by_key(|one| std::cmp::Reverse(one.shown.line));
                let mut bytes = read.bytes.clone();
                for one in accepted {
                    bytes = with_probe(&read, &bytes, &one)?;
                }
                write_file(&path, &bytes)?;
            }
            "sidecar" => {
                let beside = path.with_extension("countersign.yaml");
                let before = match &read.sidecar {
                    Some((_, bytes)) => String::from_utf8_lossy(bytes).into_owned(),
                    None => String::new(),
                };
                let text = with_entries(&before, &accepted)?;
                // What would not read back as written is not written.
                let wanted = import
                    .outline
                    .items
                    .iter()
                    .map(|item| item.probes.len())
                    .sum::<usize>()
                    + accepted.len();
                let again = outline::import(&read.bytes, Some(text.as_bytes())).ok();
                let found = again.map(|again| {
                    again
                        .outline
                        .items
                        .iter()
                        .map(|item| item.probes.len())
                        .sum::<usize>()
                });
                if found != Some(wanted) {
                    return Err(Problem::new(
                        "sidecar-unreadable",
                        "the probes cannot be added to the file beside the checklist",
                    )
                    .at(beside.display().to_string())
                    .hint("Write them into the Markdown file, or mend the file by hand."));
                }
                write_file(&beside, text.as_bytes())?;
            }
            _ => return Err(Problem::unknown("place for probes", into)),
        }
        self.checklist_preview(source, false)
    }
}

fn accepted<'a>(
    read: &Source,
    import: &'a outline::Import,
    shown: &'a SuggestionView,
) -> Result<Accepted<'a>, Problem> {
    let known = import.suggestions.iter().find(|known| {
        let item = match &known.target {
            SuggestedFor::Item(item) => Some(item),
            SuggestedFor::Fence(_) => None,
        };
        item == shown.item.as_ref() && known.line == shown.line && known.kind == shown.kind
    });
    let item = shown.item.as_deref().and_then(|id| import.outline.item(id));
    match (known, item) {
        (Some(known), Some(item)) => Ok(Accepted { shown, known, item }),
        (Some(_), None) => Err(Problem::new(
            "suggestion-has-no-item",
            "this block belongs to no item",
        )
        .at(format!("{}, line {}", read.file, shown.line))
        .hint("Write an item for it, and put the probe there.")),
        (None, _) => Err(Problem::unknown("suggestion", &shown.probe)
            .at(format!("{}, line {}", read.file, shown.line))
            .hint("Open the checklist again.")),
    }
}

fn with_probe(read: &Source, bytes: &[u8], one: &Accepted<'_>) -> Result<Vec<u8>, Problem> {
    let block = match one.known.fenced {
        true => ProbeBlock::Fence(one.shown.probe.clone()),
        false => ProbeBlock::Comment(one.shown.probe.clone()),
    };
    append_probe(bytes, one.item, &block).map_err(|error| {
        Problem::new(error.code(), error.to_string())
            .at(format!("{}, line {}", read.file, one.shown.line))
    })
}

/// Adds entries to the `probes:` of a sidecar, or begins one. Each entry is one line of JSON, which
/// is YAML as well (YAML 1.2.2, section 1.2).
fn with_entries(before: &str, accepted: &[Accepted<'_>]) -> Result<String, Problem> {
    let mut entries = String::new();
    for one in accepted {
        let key = serde_json::Value::from(one.item.id.clone());
        entries.push_str(&format!("  {key}: {}\n", entry(one)?));
    }
    Ok(
        match before
            .split_inclusive('\n')
            .position(|line| line.trim_end() == "probes:")
        {
            Some(at) => {
                let mut lines: Vec<&str> = before.split_inclusive('\n').collect();
                lines.insert(at + 1, &entries);
                lines.concat()
            }
            None => {
                let gap = if before.is_empty() || before.ends_with('\n') {
                    ""
                } else {
                    "\n"
                };
                format!("{before}{gap}probes:\n{entries}")
            }
        },
    )
}

/// A suggestion as one JSON value.
fn entry(one: &Accepted<'_>) -> Result<String, Problem> {
    let unreadable =
        |why: String| Problem::new("suggestion-unreadable", why).at(one.item.number.clone());
    let place = Place {
        line: one.shown.line,
        column: 1,
    };
    let (probes, found) = match one.known.fenced {
        true => countersign_core::probe::parse_yaml(&one.shown.probe, place),
        false => parse_comment(&one.shown.probe, place),
    };
    let probe = match (probes.first(), found.first()) {
        (Some(probe), _) => probe,
        (None, found) => {
            return Err(unreadable(
                found.map_or_else(|| "no probe".to_owned(), |f| f.message.clone()),
            ));
        }
    };
    let mut map = serde_json::Map::new();
    map.insert("probe".to_owned(), probe.kind.clone().into());
    for (name, value) in &probe.fields {
        let value = serde_json::to_value(value).map_err(|error| unreadable(error.to_string()))?;
        map.insert(name.clone(), value);
    }
    let texts = |list: &[countersign_core::probe::Condition]| -> Vec<String> {
        list.iter()
            .map(|condition| condition.text().to_owned())
            .collect()
    };
    map.insert("expect".to_owned(), texts(&probe.expect).into());
    if !probe.warn.is_empty() {
        map.insert("warn".to_owned(), texts(&probe.warn).into());
    }
    if probe.proves == Proves::Part {
        map.insert("proves".to_owned(), "part".into());
    }
    if let Some(env) = &probe.env {
        map.insert("env".to_owned(), env.clone().into());
    }
    Ok(serde_json::Value::Object(map).to_string())
}
