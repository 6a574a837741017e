//! Which certificates are trusted, and the TLS handshake.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, ProtocolVersion, RootCertStore,
    SignatureScheme,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::Identity;
use crate::kind::Obstacle;

/// The system's trusted roots, read once, and the cryptography behind TLS.
pub struct Trust {
    provider: Arc<CryptoProvider>,
    system: OnceLock<Arc<RootCertStore>>,
}

impl Default for Trust {
    fn default() -> Self {
        Self {
            provider: Arc::new(rustls::crypto::ring::default_provider()),
            system: OnceLock::new(),
        }
    }
}

impl Trust {
    fn roots(&self, extra: Option<&Path>) -> Result<Arc<RootCertStore>, Obstacle> {
        let system = self.system.get_or_init(|| {
            let mut store = RootCertStore::empty();
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            Arc::new(store)
        });
        let Some(path) = extra else {
            return Ok(Arc::clone(system));
        };
        let unreadable = |why: String| {
            Obstacle::broken(format!("the certificates in `ca` cannot be read: {why}"))
                .hint("it must be a PEM file with at least one certificate")
        };
        let mut store = RootCertStore::clone(system);
        let mut added = 0_usize;
        for certificate in
            CertificateDer::pem_file_iter(path).map_err(|error| unreadable(error.to_string()))?
        {
            let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
            store
                .add(certificate)
                .map_err(|error| unreadable(error.to_string()))?;
            added += 1;
        }
        if added == 0 {
            return Err(unreadable("there is none in it".to_owned()));
        }
        Ok(Arc::new(store))
    }

    fn verifier(&self, extra: Option<&Path>) -> Result<Arc<WebPkiServerVerifier>, Obstacle> {
        let roots = self.roots(extra)?;
        WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&self.provider))
            .build()
            .map_err(|error| {
                Obstacle::undecided(format!("this machine trusts no certificates: {error}"))
                    .hint("install the system's CA certificates, or name some with `ca`")
            })
    }

    /// A configuration that verifies; `alpn` in order of preference (RFC 7301).
    pub(crate) fn verifying(
        &self,
        extra: Option<&Path>,
        alpn: &[&[u8]],
    ) -> Result<ClientConfig, Obstacle> {
        self.verifying_as(None, extra, alpn)
    }

    /// The same, showing a certificate of one's own where the server asks for one.
    pub(crate) fn verifying_as(
        &self,
        identity: Option<&Identity>,
        extra: Option<&Path>,
        alpn: &[&[u8]],
    ) -> Result<ClientConfig, Obstacle> {
        let verifier = self.verifier(extra)?;
        let builder = self.builder()?.with_webpki_verifier(verifier);
        let mut config = match identity {
            None => builder.with_no_client_auth(),
            Some(identity) => identity.shown_by(builder)?,
        };
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        Ok(config)
    }

    /// A configuration that lets every handshake end and remembers what verification said, for
    /// reading a certificate and nothing else.
    pub(crate) fn witnessing(
        &self,
        extra: Option<&Path>,
    ) -> Result<(ClientConfig, Arc<Witness>), Obstacle> {
        self.with_witness(extra, false)
    }

    /// A configuration that asks for a trusted chain and lets every name pass, as some protocols'
    /// own modes want it.
    pub(crate) fn verifying_chain(
        &self,
        extra: Option<&Path>,
    ) -> Result<(ClientConfig, Arc<Witness>), Obstacle> {
        self.with_witness(extra, true)
    }

    fn with_witness(
        &self,
        extra: Option<&Path>,
        insists_on_chain: bool,
    ) -> Result<(ClientConfig, Arc<Witness>), Obstacle> {
        let witness = Arc::new(Witness {
            inner: self.verifier(extra)?,
            insists_on_chain,
            said: Mutex::new(None),
        });
        let config = self
            .builder()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&witness) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth();
        Ok((config, witness))
    }

    fn builder(
        &self,
    ) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, Obstacle> {
        ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| Obstacle::broken(format!("TLS cannot be set up: {error}")))
    }
}

/// What verification would have said.
#[derive(Debug)]
pub(crate) struct Witness {
    inner: Arc<WebPkiServerVerifier>,
    /// Whether the handshake ends when the chain is not good.
    insists_on_chain: bool,
    said: Mutex<Option<Result<(), Error>>>,
}

impl Witness {
    /// Whether the chain is trusted and why not, and whether the names are right where that is
    /// known from the chain's verdict.
    pub fn verdict(&self) -> Option<Result<(), Error>> {
        self.said
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What verification says of a chain, its end first, at another moment.
    pub fn at(
        &self,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        moment: UnixTime,
    ) -> Result<(), Error> {
        let (leaf, intermediates) = chain.split_first().ok_or(Error::NoCertificatesPresented)?;
        self.inner
            .verify_server_cert(leaf, intermediates, name, &[], moment)
            .map(|_| ())
    }
}

/// Whether a certificate is refused for its names alone.
pub(crate) fn is_wrong_name(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
        )
    )
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let said = self
            .inner
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map(|_| ());
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = Some(said.clone());
        match said {
            // The chain is verified before the name, so a wrong name alone means a good chain.
            Err(error) if self.insists_on_chain && !is_wrong_name(&error) => return Err(error),
            _ => {}
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// A finished handshake.
pub(crate) struct Handshake<S> {
    pub stream: TlsStream<S>,
    pub took: Duration,
}

/// Shakes hands for a name.
pub(crate) async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
    config: ClientConfig,
    name: &str,
    stream: S,
) -> Result<Handshake<S>, Obstacle> {
    let bare = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let server_name = ServerName::try_from(bare.clone())
        .map_err(|_| Obstacle::broken(format!("`{bare}` is not a name that TLS can ask for")))?;
    let begun = Instant::now();
    let stream = TlsConnector::from(Arc::new(config))
        .connect(server_name, stream)
        .await
        .map_err(|error| broken_handshake(&bare, &error))?;
    Ok(Handshake {
        stream,
        took: begun.elapsed(),
    })
}

/// The name of a version in conditions.
pub(crate) fn protocol_name(version: ProtocolVersion) -> &'static str {
    match version {
        ProtocolVersion::TLSv1_2 => "TLS1.2",
        ProtocolVersion::TLSv1_3 => "TLS1.3",
        _ => "unknown",
    }
}

/// What a handshake that broke off means.
pub(crate) fn broken_handshake(name: &str, error: &std::io::Error) -> Obstacle {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>());
    match inner {
        Some(Error::InvalidCertificate(reason)) => Obstacle::refused(format!(
            "the certificate of {name} is not good: {}",
            words(reason)
        ))
        .hint("a `tls` probe shows the certificate; a private CA can be named with `ca`"),
        Some(other) => Obstacle::refused(format!("the TLS handshake with {name} failed: {other}"))
            .hint("check that this port speaks TLS"),
        None => Obstacle::refused(format!("the TLS handshake with {name} broke off: {error}"))
            .hint("check that this port speaks TLS")
            .in_transport(),
    }
}

/// Why a certificate is not good, in plain words.
pub(crate) fn words(reason: &CertificateError) -> String {
    match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".to_owned()
        }
        CertificateError::Revoked => "it was revoked".to_owned(),
        CertificateError::UnknownIssuer => "no trusted root issued it".to_owned(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another name".to_owned()
        }
        other => {
            let text = other.to_string();
            if text.contains("CaUsedAsEndEntity") {
                "it signs itself".to_owned()
            } else {
                text
            }
        }
    }
}
