//! HTTP/1.1 (RFC 9112), one thread, one loop over all its connections.
//!
//! A request is written with one system call and its answer usually read with another; nothing is
//! allocated for either. That is what a client needs to be measured less than the server.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::io;
use std::time::{Duration, Instant};

use mio::event::Event;
use mio::{Events, Poll, Token};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::lane::Lane;
use super::slot::{Seen, Slot, State};
use super::tally::{Break, Job};
use crate::message::Refusal;
use crate::plan::Pace;

/// How often timeouts, the clock and a stop are looked at, in nanoseconds.
const LOOK: u64 = 10_000_000;
/// How much is read at once.
const BUFFER: usize = 64 * 1024;
/// How long a user waits after a broken connection at least, in nanoseconds: a server that is down
/// is not to be beaten as fast as this machine can.
const BREATH: u64 = 10_000_000;

/// The loop of one thread.
struct Loop<'l, 'c> {
    lane: &'l mut Lane<'c>,
    poll: Poll,
    slots: Vec<Slot>,
    /// Connections that are free; the one that was used longest ago first, so that all are used.
    free: VecDeque<usize>,
    /// Users by when they send next.
    users: BinaryHeap<Reverse<(u64, usize)>>,
    buffer: Vec<u8>,
    /// How long a user waits after an answer, in nanoseconds; `None` in an open loop.
    think: Option<u64>,
    /// How many connections have a request.
    busy: usize,
}

/// A thread whose connections are made.
pub(super) struct Ready<'l, 'c>(Loop<'l, 'c>);

fn failed(error: &io::Error) -> Refusal {
    Refusal::new("load-worker", format!("no load can be sent: {error}"))
}

impl<'l, 'c> Ready<'l, 'c> {
    /// Makes the connections of a lane, `many` in all, and waits until each is there or has failed.
    ///
    /// # Errors
    /// `load-worker` where the system does not let it.
    pub(super) fn connect(lane: &'l mut Lane<'c>, many: usize) -> Result<Self, Refusal> {
        let poll = Poll::new().map_err(|error| failed(&error))?;
        let think = match lane.course.plan.pace {
            Pace::Users { think_ms, .. } => Some(think_ms.saturating_mul(1_000_000)),
            Pace::Rate { .. } => None,
        };
        let mut this = Loop {
            lane,
            poll,
            slots: (0..many).map(|_| Slot::new()).collect(),
            free: VecDeque::new(),
            users: BinaryHeap::new(),
            buffer: vec![0; BUFFER],
            think,
            busy: 0,
        };
        if think.is_none() && this.lane.course.plan.keep_alive {
            for at in 0..many {
                this.connect(at);
            }
            let mut events = Events::with_capacity(1024);
            while this.is_connecting() && !this.lane.stopped() {
                if this.lane.now() > this.lane.course.timeout {
                    break;
                }
                this.wait(&mut events, LOOK, false)?;
                for event in &events {
                    this.event(event);
                }
            }
        }
        // Those that failed are tried again when they are needed.
        for at in 0..many {
            if this
                .slots
                .get(at)
                .is_some_and(|slot| slot.state != State::Idle)
            {
                this.close(at);
            }
        }
        this.free = (0..many).collect();
        Ok(Self(this))
    }

    /// From here on time counts.
    pub(super) fn begin(&mut self, began: Instant) {
        self.0.lane.begin(began);
    }

    /// Sends everything.
    ///
    /// # Errors
    /// `load-worker` where the system does not let it.
    pub(super) fn run(mut self) -> Result<(), Refusal> {
        let this = &mut self.0;
        this.enlist();
        let mut events = Events::with_capacity(1024);
        let mut look = 0;
        loop {
            let mut now = this.lane.now();
            if now >= look {
                if this.lane.stopped() {
                    return Ok(());
                }
                this.time_out(now);
                look = now + LOOK;
            }
            this.lane.tick(now);
            while let Some(job) = this.lane.due(now) {
                this.take(job);
                now = this.lane.now();
            }
            this.wake_users(now);
            if this.is_over(now) {
                return Ok(());
            }
            let user = this.users.peek().map(|Reverse((due, _))| *due);
            let due = this.lane.next_due().into_iter().chain(user).min();
            let wake = look.min(this.lane.hand_over());
            let until = due.map_or(wake, |due| due.min(wake)).saturating_sub(now);
            this.wait(&mut events, until, due.is_some())?;
            for event in &events {
                this.event(event);
            }
        }
    }
}

