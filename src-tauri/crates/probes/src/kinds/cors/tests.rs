#![allow(clippy::unwrap_used, clippy::panic)]

use std::convert::Infallible;

use bytes::Bytes;
use countersign_core::probe::{Observation, Verdict};
use http_body_util::Full;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::*;
use crate::testing::{Bench, observe};

const HUB: &str = "https://hub.test";

/// A service whose path says how it decides.
fn decide(path: &str, origin: &str) -> (u16, Vec<(&'static str, String)>) {
    let named = |more: &[(&'static str, &str)]| {
        let mut fields = vec![
            ("access-control-allow-origin", origin.to_owned()),
            ("vary", "Origin".to_owned()),
        ];
        fields.extend(
            more.iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        fields
    };
    let grants = [
        ("access-control-allow-methods", "GET, PUT"),
        ("access-control-allow-headers", "Authorization, X-Own"),
        ("access-control-max-age", "600"),
        ("access-control-allow-credentials", "true"),
    ];
    let only = |lets: bool| if lets { named(&grants) } else { Vec::new() };
    match path {
        "/strict" => (200, only(origin == HUB)),
        "/refuses" if origin == HUB => (200, named(&grants)),
        "/refuses" => (400, Vec::new()),
        "/reflects" => (200, named(&grants)),
        "/prefix" => (200, only(origin.starts_with(HUB))),
        "/suffix" => (200, only(origin.ends_with("hub.test"))),
        "/null" => (200, only(origin == HUB || origin == "null")),
        "/any" => (200, vec![("access-control-allow-origin", "*".to_owned())]),
        "/both" => (
            200,
            vec![
                ("access-control-allow-origin", "*".to_owned()),
                ("access-control-allow-credentials", "true".to_owned()),
            ],
        ),
        "/forgets" => (200, vec![("access-control-allow-origin", HUB.to_owned())]),
        "/twice" => (
            200,
            vec![
                ("access-control-allow-origin", HUB.to_owned()),
                ("access-control-allow-origin", "*".to_owned()),
            ],
        ),
        "/none" => (200, Vec::new()),
        "/down" => (503, Vec::new()),
        _ => (404, Vec::new()),
    }
}

async fn service() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service_fn(|request: Request<Incoming>| async move {
                let origin = request.headers().get("origin").unwrap();
                let (status, fields) = decide(request.uri().path(), origin.to_str().unwrap());
                assert!(matches!(request.method().as_str(), "OPTIONS" | "GET"));
                let mut answer = hyper::Response::builder().status(status);
                for (name, value) in fields {
                    answer = answer.header(name, value);
                }
                Ok::<_, Infallible>(answer.body(Full::<Bytes>::default()).unwrap())
            });
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service),
            );
        }
    });
    port
}

async fn look(path: &str, more: &str, expect: &str) -> Observation {
    let port = service().await;
    let expect = if expect.is_empty() {
        String::new()
    } else {
        format!("expect: [\"{expect}\"]")
    };
    let yaml = format!("probe: cors\nurl: http://127.0.0.1:{port}{path}\n{more}\n{expect}");
    observe(&Bench::default(), &yaml).await
}

#[tokio::test]
async fn what_is_listed_is_compared_with_what_is_let_in() {
    let hub = "allow: https://hub.test";
    for (path, verdict) in [
        ("/strict", Verdict::Pass),
        ("/refuses", Verdict::Pass),
        ("/reflects", Verdict::Fail),
        ("/prefix", Verdict::Fail),
        ("/suffix", Verdict::Fail),
        ("/null", Verdict::Fail),
        ("/any", Verdict::Fail),
        ("/both", Verdict::Fail),
        ("/twice", Verdict::Fail),
        ("/none", Verdict::Fail),
        ("/down", Verdict::Inconclusive),
        ("/missing", Verdict::Inconclusive),
    ] {
        let seen = look(path, hub, "").await;
        assert_eq!(seen.verdict, verdict, "{path}: {seen:#?}");
    }
    let seen = look("/any", "allow: '*'", "").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    for (path, verdict) in [("/none", Verdict::Pass), ("/reflects", Verdict::Fail)] {
        let seen = look(path, "", "").await;
        assert_eq!(seen.verdict, verdict, "{path}: {seen:#?}");
    }
    let seen = look("/strict", "deny: https://hub.test", "denied").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
}

