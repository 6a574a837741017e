//! Probes that a plain checklist's own words propose: deterministic, offline, and only an offer.
//!
//! A suggestion never invents a host or a query: what the file does not say is a `${BLANK}` to fill.
//! What belongs to a rollback, has a placeholder or would change something unasked is never
//! suggested to run.

mod curl;
mod limits;
mod load;
mod reach;
mod repository;
mod rules;
mod services;
mod web;

use super::model::{Item, ItemKind, Outline};
use super::patterns as re;
use super::reading::Draft;
use super::spoken::Spoken;
use super::{SuggestedFor, Suggestion};
use crate::outline::around::Fence;

/// All suggestions in document order; `drafts` are what the items were made from. Items that have
/// probes already get none, but for the second of two where they have the first.
pub(super) fn find(outline: &Outline, drafts: &[Draft]) -> Vec<Suggestion> {
    let mut found = Vec::new();
    let load = load::source(outline);
    for (item, draft) in outline.items.iter().zip(drafts) {
        if item.kind == ItemKind::Work && item.probe_errors.is_empty() {
            let load = load.as_ref().filter(|_| item.probes.is_empty());
            let loaded = load.and_then(|load| load.propose(outline, item));
            found.extend(of_item(item, draft.about, loaded));
        }
    }
    for fence in outline.fences.iter().filter(|fence| !fence.rollback) {
        found.extend(of_fence(fence));
    }
    found.sort_by_key(|suggestion| suggestion.line);
    found
}

/// A probe that the words propose, before it is known what for.
struct Proposal {
    kind: &'static str,
    text: String,
    fenced: bool,
    why: String,
}

impl Proposal {
    fn comment(kind: &'static str, fields: &str, why: impl Into<String>) -> Self {
        Self {
            kind,
            text: format!("{kind} {fields}"),
            fenced: false,
            why: why.into(),
        }
    }

    fn fence(kind: &'static str, fields: &str, why: impl Into<String>) -> Self {
        Self {
            kind,
            text: format!("probe: {kind}\n{fields}"),
            fenced: true,
            why: why.into(),
        }
    }

    fn suggestion(self, target: SuggestedFor, line: u32) -> Suggestion {
        let mut blanks = Vec::new();
        for captures in re::BLANK_NAME.captures_iter(&self.text) {
            let name = captures.get(1).map_or("", |name| name.as_str()).to_owned();
            // The release is known to every run.
            if name != "RELEASE" && !blanks.contains(&name) {
                blanks.push(name);
            }
        }
        Suggestion {
            target,
            line,
            kind: self.kind.to_owned(),
            probe_text: self.text,
            fenced: self.fenced,
            blanks,
            why: self.why,
        }
    }
}

fn of_item(item: &Item, about: Spoken, loaded: Option<Proposal>) -> Vec<Suggestion> {
    let mut own = match loaded {
        Some(loaded) => vec![loaded],
        None => rules::propose(item, about),
    };
    if !item.probes.is_empty() {
        let held = |one: &Proposal| item.probes.iter().any(|probe| probe.kind == one.kind);
        if !own.iter().any(held) {
            return Vec::new();
        }
        own.retain(|one| !held(one));
    } else if own.is_empty() {
        let body = item.body.as_deref().unwrap_or_default();
        own.extend(curl::of_block(body).next().map(|(_, proposal)| proposal));
    }
    let target = || SuggestedFor::Item(item.id.clone());
    own.into_iter()
        .map(|proposal| proposal.suggestion(target(), item.line))
        .collect()
}

fn of_fence(fence: &Fence) -> Vec<Suggestion> {
    let target = || SuggestedFor::Fence(fence.id.clone());
    let mut found: Vec<Suggestion> = curl::of_block(&fence.content)
        .map(|(line, proposal)| proposal.suggestion(target(), fence.line + 1 + line))
        .collect();
    if let Some(proposal) = services::psycopg2(&fence.content) {
        found.push(proposal.suggestion(target(), fence.line));
    }
    load::of_block(fence, &mut found);
    found
}
