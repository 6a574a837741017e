//! Probe blocks as they are written, for an editor, and their replacement in place: only the
//! block's own bytes change.

use std::collections::BTreeMap;
use std::ops::Range;

use thiserror::Error;

use super::beside::{self, Entry};
use super::blocks::{self, Block, Kind};
use super::error::ImportError;
use super::model::{Item, Outline};
use super::own::{self, ProbeForm, ProbeText};
use super::source::Source;
use super::{Options, import_with};
use crate::diagnostic::{Diagnostic, Place};
use crate::probe::{self, Placement, Probe};

/// A probe block as an editor shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenProbe {
    /// Where it stands.
    pub placement: Placement,
    /// Its first line, from 1, in the checklist or in the file beside it.
    pub line: u32,
    /// The block as YAML, whatever it is written in.
    pub yaml: String,
    /// The content of the fence whose info string carries it; else empty.
    pub body: String,
}

/// The file that a replacement changed, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rewritten {
    /// The checklist.
    Checklist(Vec<u8>),
    /// The file beside it.
    Sidecar(Vec<u8>),
}

/// Why a probe block was not replaced.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RewriteError {
    /// No block is there; the file has changed since it was read.
    #[error("there is no probe in line {0}")]
    NotThere(u32),
    /// The text cannot stand there.
    #[error("{}", .0.message)]
    Wrong(Diagnostic),
    /// What would be written would not be read back as it is meant.
    #[error("the probe would not be read back as it is written")]
    NotKept,
    /// The bytes are no checklist.
    #[error(transparent)]
    Unreadable(#[from] ImportError),
}

impl RewriteError {
    /// Stable machine-readable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::NotThere(_) => "probe-not-there",
            Self::Wrong(found) => &found.code,
            Self::NotKept => "probe-not-kept",
            Self::Unreadable(error) => error.code(),
        }
    }
}

/// A block that was found, and the file that holds it.
enum Found {
    Block(ProbeText),
    /// An entry of the front matter.
    Front(Entry),
    /// An entry of the sidecar.
    Beside(Entry),
}

/// How a probe block is named.
#[derive(Clone, Copy, Debug)]
pub enum ProbeSpot<'a> {
    /// By a probe that was read from it.
    Of(&'a Probe),
    /// By a place in it, where it cannot be read.
    At(Place),
}

impl ProbeSpot<'_> {
    fn place(&self) -> Place {
        match self {
            Self::Of(probe) => probe.place,
            Self::At(place) => *place,
        }
    }
}

/// The probe block that a spot names, as an editor shows it.
///
/// # Errors
/// [`ImportError`] when the bytes are no checklist.
pub fn written_probe(
    bytes: &[u8],
    sidecar: Option<&[u8]>,
    spot: ProbeSpot<'_>,
) -> Result<Option<WrittenProbe>, ImportError> {
    let source = Source::read(bytes)?;
    let found = find(&source, sidecar, spot);
    Ok(found.and_then(|found| shown(&source, found)))
}

