//! Looking, again and again, until a watch ends.
//!
//! One process looks after a watch at a time: it holds the watch for a minute and renews that while
//! it lives. When it is gone, another one goes on, and the time between is a gap.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use countersign_core::ledger::body::WatchPart;
use countersign_core::ledger::fold::Watch as Going;
use countersign_core::ledger::ident::EventId;
use countersign_core::outline::Item;
use countersign_core::probe::watch::Window;
use countersign_core::probe::{Observation, Sample, Verdict};
use countersign_probes::{Approvals, Done, Ground};
use countersign_store::WatchRow;
use tokio_util::sync::CancellationToken;

use super::found::observation;
use super::{Accepted, rule, window_of};
use crate::app::{App, Notice, held};
use crate::open_run::OpenRun;
use crate::probes::{Baselines, Chosen, Finished, ProbeContext, jobs};
use crate::wire::error::Problem;
use crate::wire::watch::WatchLooked;

/// How long a process holds a watch without renewing it.
const HOLD: TimeDelta = TimeDelta::seconds(60);
/// How often it is renewed.
const RENEW: TimeDelta = TimeDelta::seconds(20);
/// How often a thread that waits looks whether it is still wanted.
const BEAT: Duration = Duration::from_millis(200);

/// One watch that this process looks after.
pub(super) struct Looker {
    app: Weak<App>,
    row: WatchRow,
    context: ProbeContext,
    cancel: CancellationToken,
    /// What the last accepted run measured, read at the first look: the whole watch is compared
    /// with the same run.
    accepted: OnceCell<Accepted>,
}

/// Whether a watch goes on after a look.
enum After {
    Goes,
    Ended,
}

impl Looker {
    pub fn new(app: &Arc<App>, row: WatchRow, context: ProbeContext) -> Self {
        let cancel = CancellationToken::new();
        held(&app.lookers).insert(row.start.clone(), cancel.clone());
        Self {
            app: Arc::downgrade(app),
            row,
            context,
            cancel,
            accepted: OnceCell::new(),
        }
    }

    /// Looks in the background until the watch ends.
    pub fn go(self) {
        std::thread::spawn(move || self.stay());
    }

    /// Looks until the watch ends, somebody stops it, or another process has it.
    pub fn stay(self) {
        let mut next = None;
        while let Some(app) = self.app.upgrade() {
            if self.cancel.is_cancelled() {
                break;
            }
            let now = app.now().utc();
            if next.is_some_and(|next| now < next) {
                drop(app);
                std::thread::sleep(BEAT);
                continue;
            }
            match app.look_once(&self) {
                Ok(After::Ended) => break,
                // What kept it from looking may pass: a locked store, a missing variable. Until
                // then nothing is seen, which is a gap.
                Ok(After::Goes) | Err(_) => {}
            }
            next = Some(self.next(app.now().utc()));
        }
        if let Some(app) = self.app.upgrade() {
            held(&app.lookers).remove(&self.row.start);
        }
    }

    /// When to look again: as the next slot begins, at the end at the latest, and before somebody
    /// else may take the watch.
    fn next(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let window = window_of(&self.row);
        let slot = window.slot(now).unwrap_or(0);
        let next = match now >= window.until {
            true => now + RENEW,
            false => window.begins(slot + 1),
        };
        next.min(now + RENEW)
    }
}

/// What one look needs.
struct Prepared {
    one: Chosen,
    /// The verdict that the ledger has of this watch so far.
    told: Option<Verdict>,
    ground: Ground,
}

impl App {
    /// Goes on with watches of this device that no process looks after: those of an application
    /// that was closed, or of a command line that has ended.
    pub(crate) fn resume_watches(self: &Arc<Self>) {
        let Ok(rows) = self.store().unattended_watches(self.now()) else {
            return;
        };
        for row in rows {
            if !held(&self.lookers).contains_key(&row.start) {
                Looker::new(self, row, ProbeContext::default()).go();
            }
        }
    }

