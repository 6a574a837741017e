//! What the events of a run add up to.
//!
//! [`RunState::apply`] takes events in any causally possible order, also before their ancestors,
//! and comes to the same state. Nothing here looks at a clock or at Markdown.

mod attempts;
mod conditions;
mod item;
mod key;
mod observations;
mod order;
mod outlines;
mod particulars;
mod past;
mod people;
mod proposals;
mod register;
mod roles;
mod rollback;
mod signoffs;
mod status;
mod versions;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

pub use attempts::{Attempt, AttemptPhase, Ended};
pub use conditions::{ConditionState, CriterionMet, CriterionState};
pub use item::{
    Act, Conflict, Derived, Evidence, ItemState, Marks, Note, ProbeResult, ProbeState, Proposal,
    ProposalFate, ProposalKind, Status, Watch,
};
pub use particulars::{EnvironmentState, Filled, Release};
pub use past::SpokenItem;
pub use register::UndoRefusal;
pub use roles::{Handover, RoleState};
pub use rollback::{Activation, ActivationPhase};
pub use signoffs::{AttestationState, Rider, SignoffState};
pub use view::{ActivationView, RunView};

use self::key::Key;
use self::observations::Observations;
use self::order::{Ix, Order};
use self::outlines::OutlineIndex;
use self::people::People;
use self::register::Register;
use self::versions::{ItemKey, Versions};
use super::body::{ChecklistAdopted, ReleaseSet, RunNamed, Scope};
use super::event::{Chain, SealedEvent};
use super::ident::{DeviceId, Digest, EventId, ProbeHash, RunId};
use super::kind::Kind;
use super::pinned::Pinned;

/// Why a run can be looked at but not continued here.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadOnly {
    /// Events of these kinds come from a newer version, or are not understood.
    UnknownKinds(Vec<String>),
    /// The outline with this digest is not here.
    OutlineMissing(Digest),
    /// These events do not continue the chain they claim to continue.
    BrokenChain(Vec<EventId>),
}

/// A device whose chain forked: two different events claim the same place.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Fork {
    /// The device.
    pub device: DeviceId,
    /// The first event of every branch, sorted.
    pub branches: Vec<EventId>,
    /// True when a person has seen exactly these branches.
    pub acknowledged: bool,
}

#[derive(Clone, Debug, Default)]
struct ItemLog {
    notes: Vec<Ix>,
    evidence: Vec<Ix>,
    watches: Vec<Ix>,
}

/// A run, folded from its events.
#[derive(Clone, Debug, Default)]
pub struct RunState {
    order: Order,
    outlines: BTreeMap<Digest, Arc<OutlineIndex>>,
    versions: Versions,
    registers: BTreeMap<Key, Register<Kind>>,
    logs: BTreeMap<(Scope, ItemKey), ItemLog>,
    observations: BTreeMap<(Scope, ItemKey), BTreeMap<ProbeHash, Observations>>,
    rehearsals: BTreeMap<(Scope, ItemKey), BTreeMap<ProbeHash, Observations>>,
    history: BTreeMap<ItemKey, Vec<Ix>>,
    /// Events of the kinds that are few, by the kind's word.
    by_kind: BTreeMap<&'static str, Vec<Ix>>,
    undone: BTreeSet<Ix>,
    ineffective: BTreeMap<EventId, UndoRefusal>,
    unknown: BTreeSet<(String, EventId)>,
    people: People,
    /// The items of the current scope, read once after each change.
    current: OnceLock<Vec<Option<ItemState>>>,
}

impl RunState {
    /// A run of which nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Folds events with the outlines they name.
    #[must_use]
    pub fn fold(
        events: impl IntoIterator<Item = SealedEvent>,
        outlines: impl IntoIterator<Item = (Digest, Arc<Pinned>)>,
    ) -> Self {
        let mut state = Self::new();
        for (digest, pinned) in outlines {
            state.add_outline(digest, pinned);
        }
        for event in events {
            state.apply(event);
        }
        state
    }

    /// Makes an outline known. May come before or after the event that names it.
    pub fn add_outline(&mut self, digest: Digest, pinned: Arc<Pinned>) {
        self.current = OnceLock::new();
        self.outlines
            .insert(digest, Arc::new(OutlineIndex::new(pinned)));
    }

