//! The stage's own certificate authority, and the certificates that are wrong in one way each.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Datelike as _, TimeDelta, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, SanType,
};

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing: 90 days are left.
    #[default]
    None,
    /// It ended yesterday.
    Expired,
    /// It ends in 20 days.
    EndsSoon,
    /// It is for another name.
    OtherName,
    /// Nobody but itself vouches for it.
    SelfSigned,
}

/// A certificate and its key, as PEM files.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The certificate with its chain.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// The authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: PathBuf,
    /// Its own certificate, which a client has to trust.
    pub certificate: PathBuf,
}

impl Authority {
    /// Makes an authority whose files lie in `folder`.
    pub fn new(folder: &Path) -> Self {
        let mut params = params("Countersign stage", &[], 0, 3650);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        let root = params.self_signed(&key).expect("a certificate");
        let certificate = folder.join("authority.pem");
        fs::write(&certificate, root.pem()).expect("a file to write");
        Self {
            issuer: Issuer::new(params, key),
            folder: folder.to_owned(),
            certificate,
        }
    }

    /// A certificate for these names with one flaw, in the files `<label>.pem` and `<label>.key`.
    #[must_use]
    pub fn issue(&self, label: &str, names: &[&str], flaw: Flaw) -> Pair {
        let params = match flaw {
            Flaw::None | Flaw::SelfSigned => params(label, names, -1, 90),
            Flaw::Expired => params(label, names, -30, -1),
            Flaw::EndsSoon => params(label, names, -60, 20),
            Flaw::OtherName => params(label, &["elsewhere.test"], -1, 90),
        };
        let key = KeyPair::generate().expect("a key");
        let certificate = if flaw == Flaw::SelfSigned {
            params.self_signed(&key)
        } else {
            params.signed_by(&key, &self.issuer)
        }
        .expect("a certificate");
        let pair = Pair {
            certificate: self.folder.join(format!("{label}.pem")),
            key: self.folder.join(format!("{label}.key")),
        };
        fs::write(&pair.certificate, certificate.pem()).expect("a file to write");
        fs::write(&pair.key, key.serialize_pem()).expect("a file to write");
        pair
    }
}

fn params(label: &str, names: &[&str], begins: i64, ends: i64) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, label);
    params.subject_alt_names = names
        .iter()
        .map(|name| match name.parse() {
            Ok(address) => SanType::IpAddress(address),
            Err(_) => SanType::DnsName((*name).try_into().expect("a DNS name")),
        })
        .collect();
    let (year, month, day) = date(begins);
    params.not_before = rcgen::date_time_ymd(year, month, day);
    let (year, month, day) = date(ends);
    params.not_after = rcgen::date_time_ymd(year, month, day);
    params
}

/// The day that many days from now, in UTC. Certificates end at its midnight, so a day more is
/// given to those that are still good, and whole days are left at every time of the day.
fn date(days: i64) -> (i32, u8, u8) {
    let day = Utc::now() + TimeDelta::days(days + i64::from(days > 0));
    let small = |n: u32| u8::try_from(n).expect("a month or a day");
    (day.year(), small(day.month()), small(day.day()))
}
