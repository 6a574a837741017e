//! Table `events`: appending to this device's chain, taking in foreign events, reading runs.
//!
//! **Architecture invariant:** an event is only ever inserted, and everything it builds on stands
//! before it. So of one run, everything before this device's last event is an ancestor of that
//! event, and the heads to be named in `seen` are those that stand after it.

use std::collections::{BTreeMap, HashMap};

use countersign_core::ledger::{Chain, Draft, SealedEvent};
use countersign_core::ledger::{DeviceId, EventId, RunId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::device::{refresh, retire};
use crate::error::{DamagedPart, StoreError, Trouble};
use crate::rows::typed;
use crate::store::{Store, held};

/// Where an event stands in the order in which this store came to know events; local to the store.
/// The default is before all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub i64);

/// What came of taking in foreign events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// The events that were new, in the order in which they now stand.
    pub new: Vec<EventId>,
    /// The device this store went on with, when it met unknown events of its own device.
    pub device_replaced_by: Option<DeviceId>,
}

/// A row of `events` as it is stored.
pub(crate) struct StoredEvent {
    pub(crate) position: Position,
    pub(crate) id: String,
    pub(crate) run: String,
    pub(crate) bytes: Vec<u8>,
}

/// Reads `position, id, run, bytes`.
pub(crate) fn stored_event(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent {
        position: Position(row.get(0)?),
        id: row.get(1)?,
        run: row.get(2)?,
        bytes: row.get(3)?,
    })
}

impl Store {
    /// Starts a run: stores `blobs` and then the opening event, which names them by digest.
    ///
    /// # Errors
    /// `event-invalid` when the draft does not open a run; `evidence-missing` when it names bytes
    /// that are neither given nor stored; when the store cannot be written.
    pub fn create_run(&self, opening: Draft, blobs: &[&[u8]]) -> Result<SealedEvent, StoreError> {
        for bytes in blobs {
            self.put_blob(*bytes, u64::MAX)?;
        }
        self.write(|transaction| {
            let mut device = held(&self.device);
            refresh(transaction, &self.folder, &mut device)?;
            must_have_blobs(transaction, &opening)?;
            let chain = Chain {
                run: None,
                device: device.id().clone(),
                seq: 0,
                prev: None,
                seen: vec![],
            };
            let event = seal(opening, chain)?;
            insert(transaction, &event)?;
            Ok(event)
        })
    }

    /// Appends to this device's chain of a run, all drafts or none. They are durable on return.
    ///
    /// # Errors
    /// `run-unknown`; `event-invalid`; `evidence-missing` when a draft names bytes that were never
    /// stored; when the store cannot be written.
    pub fn append(&self, run: &RunId, drafts: Vec<Draft>) -> Result<Vec<SealedEvent>, StoreError> {
        self.append_after(run, None, drafts)
    }

    /// As [`Store::append`], unless the run has events after `looked_at`: then nothing is written.
    ///
    /// # Errors
    /// `view-stale`, and as [`Store::append`].
    pub fn append_if(
        &self,
        run: &RunId,
        looked_at: Position,
        drafts: Vec<Draft>,
    ) -> Result<Vec<SealedEvent>, StoreError> {
        self.append_after(run, Some(looked_at), drafts)
    }

    fn append_after(
        &self,
        run: &RunId,
        looked_at: Option<Position>,
        drafts: Vec<Draft>,
    ) -> Result<Vec<SealedEvent>, StoreError> {
        self.write(|transaction| self.append_in(transaction, run, looked_at, drafts))
    }

    /// Appends inside a transaction.
    pub(crate) fn append_in(
        &self,
        transaction: &Connection,
        run: &RunId,
        looked_at: Option<Position>,
        drafts: Vec<Draft>,
    ) -> Result<Vec<SealedEvent>, Trouble> {
        let last = last_position(transaction, run)?.ok_or_else(|| StoreError::UnknownRun {
            run: run.to_string(),
        })?;
        if looked_at.is_some_and(|looked_at| looked_at != last) {
            return Err(StoreError::ViewIsStale {
                run: run.to_string(),
            }
            .into());
        }
        let mut device = held(&self.device);
        refresh(transaction, &self.folder, &mut device)?;
        let mut chain = next_in_chain(transaction, run, device.id())?;
        let mut sealed = Vec::with_capacity(drafts.len());
        for draft in drafts {
            must_have_blobs(transaction, &draft)?;
            let event = seal(draft, chain.clone())?;
            insert(transaction, &event)?;
            chain.seq += 1;
            chain.prev = Some(event.id().clone());
            chain.seen.clear();
            sealed.push(event);
        }
        Ok(sealed)
    }

