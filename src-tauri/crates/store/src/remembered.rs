//! Table `remembered`: the values last given to contacts and placeholders, per environment.

use countersign_core::ledger::Timestamp;
use rusqlite::params;

use crate::error::StoreError;
use crate::store::Store;

/// What a remembered value fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RememberedKind {
    /// A contact, such as "Database administrator".
    Contact,
    /// A placeholder, such as `<backup-name>`.
    Placeholder,
}

impl RememberedKind {
    fn text(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Placeholder => "placeholder",
        }
    }
}

/// A value given before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// What it fills in.
    pub kind: RememberedKind,
    /// The contact's or placeholder's label as the checklist writes it.
    pub label: String,
    /// The value last given.
    pub value: String,
}

impl Store {
    /// Remembers a value for an environment, in place of an earlier one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remember(
        &self,
        environment: &str,
        given: &Remembered,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO remembered (environment, kind, label, value, at)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET value = excluded.value, at = excluded.at",
                params![
                    environment,
                    given.kind.text(),
                    given.label,
                    given.value,
                    at.to_string()
                ],
            )?;
            Ok(())
        })
    }

    /// Everything remembered for an environment: contacts, then placeholders, each by label.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn remembered(&self, environment: &str) -> Result<Vec<Remembered>, StoreError> {
        self.read(|view| {
            let mut query = view.prepare(
                "SELECT kind, label, value FROM remembered WHERE environment = ?1
                 ORDER BY kind, label",
            )?;
            let rows = query
                .query_map([environment], |row| {
                    let contact = row.get_ref(0)?.as_str()? == "contact";
                    Ok(Remembered {
                        kind: if contact {
                            RememberedKind::Contact
                        } else {
                            RememberedKind::Placeholder
                        },
                        label: row.get(1)?,
                        value: row.get(2)?,
                    })
                })?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Forgets a value.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget(
        &self,
        environment: &str,
        kind: RememberedKind,
        label: &str,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM remembered WHERE environment = ?1 AND kind = ?2 AND label = ?3",
                params![environment, kind.text(), label],
            )?;
            Ok(())
        })
    }
}
