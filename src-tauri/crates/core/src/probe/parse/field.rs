//! One field of a kind: from what was written to a checked value.

use std::collections::BTreeMap;

use super::node::{Node, Scalar, whole};
use super::{error, hinted};
use crate::diagnostic::{Diagnostic, Place};
use crate::probe::model::FieldValue;
use crate::probe::schema::{FieldKind, FieldSchema, Secrets};
use crate::probe::template::{Piece, Template};
use crate::probe::unit::{Dimension, Quantity};

/// Splits a line into arguments the way a POSIX shell does with quotes, and with nothing else: no
/// variable, pattern or operator means anything. `None` when a quote is not closed.
pub(in crate::probe) fn split_arguments(line: &str) -> Option<Vec<String>> {
    let mut arguments = Vec::new();
    let mut current: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => arguments.extend(current.take()),
            '\'' => {
                let word = current.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '"' => {
                let word = current.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => match chars.next()? {
                            c @ ('"' | '\\' | '$' | '`') => word.push(c),
                            c => word.extend(['\\', c]),
                        },
                        c => word.push(c),
                    }
                }
            }
            '\\' => current.get_or_insert_default().push(chars.next()?),
            c => current.get_or_insert_default().push(c),
        }
    }
    arguments.extend(current.take());
    Some(arguments)
}

/// A length of time longer than nothing.
pub(super) fn duration(text: &str) -> Option<Quantity> {
    Quantity::parse(text).filter(|q| {
        q.unit.dimension() == Dimension::Time && q.as_duration().is_some_and(|d| !d.is_zero())
    })
}

/// Checks a value against its field.
pub(super) fn read(schema: &FieldSchema, node: &Node) -> Result<FieldValue, Diagnostic> {
    if schema.kind != FieldKind::Verbatim {
        for scalar in node.scalars() {
            template(schema, scalar)?;
        }
    }
    match (schema.kind, node) {
        (FieldKind::Globs, Node::Scalar(scalar)) => globs(
            schema,
            split_patterns(&scalar.text)
                .into_iter()
                .map(|pattern| (pattern, scalar.place_at(0))),
        ),
        (FieldKind::Globs, Node::List(items, _)) => {
            let FieldValue::List(patterns) = texts(schema, items)? else {
                return Err(bad(schema, node, "a list of paths was expected"));
            };
            globs(
                schema,
                patterns
                    .iter()
                    .filter_map(FieldValue::as_text)
                    .map(str::to_owned)
                    .zip(items.iter().map(Node::place)),
            )
        }
        (FieldKind::TextList, Node::Scalar(scalar)) => Ok(FieldValue::List(
            scalar
                .text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| FieldValue::Text(part.to_owned()))
                .collect(),
        )),
        (FieldKind::TextList, Node::List(items, _)) => texts(schema, items),
        (FieldKind::TextMap, Node::Map(entries, _)) => {
            let mut map = BTreeMap::new();
            for entry in entries {
                if !entry.key.is_ascii() || entry.key.is_empty() {
                    return Err(error(
                        "probe-bad-value",
                        "names here are ASCII",
                        entry.place,
                    ));
                }
                let Node::Scalar(scalar) = &entry.value else {
                    return Err(bad(schema, &entry.value, "text was expected"));
                };
                map.insert(entry.key.clone(), FieldValue::Text(scalar.text.clone()));
            }
            Ok(FieldValue::Map(map))
        }
        (FieldKind::TextMap, node) => Err(bad(
            schema,
            node,
            "a mapping from names to text was expected",
        )),
        (FieldKind::Argv, Node::List(items, place)) => {
            if items.is_empty() {
                return Err(error("probe-bad-value", "a program was expected", *place));
            }
            texts(schema, items)
        }
        (FieldKind::Argv, Node::Scalar(scalar)) => match split_arguments(&scalar.text) {
            Some(arguments) if !arguments.is_empty() => Ok(FieldValue::List(
                arguments.into_iter().map(FieldValue::Text).collect(),
            )),
            Some(_) => Err(error(
                "probe-bad-value",
                "a program was expected",
                scalar.place_at(0),
            )),
            None => Err(error(
                "probe-bad-value",
                "a quote in the command is not closed",
                scalar.place_at(0),
            )),
        },
        (FieldKind::Body, node) => node
            .value()
            .ok_or_else(|| bad(schema, node, "text, a mapping or a list was expected")),
        (_, Node::Scalar(scalar)) => scalar_field(schema, scalar),
        (_, node) => Err(bad(schema, node, "one value was expected")),
    }
}

fn bad(schema: &FieldSchema, node: &Node, what: &str) -> Diagnostic {
    hinted(
        "probe-bad-value",
        format!("`{}`: {what}", schema.name),
        node.place(),
        schema.help,
    )
}

fn texts(schema: &FieldSchema, items: &[Node]) -> Result<FieldValue, Diagnostic> {
    items
        .iter()
        .map(|item| match item {
            Node::Scalar(scalar) => Ok(FieldValue::Text(scalar.text.clone())),
            other => Err(bad(schema, other, "a list of texts was expected")),
        })
        .collect::<Result<Vec<_>, _>>()
        .map(FieldValue::List)
}

