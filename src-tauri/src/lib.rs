//! The shell: one window over the use cases of the product.
//!
//! **Architecture invariant**: a command unpacks its arguments, calls one use
//! case and maps the error. Nothing is decided here, so everything the window can
//! do is tested without one.

mod commands;
mod state;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tauri::{AppHandle, DragDropEvent, Emitter, Manager, RunEvent, WindowEvent};

use state::{Launch, OpenedPaths};

/// The event that tells the window that paths are waiting for
/// `take_opened_paths`. It carries nothing: the paths are handed over once, by
/// the command, so that one that arrives before the window listens is not lost.
const PATHS_OPENED: &str = "paths-opened";

/// Opens the window with this process's arguments and runs until it is closed.
///
/// Returns a failure when the window system cannot be reached; the reason stands
/// on standard error, since there is no window to show it in.
pub fn run() -> ExitCode {
    let launch = Launch::parse();
    let files = launch.absolute_files();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .manage(OpenedPaths::default())
        .manage(launch)
        .invoke_handler(tauri::generate_handler![
            commands::opening::store_folder,
            commands::opening::take_opened_paths,
        ])
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            open_paths(app.handle(), files);
            app.run(|app, event| {
                if let RunEvent::WindowEvent {
                    event: WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }),
                    ..
                } = event
                {
                    open_paths(app, paths);
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            report_no_window(&error);
            ExitCode::FAILURE
        }
    }
}

/// The one way in for files, whether they came by argument, drop or a second
/// start of the app.
fn open_paths(app: &AppHandle, paths: Vec<PathBuf>) {
    if paths.is_empty() {
        return;
    }
    app.state::<OpenedPaths>().add(paths);
    // Nobody listens before the window has loaded; it asks once when it has.
    let _ = app.emit(PATHS_OPENED, ());
}

fn report_no_window(error: &tauri::Error) {
    use std::io::Write;
    // Standard error may be closed; there is then nobody left to tell.
    let _ = writeln!(
        std::io::stderr(),
        "Countersign could not open its window: {error}"
    );
}
