//! Key files: made here and opened by stock OpenSSH, and the other way round.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_signing::keys::{self, KeyError};
use countersign_signing::public_key::{KeyKind, PublicKeyLine};
use ssh_key::{Cipher, Kdf, PrivateKey};

use crate::stock::{fixed_key, must, passphrase, run, stock_key};

const WORDS: &str = "пароль with spaces";

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_new_key_is_private_encrypted_and_opened_by_stock_openssh() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new folder/dana");
    let made = keys::create(&path, &passphrase(WORDS), "dana@example.com").unwrap();

    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
        0o600
    );
    let file = PrivateKey::from_openssh(fs::read(&path).unwrap()).unwrap();
    assert_eq!(file.cipher(), Cipher::Aes256Ctr);
    assert!(matches!(file.kdf(), Kdf::Bcrypt { rounds: 24, salt } if salt.len() == 16));

    let text = path.to_str().unwrap();
    let opened = must("ssh-keygen", &["-y", "-P", WORDS, "-f", text], b"");
    assert_eq!(opened.trim_end(), made.as_str());
    assert!(
        !run("ssh-keygen", &["-y", "-P", "wrong", "-f", text], b"")
            .status
            .success()
    );
    let public = fs::read_to_string(folder.path().join("new folder/dana.pub")).unwrap();
    assert_eq!(public, format!("{made}\n"));
    assert_eq!(made.comment(), "dana@example.com");
    assert_eq!(
        fs::read_dir(folder.path().join("new folder"))
            .unwrap()
            .count(),
        2
    );
}

#[test]
fn a_new_key_unlocks_with_its_passphrase_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dana");
    let made = keys::create(&path, &passphrase(WORDS), "dana").unwrap();

    let signer = keys::unlock(&path, Some(&passphrase(WORDS))).unwrap();
    assert_eq!(signer.public(), &made);
    assert!(!signer.is_unprotected());
    let shown = format!("{signer:?}");
    assert_eq!(shown, format!("Signer {{ public: {made:?}, .. }}"));

    let wrong = keys::unlock(&path, Some(&passphrase("пароль"))).unwrap_err();
    assert_eq!(wrong, KeyError::WrongPassphrase { path: path.clone() });
    assert_eq!(wrong.code(), "wrong-passphrase");
    assert_eq!(
        keys::unlock(&path, Some(&passphrase("")))
            .unwrap_err()
            .code(),
        "wrong-passphrase"
    );
    assert_eq!(
        keys::unlock(&path, None).unwrap_err().code(),
        "passphrase-needed"
    );
}

#[test]
fn creating_overwrites_nothing_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dana");
    for taken in ["dana", "dana.pub"] {
        let taken = folder.path().join(taken);
        fs::write(&taken, "mine").unwrap();
        let error = keys::create(&path, &passphrase("words"), "").unwrap_err();
        assert_eq!(
            error,
            KeyError::AlreadyExists {
                path: taken.clone()
            }
        );
        assert_eq!(fs::read_to_string(&taken).unwrap(), "mine");
        fs::remove_file(&taken).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
    assert_eq!(
        keys::create(&path, &passphrase(""), "").unwrap_err().code(),
        "passphrase-empty"
    );
    let two_lines = keys::create(&path, &passphrase("words"), "a\nssh-ed25519 AAAA").unwrap_err();
    assert_eq!(two_lines.code(), "key-comment-invalid");
    fs::write(folder.path().join("file"), "").unwrap();
    let inside_a_file = folder.path().join("file/dana");
    let error = keys::create(&inside_a_file, &passphrase("words"), "").unwrap_err();
    assert_eq!(error.code(), "key-unwritable");
}

#[test]
fn a_key_by_stock_openssh_unlocks_and_one_without_passphrase_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let path = stock_key(folder.path(), "ed25519", "a passphrase");
    let signer = keys::unlock(&path, Some(&passphrase("a passphrase"))).unwrap();
    assert_eq!(signer.public(), &keys::load_public(&path).unwrap());
    assert_eq!(signer.public().comment(), "stock@example.com");
    assert!(!signer.is_unprotected());

    let other = tempfile::tempdir().unwrap();
    let open = stock_key(other.path(), "ed25519", "");
    assert!(keys::unlock(&open, None).unwrap().is_unprotected());
    assert!(
        keys::unlock(&open, Some(&passphrase("ignored")))
            .unwrap()
            .is_unprotected()
    );
}

#[test]
fn a_private_key_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = stock_key(folder.path(), "ed25519", "");
    for mode in [0o640, 0o604, 0o660] {
        set_mode(&path, mode);
        let error = keys::unlock(&path, None).unwrap_err();
        assert_eq!(
            error,
            KeyError::PermissionsTooOpen {
                path: path.clone(),
                mode
            }
        );
        assert_eq!(error.code(), "key-permissions-too-open");
    }
    set_mode(&path, 0o400);
    keys::unlock(&path, None).unwrap();
}

