//! Table `approvals`: which exact plans of probes a person approved on this device. Never exported.

use countersign_core::ledger::Digest;
use countersign_core::ledger::Timestamp;
use rusqlite::params;
use serde_json::Value;

use crate::error::StoreError;
use crate::rows::{json, to_json, typed};
use crate::store::Store;

/// A plan that a person approved.
#[derive(Clone, Debug, PartialEq)]
pub struct Approval {
    /// The domain-separated hash of the plan.
    pub plan_hash: Digest,
    /// The environment it was approved for; empty for none.
    pub environment: String,
    /// The plan as it was shown, to be compared with the next one ("the same but for the version").
    pub plan: Value,
    /// When.
    pub approved_at: Timestamp,
}

impl Store {
    /// Records approvals, all of them or none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn approve(&self, approvals: &[Approval]) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut insert = transaction.prepare(
                "INSERT INTO approvals (plan_hash, environment, plan, approved_at)
                 VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE
                 SET plan = excluded.plan, approved_at = excluded.approved_at",
            )?;
            for approval in approvals {
                insert.execute(params![
                    approval.plan_hash.as_str(),
                    approval.environment,
                    to_json(&approval.plan)?,
                    approval.approved_at.to_string()
                ])?;
            }
            Ok(())
        })
    }

    /// Whether exactly this plan was approved for this environment.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn is_approved(&self, plan_hash: &Digest, environment: &str) -> Result<bool, StoreError> {
        self.read(|view| {
            let mut query = view.prepare_cached(
                "SELECT 1 FROM approvals WHERE plan_hash = ?1 AND environment = ?2",
            )?;
            Ok(query.exists([plan_hash.as_str(), environment])?)
        })
    }

    /// What was approved for an environment, the last first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn approvals(&self, environment: &str) -> Result<Vec<Approval>, StoreError> {
        self.read(|view| {
            let mut query = view.prepare(
                "SELECT plan_hash, environment, plan, approved_at FROM approvals
                 WHERE environment = ?1 ORDER BY approved_at DESC, plan_hash",
            )?;
            let rows = query
                .query_map([environment], |row| {
                    Ok(Approval {
                        plan_hash: typed(row, 0)?,
                        environment: row.get(1)?,
                        plan: json(row, 2)?,
                        approved_at: typed(row, 3)?,
                    })
                })?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Takes an approval back.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn revoke_approval(&self, plan_hash: &Digest, environment: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM approvals WHERE plan_hash = ?1 AND environment = ?2",
                [plan_hash.as_str(), environment],
            )?;
            Ok(())
        })
    }
}
