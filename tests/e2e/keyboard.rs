//! The whole of a small run with the keyboard alone.

use countersign_tests::window::{Find, Stage, Window};
use serde_json::json;

use crate::gestures::{inspector_says, look, page_says, statuses_become};

const CHECKLIST: &str = "# Orchard release

## Readiness

- [ ] Ladder checked
- [ ] Baskets counted
- [ ] Weather looked up
";

#[tokio::test]
async fn a_run_is_started_worked_through_and_searched_without_a_mouse() {
    let stage = Stage::new("keyboard");
    let checklist = stage.file("orchard.md", CHECKLIST);
    let window = stage.open(&[&checklist]).await;
    page_says(&window, "Your file is not changed").await;
    window.press("Enter").await;
    focused(&window, "Name of the run").await;
    write(&window, "By keys").await;
    window.press("Control+Enter").await;
    window.find(Find::Role("tab", "Map")).await;

    window.press("2").await;
    statuses_become(&window, &["Open", "Open", "Open"]).await;
    window.press("j").await;
    window.press("Space").await;
    statuses_become(&window, &["Done", "Open", "Open"]).await;
    window.press("j").await;
    window.press("ArrowDown").await;
    window.press("k").await;
    window.press("Space").await;
    statuses_become(&window, &["Done", "Done", "Open"]).await;
    window.press("Space").await;
    statuses_become(&window, &["Done", "Open", "Open"]).await;

    window.press("Enter").await;
    inspector_says(&window, "Baskets counted").await;
    window.press("Escape").await;
    window.gone(Find::Css(".inspector")).await;

    window.press("/").await;
    focused(&window, "Search items").await;
    write(&window, "weather").await;
    statuses_become(&window, &["Open"]).await;
    window.press("Enter").await;
    window.press("Space").await;
    statuses_become(&window, &["Done"]).await;
    window.press("/").await;
    window.press("Escape").await;
    statuses_become(&window, &["Done", "Open", "Done"]).await;

    window.press("?").await;
    window.find(Find::Role("dialog", "Keys")).await;
    for said in ["Next item", "Tick, or open again", "Search", "Countersign"] {
        page_says(&window, said).await;
    }
    look(&window, "keys").await;
    window.press("Escape").await;
    window.gone(Find::Role("dialog", "Keys")).await;

    window.press("3").await;
    window.find(Find::Role("tab", "Sign-off")).await;
    window.press("2").await;
    statuses_become(&window, &["Done", "Open", "Done"]).await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

/// Waits until the keys go to the field of this name.
async fn focused(window: &Window<'_>, name: &str) {
    let script = "
        const field = document.activeElement;
        const label = field?.getAttribute('aria-label') ?? field?.labels?.[0]?.innerText ?? '';
        return label.trim().startsWith(arguments[0]);";
    window
        .wait_until(&format!("the keys to go to {name}"), async || {
            window.run(script, vec![json!(name)]).await == json!(true)
        })
        .await;
}

async fn write(window: &Window<'_>, text: &str) {
    for letter in text.chars() {
        match letter {
            ' ' => window.press("Space").await,
            other => window.press(&other.to_string()).await,
        }
    }
}
