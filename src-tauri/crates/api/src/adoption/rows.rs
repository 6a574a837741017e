//! The items that differ between two versions, as they are shown.

use std::collections::BTreeMap;

use countersign_core::outline::{Item, Outline};

use super::Correspondence;
use super::differences::{facts, place, probes, text};
use crate::open_run::OpenRun;
use crate::wire::adoption::{AdoptedItem, AdoptionKind, AdoptionRow};

/// An item as it stands in a version.
pub(super) fn adopted_item(outline: &Outline, item: &Item) -> AdoptedItem {
    AdoptedItem {
        id: item.id.clone(),
        number: item.number.clone(),
        text: item.text.clone(),
        place: place(outline, item),
    }
}

/// How many rows are of items that stay and differ.
pub(super) fn paired(rows: &[AdoptionRow]) -> usize {
    let both = rows
        .iter()
        .filter(|row| row.old.is_some() && row.new.is_some());
    both.count()
}

/// Items that differ, in the reading order of the new version; what is gone stands where it stood.
pub(super) fn rows(open: &OpenRun, new: &Outline, between: &Correspondence) -> Vec<AdoptionRow> {
    let old = open.outline();
    let place_of: BTreeMap<&str, usize> = new
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| (item.id.as_str(), at + 1))
        .collect();
    let proposals = between.map.proposals(old, new);
    let mut placed: Vec<(usize, AdoptionRow)> = Vec::new();
    let mut last = 0;
    for before in &old.items {
        let became = between.pairing.pairs.get(&before.id);
        let after = became.and_then(|id| new.item(id));
        let kind = match after {
            Some(after) => {
                last = place_of.get(after.id.as_str()).copied().unwrap_or(last);
                AdoptionKind::Changed
            }
            None if between.pairing.undecided.contains(&before.id) => AdoptionKind::Undecided,
            None => AdoptionKind::Gone,
        };
        let mut row = old_row(open, before, after.map(|after| (new, after)), kind);
        if kind == AdoptionKind::Undecided
            && let Some(likely) = proposals.get(&before.id).and_then(|id| new.item(id))
        {
            row.text = text(&before.text, &likely.text);
        }
        let differs = after.is_none_or(|after| {
            before.text_hash != after.text_hash || !row.facts.is_empty() || !row.probes.is_empty()
        });
        let asked = between
            .map
            .asked
            .iter()
            .find(|asked| asked.old == before.id);
        if differs || asked.is_some() && !row_is_silent(open, before) {
            let candidates = asked.map(|asked| {
                let first = proposals.get(&before.id).into_iter().cloned();
                let others = asked.candidates.iter().cloned();
                let mut list: Vec<String> = first.clone().collect();
                list.extend(others.filter(|id| !first.clone().any(|known| known == *id)));
                list
            });
            let candidates = candidates.unwrap_or_default();
            placed.push((last, AdoptionRow { candidates, ..row }));
        }
    }
    // What an undecided item most likely becomes stands beside it, and is not new besides.
    let likely: Vec<&String> = between
        .pairing
        .undecided
        .iter()
        .filter_map(|id| proposals.get(id))
        .collect();
    for id in between
        .pairing
        .added
        .iter()
        .filter(|id| !likely.contains(id))
    {
        if let Some(item) = new.item(id) {
            let at = place_of.get(id.as_str()).copied().unwrap_or(last);
            placed.push((at, added_row(new, item)));
        }
    }
    placed.sort_by_key(|(at, _)| *at);
    placed.into_iter().map(|(_, row)| row).collect()
}

/// Whether nothing was ever said of an item, so that nothing goes on or is lost with it.
fn row_is_silent(open: &OpenRun, item: &Item) -> bool {
    open.state.history(&item.id).is_empty()
}

fn old_row(
    open: &OpenRun,
    before: &Item,
    after: Option<(&Outline, &Item)>,
    kind: AdoptionKind,
) -> AdoptionRow {
    let old = open.outline();
    let shown = open.shown.get(&before.id).map(|(view, _)| view);
    let same = |item: &Item| text(&item.text, &item.text);
    AdoptionRow {
        kind,
        old: Some(adopted_item(old, before)),
        new: after.map(|(new, after)| adopted_item(new, after)),
        tile: shown.map(|view| view.tile),
        word: shown.map(|view| view.word.clone()).unwrap_or_default(),
        entries: open.state.history(&before.id).len() as u32,
        candidates: Vec::new(),
        text: after.map_or_else(
            || same(before),
            |(_, after)| text(&before.text, &after.text),
        ),
        facts: after.map_or_else(Vec::new, |(new, after)| facts(old, before, new, after)),
        probes: after.map_or_else(Vec::new, |(_, after)| probes(&before.probes, &after.probes)),
    }
}

fn added_row(new: &Outline, item: &Item) -> AdoptionRow {
    AdoptionRow {
        kind: AdoptionKind::Added,
        old: None,
        new: Some(adopted_item(new, item)),
        tile: None,
        word: String::new(),
        entries: 0,
        candidates: Vec::new(),
        text: text(&item.text, &item.text),
        facts: Vec::new(),
        probes: probes(&[], &item.probes),
    }
}
