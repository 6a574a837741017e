//! Words that would drive a terminal or turn the reading direction around.

use countersign_core::probe::{Observation, Verdict};
use countersign_core::text::is_unseen;
use countersign_tests::stage::looking::Looking;

use super::sources::saying;

const ODD: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}neerg\u{2066}\u{200b}\0\u{8}\u{9b}31m";

/// Everything of a result that a person reads in a line.
fn shown(seen: &Observation) -> Vec<&str> {
    let mut shown = vec![seen.summary.as_str(), seen.target.as_str()];
    shown.extend(seen.hint.as_deref());
    for condition in &seen.conditions {
        shown.extend(condition.why.as_deref());
        shown.extend(condition.measured.as_deref());
    }
    shown
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_text_a_server_sends_its_summary_is_plain() {
    let length = ODD.len();
    let page = format!("HTTP/1.1 500 Bad\r\ncontent-length: {length}\r\n\r\n{ODD}");
    let web = saying(page.into_bytes()).await;
    let moved = "HTTP/1.1 302 Go\r\nlocation: /\u{202e}\u{200b}\r\ncontent-length: 0\r\n\r\n";
    let away = saying(moved.as_bytes().to_vec()).await;
    let mail = greeting(format!("554 {ODD}\r\n")).await;
    let garbage = greeting(format!("{ODD}\r\n")).await;
    let banner = greeting(format!("SSH-2.0-{ODD}\r\n")).await;
    let words = greeting(format!("-ERR {ODD}\r\n")).await;
    for yaml in [
        format!("http\nurl: http://127.0.0.1:{web}/\nexpect: body == green"),
        format!("http\nurl: http://127.0.0.1:{away}/\nredirects: 1"),
        format!("http\nurl: http://127.0.0.1:{away}/"),
        format!("promql\nurl: http://127.0.0.1:{web}/\nquery: up"),
        format!("metrics\nurl: http://127.0.0.1:{web}/\nselect: up"),
        format!("s3\nurl: http://127.0.0.1:{web}/\nbucket: b"),
        format!("smtp\nhost: 127.0.0.1\nport: {mail}\ntls: none\nexpect: greeting == ok"),
        format!("smtp\nhost: 127.0.0.1\nport: {garbage}\ntls: none"),
        format!("tls\nhost: 127.0.0.1\nport: {garbage}\nstarttls: imap"),
        format!("ssh\nhost: 127.0.0.1\nport: {banner}\nexpect: banner == ok"),
        format!("redis\nhost: 127.0.0.1\nport: {words}"),
    ] {
        let yaml = format!("probe: {yaml}\ntimeout: 5s");
        let seen = Looking::default().observe(&yaml).await;
        assert!(
            matches!(seen.verdict, Verdict::Fail | Verdict::Inconclusive),
            "{yaml}: {seen:#?}"
        );
        for text in shown(&seen) {
            assert!(!text.chars().any(is_unseen), "{yaml}: {text:?}");
        }
    }
}

/// A server that speaks first.
async fn greeting(words: String) -> u16 {
    super::sources::server(words.as_bytes(), b"\n", super::sources::Goes::Slowly)
        .await
        .port
}
