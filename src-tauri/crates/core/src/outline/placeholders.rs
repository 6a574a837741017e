//! What the author left to be filled, line by line.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::around::Placeholder;
use super::blocks::{Block, Kind};
use super::patterns as re;
use super::source::Source;
use super::words;

/// Names that HTML gives to its elements; `<br>` asks for nothing.
const HTML: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "center",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "link",
    "main",
    "mark",
    "meta",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "small",
    "source",
    "span",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "title",
    "tr",
    "u",
    "ul",
    "var",
    "video",
];

/// A line with more than this is no text that people fill.
const MOST_IN_LINE: usize = 50;

/// How a line is searched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Search {
    /// Markdown text.
    Text,
    /// A command of the rollback track.
    Command,
    /// Not at all: code, comments, front matter, rules.
    Skip,
}

/// Finds all placeholders; `rollback` tells the byte ranges of the rollback track's fences, `filled`
/// the lines that are roles, fields or contacts and so are filled elsewhere.
pub(super) fn find(
    source: &Source<'_>,
    blocks: &[Block],
    rollback: &dyn Fn(usize) -> bool,
    filled: &BTreeSet<u32>,
) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let mut parts = blocks
        .iter()
        .filter_map(|block| search(block, rollback).map(|how| (block.range.clone(), how)))
        .peekable();
    let mut offset = 0;
    for raw in source.text.split_inclusive('\n') {
        let start = offset;
        offset += raw.len();
        while parts.peek().is_some_and(|(range, _)| range.end <= start) {
            parts.next();
        }
        let how = match parts.peek() {
            Some((range, how)) if range.start < offset && range.end > start => *how,
            _ => Search::Text,
        };
        if how == Search::Skip || !may_hold_one(raw) {
            continue;
        }
        let line = source.line(start);
        if !filled.contains(&line) {
            in_line(source, &without_comments(raw), start, how, &mut found);
        }
    }
    found
}

/// A cheap look before the patterns: nearly every line of a checklist holds nothing but its box.
fn may_hold_one(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    let opens = |pair: &[u8]| matches!(pair[0], b'<' | b'[') && pair[1].is_ascii_alphabetic();
    let marks = |pair: &[u8]| matches!(pair, b"{{" | b"__" | b"\\_" | b"TB" | b"TO" | b"R_");
    let boxed = |at: usize| bytes.get(at + 2) == Some(&b']');
    bytes
        .windows(2)
        .enumerate()
        .any(|(at, pair)| marks(pair) || (opens(pair) && !boxed(at)))
}

/// A line with its comments blanked, every other byte in its place: what stands in a comment is
/// written for machines and asks nobody for anything.
fn without_comments(line: &str) -> Cow<'_, str> {
    if !line.contains("<!--") {
        return Cow::Borrowed(line);
    }
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find("<!--") {
        let end = rest[start..]
            .find("-->")
            .map_or(rest.len(), |length| start + length + "-->".len());
        kept.push_str(&rest[..start]);
        kept.extend(std::iter::repeat_n(' ', end - start));
        rest = &rest[end..];
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

fn search(block: &Block, rollback: &dyn Fn(usize) -> bool) -> Option<Search> {
    match block.kind {
        Kind::Fence { .. } if rollback(block.range.start) => Some(Search::Command),
        Kind::Fence { .. } | Kind::IndentedCode | Kind::Html | Kind::FrontMatter | Kind::Rule => {
            Some(Search::Skip)
        }
        _ => None,
    }
}

fn in_line(
    source: &Source<'_>,
    raw: &str,
    start: usize,
    how: Search,
    found: &mut Vec<Placeholder>,
) {
    let most = found.len() + MOST_IN_LINE;
    let mut add = |at: usize, text: &str, name: &str| {
        if found.len() >= most || in_comment(raw, at) {
            return;
        }
        let slug = words::slug(name);
        let place = source.place(start + at);
        found.push(Placeholder {
            id: if slug.is_empty() {
                "blank".to_owned()
            } else {
                slug
            },
            text: text.to_owned(),
            line: place.line,
            column: place.column,
            item: None,
            rollback: how == Search::Command,
        });
    };
    for captures in re::ANGLE.captures_iter(raw) {
        if let (Some(all), Some(name)) = (captures.get(0), captures.get(1))
            && !HTML.contains(&name.as_str().to_ascii_lowercase().as_str())
        {
            add(all.start(), all.as_str(), name.as_str());
        }
    }
    for captures in re::SQUARE.captures_iter(raw).take(MOST_IN_LINE) {
        if let (Some(all), Some(name)) = (captures.get(0), captures.get(1))
            && is_square_placeholder(raw, all.start(), all.end(), name.as_str(), how)
        {
            add(all.start(), all.as_str(), name.as_str());
        }
    }
    for captures in re::BRACES.captures_iter(raw) {
        if let (Some(all), Some(name)) = (captures.get(0), captures.get(1)) {
            add(all.start(), all.as_str(), name.as_str());
        }
    }
    for blank in re::UNDERSCORES.find_iter(raw) {
        let label = raw[..blank.start()]
            .trim()
            .trim_start_matches(['-', '*', '+', ' ', '[', ']'])
            .trim_end_matches([':', '*', ' ']);
        add(blank.start(), blank.as_str(), label);
    }
    for mark in re::TO_BE_DONE.find_iter(raw) {
        let text = mark.as_str().trim_matches([':', ' ']);
        add(mark.start(), text, text);
    }
    for name in re::YOUR_NAME.find_iter(raw) {
        add(name.start(), name.as_str(), name.as_str());
    }
}

/// What stands in a comment of the line, such as a probe, is not read by people.
fn in_comment(raw: &str, at: usize) -> bool {
    let before = &raw[..at];
    match (before.rfind("<!--"), before.rfind("-->")) {
        (Some(opened), closed) => closed.is_none_or(|closed| closed < opened),
        (None, _) => false,
    }
}

/// `[Contact Info]` asks for something; a link, a reference, a footnote and a shell test do not.
fn is_square_placeholder(raw: &str, start: usize, end: usize, name: &str, how: Search) -> bool {
    let before = raw[..start].chars().next_back();
    let after = raw[end..].chars().next();
    let linked = matches!(after, Some('(' | '[' | ':')) || matches!(before, Some(']' | '!' | '\\'));
    let asks = match how {
        Search::Command => !name.starts_with(' ') && !name.ends_with(' '),
        _ => {
            let in_code = raw[..start].matches('`').count() % 2 == 1;
            let hint = ["your ", "insert ", "enter ", "choose ", "name", "specify "];
            !in_code
                && (name.starts_with(char::is_uppercase)
                    || hint.iter().any(|word| name.starts_with(word)))
        }
    };
    name.chars().count() > 1 && !linked && asks
}
