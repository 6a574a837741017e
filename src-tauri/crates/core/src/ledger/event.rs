//! Events as bytes: sealing and strict reading.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::ident::{DeviceId, EventId, RunId};
use super::kind::Kind;
use super::time::Timestamp;
use crate::canon::{self, CanonError};

/// The version of the envelope that this code writes.
pub const VERSION: u32 = 1;
/// What is hashed before an event's bytes, so that an event can never be taken for something else.
pub const DOMAIN: &[u8] = b"countersign-event-v1\0";

/// Who says so. A claim until a key on the roster has signed for the device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// The person's name as they wrote it.
    pub name: String,
    /// The person's principal, such as `dana@example.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
}

impl Author {
    /// What tells two people apart: the principal where there is one, the name otherwise.
    #[must_use]
    pub fn identity(&self) -> &str {
        self.principal.as_deref().unwrap_or(&self.name)
    }
}

/// One event as a value. Its bytes are in [`SealedEvent`].
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The version of the envelope.
    pub v: u32,
    /// The run; `None` in the opening event, whose own id is the run's.
    pub run: Option<RunId>,
    /// The device that wrote it.
    pub device: DeviceId,
    /// Its number in the device's chain for this run, from 0.
    pub seq: u64,
    /// The device's previous event in this run; `None` when `seq` is 0.
    pub prev: Option<EventId>,
    /// Heads of other devices that the writer had seen and that are not ancestors of `prev`; sorted.
    pub seen: Vec<EventId>,
    /// The writer's clock. Never orders anything.
    pub time: Timestamp,
    /// Who says so.
    pub author: Author,
    /// What is said.
    pub kind: Kind,
}

/// What a use case wants to say; the store adds the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What is said.
    pub kind: Kind,
    /// Who says so.
    pub author: Author,
    /// The writer's clock.
    pub time: Timestamp,
}

/// Where an event stands in its device's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The run; `None` for the opening event.
    pub run: Option<RunId>,
    /// The writing device.
    pub device: DeviceId,
    /// The next number of the device in this run.
    pub seq: u64,
    /// The device's last event in this run.
    pub prev: Option<EventId>,
    /// Other devices' heads that are not ancestors of `prev`; any order.
    pub seen: Vec<EventId>,
}

/// An event with its bytes and its id. Only made by sealing or by reading, so the three agree.
///
/// A copy shares them, since a run is kept, shown and exported from the same events.
#[derive(Clone, Debug, PartialEq)]
pub struct SealedEvent(Arc<Sealed>);

#[derive(Debug, PartialEq)]
struct Sealed {
    id: EventId,
    bytes: Box<[u8]>,
    event: Event,
}

