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
    items_name_times_of_their_own: "release-week";
    a_file_without_tasks_offers_its_bullets: "no-tasks";
}

#[test]
fn what_is_only_mentioned_proposes_nothing() {
    let import = import(include_bytes!("fixtures/release-week.md"), None).unwrap();
    let proposed: Vec<(u32, &str)> = import
        .suggestions
        .iter()
        .map(|one| (one.line, one.kind.as_str()))
        .collect();
    assert_eq!(proposed, [(21, "changelog"), (42, "tls")]);
}

#[test]
fn roles_are_offered_from_the_contacts_that_are_people() {
    let read = |text: &str| import(text.as_bytes(), None).unwrap().outline;
    let week = read(include_str!("fixtures/release-week.md"));
    assert_eq!(week.offered_roles(), ["Release Manager", "Database Admin"]);
    assert!(week.roles.is_empty(), "picking them is left to a person");
    let twice = read(
        "# A\n\n- [ ] x\n\n## Contacts\n\n- QA Lead: [Name]\n- Email: a@example.org\n\
         - QA Lead: [Phone]\n",
    );
    assert_eq!(twice.offered_roles(), ["QA Lead"]);
    let named =
        read("# A\n\n- [ ] x\n\n## Contacts\n\n- QA Lead: [Name]\n\n## Sign-off\n\nCTO: ____\n");
    assert_eq!(named.roles.len(), 1);
    assert!(named.offered_roles().is_empty());
    assert_eq!(named.people_among_contacts(), ["QA Lead"]);
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
