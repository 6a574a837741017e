//! The ledger of a run: immutable events, what they add up to, and what is signed.
//!
//! The bytes made here outlive the code. `docs/ledger.md` describes every one of them, and golden
//! vectors under `tests/ref/ledger/` hold them still.
//!
//! **Architecture invariant:** nothing in here parses Markdown, evaluates an `expect` or compares
//! clocks to order events. The fold reads only outlines and events.

pub mod ageing;
pub mod body;
pub mod carry;
pub mod event;
pub mod fold;
pub mod head;
pub mod ident;
pub mod kind;
pub mod pinned;
pub mod quantity;
pub mod record;
pub mod signoff;
pub mod statement;
pub mod time;

pub use body::*;
pub use event::{Author, Chain, Draft, Event, EventError, SealedEvent};
pub use fold::{ItemState, RunState, RunView, Status};
pub use head::{DeviceHead, HeadError};
pub use ident::{DeviceId, Digest, EventId, NotADigest, ProbeHash, RunId};
pub use kind::Kind;
pub use pinned::{Pinned, PinnedError, PinnedProbe, Proof};
pub use quantity::{NotADecimal, Quantity};
pub use statement::{Predicate, SignoffPredicate, Statement, StatementError};
pub use time::{NotAMoment, Timestamp};
