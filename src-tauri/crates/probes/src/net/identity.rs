//! The certificate that a client shows (RFC 8446, section 4.4.2).

use std::path::Path;

use rustls::client::WantsClientCert;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder};

use crate::kind::Obstacle;

/// A certificate with its chain, and its private key.
pub(crate) struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// Where a private key is.
pub(crate) enum KeyPlace<'a> {
    /// In this file.
    File(&'a Path),
    /// Here, in PEM.
    Text(&'a str),
}

impl Identity {
    /// Reads both.
    ///
    /// # Errors
    /// When one of them is not PEM of its sort. What a key's text holds is never said.
    pub fn read(certificate: &Path, key: &KeyPlace<'_>) -> Result<Self, Obstacle> {
        let unreadable = |why: String| {
            Obstacle::broken(format!("the certificates in `cert` cannot be read: {why}"))
        };
        let chain = CertificateDer::pem_file_iter(certificate)
            .map_err(|error| unreadable(error.to_string()))?
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| unreadable(error.to_string()))?;
        if chain.is_empty() {
            return Err(unreadable("there is none in it".to_owned()));
        }
        let (field, key) = match key {
            KeyPlace::File(path) => ("key", PrivateKeyDer::from_pem_file(path).ok()),
            KeyPlace::Text(text) => (
                "key_pem",
                PrivateKeyDer::from_pem_slice(text.as_bytes()).ok(),
            ),
        };
        let key = key.ok_or_else(|| {
            Obstacle::broken(format!("there is no private key in `{field}`"))
                .hint("it must be in PEM and without a passphrase")
        })?;
        Ok(Self { chain, key })
    }

    pub(super) fn shown_by(
        &self,
        builder: ConfigBuilder<ClientConfig, WantsClientCert>,
    ) -> Result<ClientConfig, Obstacle> {
        builder
            .with_client_auth_cert(self.chain.clone(), self.key.clone_key())
            .map_err(|error| {
                Obstacle::broken(format!("`cert` and its key do not go together: {error}"))
            })
    }
}
