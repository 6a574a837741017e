//! Who takes part in a run, as far as its events say.

use std::collections::BTreeMap;

use super::order::{Ix, Order};
use crate::ledger::event::Author;

/// Everybody who wrote an event or was named for a role.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    /// By identity: events from which the person is known, none an ancestor of another.
    known: BTreeMap<String, Vec<Ix>>,
}

impl People {
    pub(super) fn note(&mut self, order: &Order, ix: Ix, person: &Author) {
        let identity = person.identity();
        match self.known.get_mut(identity) {
            Some(first) => {
                if !first.iter().any(|known| order.reaches(ix, *known)) {
                    first.push(ix);
                }
            }
            None => {
                self.known.insert(identity.to_owned(), vec![ix]);
            }
        }
    }

    pub(super) fn note_all<'a>(
        &mut self,
        order: &Order,
        ix: Ix,
        people: impl Iterator<Item = &'a Author>,
    ) {
        for person in people {
            self.note(order, ix, person);
        }
    }

    /// Whether anybody else than `identity` was known to the author of `event`.
    pub(super) fn others_before(&self, order: &Order, event: Ix, identity: &str) -> bool {
        self.known.iter().any(|(other, first)| {
            other != identity && first.iter().any(|known| order.reaches(event, *known))
        })
    }

    /// Everybody's identity, sorted.
    pub(super) fn all(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.known.keys().map(String::as_str).collect();
        all.sort_unstable();
        all
    }
}
