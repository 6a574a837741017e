//! Detached SSH signatures (OpenSSH's PROTOCOL.sshsig), made and checked.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, LineEnding, SshSig};

use crate::keys::Signer;
use crate::public_key::{KeyKind, PublicKeyError, PublicKeyLine};

/// The namespace of a sign-off's statement.
pub const SIGNOFF_NAMESPACE: &str = "countersign.signoff.v1";
/// The namespace of a device's own head.
pub const HEAD_NAMESPACE: &str = "countersign.head.v1";

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";
/// A signature of any accepted kind is well under a kilobyte.
const ARMOUR_LIMIT: usize = 16 * 1024;
/// The width of a line that the decoder expects, and OpenSSH writes.
const ARMOUR_WIDTH: usize = 70;

/// What a signature is for. A signature for one purpose never passes for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Namespace {
    /// A person's statement about a sign-off point.
    #[serde(rename = "countersign.signoff.v1")]
    Signoff,
    /// A device's word about the last event of its chain.
    #[serde(rename = "countersign.head.v1")]
    Head,
}

impl Namespace {
    /// The name inside the signature.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signoff => SIGNOFF_NAMESPACE,
            Self::Head => HEAD_NAMESPACE,
        }
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Namespace {
    type Err = SigError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            SIGNOFF_NAMESPACE => Ok(Self::Signoff),
            HEAD_NAMESPACE => Ok(Self::Head),
            other => Err(SigError::UnknownNamespace(other.to_owned())),
        }
    }
}

/// Why a signature could not be made, or does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigError {
    /// The text is not an SSH signature.
    #[error("the signature cannot be read: {0}")]
    Unreadable(String),
    /// The signature was made for a purpose that Countersign does not know.
    #[error("signatures of namespace {0} are not accepted")]
    UnknownNamespace(String),
    /// The signature was made for another purpose.
    #[error("the signature is of namespace {found}, not {expected}")]
    WrongNamespace {
        /// The namespace that was asked for.
        expected: Namespace,
        /// The namespace inside the signature.
        found: String,
    },
    /// The signature was made by another key.
    #[error("the signature is by key {found}, not {expected}")]
    OtherKey {
        /// Fingerprint of the key that was asked for.
        expected: String,
        /// Fingerprint of the key inside the signature.
        found: String,
    },
    /// The signature is not over these bytes.
    #[error("the signature does not match what it should have signed")]
    Mismatch,
    /// The key is of a kind that is not accepted.
    #[error("signatures by keys of type {0} are not accepted")]
    UnsupportedKey(String),
    /// The key did not sign.
    #[error("the key did not sign: {0}")]
    Signing(String),
}

impl SigError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "signature-unreadable",
            Self::UnknownNamespace(_) => "unknown-namespace",
            Self::WrongNamespace { .. } => "wrong-namespace",
            Self::OtherKey { .. } => "other-key",
            Self::Mismatch => "signature-mismatch",
            Self::UnsupportedKey(_) => "unsupported-key-type",
            Self::Signing(_) => "signing-failed",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "Ask for the file again; it may have been cut or altered.",
            Self::UnknownNamespace(_) | Self::WrongNamespace { .. } => {
                "This signature was made for something else and says nothing here."
            }
            Self::OtherKey { .. } => "Compare the fingerprints with the person by voice.",
            Self::Mismatch => "What was signed has changed since, or the signature was altered.",
            Self::UnsupportedKey(_) => {
                "Ask for a signature by an Ed25519, ECDSA P-256 or FIDO security key."
            }
            Self::Signing(_) => "Unlock the key again and retry. Nothing was signed.",
        }
    }
}

impl From<PublicKeyError> for SigError {
    fn from(error: PublicKeyError) -> Self {
        match error {
            PublicKeyError::Malformed(reason) => Self::Unreadable(reason),
            PublicKeyError::UnsupportedType(algorithm) => Self::UnsupportedKey(algorithm),
        }
    }
}

/// Signs `message` for one purpose; the result is armoured text with LF line ends, hashed with
/// SHA-512 as `ssh-keygen -Y sign` does by default. Ed25519 is deterministic (RFC 8032), so the
/// same key and bytes always give the same text.
///
/// # Errors
/// Only if the key refuses to sign or the text cannot be encoded.
pub fn sign(signer: &Signer, namespace: Namespace, message: &[u8]) -> Result<String, SigError> {
    signer
        .private_key()
        .sign(namespace.as_str(), HashAlg::Sha512, message)
        .and_then(|signature| signature.to_pem(LineEnding::LF))
        .map_err(|error| SigError::Signing(error.to_string()))
}

