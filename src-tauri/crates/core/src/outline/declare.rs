//! Applies what front matter and sidecar declare, and offers what they leave open.

use std::collections::BTreeMap;

use super::declared::{ChoiceGroup, Condition, Profile, SignOffPoint};
use super::lint;
use super::model::{Outline, Stage};
use super::reading::NamedProbe;
use super::sidecar::{Declared, DeclaredPoint};
use super::words;
use crate::diagnostic::{Diagnostic, Place};
use crate::probe::{self, Probe};

/// Finds items and sections by id, number or text.
struct Names {
    items: BTreeMap<String, usize>,
    sections: BTreeMap<String, Vec<String>>,
}

impl Names {
    fn of(outline: &Outline) -> Self {
        let mut items = BTreeMap::new();
        for (index, item) in outline.items.iter().enumerate() {
            items.entry(item.text_hash.clone()).or_insert(index);
            items.entry(item.number.clone()).or_insert(index);
        }
        // An id always means its own item, whatever else reads the same.
        for (index, item) in outline.items.iter().enumerate() {
            items.insert(item.id.clone(), index);
        }
        let mut sections = BTreeMap::new();
        for phase in &outline.phases {
            let all: Vec<String> = phase
                .sections
                .iter()
                .flat_map(|section| section.items.clone())
                .collect();
            for section in &phase.sections {
                let names = [
                    Some(&section.id),
                    Some(&section.number),
                    section.title.as_ref(),
                ];
                for name in names.into_iter().flatten() {
                    sections
                        .entry(name.clone())
                        .or_insert_with(|| section.items.clone());
                }
            }
            for name in [
                phase.id.clone(),
                phase.number.to_string(),
                phase.title.clone(),
            ] {
                sections.entry(name).or_insert_with(|| all.clone());
            }
        }
        Self { items, sections }
    }

    fn item(&self, name: &str) -> Option<usize> {
        self.items
            .get(name)
            .or_else(|| self.items.get(&words::text_hash(name)))
            .copied()
    }
}

/// Applies declarations in their order; the later ones (the sidecar's) win.
pub(super) fn apply(
    outline: &mut Outline,
    named: Vec<NamedProbe>,
    declared: Vec<Declared>,
) -> Vec<Diagnostic> {
    let empty = |declared: &Declared| {
        declared.probes.is_empty()
            && declared.declarations.is_empty()
            && declared.diagnostics.is_empty()
    };
    if named.is_empty() && declared.iter().all(empty) {
        let diagnostics = link(outline);
        offer_points(outline);
        return diagnostics;
    }
    let mut applying = Applying {
        names: Names::of(outline),
        diagnostics: Vec::new(),
        outline,
    };
    for one in named {
        let (probes, wrong) = one.probe.parse();
        applying.probes(&one.item, one.probe.place, probes, wrong);
    }
    for one in declared {
        applying.declared(one);
    }
    let Applying {
        mut diagnostics, ..
    } = applying;
    diagnostics.extend(link(outline));
    offer_points(outline);
    diagnostics
}

/// What the probes say about each other: a finding goes to the item whose probe it is about.
fn link(outline: &mut Outline) -> Vec<Diagnostic> {
    let wrong = probe::link(&outline.named_probes());
    if wrong.is_empty() {
        return wrong;
    }
    let mut by_place: BTreeMap<Place, usize> = BTreeMap::new();
    for (index, item) in outline.items.iter().enumerate() {
        by_place.extend(item.probes.iter().map(|probe| (probe.place, index)));
    }
    let mut left = Vec::new();
    for found in wrong {
        match by_place.get(&found.place) {
            Some(index) => outline.items[*index].probe_errors.push(found),
            None => left.push(found),
        }
    }
    left
}

struct Applying<'o> {
    outline: &'o mut Outline,
    names: Names,
    diagnostics: Vec<Diagnostic>,
}

