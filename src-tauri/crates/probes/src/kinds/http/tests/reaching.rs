//! The way to the host: proxies, versions, client certificates.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_core::probe::Verdict;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::TokioExecutor;
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::*;

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Issuer {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server of TLS for `localhost` that speaks these versions and may want to see a certificate.
/// Its authority is `ca.pem` in `folder`, where `client.pem` and `client.key` are a client's.
async fn secure(folder: &Path, alpn: &[&str], asks: bool) -> u16 {
    let authority = authority();
    let issue = |name: &str| {
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &authority).unwrap(), key)
    };
    let (client, client_key) = issue("client");
    for (file, text) in [
        ("ca.pem", authority.pem()),
        ("client.pem", client.pem()),
        ("client.key", client_key.serialize_pem()),
    ] {
        std::fs::write(folder.join(file), text).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = if asks {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let (certificate, key) = issue("localhost");
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
    let mut config = builder
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let service = service_fn(move |request| answer(request, port));
                let h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                let stream = TokioIo::new(stream);
                if h2 {
                    let server = http2::Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(stream, service).await;
                } else {
                    let _ = http1::Builder::new()
                        .serve_connection(stream, service)
                        .await;
                }
            });
        }
    });
    port
}

/// A proxy that wants `user:pass`; how often it was used is counted.
async fn proxy(used: Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let used = Arc::clone(&used);
            tokio::spawn(async move {
                let _ = pass(stream, &used).await;
            });
        }
    });
    port
}

async fn pass(stream: TcpStream, used: &AtomicUsize) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).await? > 0 {}
    if !head.contains("roxy-authorization: Basic dXNlcjpwYXNz") {
        let no = b"HTTP/1.1 407 Who\r\ncontent-length: 0\r\n\r\n";
        return stream.write_all(no).await;
    }
    used.fetch_add(1, Ordering::SeqCst);
    let first = head.lines().next().unwrap_or_default().to_owned();
    let target = first.split(' ').nth(1).unwrap_or_default();
    if let Some(whole) = target.strip_prefix("http://") {
        let (place, path) = whole.split_once('/').unwrap_or((whole, ""));
        let mut there = TcpStream::connect(place).await?;
        let asked = head.replacen(target, &format!("/{path}"), 1);
        there.write_all(asked.as_bytes()).await?;
        tokio::io::copy_bidirectional(&mut stream, &mut there).await?;
        return Ok(());
    }
    if target.ends_with(":1") {
        return stream.write_all(b"HTTP/1.1 502 No\r\n\r\n").await;
    }
    let mut there = TcpStream::connect(target).await?;
    stream.write_all(b"HTTP/1.1 200 Yes\r\n\r\n").await?;
    tokio::io::copy_bidirectional(&mut stream, &mut there).await?;
    Ok(())
}

#[tokio::test]
async fn a_proxy_is_asked_for_http_and_tunnelled_for_https() {
    let folder = tempfile::tempdir().unwrap();
    let plain = serve(0).await;
    let https = secure(folder.path(), &["h2", "http/1.1"], false).await;
    let used = Arc::new(AtomicUsize::new(0));
    let port = proxy(Arc::clone(&used)).await;
    let bench = Bench::at(folder.path()).secret("PROXY", "user:pass");
    let through = format!("proxy: http://127.0.0.1:{port}\nproxy_basic: ${{secret:PROXY}}\n");
    for (url, more, version) in [
        (format!("http://127.0.0.1:{plain}/echo?a=b"), "", "HTTP/1.1"),
        (
            format!("https://localhost:{https}/echo?a=b"),
            "ca: ca.pem\n",
            "HTTP/2",
        ),
    ] {
        let yaml = format!(
            "probe: http\nurl: {url}\n{through}{more}expect: [status == 200, version == {version}, body contains a=b]"
        );
        let seen = observe(&bench, &yaml).await;
        assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
        assert!(!format!("{seen:?}").contains("user:pass"));
        // The proxy's credentials are for the proxy alone.
        let body = seen.saw["response"]["body"]["text"].as_str().unwrap();
        assert!(!body.contains("Basic"), "{body}");
    }
    assert_eq!(used.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_proxy_that_refuses_says_nothing_of_the_host() {
    let port = proxy(Arc::default()).await;
    let through = format!("proxy: http://127.0.0.1:{port}");
    for (url, more, words) in [
        ("https://localhost:2/", "", "who asks"),
        (
            "https://localhost:1/",
            "proxy_basic: ${secret:PROXY}",
            "answered 502",
        ),
    ] {
        let bench = Bench::default().secret("PROXY", "user:pass");
        let yaml = format!("probe: http\nurl: {url}\n{through}\n{more}");
        let seen = observe(&bench, &yaml).await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
        assert!(seen.summary.contains(words), "{}", seen.summary);
    }
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let port = secure(folder.path(), &["http/1.1"], true).await;
    let key = std::fs::read_to_string(folder.path().join("client.key")).unwrap();
    let bench = Bench::at(folder.path()).secret("KEY", &key);
    let request = format!("probe: http\nurl: https://localhost:{port}/health\nca: ca.pem\n");
    for (more, verdict) in [
        ("cert: client.pem\nkey: client.key", Verdict::Pass),
        ("cert: client.pem\nkey_pem: ${secret:KEY}", Verdict::Pass),
        ("", Verdict::Fail),
        ("cert: client.pem", Verdict::Error),
        ("cert: client.pem\nkey: ca.pem", Verdict::Error),
        ("cert: client.pem\nkey: missing.key", Verdict::Inconclusive),
    ] {
        let seen = observe(&bench, &format!("{request}{more}")).await;
        assert_eq!(seen.verdict, verdict, "{more}: {seen:#?}");
        assert!(!format!("{seen:?}").contains("PRIVATE KEY"));
    }
    let seen = observe(&bench, &request).await;
    assert!(seen.hint.unwrap().contains("`cert`"), "{}", seen.summary);
}

#[tokio::test]
async fn a_client_certificate_stays_with_its_host() {
    let folder = tempfile::tempdir().unwrap();
    let port = secure(folder.path(), &["http/1.1"], true).await;
    // Another port is another origin: the server there must not get to see the certificate.
    let request = format!(
        "probe: http\nurl: https://localhost:{port}/elsewhere?to={}\nredirects: 1\nca: ca.pem\ncert: client.pem\nkey: client.key",
        beside(port).await
    );
    let seen = observe(&Bench::at(folder.path()), &request).await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    assert!(seen.hint.unwrap().contains("`cert`"), "{}", seen.summary);
}

/// The same server once more: whoever shows the certificate there is let in.
async fn beside(port: u16) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let own = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut there = TcpStream::connect(("127.0.0.1", port)).await?;
                tokio::io::copy_bidirectional(&mut stream, &mut there).await
            });
        }
    });
    own
}

