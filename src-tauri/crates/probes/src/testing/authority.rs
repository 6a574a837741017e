//! Certificates for the tests of everything that speaks TLS.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, PKCS_ED25519,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;

use super::Bench;

/// An authority of a test.
pub(crate) type Issuer = CertifiedIssuer<'static, KeyPair>;

/// A new one.
pub(crate) fn authority() -> Issuer {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "Test Root");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server's certificate for `localhost`, with the years it begins and ends.
pub(crate) fn certificate(issuer: Option<&Issuer>, years: (i32, i32)) -> ServerConfig {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    params.not_before = rcgen::date_time_ymd(years.0, 1, 1);
    params.not_after = rcgen::date_time_ymd(years.1, 1, 1);
    let key = if issuer.is_some() {
        KeyPair::generate().unwrap()
    } else {
        KeyPair::generate_for(&PKCS_ED25519).unwrap()
    };
    let certificate = match issuer {
        Some(issuer) => params.signed_by(&key, issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    configured(vec![certificate.der().clone()], &key)
}

/// A server that shows a chain, its own certificate first.
pub(crate) fn configured(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> ServerConfig {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap()
}

/// A bench whose repository has the authority's certificate in `ca.pem`.
pub(crate) fn trusting(issuer: &Issuer) -> (TempDir, Bench) {
    let repository = tempfile::tempdir().unwrap();
    std::fs::write(repository.path().join("ca.pem"), issuer.pem()).unwrap();
    let bench = Bench::at(repository.path());
    (repository, bench)
}

/// Years in which a certificate is good now.
pub(crate) const THIS_CENTURY: (i32, i32) = (2020, 2090);
