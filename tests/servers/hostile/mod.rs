//! Servers, programs and files that mean harm: each probe ends within its deadline, in bounded
//! memory, and is never green.

mod answers;
mod bombs;
mod files;
mod memory;
mod programs;
mod redirects;
mod sources;
mod words;

use countersign_core::probe::{Observation, Verdict};

/// Whether a verdict says clearly that nothing good was seen, and what to do where that is needed.
fn is_clear(seen: &Observation) -> bool {
    let red = matches!(
        seen.verdict,
        Verdict::Fail | Verdict::Inconclusive | Verdict::Error
    );
    red && !seen.summary.is_empty()
}
