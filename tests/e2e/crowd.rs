//! Two windows and several command lines on one store, all at once.

use std::process::Stdio;

use countersign_tests::window::{Find, Stage, Start, Window};

use crate::gestures::{output_of, statuses_become, view};
use crate::signatures::run_named;

#[tokio::test]
async fn two_windows_and_command_lines_lose_nothing_of_each_other() {
    let stage = Stage::new("crowd");
    let mut text = "# Orchard release\n\n## Readiness\n\n".to_owned();
    for tree in 1..=12 {
        text.push_str(&format!("- [ ] Tree {tree} picked\n"));
    }
    let checklist = stage.file("orchard.md", text).display().to_string();
    output_of(stage.countersign(&["run", "new", &checklist, "--name", "Orchard"]));
    let run = run_named(&stage, "Orchard");

    let one = stage.open(&[]).await;
    // A second start hands its files to the first window. One that cannot reach it, as from
    // another container, opens a window of its own.
    std::fs::remove_file(stage.store().join("window.sock")).expect("the window listens there");
    let two = stage
        .open_as(Start {
            window: "second",
            ..Start::default()
        })
        .await;
    for window in [&one, &two] {
        window.click(Find::Role("button", "Orchard")).await;
        view(window, "List").await;
    }
    let mut wanted = ["Open"; 12];
    tick(&one, 1).await;
    wanted[0] = "Done";
    statuses_become(&two, &wanted).await;
    tick(&two, 2).await;
    wanted[1] = "Done";
    statuses_become(&one, &wanted).await;

    let lines: Vec<_> = (3..=8)
        .map(|tree| {
            let item = format!("1.1.{tree}");
            let mut line = stage.countersign(&["run", "set", &run, &item, "done"]);
            let line = line.stdout(Stdio::piped()).stderr(Stdio::piped());
            line.spawn().expect("countersign starts")
        })
        .collect();
    for tree in [9, 11] {
        tick(&one, tree).await;
        tick(&two, tree + 1).await;
    }
    for line in lines {
        let output = line.wait_with_output().expect("countersign ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
    }
    for window in [&one, &two] {
        statuses_become(window, &["Done"; 12]).await;
        assert_eq!(window.errors().await, Vec::<String>::new());
    }
    let shown = output_of(stage.countersign(&["run", "show", &run]));
    assert!(shown.contains("12 done"), "{shown}");
    one.close().await;
    two.close().await;
}

async fn tick(window: &Window<'_>, tree: usize) {
    let words = format!("1.1.{tree} Tree {tree} picked");
    let button = format!("Mark done: {words}");
    window.click(Find::Role("button", &button)).await;
    let button = format!("Open again: {words}");
    window.find(Find::Role("button", &button)).await;
}
