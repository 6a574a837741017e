//! One key exchange (RFC 4253, section 7; RFC 8731; RFC 5656, section 4) and the host key's
//! signature over it. It ends before encryption begins, which is why no SSH library is needed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use ring::agreement::{self, EphemeralPrivateKey, UnparsedPublicKey};
use ring::rand::SystemRandom;
use ring::signature::{self, RsaPublicKeyComponents};
use sha2::{Digest as _, Sha256};

use super::wire::{Fields, Wire, put, put_number, trimmed};
use crate::kind::Obstacle;

const KEXINIT: u8 = 20;
const KEX_ECDH_INIT: u8 = 30;
const KEX_ECDH_REPLY: u8 = 31;

/// The exchanges that are spoken; both hash with SHA-256.
static EXCHANGES: [(&str, &agreement::Algorithm); 3] = [
    ("curve25519-sha256", &agreement::X25519),
    ("curve25519-sha256@libssh.org", &agreement::X25519),
    ("ecdh-sha2-nistp256", &agreement::ECDH_P256),
];

/// The signatures that are verified, by the word of the field `type`.
const SIGNATURES: [(&str, &str); 5] = [
    ("ed25519", "ssh-ed25519"),
    ("ecdsa", "ecdsa-sha2-nistp256"),
    ("ecdsa", "ecdsa-sha2-nistp384"),
    ("rsa", "rsa-sha2-512"),
    ("rsa", "rsa-sha2-256"),
];

/// What a server offers.
pub(super) struct Offer {
    pub exchanges: Vec<String>,
    pub key_types: Vec<String>,
    pub ciphers: Vec<String>,
    message: Vec<u8>,
}

/// A host key.
pub(super) struct HostKey {
    /// As it goes over the wire and stands, in base64, in `known_hosts`.
    pub blob: Vec<u8>,
    pub kind: String,
    pub bits: usize,
    /// Whether its signature over the exchange is right.
    pub proven: bool,
}

impl HostKey {
    /// As `ssh-keygen -l` shows it.
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", BASE64.encode(Sha256::digest(&self.blob)))
    }
}

/// Both identifications.
pub(super) struct Names<'a> {
    pub own: &'a str,
    pub theirs: &'a str,
}

/// Reads what the server offers.
pub(super) async fn offer(wire: &mut Wire) -> Result<Offer, Obstacle> {
    let message = wire.receive(KEXINIT).await?;
    let mut fields = Fields(message.get(17..).unwrap_or_default());
    let mut names = || fields.names();
    let read = (names(), names(), names());
    let (Some(exchanges), Some(key_types), Some(ciphers)) = read else {
        return Err(wire.foreign());
    };
    Ok(Offer {
        exchanges,
        key_types,
        ciphers,
        message,
    })
}

/// Exchanges keys, asking for a host key of the type `wanted` where there is one.
pub(super) async fn exchange(
    wire: &mut Wire,
    names: &Names<'_>,
    offer: &Offer,
    wanted: Option<&str>,
) -> Result<HostKey, Obstacle> {
    let common = |name: &&str| offer.exchanges.iter().any(|offered| offered == name);
    let spoken = EXCHANGES.iter().copied().find(|(name, _)| common(name));
    let (name, algorithm) = spoken.ok_or_else(|| {
        Obstacle::undecided("the server offers no key exchange that this probe speaks")
            .hint("it speaks curve25519-sha256 and ecdh-sha2-nistp256")
    })?;
    let signatures: Vec<&str> = SIGNATURES
        .iter()
        .filter(|(word, _)| wanted.is_none_or(|wanted| wanted == *word))
        .map(|(_, signature)| *signature)
        .filter(|signature| offer.key_types.iter().any(|offered| offered == signature))
        .collect();
    if signatures.is_empty() {
        let what = wanted.unwrap_or("known");
        return Err(
            Obstacle::refused(format!("the server has no host key of the {what} type"))
                .hint("`key_types` shows what it has"),
        );
    }
    let own = hello(name, &signatures.join(","), offer)?;
    wire.send(&own).await?;
    let random = SystemRandom::new();
    let failed = |_| Obstacle::undecided("no key can be made on this machine");
    let private = EphemeralPrivateKey::generate(algorithm, &random).map_err(failed)?;
    let public = private.compute_public_key().map_err(failed)?;
    let mut init = vec![KEX_ECDH_INIT];
    put(&mut init, public.as_ref());
    wire.send(&init).await?;
    let reply = wire.receive(KEX_ECDH_REPLY).await?;
    let mut fields = Fields(reply.get(1..).unwrap_or_default());
    let read = (fields.bytes(), fields.bytes(), fields.bytes());
    let (Some(blob), Some(theirs), Some(signed)) = read else {
        return Err(wire.foreign());
    };
    let peer = UnparsedPublicKey::new(algorithm, theirs);
    let shared = agreement::agree_ephemeral(private, &peer, <[u8]>::to_vec)
        .map_err(|_| Obstacle::refused("the server's part of the key exchange is not valid"))?;
    let mut hashed = Vec::new();
    put(&mut hashed, names.own.as_bytes());
    put(&mut hashed, names.theirs.as_bytes());
    put(&mut hashed, &own);
    put(&mut hashed, &offer.message);
    put(&mut hashed, blob);
    put(&mut hashed, public.as_ref());
    put(&mut hashed, theirs);
    put_number(&mut hashed, &shared);
    let hash = Sha256::digest(&hashed);
    read_key(blob, signed, &hash).ok_or_else(|| wire.foreign())
}

