//! Servers that mean harm: each probe ends, in bounded memory, and is never green.

use std::net::Ipv4Addr;
use std::time::Duration;

use countersign_core::probe::Verdict;
use countersign_tests::stage::looking::Looking;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// How a server goes on after its first words.
#[derive(Clone, Copy)]
enum Goes {
    Endlessly,
    Slowly,
}

/// Answers every connection with `begins`, and goes on.
async fn server(begins: &'static [u8], goes: Goes) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(begins).await;
                let (length, pause) = match goes {
                    Goes::Endlessly => (65_536, Duration::ZERO),
                    Goes::Slowly => (1, Duration::from_millis(200)),
                };
                let more = vec![b'x'; length];
                while stream.write_all(&more).await.is_ok() {
                    tokio::time::sleep(pause).await;
                }
            });
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_an_endless_nor_a_slow_answer_is_waited_for() {
    const PAGE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nup 1\n# ";
    const S3: &str = "bucket: b\naccess_key: k\nsecret_key: ${secret:PW}";
    for (kind, fields, begins) in [
        (
            "postgres",
            "sslmode: disable\npassword: ${secret:PW}",
            b"R\x7f\xff\xff\xff".as_slice(),
        ),
        ("postgres", "sslmode: disable", b"E\x7f\xff\xff\xff"),
        ("postgres", "sslmode: require", b"S\x16\x03\x03\xff\xff"),
        ("redis", "password: ${secret:PW}", b"+"),
        ("redis", "", b"$2000000000\r\n"),
        ("redis", "tls: true", b"\x16\x03\x03\xff\xff"),
        ("promql", "query: up", PAGE),
        ("metrics", "select: up", PAGE),
        ("s3", S3, PAGE),
    ] {
        for (goes, limit) in [(Goes::Endlessly, "20s"), (Goes::Slowly, "1s")] {
            let port = server(begins, goes).await;
            let place = match kind {
                "postgres" | "redis" => format!("host: 127.0.0.1\nport: {port}"),
                _ => format!("url: http://127.0.0.1:{port}/"),
            };
            let yaml = format!("probe: {kind}\n{place}\ntimeout: {limit}\n{fields}");
            let looking = Looking::default().secret("PW", "hunter2 hunter2");
            let seen = looking.observe(&yaml).await;
            let expected = match goes {
                Goes::Endlessly => [Verdict::Inconclusive, Verdict::Fail],
                Goes::Slowly => [Verdict::Fail, Verdict::Fail],
            };
            assert!(expected.contains(&seen.verdict), "{yaml}: {seen:#?}");
            assert!(!format!("{seen:?}").contains("hunter2"), "{seen:#?}");
        }
    }
}
