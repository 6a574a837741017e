//! Diagnostics: what a checklist's author should know, each with a stable code.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Item, Outline};
use super::patterns as re;
use super::reading::Reading;
use super::source::Source;
use crate::diagnostic::{Diagnostic, Place, Severity};

fn finding(
    severity: Severity,
    code: &str,
    place: Place,
    message: String,
    hint: Option<&str>,
) -> Diagnostic {
    Diagnostic {
        severity,
        code: code.to_owned(),
        message,
        place,
        hint: hint.map(str::to_owned),
    }
}

fn at(line: u32) -> Place {
    Place { line, column: 1 }
}

/// A probe block that stands below no item.
pub(super) fn probe_without_item(place: Place) -> Diagnostic {
    finding(
        Severity::Error,
        "probe-without-item",
        place,
        "This probe block belongs to no item.".to_owned(),
        Some(
            "Move it onto an item's line or right below it, or name the item in the fence's info string.",
        ),
    )
}

/// A declaration that names something that is not in the checklist.
pub(super) fn unknown_name(what: &str, name: &str, place: Place) -> Diagnostic {
    finding(
        Severity::Error,
        "unknown-name",
        place,
        format!("There is no {what} \"{name}\" in this checklist."),
        Some("Use an id, a number such as 6.2.1, or the exact text."),
    )
}

/// A declared environment that the ledger could not hold.
pub(super) fn name_not_ascii(name: &str, place: Place) -> Diagnostic {
    finding(
        Severity::Error,
        "name-not-ascii",
        place,
        format!("The environment \"{name}\" or a variable of it has letters outside ASCII."),
        Some("Name environments and variables with ASCII letters; their values may have any."),
    )
}

/// Findings about the outline as a whole, sorted by place together with those from before.
pub(super) fn check(source: &Source<'_>, reading: &Reading, outline: &Outline) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if outline.items.is_empty() {
        found.push(no_tasks(reading));
    }
    states(outline, &mut found);
    twins(outline, &mut found);
    blanks(outline, &mut found);
    for node in &reading.childless {
        let node = &reading.nodes[*node];
        found.push(finding(
            Severity::Info,
            "empty-section",
            at(node.line),
            format!("Nothing stands below \"{}\".", node.title),
            None,
        ));
    }
    lost_boxes(source, outline, &mut found);
    found
}

fn no_tasks(reading: &Reading) -> Diagnostic {
    let offered = reading.offered.len();
    let hint = if offered > 0 {
        format!("Its {offered} bullets and numbered steps can be taken as items.")
    } else {
        "Write each step as `- [ ] what is to be done`.".to_owned()
    };
    finding(
        Severity::Warning,
        "no-tasks",
        at(1),
        "This file has no task items.".to_owned(),
        Some(&hint),
    )
}

fn states(outline: &Outline, found: &mut Vec<Diagnostic>) {
    for item in &outline.items {
        match item.state.as_deref() {
            None | Some(" " | "x" | "X") => {}
            Some("") => found.push(finding(
                Severity::Warning,
                "empty-box",
                at(item.line),
                "The box `[]` has no space in it; it cannot be ticked in the file.".to_owned(),
                Some("Write `[ ]`."),
            )),
            Some(state) => found.push(finding(
                Severity::Info,
                "odd-state",
                at(item.line),
                format!("The state `[{state}]` is kept as it is and read as open."),
                None,
            )),
        }
        if item.text.is_empty() {
            found.push(finding(
                Severity::Warning,
                "empty-item",
                at(item.line),
                "This item has no text.".to_owned(),
                None,
            ));
        }
        found.extend(item.probe_errors.iter().cloned());
    }
}

fn twins(outline: &Outline, found: &mut Vec<Diagnostic>) {
    // The first digits tell nearly all hashes apart without looking the items up.
    let mut by_hash: Vec<(u64, &Item)> = outline
        .items
        .iter()
        .filter(|item| !item.text.is_empty())
        .map(|item| (first_digits(&item.text_hash), item))
        .collect();
    by_hash
        .sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.text_hash.cmp(&other.text_hash)));
    for same in by_hash.chunk_by(|(a, one), (b, other)| a == b && one.text_hash == other.text_hash)
    {
        let Some((_, first)) = same.first() else {
            continue;
        };
        for (_, item) in same.iter().skip(1) {
            found.push(finding(
                Severity::Info,
                "duplicate-text",
                at(item.line),
                format!(
                    "\"{}\" also stands in line {}; its status is never carried over by text alone.",
                    item.text, first.line
                ),
                None,
            ));
        }
    }
}

fn first_digits(hash: &str) -> u64 {
    hash.bytes()
        .take(8)
        .fold(0, |number, digit| number << 8 | u64::from(digit))
}

fn blanks(outline: &Outline, found: &mut Vec<Diagnostic>) {
    let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, placeholder) in outline.placeholders.iter().enumerate() {
        by_id.entry(&placeholder.id).or_default().push(index);
    }
    for places in by_id.values() {
        let Some(first) = places.first().map(|index| &outline.placeholders[*index]) else {
            continue;
        };
        let more = match places.len() {
            1 => String::new(),
            count => format!(" (in {count} places)"),
        };
        found.push(finding(
            Severity::Info,
            "placeholder",
            Place {
                line: first.line,
                column: first.column,
            },
            format!("`{}` is still to be filled{more}.", first.text),
            None,
        ));
    }
    for contact in outline.contacts.iter().filter(|one| one.value.is_none()) {
        found.push(finding(
            Severity::Info,
            "unfilled-contact",
            at(contact.line),
            format!("The contact of {} is still to be filled.", contact.role),
            Some("A run asks for it and remembers it for its environment."),
        ));
    }
}

/// Lines that look like tasks but are none in Markdown: `[ ] text`, `-[ ] text`.
fn lost_boxes(source: &Source<'_>, outline: &Outline, found: &mut Vec<Diagnostic>) {
    let boxes: Vec<u32> = (1_u32..)
        .zip(source.text.lines())
        .filter(|(_, line)| may_be_box(line) && re::LOOKS_LIKE_BOX.is_match(line))
        .map(|(number, _)| number)
        .collect();
    if boxes.is_empty() {
        return;
    }
    let mut known: BTreeSet<u32> = outline.items.iter().map(|item| item.line).collect();
    for fence in &outline.fences {
        let lines = fence.content.lines().count() as u32;
        known.extend(fence.line..=fence.line + lines);
    }
    for number in boxes {
        if !known.contains(&number) {
            found.push(finding(
                Severity::Warning,
                "box-without-bullet",
                at(number),
                "This looks like a task, but Markdown does not read it as one.".to_owned(),
                Some("Start the line with `- [ ] `."),
            ));
        }
    }
}

fn may_be_box(line: &str) -> bool {
    let text = line.trim_start_matches([' ', '\t', '>']);
    text.starts_with('[') || text.get(1..2) == Some("[")
}
