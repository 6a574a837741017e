//! A tunnel through a proxy (RFC 9110, section 9.3.6).

use bytes::Bytes;
use http_body_util::Empty;
use hyper::Method;
use hyper::header::{HOST, PROXY_AUTHORIZATION};
use hyper_util::rt::TokioIo;

use super::send::Connection;
use super::way::Proxy;
use crate::kind::Obstacle;
use crate::net::Duplex;

/// Asks the proxy at the other end of `stream` for a connection to a host.
///
/// # Errors
/// Undecided whenever there is none: a proxy says nothing of the host behind it.
pub(super) async fn tunnel(
    stream: Box<dyn Duplex>,
    proxy: &Proxy,
    host: &str,
    port: u16,
) -> Result<Box<dyn Duplex>, Obstacle> {
    let silent = |error: hyper::Error| {
        Obstacle::undecided(format!("the proxy broke the exchange off: {error}"))
            .hint("check that `proxy` is an HTTP proxy")
            .in_transport()
    };
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(silent)?;
    let driver = Connection::of(async move {
        let _ = connection.with_upgrades().await;
    });
    let place = format!("{host}:{port}");
    let mut asked = hyper::Request::builder()
        .method(Method::CONNECT)
        .uri(&place)
        .header(HOST, &place);
    if let Some(authorization) = &proxy.authorization {
        asked = asked.header(PROXY_AUTHORIZATION, authorization);
    }
    let asked = asked
        .body(Empty::<Bytes>::new())
        .map_err(|error| Obstacle::broken(format!("the proxy cannot be asked: {error}")))?;
    let answer = sender.send_request(asked).await.map_err(silent)?;
    match answer.status().as_u16() {
        200..=299 => {}
        407 => {
            return Err(Obstacle::undecided("the proxy wants to know who asks")
                .hint("set `proxy_basic: user:${secret:NAME}`"));
        }
        status => {
            return Err(Obstacle::undecided(format!(
                "the proxy answered {status} and made no connection to {place}"
            ))
            .hint("check what the proxy allows, and whether it reaches the host"));
        }
    }
    let upgraded = hyper::upgrade::on(answer).await.map_err(silent)?;
    // What was upgraded moves its bytes by itself.
    driver.detach();
    Ok(Box::new(TokioIo::new(upgraded)))
}
