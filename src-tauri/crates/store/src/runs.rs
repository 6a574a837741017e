//! Tables `run_summary` and `run_shelf`: what the left column shows of runs without folding them.

use countersign_core::ledger::RunId;
use countersign_core::ledger::SealedEvent;
use countersign_core::ledger::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::{StoreError, Trouble};
use crate::events::{Position, last_position};
use crate::rows::typed;
use crate::store::Store;

/// A run as the list of runs shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    /// The run.
    pub run: RunId,
    /// When it was opened, as the opening event claims.
    pub opened_at: Timestamp,
    /// Its last event. A summary that covers less is out of date.
    pub last: Position,
    /// The summary that the use cases wrote, if they did, and the last event it covers.
    pub summary: Option<(Position, String)>,
    /// Whether it was put into the archive on this device.
    pub archived: bool,
    /// When it was last opened on this device.
    pub last_opened: Option<Timestamp>,
}

const RUNS: &str = "SELECT s.run, s.opened_at, s.position, s.summary,
        coalesce(h.archived, 0), h.last_opened,
        (SELECT max(e.position) FROM events e WHERE e.run = s.run)
     FROM run_summary s LEFT JOIN run_shelf h ON h.run = s.run";

impl Store {
    /// All runs, the last opened or started first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn runs(&self) -> Result<Vec<RunRow>, StoreError> {
        self.read(|view| {
            let mut query = view.prepare_cached(&format!(
                "{RUNS} ORDER BY coalesce(h.last_opened, s.opened_at) DESC, s.run"
            ))?;
            let rows = query.query_map([], run_row)?.collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// One run; `None` when there is no such run.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn run(&self, run: &RunId) -> Result<Option<RunRow>, StoreError> {
        self.read(|view| {
            let row = view
                .prepare_cached(&format!("{RUNS} WHERE s.run = ?1"))?
                .query_row([run.as_str()], run_row)
                .optional()?;
            Ok(row)
        })
    }

    /// Writes a run's summary (JSON), which covers its events up to `covers`. One that covers more
    /// is not overwritten, whoever wrote it first.
    ///
    /// # Errors
    /// `run-unknown`; when the store cannot be written.
    pub fn set_summary(
        &self,
        run: &RunId,
        covers: Position,
        summary: &str,
    ) -> Result<(), StoreError> {
        self.write(|transaction| {
            must_know(transaction, run)?;
            transaction.execute(
                "UPDATE run_summary SET position = ?2, summary = ?3
                 WHERE run = ?1 AND position <= ?2",
                params![run.as_str(), covers.0, summary],
            )?;
            Ok(())
        })
    }

    /// Throws all summaries away and lists the runs anew from their opening events.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn rebuild_summaries(&self) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM run_summary", [])?;
            let mut openings =
                transaction.prepare("SELECT id, bytes FROM events WHERE id = run AND seq = 0")?;
            let mut insert = transaction
                .prepare("INSERT INTO run_summary (run, opened_at, position) VALUES (?1, ?2, 0)")?;
            let mut rows = openings.query([])?;
            while let Some(row) = rows.next()? {
                let id = typed(row, 0)?;
                match SealedEvent::reopen(&id, row.get_ref(1)?.as_blob().unwrap_or_default()) {
                    Ok(event) => {
                        insert.execute([id.as_str(), &event.event().time.to_string()])?;
                    }
                    Err(error) => tracing::warn!(%id, %error, "a run's opening event is damaged"),
                }
            }
            Ok(())
        })
    }

    /// Puts a run into the archive on this device, or takes it out.
    ///
    /// # Errors
    /// `run-unknown`; when the store cannot be written.
    pub fn archive_run(&self, run: &RunId, archived: bool) -> Result<(), StoreError> {
        self.write(|transaction| {
            must_know(transaction, run)?;
            transaction.execute(
                "INSERT INTO run_shelf (run, archived) VALUES (?1, ?2)
                 ON CONFLICT (run) DO UPDATE SET archived = excluded.archived",
                params![run.as_str(), archived],
            )?;
            Ok(())
        })
    }

    /// Remembers that a run was opened on this device.
    ///
    /// # Errors
    /// `run-unknown`; when the store cannot be written.
    pub fn run_opened(&self, run: &RunId, at: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            must_know(transaction, run)?;
            transaction.execute(
                "INSERT INTO run_shelf (run, last_opened) VALUES (?1, ?2)
                 ON CONFLICT (run) DO UPDATE SET last_opened = excluded.last_opened",
                params![run.as_str(), at.to_string()],
            )?;
            Ok(())
        })
    }
}

fn must_know(connection: &Connection, run: &RunId) -> Result<(), Trouble> {
    match last_position(connection, run)? {
        Some(_) => Ok(()),
        None => Err(StoreError::UnknownRun {
            run: run.to_string(),
        }
        .into()),
    }
}

fn run_row(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    let covers = Position(row.get(2)?);
    let last_opened: Option<String> = row.get(5)?;
    Ok(RunRow {
        run: typed(row, 0)?,
        opened_at: typed(row, 1)?,
        summary: row
            .get::<_, Option<String>>(3)?
            .map(|summary| (covers, summary)),
        archived: row.get(4)?,
        last_opened: last_opened.map(|_| typed(row, 5)).transpose()?,
        last: Position(row.get(6)?),
    })
}
