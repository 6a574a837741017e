//! End to end: the real binary in a real window, driven through WebDriver.
//!
//! Each story starts the app on its own virtual display, session bus, home and
//! store, so stories cannot see each other. Only one runs at a time: a window
//! that shares the machine's cores with another is slow to answer, and nothing is
//! gained by testing that.

mod gestures;
mod main_job;
mod opening;
mod pictures;
mod safety;
