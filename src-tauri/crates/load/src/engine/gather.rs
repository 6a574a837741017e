//! From what the threads hand over to progress and the outcome.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;

use super::lane::Course;
use super::log::Log;
use super::tally::{Interval, Sum, Whole};
use crate::doubt::{BUSIEST, Doubt, LEAST_REACHED};
use crate::latency::{Latency, histogram, percentile_us};
use crate::message::Refusal;
use crate::outcome::{
    Bytes, Client, Connections, Counts, Outcome, PerRequest, Rates, Second, StepOutcome,
};
use crate::plan::Pace;
use crate::progress::{Phase, Progress};

const SECOND: u64 = 1_000_000_000;
const MILLI: u64 = 1_000_000;

/// Everything so far.
pub(super) struct Gathered<'c> {
    course: &'c Course,
    sum: Sum,
    raw: Histogram<u64>,
    statuses: BTreeMap<u16, u64>,
    bytes: Bytes,
    opened: u64,
    failed: u64,
    most_connections: u32,
    /// Open connections, waiting requests, processor and wall time by thread.
    threads: Vec<Thread>,
    seconds: Vec<Second>,
    second: Sum,
    second_raw: Histogram<u64>,
    log: Log,
    since: Since,
}

#[derive(Clone, Copy, Default)]
struct Thread {
    connections: u32,
    waiting: u64,
    cpu: u64,
    wall: u64,
    /// The same of the second that is under way.
    second_cpu: u64,
    second_wall: u64,
}

/// What happened since the last progress.
#[derive(Clone, Copy, Default)]
struct Since {
    sent: u64,
    answered: u64,
    /// Of the busiest thread, in percent.
    cpu_percent: f64,
    /// When the last progress was.
    at: u64,
}

fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 * 100.0 / whole as f64
    }
}

/// To a tenth, as far as anybody believes it.
fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

fn per_second(count: u64, nanos: u64) -> f64 {
    if nanos == 0 {
        0.0
    } else {
        count as f64 * SECOND as f64 / nanos as f64
    }
}

impl<'c> Gathered<'c> {
    pub(super) fn new(course: &'c Course, threads: usize, log: Log) -> Result<Self, Refusal> {
        Ok(Self {
            course,
            sum: Sum::new()?,
            raw: histogram()?,
            statuses: BTreeMap::new(),
            bytes: Bytes::default(),
            opened: 0,
            failed: 0,
            most_connections: 0,
            threads: vec![Thread::default(); threads],
            seconds: Vec::new(),
            second: Sum::new()?,
            second_raw: histogram()?,
            log,
            since: Since::default(),
        })
    }

    /// Takes over an interval of a thread.
    pub(super) fn add(&mut self, of: usize, interval: &Interval) {
        let from = self.course.schedule.counts_from();
        let counts = interval.until > from;
        // The end of an interval is noticed a little late, so that the last one of the warm-up may
        // hold something that counts already.
        if counts || interval.sum.counts.due > 0 {
            // It belongs to the second in which it ends; one that ends a second is still of it.
            let at = interval.until.saturating_sub(from + 1) / SECOND;
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            if self.seconds.last().is_none_or(|last| last.at < at) {
                self.end_second();
                self.seconds.push(Second {
                    at,
                    ..Second::default()
                });
            }
            if let Some(second) = self.seconds.last_mut() {
                second.ok += interval.sum.counts.ok;
                second.errors += interval.sum.counts.errors();
                if counts {
                    second.due += interval.due;
                    second.sent += interval.sent;
                }
            }
            self.second.add(&interval.sum);
            let _ = self.second_raw.add(&interval.raw);
            self.sum.add(&interval.sum);
            let _ = self.raw.add(&interval.raw);
            for (status, count) in &interval.statuses {
                *self.statuses.entry(*status).or_default() += count;
            }
        }
        if counts {
            self.bytes.sent += interval.bytes.sent;
            self.bytes.received += interval.bytes.received;
        }
        self.opened += interval.opened;
        self.failed += interval.failed;
        if let Some(thread) = self.threads.get_mut(of) {
            thread.connections = interval.connections;
            thread.waiting = interval.waiting;
            if counts && interval.until <= self.course.ends {
                thread.cpu += interval.cpu;
                thread.wall += interval.wall;
            }
            thread.second_cpu += interval.cpu;
            thread.second_wall += interval.wall;
        }
        self.most_connections = self.most_connections.max(self.connections());
        self.since.sent += interval.sent;
        self.since.answered += interval.answered;
        let busy = percent(interval.cpu, interval.wall);
        self.since.cpu_percent = self.since.cpu_percent.max(busy);
    }

