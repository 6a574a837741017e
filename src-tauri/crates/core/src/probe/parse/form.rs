//! A probe from one of its writings into another: as YAML for an editor, and back into the place
//! where it stands. What is checked stays the same probe; only how it is written changes.

use super::comment;
use super::node::{Entry, Node, Scalar};
use super::{Parsed, error, from_node, hinted, yaml};
use crate::diagnostic::{Diagnostic, Place};
use crate::probe::model::{FieldValue, Placement};

const START: Place = Place { line: 1, column: 1 };

/// The inside of a comment (what follows `probe:`) as YAML; `None` when it cannot be read.
#[must_use]
pub fn comment_as_yaml(text: &str) -> Option<String> {
    let read = comment::read(text, START).ok()?;
    let mut entries = read.entries;
    if let Some((kind, place)) = read.kind {
        entries.insert(0, entry("probe", kind, place));
    }
    // `headers.Accept=…` sets one entry of a mapping.
    let mut grouped: Vec<Entry> = Vec::new();
    for one in entries {
        let Some((map, name)) = one.key.split_once('.') else {
            grouped.push(one);
            continue;
        };
        let inner = Entry {
            key: name.to_owned(),
            place: one.place,
            value: one.value.clone(),
        };
        match grouped.iter_mut().find(|known| known.key == map) {
            Some(Entry {
                value: Node::Map(held, _),
                ..
            }) => held.push(inner),
            _ => grouped.push(Entry {
                key: map.to_owned(),
                place: one.place,
                value: Node::Map(vec![inner], one.place),
            }),
        }
    }
    Some(block(&Node::Map(grouped, START)))
}

/// The probe in an info string's JSON as YAML; `None` when there is none.
#[must_use]
pub fn info_as_yaml(json: &str) -> Option<String> {
    let Ok(Some(Node::Map(entries, _))) = yaml::read(json, START) else {
        return None;
    };
    let inner = entries
        .iter()
        .find(|one| one.key == "probe" && matches!(one.value, Node::Map(..)));
    Some(match inner {
        Some(inner) => block(&inner.value),
        None => block(&Node::Map(entries, START)),
    })
}

/// YAML in block style, however it was written; `None` when it is none.
#[must_use]
pub fn yaml_in_blocks(text: &str) -> Option<String> {
    yaml::read(text, START)
        .ok()
        .flatten()
        .map(|node| block(&node))
}

/// Reads an editor's YAML as a probe that will stand at `placement`; `body` is the content of the
/// fence whose info string carries it. Places are lines of the editor.
#[must_use]
pub fn parse_draft(text: &str, placement: Placement, body: &str) -> Parsed {
    let mut found = Vec::new();
    match yaml::read(text, START) {
        Ok(Some(node)) if placement == Placement::Info => {
            let (probes, mut wrong) = super::parse_info(&json(&node), body, START);
            // The JSON stands in one line; what is wrong with it is said better of the YAML.
            let (_, plain) = super::parse_yaml(text, START);
            let first = plain
                .into_iter()
                .find(|one| wrong.iter().any(|other| other.message == one.message));
            if let Some(first) = first {
                wrong = vec![first];
            }
            (probes, wrong)
        }
        Ok(Some(node)) => {
            if placement == Placement::Comment
                && let Err(wrong) = as_comment(&node)
            {
                found.push(wrong);
            }
            let probes = from_node(node, placement, text, &mut found);
            (probes, found)
        }
        Ok(None) => {
            let hint = "write `probe: http` and its fields";
            found.push(hinted("probe-syntax", "the probe is empty", START, hint));
            (Vec::new(), found)
        }
        Err(wrong) => (Vec::new(), vec![wrong]),
    }
}

/// An editor's YAML as the inside of a comment.
///
/// # Errors
/// What cannot stand in a comment, with its place in the YAML.
pub fn yaml_as_comment(text: &str) -> Result<String, Diagnostic> {
    match yaml::read(text, START)? {
        Some(node) => as_comment(&node),
        None => Err(error("probe-syntax", "the probe is empty", START)),
    }
}

