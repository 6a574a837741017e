//! A run beside an earlier one of the same checklist: what regressed, what was fixed, what is new;
//! and what the last accepted run measured, for `baseline`.

use std::collections::{BTreeMap, BTreeSet};

use countersign_core::ledger::body::{MeasuredValue, Outcome};
use countersign_core::ledger::ident::RunId;
use countersign_core::ledger::signoff::Verdict as PointVerdict;
use countersign_core::outline::{ItemKind, Outline, match_items};
use countersign_core::probe::{Probe, Quantity, Unit, Value};

use crate::app::App;
use crate::open_run::OpenRun;
use crate::probes::{Baselines, Chosen};
use crate::shows::shown_items;
use crate::wire::compare::{Change, ComparedItem, ComparedRun, ComparedState, RunComparison};
use crate::wire::error::Problem;
use crate::wire::item::{ItemView, Tile};

/// What a run is compared by.
struct Kin {
    run: ComparedRun,
    id: RunId,
    opened: String,
    file: String,
    title: Option<String>,
    source: Option<String>,
}

/// A run as it stood, taken out of its lock so that two can be held beside each other.
pub(crate) struct Then {
    /// Its outline.
    pub outline: Outline,
    /// Its items as they are shown.
    pub items: Vec<ItemView>,
}

impl App {
    /// Compares a run with another one of the same checklist; `with` empty: with the last accepted.
    ///
    /// # Errors
    /// `unknown-run`, `nothing-to-compare`, or what the store says.
    pub fn run_compare(&self, run: &str, with: &str) -> Result<RunComparison, Problem> {
        let others = self.kindred(run)?;
        let with = match with.is_empty() {
            true => others.iter().find(|one| one.run.accepted),
            false => {
                let id = self.run_id(with)?;
                others.iter().find(|one| one.id == id)
            }
        };
        let with = with.ok_or_else(|| {
            Problem::new(
                "nothing-to-compare",
                "no other run of this checklist was released and accepted",
            )
            .hint("Name any other run of the same checklist to compare with it.")
        })?;
        let then = self.then(with.id.as_str())?;
        let (id, mut items) = self.with_run(run, |open| {
            self.look(open)?;
            let now: Vec<ItemView> = shown_items(open).into_iter().cloned().collect();
            Ok((open.id.to_string(), compared(open.outline(), &now, &then)))
        })?;
        items.sort_by_key(|one| one.change);
        Ok(RunComparison {
            run: id,
            with: with.run.clone(),
            text: in_words(&items),
            items,
            others: others.into_iter().map(|one| one.run).collect(),
        })
    }

    /// Other runs of a run's checklist, the last first.
    fn kindred(&self, run: &str) -> Result<Vec<Kin>, Problem> {
        let own = self.with_run(run, |open| self.kin(open))?;
        let mut others = Vec::new();
        for row in self.store().runs()? {
            if row.run == own.id || self.is_sample(&row.run)? {
                continue;
            }
            // A run that cannot be read is no reason not to compare with another.
            let Ok(other) = self.with_run(row.run.as_str(), |open| self.kin(open)) else {
                continue;
            };
            let same_place = own.source.is_some() && own.source == other.source;
            let same_name = own.file == other.file && own.title == other.title;
            if same_place || same_name {
                others.push(other);
            }
        }
        others.sort_by(|a, b| {
            let last = |kin: &Kin| (kin.run.ended_at.clone(), kin.opened.clone());
            last(b).cmp(&last(a))
        });
        Ok(others)
    }

    fn kin(&self, open: &OpenRun) -> Result<Kin, Problem> {
        let attempt = open.state.attempt(open.state.current_attempt());
        let standings = self.standings(open)?;
        let decided = standings.last().map(|standing| standing.state.verdict);
        let accepted = matches!(
            decided,
            Some(PointVerdict::Go | PointVerdict::GoWithConditions)
        );
        let file = open.state.checklist().map(|(file, _)| file.name.clone());
        Ok(Kin {
            run: ComparedRun {
                run: open.id.to_string(),
                name: open.state.name().unwrap_or_default().to_owned(),
                release: open.state.release().release.unwrap_or_default(),
                environment: open.state.target().unwrap_or_default().to_owned(),
                ended_at: attempt
                    .ended
                    .as_ref()
                    .map(|ended| ended.at.to_string())
                    .unwrap_or_default(),
                accepted: accepted && open.state.outcome() == Some(Outcome::Released),
            },
            id: open.id.clone(),
            opened: open
                .state
                .opening()
                .map(|opening| opening.event().time.to_string())
                .unwrap_or_default(),
            file: file.unwrap_or_default(),
            title: open.outline().title.clone(),
            source: self.source(&open.id)?,
        })
    }

