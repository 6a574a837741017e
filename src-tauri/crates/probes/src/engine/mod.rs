//! Running probes: order, limits, deadlines, approval, retries, judging and redaction. Nothing here
//! knows any kind.

mod attempt;
mod left;
mod order;
mod queue;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SubsecRound as _, Utc};
use countersign_core::probe::watch::Window;
use countersign_core::probe::{
    Condition, Observation, Plan, PlanHash, Probe, Sample, Value, Values, Verdict, Watch,
    evaluate_probe,
};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::approval::{fingerprint, runs_programs};
use crate::kind::{File, Kind, Obstacle, Saw};
use crate::net::Trust;
use crate::record::fit_to_record;
use crate::redact::Redactor;
use crate::{Secret, kinds};
use left::{Awaited, Leave, Left, capture};
use queue::{Queue, Turn, Wants};

pub use order::Known;
pub use queue::Wait;

/// Says whether a plan is approved, at the moment of running.
pub type Approvals = Arc<dyn Fn(&PlanHash) -> bool + Send + Sync>;

/// One probe to run.
#[derive(Clone)]
pub struct Job {
    /// The caller's own name for it; comes back with its progress and its result.
    pub id: String,
    /// What `needs` and `ref` of other jobs may call it.
    pub names: Vec<String>,
    /// The probe.
    pub probe: Probe,
    /// What it would do, as approved.
    pub plan: Plan,
    /// Whether a person has said yes to this very run, which probes that change state need.
    pub asked: bool,
    /// What the last accepted run measured, by metric, for `baseline`.
    pub accepted: BTreeMap<String, Value>,
    /// The window that it is one look of, where it is watched.
    pub window: Option<Window>,
}

impl Job {
    /// Whether it is a look of a window whose statistic is compared with the last accepted run, so
    /// that the look itself is not.
    fn is_one_look_of_many(&self) -> bool {
        let watch = self.probe.watch.as_ref();
        self.window.is_some() && watch.is_some_and(Watch::compares_the_window)
    }
}

/// What probes run on.
#[derive(Clone)]
pub struct Ground {
    /// The root of the repository that the checklist lies in.
    pub repository: Option<PathBuf>,
    /// Secrets by name.
    pub secrets: BTreeMap<String, Secret>,
    /// The approvals.
    pub approvals: Approvals,
    /// What is known of probes that are not among the jobs, by what `needs` and `ref` call them.
    pub known: BTreeMap<String, Known>,
}

/// What happens while probes run.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// It waits; told again whenever it waits for something else.
    Waiting {
        /// The job.
        id: String,
        /// What for.
        wait: Wait,
    },
    /// It has begun.
    Started {
        /// The job.
        id: String,
    },
    /// The transport failed and it is tried again.
    Retrying {
        /// The job.
        id: String,
        /// Which try begins, from 2.
        attempt: u32,
        /// What failed.
        why: String,
    },
    /// It goes on for long and says how.
    Going {
        /// The job.
        id: String,
        /// How a load run goes.
        how: Box<countersign_load::Progress>,
    },
    /// It has ended.
    Finished {
        /// The job.
        id: String,
        /// The result, redacted.
        observation: Box<Observation>,
        /// The files that it left, redacted.
        files: Vec<File>,
    },
    /// It was cancelled, before or while it ran; there is no result.
    Cancelled {
        /// The job.
        id: String,
    },
}

/// A job that ended with a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// The job.
    pub id: String,
    /// The result, redacted.
    pub observation: Observation,
    /// Every moment of the window that is watched, by a kind that looks at all of it at once;
    /// `None` where the observation is one look.
    pub samples: Option<Vec<Sample>>,
}

/// How much may happen at once, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Probes at once.
    pub probes: usize,
    /// Probes at once that connect to one `host:port`.
    pub per_host: usize,
    /// The total deadline of a probe that names none.
    pub deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            probes: 8,
            per_host: 4,
            deadline: Duration::from_secs(10),
        }
    }
}

/// Runs probes. Its limits hold for everything that one engine runs at once, whoever asked for it.
pub struct Engine {
    kinds: BTreeMap<&'static str, Box<dyn Kind>>,
    limits: Limits,
    trust: Trust,
    queue: Arc<Queue>,
}

