//! Requests as bytes. What never changes is put together once.

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::message::Refusal;
use crate::plan::{Capture, Plan, Request};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Name(String),
}

/// A text with places for values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text(Vec<Piece>);

/// What stands in the places.
pub(super) struct Given<'a> {
    pub variables: &'a BTreeMap<String, Vec<String>>,
    pub captured: &'a BTreeMap<String, String>,
    /// The number of the request.
    pub number: u64,
}

/// A request, ready to be sent.
pub(super) struct Prepared {
    pub method: String,
    pub path: Text,
    /// `Host` first; neither `Content-Length` nor `Connection`.
    pub headers: Vec<(String, Text)>,
    pub body: Text,
    /// All of it for HTTP/1.1, where nothing in it changes.
    pub fixed: Option<Vec<u8>>,
    /// Whether the answer has no body whatever it says (RFC 9112, section 6.3).
    pub is_head: bool,
    pub expected: Vec<u16>,
    pub captures: Vec<Capture>,
    closes: bool,
}

impl Text {
    fn read(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, later)) = after.split_once("}}") else {
                break;
            };
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Name(name.trim().to_owned()));
            rest = later;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Self(pieces)
    }

    fn is_fixed(&self) -> bool {
        self.0.iter().all(|piece| matches!(piece, Piece::Text(_)))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Name(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The text with its values, each written through `encode`. A value that is not known yet is
    /// nothing.
    pub(super) fn fill(&self, given: &Given<'_>, encode: &dyn Fn(&str) -> String) -> String {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Name(name) if name == "n" => filled.push_str(&given.number.to_string()),
                Piece::Name(name) => {
                    if let Some(value) = given.value(name) {
                        filled.push_str(&encode(value));
                    }
                }
            }
        }
        filled
    }
}

impl Given<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        if let Some(captured) = self.captured.get(name) {
            return Some(captured);
        }
        let values = self.variables.get(name)?;
        let turn = self.number.checked_rem(u64::try_from(values.len()).ok()?)?;
        values.get(usize::try_from(turn).ok()?).map(String::as_str)
    }
}

/// For an address: a value never ends its part.
pub(super) fn in_address(value: &str) -> String {
    utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
}

/// For a header field: a value never ends its line (RFC 9110, section 5.5).
pub(super) fn in_field(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).collect()
}

/// For a body.
pub(super) fn as_it_is(value: &str) -> String {
    value.to_owned()
}

/// Every request of a plan.
///
/// # Errors
/// `load-plan` where one cannot be written.
pub(super) fn prepare(plan: &Plan) -> Result<Vec<Prepared>, Refusal> {
    let captured: Vec<&str> = plan
        .requests
        .iter()
        .flat_map(|request| &request.captures)
        .map(|capture| capture.name.as_str())
        .collect();
    let known = |name: &str| {
        name == "n"
            || captured.contains(&name)
            || plan
                .variables
                .get(name)
                .is_some_and(|values| !values.is_empty())
    };
    plan.requests
        .iter()
        .map(|request| {
            let prepared = one(request, plan.keep_alive)?;
            let unknown = prepared
                .texts()
                .flat_map(Text::names)
                .find(|name| !known(name))
                .map(str::to_owned);
            match unknown {
                Some(name) => Err(wrong(&request.name, &format!("nothing is called `{name}`"))),
                None => Ok(prepared),
            }
        })
        .collect()
}

fn wrong(request: &str, why: &str) -> Refusal {
    Refusal::new("load-plan", format!("`{request}`: {why}"))
}

