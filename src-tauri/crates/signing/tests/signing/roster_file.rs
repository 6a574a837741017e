//! The roster as a file: what is read, what is refused and where, and what is written.

use chrono::TimeDelta;
use countersign_core::diagnostic::Severity;
use countersign_signing::roster::{Revoked, Roster, RosterEntry, RosterError, role_principal};
use proptest::prelude::*;

use crate::stock::{PERSON, ROLE, at, fixed_key};

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";

fn findings(text: &[u8]) -> Vec<(String, u32, u32)> {
    let (_, diagnostics) = Roster::parse(text);
    diagnostics
        .into_iter()
        .map(|found| (found.code, found.place.line, found.place.column))
        .collect()
}

#[test]
fn a_line_is_written_exactly_as_the_ledger_says() {
    let entry = RosterEntry::new(PERSON, ROLE, fixed_key())
        .unwrap()
        .with_validity(Some(at(2026, 1, 1)), Some(at(2026, 12, 1)))
        .unwrap();
    let expected = format!(
        "dana@example.com,qa-lead@bakhmach namespaces=\"countersign.signoff.v1\",\
         valid-after=\"20260101Z\",valid-before=\"20261201Z\" {KEY}"
    );
    assert_eq!(entry.to_line(), expected);
    let (roster, diagnostics) = Roster::parse(expected.as_bytes());
    assert_eq!(diagnostics, []);
    assert_eq!(roster.entries()[0].principals(), [PERSON, ROLE]);
    assert_eq!(roster.entries()[0].to_line(), expected);

    let odd = at(2026, 1, 1) + TimeDelta::milliseconds(3_661_500);
    let timed = entry.with_validity(Some(odd), None).unwrap();
    assert!(
        timed
            .to_line()
            .contains(",valid-after=\"20260101010101Z\" ssh-ed25519 ")
    );
}

#[test]
fn what_two_readers_could_understand_differently_is_refused_at_its_place() {
    let namespaces = "namespaces=\"countersign.signoff.v1\"";
    let two = "a@b,c@d";
    for (line, code, column) in [
        (
            format!("*@example.com,c@d {namespaces} {KEY}"),
            "roster-wildcard",
            1,
        ),
        (
            format!("a@b,lead-?@d {namespaces} {KEY}"),
            "roster-wildcard",
            5,
        ),
        (format!("a@b,!c@d {namespaces} {KEY}"), "roster-negation", 5),
        (
            format!("\"a@b\",c@d {namespaces} {KEY}"),
            "roster-principal",
            1,
        ),
        (
            format!("a@b,,c@d {namespaces} {KEY}"),
            "roster-principal",
            5,
        ),
        (
            format!("a@b,c\u{202e}@d {namespaces} {KEY}"),
            "roster-principal",
            5,
        ),
        (
            format!("{two} cert-authority,{namespaces} {KEY}"),
            "roster-cert-authority",
            9,
        ),
        (
            format!("{two} {namespaces},CERT-AUTHORITY {KEY}"),
            "roster-cert-authority",
            45,
        ),
        (
            format!("{two} namespaces=\"*\" {KEY}"),
            "roster-wildcard",
            9,
        ),
        (format!("{two} namespaces=\"\" {KEY}"), "roster-wildcard", 9),
        (
            format!("{two} namespaces=countersign.signoff.v1 {KEY}"),
            "roster-not-quoted",
            9,
        ),
        (format!("{two} namespaces {KEY}"), "roster-not-quoted", 9),
        (
            format!("{two} valid-after=20260101Z {KEY}"),
            "roster-not-quoted",
            9,
        ),
        (
            format!("{two} valid-after=\"20260101\" {KEY}"),
            "roster-time-not-utc",
            9,
        ),
        (
            format!("{two} {namespaces},valid-before=\"202613011200\" {KEY}"),
            "roster-time-not-utc",
            45,
        ),
        (
            format!("{two} valid-before=\"20261301Z\" {KEY}"),
            "roster-time",
            9,
        ),
        (
            format!("{two} valid-before=\"2026-12-01Z\" {KEY}"),
            "roster-time",
            9,
        ),
        (
            format!("{two} valid-before=\"2026120112Z\" {KEY}"),
            "roster-time",
            9,
        ),
        (
            format!("{two} valid-after=\"20270101Z\",valid-before=\"20260101Z\" {KEY}"),
            "roster-period",
            9,
        ),
        (
            format!("{two} valid-after=\"19700101Z\" {KEY}"),
            "roster-period",
            9,
        ),
        (
            format!("{two} {namespaces},{namespaces} {KEY}"),
            "roster-option-twice",
            45,
        ),
        (
            format!("{two} {namespaces},restrict {KEY}"),
            "roster-option-unknown",
            45,
        ),
        (
            format!("{two} {namespaces},valid-after=\"20260101Z {KEY}"),
            "roster-quote-open",
            9,
        ),
        (
            format!("{two} {namespaces} ssh-ed25519 AAAA"),
            "roster-key-unreadable",
            45,
        ),
        (format!("{two} {namespaces}"), "roster-key-missing", 44),
        (two.to_owned(), "roster-key-missing", 8),
    ] {
        let text = format!("# team\n{line}\n");
        assert_eq!(
            findings(text.as_bytes()),
            [(code.to_owned(), 2, column)],
            "{line}"
        );
        assert!(
            Roster::parse(text.as_bytes()).0.entries().is_empty(),
            "{line}"
        );
    }
}

