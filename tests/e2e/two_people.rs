//! Two people at one laptop: what one proposes the other accepts, and both countersign with a
//! key of their own.

use countersign_tests::window::{Find, Stage, Window};

use crate::gestures::{
    card_says, choose, inspect, inspector_says, introduce, look, output_of, page_says, reason, view,
};
use crate::signatures::{run_named, verified};

const CHECKLIST: &str = "# Harbour release

## Readiness

- [ ] Hull inspected
- [ ] Radio tested
- [ ] Charts updated

## Sign-Off

- [ ] QA Lead: _______________
- [ ] Engineering Lead: _______________
";
const DANA: &str = "seven green tiles";
const ARTEM: &str = "eleven grey gulls";

#[tokio::test]
async fn two_people_accept_a_waiver_and_countersign_one_point() {
    let stage = Stage::new("two-people");
    let checklist = stage.file("harbour.md", CHECKLIST);
    let window = stage.open(&[]).await;
    introduce(&window, "Dana Petrenko").await;
    people_with_keys(&window).await;
    let path = checklist.display().to_string();
    output_of(stage.countersign(&["run", "new", &path, "--name", "Harbour"]));
    a_waiver_needs_another_person(&window).await;
    both_sign(&window).await;

    let signed = verified(&stage, &run_named(&stage, "Harbour"));
    let who: Vec<_> = signed
        .iter()
        .map(|each| (each.name.as_str(), each.role.as_str()))
        .collect();
    assert_eq!(
        who,
        [
            ("Artem Koval", "engineering-lead"),
            ("Dana Petrenko", "qa-lead")
        ]
    );
    assert_ne!(signed[0].key, signed[1].key, "each has a key of their own");

    undo_what_was_signed(&window).await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

async fn people_with_keys(window: &Window<'_>) {
    window.click(Find::Role("button", "People")).await;
    create_key(window, DANA).await;
    page_says(window, "Dana Petrenko has a key").await;
    window.click(Find::Role("button", "Add a person")).await;
    window
        .fill(Find::Role("textbox", "Name"), "Artem Koval")
        .await;
    window.click(Find::Role("button", "Add")).await;
    window.gone(Find::Role("dialog", "Add a person")).await;
    sit_down(window, "Artem Koval").await;
    create_key(window, ARTEM).await;
    page_says(window, "Artem Koval has a key").await;
    look(window, "people").await;
}

async fn create_key(window: &Window<'_>, passphrase: &str) {
    window.click(Find::Role("button", "Create a key")).await;
    for field in ["Passphrase for the new key", "The same once more"] {
        window.fill(Find::Role("textbox", field), passphrase).await;
    }
    window.click(Find::Role("button", "Create a key")).await;
    window
        .gone(Find::Role("textbox", "The same once more"))
        .await;
}

/// Another person takes the chair: under People they say so.
async fn sit_down(window: &Window<'_>, name: &str) {
    window.click(Find::Role("button", "People")).await;
    choose(window, &format!("More for {name}"), "Edit…").await;
    window
        .click(Find::Role("checkbox", "This is me, at this laptop"))
        .await;
    window.click(Find::Role("button", "Save")).await;
    window.gone(Find::Role("dialog", "Edit ")).await;
    let who = format!("{name} device");
    window
        .wait_until(&format!("{name} to be at this laptop"), async || {
            window.shows(Find::Role("button", &who)).await
        })
        .await;
}

async fn a_waiver_needs_another_person(window: &Window<'_>) {
    sit_down(window, "Dana Petrenko").await;
    window.click(Find::Role("button", "Harbour")).await;
    view(window, "List").await;
    inspect(window, "1.1.1", "Hull inspected").await;
    window.click(Find::Role("button", "Done")).await;
    inspector_says(window, "Done · Dana Petrenko").await;

    sit_down(window, "Artem Koval").await;
    window.click(Find::Role("button", "Harbour")).await;
    view(window, "List").await;
    inspect(window, "1.1.2", "Radio tested").await;
    window.click(Find::Role("button", "Ask waiver")).await;
    reason(
        window,
        "The radio is tested on the water",
        "Ask for the waiver",
    )
    .await;
    inspector_says(window, "Waiver waits for acceptance").await;
    inspector_says(window, "somebody else than the proposer has to accept it").await;
    assert!(
        !window
            .shows(Find::Role("button", "Accept the waiver"))
            .await,
        "one's own waiver can be accepted"
    );
    look(window, "waiver-proposed").await;

    sit_down(window, "Dana Petrenko").await;
    window.click(Find::Role("button", "Harbour")).await;
    view(window, "List").await;
    window
        .click(Find::Role("button", "Accept the waiver"))
        .await;
    inspector_says(window, "Waiver accepted").await;
    inspector_says(window, "accepted by Dana Petrenko").await;
    look(window, "waiver-accepted").await;
    inspect(window, "1.1.3", "Charts updated").await;
    window.click(Find::Role("button", "Done")).await;
    inspector_says(window, "Done · Dana Petrenko").await;
}

async fn both_sign(window: &Window<'_>) {
    view(window, "Sign-off").await;
    sign(window, "QA Lead", "", DANA).await;
    card_says(window, "Engineering Lead", "Sign as Engineering Lead").await;
    sign(window, "Engineering Lead", "Artem Koval", ARTEM).await;
    page_says(window, "Go/no-go 2 of 2").await;
    look(window, "signed").await;
}

/// Approves as a role; another person than the one at the laptop is chosen by name.
async fn sign(window: &Window<'_>, role: &str, person: &str, passphrase: &str) {
    let button = format!("Sign as {role}");
    window.click(Find::Role("button", &button)).await;
    if !person.is_empty() {
        window.click(Find::Role("combobox", "Who signs")).await;
        window.click(Find::Role("option", person)).await;
        window.gone(Find::Role("option", person)).await;
    }
    window
        .fill(Find::Role("textbox", "Passphrase of the key"), passphrase)
        .await;
    window.click(Find::Role("button", "Sign: approve")).await;
    window.gone(Find::Role("dialog", "Sign ")).await;
    card_says(window, role, "current").await;
}

/// What both had signed is taken back: both signatures are stale, and say why.
async fn undo_what_was_signed(window: &Window<'_>) {
    view(window, "List").await;
    inspect(window, "1.1.1", "Hull inspected").await;
    choose(window, "Other statuses", "Undo the last change").await;
    inspector_says(window, "Open").await;
    view(window, "Sign-off").await;
    for role in ["QA Lead", "Engineering Lead"] {
        card_says(window, role, "stale").await;
        card_says(window, role, "Hull inspected").await;
    }
    look(window, "undone").await;
}
