//! The bodies of the kinds of events, as `docs/ledger.md` lists them.
//!
//! A body refuses fields it does not know: an event with more than this version understands is kept
//! as unknown rather than half understood.

mod item;
mod probing;
mod run;
mod signing;

pub use item::*;
pub use probing::*;
pub use run::*;
pub use signing::*;
