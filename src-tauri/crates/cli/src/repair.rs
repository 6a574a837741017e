//! `countersign repair`.

use std::path::Path;

use countersign_api::repair;

use crate::output::{Answer, Failure};

/// Puts a damaged store back into use and says what was lost.
pub fn repair_store(folder: &Path) -> Result<Answer, Failure> {
    let done = repair(folder)?;
    let mut text = match &done.kept_in {
        None => "Nothing in this store is damaged; it was left as it is.".to_owned(),
        Some(kept_in) => format!(
            "The store can be written again. The damaged database lies in {kept_in} as it was.\n{}",
            match done.lost.is_empty() {
                true => "Nothing was lost.",
                false => "Lost:",
            }
        ),
    };
    for part in &done.lost {
        text.push_str("\n  ");
        text.push_str(part);
    }
    Answer::ok(text, &done)
}
