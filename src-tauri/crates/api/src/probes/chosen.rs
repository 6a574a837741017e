//! Probes that were chosen to run, with what each would do: the same with a run and without one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use countersign_core::ledger::body::WatchPart;
use countersign_core::ledger::ident::ProbeHash;
use countersign_core::outline::Item;
use countersign_core::probe::{
    Class, Missing, Observation, Plan, Probe, Value, Verdict, class, resolve,
};
use countersign_probes::{Job, fingerprint};

use super::load;
use crate::view::picture;
use crate::wire::error::Problem;
use crate::wire::probe::{MissingName, PlanEntry, ProbePlan, ProbeResult};

/// A probe that was chosen, with what it would do.
#[derive(Clone)]
pub(crate) struct Chosen {
    pub item: Item,
    pub probe: Probe,
    pub environment: String,
    pub rehearsal: bool,
    /// Whether its item was named, so that it answers even where it can only say that it cannot.
    pub by_name: bool,
    /// Which part of a watch its result is, where it is one.
    pub part: Option<WatchPart>,
    /// What `needs` and `ref` of others may call it.
    pub called: Vec<String>,
    pub plan: Result<Plan, Vec<Missing>>,
    /// The hash of the plan.
    pub plan_hash: Option<String>,
}

impl Chosen {
    /// Resolves a probe in an environment. The plan holds the hashes of the scripts that it names
    /// in `repository`.
    pub fn new(
        item: &Item,
        probe: &Probe,
        environment: String,
        names: &(BTreeMap<String, String>, BTreeSet<String>),
        repository: Option<&Path>,
    ) -> Result<Self, Problem> {
        let (variables, secrets) = names;
        let mut plan = resolve(probe, variables, secrets);
        if let Ok(plan) = &mut plan {
            fingerprint(plan, repository).map_err(|error| {
                Problem::new("script-unreadable", error.to_string()).at(item.number.clone())
            })?;
        }
        let hash = plan.as_ref().ok().and_then(|plan| plan.hash().ok());
        Ok(Self {
            plan_hash: hash.map(|hash| hash.0),
            item: item.clone(),
            probe: probe.clone(),
            environment,
            rehearsal: false,
            by_name: false,
            part: None,
            called: probe.id.iter().cloned().collect(),
            plan,
        })
    }

    pub fn id(&self) -> String {
        format!("{}\u{1f}{}", self.item.id, self.probe.hash)
    }

    /// What an approval of it binds to; none where it cannot be resolved.
    pub fn hash(&self) -> Option<&str> {
        self.plan_hash.as_deref()
    }

    /// The hash of the probe as the ledger has it.
    pub fn probe_hash(&self) -> Result<ProbeHash, Problem> {
        let hash = &self.probe.hash;
        hash.parse().map_err(|_| Problem::unknown("probe", hash))
    }

    /// Whether it changes state or makes load, and so never joins a run of many.
    pub fn asks_each_time(&self) -> bool {
        self.class().asks_each_time()
    }

    /// What it does to the world; known of one that cannot be resolved, too.
    fn class(&self) -> Class {
        match &self.plan {
            Ok(plan) => plan.class,
            Err(_) => class(&self.probe),
        }
    }

    /// Whether it only looks.
    pub fn only_looks(&self) -> bool {
        self.plan
            .as_ref()
            .is_ok_and(|plan| matches!(plan.class, Class::Passive | Class::Reads))
    }

    /// What came of it.
    pub fn outcome(&self, observation: &Observation) -> Outcome {
        Outcome {
            item: self.item.id.clone(),
            number: self.item.number.clone(),
            text: self.item.text.clone(),
            kind: self.probe.kind.clone(),
            rehearsal: self.rehearsal,
            result: picture::result(&self.probe.hash, observation),
        }
    }

    /// What keeps it from running as things are, in words: a name without a value, or a repository
    /// that nobody knows.
    pub fn hindered(
        &self,
        repository: Option<&Path>,
        has_secret: &dyn Fn(&str, &str) -> bool,
    ) -> Option<String> {
        let plan = match &self.plan {
            Ok(plan) => plan,
            Err(causes) => return Some(in_words(causes)),
        };
        let unset = |name: &&String| !has_secret(&self.environment, name);
        if let Some(name) = plan.secrets.iter().find(unset) {
            return Some(format!("the secret {name} has no value"));
        }
        (repository.is_none() && plan.needs_repository())
            .then(|| "the checklist lies in no repository that is known".to_owned())
    }

    /// Without the value of a secret it resolves to nothing that could run.
    pub fn without_secrets(&mut self, has_secret: &dyn Fn(&str, &str) -> bool) {
        let Ok(plan) = &self.plan else { return };
        let unset = plan
            .secrets
            .iter()
            .filter(|name| !has_secret(&self.environment, name));
        let missing: Vec<Missing> = unset
            .map(|name| Missing::Secret { name: name.clone() })
            .collect();
        if !missing.is_empty() {
            self.plan = Err(missing);
            self.plan_hash = None;
        }
    }

    /// What one that cannot be resolved came to: it measured nothing, says why, and is never green.
    pub fn unresolved(&self, now: DateTime<Utc>) -> Option<Observation> {
        let missing = self.plan.as_ref().err()?;
        Some(Observation {
            verdict: Verdict::Inconclusive,
            conditions: Vec::new(),
            values: Vec::new(),
            summary: in_words(missing),
            started: now,
            duration_ms: 0,
            target: String::new(),
            saw: serde_json::Map::new(),
            hint: Some(format!(
                "Set what the {} probe needs in the run\u{2019}s environment.",
                self.probe.kind
            )),
        })
    }
}

