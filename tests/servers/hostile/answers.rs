//! Answers that do not end, come a byte at a time, never come, or have a head without measure.

use std::sync::atomic::Ordering;

use countersign_core::probe::Verdict;
use countersign_tests::stage::looking::Looking;
use futures::future::join_all;

use super::is_clear;
use super::sources::{Goes, Server, saying, server};

/// The most that one connection may take in: the largest cap of these kinds, 10 MB, and what kernels
/// hold for both ends of a socket, at most 37 MB on Linux.
const MOST_TAKEN: u64 = 48_000_000;

const PAGE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nup 1\n# ";
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nx: ";
const CHUNKS: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x=";
const EARLY: &[u8] = b"HTTP/1.1 103 Early Hints\r\n\r\n";
const RECORD: &[u8] = b"\x16\x03\x03\xff\xff";
const S3: &str = "bucket: b\naccess_key: k\nsecret_key: ${secret:PW}";

/// A kind, its fields, what the server says first, and what it goes on with.
type Case = (&'static str, &'static str, &'static [u8], &'static [u8]);

const CASES: &[Case] = &[
    (
        "postgres",
        "sslmode: disable\npassword: ${secret:PW}",
        b"R\x7f\xff\xff\xff",
        b"x",
    ),
    ("postgres", "sslmode: disable", b"E\x7f\xff\xff\xff", b"x"),
    (
        "postgres",
        "sslmode: disable",
        b"R\0\0\0\x08\0\0\0\0",
        b"N\0\0\0\x05\0",
    ),
    (
        "postgres",
        "sslmode: require",
        b"S\x16\x03\x03\xff\xff",
        b"x",
    ),
    ("redis", "password: ${secret:PW}", b"+", b"x"),
    ("redis", "", b"$2000000000\r\n", b"x"),
    ("redis", "", b"*2000000000\r\n", b"*1\r\n"),
    ("redis", "tls: true", RECORD, b"x"),
    ("promql", "query: up", PAGE, b"x"),
    ("promql", "query: up", b"HTTP/1.1 200 OK\r\n\r\n", b"["),
    ("metrics", "select: up", PAGE, b"x"),
    ("metrics", "select: up", PAGE, b"\nup 1"),
    ("s3", S3, PAGE, b"x"),
    ("s3", S3, b"HTTP/1.1 200 OK\r\n\r\n", b"<a>"),
    ("http", "expect: bytes > 0B", PAGE, b"x"),
    ("http", "expect: bytes > 0B", HEAD, b"x"),
    ("http", "expect: bytes > 0B", HEAD, b"x\r\nx: "),
    ("http", "expect: bytes > 0B", CHUNKS, b"x"),
    ("http", "expect: status == 200", b"HTTP/1.1 ", b"x"),
    (
        "http",
        "http: 2\nexpect: bytes > 0B",
        b"\x00\xff\xff\x04\0\0\0\0\0",
        b"x",
    ),
    ("headers", "", PAGE, b"x"),
    ("headers", "", HEAD, b"x"),
    ("cors", "allow: https://hub.test", PAGE, b"x"),
    ("cors", "", HEAD, b"x"),
    ("ratelimit", "requests: 3", PAGE, b"x"),
    ("ratelimit", "requests: 3", HEAD, b"x"),
    ("exposed", "", HEAD, b"x"),
    ("websocket", "", PAGE, b"x"),
    ("websocket", "", b"HTTP/1.1 101 Yes\r\nx: ", b"x"),
    ("domain", "name: example.org", PAGE, b"x"),
    ("domain", "name: example.org", HEAD, b"x"),
    ("tls", "", RECORD, b"x"),
    ("tls", "", b"", b"\x16\x03\x03\0\x01\0"),
    ("tls", "starttls: smtp", b"220-", b"220-x\r\n"),
    ("tls", "starttls: imap", b"* OK", b"* x\r\n"),
    ("tls", "starttls: postgres", b"S", RECORD),
    ("smtp", "tls: none", b"220-", b"x"),
    ("smtp", "tls: none", b"220-", b"220-x\r\n"),
    ("smtp", "", b"220 hello\r\n250-", b"250-x\r\n"),
    ("smtp", "tls: implicit", RECORD, b"x"),
    ("ssh", "", b"SSH-2.0-", b"x"),
    ("ssh", "", b"hello\r\n", b"hello\r\n"),
    ("ssh", "", b"SSH-2.0-x\r\n\x7f\xff\xff\xff", b"x"),
    (
        "ssh",
        "",
        b"SSH-2.0-x\r\n",
        b"\0\0\0\x0c\x0a\x02\0\0\0\0\0\0\0\0\0\0",
    ),
];

