//! What header fields say of a limit.

use chrono::DateTime;
use countersign_core::probe::{Quantity, Unit, Value};
use hyper::HeaderMap;
use hyper::header::{DATE, RETRY_AFTER};

use crate::kind::Saw;

/// Measures `retry_after` and `limit`.
pub(super) fn measure(headers: &HeaderMap, limited: bool, saw: &mut Saw) {
    match wait(headers).filter(|_| limited) {
        Some(seconds) => saw.values.set(
            "retry_after",
            Value::Number(Quantity::whole(seconds, Unit::Second)),
        ),
        None if limited => saw.values.lacks("retry_after", "the refusal does not say"),
        None => saw.values.lacks("retry_after", "no request was refused"),
    }
    match limit(headers) {
        Some(limit) => saw.values.set("limit", Value::count(limit)),
        None => saw.values.lacks("limit", "the service does not say"),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Seconds, or a date against the server's own clock (RFC 9110, section 10.2.3).
fn wait(headers: &HeaderMap) -> Option<i64> {
    let after = text(headers, RETRY_AFTER.as_str())?;
    if let Ok(seconds) = after.parse::<u32>() {
        return Some(seconds.into());
    }
    let then = DateTime::parse_from_rfc2822(after).ok()?;
    let now = DateTime::parse_from_rfc2822(text(headers, DATE.as_str())?).ok()?;
    Some((then - now).num_seconds().max(0))
}

/// `"api";q=100;w=60` (draft-ietf-httpapi-ratelimit-headers), or a number that may be followed by
/// more.
fn limit(headers: &HeaderMap) -> Option<u64> {
    let policy = text(headers, "ratelimit-policy").and_then(|policy| {
        let quota = policy
            .split([';', ','])
            .find_map(|part| part.trim().strip_prefix("q="));
        quota?.parse().ok()
    });
    let numbered = |name| {
        let text = text(headers, name)?;
        text.split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse()
            .ok()
    };
    policy
        .or_else(|| numbered("ratelimit-limit"))
        .or_else(|| numbered("x-ratelimit-limit"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn limits_are_read_in_every_form() {
        let read = |lines: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.insert(*name, value.parse().unwrap());
            }
            (wait(&headers), limit(&headers))
        };
        assert_eq!(read(&[("retry-after", "30")]), (Some(30), None));
        let date = ("date", "Sun, 06 Nov 1994 08:49:30 GMT");
        let after = ("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT");
        assert_eq!(read(&[date, after]).0, Some(67));
        assert_eq!(read(&[("retry-after", "soon")]).0, None);
        assert_eq!(
            read(&[("ratelimit-policy", "\"a\";q=100;w=60")]).1,
            Some(100)
        );
        assert_eq!(read(&[("x-ratelimit-limit", "60, 60;w=1")]).1, Some(60));
        assert_eq!(read(&[("x-ratelimit-limit", "many")]).1, None);
    }
}
