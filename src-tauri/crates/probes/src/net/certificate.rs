//! What a certificate says (RFC 5280).

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest as _, Sha256};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};
use x509_parser::public_key::PublicKey;

use crate::kind::Obstacle;

/// What is shown of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    pub subject: String,
    pub issuer: String,
    pub serial: String,
    pub names: Vec<String>,
    pub not_before: DateTime<Utc>,
    pub not_after: DateTime<Utc>,
    /// Algorithm and size, such as `RSA 2048`.
    pub key: String,
    pub key_bits: u64,
    /// How it is signed, such as `RSA SHA-256`.
    pub signature: String,
    /// Whether its own key signed it.
    pub signs_itself: bool,
    pub sha256: String,
}

impl Certificate {
    /// As the record keeps it.
    pub fn json(&self) -> serde_json::Value {
        let time = |time: &DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
        serde_json::json!({
            "subject": self.subject,
            "issuer": self.issuer,
            "serial": self.serial,
            "names": self.names,
            "not_before": time(&self.not_before),
            "not_after": time(&self.not_after),
            "key": self.key,
            "signature": self.signature,
            "sha256": self.sha256,
        })
    }
}

/// Reads a certificate in DER.
pub(crate) fn read_certificate(der: &[u8]) -> Result<Certificate, Obstacle> {
    let unreadable =
        |what: &str| Obstacle::refused(format!("the certificate cannot be read: {what}"));
    let (_, parsed) =
        X509Certificate::from_der(der).map_err(|error| unreadable(&error.to_string()))?;
    let moment = |seconds: i64| {
        DateTime::from_timestamp(seconds, 0).ok_or_else(|| unreadable("a date is out of range"))
    };
    let names = parsed
        .subject_alternative_name()
        .ok()
        .flatten()
        .map(|extension| {
            extension
                .value
                .general_names
                .iter()
                .filter_map(name)
                .collect()
        })
        .unwrap_or_default();
    let (algorithm, key_bits) = match parsed.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => ("RSA", key.key_size()),
        Ok(PublicKey::EC(point)) => ("EC", point.key_size()),
        Ok(PublicKey::DSA(_)) => ("DSA", 0),
        Ok(_) | Err(_) => match parsed
            .public_key()
            .algorithm
            .algorithm
            .to_id_string()
            .as_str()
        {
            // RFC 8410, section 3.
            "1.3.101.112" => ("Ed25519", 256),
            "1.3.101.113" => ("Ed448", 456),
            _ => ("unknown", 0),
        },
    };
    Ok(Certificate {
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        serial: parsed.raw_serial_as_string(),
        names,
        not_before: moment(parsed.validity().not_before.timestamp())?,
        not_after: moment(parsed.validity().not_after.timestamp())?,
        key: format!("{algorithm} {key_bits}"),
        key_bits: u64::try_from(key_bits).unwrap_or_default(),
        signature: signature(&parsed.signature_algorithm.algorithm.to_id_string()),
        signs_itself: parsed.subject().as_raw() == parsed.issuer().as_raw()
            && parsed.verify_signature(None).is_ok(),
        sha256: hex::encode(Sha256::digest(der)),
    })
}

/// The words for a signature's algorithm (RFC 8017, RFC 5758, RFC 8410).
fn signature(oid: &str) -> String {
    let words = match oid {
        "1.2.840.113549.1.1.4" => "RSA MD5",
        "1.2.840.113549.1.1.5" => "RSA SHA-1",
        "1.2.840.113549.1.1.10" => "RSA PSS",
        "1.2.840.113549.1.1.11" => "RSA SHA-256",
        "1.2.840.113549.1.1.12" => "RSA SHA-384",
        "1.2.840.113549.1.1.13" => "RSA SHA-512",
        "1.2.840.10045.4.1" => "ECDSA SHA-1",
        "1.2.840.10045.4.3.2" => "ECDSA SHA-256",
        "1.2.840.10045.4.3.3" => "ECDSA SHA-384",
        "1.2.840.10045.4.3.4" => "ECDSA SHA-512",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        other => other,
    };
    words.to_owned()
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes)
                .ok()
                .map(|octets| std::net::Ipv4Addr::from(octets).to_string()),
            16 => <[u8; 16]>::try_from(*bytes)
                .ok()
                .map(|octets| std::net::Ipv6Addr::from(octets).to_string()),
            _ => None,
        },
        _ => None,
    }
}
