//! An outline as the window shows it before anything has happened.

use countersign_core::diagnostic::Diagnostic;
use countersign_core::outline::{Item, ItemKind, Outline, Phase};

use crate::view::{watch, words};
use crate::wire::item::{ItemView, PhaseView, SectionView, Tile, ValueAsk};
use crate::wire::probe::ProbeView;

/// Phases and sections in reading order, the rollback track last.
#[must_use]
pub fn phases(outline: &Outline) -> Vec<PhaseView> {
    let (rollback, others): (Vec<&Phase>, Vec<&Phase>) =
        outline.phases.iter().partition(|phase| phase.rollback);
    others.into_iter().chain(rollback).map(phase_view).collect()
}

fn phase_view(phase: &Phase) -> PhaseView {
    let sections = phase
        .sections
        .iter()
        .filter(|section| !section.items.is_empty())
        .map(|section| SectionView {
            id: section.id.clone(),
            number: section.number.clone(),
            title: section.title.clone().unwrap_or_default(),
            stage: words::stage(section.stage).to_owned(),
            window: section.window.as_ref().map(|window| window.words.clone()),
            items: section.items.clone(),
        })
        .collect();
    PhaseView {
        id: phase.id.clone(),
        number: phase.number.to_string(),
        title: phase.title.clone(),
        rollback: phase.rollback,
        sections,
    }
}

/// Which track an item belongs to: `work`, `rollback` or `followUp`.
#[must_use]
pub fn track(outline: &Outline, item: &Item) -> &'static str {
    if item.kind == ItemKind::Work {
        return "work";
    }
    let on_clock = outline.rollback.as_ref().is_none_or(|track| {
        track
            .groups
            .iter()
            .all(|group| group.on_clock || group.section != item.section)
    });
    if on_clock { "rollback" } else { "followUp" }
}

/// An item with nothing known about it yet.
#[must_use]
pub fn open_item(outline: &Outline, item: &Item) -> ItemView {
    let asks = item.asks_value.as_ref().map(|ask| ValueAsk {
        words: words::value_ask(ask),
        unit: ask.unit.clone().unwrap_or_default(),
        placeholder: item.asks_for.clone(),
    });
    let asks = asks.or_else(|| {
        item.asks_for.as_ref().map(|placeholder| ValueAsk {
            words: placeholder.replace('-', " "),
            unit: String::new(),
            placeholder: Some(placeholder.clone()),
        })
    });
    let condition = item.condition.as_ref().and_then(|id| {
        outline
            .conditions
            .iter()
            .find(|condition| condition.id == *id)
            .map(|c| c.words.clone())
    });
    ItemView {
        id: item.id.clone(),
        number: item.number.clone(),
        text: item.text.clone(),
        body: item.body.clone().unwrap_or_default(),
        line: item.line,
        phase: item.phase.clone(),
        section: item.section.clone(),
        depth: item.depth,
        track: track(outline, item).to_owned(),
        stage: words::stage(item.stage).to_owned(),
        environment: item.environment.clone(),
        tile: Tile::Open,
        status: "open".to_owned(),
        marks: Vec::new(),
        word: words::tile(Tile::Open).to_owned(),
        summary: String::new(),
        resolved: false,
        reason: String::new(),
        act: None,
        measure: None,
        value: None,
        asks,
        assignee: None,
        due: None,
        condition,
        probes: probes(item),
        watch: None,
        notes: Vec::new(),
        evidence: Vec::new(),
        proposals: Vec::new(),
        conflicts: Vec::new(),
        undoable: None,
    }
}

/// The probes of an item as written, and those that cannot be read.
fn probes(item: &Item) -> Vec<ProbeView> {
    let written = item.probes.iter().map(|probe| ProbeView {
        hash: probe.hash.clone(),
        kind: probe.kind.clone(),
        source: probe.source.clone(),
        line: probe.place.line,
        proves: proves(probe.proves).to_owned(),
        state: "never".to_owned(),
        verdict: None,
        summary: String::new(),
        at: None,
        measure: None,
        problem: None,
        watch: probe.watch.as_ref().map(watch::rule),
    });
    let broken = item.probe_errors.iter().map(|error| ProbeView {
        hash: String::new(),
        kind: "probe".to_owned(),
        source: String::new(),
        line: error.place.line,
        proves: "all".to_owned(),
        state: "broken".to_owned(),
        verdict: None,
        summary: String::new(),
        at: None,
        measure: None,
        problem: Some(broken_words(error)),
        watch: None,
    });
    written.chain(broken).collect()
}

/// What is wrong with a probe that cannot be read, where, and what to do about it.
pub(crate) fn broken_words(error: &Diagnostic) -> String {
    let place = error.place;
    let words = format!(
        "line {}, column {}: {}",
        place.line, place.column, error.message
    );
    match &error.hint {
        Some(hint) => format!("{words}. {hint}"),
        None => words,
    }
}

fn proves(proves: countersign_core::probe::Proves) -> &'static str {
    match proves {
        countersign_core::probe::Proves::All => "all",
        countersign_core::probe::Proves::Part => "part",
    }
}
