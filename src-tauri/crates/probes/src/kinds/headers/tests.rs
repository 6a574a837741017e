#![allow(clippy::unwrap_used, clippy::panic)]

use std::convert::Infallible;

use bytes::Bytes;
use countersign_core::probe::{Observation, Value, Verdict};
use http_body_util::Full;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::judge::{page, score};
use crate::testing::{Bench, observe};

type Lines = Vec<(&'static str, &'static str)>;

/// What a site sends that does everything right.
fn good() -> Lines {
    vec![
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; frame-ancestors 'none'",
        ),
        (
            "strict-transport-security",
            "max-age=31536000; includeSubDomains",
        ),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "unsafe-url, no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("set-cookie", "session=1; Secure; HttpOnly; SameSite=Lax"),
    ]
}

/// The same with one field changed, or removed.
fn but(name: &'static str, value: Option<&'static str>) -> Lines {
    let mut lines = good();
    lines.retain(|(held, _)| *held != name);
    lines.extend(value.map(|value| (name, value)));
    lines
}

/// A site: `/` with these fields, `/hop` and `/out` lead away, `/down` is broken.
async fn site(lines: Lines) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let lines = lines.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let lines = lines.clone();
                async move {
                    let mut answer = hyper::Response::builder();
                    for (name, value) in &lines {
                        answer = answer.header(*name, *value);
                    }
                    let origin = request.headers().get("origin");
                    if let (Some(origin), "/reflects") = (origin, request.uri().path()) {
                        answer = answer
                            .header("access-control-allow-origin", origin)
                            .header("access-control-allow-credentials", "true");
                    }
                    let answer = match request.uri().path() {
                        "/hop" => answer.status(301).header("location", "/"),
                        "/down" => answer.status(500),
                        "/silent" => std::future::pending().await,
                        "/wrong" => answer
                            .status(301)
                            .header("location", "https://127.0.0.1:1/"),
                        _ => answer,
                    };
                    Ok::<_, Infallible>(answer.body(Full::<Bytes>::default()).unwrap())
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

async fn look(lines: Lines, path: &str, more: &str) -> Observation {
    let port = site(lines).await;
    let yaml = format!(
        "probe: headers\nurl: http://127.0.0.1:{port}{path}\nplain: http://127.0.0.1:{port}/\n{more}"
    );
    observe(&Bench::default(), &yaml).await
}

fn judged(lines: &Lines, secure: bool) -> Vec<super::Ruling> {
    let mut headers = hyper::HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, value.parse().unwrap());
    }
    page(&headers, secure)
}

#[test]
fn every_header_fails_alone() {
    let whole = judged(&good(), true);
    assert!(whole.iter().all(|ruling| ruling.passes), "{whole:?}");
    // 100, and 10 + 5 + 10 + 5 + 5 for policy, cookies, resource policy, referrer and framing.
    assert_eq!(score(&whole), 135);
    for (name, value, test, result, points) in [
        (
            "content-security-policy",
            None,
            "content_security_policy",
            "csp-not-implemented",
            75,
        ),
        (
            "strict-transport-security",
            None,
            "strict_transport_security",
            "hsts-not-implemented",
            80,
        ),
        (
            "strict-transport-security",
            Some("max-age=15551999"),
            "strict_transport_security",
            "hsts-implemented-max-age-less-than-six-months",
            // What is left is enough for the extra points.
            125,
        ),
        (
            "strict-transport-security",
            Some("max-age=1, max-age=31536000"),
            "strict_transport_security",
            "hsts-header-invalid",
            80,
        ),
        (
            "x-content-type-options",
            Some("sniff"),
            "x_content_type_options",
            "x-content-type-options-header-invalid",
            130,
        ),
        (
            "referrer-policy",
            Some("origin"),
            "referrer_policy",
            "referrer-policy-unsafe",
            125,
        ),
        (
            "cross-origin-resource-policy",
            Some("all"),
            "cross_origin_resource_policy",
            "cross-origin-resource-policy-header-invalid",
            120,
        ),
        (
            "set-cookie",
            Some("session=1; HttpOnly"),
            "cookies",
            "cookies-session-without-secure-flag-but-protected-by-hsts",
            120,
        ),
        (
            "set-cookie",
            Some("session=1; Secure"),
            "cookies",
            "cookies-session-without-httponly-flag",
            70,
        ),
        (
            "set-cookie",
            Some("a=1; Secure; SameSite=Sometimes"),
            "cookies",
            "cookies-samesite-flag-invalid",
            80,
        ),
        (
            "set-cookie",
            Some("csrf=1; Secure"),
            "cookies",
            "cookies-anticsrf-without-samesite-flag",
            80,
        ),
    ] {
        let rulings = judged(&but(name, value), true);
        let failed: Vec<_> = rulings.iter().filter(|ruling| !ruling.passes).collect();
        assert_eq!(failed.len(), 1, "{name}: {failed:?}");
        assert_eq!((failed[0].test, failed[0].result), (test, result), "{name}");
        assert_eq!(score(&rulings), points, "{name} {value:?}");
    }
    // Without the policy's `frame-ancestors` the header is needed.
    let framed = |xfo: Option<&'static str>| {
        let mut lines = but("x-frame-options", xfo);
        lines.retain(|(name, _)| *name != "content-security-policy");
        lines.push(("content-security-policy", "default-src 'none'"));
        let rulings = judged(&lines, true);
        rulings
            .into_iter()
            .find(|one| one.test == "x_frame_options")
            .unwrap()
    };
    assert!(framed(Some("sameorigin")).passes);
    assert_eq!(framed(None).result, "x-frame-options-not-implemented");
    assert_eq!(
        framed(Some("maybe")).result,
        "x-frame-options-header-invalid"
    );
    // Over plain HTTP there is no HSTS to protect a cookie either.
    let plain = judged(&but("set-cookie", Some("login=1; HttpOnly")), false);
    let found: Vec<_> = plain.iter().map(|ruling| ruling.result).collect();
    assert!(found.contains(&"hsts-not-implemented-no-https"));
    assert!(found.contains(&"cookies-session-without-secure-flag"));
}

