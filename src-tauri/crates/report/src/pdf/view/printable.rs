//! The last step before Typst: every string of the data becomes something that can be printed.

use serde_json::{Map, Value};

use crate::pdf::fonts::Print;
use crate::text::{visible, visible_line};

/// Words up to this many characters are left whole; a column is at least that wide.
const WHOLE_WORD: usize = 18;

/// How far apart breaks stand in a word without punctuation.
const PIECE: usize = 10;

/// Only these may have more than one line; names and facts are one line each.
const OF_MORE_LINES: [&str; 7] = [
    "reason",
    "note",
    "detail",
    "text",
    "meaning",
    "conditions",
    "summary",
];

/// Facts longer than this are cut: no name fills a page.
const LONGEST_FACT: usize = 240;

/// Writes out what cannot be printed, in every string, and cuts words that are longer than a column
/// into `{"parts": […]}`, between which the template allows a line break.
pub(super) fn make_printable(value: &mut Value) {
    print_under("", value);
}

fn print_under(key: &str, value: &mut Value) {
    match value {
        Value::String(text) => {
            let shown = if OF_MORE_LINES.contains(&key) {
                visible(text, &Print)
            } else {
                shorten(visible_line(text, &Print))
            };
            *value = match cut(&shown) {
                Some(parts) => {
                    let mut object = Map::new();
                    object.insert("parts".to_owned(), parts.into());
                    Value::Object(object)
                }
                None => Value::String(shown),
            };
        }
        Value::Array(values) => {
            for value in values {
                print_under(key, value);
            }
        }
        Value::Object(object) => {
            for (key, value) in object {
                match key.as_str() {
                    "alt" | "running" | "foot" => make_flat(value),
                    "lines" | "definition" | "armor" => print_lines(value),
                    _ => print_under(key, value),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Lines of a listing arrive cut to their length.
fn print_lines(value: &mut Value) {
    if let Value::Array(lines) = value {
        for line in lines {
            print_under("text", line);
        }
    }
}

fn shorten(text: String) -> String {
    match text.char_indices().nth(LONGEST_FACT) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

/// The text in pieces, or none when no word is too long.
fn cut(text: &str) -> Option<Vec<String>> {
    if text
        .split(char::is_whitespace)
        .all(|word| word.chars().count() <= WHOLE_WORD)
        || is_digest(text)
    {
        return None;
    }
    let mut parts = vec![String::new()];
    let mut run = 0;
    for (index, piece) in text.split_inclusive(char::is_whitespace).enumerate() {
        if index > 0 {
            run = 0;
        }
        let long = piece.trim_end().chars().count() > WHOLE_WORD;
        for character in piece.chars() {
            let joins = unicode_normalization::char::is_combining_mark(character);
            let after_sign = parts
                .last()
                .and_then(|part| part.chars().next_back())
                .is_some_and(|last| "/._-:;,&=?@+|".contains(last) && character.is_alphanumeric());
            if long && !joins && run > 0 && (run >= PIECE || (after_sign && run > 2)) {
                parts.push(String::new());
                run = 0;
            }
            if let Some(last) = parts.last_mut() {
                last.push(character);
            }
            run += 1;
        }
    }
    Some(parts)
}

/// Digests are set in a size that fits their column, so that they are copied whole.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Properties and descriptions are plain strings: printable, on one line, and never cut.
pub(super) fn make_flat(value: &mut Value) {
    match value {
        Value::String(text) => *text = visible_line(text, &Print),
        Value::Array(values) => values.iter_mut().for_each(make_flat),
        Value::Object(object) => object.values_mut().for_each(make_flat),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut_and_nothing_is_lost() {
        let address = "see https://api.bakhmach.example/api/sync/status?verbose=true now";
        let parts = cut(address).unwrap_or_default();
        assert!(parts.len() > 4);
        assert_eq!(parts.concat(), address);
        assert!(
            parts
                .iter()
                .all(|part| part.chars().count() <= WHOLE_WORD + 6)
        );
    }

    #[test]
    fn ordinary_words_stay_whole() {
        assert_eq!(cut("Canary deployment percentage set"), None);
    }
}
