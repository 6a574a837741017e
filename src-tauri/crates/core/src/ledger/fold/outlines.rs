//! Outlines with what the fold looks up in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::RunState;
use super::key::Key;
use super::order::Ix;
use super::versions::ItemKey;
use crate::ledger::body::{ChecklistAdopted, FileRef};
use crate::ledger::ident::Digest;
use crate::ledger::kind::Kind;
use crate::ledger::pinned::{Pinned, PinnedProbe};
use crate::outline::{ChoiceGroup, Item, Outline, SignOffPoint};

/// A pinned outline and where its items are.
#[derive(Debug)]
pub(super) struct OutlineIndex {
    pub(super) pinned: Arc<Pinned>,
    items: BTreeMap<String, usize>,
    probes: BTreeMap<String, Vec<usize>>,
    choices: BTreeMap<String, usize>,
    points: BTreeMap<String, usize>,
}

impl OutlineIndex {
    pub(super) fn new(pinned: Arc<Pinned>) -> Self {
        let mut index = Self {
            items: BTreeMap::new(),
            probes: BTreeMap::new(),
            choices: BTreeMap::new(),
            points: BTreeMap::new(),
            pinned: Arc::clone(&pinned),
        };
        for (at, item) in pinned.outline.items.iter().enumerate() {
            index.items.insert(item.id.clone(), at);
        }
        for (at, probe) in pinned.probes.iter().enumerate() {
            index.probes.entry(probe.item.clone()).or_default().push(at);
        }
        for (at, group) in pinned.outline.choices.iter().enumerate() {
            for item in &group.items {
                index.choices.entry(item.clone()).or_insert(at);
            }
        }
        for (at, point) in pinned.outline.points.iter().enumerate() {
            for item in &point.items {
                index.points.entry(item.clone()).or_insert(at);
            }
        }
        index
    }

    pub(super) fn item(&self, id: &str) -> Option<&Item> {
        self.items
            .get(id)
            .and_then(|at| self.pinned.outline.items.get(*at))
    }

    /// The place of an item in the outline's list.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.items.get(id).copied()
    }

    pub(super) fn probes(&self, item: &str) -> impl Iterator<Item = &PinnedProbe> {
        let places = self.probes.get(item).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|at| self.pinned.probes.get(*at))
    }

    pub(super) fn choice(&self, item: &str) -> Option<&ChoiceGroup> {
        self.choices
            .get(item)
            .and_then(|at| self.pinned.outline.choices.get(*at))
    }

    /// The first sign-off point that covers an item.
    pub(super) fn first_point(&self, item: &str) -> Option<&SignOffPoint> {
        self.points
            .get(item)
            .and_then(|at| self.pinned.outline.points.get(*at))
    }
}

impl RunState {
    /// The adoption (or the opening) whose outline is in use: of several, the last of the one order.
    pub(super) fn current_adoption(&self) -> Option<Ix> {
        self.registers.get(&Key::Checklist)?.last_change()
    }

    fn adopted(&self) -> Option<&ChecklistAdopted> {
        // While adoptions conflict, the last of the one order is shown; the conflict blocks sign-off.
        let register = self.registers.get(&Key::Checklist)?;
        let last = register.last_change()?;
        register.set_by(last).and_then(|kind| match kind {
            Kind::ChecklistAdopted(body) => Some(body),
            _ => None,
        })
    }

    /// The outline that the opening or the adoption at `ix` names, where it is known.
    pub(super) fn outline_adopted_by(&self, ix: Ix) -> Option<&OutlineIndex> {
        let digest = match &self.order.sealed(ix).event().kind {
            Kind::RunOpened(body) => &body.outline,
            Kind::ChecklistAdopted(body) => &body.outline,
            _ => return None,
        };
        self.outlines.get(digest).map(|index| &**index)
    }

    /// The digest of the outline in use.
    #[must_use]
    pub fn outline_digest(&self) -> Option<&Digest> {
        self.adopted().map(|adopted| &adopted.outline)
    }

    /// The checklist in use, and its sidecar.
    #[must_use]
    pub fn checklist(&self) -> Option<(&FileRef, Option<&FileRef>)> {
        self.adopted()
            .map(|adopted| (&adopted.checklist, adopted.sidecar.as_ref()))
    }

    pub(super) fn index(&self) -> Option<&Arc<OutlineIndex>> {
        self.outlines.get(self.outline_digest()?)
    }

    /// The pinned outline in use; `None` while it is not known.
    #[must_use]
    pub fn pinned(&self) -> Option<&Pinned> {
        self.index().map(|index| &*index.pinned)
    }

    /// As [`RunState::pinned`], to be held on to while the state changes.
    #[must_use]
    pub fn shared_pinned(&self) -> Option<Arc<Pinned>> {
        self.index().map(|index| Arc::clone(&index.pinned))
    }

    /// The outline in use; `None` while it is not known.
    #[must_use]
    pub fn outline(&self) -> Option<&Outline> {
        self.pinned().map(|pinned| &pinned.outline)
    }

    /// An item of the outline in use.
    #[must_use]
    pub fn outline_item(&self, id: &str) -> Option<&Item> {
        self.index()?.item(id)
    }

    /// The probes of an item, in document order.
    pub fn probes_of(&self, item: &str) -> impl Iterator<Item = &PinnedProbe> {
        self.index()
            .into_iter()
            .flat_map(move |index| index.probes(item))
    }

    /// The identity of an item of the current outline, when an event ever spoke of it.
    pub(super) fn current_key(&self, item: &str) -> Option<ItemKey> {
        self.versions
            .known(self.versions.pinned_by(self.current_adoption()?)?, item)
    }
}
