//! Asking for a page's head, for kinds that only want to know whether it is there.

use hyper::{Method, StatusCode};
use url::Url;

use super::request::Request;
use super::send::exchange;
use crate::kind::{Context, Obstacle, Saw};

/// The status of a page. Redirects are not followed, nothing secret is sent, and of the body nothing
/// is read.
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
    let exchange = exchange(&request, None, None, context, &mut own, false).await?;
    Ok(exchange.response.status())
}
