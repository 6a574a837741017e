#![allow(clippy::unwrap_used, clippy::panic)]

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use countersign_core::probe::{Observation, Verdict};
use http_body_util::Full;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::testing::{Bench, observe};

/// A service that takes ten requests, if it limits at all; how many came is counted.
async fn serve(came: Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let came = Arc::clone(&came);
            let service = service_fn(move |request: Request<Incoming>| {
                let number = came.fetch_add(1, Ordering::SeqCst) + 1;
                async move {
                    let answer = hyper::Response::builder().header("x-ratelimit-limit", "10");
                    let over = number > 10;
                    let answer = match request.uri().path() {
                        "/limited" if over => answer.status(429).header("retry-after", "30"),
                        "/nginx" if over => answer.status(503),
                        "/closes" if over => answer.status(429).header("connection", "close"),
                        "/closes" => answer.header("connection", "close"),
                        "/breaks" if over => answer.status(500),
                        "/missing" => answer.status(404),
                        "/login" => answer.status(401),
                        "/slow" if over => std::future::pending().await,
                        _ => answer,
                    };
                    let body = Full::new(Bytes::from_static(b"ok"));
                    Ok::<_, Infallible>(answer.body(body).unwrap())
                }
            });
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    port
}

async fn look(path: &str, more: &str) -> (Observation, usize) {
    let came = Arc::new(AtomicUsize::new(0));
    let port = serve(Arc::clone(&came)).await;
    let yaml = format!("probe: ratelimit\nurl: http://127.0.0.1:{port}{path}\n{more}");
    let seen = observe(&Bench::default(), &yaml).await;
    (seen, came.load(Ordering::SeqCst))
}

#[tokio::test]
async fn the_first_refusal_ends_it() {
    for path in ["/limited", "/closes"] {
        let (seen, came) = look(
            path,
            "expect: [limited, first_limited == 11, sent == 11, accepted == 10, limit == 10]",
        )
        .await;
        assert_eq!(
            (seen.verdict, came),
            (Verdict::Pass, 11),
            "{path}: {seen:#?}"
        );
    }
    let more = "expect: [retry_after == 30s, header(retry-after) == 30, statuses contains 429]";
    let (seen, _) = look("/limited", more).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let (seen, came) = look("/nginx", "limit_status: 503").await;
    assert_eq!((seen.verdict, came), (Verdict::Pass, 11), "{seen:#?}");
}

#[tokio::test]
async fn several_at_once_never_send_more_than_was_said() {
    let (seen, came) = look("/limited", "concurrency: 5\nexpect: limited").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert!((11..=15).contains(&came), "{came}");
    let more = "concurrency: 8\nrequests: 60\nexpect: [not limited, sent == 60]";
    let (seen, came) = look("/", more).await;
    assert_eq!((seen.verdict, came), (Verdict::Pass, 60), "{seen:#?}");
}

#[tokio::test]
async fn a_service_that_never_refuses_fails_and_one_that_breaks_proves_nothing() {
    let (seen, came) = look("/", "requests: 30").await;
    assert_eq!((seen.verdict, came), (Verdict::Fail, 30), "{seen:#?}");
    let (seen, _) = look("/login", "requests: 30").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    for path in ["/breaks", "/missing", "/nginx"] {
        for expect in ["limited", "not limited"] {
            let (seen, _) = look(path, &format!("requests: 30\nexpect: {expect}")).await;
            assert_eq!(seen.verdict, Verdict::Inconclusive, "{path}: {seen:#?}");
        }
    }
    // What hangs is not waited for beyond the window, and what was seen until then is told.
    let (seen, _) = look("/slow", "requests: 30\nwithin: 300ms\nexpect: not limited").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
    assert!(seen.summary.contains("only 10 of 30"), "{}", seen.summary);
    let (seen, _) = look("/slow", "requests: 30\ntimeout: 500ms\nexpect: sent == 10").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn a_server_that_is_down_is_told_as_such() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let yaml = format!("probe: ratelimit\nurl: http://127.0.0.1:{port}/\nexpect: not limited");
    let seen = observe(&Bench::default(), &yaml).await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    assert!(
        seen.summary.contains("refused the connection"),
        "{}",
        seen.summary
    );
}
