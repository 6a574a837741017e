//! What the disk refuses while one works: said at once, and nothing is lost.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use countersign_tests::window::{Find, Stage, Start, Window};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

use crate::bad_stores::without_privileges;
use crate::gestures::{
    choose, inspect, inspector_says, look, page_says, start_run, statuses_become, told, view,
};

const CHECKLIST: &str = "# Orchard release

## Readiness

- [ ] Ladder checked
- [ ] Baskets counted
";

#[tokio::test]
async fn a_full_disk_refuses_what_is_new_and_keeps_what_was_saved() {
    let stage = Stage::new("full-disk");
    let checklist = stage.file("orchard.md", CHECKLIST);
    let large = stage.file("large.bin", vec![7_u8; 8_000_000]);
    let window = stage
        .open_as(Start {
            files: &[&checklist],
            // Otherwise the system ends a program that meets its limit.
            through: &["env", "--ignore-signal=XFSZ"],
            ..Start::default()
        })
        .await;
    start_run(&window, "Orchard", "").await;
    view(&window, "List").await;
    inspect(&window, "1.1.1", "Ladder checked").await;
    window.click(Find::Role("button", "Done")).await;
    // Its author stands there only once it is saved.
    inspector_says(&window, "Done · somebody").await;

    let nearly = Full::from(&stage, 2_000_000);
    window.click(Find::Role("button", "Attach files")).await;
    window.answer_dialog("Attach as evidence", &large).await;
    told(&window, "The disk is full").await;
    told(&window, "everything saved before is safe").await;
    look(&window, "evidence").await;
    drop(nearly);
    inspect(&window, "1.1.2", "Baskets counted").await;
    choose(&window, "Other statuses", "Failed…").await;
    window
        .fill(Find::Role("textbox", "Reason"), "Two baskets have holes")
        .await;
    let full = Full::from(&stage, 4096);
    window.click(Find::Role("button", "Mark failed")).await;
    told(&window, "The disk failed").await;
    told(&window, "countersign.db").await;
    look(&window, "status").await;
    statuses_become(&window, &["Done", "Open"]).await;

    // Space is made; what was typed is still there.
    drop(full);
    window.click(Find::Role("button", "Mark failed")).await;
    window.gone(Find::Role("dialog", "")).await;
    statuses_become(&window, &["Done", "Failed"]).await;
    inspector_says(&window, "Two baskets have holes").await;
    window.close().await;

    let window = stage.open(&[]).await;
    window.click(Find::Role("button", "Orchard")).await;
    view(&window, "List").await;
    statuses_become(&window, &["Done", "Failed"]).await;
    window.close().await;
}

/// As long as it lives, no file that the window writes can grow beyond a size: the nearest thing to
/// a full disk that needs no rights.
struct Full {
    window: Pid,
    before: Rlimit,
}

impl Full {
    fn from(stage: &Stage, bytes: u64) -> Self {
        let lock =
            fs::read_to_string(stage.store().join("window.lock")).expect("the window's lock");
        let pid = lock.trim().parse().expect("the lock names its process");
        let window = Pid::from_raw(pid).expect("a process");
        let before = getrlimit(Resource::Fsize);
        let limit = Rlimit {
            current: Some(bytes),
            ..before
        };
        prlimit(Some(window), Resource::Fsize, limit).expect("a limit for our own process");
        Self { window, before }
    }
}

impl Drop for Full {
    fn drop(&mut self) {
        prlimit(Some(self.window), Resource::Fsize, self.before).expect("the old limit");
    }
}

#[tokio::test]
async fn an_export_onto_a_path_that_cannot_be_written_says_so() {
    let stage = Stage::new("unwritable-export");
    let checklist = stage.file("orchard.md", CHECKLIST);
    let locked = stage.path("locked");
    fs::create_dir(&locked).expect("a folder");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).expect("a mode");
    let window = stage
        .open_as(Start {
            files: &[&checklist],
            through: &without_privileges(),
            ..Start::default()
        })
        .await;
    start_run(&window, "Orchard", "").await;
    let exports = [
        ("Report as PDF…", "Save the report as PDF", "report.pdf"),
        (
            "Report as Markdown…",
            "Save the report as Markdown",
            "report.md",
        ),
    ];
    for (entry, title, name) in exports {
        refused(&window, entry, title, &locked.join(name)).await;
    }
    look(&window, "refused").await;
    assert_eq!(fs::read_dir(&locked).expect("the folder").count(), 0);

    let free = stage.path("report.md");
    choose(&window, "Export", "Report as Markdown…").await;
    window
        .answer_dialog("Save the report as Markdown", &free)
        .await;
    page_says(&window, "Saved").await;
    assert!(free.is_file());
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

async fn refused(window: &Window<'_>, entry: &str, title: &str, path: &std::path::Path) {
    choose(window, "Export", entry).await;
    window.answer_dialog(title, path).await;
    told(window, "The file cannot be written").await;
    told(window, &path.display().to_string()).await;
    told(window, "Choose another folder, or change its permissions.").await;
}
