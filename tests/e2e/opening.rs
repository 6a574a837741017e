//! The app opens.

use countersign_tests::window::{Find, Stage};

#[tokio::test]
async fn the_window_opens_and_shows_the_app() {
    let stage = Stage::new("smoke");
    let window = stage.open(&[]).await;
    window
        .wait_until("#app to have content", async || {
            !window.text(Find::Css("#app")).await.trim().is_empty()
        })
        .await;
    window.screenshot("start").await;
    assert_eq!(window.errors().await, Vec::<String>::new());
    window.close().await;
}