    /// Takes an event in. Returns the ids of all events that count from now on: none for a known
    /// event or one whose ancestors are missing, several when others waited for this one.
    pub fn apply(&mut self, sealed: SealedEvent) -> Vec<EventId> {
        let placed = self.order.take(sealed);
        self.current = OnceLock::new();
        for ix in &placed {
            self.fold_one(*ix);
        }
        placed
            .into_iter()
            .map(|ix| self.order.sealed(ix).id().clone())
            .collect()
    }

    fn fold_one(&mut self, ix: Ix) {
        let version = self.versions.note(&self.order, ix);
        let sealed = self.order.sealed(ix);
        self.people.note(&self.order, ix, &sealed.event().author);
        let kind = &sealed.event().kind;
        let place =
            key::item_of(kind).map(|(scope, id)| (scope.clone(), self.versions.item(version, id)));
        if let Some((_, item)) = &place {
            self.history.entry(*item).or_default().push(ix);
        }
        match (kind, place) {
            (Kind::Unknown { kind, .. }, _) => {
                self.unknown.insert((kind.clone(), sealed.id().clone()));
            }
            (Kind::RunOpened(body), _) => {
                self.versions.adopt(ix, None, &[]);
                let opening = [
                    Some((
                        Key::Name,
                        Kind::RunNamed(RunNamed {
                            name: body.name.clone(),
                            resolves: Vec::new(),
                        }),
                    )),
                    body.release.clone().map(|release| {
                        let body = ReleaseSet {
                            release: Some(release),
                            commit: None,
                            components: Vec::new(),
                            resolves: Vec::new(),
                        };
                        (Key::Release, Kind::ReleaseSet(body))
                    }),
                    Some((
                        Key::Checklist,
                        Kind::ChecklistAdopted(ChecklistAdopted {
                            checklist: body.checklist.clone(),
                            sidecar: body.sidecar.clone(),
                            outline: body.outline.clone(),
                            map: Vec::new(),
                            reason: None,
                            resolves: Vec::new(),
                        }),
                    )),
                ];
                for (key, value) in opening.into_iter().flatten() {
                    self.registers
                        .entry(key)
                        .or_default()
                        .write(&self.order, ix, value, &[]);
                }
            }
            (Kind::Observation(body), Some(place)) => {
                let kept = if body.rehearsal {
                    &mut self.rehearsals
                } else {
                    &mut self.observations
                };
                kept.entry(place)
                    .or_default()
                    .entry(body.probe.clone())
                    .or_default()
                    .add(&self.order, ix);
            }
            (Kind::ItemNote(_), Some(place)) => self.logs.entry(place).or_default().notes.push(ix),
            (Kind::ItemEvidence(_), Some(place)) => {
                self.logs.entry(place).or_default().evidence.push(ix)
            }
            (Kind::WatchStarted(_) | Kind::WatchStopped(_), Some(place)) => {
                self.logs.entry(place).or_default().watches.push(ix)
            }
            (Kind::Undo(body), _) => {
                let target = body.event.clone();
                if let Err(refusal) = self.undo(ix, &target) {
                    self.ineffective
                        .insert(self.order.sealed(ix).id().clone(), refusal);
                }
            }
            (_, place) => {
                if let Kind::ChecklistAdopted(body) = kind {
                    self.versions.adopt(ix, Some(version), &body.map);
                }
                if let Kind::RoleSet(body) = kind {
                    self.people.note_all(&self.order, ix, body.holder.iter());
                }
                if let Some(writing) = key::writing_of(kind, place.map(|(_, item)| item)) {
                    self.registers.entry(writing.key).or_default().write(
                        &self.order,
                        ix,
                        writing.value,
                        writing.resolves,
                    );
                }
                if let Some(word) = key::listed(kind) {
                    self.by_kind.entry(word).or_default().push(ix);
                }
            }
        }
        self.note_in_history(ix);
    }

    /// An undo and a decision belong to the history of the item that they are about.
    fn note_in_history(&mut self, ix: Ix) {
        let about = match &self.order.sealed(ix).event().kind {
            Kind::Undo(body) => &body.event,
            Kind::ProposalAccepted(body) | Kind::ProposalRejected(body) => &body.proposal,
            _ => return,
        };
        if let Some(item) = self.order.get(about).and_then(|about| self.item_at(about)) {
            self.history.entry(item).or_default().push(ix);
        }
    }

