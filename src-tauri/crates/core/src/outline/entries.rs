//! Roles, fields, contacts, criteria and resources as they enter the outline.

use super::around::{Contact, Criterion, Field, FieldKind, Resource, Role};
use super::blocks::Block;
use super::own;
use super::reading::Walk;
use super::{values, words};

impl Walk<'_, '_> {
    pub(super) fn role(
        &mut self,
        title: &str,
        line: u32,
        offset: Option<usize>,
        name: Option<String>,
    ) {
        let title = words::title(title.trim_matches(['*', '_', ' ']));
        if title.is_empty() {
            return;
        }
        self.reading.roles.push(Role {
            id: self.ids.roles.give(&title, "role"),
            title,
            line,
            box_offset: offset.map(|offset| offset as u64),
            name,
        });
    }

    pub(super) fn field(&mut self, label: &str, value: &str, line: u32) {
        let label = words::title(label.trim_matches(['*', ' ']));
        if label.is_empty() {
            return;
        }
        self.reading.fields.push(Field {
            id: self.ids.fields.give(&label, "field"),
            kind: field_kind(&label),
            label,
            line,
            value: (!words::is_unfilled(value)).then(|| value.to_owned()),
        });
    }

    pub(super) fn contact(&mut self, role: &str, value: &str, line: u32) {
        let role = words::title(role.trim_matches(['*', ' ']));
        if role.is_empty() {
            return;
        }
        self.reading.contacts.push(Contact {
            id: self.ids.contacts.give(&role, "contact"),
            role,
            value: (!words::is_unfilled(value)).then(|| value.to_owned()),
            line,
        });
    }

    pub(super) fn criterion(&mut self, text: &str, plain: &str, line: u32) {
        if plain.is_empty() {
            return;
        }
        self.reading.criteria.push(Criterion {
            id: self.ids.criteria.give(plain, "criterion"),
            text: text.to_owned(),
            text_hash: words::text_hash(text),
            line,
            asks_value: values::asked(plain),
            answered_by: Vec::new(),
        });
    }

    pub(super) fn resource(&mut self, block: &Block, plain: &str, line: u32) {
        let raw = own::inline_text(self.source, block);
        let link = raw
            .split_once("](")
            .and_then(|(label, rest)| Some((label, rest.split_once(')')?.0)));
        let (label, target) = match (link, words::label_and_value(plain)) {
            (Some((label, target)), _) => (label.trim_start_matches('[').to_owned(), target),
            (None, Some((label, target))) => (label.to_owned(), target),
            (None, None) => (plain.to_owned(), plain),
        };
        self.reading.resources.push(Resource {
            label,
            target: target.to_owned(),
            line,
        });
    }
}

/// True for labels that are blanks to fill, not people, even below a sign-off heading.
pub(super) fn is_field_label(label: &str) -> bool {
    field_kind(label) != FieldKind::Text
        || words::words(label)
            .iter()
            .any(|word| matches!(word.as_str(), "name" | "title" | "status" | "signature"))
}

fn field_kind(label: &str) -> FieldKind {
    let words = words::words(label);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    if has(&["date"]) {
        FieldKind::Date
    } else if has(&["time"]) {
        FieldKind::Time
    } else if has(&["version", "release"]) {
        FieldKind::Version
    } else if has(&["notes", "note", "comments", "remarks", "issues"]) {
        FieldKind::Notes
    } else {
        FieldKind::Text
    }
}
