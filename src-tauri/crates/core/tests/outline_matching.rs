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

mod pairing {
    use countersign_core::outline::{Outline, PairingAnswers, PairingError, import, match_items};

    const OLD: &str = "## A\n- [ ] same\n- [ ] same\n- [ ] error rate below one percent\n- [ ] dropped\n- [ ] stays\n";
    const NEW: &str = "## A\n- [ ] same\n- [ ] same\n- [ ] error rate below two percent\n- [ ] stays\n- [ ] new here\n";

    fn read() -> (Outline, Outline) {
        let read = |text: &str| import(text.as_bytes(), None).unwrap().outline;
        (read(OLD), read(NEW))
    }

    fn answers(list: &[(&str, Option<&str>)]) -> PairingAnswers {
        let owned = |(from, to): &(&str, Option<&str>)| ((*from).to_owned(), to.map(str::to_owned));
        list.iter().map(owned).collect()
    }

    #[test]
    fn twins_are_proposed_in_their_order_and_an_edited_text_once() {
        let (old, new) = read();
        let proposals = match_items(&old, &new).proposals(&old, &new);
        let proposed: Vec<(&str, &str)> = proposals
            .iter()
            .map(|(from, to)| (from.as_str(), to.as_str()))
            .collect();
        assert_eq!(
            proposed,
            [
                (
                    "error-rate-below-one-percent",
                    "error-rate-below-two-percent"
                ),
                ("same", "same"),
                ("same-2", "same-2"),
            ]
        );
    }

    #[test]
    fn what_is_asked_stays_undecided_until_a_person_answers() {
        let (old, new) = read();
        let map = match_items(&old, &new);
        let pairing = map
            .pair(&old, &new, &answers(&[("same", Some("same-2"))]))
            .unwrap();
        assert_eq!(
            pairing.undecided,
            ["same-2", "error-rate-below-one-percent"]
        );
        assert_eq!(pairing.pairs["same"], "same-2");
        assert_eq!(pairing.pairs["stays"], "stays");
        assert_eq!(pairing.gone, ["dropped"]);
        let gone = answers(&[
            ("same", None),
            ("same-2", None),
            ("error-rate-below-one-percent", None),
        ]);
        let pairing = map.pair(&old, &new, &gone).unwrap();
        assert!(pairing.undecided.is_empty());
        assert_eq!(pairing.gone.len(), 4);
        assert_eq!(pairing.added.len(), 4);
    }

    #[test]
    fn an_answer_parts_what_matched() {
        let (old, new) = read();
        let map = match_items(&old, &new);
        let taken = answers(&[("dropped", Some("stays"))]);
        let pairing = map.pair(&old, &new, &taken).unwrap();
        assert_eq!(pairing.pairs["dropped"], "stays");
        assert!(!pairing.pairs.contains_key("stays"));
        assert_eq!(pairing.gone, ["stays"]);
    }

    #[test]
    fn answers_that_contradict_are_refused() {
        let (old, new) = read();
        let map = match_items(&old, &new);
        let pair = |list| map.pair(&old, &new, &answers(list));
        assert_eq!(
            pair(&[("nobody", None)]),
            Err(PairingError::UnknownOld("nobody".to_owned()))
        );
        assert_eq!(
            pair(&[("stays", Some("nowhere"))]),
            Err(PairingError::UnknownNew("nowhere".to_owned()))
        );
        assert_eq!(
            pair(&[("same", Some("same")), ("same-2", Some("same"))]),
            Err(PairingError::TakenTwice("same".to_owned()))
        );
    }
}
