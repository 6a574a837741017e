//! Stores that are newer, damaged, foreign or may not be written: nothing is lost, nothing starts
//! empty in their place, and the window says what is wrong, where, and what to do.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use countersign_tests::window::{Find, Stage, Start, Window};

use crate::gestures::{look, output_of, page_says, statuses_become, view};
use crate::signatures::run_named;

const CHECKLIST: &str = "# Fruit release

## Readiness

- [ ] Ladder checked
- [ ] Baskets counted
";

/// Words of one event, which stand once in the database.
const WORDS: &[u8] = b"the ladder stands well on its feet";

/// Two runs, made by a command line that has ended: `Orchard` with its first item done, and `Harbour`.
fn store_with_two_runs(stage: &Stage) {
    let checklist = stage.file("orchard.md", CHECKLIST).display().to_string();
    for name in ["Orchard", "Harbour"] {
        output_of(stage.countersign(&["run", "new", &checklist, "--name", name]));
    }
    let orchard = run_named(stage, "Orchard");
    let reason = String::from_utf8_lossy(WORDS);
    let set = ["run", "set", &orchard, "1.1.1", "done", "--reason", &reason];
    output_of(stage.countersign(&set));
}

fn database(stage: &Stage) -> PathBuf {
    stage.store().join("countersign.db")
}

