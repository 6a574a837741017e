//! Suggested probes that somebody accepts: the only case in which a checklist's file is changed.

use countersign_core::outline::{ProbeBlock, SuggestedFor, append_probe};

use crate::app::App;
use crate::checklists::Source;
use crate::exports::write_file;
use crate::wire::checklist::{ChecklistPreview, SuggestionView};
use crate::wire::error::Problem;

impl App {
    /// Writes accepted suggestions into the Markdown file. Only the probes' bytes are added.
    ///
    /// # Errors
    /// `checklist-is-bundled` for a checklist that has no file, `unknown-suggestion` where the file
    /// no longer suggests it, what writing back says, or what the disk says. Nothing is written
    /// unless all of them can be.
    pub fn suggestion_accept(
        &self,
        source: &str,
        suggestions: &[SuggestionView],
        into: &str,
    ) -> Result<ChecklistPreview, Problem> {
        if into != "markdown" {
            return Err(Problem::unknown("place for probes", into));
        }
        let read = Source::read(source)?;
        let path = read.path.clone().ok_or_else(|| {
            Problem::new(
                "checklist-is-bundled",
                "this checklist comes with the application",
            )
            .hint("Save a copy of it in your repository, and open that.")
        })?;
        let mut bytes = read.bytes.clone();
        // From the last line to the first, so that no suggestion moves the next one's place.
        let mut wanted: Vec<&SuggestionView> = suggestions.iter().collect();
        wanted.sort_by_key(|suggestion| std::cmp::Reverse(suggestion.line));
        let import = read.import(false)?;
        for suggestion in wanted {
            let known = import.suggestions.iter().find(|known| {
                let item = match &known.target {
                    SuggestedFor::Item(item) => Some(item),
                    SuggestedFor::Fence(_) => None,
                };
                item == suggestion.item.as_ref()
                    && known.line == suggestion.line
                    && known.kind == suggestion.kind
            });
            let item = suggestion
                .item
                .as_deref()
                .and_then(|id| import.outline.item(id));
            let (Some(known), Some(item)) = (known, item) else {
                return Err(Problem::unknown("suggestion", &suggestion.probe)
                    .at(format!("{}, line {}", read.file, suggestion.line))
                    .hint("Open the checklist again."));
            };
            let block = match known.fenced {
                true => ProbeBlock::Fence(suggestion.probe.clone()),
                false => ProbeBlock::Comment(suggestion.probe.clone()),
            };
            bytes = append_probe(&bytes, item, &block).map_err(|error| {
                Problem::new(error.code(), error.to_string())
                    .at(format!("{}, line {}", read.file, suggestion.line))
            })?;
        }
        write_file(&path, &bytes)?;
        self.checklist_preview(source, false)
    }
}
