//! Keys that count no longer, whatever the roster says.

use std::collections::BTreeSet;
use std::str::FromStr;

use countersign_core::diagnostic::Diagnostic;
use ssh_key::Fingerprint;

use super::parse::{Finding, lines, not_utf8};
use crate::public_key::PublicKeyLine;

/// The list of revoked keys, one a line: a public key, as `ssh-keygen -Y verify -r` reads it, or
/// a `SHA256:` fingerprint, which only Countersign reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revoked {
    fingerprints: BTreeSet<String>,
}

impl Revoked {
    /// Reads a list. A line that cannot be read is reported as an error: until it is mended, the
    /// caller must not claim that revocations were checked.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> (Self, Vec<Diagnostic>) {
        let mut fingerprints = BTreeSet::new();
        let mut diagnostics = Vec::new();
        for (number, line) in lines(bytes) {
            let Some(line) = line.map(str::trim) else {
                diagnostics.push(not_utf8().at_line(number));
                continue;
            };
            let word = line.split_whitespace().next().unwrap_or_default();
            if word.starts_with("SHA256:") {
                match Fingerprint::from_str(word) {
                    Ok(fingerprint) => {
                        fingerprints.insert(fingerprint.to_string());
                        diagnostics.push(stock_cannot_read(word).at_line(number));
                    }
                    Err(_) => {
                        diagnostics.push(unreadable("it is not a fingerprint").at_line(number))
                    }
                }
                continue;
            }
            match PublicKeyLine::parse(line) {
                Ok(key) => {
                    fingerprints.insert(key.fingerprint());
                }
                Err(error) => diagnostics.push(unreadable(&error.to_string()).at_line(number)),
            }
        }
        (Self { fingerprints }, diagnostics)
    }

    /// Whether this key is revoked.
    #[must_use]
    pub fn contains(&self, key: &PublicKeyLine) -> bool {
        self.fingerprints.contains(&key.fingerprint())
    }

    /// How many keys are revoked.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fingerprints.len()
    }

    /// Whether no key is revoked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fingerprints.is_empty()
    }
}

fn stock_cannot_read(fingerprint: &str) -> Finding {
    Finding::warning(
        "revoked-fingerprint",
        0,
        format!("ssh-keygen cannot read the fingerprint {fingerprint} and will refuse this list."),
        "Write the public key itself, so that anybody can check with ssh-keygen.",
    )
}

fn unreadable(reason: &str) -> Finding {
    Finding::error(
        "revoked-unreadable",
        0,
        format!("This revoked key cannot be read: {reason}."),
        "Write one public key a line.",
    )
}
