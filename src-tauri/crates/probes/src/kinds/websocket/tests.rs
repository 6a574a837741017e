#![allow(clippy::unwrap_used, clippy::panic)]

use countersign_core::probe::{Observation, Value, Verdict};
use futures::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::testing::{Bench, observe};

/// A server whose path says what it does.
async fn serve() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream));
        }
    });
    port
}

async fn talk(stream: TcpStream) {
    let mut path = String::new();
    #[allow(clippy::result_large_err)]
    let look = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        path = request.uri().path().to_owned();
        let header = |name: &str| {
            let value = request.headers().get(name);
            value.map(|value| value.to_str().unwrap().to_owned())
        };
        if path == "/closed" || (path == "/private" && header("authorization").is_none()) {
            let refused = Response::builder().status(403).body(None).unwrap();
            return Err(refused);
        }
        let offered = header("sec-websocket-protocol").unwrap_or_default();
        if let Some(chosen) = offered.split(", ").find(|one| *one == "v2.chat") {
            let fields = response.headers_mut();
            fields.insert("sec-websocket-protocol", chosen.parse().unwrap());
        }
        response
            .headers_mut()
            .insert("x-node", "7".parse().unwrap());
        Ok(response)
    };
    let Ok(mut socket) = accept_hdr_async(stream, look).await else {
        return;
    };
    let end = |code: u16, reason: &str| {
        Message::Close(Some(CloseFrame {
            code: CloseCode::from(code),
            reason: reason.to_owned().into(),
        }))
    };
    match path.as_str() {
        "/greets" => socket.send(Message::text("welcome")).await.unwrap(),
        "/rejects" => socket.send(end(4401, "who are you?")).await.unwrap(),
        "/vanishes" => return,
        "/mute" => std::future::pending().await,
        "/floods" => {
            let much = Message::text("x".repeat(900_000));
            while socket.send(much.clone()).await.is_ok() {}
        }
        "/huge" => {
            let _ = socket.send(Message::text("x".repeat(1_500_000))).await;
        }
        _ => {}
    }
    while let Some(Ok(message)) = socket.next().await {
        let answer = match (path.as_str(), message) {
            (_, message) if message.is_close() => break,
            ("/json", Message::Text(_)) => Message::text(r#"{"type":"pong","n":2}"#),
            ("/binary", Message::Text(_)) => Message::binary(vec![0xff, 0x00]),
            ("/shouts", Message::Text(text)) => Message::text(text.to_uppercase()),
            (_, message @ Message::Text(_)) => message,
            _ => continue,
        };
        if socket.send(answer).await.is_err() {
            break;
        }
    }
    // What is left to say is the answer to a close.
    let _ = socket.flush().await;
}

async fn look(path: &str, more: &str) -> Observation {
    let port = serve().await;
    let yaml = format!("probe: websocket\nurl: ws://127.0.0.1:{port}{path}\n{more}");
    let bench = Bench::default().secret("TOKEN", "t0ken-t0ken");
    observe(&bench, &yaml).await
}

fn measured(seen: &Observation, metric: &str) -> Option<Value> {
    let mut values = seen.values.iter();
    let found = values.find(|one| one.metric == metric);
    found.map(|one| one.value.clone())
}

#[tokio::test]
async fn a_message_comes_back_and_the_connection_is_closed_in_order() {
    let send = "send: hello\neffect: reads\n";
    for (path, more, verdict) in [
        (
            "/",
            "expect: [connected, answered, echoed, message == hello]",
            Verdict::Pass,
        ),
        (
            "/",
            "expect: [status == 101, close_code == 1000, round_trip < 10s]",
            Verdict::Pass,
        ),
        (
            "/",
            "expect: [header(x-node) == 7, messages == 1]",
            Verdict::Pass,
        ),
        (
            "/json",
            "expect: [json($.type) == pong, json($.n) == 2]",
            Verdict::Pass,
        ),
        ("/json", "expect: echoed", Verdict::Fail),
        ("/shouts", "expect: echoed", Verdict::Fail),
        ("/binary", "expect: answered", Verdict::Pass),
        ("/binary", "expect: message exists", Verdict::Inconclusive),
        (
            "/greets",
            "receive: 2\nexpect: [echoed, messages == 2]",
            Verdict::Pass,
        ),
        ("/", "receive: 2\ntimeout: 500ms", Verdict::Fail),
    ] {
        let seen = look(path, &format!("{send}{more}")).await;
        assert_eq!(seen.verdict, verdict, "{path} {more}: {seen:#?}");
    }
}

