//! Names of things in the ledger: lower-hex SHA-256 digests, told apart by type.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Text that should be a digest and is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not 64 lower-case hexadecimal digits")]
pub struct NotADigest(pub String);

fn is_digest(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

macro_rules! digest_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The 64 hexadecimal digits.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The first eight digits, for people.
            #[must_use]
            pub fn short(&self) -> &str {
                &self.0[..8]
            }

            /// From the 32 bytes of the digest.
            #[must_use]
            pub fn from_bytes(bytes: &[u8; 32]) -> Self {
                Self(hex::encode(bytes).into_boxed_str())
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotADigest;

            fn try_from(text: String) -> Result<Self, NotADigest> {
                if is_digest(&text) { Ok(Self(text.into_boxed_str())) } else { Err(NotADigest(text)) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotADigest;

            fn from_str(text: &str) -> Result<Self, NotADigest> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

digest_type! {
    /// The id of an event: SHA-256 of `countersign-event-v1\0` and its bytes.
    EventId
}
digest_type! {
    /// The id of a run: the id of its opening event.
    RunId
}
digest_type! {
    /// A store's device: SHA-256 of the raw 32 bytes of its Ed25519 public key.
    DeviceId
}
digest_type! {
    /// The plain SHA-256 of bytes kept beside the ledger (checklist, outline, evidence, record).
    Digest
}
digest_type! {
    /// The hash of a probe as its checklist declares it.
    ProbeHash
}

impl Digest {
    /// The digest of bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(crate::canon::sha256_hex(bytes).into_boxed_str())
    }
}

impl From<EventId> for RunId {
    fn from(id: EventId) -> Self {
        Self(id.0)
    }
}