    /// Takes in events from elsewhere, in any order, all of them or none. Those that are here
    /// already are passed over, so taking in the same events again changes nothing.
    ///
    /// Unknown events of this store's own device mean that this folder is a copy or an old backup:
    /// the device key is then retired.
    ///
    /// # Errors
    /// `events-incomplete` when something they build on is neither given nor here; `event-invalid`
    /// when their chains are impossible; when the store cannot be written.
    pub fn insert_foreign(&self, events: Vec<SealedEvent>) -> Result<Taken, StoreError> {
        self.write(|transaction| {
            let mut waiting: BTreeMap<EventId, SealedEvent> = BTreeMap::new();
            for event in events {
                if find(transaction, event.id())?.is_none() {
                    waiting.insert(event.id().clone(), event);
                }
            }
            let mut device = held(&self.device);
            refresh(transaction, &self.folder, &mut device)?;
            let own = waiting
                .values()
                .any(|event| event.event().device == *device.id());
            let mut taken = Taken::default();
            if own {
                let reason = "events of this device were met that this store did not write";
                retire(transaction, &self.folder, &mut device, reason)?;
                taken.device_replaced_by = Some(device.id().clone());
            }
            for event in causal_order(transaction, waiting)? {
                must_follow(transaction, &event)?;
                insert(transaction, &event)?;
                taken.new.push(event.id().clone());
            }
            Ok(taken)
        })
    }

    /// The events of a run that this store came to know after `after`, in that order: whatever an
    /// event builds on stands before it.
    ///
    /// # Errors
    /// `store-damaged`, naming the event, when its bytes were altered.
    pub fn events(
        &self,
        run: &RunId,
        after: Position,
    ) -> Result<Vec<(Position, SealedEvent)>, StoreError> {
        let place = self.folder.database();
        self.read(|view| {
            let mut query = view.prepare_cached(
                "SELECT position, id, bytes FROM events WHERE run = ?1 AND position > ?2
                 ORDER BY position",
            )?;
            let mut rows = query.query(params![run.as_str(), after.0])?;
            let mut events = Vec::new();
            while let Some(row) = rows.next()? {
                let id: EventId = typed(row, 1)?;
                let event = SealedEvent::reopen(&id, row.get_ref(2)?.as_blob().unwrap_or_default())
                    .map_err(|_| {
                        let part = DamagedPart::Event {
                            run: run.to_string(),
                            event: id.to_string(),
                        };
                        StoreError::damaged(&place, part, "its bytes were altered")
                    })?;
                events.push((Position(row.get(0)?), event));
            }
            Ok(events)
        })
    }

    /// The heads of a run: of every device its last event, of a forked device the last of each
    /// branch. Sorted by device.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn heads(&self, run: &RunId) -> Result<Vec<Head>, StoreError> {
        self.read(|view| {
            let mut query = view.prepare_cached(
                "SELECT e.device, e.seq, e.id FROM events e WHERE e.run = ?1
                 AND NOT EXISTS (SELECT 1 FROM events n WHERE n.prev = e.id)
                 ORDER BY e.device, e.id",
            )?;
            let heads = query
                .query_map([run.as_str()], |row| {
                    Ok(Head {
                        device: typed(row, 0)?,
                        seq: row.get(1)?,
                        event: typed(row, 2)?,
                    })
                })?
                .collect::<Result<_, _>>()?;
            Ok(heads)
        })
    }
}

/// The last event of a device's chain in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The device.
    pub device: DeviceId,
    /// The event's number in the chain.
    pub seq: u64,
    /// The event.
    pub event: EventId,
}

fn seal(draft: Draft, chain: Chain) -> Result<SealedEvent, StoreError> {
    SealedEvent::seal(draft, chain).map_err(|error| StoreError::InvalidEvent {
        what: error.to_string(),
    })
}

fn must_have_blobs(connection: &Connection, draft: &Draft) -> Result<(), Trouble> {
    let mut query = connection.prepare_cached("SELECT 1 FROM evidence WHERE digest = ?1")?;
    for digest in draft.kind.blobs() {
        if !query.exists([digest.as_str()])? {
            return Err(StoreError::EvidenceMissing {
                digest: digest.to_string(),
            }
            .into());
        }
    }
    Ok(())
}

/// The position of a run's last event; `None` when there is no such run.
pub(crate) fn last_position(
    connection: &Connection,
    run: &RunId,
) -> rusqlite::Result<Option<Position>> {
    let last: Option<i64> = connection
        .prepare_cached("SELECT max(position) FROM events WHERE run = ?1")?
        .query_row([run.as_str()], |row| row.get(0))?;
    Ok(last.map(Position))
}

/// The place after a device's last event of a run, with the heads it has not seen yet.
fn next_in_chain(
    connection: &Connection,
    run: &RunId,
    device: &DeviceId,
) -> Result<Chain, Trouble> {
    let own: Option<(i64, EventId, u64)> = connection
        .prepare_cached(
            "SELECT position, id, seq FROM events WHERE run = ?1 AND device = ?2
             ORDER BY seq DESC, position DESC LIMIT 1",
        )?
        .query_row([run.as_str(), device.as_str()], |row| {
            Ok((row.get(0)?, typed(row, 1)?, row.get(2)?))
        })
        .optional()?;
    let (position, prev, seq) = match own {
        Some((position, id, seq)) => (position, Some(id), seq + 1),
        None => (0, None, 0),
    };
    let seen = connection
        .prepare_cached(
            "SELECT id FROM events e WHERE run = ?1 AND position > ?2 AND device <> ?3
             AND NOT EXISTS (SELECT 1 FROM events n WHERE n.prev = e.id) ORDER BY id",
        )?
        .query_map(params![run.as_str(), position, device.as_str()], |row| {
            typed(row, 0)
        })?
        .collect::<Result<_, _>>()?;
    Ok(Chain {
        run: Some(run.clone()),
        device: device.clone(),
        seq,
        prev,
        seen,
    })
}

