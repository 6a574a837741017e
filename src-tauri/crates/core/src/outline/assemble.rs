//! The outline from what was read: ids, numbers, and everything that needs the whole file.

use std::collections::{BTreeMap, BTreeSet};

use super::around::{Fence, RollbackGroup, RollbackTrack};
use super::blocks::Block;
use super::conditions;
use super::model::{Item, ItemKind, OUTLINE_FORMAT, Outline, Phase, Section};
use super::patterns as re;
use super::reading::{Draft, LooseFence, Reading};
use super::source::Source;
use super::tree::{self, Tree};
use super::words::{self, Ids};
use super::{answers, fence_steps, placeholders, values};

/// Builds the outline. Declarations are applied afterwards.
pub(super) fn assemble(source: &Source<'_>, blocks: &[Block], reading: &mut Reading) -> Outline {
    steps_of_fences(source, reading);
    let tree = tree::build(&reading.nodes, &reading.drafts);
    let mut outline = Outline {
        format: OUTLINE_FORMAT,
        title: tree.title.map(|node| reading.nodes[node].title.clone()),
        roles: std::mem::take(&mut reading.roles),
        fields: std::mem::take(&mut reading.fields),
        contacts: std::mem::take(&mut reading.contacts),
        criteria: std::mem::take(&mut reading.criteria),
        resources: std::mem::take(&mut reading.resources),
        metadata: std::mem::take(&mut reading.metadata),
        ..Outline::default()
    };
    build_items(reading, &tree, &mut outline);
    name_conditions(reading, &tree, &mut outline);
    outline.fences = fences(reading, &tree);
    outline.rollback = rollback_track(reading, &outline);
    find_placeholders(source, blocks, &mut outline);
    answers::bind(&mut outline);
    outline
}

fn is_rollback(reading: &Reading, node: Option<usize>) -> bool {
    tree::chain(&reading.nodes, node, None)
        .iter()
        .any(|node| reading.nodes[*node].rollback)
}

/// Takes the commands of a rollback fence as steps where its heading has no steps of its own.
fn steps_of_fences(source: &Source<'_>, reading: &mut Reading) {
    let busy: BTreeSet<Option<usize>> = reading.drafts.iter().map(|draft| draft.node).collect();
    let steps: Vec<Draft> = reading
        .fences
        .iter()
        .filter(|fence| !busy.contains(&fence.node) && is_rollback(reading, fence.node))
        .flat_map(|fence| fence_steps::read(source, fence))
        .collect();
    if steps.is_empty() {
        return;
    }
    let mut order: Vec<(usize, Draft)> = std::mem::take(&mut reading.drafts)
        .into_iter()
        .enumerate()
        .collect();
    order.extend(steps.into_iter().map(|step| (usize::MAX, step)));
    order.sort_by_key(|(_, draft)| draft.offset);
    let mut moved: BTreeMap<usize, usize> = BTreeMap::new();
    for (new, (old, _)) in order.iter().enumerate() {
        moved.insert(*old, new);
    }
    reading.drafts = order
        .into_iter()
        .map(|(_, mut draft)| {
            draft.parent = draft.parent.and_then(|parent| moved.get(&parent).copied());
            draft
        })
        .collect();
}

