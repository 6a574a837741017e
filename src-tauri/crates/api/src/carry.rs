//! Carrying on what still stands from the last accepted run: what could be carried, and doing it,
//! with its probes run again first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_core::ledger::body::{ItemStatus, SetStatus};
use countersign_core::ledger::carry::{self, Evidence, NotCarried, Standing};
use countersign_core::ledger::fold::{ItemState, Status};
use countersign_core::ledger::kind::Kind;
use countersign_core::ledger::time::Timestamp;
use countersign_core::outline::{Carry, Item, ItemKind, Stage, match_items};
use countersign_core::probe::Probe;

use crate::app::App;
use crate::open_run::OpenRun;
use crate::probes::{Outcome, ProbeContext};
use crate::wire::compare::{CarryPlan, CarryRow, ComparedRun};
use crate::wire::error::Problem;
use crate::wire::probe::{ProbePlan, ProbeSelection};

/// Variables that name the release itself, and so differ from one run to the next.
const OF_RELEASE: [&str; 2] = ["RELEASE", "VERSION"];

/// An item that was done in the earlier run.
struct Done {
    item: Item,
    target: Target,
    by: String,
    at: Timestamp,
    overridden: bool,
}

/// The environment that an item speaks of, with its variables.
#[derive(Clone)]
struct Target {
    name: String,
    variables: BTreeMap<String, String>,
}

/// What could be carried, with what it takes to do it.
struct Candidates {
    from: ComparedRun,
    /// Each with what it would be carried as, where it may be.
    rows: Vec<(CarryRow, Option<Kind>)>,
}

impl App {
    /// What was done in the last accepted run of the same checklist and is open here: what may be
    /// carried on, and why the rest may not. Nothing is written and nothing runs.
    ///
    /// # Errors
    /// `unknown-run`, `nothing-to-carry`, or what the store says.
    pub fn carry_plan(&self, run: &str) -> Result<CarryPlan, Problem> {
        let found = self.candidates(run)?;
        let items: Vec<String> = found
            .rows
            .iter()
            .filter(|(row, _)| row.may && row.recheck)
            .map(|(row, _)| row.item.clone())
            .collect();
        let probes = match items.is_empty() {
            true => ProbePlan::nothing(),
            false => self.probe_plan(run, ProbeSelection::Items { items })?,
        };
        Ok(CarryPlan {
            from: found.from,
            items: found.rows.into_iter().map(|(row, _)| row).collect(),
            probes,
        })
    }

    /// Carries items on in the background: those with probes once these are good again, the others
    /// at once. `approve` lists the plan hashes that the person has just said yes to. Answers with
    /// the number of the batch that runs the probes, 0 where there is nothing to run.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, `nothing-to-carry`, `may-not-carry`, or what the store says.
    pub fn carry_forward(
        self: &Arc<Self>,
        run: &str,
        items: &[String],
        approve: &[String],
    ) -> Result<u64, Problem> {
        let context = ProbeContext::default();
        let chosen = self.carried(run, items)?;
        let Some(selection) = rechecked(&chosen) else {
            self.write_carried(run, &chosen, &[])?;
            return Ok(0);
        };
        let batch = self.prepare(run, &selection, approve, &context)?;
        let number = batch.number;
        let (app, run) = (Arc::clone(self), run.to_owned());
        std::thread::spawn(move || {
            let outcomes = app.drive(batch);
            // The batch has told of its own trouble; here only a store that fails is left, which
            // the next write meets again.
            let _ = app.write_carried(&run, &chosen, &outcomes);
        });
        Ok(number)
    }

    /// As [`App::carry_forward`], waiting for the probes. Answers with what came of them.
    ///
    /// # Errors
    /// As [`App::carry_forward`].
    pub fn carry_forward_here(
        &self,
        run: &str,
        items: &[String],
        approve: &[String],
        context: &ProbeContext,
    ) -> Result<Vec<Outcome>, Problem> {
        let chosen = self.carried(run, items)?;
        let outcomes = match rechecked(&chosen) {
            None => Vec::new(),
            Some(selection) => self.probe_run_here(run, &selection, approve, context)?,
        };
        self.write_carried(run, &chosen, &outcomes)?;
        Ok(outcomes)
    }

