//! A checklist that changes under its run: another version adopted, a probe edited in the
//! Inspector, and suggestions accepted before the run begins.

use std::fs;
use std::path::{Path, PathBuf};

use countersign_tests::window::{Find, Stage, Window};

use crate::gestures::{
    approve, inspect, inspector_says, look, page_says, start_run, statuses_become, told, view,
};

const CHECKLIST: &str = "# Grove release

## Readiness

- [ ] Ladder checked by the foreman
- [ ] Baskets counted
- [ ] Manifest there <!-- probe: file path=manifest.txt expect=\"exists\" -->
";

/// A checkout with a checklist in it.
fn repository(stage: &Stage, checklist: &str) -> PathBuf {
    fs::create_dir(stage.path(".git")).expect("a folder that makes it a checkout");
    stage.file("grove.md", checklist)
}

async fn open_run(window: &Window<'_>) {
    window.find(Find::Role("heading", "Grove release")).await;
    start_run(window, "Grove", "").await;
    view(window, "List").await;
    statuses_become(window, &["Open", "Open", "Open"]).await;
}

/// What the window does when one comes back to it from the editor of the file.
async fn come_back(window: &Window<'_>) {
    window
        .run("window.dispatchEvent(new Event('focus'))", vec![])
        .await;
}

async fn adopt(window: &Window<'_>) {
    window
        .click(Find::Role("button", "Adopt this version"))
        .await;
    told(window, "The run goes on with the new grove.md").await;
    window.gone(Find::Role("dialog", "")).await;
}

#[tokio::test]
async fn another_version_is_offered_explained_and_adopted() {
    let stage = Stage::new("versions");
    let checklist = repository(&stage, CHECKLIST);
    let window = stage.open(&[&checklist]).await;
    open_run(&window).await;
    window
        .click(Find::Role(
            "button",
            "Mark done: 1.1.1 Ladder checked by the foreman",
        ))
        .await;
    statuses_become(&window, &["Done", "Open", "Open"]).await;

    let next = CHECKLIST
        .replace("by the foreman", "by the foreman today")
        .replace("- [ ] Baskets", "- [ ] Truck fuelled\n- [ ] Baskets");
    fs::write(&checklist, next).expect("a checklist that may be written");
    come_back(&window).await;
    page_says(&window, "The checklist has changed since this run began").await;
    look(&window, "offered").await;
    window
        .click(Find::Role("button", "Look at the changes"))
        .await;
    window
        .find(Find::Role("dialog", "A new version of grove.md"))
        .await;
    // Something was said of the item whose text is another now, so a person decides.
    page_says(&window, "1 item needs your word").await;
    let adoption = Find::Role("button", "Adopt this version");
    assert!(
        window.attribute(adoption, "disabled").await.is_some(),
        "a version is adopted before every item is decided"
    );
    look(&window, "explained").await;
    window.click(Find::Role("button", "It is the same")).await;
    window
        .fill(Find::Role("textbox", "Why"), "The truck was forgotten.")
        .await;
    adopt(&window).await;
    statuses_become(&window, &["Done", "Open", "Open", "Open"]).await;
    page_says(&window, "Ladder checked by the foreman today").await;
    view(&window, "History").await;
    page_says(&window, "The truck was forgotten.").await;
    look(&window, "adopted").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

#[tokio::test]
async fn a_probe_edited_in_the_inspector_changes_its_own_bytes_and_no_other() {
    let stage = Stage::new("edited-probe");
    stage.file("manifest.txt", "12 containers\n");
    let checklist = repository(&stage, CHECKLIST);
    let window = stage.open(&[&checklist]).await;
    open_run(&window).await;
    inspect(&window, "1.1.3", "Manifest there").await;
    window.click(Find::Role("button", "Edit probe")).await;
    let source = Find::Role("textbox", "The probe as YAML");
    let save = Find::Role("button", "Save to the file");
    window.find(source).await;
    set(
        &window,
        "probe: file\npath: manifest.txt\nexpect: size > 5 s\n",
    )
    .await;
    window
        .wait_until("the mistake to be named", async || {
            window.attribute(source, "aria-invalid").await.is_some()
        })
        .await;
    assert!(
        window.attribute(save, "disabled").await.is_some(),
        "a probe that cannot be read can be saved"
    );
    look(&window, "mistaken").await;

    set(
        &window,
        "probe: file\npath: manifest.txt\nexpect: text contains 'containers'\n",
    )
    .await;
    window
        .wait_until("the probe to be one that may be saved", async || {
            window.attribute(save, "disabled").await.is_none()
        })
        .await;
    look(&window, "mended").await;
    window.click(save).await;
    adopt(&window).await;
    probe_only(&checklist);

    window.click(Find::Role("button", "Run probe")).await;
    approve(&window, 1).await;
    inspector_says(&window, "text contains").await;
    statuses_become(&window, &["Open", "Open", "Verified by probe"]).await;
    look(&window, "run").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

/// Puts this text into the editor as a paste would.
async fn set(window: &Window<'_>, yaml: &str) {
    let script = "const area = document.querySelector('[aria-label=\"The probe as YAML\"]');
        area.focus();
        area.select();
        return document.execCommand('insertText', false, arguments[0]);";
    let done = window.run(script, vec![serde_json::json!(yaml)]).await;
    assert_eq!(done, serde_json::json!(true), "the editor takes no text");
}

/// Only the comment of the third item differs from the checklist that was opened.
fn probe_only(checklist: &Path) {
    let after = fs::read_to_string(checklist).expect("the checklist");
    assert!(after.contains("text contains 'containers'"), "{after}");
    assert_eq!(without_probe(&after), without_probe(CHECKLIST));
}

fn without_probe(text: &str) -> String {
    let probe = text.find("<!--").expect("a probe")..text.find("-->").expect("its end") + 3;
    let mut text = text.to_owned();
    text.replace_range(probe, "");
    text
}

#[tokio::test]
async fn suggestions_are_completed_and_written_below_their_items() {
    const PLAIN: &str = "# Grove release

## Readiness

- [ ] Ladder checked
- [ ] SSL certificate valid
- [ ] CHANGELOG has an entry for the version
";
    let stage = Stage::new("suggested");
    let checklist = repository(&stage, PLAIN);
    let window = stage.open(&[&checklist]).await;
    window.find(Find::Role("heading", "Grove release")).await;
    page_says(&window, "Your file is not changed").await;
    look(&window, "offered").await;
    window
        .fill(Find::Role("textbox", "HOST"), "grove.example.org")
        .await;
    window
        .click(Find::Role("button", "Accept this tls probe"))
        .await;
    page_says(&window, "1 probe added, nothing else changed").await;
    look(&window, "accepted").await;

    let after = fs::read_to_string(&checklist).expect("the checklist");
    assert!(after.contains("host=grove.example.org"), "{after}");
    assert_eq!(without_probe(&after).replace(" \n", "\n"), PLAIN);

    start_run(&window, "Grove", "").await;
    view(&window, "List").await;
    inspect(&window, "1.1.2", "SSL certificate valid").await;
    inspector_says(&window, "grove.example.org").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}
