#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;

#[test]
fn a_slug_keeps_letters_of_any_script_and_writes_signs_as_words() {
    assert_eq!(slug("Code coverage > 85%"), "code-coverage-gt-85-percent");
    assert_eq!(slug("p95 ≤ 1.5s, 80%+"), "p95-le-1-5s-80-percent-plus");
    assert_eq!(slug("a<b≥c"), "a-lt-b-ge-c");
    assert_eq!(
        slug("Перевірити резервну копію"),
        "перевірити-резервну-копію"
    );
    assert_eq!(slug("Cafe\u{301} Größe"), "café-größe");
    assert_eq!(slug("The team's `list`"), "the-teams-list");
    assert_eq!(slug("🚀 !"), "");
}

#[test]
fn a_long_slug_is_cut_at_a_word() {
    let id = slug(&"abcdefghi ".repeat(30));
    assert_eq!(id.chars().count(), 69);
    assert!(id.ends_with("abcdefghi"));
    assert_eq!(slug(&"ы".repeat(500)).chars().count(), 72);
}

#[test]
fn ids_are_never_empty_and_twins_never_meet() {
    let mut ids = Ids::default();
    let given: Vec<String> = ["Run", "Run", "run 2", "🚀", "—", "Run"]
        .iter()
        .map(|text| ids.give(text, "item"))
        .collect();
    assert_eq!(
        given,
        ["run", "run-2", "run-2-2", "item", "item-2", "run-3"]
    );
}

#[test]
fn the_text_hash_ignores_white_space_and_the_form_of_letters() {
    let hash = text_hash("Café open");
    assert_eq!(hash, text_hash("  Cafe\u{301}\n\topen "));
    assert_ne!(hash, text_hash("café open"));
    // SHA-256 of "abc", FIPS 180-4.
    assert_eq!(
        text_hash("abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn blanks_and_hints_are_unfilled_and_values_are_not() {
    for open in [
        "",
        "____",
        "[Contact Info]",
        "{{name}}",
        "TBD",
        "<backup-name>",
        " … ",
    ] {
        assert!(is_unfilled(open), "{open}");
    }
    for filled in [
        "Taras",
        "555-0100",
        "<a@example.org>",
        "https://example.org/",
    ] {
        assert!(!is_unfilled(filled), "{filled}");
    }
}