#[tokio::test]
async fn every_origin_is_shown_with_what_was_wanted_and_seen() {
    let rows = |seen: &Observation| -> Vec<[String; 3]> {
        let rows = seen.saw["origins"]["rows"].as_array().unwrap();
        let text = |row: &serde_json::Value, at: usize| row[at].as_str().unwrap().to_owned();
        rows.iter()
            .map(|row| [text(row, 0), text(row, 1), text(row, 3)])
            .collect()
    };
    let marks = |rows: &[[String; 3]], mark: &str| rows.iter().filter(|row| row[1] == mark).count();
    let strict = rows(&look("/strict", "allow: https://hub.test", "").await);
    assert_eq!(strict[0], [HUB, "pass", "let in with credentials"]);
    assert_eq!(marks(&strict, "pass"), strict.len(), "{strict:?}");
    let reflects = rows(&look("/reflects", "allow: https://hub.test", "").await);
    // Only the listed origin is right, and the one without TLS is a warning.
    assert_eq!((marks(&reflects, "pass"), marks(&reflects, "warn")), (1, 1));
    assert!(marks(&reflects, "fail") > 3, "{reflects:?}");
    let down = rows(&look("/down", "allow: https://hub.test", "").await);
    assert_eq!(marks(&down, "not known"), down.len());
    let public = rows(&look("/any", "allow: '*'", "").await);
    assert_eq!(marks(&public, "pass"), public.len(), "{public:?}");
}

#[tokio::test]
async fn each_fault_has_its_own_name() {
    for (path, expect, verdict) in [
        ("/reflects", "reflects", Verdict::Pass),
        ("/strict", "reflects", Verdict::Fail),
        ("/prefix", "lookalike", Verdict::Pass),
        ("/suffix", "lookalike", Verdict::Pass),
        ("/strict", "not lookalike", Verdict::Pass),
        ("/suffix", "insecure", Verdict::Pass),
        ("/strict", "not insecure", Verdict::Pass),
        ("/null", "null", Verdict::Pass),
        ("/strict", "not null", Verdict::Pass),
        ("/any", "wildcard, not reflects", Verdict::Pass),
        ("/both", "wildcard_credentials", Verdict::Pass),
        ("/any", "not wildcard_credentials", Verdict::Pass),
        ("/strict", "credentials, varies, allowed", Verdict::Pass),
        ("/forgets", "not varies", Verdict::Pass),
        (
            "/strict",
            "methods contains PUT, max_age == 10m",
            Verdict::Pass,
        ),
        (
            "/strict",
            "len(let_in) == 1, let_in contains https://hub.test",
            Verdict::Pass,
        ),
        ("/forgets", "max_age > 0s", Verdict::Inconclusive),
        // A server that is down lets nobody in, and that proves nothing.
        ("/down", "not reflects", Verdict::Inconclusive),
        ("/down", "not wildcard", Verdict::Inconclusive),
        ("/down", "not null", Verdict::Inconclusive),
    ] {
        let seen = look(path, "allow: https://hub.test", expect).await;
        assert_eq!(seen.verdict, verdict, "{path} {expect}: {seen:#?}");
    }
}

#[tokio::test]
async fn a_method_that_changes_something_is_only_asked_for() {
    // The service refuses to be sent anything but OPTIONS and GET.
    for (method, fields, verdict) in [
        ("PUT", "authorization", Verdict::Pass),
        ("PUT", "x-own, authorization", Verdict::Pass),
        ("PUT", "x-other", Verdict::Fail),
        ("DELETE", "authorization", Verdict::Fail),
        ("POST", "authorization", Verdict::Pass),
    ] {
        let more = format!("allow: https://hub.test\nmethod: {method}\nrequest_headers: {fields}");
        let seen = look("/strict", &more, "preflight").await;
        assert_eq!(seen.verdict, verdict, "{method} {fields}: {seen:#?}");
    }
}

#[test]
fn origins_are_made_up_around_those_that_are_listed() {
    let listed = ["https://a.test:8443".to_owned()];
    let all = origins::all(&listed, &["https://b.test".to_owned()]).unwrap();
    let texts: Vec<&str> = all.iter().map(|origin| origin.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "https://a.test:8443",
            "https://b.test",
            "http://a.test:8443",
            "https://a.test.countersign.invalid",
            "https://countersign-a.test",
            "https://countersign.invalid",
            "null",
        ]
    );
    for wrong in [
        "https://a.test/",
        "a.test",
        "https://A.test",
        "ftp://a.test",
    ] {
        assert!(origins::all(&[wrong.to_owned()], &[]).is_err(), "{wrong}");
    }
}
