//! Whose turn it is: limits on all probes and on those that speak to one host, and probes that run
//! alone.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_core::probe::Plan;
use tokio::sync::watch;

/// What a probe waits for before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Another probe, which it needs or judges, has not ended.
    Need {
        /// That probe as this one calls it.
        name: String,
    },
    /// As many probes as are allowed speak to the host that it would speak to.
    Host {
        /// `host:port`, where it really connects to.
        host: String,
    },
    /// As many probes as are allowed at once run already.
    Turn,
    /// It runs alone and others have not ended, or one that runs alone is before it.
    Alone,
}

/// What a probe asks of the queue.
#[derive(Clone, Debug)]
pub(super) struct Wants {
    hosts: BTreeSet<String>,
    alone: bool,
}

impl Wants {
    pub(super) fn of(plan: &Plan) -> Self {
        Self {
            hosts: plan.connects_to(),
            alone: plan.class.runs_alone(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Waits(Wait),
    Goes,
}

/// Why a probe waits, as it was last told. Hosts by their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Turn,
    Alone,
    Host(usize),
}

struct Waiting {
    number: u64,
    hosts: Vec<usize>,
    alone: bool,
    told: Why,
    place: watch::Sender<Place>,
}

struct Going {
    number: u64,
    hosts: Vec<usize>,
    alone: bool,
}

/// Thousands may wait, and all are looked at whenever one leaves: hosts are numbers here, and how
/// many speak to each is counted once.
#[derive(Default)]
struct Line {
    /// Those that wait, the first to come first.
    waiting: Vec<Waiting>,
    going: Vec<Going>,
    next: u64,
    /// The numbers of hosts, until nobody waits or goes.
    numbers: HashMap<String, usize>,
    /// By number: the host, and how many go that speak to it.
    hosts: Vec<(String, usize)>,
}

impl Line {
    fn number(&mut self, host: String) -> usize {
        if let Some(number) = self.numbers.get(&host) {
            return *number;
        }
        let number = self.hosts.len();
        self.hosts.push((host.clone(), 0));
        self.numbers.insert(host, number);
        number
    }

    fn count(&mut self, hosts: &[usize], change: impl Fn(usize) -> usize) {
        for host in hosts {
            if let Some((_, going)) = self.hosts.get_mut(*host) {
                *going = change(*going);
            }
        }
    }

    fn wait(&self, why: Why) -> Wait {
        match why {
            Why::Turn => Wait::Turn,
            Why::Alone => Wait::Alone,
            Why::Host(number) => Wait::Host {
                host: self
                    .hosts
                    .get(number)
                    .map(|(host, _)| host.clone())
                    .unwrap_or_default(),
            },
        }
    }
}

/// One queue for all probes of an engine. Who comes first goes first, but nobody waits for a host
/// that somebody else waits for; nobody overtakes a probe that waits to be alone.
pub(super) struct Queue {
    line: Mutex<Line>,
    probes: usize,
    per_host: usize,
}

impl Queue {
    pub(super) fn new(probes: usize, per_host: usize) -> Arc<Self> {
        Arc::new(Self {
            line: Mutex::default(),
            probes: probes.max(1),
            per_host: per_host.max(1),
        })
    }

    /// Joins the line. Dropping the turn leaves it, whether it has come or not.
    pub(super) fn enter(self: &Arc<Self>, wants: Wants) -> Turn {
        let mut line = self.line();
        let number = line.next;
        line.next += 1;
        let (place, seen) = watch::channel(Place::Waits(Wait::Turn));
        let hosts = wants.hosts.into_iter();
        let one = Waiting {
            number,
            hosts: hosts.map(|host| line.number(host)).collect(),
            alone: wants.alone,
            told: Why::Turn,
            place,
        };
        // The last of the line changes nothing for those before it, unless it goes.
        let lonely_ahead = line.waiting.iter().any(|one| one.alone);
        let waits = self.settle(&mut line, one, lonely_ahead);
        if !waits {
            self.admit(&mut line);
        }
        Turn {
            queue: Arc::clone(self),
            number,
            place: seen,
            told: false,
        }
    }

    fn leave(&self, number: u64) {
        let mut line = self.line();
        if let Some(at) = line.going.iter().position(|one| one.number == number) {
            let gone = line.going.remove(at);
            line.count(&gone.hosts, |going| going.saturating_sub(1));
        } else {
            line.waiting.retain(|one| one.number != number);
        }
        self.admit(&mut line);
        if line.waiting.is_empty() && line.going.is_empty() {
            line.numbers.clear();
            line.hosts.clear();
        }
    }

    /// Lets everybody go who may, and tells the others what they wait for.
    fn admit(&self, line: &mut Line) {
        let mut lonely_ahead = false;
        let before = std::mem::take(&mut line.waiting);
        line.waiting.reserve(before.len());
        for one in before {
            let alone = one.alone;
            let waits = self.settle(line, one, lonely_ahead);
            lonely_ahead |= alone && waits;
        }
    }

    /// Lets one go, or puts it at the end of those that wait; says whether it waits.
    fn settle(&self, line: &mut Line, mut one: Waiting, lonely_ahead: bool) -> bool {
        match self.obstacle(line, &one, lonely_ahead) {
            None => {
                one.place.send_replace(Place::Goes);
                line.count(&one.hosts, |going| going + 1);
                line.going.push(Going {
                    number: one.number,
                    hosts: one.hosts,
                    alone: one.alone,
                });
                false
            }
            Some(why) => {
                if one.told != why {
                    one.told = why;
                    one.place.send_replace(Place::Waits(line.wait(why)));
                }
                line.waiting.push(one);
                true
            }
        }
    }

    fn obstacle(&self, line: &Line, one: &Waiting, lonely_ahead: bool) -> Option<Why> {
        let somebody_alone = line.going.iter().any(|one| one.alone);
        if lonely_ahead || somebody_alone || one.alone && !line.going.is_empty() {
            return Some(Why::Alone);
        }
        if line.going.len() >= self.probes {
            return Some(Why::Turn);
        }
        let full = one.hosts.iter().find(|host| {
            let there = line.hosts.get(**host).map_or(0, |(_, going)| *going);
            there >= self.per_host
        });
        full.map(|host| Why::Host(*host))
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // The line is whole after a panic of another thread: each change is one call.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue, and the right to run once it has come.
pub(super) struct Turn {
    queue: Arc<Queue>,
    number: u64,
    place: watch::Receiver<Place>,
    told: bool,
}

impl Turn {
    /// What it waits for, whenever that changes; `None` once it may run.
    pub(super) async fn obstacle(&mut self) -> Option<Wait> {
        if self.told && self.place.changed().await.is_err() {
            return None;
        }
        self.told = true;
        match &*self.place.borrow_and_update() {
            Place::Goes => None,
            Place::Waits(wait) => Some(wait.clone()),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.queue.leave(self.number);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn wants(hosts: &[&str], alone: bool) -> Wants {
        Wants {
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            alone,
        }
    }

    /// What a turn says now: `None` when nothing is new, else what it waits for or that it goes.
    fn says(turn: &mut Turn) -> Option<Option<Wait>> {
        turn.obstacle().now_or_never()
    }

    fn host(name: &str) -> Option<Option<Wait>> {
        Some(Some(Wait::Host {
            host: name.to_owned(),
        }))
    }

    #[test]
    fn who_waits_for_a_host_holds_nobody_else_up() {
        let queue = Queue::new(3, 1);
        let mut first = queue.enter(wants(&["a"], false));
        let mut second = queue.enter(wants(&["a"], false));
        let mut other = queue.enter(wants(&["b"], false));
        assert_eq!(says(&mut first), Some(None));
        assert_eq!(says(&mut second), host("a"));
        assert_eq!(says(&mut other), Some(None));
        let mut plain = queue.enter(wants(&[], false));
        let mut late = queue.enter(wants(&["c"], false));
        assert_eq!(says(&mut plain), Some(None));
        assert_eq!(says(&mut late), Some(Some(Wait::Turn)));
        drop(plain);
        assert_eq!(says(&mut late), Some(None));
        // It came before, but its host was still full when that place was free.
        assert_eq!(says(&mut second), host("a"));
        drop(first);
        assert_eq!(says(&mut second), Some(None));
    }

    #[test]
    fn who_runs_alone_waits_for_quiet_and_nobody_overtakes_it() {
        let queue = Queue::new(8, 8);
        let mut first = queue.enter(wants(&["a"], false));
        let mut lonely = queue.enter(wants(&["a"], true));
        let mut behind = queue.enter(wants(&["b"], false));
        assert_eq!(says(&mut first), Some(None));
        assert_eq!(says(&mut lonely), Some(Some(Wait::Alone)));
        assert_eq!(says(&mut behind), Some(Some(Wait::Alone)));
        drop(first);
        assert_eq!(says(&mut lonely), Some(None));
        assert_eq!(says(&mut behind), None);
        drop(lonely);
        assert_eq!(says(&mut behind), Some(None));
    }

    #[test]
    fn who_gives_up_waiting_is_not_waited_for() {
        let queue = Queue::new(1, 1);
        let mut first = queue.enter(wants(&[], false));
        let lonely = queue.enter(wants(&[], true));
        let mut last = queue.enter(wants(&[], false));
        assert_eq!(says(&mut first), Some(None));
        assert_eq!(says(&mut last), Some(Some(Wait::Alone)));
        drop(lonely);
        assert_eq!(says(&mut last), Some(Some(Wait::Turn)));
        drop(first);
        assert_eq!(says(&mut last), Some(None));
    }
}
