//! Table `drafts`: what a person has typed but not saved yet, so that no word is lost.

use std::collections::BTreeMap;

use countersign_core::ledger::RunId;
use countersign_core::ledger::Timestamp;
use rusqlite::params;

use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// Keeps a text under a key of the caller's, such as `note/<item>`. An empty text removes it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_draft(
        &self,
        run: &RunId,
        key: &str,
        text: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            if text.is_empty() {
                transaction.execute(
                    "DELETE FROM drafts WHERE run = ?1 AND key = ?2",
                    [run.as_str(), key],
                )?;
            } else {
                transaction.execute(
                    "INSERT INTO drafts (run, key, text, at) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET text = excluded.text, at = excluded.at",
                    params![run.as_str(), key, text, at.to_string()],
                )?;
            }
            Ok(())
        })
    }

    /// The drafts of a run by key.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn drafts(&self, run: &RunId) -> Result<BTreeMap<String, String>, StoreError> {
        self.read(|view| {
            let mut query = view.prepare("SELECT key, text FROM drafts WHERE run = ?1")?;
            let rows = query
                .query_map([run.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }
}
