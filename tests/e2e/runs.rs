//! Several runs side by side: archived, duplicated, and deployed in more than one attempt.

use countersign_tests::window::{Find, Stage, Window};

use crate::gestures::{
    choose, inspect, inspector_says, introduce, look, output_of, page_says, statuses_become, view,
};

const CHECKLIST: &str = "# Orchard release

## Pre-deployment

- [ ] Ladder checked

## Deployment

- [ ] Apples picked

## Post-deployment

- [ ] Baskets counted

## Sign-Off

- [ ] QA Lead: _______________
";

#[tokio::test]
async fn runs_are_kept_apart_archived_duplicated_and_tried_again() {
    let stage = Stage::new("runs");
    let checklist = stage.file("orchard.md", CHECKLIST).display().to_string();
    let window = stage.open(&[]).await;
    introduce(&window, "Dana Petrenko").await;
    // Three releases begun elsewhere, on the command line, stand in the open window at once.
    for release in ["3.0", "3.1", "3.2"] {
        let new = ["run", "new", &checklist, "--name", "Orchard", "--release"];
        output_of(stage.countersign(&[&new[..], &[release]].concat()));
        let name = format!("Orchard {release}");
        window.find(Find::Role("button", &name)).await;
    }
    each_run_has_its_own_state(&window).await;
    archived_and_taken_out_again(&window).await;
    duplicated_into_the_next_release(&window).await;
    rolled_back_and_tried_again(&window).await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

async fn each_run_has_its_own_state(window: &Window<'_>) {
    window.click(Find::Role("button", "Orchard 3.1")).await;
    view(window, "List").await;
    inspect(window, "1.1.1", "Ladder checked").await;
    window.click(Find::Role("button", "Done")).await;
    inspector_says(window, "Done · Dana Petrenko").await;
    statuses_become(window, &["Done", "Open", "Open"]).await;
    window.click(Find::Role("button", "Orchard 3.2")).await;
    statuses_become(window, &["Open", "Open", "Open"]).await;
    window.click(Find::Role("button", "Orchard 3.1")).await;
    statuses_become(window, &["Done", "Open", "Open"]).await;
}

async fn archived_and_taken_out_again(window: &Window<'_>) {
    window.click(Find::Role("button", "Orchard 3.0")).await;
    page_says(window, "Orchard 3.0").await;
    choose(window, MORE, "Archive").await;
    window.find(Find::Role("button", "Archived 1")).await;
    window.gone(Find::Css("nav [aria-current='page']")).await;
    look(window, "archived").await;
    window.click(Find::Role("button", "Archived 1")).await;
    window.click(Find::Role("button", "Orchard 3.0")).await;
    choose(window, MORE, "Take out of the archive").await;
    window.gone(Find::Role("button", "Archived 1")).await;
}

/// The button of the run's own menu.
const MORE: &str = "More for this run";

async fn duplicated_into_the_next_release(window: &Window<'_>) {
    window.click(Find::Role("button", "Orchard 3.1")).await;
    choose(window, MORE, "Duplicate into the next release…").await;
    window.find(Find::Role("heading", "The next release")).await;
    let name = window.find(Find::Role("textbox", "Name of the run")).await;
    let name = name.prop("value").await.expect("the field has a value");
    assert_eq!(name.as_deref(), Some("Orchard"));
    window.fill(Find::Role("textbox", "Release"), "3.3").await;
    look(window, "next-release").await;
    window.click(Find::Role("button", "Start the run")).await;
    window.find(Find::Role("button", "Orchard 3.3")).await;
    view(window, "List").await;
    // What was done for one release says nothing about the next.
    statuses_become(window, &["Open", "Open", "Open"]).await;
}

async fn rolled_back_and_tried_again(window: &Window<'_>) {
    for (number, words) in [("1.1.1", "Ladder checked"), ("2.1.1", "Apples picked")] {
        inspect(window, number, words).await;
        window.click(Find::Role("button", "Done")).await;
        inspector_says(window, "Done · Dana Petrenko").await;
    }
    choose(window, MORE, "Start the deployment…").await;
    window
        .click(Find::Role("button", "Start the deployment"))
        .await;
    window.gone(Find::Role("dialog", "Start")).await;
    page_says(window, "started").await;
    choose(window, MORE, "Deployed…").await;
    window.click(Find::Role("button", "Deployed")).await;
    window.gone(Find::Role("dialog", "Deployed")).await;
    page_says(window, "deployed").await;
    choose(window, MORE, "End this attempt…").await;
    window.click(Find::Role("radio", "Rolled back")).await;
    window
        .fill(
            Find::Role("textbox", "Reason"),
            "Half of the apples were green",
        )
        .await;
    look(window, "end-attempt").await;
    window.click(Find::Role("button", "End this attempt")).await;
    window.gone(Find::Role("dialog", "End this attempt")).await;
    page_says(window, "rolled back").await;
    look(window, "rolled-back").await;

    choose(window, MORE, "New attempt…").await;
    window.click(Find::Role("button", "New attempt")).await;
    window.gone(Find::Role("dialog", "New attempt")).await;
    page_says(window, "attempt 2").await;
    // What was prepared holds; what was deployed is done again.
    statuses_become(window, &["Done · carried", "Open", "Open"]).await;
    view(window, "History").await;
    page_says(window, "Half of the apples were green").await;
    look(window, "second-attempt").await;
}
