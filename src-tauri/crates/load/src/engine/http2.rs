//! HTTP/2 (RFC 9113), one thread: many requests at once on each connection.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::future::LocalBoxFuture;
use futures::stream::FuturesUnordered;
use hyper::client::conn::http2::SendRequest;
use tokio::runtime::Runtime;

use super::alarm::Alarm;
use super::exchange::{Answer, Sender, Traffic, connect, exchange};
use super::lane::Lane;
use super::prepared::Given;
use super::tally::{Break, Job};
use crate::message::Refusal;
use crate::plan::Pace;

/// How many requests are under way at once on a connection. Servers usually allow 100 or more (RFC
/// 9113, section 6.5.2, recommends no fewer).
const STREAMS: usize = 100;
/// How often a stop and the waiting ones are looked at, in nanoseconds.
const LOOK: u64 = 10_000_000;
/// How long a user waits after a broken connection at least, in nanoseconds.
const BREATH: u64 = 10_000_000;
/// A place for a connection.
#[derive(Default)]
struct Link {
    sender: Option<Sender>,
    streams: usize,
}

/// What came of a request.
struct Ended {
    link: usize,
    /// The user, in a closed loop.
    user: usize,
    job: Job,
    /// The connection that was made for it.
    made: Option<Sender>,
    answer: Result<Answer, Failed>,
    at: u64,
}

enum Failed {
    TimedOut,
    Connecting(Break),
    Broken(Break),
}

/// A thread whose connections are made.
pub(super) struct Ready<'l, 'c> {
    lane: &'l mut Lane<'c>,
    runtime: Runtime,
    links: Vec<Link>,
    traffic: Arc<Traffic>,
    told: (u64, u64),
    users: usize,
    think: Option<u64>,
    began: Instant,
}

fn failed(error: &io::Error) -> Refusal {
    Refusal::new("load-worker", format!("no load can be sent: {error}"))
}

impl<'l, 'c> Ready<'l, 'c> {
    /// Makes the connections of a lane.
    ///
    /// # Errors
    /// `load-worker` where the system does not let it.
    pub(super) fn connect(lane: &'l mut Lane<'c>, many: usize) -> Result<Self, Refusal> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| failed(&error))?;
        let plan = &lane.course.plan;
        let (think, users) = match plan.pace {
            Pace::Users { think_ms, .. } => (Some(think_ms.saturating_mul(1_000_000)), many),
            Pace::Rate { .. } => (None, 0),
        };
        // Users share connections here, as those of one browser do not, but those behind a proxy.
        let connections = usize::try_from(plan.connections).unwrap_or(1);
        let many = many.min(connections).max(1);
        let mut this = Self {
            links: (0..many).map(|_| Link::default()).collect(),
            traffic: Arc::new(Traffic::default()),
            told: (0, 0),
            users,
            think,
            began: Instant::now(),
            lane,
            runtime,
        };
        if plan_keeps(this.lane) {
            let course = this.lane.course;
            let traffic = Arc::clone(&this.traffic);
            let all = (0..many).map(|_| connect(course, &traffic));
            let made = this.runtime.block_on(futures::future::join_all(all));
            for (link, made) in this.links.iter_mut().zip(made) {
                match made {
                    Ok(sender) => {
                        link.sender = Some(sender);
                        this.lane.opened();
                    }
                    Err(_) => this.lane.not_opened(),
                }
            }
        }
        Ok(this)
    }

    /// From here on time counts.
    pub(super) fn begin(&mut self, began: Instant) {
        self.began = began;
        self.lane.begin(began);
    }

    /// Sends everything.
    ///
    /// # Errors
    /// `load-worker` where the system gives no timer.
    pub(super) fn run(self) -> Result<(), Refusal> {
        let Self {
            lane,
            runtime,
            links,
            traffic,
            told,
            users,
            think,
            began,
        } = self;
        let mut sending = Sending {
            lane,
            links,
            traffic,
            told,
            think,
            began,
            idle: VecDeque::new(),
            next_link: 0,
        };
        runtime.block_on(sending.run(users))
    }
}

fn plan_keeps(lane: &Lane<'_>) -> bool {
    lane.course.plan.keep_alive
}

struct Sending<'l, 'c> {
    lane: &'l mut Lane<'c>,
    links: Vec<Link>,
    traffic: Arc<Traffic>,
    told: (u64, u64),
    think: Option<u64>,
    began: Instant,
    /// Users by when they send next, the first first.
    idle: VecDeque<(u64, usize)>,
    next_link: usize,
}

type UnderWay<'c> = FuturesUnordered<Pin<Box<dyn Future<Output = Ended> + 'c>>>;