    /// The named items, each with what it is carried as.
    fn carried(&self, run: &str, items: &[String]) -> Result<Vec<(CarryRow, Kind)>, Problem> {
        let found = self.candidates(run)?;
        let mut chosen = Vec::new();
        for name in items {
            let row = found
                .rows
                .iter()
                .find(|(row, _)| row.item == *name || row.number == *name);
            match row {
                Some((row, Some(kind))) => chosen.push((row.clone(), kind.clone())),
                Some((row, None)) => {
                    let why = format!("it may not be carried: {}", row.text_why_not);
                    return Err(Problem::new("may-not-carry", why).at(row.number.clone()));
                }
                None => {
                    return Err(Problem::new(
                        "may-not-carry",
                        "it was not done in the last accepted run, or is answered here already",
                    )
                    .at(name.clone()));
                }
            }
        }
        Ok(chosen)
    }

    /// Writes what is carried: what had nothing to run, and what was found good again.
    fn write_carried(
        &self,
        run: &str,
        chosen: &[(CarryRow, Kind)],
        outcomes: &[Outcome],
    ) -> Result<(), Problem> {
        let good = |row: &&(CarryRow, Kind)| {
            let of_item = |outcome: &&Outcome| outcome.item == row.0.item;
            let mut own = outcomes.iter().filter(of_item).peekable();
            let found = own.peek().is_some();
            let all = own.all(|one| matches!(one.result.verdict.as_str(), "pass" | "warn"));
            !row.0.recheck || found && all
        };
        let kinds: Vec<Kind> = chosen
            .iter()
            .filter(good)
            .map(|(_, kind)| kind.clone())
            .collect();
        if kinds.is_empty() {
            return Ok(());
        }
        let patch = self.write(run, |_| Ok(kinds))?;
        self.tell(crate::app::Notice::Run(Box::new(patch)));
        Ok(())
    }

    fn candidates(&self, run: &str) -> Result<Candidates, Problem> {
        let from = self.last_accepted(run)?.ok_or_else(|| {
            Problem::new(
                "nothing-to-carry",
                "no other run of this checklist was released and accepted",
            )
        })?;
        let (outline, done) = self.with_run(&from.run, |open| {
            Ok((open.outline().clone(), self.done_then(open)))
        })?;
        let now = self.now();
        let rows = self.with_run(run, |open| {
            let map = match_items(&outline, open.outline());
            let policy = open.outline().declared.policy.carry.unwrap_or_default();
            let same_id = |id: &String| open.outline().item(id).map(|item| item.id.clone());
            let mut rows = Vec::new();
            for then in &done {
                let id = &then.item.id;
                let Some(id) = map.matched.get(id).cloned().or_else(|| same_id(id)) else {
                    continue;
                };
                let Some(item) = open.outline().item(&id) else {
                    continue;
                };
                let state = self.item_state(open, item)?;
                if item.kind != ItemKind::Work || !is_open(&state) {
                    continue;
                }
                rows.push(self.row(open, (item, &state), then, policy, &from, now)?);
            }
            let place = |id: &str| open.outline().items.iter().position(|item| item.id == id);
            rows.sort_by_key(|(row, _): &(CarryRow, Option<Kind>)| place(&row.item));
            rows.dedup_by(|a, b| a.0.item == b.0.item);
            Ok(rows)
        })?;
        Ok(Candidates { from, rows })
    }

    /// What was done in a run of the stage that the next release does not start anew.
    fn done_then(&self, open: &OpenRun) -> Vec<Done> {
        let prepare = |item: &&Item| item.stage == Stage::Prepare && item.kind == ItemKind::Work;
        let items = open.outline().items.iter().filter(prepare);
        items
            .filter_map(|item| {
                let state = self.item_state(open, item).ok()?;
                let by = state.by.as_ref().filter(|_| state.status == Status::Done)?;
                let who = by.performed_by.clone();
                Some(Done {
                    item: item.clone(),
                    target: pinned_target(open, item),
                    by: who.unwrap_or_else(|| by.author.name.clone()),
                    at: by.performed_at.unwrap_or(by.time),
                    overridden: state.marks.overridden,
                })
            })
            .collect()
    }

