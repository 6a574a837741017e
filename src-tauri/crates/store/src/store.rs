//! The store: one folder with the database, the evidence and the device key.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tempfile::TempDir;

use crate::device::Device;
use crate::error::{ReadOnlyReason, StoreError, Trouble};
use crate::folder::Folder;

/// An open store. Every method may be called from any thread; writes of one process follow each
/// other, and SQLite's own locks order them with those of other processes.
///
/// **Architecture invariant:** when a method that writes has returned, what it wrote survives the
/// end of the process and of the machine's power.
#[derive(Debug)]
pub struct Store {
    pub(crate) folder: Folder,
    pub(crate) reading: Mutex<Connection>,
    pub(crate) writing: Result<Mutex<Connection>, ReadOnlyReason>,
    pub(crate) device: Mutex<Device>,
    /// The readable copy that `reading` has open, where the database itself cannot be read in place.
    pub(crate) _copy: Option<TempDir>,
}

impl Store {
    /// The store's folder, absolute.
    pub fn folder(&self) -> &Path {
        self.folder.root()
    }

    /// Why the store cannot be written, if it cannot.
    pub fn read_only(&self) -> Option<&ReadOnlyReason> {
        self.writing.as_ref().err()
    }

    /// Refuses when the store cannot be written.
    pub(crate) fn must_be_writable(&self) -> Result<&Mutex<Connection>, StoreError> {
        self.writing
            .as_ref()
            .map_err(|reason| StoreError::ReadOnly {
                place: self.folder.root().to_path_buf(),
                reason: reason.clone(),
            })
    }

    /// Reads in one consistent view.
    pub(crate) fn read<T>(
        &self,
        look: impl FnOnce(&Transaction<'_>) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        let mut connection = held(&self.reading);
        connection
            .transaction()
            .map_err(Trouble::from)
            .and_then(|view| look(&view))
            .map_err(|trouble| trouble.at(&self.folder.database()))
    }

    /// Moves what was written into the database's main file, so that nothing that was removed stands
    /// in its journal any more. Where somebody reads at this moment it stands there until they end.
    pub(crate) fn empty_journal(&self) -> Result<(), StoreError> {
        held(self.must_be_writable()?)
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(|error| StoreError::sqlite(&self.folder.database(), error))
    }

    /// Writes in one transaction, which is durable when this returns and undone when `change` fails.
    pub(crate) fn write<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        let mut connection = held(self.must_be_writable()?);
        connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(Trouble::from)
            .and_then(|transaction| {
                let result = change(&transaction)?;
                transaction.commit()?;
                Ok(result)
            })
            .map_err(|trouble| trouble.at(&self.folder.database()))
    }
}

/// Takes a lock. A thread that panicked while holding it has had its transaction rolled back, so
/// what it guards is whole.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
