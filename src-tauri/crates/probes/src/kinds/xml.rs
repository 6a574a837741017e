//! Walking an XML report from its beginning to its end.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How deep elements may lie in each other; reports have ten levels.
const DEEPEST: usize = 1_000;

/// What is met on the way.
pub(super) enum Step<'a> {
    /// An element begins.
    Open(&'a Element<'a>),
    /// The element of this name ends.
    Close(&'a str),
}

/// An element with its attributes.
pub(super) struct Element<'a> {
    /// Its name without a prefix.
    pub name: &'a str,
    start: &'a BytesStart<'a>,
}

impl Element<'_> {
    /// An attribute's text, its entities read.
    pub fn text(&self, name: &str) -> Option<String> {
        let attribute = self.start.try_get_attribute(name).ok()??;
        let raw = attribute.value.into_owned();
        Some(match quick_xml::escape::unescape(&raw) {
            Ok(read) => read.into_owned(),
            Err(_) => raw,
        })
    }

    /// An attribute that is a whole number. Some tools write `1,234`.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.trim().replace(',', "").parse().ok()
    }
}

/// Walks a document. Entities of its own are not expanded and nothing outside it is read.
///
/// # Errors
/// That it is not XML or not whole, in words that follow the file's name; or what `visit` says.
pub(super) fn walk(
    bytes: &[u8],
    visit: &mut dyn FnMut(Step<'_>) -> Result<(), String>,
) -> Result<(), String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = Reader::from_reader(bytes);
    let mut open: Vec<String> = Vec::new();
    let mut begun = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader
            .read_event_into(&mut buffer)
            .map_err(|error| format!("is not whole XML: {error}"))?;
        match event {
            Event::Start(start) | Event::Empty(start) if begun && open.is_empty() => {
                let name = start.name().as_ref().to_owned();
                return Err(format!("has a second root `{name}`"));
            }
            Event::Start(start) => {
                begun = true;
                let name = start.local_name().as_ref().to_owned();
                let element = Element {
                    name: &name,
                    start: &start,
                };
                visit(Step::Open(&element))?;
                if open.len() == DEEPEST {
                    return Err(format!("is nested more than {DEEPEST} deep"));
                }
                open.push(name);
            }
            Event::Empty(start) => {
                begun = true;
                let name = start.local_name().as_ref().to_owned();
                let element = Element {
                    name: &name,
                    start: &start,
                };
                visit(Step::Open(&element))?;
                visit(Step::Close(&name))?;
            }
            Event::End(_) => {
                if let Some(name) = open.pop() {
                    visit(Step::Close(&name))?;
                }
            }
            Event::Eof if begun && open.is_empty() => return Ok(()),
            Event::Eof if begun => return Err("ends before its root does".to_owned()),
            Event::Eof => return Err("is empty".to_owned()),
            _ => {}
        }
    }
}
