//! Which event came before which: ancestry, never clocks.
//!
//! Every event lies on a *lane*: a run of events in which each is the `prev` of the next. A device
//! has one lane; where its chain forked, one more for each branch. An event knows, per lane, how
//! many of its events are its ancestors, so that ancestry is one comparison however long a run is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::ledger::event::{Chain, SealedEvent};
use crate::ledger::ident::{DeviceId, EventId};

/// An event's place in [`Order`].
pub(super) type Ix = u32;

#[derive(Clone, Debug)]
struct Place {
    sealed: SealedEvent,
    lane: u32,
    at: u32,
    depth: u32,
    prev: Option<Ix>,
    seen: Box<[Ix]>,
    /// How many events of each lane are ancestors. The own lane's entry is not kept up: `at` says it.
    clock: Arc<[u32]>,
}

#[derive(Clone, Debug)]
struct Lane {
    device: DeviceId,
    tip: Ix,
    len: u32,
}

/// Every known event whose ancestors are all known, and the ones that still wait.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    places: Vec<Place>,
    /// By the raw bytes of the id, which compare without a detour.
    known: BTreeMap<[u8; 32], Ix>,
    lanes: Vec<Lane>,
    /// Waiting events by their id, and who waits for an id.
    waiting: BTreeMap<EventId, SealedEvent>,
    awaited: BTreeMap<EventId, Vec<EventId>>,
    /// Events whose number or device does not continue their `prev`.
    broken: BTreeSet<EventId>,
}

impl Order {
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn get(&self, id: &EventId) -> Option<Ix> {
        self.known.get(&id.to_bytes()).copied()
    }

    pub(super) fn sealed(&self, ix: Ix) -> &SealedEvent {
        &self.places[ix as usize].sealed
    }

    /// Takes an event in. Returns every event that can be folded now, in causal order: none when
    /// it is known already or its ancestors are missing, several when others waited for it.
    pub(super) fn take(&mut self, sealed: SealedEvent) -> Vec<Ix> {
        let mut ready = vec![sealed];
        let mut placed = Vec::new();
        while let Some(sealed) = ready.pop() {
            let id = sealed.id().clone();
            if self.get(&id).is_some() {
                continue;
            }
            let (prev, seen) = match self.parents(&sealed) {
                Ok(parents) => parents,
                Err(missing) => {
                    if self.waiting.insert(id.clone(), sealed).is_none() {
                        self.awaited.entry(missing).or_default().push(id);
                    }
                    continue;
                }
            };
            if !self.follows_its_chain(&sealed, prev) {
                self.broken.insert(id);
                continue;
            }
            placed.push(self.place(sealed, prev, seen));
            for waiter in self.awaited.remove(&id).unwrap_or_default() {
                ready.extend(self.waiting.remove(&waiter));
            }
        }
        placed
    }

    /// The places of the events that an event directly follows, or the first of them that is missing.
    fn parents(&self, sealed: &SealedEvent) -> Result<(Option<Ix>, Box<[Ix]>), EventId> {
        let place = |id: &EventId| self.get(id).ok_or_else(|| id.clone());
        let event = sealed.event();
        let prev = event.prev.as_ref().map(place).transpose()?;
        Ok((
            prev,
            event.seen.iter().map(place).collect::<Result<_, _>>()?,
        ))
    }

    /// Each event continues its own device's chain and belongs to the run of the first one.
    fn follows_its_chain(&self, sealed: &SealedEvent, prev: Option<Ix>) -> bool {
        let event = sealed.event();
        let same_run = self.places.first().is_none_or(|first| {
            event
                .run
                .as_ref()
                .is_some_and(|run| first.sealed.opens(run))
        });
        let continues = match prev {
            Some(prev) => {
                let prev = self.sealed(prev).event();
                prev.device == event.device && Some(event.seq) == prev.seq.checked_add(1)
            }
            None => event.seq == 0,
        };
        same_run && continues
    }

    fn place(&mut self, sealed: SealedEvent, prev: Option<Ix>, seen: Box<[Ix]>) -> Ix {
        let ix = Ix::try_from(self.places.len()).unwrap_or(Ix::MAX);
        let depth = prev
            .iter()
            .chain(seen.iter())
            .map(|parent| self.places[*parent as usize].depth + 1)
            .max()
            .unwrap_or(0);

        let on_tip = prev
            .map(|prev| self.places[prev as usize].lane)
            .filter(|lane| self.lanes[*lane as usize].tip == prev.unwrap_or(Ix::MAX));
        let (lane, at) = match on_tip {
            Some(lane) => {
                let entry = &mut self.lanes[lane as usize];
                entry.tip = ix;
                entry.len += 1;
                (lane, entry.len - 1)
            }
            None => {
                let lane = u32::try_from(self.lanes.len()).unwrap_or(u32::MAX);
                self.lanes.push(Lane {
                    device: sealed.event().device.clone(),
                    tip: ix,
                    len: 1,
                });
                (lane, 0)
            }
        };
        let clock = match prev {
            // The common event follows only its own device: it shares its predecessor's clock.
            Some(prev) if seen.is_empty() && on_tip.is_some() => {
                Arc::clone(&self.places[prev as usize].clock)
            }
            _ => self.joined(prev.iter().chain(seen.iter()).copied()),
        };
        self.known.insert(sealed.id().to_bytes(), ix);
        self.places.push(Place {
            sealed,
            lane,
            at,
            depth,
            prev,
            seen,
            clock,
        });
        ix
    }

