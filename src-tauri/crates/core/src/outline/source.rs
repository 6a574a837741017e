//! The checklist's text with its lines: byte offsets to places and back.

use super::error::{ImportError, MAX_BYTES};
use crate::diagnostic::Place;

const BOM: &str = "\u{feff}";

/// The text of a checklist. Offsets always count the file's own bytes, the byte order mark included.
pub(super) struct Source<'a> {
    /// The whole text, a byte order mark included.
    pub text: &'a str,
    /// Where the Markdown starts: 3 behind a byte order mark, else 0.
    pub start: usize,
    lines: Vec<usize>,
}

impl<'a> Source<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self, ImportError> {
        if bytes.len() > MAX_BYTES {
            return Err(ImportError::TooLarge {
                bytes: bytes.len() as u64,
                limit: MAX_BYTES as u64,
            });
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let good = &bytes[..error.valid_up_to()];
            ImportError::NotUtf8 {
                offset: good.len() as u64,
                line: 1 + good.iter().filter(|byte| **byte == b'\n').count() as u32,
            }
        })?;
        let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
        if looks_like_html(&text[start..]) {
            return Err(ImportError::Html);
        }
        let mut lines = vec![0];
        lines.extend(
            bytes
                .iter()
                .enumerate()
                .filter(|(_, byte)| **byte == b'\n')
                .map(|(at, _)| at + 1),
        );
        Ok(Self { text, start, lines })
    }

    /// The line of an offset, from 1.
    pub fn line(&self, offset: usize) -> u32 {
        self.lines.partition_point(|start| *start <= offset) as u32
    }

    /// How many lines there are.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// Where the line of an offset starts.
    pub fn line_start(&self, offset: usize) -> usize {
        let line = self.line(offset) as usize;
        self.lines.get(line - 1).copied().unwrap_or(0)
    }

    /// Where the line of an offset ends, before its line break.
    pub fn line_end(&self, offset: usize) -> usize {
        let line = self.line(offset) as usize;
        let end = self.lines.get(line).copied().unwrap_or(self.text.len());
        let whole = &self.text[self.line_start(offset)..end];
        self.line_start(offset) + whole.trim_end_matches(['\n', '\r']).len()
    }

    /// Line and column of an offset, as an editor counts.
    pub fn place(&self, offset: usize) -> Place {
        let line = self.line(offset);
        let start = self.line_start(offset);
        let before = self.text.get(start..offset).unwrap_or("");
        Place {
            line,
            column: before.trim_start_matches(BOM).chars().count() as u32 + 1,
        }
    }
}

fn looks_like_html(text: &str) -> bool {
    let head = text.trim_start();
    ["<!doctype html", "<html"].iter().any(|mark| {
        head.get(..mark.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(mark))
    })
}