    fn item_at(&self, ix: Ix) -> Option<ItemKey> {
        let (_, id) = key::item_of(&self.order.sealed(ix).event().kind)?;
        self.versions.known(self.versions.of(ix), id)
    }

    fn register_of(&self, ix: Ix) -> Option<Key> {
        key::writing_of(&self.order.sealed(ix).event().kind, self.item_at(ix))
            .map(|writing| writing.key)
    }

    fn undo(&mut self, ix: Ix, target: &EventId) -> Result<(), UndoRefusal> {
        let target = self
            .order
            .get(target)
            .filter(|target| *target != ix && self.order.reaches(ix, *target))
            .ok_or(UndoRefusal::NotKnown)?;
        match &self.order.sealed(target).event().kind {
            Kind::ItemNote(_) | Kind::ItemEvidence(_) => {
                self.undone.insert(target);
                Ok(())
            }
            _ => {
                let key = self.written_by(target).ok_or(UndoRefusal::NotUndoable)?;
                self.registers
                    .get_mut(&key)
                    .ok_or(UndoRefusal::NotHeld)?
                    .undo(&self.order, ix, target)
            }
        }
    }

    /// The register that an event wrote and an undo may write again. An undo wrote where the event
    /// that it took back did. An adoption is not undone but followed by another.
    fn written_by(&self, ix: Ix) -> Option<Key> {
        let mut wrote = ix;
        while let Kind::Undo(body) = &self.order.sealed(wrote).event().kind {
            // An undo that counts names one of its ancestors, so this ends.
            wrote = self
                .order
                .get(&body.event)
                .filter(|earlier| *earlier != wrote && self.order.reaches(wrote, *earlier))?;
        }
        self.register_of(wrote).filter(|key| *key != Key::Checklist)
    }

    /// Whether an undo of this event, written now, would have an effect.
    ///
    /// # Errors
    /// Why it would not.
    pub fn may_undo(&self, event: &EventId) -> Result<(), UndoRefusal> {
        let target = self.order.get(event).ok_or(UndoRefusal::NotKnown)?;
        if let Kind::ItemNote(_) | Kind::ItemEvidence(_) = &self.order.sealed(target).event().kind {
            return if self.undone.contains(&target) {
                Err(UndoRefusal::NotHeld)
            } else {
                Ok(())
            };
        }
        let key = self.written_by(target).ok_or(UndoRefusal::NotUndoable)?;
        let held = self
            .registers
            .get(&key)
            .is_some_and(|register| register.undoable(target));
        held.then_some(()).ok_or(UndoRefusal::NotHeld)
    }

    /// The run's id; `None` before its opening is known.
    #[must_use]
    pub fn run(&self) -> Option<RunId> {
        (self.order.len() > 0).then(|| self.order.sealed(0).run())
    }

    /// The opening event.
    #[must_use]
    pub fn opening(&self) -> Option<&SealedEvent> {
        (self.order.len() > 0).then(|| self.order.sealed(0))
    }

    /// How many events count.
    #[must_use]
    pub fn event_count(&self) -> usize {
        self.order.len()
    }

    /// An event that counts.
    #[must_use]
    pub fn event(&self, id: &EventId) -> Option<&SealedEvent> {
        self.order.get(id).map(|ix| self.order.sealed(ix))
    }

    /// Every event that counts, in the one order: the longest way from the opening, then the id.
    #[must_use]
    pub fn events(&self) -> Vec<&SealedEvent> {
        let mut all: Vec<Ix> = (0..self.order.len())
            .filter_map(|ix| Ix::try_from(ix).ok())
            .collect();
        self.order.sort(&mut all);
        all.into_iter().map(|ix| self.order.sealed(ix)).collect()
    }

    /// The run as the author of an event knew it, the event included: the fold of its ancestors.
    #[must_use]
    pub fn as_of(&self, event: &EventId) -> Self {
        let mut then = Self {
            outlines: self.outlines.clone(),
            ..Self::default()
        };
        if let Some(last) = self.order.get(event) {
            for ix in (0..self.order.len())
                .filter_map(|ix| Ix::try_from(ix).ok())
                .filter(|ix| self.order.reaches(last, *ix))
            {
                then.apply(self.order.sealed(ix).clone());
            }
        }
        then
    }

