//! The outline as a run pins it: what was read from the checklist and from its probes.

use serde::{Deserialize, Serialize};

use super::ident::{Digest, ProbeHash};
use crate::canon::{self, CanonError};
use crate::outline::Outline;
use crate::probe;

/// The version of [`Pinned`]'s form that this code writes.
pub const FORMAT: u32 = 1;

/// What a pass of a probe says about its item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A pass closes the item.
    #[default]
    All,
    /// A pass answers a part; a person's word is still needed.
    Part,
}

/// A probe of an item, as far as the fold needs to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedProbe {
    /// The item it answers.
    pub item: String,
    /// The hash of the probe as declared.
    pub probe: ProbeHash,
    /// Its kind, such as `http`.
    pub kind: String,
    /// What a pass says.
    #[serde(default)]
    pub proves: Proof,
    /// For how many seconds a verdict is fresh; absent where only a new commit, version or
    /// deployment ages it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_s: Option<u64>,
}

impl PinnedProbe {
    /// What the fold needs of a declared probe.
    #[must_use]
    pub fn of(item: impl Into<String>, hash: ProbeHash, probe: &probe::Probe) -> Self {
        Self {
            item: item.into(),
            probe: hash,
            kind: probe.kind.clone(),
            proves: match probe.proves {
                probe::Proves::All => Proof::All,
                probe::Proves::Part => Proof::Part,
            },
            fresh_s: probe
                .fresh
                .and_then(probe::Quantity::as_duration)
                .map(|fresh| fresh.as_secs()),
        }
    }
}

/// What `run.opened` and `checklist.adopted` name by digest: canonical JSON of this shape.
///
/// The fold reads nothing else about a checklist, so a later parser can be better without
/// rewriting history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    /// [`FORMAT`].
    pub format: u32,
    /// The outline, with the person's corrections applied.
    pub outline: Outline,
    /// The probes, in document order.
    pub probes: Vec<PinnedProbe>,
}

/// Why bytes are not a pinned outline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinnedError {
    /// Not canonical JSON.
    #[error(transparent)]
    Canon(#[from] CanonError),
    /// Canonical JSON of another shape.
    #[error("not an outline: {0}")]
    Shape(String),
    /// A format that this version does not know.
    #[error("outline format {0} is newer than this version knows")]
    Format(u32),
}

impl Pinned {
    /// Pins an outline with its probes.
    #[must_use]
    pub fn new(outline: Outline, probes: Vec<PinnedProbe>) -> Self {
        Self {
            format: FORMAT,
            outline,
            probes,
        }
    }

    /// The bytes that are kept as a blob, and their digest.
    ///
    /// # Errors
    /// [`CanonError`] when the outline holds something outside the subset, such as a key that is not ASCII.
    pub fn seal(&self) -> Result<(Digest, Vec<u8>), CanonError> {
        let bytes = canon::document_bytes(self)?;
        Ok((Digest::of(&bytes), bytes))
    }

    /// Reads the bytes of a blob.
    ///
    /// # Errors
    /// [`PinnedError`] when they are not a pinned outline of a known format.
    pub fn read(bytes: &[u8]) -> Result<Self, PinnedError> {
        let value = canon::read_document(bytes)?;
        let format = value.get("format").and_then(serde_json::Value::as_u64);
        if let Some(format) = format
            .and_then(|f| u32::try_from(f).ok())
            .filter(|f| *f != FORMAT)
        {
            return Err(PinnedError::Format(format));
        }
        serde_json::from_value(value).map_err(|e| PinnedError::Shape(e.to_string()))
    }
}
