//! What is kept of answers.

use std::collections::BTreeMap;

use crate::plan::{Capture, Found};

/// Takes what `captures` name out of an answer's head and body. What is not there leaves the value
/// that was there before.
pub(super) fn take(
    captures: &[Capture],
    head: &[u8],
    body: &[u8],
    into: &mut BTreeMap<String, String>,
) {
    let wants_json = |capture: &Capture| matches!(capture.from, Found::Json(_));
    let json: Option<serde_json::Value> = captures
        .iter()
        .any(wants_json)
        .then(|| serde_json::from_slice(body).ok())
        .flatten();
    for capture in captures {
        let value = match &capture.from {
            Found::Json(pointer) => json
                .as_ref()
                .and_then(|json| json.pointer(pointer))
                .and_then(plain),
            Found::Header(name) => field(head, name),
        };
        if let Some(value) = value {
            into.insert(capture.name.clone(), value);
        }
    }
}

fn plain(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

fn field(head: &[u8], wanted: &str) -> Option<String> {
    let head = String::from_utf8_lossy(head);
    head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case(wanted)
            .then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_from_body_and_head() {
        let capture = |name: &str, from| Capture {
            name: name.to_owned(),
            from,
        };
        let captures = [
            capture("token", Found::Json("/user/token".to_owned())),
            capture("id", Found::Json("/ids/1".to_owned())),
            capture("csrf", Found::Header("x-csrf".to_owned())),
            capture("none", Found::Json("/user".to_owned())),
        ];
        let mut into = BTreeMap::from([("none".to_owned(), "before".to_owned())]);
        let head = b"HTTP/1.1 200 OK\r\nX-CSRF: a b\r\n\r\n";
        let body = br#"{"user": {"token": "t1"}, "ids": [1, 27]}"#;
        take(&captures, head, body, &mut into);
        let found = |name: &str| into.get(name).map(String::as_str);
        assert_eq!(found("token"), Some("t1"));
        assert_eq!(found("id"), Some("27"));
        assert_eq!(found("csrf"), Some("a b"));
        assert_eq!(found("none"), Some("before"));
    }
}
