//! Names of things in the ledger: lower-hex SHA-256 digests, told apart by type.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.wrapping_sub(b'a').wrapping_add(10),
    }
}

/// Reads text that stands for a value, without keeping the text.
struct Parsed<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Parsed<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("64 lower-case hexadecimal digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! digest_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

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
                Self(hex::encode(bytes).into())
            }

            /// The 32 bytes.
            #[must_use]
            pub fn to_bytes(&self) -> [u8; 32] {
                let mut bytes = [0; 32];
                for (byte, pair) in bytes.iter_mut().zip(self.0.as_bytes().chunks_exact(2)) {
                    *byte = nibble(pair[0]) << 4 | nibble(pair[1]);
                }
                bytes
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotADigest;

            fn try_from(text: String) -> Result<Self, NotADigest> {
                text.parse()
            }
        }

        impl FromStr for $name {
            type Err = NotADigest;

            fn from_str(text: &str) -> Result<Self, NotADigest> {
                if is_digest(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(NotADigest(text.to_owned()))
                }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.as_ref().to_owned()
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Parsed(PhantomData))
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
        Self(crate::canon::sha256_hex(bytes).into())
    }
}

impl From<EventId> for RunId {
    fn from(id: EventId) -> Self {
        Self(id.0)
    }
}