    fn joined(&self, parents: impl Iterator<Item = Ix>) -> Arc<[u32]> {
        let mut clock = vec![0; self.lanes.len()];
        for parent in parents {
            let place = &self.places[parent as usize];
            for (mine, theirs) in clock.iter_mut().zip(place.clock.iter()) {
                *mine = (*mine).max(*theirs);
            }
            let own = &mut clock[place.lane as usize];
            *own = (*own).max(place.at + 1);
        }
        clock.into()
    }

    /// The events that an event directly follows.
    pub(super) fn followed(&self, ix: Ix) -> impl Iterator<Item = Ix> {
        let place = &self.places[ix as usize];
        place.prev.iter().chain(place.seen.iter()).copied()
    }

    /// Whether `earlier` is `later` or one of its ancestors.
    pub(super) fn reaches(&self, later: Ix, earlier: Ix) -> bool {
        let (late, early) = (&self.places[later as usize], &self.places[earlier as usize]);
        if late.lane == early.lane {
            return early.at <= late.at;
        }
        late.clock
            .get(early.lane as usize)
            .is_some_and(|count| *count > early.at)
    }

    /// The key of the one order that every store shows: the longest way from the opening, then the id.
    pub(super) fn key(&self, ix: Ix) -> (u32, &EventId) {
        let place = &self.places[ix as usize];
        (place.depth, place.sealed.id())
    }

    /// Sorts places into the one order.
    pub(super) fn sort(&self, places: &mut [Ix]) {
        places.sort_unstable_by(|a, b| self.key(*a).cmp(&self.key(*b)));
    }

    /// Ids of events that wait for ancestors, sorted.
    pub(super) fn waiting(&self) -> Vec<EventId> {
        let mut ids: Vec<EventId> = self.waiting.keys().cloned().collect();
        ids.sort_unstable();
        ids
    }

    /// Ids of events that do not continue their own chain, sorted.
    pub(super) fn broken(&self) -> impl Iterator<Item = &EventId> {
        self.broken.iter()
    }

    /// The tips of every device, in the one order.
    pub(super) fn heads(&self) -> BTreeMap<DeviceId, Vec<Ix>> {
        let mut heads: BTreeMap<DeviceId, Vec<Ix>> = BTreeMap::new();
        for lane in &self.lanes {
            heads.entry(lane.device.clone()).or_default().push(lane.tip);
        }
        for tips in heads.values_mut() {
            self.sort(tips);
            // A device that later saw the other branch of its own fork has one tip again.
            let all = tips.clone();
            tips.retain(|tip| {
                !all.iter()
                    .any(|other| other != tip && self.reaches(*other, *tip))
            });
        }
        heads
    }

    /// Devices whose chain forked, with the first event of every branch, sorted by id.
    pub(super) fn forks(&self) -> BTreeMap<DeviceId, Vec<EventId>> {
        let mut children: BTreeMap<(&DeviceId, Option<&EventId>), Vec<&EventId>> = BTreeMap::new();
        let split: Vec<&DeviceId> = {
            let mut count: BTreeMap<&DeviceId, u32> = BTreeMap::new();
            for lane in &self.lanes {
                *count.entry(&lane.device).or_default() += 1;
            }
            count
                .into_iter()
                .filter(|(_, lanes)| *lanes > 1)
                .map(|(device, _)| device)
                .collect()
        };
        if split.is_empty() {
            return BTreeMap::new();
        }
        for place in &self.places {
            let event = place.sealed.event();
            if split.contains(&&event.device) {
                children
                    .entry((&event.device, event.prev.as_ref()))
                    .or_default()
                    .push(place.sealed.id());
            }
        }
        let mut forks: BTreeMap<DeviceId, Vec<EventId>> = BTreeMap::new();
        for ((device, _), branches) in children
            .into_iter()
            .filter(|(_, branches)| branches.len() > 1)
        {
            forks
                .entry(device.clone())
                .or_default()
                .extend(branches.into_iter().cloned());
        }
        for branches in forks.values_mut() {
            branches.sort_unstable();
        }
        forks
    }

    /// Where the next event of a device goes.
    pub(super) fn next(&self, device: &DeviceId) -> Chain {
        let run = self.places.first().map(|place| place.sealed.run());
        let own = self
            .lanes
            .iter()
            .filter(|lane| &lane.device == device)
            .map(|lane| lane.tip)
            .max_by(|a, b| self.key(*a).cmp(&self.key(*b)));
        let mut tips: Vec<Ix> = self.heads().into_values().flatten().collect();
        tips.retain(|tip| own.is_none_or(|own| !self.reaches(own, *tip)));
        let all = tips.clone();
        tips.retain(|tip| {
            !all.iter()
                .any(|other| other != tip && self.reaches(*other, *tip))
        });
        let mut seen: Vec<EventId> = tips
            .into_iter()
            .map(|tip| self.sealed(tip).id().clone())
            .collect();
        seen.sort_unstable();
        Chain {
            run,
            device: device.clone(),
            seq: own.map_or(0, |own| self.sealed(own).event().seq + 1),
            prev: own.map(|own| self.sealed(own).id().clone()),
            seen,
        }
    }
}
