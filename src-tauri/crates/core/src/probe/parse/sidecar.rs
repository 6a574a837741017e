//! The sidecar `<name>.countersign.yaml`: probes for a checklist that may not be touched.

use super::node::Node;
use super::{error, from_node, hinted, yaml};
use crate::diagnostic::{Diagnostic, Place};
use crate::probe::model::{Placement, Probe};

/// The probes of one item in a sidecar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SidecarEntry {
    /// How the item is named: its id, its number such as `6.2.1`, or its text.
    pub item: String,
    /// Where the name stands.
    pub place: Place,
    /// Its probes.
    pub probes: Vec<Probe>,
    /// What is wrong with them.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a sidecar: a mapping `probes:` from an item to one probe or a list of them. What is wrong
/// with the file itself comes beside the entries, what is wrong with a probe is in its entry.
#[must_use]
pub fn parse_sidecar(text: &str) -> (Vec<SidecarEntry>, Vec<Diagnostic>) {
    let start = Place { line: 1, column: 1 };
    let root = match yaml::read(text, start) {
        Ok(Some(Node::Map(entries, _))) => entries,
        Ok(None) => return (Vec::new(), Vec::new()),
        Ok(Some(other)) => return (Vec::new(), vec![no_mapping(other.place())]),
        Err(wrong) => return (Vec::new(), vec![wrong]),
    };
    let mut entries = Vec::new();
    let mut diagnostics = Vec::new();
    for entry in root {
        match (entry.key.as_str(), entry.value) {
            ("probes", Node::Map(items, _)) => {
                for item in items {
                    let mut own = Vec::new();
                    let probes = from_node(item.value, Placement::Sidecar, "", &mut own);
                    entries.push(SidecarEntry {
                        item: item.key,
                        place: item.place,
                        probes,
                        diagnostics: own,
                    });
                }
            }
            ("probes", value) if value.is_nothing() => {}
            ("probes", value) => diagnostics.push(no_mapping(value.place())),
            (key, _) => diagnostics.push(error(
                "sidecar-unknown-field",
                format!("a sidecar has no `{key}`"),
                entry.place,
            )),
        }
    }
    (entries, diagnostics)
}

/// Where an entry below `probes:` and its value stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SidecarValue {
    /// Where the item's name stands.
    pub key_place: Place,
    /// Where its probe or list of probes begins.
    pub place: Place,
    /// Where the next name stands that does not belong to the value; absent for the last one.
    pub next: Option<Place>,
}

/// The entries below `probes:` of what can be read as YAML, in their order.
#[must_use]
pub fn sidecar_values(text: &str) -> Vec<SidecarValue> {
    let start = Place { line: 1, column: 1 };
    let Ok(Some(Node::Map(root, _))) = yaml::read(text, start) else {
        return Vec::new();
    };
    let mut values = Vec::new();
    let mut roots = root.into_iter().peekable();
    while let Some(entry) = roots.next() {
        let behind = roots.peek().map(|next| next.place);
        let Node::Map(items, _) = entry.value else {
            continue;
        };
        if entry.key != "probes" {
            continue;
        }
        for (at, item) in items.iter().enumerate() {
            values.push(SidecarValue {
                key_place: item.place,
                place: item.value.place(),
                next: items.get(at + 1).map(|next| next.place).or(behind),
            });
        }
    }
    values
}

fn no_mapping(place: Place) -> Diagnostic {
    hinted(
        "probe-syntax",
        "a sidecar is a mapping from items to probes",
        place,
        "write `probes:`, below it an item's number such as `6.2.1:`, below that `probe: http` and its fields",
    )
}
