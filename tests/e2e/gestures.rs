//! What people do in many stories, in the words of the screens.

use std::path::Path;
use std::process::Command;

use countersign_tests::window::{Find, Stage, Window, tools};
use serde_json::json;

/// Chooses an entry of the menu behind a button.
pub async fn choose(window: &Window<'_>, button: &str, entry: &str) {
    window.click(Find::Role("button", button)).await;
    window.click(Find::Role("menuitem", entry)).await;
    window.gone(Find::Role("menuitem", entry)).await;
}

/// Shows one of the views of the open run.
pub async fn view(window: &Window<'_>, name: &str) {
    window.click(Find::Role("tab", name)).await;
    window
        .wait_until(&format!("the view {name}"), async || {
            window
                .attribute(Find::Role("tab", name), "aria-selected")
                .await
                .as_deref()
                == Some("true")
        })
        .await;
}

/// Says at the welcome who is at this laptop.
pub async fn introduce(window: &Window<'_>, name: &str) {
    window.fill(Find::Role("textbox", "Your name"), name).await;
    window.click(Find::Role("button", "That is me")).await;
    window.gone(Find::Role("textbox", "Your name")).await;
}

/// Starts a run of the checklist that is shown, in an environment where one is named.
pub async fn start_run(window: &Window<'_>, name: &str, environment: &str) {
    window.click(Find::Role("button", "Start a run")).await;
    window
        .fill(Find::Role("textbox", "Name of the run"), name)
        .await;
    if !environment.is_empty() {
        window
            .fill(Find::Role("textbox", "Environment"), environment)
            .await;
    }
    window.click(Find::Role("button", "Start the run")).await;
    window.find(Find::Role("tab", "Map")).await;
}

/// Approves all of the probes that the open dialog lists, and waits until it has gone.
pub async fn approve(window: &Window<'_>, count: usize) {
    let action = format!("Approve and run {count}");
    window.click(Find::Role("button", &action)).await;
    window.gone(Find::Role("dialog", "Run ")).await;
}

/// Finds an item by its words in the List and opens its Inspector.
pub async fn inspect(window: &Window<'_>, number: &str, words: &str) {
    window
        .fill(Find::Role("textbox", "Search items"), words)
        .await;
    let row = format!("[data-row=\"{}\"]", slug(words));
    window.click(Find::Css(&row)).await;
    let name = format!("Item {number}");
    window.find(Find::Role("complementary", &name)).await;
    window.fill(Find::Role("textbox", "Search items"), "").await;
}

/// The id that a line of a checklist gets from its words, as long as they are plain.
fn slug(words: &str) -> String {
    words.to_lowercase().replace(' ', "-")
}

/// Gives a reason in the dialog of a status and confirms it.
pub async fn reason(window: &Window<'_>, text: &str, action: &str) {
    window.fill(Find::Role("textbox", "Reason"), text).await;
    window.click(Find::Role("button", action)).await;
    window.gone(Find::Role("dialog", "")).await;
}

/// The text of the Inspector.
pub async fn inspector(window: &Window<'_>) -> String {
    window.text(Find::Css(".inspector")).await
}

/// Waits until the Inspector has these words.
pub async fn inspector_says(window: &Window<'_>, words: &str) {
    window
        .wait_until(&format!("the Inspector to say “{words}”"), async || {
            inspector(window).await.contains(words)
        })
        .await;
}

/// Waits until the card of a role at the shown sign-off point has these words.
pub async fn card_says(window: &Window<'_>, role: &str, words: &str) {
    let script = "
        const card = [...document.querySelectorAll('article')]
            .find((each) => each.querySelector('h2')?.innerText.trim() === arguments[0]);
        return card?.innerText.replace(/\\s+/g, ' ') ?? '';";
    window
        .wait_until(
            &format!("the card of {role} to say “{words}”"),
            async || {
                let text = window.run(script, vec![json!(role)]).await;
                text.as_str().unwrap_or_default().contains(words)
            },
        )
        .await;
}

