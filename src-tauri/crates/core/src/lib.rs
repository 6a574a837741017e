//! The domain of Countersign: the checklist's outline, the probe language, the ledger and its fold,
//! the record and the rules of sign-off.
//!
//! **Architecture invariant:** this crate does no I/O, reads no clock and draws no random number.
//! Times, nonces and bytes are passed in, so that replay, tests and merges are deterministic.

pub mod canon;
pub mod diagnostic;
pub mod ledger;
pub mod outline;
pub mod probe;
pub mod text;
