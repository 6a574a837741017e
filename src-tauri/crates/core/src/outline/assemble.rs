//! The outline from what was read: ids, numbers, and everything that needs the whole file.

use std::collections::{BTreeMap, BTreeSet};

use super::around::{Fence, RollbackGroup, RollbackTrack};
use super::blocks::Block;
use super::conditions;
use super::model::{Comparison, Item, ItemKind, OUTLINE_FORMAT, Outline, Phase, Section};
use super::patterns as re;
use super::reading::{Draft, LooseFence, Reading};
use super::source::Source;
use super::spoken::{Spoken, Topic};
use super::tree::{self, SectionDraft, Tree};
use super::words::{self, Ids};
use super::{answers, deadlines, fence_steps, placeholders, values};

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
    find_placeholders(source, blocks, &reading.drafts, &mut outline);
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

/// What the items of one section share.
struct Shared {
    phase: String,
    section: String,
    number: String,
    component: Option<String>,
    /// Its items are alerts to set up: "Error rate > 1%" says when one fires, not what is good.
    alerts: bool,
    /// How many items stand directly in it so far.
    top: u32,
}

/// Makes the phases and sections, then the items in document order.
fn build_items(reading: &mut Reading, tree: &Tree, outline: &mut Outline) {
    let mut item_ids = Ids::default();
    let ids: Vec<String> = reading
        .drafts
        .iter()
        .map(|draft| item_ids.give(&draft.plain, "item"))
        .collect();
    let mut shared = Vec::new();
    let mut places: Vec<(usize, usize)> = vec![(0, 0); reading.drafts.len()];
    let mut phase_ids = Ids::default();
    let mut section_ids = Ids::default();
    for (index, phase) in tree.phases.iter().enumerate() {
        let number = index as u32 + 1;
        let title = titled(reading, phase.node).unwrap_or_else(|| "Items".to_owned());
        let phase_id = phase_ids.give(&title, "phase");
        let line = phase.node.map_or(1, |node| reading.nodes[node].line);
        let mut sections = Vec::with_capacity(phase.sections.len());
        for (place, section) in phase.sections.iter().enumerate() {
            let own_node = section.node.filter(|_| section.node != phase.node);
            let section_title = titled(reading, own_node);
            let named = section_title.as_deref().unwrap_or(&title);
            let one = Section {
                id: section_ids.give(named, "section"),
                number: format!("{number}.{}", place + 1),
                above: section.above.clone(),
                line: section.node.map_or(line, |node| reading.nodes[node].line),
                stage: section.stage,
                window: section.window.clone(),
                component: conditions::component(named),
                items: section
                    .drafts
                    .iter()
                    .map(|draft| ids[*draft].clone())
                    .collect(),
                title: section_title,
            };
            for draft in &section.drafts {
                places[*draft] = (index, place);
            }
            shared.push(Shared {
                phase: phase_id.clone(),
                section: one.id.clone(),
                number: one.number.clone(),
                component: one.component.clone(),
                alerts: re::ALERTS.is_match(named_as(&one, &title)),
                top: 0,
            });
            sections.push(one);
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
    let first_of: Vec<usize> = tree
        .phases
        .iter()
        .scan(0, |first, phase| {
            let here = *first;
            *first += phase.sections.len();
            Some(here)
        })
        .collect();
    let mut children: Vec<u32> = vec![0; ids.len()];
    outline.items.reserve(ids.len());
    for ((draft, id), (phase, section)) in reading.drafts.iter_mut().zip(ids).zip(places) {
        let parent = draft.parent.and_then(|parent| {
            let above = outline.items.get(parent)?;
            children[parent] += 1;
            Some((above, children[parent]))
        });
        let place = &tree.phases[phase];
        let item = item(
            draft,
            id,
            parent,
            &mut shared[first_of[phase] + section],
            &place.sections[section],
            place.rollback,
        );
        outline.items.push(item);
    }
}

/// A section's title, else its phase's.
fn named_as<'a>(section: &'a Section, phase: &'a str) -> &'a str {
    section.title.as_deref().unwrap_or(phase)
}

fn titled(reading: &Reading, node: Option<usize>) -> Option<String> {
    node.map(|node| reading.nodes[node].title.clone())
        .filter(|title| !title.is_empty())
}

/// One item; `parent` is the one that it is nested in, with its own place among that one's children.
fn item(
    draft: &mut Draft,
    id: String,
    parent: Option<(&Item, u32)>,
    shared: &mut Shared,
    section: &SectionDraft,
    rollback: bool,
) -> Item {
    let number = match parent {
        Some((parent, place)) => below(&parent.number, place),
        None => {
            shared.top += 1;
            below(&shared.number, shared.top)
        }
    };
    let about = Spoken::of(&draft.plain);
    draft.about = about;
    let own_window = (about.has(Topic::Window) && !section.other_clock)
        .then(|| deadlines::own_window(&draft.plain, section.stage))
        .flatten();
    let mut item = Item {
        id,
        number,
        text_hash: words::text_hash(&draft.text),
        text: std::mem::take(&mut draft.text),
        body: draft.body.take(),
        line: draft.line,
        box_offset: draft.box_offset.map(|offset| offset as u64),
        ticked: matches!(draft.state, Some(Some('x' | 'X'))),
        state: draft
            .state
            .map(|state| state.map_or_else(String::new, String::from)),
        phase: shared.phase.clone(),
        section: shared.section.clone(),
        parent: parent.map(|(parent, _)| parent.id.clone()),
        depth: draft.depth,
        stage: own_window.as_ref().map_or(section.stage, |own| {
            deadlines::stage_of_own(own, section.stage)
        }),
        environment: about
            .has(Topic::Environment)
            .then(|| conditions::environment(&draft.plain))
            .flatten(),
        component: about
            .has(Topic::Component)
            .then(|| conditions::component(&draft.plain))
            .flatten()
            .or_else(|| shared.component.clone()),
        window: own_window.or_else(|| section.window.clone()),
        kind: if rollback {
            ItemKind::RollbackStep
        } else {
            ItemKind::Work
        },
        command: draft.command.take(),
        asks_value: values::asked(&draft.plain).filter(|asked| {
            !(shared.alerts && matches!(asked.op, Comparison::Gt | Comparison::Ge))
        }),
        ..Item::default()
    };
    for text in std::mem::take(&mut draft.probe_texts) {
        let (probes, wrong) = text.parse();
        item.probes.extend(probes);
        item.probe_errors.extend(wrong);
    }
    item
}

/// The number of what stands at a place below another number.
fn below(number: &str, place: u32) -> String {
    let mut below = String::with_capacity(number.len() + 5);
    below.push_str(number);
    below.push('.');
    if let Some(digit) = char::from_digit(place, 10) {
        below.push(digit);
    } else {
        below.push_str(&place.to_string());
    }
    below
}

/// Conditions of items, else of the nearest heading that names one. A dormant rollback asks nothing.
fn name_conditions(reading: &Reading, tree: &Tree, outline: &mut Outline) {
    let of_nodes: Vec<Option<conditions::Named>> = reading
        .nodes
        .iter()
        .map(|node| conditions::named(Spoken::of(&node.title), &node.title, &node.title))
        .collect();
    let on_headings = of_nodes.iter().any(Option::is_some);
    let mut found = Vec::new();
    let mut by_id = BTreeMap::new();
    for (item, draft) in outline.items.iter_mut().zip(&reading.drafts) {
        if item.kind == ItemKind::RollbackStep {
            continue;
        }
        let own = conditions::named(draft.about, &draft.plain, &item.text)
            .map(|named| (named, item.id.as_str(), &*draft.plain));
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

fn find_placeholders(
    source: &Source<'_>,
    blocks: &[Block],
    drafts: &[Draft],
    outline: &mut Outline,
) {
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
    for placeholder in &mut found {
        if let Some(item) = item_at(outline, drafts, placeholder.line) {
            placeholder.item = Some(item.id.clone());
            // What a step's text needs, the track needs; a blank below it is filled while it runs.
            placeholder.rollback |=
                item.kind == ItemKind::RollbackStep && item.line == placeholder.line;
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

/// The innermost item whose text or body holds a line.
fn item_at<'o>(outline: &'o Outline, drafts: &[Draft], line: u32) -> Option<&'o Item> {
    let behind = outline.items.partition_point(|item| item.line <= line);
    let mut at = behind.checked_sub(1)?;
    loop {
        let (item, draft) = (outline.items.get(at)?, drafts.get(at)?);
        if item.line == line || draft.last_line >= line {
            return Some(item);
        }
        at = draft.parent?;
    }
}
