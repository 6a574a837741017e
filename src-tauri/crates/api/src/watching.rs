//! Watches: started by a person, looked after by this device while the application is open, ended
//! by time, by a person or by a failure. Only changes of the verdict and the end reach the ledger.

mod found;
mod looking;
mod person;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use countersign_core::ledger::body::{WatchStarted, WatchStopped};
use countersign_core::ledger::fold::Watch as Going;
use countersign_core::ledger::kind::Kind;
use countersign_core::outline::Item;
use countersign_core::probe::watch::{Judgement, Rules, Window, judge};
use countersign_core::probe::{Quantity, Sample, Value, Watch};
use countersign_store::WatchRow;

use crate::app::{App, held};
use crate::new_run::given;
use crate::open_run::OpenRun;
use crate::probes::{Chosen, ProbeContext};
use crate::view::watch::{Watched, series};
use crate::wire::error::Problem;
use crate::wire::probe::ProbeSelection;
use crate::wire::run::RunPatch;
use crate::wire::watch::WatchSeries;
use looking::Looker;

pub(crate) use looking::Lookers;

/// What the last accepted run measured, by metric.
type Accepted = BTreeMap<String, Value>;

/// A watch that is about to begin.
struct Beginning {
    one: Chosen,
    window: Window,
}

impl App {
    /// Starts the watch of an item and looks for the first time. `length` is how long, such as
    /// `1h`; empty: as the probe says. `approve` lists the plan hashes that the person has just
    /// said yes to. An item without a probe is watched by a person, as
    /// [`App::watch_by_person`] says.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, `how-long`, `already-watched`, `watch-too-early`,
    /// `watch-changes-state`, `not-approved`, `variable-missing`, `run-read-only`, or what the
    /// store says.
    pub fn watch_start(
        self: &Arc<Self>,
        run: &str,
        item: &str,
        length: &str,
        approve: &[String],
    ) -> Result<RunPatch, Problem> {
        let (patch, rows) =
            self.watch_begin(run, item, length, approve, &ProbeContext::default())?;
        for row in rows {
            Looker::new(self, row, ProbeContext::default()).go();
        }
        Ok(patch)
    }

    /// Writes that the watch of an item begins; nobody looks yet.
    fn watch_begin(
        &self,
        run: &str,
        item: &str,
        length: &str,
        approve: &[String],
        context: &ProbeContext,
    ) -> Result<(RunPatch, Vec<WatchRow>), Problem> {
        let (asked, length) = (length, read_length(length)?);
        let (id, item, beginning) = self.with_run(run, |open| {
            self.look(open)?;
            if let Some(reason) = self.cannot_write(open) {
                return Err(Problem::new("run-read-only", reason));
            }
            let item = open.item(item)?.clone();
            let beginning = self.beginning(open, &item, length, context)?;
            Ok((open.id.clone(), item, beginning))
        })?;
        if beginning.is_empty() {
            let patch = self.watch_by_person(run, &item.id, asked, "")?;
            return Ok((patch, Vec::new()));
        }
        let chosen: Vec<Chosen> = beginning.iter().map(|begin| begin.one.clone()).collect();
        self.approve(&chosen, approve, context)?;
        for one in &chosen {
            self.must_be_approved(one)?;
        }
        self.pin_environments(&id, &chosen, context)?;
        let patch = self.write(run, |open| {
            let scope = open.scope(&item)?;
            let started = |begin: &Beginning| {
                Ok(Kind::WatchStarted(WatchStarted {
                    scope: scope.clone(),
                    item: item.id.clone(),
                    probe: Some(begin.one.probe_hash()?),
                    from: begin.window.from.into(),
                    until: begin.window.until.into(),
                }))
            };
            beginning.iter().map(started).collect()
        })?;
        let rows = self.with_run(run, |open| {
            let going = open.state.open_watches(&item.id, &open.scope(&item)?);
            let row = |begin: &Beginning| {
                let hash = &begin.one.probe.hash;
                let started = going.iter().rev().find(|watch| is_of(watch, hash))?;
                Some(WatchRow {
                    start: started.act.event.clone(),
                    run: open.id.clone(),
                    item: item.id.clone(),
                    probe: hash.clone(),
                    environment: begin.one.environment.clone(),
                    from: begin.window.from.into(),
                    until: begin.window.until.into(),
                    every_ms: begin.window.every.num_milliseconds(),
                    ended: false,
                })
            };
            Ok(beginning.iter().filter_map(row).collect::<Vec<_>>())
        })?;
        self.store().keep_watches(&rows)?;
        // Held before anybody else may see that nobody looks.
        for row in &rows {
            self.hold(&row.start)?;
        }
        Ok((patch, rows))
    }

