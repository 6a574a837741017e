//! Table `people`: who is known on this device, with their keys, and which of them is "me".

use std::path::PathBuf;

use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::error::{StoreError, Trouble};
use crate::store::Store;

/// Names a row of people on this device; it means nothing elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub i64);

/// A person as known on this device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The name as printed on reports.
    pub name: String,
    /// The principal in rosters, usually an e-mail address; empty when unknown.
    pub principal: String,
    /// The public key as one line of OpenSSH, if known. No two people share one.
    pub public_key: Option<String>,
    /// Where this laptop keeps the private key, if it does.
    pub key_path: Option<PathBuf>,
    /// Whether this is the person at this laptop; at most one is.
    pub is_me: bool,
}

impl Store {
    /// Everybody, me first, then by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn people(&self) -> Result<Vec<(PersonId, Person)>, StoreError> {
        self.read(|view| {
            let mut query = view.prepare(
                "SELECT id, name, principal, public_key, key_path, is_me FROM people
                 ORDER BY is_me DESC, name, id",
            )?;
            let rows = query.query_map([], person)?.collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// The person at this laptop, if known.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn me(&self) -> Result<Option<(PersonId, Person)>, StoreError> {
        self.read(|view| {
            let row = view
                .query_row(
                    "SELECT id, name, principal, public_key, key_path, is_me FROM people
                     WHERE is_me = 1",
                    [],
                    person,
                )
                .optional()?;
            Ok(row)
        })
    }

    /// Adds a person. A new "me" takes the place of the old one.
    ///
    /// # Errors
    /// `name-taken` when somebody has this public key; when the store cannot be written.
    pub fn add_person(&self, person: &Person) -> Result<PersonId, StoreError> {
        self.write(|transaction| {
            make_room(transaction, person, None)?;
            transaction.execute(
                "INSERT INTO people (name, principal, public_key, key_path, is_me)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    person.name,
                    person.principal,
                    person.public_key,
                    path_text(person),
                    person.is_me
                ],
            )?;
            Ok(PersonId(transaction.last_insert_rowid()))
        })
    }

    /// Changes a person.
    ///
    /// # Errors
    /// As [`Store::add_person`].
    pub fn change_person(&self, id: PersonId, person: &Person) -> Result<(), StoreError> {
        self.write(|transaction| {
            make_room(transaction, person, Some(id))?;
            transaction.execute(
                "UPDATE people SET name = ?2, principal = ?3, public_key = ?4, key_path = ?5,
                 is_me = ?6 WHERE id = ?1",
                params![
                    id.0,
                    person.name,
                    person.principal,
                    person.public_key,
                    path_text(person),
                    person.is_me
                ],
            )?;
            Ok(())
        })
    }

    /// Removes a person from this device's list; what they signed stays.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_person(&self, id: PersonId) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM people WHERE id = ?1", [id.0])?;
            Ok(())
        })
    }
}

fn make_room(
    transaction: &Transaction<'_>,
    person: &Person,
    id: Option<PersonId>,
) -> Result<(), Trouble> {
    let id = id.map_or(-1, |id| id.0);
    let owner: Option<String> = transaction
        .query_row(
            "SELECT name FROM people WHERE public_key = ?1 AND id <> ?2",
            params![person.public_key, id],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(name) = owner {
        return Err(StoreError::Taken {
            what: format!("this key belongs to {name}"),
        }
        .into());
    }
    if person.is_me {
        transaction.execute("UPDATE people SET is_me = 0 WHERE id <> ?1", [id])?;
    }
    Ok(())
}

fn path_text(person: &Person) -> Option<String> {
    person
        .key_path
        .as_ref()
        .map(|path| path.to_string_lossy().into_owned())
}

fn person(row: &Row<'_>) -> rusqlite::Result<(PersonId, Person)> {
    let person = Person {
        name: row.get(1)?,
        principal: row.get(2)?,
        public_key: row.get(3)?,
        key_path: row.get::<_, Option<String>>(4)?.map(PathBuf::from),
        is_me: row.get(5)?,
    };
    Ok((PersonId(row.get(0)?), person))
}