#[test]
fn other_kinds_of_keys_are_named_and_do_not_sign_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let ecdsa = stock_key(folder.path(), "ecdsa", "");
    let error = keys::unlock(&ecdsa, None).unwrap_err();
    assert_eq!(
        error,
        KeyError::UnsupportedType {
            algorithm: "ecdsa-sha2-nistp256".into()
        }
    );
    assert_eq!(
        keys::load_public(&ecdsa).unwrap().kind(),
        KeyKind::EcdsaP256
    );

    let rsa = stock_key(folder.path(), "rsa", "");
    assert_eq!(
        keys::load_public(&rsa).unwrap_err().code(),
        "unsupported-key-type"
    );

    let old = folder.path().join("old");
    fs::write(
        &old,
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
    )
    .unwrap();
    let error = keys::unlock(&old, None).unwrap_err();
    assert_eq!(
        error,
        KeyError::UnsupportedType {
            algorithm: "RSA PRIVATE KEY".into()
        }
    );
}

#[test]
fn what_is_not_a_private_key_is_named_for_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = stock_key(folder.path(), "ed25519", "");
    let code = |path: &Path| keys::unlock(path, None).unwrap_err().code();
    assert_eq!(code(&keys::public_path(&path)), "key-is-public");
    assert_eq!(code(&folder.path().join("none")), "key-not-found");
    assert_eq!(code(folder.path()), "key-unreadable");

    let other = folder.path().join("other");
    let whole = fs::read_to_string(&path).unwrap();
    for text in [
        "",
        "# Checklist\n",
        &whole[..whole.len() / 2],
        &"A".repeat(70_000),
    ] {
        fs::write(&other, text).unwrap();
        assert_eq!(code(&other), "key-unreadable", "{} bytes", text.len());
    }
    fs::write(&other, [0xff, 0xfe, 0x00]).unwrap();
    assert_eq!(code(&other), "key-unreadable");
}

#[test]
fn a_key_that_would_take_minutes_to_open_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = stock_key(folder.path(), "ed25519", "a passphrase");
    let text = fs::read_to_string(&path).unwrap();
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let mut bytes = STANDARD.decode(body).unwrap();
    let Kdf::Bcrypt { salt, rounds } = PrivateKey::from_openssh(&text).unwrap().kdf().clone()
    else {
        panic!("stock ssh-keygen did not use bcrypt");
    };
    let salt_at = bytes
        .windows(salt.len())
        .position(|window| window == salt)
        .unwrap();
    let rounds_at = salt_at + salt.len();
    assert_eq!(bytes[rounds_at..rounds_at + 4], rounds.to_be_bytes());
    bytes[rounds_at..rounds_at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
    let wrapped: Vec<String> = STANDARD
        .encode(bytes)
        .as_bytes()
        .chunks(70)
        .map(|line| String::from_utf8(line.to_vec()).unwrap())
        .collect();
    let (label, end) = (
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "-----END OPENSSH PRIVATE KEY-----",
    );
    fs::write(&path, format!("{label}\n{}\n{end}\n", wrapped.join("\n"))).unwrap();

    let error = keys::unlock(&path, Some(&passphrase("a passphrase"))).unwrap_err();
    assert_eq!(error.code(), "key-rounds-too-many");
}

#[test]
fn the_comment_of_an_encrypted_key_comes_from_its_own_public_half_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dana");
    let made = keys::create(&path, &passphrase("words"), "dana@example.com").unwrap();
    assert_eq!(keys::load_public(&path).unwrap(), made);
    assert_eq!(keys::load_public(&keys::public_path(&path)).unwrap(), made);

    fs::write(keys::public_path(&path), format!("{} other", fixed_key())).unwrap();
    let alone = keys::load_public(&path).unwrap();
    assert!(alone.same_key(&made));
    assert_eq!(alone.comment(), "");
}

#[test]
fn fingerprints_are_those_of_stock_openssh_and_can_be_spoken() {
    let folder = tempfile::tempdir().unwrap();
    let path = stock_key(folder.path(), "ed25519", "");
    let listed = must("ssh-keygen", &["-l", "-f", path.to_str().unwrap()], b"");
    let fingerprint = keys::load_public(&path).unwrap().fingerprint();
    assert!(
        listed.contains(&format!(" {fingerprint} ")),
        "{listed} has no {fingerprint}"
    );

    let key = fixed_key();
    assert_eq!(
        key.fingerprint(),
        "SHA256:z/fSv0Z0RZS+Lccbc6ZoOWwt/fbj1VFJGSBKQbo4icE"
    );
    assert_eq!(
        key.spoken_fingerprint(),
        "stagehand voyager standard rebellion cubic hydraulic crusade molecule"
    );
}

#[test]
fn a_public_key_line_keeps_its_comment_and_compares_without_it() {
    let bare = fixed_key();
    let named = PublicKeyLine::parse(&format!("  {bare}   Дана  Коваль \n")).unwrap();
    assert_eq!(named.comment(), "Дана Коваль");
    assert_ne!(named, bare);
    assert!(named.same_key(&bare));
    assert_eq!(named.with_comment("").unwrap(), bare);
    assert_eq!(
        named.with_comment("a\nb").unwrap_err().code(),
        "key-unreadable"
    );
    for broken in [
        "",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA",
    ] {
        assert_eq!(
            PublicKeyLine::parse(broken).unwrap_err().code(),
            "key-unreadable",
            "{broken}"
        );
    }
}
