#![allow(clippy::unwrap_used, clippy::panic)]

mod deeper;

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use countersign_core::probe::{Observation, Verdict};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::testing::authority::{THIS_CENTURY, authority, certificate, trusting};
use crate::testing::{Bench, observe};

async fn serve(config: ServerConfig) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
                    let mut buffer = [0; 1024];
                    if stream.read(&mut buffer).await.is_ok_and(|n| n > 0) {
                        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
                        let _ = stream.write_all(answer).await;
                        let _ = stream.shutdown().await;
                    }
                }
            });
        }
    });
    port
}

async fn look(bench: &Bench, port: u16, more: &str) -> Observation {
    let yaml = format!("probe: tls\nhost: 127.0.0.1\nserver_name: localhost\nport: {port}\n{more}");
    observe(bench, &yaml).await
}

#[tokio::test]
async fn a_good_certificate_passes_and_is_shown() {
    let root = authority();
    let port = serve(certificate(Some(&root), THIS_CENTURY)).await;
    let (_repository, bench) = trusting(&root);
    let seen = look(
        &bench,
        port,
        "ca: ca.pem\nexpect:\n  - chain_ok\n  - names_ok\n  - valid_for > 21d\n  - not_after == 2090-01-01\n  - not_before < 2021-01-01\n  - issuer contains 'Test Root'\n  - subject contains localhost\n  - names contains localhost\n  - protocol == TLS1.3\n  - key == 'EC 256'\n  - key_bits >= 256\n  - signature == 'ECDSA SHA-256'\n  - fault == none\n  - chain_ok_for > 21d\n  - chain_ok_until == 2090-01-01\n  - cipher matches /AES|CHACHA/\n  - len(sha256) == 64\n  - duration < 10s\n",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert!(seen.summary.ends_with(" days left"), "{}", seen.summary);
    assert_eq!(seen.saw["certificate"]["not_after"], "2090-01-01T00:00:00Z");
    countersign_core::canon::to_bytes(&seen).unwrap();
}

#[tokio::test]
async fn each_fault_of_a_certificate_is_told_from_the_others() {
    let root = authority();
    let (_repository, bench) = trusting(&root);
    let good = serve(certificate(Some(&root), THIS_CENTURY)).await;
    let expired = serve(certificate(Some(&root), (2000, 2001))).await;
    let future = serve(certificate(Some(&root), (2080, 2090))).await;
    let own = serve(certificate(None, THIS_CENTURY)).await;
    for (port, more, holds, summary) in [
        (
            good,
            "",
            "not chain_ok, names_ok, fault == 'unknown authority', chain_ok_for == 0d",
            "no trusted root",
        ),
        (
            good,
            "ca: ca.pem\nserver_name: elsewhere.example",
            "chain_ok, not names_ok, fault == 'wrong name', chain_ok_for > 1000d",
            "another name",
        ),
        (
            expired,
            "ca: ca.pem",
            "not chain_ok, names_ok, valid_for < 0d, fault == expired",
            "expired",
        ),
        (
            future,
            "ca: ca.pem",
            "not chain_ok, names_ok, valid_for > 0d, fault == 'not yet valid'",
            "not valid yet",
        ),
        (
            own,
            "ca: ca.pem",
            "not chain_ok, names_ok, key == 'Ed25519 256', fault == self-signed",
            "signed by itself",
        ),
        (
            own,
            "ca: ca.pem\nserver_name: elsewhere.example",
            "not chain_ok, not names_ok",
            "signed by itself",
        ),
    ] {
        let yaml = format!(
            "probe: tls\nhost: 127.0.0.1\nport: {port}\n{more}\nexpect: {holds}\n{}",
            if more.contains("server_name") {
                ""
            } else {
                "server_name: localhost\n"
            }
        );
        let seen = observe(&bench, &yaml).await;
        assert_eq!(seen.verdict, Verdict::Pass, "{yaml}: {seen:#?}");
        assert!(seen.summary.contains(summary), "{}", seen.summary);
        assert!(seen.hint.is_some(), "{yaml}");
        // What is expected where nothing is written fails on each of them.
        let defaults = yaml.replace(&format!("expect: {holds}\n"), "");
        assert_eq!(
            observe(&bench, &defaults).await.verdict,
            Verdict::Fail,
            "{defaults}"
        );
    }
}

#[tokio::test]
async fn a_port_without_tls_fails() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"220 plain text\r\n").await;
        }
    });
    let seen = look(&Bench::default(), port, "").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    assert!(seen.summary.contains("handshake"), "{}", seen.summary);
}

#[tokio::test]
async fn a_file_without_certificates_is_an_error() {
    let root = authority();
    let port = serve(certificate(Some(&root), THIS_CENTURY)).await;
    let (repository, bench) = trusting(&root);
    std::fs::write(repository.path().join("empty.pem"), "nothing").unwrap();
    assert_eq!(
        look(&bench, port, "ca: empty.pem").await.verdict,
        Verdict::Error
    );
    assert_eq!(
        look(&bench, port, "ca: none.pem").await.verdict,
        Verdict::Inconclusive
    );
}

#[tokio::test]
async fn http_verifies_the_certificate_and_times_the_handshake() {
    let root = authority();
    let port = serve(certificate(Some(&root), THIS_CENTURY)).await;
    let (_repository, bench) = trusting(&root);
    let request = format!("probe: http\nurl: https://localhost:{port}/\nresolve: 127.0.0.1\n");
    let seen = observe(&bench, &request).await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(seen.summary.contains("no trusted root"), "{}", seen.summary);
    let seen = observe(
        &bench,
        &format!("{request}ca: ca.pem\nexpect: [status == 200, tls < 10s, body == ok]"),
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert_eq!(seen.saw["certificate"]["names"][0], "localhost");
    let wrong = request.replace("localhost", "elsewhere.example");
    let seen = observe(&bench, &format!("{wrong}ca: ca.pem")).await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(seen.summary.contains("another name"), "{}", seen.summary);
}

#[tokio::test]
async fn http_2_is_spoken_where_the_server_speaks_it() {
    let root = authority();
    let mut config = certificate(Some(&root), THIS_CENTURY);
    config.alpn_protocols = vec![b"h2".to_vec()];
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = acceptor.accept(stream).await.unwrap();
        let service = service_fn(|request: hyper::Request<Incoming>| async move {
            let said = format!("{} {}", request.method(), request.uri());
            Ok::<_, Infallible>(hyper::Response::new(Full::new(Bytes::from(said))))
        });
        let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .serve_connection(TokioIo::new(stream), service)
            .await;
    });
    let (_repository, bench) = trusting(&root);
    let yaml = format!(
        "probe: http\nurl: https://localhost:{port}/a?b=1\nresolve: 127.0.0.1\nca: ca.pem\nexpect: [status == 200, version == HTTP/2, body == 'GET https://localhost:{port}/a?b=1']"
    );
    let seen = observe(&bench, &yaml).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}
