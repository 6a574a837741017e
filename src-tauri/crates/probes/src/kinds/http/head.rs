//! Asking for a page's head, for kinds that only want to know whether it is there and what its
//! headers say.

use hyper::{HeaderMap, Method, StatusCode};
use url::Url;

use super::request::Request;
use super::send::exchange;
use super::way::Way;
use crate::kind::{Context, Obstacle, Saw};

/// An answer without its body.
pub(in crate::kinds) struct Head {
    pub status: StatusCode,
    pub headers: HeaderMap,
}

/// Sends a request and reads the answer's head. Redirects are not followed, and of the body nothing
/// is read.
///
/// # Errors
/// What kept the server from answering.
pub(in crate::kinds) async fn ask(
    request: &Request,
    way: &Way,
    context: &Context<'_>,
    saw: &mut Saw,
) -> Result<Head, Obstacle> {
    let first = !saw.values.metrics.contains_key("connect");
    let exchange = exchange(request, way, context, saw, first).await?;
    let (head, _) = exchange.response.into_parts();
    Ok(Head {
        status: head.status,
        headers: head.headers,
    })
}

/// The status of a page. Nothing secret is sent.
///
/// # Errors
/// What kept the server from answering.
pub(in crate::kinds) async fn head(
    context: &Context<'_>,
    url: &Url,
    method: Method,
) -> Result<StatusCode, Obstacle> {
    let request = Request::bare(method, url.clone());
    // The phases of one page among many are no one's measurement.
    let mut own = Saw::default();
    let head = ask(&request, &Way::default(), context, &mut own).await?;
    Ok(head.status)
}
