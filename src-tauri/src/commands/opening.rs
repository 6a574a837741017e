//! Where the app stands: the files that reached it from outside the window, and
//! the store it works in.

use std::path::PathBuf;

use tauri::{AppHandle, Manager, State};

use crate::state::{Launch, OpenedPaths};

/// The paths given by argument or drop since the last call, each once.
#[tauri::command]
pub fn take_opened_paths(opened: State<'_, OpenedPaths>) -> Vec<PathBuf> {
    opened.take()
}

/// The folder of the store: the one named at the start, else the app's own.
///
/// # Errors
/// When no store was named and the system knows no folder for the app's data.
#[tauri::command]
pub fn store_folder(app: AppHandle, launch: State<'_, Launch>) -> Result<PathBuf, tauri::Error> {
    match &launch.store {
        Some(folder) => Ok(folder.clone()),
        None => app.path().app_data_dir(),
    }
}