    /// The probes that watch an item, each with its window: those that say how they are watched,
    /// else all that measure.
    fn beginning(
        &self,
        open: &OpenRun,
        item: &Item,
        length: Option<TimeDelta>,
        context: &ProbeContext,
    ) -> Result<Vec<Beginning>, Problem> {
        let selection = ProbeSelection::Items {
            items: vec![item.id.clone()],
        };
        let repository = self.repository(&open.id)?;
        let mut chosen = self.choose(open, &selection, context, repository.as_deref())?;
        chosen.retain(|one| one.item.id == item.id && one.probe.reference.is_none());
        if chosen.iter().any(|one| one.probe.watch.is_some()) {
            chosen.retain(|one| one.probe.watch.is_some());
        }
        self.may_be_watched(open, item)?;
        let going = open.state.open_watches(&item.id, &open.scope(item)?);
        let from = self.now().utc();
        let mut all = Vec::new();
        for one in chosen {
            if going.iter().any(|watch| is_of(watch, &one.probe.hash)) {
                return Err(already(item));
            }
            if one.asks_each_time() {
                return Err(Problem::new(
                    "watch-changes-state",
                    "a probe that changes state or makes load is never repeated",
                )
                .at(item.number.clone())
                .hint("Watch with a probe that only looks."));
            }
            let written = one.probe.watch.as_ref();
            let span = length
                .or_else(|| written.map(Watch::span))
                .ok_or_else(|| how_long(item))?;
            let every = written.map_or_else(|| rule(&one, span).every(span), |w| w.every(span));
            all.push(Beginning {
                window: Window {
                    from,
                    until: from + span,
                    every: every.min(span),
                },
                one,
            });
        }
        Ok(all)
    }

    /// Whether the stage of an item is reached.
    fn may_be_watched(&self, open: &OpenRun, item: &Item) -> Result<(), Problem> {
        if self.is_too_early(open, item) {
            return Err(Problem::new(
                "watch-too-early",
                "what is watched after the deployment cannot be watched before it",
            )
            .at(item.number.clone())
            .hint("Record that the release is deployed, then start the watch."));
        }
        Ok(())
    }

    fn must_be_approved(&self, one: &Chosen) -> Result<(), Problem> {
        let at = |problem: Problem| problem.at(one.item.number.clone());
        if let Err(missing) = &one.plan {
            let words: Vec<String> = missing.iter().map(ToString::to_string).collect();
            return Err(at(Problem::new("variable-missing", words.join("; "))
                .hint("Set it in the run\u{2019}s environment.")));
        }
        let approved = one
            .hash()
            .is_some_and(|hash| self.is_approved(hash, &one.environment));
        if approved {
            return Ok(());
        }
        Err(at(Problem::new(
            "not-approved",
            "nobody has approved what this watch would do again and again",
        )
        .hint("Look at its plan and approve it.")))
    }

    /// Ends all watches of an item before their time and writes what they have seen.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, `not-watched`, `reason-needed`, `run-read-only`, or what the
    /// store says.
    pub fn watch_stop(&self, run: &str, item: &str, reason: &str) -> Result<RunPatch, Problem> {
        let reason =
            given(reason).ok_or_else(|| Problem::new("reason-needed", "say why it is stopped"))?;
        let (item, going) = self.with_run(run, |open| {
            let item = open.item(item)?.clone();
            let going = open.state.open_watches(&item.id, &open.scope(&item)?);
            Ok((item, going))
        })?;
        if going.is_empty() {
            return Err(
                Problem::new("not-watched", "this item is not watched").at(item.number.clone())
            );
        }
        for watch in &going {
            if let Some(looker) = held(&self.lookers).remove(&watch.act.event) {
                looker.cancel();
            }
            self.conclude_stopped(run, &item, watch, &reason)?;
        }
        let patch = self.write(run, |open| {
            let scope = open.scope(&item)?;
            let stopped = |watch: &Going| {
                Kind::WatchStopped(WatchStopped {
                    scope: scope.clone(),
                    item: item.id.clone(),
                    probe: watch.probe.clone(),
                    reason: reason.clone(),
                })
            };
            Ok(going.iter().map(stopped).collect())
        })?;
        for watch in &going {
            self.store().end_watch(&watch.act.event)?;
        }
        Ok(patch)
    }

