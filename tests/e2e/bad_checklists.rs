//! Files that are no checklists, or hardly: each is met with what is wrong, where, and what to do.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use countersign_tests::window::{Find, Stage, Window};

use crate::gestures::{
    inspect, inspector_says, look, open_while_running, page_says, start_run, statuses_become, view,
};

#[tokio::test]
async fn files_that_cannot_be_read_say_what_where_and_what_to_do() {
    let stage = Stage::new("unreadable");
    let latin = stage.file("latin.md", b"# Caf\xe9\n\n- [ ] Ol\xe9\n");
    let page = stage.file(
        "page.md",
        "<!DOCTYPE html>\n<html><body><ul><li>Backup</li></ul></body></html>\n",
    );
    let huge = stage.path("huge.md");
    write_huge(&huge);
    let missing = stage.path("missing.md");

    let window = stage.open(&[&latin]).await;
    for words in [
        "The file is not UTF-8 text",
        "latin.md, line 1",
        "Save the file as UTF-8 in your editor and open it again.",
    ] {
        page_says(&window, words).await;
    }
    look(&window, "not-utf8").await;

    let refused: [(&Path, &str, &[&str]); 3] = [
        (
            &page,
            "html",
            &[
                "The file is an HTML page, not Markdown",
                "page.md",
                "Open the Markdown source of this page",
            ],
        ),
        (
            &huge,
            "huge",
            &["The file has 104.8 MB", "huge.md", "Split the file"],
        ),
        (
            &missing,
            "missing",
            &["The file cannot be read", "missing.md", "Check the path."],
        ),
    ];
    for (file, name, said) in refused {
        open_while_running(&window, &stage, &[file]);
        for words in said {
            page_says(&window, words).await;
        }
        look(&window, name).await;
    }

    // The file is mended in an editor, and the same screen reads it again.
    stage.file("missing.md", "# Orchard\n\n- [ ] Ladder checked\n");
    window.click(Find::Role("button", "Try again")).await;
    page_says(&window, "1 item").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
    assert_eq!(
        std::fs::read(&latin).expect("the file is still there"),
        b"# Caf\xe9\n\n- [ ] Ol\xe9\n"
    );
}

/// 100 MiB of a checklist's lines.
fn write_huge(path: &Path) {
    let mut file = File::create(path).expect("a file in the temporary folder");
    let lines = "- [ ] one more line of it\n".repeat(40_330);
    for _ in 0..100 {
        file.write_all(&lines.as_bytes()[..1 << 20])
            .expect("100 MB fit on this disk");
    }
}

#[tokio::test]
async fn files_without_boxes_offer_what_they_have() {
    let stage = Stage::new("without-boxes");
    let empty = stage.file("empty.md", "");
    let bullets = stage.file(
        "bullets.md",
        "# Orchard\n\n## Before\n\n- Ladder checked\n- Baskets counted\n\n## After\n\n1. Gate closed\n2. Keys returned\n",
    );
    let window = stage.open(&[&empty]).await;
    page_says(&window, "There is nothing to tick in this file").await;
    page_says(&window, "empty.md").await;
    look(&window, "empty").await;
    assert!(
        window
            .attribute(Find::Role("button", "Start a run"), "disabled")
            .await
            .is_some(),
        "a run of nothing can be started"
    );

    open_while_running(&window, &stage, &[&bullets]);
    page_says(&window, "This file has no task boxes").await;
    page_says(&window, "4 bullets and numbered steps can be the items.").await;
    look(&window, "offered").await;
    window
        .click(Find::Role("button", "Take them as items"))
        .await;
    page_says(&window, "4 items").await;
    start_run(&window, "Orchard", "").await;
    view(&window, "List").await;
    statuses_become(&window, &["Open"; 4]).await;
    page_says(&window, "Keys returned").await;
    look(&window, "taken").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

const BROKEN: &str = r#"# Harbour release

## Readiness

- [ ] Gate answers <!-- probe: http url=https://gate.invalid expect="duration < 5%" -->
- [ ] Crane checked
  ```yaml probe
  probe: http
  url: [unclosed
  ```
- [ ] Tide table read
"#;

#[tokio::test]
async fn a_broken_probe_is_shown_at_its_line_and_the_rest_works() {
    let stage = Stage::new("broken-probe");
    let checklist = stage.file("harbour.md", BROKEN);
    let window = stage.open(&[&checklist]).await;
    page_says(&window, "Found while reading").await;
    page_says(&window, "line 5").await;
    look(&window, "preview").await;
    start_run(&window, "Harbour", "").await;
    view(&window, "List").await;
    inspect(&window, "1.1.1", "Gate answers").await;
    inspector_says(&window, "This probe cannot be read.").await;
    inspector_says(&window, "Line 5, column").await;
    look(&window, "inspector").await;
    inspect(&window, "1.1.2", "Crane checked").await;
    inspector_says(&window, "This probe cannot be read.").await;
    inspector_says(&window, "Line 9, column").await;
    inspect(&window, "1.1.3", "Tide table read").await;
    window.click(Find::Role("button", "Done")).await;
    statuses_become(&window, &["Open", "Open", "Done"]).await;
    inspect(&window, "1.1.1", "Gate answers").await;
    window.click(Find::Role("button", "Done")).await;
    statuses_become(&window, &["Done", "Open", "Done"]).await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

#[tokio::test]
async fn ten_thousand_tasks_open_and_stay_usable() {
    let stage = Stage::new("ten-thousand");
    let checklist = stage.file("large.md", ten_thousand());
    let window = stage.open(&[&checklist]).await;
    page_says(&window, "10000 items").await;
    look(&window, "preview").await;
    start_run(&window, "Large", "").await;
    look(&window, "map").await;
    view(&window, "List").await;
    find_and_tick(&window).await;
    look(&window, "list").await;
    view(&window, "Sign-off").await;
    page_says(&window, "9999 open").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

async fn find_and_tick(window: &Window<'_>) {
    window
        .fill(Find::Role("textbox", "Search items"), "step 9876")
        .await;
    statuses_become(window, &["Open"]).await;
    window
        .click(Find::Role("button", "Mark done: 99.1.76 Step 9876"))
        .await;
    statuses_become(window, &["Done"]).await;
    window.fill(Find::Role("textbox", "Search items"), "").await;
    // Down by keys from the top, as far as the first rows go.
    window.click(Find::Css("[data-row='step-1']")).await;
    inspector_says(window, "Step 1").await;
    window.press("Escape").await;
    window.press("j").await;
    window.press("Enter").await;
    inspector_says(window, "Step 2").await;
}

/// A hundred phases of a hundred tasks.
fn ten_thousand() -> String {
    let mut text = "# A large release\n".to_owned();
    for phase in 1..=100 {
        text.push_str(&format!("\n## Phase {phase}\n\n"));
        for step in 1..=100 {
            text.push_str(&format!("- [ ] Step {}\n", (phase - 1) * 100 + step));
        }
    }
    text
}