/// Replaces the probe block that a spot names by an editor's YAML.
///
/// # Errors
/// [`RewriteError`]; then nothing is changed at all.
pub fn rewrite_probe(
    bytes: &[u8],
    sidecar: Option<&[u8]>,
    spot: ProbeSpot<'_>,
    yaml: &str,
    options: Options,
) -> Result<Rewritten, RewriteError> {
    let source = Source::read(bytes)?;
    let line = spot.place().line;
    let found = find(&source, sidecar, spot).ok_or(RewriteError::NotThere(line))?;
    let rewritten = match &found {
        Found::Block(block) => {
            let text = in_block(&source, block, yaml)?;
            Rewritten::Checklist(replaced(source.text, block.range.clone(), &text))
        }
        Found::Front(entry) => Rewritten::Checklist(entry.replaced(source.text, yaml)),
        Found::Beside(entry) => {
            let beside = sidecar.and_then(|bytes| std::str::from_utf8(bytes).ok());
            Rewritten::Sidecar(entry.replaced(beside.unwrap_or(""), yaml))
        }
    };
    let written = shown(&source, found).ok_or(RewriteError::NotThere(line))?;
    let (meant, wrong) = probe::parse_draft(yaml, written.placement, &written.body);
    if let Some(first) = wrong.into_iter().next() {
        return Err(RewriteError::Wrong(first));
    }
    let (before, _) = probe::parse_draft(&written.yaml, written.placement, &written.body);
    let read = |bytes: &[u8], sidecar: Option<&[u8]>| import_with(bytes, sidecar, options);
    let old = read(bytes, sidecar)?.outline;
    let new = match &rewritten {
        Rewritten::Checklist(bytes) => read(bytes, sidecar)?.outline,
        Rewritten::Sidecar(beside) => read(bytes, Some(beside))?.outline,
    };
    let hashes = |probes: &[Probe]| -> Vec<String> {
        probes.iter().map(|probe| probe.hash.clone()).collect()
    };
    match is_kept(&old, &new, &hashes(&before), &hashes(&meant)) {
        true => Ok(rewritten),
        false => Err(RewriteError::NotKept),
    }
}

/// Whether two outlines have the same items, and the same probes but for those of one block.
pub(super) fn is_kept(old: &Outline, new: &Outline, before: &[String], after: &[String]) -> bool {
    // An info string stands in its item's body, so a body is compared without the lines of fences.
    let body = |item: &Item| -> Vec<String> {
        let lines = item.body.iter().flat_map(|body| body.lines());
        let words = lines.filter(|line| !line.trim_start().starts_with(['`', '~']));
        words.map(str::to_owned).collect()
    };
    let items = |outline: &Outline| -> Vec<(String, String, Vec<String>)> {
        let items = outline.items.iter();
        items
            .map(|item| (item.id.clone(), item.text_hash.clone(), body(item)))
            .collect()
    };
    let counted = |outline: &Outline| {
        let mut counts: BTreeMap<String, i64> = BTreeMap::new();
        for probe in outline.items.iter().flat_map(|item| &item.probes) {
            *counts.entry(probe.hash.clone()).or_default() += 1;
        }
        counts
    };
    let mut expected = counted(old);
    for hash in before {
        *expected.entry(hash.clone()).or_default() -= 1;
    }
    for hash in after {
        *expected.entry(hash.clone()).or_default() += 1;
    }
    expected.retain(|_, count| *count != 0);
    items(old) == items(new) && expected == counted(new)
}

fn find(source: &Source<'_>, sidecar: Option<&[u8]>, spot: ProbeSpot<'_>) -> Option<Found> {
    let place = spot.place();
    let beside = sidecar.and_then(|bytes| std::str::from_utf8(bytes).ok());
    let blocks = blocks::read(source);
    let in_sidecar = || beside::entry_at(beside?, beside?, place, None).map(Found::Beside);
    let in_front = || front_entry(source, &blocks, place).map(Found::Front);
    let in_blocks = || block_at(source, &blocks, place).map(Found::Block);
    match spot {
        // Both files have such a line, so the probe itself says which entry is meant.
        ProbeSpot::Of(probe) if probe.placement == Placement::Sidecar => {
            let holds = |found: &Found| {
                let (Found::Front(entry) | Found::Beside(entry)) = found else {
                    return false;
                };
                let (probes, _) = probe::parse_draft(&entry.yaml, Placement::Sidecar, "");
                probes.iter().any(|known| known.hash == probe.hash)
            };
            let entries = [in_sidecar(), in_front()];
            entries.into_iter().flatten().find(holds)
        }
        ProbeSpot::Of(_) => in_blocks(),
        ProbeSpot::At(_) => in_blocks().or_else(in_front).or_else(in_sidecar),
    }
}

fn front_entry(source: &Source<'_>, blocks: &[Block], place: Place) -> Option<Entry> {
    let front = blocks
        .iter()
        .find(|block| block.kind == Kind::FrontMatter)?;
    let line = source.line(front.inline.start);
    let own = super::sidecar::own_text(&front.plain, line);
    let end = line + front.plain.lines().count() as u32;
    beside::entry_at(&own, source.text, place, Some(end))
}

