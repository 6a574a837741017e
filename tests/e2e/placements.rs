//! Probes in all four places where they can be written, what voids an approval, and how a slow
//! one is stopped.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use countersign_tests::window::{Find, Stage, Window};

use crate::gestures::{
    approve, inspect, inspector_says, look, page_says, start_run, statuses_become, told, view,
};
use crate::service::Service;

const CHECKLIST: &str = r#"# Harbour release

## Readiness

- [ ] Gate answers <!-- probe: http url=${API_URL}/health expect="status == 200" -->
- [ ] Crane checked
  ```yaml probe
  probe: command
  run: ./check-crane
  ```
- [ ] Manifest there
  ```bash {"probe": "command", "expect": "exit == 0"}
  test -s manifest.txt
  ```
- [ ] Tide table current
- [ ] Pilot answers <!-- probe: http url=${API_URL}/slow expect="status == 200" timeout=10m -->
"#;

const SIDECAR: &str = "probes:
  Tide table current:
    probe: file
    path: tides.csv
    expect: text contains '2031'
";

#[tokio::test]
async fn probes_in_all_four_places_run_from_one_checklist() {
    let stage = Stage::new("placements");
    let checklist = repository(&stage);
    let service = Service::start();
    let window = stage.open(&[&checklist]).await;
    window.find(Find::Role("heading", "Harbour release")).await;
    start_run(&window, "Harbour", "staging").await;
    view(&window, "List").await;
    let open = ["Open"; 5];
    statuses_become(&window, &open).await;

    window.click(Find::Role("button", "Run probes")).await;
    window
        .fill(Find::Role("textbox", "API_URL"), &service.url())
        .await;
    window
        .click(Find::Role("button", "Keep in the environment"))
        .await;
    window.gone(Find::Role("textbox", "API_URL")).await;
    look(&window, "approval").await;
    approve(&window, 5).await;
    let mut ran = ["Verified by probe"; 5];
    ran[4] = "probe running";
    statuses_become(&window, &ran).await;
    stop_the_slow_one(&window).await;
    an_edited_script_is_asked_about(&window, &stage).await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

/// A checkout with a checklist, its sidecar, and what its probes look at.
fn repository(stage: &Stage) -> std::path::PathBuf {
    fs::create_dir(stage.path(".git")).expect("a folder that makes it a checkout");
    script(&stage.path("check-crane"), "exit 0");
    stage.file("manifest.txt", "12 containers\n");
    stage.file("tides.csv", "2031-11-24,high,06:12\n");
    stage.file("harbour.countersign.yaml", SIDECAR);
    stage.file("harbour.md", CHECKLIST)
}

fn script(path: &Path, does: &str) {
    fs::write(path, format!("#!/bin/sh\n{does}\n")).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a script that may run");
}

async fn stop_the_slow_one(window: &Window<'_>) {
    page_says(window, "now 1.1.5 Pilot answers").await;
    look(window, "running").await;
    window.click(Find::Role("button", "Stop probes")).await;
    told(window, "Probes cancelled").await;
    window.gone(Find::Role("progressbar", "")).await;
    inspect(window, "1.1.5", "Pilot answers").await;
    inspector_says(window, "Open").await;
    look(window, "stopped").await;
}

/// An approval is for the bytes of the script that was approved, and for no others.
async fn an_edited_script_is_asked_about(window: &Window<'_>, stage: &Stage) {
    inspect(window, "1.1.2", "Crane checked").await;
    let before = ran(window).await;
    window.click(Find::Role("button", "Run again")).await;
    window
        .wait_until("the approved script to have run again", async || {
            ran(window).await != before
        })
        .await;

    script(
        &stage.path("check-crane"),
        "echo the crane is stuck; exit 3",
    );
    window.click(Find::Role("button", "Run again")).await;
    window.find(Find::Role("dialog", "Run 1 probe")).await;
    page_says(window, "Changed since it was approved").await;
    look(window, "edited").await;
    approve(window, 1).await;
    inspector_says(window, "Failed").await;
    inspector_says(window, "exit == 0").await;
    look(window, "edited-failed").await;
}

/// When the item's probe ran last, as the Inspector has it to the second.
async fn ran(window: &Window<'_>) -> Option<String> {
    window
        .attribute(Find::Css(".inspector .about"), "title")
        .await
}
