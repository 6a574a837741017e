//! The app opens: with nothing, and with a file.

use countersign_tests::window::{Find, Stage};

#[tokio::test]
async fn the_first_start_welcomes_with_something_to_begin_from() {
    let stage = Stage::new("first-start");
    let window = stage.open(&[]).await;
    window.find(Find::Role("heading", "Begin with")).await;
    window.find(Find::Role("button", "Bakhmach")).await;
    window.find(Find::Role("button", "Hamsaya")).await;
    window.find(Find::Role("button", "See a signed run")).await;
    window.screenshot("welcome").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}

#[tokio::test]
async fn a_file_given_at_the_start_is_shown_and_not_changed() {
    let stage = Stage::new("file-at-start");
    let text = "# Orchard 3\n\n## Before\n\n- [ ] Ladder checked\n- [x] Baskets counted\n";
    let file = stage.file("orchard.md", text);
    let window = stage.open(&[&file]).await;
    window.find(Find::Text("Your file is not changed")).await;
    window.find(Find::Text("Orchard 3")).await;
    window.screenshot("preview").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
    assert_eq!(std::fs::read_to_string(file).unwrap(), text);
}