fn build_items(reading: &mut Reading, tree: &Tree, outline: &mut Outline) {
    let mut item_ids = Ids::default();
    let ids: Vec<String> = reading
        .drafts
        .iter()
        .map(|draft| item_ids.give(&draft.plain, "item"))
        .collect();
    let mut phase_ids = Ids::default();
    let mut section_ids = Ids::default();
    let mut built: Vec<(usize, Item)> = Vec::with_capacity(reading.drafts.len());
    let mut numbers: Vec<(String, u32)> = vec![Default::default(); reading.drafts.len()];
    for (index, phase) in tree.phases.iter().enumerate() {
        let number = index as u32 + 1;
        let title = phase
            .node
            .map(|node| reading.nodes[node].title.clone())
            .filter(|title| !title.is_empty())
            .unwrap_or_else(|| "Items".to_owned());
        let phase_id = phase_ids.give(&title, "phase");
        let line = phase.node.map_or(1, |node| reading.nodes[node].line);
        let mut sections = Vec::with_capacity(phase.sections.len());
        for (place, section) in phase.sections.iter().enumerate() {
            let section_number = format!("{number}.{}", place + 1);
            let own_node = section.node.filter(|_| section.node != phase.node);
            let section_title = own_node
                .map(|node| reading.nodes[node].title.clone())
                .filter(|title| !title.is_empty());
            let id = section_ids.give(section_title.as_deref().unwrap_or(&title), "section");
            let component = conditions::component(section_title.as_deref().unwrap_or(&title));
            let mut top = 0;
            for draft_index in &section.drafts {
                let draft = &mut reading.drafts[*draft_index];
                let (item_number, parent) = match draft.parent {
                    Some(parent) => {
                        let (above, children) = &mut numbers[parent];
                        *children += 1;
                        (format!("{above}.{children}"), Some(ids[parent].clone()))
                    }
                    None => {
                        top += 1;
                        (format!("{section_number}.{top}"), None)
                    }
                };
                numbers[*draft_index].0.clone_from(&item_number);
                let state = draft.state.take();
                let mut item = Item {
                    id: ids[*draft_index].clone(),
                    number: item_number,
                    text_hash: words::text_hash(&draft.text),
                    text: std::mem::take(&mut draft.text),
                    body: draft.body.take(),
                    line: draft.line,
                    box_offset: draft.box_offset.map(|offset| offset as u64),
                    ticked: matches!(state.as_deref(), Some("x" | "X")),
                    state,
                    phase: phase_id.clone(),
                    section: id.clone(),
                    parent,
                    depth: draft.depth,
                    stage: section.stage,
                    environment: conditions::environment(&draft.plain),
                    component: conditions::component(&draft.plain).or_else(|| component.clone()),
                    window: section.window.clone(),
                    kind: if phase.rollback {
                        ItemKind::RollbackStep
                    } else {
                        ItemKind::Work
                    },
                    command: draft.command.take(),
                    asks_value: values::asked(&draft.plain),
                    ..Item::default()
                };
                for text in std::mem::take(&mut draft.probe_texts) {
                    let (probes, wrong) = text.parse();
                    item.probes.extend(probes);
                    item.probe_errors.extend(wrong);
                }
                built.push((*draft_index, item));
            }
            sections.push(Section {
                number: section_number,
                title: section_title,
                above: section.above.clone(),
                line: section.node.map_or(line, |node| reading.nodes[node].line),
                stage: section.stage,
                window: section.window.clone(),
                component,
                items: section
                    .drafts
                    .iter()
                    .map(|draft| ids[*draft].clone())
                    .collect(),
                id,
            });
        }
        outline.phases.push(Phase {
            id: phase_id,
            number,
            title,
            line,
            window: phase.node.and_then(|node| tree.windows[node].clone()),
            sections,
            rollback: phase.rollback,
        });
    }
    built.sort_by_key(|(draft, _)| *draft);
    outline.items = built.into_iter().map(|(_, item)| item).collect();
}

/// Conditions of items, else of the nearest heading that names one. A dormant rollback asks nothing.
fn name_conditions(reading: &Reading, tree: &Tree, outline: &mut Outline) {
    let of_nodes: Vec<Option<conditions::Named>> = reading
        .nodes
        .iter()
        .map(|node| conditions::named(&node.title, &node.title))
        .collect();
    let on_headings = of_nodes.iter().any(Option::is_some);
    let mut found = Vec::new();
    let mut by_id = BTreeMap::new();
    for (item, draft) in outline.items.iter_mut().zip(&reading.drafts) {
        if item.kind == ItemKind::RollbackStep {
            continue;
        }
        let own = conditions::named(&draft.plain, &item.text)
            .map(|named| (named, item.id.as_str(), draft.plain.as_str()));
        let named = own.or_else(|| {
            if !on_headings {
                return None;
            }
            let chain = tree::chain(&reading.nodes, draft.node, tree.title);
            chain.iter().find_map(|node| {
                let title = reading.nodes[*node].title.as_str();
                of_nodes[*node].clone().map(|named| (named, title, title))
            })
        });
        if let Some((named, of, subject)) = named {
            let id = conditions::add(&mut found, &mut by_id, &named, of, subject, &item.id);
            item.condition = Some(id);
        }
    }
    outline.conditions = found;
}