    /// Starts the watch of an item, or goes on with the one that was started on this device, and
    /// stays until it has ended or another process has it.
    ///
    /// # Errors
    /// As [`App::watch_start`]; `not-watched-by-probe` for an item that a person watches.
    pub fn watch_here(
        self: &Arc<Self>,
        run: &str,
        item: &str,
        length: &str,
        approve: &[String],
        context: &ProbeContext,
    ) -> Result<(), Problem> {
        let rows = self.with_run(run, |open| {
            let item = open.item(item)?;
            let mut rows = self.store().watches(&open.id, &item.id)?;
            rows.retain(|row| !row.ended && !row.probe.is_empty());
            Ok(rows)
        })?;
        let rows = match rows.is_empty() {
            false => rows,
            true => self.watch_begin(run, item, length, approve, context)?.1,
        };
        if rows.is_empty() {
            return Err(Problem::new(
                "not-watched-by-probe",
                "this item has no probe that could watch it; a person does now",
            ));
        }
        let threads: Vec<_> = rows
            .into_iter()
            .map(|row| Looker::new(self, row, context.clone()))
            .map(|looker| std::thread::spawn(move || looker.stay()))
            .collect();
        for thread in threads {
            let _ = thread.join();
        }
        Ok(())
    }

    /// Takes a watch for a minute, or keeps it; false when another process has it.
    pub(super) fn hold(&self, start: &EventId) -> Result<bool, Problem> {
        let now = self.now();
        let until = (now.utc() + HOLD).into();
        Ok(self.store().take_watch(start, &self.holder, now, until)?)
    }

    fn look_once(&self, looker: &Looker) -> Result<After, Problem> {
        let Looker {
            row,
            context,
            cancel,
            ..
        } = looker;
        let now = self.now();
        if !self.hold(&row.start)? {
            return Ok(After::Ended);
        }
        let Some(prepared) = self.prepare_look(row, context)? else {
            self.store().end_watch(&row.start)?;
            return Ok(After::Ended);
        };
        let accepted = match looker.accepted.get() {
            Some(known) => known.clone(),
            None => {
                let read = self.accepted(row.run.as_str(), &prepared.one)?;
                looker.accepted.get_or_init(|| read).clone()
            }
        };
        let window = window_of(row);
        let slot = window.slot(now.utc());
        let samples = self.store().samples(&row.start)?;
        let seen = samples.iter().any(|sample| window.slot(sample.at) == slot);
        let at_once = prepared.one.probe.kind == "promql";
        // A look is due once a slot; Prometheus remembers, so it is asked once more at the end.
        if slot.is_some() && !seen || at_once && now >= row.until {
            let Some(done) = self.one_look(&prepared, &accepted, row, window, cancel) else {
                return Ok(After::Ended);
            };
            match done.samples {
                Some(all) => self.store().keep_samples(&row.start, &all, true)?,
                None if at_once => {}
                None => {
                    let compared = prepared.one.probe.compared_metrics();
                    let sample = Sample::of(now.utc(), &compared, &done.observation);
                    self.store().keep_samples(&row.start, &[sample], false)?;
                }
            }
        }
        self.conclude(row, &prepared, &accepted, window)
    }

    /// One look; `None` when it was stopped.
    fn one_look(
        &self,
        prepared: &Prepared,
        accepted: &Accepted,
        row: &WatchRow,
        window: Window,
        cancel: &CancellationToken,
    ) -> Option<Done> {
        let accepted = Baselines::from([(prepared.one.id(), accepted.clone())]);
        let mut jobs = jobs([&prepared.one], &BTreeSet::new(), &accepted);
        for job in &mut jobs {
            job.window = Some(window);
        }
        let (events, mut progress) = tokio::sync::mpsc::channel(8);
        self.runtime
            .spawn(async move { while progress.recv().await.is_some() {} });
        let engine = Arc::clone(&self.engine);
        let run = engine.run(jobs, prepared.ground.clone(), events, cancel.clone());
        let renewing = async {
            loop {
                tokio::time::sleep(RENEW.to_std().unwrap_or(BEAT)).await;
                let _ = self.hold(&row.start);
            }
        };
        let mut done = self.runtime.block_on(async {
            tokio::select! {
                done = run => done,
                _ = renewing => Vec::new(),
            }
        });
        done.pop()
    }

    /// The probe of a watch, with what it would do now; `None` when the watch goes on no more.
    fn prepare_look(
        &self,
        row: &WatchRow,
        context: &ProbeContext,
    ) -> Result<Option<Prepared>, Problem> {
        self.with_run(row.run.as_str(), |open| {
            let Some(one) = self.watching_probe(open, row, context)? else {
                return Ok(None);
            };
            if !is_going(open, row) {
                return Ok(None);
            }
            let state = self.item_state(open, &one.item)?;
            let told = state
                .probes
                .iter()
                .find(|known| known.probe.as_str() == row.probe)
                .and_then(|known| known.result.as_ref())
                .filter(|result| result.watch.is_some() && result.started >= row.from)
                .map(|result| crate::view::item::verdict(result.verdict));
            let approved = one
                .hash()
                .is_some_and(|hash| self.is_approved(hash, &one.environment));
            let approvals: Approvals = Arc::new(move |_| approved);
            let ground = Ground {
                repository: self.repository(&open.id)?,
                secrets: self.secrets_of(open, &one.environment, context)?,
                approvals,
                known: self.known(open),
            };
            Ok(Some(Prepared { one, told, ground }))
        })
    }