    /// Whether `earlier` is an ancestor of `later`, or the same event.
    #[must_use]
    pub fn follows(&self, later: &EventId, earlier: &EventId) -> bool {
        match (self.order.get(later), self.order.get(earlier)) {
            (Some(later), Some(earlier)) => self.order.reaches(later, earlier),
            _ => false,
        }
    }

    /// The events about an item of the current outline, in all its lives, in the one order.
    #[must_use]
    pub fn history(&self, item: &str) -> Vec<&SealedEvent> {
        let mut events = self
            .current_key(item)
            .and_then(|key| self.history.get(&key))
            .cloned()
            .unwrap_or_default();
        self.order.sort(&mut events);
        events.into_iter().map(|ix| self.order.sealed(ix)).collect()
    }

    /// Undos that have no effect, and why.
    #[must_use]
    pub fn ineffective(&self) -> &BTreeMap<EventId, UndoRefusal> {
        &self.ineffective
    }

    /// Events that wait for ancestors, sorted by id.
    #[must_use]
    pub fn pending(&self) -> Vec<EventId> {
        self.order.waiting()
    }

    /// The heads of every device, in the one order; more than one where its chain forked.
    #[must_use]
    pub fn heads(&self) -> BTreeMap<DeviceId, Vec<EventId>> {
        let ids = |tips: Vec<Ix>| {
            tips.into_iter()
                .map(|ix| self.order.sealed(ix).id().clone())
                .collect()
        };
        self.order
            .heads()
            .into_iter()
            .map(|(device, tips)| (device, ids(tips)))
            .collect()
    }

    /// Where the next event of a device goes.
    #[must_use]
    pub fn next_chain(&self, device: &DeviceId) -> Chain {
        self.order.next(device)
    }

    /// Devices whose chain forked.
    #[must_use]
    pub fn forks(&self) -> Vec<Fork> {
        let seen: BTreeSet<&[EventId]> = self
            .listed("fork.acknowledged")
            .filter_map(|ix| match &self.order.sealed(ix).event().kind {
                Kind::ForkAcknowledged(body) => Some(&body.branches[..]),
                _ => None,
            })
            .collect();
        let forks = self.order.forks().into_iter();
        forks
            .map(|(device, branches)| Fork {
                acknowledged: seen.contains(&branches[..]),
                device,
                branches,
            })
            .collect()
    }

    /// Why the run can only be looked at; `None` when it can be continued.
    #[must_use]
    pub fn read_only(&self) -> Option<ReadOnly> {
        if !self.unknown.is_empty() {
            let mut kinds: Vec<String> =
                self.unknown.iter().map(|(kind, _)| kind.clone()).collect();
            kinds.dedup();
            return Some(ReadOnly::UnknownKinds(kinds));
        }
        let broken: Vec<EventId> = self.order.broken().cloned().collect();
        if !broken.is_empty() {
            return Some(ReadOnly::BrokenChain(broken));
        }
        let digest = self.outline_digest()?;
        (!self.outlines.contains_key(digest)).then(|| ReadOnly::OutlineMissing(digest.clone()))
    }

    fn listed(&self, word: &str) -> impl Iterator<Item = Ix> + '_ {
        let mut list = self.by_kind.get(word).cloned().unwrap_or_default();
        self.order.sort(&mut list);
        list.into_iter()
    }

    fn value(&self, key: &Key) -> Option<(&Kind, Ix)> {
        self.registers.get(key)?.value()
    }

    fn act(&self, ix: Ix) -> Act {
        let sealed = self.order.sealed(ix);
        let event = sealed.event();
        let (by, at) = match &event.kind {
            Kind::ItemStatus(body) => (&body.performed_by, body.performed_at),
            Kind::ItemValue(body) => (&body.performed_by, body.performed_at),
            Kind::ItemNote(body) => (&body.performed_by, body.performed_at),
            Kind::ItemEvidence(body) => (&body.performed_by, body.performed_at),
            _ => (&None, None),
        };
        Act {
            event: sealed.id().clone(),
            author: event.author.clone(),
            device: event.device.clone(),
            time: event.time,
            performed_by: by.clone(),
            performed_at: at,
        }
    }
}
