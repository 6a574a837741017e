//! Table `settings`: this device's preferences, as JSON by key.

use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::rows::{json, to_json};
use crate::store::Store;

impl Store {
    /// A setting; `None` when it was never set.
    ///
    /// # Errors
    /// When the database cannot be read or the value is of another type.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        self.read(|view| {
            let value = view
                .query_row("SELECT value FROM settings WHERE key = ?1", [key], |row| {
                    json(row, 0)
                })
                .optional()?;
            Ok(value)
        })
    }

    /// Sets a setting.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_setting<T: Serialize + ?Sized>(
        &self,
        key: &str,
        value: &T,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO settings (key, value) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                params![key, to_json(value)?],
            )?;
            Ok(())
        })
    }

    /// Forgets a setting; its default holds again.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_setting(&self, key: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM settings WHERE key = ?1", [key])?;
            Ok(())
        })
    }
}