/// An editor's YAML in an info string: what stood beside the probe in `json` stays.
///
/// # Errors
/// What is wrong with the YAML.
pub fn yaml_as_info(text: &str, json_before: &str) -> Result<String, Diagnostic> {
    let Some(node) = yaml::read(text, START)? else {
        return Err(error("probe-syntax", "the probe is empty", START));
    };
    let before = yaml::read(json_before, START)?;
    if let Some(Node::Map(entries, place)) = before
        && entries
            .iter()
            .any(|one| one.key == "probe" && matches!(one.value, Node::Map(..)))
    {
        let beside = entries.into_iter().map(|one| match one.key.as_str() {
            "probe" => Entry {
                value: node.clone(),
                ..one
            },
            _ => one,
        });
        return Ok(json(&Node::Map(beside.collect(), place)));
    }
    Ok(json(&node))
}

fn entry(key: &str, text: String, place: Place) -> Entry {
    Entry {
        key: key.to_owned(),
        place,
        value: Node::Scalar(Scalar {
            text,
            plain: true,
            lines: vec![place],
        }),
    }
}

fn as_comment(node: &Node) -> Result<String, Diagnostic> {
    let refuse = |what: &str, place: Place| {
        hinted(
            "probe-not-in-comment",
            format!("{what} cannot stand in a comment"),
            place,
            "write this probe in a visible ```yaml probe fence below the item",
        )
    };
    let Node::Map(entries, _) = node else {
        return Err(refuse("a list of probes", node.place()));
    };
    let mut words: Vec<String> = Vec::new();
    for one in entries {
        match (one.key.as_str(), &one.value) {
            ("probe" | "kind", Node::Scalar(scalar)) => words.insert(0, scalar.text.clone()),
            (_, value) if value.is_nothing() => {}
            (key, Node::Scalar(scalar)) => words.push(format!("{key}={}", quoted(scalar))),
            (key, Node::List(items, place)) => {
                let texts: Option<Vec<&str>> = items
                    .iter()
                    .map(|item| match item {
                        Node::Scalar(scalar) => Some(scalar.text.as_str()),
                        _ => None,
                    })
                    .collect();
                // Conditions are parted by commas that no quote or bracket holds; other texts are not.
                let whole = |texts: &Vec<&str>| {
                    matches!(key, "expect" | "warn") || texts.iter().all(|t| !t.contains(','))
                };
                let texts = texts
                    .filter(whole)
                    .ok_or_else(|| refuse(&format!("the list of `{key}`"), *place))?;
                let scalar = Scalar {
                    text: texts.join(", "),
                    plain: false,
                    lines: vec![*place],
                };
                words.push(format!("{key}={}", quoted(&scalar)));
            }
            (key, Node::Map(inner, place)) => {
                for field in inner {
                    let Node::Scalar(scalar) = &field.value else {
                        return Err(refuse(&format!("the mapping of `{key}`"), *place));
                    };
                    words.push(format!("{key}.{}={}", field.key, quoted(scalar)));
                }
            }
        }
        let last = words.last().map_or("", String::as_str);
        if last.contains("--") || last.contains('\n') || last.ends_with('-') {
            let what = if last.contains('\n') {
                "a line break"
            } else {
                "`--`"
            };
            return Err(refuse(what, one.value.place()));
        }
    }
    Ok(words.join(" "))
}

/// A value of a comment: bare where it reads the same so, else in quotes.
fn quoted(scalar: &Scalar) -> String {
    let text = &scalar.text;
    let bare = !text.is_empty()
        && !text.starts_with(['"', '\''])
        && !text.contains(char::is_whitespace)
        && (scalar.plain || is_text(text));
    if bare {
        return text.clone();
    }
    let quote = if text.contains('"') && !text.contains('\'') {
        '\''
    } else {
        '"'
    };
    let mut out = String::from(quote);
    for c in text.chars() {
        if c == quote || c == '\\' {
            out.push('\\');
        }
        out.push(c);
    }
    out.push(quote);
    out
}

