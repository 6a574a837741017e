//! What differs between two versions of an item, of a probe, and of what stands beside the items.

use std::collections::BTreeSet;

use countersign_core::outline::{Item, Outline};
use countersign_core::probe::Probe;
use similar::{ChangeTag, TextDiff};

use crate::view::words;
use crate::wire::adoption::{ProbeDifference, TextPart};

/// Two texts, compared word by word.
pub(super) fn text(old: &str, new: &str) -> Vec<TextPart> {
    let mut parts: Vec<TextPart> = Vec::new();
    for change in TextDiff::from_words(old, new).iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => "same",
            ChangeTag::Delete => "removed",
            ChangeTag::Insert => "added",
        };
        match parts.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(change.value()),
            _ => parts.push(TextPart {
                kind: kind.to_owned(),
                text: change.value().to_owned(),
            }),
        }
    }
    parts
}

/// Probes that differ; one is known again by its hash, else by its place among those that are left.
pub(super) fn probes(old: &[Probe], new: &[Probe]) -> Vec<ProbeDifference> {
    let left = |of: &[Probe], other: &[Probe]| -> Vec<Probe> {
        let known: BTreeSet<&str> = other.iter().map(|probe| probe.hash.as_str()).collect();
        let differs = of
            .iter()
            .filter(|probe| !known.contains(probe.hash.as_str()));
        differs.cloned().collect()
    };
    let (gone, mut came) = (left(old, new), left(new, old));
    let mut found: Vec<ProbeDifference> = Vec::new();
    for before in &gone {
        let same_kind = came.iter().position(|probe| probe.kind == before.kind);
        let after = same_kind.map(|at| came.remove(at));
        found.push(match after {
            Some(after) => difference("changed", &after.kind, &before.source, &after.source),
            None => difference("gone", &before.kind, &before.source, ""),
        });
    }
    found.extend(
        came.iter()
            .map(|probe| difference("added", &probe.kind, "", &probe.source)),
    );
    found
}

fn difference(what: &str, kind: &str, before: &str, after: &str) -> ProbeDifference {
    ProbeDifference {
        what: what.to_owned(),
        kind: kind.to_owned(),
        source: text(before, after),
    }
}

/// What else of an item differs, each in words.
pub(super) fn facts(old: &Outline, before: &Item, new: &Outline, after: &Item) -> Vec<String> {
    let mut facts = Vec::new();
    let (from, to) = (place(old, before), place(new, after));
    if from != to {
        facts.push(format!("moved from {from}"));
    }
    if before.stage != after.stage {
        let (from, to) = (words::stage(before.stage), words::stage(after.stage));
        facts.push(format!("stage {from} is now {to}"));
    }
    if before.body != after.body {
        facts.push("its description changed".to_owned());
    }
    if before.command != after.command {
        facts.push("its command changed".to_owned());
    }
    if before.environment != after.environment {
        let name = after
            .environment
            .as_deref()
            .unwrap_or("the run\u{2019}s target");
        facts.push(format!("environment is now {name}"));
    }
    if before.condition != after.condition {
        facts.push(match &after.condition {
            Some(_) => "it depends on a condition now".to_owned(),
            None => "it depends on no condition now".to_owned(),
        });
    }
    if before.window != after.window {
        let window = after.window.as_ref().map(|window| window.words.as_str());
        facts.push(match window {
            Some(words) => format!("due {words}"),
            None => "no due date any more".to_owned(),
        });
    }
    if before.kind != after.kind {
        facts.push("it changed between the work and the rollback".to_owned());
    }
    if before.probe_errors.is_empty() && !after.probe_errors.is_empty() {
        facts.push("its probe cannot be read".to_owned());
    }
    facts
}

/// Titles of an item's phase and section.
pub(super) fn place(outline: &Outline, item: &Item) -> String {
    let phase = outline.phases.iter().find(|phase| phase.id == item.phase);
    let section = outline.section(&item.section);
    let titles = [
        phase.map(|phase| phase.title.as_str()),
        section.and_then(|section| section.title.as_deref()),
    ];
    let titles: Vec<&str> = titles.into_iter().flatten().collect();
    titles.join(" \u{203a} ")
}

/// What differs beside the items, each in words.
pub(super) fn beside_items(old: &Outline, new: &Outline) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |one: &str, many: &str, before: Vec<&str>, after: Vec<&str>| {
        let has = |list: &[&str], name: &str| list.contains(&name);
        let came: Vec<&str> = after.iter().copied().filter(|n| !has(&before, n)).collect();
        let gone: Vec<&str> = before.iter().copied().filter(|n| !has(&after, n)).collect();
        for (list, what) in [(came, "added"), (gone, "gone")] {
            if !list.is_empty() {
                let noun = if list.len() == 1 { one } else { many };
                found.push(format!("{} {noun} {what}: {}", list.len(), list.join(", ")));
            }
        }
    };
    compare(
        "role",
        "roles",
        old.roles.iter().map(|role| role.title.as_str()).collect(),
        new.roles.iter().map(|role| role.title.as_str()).collect(),
    );
    compare(
        "sign-off point",
        "sign-off points",
        old.points
            .iter()
            .map(|point| point.title.as_str())
            .collect(),
        new.points
            .iter()
            .map(|point| point.title.as_str())
            .collect(),
    );
    compare(
        "criterion",
        "criteria",
        old.criteria.iter().map(|one| one.text.as_str()).collect(),
        new.criteria.iter().map(|one| one.text.as_str()).collect(),
    );
    compare(
        "condition",
        "conditions",
        old.conditions
            .iter()
            .map(|one| one.words.as_str())
            .collect(),
        new.conditions
            .iter()
            .map(|one| one.words.as_str())
            .collect(),
    );
    compare(
        "field",
        "fields",
        old.fields.iter().map(|one| one.label.as_str()).collect(),
        new.fields.iter().map(|one| one.label.as_str()).collect(),
    );
    compare(
        "contact",
        "contacts",
        old.contacts.iter().map(|one| one.role.as_str()).collect(),
        new.contacts.iter().map(|one| one.role.as_str()).collect(),
    );
    let contents = |outline: &Outline| -> BTreeSet<String> {
        let fences = outline.fences.iter();
        fences.map(|fence| fence.content.clone()).collect()
    };
    let (before, after) = (contents(old), contents(new));
    let differing = before.symmetric_difference(&after).count();
    if differing > 0 {
        found.push("code blocks outside the items changed".to_owned());
    }
    found
}
