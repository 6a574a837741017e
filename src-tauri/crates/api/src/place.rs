//! Where the app keeps its store when nobody says otherwise.

use std::path::{Path, PathBuf};

use countersign_store::WindowLock;

use crate::wire::error::Problem;

/// The identifier under which every platform keeps the app's data; the shell's `tauri.conf.json`
/// names the same one.
pub const IDENTIFIER: &str = "app.countersign.desktop";

/// The app's own store: `COUNTERSIGN_STORE`, or the folder of [`IDENTIFIER`] in the platform's place
/// for application data.
///
/// # Errors
/// `no-data-folder` where the system names no such place.
pub fn default_store() -> Result<PathBuf, Problem> {
    if let Some(folder) = std::env::var_os("COUNTERSIGN_STORE").filter(|folder| !folder.is_empty())
    {
        return Ok(PathBuf::from(folder));
    }
    dirs::data_dir()
        .map(|folder| folder.join(IDENTIFIER))
        .ok_or_else(|| {
            Problem::new(
                "no-data-folder",
                "the system names no folder for application data",
            )
            .hint("Name a store with --store DIR.")
        })
}

/// Becomes the window of the store in `folder`, or finds the one that is.
///
/// # Errors
/// What the store says when the folder takes no lock.
pub fn meet_window(folder: &Path) -> Result<WindowLock, Problem> {
    Ok(WindowLock::acquire(folder)?)
}
