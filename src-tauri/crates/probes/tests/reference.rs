//! `docs/probes.md` is what the code says. `UPDATE_DOCS=1` writes it anew.

use std::path::Path;

#[test]
fn the_reference_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/probes.md");
    let made = countersign_probes::reference().unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let held = std::fs::read_to_string(&path).unwrap();
    assert!(
        held == made,
        "docs/probes.md is stale; run UPDATE_DOCS=1 cargo test -p countersign-probes --test reference"
    );
}

#[test]
fn the_examples_stand_on_items_of_the_seeds() {
    for kind in countersign_core::probe::kinds::ALL {
        for example in kind.examples {
            let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../../checklists")
                .join(example.checklist);
            let checklist = std::fs::read_to_string(path).unwrap();
            assert!(
                checklist.contains(example.item),
                "{}: {}",
                kind.name,
                example.item
            );
        }
    }
}
