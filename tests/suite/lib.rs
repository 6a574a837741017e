//! What the cross-crate tests share.
// Everything here is called by tests: to stop with a clear word is its way to fail one.
#![allow(clippy::expect_used, clippy::panic)]

pub mod figures;
pub mod stage;
pub mod window;
