//! Load: its host is typed, it is asked about each time, seen live, stopped, and answers two items.

use std::convert::Infallible;
use std::net::Ipv4Addr;

use bytes::Bytes;
use countersign_tests::window::{Find, Stage, Window};
use http_body_util::Full;
use hyper::Response;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::gestures::{
    approve, inspect, inspector_says, look, page_says, start_run, statuses_become, view,
};

/// The rate, per second, that the window has to stay fluid beside.
const RATE: u32 = 10_000;

const CHECKLIST: &str = r#"# Orchard under load

## Readiness

### Load
- [ ] Long load
  ```yaml probe
  probe: load
  url: ${API_URL}/
  rate: 10000/s
  duration: 10m
  connections: 64
  ```
- [ ] Short load
  ```yaml probe
  probe: load
  id: load
  url: ${API_URL}/
  rate: 1000/s
  duration: 4s
  warmup: 500ms
  expect: [p99 < 2s, error_rate < 1%]
  ```
- [ ] Median is low <!-- probe: ref=load expect="p50 < 1s" -->
- [ ] Nobody waits a microsecond <!-- probe: ref=load expect="p99 < 1us" -->
"#;

/// A server on the loopback interface that answers at once, for as long as the runtime lives.
async fn server() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a port to listen on");
    let port = listener.local_addr().expect("a bound port").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = service_fn(|_| async {
                Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"ok"))))
            });
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), answer),
            );
        }
    });
    format!("http://127.0.0.1:{port}")
}

/// Counts how long frames take from now on, in milliseconds, for [`frames`].
async fn watch_frames(window: &Window<'_>) {
    let script = "
        window.__frames = [];
        let last = performance.now();
        const frame = (now) => {
            window.__frames?.push(now - last);
            last = now;
            if (window.__frames) requestAnimationFrame(frame);
        };
        requestAnimationFrame((now) => { last = now; requestAnimationFrame(frame); });";
    window.run(script, vec![]).await;
}

/// How long the frames took since [`watch_frames`], the longest last, and stops counting.
async fn frames(window: &Window<'_>) -> Vec<f64> {
    let script = "const all = window.__frames; window.__frames = null; return all";
    let taken = window.run(script, vec![]).await;
    let list = taken.as_array().cloned().unwrap_or_default();
    let mut took: Vec<f64> = list.iter().filter_map(serde_json::Value::as_f64).collect();
    took.sort_by(f64::total_cmp);
    took
}

/// Says yes to the load of an item, and to those that judge what it measures: so many in all.
async fn approve_load(window: &Window<'_>, item: &str, count: usize) {
    window.find(Find::Role("dialog", "Run ")).await;
    window.click(Find::Role("checkbox", item)).await;
    approve(window, count).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn load_is_allowed_by_typing_seen_live_stopped_and_answers_two_items() {
    let stage = Stage::new("load");
    let checklist = stage.file("orchard.md", CHECKLIST);
    let address = server().await;

    let window = stage.open(&[&checklist]).await;
    window
        .find(Find::Role("heading", "Orchard under load"))
        .await;
    start_run(&window, "Orchard", "rehearsal").await;
    view(&window, "List").await;

    // It never joins a run of many, and its host is typed by hand.
    window.click(Find::Role("button", "Run probes")).await;
    page_says(&window, "No probe is due here").await;
    inspect(&window, "1.1.1", "Long load").await;
    window.click(Find::Role("button", "Run probe")).await;
    window
        .fill(Find::Role("textbox", "API_URL"), &address)
        .await;
    window
        .click(Find::Role("button", "Keep in the environment"))
        .await;
    page_says(&window, "10,000 requests per second").await;
    page_says(&window, "is not among the hosts of rehearsal").await;
    let host = Find::Role("textbox", "Host that load may be sent to");
    let typed = window
        .find(host)
        .await
        .prop("value")
        .await
        .expect("the field answers");
    assert_eq!(typed.as_deref(), Some(""), "nothing fills the host in");
    look(&window, "not-allowed").await;
    window.fill(host, "127.0.0.1").await;
    window.click(Find::Role("button", "Allow load")).await;
    window.gone(host).await;
    page_says(&window, "Requests in all").await;
    look(&window, "asked").await;
    approve_load(&window, "Long load", 1).await;

    // Live, with a window that stays fluid.
    let live = Find::Role("region", "Load, live");
    window.find(live).await;
    inspector_says(&window, "measuring").await;
    watch_frames(&window).await;
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    let took = frames(&window).await;
    let longest = took.last().copied().unwrap_or(f64::MAX);
    println!(
        "{} frames while {RATE} requests per second were sent: the longest {longest:.1} ms, 99 of 100 within {:.1} ms",
        took.len(),
        took.get(took.len() * 99 / 100).copied().unwrap_or(f64::MAX),
    );
    look(&window, "live").await;

    // Stopped: what was measured until then is said, and decides nothing.
    window
        .click(Find::Css("[aria-label='Load, live'] button"))
        .await;
    window.gone(live).await;
    inspector_says(&window, "it was stopped").await;
    inspector_says(&window, "inconclusive").await;
    look(&window, "stopped").await;

    // One run to its end answers the item and those that judge it.
    inspect(&window, "1.1.2", "Short load").await;
    window.click(Find::Role("button", "Run probe")).await;
    approve_load(&window, "Short load", 3).await;
    window.find(live).await;
    window.gone(live).await;
    inspector_says(&window, "passed").await;
    inspector_says(&window, "corrected").await;
    inspector_says(&window, "status 200").await;
    inspector_says(&window, ".hlog").await;
    look(&window, "curve").await;
    inspect(&window, "1.1.3", "Median is low").await;
    inspector_says(&window, "passed").await;
    look(&window, "answered").await;
    statuses_become(
        &window,
        &[
            "Inconclusive",
            "Verified by probe",
            "Verified by probe",
            "Failed",
        ],
    )
    .await;
    view(&window, "Report").await;
    page_says(&window, "Orchard").await;
    look(&window, "report").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
    assert!(!took.is_empty(), "no frame was painted");
}
