//! The server: its address, and how it is trusted.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use url::Url;

use crate::message::Refusal;
use crate::plan::{HttpVersion, Plan};

/// Where all requests of a run go.
pub(super) struct Target {
    /// `host:port` as it is written.
    pub authority: String,
    pub address: SocketAddr,
    pub tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
}

impl Target {
    /// The one server of a checked plan. Its name is looked up here, once.
    ///
    /// # Errors
    /// `load-unreachable` where its name has no address, `load-tls` where trust cannot be set up.
    pub(super) fn of(plan: &Plan) -> Result<Self, Refusal> {
        let request = plan
            .requests
            .first()
            .ok_or_else(|| Refusal::new("load-plan", "there is no request"))?;
        let authority = request.authority()?;
        let url = Url::parse(&request.url)
            .map_err(|error| Refusal::new("load-plan", error.to_string()))?;
        let address = match plan.addresses.get(&authority) {
            Some(address) => *address,
            None => look_up(&authority)?,
        };
        let tls = match url.scheme() {
            "https" => Some(trust(plan, url.host_str().unwrap_or_default())?),
            _ => None,
        };
        Ok(Self {
            authority,
            address,
            tls,
        })
    }
}

fn look_up(authority: &str) -> Result<SocketAddr, Refusal> {
    let found = authority.to_socket_addrs().map(|mut all| all.next());
    match found {
        Ok(Some(address)) => Ok(address),
        Ok(None) => Err(unknown(authority, "no address")),
        Err(error) => Err(unknown(authority, &error.to_string())),
    }
}

fn unknown(authority: &str, why: &str) -> Refusal {
    Refusal::new(
        "load-unreachable",
        format!("the name of {authority} has no address: {why}"),
    )
    .hint("check the name and the VPN")
}

fn trust(plan: &Plan, host: &str) -> Result<(Arc<ClientConfig>, ServerName<'static>), Refusal> {
    let wrong = |why: String| Refusal::new("load-tls", why);
    let mut roots = RootCertStore::empty();
    // What cannot be read of the system's own certificates is not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in CertificateDer::pem_slice_iter(plan.tls.ca.as_bytes()) {
        let added = certificate
            .map_err(|error| error.to_string())
            .and_then(|certificate| roots.add(certificate).map_err(|error| error.to_string()));
        added.map_err(|why| wrong(format!("`ca` holds what is no certificate: {why}")))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![match plan.http {
        HttpVersion::Http1 => b"http/1.1".to_vec(),
        HttpVersion::Http2 => b"h2".to_vec(),
    }];
    let name = match plan.tls.name.as_str() {
        "" => host.trim_start_matches('[').trim_end_matches(']'),
        name => name,
    };
    let name = ServerName::try_from(name.to_owned())
        .map_err(|error| wrong(format!("`{name}`: {error}")))?;
    Ok((Arc::new(config), name))
}
