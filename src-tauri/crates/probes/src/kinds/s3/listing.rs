//! What a bucket answers to a question for its objects, in words of S3's own errors.

use chrono::{DateTime, Utc};
use rusty_s3::actions::ListObjectsV2;

use super::Object;
use crate::kind::Obstacle;
use crate::kinds::http::Fetched;

/// A page of a listing.
pub(super) struct Listed {
    pub found: Found,
    /// The server's time.
    pub date: DateTime<Utc>,
}

/// What was found.
pub(super) enum Found {
    /// There is no such bucket.
    NoBucket,
    /// Objects, and what to ask with for more of them.
    Objects {
        contents: Vec<Object>,
        more: Option<String>,
    },
}

impl Listed {
    /// Reads an answer.
    pub fn read(fetched: &Fetched) -> Result<Self, Obstacle> {
        let date = fetched.date();
        let text = fetched.text()?;
        if !fetched.is_success() {
            return match told(text, "Code") {
                Some("NoSuchBucket") => Ok(Self {
                    found: Found::NoBucket,
                    date,
                }),
                Some(code) => Err(refusal(code, text)),
                None => Err(fetched.refusal()),
            };
        }
        let listed = ListObjectsV2::parse_response(text).map_err(|error| {
            Obstacle::refused(format!("the answer is not S3's: {error}"))
                .hint("`url` is the server's address without the bucket")
        })?;
        let contents = listed
            .contents
            .into_iter()
            .map(|object| Object {
                name: object.key,
                modified: object
                    .last_modified
                    .and_then(|text| DateTime::parse_from_rfc3339(&text).ok())
                    .map(|time| time.to_utc()),
                size: object.size,
                etag: object.etag,
            })
            .collect();
        Ok(Self {
            found: Found::Objects {
                contents,
                more: listed.next_continuation_token,
            },
            date,
        })
    }
}

/// The text of one element of S3's flat error document.
fn told<'a>(document: &'a str, element: &str) -> Option<&'a str> {
    let (_, rest) = document.split_once(&format!("<{element}>"))?;
    let (text, _) = rest.split_once(&format!("</{element}>"))?;
    Some(text.trim())
}

/// What an error of S3 means ("List of error codes" of its reference).
fn refusal(code: &str, document: &str) -> Obstacle {
    let message = told(document, "Message").unwrap_or_default();
    let what = format!("S3 says {code}: {message}");
    let what = what.trim_end_matches([':', ' ']);
    match code {
        "AccessDenied" => Obstacle::refused(what)
            .hint("the credentials need the right `s3:ListBucket` on this bucket"),
        "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "ExpiredToken" | "InvalidToken" => {
            Obstacle::refused(what).hint("check `access_key`, `secret_key` and `region`")
        }
        "RequestTimeTooSkewed" => Obstacle::undecided(what).hint("set this machine's clock right"),
        "AuthorizationHeaderMalformed"
        | "PermanentRedirect"
        | "TemporaryRedirect"
        | "IllegalLocationConstraintException" => {
            Obstacle::broken(what).hint("set `region` and `url` to where the bucket is")
        }
        "SlowDown" | "ServiceUnavailable" | "InternalError" => {
            Obstacle::refused(what).in_transport()
        }
        _ => Obstacle::refused(what),
    }
}
