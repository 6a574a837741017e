//! Ticking the boxes of a checklist and putting them back, without touching another byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Item, Phase, Report};

/// A box that the report shows otherwise than the checklist has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChangedBox {
    /// Byte offset of the state in the checklist.
    pub(super) offset: usize,
    /// The state in the checklist.
    pub(super) original: char,
    /// The state in the report.
    pub(super) shown: char,
}

/// The boxes that the report knows: offset and whether it is ticked.
pub(super) fn known(report: &Report) -> BTreeMap<usize, bool> {
    let track = report.rollback.iter().flat_map(|track| {
        track
            .activations
            .iter()
            .rev()
            .find(|activation| activation.cancelled.is_empty() && !activation.rehearsal)
            .map_or(&track.sections, |activation| &activation.sections)
            .iter()
            .flat_map(|section| &section.items)
    });
    report
        .phases
        .iter()
        .flat_map(Phase::items)
        .chain(track)
        .filter_map(|item: &Item| Some((item.box_offset?, item.ticked)))
        .collect()
}

/// The checklist with exactly the done items ticked, and what was changed for that. An offset that
/// is not inside a box is left alone.
pub(super) fn tick(text: &str, boxes: &BTreeMap<usize, bool>) -> (String, Vec<ChangedBox>) {
    let mut shown = String::with_capacity(text.len());
    let mut changed = Vec::new();
    let mut copied = 0;
    for (&offset, &ticked) in boxes {
        let Some(original) = state_at(text, offset) else {
            continue;
        };
        let state = match (ticked, matches!(original, 'x' | 'X')) {
            (true, false) => 'x',
            (false, true) => ' ',
            _ => continue,
        };
        shown.push_str(text.get(copied..offset).unwrap_or_default());
        shown.push(state);
        copied = offset + original.len_utf8();
        changed.push(ChangedBox {
            offset,
            original,
            shown: state,
        });
    }
    shown.push_str(text.get(copied..).unwrap_or_default());
    (shown, changed)
}

/// The state of the box at an offset; none when there is no box.
fn state_at(text: &str, offset: usize) -> Option<char> {
    let before = text.get(..offset)?;
    let mut rest = text.get(offset..)?.chars();
    let state = rest.next()?;
    (before.ends_with('[') && rest.next() == Some(']')).then_some(state)
}

/// The checklist as it was, and the offsets in `shown` of boxes that are no longer as the report
/// showed them.
pub(super) fn restore(shown: &str, changed: &[ChangedBox]) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(shown.len());
    let mut altered = Vec::new();
    let mut copied = 0;
    for change in changed {
        // What was copied so far tells how far the two texts have shifted against each other.
        let offset = (copied + change.offset).wrapping_sub(text.len());
        let Some(between) = shown.get(copied..offset) else {
            altered.push(copied);
            continue;
        };
        text.push_str(between);
        let found = shown.get(offset..).and_then(|rest| rest.chars().next());
        if found != Some(change.shown) {
            altered.push(offset);
        }
        text.push(change.original);
        copied = offset + found.map_or(0, char::len_utf8);
    }
    text.push_str(shown.get(copied..).unwrap_or_default());
    (text, altered)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_state_of_more_bytes_comes_back() {
        let text = "- [✓] one\n- [ ] two\n- [X] three\n- [-] four\n";
        let offsets = [3, 15, 25, 37];
        for offset in offsets {
            assert!(state_at(text, offset).is_some(), "{offset}");
        }
        let boxes = offsets
            .into_iter()
            .zip([true, true, false, false])
            .collect();
        let (shown, changed) = tick(text, &boxes);
        assert_eq!(shown, "- [x] one\n- [x] two\n- [ ] three\n- [-] four\n");
        assert_eq!(restore(&shown, &changed), (text.to_owned(), Vec::new()));
    }

    #[test]
    fn an_offset_outside_a_box_changes_nothing() {
        let boxes = [(0, true), (4, true), (999, true)].into();
        assert_eq!(
            tick("- [ ] one", &boxes),
            ("- [ ] one".to_owned(), Vec::new())
        );
    }

    #[test]
    fn a_box_that_was_unticked_afterwards_is_named() {
        let (shown, changed) = tick("- [ ] one", &[(3, true)].into());
        let (text, altered) = restore(&shown.replace("[x]", "[ ]"), &changed);
        assert_eq!((text.as_str(), altered), ("- [ ] one", vec![3]));
    }

    proptest! {
        #[test]
        fn restoring_is_the_inverse_of_ticking(
            lines in proptest::collection::vec(("[ xX✓~-]", ".{0,12}", any::<bool>()), 0..30)
        ) {
            let mut text = String::new();
            let mut boxes = BTreeMap::new();
            for (state, words, ticked) in lines {
                boxes.insert(text.len() + 3, ticked);
                text.push_str(&format!("- [{state}] {words}\n"));
            }
            let (shown, changed) = tick(&text, &boxes);
            prop_assert_eq!(restore(&shown, &changed), (text, Vec::new()));
        }
    }
}
