//! Reading a change log's sections.

use chrono::NaiveDate;
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

/// One heading of the second level and what stands below it. A log whose title is missing may have
/// its versions on the first level; those count too.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// As it is written, without Markdown.
    pub heading: String,
    /// The line it stands on, from 1.
    pub line: usize,
    /// Its version without a leading `v`.
    pub version: Option<String>,
    /// Whether it is called `Unreleased`.
    pub unreleased: bool,
    /// The date in it, where it is one of the calendar.
    pub date: Option<NaiveDate>,
    /// Whether it is marked `[YANKED]`.
    pub yanked: bool,
    /// The headings in it.
    pub groups: Vec<String>,
    /// List items and paragraphs outside lists.
    pub entries: u64,
    /// The section as it is written, its heading left out.
    pub text: String,
}

/// The sections of a log, in their order. What stands in code and comments is no heading.
pub(super) fn sections(markdown: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut bounds: Vec<(usize, usize)> = Vec::new();
    let mut heading: Option<(HeadingLevel, usize, String)> = None;
    let mut depth = 0_u32;
    // A list item counts when something stands in it.
    let mut items: Vec<bool> = Vec::new();
    for (event, range) in Parser::new(markdown).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                heading = Some((level, range.start, String::new()));
            }
            Event::End(TagEnd::Heading(_)) => {
                let Some((level, start, text)) = heading.take() else {
                    continue;
                };
                let section = Section::of(text.trim(), line_of(markdown, start));
                let begins = level == HeadingLevel::H2
                    || level == HeadingLevel::H1
                        && (section.version.is_some() || section.unreleased);
                if begins {
                    if let Some(last) = bounds.last_mut() {
                        last.1 = start;
                    }
                    bounds.push((range.end, markdown.len()));
                    sections.push(section);
                } else if let Some(open) = sections.last_mut() {
                    open.groups.push(section.heading);
                }
            }
            Event::Start(Tag::List(_)) => depth += 1,
            Event::End(TagEnd::List(_)) => depth = depth.saturating_sub(1),
            Event::Start(Tag::Item) => items.push(false),
            Event::End(TagEnd::Item) => {
                if items.pop() == Some(true)
                    && let Some(open) = sections.last_mut()
                {
                    open.entries += 1;
                }
            }
            Event::End(TagEnd::Paragraph) if depth == 0 => {
                if let Some(open) = sections.last_mut() {
                    open.entries += 1;
                }
            }
            Event::Text(text) | Event::Code(text) => match &mut heading {
                Some((_, _, held)) => held.push_str(&text),
                None => {
                    if let Some(filled) = items.last_mut() {
                        *filled |= !text.trim().is_empty();
                    }
                }
            },
            Event::SoftBreak | Event::HardBreak => {
                if let Some((_, _, held)) = &mut heading {
                    held.push(' ');
                }
            }
            _ => {}
        }
    }
    for (section, (from, to)) in sections.iter_mut().zip(bounds) {
        section.text = markdown.get(from..to).unwrap_or_default().trim().to_owned();
    }
    sections
}

impl Section {
    fn of(heading: &str, line: usize) -> Self {
        let words: Vec<&str> = heading
            .split([' ', '\t', '[', ']', '(', ')', ','])
            .filter(|word| !word.is_empty())
            .collect();
        let date = words.iter().find_map(|word| date(word));
        Self {
            heading: heading.to_owned(),
            line,
            version: words.iter().find_map(|word| version_key(word)),
            unreleased: words
                .first()
                .is_some_and(|word| word.eq_ignore_ascii_case("unreleased")),
            date,
            yanked: words.contains(&"YANKED"),
            groups: Vec::new(),
            entries: 0,
            text: String::new(),
        }
    }
}

/// A date as the standard asks for it (ISO 8601, 2026-11-24): four digits, two and two.
fn date(word: &str) -> Option<NaiveDate> {
    let shape = word.len() == 10
        && word.char_indices().all(|(at, c)| {
            if matches!(at, 4 | 7) {
                c == '-'
            } else {
                c.is_ascii_digit()
            }
        });
    if shape {
        NaiveDate::parse_from_str(word, "%Y-%m-%d").ok()
    } else {
        None
    }
}

/// A version in the form it is compared in: without a leading `v`, beginning with a number and a
/// point, as `2.4.0`, `2.4` and `2.4.0-rc.1` do and a date and a bare number do not.
pub(super) fn version_key(text: &str) -> Option<String> {
    let bare = text.trim().trim_start_matches(['v', 'V']);
    let (first, rest) = bare.split_once('.')?;
    let number = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
    let follows = rest.starts_with(|c: char| c.is_ascii_digit());
    let plain = bare
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || ".-+_".contains(c));
    (number && follows && plain).then(|| bare.to_owned())
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}
