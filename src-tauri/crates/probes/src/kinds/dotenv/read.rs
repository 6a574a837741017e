//! Reading a file of environment variables, as <https://github.com/motdotla/dotenv#what-rules-does-the-parsing-engine-follow>
//! describes it. Nothing is expanded.

use std::collections::{BTreeMap, BTreeSet};

use crate::Secret;

/// What a file sets.
#[derive(Default)]
pub(super) struct Variables {
    /// Values by name; of several the last.
    pub values: BTreeMap<String, Secret>,
    /// Names that are set more than once.
    pub repeated: BTreeSet<String>,
}

/// Reads a file. The error is the line, from 1, that is neither a variable nor a comment.
pub(super) fn read(text: &str) -> Result<Variables, usize> {
    let mut variables = Variables::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rest = text;
    while !rest.is_empty() {
        let number = text.get(..text.len() - rest.len()).unwrap_or_default();
        let number = number.matches('\n').count() + 1;
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with('#') {
            rest = after;
            continue;
        }
        let bare = bare.strip_prefix("export ").map_or(bare, str::trim_start);
        let (name, _) = bare.split_once('=').ok_or(number)?;
        let name = name.trim_end();
        if !is_name(name) {
            return Err(number);
        }
        // From the sign on the text may go over several lines.
        let at = line.find('=').ok_or(number)?;
        let begins = rest.get(at + 1..).unwrap_or_default();
        let (value, left) = value(begins).ok_or(number)?;
        if variables
            .values
            .insert(name.to_owned(), Secret::new(value))
            .is_some()
        {
            variables.repeated.insert(name.to_owned());
        }
        rest = left;
    }
    Ok(variables)
}

/// Names as shells and the common libraries allow them, and with `.` and `-` some of these do.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

/// A value and what follows its line. `None` when a quote is never closed or something other than
/// a comment follows it.
fn value(text: &str) -> Option<(String, &str)> {
    let (line, after) = text.split_once('\n').unwrap_or((text, ""));
    let bare = line.trim_start();
    let quote = bare
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'));
    let Some(quote) = quote else {
        let end = if bare.starts_with('#') {
            0
        } else {
            bare.find(" #")
                .or_else(|| bare.find("\t#"))
                .unwrap_or(bare.len())
        };
        let value = bare.get(..end).unwrap_or(bare).trim_end();
        return Some((value.to_owned(), after));
    };
    let skipped = line.len() - bare.len() + 1;
    let inside = text.get(skipped..)?;
    let mut value = String::new();
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            let left = inside.get(at + 1..)?;
            let (line, after) = left.split_once('\n').unwrap_or((left, ""));
            let comment = line.trim();
            return (comment.is_empty() || comment.starts_with('#')).then_some((value, after));
        }
        if c == '\\' && quote == '"' {
            match chars.next()?.1 {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                escaped @ ('"' | '\\' | '$') => value.push(escaped),
                other => value.extend(['\\', other]),
            }
        } else {
            value.push(c);
        }
    }
    None
}
