//! Following redirects (RFC 9110, section 15.4).

use countersign_core::probe::Value;
use hyper::header::LOCATION;
use hyper::{HeaderMap, StatusCode};
use url::Url;

use super::request::Request;
use super::send::{Exchange, exchange};
use super::way::Way;
use crate::kind::{Context, Obstacle, Saw};

/// The last exchange, and how it was come to.
pub(in crate::kinds) struct Arrived {
    /// The request that was answered.
    pub request: Request,
    /// The way to its host.
    pub way: Way,
    pub exchange: Exchange,
    /// The addresses before it.
    pub visited: Vec<String>,
}

/// Sends a request and follows so many redirects.
///
/// # Errors
/// When there are more, where some are allowed; and what [`Request::follow`] refuses.
pub(in crate::kinds) async fn arrive(
    mut request: Request,
    mut way: Way,
    allowed: usize,
    context: &Context<'_>,
    saw: &mut Saw,
) -> Result<Arrived, Obstacle> {
    let mut visited: Vec<String> = Vec::new();
    loop {
        let exchange = exchange(&request, &way, context, saw, visited.is_empty()).await?;
        let (status, headers) = (exchange.response.status(), exchange.response.headers());
        saw.values
            .set("status", Value::count(u64::from(status.as_u16())));
        let next = redirect(&request.url, status, headers);
        if let Some(next) = next.as_ref().filter(|_| allowed == 0) {
            saw.hint = Some(format!(
                "it redirects to {next}; `redirects: 1` would follow"
            ));
        }
        let Some(next) = next.filter(|_| allowed > 0) else {
            return Ok(Arrived {
                request,
                way,
                exchange,
                visited,
            });
        };
        if visited.len() >= allowed {
            return Err(Obstacle::refused(format!(
                "it redirected more than {allowed} times, next to {next}"
            )));
        }
        visited.push(request.url.to_string());
        if next.origin() == request.url.origin() {
            way.stay(&request.url, context, saw);
        } else {
            way = way.elsewhere();
        }
        request = request.follow(next, status)?;
    }
}

/// Where a response sends to, if it does.
pub(in crate::kinds) fn redirect(
    from: &Url,
    status: StatusCode,
    headers: &HeaderMap,
) -> Option<Url> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = headers.get(LOCATION)?.to_str().ok()?;
    from.join(location).ok()
}
