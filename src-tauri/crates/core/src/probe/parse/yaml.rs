//! YAML with places. Scalars are kept as they are written, so that `2.10` stays `2.10`. Anchors,
//! aliases, tags and several documents are refused: a probe block is read by people first.

use granit_parser::{Event, Marker, Parser, ScalarStyle};

use super::node::{Entry, Node, Scalar};
use crate::diagnostic::{Diagnostic, Place};

/// How deep lists and mappings may nest.
const DEPTH: usize = 12;

struct Reader<'a> {
    text: &'a str,
    events: Vec<(Event<'a>, Marker)>,
    at: usize,
    place: Place,
}

/// Reads one document; `None` when there is nothing in it.
pub(super) fn read(text: &str, place: Place) -> Result<Option<Node>, Diagnostic> {
    let mut events = Vec::new();
    for next in Parser::new_from_str(text) {
        match next {
            Ok((event, span)) => match event {
                Event::Scalar(..)
                | Event::SequenceStart(..)
                | Event::SequenceEnd
                | Event::MappingStart(..)
                | Event::MappingEnd
                | Event::Alias(..)
                | Event::DocumentStart(..) => events.push((event, span.start)),
                _ => {}
            },
            Err(error) => {
                let mut wrong = super::error(
                    "probe-syntax",
                    format!("this is not YAML: {}", error.info()),
                    at(place, error.marker()),
                );
                wrong.hint = Some(
                    "check the indentation, and put text with `: ` or `#` in quotes".to_owned(),
                );
                return Err(wrong);
            }
        }
    }
    let mut reader = Reader {
        text,
        events,
        at: 0,
        place,
    };
    reader.at = 1;
    if reader.events.len() < 2 {
        return Ok(None);
    }
    let node = reader.node(0)?;
    if let Some((Event::DocumentStart(..), marker)) = reader.events.get(reader.at) {
        return Err(super::error(
            "probe-syntax",
            "one document was expected, not several",
            at(place, marker),
        ));
    }
    Ok(Some(node))
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn at(place: Place, marker: &Marker) -> Place {
    Place {
        line: place.line + small(marker.line().saturating_sub(1)),
        column: place.column + small(marker.col()),
    }
}

impl Reader<'_> {
    fn node(&mut self, depth: usize) -> Result<Node, Diagnostic> {
        let Some((event, marker)) = self.events.get(self.at).cloned() else {
            return Err(super::error(
                "probe-syntax",
                "a value is missing at the end",
                self.place,
            ));
        };
        self.at += 1;
        let place = at(self.place, &marker);
        if depth > DEPTH {
            return Err(super::error("probe-syntax", "this nests too deep", place));
        }
        match event {
            Event::Scalar(_, _, anchor, ref tag) if anchor != 0 || tag.is_some() => {
                Err(refuse(place))
            }
            Event::Scalar(value, style, ..) => Ok(Node::Scalar(Scalar {
                text: value.into_owned(),
                plain: style == ScalarStyle::Plain,
                lines: self.lines(style, &marker),
            })),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                while !matches!(
                    self.events.get(self.at),
                    Some((Event::SequenceEnd, _)) | None
                ) {
                    items.push(self.node(depth + 1)?);
                }
                self.at += 1;
                Ok(Node::List(items, place))
            }
            Event::MappingStart(..) => {
                let mut entries: Vec<Entry> = Vec::new();
                while !matches!(
                    self.events.get(self.at),
                    Some((Event::MappingEnd, _)) | None
                ) {
                    let key = self.node(depth + 1)?;
                    let key_place = key.place();
                    let Node::Scalar(key) = key else {
                        return Err(super::error(
                            "probe-syntax",
                            "a name was expected",
                            key_place,
                        ));
                    };
                    if entries.iter().any(|entry| entry.key == key.text) {
                        return Err(super::error(
                            "probe-duplicate-field",
                            format!("`{}` stands here twice", key.text),
                            key_place,
                        ));
                    }
                    let value = self.node(depth + 1)?;
                    entries.push(Entry {
                        key: key.text,
                        place: key_place,
                        value,
                    });
                }
                self.at += 1;
                Ok(Node::Map(entries, place))
            }
            _ => Err(refuse(place)),
        }
    }

    /// Where the lines of a scalar start. A block scalar's content begins on the line after its
    /// `|` or `>`, indented as its first line is.
    fn lines(&self, style: ScalarStyle, marker: &Marker) -> Vec<Place> {
        let start = at(self.place, marker);
        match style {
            ScalarStyle::Plain => vec![start],
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => vec![Place {
                line: start.line,
                column: start.column + 1,
            }],
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let content: Vec<&str> = self.text.lines().skip(marker.line()).collect();
                let indent = content
                    .iter()
                    .find(|line| !line.trim().is_empty())
                    .map_or(0, |line| line.len() - line.trim_start().len());
                (1..=content.len().max(1))
                    .map(|line| Place {
                        line: start.line + small(line),
                        column: self.place.column + small(indent),
                    })
                    .collect()
            }
        }
    }
}

fn refuse(place: Place) -> Diagnostic {
    super::error(
        "probe-syntax",
        "anchors, aliases and tags are not read in a probe",
        place,
    )
}
