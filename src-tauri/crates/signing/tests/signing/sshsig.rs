//! Signatures: ours and stock OpenSSH's are the same bytes and pass the same checks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_signing::keys;
use countersign_signing::public_key::PublicKeyLine;
use countersign_signing::sshsig::{self, Namespace, SigError};
use proptest::prelude::*;

use crate::stock::{
    NAMESPACE, PERSON, Question, ROLE, accepts, fixed_key, signer, stock_key, stock_sign,
};

const STATEMENT: &[u8] = br#"{"_type":"https://in-toto.io/Statement/v1"}"#;

fn roster(key: &str, dates: &str) -> Vec<u8> {
    format!("{PERSON},{ROLE} namespaces=\"{NAMESPACE}\"{dates} {key}\n").into_bytes()
}

#[test]
fn the_namespaces_are_the_two_of_the_ledger() {
    for namespace in [Namespace::Signoff, Namespace::Head] {
        assert_eq!(namespace.as_str().parse::<Namespace>().unwrap(), namespace);
    }
    for other in [
        "",
        "file",
        "git",
        "countersign.signoff.v2",
        "countersign.signoff.v1 ",
    ] {
        let error = other.parse::<Namespace>().unwrap_err();
        assert_eq!(error.code(), "unknown-namespace");
    }
}

#[test]
fn stock_openssh_accepts_our_signature_for_the_person_and_for_the_role() {
    let (_folder, signer) = signer();
    let signature = sshsig::sign(&signer, Namespace::Signoff, STATEMENT).unwrap();
    let dates = ",valid-after=\"20260101Z\",valid-before=\"20261201Z\"";
    let signers = roster(signer.public().as_str(), dates);
    let asked = Question {
        signers: &signers,
        revoked: None,
        principal: PERSON,
        namespace: NAMESPACE,
        at: "20261122120000Z",
        signature: &signature,
        message: STATEMENT,
    };
    assert!(accepts(&asked));
    assert!(accepts(&Question {
        principal: ROLE,
        ..asked
    }));
    let revoked = format!("{}\n", signer.public());
    let mut flipped = STATEMENT.to_vec();
    flipped[7] ^= 1;
    for (why, refused) in [
        (
            "a flipped byte",
            Question {
                message: &flipped,
                ..asked
            },
        ),
        (
            "another namespace",
            Question {
                namespace: "countersign.head.v1",
                ..asked
            },
        ),
        (
            "another person",
            Question {
                principal: "eve@example.com",
                ..asked
            },
        ),
        (
            "an expired key",
            Question {
                at: "20261202Z",
                ..asked
            },
        ),
        (
            "a key not valid yet",
            Question {
                at: "20251231Z",
                ..asked
            },
        ),
        (
            "a revoked key",
            Question {
                revoked: Some(revoked.as_bytes()),
                ..asked
            },
        ),
    ] {
        assert!(!accepts(&refused), "stock ssh-keygen accepted {why}");
    }
}

#[test]
fn we_accept_what_stock_openssh_signs_and_it_is_byte_for_byte_what_we_sign() {
    let (folder, signer) = signer();
    let path = folder.path().join("stock-ed25519");
    let stock = stock_sign(&path, NAMESPACE, STATEMENT, &[]);
    sshsig::verify(signer.public(), Namespace::Signoff, STATEMENT, &stock).unwrap();
    assert_eq!(
        sshsig::sign(&signer, Namespace::Signoff, STATEMENT).unwrap(),
        stock
    );

    let sha256 = stock_sign(&path, NAMESPACE, STATEMENT, &["-O", "hashalg=sha256"]);
    assert_ne!(sha256, stock);
    sshsig::verify(signer.public(), Namespace::Signoff, STATEMENT, &sha256).unwrap();

    let for_git = stock_sign(&path, "git", STATEMENT, &[]);
    let error =
        sshsig::verify(signer.public(), Namespace::Signoff, STATEMENT, &for_git).unwrap_err();
    assert_eq!(error.code(), "wrong-namespace");
}

#[test]
fn a_signature_holds_for_one_key_one_purpose_and_one_message() {
    let (_folder, signer) = signer();
    let key = signer.public();
    let signature = sshsig::sign(&signer, Namespace::Signoff, STATEMENT).unwrap();
    sshsig::verify(key, Namespace::Signoff, STATEMENT, &signature).unwrap();
    sshsig::verify(
        &key.with_comment("Dana").unwrap(),
        Namespace::Signoff,
        STATEMENT,
        &signature,
    )
    .unwrap();
    assert!(sshsig::signing_key(&signature).unwrap().same_key(key));

    let verify = |key: &PublicKeyLine, namespace, message: &[u8]| {
        sshsig::verify(key, namespace, message, &signature)
            .unwrap_err()
            .code()
    };
    assert_eq!(
        verify(&fixed_key(), Namespace::Signoff, STATEMENT),
        "other-key"
    );
    assert_eq!(verify(key, Namespace::Head, STATEMENT), "wrong-namespace");
    assert_eq!(verify(key, Namespace::Signoff, b""), "signature-mismatch");
}

