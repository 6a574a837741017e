//! The system's own file dialogs, which no WebDriver can reach: answered from the
//! keyboard, as a person would.

use std::path::Path;
use std::process::Command;

use super::tools;

/// Waits for a dialog with this title, types a path into it and confirms it.
pub fn answer(display: &str, title: &str, path: &Path) {
    let window = xdotool(
        display,
        &[
            "search",
            "--sync",
            "--onlyvisible",
            "--name",
            &format!("^{title}$"),
        ],
    );
    let window = window.lines().next().unwrap_or_default();
    assert!(!window.is_empty(), "no dialog named `{title}` appeared");
    let path = path.display().to_string();
    // Without a window manager nobody gives the dialog the keyboard; this does.
    xdotool(display, &["windowfocus", "--sync", window]);
    // A leading slash makes GTK's open dialog show its location field; a save
    // dialog has its name field ready, with only the stem of the name selected.
    xdotool(display, &["key", "ctrl+a"]);
    xdotool(display, &["type", "--delay", "20", &path]);
    xdotool(display, &["key", "Return"]);
}

fn xdotool(display: &str, arguments: &[&str]) -> String {
    let output = Command::new("timeout")
        .arg("20")
        .arg(tools::installed("xdotool"))
        .args(arguments)
        .env("DISPLAY", display)
        .output()
        .expect("xdotool starts");
    assert!(
        output.status.success(),
        "xdotool {arguments:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
