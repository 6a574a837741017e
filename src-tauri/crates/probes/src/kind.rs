//! What a kind of probe is to the engine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::watch::Window;
use countersign_core::probe::{Condition, Part, Plan, PlanValue, Quantity, Value, Values, Verdict};
use futures::future::BoxFuture;
use serde_json::Map;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::Secret;
use crate::engine::Progress;
use crate::net::Trust;

/// The longest file of keys or certificates, in bytes; all roots of a system are a quarter of it.
const LONGEST_PEM: u64 = 1_000_000;

/// One kind. Its module, its schema in the core and a line in [`crate::all`] are all there is to it.
pub trait Kind: Send + Sync {
    /// What it is.
    fn schema(&self) -> &'static KindSchema;

    /// Does what the plan says and writes down what it sees, as it sees it: when the deadline
    /// passes, the future is dropped and `saw` holds what was seen until then.
    ///
    /// # Errors
    /// What kept it from measuring.
    fn run<'a>(
        &'a self,
        plan: &'a Plan,
        context: &'a Context<'a>,
        saw: &'a mut Saw,
    ) -> BoxFuture<'a, Result<(), Obstacle>>;

    /// How long a plan takes by its own schedule, beside what its deadline is for; `None` for what
    /// ends as soon as it has its answer.
    fn lasts(&self, _plan: &Plan) -> Option<Duration> {
        None
    }

    /// Whether it comes to an end by itself, within [`Context::stop`]'s 200 ms, and then says what
    /// it measured until then. Any other is dropped where it stands, without a result.
    fn ends_itself(&self) -> bool {
        false
    }
}

/// What a kind may use.
pub struct Context<'a> {
    /// The root of the repository that the checklist lies in, canonical; `None` when it is in none.
    pub repository: Option<&'a Path>,
    /// Secrets by name.
    pub secrets: &'a BTreeMap<String, Secret>,
    /// What earlier probes captured, by name.
    pub captures: &'a BTreeMap<String, Secret>,
    /// The certificates that are trusted.
    pub trust: &'a Trust,
    /// Where the environment says that hosts are reached, of the plan.
    pub routes: &'a BTreeMap<String, String>,
    /// The window that is watched, for a kind that can look at all of it at once: it then says in
    /// [`Saw::moments`] what was measured when.
    pub window: Option<&'a Window>,
    /// The total deadline, to tell a program or a server about it.
    pub deadline: tokio::time::Instant,
    /// Every condition that is judged by what is measured now: the plan's own, and those of probes
    /// that refer to it.
    pub asked: &'a [Condition],
    /// Where a kind that goes on for long says how it goes.
    pub going: &'a Going,
    /// Cancelled when somebody wants it to end. Only of use to a kind that ends itself.
    pub stop: &'a CancellationToken,
}

/// How a probe that goes on for long tells what it sees meanwhile.
#[derive(Clone)]
pub struct Going {
    pub(crate) job: String,
    pub(crate) events: mpsc::Sender<Progress>,
}

impl Going {
    /// Tells how a load run goes. Nobody is waited for: what finds no room is dropped.
    pub fn tell(&self, how: countersign_load::Progress) {
        let id = self.job.clone();
        let how = Box::new(how);
        let _ = self.events.try_send(Progress::Going { id, how });
    }
}

impl Context<'_> {
    /// A field's text with secrets and captures put in; `None` when the plan has no such text.
    ///
    /// # Errors
    /// When a secret or a capture is not there.
    pub fn text(&self, plan: &Plan, field: &str) -> Result<Option<Secret>, Obstacle> {
        plan.fields
            .get(field)
            .map(|value| self.fill(value, &|secret| secret.to_owned()))
            .transpose()
    }

    /// A value's text, each secret written through `encode`.
    ///
    /// # Errors
    /// When a secret or a capture is not there.
    pub fn fill(
        &self,
        value: &PlanValue,
        encode: &dyn Fn(&str) -> String,
    ) -> Result<Secret, Obstacle> {
        let PlanValue::Text(parts) = value else {
            return Ok(Secret::new(value.plain().unwrap_or_default()));
        };
        let mut text = Secret::new(String::new());
        for part in parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Secret(name) => {
                    let secret = self.secrets.get(name).ok_or_else(|| {
                        Obstacle::undecided(format!("the secret `{name}` is not set"))
                            .hint("set it for this environment")
                    })?;
                    text.push_str(&encode(secret));
                }
                Part::Capture(name) => {
                    let capture = self.captures.get(name).ok_or_else(|| {
                        Obstacle::undecided(format!("`{name}` was not captured"))
                            .hint("name the probe that captures it in `needs`")
                    })?;
                    text.push_str(&encode(capture));
                }
            }
        }
        Ok(text)
    }

    /// The file of keys or certificates that a field of the plan names.
    ///
    /// # Errors
    /// When the plan names one and it is not there, is no such file, or leads out of the repository.
    pub fn pem(&self, plan: &Plan, field: &str) -> Result<Option<PathBuf>, Obstacle> {
        let Some(path) = plan.text(field) else {
            return Ok(None);
        };
        let Inside::There(file) = self.inside(&path)? else {
            return Err(Obstacle::undecided(format!(
                "there is no file `{path}` for `{field}`"
            )));
        };
        let about = file.metadata().map_err(|error| {
            Obstacle::undecided(format!("`{path}`: {error}")).hint("check who may read it")
        })?;
        if about.is_file() && about.len() <= LONGEST_PEM {
            return Ok(Some(file));
        }
        Err(Obstacle::broken(format!(
            "`{path}` for `{field}` is not a PEM file"
        )))
    }

    /// How much of the deadline is left.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.deadline
            .saturating_duration_since(tokio::time::Instant::now())
    }

    /// A path of the plan inside the repository, links resolved.
    ///
    /// # Errors
    /// Skipped without a repository; an error when it leads outside; the path itself where nothing
    /// is there.
    pub fn inside(&self, relative: &str) -> Result<Inside, Obstacle> {
        let Some(root) = self.repository else {
            return Err(
                Obstacle::skipped("the checklist lies in no repository that is known")
                    .hint("open the checklist from its checkout"),
            );
        };
        let path = root.join(relative);
        match path.canonicalize() {
            Ok(real) if real.starts_with(root) => Ok(Inside::There(real)),
            Ok(_) => Err(Obstacle::broken(format!(
                "`{relative}` leads out of the repository"
            ))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Inside::Nothing),
            Err(error) => {
                Err(Obstacle::undecided(format!("`{relative}`: {error}"))
                    .hint("check who may read it"))
            }
        }
    }
}

