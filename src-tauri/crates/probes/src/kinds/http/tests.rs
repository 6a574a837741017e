#![allow(clippy::unwrap_used, clippy::panic)]

mod reaching;

use std::convert::Infallible;

use bytes::Bytes;
use countersign_core::probe::{Observation, Value, Verdict};
use futures::stream;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::testing::{Bench, observe};

type Reply = hyper::Response<BoxBody<Bytes, Infallible>>;

fn full(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Reply {
    let mut reply = hyper::Response::builder().status(status);
    for (name, value) in headers {
        reply = reply.header(*name, *value);
    }
    reply.body(Full::new(body.into()).boxed()).unwrap()
}

/// So many bytes, packed small.
async fn packed(encoding: &str, length: usize) -> Vec<u8> {
    use async_compression::tokio::bufread::{BrotliEncoder, GzipEncoder, ZstdEncoder};
    let plain = vec![b'a'; length];
    let mut packed = Vec::new();
    match encoding {
        "gzip" => {
            GzipEncoder::new(plain.as_slice())
                .read_to_end(&mut packed)
                .await
        }
        "br" => {
            BrotliEncoder::new(plain.as_slice())
                .read_to_end(&mut packed)
                .await
        }
        _ => {
            ZstdEncoder::new(plain.as_slice())
                .read_to_end(&mut packed)
                .await
        }
    }
    .unwrap();
    packed
}

/// Every fault that a server may have, by path.
async fn answer(request: hyper::Request<Incoming>, other: u16) -> Result<Reply, Infallible> {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .unwrap_or_default()
    };
    let path = request.uri().path().to_owned();
    Ok(match path.as_str() {
        "/health" => full(
            200,
            &[("content-type", "application/json"), ("x-release", "2.4.0")],
            r#"{"status":"ok","version":"2.4.0","queue":{"depth":3}}"#,
        ),
        "/down" => full(500, &[], "broken"),
        "/echo" => {
            let said = format!(
                "{} {} {} {}",
                request.method(),
                header("authorization"),
                header("x-key"),
                request.uri().query().unwrap_or_default()
            );
            let body = request.into_body().collect().await.unwrap().to_bytes();
            full(
                200,
                &[],
                format!("{said} {}", String::from_utf8_lossy(&body)),
            )
        }
        "/slow" => std::future::pending().await,
        "/drip" => {
            let parts = stream::unfold(0, |n| async move {
                if n > 0 {
                    std::future::pending::<()>().await;
                }
                Some((Ok(Frame::data(Bytes::from_static(b"start"))), n + 1))
            });
            hyper::Response::new(StreamBody::new(parts).boxed())
        }
        "/endless" => {
            let parts = stream::repeat_with(|| Ok(Frame::data(Bytes::from(vec![b'x'; 65536]))));
            hyper::Response::new(StreamBody::new(parts).boxed())
        }
        "/bomb/gzip" | "/bomb/br" | "/bomb/zstd" => {
            let encoding = path.trim_start_matches("/bomb/");
            let body = packed(encoding, 20_000_000).await;
            full(200, &[("content-encoding", encoding)], body)
        }
        "/small/gzip" | "/small/br" | "/small/zstd" => {
            let encoding = path.trim_start_matches("/small/");
            let body = packed(encoding, 1000).await;
            full(200, &[("content-encoding", encoding)], body)
        }
        "/login" => full(
            200,
            &[
                ("set-cookie", "session=old; Path=/"),
                (
                    "set-cookie",
                    "session=abc; Path=/app; Secure; HttpOnly; SameSite=Lax; Max-Age=3600",
                ),
                (
                    "set-cookie",
                    "theme=dark; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
                ),
                ("cache-control", "private, no-store"),
                ("vary", "Origin"),
                ("vary", "Accept-Encoding, \"a, b\""),
            ],
            "",
        ),
        "/broken.gz" => full(200, &[("content-encoding", "gzip")], "not gzip"),
        "/loop" => full(302, &[("location", "/loop")], ""),
        "/once" => full(302, &[("location", "/echo?from=once")], ""),
        "/away" => {
            let there = format!("http://127.0.0.1:{other}/echo");
            full(307, &[("location", &there)], "")
        }
        "/elsewhere" => {
            let query = request.uri().query().unwrap_or_default();
            let port = query.trim_start_matches("to=");
            let there = format!("https://localhost:{port}/health");
            full(302, &[("location", &there)], "")
        }
        "/binary" => full(200, &[], vec![0xff_u8, 0xfe, 0x00]),
        _ => full(404, &[], "no such page"),
    })
}

async fn serve(other: u16) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(request, other));
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    port
}

async fn look(path: &str, more: &str) -> Observation {
    let port = serve(0).await;
    observe(
        &Bench::default(),
        &format!("probe: http\nurl: http://127.0.0.1:{port}{path}\n{more}"),
    )
    .await
}

fn measured(observation: &Observation, metric: &str) -> Option<Value> {
    observation
        .values
        .iter()
        .find(|measured| measured.metric == metric)
        .map(|measured| measured.value.clone())
}

