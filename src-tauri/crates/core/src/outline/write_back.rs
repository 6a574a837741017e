//! Changing a checklist's file: only the asked bytes, never a byte beside them.

use thiserror::Error;

use super::blocks::{self, Kind};
use super::error::ImportError;
use super::model::Item;
use super::source::Source;

/// What a box should show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tick {
    /// `[x]`. A box that already shows `x` or `X` is left alone.
    Done,
    /// `[ ]`.
    Open,
}

/// A probe block to add to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProbeBlock {
    /// `<!-- probe: … -->` at the end of the item's line; here what stands behind `probe:`.
    Comment(String),
    /// A `yaml probe` fence below the item's text; here its content.
    Fence(String),
}

/// Why the file was not changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WriteBackError {
    /// The file is no longer the one that the outline was read from.
    #[error("there is no box at byte {offset}: the file has changed since it was read")]
    NotABox {
        /// Where the state character was expected, in bytes.
        offset: u64,
    },
    /// The item stands in a table or is no list item, so that nothing can be added to it.
    #[error("nothing can be added to the item in line {line}: it is not a list item with a box")]
    NotAListItem {
        /// Its line, from 1.
        line: u32,
    },
    /// A comment may not contain `--` or `>` at its start (HTML).
    #[error("a comment may not contain `--`")]
    CommentText,
    /// The bytes are no checklist.
    #[error(transparent)]
    Unreadable(#[from] ImportError),
}

impl WriteBackError {
    /// Stable machine-readable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotABox { .. } => "write-back-not-a-box",
            Self::NotAListItem { .. } => "write-back-not-a-list-item",
            Self::CommentText => "write-back-comment-text",
            Self::Unreadable(error) => error.code(),
        }
    }
}

/// Sets boxes by the offset of their state character ([`Item::box_offset`]). Every byte that is not
/// the state of a named box stays.
///
/// # Errors
/// [`WriteBackError::NotABox`] when an offset is no box; then nothing is changed at all.
pub fn write_back(bytes: &[u8], boxes: &[(u64, Tick)]) -> Result<Vec<u8>, WriteBackError> {
    let mut wanted: Vec<(u64, Tick)> = boxes.to_vec();
    wanted.sort_by_key(|(offset, _)| *offset);
    wanted.dedup_by_key(|(offset, _)| *offset);
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for (offset, tick) in wanted {
        let (start, end) = state_at(bytes, offset).ok_or(WriteBackError::NotABox { offset })?;
        if start < from {
            return Err(WriteBackError::NotABox { offset });
        }
        let state = &bytes[start..end];
        let shown = match (tick, state) {
            (Tick::Done, b"x" | b"X") => state,
            (Tick::Done, _) => b"x",
            (Tick::Open, _) => b" ",
        };
        out.extend_from_slice(&bytes[from..start]);
        out.extend_from_slice(shown);
        from = end;
    }
    out.extend_from_slice(&bytes[from..]);
    Ok(out)
}

/// The bytes of the one character between the brackets around `offset`.
fn state_at(bytes: &[u8], offset: u64) -> Option<(usize, usize)> {
    let start = usize::try_from(offset).ok()?;
    let before = bytes.get(start.checked_sub(1)?)?;
    // A character has at most four bytes, so the look ahead is bounded.
    let ahead = bytes.get(start..(start + 5).min(bytes.len()))?;
    let length = ahead.iter().position(|byte| *byte == b']')?;
    let single = std::str::from_utf8(&ahead[..length])
        .is_ok_and(|state| state.chars().count() == 1 && !state.contains(['\n', '[']));
    (*before == b'[' && single).then_some((start, start + length))
}

/// Adds a probe block to an item, in the file's own line endings.
///
/// # Errors
/// When the bytes are not the file that the item was read from, or the block cannot stand there.
pub fn append_probe(
    bytes: &[u8],
    item: &Item,
    block: &ProbeBlock,
) -> Result<Vec<u8>, WriteBackError> {
    let source = Source::read(bytes)?;
    let line = item.line;
    let wanted = item
        .box_offset
        .ok_or(WriteBackError::NotAListItem { line })?;
    let found = blocks::read(&source)
        .into_iter()
        .find_map(|block| match &block.kind {
            Kind::Item { task: Some(task) } if task.offset.map(|at| at as u64) == Some(wanted) => {
                Some((block.inline.end, task.after))
            }
            _ => None,
        });
    let Some((text_end, after_box)) = found else {
        return Err(match state_at(bytes, wanted) {
            Some(_) => WriteBackError::NotAListItem { line },
            None => WriteBackError::NotABox { offset: wanted },
        });
    };
    let (at, added) = match block {
        ProbeBlock::Comment(text) => {
            let text = text.trim();
            if text.contains("--") || text.ends_with('-') || text.contains('\n') {
                return Err(WriteBackError::CommentText);
            }
            let start = source.line_start(after_box);
            let end = source.line_end(after_box);
            let line = source.text.get(start..end).unwrap_or("");
            (
                start + line.trim_end().len(),
                format!(" <!-- probe: {text} -->"),
            )
        }
        ProbeBlock::Fence(yaml) => {
            let end = source.line_end(text_end.max(after_box));
            (end, fence(&source, wanted as usize, end, yaml))
        }
    };
    let mut out = Vec::with_capacity(bytes.len() + added.len());
    out.extend_from_slice(&bytes[..at]);
    out.extend_from_slice(added.as_bytes());
    out.extend_from_slice(&bytes[at..]);
    Ok(out)
}

/// The lines of a fence as they stand below the item whose box is at `offset`.
fn fence(source: &Source<'_>, offset: usize, end: usize, yaml: &str) -> String {
    let start = source.line_start(offset);
    let before = source.text.get(start..offset - 1).unwrap_or("");
    // Quote marks and white space stay; the list marker becomes as many blanks.
    let indent: String = before
        .trim_start_matches('\u{feff}')
        .chars()
        .map(|c| {
            if c.is_whitespace() || c == '>' {
                c
            } else {
                ' '
            }
        })
        .collect();
    let newline = line_break(source, end);
    let longest = yaml
        .lines()
        .map(|line| line.trim_start().chars().take_while(|c| *c == '`').count())
        .max()
        .unwrap_or(0);
    let marks = "`".repeat(longest.max(2) + 1);
    let mut text = format!("{newline}{indent}{marks}yaml probe");
    for line in yaml.trim_end().lines() {
        text.push_str(newline);
        if !line.is_empty() {
            text.push_str(&indent);
            text.push_str(line);
        }
    }
    text.push_str(newline);
    text.push_str(&indent);
    text.push_str(&marks);
    text
}

/// The line break behind `end`, or the file's first one at its last line.
fn line_break<'a>(source: &Source<'a>, end: usize) -> &'a str {
    let behind = &source.text[end..];
    if behind.starts_with("\r\n") || (behind.is_empty() && source.text.contains("\r\n")) {
        "\r\n"
    } else {
        "\n"
    }
}