/// The run is there with what was done in it, and nothing can be changed.
async fn readable_and_locked(window: &Window<'_>) {
    window.click(Find::Role("button", "Orchard")).await;
    page_says(window, "read-only").await;
    view(window, "List").await;
    statuses_become(window, &["Done", "Open"]).await;
    let tick = Find::Role("button", "Mark done: 1.1.2 Baskets counted");
    assert!(
        window.attribute(tick, "disabled").await.is_some(),
        "a run that cannot be written offers its boxes"
    );
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_read_and_left_as_it_is() {
    let stage = Stage::new("newer-store");
    store_with_two_runs(&stage);
    // The user version in the header of an SQLite file (its format description, section 1.3).
    let mut bytes = fs::read(database(&stage)).expect("the database");
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(database(&stage), &bytes).expect("the database may be written");

    let window = stage.open(&[]).await;
    page_says(&window, "it was written by a newer Countersign").await;
    page_says(&window, "Install the newer Countersign").await;
    look(&window, "opened").await;
    readable_and_locked(&window).await;
    look(&window, "run").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
    assert_eq!(fs::read(database(&stage)).expect("the database"), bytes);
}

#[tokio::test]
async fn an_altered_event_is_named_and_the_other_runs_go_on() {
    let stage = Stage::new("altered-event");
    store_with_two_runs(&stage);
    let orchard = run_named(&stage, "Orchard");
    let mut bytes = fs::read(database(&stage)).expect("the database");
    let at = places(&bytes, WORDS)[0];
    bytes[at] = b'#';
    fs::write(database(&stage), &bytes).expect("the database may be written");

    let window = stage.open(&[]).await;
    window.click(Find::Role("button", "Orchard")).await;
    let named = format!("of run {} (its bytes were altered)", &orchard[..12]);
    page_says(&window, &named).await;
    page_says(&window, "Put back a copy of it").await;
    look(&window, "run").await;
    window.click(Find::Role("button", "Harbour")).await;
    view(&window, "List").await;
    window
        .click(Find::Role("button", "Mark done: 1.1.2 Baskets counted"))
        .await;
    statuses_become(&window, &["Open", "Done"]).await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
    // Whoever repairs it finds the bytes as they were.
    let kept = fs::read(database(&stage)).expect("the database");
    assert_eq!(kept[at..at + WORDS.len()], bytes[at..at + WORDS.len()]);
}

#[tokio::test]
async fn a_damaged_store_shows_what_is_whole_and_names_what_is_not() {
    let stage = Stage::new("damaged-store");
    store_with_two_runs(&stage);
    let mut bytes = fs::read(database(&stage)).expect("the database");
    // The page that holds the event, in SQLite's default size, made unreadable as a whole.
    let page = places(&bytes, WORDS)[0] / 4096 * 4096;
    bytes[page..page + 4096].fill(0xff);
    fs::write(database(&stage), &bytes).expect("the database may be written");

    let window = stage.open(&[]).await;
    page_says(&window, "Parts of the store are damaged").await;
    page_says(&window, "the run “Orchard” (1 event could not be read)").await;
    page_says(&window, "Everything that is whole can be read and exported").await;
    look(&window, "opened").await;
    for run in ["Orchard", "Harbour"] {
        window.click(Find::Role("button", run)).await;
        page_says(&window, "read-only").await;
        view(&window, "List").await;
        page_says(&window, "Ladder checked").await;
    }
    look(&window, "run").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
    assert_eq!(fs::read(database(&stage)).expect("the database"), bytes);
}

fn places(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    let found: Vec<usize> = bytes
        .windows(wanted.len())
        .enumerate()
        .filter_map(|(at, part)| (part == wanted).then_some(at))
        .collect();
    assert!(!found.is_empty(), "the database does not have these words");
    found
}

#[tokio::test]
async fn a_store_that_cannot_be_read_never_starts_empty() {
    let stage = Stage::new("unreadable-store");
    store_with_two_runs(&stage);
    let whole = fs::read(database(&stage)).expect("the database");
    fs::write(database(&stage), "my thesis ".repeat(1000)).expect("the database may be written");

    let window = stage.open(&[]).await;
    page_says(&window, "countersign.db").await;
    page_says(&window, "damaged").await;
    look(&window, "garbage").await;
    // Somebody puts a copy back, and the same window opens it.
    fs::write(database(&stage), &whole).expect("the database may be written");
    window.click(Find::Role("button", "Try again")).await;
    window.click(Find::Role("button", "Orchard")).await;
    view(&window, "List").await;
    statuses_become(&window, &["Done", "Open"]).await;
    window.close().await;

    fs::remove_file(database(&stage)).expect("the database goes");
    let window = stage.open(&[]).await;
    page_says(&window, "countersign.db is missing").await;
    look(&window, "gone").await;
    window.close().await;
    assert!(!database(&stage).exists(), "an empty one took its place");
}

#[tokio::test]
async fn a_store_on_a_disk_that_cannot_be_written_is_read() {
    let stage = Stage::new("read-only-store");
    store_with_two_runs(&stage);
    let before = fs::read(database(&stage)).expect("the database");
    set_modes(&stage.store(), 0o555, 0o444);
    let window = stage
        .open_as(Start {
            through: &without_privileges(),
            ..Start::default()
        })
        .await;
    page_says(&window, "the disk or the folder cannot be written").await;
    page_says(&window, "Make the folder writable, or copy it whole").await;
    look(&window, "opened").await;
    readable_and_locked(&window).await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
    set_modes(&stage.store(), 0o700, 0o600);
    assert_eq!(fs::read(database(&stage)).expect("the database"), before);
}

fn set_modes(path: &Path, folders: u32, files: u32) {
    if path.is_dir() {
        // Before its entries are looked at, and after, so that it works in both directions.
        fs::set_permissions(path, Permissions::from_mode(0o700)).expect("a mode");
        for entry in fs::read_dir(path).expect("a folder") {
            set_modes(&entry.expect("an entry").path(), folders, files);
        }
        fs::set_permissions(path, Permissions::from_mode(folders)).expect("a mode");
    } else if path.is_file() {
        fs::set_permissions(path, Permissions::from_mode(files)).expect("a mode");
    }
}

/// The superuser may write anywhere; this takes that right from the app where tests run as root.
pub fn without_privileges() -> Vec<&'static str> {
    match rustix::process::geteuid().is_root() {
        true => vec!["setpriv", "--bounding-set=-all", "--inh-caps=-all"],
        false => Vec::new(),
    }
}
