//! Watches of people: who watches says now and then how it looks, and at the end how it was.
//!
//! What was said stays on this device, as the looks of a probe do. A note goes into the ledger for
//! every look that was given words and for every one that turned out other than the one before; the
//! end is a status with its reason.

use std::cmp::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use countersign_core::ledger::body::{ItemNote, SetStatus, WatchStarted, WatchStopped};
use countersign_core::ledger::fold::Watch as Going;
use countersign_core::ledger::kind::Kind;
use countersign_core::outline::Item;
use countersign_core::probe::watch::{Judgement, Window};
use countersign_core::probe::{Quantity, Sample, Unit, Verdict, Watch};
use countersign_store::WatchRow;

use super::{Accepted, how_long, length_of, read_length, window_of};
use crate::app::{App, Notice};
use crate::new_run::given;
use crate::open_run::OpenRun;
use crate::wire::error::Problem;
use crate::wire::run::RunPatch;
use crate::wire::watch::WatchLooked;

/// Looks in a window whose watcher says nothing.
const USUAL_LOOKS: i32 = 4;
/// The longest time between two looks whose watcher says nothing.
const LONGEST_USUAL: TimeDelta = TimeDelta::hours(4);

/// How a window is watched of which nothing more is written.
pub(super) fn rule(window: &Window) -> Watch {
    let every = Quantity::whole(window.every.num_milliseconds(), Unit::Millisecond);
    Watch {
        every: Some(every),
        ..Watch::of(length_of(window))
    }
}

/// A watch of a person that goes on, with what was said so far.
struct Said {
    row: WatchRow,
    samples: Vec<Sample>,
    judged: Judgement,
    now: DateTime<Utc>,
}

impl App {
    /// Begins a watch by a person: for how long, such as `1h`, and how often they want to look;
    /// empty: a quarter of the time, at most every four hours.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, `how-long`, `already-watched`, `watch-too-early`,
    /// `run-read-only`, or what the store says.
    pub fn watch_by_person(
        &self,
        run: &str,
        item: &str,
        length: &str,
        every: &str,
    ) -> Result<RunPatch, Problem> {
        let length = read_length(length)?;
        let every = read_length(every)?;
        let from = self.now();
        let (id, item, window) = self.with_run(run, |open| {
            let item = open.item(item)?.clone();
            self.may_be_watched(open, &item)?;
            let length = length.ok_or_else(|| how_long(&item))?;
            let usual = || (length / USUAL_LOOKS).min(LONGEST_USUAL);
            let window = Window {
                from: from.utc(),
                until: from.utc() + length,
                every: every.unwrap_or_else(usual).min(length),
            };
            if by_person(open, &item)?.is_some() {
                return Err(super::already(&item));
            }
            Ok((open.id.clone(), item, window))
        })?;
        let patch = self.write(run, |open| {
            Ok(vec![Kind::WatchStarted(WatchStarted {
                scope: open.scope(&item)?,
                item: item.id.clone(),
                probe: None,
                from: window.from.into(),
                until: window.until.into(),
            })])
        })?;
        let started = self.with_run(run, |open| by_person(open, &item))?;
        if let Some(started) = started {
            self.store().keep_watches(&[WatchRow {
                start: started.act.event,
                run: id,
                item: item.id,
                probe: String::new(),
                environment: String::new(),
                from: window.from.into(),
                until: window.until.into(),
                every_ms: window.every.num_milliseconds(),
                ended: false,
            }])?;
        }
        Ok(patch)
    }

    /// Notes how it looks now to the person who watches. What does not look good needs words.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, `not-watched`, `watched-elsewhere`, `watch-over`,
    /// `reason-needed`, `run-read-only`, or what the store says.
    pub fn watch_reading(
        &self,
        run: &str,
        item: &str,
        good: bool,
        words: &str,
    ) -> Result<RunPatch, Problem> {
        let words = given(words);
        if !good && words.is_none() {
            return Err(Problem::new("reason-needed", "say what does not look good")
                .hint("One sentence that somebody reading the report will understand."));
        }
        let item = self.with_run(run, |open| Ok(open.item(item)?.clone()))?;
        let said = self.said(run, &item)?;
        let window = window_of(&said.row);
        if window.slot(said.now).is_none() {
            return Err(Problem::new("watch-over", "the time of this watch is over")
                .at(item.number.clone())
                .hint("Finish it and say how it was."));
        }
        let before = said.samples.last().map(|sample| sample.verdict);
        let verdict = match good {
            true => Verdict::Pass,
            false => Verdict::Fail,
        };
        let changed = before.is_some_and(|before| before != verdict);
        let note = match (&words, good) {
            (Some(words), true) => Some(format!("Looked at it, ok: {words}")),
            (Some(words), false) => Some(format!("Looked at it, not ok: {words}")),
            (None, _) => changed.then(|| "Looked at it, ok again".to_owned()),
        };
        let patch = self.write(run, |open| {
            let Some(text) = note else {
                return Ok(Vec::new());
            };
            Ok(vec![Kind::ItemNote(ItemNote {
                scope: open.scope(&item)?,
                item: item.id.clone(),
                text,
                performed_by: None,
                performed_at: None,
            })])
        })?;
        let sample = Sample {
            why: words,
            ..Sample::judged(said.now, verdict, &[])
        };
        self.store()
            .keep_samples(&said.row.start, &[sample], false)?;
        let now = self.said(run, &item)?;
        self.tell(Notice::Watch(WatchLooked {
            run: now.row.run.to_string(),
            item: item.id,
            text: now.judged.summary,
            verdict: now.judged.verdict.word().to_owned(),
            going: true,
        }));
        Ok(patch)
    }

