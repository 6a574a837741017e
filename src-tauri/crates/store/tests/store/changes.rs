use countersign_store::ChangeToken;

use crate::fixture::{fixture, note, run};

#[test]
fn a_window_sees_what_the_command_line_wrote() {
    let window = fixture();
    let (one, two) = (run(&window.store, 1), run(&window.store, 2));
    let start = window.store.changed_since(ChangeToken::default()).unwrap();
    assert_eq!(start.runs.len(), 2);

    let quiet = window.store.changed_since(start.token).unwrap();
    assert!(quiet.runs.is_empty() && !quiet.anything);

    let command_line = window.again();
    command_line.append(&two, vec![note("a")]).unwrap();
    let seen = window.store.changed_since(quiet.token).unwrap();
    assert_eq!((seen.runs, seen.anything), (vec![two], true));

    window.store.append(&one, vec![note("b")]).unwrap();
    assert_eq!(
        window.store.changed_since(seen.token).unwrap().runs,
        std::slice::from_ref(&one)
    );
    assert_eq!(
        command_line.events(&one, Default::default()).unwrap().len(),
        2
    );
}

#[test]
fn a_change_of_this_device_alone_is_seen_too() {
    let window = fixture();
    let other = window.again();
    let start = window.store.changed_since(ChangeToken::default()).unwrap();
    other.set_setting("theme", "dark").unwrap();
    let seen = window.store.changed_since(start.token).unwrap();
    assert!(seen.runs.is_empty() && seen.anything);
    assert!(!window.store.changed_since(seen.token).unwrap().anything);
}
