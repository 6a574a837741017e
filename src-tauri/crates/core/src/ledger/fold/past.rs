//! Items as an event's author knew them, where the checklist has changed since.

use super::RunState;
use crate::ledger::ident::EventId;
use crate::outline::Item;

/// The item that an event speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpokenItem<'a> {
    /// The item as it stood in the version of the checklist that the event speaks in; `None` where
    /// that version's outline is not here.
    pub then: Option<&'a Item>,
    /// What the outline in use calls it; `None` where the checklist has it no more.
    pub now: Option<&'a str>,
}

impl RunState {
    /// The item called `id` in the version of the checklist that `event` speaks in. `None` for an
    /// event that is not folded.
    #[must_use]
    pub fn spoken_item<'a>(&'a self, event: &EventId, id: &'a str) -> Option<SpokenItem<'a>> {
        let ix = self.order.get(event)?;
        let version = self.versions.of(ix);
        let then = self
            .versions
            .adoption(version)
            .and_then(|adoption| self.outline_adopted_by(adoption))
            .and_then(|index| index.item(id));
        let current = self
            .current_adoption()
            .and_then(|adoption| self.versions.pinned_by(adoption));
        let now = match current {
            Some(current) if current == version => {
                self.index().and_then(|index| index.item(id)).map(|_| id)
            }
            Some(current) => self
                .versions
                .known(version, id)
                .and_then(|key| self.versions.called(current, key)),
            None => None,
        };
        Some(SpokenItem { then, now })
    }
}
