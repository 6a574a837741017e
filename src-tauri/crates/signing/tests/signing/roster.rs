//! How a roster judges a key, beside how stock OpenSSH judges it.

use chrono::{DateTime, TimeDelta, Utc};
use countersign_signing::public_key::PublicKeyLine;
use countersign_signing::roster::{Judgement, Revoked, Roster, Unlisted};
use countersign_signing::sshsig::{self, Namespace};

use crate::stock::{NAMESPACE, PERSON, Question, ROLE, accepts, at, fixed_key, signer};

fn clean(text: &str) -> Roster {
    let (roster, diagnostics) = Roster::parse(text.as_bytes());
    assert_eq!(diagnostics, [], "{text}");
    roster
}

fn line(principals: &str, dates: &str) -> String {
    format!(
        "{principals} namespaces=\"{NAMESPACE}\"{dates} {}\n",
        fixed_key()
    )
}

fn both() -> String {
    format!("{PERSON},{ROLE}")
}

#[test]
fn a_key_is_valid_for_the_person_and_the_role_between_its_dates() {
    let roster = clean(&line(
        &both(),
        ",valid-after=\"20260101Z\",valid-before=\"20261201Z\"",
    ));
    let judge = |moment: DateTime<Utc>| roster.judge(&fixed_key(), PERSON, ROLE, moment);
    let (from, since) = (at(2026, 1, 1), at(2026, 12, 1));
    assert_eq!(judge(at(2026, 11, 22)), Judgement::Valid);
    assert_eq!(judge(from), Judgement::Valid);
    assert_eq!(
        judge(from - TimeDelta::seconds(1)),
        Judgement::NotYet { from }
    );
    assert_eq!(judge(since), Judgement::Valid);
    assert_eq!(
        judge(since + TimeDelta::milliseconds(999)),
        Judgement::Valid
    );
    assert_eq!(
        judge(since + TimeDelta::seconds(1)),
        Judgement::Expired { since }
    );
}

#[test]
fn what_a_roster_does_not_list_is_named() {
    let roster = clean(&line(&both(), ""));
    let missing =
        |key: &PublicKeyLine, person, role| match roster.judge(key, person, role, at(2026, 1, 1)) {
            Judgement::Unlisted { missing } => missing,
            other => panic!("{other:?}"),
        };
    let key = fixed_key();
    assert_eq!(
        missing(&signer().1.public().clone(), PERSON, ROLE),
        Unlisted::Key
    );
    assert_eq!(missing(&key, "eve@example.com", ROLE), Unlisted::Person);
    assert_eq!(missing(&key, "DANA@example.com", ROLE), Unlisted::Person);
    assert_eq!(
        missing(&key, PERSON, "release-manager@bakhmach"),
        Unlisted::Role
    );

    let for_git = line(&both(), "").replace(NAMESPACE, "git");
    let judgement = clean(&for_git).judge(&key, PERSON, ROLE, at(2026, 1, 1));
    assert_eq!(
        judgement,
        Judgement::Unlisted {
            missing: Unlisted::Key
        }
    );
}

#[test]
fn person_and_role_must_hold_at_the_same_moment_with_one_key() {
    // The person's own line has no end, but the role ended in June.
    let (own, _) = Roster::parse(
        [line(PERSON, ""), line(ROLE, ",valid-before=\"20260601Z\"")]
            .concat()
            .as_bytes(),
    );
    let key = fixed_key();
    assert_eq!(
        own.judge(&key, PERSON, ROLE, at(2026, 5, 1)),
        Judgement::Valid
    );
    let since = at(2026, 6, 1);
    assert_eq!(
        own.judge(&key, PERSON, ROLE, at(2026, 7, 1)),
        Judgement::Expired { since }
    );

    // The role belongs to another key: it does not lend it to this one.
    let (_folder, other) = signer();
    let theirs = format!("{ROLE} namespaces=\"{NAMESPACE}\" {}\n", other.public());
    let (roster, _) = Roster::parse([line(PERSON, ""), theirs].concat().as_bytes());
    let judgement = roster.judge(&key, PERSON, ROLE, at(2026, 5, 1));
    assert_eq!(
        judgement,
        Judgement::Unlisted {
            missing: Unlisted::Role
        }
    );
}