fn scalar_field(schema: &FieldSchema, scalar: &Scalar) -> Result<FieldValue, Diagnostic> {
    let text = scalar.text.trim();
    let place = scalar.place_at(0);
    let open = Template::parse(text).is_ok_and(|t| !t.is_plain());
    let wrong = |message: String| hinted("probe-bad-value", message, place, schema.help);
    let name = schema.name;
    let kept = || FieldValue::Text(text.to_owned());
    if text.is_empty() && !matches!(schema.kind, FieldKind::Text | FieldKind::Verbatim) {
        return Err(wrong(format!("`{name}` is empty")));
    }
    match schema.kind {
        FieldKind::Bool | FieldKind::Shell if matches!(text, "true" | "false") => {
            Ok(FieldValue::Bool(text == "true"))
        }
        FieldKind::Bool => Err(wrong(format!("`{name}` is `true` or `false`"))),
        FieldKind::Shell if matches!(text, "sh" | "bash" | "zsh" | "dash") => Ok(kept()),
        FieldKind::Shell => Err(wrong(format!(
            "`{text}` is not a shell: sh, bash, zsh or dash"
        ))),
        FieldKind::Integer(low, high) => match whole(text) {
            Some(n) if (low..=high).contains(&n) => Ok(FieldValue::Integer(n)),
            _ => Err(wrong(format!(
                "`{name}` is a whole number from {low} to {high}"
            ))),
        },
        FieldKind::Port if open => Ok(kept()),
        FieldKind::Port => match whole(text) {
            Some(n) if (1..=65535).contains(&n) => Ok(FieldValue::Integer(n)),
            _ => Err(wrong(format!("`{text}` is not a port from 1 to 65535"))),
        },
        FieldKind::Duration => match duration(text) {
            Some(_) => Ok(kept()),
            None => Err(wrong(format!("`{text}` is not a time such as `500ms`"))),
        },
        FieldKind::Size => match Quantity::parse(text) {
            Some(q) if q.unit.dimension() == Dimension::Size && !q.n.is_sign_negative() => {
                Ok(kept())
            }
            _ => Err(wrong(format!("`{text}` is not a size such as `1MB`"))),
        },
        FieldKind::OneOf(words) => words
            .iter()
            .find(|word| word.eq_ignore_ascii_case(text))
            .map(|word| FieldValue::Text((*word).to_owned()))
            .ok_or_else(|| wrong(format!("`{name}` is one of {}", words.join(", ")))),
        FieldKind::Url | FieldKind::SocketUrl => {
            let (secure, bare) = match schema.kind {
                FieldKind::Url => ("https://", "http://"),
                _ => ("wss://", "ws://"),
            };
            let begins_open = text.starts_with("${");
            let lower = text.to_ascii_lowercase();
            if begins_open || lower.starts_with(secure) || lower.starts_with(bare) {
                Ok(kept())
            } else {
                Err(wrong(format!(
                    "`{text}` does not begin with {secure} or {bare}"
                )))
            }
        }
        FieldKind::Host => {
            if text.contains(['/', '@', '?', '#']) || text.contains(char::is_whitespace) {
                Err(wrong(format!(
                    "`{text}` is not a host name or address alone"
                )))
            } else {
                Ok(kept())
            }
        }
        FieldKind::Path => {
            if leads_outside(text) {
                Err(wrong(format!(
                    "`{text}` is not a path inside the repository"
                )))
            } else {
                Ok(kept())
            }
        }
        FieldKind::Text | FieldKind::Verbatim | FieldKind::Body => {
            Ok(FieldValue::Text(scalar.text.clone()))
        }
        FieldKind::Globs | FieldKind::TextList | FieldKind::TextMap | FieldKind::Argv => {
            Err(wrong(format!("`{name}` is not one value")))
        }
    }
}

/// Whether a path is absolute or goes up.
fn leads_outside(path: &str) -> bool {
    std::path::Path::new(path).components().any(|part| {
        !matches!(
            part,
            std::path::Component::Normal(_) | std::path::Component::CurDir
        )
    })
}

/// Splits patterns at blanks and commas, but not at the commas in `{a,b}`.
fn split_patterns(text: &str) -> Vec<String> {
    let mut patterns = vec![String::new()];
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_whitespace() || (c == ',' && depth == 0) {
            patterns.push(String::new());
        } else if let Some(pattern) = patterns.last_mut() {
            pattern.push(c);
        }
    }
    patterns.retain(|pattern| !pattern.is_empty());
    patterns
}

/// Patterns that stay inside the repository.
fn globs(
    schema: &FieldSchema,
    patterns: impl Iterator<Item = (String, Place)>,
) -> Result<FieldValue, Diagnostic> {
    let mut list = Vec::new();
    for (pattern, place) in patterns {
        if pattern.is_empty() || leads_outside(&pattern) {
            return Err(hinted(
                "probe-bad-value",
                format!("`{pattern}` is not a path inside the repository"),
                place,
                schema.help,
            ));
        }
        list.push(FieldValue::Text(pattern));
    }
    Ok(FieldValue::List(list))
}

/// Checks the `${…}` in a text and whether secrets may stand where they do.
fn template(schema: &FieldSchema, scalar: &Scalar) -> Result<(), Diagnostic> {
    let template = Template::parse(&scalar.text).map_err(|wrong| {
        error(
            "probe-bad-variable",
            wrong.message,
            scalar.place_at(wrong.offset),
        )
    })?;
    let mut queried = false;
    for piece in &template.pieces {
        let name = match piece {
            Piece::Text(text) => {
                queried |= text.contains('?');
                continue;
            }
            Piece::Variable(_) => continue,
            Piece::Secret(name) | Piece::Capture(name) => name,
        };
        let allowed = match schema.secrets {
            Secrets::Anywhere | Secrets::AfterFirst => true,
            Secrets::InQuery => queried,
            Secrets::Never => false,
        };
        if !allowed {
            return Err(hinted(
                "probe-secret-place",
                format!("the secret `{name}` may not stand here"),
                scalar.place_at(0),
                "secrets never stand in a scheme, host, port, path, program or working directory; use headers, bearer, vars or stdin",
            ));
        }
    }
    Ok(())
}
