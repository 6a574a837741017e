//! What one thread sends and counts, whichever version of HTTP it speaks.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

use super::captured;
use super::prepared::{Given, Prepared};
use super::schedule::Schedule;
use super::tally::{Break, End, Interval, Job, Whole};
use super::target::Target;
use crate::message::Refusal;
use crate::plan::Plan;

/// How often what was counted is handed over, in nanoseconds.
pub(super) const INTERVAL: u64 = 200_000_000;
/// From when on this machine is to blame for a late beginning, in nanoseconds.
const TOO_LATE: u64 = 100_000_000;

/// A run as all its threads know it.
pub(super) struct Course {
    pub plan: Plan,
    pub target: Target,
    pub requests: Vec<Prepared>,
    pub turns: Vec<u16>,
    pub schedule: Schedule,
    /// In nanoseconds.
    pub timeout: u64,
    /// When nothing is due any more.
    pub ends: u64,
    pub threads: u64,
    /// Users at full pace; 0 in an open loop.
    pub users: f64,
}

/// One thread's part.
pub(super) struct Lane<'a> {
    pub course: &'a Course,
    /// Which of the threads it is.
    pub own: u64,
    pub captured: BTreeMap<String, String>,
    /// Requests that are due and wait for a connection.
    pub waiting: VecDeque<Job>,
    stop: &'a AtomicBool,
    began: Instant,
    /// The number of this thread's next request, and where it is in the schedule.
    next: u64,
    leg: usize,
    next_due: Option<(u64, u16)>,
    interval: Box<Interval>,
    whole: Whole,
    full: Sender<Box<Interval>>,
    empty: Receiver<Box<Interval>>,
    /// When the interval ends, when it began, and the processor time then.
    hand_over: u64,
    since: u64,
    cpu: u64,
    pub connections: u32,
}

/// Processor time of this thread, in nanoseconds.
fn cpu() -> u64 {
    let spent = clock_gettime(ClockId::ThreadCPUTime);
    let whole = u64::try_from(spent.tv_sec).unwrap_or_default();
    whole * 1_000_000_000 + u64::try_from(spent.tv_nsec).unwrap_or_default()
}

impl<'a> Lane<'a> {
    /// The lane of one of the threads.
    ///
    /// # Errors
    /// Never in fact.
    pub(super) fn new(
        course: &'a Course,
        own: u64,
        captured: BTreeMap<String, String>,
        stop: &'a AtomicBool,
        full: Sender<Box<Interval>>,
        empty: Receiver<Box<Interval>>,
    ) -> Result<Self, Refusal> {
        let mut leg = 0;
        let next_due = course.schedule.due(own, &mut leg);
        Ok(Self {
            course,
            own,
            captured,
            waiting: VecDeque::new(),
            stop,
            began: Instant::now(),
            next: own,
            leg,
            next_due,
            interval: Box::new(Interval::new()?),
            whole: Whole::new(course.plan.steps.len(), course.requests.len())?,
            full,
            empty,
            hand_over: 0,
            since: 0,
            cpu: cpu(),
            connections: 0,
        })
    }

    /// From here on time counts.
    pub(super) fn begin(&mut self, began: Instant) {
        self.began = began;
        // Intervals end where seconds of what counts do.
        let phase = self.course.schedule.counts_from() % INTERVAL;
        self.hand_over = if phase == 0 { INTERVAL } else { phase };
        self.cpu = cpu();
    }

    /// Nanoseconds since the run began.
    pub(super) fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// When the next request is due; `None` after the last.
    pub(super) fn next_due(&self) -> Option<u64> {
        self.next_due.map(|(due, _)| due)
    }

    /// The next request of the schedule, if it is due.
    pub(super) fn due(&mut self, now: u64) -> Option<Job> {
        let (due, step) = self.next_due.filter(|(due, _)| *due <= now)?;
        let job = self.job(due, step, now);
        let course = self.course;
        self.next_due = course.schedule.due(self.next, &mut self.leg);
        Some(job)
    }

    /// A request that a user is about to send.
    pub(super) fn of_user(&mut self, due: u64, now: u64) -> Job {
        let step = self.course.schedule.step_at(due);
        self.job(due, step, now)
    }

