//! Clicks in the List of a long run: from the click to the frame that paints what the backend
//! answered after its commit.

use std::path::Path;
use std::time::Duration;

use countersign_tests::window::{Find, Stage, Window};
use serde_json::{Value, json};

/// How many clicks are measured, and how many before them are not.
const CLICKS: usize = 120;
const WARM_UP: usize = 10;
const BLANK_CLICKS: usize = 40;

/// Shows the counts by status, which only the backend's answer changes.
const COUNTS: &str = "header [role='img']";

const WATCH: &str = include_str!("watch.js");
const CLICKED: &str = "
    const time = await window.__click;
    window.__click = undefined;
    return time;
";

/// The first box in sight that is not ticked; where there is none, the List moves on.
const NEXT: &str = "
    const list = document.querySelector('[role=\"list\"][aria-label=\"Items\"]').parentElement;
    const within = list.getBoundingClientRect();
    const boxes = [...list.querySelectorAll('.tick[aria-label^=\"Mark done\"]')];
    const next = boxes.find((box) => {
        const place = box.getBoundingClientRect();
        return place.top > within.top && place.bottom < within.bottom;
    });
    if (next) return next.getAttribute('aria-label');
    list.scrollBy(0, within.height - 64);
    return null;
";

/// Ticks items of the run in this store, which opens first.
pub async fn ticks(stage: &Stage, store: &Path) -> Vec<Duration> {
    let arguments = ["--store".to_owned(), store.display().to_string()];
    let window = Window::of("countersign-desktop", &arguments, stage).await;
    window.click(Find::Role("tab", "List")).await;
    window.find(Find::Css("[data-row]")).await;
    let next = format!("{WATCH}{NEXT}");
    let mut times = Vec::with_capacity(CLICKS);
    for click in 0..CLICKS + WARM_UP {
        let label = loop {
            if let Value::String(label) = window.run(&next, vec![json!(COUNTS)]).await {
                break label;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        window
            .click(Find::Css(&format!("[aria-label={}]", json!(label))))
            .await;
        let time = milliseconds(&window.run(CLICKED, vec![]).await);
        if click >= WARM_UP {
            times.push(time);
        }
    }
    window.close().await;
    times
}

/// Clicks in the blank window, each of which adds a word to its page: what a click and a frame take
/// where there is nothing else to do.
pub async fn in_blank(stage: &Stage) -> Vec<Duration> {
    let window = Window::of("examples/blank", &[], stage).await;
    let mut times = Vec::with_capacity(BLANK_CLICKS);
    for _ in 0..BLANK_CLICKS {
        window.run(WATCH, vec![]).await;
        window.click(Find::Css("html")).await;
        times.push(milliseconds(&window.run(CLICKED, vec![]).await));
    }
    window.close().await;
    times
}

fn milliseconds(time: &Value) -> Duration {
    let time = time.as_f64().expect("the page answers with a time");
    Duration::from_secs_f64(time.max(0.0) / 1000.0)
}
