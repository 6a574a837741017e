//! What the probes of a run have found so far, for those that need or judge them.

use std::collections::{BTreeMap, BTreeSet};

use countersign_core::ledger::ageing::{Staleness, staleness};
use countersign_core::ledger::fold::ProbeResult;
use countersign_core::outline::Item;
use countersign_core::probe::{Named, Observation};
use countersign_probes::Known;

use super::DETAIL_LIMIT;
use crate::app::App;
use crate::open_run::OpenRun;
use crate::view::item::verdict;

impl App {
    /// What is known of every probe that another one names in `needs` or `ref`, by that name.
    pub(crate) fn known(&self, open: &OpenRun) -> BTreeMap<String, Known> {
        let mut known = BTreeMap::new();
        let named_by_others = named_by_others(open);
        for (item, named, result) in self.results(open) {
            let names: Vec<&&str> = named
                .names
                .iter()
                .filter(|name| named_by_others.contains(**name))
                .collect();
            if names.is_empty() {
                continue;
            }
            let values = result
                .detail
                .as_ref()
                .and_then(|detail| self.store().read_blob(detail, DETAIL_LIMIT).ok())
                .and_then(|bytes| serde_json::from_slice::<Observation>(&bytes).ok())
                .map(|observation| observation.values);
            let unusable = match &values {
                None => Some("is not kept on this device".to_owned()),
                Some(_) => self.unusable(open, item, &named, &result),
            };
            for name in names {
                known.entry((*name).to_owned()).or_insert_with(|| Known {
                    verdict: verdict(result.verdict),
                    values: values.clone().unwrap_or_default(),
                    unusable: unusable.clone(),
                });
            }
        }
        known
    }

    /// Names of probes that have measured something in this run.
    pub(super) fn measured(&self, open: &OpenRun) -> BTreeSet<String> {
        let measured = self.results(open).into_iter();
        measured
            .filter(|(_, _, result)| !result.values.is_empty())
            .flat_map(|(_, named, _)| named.names)
            .map(str::to_owned)
            .collect()
    }

    fn results<'a>(&self, open: &'a OpenRun) -> Vec<(&'a Item, Named<'a>, ProbeResult)> {
        let mut all = Vec::new();
        let mut named = open.outline().named_probes().into_iter();
        for item in &open.outline().items {
            let own: Vec<Named<'_>> = named.by_ref().take(item.probes.len()).collect();
            let Ok(state) = self.item_state(open, item) else {
                continue;
            };
            for named in own {
                let kept = state
                    .probes
                    .iter()
                    .find(|kept| kept.probe.as_str() == named.probe.hash);
                if let Some(result) = kept.and_then(|kept| kept.result.clone()) {
                    all.push((item, named, result));
                }
            }
        }
        all
    }

    /// Why what was measured may not be judged again: it is of another version, or too old.
    fn unusable(
        &self,
        open: &OpenRun,
        item: &Item,
        named: &Named<'_>,
        result: &ProbeResult,
    ) -> Option<String> {
        if result.release != open.state.release().key() {
            let release = result.release.as_deref().unwrap_or("no version");
            return Some(format!("is of {release}"));
        }
        let pinned = open
            .state
            .probes_of(&item.id)
            .find(|pinned| pinned.probe.as_str() == named.probe.hash)?;
        let scope = open.scope(item).ok()?;
        let why = staleness(&open.state, item, pinned, &scope, result, self.now())?;
        Some(
            match why {
                Staleness::Aged => "is too old",
                Staleness::OtherRelease => "is of another version",
                Staleness::BeforeDeployment => "is from before the deployment",
                Staleness::EarlierAttempt => "is from an earlier attempt",
            }
            .to_owned(),
        )
    }
}

fn named_by_others(open: &OpenRun) -> BTreeSet<&str> {
    let probes = open.outline().items.iter().flat_map(|item| &item.probes);
    probes
        .flat_map(|probe| probe.needs.iter().chain(&probe.reference))
        .map(String::as_str)
        .collect()
}