    fn connections(&self) -> u32 {
        self.threads.iter().map(|thread| thread.connections).sum()
    }

    /// Completes the second that is under way.
    fn end_second(&mut self) {
        let connections = self.connections();
        let threads = self.threads.iter_mut();
        let cpu_percent = threads.fold(0.0_f64, |busiest, thread| {
            let busy = percent(thread.second_cpu, thread.second_wall);
            (thread.second_cpu, thread.second_wall) = (0, 0);
            busiest.max(busy)
        });
        let Some(second) = self.seconds.last_mut() else {
            return;
        };
        let all = &self.second.corrected;
        second.connections = connections;
        second.cpu_percent = tenths(cpu_percent);
        second.p50_us = percentile_us(all, 50.0);
        second.p95_us = percentile_us(all, 95.0);
        second.p99_us = percentile_us(all, 99.0);
        second.max_us = percentile_us(all, 100.0);
        self.log.second(second.at, all, &self.second_raw);
        self.second.clear();
        self.second_raw.reset();
    }

    /// How it goes, at a moment of the run.
    pub(super) fn progress(&mut self, at: u64) -> Progress {
        let schedule = &self.course.schedule;
        let since = std::mem::take(&mut self.since);
        self.since.at = at;
        let elapsed = at.saturating_sub(since.at);
        let all = &self.sum.corrected;
        Progress {
            phase: schedule.phase_at(at),
            at_ms: at / MILLI,
            left_ms: self.course.ends.saturating_sub(at) / MILLI,
            asked: match self.course.plan.pace {
                Pace::Rate { per_second } => Some(tenths(per_second * schedule.share_at(at))),
                Pace::Users { .. } => None,
            },
            reached: tenths(per_second(since.sent, elapsed)),
            answered: tenths(per_second(since.answered, elapsed)),
            sent: self.sum.counts.sent,
            ok: self.sum.counts.ok,
            errors: self.sum.counts.errors(),
            waiting: self.threads.iter().map(|thread| thread.waiting).sum(),
            p50_us: percentile_us(all, 50.0),
            p95_us: percentile_us(all, 95.0),
            p99_us: percentile_us(all, 99.0),
            max_us: percentile_us(all, 100.0),
            connections: self.connections(),
            cpu_percent: tenths(since.cpu_percent),
        }
    }

    /// Everything, once all threads have ended. `lasted` is how long the run was, in nanoseconds.
    pub(super) fn outcome(
        mut self,
        whole: &Whole,
        lasted: u64,
        stopped: bool,
        began_unix_ms: u64,
    ) -> Outcome {
        self.end_second();
        let course = self.course;
        let plan = &course.plan;
        let from = course.schedule.counts_from();
        let measured = lasted.min(course.ends).saturating_sub(from);
        let busiest = self.threads.iter().map(|one| percent(one.cpu, one.wall));
        let cpu_percent = tenths(busiest.fold(0.0, f64::max));
        let rates = self.rates(&self.sum, 0.0, measured);
        let asked = match plan.pace {
            Pace::Rate { .. } if measured > 0 => Some(tenths(
                self.asked_within(measured) * SECOND as f64 / measured as f64,
            )),
            _ => None,
        };
        let rates = Rates { asked, ..rates };
        let client = Client {
            cpu_percent,
            cpu_ms: self.threads.iter().map(|one| one.cpu).sum::<u64>() / MILLI,
            late_p99_us: percentile_us(&whole.late, 99.0).unwrap_or_default(),
            threads: u32::try_from(self.threads.len()).unwrap_or_default(),
        };
        let counts = self.sum.counts;
        let doubts = doubts(counts, rates, client, whole.too_late, measured, stopped);
        let steps = self.steps(whole, measured);
        Outcome {
            open: plan.is_open(),
            began_unix_ms,
            measured_ms: measured / MILLI,
            stopped,
            http: plan.http,
            address: course.target.address.to_string(),
            counts,
            statuses: self.statuses,
            rates,
            corrected: Latency::of(&self.sum.corrected),
            raw: Latency::of(&self.raw),
            steps,
            requests: plan
                .requests
                .iter()
                .enumerate()
                .map(|(at, request)| {
                    let sum = whole.requests.get(at).unwrap_or(&self.sum);
                    PerRequest {
                        name: request.name.clone(),
                        due: sum.counts.due,
                        ok: sum.counts.ok,
                        corrected: Latency::of(&sum.corrected),
                    }
                })
                .collect(),
            seconds: self.seconds,
            bytes: self.bytes,
            connections: Connections {
                allowed: plan.most_connections(),
                opened: self.opened,
                most: self.most_connections,
                failed: self.failed,
            },
            client,
            doubts,
            log: self.log.text(),
        }
    }

