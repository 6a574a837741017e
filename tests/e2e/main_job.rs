//! The main job: a real checklist opened, run, worked through, signed, exported, and found again.

use std::process::Command;

use countersign_tests::window::{Find, Stage, Window, tools};

use serde_json::json;

use crate::gestures::{
    card_says, choose, date, inspect, inspector_says, introduce, look, open_while_running,
    output_of, page_says, pick, reason, view,
};
use crate::signatures::{run_named, verified};

const BAKHMACH: &str = include_str!("../../checklists/bakhmach.md");
const PASSPHRASE: &str = "seven green tiles";

#[tokio::test]
async fn a_release_manager_does_the_whole_job_on_bakhmach() {
    let stage = Stage::new("bakhmach");
    let checklist = stage.file("bakhmach.md", BAKHMACH);

    let window = stage.open(&[]).await;
    first_start(&window).await;
    open_by_argument(&window, &stage, &checklist).await;
    start_the_run(&window).await;
    work(&window).await;
    sign(&window).await;
    go_stale_and_come_back(&window).await;
    export(&window, &stage).await;
    share_the_store(&window, &stage).await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;

    assert_eq!(
        std::fs::read_to_string(&checklist).expect("the checklist is still there"),
        BAKHMACH,
        "the checklist was changed"
    );
    let window = stage.open(&[]).await;
    find_everything(&window).await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

async fn first_start(window: &Window<'_>) {
    window
        .find(Find::Role(
            "heading",
            "A deployment checklist that becomes its own record",
        ))
        .await;
    introduce(window, "Dana Petrenko").await;
    look(window, "welcome").await;

    window.click(Find::Role("button", "See a signed run")).await;
    card_says(window, "Engineering Lead", "current").await;
    card_says(window, "QA Lead", "current").await;
    window.find(Find::Text("sample")).await;
    look(window, "sample").await;
    view(window, "Report").await;
    window
        .wait_until("the first page of the report", async || {
            let drawn =
                "return document.querySelector('img[alt^=\"Page 1 of\"]')?.naturalWidth > 0";
            window.run(drawn, vec![]).await == json!(true)
        })
        .await;
    look(window, "sample-report").await;
}

/// A second start of the app hands its file to the window that is open already.
async fn open_by_argument(window: &Window<'_>, stage: &Stage, checklist: &std::path::Path) {
    open_while_running(window, stage, &[checklist]);
    window
        .find(Find::Role(
            "heading",
            "Deployment Checklist for Bakhmach Business Hub",
        ))
        .await;
    window.find(Find::Text("Your file is not changed")).await;
    page_says(window, "115 items").await;
    page_says(window, "14 rollback steps").await;
    let tiles = window
        .all(Find::Css("[aria-label='Map of the checklist'] [data-item]"))
        .await;
    assert_eq!(tiles.len(), 129, "every item and rollback step is a tile");
    look(window, "preview").await;
    window.click(Find::Role("button", "Start a run")).await;
}

async fn start_the_run(window: &Window<'_>) {
    window
        .fill(Find::Role("textbox", "Name of the run"), "Business Hub")
        .await;
    window.fill(Find::Role("textbox", "Release"), "2.4.0").await;
    window
        .fill(Find::Role("textbox", "Environment"), "production")
        .await;
    date(window, "Deployment time", "24 11 2031 18 00").await;
    pick(window, "Time zone of the deployment", "kyiv", "Europe/Kyiv").await;
    page_says(window, "Mon 24 Nov 2031, 18:00").await;
    look(window, "new-run").await;
    window.click(Find::Role("button", "Start the run")).await;

    window.find(Find::Role("tab", "Map")).await;
    page_says(window, "Business Hub 2.4.0").await;
    page_says(window, "Mon 24 Nov 2031, 18:00 EET").await;
    look(window, "map-fresh").await;
}

async fn work(window: &Window<'_>) {
    view(window, "List").await;
    // By click.
    window
        .click(Find::Role(
            "button",
            "Mark done: 1.1.5 Security scanning completed",
        ))
        .await;
    window
        .find(Find::Role(
            "button",
            "Open again: 1.1.5 Security scanning completed",
        ))
        .await;
    // By keyboard: from the row that was opened two further down, and a tick.
    window
        .click(Find::Css("[data-row='readme-md-up-to-date']"))
        .await;
    window.press("Escape").await;
    window.gone(Find::Css(".inspector")).await;
    window.press("j").await;
    window.press("ArrowDown").await;
    window.press("Space").await;
    window
        .find(Find::Role(
            "button",
            "Open again: 1.2.3 Architecture documentation reviewed",
        ))
        .await;

    inspect(window, "1.2.4", "Deployment guide reviewed").await;
    choose(window, "Other statuses", "Failed…").await;
    reason(window, "Step 7 is missing", "Mark failed").await;
    inspector_says(window, "Step 7 is missing").await;
    inspector_says(window, "Failed · Dana Petrenko").await;
    look(window, "list-failed").await;

    inspect(window, "1.2.6", "Development setup guide tested").await;
    window.click(Find::Role("button", "N/A")).await;
    reason(
        window,
        "No developer joins with this release",
        "Mark not applicable",
    )
    .await;
    inspector_says(window, "Not applicable · Dana Petrenko").await;

    inspect(window, "1.3.4", "Secrets secured in vault").await;
    window.click(Find::Role("button", "Ask waiver")).await;
    reason(window, "The vault moves next week", "Ask for the waiver").await;
    inspector_says(window, "Waiver waits for acceptance").await;
    inspector_says(window, "The vault moves next week").await;
    look(window, "list-waiver").await;

    view(window, "Map").await;
    page_says(window, "Deployment guide reviewed").await;
    look(window, "map-worked").await;
}

async fn sign(window: &Window<'_>) {
    view(window, "Sign-off").await;
    card_says(window, "Product Owner", "Sign as Product Owner").await;
    look(window, "signoff-open").await;
    window
        .click(Find::Role("button", "Sign as Product Owner"))
        .await;
    page_says(window, "Dana Petrenko has no key yet.").await;
    window
        .fill(
            Find::Role("textbox", "Passphrase for the new key"),
            PASSPHRASE,
        )
        .await;
    window
        .fill(Find::Role("textbox", "The same once more"), PASSPHRASE)
        .await;
    window.click(Find::Role("button", "Create a key")).await;
    window
        .find(Find::Role("textbox", "Passphrase of the key"))
        .await;
    // Something failed, so nobody can approve as if nothing had.
    let approve = Find::Role("radio", "Approve Not possible yet");
    assert!(
        window.attribute(approve, "disabled").await.is_some(),
        "approving is offered although an item failed"
    );
    window
        .click(Find::Role("radio", "Approve with conditions"))
        .await;
    window
        .fill(
            Find::Role("textbox", "Condition 1"),
            "Step 7 is written before 18:00",
        )
        .await;
    window
        .fill(
            Find::Role("textbox", "Passphrase of the key"),
            "not the passphrase",
        )
        .await;
    window
        .click(Find::Role("button", "Sign: approve with conditions"))
        .await;
    window
        .find(Find::Css("[role='dialog'] [role='alert']"))
        .await;
    look(window, "sign-refused").await;
    window
        .fill(Find::Role("textbox", "Passphrase of the key"), PASSPHRASE)
        .await;
    window
        .click(Find::Role("button", "Sign: approve with conditions"))
        .await;
    window.gone(Find::Role("dialog", "Sign Go/no-go")).await;
    card_says(window, "Product Owner", "current").await;
    card_says(window, "Product Owner", "Step 7 is written before 18:00").await;
    card_says(window, "Product Owner", "Dana Petrenko").await;
    look(window, "signoff-signed").await;
}

async fn go_stale_and_come_back(window: &Window<'_>) {
    view(window, "List").await;
    inspect(window, "1.2.5", "Troubleshooting guide reviewed").await;
    window.click(Find::Role("button", "Done")).await;
    inspector_says(window, "Done · Dana Petrenko").await;
    view(window, "Sign-off").await;
    card_says(window, "Product Owner", "stale").await;
    card_says(window, "Product Owner", "Troubleshooting guide reviewed").await;
    look(window, "signoff-stale").await;

    view(window, "List").await;
    choose(window, "Other statuses", "Undo the last change").await;
    inspector_says(window, "Open").await;
    view(window, "Sign-off").await;
    card_says(window, "Product Owner", "current").await;

    view(window, "List").await;
    window.click(Find::Role("button", "Done")).await;
    inspector_says(window, "Done · Dana Petrenko").await;
    view(window, "Sign-off").await;
    card_says(window, "Product Owner", "stale").await;
    window.click(Find::Role("button", "Sign again")).await;
    window
        .click(Find::Role("radio", "Approve with conditions"))
        .await;
    window
        .fill(Find::Role("textbox", "Condition 1"), "Step 7 is written")
        .await;
    window
        .fill(Find::Role("textbox", "Passphrase of the key"), PASSPHRASE)
        .await;
    window
        .click(Find::Role("button", "Sign: approve with conditions"))
        .await;
    window.gone(Find::Role("dialog", "Sign Go/no-go")).await;
    card_says(window, "Product Owner", "current").await;
}

async fn export(window: &Window<'_>, stage: &Stage) {
    let pdf = stage.path("report.pdf");
    choose(window, "Export", "Report as PDF…").await;
    window.answer_dialog("Save the report as PDF", &pdf).await;
    window.find(Find::Text("report.pdf")).await;
    let facts = output_of(command("pdfinfo", &[pdf.as_os_str()]));
    assert!(facts.contains("Pages:"), "{facts}");
    assert!(facts.contains("Business Hub"), "no title: {facts}");
    let text = output_of(command("pdftotext", &[pdf.as_os_str(), "-".as_ref()]));
    for words in [
        "Business Hub",
        "2.4.0",
        "Security scanning completed",
        "Step 7 is missing",
        "The vault moves next week",
        "Dana Petrenko",
        "Product Owner",
    ] {
        assert!(text.contains(words), "the PDF has no “{words}”:\n{text}");
    }

    let markdown = stage.path("report.md");
    choose(window, "Export", "Report as Markdown…").await;
    window
        .answer_dialog("Save the report as Markdown", &markdown)
        .await;
    window.find(Find::Text("report.md")).await;
    let text = std::fs::read_to_string(&markdown).expect("the report is written");
    for words in [
        "- [x] Security scanning completed",
        "Step 7 is missing",
        "Step 7 is written",
        "Dana Petrenko",
    ] {
        assert!(
            text.contains(words),
            "the Markdown has no “{words}”:\n{text}"
        );
    }
}

/// The command line works on the store of the open window, which sees what it does.
async fn share_the_store(window: &Window<'_>, stage: &Stage) {
    let run = run_named(stage, "Business Hub");
    assert_eq!(verified(stage, &run).len(), 2, "signed twice");

    view(window, "List").await;
    inspect(window, "1.3.3", "Environment variables configured").await;
    inspector_says(window, "Open").await;
    output_of(stage.countersign(&["run", "set", &run, "1.3.3", "done"]));
    inspector_says(window, "Done").await;
    view(window, "Sign-off").await;
    card_says(window, "Product Owner", "stale").await;
}

async fn find_everything(window: &Window<'_>) {
    window
        .click(Find::Role("button", "Business Hub 2.4.0"))
        .await;
    page_says(window, "Mon 24 Nov 2031, 18:00 EET").await;
    view(window, "Sign-off").await;
    card_says(window, "Product Owner", "stale").await;
    card_says(window, "Product Owner", "Step 7 is written").await;
    view(window, "List").await;
    window
        .find(Find::Role(
            "button",
            "Open again: 1.1.5 Security scanning completed",
        ))
        .await;
    inspect(window, "1.2.4", "Deployment guide reviewed").await;
    inspector_says(window, "Step 7 is missing").await;
    inspect(window, "1.3.4", "Secrets secured in vault").await;
    inspector_says(window, "Waiver waits for acceptance").await;
    view(window, "History").await;
    page_says(window, "Security scanning completed").await;
    look(window, "history").await;
}

fn command(program: &str, arguments: &[&std::ffi::OsStr]) -> Command {
    let mut command = Command::new(tools::installed(program));
    command.args(arguments);
    command
}
