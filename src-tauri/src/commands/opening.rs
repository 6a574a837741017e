//! The files that reached the app from outside the window.

use std::path::PathBuf;

use tauri::State;

use crate::state::OpenedPaths;

/// The paths given by argument or drop since the last call, each once.
#[tauri::command]
pub fn take_opened_paths(opened: State<'_, OpenedPaths>) -> Vec<PathBuf> {
    opened.take()
}
