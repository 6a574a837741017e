//! The README's pictures: a run made by the real command line, shown by the real window.

use std::path::PathBuf;

use countersign_tests::window::{Find, Stage};
use serde_json::Value;

use crate::gestures::output_of;

const CHECKLIST: &str = "bundled:bakhmach.md";

/// Runs the command line on the stage's store and returns what it printed.
fn countersign(stage: &Stage, arguments: &[&str]) -> String {
    let mut command = stage.countersign(&["--json"]);
    command.args(arguments).env("USER", "Taras Bondar");
    output_of(command)
}

/// The state of a release two days before its deployment.
fn prepare(stage: &Stage) {
    let opened = countersign(
        stage,
        &[
            "run",
            "new",
            CHECKLIST,
            "--name",
            "Bakhmach Business Hub",
            "--release",
            "2.4.0",
            "--env",
            "production",
            "--deploy-at",
            "2026-11-24T18:00[Europe/Kyiv]",
            "--owner",
            "Taras Bondar",
        ],
    );
    let opened: Value = serde_json::from_str(&opened).expect("`run new --json` prints JSON");
    let run = opened["run"].as_str().expect("the run's id").to_owned();
    let set = |item: &str, status: &str, reason: &str| {
        countersign(
            stage,
            &["run", "set", &run, item, status, "--reason", reason],
        );
    };
    let done = [
        "1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.1.5", "1.1.7", "1.2.1", "1.2.2", "1.2.3", "1.2.4",
        "1.2.5", "1.3.1", "1.3.2", "1.3.3", "1.3.4", "2.1.1", "2.1.2", "2.1.4", "2.1.5", "2.2.1",
        "3.1.1", "3.1.2", "3.1.4", "3.2.1", "3.2.2", "3.3.1", "3.3.3",
    ];
    for item in done {
        set(item, "done", "");
    }
    set(
        "1.1.6",
        "waived",
        "the audit of two transitive packages waits for upstream",
    );
    set("2.1.3", "failed", "newest backup is 31 h old, limit 24 h");
    set("2.2.4", "blocked", "waits for the backup");
    set("3.1.3", "in-progress", "");
    set("4.3.3", "n/a", "payments are switched off in this release");
}

#[tokio::test]
#[ignore = "writes the README's pictures; `make screenshot` runs it"]
async fn pictures_of_a_run() {
    let folder = PathBuf::from(
        std::env::var_os("COUNTERSIGN_PICTURES").expect("COUNTERSIGN_PICTURES names a folder"),
    );
    // Tests start in their crate's folder; the name is given from the repository's root.
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(folder);
    std::fs::create_dir_all(&folder).expect("the folder for pictures");
    let stage = Stage::new("pictures");
    prepare(&stage);
    let window = stage.open(&[]).await;
    window.click(Find::Text("Bakhmach Business Hub")).await;
    window.find(Find::Role("tab", "Map")).await;
    window.find(Find::Text("Needs attention")).await;
    let taken = window.screenshot("map").await;
    std::fs::copy(taken, folder.join("map.png")).expect("the picture is copied");
    window.close().await;
}
