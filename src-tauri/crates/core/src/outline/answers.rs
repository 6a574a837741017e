//! Which items answer a success criterion, and which item gives a placeholder its value.

use std::collections::BTreeSet;

use super::around::Placeholder;
use super::model::{ItemKind, Outline, ValueAsk};
use super::patterns as re;
use super::words;

/// Words that tell two lines apart too little.
const FILLERS: &[&str] = &[
    "a",
    "all",
    "and",
    "are",
    "as",
    "at",
    "be",
    "correctly",
    "for",
    "in",
    "is",
    "no",
    "of",
    "on",
    "or",
    "the",
    "to",
    "with",
    "id",
    "name",
    "number",
    "value",
    "info",
];

/// How many pairs of a criterion or placeholder and an item are compared at most.
const MOST_PAIRS: usize = 250_000;

/// Binds criteria and placeholders. Both are only offers that a person can change.
pub(super) fn bind(outline: &mut Outline) {
    criteria(outline);
    placeholders(outline);
}

/// A criterion is answered by the items that repeat its threshold, or nearly its words.
fn criteria(outline: &mut Outline) {
    if outline.criteria.is_empty() {
        return;
    }
    let items: Vec<(String, BTreeSet<String>, Option<ValueAsk>)> = outline
        .work_items()
        .map(|item| {
            (
                item.id.clone(),
                telling(&item.text),
                item.asks_value.clone(),
            )
        })
        .collect();
    let most = MOST_PAIRS / items.len().max(1);
    for criterion in outline.criteria.iter_mut().take(most) {
        let wanted = telling(&criterion.text);
        criterion.answered_by = items
            .iter()
            .filter(|(_, words, value)| match (&criterion.asks_value, value) {
                (Some(asked), Some(value)) => {
                    same_threshold(asked, value) && words.intersection(&wanted).count() >= 2
                }
                (None, None) => same_words(&wanted, words),
                _ => false,
            })
            .map(|(id, _, _)| id.clone())
            .collect();
    }
}

fn same_threshold(a: &ValueAsk, b: &ValueAsk) -> bool {
    (a.op, &a.unit, &a.limit, &a.min, &a.max) == (b.op, &b.unit, &b.limit, &b.min, &b.max)
}

/// At least three of four words are shared.
fn same_words(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    let shared = a.intersection(b).count();
    shared >= 2 && shared * 4 >= a.union(b).count() * 3
}

fn telling(text: &str) -> BTreeSet<String> {
    words::words(text)
        .into_iter()
        .filter(|word| !FILLERS.contains(&word.as_str()))
        .collect()
}

/// "Application backup created" gives the rollback's `<backup-name>`: the item creates what the
/// placeholder names, and where several do, it shares most words with the step that needs it.
fn placeholders(outline: &mut Outline) {
    let mut asked: BTreeSet<&str> = BTreeSet::new();
    let needed: Vec<&Placeholder> = outline
        .placeholders
        .iter()
        .filter(|one| one.rollback && asked.insert(&one.id))
        .collect();
    if needed.is_empty() {
        return;
    }
    let makers: Vec<(usize, BTreeSet<String>)> = outline
        .items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.kind == ItemKind::Work && re::CREATED.is_match(&item.text))
        .map(|(index, item)| (index, telling(&item.text)))
        .collect();
    let mut feeds: Vec<(usize, String)> = Vec::new();
    for placeholder in needed.iter().take(MOST_PAIRS / makers.len().max(1)) {
        let wanted = telling(&placeholder.text);
        if wanted.is_empty() {
            continue;
        }
        let step = placeholder
            .item
            .as_deref()
            .and_then(|id| outline.item(id))
            .map(|item| telling(&item.text))
            .unwrap_or_default();
        let mut best: Option<(usize, usize)> = None;
        for (index, words) in makers.iter().filter(|(_, words)| wanted.is_subset(words)) {
            let shared = words.intersection(&step).count();
            if best.is_none_or(|(_, most)| shared > most) {
                best = Some((*index, shared));
            }
        }
        if let Some((index, _)) = best {
            feeds.push((index, placeholder.id.clone()));
        }
    }
    for (index, id) in feeds {
        outline.items[index].asks_for = Some(id);
    }
}
