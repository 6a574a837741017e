//! How much of a body, an output or a file is read.

use countersign_core::probe::{Plan, Quantity, Unit};

/// Where the author says nothing: 1 MB.
const USUAL: u64 = 1_000_000;
/// At most: 50 MB.
const MOST: u64 = 50_000_000;

/// The cap in bytes that a field of a plan sets.
pub(super) fn cap(plan: &Plan, field: &str) -> u64 {
    plan.text(field)
        .and_then(|text| Quantity::parse(&text))
        .and_then(|quantity| quantity.to(Unit::Byte))
        .and_then(|quantity| u64::try_from(quantity.n.trunc()).ok())
        .unwrap_or(USUAL)
        .min(MOST)
}
