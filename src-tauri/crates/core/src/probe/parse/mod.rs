//! From a checklist's text to probes, with the place of everything that is wrong. One broken block
//! costs that block and nothing else.

mod build;
mod comment;
mod common;
mod field;
mod form;
mod link;
mod node;
mod sidecar;
mod watch;
mod yaml;

pub(super) use field::split_arguments;
pub use form::{
    comment_as_yaml, info_as_yaml, parse_draft, yaml_as_comment, yaml_as_info, yaml_in_blocks,
};
pub use link::{Named, link};
pub use sidecar::{SidecarEntry, SidecarValue, parse_sidecar, sidecar_values};

use self::build::{Draft, build};
use self::node::{Entry, Node, Scalar};
use super::expr::{Condition, ExprError, parse_list};
use super::kinds;
use super::model::{Placement, Probe};
use super::schema::KindSchema;
use super::unit::Unit;
use crate::diagnostic::{Diagnostic, Place, Severity};

/// Probes and what is wrong with them.
pub type Parsed = (Vec<Probe>, Vec<Diagnostic>);

fn error(code: &str, message: impl Into<String>, place: Place) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        code: code.to_owned(),
        message: message.into(),
        place,
        hint: None,
    }
}

fn hinted(
    code: &str,
    message: impl Into<String>,
    place: Place,
    hint: impl Into<String>,
) -> Diagnostic {
    Diagnostic {
        hint: Some(hint.into()),
        ..error(code, message, place)
    }
}

fn expression_error(wrong: ExprError, place: Place) -> Diagnostic {
    Diagnostic {
        hint: wrong.hint,
        ..error("probe-bad-expression", wrong.message, place)
    }
}

/// Reads the inside of `<!-- probe: … -->`: `text` is what follows `probe:`, `place` where its
/// first character stands. `command`, SQL and whatever changes state are refused here, because
/// nobody sees a comment in the rendered checklist.
#[must_use]
pub fn parse_comment(text: &str, place: Place) -> Parsed {
    if text.contains("--") {
        let wrong = hinted(
            "probe-syntax",
            "a comment may not contain `--`",
            place,
            "put this probe in a ```yaml probe fence",
        );
        return (Vec::new(), vec![wrong]);
    }
    let comment = match comment::read(text, place) {
        Ok(comment) => comment,
        Err(wrong) => return (Vec::new(), vec![wrong]),
    };
    let draft = Draft {
        kind: comment.kind,
        entries: comment.entries,
        placement: Placement::Comment,
        place,
        source: text.trim().to_owned(),
    };
    let mut diagnostics = Vec::new();
    let probes = build(draft, &mut diagnostics).into_iter().collect();
    (probes, diagnostics)
}

/// Reads the content of a `yaml probe` fence: a mapping, or a list of mappings. `place` is where
/// its first character stands; every line is taken to be indented as the first.
#[must_use]
pub fn parse_yaml(text: &str, place: Place) -> Parsed {
    let mut diagnostics = Vec::new();
    let probes = match yaml::read(text, place) {
        Ok(Some(node)) => from_node(node, Placement::Fence, text, &mut diagnostics),
        Ok(None) => {
            diagnostics.push(hinted(
                "probe-syntax",
                "the probe is empty",
                place,
                "write `probe: http` and its fields",
            ));
            Vec::new()
        }
        Err(wrong) => {
            diagnostics.push(wrong);
            Vec::new()
        }
    };
    (probes, diagnostics)
}

/// Reads the info string of an existing fence, such as `{"probe": "command", "shell": true}` or
/// `{"probe": {"kind": "command"}}`; `body` is the fence's content, which the kind may use.
#[must_use]
pub fn parse_info(json_info: &str, body: &str, place: Place) -> Parsed {
    let mut diagnostics = Vec::new();
    let node = match yaml::read(json_info, place) {
        Ok(Some(Node::Map(entries, _))) => entries,
        Ok(_) => {
            let wrong = hinted(
                "probe-syntax",
                "the info string holds no probe",
                place,
                "write {\"probe\": \"command\", \"expect\": \"exit == 0\"}",
            );
            return (Vec::new(), vec![wrong]);
        }
        Err(wrong) => return (Vec::new(), vec![wrong]),
    };
    // `{"probe": {…}}`: the mapping is the probe; everything beside it belongs to other tools.
    let entries = match node
        .iter()
        .position(|e| e.key == "probe" && matches!(e.value, Node::Map(..)))
    {
        Some(at) => match node.into_iter().nth(at).map(|entry| entry.value) {
            Some(Node::Map(entries, _)) => entries,
            _ => Vec::new(),
        },
        None => node,
    };
    let mut draft = Draft::from_entries(entries, Placement::Info, place, json_info.trim());
    let body_field = draft
        .kind
        .as_ref()
        .and_then(|(kind, _)| kinds::schema(kind))
        .and_then(|schema| schema.body_field);
    if let Some(name) = body_field
        && !draft.entries.iter().any(|e| e.key == name)
    {
        let has_run = draft.entries.iter().any(|e| e.key == "run");
        let key = if has_run { "stdin" } else { name };
        if !draft.entries.iter().any(|e| e.key == key) {
            draft.entries.push(Entry {
                key: key.to_owned(),
                place,
                value: Node::Scalar(Scalar {
                    text: body.to_owned(),
                    plain: false,
                    lines: vec![place],
                }),
            });
        }
    }
    let probes = build(draft, &mut diagnostics).into_iter().collect();
    (probes, diagnostics)
}

fn from_node(
    node: Node,
    placement: Placement,
    source: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Probe> {
    match node {
        Node::List(items, _) => items
            .into_iter()
            .flat_map(|item| from_node(item, placement, source, diagnostics))
            .collect(),
        Node::Map(entries, place) => {
            let draft = Draft::from_entries(entries, placement, place, source.trim());
            build(draft, diagnostics).into_iter().collect()
        }
        Node::Scalar(scalar) => {
            diagnostics.push(hinted(
                "probe-syntax",
                "a probe is a mapping",
                scalar.place_at(0),
                "write `probe: http` and its fields, one a line",
            ));
            Vec::new()
        }
    }
}

/// Reads and checks conditions for a kind, as the command line's `--expect` and an editor need it.
///
/// # Errors
/// The first thing that is wrong, with its offset.
pub fn parse_conditions(text: &str, schema: &KindSchema) -> Result<Vec<Condition>, ExprError> {
    parse_list(text)?
        .into_iter()
        .map(|(_, condition)| condition.check(schema, Unit::Count).map(|()| condition))
        .collect()
}

#[cfg(test)]
mod any_text;
#[cfg(test)]
mod tests;
