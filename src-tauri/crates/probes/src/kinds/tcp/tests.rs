#![allow(clippy::unwrap_used, clippy::panic)]

use countersign_core::probe::Verdict;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::testing::{Bench, observe};

async fn server(says: &'static [u8]) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.write_all(says).await;
        }
    });
    port
}

async fn look(port: u16, more: &str) -> countersign_core::probe::Observation {
    let yaml = format!("probe: tcp\nhost: 127.0.0.1\nport: {port}\n{more}");
    observe(&Bench::default(), &yaml).await
}

#[tokio::test]
async fn a_port_that_listens_connects_and_its_banner_is_read() {
    let port = server(b"220 smtp.bakhmach.com ready\r\nmore").await;
    let seen = look(port, "").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert!(seen.summary.starts_with("connected in "));
    let seen = look(
        port,
        "banner: true\nexpect: [connected, duration < 10s, banner matches '^220 ']",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert_eq!(seen.saw["banner"], "220 smtp.bakhmach.com ready");
    let seen = look(port, "expect: not connected").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    let seen = look(port, "expect: banner exists").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
}

#[tokio::test]
async fn a_server_that_says_nothing_has_no_banner() {
    let port = server(b"").await;
    let seen = look(port, "banner: true\nexpect: banner contains a").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive);
}

#[tokio::test]
async fn a_refusal_is_an_answer() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let seen = look(port, "").await;
    assert_eq!(seen.verdict, Verdict::Fail);
    assert!(seen.summary.contains("refused"));
    assert_eq!(
        look(port, "expect: not connected").await.verdict,
        Verdict::Pass
    );
}

#[tokio::test]
async fn silence_decides_nothing() {
    // A name that nobody has: neither `connected` nor its opposite may pass.
    for expect in ["connected", "not connected"] {
        let yaml = format!("probe: tcp\nhost: no-such-host.invalid\nport: 1\nexpect: {expect}");
        let seen = observe(&Bench::default(), &yaml).await;
        assert_eq!(seen.verdict, Verdict::Inconclusive, "{expect}");
        assert!(seen.hint.is_some());
    }
}

#[tokio::test]
async fn an_environment_says_where_a_name_is_reached() {
    let port = server(b"220 ready\r\n").await;
    let bench = Bench::default().variable(
        "CONNECT_TO",
        &format!("mail.bakhmach.test:587=127.0.0.1:{port}"),
    );
    let yaml = "probe: tcp\nhost: mail.bakhmach.test\nport: 587\n";
    let seen = observe(&bench, yaml).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert_eq!(seen.saw["address"], format!("127.0.0.1:{port}"));
}
