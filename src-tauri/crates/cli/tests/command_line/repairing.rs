//! A damaged store, and how it is put back into use.

use std::fs;

use crate::bench::Bench;

/// SQLite's smallest unit of a file, as this store is written.
const PAGE: usize = 4096;

fn damage(bench: &Bench) {
    let database = bench.path("store").join("countersign.db");
    let mut bytes = fs::read(&database).unwrap();
    // A page in the middle of the events.
    let page = bytes.len() / PAGE / 2;
    bytes[page * PAGE..(page + 1) * PAGE].fill(0xA5);
    fs::write(&database, bytes).unwrap();
}

#[test]
fn a_damaged_store_is_repaired_and_says_what_it_lost() {
    let bench = Bench::new();
    let lost = bench.start("bundled:bakhmach.md");
    let whole = bench.ask(["repair"]).ok();
    assert_eq!(whole["damaged"], false);

    damage(&bench);
    let damaged = fs::read(bench.path("store").join("countersign.db")).unwrap();
    let refused = bench.ask(["run", "new", "bundled:hamsaya.md", "--name", "Next"]);
    assert_ne!(refused.code, 0, "{}", refused.out);
    assert!(
        refused.err.contains("countersign repair") || refused.out.contains("countersign repair")
    );

    let done = bench.ask(["repair"]).ok();
    assert_eq!(done["damaged"], true);
    assert!(!done["lost"].as_array().unwrap().is_empty(), "{done}");
    let kept = std::path::Path::new(done["keptIn"].as_str().unwrap()).join("countersign.db");
    assert_eq!(fs::read(kept).unwrap(), damaged);

    bench.start("bundled:hamsaya.md");
    let runs = bench.ask(["run", "list"]).ok();
    let titles = runs.to_string();
    assert!(
        titles.contains("hamsaya") || titles.contains("Hamsaya"),
        "{titles}"
    );
    assert!(!lost.is_empty());
    assert_eq!(bench.ask(["repair"]).ok()["damaged"], false);
}

#[test]
fn a_folder_without_a_store_is_not_made_into_one() {
    let bench = Bench::new();
    let said = bench.ask(["repair"]);
    assert_eq!(said.json()["error"]["code"], "store-missing");
    assert!(!bench.path("store").exists());
}