    /// How many requests the schedule has within so many nanoseconds of what counts.
    fn asked_within(&self, measured: u64) -> f64 {
        let Pace::Rate { per_second } = self.course.plan.pace else {
            return 0.0;
        };
        let from = self.course.schedule.counts_from();
        let mut asked = 0.0;
        for (at, step) in self.course.plan.steps.iter().enumerate() {
            let Some((begins, lasts)) = self.course.schedule.step(at) else {
                continue;
            };
            let into = (from + measured).saturating_sub(begins).min(lasts);
            asked += per_second * step.share * into as f64 / SECOND as f64;
        }
        asked
    }

    fn rates(&self, sum: &Sum, share: f64, nanos: u64) -> Rates {
        Rates {
            asked: match self.course.plan.pace {
                Pace::Rate { per_second } => Some(tenths(per_second * share)),
                Pace::Users { .. } => None,
            },
            reached: tenths(per_second(sum.sent_in_time, nanos)),
            ok: tenths(per_second(sum.ok_in_time, nanos)),
        }
    }

    fn steps(&self, whole: &Whole, measured: u64) -> Vec<StepOutcome> {
        let schedule = &self.course.schedule;
        let from = schedule.counts_from();
        let steps = self.course.plan.steps.iter().enumerate();
        steps
            .filter_map(|(at, step)| {
                let (begins, lasts) = schedule.step(at)?;
                let lasted = (from + measured).saturating_sub(begins).min(lasts);
                let sum = whole.steps.get(at).unwrap_or(&self.sum);
                Some(StepOutcome {
                    from_ms: (begins - from) / MILLI,
                    lasted_ms: lasted / MILLI,
                    counts: sum.counts,
                    rates: self.rates(sum, step.share, lasted),
                    corrected: Latency::of(&sum.corrected),
                })
            })
            .collect()
    }
}

/// Why an outcome decides nothing.
fn doubts(
    counts: Counts,
    rates: Rates,
    client: Client,
    too_late: u64,
    measured: u64,
    stopped: bool,
) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if stopped {
        doubts.push(Doubt::Stopped {
            after_ms: measured / MILLI,
        });
    }
    if counts.due == 0 {
        doubts.push(Doubt::Empty);
        return doubts;
    }
    let busy = client.cpu_percent > BUSIEST;
    if let Some(asked) = rates.asked
        && rates.reached < asked * LEAST_REACHED / 100.0
    {
        let short = (asked - rates.reached) * measured as f64 / SECOND as f64;
        // A server that holds all connections is itself to blame; a client that began late is not
        // it.
        if busy || too_late as f64 > short / 2.0 {
            let reached = rates.reached;
            doubts.push(Doubt::ClientTooSlow { asked, reached });
        }
    }
    if busy {
        doubts.push(Doubt::ClientTooBusy {
            cpu_percent: client.cpu_percent,
        });
    }
    doubts
}

/// The progress of a run that has not begun.
pub(super) fn connecting(course: &Course) -> Progress {
    Progress {
        phase: Phase::Connecting,
        at_ms: 0,
        left_ms: course.ends / MILLI,
        asked: None,
        reached: 0.0,
        answered: 0.0,
        sent: 0,
        ok: 0,
        errors: 0,
        waiting: 0,
        p50_us: None,
        p95_us: None,
        p99_us: None,
        max_us: None,
        connections: 0,
        cpu_percent: 0.0,
    }
}
