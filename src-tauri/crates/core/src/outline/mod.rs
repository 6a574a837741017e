//! The outline: what is read from a checklist's Markdown.
//!
//! [`import`] never fails on text: it returns an [`Outline`] and diagnostics with line and column.
//! The bytes stay with the caller; [`write_back`] and [`append_probe`] change only what was asked.
//!
//! # The way of a line
//! `source` holds the text and its lines, `blocks` the blocks that CommonMark finds, flattened.
//! `reading` walks over them once and decides what each line is: a heading or group (`lines`), an
//! item with what belongs to it (`own`), a role, field, contact… (`entries`, `tables`).
//! `assemble` makes the tree from it (`tree`), judges stages and windows (`timing`, `deadlines`), gives ids
//! and numbers, and binds what answers what (`answers`); `spoken` spares it the rules that no word
//! of a line asks for. `declare` applies front matter and
//! sidecar (`sidecar`), `lint` says what the author should know, `suggest` proposes probes.
//!
//! # Ids, numbers and hashes
//! - An item's id is the slug of its text alone, `-2` and so on for twins in document order: letters
//!   and digits of any script in lower case, `< > ≤ ≥ + %` as `lt gt le ge plus percent`, everything
//!   else a hyphen, at most 72 characters, `item` where nothing is left. A path in it would not
//!   help: it survives moves, reordering and renamed headings this way, and where a twin makes it
//!   point elsewhere nothing is lost, because a status follows path and text hash ([`match_items`]),
//!   never the id.
//! - Phases, sections, roles and the like have slugs of their titles, each in its own space.
//! - A number is `phase.section.item`, each counted from 1, with one more part for each nesting; it
//!   is fixed for the pinned version.
//! - The text hash is [`text_hash`] of the item's first paragraph, probe comments removed.
//!
//! **Architecture invariant:** reading takes time linear in the file, whatever is in it, and
//! recurses nowhere; nothing outside this module parses Markdown.

mod answers;
mod around;
mod assemble;
mod beside;
mod blocks;
mod conditions;
mod deadlines;
mod declare;
mod declared;
mod entries;
mod error;
mod fence_steps;
mod inserted;
mod lines;
mod lint;
mod matching;
mod model;
mod own;
mod pairing;
mod patterns;
mod placeholders;
mod reading;
mod sidecar;
mod source;
mod spoken;
mod suggest;
mod tables;
mod timing;
mod tree;
mod values;
mod window;
mod words;
mod write_back;
mod written;

pub use around::{
    Contact, Criterion, Fence, Field, FieldKind, Metadatum, Placeholder, Resource, Role,
    RollbackGroup, RollbackTrack,
};
pub use declared::{
    Carry, ChoiceGroup, Condition, Declared, DeclaredPolicy, Profile, ProfileRest, SignOffPoint,
};
pub use error::{ImportError, MAX_BYTES};
pub use inserted::{NewProbe, ProbeHome, insert_probes, placement_in_checklist};
pub use matching::{AskedItem, ItemMap, match_items};
pub use model::{
    Comparison, ConditionId, Item, ItemId, ItemKind, OUTLINE_FORMAT, Outline, Phase, PhaseId,
    Section, SectionId, Stage, ValueAsk,
};
pub use pairing::{Pairing, PairingAnswers, PairingError};
pub use window::{Offset, Side, TimeUnit, Window, due_at, opens_at};
pub use words::{slug, text_hash};
pub use write_back::{ProbeBlock, Tick, WriteBackError, append_probe, write_back};
pub use written::{ProbeSpot, RewriteError, Rewritten, WrittenProbe, rewrite_probe, written_probe};

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;

/// A bullet or numbered step of a file without task items, offered as an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedItem {
    /// Its text.
    pub text: String,
    /// Its line, from 1.
    pub line: u32,
}

/// What a suggestion is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestedFor {
    /// An item.
    Item(ItemId),
    /// A fence, by its id.
    Fence(String),
}

/// A probe that the plain checklist's own words propose. It never invents a host or a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What it is about.
    pub target: SuggestedFor,
    /// Line of the item or fence, from 1.
    pub line: u32,
    /// Kind of the probe, such as `http`.
    pub kind: String,
    /// The probe block, as it would stand in a comment after `probe:` or in a `yaml probe` fence.
    pub probe_text: String,
    /// True when it must stand in a visible fence (`command` and anything that changes state).
    pub fenced: bool,
    /// Variables that a person must fill before it can run.
    pub blanks: Vec<String>,
    /// Why it is suggested, in one plain sentence.
    pub why: String,
}

/// What [`import`] returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// What was read.
    pub outline: Outline,
    /// What was found wrong or worth knowing, in document order.
    pub diagnostics: Vec<Diagnostic>,
    /// Probes that the plain text proposes, in document order.
    pub suggestions: Vec<Suggestion>,
    /// What could become items, when the file has no task items.
    pub offered: Vec<OfferedItem>,
}

/// How to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Take the bullets and numbered steps of a file without task items as its items.
    pub bullets_as_items: bool,
}

/// Reads a checklist.
///
/// # Errors
/// Only for bytes that are no Markdown text; see [`ImportError`].
pub fn import(bytes: &[u8], sidecar: Option<&[u8]>) -> Result<Import, ImportError> {
    import_with(bytes, sidecar, Options::default())
}

/// Reads a checklist in the way that `options` say.
///
/// # Errors
/// Only for bytes that are no Markdown text; see [`ImportError`].
pub fn import_with(
    bytes: &[u8],
    sidecar: Option<&[u8]>,
    options: Options,
) -> Result<Import, ImportError> {
    let source = source::Source::read(bytes)?;
    let blocks = blocks::read(&source);
    let mut reading = reading::read(&source, &blocks, options);
    let mut outline = assemble::assemble(&source, &blocks, &mut reading);
    let mut diagnostics = std::mem::take(&mut reading.diagnostics);
    let front_matter = reading.front_matter.take().map(|(text, line)| {
        let mut metadata = sidecar::plain_entries(&text, line);
        metadata.append(&mut outline.metadata);
        outline.metadata = metadata;
        sidecar::read_front_matter(&text, line)
    });
    let declared: Vec<sidecar::Declared> = front_matter
        .into_iter()
        .chain(sidecar.map(sidecar::read_sidecar))
        .collect();
    let named = std::mem::take(&mut reading.named_probes);
    diagnostics.extend(declare::apply(&mut outline, named, declared));
    diagnostics.extend(lint::check(&source, &reading, &outline));
    diagnostics.sort_by_key(|found| found.place.line);
    let suggestions = suggest::find(&outline, &reading.drafts);
    Ok(Import {
        outline,
        diagnostics,
        suggestions,
        offered: reading.offered,
    })
}