#[test]
fn a_renewed_key_is_valid_on_either_line_and_in_no_gap() {
    let roster = clean(
        &[
            line(&both(), ",valid-before=\"20260601Z\""),
            line(&both(), ",valid-after=\"20260901Z\""),
        ]
        .concat(),
    );
    let judge = |moment| roster.judge(&fixed_key(), PERSON, ROLE, moment);
    assert_eq!(judge(at(2026, 5, 1)), Judgement::Valid);
    assert_eq!(judge(at(2026, 10, 1)), Judgement::Valid);
    assert_eq!(
        judge(at(2026, 7, 1)),
        Judgement::Expired {
            since: at(2026, 6, 1)
        }
    );
}

#[test]
fn a_revoked_key_is_revoked_at_any_time_by_key_or_by_fingerprint() {
    let key = fixed_key();
    let named = format!("# lost laptop\n\n{key} Dana\n");
    let by_fingerprint = format!("{} lost\n", key.fingerprint());
    for (list, warnings) in [(named, 0), (by_fingerprint, 1)] {
        let (revoked, diagnostics) = Revoked::parse(list.as_bytes());
        assert_eq!(diagnostics.len(), warnings);
        assert_eq!(revoked.len(), 1);
        let roster = clean(&line(&both(), "")).with_revoked(revoked);
        assert_eq!(
            roster.judge(&key, PERSON, ROLE, at(2026, 1, 1)),
            Judgement::Revoked
        );
    }
    let (revoked, diagnostics) = Revoked::parse(b"ssh-ed25519 AAAA\nSHA256:zz\n\xff\n");
    assert!(revoked.is_empty());
    let found: Vec<_> = diagnostics
        .iter()
        .map(|one| (one.code.as_str(), one.place.line))
        .collect();
    assert_eq!(
        found,
        [
            ("revoked-unreadable", 1),
            ("revoked-unreadable", 2),
            ("roster-not-utf8", 3)
        ]
    );
}

/// The two readers of one file must come to the same judgement, second by second.
#[test]
fn our_judgement_is_stock_opensshs_judgement() {
    let (_folder, signer) = signer();
    let key = signer.public();
    let message = b"statement";
    let signature = sshsig::sign(&signer, Namespace::Signoff, message).unwrap();
    let options = format!("namespaces=\"{NAMESPACE}\"");
    let files = [
        format!("{PERSON},{ROLE} {options} {key}\n"),
        format!("{PERSON},{ROLE} {key}\n"),
        format!("  {ROLE},{PERSON}\t{options},valid-after=\"202601011200Z\"  {key}\r\n"),
        format!("{PERSON},{ROLE} {options},valid-before=\"20261122115959Z\" {key}"),
        format!("# a comment\n\n{PERSON} {options} {key}\n{ROLE} {options} {key} Dana\n"),
        format!(
            "{PERSON} {options} {key}\n{ROLE} {options} {}\n",
            fixed_key()
        ),
        format!("{PERSON},{ROLE} namespaces=\"git,{NAMESPACE}\" {key}\n"),
        format!("{PERSON},{ROLE} namespaces=\"git\" {key}\n"),
        format!(
            "{PERSON},{ROLE} Namespaces=\"{NAMESPACE}\",VALID-AFTER=\"20260101Z\",valid-before=\"20261201Z\" {key}\n"
        ),
    ];
    let moments = [
        "20251231235959",
        "20260101000000",
        "20260101115959",
        "20260101120000",
        "20261122115959",
        "20261122120000",
        "20261201000000",
        "20261201000001",
    ];
    let mut accepted = 0;
    for file in &files {
        let (roster, diagnostics) = Roster::parse(file.as_bytes());
        assert!(
            diagnostics
                .iter()
                .all(|one| one.severity < countersign_core::diagnostic::Severity::Error)
        );
        for moment in moments {
            let asked = Question {
                signers: file.as_bytes(),
                revoked: None,
                principal: PERSON,
                namespace: NAMESPACE,
                at: &format!("{moment}Z"),
                signature: &signature,
                message,
            };
            let stock = accepts(&asked)
                && accepts(&Question {
                    principal: ROLE,
                    ..asked
                });
            let when = chrono::NaiveDateTime::parse_from_str(moment, "%Y%m%d%H%M%S").unwrap();
            let ours = roster.judge(key, PERSON, ROLE, when.and_utc());
            assert_eq!(
                ours == Judgement::Valid,
                stock,
                "at {moment}, {ours:?} by\n{file}"
            );
            accepted += usize::from(stock);
        }
    }
    assert!(
        accepted > 20,
        "stock ssh-keygen accepted only {accepted}: the comparison says little"
    );
}