/// This side's offer: one exchange, the signatures that are wanted, and everything else as the
/// server would have it, because it is never used.
fn hello(exchange: &str, signatures: &str, offer: &Offer) -> Result<Vec<u8>, Obstacle> {
    let mut message = vec![KEXINIT];
    let mut cookie = [0; 16];
    getrandom::fill(&mut cookie)
        .map_err(|error| Obstacle::undecided(format!("no random bytes: {error}")))?;
    message.extend(cookie);
    put(&mut message, exchange.as_bytes());
    put(&mut message, signatures.as_bytes());
    // Ciphers, codes, compressions and languages of both directions.
    let mut fields = Fields(offer.message.get(17..).unwrap_or_default());
    for at in 0..10 {
        let list = fields.bytes().unwrap_or_default();
        if at >= 2 {
            put(&mut message, list);
        }
    }
    // No packet of this side was guessed, and a number for later use.
    message.extend([0; 5]);
    Ok(message)
}

/// Reads a host key and verifies its signature (RFC 8709; RFC 5656, section 3.1; RFC 8332).
fn read_key(blob: &[u8], signed: &[u8], hash: &[u8]) -> Option<HostKey> {
    let mut fields = Fields(blob);
    let kind = fields.text()?;
    let mut signed = Fields(signed);
    let algorithm = signed.text()?;
    let signature = signed.bytes()?;
    let (bits, proven) = match (kind.as_str(), algorithm.as_str()) {
        ("ssh-ed25519", "ssh-ed25519") => {
            let key = signature::UnparsedPublicKey::new(&signature::ED25519, fields.bytes()?);
            (256, key.verify(hash, signature).is_ok())
        }
        ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256") => (
            256,
            ecdsa(
                &signature::ECDSA_P256_SHA256_FIXED,
                32,
                &mut fields,
                signature,
                hash,
            )?,
        ),
        ("ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384") => (
            384,
            ecdsa(
                &signature::ECDSA_P384_SHA384_FIXED,
                48,
                &mut fields,
                signature,
                hash,
            )?,
        ),
        ("ssh-rsa", "rsa-sha2-256" | "rsa-sha2-512") => {
            let (e, n) = (trimmed(fields.bytes()?), trimmed(fields.bytes()?));
            // A short key is measured, and judged by `key_bits`.
            let scheme = if algorithm == "rsa-sha2-256" {
                &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
            } else {
                &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY
            };
            let key = RsaPublicKeyComponents { n, e };
            let zeros = n.first().map_or(0, |first| first.leading_zeros());
            let bits = (n.len() * 8).checked_sub(usize::try_from(zeros).ok()?)?;
            (bits, key.verify(scheme, hash, signature).is_ok())
        }
        // A key of one type with a signature of another proves nothing.
        _ => (0, false),
    };
    Some(HostKey {
        blob: blob.to_vec(),
        kind,
        bits,
        proven,
    })
}

fn ecdsa(
    scheme: &'static dyn signature::VerificationAlgorithm,
    length: usize,
    fields: &mut Fields<'_>,
    signature: &[u8],
    hash: &[u8],
) -> Option<bool> {
    // The curve's name stands before the point.
    fields.bytes()?;
    let key = signature::UnparsedPublicKey::new(scheme, fields.bytes()?);
    let mut numbers = Fields(signature);
    let mut fixed = Vec::new();
    for number in [numbers.bytes()?, numbers.bytes()?] {
        let number = trimmed(number);
        fixed.resize(fixed.len() + length.checked_sub(number.len())?, 0);
        fixed.extend(number);
    }
    Some(key.verify(hash, &fixed).is_ok())
}