/// The probe block of the checklist whose lines hold a place; of several on one line the last that
/// does not start behind it.
fn block_at(source: &Source<'_>, blocks: &[Block], place: Place) -> Option<ProbeText> {
    let mut found: Vec<ProbeText> = Vec::new();
    for block in blocks {
        for comment in &block.comments {
            found.extend(own::comment_probes(source, comment.clone()));
        }
        match &block.kind {
            Kind::Html => found.extend(own::comment_probes(source, block.range.clone())),
            Kind::Fence { info } => {
                found.extend(own::fence_probe(source, block, info).map(|(probe, _)| probe));
            }
            _ => {}
        }
    }
    let holds = |probe: &&ProbeText| {
        let first = match probe.form {
            // The line of the marks belongs to the fence.
            ProbeForm::Yaml => source.line(probe.range.start).saturating_sub(1),
            _ => source.line(probe.range.start),
        };
        (first..=source.line(probe.range.end.max(probe.range.start))).contains(&place.line)
    };
    let on_line: Vec<&ProbeText> = found.iter().filter(holds).collect();
    on_line
        .iter()
        .rev()
        .find(|probe| probe.place <= place)
        .or(on_line.first())
        .map(|probe| (*probe).clone())
}

fn shown(source: &Source<'_>, found: Found) -> Option<WrittenProbe> {
    Some(match found {
        Found::Block(block) => {
            let line = source.line(block.range.start);
            match block.form {
                ProbeForm::Comment => WrittenProbe {
                    placement: Placement::Comment,
                    line,
                    // What cannot be read is shown as it stands, to be mended.
                    yaml: probe::comment_as_yaml(&block.text).unwrap_or(block.text),
                    body: String::new(),
                },
                ProbeForm::Yaml => WrittenProbe {
                    placement: Placement::Fence,
                    line,
                    yaml: block.text.replace("\r\n", "\n"),
                    body: String::new(),
                },
                ProbeForm::Info(body) => WrittenProbe {
                    placement: Placement::Info,
                    line,
                    yaml: probe::info_as_yaml(&block.text).unwrap_or(block.text),
                    body,
                },
            }
        }
        Found::Front(entry) | Found::Beside(entry) => WrittenProbe {
            placement: Placement::Sidecar,
            line: entry.line,
            yaml: entry.yaml,
            body: String::new(),
        },
    })
}

/// What stands in the block's own bytes for an editor's YAML.
fn in_block(source: &Source<'_>, block: &ProbeText, yaml: &str) -> Result<String, RewriteError> {
    match block.form {
        ProbeForm::Comment => probe::yaml_as_comment(yaml).map_err(RewriteError::Wrong),
        ProbeForm::Info(_) => probe::yaml_as_info(yaml, &block.text).map_err(RewriteError::Wrong),
        ProbeForm::Yaml => {
            let start = block.range.start;
            let indent = source
                .text
                .get(source.line_start(start)..start)
                .ok_or(RewriteError::NotThere(source.line(start)))?;
            let held = source.text.get(block.range.clone()).unwrap_or("");
            let newline = if held.contains("\r\n") { "\r\n" } else { "\n" };
            let lines: Vec<String> = yaml
                .trim_end()
                .lines()
                .enumerate()
                .map(|(at, line)| match (at, line.is_empty()) {
                    (0, _) => line.to_owned(),
                    (_, true) => String::new(),
                    _ => format!("{indent}{line}"),
                })
                .collect();
            Ok(format!("{}{newline}", lines.join(newline)))
        }
    }
}

pub(super) fn replaced(text: &str, range: Range<usize>, by: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + by.len());
    out.extend_from_slice(&text.as_bytes()[..range.start]);
    out.extend_from_slice(by.as_bytes());
    out.extend_from_slice(&text.as_bytes()[range.end..]);
    out
}