impl Loop<'_, '_> {
    /// Waits for events, at most so many nanoseconds. The poll's own timeout knows milliseconds
    /// only, which is too coarse for a schedule, so that the kernel is asked twice where it
    /// matters.
    fn wait(&mut self, events: &mut Events, nanos: u64, exact: bool) -> Result<(), Refusal> {
        let mut rest = Duration::from_nanos(nanos);
        if exact {
            rest = Duration::ZERO;
            let timeout = Timespec {
                tv_sec: 0,
                tv_nsec: i64::try_from(nanos).unwrap_or_default(),
            };
            let registry = self.poll.registry();
            let mut watched = [PollFd::new(registry, PollFlags::IN)];
            match poll(&mut watched, Some(&timeout)) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(failed(&error.into())),
            }
        }
        match self.poll.poll(events, Some(rest)) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }

    fn is_connecting(&self) -> bool {
        let mut slots = self.slots.iter();
        slots.any(|slot| slot.state == State::Connecting)
    }

    /// Every user has a beginning, spread over the ramp.
    fn enlist(&mut self) {
        if self.think.is_none() {
            return;
        }
        let threads = self.lane.course.threads;
        let all = self.slots.len() as f64 * threads as f64;
        for at in 0..self.slots.len() {
            let number = at as f64 * threads as f64 + self.lane.own as f64;
            let begins = self.lane.course.schedule.user_begins(number / all);
            self.users.push(Reverse((begins, at)));
        }
    }

    /// Lets every user send whose time has come.
    fn wake_users(&mut self, now: u64) {
        while let Some(&Reverse((due, at))) = self.users.peek() {
            if due > now {
                break;
            }
            self.users.pop();
            self.user_sends(at, due, now);
        }
    }

    fn user_sends(&mut self, at: usize, due: u64, now: u64) {
        let share = self.lane.course.schedule.users_at(now);
        if share <= 0.0 {
            // Nothing is due any more.
            return;
        }
        let own = (at as u64 * self.lane.course.threads + self.lane.own) as f64;
        if own >= self.lane.course.users * share {
            self.users.push(Reverse((now + LOOK, at)));
            return;
        }
        let job = self.lane.of_user(due, now);
        self.assign(at, job);
    }

    /// Sends a request on a free connection, or lets it wait for one.
    fn take(&mut self, job: Job) {
        match self.free.pop_front() {
            Some(at) => self.assign(at, job),
            None => self.lane.waiting.push_back(job),
        }
    }

    fn serve_waiting(&mut self) {
        while !self.lane.waiting.is_empty()
            && let Some(at) = self.free.pop_front()
        {
            if let Some(job) = self.lane.waiting.pop_front() {
                self.assign(at, job);
            }
        }
    }

    fn assign(&mut self, at: usize, job: Job) {
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        slot.job = Some(job);
        self.busy += 1;
        if slot.state == State::Idle {
            self.send(at);
        } else {
            self.connect(at);
        }
    }

    fn connect(&mut self, at: usize) {
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        let target = &self.lane.course.target;
        if let Err(error) = slot.connect(target, self.poll.registry(), Token(at)) {
            self.broken(at, Break::connecting(&error));
        }
    }

    /// Begins to write the request of a connection that is idle.
    fn send(&mut self, at: usize) {
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        let Some(mut job) = slot.job else {
            return;
        };
        let Some(prepared) = self.lane.prepared(&job) else {
            return;
        };
        if prepared.fixed.is_none() {
            slot.rendered = Some(prepared.bytes(&self.lane.given(&job)));
        }
        slot.reply.begin(!prepared.captures.is_empty());
        slot.state = State::Sending(0);
        let bytes = slot.rendered.as_ref().or(prepared.fixed.as_ref());
        self.lane.sends(&mut job, bytes.map_or(0, Vec::len));
        slot.job = Some(job);
        self.write(at);
    }

    fn write(&mut self, at: usize) {
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        let Some(prepared) = slot.job.as_ref().and_then(|job| self.lane.prepared(job)) else {
            return;
        };
        let rendered = slot.rendered.take();
        let bytes = rendered.as_ref().or(prepared.fixed.as_ref());
        let seen = slot.write(bytes.map(Vec::as_slice).unwrap_or_default());
        if matches!(slot.state, State::Sending(_)) {
            slot.rendered = rendered;
        }
        self.handle(at, seen);
    }

    fn event(&mut self, event: &Event) {
        let Token(at) = event.token();
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        let to_end = event.is_read_closed() || event.is_error();
        match slot.state {
            State::Closed => {}
            State::Connecting => {
                let seen = slot.go_on_connecting();
                self.handle(at, seen);
            }
            State::Sending(_) => {
                self.write(at);
                // An answer may come before the request is complete.
                self.read(at, to_end);
            }
            State::Reading if event.is_writable() && !event.is_readable() => {
                let seen = slot.flush();
                self.handle(at, seen);
            }
            State::Reading | State::Idle => self.read(at, to_end),
        }
        self.serve_waiting();
    }

    fn read(&mut self, at: usize, to_end: bool) {
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        if !matches!(slot.state, State::Reading | State::Idle) {
            return;
        }
        let prepared = slot.job.as_ref().and_then(|job| self.lane.prepared(job));
        let to_head = prepared.is_some_and(|prepared| prepared.is_head);
        let lane = &mut *self.lane;
        let seen = slot.read(&mut self.buffer, to_end, to_head, &mut |came| {
            lane.received(came)
        });
        self.handle(at, seen);
    }

    fn handle(&mut self, at: usize, seen: Seen) {
        match seen {
            Seen::Nothing => {}
            Seen::Ready => {
                self.lane.opened();
                self.send(at);
            }
            Seen::Answered => self.answered(at),
            Seen::Broken(how) => self.broken(at, how),
            Seen::Gone => self.close(at),
        }
    }

    fn answered(&mut self, at: usize) {
        let now = self.lane.now();
        let Some(slot) = self.slots.get_mut(at) else {
            return;
        };
        let keeps = slot.reply.keeps && self.lane.course.plan.keep_alive;
        slot.state = State::Idle;
        if let Some(job) = slot.job.take() {
            self.busy -= 1;
            if let Some((head, body)) = slot.reply.kept.take() {
                self.lane.capture(&job, &head, &body);
            }
            self.lane.answered(&job, slot.reply.status, now);
        }
        if !keeps {
            self.close(at);
        }
        self.release(at, false, now);
    }

    fn broken(&mut self, at: usize, how: Break) {
        let connecting = self
            .slots
            .get(at)
            .is_some_and(|slot| matches!(slot.state, State::Connecting | State::Closed));
        if connecting {
            self.lane.not_opened();
        }
        self.close(at);
        if let Some(job) = self.slots.get_mut(at).and_then(|slot| slot.job.take()) {
            self.busy -= 1;
            self.lane.broke(&job, how);
            let now = self.lane.now();
            self.release(at, true, now);
        }
    }

    fn close(&mut self, at: usize) {
        if let Some(slot) = self.slots.get_mut(at)
            && slot.close(self.poll.registry())
        {
            self.lane.closed();
        }
    }

    /// A connection, or a user, has nothing to do.
    fn release(&mut self, at: usize, broke: bool, now: u64) {
        match self.think {
            None => self.free.push_back(at),
            Some(0) if !broke => self.user_sends(at, now, now),
            Some(think) => {
                let pause = if broke { think.max(BREATH) } else { think };
                self.users.push(Reverse((now + pause, at)));
            }
        }
    }

    fn time_out(&mut self, now: u64) {
        let timeout = self.lane.course.timeout;
        for at in 0..self.slots.len() {
            let Some(slot) = self.slots.get_mut(at) else {
                continue;
            };
            // One that still waits for its connection has been since it was due.
            let since = |job: &Job| if job.sent > 0 { job.sent } else { job.due };
            let late = |job: &Job| now.saturating_sub(since(job)) >= timeout;
            if slot.job.as_ref().is_some_and(late)
                && let Some(job) = slot.job.take()
            {
                self.busy -= 1;
                self.lane.timed_out(&job, now);
                self.close(at);
                self.release(at, true, now);
            }
        }
        self.lane.give_up_waiting(now);
        self.serve_waiting();
    }

    fn is_over(&self, now: u64) -> bool {
        now >= self.lane.course.ends
            && self.busy == 0
            && self.lane.next_due().is_none()
            && self.lane.waiting.is_empty()
    }
}
