//! A value that people write, and what happens when two of them do so without knowing of each other.
//!
//! A write supersedes the heads among its own ancestors; where those conflict, only the ones it
//! names in `resolves`. What a write supersedes is a fact of the write and of its ancestors alone,
//! so every order of arrival gives the same heads.

use super::order::{Ix, Order};
use crate::ledger::ident::EventId;

#[derive(Clone, Debug)]
enum Meaning<V> {
    /// Boxed, because a run has many writes and a value can be large.
    Set(Box<V>),
    /// An undo: the values of these writes again; none of them means that nothing is set.
    Restore(Vec<usize>),
}

#[derive(Clone, Debug)]
struct Write<V> {
    event: Ix,
    meaning: Meaning<V>,
    supersedes: Vec<usize>,
}

/// All writes of one register.
#[derive(Clone, Debug)]
pub(super) struct Register<V> {
    writes: Vec<Write<V>>,
    heads: Vec<usize>,
}

impl<V> Default for Register<V> {
    fn default() -> Self {
        Self {
            writes: Vec::new(),
            heads: Vec::new(),
        }
    }
}

/// What a register holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Held<'a, V> {
    /// Nothing.
    Nothing,
    /// One value, and the event that set it (the first of the one order where several did).
    Value(&'a V, Ix),
    /// Differing values: the heads, in the one order, and the values with the events that set them.
    Conflict(Vec<Ix>, Vec<(Option<&'a V>, Ix)>),
}

/// Why an undo has no effect.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, thiserror::Error,
)]
#[serde(rename_all = "snake_case")]
pub enum UndoRefusal {
    /// The named event is not an ancestor of the undo.
    #[error("the event to undo is not known here")]
    NotKnown,
    /// The named event says something that cannot be taken back.
    #[error("this kind of event cannot be undone")]
    NotUndoable,
    /// Something else was written since, or at the same time.
    #[error("something newer stands in its place")]
    NotHeld,
}

impl<V: PartialEq> Register<V> {
    /// Records a write.
    pub(super) fn write(&mut self, order: &Order, event: Ix, value: V, resolves: &[EventId]) {
        let past = self.heads_before(order, event);
        let supersedes = if self.conflicting(&past) {
            past.into_iter()
                .filter(|head| resolves.contains(order.sealed(self.writes[*head].event).id()))
                .collect()
        } else {
            past
        };
        self.push(
            order,
            Write {
                event,
                meaning: Meaning::Set(Box::new(value)),
                supersedes,
            },
        );
    }

    /// Records an undo of `target`, or says why it has no effect.
    pub(super) fn undo(&mut self, order: &Order, event: Ix, target: Ix) -> Result<(), UndoRefusal> {
        let past = self.heads_before(order, event);
        let [held] = past[..] else {
            return Err(UndoRefusal::NotHeld);
        };
        if self.writes[held].event != target {
            return Err(UndoRefusal::NotHeld);
        }
        let restored = self.writes[held].supersedes.clone();
        self.push(
            order,
            Write {
                event,
                meaning: Meaning::Restore(restored),
                supersedes: past,
            },
        );
        Ok(())
    }

    /// Whether an undo of `target` written now would have an effect.
    pub(super) fn undoable(&self, target: Ix) -> bool {
        matches!(self.heads[..], [held] if self.writes[held].event == target)
    }

    fn push(&mut self, order: &Order, write: Write<V>) {
        let at = self.writes.len();
        self.heads.retain(|head| !write.supersedes.contains(head));
        // A write that was superseded by one that arrived earlier does not come about here: arrival is causal.
        self.heads.push(at);
        self.writes.push(write);
        let writes = &self.writes;
        self.heads.sort_unstable_by(|a, b| {
            order
                .key(writes[*a].event)
                .cmp(&order.key(writes[*b].event))
        });
    }

    /// The heads among the ancestors of `event`.
    fn heads_before(&self, order: &Order, event: Ix) -> Vec<usize> {
        if self
            .heads
            .iter()
            .all(|head| order.reaches(event, self.writes[*head].event))
        {
            // Every write is an ancestor of a head, or a head: so all of them are ancestors of the event.
            return self.heads.clone();
        }
        let mut held: Vec<usize> = (0..self.writes.len())
            .filter(|at| order.reaches(event, self.writes[*at].event))
            .collect();
        let superseded: std::collections::BTreeSet<usize> = held
            .iter()
            .flat_map(|at| self.writes[*at].supersedes.iter().copied())
            .collect();
        held.retain(|at| !superseded.contains(at));
        held.sort_unstable_by(|a, b| {
            order
                .key(self.writes[*a].event)
                .cmp(&order.key(self.writes[*b].event))
        });
        held
    }

    fn conflicting(&self, heads: &[usize]) -> bool {
        let values = self.values(heads);
        values.windows(2).any(|pair| pair[0].0 != pair[1].0)
    }

    /// The values that writes stand for: an undo stands for what it restores.
    fn values(&self, of: &[usize]) -> Vec<(Option<&V>, Ix)> {
        let mut values = Vec::with_capacity(of.len());
        let mut open: Vec<usize> = of.iter().rev().copied().collect();
        while let Some(at) = open.pop() {
            let write = &self.writes[at];
            match &write.meaning {
                Meaning::Set(value) => values.push((Some(&**value), write.event)),
                Meaning::Restore(list) if list.is_empty() => values.push((None, write.event)),
                Meaning::Restore(list) => open.extend(list.iter().rev()),
            }
        }
        values
    }

    fn held_by(&self, heads: &[usize]) -> Held<'_, V> {
        let values = self.values(heads);
        if values.windows(2).any(|pair| pair[0].0 != pair[1].0) {
            return Held::Conflict(
                heads.iter().map(|at| self.writes[*at].event).collect(),
                values,
            );
        }
        match values.first() {
            Some((Some(value), event)) => Held::Value(value, *event),
            _ => Held::Nothing,
        }
    }

    /// What it holds now.
    pub(super) fn held(&self) -> Held<'_, V> {
        self.held_by(&self.heads)
    }

    /// What it held for somebody who knew the ancestors of `event` and nothing else.
    pub(super) fn held_before(&self, order: &Order, event: Ix) -> Held<'_, V> {
        self.held_by(&self.heads_before(order, event))
    }

    /// The one value; `None` when nothing is set or values conflict.
    pub(super) fn value(&self) -> Option<(&V, Ix)> {
        match self.held() {
            Held::Value(value, event) => Some((value, event)),
            _ => None,
        }
    }

    /// What it held before the write of `event`.
    pub(super) fn superseded_by(&self, event: Ix) -> Held<'_, V> {
        match self.writes.iter().find(|write| write.event == event) {
            Some(write) => self.held_by(&write.supersedes),
            None => Held::Nothing,
        }
    }

    /// The value that the write of `event` sets; `None` for an undo.
    pub(super) fn set_by(&self, event: Ix) -> Option<&V> {
        self.writes
            .iter()
            .rev()
            .find(|write| write.event == event)
            .and_then(|write| match &write.meaning {
                Meaning::Set(value) => Some(&**value),
                Meaning::Restore(_) => None,
            })
    }

    /// The event that last changed it: the last head in the one order.
    pub(super) fn last_change(&self) -> Option<Ix> {
        self.heads.last().map(|at| self.writes[*at].event)
    }
}
