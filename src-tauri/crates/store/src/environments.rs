//! Table `environments`: the definitions a new run takes its snapshots from. Secrets by name only.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, Row, params};

use crate::error::StoreError;
use crate::rows::{json, to_json};
use crate::store::Store;

/// An environment as defined on this device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// Its name, unique on this device.
    pub name: String,
    /// Variables by name.
    pub variables: BTreeMap<String, String>,
    /// The names of its secrets; their values live in the keychain.
    pub secret_names: BTreeSet<String>,
    /// Hosts that load may be sent to, as a person has typed them, in that order. Never exported.
    pub load_hosts: Vec<String>,
}

impl Store {
    /// All environments in the order a person put them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn environments(&self) -> Result<Vec<Environment>, StoreError> {
        self.read(|view| {
            let mut query = view.prepare(
                "SELECT name, variables, secret_names, load_hosts FROM environments
                 ORDER BY position, name",
            )?;
            let rows = query
                .query_map([], environment)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// One environment by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn environment(&self, name: &str) -> Result<Option<Environment>, StoreError> {
        self.read(|view| {
            let row = view
                .query_row(
                    "SELECT name, variables, secret_names, load_hosts FROM environments
                     WHERE name = ?1",
                    [name],
                    environment,
                )
                .optional()?;
            Ok(row)
        })
    }

    /// Adds an environment at the end, or replaces the one with its name in its place.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn put_environment(&self, definition: &Environment) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO environments (name, variables, secret_names, load_hosts, position)
                 SELECT ?1, ?2, ?3, ?4, coalesce(max(position) + 1, 0) FROM environments WHERE true
                 ON CONFLICT (name) DO UPDATE
                 SET variables = excluded.variables, secret_names = excluded.secret_names,
                     load_hosts = excluded.load_hosts",
                params![
                    definition.name,
                    to_json(&definition.variables)?,
                    to_json(&definition.secret_names)?,
                    to_json(&definition.load_hosts)?
                ],
            )?;
            Ok(())
        })
    }

    /// Renames an environment; what is remembered for it follows.
    ///
    /// # Errors
    /// `name-taken`, or when the store cannot be written.
    pub fn rename_environment(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            let taken: bool = transaction.query_row(
                "SELECT EXISTS (SELECT 1 FROM environments WHERE name = ?1)",
                [to],
                |row| row.get(0),
            )?;
            if taken && from != to {
                let what = format!("there is an environment “{to}” already");
                return Err(StoreError::Taken { what }.into());
            }
            transaction.execute(
                "UPDATE environments SET name = ?2 WHERE name = ?1",
                [from, to],
            )?;
            transaction.execute(
                "UPDATE OR REPLACE remembered SET environment = ?2 WHERE environment = ?1",
                [from, to],
            )?;
            Ok(())
        })
    }

    /// Puts environments in this order; those not named follow in the order they had.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn order_environments(&self, names: &[&str]) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE environments SET position = position + ?1",
                [names.len()],
            )?;
            for (position, name) in names.iter().enumerate() {
                transaction.execute(
                    "UPDATE environments SET position = ?2 WHERE name = ?1",
                    params![name, position],
                )?;
            }
            Ok(())
        })
    }

    /// Removes an environment; runs keep their snapshots.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_environment(&self, name: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM environments WHERE name = ?1", [name])?;
            Ok(())
        })
    }
}

fn environment(row: &Row<'_>) -> rusqlite::Result<Environment> {
    Ok(Environment {
        name: row.get(0)?,
        variables: json(row, 1)?,
        secret_names: json(row, 2)?,
        load_hosts: json(row, 3)?,
    })
}
