//! The cookies that a response sets (RFC 6265), and their attributes.

use chrono::DateTime;
use cookie::Cookie;

use super::fields;
use crate::probe::schema::MetricKind;
use crate::probe::unit::{Quantity, Unit};
use crate::probe::value::Value;

/// An attribute of a cookie (RFC 6265, section 4.1.2; `SameSite` by its successor,
/// draft-ietf-httpbis-rfc6265bis).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// It goes over secure connections only.
    Secure,
    /// No script may read it.
    HttpOnly,
    /// Which requests from other sites carry it: `Strict`, `Lax` or `None`.
    SameSite,
    /// The paths that it is for.
    Path,
    /// The domain that it is for.
    Domain,
    /// How long it lives, in seconds.
    MaxAge,
    /// When it ends.
    Expires,
}

impl Attribute {
    /// Reads its name, in any case, with `-` or `_`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase().replace(['-', '_'], "");
        Some(match word.as_str() {
            "secure" => Self::Secure,
            "httponly" => Self::HttpOnly,
            "samesite" => Self::SameSite,
            "path" => Self::Path,
            "domain" => Self::Domain,
            "maxage" => Self::MaxAge,
            "expires" => Self::Expires,
            _ => return None,
        })
    }

    /// Its name in a condition.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Secure => "secure",
            Self::HttpOnly => "httponly",
            Self::SameSite => "samesite",
            Self::Path => "path",
            Self::Domain => "domain",
            Self::MaxAge => "max_age",
            Self::Expires => "expires",
        }
    }

    /// What it may be compared with.
    pub(super) fn kind(self) -> MetricKind {
        match self {
            Self::Secure | Self::HttpOnly => MetricKind::Bool,
            Self::SameSite | Self::Path | Self::Domain => MetricKind::Text,
            Self::MaxAge => MetricKind::Number(Unit::Second),
            Self::Expires => MetricKind::Time,
        }
    }

    /// What a cookie says; a flag that is not set is a no, another attribute is not there.
    pub(super) fn of(self, cookie: &Cookie<'_>) -> Option<Value> {
        match self {
            Self::Secure => Some(Value::Bool(cookie.secure().unwrap_or(false))),
            Self::HttpOnly => Some(Value::Bool(cookie.http_only().unwrap_or(false))),
            Self::SameSite => cookie.same_site().map(|site| Value::text(site.to_string())),
            Self::Path => cookie.path().map(Value::text),
            Self::Domain => cookie.domain().map(Value::text),
            Self::MaxAge => cookie
                .max_age()
                .map(|age| Value::Number(Quantity::whole(age.whole_seconds(), Unit::Second))),
            Self::Expires => {
                let seconds = cookie.expires_datetime()?.unix_timestamp();
                DateTime::from_timestamp(seconds, 0).map(|time| Value::Time { time })
            }
        }
    }
}

/// The cookie of a name; the last one where it is set several times, as a browser keeps it.
pub(super) fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<Cookie<'a>> {
    fields::lines(headers, "set-cookie")
        .into_iter()
        .rev()
        .filter_map(|line| Cookie::parse(line).ok())
        .find(|cookie| cookie.name() == name)
}
