//! Words: slugs, text hashes and small judgements about a line's text.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A slug longer than this is cut at a word.
const SLUG_CHARS: usize = 72;

/// Writes a text as a slug: letters and digits of any script in lower case, `< > ≤ ≥ + %` as words,
/// everything else as one hyphen. Empty when the text has no such character.
#[must_use]
pub fn slug(text: &str) -> String {
    if text.is_ascii() {
        write_ascii_slug(text)
    } else {
        write_slug(text.nfc())
    }
}

/// As [`write_slug`], for the letters that nearly every checklist is written in.
fn write_ascii_slug(text: &str) -> String {
    let mut slug = String::with_capacity(SLUG_CHARS);
    let mut gap = false;
    for byte in text.bytes() {
        let sign = match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                if gap && !slug.is_empty() {
                    slug.push('-');
                }
                gap = false;
                slug.push(char::from(byte.to_ascii_lowercase()));
                continue;
            }
            b'<' => "lt",
            b'>' => "gt",
            b'+' => "plus",
            b'%' => "percent",
            b'\'' | b'`' | b'*' => continue,
            _ => "",
        };
        push_sign(&mut slug, sign);
        gap = true;
        if slug.len() > SLUG_CHARS * 4 {
            break;
        }
    }
    cut(slug)
}

fn push_sign(slug: &mut String, sign: &str) {
    if !sign.is_empty() {
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(sign);
    }
}

fn write_slug(letters: impl Iterator<Item = char>) -> String {
    let mut slug = String::with_capacity(SLUG_CHARS);
    let mut gap = false;
    for letter in letters {
        let sign = match letter {
            '<' => "lt",
            '>' => "gt",
            '≤' => "le",
            '≥' => "ge",
            '+' => "plus",
            '%' => "percent",
            '\'' | '’' | '`' | '*' => continue,
            _ if letter.is_alphanumeric() || is_mark(letter) => {
                if gap && !slug.is_empty() {
                    slug.push('-');
                }
                gap = false;
                if letter.is_ascii() {
                    slug.push(letter.to_ascii_lowercase());
                } else {
                    slug.extend(letter.to_lowercase());
                }
                continue;
            }
            _ => "",
        };
        push_sign(&mut slug, sign);
        gap = true;
        if slug.len() > SLUG_CHARS * 4 {
            break;
        }
    }
    cut(slug)
}

/// Combining marks belong to the letter before them in scripts that need them.
fn is_mark(letter: char) -> bool {
    !letter.is_ascii()
        && unicode_normalization::char::is_combining_mark(letter)
        && !matches!(letter, '\u{fe00}'..='\u{fe0f}' | '\u{20d0}'..='\u{20ff}')
}

fn cut(slug: String) -> String {
    if slug.len() <= SLUG_CHARS || slug.chars().count() <= SLUG_CHARS {
        return slug;
    }
    let head: String = slug.chars().take(SLUG_CHARS).collect();
    match head.rfind('-') {
        Some(at) if at > 0 => head[..at].to_owned(),
        _ => head,
    }
}

/// Gives out ids: the slug of a text, or `otherwise` when it has none, with `-2` for twins.
#[derive(Default)]
pub(super) struct Ids {
    given: BTreeSet<String>,
    /// The number that the next twin of a slug tries first.
    twins: BTreeMap<String, u64>,
}

impl Ids {
    pub fn give(&mut self, text: &str, otherwise: &str) -> String {
        let slug = slug(text);
        let base = if slug.is_empty() {
            otherwise.to_owned()
        } else {
            slug
        };
        if self.given.insert(base.clone()) {
            return base;
        }
        let twin = self.twins.entry(base.clone()).or_insert(2);
        loop {
            let id = format!("{base}-{twin}");
            *twin += 1;
            if self.given.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// Collapses white space and trims. A text that has nothing to collapse, as nearly every line of a
/// checklist, is not copied.
pub(super) fn collapse(text: &str) -> Cow<'_, str> {
    if is_collapsed(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    Cow::Owned(out)
}

/// True for ASCII without margins and without white space but single spaces; other scripts have
/// white space of their own and go the long way.
fn is_collapsed(text: &str) -> bool {
    let mut before = b' ';
    for byte in text.bytes() {
        let spaced = byte == b' ' && before == b' ';
        if spaced || !(b' '..=b'~').contains(&byte) {
            return false;
        }
        before = byte;
    }
    before != b' ' || text.is_empty()
}

/// Lower-hex SHA-256 of the text in NFC with white space collapsed (`docs/ledger.md`, text hash).
pub fn text_hash(text: &str) -> String {
    let collapsed = collapse(text);
    let digest = if collapsed.is_ascii() || is_nfc(&collapsed) {
        Sha256::digest(collapsed.as_bytes())
    } else {
        Sha256::digest(collapsed.nfc().collect::<String>().as_bytes())
    };
    lower_hex(&digest)
}

fn lower_hex(bytes: &[u8]) -> String {
    let mut digits = [0; 2 * 32];
    match hex::encode_to_slice(bytes, &mut digits) {
        Ok(()) => std::str::from_utf8(&digits).unwrap_or_default().to_owned(),
        Err(_) => hex::encode(bytes),
    }
}

/// A title without its trailing colon, numbering kept.
pub(super) fn title(plain: &str) -> String {
    collapse(plain.trim().trim_end_matches(':')).into_owned()
}

/// A line's text without a leading tick or other pictograph.
pub(super) fn without_mark(text: &str) -> &str {
    text.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '✅' | '☑' | '✔' | '✓' | '\u{fe0f}')
    })
}

/// True for a text that only marks a blank: underscores, dots, nothing.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_whitespace() || matches!(c, '_' | '\\' | '…' | '.' | '-'))
}

/// True for a value that the author left open: a blank, a bracketed hint, `TBD`.
pub(super) fn is_unfilled(text: &str) -> bool {
    let text = text.trim();
    is_blank(text)
        || (text.starts_with('[') && text.ends_with(']'))
        || (text.starts_with("{{") && text.ends_with("}}"))
        || (text.starts_with('<') && text.ends_with('>') && !text.contains(['/', '@', ':']))
        || matches!(text, "TBD" | "TBA" | "TBC" | "TODO" | "N/A yet")
}

/// Splits `Label: value` at the first colon that does not belong to an address.
pub(super) fn label_and_value(text: &str) -> Option<(&str, &str)> {
    let (label, value) = text.split_once(':')?;
    let label = label.trim();
    (!label.is_empty() && !value.starts_with("//")).then(|| (label, value.trim()))
}

/// Words of a text in lower case.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