/// What a path inside the repository leads to.
pub enum Inside {
    /// Something, at this canonical path.
    There(PathBuf),
    /// Nothing.
    Nothing,
}

/// What was seen so far.
#[derive(Clone, Debug, Default)]
pub struct Saw {
    /// What was measured.
    pub values: Values,
    /// One line, such as `200 in 41 ms`.
    pub summary: String,
    /// What was measured at each moment of the window that is watched; `None` by a kind that only
    /// knows the present.
    pub moments: Option<Vec<(DateTime<Utc>, Values)>>,
    /// Details for the record; no floating point number may stand in it.
    pub saw: Map<String, serde_json::Value>,
    /// Whether the thing that is probed has answered at all: an answer that then does not come in
    /// time is its failure, silence from the start decides nothing.
    pub reached: bool,
    /// Files that it leaves, such as a log of latencies: evidence of its item.
    pub files: Vec<File>,
    /// What to do next.
    pub hint: Option<String>,
}

/// A file that a probe leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, whose ending says what it is.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Saw {
    /// Notes a detail.
    pub fn note(&mut self, key: &str, value: impl Into<serde_json::Value>) {
        self.saw.insert(key.to_owned(), value.into());
    }

    /// Notes a phase of time and measures it as a metric of the same name.
    pub fn phase(&mut self, name: &str, took: Duration) {
        let value = Value::millis(took);
        if let Value::Number(quantity) = &value {
            let phases = self
                .saw
                .entry("phases")
                .or_insert_with(|| serde_json::Value::Object(Map::new()));
            if let Some(phases) = phases.as_object_mut() {
                phases.insert(name.to_owned(), exact(*quantity));
            }
        }
        self.values.set(name, value);
    }
}

/// A quantity as the record keeps it.
pub(crate) fn exact(quantity: Quantity) -> serde_json::Value {
    serde_json::to_value(quantity).unwrap_or(serde_json::Value::Null)
}

/// What kept a probe from measuring, and what that means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Fail when the thing that is probed gave a clear no; inconclusive when nothing answered or
    /// this machine stood in the way; error when the probe itself is wrong; skipped when it does
    /// not apply.
    pub verdict: Verdict,
    /// What happened, in one plain sentence.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Whether it lies in the transport, where trying again may help and hides nothing.
    pub transport: bool,
}

impl Obstacle {
    fn new(verdict: Verdict, what: impl Into<String>) -> Self {
        Self {
            verdict,
            what: what.into(),
            hint: None,
            transport: false,
        }
    }

    /// A clear no of the thing that is probed.
    #[must_use]
    pub fn refused(what: impl Into<String>) -> Self {
        Self::new(Verdict::Fail, what)
    }

    /// Nothing that decides.
    #[must_use]
    pub fn undecided(what: impl Into<String>) -> Self {
        Self::new(Verdict::Inconclusive, what)
    }

    /// The probe itself is wrong.
    #[must_use]
    pub fn broken(what: impl Into<String>) -> Self {
        Self::new(Verdict::Error, what)
    }

    /// It does not apply.
    #[must_use]
    pub fn skipped(what: impl Into<String>) -> Self {
        Self::new(Verdict::Skipped, what)
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Marks it as one of the transport.
    #[must_use]
    pub fn in_transport(mut self) -> Self {
        self.transport = true;
        self
    }
}