#[test]
fn an_ecdsa_signature_by_stock_openssh_is_accepted_and_an_rsa_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = stock_key(folder.path(), "ecdsa", "");
    let key = keys::load_public(&path).unwrap();
    let signature = stock_sign(&path, NAMESPACE, STATEMENT, &[]);
    sshsig::verify(&key, Namespace::Signoff, STATEMENT, &signature).unwrap();
    let error = sshsig::verify(&key, Namespace::Signoff, b"other", &signature).unwrap_err();
    assert_eq!(error, SigError::Mismatch);

    let path = stock_key(folder.path(), "rsa", "");
    let signature = stock_sign(&path, NAMESPACE, STATEMENT, &[]);
    assert_eq!(
        sshsig::signing_key(&signature).unwrap_err().code(),
        "unsupported-key-type"
    );
}

#[test]
fn armour_wrapped_anew_by_a_mail_program_is_still_read() {
    let (_folder, signer) = signer();
    let signature = sshsig::sign(&signer, Namespace::Signoff, STATEMENT).unwrap();
    let (begin, end) = (
        "-----BEGIN SSH SIGNATURE-----",
        "-----END SSH SIGNATURE-----",
    );
    let body: String = signature
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let narrow: Vec<&str> = body
        .as_bytes()
        .chunks(40)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    for text in [
        signature.replace('\n', "\r\n"),
        format!("\n\n{begin}\n{}\n{end}", narrow.join("\n  ")),
        format!("{begin}\n{body}\n{end}\n"),
    ] {
        sshsig::verify(signer.public(), Namespace::Signoff, STATEMENT, &text).unwrap();
    }
}

#[test]
fn text_that_is_not_a_signature_is_unreadable() {
    let (_folder, signer) = signer();
    let signature = sshsig::sign(&signer, Namespace::Signoff, STATEMENT).unwrap();
    let (begin, end) = (
        "-----BEGIN SSH SIGNATURE-----",
        "-----END SSH SIGNATURE-----",
    );
    for text in [
        String::new(),
        "hello".to_owned(),
        format!("{begin}{end}"),
        format!("{begin}\n!!!!\n{end}"),
        format!("{begin}\nпідпис\n{end}"),
        signature[..signature.len() - 60].to_owned(),
        format!("{begin}\n{}\n{end}", "A".repeat(20_000)),
    ] {
        let error =
            sshsig::verify(signer.public(), Namespace::Signoff, STATEMENT, &text).unwrap_err();
        assert_eq!(error.code(), "signature-unreadable", "{text:.80}");
    }
}

#[test]
fn the_parts_of_a_signature_that_are_not_signed_cannot_be_altered() {
    let (_folder, signer) = signer();
    let signature = sshsig::sign(&signer, Namespace::Signoff, STATEMENT).unwrap();
    let body: String = signature
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let bytes = STANDARD.decode(body).unwrap();
    let verify = |bytes: &[u8]| {
        let body = STANDARD.encode(bytes);
        let text = format!("-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n");
        sshsig::verify(signer.public(), Namespace::Signoff, STATEMENT, &text)
    };
    assert_eq!(verify(&bytes), Ok(()));

    let name = b"ssh-ed25519";
    let inner = bytes
        .windows(name.len())
        .rposition(|window| window == name)
        .unwrap();
    let mut renamed = bytes.clone();
    renamed[inner + 3] = b'@';
    assert_eq!(verify(&renamed), Err(SigError::Mismatch));

    let hash = bytes
        .windows(6)
        .position(|window| window == b"sha512")
        .unwrap();
    let mut with_reserved = bytes.clone();
    with_reserved.splice(hash - 8..hash - 4, [0, 0, 0, 1, b'x']);
    assert_eq!(
        verify(&with_reserved).unwrap_err().code(),
        "signature-unreadable"
    );

    let key_length = b"SSHSIG".len() + 4 + 3;
    let mut longer = bytes.clone();
    longer[key_length] += 1;
    assert_eq!(verify(&longer).unwrap_err().code(), "signature-unreadable");

    let version = b"SSHSIG".len() + 3;
    for number in [0, 2] {
        let mut other = bytes.clone();
        other[version] = number;
        assert_eq!(verify(&other).unwrap_err().code(), "signature-unreadable");
    }
}

proptest! {
    #[test]
    fn no_other_message_and_no_altered_signature_passes(
        message in proptest::collection::vec(any::<u8>(), 1..200),
        flip in any::<proptest::sample::Index>(),
        bit in 0_u8..8,
        spot in any::<proptest::sample::Index>(),
        letter in "[A-Za-z0-9+/]",
    ) {
        let secret = [3; 32];
        let device = countersign_signing::head::device_public_key(&secret);
        let signature = countersign_signing::head::sign_head(&secret, &message).unwrap();
        let verify = |message: &[u8], signature: &str| {
            countersign_signing::head::verify_head(&device, message, signature)
        };
        prop_assert_eq!(verify(&message, &signature), Ok(()));

        let mut other = message.clone();
        let place = flip.index(other.len());
        other[place] ^= 1 << bit;
        prop_assert_eq!(verify(&other, &signature), Err(SigError::Mismatch));

        let begin = "-----BEGIN SSH SIGNATURE-----\n".len();
        let end = signature.len() - "\n-----END SSH SIGNATURE-----\n".len();
        let place = begin + spot.index(end - begin);
        let mut altered = signature.clone();
        if altered.as_bytes()[place] != b'\n' {
            altered.replace_range(place..=place, &letter);
        }
        prop_assert_eq!(verify(&message, &altered).is_ok(), altered == signature);
    }
}