impl Engine {
    /// With every kind there is.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self::with_kinds(kinds::all(), limits)
    }

    /// With these kinds.
    #[must_use]
    pub fn with_kinds(kinds: Vec<Box<dyn Kind>>, limits: Limits) -> Self {
        Self {
            kinds: kinds
                .into_iter()
                .map(|kind| (kind.schema().name, kind))
                .collect(),
            limits,
            trust: Trust::default(),
            queue: Queue::new(limits.probes, limits.per_host),
        }
    }

    /// Runs jobs, as many at once as the limits allow, each after those it needs. Returns the
    /// results in the order of the jobs; a cancelled job has none. Progress that nobody receives
    /// is dropped.
    pub async fn run(
        self: Arc<Self>,
        jobs: Vec<Job>,
        ground: Ground,
        events: mpsc::Sender<Progress>,
        cancel: CancellationToken,
    ) -> Vec<Done> {
        let repository = ground
            .repository
            .as_ref()
            .and_then(|root| root.canonicalize().ok());
        let shared = Arc::new(Shared {
            asked: order::asked(&jobs),
            redactor: Redactor::new(&ground.secrets),
            ground: Ground {
                repository,
                ..ground
            },
            events,
            cancel,
            engine: self,
        });
        let order: Vec<String> = jobs.iter().map(|job| job.id.clone()).collect();
        let mut tasks = JoinSet::new();
        for (job, awaited, own) in order::wire(jobs) {
            let shared = Arc::clone(&shared);
            // Those that need nobody join the line in their own order, whichever task begins first.
            let turn = awaited.is_empty().then(|| shared.enter(&job));
            tasks.spawn(async move { shared.one(job, awaited, turn, own).await });
        }
        let mut done: BTreeMap<String, Done> = BTreeMap::new();
        while let Some(ended) = tasks.join_next().await {
            if let Ok(Some(ended)) = ended {
                done.insert(ended.id.clone(), ended);
            }
        }
        order.iter().filter_map(|id| done.remove(id)).collect()
    }
}

struct Shared {
    /// What conditions ask of each job.
    asked: BTreeMap<String, Vec<Condition>>,
    engine: Arc<Engine>,
    ground: Ground,
    redactor: Redactor,
    events: mpsc::Sender<Progress>,
    cancel: CancellationToken,
}

impl Shared {
    async fn tell(&self, progress: Progress) {
        // A caller that stopped listening still gets the results.
        let _ = self.events.send(progress).await;
    }

    fn enter(&self, job: &Job) -> Turn {
        self.engine.queue.enter(Wants::of(&job.plan))
    }

    async fn one(
        &self,
        job: Job,
        awaited: Vec<Awaited>,
        turn: Option<Turn>,
        own: Leave,
    ) -> Option<Done> {
        let id = job.id.clone();
        let begun = AtomicBool::new(false);
        let finished = tokio::select! {
            biased;
            () = self.stopped(&job, &begun) => None,
            finished = self.perform(&job, awaited, turn, &begun) => Some(finished),
        };
        let Some(Concluded {
            observation,
            left,
            samples,
            files,
        }) = finished
        else {
            own.send_replace(Some(Left::default()));
            self.tell(Progress::Cancelled { id }).await;
            return None;
        };
        own.send_replace(Some(left));
        self.tell(Progress::Finished {
            id: id.clone(),
            observation: Box::new(observation.clone()),
            files,
        })
        .await;
        Some(Done {
            id,
            observation,
            samples,
        })
    }

    /// Comes when a job is to be dropped where it stands: at once where it has not begun or its kind
    /// knows no end of its own, else when that took too long.
    async fn stopped(&self, job: &Job, begun: &AtomicBool) {
        self.cancel.cancelled().await;
        let kind = self.engine.kinds.get(job.plan.kind.as_str());
        if begun.load(Ordering::Relaxed) && kind.is_some_and(|kind| kind.ends_itself()) {
            tokio::time::sleep(LONGEST_END).await;
        }
    }

    async fn perform(
        &self,
        job: &Job,
        awaited: Vec<Awaited>,
        turn: Option<Turn>,
        has_begun: &AtomicBool,
    ) -> Concluded {
        let before = self.before(job, awaited).await;
        let (captures, referenced) = match before {
            Ok(before) => before,
            Err(obstacle) => {
                let started = now();
                return self.conclude(
                    job,
                    started,
                    Duration::ZERO,
                    Saw::default(),
                    Some(obstacle),
                    &BTreeMap::new(),
                );
            }
        };
        if let Some(values) = referenced {
            let started = now();
            let saw = Saw {
                values: Values::clone(&values),
                ..Saw::default()
            };
            return self.conclude(job, started, Duration::ZERO, saw, None, &captures);
        }
        let mut turn = turn.unwrap_or_else(|| self.enter(job));
        while let Some(wait) = turn.obstacle().await {
            self.tell(Progress::Waiting {
                id: job.id.clone(),
                wait,
            })
            .await;
        }
        has_begun.store(true, Ordering::Relaxed);
        self.tell(Progress::Started { id: job.id.clone() }).await;
        let started = now();
        let begun = std::time::Instant::now();
        let mut saw = Saw::default();
        let obstacle = match self.allowed(job).await {
            Err(obstacle) => Some(obstacle),
            Ok(()) => self.attempts(job, &captures, &mut saw).await.err(),
        };
        self.conclude(job, started, begun.elapsed(), saw, obstacle, &captures)
    }

    /// Whether the plan, with the scripts as they are at this moment, may run.
    async fn allowed(&self, job: &Job) -> Result<(), Obstacle> {
        let plan = self.as_it_is_now(&job.plan).await?;
        if plan.scripts != job.plan.scripts {
            return Err(
                Obstacle::skipped("a script has changed since the plan was shown")
                    .hint("look at the plan again and approve it"),
            );
        }
        let hash = plan
            .hash()
            .map_err(|error| Obstacle::broken(error.to_string()))?;
        if !(self.ground.approvals)(&hash) {
            return Err(Obstacle::skipped("not run: nobody has approved it")
                .hint("look at what it would do and approve it"));
        }
        if job.plan.class.asks_each_time() && !job.asked {
            return Err(Obstacle::skipped(format!(
                "it {} and asks each time",
                job.plan.class.words()
            ))
            .hint("run it on its own and say yes"));
        }
        Ok(())
    }

