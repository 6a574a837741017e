//! Connecting for HTTP/2, and one request with its answer.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::{HeaderMap, Request, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::counted::Counted;
use super::lane::Course;
use super::prepared::{Given, Prepared, as_it_is, in_address, in_field};
use super::tally::Break;

/// The longest body that is kept for captures.
const LONGEST_KEPT: usize = 1024 * 1024;

/// Where requests of a connection go.
pub(super) type Sender = SendRequest<Full<Bytes>>;

/// A stream that HTTP/2 is spoken on.
trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Bytes read and written on all connections of a thread.
#[derive(Default)]
pub(super) struct Traffic {
    pub read: AtomicU64,
    pub written: AtomicU64,
}

/// An answer.
pub(super) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The head as HTTP/1.1 would have it, for captures.
    pub(super) fn head(&self) -> Vec<u8> {
        let mut head = Vec::new();
        for (name, value) in &self.headers {
            head.extend_from_slice(name.as_str().as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        head
    }
}

/// Connects and shakes hands.
pub(super) async fn connect(course: &Course, traffic: &Arc<Traffic>) -> Result<Sender, Break> {
    let within = Duration::from_nanos(course.timeout);
    let connecting = async {
        let stream = TcpStream::connect(course.target.address).await?;
        stream.set_nodelay(true)?;
        let stream: Box<dyn Duplex> = match &course.target.tls {
            None => Box::new(Counted::new(stream, Arc::clone(traffic))),
            Some((config, name)) => {
                let connector = TlsConnector::from(Arc::clone(config));
                let tls = connector.connect(name.clone(), stream).await?;
                if tls.get_ref().1.alpn_protocol() != Some(b"h2") {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "the server speaks no HTTP/2",
                    ));
                }
                Box::new(Counted::new(tls, Arc::clone(traffic)))
            }
        };
        let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .map_err(io::Error::other)?;
        // Its errors are those of the requests on it.
        tokio::spawn(async move {
            let _ = connection.await;
        });
        Ok(sender)
    };
    match tokio::time::timeout(within, connecting).await {
        Ok(Ok(sender)) => Ok(sender),
        Ok(Err(error)) => Err(Break::connecting(&error)),
        Err(_) => Err(Break::Connect),
    }
}

/// A request, its values put in.
fn request(prepared: &Prepared, given: &Given<'_>, scheme: &str) -> Option<Request<Full<Bytes>>> {
    let mut authority = String::new();
    let mut builder = Request::builder()
        .method(prepared.method.as_str())
        .version(Version::HTTP_2);
    for (name, text) in &prepared.headers {
        let value = text.fill(given, &in_field);
        if name.eq_ignore_ascii_case("host") {
            authority = value;
        } else {
            builder = builder.header(name.as_str(), value);
        }
    }
    let path = prepared.path.fill(given, &in_address);
    let body = prepared.body.fill(given, &as_it_is);
    builder
        .uri(format!("{scheme}://{authority}{path}"))
        .body(Full::new(Bytes::from(body)))
        .ok()
}

/// Sends a request and reads its answer.
pub(super) async fn exchange(
    sender: &mut Sender,
    course: &Course,
    prepared: &Prepared,
    given: &Given<'_>,
) -> Result<Answer, Break> {
    let scheme = if course.target.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let request = request(prepared, given, scheme).ok_or(Break::Other)?;
    let broke = |error: hyper::Error| {
        let mut source: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(inner) = source {
            if let Some(error) = inner.downcast_ref::<io::Error>() {
                return Break::of(error);
            }
            source = inner.source();
        }
        if error.is_closed() || error.is_canceled() {
            Break::Closed
        } else {
            Break::Reset
        }
    };
    let response = sender.send_request(request).await.map_err(broke)?;
    let (head, mut body) = response.into_parts();
    let mut kept = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(broke)?;
        if let Some(bytes) = frame.data_ref()
            && !prepared.captures.is_empty()
            && kept.len() + bytes.len() <= LONGEST_KEPT
        {
            kept.extend_from_slice(bytes);
        }
    }
    Ok(Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: Bytes::from(kept),
    })
}