#[tokio::test]
async fn a_good_answer_is_measured_whole() {
    let seen = look(
        "/health",
        "expect:\n  - status == 200\n  - json($.status) == ok\n  - json($.queue.depth) < 5\n  - header(x-release) == 2.4.0\n  - semver(json($.version)) >= 2.4.0\n  - body contains version\n  - duration < 10s\n  - first_byte < 10s\n  - version == HTTP/1.1\n  - bytes == 53B\n",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert!(seen.summary.starts_with("200 in "));
    assert!(seen.target.ends_with("/health"));
    assert_eq!(seen.saw["response"]["status"], 200);
    assert!(
        seen.saw["address"]
            .as_str()
            .unwrap()
            .starts_with("127.0.0.1:")
    );
    for phase in ["connect", "first_byte", "duration"] {
        assert_eq!(seen.saw["phases"][phase]["u"], "ms", "{phase}");
    }
    let body = &seen.saw["response"]["body"];
    assert_eq!((&body["bytes"], &body["cut"]), (&53.into(), &false.into()));
    assert_eq!(
        body["sha256"],
        measured(&seen, "sha256").unwrap().to_string()
    );
    // Nothing of it may be a floating point number: the ledger has none.
    countersign_core::canon::to_bytes(&seen).unwrap();
}

#[tokio::test]
async fn a_bad_status_fails_and_shows_what_came() {
    let seen = look("/down", "").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert_eq!(seen.conditions[0].measured.as_deref(), Some("500"));
    assert!(seen.summary.starts_with("500 in "), "{}", seen.summary);
    assert_eq!(seen.saw["response"]["body"]["text"], "broken");
}

#[tokio::test]
async fn a_server_that_is_down_fails_and_is_never_green() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    for expect in ["status == 200", "not status == 200", "json($.a) not exists"] {
        let yaml = format!("probe: http\nurl: http://127.0.0.1:{port}/\nexpect: {expect}");
        let seen = observe(&Bench::default(), &yaml).await;
        assert_eq!(seen.verdict, Verdict::Fail, "{expect}");
        assert_eq!(
            seen.conditions[0].verdict,
            Verdict::Inconclusive,
            "{expect}"
        );
        assert!(seen.summary.contains("refused"), "{}", seen.summary);
        assert!(seen.hint.unwrap().contains("nothing listens"));
    }
}

