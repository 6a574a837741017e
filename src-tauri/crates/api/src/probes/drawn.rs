//! A distribution belongs to everything that is said about it: conditions of probes that judge it
//! are drawn into it, and it is shown with them too.

use countersign_core::outline::Item;
use countersign_core::probe::{Named, Observation};

use super::DETAIL_LIMIT;
use crate::app::App;
use crate::open_run::OpenRun;
use crate::view::picture;
use crate::wire::picture::Picture;
use crate::wire::probe::ProbeResult;

impl App {
    /// Adds to the result of an item's probe what is told by those that it judges, or that judge it.
    pub(super) fn draw_together(&self, open: &OpenRun, item: &Item, result: &mut ProbeResult) {
        let mut own = item.probes.iter().filter(|own| own.hash == result.hash);
        let judges = own.any(|own| own.reference.is_some());
        let mut drawn = result.pictures.iter();
        if !judges && !drawn.any(|drawn| matches!(drawn, Picture::Curve { .. })) {
            return;
        }
        let all = named(open);
        let Some((_, own)) = all
            .iter()
            .find(|(of, named)| of.id == item.id && named.probe.hash == result.hash)
        else {
            return;
        };
        if let Some(name) = own.probe.reference.as_deref() {
            let judged = all.iter().find(|(_, other)| other.names.contains(&name));
            let seen = judged.and_then(|(of, other)| self.last_seen(open, of, other));
            let Some(mut curve) = seen.and_then(|seen| picture::curve(&seen)) else {
                return;
            };
            let own = self.last_seen(open, item, own);
            if let Picture::Curve { unit, marks, .. } = &mut curve {
                *marks = own.map_or_else(Vec::new, |own| picture::marks(&own, unit, ""));
            }
            result.pictures.insert(0, curve);
            return;
        }
        let judging = all.iter().filter(|(_, other)| {
            let name = other.probe.reference.as_deref();
            name.is_some_and(|name| own.names.contains(&name))
        });
        let judging: Vec<_> = judging.collect();
        for drawn in &mut result.pictures {
            let Picture::Curve { unit, marks, .. } = drawn else {
                continue;
            };
            for (of, other) in &judging {
                if let Some(seen) = self.last_seen(open, of, other) {
                    marks.extend(picture::marks(&seen, unit, &of.number));
                }
            }
        }
    }

    /// What a probe saw last, a rehearsal included.
    fn last_seen(&self, open: &OpenRun, item: &Item, named: &Named<'_>) -> Option<Observation> {
        let state = self.item_state(open, item).ok()?;
        let kept = state
            .probes
            .iter()
            .find(|kept| kept.probe.as_str() == named.probe.hash)?;
        let last = kept.result.as_ref().or(kept.rehearsal.as_ref())?;
        let bytes = self
            .store()
            .read_blob(last.detail.as_ref()?, DETAIL_LIMIT)
            .ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

/// Every probe with what others may call it, and its item.
fn named(open: &OpenRun) -> Vec<(&Item, Named<'_>)> {
    let mut named = open.outline().named_probes().into_iter();
    let items = open.outline().items.iter();
    items
        .flat_map(|item| {
            let own: Vec<Named<'_>> = named.by_ref().take(item.probes.len()).collect();
            own.into_iter().map(move |named| (item, named))
        })
        .collect()
}
