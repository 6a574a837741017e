//! The end of a device's chain, as every export signs it.

use serde::{Deserialize, Serialize};

use super::ident::{DeviceId, EventId, RunId};
use crate::canon::{self, CanonError};

/// Where a device's chain in a run ends. Its canonical bytes are signed by the device key in the
/// namespace `countersign.head.v1`; an event that no signed head covers is refused on import.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceHead {
    /// The run.
    pub run: RunId,
    /// The device.
    pub device: DeviceId,
    /// The number of its last event.
    pub seq: u64,
    /// Its last event.
    pub id: EventId,
}

/// Why bytes are not a head.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// Not canonical JSON.
    #[error(transparent)]
    Canon(#[from] CanonError),
    /// Canonical JSON of another shape.
    #[error("not a device head: {0}")]
    Shape(String),
}

impl DeviceHead {
    /// The bytes that are signed.
    ///
    /// # Errors
    /// [`CanonError`] when `seq` is beyond what the canonical form holds.
    pub fn bytes(&self) -> Result<Vec<u8>, CanonError> {
        canon::to_bytes(self)
    }

    /// Reads signed bytes strictly.
    ///
    /// # Errors
    /// [`HeadError`] when they are not a head.
    pub fn read(bytes: &[u8]) -> Result<Self, HeadError> {
        serde_json::from_value(canon::read_canonical(bytes)?)
            .map_err(|e| HeadError::Shape(e.to_string()))
    }
}
