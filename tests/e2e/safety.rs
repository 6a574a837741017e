//! What the page cannot do, whatever comes to run in it.

use countersign_tests::window::{Stage, Window};
use serde_json::json;

/// What a call of the shell is answered with: `ok`, or the refusal.
async fn answer(window: &Window<'_>, command: &str) -> String {
    let script = "
        const done = await window.__TAURI_INTERNALS__.invoke(arguments[0], {}).then(() => 'ok', String);
        return done;";
    let answer = window.run(script, vec![json!(command)]).await;
    answer.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere_and_runs_no_text() {
    let stage = Stage::new("safety-content");
    let window = stage.open(&[]).await;
    // The address belongs to nobody (RFC 2606), so that only the policy's own
    // complaint tells a refusal from a failed look-up.
    let fetched =
        "return await fetch('https://countersign.invalid/').then(() => 'loaded', () => 'refused')";
    assert_eq!(window.run(fetched, vec![]).await, json!("refused"));
    let evaluated = "try { return window.eval('1 + 1') } catch (refusal) { return refusal.name }";
    assert_eq!(window.run(evaluated, vec![]).await, json!("EvalError"));
    let errors = window.errors().await;
    assert!(
        errors
            .iter()
            .any(|error| error.contains("connect-src https://countersign.invalid")),
        "the policy did not block the request: {errors:?}"
    );
    window.close().await;
}

#[tokio::test]
async fn the_page_cannot_change_prototypes_or_reach_past_its_commands() {
    let stage = Stage::new("safety-reach");
    let window = stage.open(&[]).await;
    let frozen = "return Object.isFrozen(Object.prototype)";
    assert_eq!(window.run(frozen, vec![]).await, json!(true));
    assert_eq!(answer(&window, "take_opened_paths").await, "ok");
    for command in [
        "plugin:fs|read_text_file",
        "plugin:shell|execute",
        "plugin:webview|create_webview_window",
        "plugin:dialog|message",
        "no_such_command",
    ] {
        let refusal = answer(&window, command).await;
        assert!(
            refusal.contains("not allowed") || refusal.contains("not found"),
            "{command}: {refusal}"
        );
    }
    window.close().await;
}