/// Checks that `armoured` is a signature by exactly this key, for this purpose, over exactly
/// these bytes. Whether the key was allowed to sign is the roster's question, not this one's.
///
/// # Errors
/// See [`SigError`]; every reason has its own code.
pub fn verify(
    key: &PublicKeyLine,
    namespace: Namespace,
    message: &[u8],
    armoured: &str,
) -> Result<(), SigError> {
    let signature = read(armoured)?;
    let signed_by = PublicKeyLine::new(signature.public_key().clone().into())?;
    if !signed_by.same_key(key) {
        return Err(SigError::OtherKey {
            expected: key.fingerprint(),
            found: signed_by.fingerprint(),
        });
    }
    if signature.namespace() != namespace.as_str() {
        return Err(SigError::WrongNamespace {
            expected: namespace,
            found: signature.namespace().to_owned(),
        });
    }
    if key.kind() == KeyKind::Ed25519 {
        return verify_ed25519(&signature, message);
    }
    key.key()
        .verify(namespace.as_str(), message, &signature)
        .map_err(|_| SigError::Mismatch)
}

/// The key that a signature names, unchecked: for looking it up before [`verify`].
///
/// # Errors
/// Text that is not an SSH signature, or a kind of key that is not accepted.
pub fn signing_key(armoured: &str) -> Result<PublicKeyLine, SigError> {
    Ok(PublicKeyLine::new(
        read(armoured)?.public_key().clone().into(),
    )?)
}

/// Strict verification (no small-order keys, canonical encodings), so that nobody can make one
/// signature that holds for two messages, which RFC 8032 alone leaves possible.
fn verify_ed25519(signature: &SshSig, message: &[u8]) -> Result<(), SigError> {
    let KeyData::Ed25519(public) = signature.public_key() else {
        return Err(SigError::Mismatch);
    };
    // The name of the algorithm stands outside of what is signed.
    if signature.algorithm() != Algorithm::Ed25519 {
        return Err(SigError::Mismatch);
    }
    let signed = SshSig::signed_data(signature.namespace(), signature.hash_alg(), message)
        .map_err(|error| SigError::Unreadable(error.to_string()))?;
    let key = VerifyingKey::from_bytes(&public.0).map_err(|_| SigError::Mismatch)?;
    let bytes = Signature::from_slice(signature.signature_bytes())
        .map_err(|error| SigError::Unreadable(error.to_string()))?;
    key.verify_strict(&signed, &bytes)
        .map_err(|_| SigError::Mismatch)
}

fn read(armoured: &str) -> Result<SshSig, SigError> {
    let refused = |reason: &str| SigError::Unreadable(reason.to_owned());
    if armoured.len() > ARMOUR_LIMIT {
        return Err(refused("it is too large"));
    }
    // Mail programs wrap lines anew; stock OpenSSH reads any width, and so must this.
    let body = armoured
        .trim()
        .strip_prefix(BEGIN)
        .and_then(|rest| rest.strip_suffix(END))
        .ok_or_else(|| refused("its first or last line is missing"))?;
    let body: Vec<u8> = body
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let mut text = format!("{BEGIN}\n");
    for line in body.chunks(ARMOUR_WIDTH) {
        text.push_str(std::str::from_utf8(line).map_err(|_| refused("it is not base64"))?);
        text.push('\n');
    }
    text.push_str(END);
    text.push('\n');
    let signature = SshSig::from_pem(&text).map_err(|error| refused(&error.to_string()))?;
    if signature.version() != SshSig::VERSION {
        return Err(refused("it is of another version"));
    }
    // The reserved field is not part of what is signed, so anything in it could be forged.
    if !signature.reserved().is_empty() {
        return Err(refused("its reserved field is not empty"));
    }
    // ssh-key 0.6 reads a field whose stated length is too large; stock OpenSSH does not. It
    // cannot write ECDSA signatures of security keys, so those are not compared.
    if signature.algorithm() != Algorithm::SkEcdsaSha2NistP256
        && signature.to_pem(LineEnding::LF).ok().as_deref() != Some(text.as_str())
    {
        return Err(refused("its fields do not fill it exactly"));
    }
    Ok(signature)
}
