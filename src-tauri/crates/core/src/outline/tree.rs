//! Phases and sections from the headings that items stand under.

use std::collections::BTreeMap;

use super::model::Stage;
use super::patterns as re;
use super::reading::{Draft, Node};
use super::timing::{self, Says, SoFar};
use super::window::{Side, TimeUnit, Window};

/// A section before it has an id.
pub(super) struct SectionDraft {
    /// The heading or group line; none for items above any heading.
    pub node: Option<usize>,
    /// Its items in document order.
    pub drafts: Vec<usize>,
    pub above: Vec<String>,
    pub stage: Stage,
    pub window: Option<Window>,
    /// Its times count from something else than the deployment, such as a rollback or an incident.
    pub other_clock: bool,
}

/// A phase before it has an id.
pub(super) struct PhaseDraft {
    pub node: Option<usize>,
    pub rollback: bool,
    pub sections: Vec<SectionDraft>,
}

/// The tree, and the node that is the document's title.
pub(super) struct Tree {
    pub title: Option<usize>,
    pub phases: Vec<PhaseDraft>,
    /// Windows by node.
    pub windows: Vec<Option<Window>>,
}

/// Builds the tree.
pub(super) fn build(nodes: &[Node], drafts: &[Draft]) -> Tree {
    let title = title(nodes, drafts);
    let Judged {
        windows,
        says,
        other_clock,
    } = judge(nodes, title);
    let mut phases: Vec<PhaseDraft> = Vec::new();
    let mut by_phase: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    let mut by_section: BTreeMap<(usize, Option<usize>), usize> = BTreeMap::new();
    let mut current: Option<(Option<usize>, usize, usize)> = None;
    for (number, draft) in drafts.iter().enumerate() {
        // Nearly every item stands below the heading of the one before.
        if let Some((_, phase, section)) = current.filter(|(node, ..)| *node == draft.node) {
            phases[phase].sections[section].drafts.push(number);
            continue;
        }
        let chain = chain(nodes, draft.node, title);
        let rollback = chain.iter().rposition(|node| nodes[*node].rollback);
        let top = rollback.or(chain.len().checked_sub(1));
        let phase_node = top.map(|top| chain[top]);
        let phase = *by_phase.entry(phase_node).or_insert_with(|| {
            phases.push(PhaseDraft {
                node: phase_node,
                rollback: rollback.is_some(),
                sections: Vec::new(),
            });
            phases.len() - 1
        });
        let sections = &mut phases[phase].sections;
        let section = *by_section.entry((phase, draft.node)).or_insert_with(|| {
            let above = chain
                .get(1..top.unwrap_or(0))
                .unwrap_or(&[])
                .iter()
                .rev()
                .map(|node| nodes[*node].title.clone())
                .collect();
            sections.push(SectionDraft {
                node: draft.node,
                drafts: Vec::new(),
                above,
                stage: Stage::Prepare,
                window: None,
                other_clock: draft.node.is_some_and(|node| other_clock[node]),
            });
            sections.len() - 1
        });
        sections[section].drafts.push(number);
        current = Some((draft.node, phase, section));
    }
    time(nodes, drafts, title, &windows, &says, &mut phases);
    Tree {
        title,
        phases,
        windows,
    }
}

/// The title is the first heading when it is the only one of its depth, or when nothing is to be
/// done below it before the next one of that depth.
fn title(nodes: &[Node], drafts: &[Draft]) -> Option<usize> {
    let first = nodes.first().filter(|node| !node.group)?;
    let headings = || nodes.iter().filter(|node| !node.group);
    let top = headings().map(|node| node.level).min()?;
    if first.level != top {
        return None;
    }
    let alone = headings().filter(|node| node.level == top).count() == 1;
    let holds = || {
        drafts
            .iter()
            .any(|draft| root(nodes, draft.node) == Some(0))
    };
    (alone || !holds()).then_some(0)
}

fn root(nodes: &[Node], node: Option<usize>) -> Option<usize> {
    let mut at = node?;
    while let Some(parent) = nodes[at].parent {
        at = parent;
    }
    Some(at)
}

/// The node and what it stands under, innermost first, without the document's title.
pub(super) fn chain(nodes: &[Node], node: Option<usize>, title: Option<usize>) -> Vec<usize> {
    let mut chain = Vec::new();
    let mut at = node;
    while let Some(here) = at {
        chain.push(here);
        at = nodes[here].parent;
    }
    if chain.len() > 1 && chain.last().copied() == title {
        chain.pop();
    }
    chain
}

/// What each heading tells.
struct Judged {
    windows: Vec<Option<Window>>,
    says: Vec<Says>,
    other_clock: Vec<bool>,
}

fn judge(nodes: &[Node], title: Option<usize>) -> Judged {
    let mut windows: Vec<Option<Window>> = Vec::with_capacity(nodes.len());
    let mut says: Vec<Says> = Vec::with_capacity(nodes.len());
    let mut after: Vec<bool> = Vec::with_capacity(nodes.len());
    let mut other_clock: Vec<bool> = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        let words = timing::says(&node.title);
        let inherited = node.parent.is_some_and(|parent| after[parent]);
        let is_after = match words.plainly {
            Some(stage) => matches!(stage, Stage::Watch | Stage::Review),
            None => inherited,
        };
        // Times in a rollback count from its activation, those of an incident from its start.
        let other = node.rollback
            || (title != Some(index) && re::OTHER_CLOCK.is_match(&node.title))
            || node.parent.is_some_and(|parent| other_clock[parent]);
        let window = timing::window(&node.title, is_after).filter(|_| !other);
        says.push(words.or_of(window.as_ref()));
        windows.push(window);
        after.push(is_after);
        other_clock.push(other);
    }
    Judged {
        windows,
        says,
        other_clock,
    }
}

fn time(
    nodes: &[Node],
    drafts: &[Draft],
    title: Option<usize>,
    windows: &[Option<Window>],
    says: &[Says],
    phases: &mut [PhaseDraft],
) {
    let mut so_far = SoFar::default();
    for phase in phases {
        let mut last = so_far.last;
        so_far.deploying = false;
        for section in &mut phase.sections {
            if phase.rollback {
                section.stage = Stage::Deploy;
                continue;
            }
            let chain = chain(nodes, section.node, title);
            let titles: Vec<Says> = chain.iter().map(|node| says[*node]).collect();
            let sets_up = || {
                let ready = section
                    .drafts
                    .iter()
                    .filter(|draft| re::SET_UP.is_match(&drafts[**draft].plain))
                    .count();
                ready * 2 > section.drafts.len()
            };
            section.stage = timing::stage(&titles, sets_up, so_far);
            section.window = chain
                .iter()
                .find_map(|node| windows[*node].clone())
                .map(|window| fit(window, section.stage));
            so_far.deploying |= section.stage == Stage::Deploy;
            so_far.deployed |= so_far.deploying;
            last = section.stage;
        }
        so_far.last = last;
    }
}

fn fit(window: Window, stage: Stage) -> Window {
    let whole_day = window.to.end_of_day
        && window.to.amount == 0
        && window.to.side == Side::After
        && window.to.unit == TimeUnit::Days;
    if whole_day && stage == Stage::Prepare {
        timing::until_deployment(&window)
    } else {
        window
    }
}
