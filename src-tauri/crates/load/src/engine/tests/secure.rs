//! TLS, and HTTP/2 with and without it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::run;
use crate::plan::{Capture, Found, HttpVersion, Plan};

/// A server of hyper's, and its certificate in PEM where it has one.
fn serve(secure: bool) -> (SocketAddr, String) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["load.test".to_owned()]).unwrap();
    let pem = cert.pem();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
            let mut config = ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![cert.der().clone()], key)
                .unwrap();
            config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            let acceptor = TlsAcceptor::from(Arc::new(config));
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    if !secure {
                        let stream = TokioIo::new(stream);
                        let server = http2::Builder::new(TokioExecutor::new());
                        let _ = server.serve_connection(stream, service_fn(answer)).await;
                        return;
                    }
                    let Ok(stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                    let stream = TokioIo::new(stream);
                    if is_h2 {
                        let server = http2::Builder::new(TokioExecutor::new());
                        let _ = server.serve_connection(stream, service_fn(answer)).await;
                    } else {
                        let server = http1::Builder::new();
                        let _ = server.serve_connection(stream, service_fn(answer)).await;
                    }
                });
            }
        });
    });
    (told.recv().unwrap(), pem)
}

/// 404 where the version is not the one in the path, and what was sent otherwise.
async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let version = match request.version() {
        Version::HTTP_2 => "/2",
        _ => "/1",
    };
    let right = request.uri().path().starts_with(version);
    let token = request.headers().get("x-token");
    let status = match token.map(|token| token == "t1") {
        Some(false) => 401,
        _ if right => 200,
        _ => 404,
    };
    let sent = request.into_body().collect().await.unwrap().to_bytes();
    let response = Response::builder().status(status).header("x-given", "t1");
    Ok(response.body(Full::new(sent)).unwrap())
}

fn plan(address: SocketAddr, scheme: &str, path: &str, http: HttpVersion, ca: &str) -> Plan {
    serde_json::from_value(serde_json::json!({
        "requests": [{
            "name": "one", "method": "POST", "url": format!("{scheme}://{address}{path}"),
            "body": "x".repeat(5000)
        }],
        "approved": [address.to_string()],
        "pace": {"rate": {"per_second": 200.0}},
        "steps": [{"share": 1.0, "lasts_ms": 1000}],
        "connections": 4,
        "http": http,
        "tls": {"ca": ca, "name": "load.test"},
        "timeout_ms": 10_000
    }))
    .unwrap()
}

#[test]
fn both_versions_are_spoken_with_and_without_tls() {
    for (secure, scheme, path, http) in [
        (true, "https", "/1", HttpVersion::Http1),
        (true, "https", "/2", HttpVersion::Http2),
        (false, "http", "/2", HttpVersion::Http2),
    ] {
        let (address, pem) = serve(secure);
        let mut plan = plan(address, scheme, path, http, &pem);
        let outcome = run(&plan).unwrap();
        let counts = outcome.counts;
        assert_eq!(
            (counts.due, counts.ok),
            (200, 200),
            "{scheme} {path}: {outcome:?}"
        );
        assert_eq!(outcome.connections.most, 4, "{scheme} {path}");
        // Whatever goes over the wire, the bodies are in it.
        assert!(outcome.bytes.sent > 1_000_000, "{:?}", outcome.bytes);
        assert!(outcome.bytes.received > 1_000_000, "{:?}", outcome.bytes);

        plan.requests[0].captures = vec![Capture {
            name: "token".to_owned(),
            from: Found::Header("x-given".to_owned()),
        }];
        plan.requests.push(plan.requests[0].clone());
        plan.requests[1].captures.clear();
        plan.requests[1].headers = vec![("X-Token".to_owned(), "{{token}}".to_owned())];
        assert_eq!(run(&plan).unwrap().counts.ok, 200, "{scheme} {path}");

        plan.keep_alive = false;
        let outcome = run(&plan).unwrap();
        assert_eq!(
            outcome.counts.ok, 200,
            "{scheme} {path}: {:?}",
            outcome.counts
        );
        assert!(
            outcome.connections.opened >= 200,
            "{:?}",
            outcome.connections
        );
    }
}

#[test]
fn who_is_not_trusted_is_not_loaded() {
    let (address, pem) = serve(true);
    let untrusted = plan(address, "https", "/1", HttpVersion::Http1, "");
    assert_eq!(run(&untrusted).unwrap_err().code, "load-tls");
    let mut other = plan(address, "https", "/1", HttpVersion::Http1, &pem);
    other.tls.name = "other.test".to_owned();
    assert_eq!(run(&other).unwrap_err().code, "load-tls");
}
