//! Connections that requests go over, and one exchange.

use std::future::Future;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::header::{CONTENT_LENGTH, HOST, HeaderValue, PROXY_AUTHORIZATION};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::task::JoinHandle;
use url::Url;

use super::request::Request;
use super::way::{Opened, Way};
use crate::kind::{Context, Obstacle, Saw};

/// The most bytes of a response's head.
const LONGEST_HEAD: usize = 256 * 1024;

/// The task that moves a connection's bytes; dropping it closes the connection.
pub(super) struct Connection(Option<JoinHandle<()>>);

impl Connection {
    pub fn of(driver: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Some(tokio::spawn(driver)))
    }

    /// Lets it go on for as long as it has bytes to move.
    pub fn detach(mut self) {
        self.0 = None;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

enum Sender {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

/// A connection that requests go over, one after the other.
pub(in crate::kinds) struct Channel {
    sender: Sender,
    /// What the proxy at its other end wants to see, where there is one.
    asks_proxy: Option<Option<HeaderValue>>,
    _connection: Connection,
}

impl Channel {
    /// Connects to the host of `url`.
    pub async fn open(
        way: &Way,
        url: &Url,
        context: &Context<'_>,
        saw: &mut Saw,
        first: bool,
    ) -> Result<Self, Obstacle> {
        let Opened {
            stream,
            http2,
            asks_proxy,
        } = way.open(url, context, saw, first).await?;
        let stream = TokioIo::new(stream);
        // What goes wrong on the connection reaches the one who waits for the response.
        let (sender, connection) = if http2 {
            let (sender, connection) = http2::Builder::new(TokioExecutor::new())
                .max_header_list_size(u32::try_from(LONGEST_HEAD).unwrap_or(u32::MAX))
                .handshake(stream)
                .await
                .map_err(|error| broken(&error))?;
            let driver = Connection::of(async move {
                let _ = connection.await;
            });
            (Sender::Http2(sender), driver)
        } else {
            let (sender, connection) = http1::Builder::new()
                .max_buf_size(LONGEST_HEAD)
                .handshake(stream)
                .await
                .map_err(|error| broken(&error))?;
            let driver = Connection::of(async move {
                let _ = connection.await;
            });
            (Sender::Http1(sender), driver)
        };
        Ok(Self {
            sender,
            asks_proxy: asks_proxy.then(|| {
                let proxy = way.proxy.as_ref();
                proxy.and_then(|proxy| proxy.authorization.clone())
            }),
            _connection: connection,
        })
    }

    /// Whether another request can go over it.
    pub async fn is_open(&mut self) -> bool {
        match &mut self.sender {
            Sender::Http1(sender) => sender.ready().await.is_ok(),
            Sender::Http2(sender) => sender.ready().await.is_ok(),
        }
    }

    /// Sends a request and waits for the response's head.
    pub async fn send(
        &mut self,
        request: &Request,
        saw: &mut Saw,
    ) -> Result<hyper::Response<Incoming>, Obstacle> {
        let mut whole = request.url.clone();
        whole.set_fragment(None);
        let begun = Instant::now();
        let answered = match &mut self.sender {
            Sender::Http1(sender) => {
                let path = match request.url.query() {
                    Some(query) => format!("{}?{query}", request.url.path()),
                    None => request.url.path().to_owned(),
                };
                let target = match self.asks_proxy {
                    Some(_) => whole.as_str(),
                    None => &path,
                };
                let mut built = build(request, target)?;
                let headers = built.headers_mut();
                if !headers.contains_key(HOST) {
                    let host = HeaderValue::from_str(&authority(request))
                        .map_err(|_| Obstacle::broken("the host cannot be sent"))?;
                    headers.insert(HOST, host);
                }
                if let Some(Some(authorization)) = &self.asks_proxy {
                    headers.insert(PROXY_AUTHORIZATION, authorization.clone());
                }
                sender.send_request(built).await
            }
            Sender::Http2(sender) => sender.send_request(build(request, whole.as_str())?).await,
        };
        let response = answered.map_err(|error| broken(&error))?;
        saw.reached = true;
        saw.phase("first_byte", begun.elapsed());
        Ok(response)
    }
}

/// A response whose body is still to be read. The connection's own task ends with it.
pub(in crate::kinds) struct Exchange {
    pub response: hyper::Response<Incoming>,
    pub channel: Channel,
}

/// Sends a request on a connection of its own and waits for the response's head. Phases of the
/// first exchange are kept, the time to the first byte of the last.
pub(super) async fn exchange(
    request: &Request,
    way: &Way,
    context: &Context<'_>,
    saw: &mut Saw,
    first: bool,
) -> Result<Exchange, Obstacle> {
    let mut channel = Channel::open(way, &request.url, context, saw, first).await?;
    let response = channel.send(request, saw).await?;
    Ok(Exchange { response, channel })
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
    // Hyper's own question for this is only there with its server.
    if error.is_parse() && words.contains("head is too large") {
        Obstacle::refused("the head of the answer is longer than a client takes")
            .hint("it may have 100 header fields and 256 KiB")
    } else if words.contains("CertificateRequired") {
        obstacle.hint("the server wants to see a certificate: name one with `cert`")
    } else if error.is_parse() {
        Obstacle::refused(format!("the answer is not HTTP: {words}"))
            .hint("check the port, and http against https")
    } else {
        obstacle.in_transport()
    }
}