#[test]
fn a_bad_line_costs_only_itself() {
    let good = format!("a@b,c@d namespaces=\"countersign.signoff.v1\" {KEY}\n");
    let text = [
        good.as_bytes(),
        b"\xff\xfe\n",
        b"*@x,y@z ssh-ed25519 AAAA\n",
        good.as_bytes(),
    ]
    .concat();
    let (roster, diagnostics) = Roster::parse(&text);
    let lines: Vec<u32> = roster.entries().iter().map(RosterEntry::line).collect();
    assert_eq!(lines, [1, 4]);
    let codes: Vec<&str> = diagnostics
        .iter()
        .map(|found| found.code.as_str())
        .collect();
    assert_eq!(codes, ["roster-not-utf8", "roster-wildcard"]);
}

#[test]
fn a_line_that_allows_more_or_less_than_it_should_warns() {
    let (roster, diagnostics) = Roster::parse(format!("a@b {KEY}\n").as_bytes());
    assert_eq!(roster.entries().len(), 1);
    let found: Vec<_> = diagnostics
        .iter()
        .map(|one| (one.code.as_str(), one.severity))
        .collect();
    assert_eq!(
        found,
        [
            ("roster-namespaces-missing", Severity::Warning),
            ("roster-role-missing", Severity::Warning)
        ]
    );
}

#[test]
fn the_digest_is_the_plain_sha256_of_the_file() {
    let (roster, _) = Roster::parse(b"abc");
    assert_eq!(
        roster.digest(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(roster.bytes(), b"abc");
}

#[test]
fn a_leaver_gets_an_end_date_and_no_other_byte_changes() {
    let line = format!("a@b,c@d namespaces=\"countersign.signoff.v1\" {KEY} Ann\r\n");
    let text = format!("# ours\n{line}\n{line}# end");
    let (roster, _) = Roster::parse(text.as_bytes());
    let ended = roster.ended(4, at(2026, 12, 1)).unwrap();
    let expected_line = line.replace(".v1\" ", ".v1\",valid-before=\"20261201Z\" ");
    let expected = format!("# ours\n{line}\n{expected_line}# end");
    assert_eq!(String::from_utf8(ended).unwrap(), expected);
    assert_eq!(
        roster.ended(1, at(2026, 12, 1)),
        Err(RosterError::NoEntry { line: 1 })
    );

    let begun = format!("a@b,c@d valid-after=\"20260601Z\" {KEY}\n");
    let (roster, _) = Roster::parse(begun.as_bytes());
    assert_eq!(roster.ended(1, at(2026, 1, 1)), Err(RosterError::Period));
}

#[test]
fn a_person_is_added_at_the_end() {
    let entry = RosterEntry::new(PERSON, ROLE, fixed_key()).unwrap();
    let (empty, _) = Roster::parse(b"");
    assert_eq!(
        empty.appended(&entry),
        format!("{}\n", entry.to_line()).into_bytes()
    );
    let (unended, _) = Roster::parse(b"# no line end");
    assert_eq!(
        unended.appended(&entry),
        format!("# no line end\n{}\n", entry.to_line()).into_bytes()
    );
}

#[test]
fn a_roles_principal_is_its_slug_at_the_team() {
    assert_eq!(role_principal("qa-lead", "bakhmach").unwrap(), ROLE);
    assert_eq!(
        role_principal("керівник-релізу", "бахмач").unwrap(),
        "керівник-релізу@бахмач"
    );
    for (slug, team) in [
        ("", "t"),
        ("r", ""),
        ("a b", "t"),
        ("r@x", "t"),
        ("*", "t"),
        ("r", "t,u"),
    ] {
        assert_eq!(
            role_principal(slug, team).unwrap_err().code(),
            "roster-principal"
        );
    }
    let error = RosterEntry::new("!dana", ROLE, fixed_key()).unwrap_err();
    assert_eq!(error.code(), "roster-principal");
}

proptest! {
    #[test]
    fn any_bytes_are_read_and_reported_in_order(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let (roster, diagnostics) = Roster::parse(&bytes);
        prop_assert!(roster.entries().is_empty());
        prop_assert!(diagnostics.is_sorted_by_key(|found| found.place.line));
        let (revoked, _) = Revoked::parse(&bytes);
        prop_assert!(revoked.is_empty());
    }

    #[test]
    fn a_written_line_reads_back_as_itself(
        person in "[a-zа-я0-9._-]{1,12}@[a-z.]{1,8}",
        role in "[a-zа-я-]{1,12}",
        after in proptest::option::of(1_i64..4_000_000_000),
        length in proptest::option::of(0_i64..4_000_000_000),
        comment in "[a-zA-Z0-9 #\"*!,]{0,20}",
    ) {
        let role = role_principal(&role, "team").unwrap();
        let words: Vec<&str> = comment.split_whitespace().collect();
        let key = fixed_key().with_comment(&words.join(" ")).unwrap();
        let moment = |seconds| chrono::DateTime::from_timestamp(seconds, 0).unwrap();
        let before = length.map(|length| moment(after.unwrap_or(1) + length));
        let entry = RosterEntry::new(&person, &role, key)
            .unwrap()
            .with_validity(after.map(moment), before)
            .unwrap();
        let line = entry.to_line();
        let (roster, diagnostics) = Roster::parse(line.as_bytes());
        prop_assert_eq!(diagnostics, []);
        let read = &roster.entries()[0];
        prop_assert_eq!(read.to_line(), line);
        prop_assert_eq!(read.principals(), entry.principals());
        prop_assert_eq!(read.valid_after(), entry.valid_after());
        prop_assert_eq!(read.valid_before(), entry.valid_before());
        prop_assert_eq!(read.key(), entry.key());
    }
}