#[tokio::test]
async fn a_name_that_is_not_found_decides_nothing() {
    let seen = observe(
        &Bench::default(),
        "probe: http\nurl: http://no-such-host.invalid/",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
    assert!(seen.hint.unwrap().contains("VPN"));
}

#[tokio::test]
async fn what_does_not_end_in_time_fails() {
    for path in ["/slow", "/drip"] {
        let seen = look(path, "timeout: 300ms").await;
        assert_eq!(seen.verdict, Verdict::Fail, "{path}");
        assert!(seen.summary.contains("300 ms"), "{}", seen.summary);
    }
    let seen = look("/drip", "timeout: 300ms").await;
    assert_eq!(measured(&seen, "status"), Some(Value::count(200)));
}

#[tokio::test]
async fn the_cap_counts_decoded_bytes() {
    for encoding in ["gzip", "br", "zstd"] {
        let seen = look(
            &format!("/small/{encoding}"),
            "expect: [bytes == 1kB, transferred < 100B, body matches /^a+$/]",
        )
        .await;
        assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    }
    for path in ["/bomb/gzip", "/bomb/br", "/bomb/zstd", "/endless"] {
        let seen = look(
            path,
            "max_body: 100kB\nexpect: [status == 200, bytes < 1GB]",
        )
        .await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{path}");
        let why = seen.conditions[1].why.clone().unwrap();
        assert!(why.contains("longer than 100000 B"), "{why}");
        assert_eq!(seen.saw["response"]["body"]["bytes"], 100_000);
        assert_eq!(seen.saw["response"]["body"]["cut"], true);
        // No more is taken off the connection than the cap and one buffer of it.
        let taken = seen.saw["response"]["body"]["transferred"]
            .as_u64()
            .unwrap();
        assert!(taken <= 100_000 + 262_144, "{path}: {taken} bytes");
    }
    let seen = look("/broken.gz", "").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(
        seen.summary.contains("cannot be decoded"),
        "{}",
        seen.summary
    );
}

#[tokio::test]
async fn cookies_and_lists_are_judged_by_their_parts() {
    for (expect, verdict) in [
        ("cookie(session) == abc", Verdict::Pass),
        (
            "cookie(session).secure, cookie(session).httponly, cookie(session).path == /app",
            Verdict::Pass,
        ),
        ("cookie(session).samesite in [Lax, Strict]", Verdict::Pass),
        ("cookie(session).max-age <= 1h", Verdict::Pass),
        ("cookie(session).max_age < 1h", Verdict::Fail),
        ("cookie(theme).secure", Verdict::Fail),
        ("cookie(theme).expires > 2026-10-20", Verdict::Pass),
        ("cookie(theme).samesite exists", Verdict::Fail),
        ("cookie(theme).samesite == Lax", Verdict::Inconclusive),
        ("cookie(none) exists", Verdict::Fail),
        ("cookie(none).secure", Verdict::Inconclusive),
        ("headers(cache-control) contains no-store", Verdict::Pass),
        ("headers(cache-control) contains store", Verdict::Fail),
        (
            "headers(vary) contains Accept-Encoding, len(headers(vary)) == 3",
            Verdict::Pass,
        ),
        ("len(headers(set-cookie)) == 3", Verdict::Pass),
        ("headers(x-none) not exists", Verdict::Pass),
    ] {
        let seen = look("/login", &format!("expect: [\"{expect}\"]")).await;
        assert_eq!(seen.verdict, verdict, "{expect}: {seen:#?}");
    }
}

#[tokio::test]
async fn redirects_are_followed_only_when_asked_and_only_so_far() {
    let seen = look("/once", "expect: status == 302").await;
    assert_eq!(seen.verdict, Verdict::Pass);
    assert!(seen.hint.unwrap().contains("redirects"));
    let seen = look(
        "/once",
        "redirects: 1\nexpect: [status == 200, redirected == 1, final_url contains from=once]",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = look("/loop", "redirects: 3").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(
        seen.summary.contains("more than 3 times"),
        "{}",
        seen.summary
    );
}

#[tokio::test]
async fn secrets_are_sent_and_never_shown() {
    let port = serve(0).await;
    let bench = Bench::default()
        .secret("TOKEN", "s3cr3t/tok+en")
        .secret("KEY", "k e y & more");
    let yaml = format!(
        "probe: http\nurl: http://127.0.0.1:{port}/echo?key=${{secret:KEY}}\nmethod: POST\nbearer: ${{secret:TOKEN}}\nheaders: {{X-Key: '${{secret:KEY}}'}}\nbody: {{token: '${{secret:TOKEN}}', n: 1}}\nexpect: body contains 'Bearer s3cr3t/tok+en'\n"
    );
    let seen = observe(&bench, &yaml).await;
    // The condition names what the secret is, which only a test does, and is redacted like all else.
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let text = serde_json::to_string(&seen).unwrap();
    for form in ["s3cr3t", "k e y", "k%20e", "k+e+y"] {
        assert!(!text.contains(form), "{form}: {text}");
    }
    let body = seen.saw["response"]["body"]["text"].as_str().unwrap();
    assert_eq!(
        body,
        r#"POST Bearer «secret TOKEN» «secret KEY» key=«secret KEY» {"n":1,"token":"«secret TOKEN»"}"#
    );
}

#[tokio::test]
async fn credentials_do_not_follow_to_another_host() {
    let other = serve(0).await;
    let port = serve(other).await;
    let bench = Bench::default().secret("TOKEN", "abcdef-ghijk");
    let request = |more: &str| {
        format!(
            "probe: http\nurl: http://127.0.0.1:{port}/away\nredirects: 2\nbearer: ${{secret:TOKEN}}\nheaders: {{X-Key: '${{secret:TOKEN}}', X-Plain: a}}\n{more}"
        )
    };
    let seen = observe(&bench, &request("")).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert_eq!(seen.saw["response"]["body"]["text"], "GET    ");
    let seen = observe(&bench, &request("method: POST\nbody: '${secret:TOKEN}'")).await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(
        seen.summary.contains("body with a secret"),
        "{}",
        seen.summary
    );
}

#[tokio::test]
async fn an_answer_that_is_not_http_fails() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ =
                tokio::io::AsyncWriteExt::write_all(&mut stream, b"SSH-2.0-OpenSSH\r\n\r\n").await;
        }
    });
    let yaml = format!("probe: http\nurl: http://127.0.0.1:{port}/");
    let seen = observe(&Bench::default(), &yaml).await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    assert!(seen.summary.contains("not HTTP"), "{}", seen.summary);
}

#[tokio::test]
async fn text_that_is_none_is_missing_and_its_hash_is_not() {
    let seen = look("/binary", "expect: body exists").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
    assert!(
        seen.conditions[0]
            .why
            .as_deref()
            .unwrap()
            .contains("not UTF-8")
    );
    assert!(measured(&seen, "sha256").is_some());
}

#[tokio::test]
async fn a_broken_transport_is_tried_again_and_the_record_says_so() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (first, _) = listener.accept().await.unwrap();
        drop(first);
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = service_fn(move |request| answer(request, 0));
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        }
    });
    let yaml = format!("probe: http\nurl: http://127.0.0.1:{port}/health\nretries: 2");
    let seen = observe(&Bench::default(), &yaml).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert!(seen.summary.ends_with("(at try 2)"), "{}", seen.summary);
    assert_eq!(seen.saw["failed_attempts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_failed_condition_is_never_tried_again() {
    let seen = look("/down", "retries: 5\ntimeout: 5s").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(!seen.saw.contains_key("failed_attempts"));
}
