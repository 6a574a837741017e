//! Tables `watches` and `watch_samples`: the watches that this device looks after, and what it saw
//! at each look. Never exported.

use countersign_core::ledger::Timestamp;
use countersign_core::ledger::{EventId, RunId};
use countersign_core::probe::Sample;
use rusqlite::{Row, params};

use crate::error::{StoreError, Trouble};
use crate::rows::{json, to_json, typed};
use crate::store::Store;

/// A watch of an item: by a probe that this device looks after, or by a person who notes their looks
/// here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchRow {
    /// Its `watch.started` event.
    pub start: EventId,
    /// The run.
    pub run: RunId,
    /// The item's id in the outline.
    pub item: String,
    /// The hash of the probe as written; empty where a person watches.
    pub probe: String,
    /// The environment whose variables it uses; empty for none.
    pub environment: String,
    /// When its window begins.
    pub from: Timestamp,
    /// When its window ends.
    pub until: Timestamp,
    /// The time from one look to the next, in milliseconds.
    pub every_ms: i64,
    /// Whether it has ended; its samples are kept.
    pub ended: bool,
}

/// What stands for the probe of a watch by a person: the column holds a hash, and no probe has
/// this one.
const NO_PROBE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn stored(probe: &str) -> &str {
    match probe {
        "" => NO_PROBE,
        probe => probe,
    }
}

fn read(probe: String) -> String {
    match probe.as_str() {
        NO_PROBE => String::new(),
        _ => probe,
    }
}

const COLUMNS: &str = "start, run, item, probe, environment, from_at, until_at, every_ms, ended";

fn watch(row: &Row<'_>) -> rusqlite::Result<WatchRow> {
    Ok(WatchRow {
        start: typed(row, 0)?,
        run: typed(row, 1)?,
        item: row.get(2)?,
        probe: read(row.get(3)?),
        environment: row.get(4)?,
        from: typed(row, 5)?,
        until: typed(row, 6)?,
        every_ms: row.get(7)?,
        ended: row.get(8)?,
    })
}

impl Store {
    /// Keeps watches that this device looks after from now on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_watches(&self, watches: &[WatchRow]) -> Result<(), StoreError> {
        self.write(|transaction| {
            for one in watches {
                transaction.execute(
                    "INSERT INTO watches
                     (start, run, item, probe, environment, from_at, until_at, every_ms, ended)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                     ON CONFLICT DO UPDATE SET ended = excluded.ended",
                    params![
                        one.start.as_str(),
                        one.run.as_str(),
                        one.item,
                        stored(&one.probe),
                        one.environment,
                        one.from.to_string(),
                        one.until.to_string(),
                        one.every_ms,
                        one.ended,
                    ],
                )?;
            }
            Ok(())
        })
    }

    /// Watches by a probe that have not ended and that no process looks after at `now`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn unattended_watches(&self, now: Timestamp) -> Result<Vec<WatchRow>, StoreError> {
        self.read(|view| {
            let sql = format!(
                "SELECT {COLUMNS} FROM watches WHERE ended = 0 AND probe <> ?2 AND held_until < ?1
                 ORDER BY start"
            );
            rows(
                view.prepare_cached(&sql)?
                    .query_map([now.to_string().as_str(), NO_PROBE], watch)?,
            )
        })
    }

    /// The watches of an item, the last to begin first, ended ones too.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn watches(&self, run: &RunId, item: &str) -> Result<Vec<WatchRow>, StoreError> {
        self.read(|view| {
            let sql = format!(
                "SELECT {COLUMNS} FROM watches WHERE run = ?1 AND item = ?2
                 ORDER BY from_at DESC, start"
            );
            rows(
                view.prepare_cached(&sql)?
                    .query_map([run.as_str(), item], watch)?,
            )
        })
    }

    /// Takes a watch for `holder` until a moment, unless another process has it. Says whether
    /// `holder` has it now.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn take_watch(
        &self,
        start: &EventId,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let taken = transaction.execute(
                "UPDATE watches SET holder = ?2, held_until = ?4
                 WHERE start = ?1 AND ended = 0 AND (holder = ?2 OR held_until < ?3)",
                params![start.as_str(), holder, now.to_string(), until.to_string()],
            )?;
            Ok(taken > 0)
        })
    }

    /// Lets go of everything that `holder` looks after, so that the next process need not wait.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn leave_watches(&self, holder: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE watches SET holder = '', held_until = '' WHERE holder = ?1",
                [holder],
            )?;
            Ok(())
        })
    }

    /// Notes that a watch has ended.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn end_watch(&self, start: &EventId) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE watches SET ended = 1, holder = '', held_until = '' WHERE start = ?1",
                [start.as_str()],
            )?;
            Ok(())
        })
    }

    /// Keeps what was seen. `instead` drops what was kept before: the looks are all there are.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_samples(
        &self,
        start: &EventId,
        samples: &[Sample],
        instead: bool,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            if instead {
                transaction.execute(
                    "DELETE FROM watch_samples WHERE start = ?1",
                    [start.as_str()],
                )?;
            }
            let mut insert = transaction.prepare(
                "INSERT INTO watch_samples (start, at, sample) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET sample = excluded.sample",
            )?;
            for sample in samples {
                let at = Timestamp::from(sample.at).to_string();
                insert.execute(params![start.as_str(), at, to_json(sample)?])?;
            }
            Ok(())
        })
    }

    /// What was seen in a watch, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn samples(&self, start: &EventId) -> Result<Vec<Sample>, StoreError> {
        self.read(|view| {
            let mut query = view
                .prepare_cached("SELECT sample FROM watch_samples WHERE start = ?1 ORDER BY at")?;
            rows(query.query_map([start.as_str()], |row| json(row, 0))?)
        })
    }
}

fn rows<T>(found: impl Iterator<Item = rusqlite::Result<T>>) -> Result<Vec<T>, Trouble> {
    Ok(found.collect::<Result<_, _>>()?)
}

#[cfg(test)]
#[path = "watches_tests.rs"]
mod tests;
