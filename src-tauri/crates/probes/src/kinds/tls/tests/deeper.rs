//! The chain at later times, the versions that are taken, and protocols that begin in clear text.

use std::time::SystemTime;

use chrono::{DateTime, Datelike as _, Utc};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer as Signer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::*;
use crate::testing::authority::{Issuer, configured};

/// Midnight, so many days from today.
fn in_days(params: &mut CertificateParams, days: i64) {
    let end = DateTime::<Utc>::from(SystemTime::now()) + chrono::TimeDelta::days(days);
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    let (month, day) = (
        end.month().try_into().unwrap(),
        end.day().try_into().unwrap(),
    );
    params.not_after = rcgen::date_time_ymd(end.year(), month, day);
}

/// A server whose certificate comes from an intermediate authority, of which it shows one
/// certificate for each of `lives`, in days.
fn with_intermediates(root: &Issuer, lives: &[i64]) -> ServerConfig {
    let key = KeyPair::generate().unwrap();
    let named = |days: i64| {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let name = "Intermediate";
        params.distinguished_name.push(DnType::CommonName, name);
        in_days(&mut params, days);
        params
    };
    let between = lives
        .iter()
        .map(|days| named(*days).signed_by(&key, root).unwrap().der().clone());
    let names = named(1);
    let signer = Signer::from_params(&names, &key);
    let own = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    in_days(&mut params, 400);
    let leaf = params.signed_by(&own, &signer).unwrap();
    let chain = std::iter::once(leaf.der().clone()).chain(between).collect();
    configured(chain, &own)
}

#[tokio::test]
async fn the_chain_is_verified_at_the_later_time() {
    let root = authority();
    let (_repository, bench) = trusting(&root);
    for (lives, holds) in [
        // The server's own certificate lives on when its authority's has ended.
        (
            vec![60],
            "chain_ok_for between 58d and 60d, valid_for > 390d",
        ),
        // An old certificate beside the newer one of the same key breaks nothing.
        (vec![10, 380], "chain_ok_for between 378d and 380d"),
        (vec![380, 10], "chain_ok_for between 378d and 380d"),
        (vec![-10, 380], "chain_ok_for between 378d and 380d"),
        (vec![900], "chain_ok_for between 398d and 400d"),
    ] {
        let port = serve(with_intermediates(&root, &lives)).await;
        let seen = look(
            &bench,
            port,
            &format!("ca: ca.pem\nexpect: chain_ok, {holds}"),
        )
        .await;
        assert_eq!(seen.verdict, Verdict::Pass, "{lives:?}: {seen:#?}");
    }
    let port = serve(with_intermediates(&root, &[-10])).await;
    let seen = look(&bench, port, "ca: ca.pem\nexpect: chain_ok_for > 21d").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    assert!(seen.summary.contains("CN=Intermediate"), "{}", seen.summary);
    let port = serve(with_intermediates(&root, &[])).await;
    let seen = look(&bench, port, "ca: ca.pem").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(seen.hint.unwrap().contains("whole chain"));
}

/// What a server does with a first message of TLS 1.0 or 1.1.
#[derive(Clone, Copy)]
enum Old {
    Takes(u8),
    Alerts,
    Closes,
    Silent,
}

/// A server of today's TLS whose answer to older versions is `old`.
async fn aged(config: ServerConfig, old: Old) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut begin = [0; 11];
                while stream.peek(&mut begin).await.is_ok_and(|n| n < 11) {}
                // The version within the message itself (RFC 5246, section 7.4.1.2).
                if begin[10] == 3 {
                    let _ = acceptor.accept(stream).await;
                    return;
                }
                match old {
                    Old::Takes(minor) => {
                        let hello = [22, 3, minor, 0, 6, 2, 0, 0, 70, 3, minor];
                        let _ = stream.write_all(&hello).await;
                    }
                    Old::Alerts => {
                        let _ = stream.write_all(&[21, 3, 1, 0, 2, 2, 70]).await;
                    }
                    Old::Closes => return,
                    Old::Silent => std::future::pending().await,
                }
                // Closing with unread bytes would reset the connection.
                let _ = stream.read(&mut [0; 2048]).await;
            });
        }
    });
    port
}

