//! One request for the kinds that speak HTTP to a known service: its answer, read whole.

use chrono::{DateTime, Utc};
use countersign_core::probe::{Quantity, Unit};
use http_body_util::BodyExt as _;
use hyper::HeaderMap;
use hyper::header::DATE;

use super::request::Request;
use super::way::Way;
use super::{body, send};
use crate::kind::{Context, Obstacle, Saw};
use crate::redact::beginning;

/// An answer.
pub(in crate::kinds) struct Fetched {
    pub status: u16,
    pub headers: HeaderMap,
    body: body::Body,
    most: u64,
}

/// Sends a request and reads the answer up to `most` decoded bytes. No redirect is followed.
pub(in crate::kinds) async fn fetch(
    request: &Request,
    way: &Way,
    most: u64,
    context: &Context<'_>,
    saw: &mut Saw,
) -> Result<Fetched, Obstacle> {
    let first = !saw.values.metrics.contains_key("connect");
    let exchange = send::exchange(request, way, context, saw, first).await?;
    let (head, incoming) = exchange.response.into_parts();
    let body = body::read(incoming.boxed(), &head.headers, most).await?;
    drop(exchange.channel);
    Ok(Fetched {
        status: head.status.as_u16(),
        headers: head.headers,
        body,
        most,
    })
}

impl Fetched {
    /// The body as text.
    ///
    /// # Errors
    /// Undecided when it was cut, refused when it is no text.
    pub fn text(&self) -> Result<&str, Obstacle> {
        if self.body.is_cut() {
            let most = i64::try_from(self.most).unwrap_or(i64::MAX);
            let most = Quantity::whole(most, Unit::Byte);
            return Err(
                Obstacle::undecided(format!("the answer is longer than {most}"))
                    .hint("ask for less, or raise `max_body`"),
            );
        }
        std::str::from_utf8(self.body.bytes())
            .map_err(|_| Obstacle::refused("the answer is not text"))
    }

    /// What was read of the body.
    pub fn beginning(&self) -> &[u8] {
        self.body.bytes()
    }

    /// Whether it is a success (RFC 9110, section 15.3).
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What an answer that is no success means, with the beginning of its text.
    pub fn refusal(&self) -> Obstacle {
        let text = String::from_utf8_lossy(self.body.bytes());
        let line = text.trim().lines().next().unwrap_or_default();
        let begins = beginning(line, 120);
        let what = format!("it answered {} {begins}", self.status);
        let refused = Obstacle::refused(what.trim_end());
        match self.status {
            401 | 403 => refused.hint("check the credentials and what they may read"),
            300..=399 => refused.hint("it redirects; give the address that it redirects to"),
            404 => refused.hint("check the address"),
            _ => refused,
        }
    }

    /// The server's own time; this machine's where it tells none.
    pub fn date(&self) -> DateTime<Utc> {
        self.headers
            .get(DATE)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| DateTime::parse_from_rfc2822(text).ok())
            .map_or_else(|| std::time::SystemTime::now().into(), |time| time.to_utc())
    }
}
