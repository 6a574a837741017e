//! Curl lines as `http` probes.

use std::fmt::Write as _;

use super::Proposal;
use super::rules::{changes_something, code_spans};
use crate::outline::patterns as re;

/// One curl command of a block.
struct Command {
    /// Its words, quotes taken off.
    words: Vec<String>,
    /// Its first line in the block, from 0.
    line: u32,
    /// The comment above it.
    note: Option<String>,
}

/// Finds the curl commands of a shell block; a trailing `\` joins lines.
fn commands(block: &str) -> Vec<Command> {
    let mut found = Vec::new();
    let mut note = None;
    let mut joined: Option<(u32, String)> = None;
    for (number, raw) in (0_u32..).zip(block.lines()) {
        let text = raw.trim();
        let (line, command) = match joined.take() {
            Some((line, before)) => (line, format!("{before} {text}")),
            None => (number, text.to_owned()),
        };
        if let Some(before) = command.strip_suffix('\\') {
            joined = Some((line, before.trim_end().to_owned()));
        } else if let Some(comment) = command.strip_prefix('#') {
            note = Some(comment.trim().to_owned());
        } else if command.starts_with("curl ") {
            found.extend(split(&command).map(|words| Command {
                words,
                line,
                note: note.take(),
            }));
        } else if !command.is_empty() {
            note = None;
        }
    }
    found
}

/// A curl command that stands in backticks in an item's own line, and the status that the line says
/// it returns.
pub(super) fn inline(text: &str) -> Option<Proposal> {
    let span = code_spans(text).find(|code| code.trim().starts_with("curl "))?;
    let command = commands(span).pop()?;
    let status = re::RETURNS.captures(text);
    let status = status.and_then(|found| found["status"].parse().ok());
    propose(&command, "The item asks this address with curl", status)
}

/// The probes of the curl commands of a block.
pub(super) fn of_block(block: &str) -> impl Iterator<Item = (u32, Proposal)> {
    commands(block).into_iter().filter_map(|command| {
        let about = match &command.note {
            Some(note) => format!("The block does \"{note}\" with curl"),
            None => "The block asks this address with curl".to_owned(),
        };
        Some((command.line, propose(&command, &about, None)?))
    })
}

/// The probe of a command; none where it is piped on, has a placeholder or an option that is not
/// known to leave the request as it is.
fn propose(command: &Command, about: &str, status: Option<u16>) -> Option<Proposal> {
    let mut url = None;
    let mut method = None;
    let mut fields = String::new();
    let mut headers = String::new();
    let mut body = None;
    let mut follows = false;
    let mut words = command.words.iter().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "-X" | "--request" => method = Some(words.next()?.clone()),
            "-H" | "--header" => {
                let (name, value) = words.next()?.split_once(':')?;
                header(name.trim(), value.trim(), &mut fields, &mut headers);
            }
            "-d" | "--data" | "--data-raw" | "--json" => body = Some(words.next()?.clone()),
            "-o" | "--output" | "-w" | "--write-out" | "-m" | "--max-time"
            | "--connect-timeout" => {
                words.next()?;
            }
            "-L" | "--location" => follows = true,
            "-I" | "--head" => method = Some("HEAD".to_owned()),
            "-s" | "-S" | "-f" | "-sS" | "-fsS" | "-sf" | "-fs" | "-v" | "-i" | "--fail"
            | "--silent" | "--show-error" => {}
            _ if word.starts_with("http://") || word.starts_with("https://") => {
                url = Some(variables(word));
            }
            _ => return None,
        }
    }
    let url = url?;
    // This machine is not the one that the file speaks of.
    let own = re::IS_LOOPBACK.is_match(&url);
    if own
        || re::NOT_A_COMMAND.is_match(&url)
        || body.as_ref().is_some_and(|body| body.starts_with('@'))
    {
        return None;
    }
    let method = method.unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.to_owned());
    let safe = matches!(method.as_str(), "GET" | "HEAD" | "OPTIONS");
    if safe && fields.is_empty() && headers.is_empty() && !follows && method == "GET" {
        let status = status.unwrap_or(200);
        let plain = format!("url={url} expect=\"status == {status}\"");
        return Some(Proposal::comment("http", &plain, format!("{about}.")));
    }
    let mut yaml = format!("url: {}\n", quoted(&url));
    if method != "GET" {
        let _ = writeln!(yaml, "method: {method}");
    }
    yaml.push_str(&fields);
    if !headers.is_empty() {
        let _ = write!(yaml, "headers:\n{headers}");
    }
    if let Some(body) = body {
        let _ = writeln!(yaml, "body: {}", quoted(&variables(&body)));
    }
    if follows {
        yaml.push_str("redirects: 5\n");
    }
    match status {
        Some(status) => {
            let _ = writeln!(yaml, "expect: status == {status}");
        }
        None => yaml.push_str("expect: status between 200 and 299\n"),
    }
    let why = if safe {
        format!("{about}.")
    } else {
        format!("{about}; {method} changes something, so it asks each time.")
    };
    Some(Proposal::fence("http", &yaml, why))
}

fn header(name: &str, value: &str, fields: &mut String, headers: &mut String) {
    let token = value
        .strip_prefix("Bearer ")
        .filter(|_| name.eq_ignore_ascii_case("authorization"));
    match token.and_then(|token| re::SHELL_VARIABLE.captures(token)) {
        Some(found) => {
            let name = found.get(1).map_or("TOKEN", |name| name.as_str());
            let _ = writeln!(fields, "bearer: ${{secret:{name}}}");
        }
        None => {
            let _ = writeln!(headers, "  {}: {}", quoted(name), quoted(&variables(value)));
        }
    }
}

/// `$NAME` as `${NAME}`.
fn variables(text: &str) -> String {
    let mut out = String::new();
    let mut from = 0;
    for found in re::SHELL_VARIABLE.captures_iter(text) {
        if let (Some(all), Some(name)) = (found.get(0), found.get(1)) {
            out.push_str(&text[from..all.start()]);
            let _ = write!(out, "${{{}}}", name.as_str());
            from = all.end();
        }
    }
    out.push_str(&text[from..]);
    out
}

/// Splits a command line at blanks outside quotes; none when it is more than one plain command.
fn split(line: &str) -> Option<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => word.get_or_insert_default().push(letter),
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, '|' | ';' | '>' | '<' | '`') => return None,
            (None, '&') if word.is_none() => return None,
            (None, '#') if word.is_none() => break,
            (None, _) if letter.is_whitespace() => words.extend(word.take()),
            (None, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    let asks = words.len() > 1
        && !words
            .iter()
            .any(|word| changes_something(word) && word.starts_with('-'));
    (quote.is_none() && asks).then_some(words)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
