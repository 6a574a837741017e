//! What is counted, where it happens and without a lock: each thread has its own, and hands over a
//! part of it five times a second.

use hdrhistogram::Histogram;

use super::schedule::UNCOUNTED;
use crate::latency::histogram;
use crate::message::Refusal;
use crate::outcome::{Bytes, Counts, Failures};

/// A request on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    /// When it was meant to be sent, in nanoseconds since the run began.
    pub due: u64,
    /// When it was; 0 before.
    pub sent: u64,
    /// Its number in the run.
    pub number: u64,
    /// Which request of the plan it is.
    pub request: u16,
    /// The step it counts for, or [`UNCOUNTED`].
    pub step: u16,
}

impl Job {
    pub(super) fn counts(&self) -> bool {
        self.step != UNCOUNTED
    }
}

/// How a transport broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Break {
    Refused,
    Connect,
    Tls,
    Reset,
    Closed,
    Malformed,
    Other,
}

impl Break {
    /// What an error of a stream that was open says.
    pub(super) fn of(error: &std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        match error.kind() {
            Kind::ConnectionRefused => Self::Refused,
            Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => Self::Reset,
            Kind::UnexpectedEof => Self::Closed,
            Kind::InvalidData => Self::Tls,
            _ => Self::Other,
        }
    }

    /// What an error while connecting says.
    pub(super) fn connecting(error: &std::io::Error) -> Self {
        match Self::of(error) {
            Self::Refused => Self::Refused,
            Self::Tls => Self::Tls,
            _ => Self::Connect,
        }
    }

    fn count(self, failures: &mut Failures) {
        let counted = match self {
            Self::Refused => &mut failures.refused,
            Self::Connect => &mut failures.connect,
            Self::Tls => &mut failures.tls,
            Self::Reset => &mut failures.reset,
            Self::Closed => &mut failures.closed,
            Self::Malformed => &mut failures.malformed,
            Self::Other => &mut failures.other,
        };
        *counted += 1;
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Answered { status: u16, expected: bool },
    TimedOut,
    Unsent,
    Broken(Break),
}

/// Counts with the latencies they are of.
pub(super) struct Sum {
    pub counts: Counts,
    /// Sent, and answered as expected, before nothing was due any more.
    pub sent_in_time: u64,
    pub ok_in_time: u64,
    pub corrected: Histogram<u64>,
}

impl Sum {
    pub(super) fn new() -> Result<Self, Refusal> {
        Ok(Self {
            counts: Counts::default(),
            sent_in_time: 0,
            ok_in_time: 0,
            corrected: histogram()?,
        })
    }

    pub(super) fn clear(&mut self) {
        self.counts = Counts::default();
        self.sent_in_time = 0;
        self.ok_in_time = 0;
        self.corrected.reset();
    }

    /// Takes over another's.
    pub(super) fn add(&mut self, other: &Self) {
        let (mine, its) = (&mut self.counts, &other.counts);
        mine.due += its.due;
        mine.sent += its.sent;
        mine.answered += its.answered;
        mine.ok += its.ok;
        mine.unexpected += its.unexpected;
        mine.timeouts += its.timeouts;
        mine.unsent += its.unsent;
        let (mine, its) = (&mut mine.failures, &its.failures);
        mine.refused += its.refused;
        mine.connect += its.connect;
        mine.tls += its.tls;
        mine.reset += its.reset;
        mine.closed += its.closed;
        mine.malformed += its.malformed;
        mine.other += its.other;
        self.sent_in_time += other.sent_in_time;
        self.ok_in_time += other.ok_in_time;
        // Two histograms of the same bounds always fit.
        let _ = self.corrected.add(&other.corrected);
    }

