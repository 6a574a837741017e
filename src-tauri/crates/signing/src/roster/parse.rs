//! Reads `allowed_signers` more strictly than OpenSSH: whatever two readers could understand in
//! two ways (patterns, local times, certificate authorities) is refused with its place.

use chrono::{DateTime, NaiveDate, Utc};
use countersign_core::diagnostic::{Diagnostic, Place, Severity};

use super::entry::{RosterEntry, is_literal, is_period};
use crate::public_key::PublicKeyLine;

/// A finding at a column of the line that is being read.
pub(super) struct Finding {
    severity: Severity,
    code: &'static str,
    message: String,
    hint: &'static str,
    column: usize,
}

impl Finding {
    pub(super) fn error(
        code: &'static str,
        column: usize,
        message: String,
        hint: &'static str,
    ) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message,
            hint,
            column,
        }
    }

    pub(super) fn warning(
        code: &'static str,
        column: usize,
        message: String,
        hint: &'static str,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            code,
            message,
            hint,
            column,
        }
    }

    pub(super) fn at_line(self, line: u32) -> Diagnostic {
        Diagnostic {
            severity: self.severity,
            code: self.code.to_owned(),
            message: self.message,
            place: Place {
                line,
                column: u32::try_from(self.column)
                    .unwrap_or(u32::MAX)
                    .saturating_add(1),
            },
            hint: Some(self.hint.to_owned()),
        }
    }
}

/// The lines of a key list that are neither empty nor comments, numbered from 1. A line that is
/// not UTF-8 comes as `None`.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = (u32, Option<&str>)> {
    (1_u32..)
        .zip(bytes.split(|byte| *byte == b'\n'))
        .map(|(number, line)| {
            (
                number,
                std::str::from_utf8(line).ok().map(|line| line.trim_end()),
            )
        })
        .filter(|(_, line)| {
            line.is_none_or(|line| {
                let start = line.trim_start();
                !start.is_empty() && !start.starts_with('#')
            })
        })
}

pub(super) fn roster(bytes: &[u8]) -> (Vec<RosterEntry>, Vec<Diagnostic>) {
    let mut entries: Vec<RosterEntry> = Vec::new();
    let mut diagnostics = Vec::new();
    for (number, line) in lines(bytes) {
        let Some(line) = line else {
            diagnostics.push(not_utf8().at_line(number));
            continue;
        };
        match entry(number, line) {
            Ok((entry, warnings)) => {
                diagnostics.extend(warnings.into_iter().map(|warning| warning.at_line(number)));
                entries.push(entry);
            }
            Err(finding) => diagnostics.push(finding.at_line(number)),
        }
    }
    (entries, diagnostics)
}

pub(super) fn not_utf8() -> Finding {
    Finding::error(
        "roster-not-utf8",
        0,
        "This line is not UTF-8 text and is not used.".into(),
        "Write the line again.",
    )
}

/// The options of a line.
#[derive(Default)]
struct Options {
    namespaces: Option<Vec<String>>,
    valid_after: Option<DateTime<Utc>>,
    valid_before: Option<DateTime<Utc>>,
}

fn entry(number: u32, line: &str) -> Result<(RosterEntry, Vec<Finding>), Finding> {
    let indent = line.len() - line.trim_start().len();
    let (principals_text, rest) = split_word(&line[indent..]);
    let principals = principals(principals_text, column(line, indent))?;
    let rest_at = line.len() - rest.len();
    let no_key = |at: usize| {
        Finding::error(
            "roster-key-missing",
            at,
            "There is no key on this line.".into(),
            "Write the names, the options, then the whole public key.",
        )
    };
    if rest.is_empty() {
        return Err(no_key(column(line, rest_at)));
    }
    let (options, key_text) = if is_key_type(split_word(rest).0) {
        (Options::default(), rest)
    } else {
        let end = options_end(rest).ok_or_else(|| {
            Finding::error(
                "roster-quote-open",
                column(line, rest_at),
                "A quotation mark is opened and never closed.".into(),
                "Close it before the key.",
            )
        })?;
        (
            options(&rest[..end], column(line, rest_at))?,
            rest[end..].trim_start(),
        )
    };
    let key_at = column(line, line.len() - key_text.len());
    if key_text.is_empty() {
        return Err(no_key(key_at));
    }
    let key = PublicKeyLine::parse(key_text).map_err(|error| {
        let code = match error.code() {
            "unsupported-key-type" => "roster-key-unsupported",
            _ => "roster-key-unreadable",
        };
        Finding::error(
            code,
            key_at,
            format!("This key is not used: {error}."),
            error.hint(),
        )
    })?;

    let mut warnings = Vec::new();
    if options.namespaces.is_none() {
        warnings.push(Finding::warning(
            "roster-namespaces-missing",
            column(line, rest_at),
            "This key may sign anything, not only sign-offs.".into(),
            "Add namespaces=\"countersign.signoff.v1\" before the key.",
        ));
    }
    if principals.len() < 2 {
        warnings.push(Finding::warning(
            "roster-role-missing",
            column(line, indent),
            "This key has one name, so it can sign as a person but in no role.".into(),
            "Write the person and the role: dana@example.com,qa-lead@team.",
        ));
    }
    let entry = RosterEntry {
        line: number,
        principals,
        namespaces: options.namespaces.unwrap_or_default(),
        valid_after: options.valid_after,
        valid_before: options.valid_before,
        key,
    };
    Ok((entry, warnings))
}