#[tokio::test]
async fn every_version_that_is_taken_is_found() {
    let root = authority();
    let (_repository, bench) = trusting(&root);
    let config = || certificate(Some(&root), THIS_CENTURY);
    let base = "ca: ca.pem\nversions: true\ntimeout: 4s\nexpect: ";
    for (old, holds) in [
        (
            Old::Alerts,
            "oldest == TLS1.2, len(versions) == 2, versions contains TLS1.3",
        ),
        (Old::Closes, "oldest == TLS1.2, len(versions) == 2"),
        (Old::Takes(1), "oldest == TLS1.0, len(versions) == 3"),
        (Old::Takes(2), "oldest == TLS1.1, versions contains TLS1.1"),
    ] {
        let port = aged(config(), old).await;
        let seen = look(&bench, port, &format!("{base}chain_ok, {holds}")).await;
        assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    }
    let port = aged(config(), Old::Silent).await;
    let seen = look(&bench, port, &format!("{base}oldest == TLS1.2")).await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
    let seen = look(&bench, port, &format!("{base}chain_ok")).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn a_real_server_says_which_versions_it_takes() {
    let root = authority();
    let (_repository, bench) = trusting(&root);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = params.signed_by(&key, &root).unwrap();
    for (versions, holds) in [
        (vec![&TLS12], "protocol == TLS1.2, len(versions) == 1"),
        (vec![&TLS13], "oldest == TLS1.3, len(versions) == 1"),
        (vec![&TLS12, &TLS13], "oldest == TLS1.2, len(versions) == 2"),
    ] {
        let pkcs8 = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], pkcs8)
            .unwrap();
        let port = serve(config).await;
        let more = format!("ca: ca.pem\nversions: true\nexpect: {holds}");
        let seen = look(&bench, port, &more).await;
        assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    }
}

/// Speaks `script`, pairs of what it says and what it then waits for, and goes on in TLS.
async fn upgrading(config: ServerConfig, script: &'static [(&'static str, &'static str)]) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                for (says, awaits) in script {
                    stream.write_all(says.as_bytes()).await.unwrap();
                    let mut line = String::new();
                    if !awaits.is_empty() {
                        stream.read_line(&mut line).await.unwrap();
                        assert!(line.starts_with(awaits), "{line}");
                    }
                }
                let _ = acceptor.accept(stream.into_inner()).await;
            });
        }
    });
    port
}

#[tokio::test]
async fn tls_begins_within_mail_protocols() {
    let root = authority();
    let (_repository, bench) = trusting(&root);
    let config = || certificate(Some(&root), THIS_CENTURY);
    let smtp: &[_] = &[
        ("220-mail.example\r\n220 ESMTP\r\n", "EHLO [127.0.0.1]"),
        (
            "250-mail.example\r\n250-SIZE 100\r\n250 STARTTLS\r\n",
            "STARTTLS",
        ),
        ("220 go ahead\r\n", ""),
    ];
    let imap: &[_] = &[
        (
            "* OK [CAPABILITY IMAP4rev2 STARTTLS] ready\r\n",
            "a1 STARTTLS",
        ),
        ("* OK something else\r\na1 OK begin\r\n", ""),
    ];
    for (protocol, script) in [("smtp", smtp), ("imap", imap)] {
        let port = upgrading(config(), script).await;
        let more = format!("starttls: {protocol}\nca: ca.pem\nexpect: chain_ok, names_ok");
        let seen = look(&bench, port, &more).await;
        assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    }
    let port = upgrading(config(), smtp).await;
    let more = "starttls: smtp\nca: ca.pem\nversions: true\nexpect: oldest == TLS1.2";
    let seen = look(&bench, port, more).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let none: &[_] = &[
        ("220 mail.example\r\n", "EHLO"),
        ("250-mail.example\r\n250 SIZE 100\r\n", "X"),
    ];
    let injected: &[_] = &[
        ("220 mail.example\r\n", "EHLO"),
        ("250-mail.example\r\n250 STARTTLS\r\n", "STARTTLS"),
        ("220 go ahead\r\n250 AUTH PLAIN\r\n", ""),
    ];
    let unwilling: &[_] = &[
        ("* OK ready\r\n", "a1 STARTTLS"),
        ("a1 NO not here\r\n", "X"),
    ];
    for (protocol, script, says) in [
        ("smtp", none, "offers no TLS"),
        ("smtp", injected, "clear text"),
        ("imap", unwilling, "offers no TLS"),
        ("imap", none, "offers no TLS"),
    ] {
        let port = upgrading(config(), script).await;
        let seen = look(&bench, port, &format!("starttls: {protocol}\nca: ca.pem")).await;
        assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
        assert!(seen.summary.contains(says), "{}", seen.summary);
    }
}

#[tokio::test]
async fn tls_begins_within_postgresql() {
    let root = authority();
    let (_repository, bench) = trusting(&root);
    for (answer, expected) in [
        (b'S', Verdict::Pass),
        (b'N', Verdict::Fail),
        (b'E', Verdict::Fail),
    ] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = TlsAcceptor::from(Arc::new(certificate(Some(&root), THIS_CENTURY)));
        let one = async move |mut stream: TcpStream| {
            let mut request = [0; 8];
            stream.read_exact(&mut request).await.unwrap();
            assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47]);
            stream.write_all(&[answer]).await.unwrap();
            let _ = acceptor.accept(stream).await;
        };
        tokio::spawn(async move { one(listener.accept().await.unwrap().0).await });
        let seen = look(&bench, port, "starttls: postgres\nca: ca.pem").await;
        assert_eq!(seen.verdict, expected, "{seen:#?}");
    }
}
