//! Table `looked`: what a person at this device has looked at, per run, sign-off point and item.

use std::collections::BTreeMap;

use countersign_core::ledger::Timestamp;
use countersign_core::ledger::{Digest, RunId};
use rusqlite::params;

use crate::error::StoreError;
use crate::rows::typed;
use crate::store::Store;

impl Store {
    /// Marks an item as looked at in the state that `digest` stands for.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn mark_looked(
        &self,
        run: &RunId,
        point: &str,
        item: &str,
        digest: &Digest,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO looked (run, point, item, digest, at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET digest = excluded.digest, at = excluded.at",
                params![run.as_str(), point, item, digest.as_str(), at.to_string()],
            )?;
            Ok(())
        })
    }

    /// The state in which each item of a sign-off point was last looked at. An item that was never
    /// looked at is absent.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn looked(&self, run: &RunId, point: &str) -> Result<BTreeMap<String, Digest>, StoreError> {
        self.read(|view| {
            let mut query =
                view.prepare("SELECT item, digest FROM looked WHERE run = ?1 AND point = ?2")?;
            let rows = query
                .query_map([run.as_str(), point], |row| {
                    Ok((row.get(0)?, typed(row, 1)?))
                })?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }
}
