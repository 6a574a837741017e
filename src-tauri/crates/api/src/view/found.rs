//! What was found while reading a checklist, with the items that it is about.

use std::collections::BTreeMap;

use countersign_core::outline::{Import, Item, Outline};

use crate::wire::error::Finding;
use crate::wire::item::ItemRef;

/// What was found, in document order. A placeholder names every item that holds it, anything else
/// the item on its line.
#[must_use]
pub fn findings(import: &Import) -> Vec<Finding> {
    let outline = &import.outline;
    let on_line: BTreeMap<u32, &Item> = outline
        .items
        .iter()
        .flat_map(|item| {
            let errors = item.probe_errors.iter().map(|error| error.place.line);
            errors.chain([item.line]).map(move |line| (line, item))
        })
        .collect();
    let holders = placeholder_items(outline);
    let placeholders: BTreeMap<(u32, u32), &str> = outline
        .placeholders
        .iter()
        .map(|one| ((one.line, one.column), one.id.as_str()))
        .collect();
    import
        .diagnostics
        .iter()
        .map(|found| {
            let place = (found.place.line, found.place.column);
            let items = match placeholders.get(&place) {
                Some(id) if found.code == "placeholder" => {
                    holders.get(id).cloned().unwrap_or_default()
                }
                _ => on_line
                    .get(&found.place.line)
                    .map(|item| item_ref(item))
                    .into_iter()
                    .collect(),
            };
            Finding {
                items,
                ..Finding::from(found)
            }
        })
        .collect()
}

/// The items that hold each placeholder, by its id, in document order.
#[must_use]
pub fn placeholder_items(outline: &Outline) -> BTreeMap<&str, Vec<ItemRef>> {
    let by_id: BTreeMap<&str, &Item> = outline
        .items
        .iter()
        .map(|item| (item.id.as_str(), item))
        .collect();
    let mut holders: BTreeMap<&str, Vec<ItemRef>> = BTreeMap::new();
    for one in &outline.placeholders {
        let Some(item) = one.item.as_deref().and_then(|id| by_id.get(id)) else {
            continue;
        };
        let items = holders.entry(&one.id).or_default();
        if items.last().is_none_or(|last| last.id != item.id) {
            items.push(item_ref(item));
        }
    }
    holders
}

fn item_ref(item: &Item) -> ItemRef {
    ItemRef {
        id: item.id.clone(),
        number: item.number.clone(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::findings;

    #[test]
    fn a_placeholder_names_every_item_that_holds_it() {
        let text = "# Release\n\n## Prepare\n\n- [ ] Ask <owner>\n- [ ] Announce\n  - Who: <owner>\n\
                    - [?] Odd\n\nCall <owner> first.\n";
        let import = countersign_core::outline::import(text.as_bytes(), None).unwrap();
        let numbers = |code: &str| -> Vec<String> {
            findings(&import)
                .into_iter()
                .filter(|found| found.code == code)
                .flat_map(|found| found.items)
                .map(|item| item.number)
                .collect()
        };
        assert_eq!(numbers("placeholder"), ["1.1.1", "1.1.2"]);
        assert_eq!(numbers("odd-state"), ["1.1.3"]);
    }
}