    /// What the last watch of an item has seen on this device; `None` where it was never watched
    /// here.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, or what the store says.
    pub fn watch_series(&self, run: &str, item: &str) -> Result<Option<WatchSeries>, Problem> {
        let (row, one) = self.with_run(run, |open| {
            let item = open.item(item)?;
            let rows = self.store().watches(&open.id, &item.id)?;
            let Some(row) = rows.into_iter().next() else {
                return Ok((None, None));
            };
            let context = ProbeContext::default();
            let one = self.watching_probe(open, &row, &context)?;
            Ok((Some(row), one))
        })?;
        let Some(row) = row else { return Ok(None) };
        let samples = self.store().samples(&row.start)?;
        let plan = one.as_ref().and_then(|one| one.plan.as_ref().ok());
        let window = window_of(&row);
        let watch = one.as_ref().map_or_else(
            || person::rule(&window),
            |one| rule(one, window.until - window.from),
        );
        let accepted = match &one {
            Some(one) => self.accepted(run, one)?,
            None => Accepted::new(),
        };
        let judged = self.judged(&watch, one.as_ref(), &accepted, &samples, &window);
        let of = Watched {
            item: &row.item,
            probe: &row.probe,
            window,
            watch: &watch,
            going: !row.ended,
        };
        Ok(Some(series(&of, plan, &samples, &judged)))
    }

    /// What the looks come to; of a person's watch there is no probe.
    fn judged(
        &self,
        watch: &Watch,
        one: Option<&Chosen>,
        accepted: &Accepted,
        samples: &[Sample],
        window: &Window,
    ) -> Judgement {
        let plan = one.and_then(|one| one.plan.as_ref().ok());
        let (expect, warn) = plan.map_or((&[][..], &[][..]), |plan| {
            (plan.expect.as_slice(), plan.warn.as_slice())
        });
        let rules = Rules {
            watch,
            expect,
            warn,
            baseline: one.map_or(&[][..], |one| one.probe.baseline.as_slice()),
            accepted,
        };
        judge(&rules, samples, window, self.now().utc())
    }

    /// What the last accepted run measured of what a probe compares with it.
    fn accepted(&self, run: &str, one: &Chosen) -> Result<Accepted, Problem> {
        if one.probe.baseline.is_empty() {
            return Ok(Accepted::new());
        }
        let outline = self.with_run(run, |open| Ok(open.outline().clone()))?;
        let mut all = self.baselines(run, &outline, std::slice::from_ref(one))?;
        Ok(all.remove(&one.id()).unwrap_or_default())
    }
}

/// How a probe is watched; one that does not say so is watched with what is usual.
fn rule(one: &Chosen, span: TimeDelta) -> Watch {
    let written = one.probe.watch.clone();
    written.unwrap_or_else(|| {
        let window = Window {
            from: chrono::DateTime::UNIX_EPOCH,
            until: chrono::DateTime::UNIX_EPOCH + span,
            every: span,
        };
        Watch::of(length_of(&window))
    })
}

fn length_of(window: &Window) -> Quantity {
    let millis = (window.until - window.from).num_milliseconds();
    Quantity::whole(millis, countersign_core::probe::Unit::Millisecond)
}

fn window_of(row: &WatchRow) -> Window {
    Window {
        from: row.from.utc(),
        until: row.until.utc(),
        every: TimeDelta::milliseconds(row.every_ms.max(1)),
    }
}

fn how_long(item: &Item) -> Problem {
    Problem::new("how-long", "nothing says how long this item is watched")
        .at(item.number.clone())
        .hint("Give a time such as 1h, or write `watch: 1h` on its probe.")
}

fn already(item: &Item) -> Problem {
    Problem::new("already-watched", "this item is watched already")
        .at(item.number.clone())
        .hint("Stop its watch to begin anew.")
}

fn is_of(watch: &Going, hash: &str) -> bool {
    watch
        .probe
        .as_ref()
        .is_some_and(|probe| probe.as_str() == hash)
}

/// A length such as `1h`; empty for what the probe says.
fn read_length(text: &str) -> Result<Option<TimeDelta>, Problem> {
    let Some(text) = given(text) else {
        return Ok(None);
    };
    let longest = TimeDelta::days(31);
    Quantity::parse(&text)
        .and_then(Quantity::as_duration)
        .and_then(|length| TimeDelta::from_std(length).ok())
        .filter(|length| *length >= TimeDelta::seconds(1) && *length <= longest)
        .map(Some)
        .ok_or_else(|| {
            Problem::new("how-long", format!("{text:?} is not a time from 1s to 31d"))
                .hint("Write a time such as 30m or 1h.")
        })
}
