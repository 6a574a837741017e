//! End to end: the real binary in a real window, driven through WebDriver.
//!
//! Each story starts the app on its own virtual display, session bus, home and
//! store, so stories cannot see each other. Only one runs at a time: a window
//! that shares the machine's cores with another is slow to answer, and nothing is
//! gained by testing that.

// To stop with a clear word is the way a story fails.
// What is measured of the window is told.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod bad_checklists;
mod bad_stores;
mod crowd;
mod evidence;
mod gestures;
mod hamsaya;
mod keyboard;
mod load;
mod main_job;
mod opening;
mod pictures;
mod placements;
mod probing;
mod refusals;
mod runs;
mod safety;
mod secrets;
mod service;
mod signatures;
mod two_people;
mod versions;
