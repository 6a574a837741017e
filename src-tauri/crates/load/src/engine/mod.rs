//! Sending, measuring and counting.

mod alarm;
mod captured;
mod counted;
mod exchange;
mod first;
mod gather;
mod http1;
mod http2;
mod lane;
mod log;
mod prepared;
mod reply;
mod schedule;
mod slot;
mod tally;
mod target;
mod turns;
mod wire;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Barrier, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use gather::Gathered;
use lane::{Course, Lane};
use log::Log;
use schedule::Schedule;
use tally::{Interval, Whole};
use target::Target;

use crate::message::Refusal;
use crate::outcome::Outcome;
use crate::plan::{HttpVersion, Pace, Plan};
use crate::progress::Progress;

/// How many requests per second, or users without a pause, one thread is asked for before another
/// one joins in.
const PER_THREAD: f64 = 30_000.0;
const USERS_PER_THREAD: f64 = 64.0;

/// Does what a plan says, on this process's own threads, and waits for it. `tell` hears of it about
/// five times a second. Once `stop` is true, everything ends within 20 ms and what was measured
/// until then is the outcome.
///
/// # Errors
/// Why nothing was sent that counts: [`Refusal`] has the codes.
pub fn measure(
    plan: &Plan,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(Progress),
) -> Result<Outcome, Refusal> {
    plan.check()?;
    let schedule = Schedule::of(plan);
    let threads = threads(plan);
    let weights: Vec<u32> = plan.requests.iter().map(|request| request.weight).collect();
    let course = Course {
        target: Target::of(plan)?,
        requests: prepared::prepare(plan)?,
        turns: turns::turns(&weights),
        timeout: plan.timeout_ms.saturating_mul(1_000_000),
        ends: schedule.ends(),
        threads: u64::try_from(threads).unwrap_or(1),
        users: match plan.pace {
            Pace::Users { users, .. } => f64::from(users),
            Pace::Rate { .. } => 0.0,
        },
        schedule,
        plan: plan.clone(),
    };
    tell(gather::connecting(&course));
    let captured = first::contact(&course)?;
    run(&course, threads, &captured, stop, tell)
}

/// How many threads send: one core is left to everybody else.
fn threads(plan: &Plan) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let wanted = match plan.pace {
        Pace::Rate { per_second } => per_second / PER_THREAD,
        Pace::Users { users, think_ms } => {
            let pause = 1.0 + think_ms as f64 / 10.0;
            f64::from(users) / USERS_PER_THREAD / pause
        }
    };
    let connections = usize::try_from(plan.most_connections()).unwrap_or(1);
    (wanted.ceil() as usize)
        .min(cores.saturating_sub(1))
        .min(connections)
        .max(1)
}

/// What a thread hands over, and which it is.
type Given = (usize, Receiver<Box<Interval>>, Sender<Box<Interval>>);

fn run(
    course: &Course,
    threads: usize,
    captured: &BTreeMap<String, String>,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(Progress),
) -> Result<Outcome, Refusal> {
    let barrier = Barrier::new(threads);
    let began = OnceLock::new();
    std::thread::scope(|scope| {
        let mut given: Vec<Given> = Vec::new();
        let mut running = Vec::new();
        for own in 0..threads {
            let (full, from) = channel();
            let (back, empty) = channel();
            given.push((own, from, back));
            let (barrier, began) = (&barrier, &began);
            let connections = share(course.plan.most_connections(), own, threads);
            running.push(scope.spawn(move || {
                let own = u64::try_from(own).unwrap_or_default();
                let lane = Lane::new(course, own, captured.clone(), stop, full, empty);
                send(lane, connections, barrier, began)
            }));
        }
        let gathered = gather(course, given, &began, tell);
        let mut whole = Whole::new(course.plan.steps.len(), course.requests.len())?;
        for thread in running {
            let own = thread
                .join()
                .map_err(|_| Refusal::new("load-worker", "a thread of the engine broke"))??;
            whole.add(&own);
        }
        let began = began.get().copied().unwrap_or_else(Instant::now);
        let lasted = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let stopped = stop.load(Ordering::Relaxed);
        Ok(gathered?.outcome(&whole, lasted, stopped, unix_ms(began)))
    })
}

/// Its share of so many connections.
fn share(all: u32, own: usize, threads: usize) -> usize {
    let all = usize::try_from(all).unwrap_or(1);
    (all / threads + usize::from(own < all % threads)).max(1)
}

fn unix_ms(began: Instant) -> u64 {
    let then = SystemTime::now()
        .checked_sub(began.elapsed())
        .and_then(|then| then.duration_since(UNIX_EPOCH).ok());
    then.map_or(0, |then| {
        u64::try_from(then.as_millis()).unwrap_or_default()
    })
}

/// One thread: connects, waits for the others, sends.
fn send(
    lane: Result<Lane<'_>, Refusal>,
    connections: usize,
    barrier: &Barrier,
    began: &OnceLock<Instant>,
) -> Result<Whole, Refusal> {
    exact_timers();
    let mut lane = match lane {
        Ok(lane) => lane,
        Err(refusal) => {
            barrier.wait();
            return Err(refusal);
        }
    };
    // Whoever failed to connect still comes to the barrier, or the others would wait for ever.
    match lane.course.plan.http {
        HttpVersion::Http1 => {
            let ready = http1::Ready::connect(&mut lane, connections);
            barrier.wait();
            let mut ready = ready?;
            ready.begin(*began.get_or_init(Instant::now));
            ready.run()?;
        }
        HttpVersion::Http2 => {
            let ready = http2::Ready::connect(&mut lane, connections);
            barrier.wait();
            let mut ready = ready?;
            ready.begin(*began.get_or_init(Instant::now));
            ready.run()?;
        }
    }
    Ok(lane.finish())
}

/// Lets the kernel wake this thread when it is due and not up to 50 µs later.
fn exact_timers() {
    #[cfg(target_os = "linux")]
    {
        // Where it may not, requests are a little late, which is measured.
        let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
    }
}

/// Takes over what the threads hand over, until the last has ended.
fn gather<'c>(
    course: &'c Course,
    given: Vec<Given>,
    began: &OnceLock<Instant>,
    tell: &mut dyn FnMut(Progress),
) -> Result<Gathered<'c>, Refusal> {
    let counts_from = SystemTime::now() + Duration::from_nanos(course.schedule.counts_from());
    let what = format!("countersign load {}", course.target.authority);
    let log = Log::new(&what, counts_from, course.plan.measured_ms())?;
    let mut gathered = Gathered::new(course, given.len(), log)?;
    let mut open = given;
    while !open.is_empty() {
        let mut until = None;
        open.retain(|(own, from, back)| match from.recv() {
            Ok(mut interval) => {
                gathered.add(*own, &interval);
                until = Some(interval.until);
                interval.clear();
                // A thread that has ended needs no more.
                let _ = back.send(interval);
                true
            }
            Err(_) => false,
        });
        if let (Some(at), Some(_)) = (until, began.get()) {
            tell(gathered.progress(at));
        }
    }
    Ok(gathered)
}

#[cfg(test)]
mod tests;
