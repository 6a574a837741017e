//! The window beside a blank one: how long it takes to be there, what memory it takes, and how long
//! a tick takes to be saved and painted.
//!
//! Both windows are built alike and started in turn in the same rounds, because machines are shared.
//! Every figure is a median, with the least and the most beside it.
#![allow(clippy::expect_used, clippy::panic)]

mod clicks;
mod processes;
mod screen;
mod start;

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use countersign_tests::figures::{Aim, head, line, percentile};
use countersign_tests::window::{Find, Stage, Window, tools};

use start::{Desk, Start};

const ROUNDS: usize = 9;
const ITEMS: usize = 1000;

#[tokio::main]
async fn main() {
    let stage = Stage::new("bench");
    let (empty, full) = (stage.path("empty"), stage.path("full"));
    make_sample(&stage, &empty).await;
    open_long_run(&stage, &full);

    let blank = clicks::in_blank(&stage).await;
    let ticks = clicks::ticks(&stage, &full).await;
    head("click to painted frame");
    let blank_click = line("blank window, a word added", &blank, None, Aim::None);
    line(
        "Countersign, a tick of 1,000 saved",
        &ticks,
        Some(blank_click),
        Aim::None,
    );
    let slow = |clicks: &[Duration]| [percentile(clicks, 95)];
    let blank_slow = line(
        "blank window, 95 of 100 within",
        &slow(&blank),
        None,
        Aim::None,
    );
    line(
        "Countersign, 95 of 100 within",
        &slow(&ticks),
        Some(blank_slow),
        Aim::Most(Duration::from_millis(50)),
    );

    let desk = Desk::new();
    let mut starts = [
        Start::blank(),
        Start::on("Countersign, no run yet", empty),
        Start::on("Countersign, 1,000-item run open", full),
    ];
    // The first round of each is not counted.
    for _ in 0..=ROUNDS {
        for start in &mut starts {
            start.round(&desk, &stage);
        }
    }
    let [reference, none, run] = &starts;

    head("start of the process to the window as it stays");
    let blank_start = line(reference.what, &reference.times, None, Aim::None);
    line(none.what, &none.times, Some(blank_start), Aim::Times(1.3));
    line(run.what, &run.times, Some(blank_start), Aim::Times(1.5));

    head("memory of all its processes (PSS)");
    let blank_memory = line(reference.what, &reference.memory, None, Aim::None);
    line(none.what, &none.memory, Some(blank_memory), Aim::Times(1.3));
    line(run.what, &run.memory, Some(blank_memory), Aim::None);
}

/// Makes a store with one run of [`ITEMS`] items, by the command line.
fn open_long_run(stage: &Stage, store: &Path) {
    let mut text = String::from("# A long deployment checklist\n");
    for at in 0..ITEMS {
        // Writing into a text cannot fail.
        if at % 100 == 0 {
            let _ = write!(text, "\n## Phase {} (1 week before)\n", at / 100 + 1);
        }
        if at % 20 == 0 {
            let _ = write!(text, "\n### Section {}\n\n", at / 20 + 1);
        }
        let _ = writeln!(
            text,
            "- [ ] Step {at} is **done** and `checked` on every host"
        );
    }
    let checklist = stage.file("long.md", text);
    let made = Command::new(tools::built("countersign"))
        .args(["run", "new"])
        .arg(checklist)
        .args(["--name", "A long release", "--release", "2.4.0", "--store"])
        .arg(store)
        .output()
        .expect("countersign starts");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

/// Makes a store as a first start leaves it: no run but the sample.
async fn make_sample(stage: &Stage, store: &Path) {
    let arguments = ["--store".to_owned(), store.display().to_string()];
    let window = Window::of("countersign-desktop", &arguments, stage).await;
    window.find(Find::Text("See a signed run")).await;
    window.close().await;
}
