#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::ledger::body::{ItemStatus, Scope, SetStatus};

fn device() -> DeviceId {
    "d".repeat(64).parse().unwrap()
}

fn event_id(digit: char) -> EventId {
    digit.to_string().repeat(64).parse().unwrap()
}

fn tick() -> Draft {
    Draft {
        kind: Kind::ItemStatus(ItemStatus {
            scope: Scope::Attempt(1),
            item: "all-tests-pass".into(),
            status: SetStatus::Done,
            reason: None,
            until: None,
            performed_by: Some("Іванка".into()),
            performed_at: None,
            resolves: Vec::new(),
        }),
        author: Author {
            name: "Taras".into(),
            principal: None,
        },
        time: "2026-11-24T16:00:00.000Z".parse().unwrap(),
    }
}

fn chain() -> Chain {
    Chain {
        run: Some(event_id('a').into()),
        device: device(),
        seq: 3,
        prev: Some(event_id('b')),
        seen: vec![event_id('e'), event_id('c'), event_id('e')],
    }
}

#[test]
fn a_sealed_event_is_canonical_and_reads_back_as_itself() {
    let sealed = SealedEvent::seal(tick(), chain()).unwrap();
    let text = String::from_utf8(sealed.bytes().to_vec()).unwrap();
    assert!(text.starts_with(r#"{"author":{"name":"Taras"},"body":{"item":"all-tests-pass","performed_by":"Іванка","scope":{"attempt":1},"status":"done"},"device":"dddd"#), "{text}");
    assert!(
        text.ends_with(r#""time":"2026-11-24T16:00:00.000Z","v":1}"#),
        "{text}"
    );
    assert_eq!(sealed.event().seen, vec![event_id('c'), event_id('e')]);
    assert_eq!(SealedEvent::read(sealed.bytes()).unwrap(), sealed);
    assert_eq!(
        SealedEvent::reopen(sealed.id(), sealed.bytes()).unwrap(),
        sealed
    );
}

#[test]
fn the_id_is_the_hash_of_the_domain_and_the_bytes() {
    assert_eq!(
        id_of(b"{}").as_str(),
        "392f0923b630533d27489d12a1ffb20afac39d88209d4298226c82ee1366e3c5"
    );
}

fn altered(from: &str, to: &str) -> Result<SealedEvent, EventError> {
    let sealed = SealedEvent::seal(tick(), chain()).unwrap();
    let text = String::from_utf8(sealed.bytes().to_vec()).unwrap();
    assert!(text.contains(from), "{text}");
    SealedEvent::read(text.replace(from, to).as_bytes())
}

#[test]
fn what_this_version_does_not_understand_is_kept_as_it_came() {
    for (from, to, kind) in [
        ("item.status", "item.blessed", "item.blessed"),
        (r#""v":1"#, r#""v":2"#, "item.status"),
        (
            r#""status":"done""#,
            r#""status":"half_done""#,
            "item.status",
        ),
        (
            r#""status":"done""#,
            r#""status":"done","zeal":7"#,
            "item.status",
        ),
    ] {
        let event = altered(from, to).unwrap();
        assert!(
            matches!(&event.event().kind, Kind::Unknown { kind: found, .. } if found == kind),
            "{to}"
        );
        assert_eq!(
            SealedEvent::reopen(event.id(), event.bytes()).unwrap(),
            event
        );
    }
}

#[test]
fn what_is_not_an_event_is_refused() {
    for (from, to) in [
        (r#""v":1"#, r#""v":1,"w":1"#),
        (r#""seq":3"#, r#""seq":"3""#),
        (r#""seq":3"#, r#""seq":-3"#),
        ("16:00:00.000Z", "16:00:00Z"),
        ("16:00:00.000Z", "16:00:60.000Z"),
        ("dddddd", "DDDDDD"),
        (r#""name":"Taras""#, r#""name":"Taras","nick":"T""#),
    ] {
        assert!(
            matches!(altered(from, to), Err(EventError::Envelope(_))),
            "{to}"
        );
    }
    assert!(matches!(
        altered(r#""v":1"#, r#""v": 1"#),
        Err(EventError::Canon(CanonError::NotCanonical))
    ));
}

#[test]
fn an_impossible_place_in_a_chain_is_refused() {
    for (from, to) in [
        (r#""seq":3"#, r#""seq":0"#),
        (r#""seen":["ccc"#, r#""seen":["fcc"#),
    ] {
        assert!(
            matches!(altered(from, to), Err(EventError::Chain(_))),
            "{to}"
        );
    }
    let twice = Chain {
        seen: vec![event_id('b')],
        ..chain()
    };
    assert!(matches!(
        SealedEvent::seal(tick(), twice),
        Err(EventError::Chain(_))
    ));
    let orphan = Chain {
        run: None,
        ..chain()
    };
    assert!(matches!(
        SealedEvent::seal(tick(), orphan),
        Err(EventError::Chain(_))
    ));
    let stranger = Chain {
        seq: 0,
        prev: None,
        seen: Vec::new(),
        ..chain()
    };
    assert!(matches!(
        SealedEvent::seal(tick(), stranger),
        Err(EventError::Chain(_))
    ));
}

#[test]
fn a_changed_byte_in_the_store_is_noticed() {
    let sealed = SealedEvent::seal(tick(), chain()).unwrap();
    let bytes = String::from_utf8(sealed.bytes().to_vec())
        .unwrap()
        .replace("done", "open");
    assert!(matches!(
        SealedEvent::reopen(sealed.id(), bytes.as_bytes()),
        Err(EventError::WrongId { .. })
    ));
}

#[test]
fn every_kind_has_its_own_word() {
    let mut words = Kind::NAMES.to_vec();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Kind::NAMES.len());
}