    fn count(&mut self, job: &Job, end: End, latency: u64, until: u64) {
        let counts = &mut self.counts;
        let in_time = job.sent > 0 && job.sent < until;
        counts.due += 1;
        counts.sent += u64::from(job.sent > 0);
        self.sent_in_time += u64::from(in_time);
        match end {
            End::Answered { expected, .. } => {
                counts.answered += 1;
                if expected {
                    counts.ok += 1;
                    self.ok_in_time += u64::from(in_time);
                    self.corrected.saturating_record(latency);
                } else {
                    counts.unexpected += 1;
                }
            }
            End::TimedOut => {
                counts.timeouts += 1;
                self.corrected.saturating_record(latency);
            }
            End::Unsent => {
                counts.unsent += 1;
                self.corrected.saturating_record(latency);
            }
            End::Broken(how) => how.count(&mut counts.failures),
        }
    }
}

/// What happened in a fifth of a second.
pub(super) struct Interval {
    /// When it ended, in nanoseconds since the run began.
    pub until: u64,
    /// What ended in it, of what counts.
    pub sum: Sum,
    pub raw: Histogram<u64>,
    /// What happened in it, whether or not it counts.
    pub due: u64,
    pub sent: u64,
    pub answered: u64,
    /// Answers by status, of what counts.
    pub statuses: Vec<(u16, u64)>,
    pub bytes: Bytes,
    /// How many wait and how many connections are open, at its end.
    pub waiting: u64,
    pub connections: u32,
    pub opened: u64,
    pub failed: u64,
    /// Processor time of the thread, and how long the interval was, in nanoseconds.
    pub cpu: u64,
    pub wall: u64,
}

impl Interval {
    pub(super) fn new() -> Result<Self, Refusal> {
        Ok(Self {
            until: 0,
            sum: Sum::new()?,
            raw: histogram()?,
            due: 0,
            sent: 0,
            answered: 0,
            statuses: Vec::new(),
            bytes: Bytes::default(),
            waiting: 0,
            connections: 0,
            opened: 0,
            failed: 0,
            cpu: 0,
            wall: 0,
        })
    }

    pub(super) fn clear(&mut self) {
        self.sum.clear();
        self.raw.reset();
        (self.due, self.sent, self.answered) = (0, 0, 0);
        self.statuses.clear();
        self.bytes = Bytes::default();
        (self.opened, self.failed) = (0, 0);
        (self.cpu, self.wall) = (0, 0);
    }

    /// Counts how a request ended.
    pub(super) fn count(&mut self, job: &Job, end: End, now: u64, until: u64) {
        let latency = now.saturating_sub(job.due);
        self.sum.count(job, end, latency, until);
        let raw = now.saturating_sub(job.sent);
        match end {
            End::Answered { status, expected } => {
                if expected {
                    self.raw.saturating_record(raw);
                }
                match self.statuses.iter_mut().find(|(known, _)| *known == status) {
                    Some((_, count)) => *count += 1,
                    None => self.statuses.push((status, 1)),
                }
            }
            End::TimedOut => self.raw.saturating_record(raw),
            End::Unsent | End::Broken(_) => {}
        }
    }
}

/// What a thread keeps until the end.
pub(super) struct Whole {
    /// By step; empty where there is one only.
    pub steps: Vec<Sum>,
    /// By request; empty where there is one only.
    pub requests: Vec<Sum>,
    /// How late requests were begun with.
    pub late: Histogram<u64>,
    /// How many were begun with so late that this machine is to blame.
    pub too_late: u64,
}

impl Whole {
    pub(super) fn new(steps: usize, requests: usize) -> Result<Self, Refusal> {
        let sums = |many: usize| -> Result<Vec<Sum>, Refusal> {
            let wanted = if many > 1 { many } else { 0 };
            (0..wanted).map(|_| Sum::new()).collect()
        };
        Ok(Self {
            steps: sums(steps)?,
            requests: sums(requests)?,
            late: histogram()?,
            too_late: 0,
        })
    }

    pub(super) fn count(&mut self, job: &Job, end: End, now: u64, until: u64) {
        let latency = now.saturating_sub(job.due);
        if let Some(step) = self.steps.get_mut(usize::from(job.step)) {
            step.count(job, end, latency, until);
        }
        if let Some(request) = self.requests.get_mut(usize::from(job.request)) {
            request.count(job, end, latency, until);
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (mine, its) in self.steps.iter_mut().zip(&other.steps) {
            mine.add(its);
        }
        for (mine, its) in self.requests.iter_mut().zip(&other.requests) {
            mine.add(its);
        }
        let _ = self.late.add(&other.late);
        self.too_late += other.too_late;
    }
}