/// The status of each item in the List, in words.
pub async fn statuses(window: &Window<'_>) -> Vec<String> {
    let script = "return [...document.querySelectorAll('[data-row]')]
        .map((row) => row.querySelector('.visually-hidden').textContent.trim())";
    let words = window.run(script, vec![]).await;
    words
        .as_array()
        .unwrap_or(&vec![json!("no list")])
        .iter()
        .map(|word| word.as_str().unwrap_or_default().to_owned())
        .collect()
}

/// Waits until the items in the List have these statuses.
pub async fn statuses_become(window: &Window<'_>, wanted: &[&str]) {
    window
        .wait_until(&format!("the statuses {wanted:?}"), async || {
            statuses(window).await == wanted
        })
        .await;
}

/// Waits until a short message at the edge of the window has these words.
pub async fn told(window: &Window<'_>, words: &str) {
    window
        .wait_until(&format!("a message to say “{words}”"), async || {
            let script =
                "return document.querySelector('.shelf')?.innerText.replace(/\\s+/g, ' ') ?? ''";
            let text = window.run(script, vec![]).await;
            text.as_str().unwrap_or_default().contains(words)
        })
        .await;
}

/// Waits until the page has these words anywhere, hidden ones not counted.
pub async fn page_says(window: &Window<'_>, words: &str) {
    window
        .wait_until(&format!("the page to say “{words}”"), async || {
            let text = window.run(
                "return document.body.innerText.replace(/\\s+/g, ' ')",
                vec![],
            );
            text.await.as_str().unwrap_or_default().contains(words)
        })
        .await;
}

/// Sets a field that is typed segment by segment to a time such as `24112031 1800`.
pub async fn date(window: &Window<'_>, label: &str, digits: &str) {
    let first = format!("[aria-label=\"{label}\"] [data-segment=\"day\"]");
    window.click(Find::Css(&first)).await;
    for digit in digits.chars().filter(char::is_ascii_digit) {
        window.press(&digit.to_string()).await;
    }
}

/// Chooses the one option that a list narrows to while one types.
pub async fn pick(window: &Window<'_>, label: &str, typed: &str, option: &str) {
    let field = Find::Role("combobox", label);
    window.click(field).await;
    window.type_into(field, typed).await;
    window
        .wait_until(&format!("only {option} to be offered"), async || {
            window.all(Find::Role("option", "")).await.len() == 1
        })
        .await;
    window.click(Find::Role("option", option)).await;
    let script = "return document.querySelector('[role=combobox][aria-label=\"' + arguments[0] + '\"]').value";
    window
        .wait_until(&format!("{option} to be chosen"), async || {
            window.run(script, vec![json!(label)]).await == json!(option)
        })
        .await;
}

/// Shows the window in a theme and looks at it.
pub async fn look(window: &Window<'_>, name: &str) {
    for theme in ["light", "dark"] {
        window
            .run(
                "document.documentElement.dataset.theme = arguments[0]",
                vec![json!(theme)],
            )
            .await;
        window.screenshot(&format!("{name}-{theme}")).await;
    }
    window
        .run("document.documentElement.dataset.theme = 'light'", vec![])
        .await;
}

/// Starts the app once more with these files; the open window takes them over.
pub fn open_while_running(window: &Window<'_>, stage: &Stage, files: &[&Path]) {
    let mut second = Command::new(tools::built("countersign-desktop"));
    second
        .arg("--store")
        .arg(stage.store())
        .args(files)
        .envs(stage.environment())
        .env("DISPLAY", window.display());
    output_of(second);
}

/// Runs a program to its end and returns what it printed; it must succeed.
pub fn output_of(mut command: Command) -> String {
    let shown = format!("{command:?}");
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{shown} did not start: {error}"));
    assert!(
        output.status.success(),
        "{shown} ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