fn fences(reading: &Reading, tree: &Tree) -> Vec<Fence> {
    reading
        .fences
        .iter()
        .enumerate()
        .map(|(index, fence)| {
            let chain = tree::chain(&reading.nodes, fence.node, tree.title);
            Fence {
                id: format!("fence-{}", index + 1),
                language: language(fence),
                content: fence.content.clone(),
                line: fence.line,
                rollback: chain.iter().any(|node| reading.nodes[*node].rollback),
                under: chain
                    .iter()
                    .rev()
                    .map(|node| reading.nodes[*node].title.clone())
                    .collect(),
            }
        })
        .collect()
}

fn language(fence: &LooseFence) -> Option<String> {
    fence
        .info
        .split_whitespace()
        .next()
        .filter(|word| !word.starts_with('{'))
        .map(str::to_owned)
}

fn rollback_track(reading: &Reading, outline: &Outline) -> Option<RollbackTrack> {
    let phase = outline.phases.iter().find(|phase| phase.rollback)?;
    let groups = outline
        .phases
        .iter()
        .filter(|phase| phase.rollback)
        .flat_map(|phase| phase.sections.iter().map(move |section| (phase, section)))
        .map(|(phase, section)| RollbackGroup {
            section: section.id.clone(),
            title: section.title.clone(),
            on_clock: !re::OFF_CLOCK.is_match(section.title.as_deref().unwrap_or(&phase.title)),
            steps: section.items.clone(),
        })
        .collect();
    Some(RollbackTrack {
        phase: phase.id.clone(),
        line: phase.line,
        trigger: reading.trigger.clone(),
        groups,
        placeholders: Vec::new(),
    })
}

fn find_placeholders(source: &Source<'_>, blocks: &[Block], outline: &mut Outline) {
    let filled: BTreeSet<u32> = outline
        .roles
        .iter()
        .map(|role| role.line)
        .chain(outline.fields.iter().map(|field| field.line))
        .chain(outline.contacts.iter().map(|contact| contact.line))
        .collect();
    let commands: BTreeSet<u32> = outline
        .fences
        .iter()
        .filter(|fence| fence.rollback)
        .map(|fence| fence.line)
        .collect();
    let in_track = |offset: usize| commands.contains(&source.line(offset));
    let mut found = placeholders::find(source, blocks, &in_track, &filled);
    if found.is_empty() {
        return;
    }
    let commanded: Vec<&Item> = outline
        .items
        .iter()
        .filter(|item| item.command.is_some())
        .collect();
    let by_line: BTreeMap<u32, &Item> =
        outline.items.iter().map(|item| (item.line, item)).collect();
    for placeholder in &mut found {
        if let Some(item) = by_line.get(&placeholder.line) {
            placeholder.item = Some(item.id.clone());
            placeholder.rollback |= item.kind == ItemKind::RollbackStep;
        } else if placeholder.rollback {
            let step = commanded.partition_point(|item| item.line <= placeholder.line);
            placeholder.item = step.checked_sub(1).map(|step| commanded[step].id.clone());
        }
    }
    if let Some(track) = &mut outline.rollback {
        for placeholder in found.iter().filter(|one| one.rollback) {
            if !track.placeholders.contains(&placeholder.id) {
                track.placeholders.push(placeholder.id.clone());
            }
        }
    }
    outline.placeholders = found;
}