    fn job(&mut self, due: u64, step: u16, now: u64) -> Job {
        let course = self.course;
        let number = self.next;
        self.next += course.threads;
        let turns = course.turns.len().max(1) as u64;
        let turn = usize::try_from(number % turns).unwrap_or_default();
        let job = Job {
            due,
            sent: 0,
            number,
            request: course.turns.get(turn).copied().unwrap_or_default(),
            step,
        };
        self.interval.due += 1;
        if job.counts() {
            let late = now.saturating_sub(due);
            self.whole.late.saturating_record(late);
            self.whole.too_late += u64::from(late > TOO_LATE);
        }
        job
    }

    /// What a request is made from.
    pub(super) fn prepared(&self, job: &Job) -> Option<&'a Prepared> {
        self.course.requests.get(usize::from(job.request))
    }

    /// What stands in a request's places.
    pub(super) fn given(&self, job: &Job) -> Given<'_> {
        Given {
            variables: &self.course.plan.variables,
            captured: &self.captured,
            number: job.number,
        }
    }

    /// Notes that a request is about to be written.
    pub(super) fn sends(&mut self, job: &mut Job, bytes: usize) {
        job.sent = self.now().max(1);
        self.interval.sent += 1;
        self.interval.bytes.sent += u64::try_from(bytes).unwrap_or_default();
    }

    pub(super) fn received(&mut self, bytes: usize) {
        self.interval.bytes.received += u64::try_from(bytes).unwrap_or_default();
    }

    /// Counts bytes that went either way unseen.
    pub(super) fn traffic(&mut self, received: u64, sent: u64) {
        self.interval.bytes.received += received;
        self.interval.bytes.sent += sent;
    }

    pub(super) fn opened(&mut self) {
        self.connections += 1;
        self.interval.opened += 1;
    }

    pub(super) fn closed(&mut self) {
        self.connections = self.connections.saturating_sub(1);
    }

    pub(super) fn not_opened(&mut self) {
        self.interval.failed += 1;
    }

    /// An answer is complete.
    pub(super) fn answered(&mut self, job: &Job, status: u16, now: u64) {
        let expected = self
            .prepared(job)
            .is_some_and(|prepared| prepared.expects(status));
        self.interval.answered += 1;
        self.end(job, End::Answered { status, expected }, now);
    }

    /// Keeps what an answer gives to others.
    pub(super) fn capture(&mut self, job: &Job, head: &[u8], body: &[u8]) {
        if let Some(prepared) = self.prepared(job) {
            captured::take(&prepared.captures, head, body, &mut self.captured);
        }
    }

    pub(super) fn broke(&mut self, job: &Job, how: Break) {
        let now = self.now();
        self.end(job, End::Broken(how), now);
    }

    pub(super) fn timed_out(&mut self, job: &Job, now: u64) {
        let end = if job.sent > 0 {
            End::TimedOut
        } else {
            End::Unsent
        };
        self.end(job, end, now);
    }

    fn end(&mut self, job: &Job, end: End, now: u64) {
        if job.counts() {
            let until = self.course.ends;
            self.interval.count(job, end, now, until);
            self.whole.count(job, end, now, until);
        }
    }

    /// Gives up the requests that have waited too long for a connection.
    pub(super) fn give_up_waiting(&mut self, now: u64) {
        while let Some(first) = self.waiting.front().copied() {
            if now.saturating_sub(first.due) < self.course.timeout {
                break;
            }
            self.waiting.pop_front();
            self.timed_out(&first, now);
        }
    }

    /// When what was counted is handed over next.
    pub(super) fn hand_over(&self) -> u64 {
        self.hand_over
    }

    /// Hands over what was counted, when it is time.
    pub(super) fn tick(&mut self, now: u64) {
        if now < self.hand_over {
            return;
        }
        let passed = (now - self.hand_over) / INTERVAL;
        self.give(self.hand_over + passed * INTERVAL, now);
        self.hand_over += (passed + 1) * INTERVAL;
    }

    fn give(&mut self, until: u64, now: u64) {
        let Ok(next) = self
            .empty
            .try_recv()
            .or_else(|_| Interval::new().map(Box::new))
        else {
            return;
        };
        let mut full = std::mem::replace(&mut self.interval, next);
        let spent = cpu();
        full.cpu = spent.saturating_sub(self.cpu);
        full.wall = now.saturating_sub(self.since);
        full.until = until;
        full.waiting = u64::try_from(self.waiting.len()).unwrap_or_default();
        full.connections = self.connections;
        self.cpu = spent;
        self.since = now;
        // Who no longer listens no longer wants to know.
        let _ = self.full.send(full);
    }

    /// Hands over the rest.
    pub(super) fn finish(mut self) -> Whole {
        let now = self.now();
        self.give(now, now);
        self.whole
    }
}
