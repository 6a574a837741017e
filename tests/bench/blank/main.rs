//! A blank Tauri window: what the benchmark compares Countersign's window with.
//!
//! It is an example of the shell's own package, so that the same build makes both: one profile, one
//! set of features of Tauri, one content policy. Nothing but the page differs.

use std::process::ExitCode;

fn main() -> ExitCode {
    let context = tauri::generate_context!("tests/bench/blank/tauri.conf.json");
    match tauri::Builder::default().run(context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