    fn row(
        &self,
        open: &OpenRun,
        (item, state): (&Item, &ItemState),
        then: &Done,
        policy: Carry,
        from: &ComparedRun,
        now: Timestamp,
    ) -> Result<(CarryRow, Option<Kind>), Problem> {
        let target = self.present_target(open, item)?;
        let evidence = Evidence {
            at: then.at,
            overridden: then.overridden,
        };
        let allowed = carry::may_carry(
            policy,
            &standing(&then.item, &then.target),
            &standing(item, &target),
            evidence,
            now,
        );
        let recheck = !item.probes.is_empty();
        let row = CarryRow {
            item: item.id.clone(),
            number: item.number.clone(),
            text: item.text.clone(),
            may: allowed.is_ok(),
            why_not: allowed.err().and_then(code),
            text_why_not: allowed.err().map(in_words).unwrap_or_default().to_owned(),
            by: then.by.clone(),
            at: then.at.to_string(),
            recheck,
        };
        let release = match from.release.is_empty() {
            true => &from.name,
            false => &from.release,
        };
        let heads = state
            .conflicts
            .iter()
            .filter(|one| one.register == "status");
        let kind = Kind::ItemStatus(ItemStatus {
            scope: open.scope(item)?,
            item: item.id.clone(),
            status: SetStatus::Done,
            reason: Some(carry::reason(release)),
            until: None,
            performed_by: Some(then.by.clone()),
            performed_at: Some(then.at),
            resolves: heads.flat_map(|one| one.heads.clone()).collect(),
        });
        Ok((row, allowed.is_ok().then_some(kind)))
    }

    fn present_target(&self, open: &OpenRun, item: &Item) -> Result<Target, Problem> {
        let name = environment(open, item);
        let mut variables = pinned_variables(open, &name);
        let defined = self.snapshot(open.outline(), &name)?;
        variables.extend(
            defined
                .variables
                .into_iter()
                .map(|one| (one.name, one.value)),
        );
        Ok(Target { name, variables })
    }
}

/// Nobody has spoken about it in this run.
fn is_open(state: &ItemState) -> bool {
    state.status == Status::Open && state.by.is_none() && !state.marks.conflict
}

fn environment(open: &OpenRun, item: &Item) -> String {
    let named = item.probes.iter().find_map(|probe| probe.env.clone());
    named
        .or_else(|| item.environment.clone())
        .or_else(|| open.state.target().map(str::to_owned))
        .unwrap_or_default()
}

fn pinned_target(open: &OpenRun, item: &Item) -> Target {
    let name = environment(open, item);
    Target {
        variables: pinned_variables(open, &name),
        name,
    }
}

fn pinned_variables(open: &OpenRun, environment: &str) -> BTreeMap<String, String> {
    let all = open.state.environments().into_iter();
    let pinned = all.filter(|known| known.name == environment);
    pinned
        .flat_map(|known| known.variables)
        .map(|one| (one.name, one.value))
        .collect()
}

fn standing<'a>(item: &'a Item, target: &'a Target) -> Standing<'a> {
    // Only a probe looks at what the variables say.
    let variables: Vec<(&str, &str)> = match item.probes.is_empty() {
        true => Vec::new(),
        false => target
            .variables
            .iter()
            .filter(|(name, _)| !OF_RELEASE.contains(&name.as_str()))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect(),
    };
    Standing {
        text: &item.text_hash,
        probes: item
            .probes
            .iter()
            .map(|probe| probe.hash.as_str())
            .collect(),
        target: (&target.name, variables),
        asks_value: item.asks_value.is_some() || item.asks_for.is_some(),
        waits_for_push: item.probes.iter().any(Probe::waits_for_push),
    }
}

fn code(why: NotCarried) -> Option<String> {
    let word = serde_json::to_value(why).ok()?;
    word.as_str().map(str::to_owned)
}

fn in_words(why: NotCarried) -> &'static str {
    match why {
        NotCarried::NotByPolicy => "the checklist\u{2019}s policy says `carry: never`",
        NotCarried::ChangedText => "its text has changed",
        NotCarried::ChangedProbe => "its probe has changed",
        NotCarried::OtherTarget => "it was done for another target",
        NotCarried::TooOld => "it was done too long ago",
        NotCarried::Overridden => "it stood against what a probe found",
        NotCarried::AsksValue => "it asks for a value of this release",
        NotCarried::NeedsResult => "its result is pushed anew for each release",
    }
}

/// The items whose probes are run again first; `None` where there are none.
fn rechecked(chosen: &[(CarryRow, Kind)]) -> Option<ProbeSelection> {
    let items: BTreeSet<String> = chosen
        .iter()
        .filter(|(row, _)| row.recheck)
        .map(|(row, _)| row.item.clone())
        .collect();
    (!items.is_empty()).then(|| ProbeSelection::Items {
        items: items.into_iter().collect(),
    })
}
