//! Probes run only once approved, fill in live, and keep a release from being approved.

use countersign_tests::window::{Find, Stage, Window};
use serde_json::json;

use crate::gestures::{card_says, inspect, inspector_says, look, page_says, view};
use crate::service;

const CHECKLIST: &str = r#"# Orchard release

## Readiness

### Services
- [ ] Service answers <!-- probe: http url=${API_URL}/health expect="status == 200, json($.status) == ok" -->
- [ ] Orders answer <!-- probe: http url=${API_URL}/orders expect="status == 200" -->
- [ ] Mirror answers <!-- probe: http url=${MIRROR_URL}/health expect="status == 200" timeout=5s -->
- [ ] Release notes written

## Sign-Off

- [ ] QA Lead: _______________
"#;

#[tokio::test]
async fn probes_are_approved_run_and_weigh_on_the_sign_off() {
    let stage = Stage::new("probing");
    let checklist = stage.file("orchard.md", CHECKLIST);
    let healthy = format!("http://127.0.0.1:{}", service::start());
    // A name that is nobody's (RFC 2606): nothing answers, so nothing is known.
    let silent = "http://mirror.invalid";

    let window = stage.open(&[&checklist]).await;
    window.find(Find::Role("heading", "Orchard release")).await;
    window.click(Find::Role("button", "Start a run")).await;
    window
        .fill(Find::Role("textbox", "Name of the run"), "Orchard")
        .await;
    window
        .fill(Find::Role("textbox", "Environment"), "staging")
        .await;
    window.click(Find::Role("button", "Start the run")).await;
    view(&window, "List").await;

    window.click(Find::Role("button", "Run probes")).await;
    page_says(&window, "2 values missing").await;
    page_says(&window, "Nothing runs until you approve it").await;
    assert_eq!(verdicts(&window).await, ["Open", "Open", "Open", "Open"]);
    look(&window, "missing").await;
    window
        .fill(Find::Role("textbox", "API_URL"), &healthy)
        .await;
    window
        .fill(Find::Role("textbox", "MIRROR_URL"), silent)
        .await;
    window
        .click(Find::Role("button", "Keep in the environment"))
        .await;
    window.gone(Find::Text("2 values missing")).await;
    let shown = format!("{healthy}/health");
    window
        .click(Find::Css("[role='dialog'] button[aria-controls$='-lines']"))
        .await;
    page_says(&window, &shown).await;
    look(&window, "approval").await;
    window
        .click(Find::Role("button", "Approve and run 3"))
        .await;
    window.gone(Find::Role("dialog", "Run 3 probes")).await;
    window
        .wait_until("every probe to have its verdict", async || {
            verdicts(&window).await == ["Verified by probe", "Failed", "Inconclusive", "Open"]
        })
        .await;
    look(&window, "results").await;

    inspect(&window, "1.1.1", "Service answers").await;
    inspector_says(&window, "passed").await;
    inspector_says(&window, "status == 200").await;
    look(&window, "passed").await;
    inspect(&window, "1.1.2", "Orders answer").await;
    inspector_says(&window, "500").await;
    look(&window, "failed-probe").await;
    inspect(&window, "1.1.3", "Mirror answers").await;
    inspector_says(&window, "inconclusive").await;
    look(&window, "inconclusive").await;

    view(&window, "Sign-off").await;
    card_says(&window, "QA Lead", "Sign as QA Lead").await;
    page_says(&window, "1 failed").await;
    page_says(&window, "1 inconclusive").await;
    look(&window, "signoff").await;
    view(&window, "Map").await;
    look(&window, "map").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

/// The status of each item in the List, in words.
async fn verdicts(window: &Window<'_>) -> Vec<String> {
    let script = "return [...document.querySelectorAll('[data-row]')]
        .map((row) => row.querySelector('.visually-hidden').textContent.trim())";
    let words = window.run(script, vec![]).await;
    words
        .as_array()
        .unwrap_or(&vec![json!("no list")])
        .iter()
        .map(|word| word.as_str().unwrap_or_default().to_owned())
        .collect()
}