#[tokio::test]
async fn a_page_is_judged_with_its_sharing_and_its_plain_address() {
    let seen = look(good(), "/", "").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    let failed = seen
        .values
        .iter()
        .find(|one| one.metric == "failed")
        .unwrap();
    assert_eq!(
        failed.value,
        Value::List(vec![
            Value::text("redirection"),
            Value::text("strict_transport_security")
        ])
    );
    assert!(
        seen.summary.starts_with("score 60; 2 of 9 tests fail"),
        "{}",
        seen.summary
    );
    let seen = look(
        good(),
        "/",
        "expect: [content_security_policy, cookies, x_frame_options, score == 60, header(x-content-type-options) == nosniff, cookie(session).secure]",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = look(good(), "/reflects", "expect: cross_origin_resource_sharing").await;
    assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    for (removed, metric) in [
        ("content-security-policy", "content_security_policy"),
        ("x-content-type-options", "x_content_type_options"),
    ] {
        let seen = look(but(removed, None), "/", &format!("expect: {metric}")).await;
        assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
    }
}

#[tokio::test]
async fn every_header_is_shown_with_its_value_and_what_was_wanted() {
    let seen = look(but("content-security-policy", None), "/", "").await;
    let rows = seen.saw["tests"]["rows"].as_array().unwrap();
    let row = |name: &str| {
        let row = rows.iter().find(|row| row[0] == name).unwrap();
        [1, 2, 3].map(|at| row[at].as_str().unwrap().to_owned())
    };
    let policy = ["fail", "a policy without unsafe sources", "not sent"];
    assert_eq!(row("Content-Security-Policy"), policy);
    let sniffing = ["pass", "nosniff", "nosniff"];
    assert_eq!(row("X-Content-Type-Options"), sniffing);
    // A session's value is kept out of the record.
    assert_eq!(row("Set-Cookie")[2], "one cookie");
}

#[tokio::test]
async fn only_a_page_that_is_there_is_judged() {
    for (path, more) in [("/down", ""), ("/hop", "")] {
        let seen = look(
            good(),
            path,
            &format!("expect: x_content_type_options\n{more}"),
        )
        .await;
        assert_eq!(seen.verdict, Verdict::Fail, "{path}: {seen:#?}");
        assert!(
            seen.summary.contains("only the headers"),
            "{}",
            seen.summary
        );
    }
    let seen = look(
        good(),
        "/hop",
        "redirects: 1\nexpect: x_content_type_options",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn the_plain_address_is_refused_redirected_or_unknown() {
    let closed = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let nothing = closed.local_addr().unwrap().port();
    drop(closed);
    let port = site(good()).await;
    for (plain, expect, verdict) in [
        (format!("{nothing}/"), "redirection", Verdict::Pass),
        (format!("{port}/"), "redirection", Verdict::Fail),
        (format!("{port}/hop"), "redirection", Verdict::Fail),
        // Where the second address is down, nobody knows.
        (
            format!("{port}/wrong"),
            "redirection",
            Verdict::Inconclusive,
        ),
        (
            format!("{port}/silent"),
            "redirection",
            Verdict::Inconclusive,
        ),
        (format!("{port}/silent"), "score > 0", Verdict::Inconclusive),
        (
            format!("{port}/silent"),
            "x_content_type_options",
            Verdict::Pass,
        ),
    ] {
        let yaml = format!(
            "probe: headers\nurl: http://127.0.0.1:{port}/\nplain: http://127.0.0.1:{plain}\ntimeout: 2s\nexpect: {expect}"
        );
        let seen = observe(&Bench::default(), &yaml).await;
        assert_eq!(seen.verdict, verdict, "{plain} {expect}: {seen:#?}");
    }
}
