//! Which item an event means when the checklist changed while the run went on.
//!
//! An event speaks of items as its author knew them: by the ids of the outline that was adopted
//! last among its own ancestors. The map of each adoption carries an item's identity on.

use std::collections::BTreeMap;

use super::order::{Ix, Order};
use crate::ledger::body::ItemMapping;

/// An item's identity through all versions of the checklist. Its number is of this process only.
pub(super) type ItemKey = u32;

#[derive(Clone, Debug)]
struct Version {
    event: Ix,
    items: BTreeMap<String, ItemKey>,
}

/// The versions of the checklist that a run has used.
#[derive(Clone, Debug, Default)]
pub(super) struct Versions {
    list: Vec<Version>,
    of_event: Vec<usize>,
    keys: ItemKey,
}

impl Versions {
    /// Notes which version the event at `ix` speaks in, before the event itself is folded.
    pub(super) fn note(&mut self, order: &Order, ix: Ix) -> usize {
        let version = order
            .followed(ix)
            .map(|parent| self.of_event[parent as usize])
            // A later adoption is further from the opening, so the greatest key is never one that another supersedes.
            .max_by(|a, b| self.key(order, *a).cmp(&self.key(order, *b)))
            .unwrap_or(0);
        self.of_event.push(version);
        version
    }

    fn key<'a>(
        &self,
        order: &'a Order,
        version: usize,
    ) -> Option<(u32, &'a crate::ledger::ident::EventId)> {
        self.list
            .get(version)
            .map(|version| order.key(version.event))
    }

    /// The event at `ix` adopts a version; `map` says which item of `before` became which.
    pub(super) fn adopt(&mut self, ix: Ix, before: Option<usize>, map: &[ItemMapping]) {
        let mut items = BTreeMap::new();
        if let Some(before) = before {
            for mapping in map {
                let key = self.item(before, &mapping.from);
                items.insert(mapping.to.clone(), key);
            }
        }
        self.of_event[ix as usize] = self.list.len();
        self.list.push(Version { event: ix, items });
    }

    /// The identity of the item that a version calls `id`.
    pub(super) fn item(&mut self, version: usize, id: &str) -> ItemKey {
        if let Some(key) = self
            .list
            .get(version)
            .and_then(|version| version.items.get(id))
        {
            return *key;
        }
        let key = self.keys;
        self.keys += 1;
        if let Some(version) = self.list.get_mut(version) {
            version.items.insert(id.to_owned(), key);
        }
        key
    }

    /// The identity of an item of a version, when any event spoke of it.
    pub(super) fn known(&self, version: usize, id: &str) -> Option<ItemKey> {
        self.list.get(version)?.items.get(id).copied()
    }

    /// The version that an event pinned.
    pub(super) fn pinned_by(&self, ix: Ix) -> Option<usize> {
        self.list.iter().position(|version| version.event == ix)
    }

    /// The event that pinned a version.
    pub(super) fn adoption(&self, version: usize) -> Option<Ix> {
        self.list.get(version).map(|version| version.event)
    }

    /// What a version calls the item of an identity.
    pub(super) fn called(&self, version: usize, key: ItemKey) -> Option<&str> {
        let items = &self.list.get(version)?.items;
        let found = items.iter().find(|(_, known)| **known == key);
        found.map(|(id, _)| id.as_str())
    }

    /// The version in which the event at `ix` speaks.
    pub(super) fn of(&self, ix: Ix) -> usize {
        self.of_event.get(ix as usize).copied().unwrap_or(0)
    }
}
