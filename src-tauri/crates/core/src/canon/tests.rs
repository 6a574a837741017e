#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

fn canonical(text: &str) -> String {
    String::from_utf8(write(&read(text.as_bytes()).unwrap()).unwrap()).unwrap()
}

#[test]
fn keys_are_sorted_and_white_space_goes() {
    assert_eq!(
        canonical("{ \"b\" : [ 1 , true, null ],\n\"a\":{} }"),
        r#"{"a":{},"b":[1,true,null]}"#
    );
}

#[test]
fn strings_use_the_shortest_escapes_of_the_rfc() {
    assert_eq!(
        canonical(r#""\u0008\u0009\u000a\u000c\u000d\u0001\u001f\u007f\u0022\u005c\/\u20ac""#),
        "\"\\b\\t\\n\\f\\r\\u0001\\u001f\u{7f}\\\"\\\\/€\""
    );
}

#[test]
fn integers_end_at_two_to_the_53() {
    assert_eq!(
        canonical("[9007199254740992,-9007199254740992,0]"),
        "[9007199254740992,-9007199254740992,0]"
    );
    for text in [
        "9007199254740993",
        "-9007199254740993",
        "18446744073709551615",
        "1e3",
        "1.0",
        "-0",
        "0.5",
        "1e400",
    ] {
        assert!(
            matches!(read(text.as_bytes()), Err(CanonError::NotStrict(_))),
            "{text} was read"
        );
    }
    assert!(matches!(
        write(&serde_json::json!(9_007_199_254_740_993_i64)),
        Err(CanonError::Number(_))
    ));
    assert!(matches!(
        write(&serde_json::json!(0.5)),
        Err(CanonError::Number(_))
    ));
}

#[test]
fn duplicate_keys_lone_surrogates_and_wide_keys_are_refused() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":1}"#,
        r#""\ud800""#,
        r#""\udc00x""#,
        r#"{"ключ":1}"#,
        "{} {}",
        "",
        "[1,]",
        "nul",
        "'a'",
    ] {
        assert!(read(text.as_bytes()).is_err(), "{text} was read");
    }
    assert!(
        read(b"\"\xff\"").is_err(),
        "bytes that are not UTF-8 were read"
    );
}

#[test]
fn depth_ends_at_32_in_both_directions() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let deepest = read(nested(32).as_bytes()).unwrap();
    assert!(write(&deepest).is_ok());
    assert!(read(nested(33).as_bytes()).is_err());
    assert_eq!(
        write(&Value::Array(vec![deepest])),
        Err(CanonError::TooDeep)
    );
}

#[test]
fn size_ends_at_one_mebibyte() {
    let text = format!("\"{}\"", "x".repeat(MAX_BYTES - 2));
    assert!(read(text.as_bytes()).is_ok());
    let longer = format!("{text} ");
    assert_eq!(
        read(longer.as_bytes()),
        Err(CanonError::TooLarge(MAX_BYTES + 1))
    );
    assert_eq!(
        write(&Value::String("x".repeat(MAX_BYTES))),
        Err(CanonError::TooLarge(MAX_BYTES + 2))
    );
}

#[test]
fn bytes_that_are_only_equivalent_are_not_canonical() {
    for text in [r#"{"b":1,"a":1}"#, "{} ", r#""\u0041""#, r#""\/""#] {
        assert_eq!(
            read_canonical(text.as_bytes()),
            Err(CanonError::NotCanonical),
            "{text}"
        );
    }
    assert!(read_canonical(r#"{"a":1,"b":"й"}"#.as_bytes()).is_ok());
}

proptest::proptest! {
    /// Whatever can be written is read back as the same value and the same bytes.
    #[test]
    fn writing_then_reading_changes_nothing(text in ".*", int in -MAX_INT..=MAX_INT, key in "[ -~]{0,12}") {
        let mut map = Map::new();
        map.insert(key, Value::Array(vec![Value::String(text), Value::Number(int.into())]));
        let value = Value::Object(map);
        let bytes = write(&value).unwrap();
        proptest::prop_assert_eq!(read_canonical(&bytes).unwrap(), value);
    }
}
