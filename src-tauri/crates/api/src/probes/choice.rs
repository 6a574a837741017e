//! Which probes of a run a selection means, and what each would do.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use countersign_core::diagnostic::Diagnostic;
use countersign_core::outline::Item;
use countersign_core::probe::Named;
use countersign_core::probe::Probe;
use countersign_core::probe::due::{self, Occasion, Timing};
use countersign_probes::Secret;

use super::ProbeContext;
use super::chosen::Chosen;
use super::together;
use crate::app::App;
use crate::open_run::OpenRun;
use crate::shows::shown_items;
use crate::view::outline::broken_words;
use crate::wire::error::Problem;
use crate::wire::item::ItemView;
use crate::wire::probe::{PlanEntry, ProbeSelection, ProbeView};

/// What a selection means, its names looked up.
enum Wanted {
    Items(Vec<String>),
    Sections(Vec<String>),
    All,
    Due,
    Stale,
    Failing,
}

impl Wanted {
    fn of(open: &OpenRun, selection: &ProbeSelection) -> Result<Self, Problem> {
        Ok(match selection {
            ProbeSelection::Items { items } => Self::Items(
                items
                    .iter()
                    .map(|id| open.item(id).map(|item| item.id.clone()))
                    .collect::<Result<_, _>>()?,
            ),
            ProbeSelection::Section { section } => Self::Sections(sections(open, section)?),
            ProbeSelection::All => Self::All,
            ProbeSelection::Due => Self::Due,
            ProbeSelection::Stale => Self::Stale,
            ProbeSelection::Failing => Self::Failing,
        })
    }

    /// Whether an item was named itself, and so is asked whatever its status is.
    fn names(&self, item: &Item) -> bool {
        matches!(self, Self::Items(named) if named.contains(&item.id))
    }

    fn holds(&self, item: &Item, known: &ProbeView) -> bool {
        match self {
            Self::Items(_) => self.names(item),
            Self::Sections(sections) => sections.contains(&item.section),
            Self::All => true,
            Self::Due => matches!(known.state.as_str(), "due" | "stale"),
            Self::Stale => known.state == "stale",
            Self::Failing => {
                let bad = matches!(
                    known.verdict.as_deref(),
                    Some("fail" | "error" | "inconclusive")
                );
                bad && known.state != "rehearsal"
            }
        }
    }
}

/// The sections that a name means: the section with this id, else a whole phase by id, number or
/// title, else a section by number or title.
fn sections(open: &OpenRun, name: &str) -> Result<Vec<String>, Problem> {
    let phases = &open.outline().phases;
    let all = || phases.iter().flat_map(|phase| &phase.sections);
    if let Some(section) = all().find(|section| section.id == name) {
        return Ok(vec![section.id.clone()]);
    }
    let called = |number: &str, title: &str| number == name || title.eq_ignore_ascii_case(name);
    let phase = phases
        .iter()
        .find(|phase| phase.id == name || called(&phase.number.to_string(), &phase.title));
    if let Some(phase) = phase {
        let sections = phase.sections.iter();
        return Ok(sections.map(|section| section.id.clone()).collect());
    }
    let section = all().find(|section| {
        let title = section.title.as_deref().unwrap_or_default();
        called(&section.number, title)
    });
    section
        .map(|section| vec![section.id.clone()])
        .ok_or_else(|| {
            Problem::unknown("section", name)
                .hint("Use the id, the number or the title of a phase or a section.")
        })
}

/// The probes of a selection that cannot be read, as lines of a plan: nothing of them can run.
pub(super) fn unreadable(
    open: &OpenRun,
    selection: &ProbeSelection,
) -> Result<Vec<PlanEntry>, Problem> {
    let wanted = Wanted::of(open, selection)?;
    let shown = shown_items(open);
    let items = open.outline().items.iter().filter(|item| {
        let view = shown.iter().find(|view| view.id == item.id);
        let due = view.is_some_and(|view| view.track == "work" && !view.resolved);
        match &wanted {
            Wanted::Items(_) => wanted.names(item),
            Wanted::Sections(sections) => due && sections.contains(&item.section),
            Wanted::All | Wanted::Due => due,
            Wanted::Stale | Wanted::Failing => false,
        }
    });
    let entry = |item: &Item, error: &Diagnostic| PlanEntry {
        item: item.id.clone(),
        title: format!("{} {}", item.number, item.text),
        probe: format!("line-{}", error.place.line),
        kind: "probe".to_owned(),
        hash: String::new(),
        class: "passive".to_owned(),
        lines: Vec::new(),
        hosts: Vec::new(),
        secrets: Vec::new(),
        approved: false,
        since_last: "new".to_owned(),
        rehearsal: false,
        asks_each_time: false,
        problem: Some(format!("cannot be read: {}", broken_words(error))),
        load: None,
    };
    Ok(items
        .flat_map(|item| {
            item.probe_errors
                .iter()
                .map(move |error| entry(item, error))
        })
        .collect())
}

