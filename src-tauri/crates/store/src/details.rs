//! Table `details`: small bytes that events name, such as what a probe saw.
//!
//! A file of its own would wait for the disk three times; a row is saved by the commit of the events
//! that name it.

use countersign_core::ledger::{Digest, Draft, RunId, SealedEvent};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::{StoreError, Trouble};
use crate::store::Store;

/// The longest bytes that are kept in the database: larger ones are read faster from a file
/// (<https://sqlite.org/intern-v-extern-blob.html>).
const LONGEST: usize = 64 * 1024;

impl Store {
    /// As [`Store::append`], together with bytes that the drafts name by their digest: nothing is
    /// kept, or everything durably.
    ///
    /// # Errors
    /// As [`Store::append`] and [`Store::put_blob`].
    pub fn append_with(
        &self,
        run: &RunId,
        details: &[Vec<u8>],
        drafts: Vec<Draft>,
    ) -> Result<Vec<SealedEvent>, StoreError> {
        let (small, large): (Vec<_>, Vec<_>) =
            details.iter().partition(|bytes| bytes.len() <= LONGEST);
        for bytes in large {
            self.put_blob(bytes.as_slice(), u64::MAX)?;
        }
        self.write(|transaction| {
            for bytes in small {
                keep(transaction, bytes)?;
            }
            self.append_in(transaction, run, None, drafts)
        })
    }

    /// Bytes that the database keeps.
    pub(crate) fn detail(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|view| {
            let bytes = view
                .prepare_cached("SELECT bytes FROM details WHERE digest = ?1")?
                .query_row([digest.as_str()], |row| row.get(0))
                .optional()?;
            Ok(bytes)
        })
    }

    /// Whether the database keeps these bytes.
    pub(crate) fn has_detail(&self, digest: &Digest) -> Result<bool, StoreError> {
        self.read(|view| {
            let mut query = view.prepare_cached("SELECT 1 FROM details WHERE digest = ?1")?;
            Ok(query.exists([digest.as_str()])?)
        })
    }
}

fn keep(connection: &Connection, bytes: &[u8]) -> Result<(), Trouble> {
    let digest = Digest::of(bytes);
    connection
        .prepare_cached(
            "INSERT INTO details (digest, bytes) VALUES (?1, ?2)
             ON CONFLICT (digest) DO UPDATE SET bytes = excluded.bytes
             WHERE bytes <> excluded.bytes",
        )?
        .execute(params![digest.as_str(), bytes])?;
    connection
        .prepare_cached(
            "INSERT INTO evidence (digest, size) VALUES (?1, ?2)
             ON CONFLICT (digest) DO UPDATE SET withheld_at = NULL",
        )?
        .execute(params![digest.as_str(), bytes.len()])?;
    Ok(())
}

/// Removes bytes for good; says whether there were any.
pub(crate) fn forget(connection: &Connection, digest: &Digest) -> rusqlite::Result<bool> {
    let removed = connection.execute("DELETE FROM details WHERE digest = ?1", [digest.as_str()])?;
    Ok(removed > 0)
}
