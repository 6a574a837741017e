//! Performing probes: one module a kind, one engine for all of them.
//!
//! The language, the kinds' schemas and the judging of conditions are in `countersign_core::probe`.
//! Here is only what touches the world: sockets, programs and files.
//!
//! **Architecture invariant:** nothing runs that the caller's approvals do not know at the moment of
//! running, and nothing leaves this crate, neither an event nor a result, before secrets are
//! redacted from it.

mod approval;
mod engine;
mod kind;
mod kinds;
mod net;
mod record;
mod redact;
mod reference;
mod repository;
#[cfg(test)]
mod testing;

pub use approval::fingerprint;
pub use engine::{Approvals, Done, Engine, Ground, Job, Known, Limits, Progress, Wait};
pub use kind::{Context, File, Going, Kind, Obstacle, Saw};
pub use kinds::all;
pub use kinds::load::{judge_load, load_plan};
pub use net::Trust;
pub use record::fit_to_record;
pub use redact::Redactor;
pub use reference::reference;

/// A secret's text, wiped from memory when it is dropped.
pub type Secret = zeroize::Zeroizing<String>;