impl App {
    /// The probes that a selection means, in document order, with what each would do.
    pub(crate) fn choose(
        &self,
        open: &OpenRun,
        selection: &ProbeSelection,
        context: &ProbeContext,
        repository: Option<&Path>,
    ) -> Result<Vec<Chosen>, Problem> {
        let shown: HashMap<&str, &ItemView> = shown_items(open)
            .into_iter()
            .map(|item| (item.id.as_str(), item))
            .collect();
        let selected = Wanted::of(open, selection)?;
        let mut candidates: Vec<(&Item, Named<'_>)> = Vec::new();
        let mut wanted = Vec::new();
        let mut named = open.outline().named_probes().into_iter();
        for item in &open.outline().items {
            let own: Vec<Named<'_>> = named.by_ref().take(item.probes.len()).collect();
            let Some(view) = shown.get(item.id.as_str()) else {
                continue;
            };
            let by_name = selected.names(item);
            let settled = matches!(view.status.as_str(), "notApplicable" | "waived");
            if (view.track != "work" || settled) && !by_name {
                continue;
            }
            for named in own {
                let hash = &named.probe.hash;
                let Some(known) = view.probes.iter().find(|known| known.hash == *hash) else {
                    continue;
                };
                // What is watched says nothing with one look, unless somebody asks for it.
                if named.probe.waits_for_push() || named.probe.watch.is_some() && !by_name {
                    continue;
                }
                wanted.push(selected.holds(item, known));
                candidates.push((item, named));
            }
        }
        let all: Vec<&Named<'_>> = candidates.iter().map(|(_, named)| named).collect();
        together::join(&all, &mut wanted);
        let occasion = crate::view::run::occasion(open, self.now().utc());
        let mut names = BTreeMap::new();
        let mut chosen = Vec::new();
        for ((item, named), _) in candidates.iter().zip(wanted).filter(|(_, wanted)| *wanted) {
            let probe = named.probe;
            let environment = context
                .environment
                .clone()
                .or_else(|| probe.env.clone())
                .or_else(|| item.environment.clone())
                .or_else(|| open.state.target().map(str::to_owned))
                .unwrap_or_default();
            if !names.contains_key(&environment) {
                let read = self.names_in(open, &environment, context)?;
                names.insert(environment.clone(), read);
            }
            let Some(names) = names.get(&environment) else {
                continue;
            };
            let one = Chosen::new(item, probe, environment, names, repository)?;
            // State-changing probes and load never join a run of many.
            if !selected.names(item) && one.asks_each_time() {
                continue;
            }
            chosen.push(Chosen {
                rehearsal: timing(item, probe, &occasion) == Timing::Rehearsal
                    || probe.watch.is_some(),
                called: named.names.iter().map(|name| (*name).to_owned()).collect(),
                by_name: selected.names(item),
                ..one
            });
        }
        together::keep_answerable(&mut chosen, &self.measured(open));
        Ok(chosen)
    }

    pub(crate) fn timing(&self, open: &OpenRun, item: &Item, probe: &Probe) -> Timing {
        timing(
            item,
            probe,
            &crate::view::run::occasion(open, self.now().utc()),
        )
    }

    /// Whether the stage of an item is not reached yet.
    pub(crate) fn is_too_early(&self, open: &OpenRun, item: &Item) -> bool {
        let occasion = crate::view::run::occasion(open, self.now().utc());
        item.stage > occasion.reached
    }

    /// Variables and names of secrets of an environment, as they are defined now.
    pub(crate) fn names_in(
        &self,
        open: &OpenRun,
        environment: &str,
        context: &ProbeContext,
    ) -> Result<(BTreeMap<String, String>, BTreeSet<String>), Problem> {
        let pinned = open
            .state
            .environments()
            .into_iter()
            .find(|known| known.name == environment);
        let (mut variables, mut secrets) = match pinned {
            Some(pinned) => (
                pinned
                    .variables
                    .into_iter()
                    .map(|v| (v.name, v.value))
                    .collect(),
                pinned.secrets.into_iter().collect::<BTreeSet<_>>(),
            ),
            None => (BTreeMap::new(), BTreeSet::new()),
        };
        let defined = self.snapshot(open.outline(), environment)?;
        variables.extend(defined.variables.into_iter().map(|v| (v.name, v.value)));
        secrets.extend(defined.secrets);
        variables.extend(context.variables_in(environment));
        secrets.extend(context.secrets.keys().cloned());
        let release = open.state.release().release.unwrap_or_default();
        for name in ["RELEASE", "VERSION"] {
            if !release.is_empty() {
                variables
                    .entry(name.to_owned())
                    .or_insert_with(|| release.clone());
            }
        }
        Ok((variables, secrets))
    }

    /// The secrets of an environment that are at hand. A probe may meet also those that it does not
    /// use, and whoever writes a record, none may stand in it.
    pub(crate) fn secrets_of(
        &self,
        open: &OpenRun,
        environment: &str,
        context: &ProbeContext,
    ) -> Result<BTreeMap<String, Secret>, Problem> {
        let (_, names) = self.names_in(open, environment, context)?;
        Ok(names
            .into_iter()
            .filter_map(|name| {
                let secret = self.secret(context, environment, &name)?;
                Some((name, secret))
            })
            .collect())
    }

    pub(crate) fn secret(
        &self,
        context: &ProbeContext,
        environment: &str,
        name: &str,
    ) -> Option<Secret> {
        context
            .secrets
            .get(name)
            .cloned()
            .or_else(|| self.secrets().get(environment, name))
    }
}

fn timing(item: &Item, probe: &Probe, occasion: &Occasion) -> Timing {
    let stage = probe.stage.unwrap_or(item.stage);
    due::timing(stage, &probe.hash, probe.fresh, occasion, None)
}
