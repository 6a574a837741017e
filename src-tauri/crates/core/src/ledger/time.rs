//! Moments as the ledger writes them.

use std::fmt;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A moment in UTC to the millisecond, written `2026-11-24T16:00:00.000Z` (RFC 3339) and in no other way.
///
/// Moments are claims of somebody's clock: they are shown and they age, but they never order events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(DateTime<Utc>);

/// Text that is not a moment in the ledger's one form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a moment like 2026-11-24T16:00:00.000Z")]
pub struct NotAMoment(pub String);

impl Timestamp {
    /// The moment of so many milliseconds since 1970. `None` outside the years 0 to 9999.
    #[must_use]
    pub fn from_millis(millis: i64) -> Option<Self> {
        let moment = DateTime::from_timestamp_millis(millis)?;
        (0..=9999)
            .contains(&chrono::Datelike::year(&moment))
            .then_some(Self(moment))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// The same moment for calendar arithmetic.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// How long after `earlier` this is; negative when it is before.
    #[must_use]
    pub fn since(self, earlier: Self) -> TimeDelta {
        self.0 - earlier.0
    }
}

impl From<DateTime<Utc>> for Timestamp {
    /// Cuts what is finer than a millisecond.
    fn from(moment: DateTime<Utc>) -> Self {
        Self(DateTime::from_timestamp_millis(moment.timestamp_millis()).unwrap_or(moment))
    }
}

impl TryFrom<String> for Timestamp {
    type Error = NotAMoment;

    fn try_from(text: String) -> Result<Self, NotAMoment> {
        text.parse()
    }
}

impl std::str::FromStr for Timestamp {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        let refuse = || NotAMoment(text.to_owned());
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| refuse())?;
        let stamp = Self::from_millis(moment.timestamp_millis()).ok_or_else(refuse)?;
        // One moment has one spelling: other zones, precisions and leap seconds are refused.
        if text.len() == 24 && stamp.to_string() == text {
            Ok(stamp)
        } else {
            Err(refuse())
        }
    }
}

impl From<Timestamp> for String {
    fn from(stamp: Timestamp) -> String {
        stamp.to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}