fn principals(text: &str, at: usize) -> Result<Vec<String>, Finding> {
    let mut names = Vec::new();
    let mut offset = at;
    for name in text.split(',') {
        if name.starts_with('!') {
            return Err(Finding::error(
                "roster-negation",
                offset,
                format!("{name} excludes a name, which is refused."),
                "List exactly the names that the key may sign under.",
            ));
        }
        if name.contains(['*', '?']) {
            return Err(Finding::error(
                "roster-wildcard",
                offset,
                format!("{name} is a pattern, which is refused."),
                "List exactly the names that the key may sign under.",
            ));
        }
        if !is_literal(name) {
            return Err(Finding::error(
                "roster-principal",
                offset,
                format!("{name:?} cannot be a name."),
                "Use an address or role@team, without spaces, quotes or invisible characters.",
            ));
        }
        names.push(name.to_owned());
        offset += name.chars().count() + 1;
    }
    Ok(names)
}

fn options(text: &str, at: usize) -> Result<Options, Finding> {
    let mut found = Options::default();
    let mut offset = at;
    for option in split_outside_quotes(text) {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (option, None),
        };
        match name.to_ascii_lowercase().as_str() {
            "cert-authority" => {
                return Err(Finding::error(
                    "roster-cert-authority",
                    offset,
                    "Certificate authorities are refused.".into(),
                    "List each person's own key.",
                ));
            }
            "namespaces" if found.namespaces.is_none() => {
                found.namespaces = Some(namespaces(quoted(name, value, offset)?, offset)?);
            }
            "valid-after" if found.valid_after.is_none() => {
                found.valid_after = Some(time(name, quoted(name, value, offset)?, offset)?);
            }
            "valid-before" if found.valid_before.is_none() => {
                found.valid_before = Some(time(name, quoted(name, value, offset)?, offset)?);
            }
            "namespaces" | "valid-after" | "valid-before" => {
                return Err(Finding::error(
                    "roster-option-twice",
                    offset,
                    format!("{name} stands twice."),
                    "Keep one of them.",
                ));
            }
            _ => {
                return Err(Finding::error(
                    "roster-option-unknown",
                    offset,
                    format!("The option {name:?} is not known."),
                    "Use namespaces, valid-after and valid-before only.",
                ));
            }
        }
        offset += option.chars().count() + 1;
    }
    if !is_period(found.valid_after, found.valid_before) {
        return Err(Finding::error(
            "roster-period",
            at,
            "valid-before is earlier than valid-after, or a date is not after 1970.".into(),
            "Let the end come after the beginning.",
        ));
    }
    Ok(found)
}

fn quoted<'a>(name: &str, value: Option<&'a str>, at: usize) -> Result<&'a str, Finding> {
    value
        .and_then(|value| value.strip_prefix('"'))
        .and_then(|value| value.strip_suffix('"'))
        .filter(|value| !value.contains(['"', '\\']))
        .ok_or_else(|| {
            Finding::error(
                "roster-not-quoted",
                at,
                format!("The value of {name} must stand in quotation marks."),
                "Write it as in valid-before=\"20261201Z\".",
            )
        })
}

fn namespaces(value: &str, at: usize) -> Result<Vec<String>, Finding> {
    value
        .split(',')
        .map(|name| {
            if is_literal(name) {
                Ok(name.to_owned())
            } else {
                Err(Finding::error(
                    "roster-wildcard",
                    at,
                    format!("The namespace {name:?} is empty or a pattern, which is refused."),
                    "Write namespaces=\"countersign.signoff.v1\".",
                ))
            }
        })
        .collect()
}

/// `YYYYMMDD[HHMM[SS]]Z` (ssh-keygen(1)). Without the `Z` OpenSSH would read local time, and two
/// laptops would judge one signature differently.
fn time(name: &str, value: &str, at: usize) -> Result<DateTime<Utc>, Finding> {
    let Some(digits) = value.strip_suffix('Z') else {
        return Err(Finding::error(
            "roster-time-not-utc",
            at,
            format!("{name} does not end in Z, so every laptop would read another moment."),
            "Append Z: the time is then UTC.",
        ));
    };
    parse_digits(digits).ok_or_else(|| {
        Finding::error(
            "roster-time",
            at,
            format!("{value} is not a date."),
            "Write YYYYMMDDZ, YYYYMMDDHHMMZ or YYYYMMDDHHMMSSZ.",
        )
    })
}

fn parse_digits(digits: &str) -> Option<DateTime<Utc>> {
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| match digits.get(range) {
        None | Some("") => Some(0),
        Some(text) => text.parse::<u32>().ok(),
    };
    let year = i32::try_from(number(0..4)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(4..6)?, number(6..8)?)?
        .and_hms_opt(number(8..10)?, number(10..12)?, number(12..14)?)
        .map(|moment| moment.and_utc())
}

fn is_key_type(word: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"]
        .iter()
        .any(|start| word.starts_with(start))
}

fn split_word(text: &str) -> (&str, &str) {
    match text.find([' ', '\t']) {
        Some(end) => (&text[..end], text[end..].trim_start()),
        None => (text, ""),
    }
}

/// Where the options end: the first space outside quotation marks; none if a mark stays open.
fn options_end(text: &str) -> Option<usize> {
    let mut inside = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => inside = !inside,
            ' ' | '\t' if !inside => return Some(at),
            _ => {}
        }
    }
    (!inside).then_some(text.len())
}

fn split_outside_quotes(text: &str) -> Vec<&str> {
    let mut inside = false;
    text.split(|c| {
        if c == '"' {
            inside = !inside;
        }
        c == ',' && !inside
    })
    .collect()
}

fn column(line: &str, byte: usize) -> usize {
    line.get(..byte).map_or(0, |before| before.chars().count())
}
