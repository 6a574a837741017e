//! A status follows an item only where path and text match once; everything else is asked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign_core::outline::{ItemMap, import, match_items};

fn matched(old: &str, new: &str) -> ItemMap {
    let read = |text: &str| import(text.as_bytes(), None).unwrap().outline;
    match_items(&read(old), &read(new))
}

#[test]
fn an_unchanged_file_matches_whole() {
    let seed = include_str!("../../../../tests/ref/seeds/bakhmach.md");
    let map = matched(seed, seed);
    assert_eq!(map.matched.len(), 129);
    assert!(map.matched.iter().all(|(old, new)| old == new));
    assert!(map.asked.is_empty() && map.gone.is_empty() && map.added.is_empty());
}

#[test]
fn a_tick_or_a_probe_changes_nothing_and_a_new_line_is_added() {
    let map = matched(
        "# T\n## A\n- [ ] one\n- [ ] two\n",
        "# T\n## A\n- [ ] zero thing\n- [x] one <!-- probe: tcp host=h port=1 -->\n- [ ] two\n",
    );
    assert_eq!(map.matched.len(), 2);
    assert_eq!(map.added, ["zero-thing"]);
}

#[test]
fn twins_under_one_heading_are_asked() {
    let map = matched(
        "## A\n- [ ] same\n- [ ] same\n",
        "## A\n- [ ] same\n- [ ] same\n",
    );
    assert!(map.matched.is_empty());
    assert_eq!(map.asked.len(), 2);
    assert_eq!(map.asked[0].candidates, ["same", "same-2"]);
}

#[test]
fn twins_under_different_headings_keep_their_own_status_when_they_swap() {
    let map = matched(
        "# T\n## A\n- [ ] same\n## B\n- [ ] same\n",
        "# T\n## B\n- [ ] same\n## A\n- [ ] same\n",
    );
    assert_eq!(map.matched["same"], "same-2");
    assert_eq!(map.matched["same-2"], "same");
}

#[test]
fn a_moved_item_and_an_edited_one_are_asked_and_a_removed_one_is_gone() {
    let map = matched(
        "# T\n## A\n- [ ] moved away\n- [ ] error rate below one percent\n- [ ] dropped\n## B\n- [ ] stays\n",
        "# T\n## A\n- [ ] error rate below two percent\n## B\n- [ ] stays\n- [ ] moved away\n",
    );
    assert_eq!(map.matched.len(), 1);
    let asked: Vec<(&str, &[String])> = map
        .asked
        .iter()
        .map(|asked| (asked.old.as_str(), asked.candidates.as_slice()))
        .collect();
    assert_eq!(asked[0], ("moved-away", &["moved-away".to_owned()][..]));
    assert_eq!(
        asked[1],
        (
            "error-rate-below-one-percent",
            &["error-rate-below-two-percent".to_owned()][..]
        )
    );
    assert_eq!(map.gone, ["dropped"]);
    assert!(map.added.is_empty());
}
