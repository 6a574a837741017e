//! Noticing what other connections wrote: another window or the command line.

use countersign_core::ledger::RunId;

use crate::error::StoreError;
use crate::events::Position;
use crate::rows::typed;
use crate::store::Store;

/// A moment in the life of a store as one process sees it. The default is before everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeToken {
    position: Position,
    data_version: Option<i64>,
}

/// What has changed since a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Where to go on from.
    pub token: ChangeToken,
    /// The runs that have new events, sorted by id.
    pub runs: Vec<RunId>,
    /// Whether anything at all was committed meanwhile, local tables included.
    pub anything: bool,
}

impl Store {
    /// What was committed since `token`, by whomever. Cheap enough to be asked several times a second.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn changed_since(&self, token: ChangeToken) -> Result<Changes, StoreError> {
        self.read(|view| {
            let last: i64 = view
                .prepare_cached("SELECT coalesce(max(position), 0) FROM events")?
                .query_row([], |row| row.get(0))?;
            // Asked after the view was taken: it is the version that this view shows.
            let version: i64 = view.query_row("PRAGMA data_version", [], |row| row.get(0))?;
            let runs = view
                .prepare_cached("SELECT DISTINCT run FROM events WHERE position > ?1 ORDER BY run")?
                .query_map([token.position.0], |row| typed(row, 0))?
                .collect::<Result<Vec<RunId>, _>>()?;
            let anything = !runs.is_empty() || token.data_version != Some(version);
            let token = ChangeToken {
                position: Position(last),
                data_version: Some(version),
            };
            Ok(Changes {
                token,
                runs,
                anything,
            })
        })
    }
}
