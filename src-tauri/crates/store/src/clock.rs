//! The store's own clock, for what is local to this device. The ledger's times come from the caller.

use std::time::{SystemTime, UNIX_EPOCH};

use countersign_core::ledger::Timestamp;

/// The present moment as this laptop's clock has it.
pub(crate) fn now() -> Timestamp {
    Timestamp::from(chrono::DateTime::<chrono::Utc>::from(
        SystemTime::now().max(UNIX_EPOCH),
    ))
}
