//! The Countersign window.

// A release on Windows must not open a console beside the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    // The process that sends load is this program, started again.
    countersign_api::load::worker().unwrap_or_else(countersign_desktop::run)
}