fn insert(connection: &Connection, event: &SealedEvent) -> rusqlite::Result<()> {
    insert_row(connection, None, event)
}

/// Inserts an event at a given position, which must be free.
pub(crate) fn insert_at(
    connection: &Connection,
    position: i64,
    event: &SealedEvent,
) -> rusqlite::Result<()> {
    insert_row(connection, Some(position), event)
}

fn insert_row(
    connection: &Connection,
    position: Option<i64>,
    event: &SealedEvent,
) -> rusqlite::Result<()> {
    let content = event.event();
    connection
        .prepare_cached(
            "INSERT INTO events (position, id, run, device, seq, prev, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            position,
            event.id().as_str(),
            event.run().as_str(),
            content.device.as_str(),
            content.seq,
            content.prev.as_ref().map(EventId::as_str),
            event.bytes()
        ])?;
    if content.run.is_none() {
        connection.execute(
            "INSERT INTO run_summary (run, opened_at, position) VALUES (?1, ?2, 0)
             ON CONFLICT DO NOTHING",
            params![event.run().as_str(), content.time.to_string()],
        )?;
    }
    Ok(())
}

/// What must be known of an event to judge one that builds on it.
struct Ancestor {
    run: RunId,
    device: DeviceId,
    seq: u64,
}

fn find(connection: &Connection, id: &EventId) -> rusqlite::Result<Option<Ancestor>> {
    connection
        .prepare_cached("SELECT run, device, seq FROM events WHERE id = ?1")?
        .query_row([id.as_str()], |row| {
            Ok(Ancestor {
                run: typed(row, 0)?,
                device: typed(row, 1)?,
                seq: row.get(2)?,
            })
        })
        .optional()
}

/// Puts events after everything they build on. Among several such orders the one by id is taken, so
/// that the same events give the same order.
fn causal_order(
    connection: &Connection,
    mut waiting: BTreeMap<EventId, SealedEvent>,
) -> Result<Vec<SealedEvent>, Trouble> {
    let mut blockers: HashMap<EventId, usize> = HashMap::new();
    let mut blocks: HashMap<EventId, Vec<EventId>> = HashMap::new();
    let mut ready = Vec::new();
    for (id, event) in waiting.iter().rev() {
        let mut count = 0;
        for parent in event.parents() {
            if waiting.contains_key(parent) {
                blocks.entry(parent.clone()).or_default().push(id.clone());
                count += 1;
            } else if find(connection, parent)?.is_none() {
                let (event, missing) = (id.to_string(), parent.to_string());
                return Err(StoreError::NotClosed { event, missing }.into());
            }
        }
        if count == 0 {
            ready.push(id.clone());
        }
        blockers.insert(id.clone(), count);
    }
    let mut ordered = Vec::with_capacity(waiting.len());
    while let Some(id) = ready.pop() {
        for next in blocks.remove(&id).unwrap_or_default() {
            if let Some(count) = blockers.get_mut(&next) {
                *count -= 1;
                if *count == 0 {
                    ready.push(next);
                }
            }
        }
        ordered.extend(waiting.remove(&id));
    }
    // An id is a hash of its parents' ids, so a cycle cannot be made; were there one, it would wait here.
    match waiting.into_keys().next() {
        None => Ok(ordered),
        Some(id) => {
            let what = format!("event {id} builds on itself");
            Err(StoreError::InvalidEvent { what }.into())
        }
    }
}

/// Refuses an event that does not follow what it says it follows.
fn must_follow(connection: &Connection, event: &SealedEvent) -> Result<(), Trouble> {
    let (content, run) = (event.event(), event.run());
    let refuse = |what: &str| {
        let what = format!("event {} {what}", event.id());
        Trouble::from(StoreError::InvalidEvent { what })
    };
    for parent in event.parents() {
        let Some(found) = find(connection, parent)? else {
            let (event, missing) = (event.id().to_string(), parent.to_string());
            return Err(StoreError::NotClosed { event, missing }.into());
        };
        if found.run != run {
            return Err(refuse("builds on an event of another run"));
        }
        if content.prev.as_ref() == Some(parent) {
            if found.device != content.device {
                return Err(refuse("continues another device's chain"));
            }
            if found.seq.checked_add(1) != Some(content.seq) {
                return Err(refuse(
                    "has a number that does not follow the one before it",
                ));
            }
        } else if found.device == content.device {
            return Err(refuse("names an event of its own device as seen"));
        }
    }
    Ok(())
}
