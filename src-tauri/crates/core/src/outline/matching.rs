//! Which items of a new version of a checklist are those of the old one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::model::{Item, ItemId, Outline};
use super::words;

/// In a section with more left-over items than this, edited texts are not looked for.
const MOST_EDITED: usize = 200;

/// An old item that a person must place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedItem {
    /// The old item.
    pub old: ItemId,
    /// New items that it may have become: the same text elsewhere, or nearly its text in the same
    /// section.
    pub candidates: Vec<ItemId>,
}

/// How the items of two versions of a checklist correspond.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemMap {
    /// Old item to new item: path and text hash match, once on both sides. Their status follows.
    pub matched: BTreeMap<ItemId, ItemId>,
    /// Old items whose place a person must say.
    pub asked: Vec<AskedItem>,
    /// Old items that nothing in the new version resembles.
    pub gone: Vec<ItemId>,
    /// New items that resemble nothing in the old version.
    pub added: Vec<ItemId>,
}

/// Matches the items of two outlines.
pub fn match_items(old: &Outline, new: &Outline) -> ItemMap {
    let old_paths = paths(old);
    let new_paths = paths(new);
    let by_key = |outline: &Outline, paths: &[String]| {
        let mut map: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (index, item) in outline.items.iter().enumerate() {
            let key = (paths[index].clone(), item.text_hash.clone());
            map.entry(key).or_default().push(index);
        }
        map
    };
    let new_by_key = by_key(new, &new_paths);
    let mut map = ItemMap::default();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut left: Vec<usize> = Vec::new();
    for (key, olds) in by_key(old, &old_paths) {
        match (olds.as_slice(), new_by_key.get(&key).map(Vec::as_slice)) {
            ([one], Some([other])) => {
                taken.insert(*other);
                map.matched
                    .insert(old.items[*one].id.clone(), new.items[*other].id.clone());
            }
            _ => left.extend(olds),
        }
    }
    left.sort_unstable();
    place_left_over(old, new, &old_paths, &new_paths, &left, &taken, &mut map);
    map
}

fn place_left_over(
    old: &Outline,
    new: &Outline,
    old_paths: &[String],
    new_paths: &[String],
    left: &[usize],
    taken: &BTreeSet<usize>,
    map: &mut ItemMap,
) {
    let mut by_text: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_path: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, item) in new.items.iter().enumerate() {
        if !taken.contains(&index) {
            by_text.entry(&item.text_hash).or_default().push(index);
            by_path.entry(&new_paths[index]).or_default().push(index);
        }
    }
    let mut resembled: BTreeSet<usize> = BTreeSet::new();
    for index in left {
        let item = &old.items[*index];
        let same_text = by_text.get(item.text_hash.as_str());
        let mut candidates: Vec<usize> = same_text.cloned().unwrap_or_default();
        if candidates.is_empty()
            && let Some(beside) = by_path.get(old_paths[*index].as_str())
            && beside.len() <= MOST_EDITED
        {
            let edited = |other: &&usize| is_nearly(item, &new.items[**other]);
            candidates.extend(beside.iter().filter(edited));
        }
        resembled.extend(&candidates);
        if candidates.is_empty() {
            map.gone.push(item.id.clone());
        } else {
            let ids = candidates.iter().map(|other| new.items[*other].id.clone());
            map.asked.push(AskedItem {
                old: item.id.clone(),
                candidates: ids.collect(),
            });
        }
    }
    for (index, item) in new.items.iter().enumerate() {
        if !taken.contains(&index) && !resembled.contains(&index) {
            map.added.push(item.id.clone());
        }
    }
}

/// Where each item stands: the titles above it and the texts of the items that it is nested in.
fn paths(outline: &Outline) -> Vec<String> {
    let mut sections: BTreeMap<&str, String> = BTreeMap::new();
    for phase in &outline.phases {
        for section in &phase.sections {
            let titles = std::iter::once(phase.title.as_str())
                .chain(section.above.iter().map(String::as_str))
                .chain(section.title.as_deref());
            let path: Vec<String> = titles.map(words::slug).collect();
            sections.insert(&section.id, path.join("/"));
        }
    }
    let mut by_id: BTreeMap<&str, String> = BTreeMap::new();
    outline
        .items
        .iter()
        .map(|item| {
            let above = match &item.parent {
                Some(parent) => by_id.get(parent.as_str()),
                None => sections.get(item.section.as_str()),
            };
            let path = above.cloned().unwrap_or_default();
            by_id.insert(&item.id, format!("{path}/{}", item.text_hash));
            path
        })
        .collect()
}

/// At least half of the words are shared.
fn is_nearly(old: &Item, new: &Item) -> bool {
    let of = |item: &Item| {
        words::words(&item.text)
            .into_iter()
            .collect::<BTreeSet<_>>()
    };
    let (a, b) = (of(old), of(new));
    old.kind == new.kind && a.intersection(&b).count() * 2 >= a.union(&b).count()
}
