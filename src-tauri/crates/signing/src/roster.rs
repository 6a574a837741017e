//! Who may sign as what, from when until when: an OpenSSH `allowed_signers` file
//! (ssh-keygen(1), ALLOWED SIGNERS) with two principals a key, and a list of revoked keys.

mod entry;
mod parse;
mod revoked;

use chrono::{DateTime, Utc};
use countersign_core::diagnostic::Diagnostic;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use self::entry::{RosterEntry, RosterError, role_principal};
pub use self::revoked::Revoked;
use crate::public_key::PublicKeyLine;
use crate::sshsig::Namespace;

/// Whether a key may sign for a person in a role at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "judgement", rename_all = "kebab-case")]
pub enum Judgement {
    /// Listed for the person and for the role, and within both dates.
    Valid,
    /// Listed, but the moment is after the end date.
    Expired {
        /// The last second at which the key was valid.
        since: DateTime<Utc>,
    },
    /// Listed, but the moment is before the first date.
    NotYet {
        /// The first second at which the key is valid.
        from: DateTime<Utc>,
    },
    /// The key is not listed for the person, or not for the role.
    Unlisted {
        /// What the roster does not say.
        missing: Unlisted,
    },
    /// The key is on the list of revoked keys; no date helps.
    Revoked,
}

/// What the roster does not say about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unlisted {
    /// The key is nowhere in the roster for this purpose.
    Key,
    /// The key is listed, but not as this person.
    Person,
    /// The key is this person's, but not in this role.
    Role,
}

/// A roster: its bytes as they were read, and the lines that can be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    bytes: Vec<u8>,
    entries: Vec<RosterEntry>,
    revoked: Revoked,
}

impl Roster {
    /// Reads an `allowed_signers` file. A line that cannot be used costs that line and is reported
    /// with its place; it never makes a key more trusted than stock OpenSSH would.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> (Self, Vec<Diagnostic>) {
        let (entries, diagnostics) = parse::roster(bytes);
        (
            Self {
                bytes: bytes.to_vec(),
                entries,
                revoked: Revoked::default(),
            },
            diagnostics,
        )
    }

    /// The same roster together with a list of revoked keys.
    #[must_use]
    pub fn with_revoked(mut self, revoked: Revoked) -> Self {
        self.revoked = revoked;
        self
    }

    /// The lines that can be used, in the file's order.
    #[must_use]
    pub fn entries(&self) -> &[RosterEntry] {
        &self.entries
    }

    /// The file's bytes, unchanged.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Lower-hex SHA-256 of the file's bytes, as a statement names the roster.
    #[must_use]
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(&self.bytes))
    }

    /// Judges whether `key` may sign a sign-off as the person `principal` in the role
    /// `role_principal` at the moment `at`. Both principals must hold with this one key.
    ///
    /// Moments count in whole seconds and both dates are inclusive, as in OpenSSH.
    #[must_use]
    pub fn judge(
        &self,
        key: &PublicKeyLine,
        principal: &str,
        role_principal: &str,
        at: DateTime<Utc>,
    ) -> Judgement {
        if self.revoked.contains(key) {
            return Judgement::Revoked;
        }
        let of_key: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| entry.key().same_key(key) && entry.allows(Namespace::Signoff))
            .collect();
        if of_key.is_empty() {
            return Judgement::Unlisted {
                missing: Unlisted::Key,
            };
        }
        let mut worst = Judgement::Valid;
        for (name, missing) in [
            (principal, Unlisted::Person),
            (role_principal, Unlisted::Role),
        ] {
            match standing(&of_key, name, at) {
                None => return Judgement::Unlisted { missing },
                Some(Judgement::Valid) => {}
                Some(other) if worst == Judgement::Valid => worst = other,
                Some(_) => {}
            }
        }
        worst
    }

    /// The file's bytes with one more line at the end.
    #[must_use]
    pub fn appended(&self, entry: &RosterEntry) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        if bytes.last().is_some_and(|last| *last != b'\n') {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(entry.to_line().as_bytes());
        bytes.push(b'\n');
        bytes
    }

    /// The file's bytes with an end date set on one line and every other byte as it was. A leaver
    /// is never deleted, because what they signed before stays valid.
    ///
    /// # Errors
    /// No usable entry on that line, or an end before its beginning.
    pub fn ended(&self, line: u32, at: DateTime<Utc>) -> Result<Vec<u8>, RosterError> {
        let entry = self
            .entries
            .iter()
            .find(|entry| entry.line() == line)
            .ok_or(RosterError::NoEntry { line })?;
        let replacement = entry
            .clone()
            .with_validity(entry.valid_after(), Some(at))?
            .to_line();
        let mut bytes = Vec::with_capacity(self.bytes.len() + replacement.len());
        for (number, old) in (1_u32..).zip(self.bytes.split_inclusive(|byte| *byte == b'\n')) {
            if number != line {
                bytes.extend_from_slice(old);
                continue;
            }
            bytes.extend_from_slice(replacement.as_bytes());
            if old.ends_with(b"\r\n") {
                bytes.extend_from_slice(b"\r\n");
            } else if old.ends_with(b"\n") {
                bytes.push(b'\n');
            }
        }
        Ok(bytes)
    }
}

/// The best that any line of this key says about one principal; `None` where no line names it.
fn standing(of_key: &[&RosterEntry], principal: &str, at: DateTime<Utc>) -> Option<Judgement> {
    let mut outside = None;
    for entry in of_key.iter().filter(|entry| entry.names(principal)) {
        match entry.standing(at) {
            Judgement::Valid => return Some(Judgement::Valid),
            other => outside = outside.or(Some(other)),
        }
    }
    outside
}
