//! The schema's history: dated, additive steps, each in its own transaction.
//!
//! **Architecture invariant:** a released migration is never edited. A change is a new file.

use rusqlite::{Connection, TransactionBehavior};

/// Marks the file as ours (`PRAGMA application_id`): "CSGN".
pub(crate) const APPLICATION_ID: i32 = 0x4353_474E;

/// One step of the schema.
pub(crate) struct Migration {
    /// Date and subject, as in the file's name.
    #[cfg(test)]
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) sql: &'static str,
}

macro_rules! migration {
    ($name:literal) => {
        Migration {
            #[cfg(test)]
            name: $name,
            sql: include_str!(concat!("../migrations/", $name, ".sql")),
        }
    };
}

/// All steps, oldest first. The schema version is the number of steps taken.
pub(crate) const MIGRATIONS: &[Migration] = &[
    migration!("2026-11-22-1-ledger"),
    migration!("2026-11-22-2-local"),
    migration!("2026-11-22-3-watches"),
    migration!("2026-11-22-4-details"),
    migration!("2026-11-22-5-load-hosts"),
];

/// The schema version this program writes.
pub(crate) const LATEST: u32 = MIGRATIONS.len() as u32;

/// The schema version of a database.
pub(crate) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Takes the steps that `connection` has not taken yet, up to `target`. A step that fails leaves
/// the version before it.
pub(crate) fn migrate(
    connection: &mut Connection,
    steps: &[Migration],
    target: u32,
) -> rusqlite::Result<()> {
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
        // Read inside the lock: another process may have taken the step meanwhile.
        let done = version(&transaction)?;
        let Some(step) = steps.get(done as usize).filter(|_| done < target) else {
            return transaction.commit();
        };
        transaction.execute_batch(step.sql)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", done + 1)?;
        transaction.commit()?;
    }
}

#[cfg(test)]
#[path = "migrations_tests.rs"]
mod tests;
