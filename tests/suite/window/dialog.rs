//! The system's own file dialogs, which no WebDriver can reach: answered from the
//! keyboard, as a person would.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use super::tools;

/// How long a dialog may take to close after it was answered, before it is answered anew.
const CLOSING: Duration = Duration::from_secs(8);

/// Waits for a dialog with this title, types a path into it and confirms it.
pub fn answer(display: &str, title: &str, path: &Path) {
    let name = format!("^{title}$");
    let path = path.display().to_string();
    let find = ["search", "--sync", "--onlyvisible", "--name", &name];
    let window = said(display, &find);
    let window = window.lines().next().unwrap_or_default();
    assert!(!window.is_empty(), "no dialog named `{title}` appeared");
    // A dialog that has only just been drawn can miss the first keys; it is then still there.
    for _ in 0..4 {
        // Without a window manager nobody gives the dialog the keyboard; this does.
        said(display, &["windowfocus", "--sync", window]);
        // A leading slash makes GTK's open dialog show its location field; a save
        // dialog has its name field ready, with only the stem of the name selected.
        said(display, &["key", "ctrl+a"]);
        said(display, &["type", "--delay", "8", &path]);
        said(display, &["key", "Return"]);
        if closes(display, &name) {
            return;
        }
    }
    panic!("the dialog `{title}` did not take {path}");
}

fn closes(display: &str, name: &str) -> bool {
    let began = Instant::now();
    while began.elapsed() < CLOSING {
        // Finding nothing is what ends this search without success.
        if !xdotool(display, &["search", "--onlyvisible", "--name", name])
            .status
            .success()
        {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

fn said(display: &str, arguments: &[&str]) -> String {
    let output = xdotool(display, arguments);
    assert!(
        output.status.success(),
        "xdotool {arguments:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn xdotool(display: &str, arguments: &[&str]) -> Output {
    Command::new("timeout")
        .arg("60")
        .arg(tools::installed("xdotool"))
        .args(arguments)
        .env("DISPLAY", display)
        .output()
        .expect("xdotool starts")
}