    /// The plan with the scripts as they are at this moment.
    async fn as_it_is_now<'a>(&self, plan: &'a Plan) -> Result<Cow<'a, Plan>, Obstacle> {
        if !runs_programs(plan) {
            return Ok(Cow::Borrowed(plan));
        }
        let mut plan = plan.clone();
        let root = self.ground.repository.clone();
        let hashing = tokio::task::spawn_blocking(move || {
            fingerprint(&mut plan, root.as_deref()).map(|()| plan)
        });
        let unread =
            |why: String| Obstacle::undecided(format!("the scripts cannot be read: {why}"));
        let plan = hashing
            .await
            .map_err(|error| unread(error.to_string()))?
            .map_err(|error| unread(error.to_string()))?;
        Ok(Cow::Owned(plan))
    }

    /// From what was seen to a verdict, a record of it, and what is left for others.
    fn conclude(
        &self,
        job: &Job,
        started: DateTime<Utc>,
        took: Duration,
        saw: Saw,
        obstacle: Option<Obstacle>,
        used: &BTreeMap<String, Secret>,
    ) -> Concluded {
        let mut values = saw.values;
        if let Some(obstacle) = &obstacle {
            explain(job, &mut values, &obstacle.what);
        }
        let judged = Probe {
            expect: job.plan.expect.clone(),
            warn: job.plan.warn.clone(),
            baseline: match job.is_one_look_of_many() {
                true => Vec::new(),
                false => job.probe.baseline.clone(),
            },
            ..job.probe.clone()
        };
        let (judgement, conditions) = evaluate_probe(&judged, &values, &job.accepted);
        let redactor = self.redactor.clone().and_captures(used);
        let samples = saw.moments.map(|moments| {
            let look = |(at, values): (DateTime<Utc>, Values)| {
                let (verdict, outcomes) = evaluate_probe(&judged, &values, &job.accepted);
                let measured = |metric: &str| values.metrics.get(metric);
                let mut sample = Sample::judged(at, verdict, &outcomes)
                    .comparing(&job.probe.compared_metrics(), measured);
                redactor.sample(&mut sample);
                sample
            };
            moments.into_iter().map(look).collect()
        });
        let verdict = match &obstacle {
            None => judgement,
            // A condition that was decided before the obstacle stays decided; nothing gets better.
            Some(obstacle) if judgement == Verdict::Fail => judgement.max(obstacle.verdict),
            Some(obstacle) => obstacle.verdict,
        };
        let (captured, capture_hint) = capture(&job.probe, &values, verdict);
        let hint = obstacle
            .as_ref()
            .and_then(|obstacle| obstacle.hint.clone())
            .or(saw.hint)
            .or(capture_hint);
        let summary = match &obstacle {
            Some(obstacle) => obstacle.what.clone(),
            None if saw.summary.is_empty() => attempt::summary(&conditions),
            None => saw.summary,
        };
        let redactor = redactor.and_captures(&captured);
        let mut observation = Observation {
            verdict,
            conditions,
            values: values.measured(),
            summary,
            started,
            duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            target: job.plan.target(),
            saw: saw.saw,
            hint,
        };
        fit_to_record(&mut observation, &redactor);
        let files = saw.files.into_iter().map(|file| File {
            text: redactor.text(&file.text),
            ..file
        });
        let files = files.collect();
        let left = Left {
            verdict: Some(verdict),
            values: Arc::new(values),
            captures: Arc::new(captured),
        };
        Concluded {
            observation,
            left,
            samples,
            files,
        }
    }
}

/// How a job ended.
struct Concluded {
    observation: Observation,
    /// What it leaves for others.
    left: Left,
    /// The moments of a window where it saw them all.
    samples: Option<Vec<Sample>>,
    /// What it leaves for the record.
    files: Vec<File>,
}

/// How long a kind that ends itself may take for it; what it measured is still counted then.
const LONGEST_END: Duration = Duration::from_secs(5);

/// The time by this machine's clock, in whole milliseconds as everything in the ledger.
fn now() -> DateTime<Utc> {
    DateTime::<Utc>::from(SystemTime::now()).trunc_subsecs(3)
}

/// Every metric that the conditions ask for and that is not there is missing for this reason.
fn explain(job: &Job, values: &mut Values, why: &str) {
    if let Some(schema) = countersign_core::probe::kinds::schema(&job.plan.kind) {
        for metric in schema.metrics {
            if !values.metrics.contains_key(metric.name) {
                values
                    .missing
                    .entry(metric.name.to_owned())
                    .or_insert_with(|| why.to_owned());
            }
        }
    }
    if values.json.is_none() {
        values.missing.insert("json".to_owned(), why.to_owned());
    }
}

#[cfg(test)]
mod tests;