    /// The last run of the same checklist that was released and accepted.
    pub(crate) fn last_accepted(&self, run: &str) -> Result<Option<ComparedRun>, Problem> {
        let mut others = self.kindred(run)?.into_iter();
        Ok(others.find(|one| one.run.accepted).map(|one| one.run))
    }

    /// A run as it stands, to be held beside another.
    pub(crate) fn then(&self, run: &str) -> Result<Then, Problem> {
        self.with_run(run, |open| {
            self.look(open)?;
            Ok(Then {
                outline: open.outline().clone(),
                items: shown_items(open).into_iter().cloned().collect(),
            })
        })
    }

    /// What the last accepted run measured, by item and probe of this run, for those probes that
    /// are compared with it. Empty where there is no such run.
    pub(crate) fn baselines(
        &self,
        run: &str,
        outline: &Outline,
        chosen: &[Chosen],
    ) -> Result<Baselines, Problem> {
        let compared: Vec<&Chosen> = chosen
            .iter()
            .filter(|one| !one.probe.baseline.is_empty())
            .collect();
        if compared.is_empty() {
            return Ok(BTreeMap::new());
        }
        let Some(accepted) = self.last_accepted(run)? else {
            return Ok(BTreeMap::new());
        };
        self.with_run(&accepted.run, |open| {
            let map = match_items(open.outline(), outline);
            let old: BTreeMap<&str, &str> = map
                .matched
                .iter()
                .map(|(old, new)| (new.as_str(), old.as_str()))
                .collect();
            let mut all = BTreeMap::new();
            for one in compared {
                let Some(item) = old
                    .get(one.item.id.as_str())
                    .and_then(|id| open.outline().item(id))
                else {
                    continue;
                };
                let Some(probe) = counterpart(&item.probes, &one.probe) else {
                    continue;
                };
                let state = self.item_state(open, item)?;
                let known = state
                    .probes
                    .iter()
                    .find(|known| known.probe.as_str() == probe.hash);
                let Some(result) = known.and_then(|known| known.result.as_ref()) else {
                    continue;
                };
                let watch = one.probe.watch.as_ref();
                let called = |metric: &str| match watch.filter(|w| w.compares_the_window()) {
                    Some(watch) => watch.statistic.of(metric),
                    None => metric.to_owned(),
                };
                let values = one.probe.baseline.iter().filter_map(|baseline| {
                    let called = called(&baseline.metric);
                    let mut measured = result.values.iter();
                    let found = measured.find(|measured| measured.metric == called)?;
                    Some((baseline.metric.clone(), number(&found.value)?))
                });
                all.insert(one.id(), values.collect());
            }
            Ok(all)
        })
    }
}

/// The probe of the earlier run that one corresponds to: the same, else the only one of its kind.
fn counterpart<'a>(then: &'a [Probe], now: &Probe) -> Option<&'a Probe> {
    let same = then.iter().find(|probe| probe.hash == now.hash);
    same.or_else(|| {
        let mut of_kind = then.iter().filter(|probe| probe.kind == now.kind);
        of_kind.next().filter(|_| of_kind.next().is_none())
    })
}

fn number(value: &MeasuredValue) -> Option<Value> {
    let MeasuredValue::Quantity(quantity) = value else {
        return None;
    };
    let unit = Unit::parse(quantity.unit().unwrap_or_default())?;
    Some(Value::Number(Quantity::new(quantity.decimal()?, unit)))
}

