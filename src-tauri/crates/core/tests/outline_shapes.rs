//! Shapes that real checklists have: nesting, wrapped lines, groups, tables, rollbacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod listing;

use countersign_core::outline::{Options, import, import_with};
use listing::{assert_golden, list};

macro_rules! shapes {
    ($($test:ident: $name:literal;)*) => {
        $(#[test]
        fn $test() {
            let bytes = include_bytes!(concat!("fixtures/", $name, ".md"));
            let import = import(bytes, None).unwrap();
            assert_golden(concat!("tests/fixtures/", $name, ".txt"), &list(&import));
        })*
    };
}

shapes! {
    items_nest_and_keep_what_stands_below_them: "nested-release";
    lines_wrap_and_boxes_are_odd: "wrapped";
    bold_lines_and_numbered_parents_make_groups: "groups";
    tables_hold_facts_contacts_and_signatures: "go-live";
    a_rollback_has_steps_in_every_form: "backing-out";
    rows_with_a_box_are_items: "table-steps";
    a_file_without_tasks_offers_its_bullets: "no-tasks";
}

#[test]
fn bullets_become_items_when_a_person_says_so() {
    let bytes = include_bytes!("fixtures/no-tasks.md");
    let options = Options {
        bullets_as_items: true,
    };
    let import = import_with(bytes, None, options).unwrap();
    assert_golden("tests/fixtures/no-tasks-as-items.txt", &list(&import));
}
