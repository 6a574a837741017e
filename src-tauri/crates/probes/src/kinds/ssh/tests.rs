#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::process::{Command, Stdio};

use countersign_core::probe::{Observation, Verdict};
use ring::agreement::{EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::wire::{Fields, Wire, put, put_number};
use crate::testing::{Bench, observe};

async fn look(port: u16, more: &str) -> Observation {
    let yaml = format!("probe: ssh\nhost: 127.0.0.1\nport: {port}\ntimeout: 5s\n{more}");
    observe(&Bench::default(), &yaml).await
}

/// OpenSSH's own server with these host keys, started for each connection.
async fn openssh(folder: &Path, keys: &[&str]) -> u16 {
    if rustix::process::geteuid().is_root() {
        // Where Debian's service would make it.
        let _ = std::fs::create_dir_all("/run/sshd");
    }
    let lines = keys
        .iter()
        .map(|key| format!("HostKey {}\n", folder.join(key).display()));
    let config = folder.join("sshd_config");
    let text = lines.collect::<String>() + "PidFile none\nUsePAM no\nStrictModes no\n";
    std::fs::write(&config, text).unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let stream = stream.into_std().unwrap();
            stream.set_nonblocking(false).unwrap();
            let ends = || Stdio::from(std::os::fd::OwnedFd::from(stream.try_clone().unwrap()));
            let mut server = Command::new("/usr/sbin/sshd")
                .args(["-i", "-e", "-f"])
                .arg(&config)
                .stdin(ends())
                .stdout(ends())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::spawn(move || server.wait());
        }
    });
    port
}

fn make_key(folder: &Path, kind: &str, bits: &str) -> (String, String) {
    let path = folder.join(kind);
    let made = Command::new("ssh-keygen")
        .args(["-q", "-N", "", "-t", kind, "-b", bits, "-f"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    let public = std::fs::read_to_string(path.with_extension("pub")).unwrap();
    let shown = Command::new("ssh-keygen")
        .arg("-lf")
        .arg(&path)
        .output()
        .unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    let fingerprint = shown.split_whitespace().nth(1).unwrap().to_owned();
    (public.trim().to_owned(), fingerprint)
}

#[tokio::test]
async fn every_type_of_key_of_openssh_is_proven() {
    let folder = tempfile::tempdir().unwrap();
    let kinds = [("ed25519", "256"), ("ecdsa", "384"), ("rsa", "2048")];
    let made = kinds.map(|(kind, bits)| make_key(folder.path(), kind, bits));
    let port = openssh(folder.path(), &["ed25519", "ecdsa", "rsa"]).await;
    for ((kind, bits), (public, fingerprint)) in kinds.into_iter().zip(&made) {
        let holds = format!(
            "expect: [key_ok, key_bits == {bits}, protocol == 2.0, fingerprint == '{fingerprint}', software matches /^OpenSSH/]"
        );
        let seen = look(port, &format!("type: {kind}\n{holds}")).await;
        assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
        for key in [public, fingerprint, &format!("127.0.0.1 {public}")] {
            let more = format!("type: {kind}\nkey: {key}\nexpect: key_ok, known");
            let seen = look(port, &more).await;
            assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
        }
        // A key says itself which type to ask for.
        let seen = look(port, &format!("key: {public}\nexpect: known")).await;
        assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    }
    let other = tempfile::tempdir().unwrap();
    let (public, _) = make_key(other.path(), "ed25519", "256");
    let seen = look(port, &format!("key: {public}")).await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    assert!(seen.summary.contains(&made[0].1), "{}", seen.summary);
    let steps = seen.saw["steps"].as_array().unwrap();
    let told: Vec<(&str, bool)> = steps
        .iter()
        .map(|one| (one["step"].as_str().unwrap(), one["ok"].as_bool().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("banner", true),
            ("host key", true),
            ("expected key", false)
        ]
    );
    let seen = look(port, "expect: known").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
    let only = openssh(folder.path(), &["rsa"]).await;
    let seen = look(only, "expect: key_ok, key_type == ssh-rsa").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = look(only, "type: ed25519").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
}

/// What a server of our own does wrong.
#[derive(Clone, Copy, PartialEq)]
enum Flaw {
    None,
    /// It signs another exchange, as one would that replays an answer.
    Replays,
    /// It shows a key and signs with another.
    Borrows,
    /// It says goodbye.
    Leaves,
    /// It offers exchanges that nobody speaks.
    Foreign,
}

async fn serve(stream: tokio::net::TcpStream, flaw: Flaw) -> Option<()> {
    const NAME: &str = "SSH-2.0-Test_1.0 here";
    let mut wire = Wire::new(stream, "test");
    let client = wire.greet(NAME).await.ok()?;
    if flaw == Flaw::Leaves {
        let mut message = vec![1, 0, 0, 0, 12];
        put(&mut message, b"too many users");
        return wire.send(&message).await.ok();
    }
    let mut offer = vec![20];
    offer.extend([7; 16]);
    let exchange = if flaw == Flaw::Foreign {
        "magic"
    } else {
        "curve25519-sha256"
    };
    let (cipher, code) = ("aes128-ctr,3des-cbc", "hmac-sha2-256");
    for list in [
        exchange,
        "ssh-ed25519",
        cipher,
        cipher,
        code,
        code,
        "none",
        "none",
        "",
        "",
    ] {
        put(&mut offer, list.as_bytes());
    }
    offer.extend([0; 5]);
    wire.send(&offer).await.ok()?;
    let theirs = wire.receive(20).await.ok()?;
    let init = wire.receive(30).await.ok()?;
    let point = Fields(&init[1..]).bytes()?.to_vec();
    let random = SystemRandom::new();
    let private = EphemeralPrivateKey::generate(&X25519, &random).unwrap();
    let public = private.compute_public_key().unwrap();
    let peer = UnparsedPublicKey::new(&X25519, point.clone());
    let shared = agree_ephemeral(private, &peer, <[u8]>::to_vec).unwrap();
    let key = |seed| Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    let (shown, signing) = (key(1), key(if flaw == Flaw::Borrows { 2 } else { 1 }));
    let mut blob = Vec::new();
    put(&mut blob, b"ssh-ed25519");
    put(&mut blob, shown.public_key().as_ref());
    let mut hashed = Vec::new();
    for part in [
        client.as_bytes(),
        NAME.as_bytes(),
        &theirs,
        &offer,
        &blob,
        &point,
    ] {
        put(&mut hashed, part);
    }
    put(&mut hashed, public.as_ref());
    put_number(&mut hashed, &shared);
    if flaw == Flaw::Replays {
        hashed.push(0);
    }
    let mut signature = Vec::new();
    put(&mut signature, b"ssh-ed25519");
    put(
        &mut signature,
        signing.sign(&Sha256::digest(&hashed)).as_ref(),
    );
    // Something else may come before the answer.
    let _ = wire.send(&[2, 0, 0, 0, 0]).await;
    let mut reply = vec![31];
    for part in [blob.as_slice(), public.as_ref(), &signature] {
        put(&mut reply, part);
    }
    wire.send(&reply).await.ok()
}

async fn server(flaw: Flaw) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, flaw));
        }
    });
    port
}

