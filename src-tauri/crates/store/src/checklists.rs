//! Table `checklists`: the files and bundled checklists that were opened on this device.

use countersign_core::ledger::Digest;
use countersign_core::ledger::Timestamp;
use rusqlite::params;

use crate::error::StoreError;
use crate::rows::typed;
use crate::store::Store;

/// Where a checklist comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChecklistOrigin {
    /// A file; its place is its absolute path.
    File,
    /// One that ships with the program; its place is its name.
    Bundled,
}

/// A checklist that was opened here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistRow {
    /// Its path or, for a bundled one, its name.
    pub place: String,
    /// Which of the two.
    pub origin: ChecklistOrigin,
    /// The SHA-256 of its bytes when it was last opened.
    pub digest: Digest,
    /// Its title, to be shown before the file is read again.
    pub title: String,
    /// When it was last opened.
    pub last_opened: Timestamp,
}

impl Store {
    /// Remembers that a checklist was opened.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn checklist_opened(&self, checklist: &ChecklistRow) -> Result<(), StoreError> {
        let origin = match checklist.origin {
            ChecklistOrigin::File => "file",
            ChecklistOrigin::Bundled => "bundled",
        };
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO checklists (place, origin, digest, title, last_opened)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (place) DO UPDATE
                 SET origin = excluded.origin, digest = excluded.digest,
                     title = excluded.title, last_opened = excluded.last_opened",
                params![
                    checklist.place,
                    origin,
                    checklist.digest.as_str(),
                    checklist.title,
                    checklist.last_opened.to_string()
                ],
            )?;
            Ok(())
        })
    }

    /// The checklists opened here, the last first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn checklists(&self) -> Result<Vec<ChecklistRow>, StoreError> {
        self.read(|view| {
            let mut query = view.prepare(
                "SELECT place, origin, digest, title, last_opened FROM checklists
                 ORDER BY last_opened DESC, place",
            )?;
            let rows = query
                .query_map([], |row| {
                    let bundled = row.get_ref(1)?.as_str()? == "bundled";
                    Ok(ChecklistRow {
                        place: row.get(0)?,
                        origin: if bundled {
                            ChecklistOrigin::Bundled
                        } else {
                            ChecklistOrigin::File
                        },
                        digest: typed(row, 2)?,
                        title: row.get(3)?,
                        last_opened: typed(row, 4)?,
                    })
                })?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Takes a checklist off the list; its file and its runs stay.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_checklist(&self, place: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM checklists WHERE place = ?1", [place])?;
            Ok(())
        })
    }
}