impl Applying<'_> {
    fn probes(&mut self, name: &str, place: Place, probes: Vec<Probe>, wrong: Vec<Diagnostic>) {
        match self.names.item(name) {
            Some(index) => {
                let item = &mut self.outline.items[index];
                item.probes.extend(probes);
                item.probe_errors.extend(wrong);
            }
            None => self.unknown("item", name, place),
        }
    }

    fn declared(&mut self, declared: Declared) {
        self.diagnostics.extend(declared.diagnostics);
        for entry in declared.probes {
            self.probes(&entry.item, entry.place, entry.probes, entry.diagnostics);
        }
        let place = Place {
            line: declared.line,
            column: 1,
        };
        let of = declared.declarations;
        if of.title.is_some() {
            self.outline.title = of.title;
        }
        for (section, stage) in of.stages {
            self.stage(&section, stage, place);
        }
        for choice in of.choose {
            let group = ChoiceGroup {
                id: words::slug(&choice.title),
                items: self.items(&choice.items, place),
                choose: choice.choose.max(1),
                title: choice.title,
            };
            self.outline.choices.push(group);
        }
        for condition in of.conditions {
            let id = words::slug(&condition.words);
            let items = self.items(&condition.items, place);
            for item in &items {
                self.leave_condition(item);
                if let Some(index) = self.names.item(item) {
                    self.outline.items[index].condition = Some(id.clone());
                }
            }
            let question = condition
                .question
                .unwrap_or_else(|| format!("Does this apply: {}?", condition.words));
            self.outline.conditions.retain(|other| other.id != id);
            self.outline.conditions.push(Condition {
                id,
                words: condition.words,
                question,
                items,
            });
        }
        for (name, profile) in of.profiles {
            let profile = Profile {
                id: words::slug(&name),
                title: profile.title.unwrap_or(name),
                items: self.items(&profile.items, place),
                rest: profile.rest,
            };
            self.outline.profiles.push(profile);
        }
        for point in of.points {
            self.point(point, place);
        }
        for (name, variables) in of.environments {
            // They become keys of canonical JSON, which are ASCII (`docs/ledger.md`).
            if name.is_ascii() && variables.keys().all(|variable| variable.is_ascii()) {
                self.outline.declared.environments.insert(name, variables);
            } else {
                self.diagnostics.push(lint::name_not_ascii(&name, place));
            }
        }
        if !of.policy.is_empty() {
            self.outline.declared.policy = of.policy;
        }
    }

    /// An item has one condition: a declared one replaces the one that was read.
    fn leave_condition(&mut self, item: &str) {
        for condition in &mut self.outline.conditions {
            condition.items.retain(|other| other != item);
        }
        self.outline
            .conditions
            .retain(|condition| !condition.items.is_empty());
    }

    fn stage(&mut self, section: &str, stage: Stage, place: Place) {
        let Some(items) = self.names.sections.get(section).cloned() else {
            self.unknown("section", section, place);
            return;
        };
        for item in &items {
            if let Some(index) = self.names.item(item) {
                self.outline.items[index].stage = stage;
            }
        }
        let covered =
            |section: &super::model::Section| section.items.iter().all(|item| items.contains(item));
        self.outline
            .phases
            .iter_mut()
            .flat_map(|phase| &mut phase.sections)
            .filter(|section| covered(section))
            .for_each(|section| section.stage = stage);
    }

    fn point(&mut self, point: DeclaredPoint, place: Place) {
        let mut items = self.items(&point.items, place);
        items.extend(
            self.outline
                .work_items()
                .filter(|item| point.stages.contains(&item.stage))
                .map(|item| item.id.clone()),
        );
        let roles = if point.roles.is_empty() {
            self.outline
                .roles
                .iter()
                .map(|role| role.id.clone())
                .collect()
        } else {
            point.roles.iter().map(|role| words::slug(role)).collect()
        };
        let id = point.id.unwrap_or_else(|| words::slug(&point.title));
        self.outline.points.retain(|other| other.id != id);
        let point = SignOffPoint {
            id,
            title: point.title,
            items: in_order(self.outline, &items),
            roles,
            policy: point.policy,
        };
        self.outline.points.push(point);
    }

    /// Ids of the named items, and of the items of named sections, in document order.
    fn items(&mut self, names: &[String], place: Place) -> Vec<String> {
        let mut found = Vec::new();
        for name in names {
            if let Some(index) = self.names.item(name) {
                found.push(self.outline.items[index].id.clone());
            } else if let Some(items) = self.names.sections.get(name) {
                found.extend(items.iter().cloned());
            } else {
                self.unknown("item or section", name, place);
            }
        }
        in_order(self.outline, &found)
    }

    fn unknown(&mut self, what: &str, name: &str, place: Place) {
        self.diagnostics.push(lint::unknown_name(what, name, place));
    }
}

fn in_order(outline: &Outline, items: &[String]) -> Vec<String> {
    let wanted: std::collections::BTreeSet<&str> = items.iter().map(String::as_str).collect();
    outline
        .items
        .iter()
        .filter(|item| wanted.contains(item.id.as_str()))
        .map(|item| item.id.clone())
        .collect()
}

/// Without declared points there are two, with the same roles: Go/no-go covers what is prepared,
/// Acceptance everything but rollback steps. A checklist that names no roles leaves theirs empty: the
/// person who makes the run picks them, offered from the contacts.
fn offer_points(outline: &mut Outline) {
    if !outline.points.is_empty() || outline.items.is_empty() {
        return;
    }
    let roles: Vec<String> = outline.roles.iter().map(|role| role.id.clone()).collect();
    let point = |id: &str, title: &str, items: Vec<String>| SignOffPoint {
        id: id.to_owned(),
        title: title.to_owned(),
        items,
        roles: roles.clone(),
        policy: Default::default(),
    };
    let prepared: Vec<String> = outline
        .work_items()
        .filter(|item| item.stage == Stage::Prepare)
        .map(|item| item.id.clone())
        .collect();
    let all: Vec<String> = outline.work_items().map(|item| item.id.clone()).collect();
    let mut points = Vec::new();
    if !prepared.is_empty() {
        points.push(point("go-no-go", "Go/no-go", prepared));
    }
    points.push(point("acceptance", "Acceptance", all));
    outline.points = points;
}
