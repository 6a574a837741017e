//! The second seed: its phases have windows, it is taken back, and it is measured by criteria.

use countersign_tests::window::{Find, Stage, Window};

use crate::gestures::{look, page_says, view};

#[tokio::test]
async fn hamsaya_is_rolled_back_with_its_people_and_placeholders_at_hand() {
    let stage = Stage::new("hamsaya");
    let window = stage.open(&[]).await;
    window
        .click(Find::Role(
            "button",
            "Hamsaya Platform Deployment Checklist",
        ))
        .await;
    page_says(&window, "124 items").await;
    let tiles = window
        .all(Find::Css("[aria-label='Map of the checklist'] [data-item]"))
        .await;
    assert_eq!(tiles.len(), 127, "124 items and 3 steps back");
    look(&window, "preview").await;
    window.click(Find::Role("button", "Start a run")).await;
    window
        .fill(Find::Role("textbox", "Name of the run"), "Hamsaya")
        .await;
    window.fill(Find::Role("textbox", "Release"), "3.1.0").await;
    window.click(Find::Role("button", "Start the run")).await;

    page_says(&window, "Success criteria 0 of 6").await;
    page_says(&window, "Zero downtime achieved").await;
    page_says(&window, "P95 response time < 500ms").await;
    look(&window, "map").await;

    view(&window, "Rollback").await;
    page_says(&window, "Dormant").await;
    page_says(&window, "<backup-name>").await;
    page_says(&window, "On-Call Engineer").await;
    look(&window, "rollback-dormant").await;
    window
        .click(Find::Role("button", "Activate the rollback…"))
        .await;
    window
        .fill(Find::Role("textbox", "Why"), "Errors over 5 % since 18:20")
        .await;
    window
        .click(Find::Role("button", "Activate the rollback"))
        .await;
    window.gone(Find::Role("dialog", "")).await;
    page_says(&window, "Rollback under way").await;
    page_says(&window, "Errors over 5 % since 18:20").await;
    page_says(&window, "0 of 3 steps").await;
    window.click(Find::Role("button", "Done")).await;
    page_says(&window, "1 of 3 steps").await;
    let now = window.text(Find::Css("[aria-current='step']")).await;
    assert!(now.contains("Rollback database migrations"), "{now}");
    look(&window, "rollback-active").await;

    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;

    let window = stage.open(&[]).await;
    window.click(Find::Role("button", "Hamsaya 3.1.0")).await;
    view(&window, "Rollback").await;
    page_says(&window, "1 of 3 steps").await;
    the_clock_runs_until_it_is_over(&window).await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

async fn the_clock_runs_until_it_is_over(window: &Window<'_>) {
    let clock = Find::Role("timer", "Time since it was activated");
    let before = window.text(clock).await;
    window
        .wait_until("the clock to run", async || {
            window.text(clock).await != before
        })
        .await;
    for resolved in ["2 of 3 steps", "3 of 3 steps"] {
        window.click(Find::Role("button", "Done")).await;
        page_says(window, resolved).await;
    }
    page_says(window, "every step is resolved").await;
    look(window, "rollback-over").await;
    window
        .click(Find::Role("button", "Close the rollback"))
        .await;
    page_says(window, "Dormant").await;
    // What happened stays on the record of the run.
    page_says(window, "Errors over 5 % since 18:20").await;
    look(window, "rollback-closed").await;
}
