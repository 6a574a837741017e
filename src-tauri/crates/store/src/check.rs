//! Checking a store: the database's structure, every chain, every piece of evidence.

use std::collections::HashMap;

use countersign_core::ledger::SealedEvent;
use countersign_core::ledger::{DeviceId, EventId};
use rusqlite::Connection;

use crate::connection::integrity_check;
use crate::error::{Damage, DamagedPart, StoreError};
use crate::events::stored_event;
use crate::evidence::evidence_row;
use crate::open::whole_database;
use crate::rows::typed;
use crate::store::Store;

impl Store {
    /// Checks everything that can be checked, and names what is damaged; nothing is changed. Reads
    /// all of the store, so it takes as long as the disk needs for that.
    ///
    /// # Errors
    /// When the database cannot be read for another reason than damage.
    pub fn check(&self) -> Result<Vec<Damage>, StoreError> {
        let (mut damage, evidence) = self.read(|view| {
            let mut damage: Vec<Damage> = integrity_check(view)?
                .into_iter()
                .map(whole_database)
                .collect();
            if damage.is_empty() {
                damage.extend(check_chains(view)?);
            }
            let evidence = view
                .prepare("SELECT digest, size, withheld_at FROM evidence ORDER BY digest")?
                .query_map([], evidence_row)?
                .collect::<Result<Vec<_>, _>>()?;
            Ok((damage, evidence))
        })?;
        for row in evidence.into_iter().filter(|row| row.withheld_at.is_none()) {
            let part = || DamagedPart::Evidence(row.blob.digest.to_string());
            match self.check_blob(&row.blob.digest) {
                Ok(_) => {}
                Err(StoreError::EvidenceMissing { .. }) => {
                    damage.push(Damage::new(part(), "its file is missing"));
                }
                Err(StoreError::Damaged { damage: found, .. }) => damage.extend(found),
                Err(other) => damage.push(Damage::new(part(), other.to_string())),
            }
        }
        Ok(damage)
    }
}

/// Reads every event and compares it with its id, its columns and what it builds on.
fn check_chains(view: &Connection) -> rusqlite::Result<Vec<Damage>> {
    let mut damage = Vec::new();
    let mut known: HashMap<EventId, (DeviceId, u64)> = HashMap::new();
    let mut query = view.prepare(
        "SELECT position, id, run, bytes, device, seq, prev FROM events ORDER BY position",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let stored = stored_event(row)?;
        let id: EventId = typed(row, 1)?;
        let part = || DamagedPart::Event {
            run: stored.run.clone(),
            event: id.to_string(),
        };
        let event = match SealedEvent::reopen(&id, &stored.bytes) {
            Ok(event) => event,
            Err(error) => {
                damage.push(Damage::new(part(), error.to_string()));
                continue;
            }
        };
        let content = event.event();
        let columns: (String, u64, Option<String>) = (row.get(4)?, row.get(5)?, row.get(6)?);
        let prev = content.prev.as_ref().map(ToString::to_string);
        if event.run().as_str() != stored.run
            || (content.device.as_str(), content.seq, &prev)
                != (columns.0.as_str(), columns.1, &columns.2)
        {
            let what = format!(
                "its row {} does not say what its bytes say",
                stored.position.0
            );
            damage.push(Damage::new(part(), what));
        }
        if let Some(parent) = event.parents().find(|parent| !known.contains_key(*parent)) {
            damage.push(Damage::new(
                part(),
                format!("it builds on {parent}, which is missing"),
            ));
        }
        let before = content.prev.as_ref().and_then(|prev| known.get(prev));
        if before.is_some_and(|(device, seq)| {
            *device != content.device || seq.checked_add(1) != Some(content.seq)
        }) {
            damage.push(Damage::new(
                part(),
                "it does not continue the chain it says it continues",
            ));
        }
        known.insert(id.clone(), (content.device.clone(), content.seq));
    }
    Ok(damage)
}