/// Whether text without quotes is read as text and not as a number, a yes or nothing.
fn is_text(text: &str) -> bool {
    let plain = Scalar {
        text: text.to_owned(),
        plain: true,
        lines: vec![START],
    };
    let value = Node::Scalar(plain).value();
    matches!(value, Some(FieldValue::Text(_)))
}

/// A tree as YAML in block style, with a line break at its end.
fn block(node: &Node) -> String {
    let mut out = String::new();
    write_block(node, 0, &mut out);
    out
}

fn write_block(node: &Node, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match node {
        Node::Scalar(scalar) => {
            out.push_str(&indent);
            out.push_str(&written(scalar, depth));
            out.push('\n');
        }
        Node::Map(entries, _) => {
            for one in entries {
                out.push_str(&format!("{indent}{}:", key(&one.key)));
                write_value(&one.value, depth, out);
            }
        }
        Node::List(items, _) => {
            for item in items {
                let mut inner = String::new();
                write_block(item, depth + 1, &mut inner);
                // The first line of the item stands behind its mark.
                let first = inner.get(indent.len() + 2..).unwrap_or("");
                out.push_str(&format!("{indent}- {first}"));
            }
        }
    }
}

fn write_value(value: &Node, depth: usize, out: &mut String) {
    match value {
        Node::Scalar(scalar) if value.is_nothing() && scalar.text.is_empty() => out.push('\n'),
        Node::Scalar(scalar) => {
            out.push(' ');
            out.push_str(&written(scalar, depth + 1));
            out.push('\n');
        }
        Node::Map(entries, _) if entries.is_empty() => out.push_str(" {}\n"),
        Node::List(items, _) if items.is_empty() => out.push_str(" []\n"),
        _ => {
            out.push('\n');
            write_block(value, depth + 1, out);
        }
    }
}

fn key(name: &str) -> String {
    let simple = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    match !name.is_empty() && name.chars().all(simple) && !name.starts_with('-') {
        true => name.to_owned(),
        false => serde_json::Value::from(name).to_string(),
    }
}

/// A scalar as YAML: bare where it reads the same so, several lines as a block, else as JSON.
fn written(scalar: &Scalar, depth: usize) -> String {
    const MARKS: [char; 18] = [
        '-', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@',
    ];
    let text = scalar.text.as_str();
    let bare = !text.is_empty()
        && text.trim() == text
        && !text.starts_with(MARKS)
        && !text.starts_with('`')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !text.contains(char::is_control)
        && (scalar.plain || is_text(text));
    if bare {
        return text.to_owned();
    }
    let lines = text.strip_suffix('\n');
    let as_block = lines.filter(|lines| {
        let calm = |c: char| c == '\n' || !c.is_control();
        lines.chars().all(calm) && lines.lines().all(|line| !line.starts_with([' ', '\t']))
    });
    match as_block {
        Some(lines) if !lines.is_empty() => {
            let indent = "  ".repeat(depth);
            let indented: Vec<String> = lines
                .split('\n')
                .map(|line| match line.is_empty() {
                    true => String::new(),
                    false => format!("{indent}{line}"),
                })
                .collect();
            format!("|\n{}", indented.join("\n"))
        }
        _ => serde_json::Value::from(text).to_string(),
    }
}

/// A tree as JSON on one line. A back quote would end an info string, so it is escaped.
fn json(node: &Node) -> String {
    let text = |text: &str| {
        let quoted = serde_json::Value::from(text).to_string();
        quoted.replace('`', "\\u0060")
    };
    match node {
        Node::Scalar(scalar) => match node.value() {
            Some(FieldValue::Bool(yes)) => yes.to_string(),
            Some(FieldValue::Integer(n)) => n.to_string(),
            Some(_) => text(&scalar.text),
            None => "null".to_owned(),
        },
        Node::List(items, _) => {
            let items: Vec<String> = items.iter().map(json).collect();
            format!("[{}]", items.join(", "))
        }
        Node::Map(entries, _) => {
            let fields: Vec<String> = entries
                .iter()
                .map(|one| format!("{}: {}", text(&one.key), json(&one.value)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

#[cfg(test)]
mod tests;