/// Why bytes are not an event.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EventError {
    /// Not canonical JSON of our subset.
    #[error(transparent)]
    Canon(#[from] CanonError),
    /// Canonical JSON, but not the envelope of an event.
    #[error("not an event: {0}")]
    Envelope(String),
    /// `seq`, `prev`, `run` and `seen` do not fit together.
    #[error("the event's place in its chain is impossible: {0}")]
    Chain(&'static str),
    /// The bytes do not have the id they were stored under.
    #[error("the event has id {found}, not {expected}")]
    WrongId {
        /// The id it was stored or named under.
        expected: EventId,
        /// The id its bytes have.
        found: EventId,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<B> {
    v: u32,
    run: Option<RunId>,
    device: DeviceId,
    seq: u64,
    prev: Option<EventId>,
    seen: Vec<EventId>,
    time: Timestamp,
    author: Author,
    kind: String,
    body: B,
}

impl<B> Envelope<B> {
    /// An envelope of another version keeps its chain, but its kind is not trusted to mean the same.
    fn event(
        self,
        understand: impl FnOnce(&str, B) -> Result<Kind, EventError>,
        keep: impl FnOnce(B) -> Result<Value, EventError>,
    ) -> Result<Event, EventError> {
        let kind = if self.v == VERSION {
            understand(&self.kind, self.body)?
        } else {
            Kind::Unknown {
                kind: self.kind,
                body: keep(self.body)?,
            }
        };
        Ok(Event {
            v: self.v,
            run: self.run,
            device: self.device,
            seq: self.seq,
            prev: self.prev,
            seen: self.seen,
            time: self.time,
            author: self.author,
            kind,
        })
    }
}

fn not_an_event(error: serde_json::Error) -> EventError {
    EventError::Envelope(error.to_string())
}

impl SealedEvent {
    fn new(id: EventId, bytes: &[u8], event: Event) -> Self {
        Self(Arc::new(Sealed {
            id,
            bytes: bytes.into(),
            event,
        }))
    }

    /// Puts a draft into a chain and writes its bytes, once.
    ///
    /// # Errors
    /// [`EventError`] when the chain is impossible or the body is outside the canonical subset.
    pub fn seal(draft: Draft, chain: Chain) -> Result<Self, EventError> {
        let mut seen = chain.seen;
        seen.sort_unstable();
        seen.dedup();
        let event = Event {
            v: VERSION,
            run: chain.run,
            device: chain.device,
            seq: chain.seq,
            prev: chain.prev,
            seen,
            time: draft.time,
            author: draft.author,
            kind: draft.kind,
        };
        check_chain(&event)?;
        let bytes = canon::write(&to_value(&event)?)?;
        Ok(Self::new(id_of(&bytes), &bytes, event))
    }

    /// Reads bytes from outside: strict, canonical, and with a possible place in a chain. An unknown
    /// kind, or another version of the envelope with the same fields, is read as [`Kind::Unknown`].
    ///
    /// # Errors
    /// [`EventError`] when the bytes are not an event.
    pub fn read(bytes: &[u8]) -> Result<Self, EventError> {
        let value = canon::read_canonical(bytes)?;
        let envelope: Envelope<Value> = serde_json::from_value(value).map_err(not_an_event)?;
        let event = envelope.event(|kind, body| Ok(Kind::from_value(kind, body)), Ok)?;
        check_chain(&event)?;
        Ok(Self::new(id_of(bytes), bytes, event))
    }

    /// Opens bytes that [`SealedEvent::seal`] or [`SealedEvent::read`] has checked before and that were stored
    /// under their id since. The id is checked again, the canonical form is not.
    ///
    /// # Errors
    /// [`EventError`] when the bytes were changed in the store.
    pub fn reopen(id: &EventId, bytes: &[u8]) -> Result<Self, EventError> {
        let found = id_of(bytes);
        if &found != id {
            return Err(EventError::WrongId {
                expected: id.clone(),
                found,
            });
        }
        let envelope: Envelope<&RawValue> = serde_json::from_slice(bytes).map_err(not_an_event)?;
        let event = envelope.event(
            |kind, body| Kind::from_text(kind, body.get()).map_err(not_an_event),
            |body| serde_json::from_str(body.get()).map_err(not_an_event),
        )?;
        Ok(Self::new(found, bytes, event))
    }

    /// The id: lower-hex SHA-256 of [`DOMAIN`] and the bytes.
    #[must_use]
    pub fn id(&self) -> &EventId {
        &self.0.id
    }

    /// The bytes that are stored, hashed, exported and verified.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// What the bytes say.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.0.event
    }

    /// The run it belongs to; for an opening event its own id.
    #[must_use]
    pub fn run(&self) -> RunId {
        self.event()
            .run
            .clone()
            .unwrap_or_else(|| self.id().clone().into())
    }

    /// Whether it is the opening of this run.
    #[must_use]
    pub fn opens(&self, run: &RunId) -> bool {
        self.event().run.is_none() && self.id().as_str() == run.as_str()
    }

    /// The events it directly follows.
    pub fn parents(&self) -> impl Iterator<Item = &EventId> {
        self.event().prev.iter().chain(&self.event().seen)
    }
}

/// The id of an event's bytes.
#[must_use]
pub fn id_of(bytes: &[u8]) -> EventId {
    EventId::from_bytes(
        &Sha256::new()
            .chain_update(DOMAIN)
            .chain_update(bytes)
            .finalize()
            .into(),
    )
}

fn to_value(event: &Event) -> Result<Value, EventError> {
    Ok(serde_json::json!({
        "v": event.v,
        "run": event.run,
        "device": event.device,
        "seq": event.seq,
        "prev": event.prev,
        "seen": event.seen,
        "time": event.time,
        "author": event.author,
        "kind": event.kind.name(),
        "body": event.kind.body().map_err(not_an_event)?,
    }))
}

fn check_chain(event: &Event) -> Result<(), EventError> {
    if (event.seq == 0) != event.prev.is_none() {
        return Err(EventError::Chain(
            "exactly the first event of a device has no previous one",
        ));
    }
    if !event.seen.windows(2).all(|pair| pair[0] < pair[1]) {
        return Err(EventError::Chain(
            "the heads it has seen are not sorted, or stand twice",
        ));
    }
    if event
        .prev
        .as_ref()
        .is_some_and(|prev| event.seen.contains(prev))
    {
        return Err(EventError::Chain(
            "its previous event is also among the heads it has seen",
        ));
    }
    let opens = match &event.kind {
        Kind::RunOpened(_) => true,
        Kind::Unknown { .. } => event.run.is_none(),
        _ => false,
    };
    if opens != event.run.is_none() {
        return Err(EventError::Chain("exactly the opening event has no run"));
    }
    if opens && (event.seq != 0 || !event.seen.is_empty()) {
        return Err(EventError::Chain("the opening event follows nothing"));
    }
    if !opens && event.seq == 0 && event.seen.is_empty() {
        return Err(EventError::Chain(
            "a device that joins a run must have seen some of it",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
