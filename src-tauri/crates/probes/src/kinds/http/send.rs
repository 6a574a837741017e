//! One exchange: connection, request, response head.

use std::net::IpAddr;
use std::path::Path;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, HOST, HeaderValue};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;

use super::request::Request;
use crate::kind::{Context, Obstacle, Saw};
use crate::net::{dial, handshake, read_certificate};

/// A response whose body is still to be read. The connection's own task ends with it.
pub(super) struct Exchange {
    pub response: hyper::Response<Incoming>,
    pub connection: Connection,
}

/// The task that moves the connection's bytes; dropping it closes the connection.
pub(super) struct Connection(JoinHandle<()>);

impl Connection {
    pub fn abort(&self) {
        self.0.abort();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends a request and waits for the response's head. Phases of the first exchange are kept, the
/// time to the first byte of the last.
pub(super) async fn exchange(
    request: &Request,
    instead: Option<IpAddr>,
    ca: Option<&Path>,
    context: &Context<'_>,
    saw: &mut Saw,
    first: bool,
) -> Result<Exchange, Obstacle> {
    let host = request
        .url
        .host_str()
        .ok_or_else(|| Obstacle::broken("the address has no host"))?;
    let port = request.url.port_or_known_default().unwrap_or(80);
    let dialed = dial(context, host, port, instead, saw).await?;
    if first {
        if let Some(dns) = dialed.dns {
            saw.phase("dns", dns);
        } else {
            saw.values.lacks("dns", "an address needs no lookup");
        }
        saw.phase("connect", dialed.connect);
    }
    if request.url.scheme() == "http" {
        if first {
            saw.values.lacks("tls", "the address is not https");
        }
        return send_http1(TokioIo::new(dialed.stream), request, saw).await;
    }
    let config = context.trust.verifying(ca, &[b"h2", b"http/1.1"])?;
    let shaken = handshake(config, host, dialed.stream).await?;
    if first {
        saw.phase("tls", shaken.took);
    }
    let (_, session) = shaken.stream.get_ref();
    if let Some(certificate) = session.peer_certificates().and_then(|chain| chain.first()) {
        saw.note("certificate", read_certificate(certificate)?.json());
    }
    let http2 = session.alpn_protocol() == Some(b"h2");
    let stream = TokioIo::new(shaken.stream);
    if http2 {
        send_http2(stream, request, saw).await
    } else {
        send_http1(stream, request, saw).await
    }
}

async fn send_http1<S>(
    stream: TokioIo<S>,
    request: &Request,
    saw: &mut Saw,
) -> Result<Exchange, Obstacle>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream)
        .await
        .map_err(|error| broken(&error))?;
    let task = Connection(tokio::spawn(async move {
        // What goes wrong on the connection reaches the one who waits for the response.
        let _ = connection.await;
    }));
    let path = match request.url.query() {
        Some(query) => format!("{}?{query}", request.url.path()),
        None => request.url.path().to_owned(),
    };
    let mut built = build(request, &path)?;
    let authority = authority(request);
    if !built.headers().contains_key(HOST) {
        let host = HeaderValue::from_str(&authority)
            .map_err(|_| Obstacle::broken("the host cannot be sent"))?;
        built.headers_mut().insert(HOST, host);
    }
    let sent = Instant::now();
    let response = sender
        .send_request(built)
        .await
        .map_err(|error| broken(&error))?;
    saw.phase("first_byte", sent.elapsed());
    Ok(Exchange {
        response,
        connection: task,
    })
}

async fn send_http2<S>(
    stream: TokioIo<S>,
    request: &Request,
    saw: &mut Saw,
) -> Result<Exchange, Obstacle>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), stream)
            .await
            .map_err(|error| broken(&error))?;
    let task = Connection(tokio::spawn(async move {
        let _ = connection.await;
    }));
    let mut whole = request.url.clone();
    whole.set_fragment(None);
    let built = build(request, whole.as_str())?;
    let sent = Instant::now();
    let response = sender
        .send_request(built)
        .await
        .map_err(|error| broken(&error))?;
    saw.phase("first_byte", sent.elapsed());
    Ok(Exchange {
        response,
        connection: task,
    })
}

/// Host, with the port where it is not the scheme's own (RFC 9110, section 7.2).
fn authority(request: &Request) -> String {
    let host = request.url.host_str().unwrap_or_default();
    match request.url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn build(request: &Request, target: &str) -> Result<hyper::Request<Full<Bytes>>, Obstacle> {
    let mut built = hyper::Request::builder()
        .method(request.method.clone())
        .uri(target)
        .body(Full::new(request.body.clone()))
        .map_err(|error| Obstacle::broken(format!("the request cannot be sent: {error}")))?;
    *built.headers_mut() = request.headers.clone();
    if !request.body.is_empty() {
        built
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(request.body.len()));
    }
    Ok(built)
}

/// The connection was made and the exchange broke off.
pub(super) fn broken(error: &hyper::Error) -> Obstacle {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let more = inner.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        source = inner.source();
    }
    let obstacle = Obstacle::refused(format!("the server broke the exchange off: {words}"));
    if error.is_parse() {
        Obstacle::refused(format!("the answer is not HTTP: {words}"))
            .hint("check the port, and http against https")
    } else {
        obstacle.in_transport()
    }
}