/// A token (RFC 9110, section 5.6.2).
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn one(request: &Request, keep_alive: bool) -> Result<Prepared, Refusal> {
    let wrong = |why: &str| wrong(&request.name, why);
    let url = Url::parse(&request.url).map_err(|error| wrong(&error.to_string()))?;
    let host = url.host_str().ok_or_else(|| wrong("it has no host"))?;
    let host = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let mut path = url.path().replace("%7B%7B", "{{").replace("%7D%7D", "}}");
    if let Some(query) = url.query() {
        path.push('?');
        path.push_str(query);
    }
    if !is_token(&request.method) {
        return Err(wrong("its method is no method"));
    }
    let mut headers = vec![("Host".to_owned(), Text::read(&host))];
    let named = |name: &str| {
        let mut all = request.headers.iter();
        all.any(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    for (name, value) in [
        (
            "User-Agent",
            concat!("countersign/", env!("CARGO_PKG_VERSION")),
        ),
        ("Accept", "*/*"),
    ] {
        if !named(name) {
            headers.push((name.to_owned(), Text::read(value)));
        }
    }
    for (name, value) in &request.headers {
        if !is_token(name) || value.chars().any(char::is_control) {
            return Err(wrong(&format!("the header `{name}` cannot be sent")));
        }
        if name.eq_ignore_ascii_case("host") {
            headers.retain(|(known, _)| known != "Host");
        }
        let ours = ["content-length", "connection", "transfer-encoding"];
        if ours.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(wrong(&format!("`{name}` is written by the engine")));
        }
        headers.push((name.clone(), Text::read(value)));
    }
    let mut prepared = Prepared {
        method: request.method.clone(),
        path: Text::read(&path),
        headers,
        body: Text::read(&request.body),
        fixed: None,
        is_head: request.method == "HEAD",
        expected: request.expected.clone(),
        captures: request.captures.clone(),
        closes: !keep_alive,
    };
    if prepared.texts().all(Text::is_fixed) {
        let nothing = Given {
            variables: &BTreeMap::new(),
            captured: &BTreeMap::new(),
            number: 0,
        };
        prepared.fixed = Some(prepared.bytes(&nothing));
    }
    Ok(prepared)
}

impl Prepared {
    fn texts(&self) -> impl Iterator<Item = &Text> {
        let headers = self.headers.iter().map(|(_, text)| text);
        headers.chain([&self.path, &self.body])
    }

    /// The request for HTTP/1.1 (RFC 9112).
    pub(super) fn bytes(&self, given: &Given<'_>) -> Vec<u8> {
        let body = self.body.fill(given, &as_it_is);
        let path = self.path.fill(given, &in_address);
        let mut text = format!("{} {path} HTTP/1.1\r\n", self.method);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {}\r\n", value.fill(given, &in_field)));
        }
        let takes_body = matches!(self.method.as_str(), "POST" | "PUT" | "PATCH");
        if !body.is_empty() || takes_body {
            text.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        if self.closes {
            text.push_str("Connection: close\r\n");
        }
        text.push_str("\r\n");
        text.push_str(&body);
        text.into_bytes()
    }

    /// Whether a status is one of those that count as right.
    pub(super) fn expects(&self, status: u16) -> bool {
        if self.expected.is_empty() {
            (200..300).contains(&status)
        } else {
            self.expected.contains(&status)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn with(change: impl FnOnce(&mut Plan)) -> Result<Vec<Prepared>, Refusal> {
        let mut plan = crate::plan::tests::plan();
        change(&mut plan);
        prepare(&plan)
    }

    #[test]
    fn what_never_changes_is_put_together_once() {
        let prepared = with(|_| {}).unwrap();
        let text = String::from_utf8(prepared[0].fixed.clone().unwrap()).unwrap();
        assert!(
            text.starts_with("GET / HTTP/1.1\r\nHost: staging.example:8080\r\n"),
            "{text}"
        );
        assert!(
            text.ends_with("\r\n\r\n") && !text.contains("Content-Length"),
            "{text}"
        );
        let closing = with(|plan| plan.keep_alive = false).unwrap();
        let text = String::from_utf8(closing[0].fixed.clone().unwrap()).unwrap();
        assert!(text.contains("\r\nConnection: close\r\n"), "{text}");
    }

    #[test]
    fn values_take_turns_and_cannot_leave_their_place() {
        let prepared = with(|plan| {
            plan.requests[0].url = "http://staging.example:8080/u/{{user}}?n={{n}}".to_owned();
            plan.requests[0].method = "POST".to_owned();
            plan.requests[0].headers = vec![("X-User".to_owned(), "{{user}}".to_owned())];
            plan.requests[0].body = "{\"u\": \"{{user}}\"}".to_owned();
            plan.variables = BTreeMap::from([(
                "user".to_owned(),
                vec!["ann".to_owned(), "b c\r\nX: 1".to_owned()],
            )]);
        })
        .unwrap();
        assert_eq!(prepared[0].fixed, None);
        let captured = BTreeMap::new();
        let variables = BTreeMap::from([(
            "user".to_owned(),
            vec!["ann".to_owned(), "b c\r\nX: 1".to_owned()],
        )]);
        let text = |number| {
            let given = Given {
                variables: &variables,
                captured: &captured,
                number,
            };
            String::from_utf8(prepared[0].bytes(&given)).unwrap()
        };
        assert!(
            text(2).starts_with("POST /u/ann?n=2 HTTP/1.1\r\n"),
            "{}",
            text(2)
        );
        assert!(text(2).contains("Content-Length: 12\r\n"), "{}", text(2));
        let odd = text(3);
        assert!(odd.starts_with("POST /u/b%20c%0D%0AX%3A%201?n=3 "), "{odd}");
        assert!(odd.contains("X-User: b cX: 1\r\n"), "{odd}");
    }

    #[test]
    fn what_cannot_be_sent_is_refused() {
        let spoil: [fn(&mut Plan); 4] = [
            |plan| plan.requests[0].method = "GE T".to_owned(),
            |plan| plan.requests[0].headers = vec![("A\r\nB".to_owned(), String::new())],
            |plan| plan.requests[0].headers = vec![("Content-Length".to_owned(), "5".to_owned())],
            |plan| plan.requests[0].body = "{{nobody}}".to_owned(),
        ];
        for (at, spoil) in spoil.into_iter().enumerate() {
            assert!(with(spoil).is_err(), "{at}");
        }
    }
}
