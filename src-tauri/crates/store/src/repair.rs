//! Putting a store with a damaged database back into use, with everything that is whole.

use std::fs;
use std::path::{Path, PathBuf};

use crate::clock;
use crate::connection::to_write;
use crate::error::{Damage, StoreError};
use crate::folder::{Folder, make_folder, sync_folder};
use crate::open::{beside, copied, copy_database, install, lock_opening};
use crate::salvage::salvage;
use crate::store::Store;

/// What a repair did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// What could not be kept.
    pub lost: Vec<Damage>,
    /// The folder to which the damaged database was moved, as it was.
    pub kept_in: PathBuf,
}

impl Store {
    /// Moves the damaged database of the store in `folder` aside and puts one in its place that has
    /// everything that is whole. The store must not be open anywhere.
    ///
    /// The device key is retired: the end of its chain may be among what was lost, and a chain that
    /// went on from an earlier place would be a fork.
    ///
    /// # Errors
    /// `store-damaged` when nothing can be read; when the folder cannot be written. The damaged
    /// database is then still in its place.
    pub fn repair(folder: &Path) -> Result<Repaired, StoreError> {
        let folder = Folder::new(folder)?;
        let _alone = lock_opening(&folder)?;
        let database = folder.database();
        let copy = copy_database(&folder)?;
        let fresh = beside(&database, ".new");
        if fresh.exists() {
            fs::remove_file(&fresh).map_err(|e| StoreError::io(&fresh, e))?;
        }
        let lost = salvage(&copied(&copy), &fresh).map_err(|damage| StoreError::Damaged {
            place: database.clone(),
            damage,
        })?;
        to_write(&fresh)
            .and_then(|connection| {
                connection.execute(
                    "UPDATE devices SET retired_at = ?1, reason = 'the store was repaired'
                     WHERE retired_at IS NULL",
                    [clock::now().to_string()],
                )?;
                // Leaves no journal beside it, so that one rename moves all of it.
                connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
                connection.close().map_err(|(_, error)| error)
            })
            .map_err(|e| StoreError::sqlite(&fresh, e))?;

        let stamp = clock::now().to_string().replace(':', "");
        let kept_in = folder.backups().join(format!("damaged-{stamp}"));
        make_folder(&kept_in)?;
        for suffix in ["", "-wal"] {
            let from = beside(&database, suffix);
            if from.exists() {
                let to = beside(&kept_in.join("countersign.db"), suffix);
                fs::copy(&from, &to).map_err(|e| StoreError::io(&to, e))?;
            }
        }
        sync_folder(&kept_in)?;
        retire_key_file(&folder)?;
        // The old journal must not be applied to the new database.
        for suffix in ["-wal", "-shm"] {
            let journal = beside(&database, suffix);
            if journal.exists() {
                fs::remove_file(&journal).map_err(|e| StoreError::io(&journal, e))?;
            }
        }
        install(&fresh, &database)?;
        Ok(Repaired { lost, kept_in })
    }
}

/// Moves the key file to the retired ones; the next opening makes a new one.
fn retire_key_file(folder: &Folder) -> Result<(), StoreError> {
    let key = folder.device_key();
    let Ok(Some(device)) = crate::device::Device::load(&key) else {
        return Ok(());
    };
    make_folder(&folder.retired_keys())?;
    let retired = folder.retired_keys().join(format!("{}.key", device.id()));
    fs::rename(&key, &retired).map_err(|e| StoreError::io(&key, e))?;
    sync_folder(&folder.retired_keys())?;
    sync_folder(folder.root())
}