fn compared(outline: &Outline, now: &[ItemView], then: &Then) -> Vec<ComparedItem> {
    let map = match_items(&then.outline, outline);
    let before: BTreeMap<&str, &ItemView> = then
        .items
        .iter()
        .map(|item| (item.id.as_str(), item))
        .collect();
    // What a person has not placed is taken for what it is likeliest to be: nothing is written.
    let likely = map.proposals(&then.outline, outline);
    let old: BTreeMap<&str, &str> = likely
        .iter()
        .chain(&map.matched)
        .map(|(old, new)| (new.as_str(), old.as_str()))
        .collect();
    let work = |outline: &Outline| -> BTreeSet<String> {
        let items = outline.items.iter();
        items
            .filter(|item| item.kind == ItemKind::Work)
            .map(|item| item.id.clone())
            .collect()
    };
    let (work_now, work_then) = (work(outline), work(&then.outline));
    let mut items: Vec<ComparedItem> = now
        .iter()
        .filter(|item| work_now.contains(&item.id))
        .map(|item| {
            let then = old
                .get(item.id.as_str())
                .and_then(|id| before.get(id))
                .copied();
            ComparedItem {
                item: item.id.clone(),
                number: item.number.clone(),
                text: item.text.clone(),
                change: change(item, then),
                now: Some(state(item)),
                then: then.map(state),
            }
        })
        .collect();
    let kept: BTreeSet<&str> = old.values().copied().collect();
    let gone = then
        .items
        .iter()
        .filter(|item| work_then.contains(&item.id) && !kept.contains(item.id.as_str()));
    items.extend(gone.map(|item| ComparedItem {
        item: item.id.clone(),
        number: item.number.clone(),
        text: item.text.clone(),
        change: Change::Gone,
        now: None,
        then: Some(state(item)),
    }));
    items
}

/// What is known of an item: that it is good, that it is not, or nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Good,
    Bad,
    Nothing,
}

fn known(item: &ItemView) -> Known {
    match item.tile {
        Tile::Verified
        | Tile::Done
        | Tile::Measured
        | Tile::Warning
        | Tile::Stale
        | Tile::NotApplicable
        | Tile::Waived => Known::Good,
        Tile::Failed | Tile::Blocked | Tile::Inconclusive | Tile::Conflict => Known::Bad,
        Tile::Open | Tile::InProgress | Tile::Watching => Known::Nothing,
    }
}

fn change(now: &ItemView, then: Option<&ItemView>) -> Change {
    let before = then.map_or(Known::Nothing, known);
    match (before, known(now)) {
        (Known::Nothing, Known::Nothing) if then.is_some() => Change::Same,
        (Known::Nothing, _) => Change::New,
        (_, Known::Nothing) => Change::Open,
        (Known::Good, Known::Bad) => Change::Regressed,
        (Known::Bad, Known::Good) => Change::Fixed,
        (Known::Good, Known::Good) | (Known::Bad, Known::Bad) => Change::Same,
    }
}

fn state(item: &ItemView) -> ComparedState {
    let measured = item.measure.as_ref().map(|measure| measure.value.clone());
    let rank = |verdict: &str| {
        let worst_last = ["pass", "warn", "skipped", "inconclusive", "error", "fail"];
        worst_last.iter().position(|word| *word == verdict)
    };
    ComparedState {
        tile: item.tile,
        word: item.word.clone(),
        verdict: item
            .probes
            .iter()
            .filter_map(|probe| probe.verdict.clone())
            .max_by_key(|verdict| rank(verdict)),
        value: measured.or_else(|| item.value.clone()).unwrap_or_default(),
        summary: item.summary.clone(),
    }
}

fn in_words(items: &[ComparedItem]) -> String {
    let words = [
        (Change::Regressed, "regressed"),
        (Change::Fixed, "fixed"),
        (Change::New, "new"),
        (Change::Open, "open"),
        (Change::Same, "same"),
        (Change::Gone, "gone"),
    ];
    let parts: Vec<String> = words
        .into_iter()
        .filter_map(|(change, word)| {
            let count = items.iter().filter(|one| one.change == change).count();
            (count > 0).then(|| format!("{count} {word}"))
        })
        .collect();
    parts.join(", ")
}