async fn is_never_green(case: &Case, goes: Goes) {
    let (kind, fields, begins, again) = case;
    let Server { port, taken } = server(begins, again, goes).await;
    let place = match *kind {
        "postgres" => format!("host: 127.0.0.1\nport: {port}\nuser: me"),
        "redis" | "tls" | "smtp" | "ssh" => format!("host: 127.0.0.1\nport: {port}"),
        "websocket" => format!("url: ws://127.0.0.1:{port}/"),
        "headers" => format!("url: http://127.0.0.1:{port}/\nplain: http://127.0.0.1:{port}/"),
        "domain" => format!("server: http://127.0.0.1:{port}/"),
        _ => format!("url: http://127.0.0.1:{port}/"),
    };
    let limit = if goes == Goes::Endlessly { "20s" } else { "2s" };
    let yaml = format!("probe: {kind}\n{place}\ntimeout: {limit}\n{fields}");
    let looking = Looking::default().secret("PW", "hunter2 hunter2");
    let seen = looking.observe(&yaml).await;
    // Heads that came in time are an answer, so a few requests may be too few to decide.
    let heads_alone = matches!(
        *kind,
        "ratelimit" | "cors" | "headers" | "exposed" | "domain"
    );
    let expected: &[Verdict] = match goes {
        Goes::Endlessly => &[Verdict::Inconclusive, Verdict::Fail],
        _ if heads_alone => &[Verdict::Inconclusive, Verdict::Fail],
        _ => &[Verdict::Fail],
    };
    assert!(
        expected.contains(&seen.verdict),
        "{yaml} {goes:?}: {seen:#?}"
    );
    assert!(is_clear(&seen), "{seen:#?}");
    assert!(!format!("{seen:?}").contains("hunter2"), "{seen:#?}");
    let taken = taken.load(Ordering::SeqCst);
    assert!(taken < MOST_TAKEN, "{yaml}: {taken} bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_cut_off() {
    for cases in CASES.chunks(8) {
        join_all(
            cases
                .iter()
                .map(|case| is_never_green(case, Goes::Endlessly)),
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_slow_answer_nor_silence_is_waited_for() {
    for goes in [Goes::Slowly, Goes::Silently] {
        join_all(CASES.iter().map(|case| is_never_green(case, goes))).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dropped_as_it_comes_goes_on_until_the_deadline() {
    for (fields, begins, again) in [
        ("", EARLY, EARLY),
        // PING after PING, each of which must be answered (RFC 9113, section 6.7).
        (
            "http: 2",
            b"\0\0\0\x04\0\0\0\0\0".as_slice(),
            b"\0\0\x08\x06\0\0\0\0\0abcdefgh".as_slice(),
        ),
    ] {
        let port = server(begins, again, Goes::Endlessly).await.port;
        let yaml = format!("probe: http\nurl: http://127.0.0.1:{port}/\ntimeout: 2s\n{fields}");
        let seen = Looking::default().observe(&yaml).await;
        assert_eq!(seen.verdict, Verdict::Fail, "{yaml}: {seen:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_in_answers_in_answers_are_not_followed_down() {
    for (kind, deep) in [
        ("http\nexpect: json($) exists", "[".repeat(900_000)),
        ("promql\nquery: up", "{\"data\":".repeat(100_000)),
        (
            "s3\nbucket: b",
            "<ListBucketResult>".to_owned() + &"<a>".repeat(300_000),
        ),
        (
            "s3\nbucket: b",
            "<ListBucketResult><Contents>".to_owned() + &"<Key>".repeat(300_000),
        ),
        (
            "domain\nname: example.org",
            "{\"entities\":[".repeat(60_000),
        ),
        (
            "metrics\nselect: up",
            "up{a=\"".to_owned() + &"\\\"".repeat(400_000),
        ),
    ] {
        let length = deep.len();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        let port = saying((head + &deep).into_bytes()).await;
        let field = if kind.starts_with("domain") {
            "server"
        } else {
            "url"
        };
        let yaml = format!("probe: {kind}\n{field}: http://127.0.0.1:{port}/\ntimeout: 30s");
        let seen = Looking::default().observe(&yaml).await;
        assert!(is_clear(&seen), "{yaml}: {seen:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_header_fields_are_too_many() {
    let fields: String = (0..10_000).map(|n| format!("x-{n}: {n}\r\n")).collect();
    let answer = format!("HTTP/1.1 200 OK\r\n{fields}content-length: 0\r\n\r\n");
    let port = saying(answer.into_bytes()).await;
    for (kind, fields) in [
        ("http", ""),
        ("headers", ""),
        ("cors", ""),
        ("exposed", ""),
        ("ratelimit", ""),
        ("websocket", ""),
        ("promql", "query: up"),
        ("metrics", "select: up"),
        ("s3", "bucket: b"),
    ] {
        let scheme = if kind == "websocket" { "ws" } else { "http" };
        let yaml = format!("probe: {kind}\nurl: {scheme}://127.0.0.1:{port}/\n{fields}");
        let seen = Looking::default().observe(&yaml).await;
        assert_eq!(seen.verdict, Verdict::Fail, "{yaml}: {seen:#?}");
        // Of such a head nothing is kept.
        assert!(!seen.saw.contains_key("response"), "{seen:#?}");
    }
}