#[tokio::test]
async fn who_does_not_hold_the_key_fails() {
    let good = server(Flaw::None).await;
    let seen = look(
        good,
        "expect: key_ok, ciphers contains 3des-cbc, software == Test_1.0, len(exchanges) == 1",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    for (flaw, verdict, says) in [
        (Flaw::Replays, Verdict::Fail, "does not prove"),
        (Flaw::Borrows, Verdict::Fail, "does not prove"),
        (Flaw::Leaves, Verdict::Fail, "too many users"),
        (Flaw::Foreign, Verdict::Inconclusive, "no key exchange"),
    ] {
        let seen = look(server(flaw).await, "").await;
        assert_eq!(seen.verdict, verdict, "{seen:#?}");
        assert!(seen.summary.contains(says), "{}", seen.summary);
    }
}

#[tokio::test]
async fn what_is_no_ssh_ends() {
    for says in [
        b"HTTP/1.1 400 Bad Request\r\n\r\n".as_slice(),
        b"SSH-1.5-old\r\n",
        b"SSH-2.0-endless\r\n\x00\x00\x00\x0c\x0a",
        b"SSH-2.0-huge\r\n\xff\xff\xff\xff",
        b"SSH-2.0-empty\r\n\x00\x00\x00\x00",
        b"SSH-2.0-short\r\n\x00\x00\x00\x0c\x0a\x14aaaaaaaaaa",
        b"SSH-2.0-padded\r\n\x00\x00\x00\x08\xff\x14aaaaaa",
        b"SSH-2.0-\xff\xfe\r\n",
        &[b'x'; 100_000],
        b"",
    ] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let says = says.to_vec();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.write_all(&says).await;
            let _ = stream.shutdown().await;
            let _ = stream.read(&mut [0; 4096]).await;
        });
        let seen = look(port, "").await;
        assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    }
}