#[tokio::test]
async fn the_exchange_is_shown_step_by_step() {
    let steps = |seen: &Observation| -> Vec<String> {
        let steps = seen.saw["exchange"].as_array().unwrap();
        let text = |step: &serde_json::Value, key: &str| step[key].as_str().unwrap().to_owned();
        steps
            .iter()
            .map(|one| format!("{} {} {}", text(one, "step"), one["ok"], text(one, "text")))
            .collect()
    };
    let seen = look("/", "send: hello\neffect: reads\n").await;
    let opened = "opened true 101 Switching Protocols";
    let whole = [
        opened,
        "sent true hello",
        "received true hello",
        "closed true 1000",
    ];
    assert_eq!(steps(&seen), whole);
    // What never answers shows what it was asked.
    let silent = look(
        "/",
        "send: hello\neffect: reads\nreceive: 2\ntimeout: 500ms",
    )
    .await;
    assert_eq!(steps(&silent), [opened, "sent true hello"]);
}

#[tokio::test]
async fn a_ping_is_enough_to_see_that_it_answers() {
    let seen = look("/", "").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert!(seen.summary.starts_with("answered in"), "{}", seen.summary);
    for phase in ["connect", "handshake", "round_trip", "duration"] {
        assert_eq!(seen.saw["phases"][phase]["u"], "ms", "{phase}");
    }
    let seen = look(
        "/greets",
        "receive: 1\nexpect: [answered, message == welcome]",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn what_does_not_open_or_answer_is_never_green() {
    for (path, verdict, says) in [
        ("/closed", Verdict::Fail, "it answered 403"),
        (
            "/rejects",
            Verdict::Fail,
            "closed with 4401 before it answered: who are you?",
        ),
        ("/vanishes", Verdict::Fail, ""),
        ("/mute", Verdict::Fail, "had not finished"),
        ("/floods", Verdict::Inconclusive, "more than 8 MB"),
        ("/huge", Verdict::Inconclusive, "longer than 1 MB"),
    ] {
        let seen = look(path, "timeout: 3s").await;
        assert_eq!(seen.verdict, verdict, "{path}: {seen:#?}");
        assert!(seen.summary.contains(says), "{path}: {}", seen.summary);
    }
    let seen = look("/closed", "expect: [status == 403, not connected]").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = look("/closed", "expect: round_trip < 10s").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
    let seen = look("/rejects", "expect: close_code == 4401").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
}

#[tokio::test]
async fn a_server_that_speaks_something_else_fails() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned(),
        "SSH-2.0-OpenSSH\r\n\r\n".to_owned(),
        format!("HTTP/1.1 101 Yes\r\n{}\r\n", "x: y\r\n".repeat(10_000)),
        "HTTP/1.1 101 Yes\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: no\r\n\r\n"
            .to_owned(),
    ] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 2048];
            let _ = stream.read(&mut asked).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.read(&mut asked).await;
        });
        let yaml = format!("probe: websocket\nurl: ws://127.0.0.1:{port}/\ntimeout: 3s");
        let seen = observe(&Bench::default(), &yaml).await;
        assert_eq!(seen.verdict, Verdict::Fail, "{seen:#?}");
        assert_eq!(measured(&seen, "close_code"), None);
    }
}

#[tokio::test]
async fn a_subprotocol_is_agreed_on_and_credentials_are_sent() {
    let seen = look(
        "/",
        "protocols: [v3.chat, v2.chat]\nexpect: protocol == v2.chat",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = look("/", "expect: protocol exists").await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{seen:#?}");
    assert_eq!(look("/", "protocols: v9.chat").await.verdict, Verdict::Fail);
    assert_eq!(look("/private", "").await.verdict, Verdict::Fail);
    let seen = look("/private", "bearer: ${secret:TOKEN}").await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    let seen = look(
        "/",
        "send: 'hi ${secret:TOKEN}'\neffect: reads\nexpect: echoed",
    )
    .await;
    assert_eq!(seen.verdict, Verdict::Pass, "{seen:#?}");
    assert!(!format!("{seen:?}").contains("t0ken"), "{seen:#?}");
}