impl<'c> Sending<'_, 'c> {
    async fn run(&mut self, users: usize) -> Result<(), Refusal> {
        let alarm = Alarm::new().map_err(|error| failed(&error))?;
        let mut under_way: UnderWay<'c> = FuturesUnordered::new();
        let threads = self.lane.course.threads;
        for user in 0..users {
            let part = (user as u64 * threads + self.lane.own) as f64 / self.lane.course.users;
            let begins = self.lane.course.schedule.user_begins(part.min(1.0));
            self.idle.push_back((begins, user));
        }
        let mut look = 0;
        loop {
            let mut now = self.lane.now();
            if now >= look {
                if self.lane.stopped() {
                    return Ok(());
                }
                self.lane.give_up_waiting(now);
                look = now + LOOK;
            }
            self.count_traffic();
            self.lane.tick(now);
            while let Some(job) = self.lane.due(now) {
                self.lane.waiting.push_back(job);
                now = self.lane.now();
            }
            self.wake_users(now, &mut under_way);
            while let Some(link) = self.free_link() {
                let Some(job) = self.lane.waiting.pop_front() else {
                    break;
                };
                self.send(link, 0, job, &mut under_way);
            }
            let over = now >= self.lane.course.ends && self.lane.next_due().is_none();
            if over && under_way.is_empty() && self.lane.waiting.is_empty() {
                return Ok(());
            }
            let user = self.idle.front().map(|(due, _)| *due);
            let due = self.lane.next_due().into_iter().chain(user).min();
            let wake = look.min(self.lane.hand_over());
            let until = due.map_or(wake, |due| due.min(wake)).saturating_sub(now);
            tokio::select! {
                biased;
                Some(ended) = under_way.next(), if !under_way.is_empty() => self.end(ended),
                () = alarm.after(until) => {}
            }
        }
    }

    fn count_traffic(&mut self) {
        let now = (
            self.traffic.read.load(Ordering::Relaxed),
            self.traffic.written.load(Ordering::Relaxed),
        );
        self.lane.traffic(now.0 - self.told.0, now.1 - self.told.1);
        self.told = now;
    }

    fn wake_users(&mut self, now: u64, under_way: &mut UnderWay<'c>) {
        while let Some(&(due, user)) = self.idle.front() {
            if due > now {
                break;
            }
            self.idle.pop_front();
            let share = self.lane.course.schedule.users_at(now);
            if share <= 0.0 {
                continue;
            }
            let own = (user as u64 * self.lane.course.threads + self.lane.own) as f64;
            if own >= self.lane.course.users * share {
                self.rest(now + LOOK, user);
                continue;
            }
            let job = self.lane.of_user(due, now);
            let link = user % self.links.len().max(1);
            self.send(link, user, job, under_way);
        }
    }

    /// A user waits until a moment.
    fn rest(&mut self, until: u64, user: usize) {
        let at = self.idle.partition_point(|(due, _)| *due <= until);
        self.idle.insert(at, (until, user));
    }

    /// The next connection in turn that takes another request.
    fn free_link(&mut self) -> Option<usize> {
        let many = self.links.len();
        let at = (0..many)
            .map(|step| (self.next_link + step) % many)
            .find(|at| {
                self.links
                    .get(*at)
                    .is_some_and(|link| link.streams < STREAMS)
            })?;
        self.next_link = (at + 1) % many;
        Some(at)
    }

    fn send(&mut self, at: usize, user: usize, mut job: Job, under_way: &mut UnderWay<'c>) {
        let course = self.lane.course;
        let Some(prepared) = self.lane.prepared(&job) else {
            return;
        };
        let sender = self.links.get_mut(at).and_then(|link| {
            link.streams += 1;
            link.sender.clone().filter(|_| course.plan.keep_alive)
        });
        let captured = self.lane.captured.clone();
        let traffic = Arc::clone(&self.traffic);
        let began = self.began;
        let now = move || u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.lane.sends(&mut job, 0);
        let within = Duration::from_nanos(course.timeout);
        let exchange = async move {
            let mut made = None;
            let sending = async {
                let mut sender = match sender {
                    Some(sender) => sender,
                    None => {
                        let new = connect(course, &traffic).await;
                        let new = new.map_err(Failed::Connecting)?;
                        made = Some(new.clone());
                        new
                    }
                };
                let given = Given {
                    variables: &course.plan.variables,
                    captured: &captured,
                    number: job.number,
                };
                exchange(&mut sender, course, prepared, &given)
                    .await
                    .map_err(Failed::Broken)
            };
            let answer = match tokio::time::timeout(within, sending).await {
                Ok(answer) => answer,
                Err(_) => Err(Failed::TimedOut),
            };
            Ended {
                link: at,
                user,
                job,
                made,
                answer,
                at: now(),
            }
        };
        let exchange: LocalBoxFuture<'c, Ended> = Box::pin(exchange);
        under_way.push(exchange);
    }

    fn end(&mut self, ended: Ended) {
        let keeps = self.lane.course.plan.keep_alive;
        if let Some(link) = self.links.get_mut(ended.link) {
            link.streams = link.streams.saturating_sub(1);
            if let Some(made) = ended.made {
                self.lane.opened();
                if keeps && link.sender.is_none() {
                    link.sender = Some(made);
                } else {
                    self.lane.closed();
                }
            }
            if link.sender.as_ref().is_some_and(SendRequest::is_closed) {
                link.sender = None;
                self.lane.closed();
            }
        }
        let broke = ended.answer.is_err();
        match ended.answer {
            Ok(answer) => {
                let prepared = self.lane.prepared(&ended.job);
                if prepared.is_some_and(|prepared| !prepared.captures.is_empty()) {
                    self.lane.capture(&ended.job, &answer.head(), &answer.body);
                }
                self.lane.answered(&ended.job, answer.status, ended.at);
            }
            Err(Failed::TimedOut) => self.lane.timed_out(&ended.job, ended.at),
            Err(Failed::Connecting(how)) => {
                self.lane.not_opened();
                self.lane.broke(&ended.job, how);
            }
            Err(Failed::Broken(how)) => self.lane.broke(&ended.job, how),
        }
        if let Some(think) = self.think {
            let pause = if broke { think.max(BREATH) } else { think };
            self.rest(ended.at + pause, ended.user);
        }
    }
}
