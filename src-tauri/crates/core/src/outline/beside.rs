//! An item's entry below `probes:` in the sidecar or in the front matter, as bytes.

use std::ops::Range;

use super::written::replaced;
use crate::diagnostic::Place;
use crate::probe::{self, SidecarValue};

/// An entry whose value can be replaced.
pub(super) struct Entry {
    /// The first line of the value, from 1.
    pub line: u32,
    /// The value as YAML in block style.
    pub yaml: String,
    range: Range<usize>,
    /// The blanks before each line of a value in block style.
    indent: usize,
    /// Whether the value stood behind its key on the same line.
    inline: bool,
}

/// The entry of `file` that holds a place. `yaml` says what stands where: the file itself, or the
/// declarations of its front matter, each line where it stands in the file. `end` is the line behind
/// the last that may belong to an entry; absent where the whole file does.
pub(super) fn entry_at(yaml: &str, file: &str, place: Place, end: Option<u32>) -> Option<Entry> {
    let values = probe::sidecar_values(yaml);
    let value = values
        .iter()
        .rfind(|value| value.key_place.line <= place.line)?;
    let entry = entry(file, value, end)?;
    let last = line_of(file, entry.range.end);
    (place.line <= last).then_some(entry)
}

fn entry(text: &str, value: &SidecarValue, end: Option<u32>) -> Option<Entry> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let behind = value.next.map(|next| next.line).or(end);
    let mut last = behind.map_or(lines.len(), |line| line as usize - 1);
    // Two keys on one line leave no line to replace.
    let first = value.place.line as usize - 1;
    if last <= first {
        return None;
    }
    while last > first + 1
        && lines.get(last - 1).is_some_and(|line| {
            let line = line.trim();
            line.is_empty() || line.starts_with('#')
        })
    {
        last -= 1;
    }
    let offset = |line: usize| {
        lines
            .iter()
            .take(line)
            .map(|line| line.len())
            .sum::<usize>()
    };
    let until = offset(last - 1) + lines.get(last - 1)?.trim_end().len();
    let line = lines.get(first)?;
    let column = value.place.column as usize - 1;
    let at: usize = line.chars().take(column).map(char::len_utf8).sum();
    let inline = value.place.line == value.key_place.line;
    let start = match inline {
        true => offset(first) + line.get(..at)?.trim_end().len(),
        false => offset(first),
    };
    let written = text.get(start..until)?;
    let yaml = match inline {
        true => probe::yaml_in_blocks(written.trim()).unwrap_or_else(|| written.trim().to_owned()),
        false => dedented(written, column),
    };
    Some(Entry {
        line: value.place.line,
        yaml,
        range: start..until,
        indent: match inline {
            true => line.len() - line.trim_start_matches(' ').len() + 2,
            false => column,
        },
        inline,
    })
}

impl Entry {
    /// The text with another value for this entry.
    pub fn replaced(&self, text: &str, yaml: &str) -> Vec<u8> {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let indent = " ".repeat(self.indent);
        let lines: Vec<String> = yaml
            .trim_end()
            .lines()
            .map(|line| match line.is_empty() {
                true => String::new(),
                false => format!("{indent}{line}"),
            })
            .collect();
        let lead = if self.inline { newline } else { "" };
        let value = format!("{lead}{}", lines.join(newline));
        replaced(text, self.range.clone(), &value)
    }
}

fn dedented(text: &str, column: usize) -> String {
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.get(blanks(line).min(column)..).unwrap_or(line))
        .collect();
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn line_of(text: &str, offset: usize) -> u32 {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    1 + before.iter().filter(|byte| **byte == b'\n').count() as u32
}

/// A sidecar's text with further entries: below the line `probes:`, or at the end where it has none.
/// Several probes of one item make a list.
pub(super) fn with_entries(before: &str, entries: &[(&str, Vec<&str>)]) -> String {
    let newline = if before.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let mut added = String::new();
    for (item, probes) in entries {
        added.push_str(&format!("  {}:{newline}", serde_json::Value::from(*item)));
        for probe in probes {
            for (at, line) in probe.trim_end().lines().enumerate() {
                let lead = match (probes.len(), at) {
                    (1, _) => "    ",
                    (_, 0) => "    - ",
                    _ => "      ",
                };
                let line = format!("{lead}{line}");
                added.push_str(&format!("{}{newline}", line.trim_end()));
            }
        }
    }
    let mut lines: Vec<&str> = before.split_inclusive('\n').collect();
    match lines.iter().position(|line| line.trim_end() == "probes:") {
        Some(at) => {
            lines.insert(at + 1, &added);
            lines.concat()
        }
        None => {
            let gap = match before.is_empty() || before.ends_with('\n') {
                true => "",
                false => newline,
            };
            format!("{before}{gap}probes:{newline}{added}")
        }
    }
}
