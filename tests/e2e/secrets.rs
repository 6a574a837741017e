//! A secret is typed in the window, used by a probe, and found nowhere afterwards.

use std::path::Path;
use std::process::Command;

use countersign_tests::window::{Find, Stage, Window, tools};

use crate::gestures::{
    approve, choose, inspect, inspector_says, look, output_of, page_says, start_run,
    statuses_become, told, view,
};
use crate::service::Service;

/// Nothing else in this repository or in a home folder has these words.
const TOKEN: &str = "kingfisher-over-quiet+water/41";

const CHECKLIST: &str = r#"# Harbour release

## Readiness

- [ ] Gate opens <!-- probe: http url=${API_URL}/private bearer=${secret:TOKEN} expect="status == 200, json($.status) == ok" -->
"#;

#[tokio::test]
async fn a_secret_is_used_and_found_nowhere_afterwards() {
    let stage = Stage::new("secrets");
    let checklist = stage.file("harbour.md", CHECKLIST);
    // What the service answers has the secret in it, so it comes back with the result.
    let service = Service::guarded_by(TOKEN);
    let window = stage.open(&[&checklist]).await;
    start_run(&window, "Harbour", "staging").await;
    view(&window, "List").await;

    without_the_secret_nothing_runs(&window, &service).await;
    the_secret_opens_the_gate(&window).await;
    let pdf = stage.path("report.pdf");
    choose(&window, "Export", "Report as PDF…").await;
    window.answer_dialog("Save the report as PDF", &pdf).await;
    told(&window, "Saved").await;
    let markdown = stage.path("report.md");
    choose(&window, "Export", "Report as Markdown…").await;
    window
        .answer_dialog("Save the report as Markdown", &markdown)
        .await;
    told(&window, "report.md").await;
    nowhere_on_screen(&window).await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;

    let mut text = Command::new(tools::installed("pdftotext"));
    text.arg(&pdf).arg(stage.path("report.txt"));
    output_of(text);
    let written = std::fs::read_to_string(stage.path("report.txt")).expect("the PDF's text");
    assert!(written.contains("Gate opens"), "{written}");
    // The store, the reports, and whatever the web view keeps.
    assert_eq!(holding(&stage.path(""), TOKEN), Vec::<String>::new());
    assert!(
        !holding(&stage.path(""), "Gate opens").is_empty(),
        "the search finds nothing at all"
    );
}

/// A probe whose secret is missing is skipped, and what is missing is asked for by name.
async fn without_the_secret_nothing_runs(window: &Window<'_>, service: &Service) {
    window.click(Find::Role("button", "Run probes")).await;
    page_says(window, "2 values missing").await;
    page_says(window, "secret of staging, for 1 item").await;
    look(window, "missing").await;
    window
        .fill(Find::Role("textbox", "API_URL"), &service.url())
        .await;
    window
        .click(Find::Role("button", "Keep in the environment"))
        .await;
    page_says(window, "1 value missing").await;
    look(window, "secret-missing").await;
}

async fn the_secret_opens_the_gate(window: &Window<'_>) {
    window.fill(Find::Role("textbox", "TOKEN"), TOKEN).await;
    window
        .click(Find::Role("button", "Keep in the environment"))
        .await;
    window.gone(Find::Role("textbox", "TOKEN")).await;
    approve(window, 1).await;
    statuses_become(window, &["Verified by probe"]).await;
    inspect(window, "1.1.1", "Gate opens").await;
    inspector_says(window, "passed").await;
    // The answer's body is part of the result, with the secret's name in the secret's place.
    inspector_says(window, "«secret TOKEN»").await;
    look(window, "used").await;

    window.click(Find::Role("button", "Environments")).await;
    page_says(window, "This laptop has no keychain").await;
    page_says(window, "TOKEN set until the app is closed").await;
    look(window, "environments").await;
    window.click(Find::Role("button", "Harbour")).await;
}

async fn nowhere_on_screen(window: &Window<'_>) {
    for name in ["Map", "List", "Sign-off", "History", "Report"] {
        view(window, name).await;
        let page = window
            .run("return document.documentElement.outerHTML", vec![])
            .await;
        let page = page.as_str().unwrap_or_default();
        assert!(page.contains("Harbour"), "the page is empty");
        assert!(!page.contains(TOKEN), "the secret stands in {name}");
    }
}

/// The files below a folder that have a text in them, as it is or in base64.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut grep = Command::new(tools::installed("grep"));
    grep.args(["--recursive", "--files-with-matches", "--binary-files=text"])
        .args(["--fixed-strings", "--", text])
        .arg(folder);
    let output = grep.output().expect("grep starts");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect()
}
