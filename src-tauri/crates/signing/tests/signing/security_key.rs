//! FIDO security keys, in software: the bytes that one would answer with, built by hand from
//! OpenSSH's PROTOCOL.u2f, and shown to both verifiers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_signing::public_key::{KeyKind, PublicKeyLine};
use countersign_signing::sshsig::{self, Namespace, SigError};
use ed25519_dalek::Signer as _;
use ssh_key::sha2::{Digest, Sha256, Sha512};

use crate::stock::{NAMESPACE, PERSON, Question, ROLE, accepts};

const STATEMENT: &[u8] = b"statement";
/// Flags (touched) and a counter, as the key itself adds them.
const TOUCHED_AND_COUNTER: [u8; 5] = [1, 0, 0, 0, 42];

/// A string of the SSH wire encoding (RFC 4251 section 5).
fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    [length.as_slice(), bytes].concat()
}

/// A positive number of the SSH wire encoding, without superfluous zeros.
fn mpint(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap();
    let digits = &bytes[start..];
    let sign: &[u8] = if digits[0] & 0x80 == 0 { &[] } else { &[0] };
    string(&[sign, digits].concat())
}

/// What the key is asked to sign: application, flags, counter and the message's digest.
fn challenge(message: &[u8]) -> Vec<u8> {
    let wrapped = [
        b"SSHSIG".to_vec(),
        string(NAMESPACE.as_bytes()),
        string(b""),
        string(b"sha512"),
        string(&Sha512::digest(message)),
    ]
    .concat();
    [
        &Sha256::digest("ssh:"),
        TOUCHED_AND_COUNTER.as_slice(),
        &Sha256::digest(wrapped),
    ]
    .concat()
}

fn armour(public: &[u8], algorithm: &[u8], signature: &[u8]) -> String {
    let blob = [
        b"SSHSIG\0\0\0\x01".to_vec(),
        string(public),
        string(NAMESPACE.as_bytes()),
        string(b""),
        string(b"sha512"),
        string(
            &[
                string(algorithm).as_slice(),
                &string(signature),
                &TOUCHED_AND_COUNTER,
            ]
            .concat(),
        ),
    ]
    .concat();
    let body = STANDARD.encode(blob);
    format!("-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n")
}

fn both_accept(kind: KeyKind, algorithm: &str, public: &[u8], signature: &[u8]) {
    let line = format!("{algorithm} {}", STANDARD.encode(public));
    let key = PublicKeyLine::parse(&line).unwrap();
    assert_eq!(key.kind(), kind);
    assert!(key.kind().is_hardware());

    let armoured = armour(public, algorithm.as_bytes(), signature);
    assert!(sshsig::signing_key(&armoured).unwrap().same_key(&key));
    sshsig::verify(&key, Namespace::Signoff, STATEMENT, &armoured).unwrap();
    let signers = format!("{PERSON},{ROLE} namespaces=\"{NAMESPACE}\" {line}\n");
    let asked = Question {
        signers: signers.as_bytes(),
        revoked: None,
        principal: ROLE,
        namespace: NAMESPACE,
        at: "20261122Z",
        signature: &armoured,
        message: STATEMENT,
    };
    assert!(accepts(&asked));

    let other = sshsig::verify(&key, Namespace::Signoff, b"other", &armoured);
    assert_eq!(other, Err(SigError::Mismatch));
    assert!(!accepts(&Question {
        message: b"other",
        ..asked
    }));
}

#[test]
fn an_ed25519_security_keys_signature_is_accepted_here_and_by_stock_openssh() {
    let secret = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
    let algorithm = "sk-ssh-ed25519@openssh.com";
    let public = [
        string(algorithm.as_bytes()),
        string(secret.verifying_key().as_bytes()),
        string(b"ssh:"),
    ]
    .concat();
    let signature = secret.sign(&challenge(STATEMENT)).to_bytes();
    both_accept(KeyKind::Ed25519SecurityKey, algorithm, &public, &signature);
}

#[test]
fn an_ecdsa_security_keys_signature_is_accepted_here_and_by_stock_openssh() {
    let secret = p256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap();
    let algorithm = "sk-ecdsa-sha2-nistp256@openssh.com";
    let public = [
        string(algorithm.as_bytes()),
        string(b"nistp256"),
        string(secret.verifying_key().to_encoded_point(false).as_bytes()),
        string(b"ssh:"),
    ]
    .concat();
    let signature: p256::ecdsa::Signature = secret.sign(&challenge(STATEMENT));
    let (r, s) = signature.split_bytes();
    let numbers = [mpint(&r), mpint(&s)].concat();
    both_accept(KeyKind::EcdsaP256SecurityKey, algorithm, &public, &numbers);
}