#[tokio::test]
async fn the_version_is_negotiated_unless_one_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let both = secure(folder.path(), &["h2", "http/1.1"], false).await;
    let bench = Bench::at(folder.path());
    let look = async |port: u16, more: &str| {
        let yaml = format!("probe: http\nurl: https://localhost:{port}/health\nca: ca.pem\n{more}");
        observe(&bench, &yaml).await
    };
    for (more, version) in [
        ("", "HTTP/2"),
        ("http: 1.1", "HTTP/1.1"),
        ("http: 2", "HTTP/2"),
    ] {
        let seen = look(both, more).await;
        assert_eq!(
            measured(&seen, "version"),
            Some(Value::text(version)),
            "{seen:#?}"
        );
    }
    for alpn in [&["http/1.1"][..], &[]] {
        let old = secure(folder.path(), alpn, false).await;
        assert_eq!(look(old, "").await.verdict, Verdict::Pass);
        let seen = look(old, "http: 2").await;
        assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    }
}

#[tokio::test]
async fn only_the_version_of_ip_that_is_asked_for_is_used() {
    let port = serve(0).await;
    let look = async |more: &str| {
        let yaml = format!("probe: http\nurl: http://127.0.0.1:{port}/health\n{more}");
        observe(&Bench::default(), &yaml).await
    };
    assert_eq!(look("ip: 4").await.verdict, Verdict::Pass);
    let seen = look("ip: 6").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
    assert!(seen.summary.contains("IP version 6"), "{}", seen.summary);
    // What is connected to is one of the addresses that the name had when it was looked up.
    let yaml = format!("probe: http\nurl: http://localhost:{port}/health\nip: 4");
    let seen = observe(&Bench::default(), &yaml).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let addresses = seen.saw["addresses"].as_array().unwrap();
    assert!(addresses.contains(&seen.saw["address"]), "{seen:#?}");
    assert!(measured(&seen, "dns").is_some());
}

#[tokio::test]
async fn a_name_is_one_address_to_a_whole_probe() {
    let trust = crate::net::Trust::default();
    let none = std::collections::BTreeMap::new();
    let routed = std::collections::BTreeMap::from([("a.test".to_owned(), "10.0.0.9".to_owned())]);
    let mut saw = crate::kind::Saw::default();
    saw.note("address", "192.0.2.7:443");
    let url = url::Url::parse("https://a.test/").unwrap();
    for (routes, resolve, stays) in [
        (&none, None, Some("192.0.2.7")),
        (&none, Some("192.0.2.1"), Some("192.0.2.1")),
        (&routed, None, None),
    ] {
        let (events, _) = tokio::sync::mpsc::channel(1);
        let going = crate::kind::Going {
            job: String::new(),
            events,
        };
        let context = crate::kind::Context {
            repository: None,
            secrets: &std::collections::BTreeMap::new(),
            captures: &std::collections::BTreeMap::new(),
            trust: &trust,
            routes,
            window: None,
            deadline: tokio::time::Instant::now(),
            asked: &[],
            going: &going,
            stop: &tokio_util::sync::CancellationToken::new(),
        };
        let mut way = super::super::Way {
            instead: resolve.map(|address| address.parse().unwrap()),
            ..super::super::Way::default()
        };
        way.stay(&url, &context, &saw);
        assert_eq!(
            way.instead.map(|address| address.to_string()).as_deref(),
            stays
        );
    }
}