    /// The probe that a watch looks with; `None` when the checklist in use has it no more.
    pub(super) fn watching_probe(
        &self,
        open: &OpenRun,
        row: &WatchRow,
        context: &ProbeContext,
    ) -> Result<Option<Chosen>, Problem> {
        let Some(item) = open.outline().item(&row.item) else {
            return Ok(None);
        };
        let Some(probe) = item.probes.iter().find(|probe| probe.hash == row.probe) else {
            return Ok(None);
        };
        let names = self.names_in(open, &row.environment, context)?;
        let repository = self.repository(&open.id)?;
        let environment = row.environment.clone();
        Chosen::new(item, probe, environment, &names, repository.as_deref()).map(Some)
    }

    /// Writes what has changed: nothing, a new verdict so far, or the end.
    fn conclude(
        &self,
        row: &WatchRow,
        prepared: &Prepared,
        accepted: &Accepted,
        window: Window,
    ) -> Result<After, Problem> {
        let watch = rule(&prepared.one, window.until - window.from);
        let samples = self.store().samples(&row.start)?;
        let judged = self.judged(&watch, Some(&prepared.one), accepted, &samples, &window);
        let over = self.now().utc() >= window.until;
        let ends = over || judged.settled;
        let part = match ends {
            true => WatchPart::Final,
            false => WatchPart::Interim,
        };
        if ends || prepared.told != Some(judged.verdict) {
            let found = observation(&prepared.one, &watch, &window, &judged, &samples);
            self.record_part(row, &prepared.one, part, found)?;
        }
        if ends {
            self.store().end_watch(&row.start)?;
        }
        self.tell(Notice::Watch(WatchLooked {
            run: row.run.to_string(),
            item: row.item.clone(),
            text: judged.summary.clone(),
            verdict: judged.verdict.word().to_owned(),
            going: !ends,
        }));
        Ok(match ends {
            true => After::Ended,
            false => After::Goes,
        })
    }

    fn record_part(
        &self,
        row: &WatchRow,
        one: &Chosen,
        part: WatchPart,
        found: Observation,
    ) -> Result<(), Problem> {
        let one = Chosen {
            part: Some(part),
            ..one.clone()
        };
        self.record(row.run.as_str(), &[Finished::of(&one, &found)])
    }

    /// Writes what a watch has seen that a person stops: a failure stays one, anything else was not
    /// watched to its end and decides nothing.
    pub(super) fn conclude_stopped(
        &self,
        run: &str,
        item: &Item,
        going: &Going,
        reason: &str,
    ) -> Result<(), Problem> {
        let found = self.with_run(run, |open| {
            let rows = self.store().watches(&open.id, &item.id)?;
            let Some(row) = rows.into_iter().find(|row| row.start == going.act.event) else {
                return Ok(None);
            };
            let one = self.watching_probe(open, &row, &ProbeContext::default())?;
            Ok(one.map(|one| (row, one)))
        })?;
        let Some((row, one)) = found else {
            return Ok(());
        };
        let window = window_of(&row);
        let watch = rule(&one, window.until - window.from);
        let samples = self.store().samples(&row.start)?;
        let accepted = self.accepted(run, &one)?;
        let mut judged = self.judged(&watch, Some(&one), &accepted, &samples, &window);
        // What was not watched to its end is nothing to compare the next run with.
        judged.compared.clear();
        if judged.verdict != Verdict::Fail {
            judged.verdict = Verdict::Inconclusive;
        }
        judged.summary = format!("stopped: {reason}; {}", judged.summary);
        judged.hint = Some("watch again for the whole window".to_owned());
        let found = observation(&one, &watch, &window, &judged, &samples);
        self.record_part(&row, &one, WatchPart::Final, found)
    }
}

fn is_going(open: &OpenRun, row: &WatchRow) -> bool {
    let Some(scope) = open
        .outline()
        .item(&row.item)
        .and_then(|item| open.scope(item).ok())
    else {
        return false;
    };
    let going = open.state.open_watches(&row.item, &scope);
    going.iter().any(|watch| watch.act.event == row.start)
}

/// Tokens of the watches that this process looks after, by their start.
pub(crate) type Lookers = std::sync::Mutex<std::collections::HashMap<EventId, CancellationToken>>;
