//! How a host is reached: at which address, over which version of IP and of HTTP, through which
//! proxy, trusting and showing which certificates.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_core::probe::{Plan, route};
use hyper::header::HeaderValue;
use url::Url;

use super::proxy;
use crate::kind::{Context, Obstacle, Saw};
use crate::net::{Duplex, Family, Identity, KeyPlace, dial_over, handshake, read_certificate};

/// A version of HTTP that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::kinds) enum Spoken {
    Http1,
    Http2,
}

/// A proxy, and what it wants to see.
pub(in crate::kinds) struct Proxy {
    pub url: Url,
    pub authorization: Option<HeaderValue>,
}

/// The way to a host.
#[derive(Default)]
pub(in crate::kinds) struct Way {
    pub instead: Option<IpAddr>,
    pub family: Option<Family>,
    pub ca: Option<PathBuf>,
    pub identity: Option<Identity>,
    pub proxy: Option<Proxy>,
    /// What the server prefers where absent.
    pub version: Option<Spoken>,
}

/// A stream to the server, TLS done where the address asks for it.
pub(in crate::kinds) struct Opened {
    pub stream: Box<dyn Duplex>,
    /// Whether HTTP/2 is spoken on it.
    pub http2: bool,
    /// The proxy at the other end, to which requests are written with their whole address.
    pub asks_proxy: bool,
}

impl Way {
    /// What a plan says of it.
    ///
    /// # Errors
    /// When a file or a secret that it names is not there or not what it should be.
    pub fn of(plan: &Plan, context: &Context<'_>) -> Result<Self, Obstacle> {
        let family = match plan.text("ip").as_deref() {
            Some("4") => Some(Family::V4),
            Some("6") => Some(Family::V6),
            _ => None,
        };
        let version = match plan.text("http").as_deref() {
            Some("1.1") => Some(Spoken::Http1),
            Some("2") => Some(Spoken::Http2),
            _ => None,
        };
        Ok(Self {
            instead: plan.text("resolve").and_then(|text| text.parse().ok()),
            family,
            ca: context.pem(plan, "ca")?,
            identity: identity(plan, context)?,
            proxy: proxy(plan, context)?,
            version,
        })
    }

    /// The way after a redirect to another host: what was meant for the first one stays behind.
    pub fn elsewhere(self) -> Self {
        Self {
            instead: None,
            identity: None,
            ..self
        }
    }

    /// Stays with the address that the first connection was made to, so that a name whose address
    /// changes meanwhile is one host to the whole probe. Where the environment or a proxy says how
    /// the host is reached, that holds anyway.
    pub fn stay(&mut self, url: &Url, context: &Context<'_>, saw: &Saw) {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or(80);
        if self.proxy.is_some() || route(context.routes, host, port).is_some() {
            return;
        }
        let address = saw.saw.get("address").and_then(|text| text.as_str());
        let address = address.and_then(|text| text.parse::<SocketAddr>().ok());
        self.instead = self.instead.or(address.map(|address| address.ip()));
    }

    /// Connects. `first` says whether the phases of time are this probe's measurement.
    pub async fn open(
        &self,
        url: &Url,
        context: &Context<'_>,
        saw: &mut Saw,
        first: bool,
    ) -> Result<Opened, Obstacle> {
        let host = url
            .host_str()
            .ok_or_else(|| Obstacle::broken("the address has no host"))?;
        let port = url.port_or_known_default().unwrap_or(80);
        let secure = matches!(url.scheme(), "https" | "wss");
        let (near, near_port, instead) = match &self.proxy {
            None => (host, port, self.instead),
            Some(proxy) => (
                proxy.url.host_str().unwrap_or_default(),
                proxy.url.port_or_known_default().unwrap_or(80),
                None,
            ),
        };
        let dialed = dial_over(context, near, near_port, instead, self.family, saw).await?;
        let mut connect = dialed.connect;
        let mut stream: Box<dyn Duplex> = Box::new(dialed.stream);
        // A request to a WebSocket needs a stream of its own, so it goes through a tunnel too.
        let tunnels = secure || url.scheme() == "ws";
        if let Some(proxy) = &self.proxy {
            // That the proxy is there says nothing of the host.
            saw.reached = false;
            if tunnels {
                let begun = Instant::now();
                stream = proxy::tunnel(stream, proxy, host, port).await?;
                connect += begun.elapsed();
                saw.reached = true;
            }
        }
        if first {
            match dialed.dns {
                Some(dns) => saw.phase("dns", dns),
                None => saw.values.lacks("dns", "an address needs no lookup"),
            }
            saw.phase("connect", connect);
        }
        if !secure {
            if first {
                saw.values.lacks("tls", "the address is not https");
            }
            return Ok(Opened {
                stream,
                http2: self.version == Some(Spoken::Http2),
                asks_proxy: self.proxy.is_some() && !tunnels,
            });
        }
        let offered: &[&[u8]] = match self.version {
            None => &[b"h2", b"http/1.1"],
            Some(Spoken::Http1) => &[b"http/1.1"],
            Some(Spoken::Http2) => &[b"h2"],
        };
        let config =
            context
                .trust
                .verifying_as(self.identity.as_ref(), self.ca.as_deref(), offered)?;
        let shaken = handshake(config, host, stream).await?;
        if first {
            saw.phase("tls", shaken.took);
        }
        let (_, session) = shaken.stream.get_ref();
        if let Some(certificate) = session.peer_certificates().and_then(|chain| chain.first()) {
            saw.note("certificate", read_certificate(certificate)?.json());
        }
        let http2 = session.alpn_protocol() == Some(b"h2");
        if self.version == Some(Spoken::Http2) && !http2 {
            return Err(Obstacle::refused("the server does not speak HTTP/2"));
        }
        Ok(Opened {
            stream: Box::new(shaken.stream),
            http2,
            asks_proxy: false,
        })
    }
}

fn identity(plan: &Plan, context: &Context<'_>) -> Result<Option<Identity>, Obstacle> {
    let Some(certificate) = context.pem(plan, "cert")? else {
        return Ok(None);
    };
    let key = match (context.text(plan, "key_pem")?, context.pem(plan, "key")?) {
        (Some(text), _) => Identity::read(&certificate, &KeyPlace::Text(&text)),
        (None, Some(path)) => Identity::read(&certificate, &KeyPlace::File(&path)),
        (None, None) => Identity::read(&certificate, &KeyPlace::File(&certificate)),
    };
    key.map(Some)
}

fn proxy(plan: &Plan, context: &Context<'_>) -> Result<Option<Proxy>, Obstacle> {
    let Some(address) = plan.text("proxy") else {
        return Ok(None);
    };
    let url =
        Url::parse(&address).map_err(|error| Obstacle::broken(format!("`proxy`: {error}")))?;
    let authorization = match context.text(plan, "proxy_basic")? {
        None => None,
        Some(pair) => {
            let text = format!("Basic {}", STANDARD.encode(pair.as_bytes()));
            let mut value = HeaderValue::from_str(&text)
                .map_err(|_| Obstacle::broken("`proxy_basic` cannot be sent"))?;
            value.set_sensitive(true);
            Some(value)
        }
    };
    Ok(Some(Proxy { url, authorization }))
}
