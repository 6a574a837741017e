//! The stage: a small real deployment of what the seeds' checklists speak of, on the loopback
//! interface and without root, each part of which can be broken and mended.

pub mod authority;
pub mod looking;
pub mod objects;
pub mod postgres;
pub mod process;
pub mod prometheus;
pub mod redis;
