//! A public key as one line of text, and the two forms in which people compare it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, EcdsaCurve, HashAlg, PublicKey};

/// How many bytes of the fingerprint are spoken. Eight bytes are 64 bits: too many to search for a
/// second key that sounds alike while two people are on the phone, few enough to read aloud.
const SPOKEN_BYTES: usize = 8;

/// What kind of key signs, and therefore how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// Ed25519 in software, the only kind that this crate itself signs with.
    Ed25519,
    /// ECDSA on NIST P-256, through `ssh-keygen`.
    EcdsaP256,
    /// Ed25519 on a FIDO security key, through `ssh-keygen`.
    Ed25519SecurityKey,
    /// ECDSA on a FIDO security key, through `ssh-keygen`.
    EcdsaP256SecurityKey,
}

impl KeyKind {
    /// True where the private half lives in hardware and signing needs a touch.
    #[must_use]
    pub fn is_hardware(self) -> bool {
        matches!(self, Self::Ed25519SecurityKey | Self::EcdsaP256SecurityKey)
    }
}

/// Why a line is not a public key that can be used here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// The text is not an OpenSSH public key.
    #[error("this is not an OpenSSH public key: {0}")]
    Malformed(String),
    /// The key is of a kind that is not accepted, such as RSA or DSA.
    #[error("keys of type {0} are not accepted")]
    UnsupportedType(String),
}

impl PublicKeyError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "key-unreadable",
            Self::UnsupportedType(_) => "unsupported-key-type",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Malformed(_) => {
                "Paste the whole line of a .pub file; it begins with ssh-ed25519."
            }
            Self::UnsupportedType(_) => {
                "Use an Ed25519 key, an ECDSA P-256 key, or a FIDO security key."
            }
        }
    }
}

/// A public key: kind, key and comment, as in one line of a `.pub` file.
///
/// Two of these are equal when kind, key *and* comment are; [`PublicKeyLine::same_key`] leaves the
/// comment aside, which is what every decision about trust must do.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKeyLine {
    key: PublicKey,
    kind: KeyKind,
    line: String,
}

impl PublicKeyLine {
    /// Reads one line `type base64 [comment]`.
    ///
    /// # Errors
    /// Malformed text, and key types that are not accepted.
    pub fn parse(line: &str) -> Result<Self, PublicKeyError> {
        let mut words = line.split_whitespace();
        let (Some(algorithm), Some(base64)) = (words.next(), words.next()) else {
            return Err(PublicKeyError::Malformed(
                "two words are needed, a type and a key".into(),
            ));
        };
        let comment = words.collect::<Vec<_>>().join(" ");
        let mut key = PublicKey::from_openssh(&format!("{algorithm} {base64}"))
            .map_err(|error| PublicKeyError::Malformed(error.to_string()))?;
        key.set_comment(comment);
        Self::new(key)
    }

    pub(crate) fn new(key: PublicKey) -> Result<Self, PublicKeyError> {
        let kind = match key.algorithm() {
            Algorithm::Ed25519 => KeyKind::Ed25519,
            Algorithm::SkEd25519 => KeyKind::Ed25519SecurityKey,
            Algorithm::SkEcdsaSha2NistP256 => KeyKind::EcdsaP256SecurityKey,
            Algorithm::Ecdsa {
                curve: EcdsaCurve::NistP256,
            } => KeyKind::EcdsaP256,
            other => return Err(PublicKeyError::UnsupportedType(other.as_str().to_owned())),
        };
        let line = key
            .to_openssh()
            .map_err(|error| PublicKeyError::Malformed(error.to_string()))?
            .trim_end()
            .to_owned();
        Ok(Self { key, kind, line })
    }

    pub(crate) fn key(&self) -> &PublicKey {
        &self.key
    }

    pub(crate) fn key_data(&self) -> &KeyData {
        self.key.key_data()
    }

    /// What kind of key this is.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The comment, often an address; a claim of whoever made the key.
    #[must_use]
    pub fn comment(&self) -> &str {
        self.key.comment()
    }

    /// The same key with another comment.
    ///
    /// # Errors
    /// A comment that cannot stand in one line.
    pub fn with_comment(&self, comment: &str) -> Result<Self, PublicKeyError> {
        if comment.chars().any(char::is_control) {
            return Err(PublicKeyError::Malformed(
                "a comment must be one line".into(),
            ));
        }
        Self::new(PublicKey::new(self.key_data().clone(), comment))
    }

    /// The whole line without a line end: `ssh-ed25519 AAAA… comment`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.line
    }

    /// Whether both lines hold the same key, whatever their comments.
    #[must_use]
    pub fn same_key(&self, other: &Self) -> bool {
        self.key_data() == other.key_data()
    }

    /// The fingerprint as OpenSSH prints it: `SHA256:` and the unpadded base64 of the SHA-256 of
    /// the key's wire encoding (RFC 4253 section 6.6).
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.key.fingerprint(HashAlg::Sha256).to_string()
    }

    /// The first eight bytes of that fingerprint as words of the PGP word list, for two people to
    /// compare by voice. Words at even and odd places come from different lists, so that a left
    /// out, doubled or swapped word is heard.
    #[must_use]
    pub fn spoken_fingerprint(&self) -> String {
        let fingerprint = self.key.fingerprint(HashAlg::Sha256);
        let bytes = fingerprint
            .as_bytes()
            .get(..SPOKEN_BYTES)
            .unwrap_or_default();
        pgp_words::to_words(bytes).join(" ")
    }
}

impl fmt::Debug for PublicKeyLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublicKeyLine").field(&self.line).finish()
    }
}

impl fmt::Display for PublicKeyLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl FromStr for PublicKeyLine {
    type Err = PublicKeyError;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        Self::parse(line)
    }
}

impl TryFrom<String> for PublicKeyLine {
    type Error = PublicKeyError;

    fn try_from(line: String) -> Result<Self, Self::Error> {
        Self::parse(&line)
    }
}

impl From<PublicKeyLine> for String {
    fn from(key: PublicKeyLine) -> Self {
        key.line
    }
}
