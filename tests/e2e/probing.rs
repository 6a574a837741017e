//! Probes run only once approved, fill in live, and keep a release from being approved.

use countersign_tests::window::{Find, Stage};

use crate::gestures::{
    approve, card_says, inspect, inspector_says, look, page_says, start_run, statuses,
    statuses_become, view,
};
use crate::service::Service;

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
    let healthy = Service::start().url();
    // A name that is nobody's (RFC 2606): nothing answers, so nothing is known.
    let silent = "http://mirror.invalid";

    let window = stage.open(&[&checklist]).await;
    window.find(Find::Role("heading", "Orchard release")).await;
    start_run(&window, "Orchard", "staging").await;
    view(&window, "List").await;

    window.click(Find::Role("button", "Run probes")).await;
    page_says(&window, "2 values missing").await;
    page_says(&window, "Nothing runs until you approve it").await;
    assert_eq!(statuses(&window).await, ["Open", "Open", "Open", "Open"]);
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
    approve(&window, 3).await;
    statuses_become(
        &window,
        &["Verified by probe", "Failed", "Inconclusive", "Open"],
    )
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
