//! Reading what is whole out of a damaged database.
//!
//! Events are kept only when their bytes have their id and everything they build on was kept too,
//! so what is shown of a run is a state that the run really was in.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use countersign_core::ledger::EventId;
use countersign_core::ledger::SealedEvent;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::connection::{self, is_damage};
use crate::error::{Damage, DamagedPart};
use crate::events::{StoredEvent, insert_at, stored_event};
use crate::open::{make_schema, whole_database};

/// How many positions after the last readable event are tried before the rest is given up. A leaf
/// page holds fewer events than this.
const PATIENCE: i64 = 512;

/// Copies what is whole from `damaged` (a private copy) into a new database at `rescued`.
///
/// Returns what was damaged. Fails with the damage when nothing at all could be read.
pub(crate) fn salvage(damaged: &Path, rescued: &Path) -> Result<Vec<Damage>, Vec<Damage>> {
    let unreadable = |e: rusqlite::Error| vec![whole_database(e.to_string())];
    let from = connection::to_write(damaged).map_err(unreadable)?;
    let tables = table_names(&from).map_err(unreadable)?;
    if !tables.iter().any(|name| name == "events") {
        return Err(vec![whole_database("it has no ledger")]);
    }
    let mut damage = Vec::new();
    let structure = connection::quick_check(&from).map_err(unreadable)?;
    if !structure.is_empty() {
        // In SQLite's own words, which are for whoever repairs it.
        tracing::warn!(?structure, "the database's structure is damaged");
        damage.push(whole_database("its structure is damaged"));
    }
    make_schema(rescued).map_err(unreadable)?;
    let mut to = connection::to_write(rescued).map_err(unreadable)?;
    let copied = to.transaction().and_then(|transaction| {
        damage.extend(copy_events(&from, &transaction)?);
        for table in table_names(&transaction)? {
            // Summaries come with their runs' opening events, and are written anew.
            if !["events", "run_summary"].contains(&table.as_str()) && tables.contains(&table) {
                damage.extend(copy_table(&from, &transaction, &table)?);
            }
        }
        transaction.commit()
    });
    match copied {
        Ok(()) => Ok(damage),
        Err(error) => Err(unreadable(error)),
    }
}

fn table_names(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
             ORDER BY rowid",
        )?
        .query_map([], |row| row.get(0))?
        .collect()
}

#[derive(Default)]
struct Losses {
    unreadable: usize,
    altered: Vec<String>,
    orphaned: usize,
}

fn copy_events(from: &Connection, to: &Connection) -> rusqlite::Result<Vec<Damage>> {
    let (owners, index_is_whole) = owners(from);
    let last = owners.keys().next_back().copied();
    let mut losses: BTreeMap<String, Losses> = BTreeMap::new();
    let mut kept: HashSet<EventId> = HashSet::new();
    let mut read_one = from
        .prepare("SELECT position, id, run, bytes FROM events NOT INDEXED WHERE position = ?1")?;
    let mut missing = 0;
    let mut position = 0;
    while last.is_some_and(|last| position < last) || missing < PATIENCE {
        position += 1;
        let found = match read_one.query_row([position], stored_event).optional() {
            Ok(found) => found,
            Err(error) if is_damage(&error) => None,
            Err(error @ rusqlite::Error::SqliteFailure(..)) => return Err(error),
            Err(_) => None,
        };
        let Some(StoredEvent { id, run, bytes, .. }) = found else {
            missing += 1;
            if let Some(run) = owners.get(&position) {
                losses.entry(run.clone()).or_default().unreadable += 1;
            }
            continue;
        };
        missing = 0;
        match id.parse().ok().map(|id| SealedEvent::reopen(&id, &bytes)) {
            Some(Ok(event)) if event.parents().all(|parent| kept.contains(parent)) => {
                insert_at(to, position, &event)?;
                kept.insert(event.id().clone());
            }
            Some(Ok(_)) => losses.entry(run).or_default().orphaned += 1,
            Some(Err(_)) | None => losses.entry(run).or_default().altered.push(id),
        }
    }
    let mut damage: Vec<Damage> = losses
        .into_iter()
        .flat_map(|(run, lost)| told(&run, lost))
        .collect();
    if !index_is_whole {
        let what = "some events could not be read, and which runs they belong to is not known";
        damage.push(Damage::new(DamagedPart::Table("events".into()), what));
    }
    Ok(damage)
}

/// Which run each position belongs to, from the index, which lies on other pages than the events;
/// and whether all of the index could be read.
fn owners(from: &Connection) -> (BTreeMap<i64, String>, bool) {
    let mut owners = BTreeMap::new();
    let mut read = || -> rusqlite::Result<()> {
        let mut query =
            from.prepare("SELECT position, run FROM events INDEXED BY events_by_run")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            owners.insert(row.get(0)?, row.get(1)?);
        }
        Ok(())
    };
    let whole = read().is_ok();
    (owners, whole)
}

fn told(run: &str, lost: Losses) -> Vec<Damage> {
    let of_run = || DamagedPart::Run(run.to_owned());
    let mut damage = Vec::new();
    if lost.unreadable > 0 {
        let what = format!("{} could not be read", events(lost.unreadable));
        damage.push(Damage::new(of_run(), what));
    }
    for event in lost.altered {
        let part = DamagedPart::Event {
            run: run.to_owned(),
            event,
        };
        damage.push(Damage::new(part, "its bytes were altered"));
    }
    if lost.orphaned > 0 {
        let what = format!(
            "{} left out, because they build on lost ones",
            events(lost.orphaned)
        );
        damage.push(Damage::new(of_run(), what));
    }
    damage
}

fn events(count: usize) -> String {
    if count == 1 {
        "1 event".to_owned()
    } else {
        format!("{count} events")
    }
}

/// Copies the rows of a table that can be read; a row that the current schema refuses is left out.
fn copy_table(from: &Connection, to: &Connection, table: &str) -> rusqlite::Result<Option<Damage>> {
    let mut lost = false;
    let columns: Vec<String> = to
        .prepare("SELECT name FROM pragma_table_info(?1)")?
        .query_map([table], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let marks = vec!["?"; columns.len()].join(", ");
    let list = columns.join(", ");
    let mut insert = to.prepare(&format!(
        "INSERT OR IGNORE INTO {table} ({list}) VALUES ({marks})"
    ))?;
    let mut copy = || -> rusqlite::Result<()> {
        let mut query = from.prepare(&format!("SELECT {list} FROM {table}"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let values: Vec<Value> = (0..columns.len())
                .map(|i| row.get(i))
                .collect::<Result<_, _>>()?;
            lost |= insert.execute(params_from_iter(values))? == 0;
        }
        Ok(())
    };
    if let Err(error) = copy() {
        tracing::warn!(table, %error, "a damaged table was read in part");
        lost = true;
    }
    let part = DamagedPart::Table(table.to_owned());
    Ok(lost.then(|| Damage::new(part, "some of its rows could not be read")))
}
