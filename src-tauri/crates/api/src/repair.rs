//! Putting a damaged store back into use.

use std::path::Path;

use countersign_store::{OpenMode, ReadOnlyReason, Store, StoreError, WindowLock};
use serde::Serialize;

use crate::place::meet_window;
use crate::wire::error::Problem;

/// What a repair did.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Repair {
    /// Whether the store was damaged; if not, nothing was changed.
    pub damaged: bool,
    /// What could not be kept, in words.
    pub lost: Vec<String>,
    /// The folder that holds the damaged database as it was.
    pub kept_in: Option<String>,
}

/// Puts a database with everything that is whole in the place of a damaged one, and keeps the
/// damaged one beside it. A store that is not damaged is left as it is.
///
/// # Errors
/// `store-in-use` while a window is open on it; what the store says where nothing of it can be
/// read or the folder cannot be written.
pub fn repair(folder: &Path) -> Result<Repair, Problem> {
    if !folder.join("countersign.db").exists() {
        return Err(Problem::new("store-missing", "there is no store here")
            .at(folder.display().to_string())
            .hint("Choose the folder that holds countersign.db."));
    }
    // Held until the end: a window that opened meanwhile would write into what is put aside.
    let WindowLock::First(_alone) = meet_window(folder)? else {
        return Err(
            Problem::new("store-in-use", "a window is open on this store")
                .at(folder.display().to_string())
                .hint("Close the window, then repair the store."),
        );
    };
    let damaged = match Store::open(folder, OpenMode::ReadWrite) {
        Ok(opened) => opened.store.read_only() == Some(&ReadOnlyReason::Damaged),
        Err(StoreError::Damaged { .. }) => true,
        Err(other) => return Err(other.into()),
    };
    if !damaged {
        return Ok(Repair {
            damaged,
            lost: Vec::new(),
            kept_in: None,
        });
    }
    let repaired = Store::repair(folder)?;
    Ok(Repair {
        damaged,
        lost: repaired.lost.iter().map(ToString::to_string).collect(),
        kept_in: Some(repaired.kept_in.display().to_string()),
    })
}
