//! What proves an item: files of any kind, and values that are checked against their limit.

use std::path::Path;
use std::process::Command;

use countersign_tests::window::{Find, Stage, Window, tools};
use serde_json::json;

use crate::gestures::{inspect, inspector_says, look, output_of, page_says, start_run, view};

const CHECKLIST: &str = "# Orchard release

## Readiness

- [ ] Dashboard looked at
- [ ] Canary takes its share of traffic (5-10%)
";

#[tokio::test]
async fn evidence_is_attached_shown_and_given_back_byte_for_byte() {
    let stage = Stage::new("evidence");
    let checklist = stage.file("orchard.md", CHECKLIST);
    let window = stage.open(&[&checklist]).await;
    window.find(Find::Role("heading", "Orchard release")).await;
    // A picture that is certainly one: this window's own.
    let taken = window.screenshot("before").await;
    let picture = stage.file("dashboard.png", std::fs::read(taken).expect("a picture"));
    let log = stage.file("canary.log", "09:00 5%\n09:10 10%\n");
    start_run(&window, "Orchard", "").await;
    view(&window, "List").await;
    inspect(&window, "1.1.1", "Dashboard looked at").await;

    for (file, name) in [(&picture, "dashboard.png"), (&log, "canary.log")] {
        window.click(Find::Role("button", "Attach files")).await;
        window.answer_dialog("Attach as evidence", file).await;
        inspector_says(&window, name).await;
        inspector_says(&window, &sha256(file)[..6]).await;
    }
    look(&window, "attached").await;
    window.click(Find::Role("button", "dashboard.png")).await;
    window
        .wait_until("the picture to be shown", async || {
            let drawn = "return document.querySelector('img[alt=\"Evidence dashboard.png\"]')?.naturalWidth > 0";
            window.run(drawn, vec![]).await == json!(true)
        })
        .await;
    page_says(&window, &format!("SHA-256 {}", sha256(&picture))).await;
    look(&window, "shown").await;
    window.press("Escape").await;
    window.gone(Find::Role("dialog", "dashboard.png")).await;

    for file in [&picture, &log] {
        given_back(&window, &stage, file).await;
    }
    a_value_is_checked(&window).await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

async fn given_back(window: &Window<'_>, stage: &Stage, file: &Path) {
    let name = file.file_name().expect("a name").to_string_lossy();
    let copy = stage.path(&format!("copy-of-{name}"));
    let button = format!("Save a copy of {name}");
    window.click(Find::Role("button", &button)).await;
    window.answer_dialog("Save a copy", &copy).await;
    page_says(window, &format!("Saved {}", copy.display())).await;
    assert_eq!(
        std::fs::read(&copy).expect("the copy is written"),
        std::fs::read(file).expect("the file is still there"),
        "the copy of {name} differs"
    );
}

async fn a_value_is_checked(window: &Window<'_>) {
    window
        .click(Find::Text("Canary takes its share of traffic"))
        .await;
    window.find(Find::Role("complementary", "Item 1.1.2")).await;
    window.fill(Find::Role("textbox", "Value"), "12").await;
    window.click(Find::Role("button", "Enter")).await;
    inspector_says(window, "12 is out of range. The checklist asks for").await;
    inspector_says(
        window,
        "Set it failed, or waive it if another value is right.",
    )
    .await;
    look(window, "value-refused").await;
    window.fill(Find::Role("textbox", "Value"), "7").await;
    window.click(Find::Role("button", "Enter")).await;
    inspector_says(window, "somebody entered 7").await;
    look(window, "value").await;
}

fn sha256(file: &Path) -> String {
    let mut command = Command::new(tools::installed("sha256sum"));
    command.arg(file);
    let said = output_of(command);
    said.split(' ').next().unwrap_or_default().to_owned()
}
