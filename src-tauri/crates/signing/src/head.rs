//! A device's own head: the raw Ed25519 key of a store signs where its chain ends.

use ssh_key::PublicKey;
use ssh_key::public::{Ed25519PublicKey, KeyData};

use crate::keys::Signer;
use crate::public_key::PublicKeyLine;
use crate::sshsig::{self, Namespace, SigError};

/// Signs the canonical JSON of a head with the device key's 32 secret bytes.
///
/// # Errors
/// Only if the text of the signature cannot be encoded.
pub fn sign_head(secret: &[u8; 32], head: &[u8]) -> Result<String, SigError> {
    sshsig::sign(&Signer::from_seed(secret)?, Namespace::Head, head)
}

/// The public half of a device key, as 32 bytes (RFC 8032 section 5.1.5).
#[must_use]
pub fn device_public_key(secret: &[u8; 32]) -> [u8; 32] {
    ed25519_dalek::SigningKey::from_bytes(secret)
        .verifying_key()
        .to_bytes()
}

/// Checks that the device with this public key signed exactly this head.
///
/// # Errors
/// See [`SigError`].
pub fn verify_head(device: &[u8; 32], head: &[u8], armoured: &str) -> Result<(), SigError> {
    let key = PublicKey::from(KeyData::from(Ed25519PublicKey(*device)));
    sshsig::verify(&PublicKeyLine::new(key)?, Namespace::Head, head, armoured)
}

/// The device key that a head's signature names, unchecked. Whoever imports a head compares its
/// digest with the head's `device` and then calls [`verify_head`].
///
/// # Errors
/// Text that is not an SSH signature, or one by another kind of key than Ed25519.
pub fn signing_device(armoured: &str) -> Result<[u8; 32], SigError> {
    let key = sshsig::signing_key(armoured)?;
    match key.key_data() {
        KeyData::Ed25519(public) => Ok(public.0),
        other => Err(SigError::UnsupportedKey(
            other.algorithm().as_str().to_owned(),
        )),
    }
}
