//! The stage and the matrix of its faults: both annotated checklists against real servers, healthy
//! and broken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fault;
mod faults;
mod matrix;
