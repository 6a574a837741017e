//! Whose turn it is: limits on all probes and on those that speak to one host, and probes that run
//! alone.

use std::collections::BTreeSet;
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

struct Waiting {
    number: u64,
    wants: Wants,
    place: watch::Sender<Place>,
}

struct Going {
    number: u64,
    wants: Wants,
}

#[derive(Default)]
struct Line {
    /// Those that wait, the first to come first.
    waiting: Vec<Waiting>,
    going: Vec<Going>,
    next: u64,
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
        line.waiting.push(Waiting {
            number,
            wants,
            place,
        });
        self.admit(&mut line);
        Turn {
            queue: Arc::clone(self),
            number,
            place: seen,
            told: false,
        }
    }

    fn leave(&self, number: u64) {
        let mut line = self.line();
        line.waiting.retain(|one| one.number != number);
        line.going.retain(|one| one.number != number);
        self.admit(&mut line);
    }

    /// Lets everybody go who may, and tells the others what they wait for.
    fn admit(&self, line: &mut Line) {
        let mut lonely_ahead = false;
        for one in std::mem::take(&mut line.waiting) {
            match self.obstacle(&line.going, &one.wants, lonely_ahead) {
                None => {
                    one.place.send_replace(Place::Goes);
                    line.going.push(Going {
                        number: one.number,
                        wants: one.wants,
                    });
                }
                Some(wait) => {
                    let place = Place::Waits(wait);
                    one.place.send_if_modified(|held| {
                        let differs = *held != place;
                        *held = place;
                        differs
                    });
                    lonely_ahead |= one.wants.alone;
                    line.waiting.push(one);
                }
            }
        }
    }

    fn obstacle(&self, going: &[Going], wants: &Wants, lonely_ahead: bool) -> Option<Wait> {
        let somebody_alone = going.iter().any(|one| one.wants.alone);
        if lonely_ahead || somebody_alone || wants.alone && !going.is_empty() {
            return Some(Wait::Alone);
        }
        if going.len() >= self.probes {
            return Some(Wait::Turn);
        }
        let full = wants.hosts.iter().find(|host| {
            let there = going.iter().filter(|one| one.wants.hosts.contains(*host));
            there.count() >= self.per_host
        });
        full.map(|host| Wait::Host { host: host.clone() })
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
