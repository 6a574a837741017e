//! End to end: the real binary in a real window, driven through WebDriver.
//!
//! Each story starts the app on its own virtual display, session bus, home and
//! store, so stories cannot see each other. Only one runs at a time: a window
//! that shares the machine's cores with another is slow to answer, and nothing is
//! gained by testing that.

// To stop with a clear word is the way a story fails.
#![allow(clippy::expect_used, clippy::panic)]

mod gestures;
mod hamsaya;
mod main_job;
mod opening;
mod pictures;
mod probing;
mod safety;
mod service;
