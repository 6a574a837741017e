#![allow(clippy::unwrap_used)]

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use chrono::TimeDelta;
use countersign_core::probe::Verdict;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::testing::Bench;
use crate::{Done, Engine, Limits};

/// Answers every question with `body` and says what was asked.
fn prometheus(body: String) -> (String, Receiver<String>) {
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let (asked, questions) = channel();
    std::thread::spawn(move || {
        for stream in server.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 4096];
            let length = stream.read(&mut head).unwrap_or(0);
            let line = String::from_utf8_lossy(&head[..length]).into_owned();
            let _ = asked.send(line.lines().next().unwrap_or_default().to_owned());
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (url, questions)
}

/// A quarter of an hour that began an hour ago, a look a minute.
fn window() -> core_watch::Window {
    let from = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    core_watch::Window {
        from,
        until: from + TimeDelta::minutes(15),
        every: TimeDelta::minutes(1),
    }
}

async fn watched(answer: serde_json::Value) -> (Done, Receiver<String>) {
    let body = serde_json::json!({"status": "success", "data": answer}).to_string();
    let (url, questions) = prometheus(body);
    let yaml = format!(
        "probe: promql\nurl: {url}\nquery: errors\nunit: '%'\nwatch: 15m\nexpect: highest < 0.1%\n"
    );
    let bench = Bench::default();
    let mut jobs = bench.jobs(&yaml);
    jobs[0].window = Some(window());
    let (events, _) = tokio::sync::mpsc::channel(1);
    let engine = Arc::new(Engine::new(Limits::default()));
    let cancel = CancellationToken::new();
    let mut done = engine.run(jobs, bench.ground(), events, cancel).await;
    (done.remove(0), questions)
}

#[tokio::test]
async fn a_window_is_one_question_and_every_moment_of_its_answer_a_look() {
    let at = |minute: i64| 1_790_000_000 + minute * 60;
    let (done, questions) = watched(serde_json::json!({
        "resultType": "matrix",
        "result": [
            {"metric": {"node": "a"}, "values": [[at(0), "0.02"], [at(1), "0.05"], [at(3), "NaN"]]},
            {"metric": {"node": "b"}, "values": [[at(0), "0.3"], [at(1), "0.04"]]},
        ]
    }))
    .await;
    let asked = questions.recv().unwrap();
    for part in [
        "/api/v1/query_range?",
        "query=errors",
        "start=1790000000.000",
        "end=1790000900.000",
        "step=60.000",
    ] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    assert!(questions.try_recv().is_err());
    let seen: Vec<(i64, Verdict, Option<String>)> = done
        .samples
        .unwrap()
        .iter()
        .map(|look| {
            let minute = (look.at - window().from).num_minutes();
            (minute, look.verdict, look.number().map(Quantity::written))
        })
        .collect();
    assert_eq!(
        seen,
        [
            (0, Verdict::Fail, Some("0.3%".to_owned())),
            (1, Verdict::Pass, Some("0.05%".to_owned())),
            (3, Verdict::Inconclusive, None),
        ]
    );
}

#[tokio::test]
async fn an_empty_window_has_no_looks_and_decides_nothing() {
    let nothing = serde_json::json!({"resultType": "matrix", "result": []});
    let (done, _) = watched(nothing).await;
    assert_eq!(done.samples, Some(Vec::new()));
    assert_eq!(done.observation.verdict, Verdict::Inconclusive);
}

#[tokio::test]
async fn an_answer_that_is_no_window_leaves_what_was_seen_before() {
    let other = serde_json::json!({"resultType": "vector", "result": []});
    let (done, _) = watched(other).await;
    assert_eq!(done.samples, None);
    assert_eq!(done.observation.verdict, Verdict::Fail);
}
