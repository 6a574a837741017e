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

/// What a client sees of the limit: each thing with what is wanted of it and what was seen. What
/// only helps a client to behave is a warning where it is missing.
pub(super) fn evidence(
    headers: &HeaderMap,
    limited: Option<usize>,
    requests: usize,
) -> Vec<[String; 4]> {
    let refused = match limited {
        Some(first) => ("pass", format!("at request {first}")),
        None => ("fail", "never".to_owned()),
    };
    let when = match (limited, wait(headers), text(headers, RETRY_AFTER.as_str())) {
        (None, ..) => ("skipped", String::new()),
        (_, Some(seconds), _) => ("pass", format!("{seconds} s")),
        (_, None, Some(other)) => ("warn", other.to_owned()),
        (_, None, None) => ("warn", "not said".to_owned()),
    };
    let told = match limit(headers) {
        Some(limit) => ("pass", limit.to_string()),
        None => ("warn", "not said".to_owned()),
    };
    let row = |what: &str, (verdict, seen): (&str, String), wanted: String| {
        [what.to_owned(), verdict.to_owned(), wanted, seen]
    };
    vec![
        row("refusal", refused, format!("within {requests} requests")),
        row("Retry-After", when, "when to come again".to_owned()),
        row("RateLimit-Limit", told, "how much is allowed".to_owned()),
    ]
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

    #[test]
    fn a_refusal_is_shown_with_what_helps_a_client_to_behave() {
        let shown = |lines: &[(&'static str, &str)], limited| {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.insert(*name, value.parse().unwrap());
            }
            let rows = evidence(&headers, limited, 100).into_iter();
            rows.map(|[_, verdict, _, seen]| format!("{verdict} {seen}"))
                .collect::<Vec<_>>()
        };
        let polite = [("retry-after", "30"), ("ratelimit-limit", "60")];
        let good = ["pass at request 61", "pass 30 s", "pass 60"];
        assert_eq!(shown(&polite, Some(61)), good);
        let curt = ["pass at request 61", "warn not said", "warn not said"];
        assert_eq!(shown(&[], Some(61)), curt);
        let never = ["fail never", "skipped ", "warn not said"];
        assert_eq!(shown(&[], None), never);
    }
}