    /// Ends a person's watch with their word: it held and the item is done, or it did not and the
    /// item has failed. Words are needed for good news that the looks do not bear out: a look that
    /// was not good, too little seen, an end before its time.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, `not-watched`, `watched-elsewhere`, `nothing-seen`,
    /// `reason-needed`, `run-read-only`, or what the store says.
    pub fn watch_finish(
        &self,
        run: &str,
        item: &str,
        held: bool,
        words: &str,
    ) -> Result<RunPatch, Problem> {
        let item = self.with_run(run, |open| Ok(open.item(item)?.clone()))?;
        let Said {
            row, judged, now, ..
        } = self.said(run, &item)?;
        if judged.looks == 0 {
            return Err(Problem::new("nothing-seen", "nobody has noted a look yet")
                .at(item.number.clone())
                .hint("Note at least one, or stop the watch with a reason."));
        }
        let window = window_of(&row);
        let doubt = doubt(&judged, &rule(&window), &window, now);
        let words = given(words);
        let needs = match (held, judged.verdict) {
            (true, _) => doubt,
            (false, Verdict::Fail) => None,
            (false, _) => Some("no look was noted that was not ok"),
        };
        let why = match (&words, needs) {
            (None, Some(needs)) => {
                return Err(Problem::new("reason-needed", needs)
                    .at(item.number.clone())
                    .hint("Say in one sentence why it counts nevertheless."));
            }
            (Some(words), _) => format!("{words} ({})", judged.summary),
            (None, None) => judged.summary.clone(),
        };
        let status = match held {
            true => SetStatus::Done,
            false => SetStatus::Failed,
        };
        let patch = self.write(run, |open| {
            let stopped = Kind::WatchStopped(WatchStopped {
                scope: open.scope(&item)?,
                item: item.id.clone(),
                probe: None,
                reason: judged.summary.clone(),
            });
            Ok(vec![
                stopped,
                self.status_because(open, &item, status, why)?,
            ])
        })?;
        self.store().end_watch(&row.start)?;
        Ok(patch)
    }

    /// The watch that goes on of an item that a person watches here.
    fn said(&self, run: &str, item: &Item) -> Result<Said, Problem> {
        let at = |problem: Problem| problem.at(item.number.clone());
        let (id, going) =
            self.with_run(run, |open| Ok((open.id.clone(), by_person(open, item)?)))?;
        let Some(going) = going else {
            return Err(at(Problem::new("not-watched", "nobody watches this item")));
        };
        let mut rows = self.store().watches(&id, &item.id)?.into_iter();
        let row = rows.find(|row| row.start == going.act.event);
        let row = row.ok_or_else(|| {
            at(Problem::new(
                "watched-elsewhere",
                "this watch was begun on another laptop, where its looks are",
            )
            .hint("Go on there, or stop it here with a reason and begin anew."))
        })?;
        let samples = self.store().samples(&row.start)?;
        let window = window_of(&row);
        let judged = self.judged(&rule(&window), None, &Accepted::new(), &samples, &window);
        Ok(Said {
            row,
            samples,
            judged,
            now: self.now().utc(),
        })
    }
}

/// The watch of an item that a person has begun and nobody has ended.
fn by_person(open: &OpenRun, item: &Item) -> Result<Option<Going>, Problem> {
    let going = open.state.open_watches(&item.id, &open.scope(item)?);
    Ok(going.into_iter().find(|watch| watch.probe.is_none()))
}

/// Why the looks alone do not say that it held.
fn doubt(
    judged: &Judgement,
    rule: &Watch,
    window: &Window,
    now: DateTime<Utc>,
) -> Option<&'static str> {
    let cover = judged.coverage.compare(rule.must_cover());
    match judged.verdict {
        Verdict::Fail => Some("a look was noted that was not ok"),
        _ if now < window.until => Some("it ends before its time"),
        _ if cover.is_none_or(Ordering::is_lt) => Some("too little of its time was seen"),
        _ => None,
    }
}
