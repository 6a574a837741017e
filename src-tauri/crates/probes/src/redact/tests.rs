use super::*;

fn redactor(pairs: &[(&str, &str)]) -> Redactor {
    let secrets = pairs
        .iter()
        .map(|(name, secret)| ((*name).to_owned(), Secret::new((*secret).to_owned())))
        .collect();
    Redactor::new(&secrets)
}

const SECRET: &str = "pa/ss\"w+rd&ü1";

#[test]
fn every_form_of_a_secret_is_replaced() {
    let redactor = redactor(&[("TOKEN", SECRET)]);
    let json = serde_json::to_string(SECRET).unwrap();
    let twice = serde_json::to_string(json.trim_matches('"')).unwrap();
    for form in [
        SECRET.to_owned(),
        utf8_percent_encode(SECRET, NON_ALPHANUMERIC).to_string(),
        utf8_percent_encode(SECRET, NON_ALPHANUMERIC)
            .to_string()
            .replace("%2F", "%2f")
            .replace("%2B", "%2b")
            .replace("%C3%BC", "%c3%bc"),
        url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect(),
        json.trim_matches('"').to_owned(),
        json.trim_matches('"')
            .replace('/', "\\/")
            .replace('ü', "\\u00fc"),
        // Some characters escaped and others not, as the address of a page has them.
        "pa/ss%22w+rd&%c3%bc1".to_owned(),
        "pa/ss&quot;w+rd&amp;&#252;1".to_owned(),
        "pa/ss&#x22;w+rd&amp;ü1".to_owned(),
        "PA/SS\"w+rd&ü1".to_owned(),
        hex::encode(SECRET),
        hex::encode_upper(SECRET),
        twice.trim_matches('"').to_owned(),
    ] {
        assert_eq!(
            redactor.text(&format!("a {form} b")),
            "a «secret TOKEN» b",
            "{form}"
        );
    }
}

#[test]
fn a_secret_inside_base64_of_something_longer_is_replaced() {
    let redactor = redactor(&[("TOKEN", "hunter2-hunter2")]);
    for before in ["", "u", "us", "use", "user:"] {
        for after in ["", "x", "yz", ":tail"] {
            let whole = format!("{before}hunter2-hunter2{after}");
            for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                let shown = redactor.text(&engine.encode(&whole));
                assert!(shown.contains("«secret TOKEN»"), "{whole}: {shown}");
                // What is left may not decode to any readable part of the secret.
                let rest = shown.replace("«secret TOKEN»", "");
                assert!(
                    rest.len() <= before.len() * 4 / 3 + after.len() * 4 / 3 + 6,
                    "{rest}"
                );
            }
        }
    }
}

#[test]
fn the_longest_secret_wins_and_short_and_empty_ones_do_no_harm() {
    let redactor = redactor(&[("A", "abc"), ("B", "abcdef"), ("C", ""), ("D", "  ")]);
    assert_eq!(redactor.text("abcdef abc ab"), "«secret B» «secret A» ab");
    assert_eq!(Redactor::new(&BTreeMap::new()).text("abc"), "abc");
}

#[test]
fn a_text_cut_inside_a_secret_loses_its_start() {
    let redactor = redactor(&[("KEY", "correct-horse")]);
    assert_eq!(redactor.cut_text("value: correct-ho"), "value: …");
    assert_eq!(
        redactor.cut_text("value: correct-horse"),
        "value: «secret KEY»"
    );
    assert_eq!(redactor.cut_text("value: cor"), "value: cor");
}

#[test]
fn keys_and_nested_texts_of_an_observation_are_redacted() {
    let redactor = redactor(&[("KEY", "correct-horse")]);
    let mut json = serde_json::json!({"correct-horse": [{"a": "x correct-horse"}], "n": 1});
    redactor.json(&mut json);
    assert_eq!(
        json,
        serde_json::json!({"«secret KEY»": [{"a": "x «secret KEY»"}], "n": 1})
    );
}

#[test]
fn wherever_a_text_was_cut_no_start_of_a_secret_is_left() {
    let redactor = redactor(&[("KEY", "correct-horse")]);
    for (cut, clean) in [
        ("it says correct-ho… in 3 ms", "it says … in 3 ms"),
        ("it says \"Y29ycmVjdC1o…\"", "it says \"…\""),
        ("it says CORRECT-…", "it says …"),
        ("… cor… correct-horse… tail", "… cor… «secret KEY»… tail"),
    ] {
        assert_eq!(redactor.text(cut), clean);
    }
    let shown = beginning("it says correct-horse battery", 15);
    assert_eq!(redactor.text(&shown), "it says …");
    assert_eq!(beginning("whole", 5), "whole");
}

#[test]
fn a_number_that_is_a_secret_is_none_any_more() {
    let redactor = redactor(&[("PIN", "48151623"), ("DAY", "7")]);
    let mut json = serde_json::json!([48_151_623, 481_516, 7]);
    redactor.json(&mut json);
    assert_eq!(json, serde_json::json!(["«secret PIN»", 481_516, 7]));
    let mut value = Value::count(48_151_623);
    redactor.value(&mut value);
    assert_eq!(value, Value::text("«secret PIN»"));
}

#[test]
fn a_text_of_nothing_but_escapes_and_cuts_is_read_in_one_pass() {
    let secret = "correct-horse-".repeat(200);
    let redactor = redactor(&[("KEY", &secret)]);
    let text = "&%\\…&amp".repeat(50_000);
    assert_eq!(redactor.text(&text), text);
}