/// What a probe of a batch came to.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Item id.
    pub item: String,
    /// Item number.
    pub number: String,
    /// Item text.
    pub text: String,
    /// Kind of the probe.
    pub kind: String,
    /// Whether it was a rehearsal.
    pub rehearsal: bool,
    /// The result.
    pub result: ProbeResult,
}

/// What the last accepted run measured, by job and metric.
pub(crate) type Baselines = BTreeMap<String, BTreeMap<String, Value>>;

/// Jobs for what can be resolved.
pub(crate) fn jobs<'a>(
    chosen: impl IntoIterator<Item = &'a Chosen>,
    asked: &BTreeSet<String>,
    accepted: &Baselines,
) -> Vec<Job> {
    let job = |one: &Chosen| {
        let plan = one.plan.as_ref().ok()?;
        Some(Job {
            id: one.id(),
            names: one.called.clone(),
            probe: one.probe.clone(),
            plan: plan.clone(),
            asked: one.hash().is_some_and(|hash| asked.contains(hash)),
            accepted: accepted.get(&one.id()).cloned().unwrap_or_default(),
            window: None,
        })
    };
    chosen.into_iter().filter_map(job).collect()
}

impl ProbePlan {
    /// The plan of nothing.
    pub(crate) fn nothing() -> Self {
        Self {
            entries: Vec::new(),
            unapproved: 0,
            missing: Vec::new(),
            repository: String::new(),
        }
    }
}

/// What is known about approvals and secrets when a plan is shown.
pub(super) struct Known<'a> {
    /// Whether a secret of an environment has a value.
    pub secret: &'a dyn Fn(&str, &str) -> bool,
    /// Whether a plan is approved.
    pub approved: &'a dyn Fn(&Chosen, &str) -> bool,
    /// `same`, `changed` or `new`, given whether it is approved.
    pub since_last: &'a dyn Fn(&Chosen, bool) -> Result<String, Problem>,
    /// The hosts that load may be sent to in an environment.
    pub load_hosts: &'a dyn Fn(&str) -> Result<Vec<String>, Problem>,
}

/// What the chosen probes would do, as it is shown.
pub(super) fn shown_plan(
    chosen: &[Chosen],
    repository: Option<&Path>,
    known: &Known<'_>,
) -> Result<ProbePlan, Problem> {
    let mut missing: BTreeMap<(String, bool, String), Vec<String>> = BTreeMap::new();
    let mut entries = Vec::new();
    for one in chosen {
        let mut lacks = |name: &str, secret: bool| {
            let key = (name.to_owned(), secret, one.environment.clone());
            missing.entry(key).or_default().push(one.item.id.clone());
        };
        let hash = one.hash();
        let (mut lines, mut hosts, mut secrets) = (Vec::new(), Vec::new(), Vec::new());
        match &one.plan {
            Ok(plan) => {
                lines = plan.describe();
                hosts.clone_from(&plan.hosts);
                secrets.clone_from(&plan.secrets);
            }
            Err(causes) => {
                for cause in causes {
                    match cause {
                        Missing::Variable { name } => lacks(name, false),
                        Missing::Secret { name } => lacks(name, true),
                        Missing::Value { .. } => {}
                    }
                }
            }
        }
        for name in &secrets {
            if !(known.secret)(&one.environment, name) {
                lacks(name, true);
            }
        }
        let load = match one.class() {
            Class::Load => load::asked(one, &(known.load_hosts)(&one.environment)?),
            _ => None,
        };
        let refused = load
            .as_ref()
            .filter(|load| !load.allowed)
            .map(|load| load::not_allowed(&load.host, &one.environment));
        let approved = hash.is_some_and(|hash| (known.approved)(one, hash));
        entries.push(PlanEntry {
            item: one.item.id.clone(),
            title: format!("{} {}", one.item.number, one.item.text),
            probe: one.probe.hash.clone(),
            kind: one.probe.kind.clone(),
            class: class_word(one.class()).to_owned(),
            lines,
            hosts,
            secrets,
            approved,
            since_last: (known.since_last)(one, approved)?,
            rehearsal: one.rehearsal,
            asks_each_time: one.asks_each_time(),
            hash: hash.unwrap_or_default().to_owned(),
            problem: one.hindered(repository, known.secret).or(refused),
            load,
        });
    }
    let waiting = |entry: &&PlanEntry| !entry.approved && entry.problem.is_none();
    Ok(ProbePlan {
        unapproved: entries.iter().filter(waiting).count() as u32,
        entries,
        missing: missing
            .into_iter()
            .map(|((name, secret, environment), items)| MissingName {
                name,
                secret,
                environment,
                items,
            })
            .collect(),
        repository: repository
            .map(|path| path.display().to_string())
            .unwrap_or_default(),
    })
}

fn in_words(missing: &[Missing]) -> String {
    let words: Vec<String> = missing.iter().map(ToString::to_string).collect();
    words.join("; ")
}

fn class_word(class: Class) -> &'static str {
    match class {
        Class::Passive => "passive",
        Class::Reads => "reads",
        Class::ChangesState => "changesState",
        Class::Command => "command",
        Class::Load => "load",
    }
}
