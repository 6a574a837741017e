//! Whether what is pointed to is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use percent_encoding::percent_decode_str;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use regex::Regex;

use super::document::options;

/// The longest document whose headings are read, in bytes.
const LONGEST: u64 = 50_000_000;

/// The repository's files and headings.
pub(super) struct Targets {
    root: PathBuf,
    /// Anchors by document; `None` for what is no Markdown.
    anchors: BTreeMap<PathBuf, Option<BTreeSet<String>>>,
}

impl Targets {
    /// In the repository at this canonical root.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            anchors: BTreeMap::new(),
        }
    }

    /// Follows a link of a document.
    ///
    /// # Errors
    /// Why it leads nowhere.
    pub fn link(&mut self, document: &str, to: &str) -> Result<(), String> {
        let (path, anchor) = match to.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (to, None),
        };
        // `?raw=true` and the like are for GitHub's page of the file.
        let path = path.split('?').next().unwrap_or(path);
        let path = percent_decode_str(path).decode_utf8_lossy().into_owned();
        let found = if path.is_empty() {
            self.root.join(document)
        } else if let Some(from_root) = path.strip_prefix('/') {
            self.inside(Path::new(""), from_root)?
        } else {
            self.inside(folder(document), &path)?
        };
        match anchor {
            None | Some("" | "top") => Ok(()),
            Some(anchor) => self.anchor(&found, anchor),
        }
    }

    /// Looks for a file that is named in code, from the document and from the root.
    ///
    /// # Errors
    /// That it is at neither.
    pub fn named(&mut self, document: &str, name: &str) -> Result<(), String> {
        self.inside(folder(document), name)
            .or_else(|_| self.inside(Path::new(""), name))
            .map(|_| ())
            .map_err(|_| "there is no such file".to_owned())
    }

    fn inside(&self, from: &Path, path: &str) -> Result<PathBuf, String> {
        let mut parts: Vec<_> = Vec::new();
        for part in from.join(path).components() {
            match part {
                Component::Normal(name) => parts.push(name.to_owned()),
                Component::ParentDir => {
                    parts.pop().ok_or("it leads out of the repository")?;
                }
                Component::CurDir => {}
                Component::RootDir | Component::Prefix(_) => {
                    return Err("it leads out of the repository".to_owned());
                }
            }
        }
        let path: PathBuf = parts.into_iter().collect();
        match self.root.join(path).canonicalize() {
            Ok(found) if found.starts_with(&self.root) => Ok(found),
            Ok(_) => Err("it leads out of the repository".to_owned()),
            Err(_) => Err("there is no such file".to_owned()),
        }
    }

    fn anchor(&mut self, path: &Path, anchor: &str) -> Result<(), String> {
        let known = self
            .anchors
            .entry(path.to_owned())
            .or_insert_with(|| anchors(path));
        let Some(known) = known else {
            // `src/a.rs#L12` points into what has no headings.
            return Ok(());
        };
        let wanted = percent_decode_str(anchor)
            .decode_utf8_lossy()
            .to_lowercase();
        if known.contains(&wanted) {
            Ok(())
        } else {
            Err(format!("there is no heading `#{wanted}`"))
        }
    }
}

fn folder(document: &str) -> &Path {
    Path::new(document).parent().unwrap_or(Path::new(""))
}

fn anchors(path: &Path) -> Option<BTreeSet<String>> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    // Opening a pipe would wait for whoever writes to it.
    let short =
        std::fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() <= LONGEST);
    if !matches!(ending.as_str(), "md" | "markdown") || !short {
        return None;
    }
    let text = std::fs::read_to_string(path).ok()?;
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(&text, options()) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                if let Some(title) = heading.take() {
                    add(&mut anchors, &slug(&title));
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(title) = &mut heading {
                    title.push_str(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(title) = &mut heading {
                    title.push(' ');
                }
            }
            _ => {}
        }
    }
    if let Ok(attribute) = Regex::new(r#"(?i)<[a-z][^>]*?\b(?:id|name)\s*=\s*["']?([^"'\s>]+)"#) {
        let named = attribute.captures_iter(&text);
        anchors.extend(named.filter_map(|captures| Some(captures.get(1)?.as_str().to_lowercase())));
    }
    Some(anchors)
}

/// A heading's anchor as GitHub makes it
/// (<https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links>):
/// lower case, blanks as `-`, everything left out that is no letter, number, `-` or `_`.
fn slug(title: &str) -> String {
    title
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            c if c.is_alphanumeric() => Some(c),
            // Marks that belong to a letter, as in й written in two.
            c if ('\u{300}'..='\u{36f}').contains(&c) => Some(c),
            _ => None,
        })
        .collect()
}

/// A second heading of the same words gets `-1`, the next `-2`.
fn add(anchors: &mut BTreeSet<String>, slug: &str) {
    let mut name = slug.to_owned();
    let mut count = 0_u32;
    while !anchors.insert(name.clone()) {
        count += 1;
        name = format!("{slug}-{count}");
    }
}
