//! Runs as a whole: listed, changed, started, deployed, ended, handed over.

use countersign_core::ledger::body::{
    AttemptEnded, AttemptMoment, AttemptOpened, ConditionAnswered, ContactSet, CriterionAnswered,
    CriterionBound, DeploymentPlanned, FieldSet, HandedOver, Outcome, OwnerSet, PlaceholderSet,
    Policy, PolicySet, ReleaseSet, RoleSet, RunNamed, TargetSet, ZonedMoment,
};
use countersign_core::ledger::fold::AttemptPhase;
use countersign_core::ledger::ident::EventId;
use countersign_core::ledger::kind::Kind;
use countersign_core::ledger::time::Timestamp;
use countersign_core::outline::slug;
use countersign_store::{Remembered, RememberedKind};

use crate::app::App;
use crate::moments;
use crate::new_run::given;
use crate::open_run::OpenRun;
use crate::wire::checklist::{ConditionAnswer, NewRun, PointChoice, StageChoice};
use crate::wire::error::Problem;
use crate::wire::run::{RunChange, RunPatch, RunRow};

impl App {
    /// What the next release's run of the same checklist would be made with.
    ///
    /// # Errors
    /// `unknown-run`, or what reading the checklist says.
    pub fn run_prefill(&self, run: &str) -> Result<NewRun, Problem> {
        self.with_run(run, |open| {
            let source = self.source(&open.id)?.ok_or_else(|| {
                Problem::new(
                    "checklist-not-here",
                    "this run was not started on this laptop",
                )
                .hint("Open its checklist file and start a run from there.")
            })?;
            let view = open.state.view();
            let outline = open.outline();
            let zone = view.planned.as_ref().map(|planned| planned.zone.clone());
            Ok(NewRun {
                source,
                name: view.name.unwrap_or_default(),
                release: String::new(),
                environment: view.target.clone().unwrap_or_default(),
                other_environments: view
                    .environments
                    .iter()
                    .map(|environment| environment.name.clone())
                    .filter(|name| Some(name) != view.target.as_ref())
                    .collect(),
                deploy_at: String::new(),
                zone: zone.unwrap_or_else(|| moments::laptop_zone().name().to_owned()),
                owner: view.owner.map(|owner| owner.name).unwrap_or_default(),
                stages: outline
                    .phases
                    .iter()
                    .flat_map(|phase| &phase.sections)
                    .map(|section| StageChoice {
                        section: section.id.clone(),
                        stage: crate::view::words::stage(section.stage).to_owned(),
                    })
                    .collect(),
                points: outline
                    .points
                    .iter()
                    .map(|point| PointChoice {
                        id: point.id.clone(),
                        title: point.title.clone(),
                        covers: crate::view::words::count(point.items.len(), "item"),
                        count: point.items.len() as u32,
                        used: true,
                    })
                    .collect(),
                roles: outline
                    .roles
                    .iter()
                    .map(|role| role.title.clone())
                    .collect(),
                conditions: view
                    .conditions
                    .iter()
                    .map(|condition| ConditionAnswer {
                        id: condition.id.clone(),
                        applies: condition.applies,
                        reason: condition.reason.clone().unwrap_or_default(),
                    })
                    .collect(),
                profile: view.profile.unwrap_or_else(|| "full".to_owned()),
                ticked: "open".to_owned(),
                bullets_as_items: false,
                owner_may_sign: outline
                    .points
                    .iter()
                    .all(|point| open.state.policy_of(point).owner_may_sign),
            })
        })
    }

    /// Puts a run into the archive of this store, or takes it out.
    ///
    /// # Errors
    /// `unknown-run`, or what the store says.
    pub fn run_archive(&self, run: &str, archived: bool) -> Result<Vec<RunRow>, Problem> {
        let id = self.run_id(run)?;
        self.store().archive_run(&id, archived)?;
        let rows = self.run_list()?;
        self.announce_runs();
        Ok(rows)
    }

    /// Changes what stands above the tabs.
    ///
    /// # Errors
    /// `run-needs-a-name`, `not-a-time`, `unknown-zone`, or what the store says.
    pub fn run_change(&self, run: &str, change: RunChange) -> Result<RunPatch, Problem> {
        self.write(run, |open| {
            let heads = |register: &str| run_heads(open, register);
            let mut events = Vec::new();
            if let Some(name) = &change.name {
                let name = given(name)
                    .ok_or_else(|| Problem::new("run-needs-a-name", "a run needs a name"))?;
                events.push(Kind::RunNamed(RunNamed {
                    name,
                    resolves: heads("name"),
                }));
            }
            if let Some(release) = &change.release {
                let known = open.state.release();
                events.push(Kind::ReleaseSet(ReleaseSet {
                    release: given(release),
                    commit: known.commit,
                    components: known.components,
                    resolves: heads("release"),
                }));
            }
            if let Some(owner) = change.owner.as_deref().and_then(given) {
                let owner = self.author_named(&owner)?;
                events.push(Kind::OwnerSet(OwnerSet {
                    owner,
                    resolves: heads("owner"),
                }));
            }
            if let Some(environment) = &change.environment {
                let environment = given(environment);
                if let Some(name) = &environment {
                    events.push(Kind::EnvironmentSnapshotted(
                        self.snapshot(open.outline(), name)?,
                    ));
                }
                events.push(Kind::TargetSet(TargetSet {
                    environment,
                    resolves: heads("target"),
                }));
            }
            if change.deploy_at.is_some() || change.zone.is_some() {
                let planned = self.planned(open, &change)?;
                events.push(Kind::DeploymentPlanned(DeploymentPlanned {
                    planned,
                    resolves: heads("planned"),
                }));
            }
            Ok(events)
        })
    }

    /// The planned time after a change: a new zone keeps the wall time.
    fn planned(&self, open: &OpenRun, change: &RunChange) -> Result<Option<ZonedMoment>, Problem> {
        let now = open.state.planned();
        let zone_name = change
            .zone
            .clone()
            .or_else(|| now.map(|planned| planned.zone.clone()));
        let zone = moments::zone(zone_name.as_deref().unwrap_or_default())?;
        let wall = match (&change.deploy_at, now) {
            (Some(wall), _) => wall.clone(),
            (None, Some(planned)) => {
                moments::editable(planned.at.utc(), moments::zone(&planned.zone)?)
            }
            (None, None) => return Ok(None),
        };
        match given(&wall) {
            None => Ok(None),
            Some(wall) => Ok(Some(ZonedMoment {
                at: moments::wall(&wall, zone)?.to_utc().into(),
                zone: zone.name().to_owned(),
            })),
        }
    }

    /// Fills a field, a contact or a placeholder. Contacts and placeholders are remembered for the
    /// environment, so that the next run offers them.
    ///
    /// # Errors
    /// `unknown-group`, or what the store says.
    pub fn run_field(
        &self,
        run: &str,
        group: &str,
        id: &str,
        value: &str,
    ) -> Result<RunPatch, Problem> {
        let patch = self.write(run, |open| {
            let (id, value) = (id.to_owned(), given(value));
            let resolves = run_heads(open, &format!("{group} {id}"));
            Ok(vec![match group {
                "field" => Kind::FieldSet(FieldSet {
                    field: id,
                    value,
                    resolves,
                }),
                "contact" => Kind::ContactSet(ContactSet {
                    contact: id,
                    value,
                    resolves,
                }),
                "placeholder" => Kind::PlaceholderSet(PlaceholderSet {
                    placeholder: id,
                    value,
                    resolves,
                }),
                _ => return Err(Problem::unknown("group", group)),
            }])
        })?;
        let kind = match group {
            "contact" => Some(RememberedKind::Contact),
            "placeholder" => Some(RememberedKind::Placeholder),
            _ => None,
        };
        if let (Some(kind), Some(value)) = (kind, given(value)) {
            let environment = &patch.head.environment;
            let kept = Remembered {
                kind,
                label: id.to_owned(),
                value,
            };
            self.store().remember(environment, &kept, self.now())?;
        }
        Ok(patch)
    }

    /// Answers a condition; where it does not apply, its items do not either.
    ///
    /// # Errors
    /// `unknown-condition`, `reason-needed`, or what the store says.
    pub fn run_condition(&self, run: &str, answer: ConditionAnswer) -> Result<RunPatch, Problem> {
        self.write(run, |open| {
            if !open
                .outline()
                .conditions
                .iter()
                .any(|known| known.id == answer.id)
            {
                return Err(Problem::unknown("condition", &answer.id));
            }
            Ok(vec![Kind::ConditionAnswered(ConditionAnswered {
                resolves: run_heads(open, &format!("condition {}", answer.id)),
                condition: answer.id,
                applies: answer.applies,
                reason: given(&answer.reason),
            })])
        })
    }

    /// Binds a criterion to the items that answer it; none means that it is asked at Acceptance.
    ///
    /// # Errors
    /// `unknown-criterion`, `unknown-item`, or what the store says.
    pub fn run_criterion_bind(
        &self,
        run: &str,
        criterion: &str,
        items: &[String],
    ) -> Result<RunPatch, Problem> {
        self.write(run, |open| {
            known_criterion(open, criterion)?;
            let items = items
                .iter()
                .map(|item| open.item(item).map(|item| item.id.clone()))
                .collect::<Result<_, _>>()?;
            Ok(vec![Kind::CriterionBound(CriterionBound {
                criterion: criterion.to_owned(),
                items,
                resolves: run_heads(open, &format!("criterion {criterion}")),
            })])
        })
    }

    /// Answers a criterion that no item answers.
    ///
    /// # Errors
    /// `unknown-criterion`, or what the store says.
    pub fn run_criterion_answer(
        &self,
        run: &str,
        criterion: &str,
        met: bool,
        reason: &str,
    ) -> Result<RunPatch, Problem> {
        self.write(run, |open| {
            known_criterion(open, criterion)?;
            Ok(vec![Kind::CriterionAnswered(CriterionAnswered {
                attempt: open.state.current_attempt(),
                criterion: criterion.to_owned(),
                met: Some(met),
                reason: given(reason),
                resolves: run_heads(
                    open,
                    &format!("answer {} {criterion}", open.state.current_attempt()),
                ),
            })])
        })
    }

    /// Hands the run over to a colleague, who becomes its owner.
    ///
    /// # Errors
    /// `person-needs-a-name`, or what the store says.
    pub fn run_handover(&self, run: &str, to: &str, note: &str) -> Result<RunPatch, Problem> {
        let to = given(to).ok_or_else(|| {
            Problem::new("person-needs-a-name", "say to whom the run is handed over")
        })?;
        let to = self.author_named(&to)?;
        self.write(run, |open| {
            Ok(vec![Kind::HandedOver(HandedOver {
                to,
                note: note.trim().to_owned(),
                resolves: run_heads(open, "owner"),
            })])
        })
    }

    /// Sets the roles that decide at a point. Roles that the checklist lacks are added to the run.
    ///
    /// # Errors
    /// `unknown-point`, or what the store says.
    pub fn run_roles(&self, run: &str, point: &str, roles: &[String]) -> Result<RunPatch, Problem> {
        self.write(run, |open| {
            let known_point = open
                .outline()
                .points
                .iter()
                .find(|known| known.id == point)
                .ok_or_else(|| Problem::unknown("point", point))?;
            let known = open.state.roles();
            let mut events = Vec::new();
            let mut ids = Vec::new();
            for title in roles.iter().filter_map(|role| given(role)) {
                match known
                    .iter()
                    .find(|role| role.title == title || role.id == title)
                {
                    Some(role) => ids.push(role.id.clone()),
                    None => {
                        let id = slug(&title);
                        ids.push(id.clone());
                        events.push(Kind::RoleSet(RoleSet {
                            role: id,
                            title: Some(title),
                            holder: None,
                            dropped: false,
                            resolves: Vec::new(),
                        }));
                    }
                }
            }
            ids.sort();
            ids.dedup();
            events.push(Kind::PolicySet(PolicySet {
                point: point.to_owned(),
                policy: Policy {
                    roles: ids,
                    ..open.state.policy_of(known_point)
                },
                resolves: run_heads(open, &format!("policy {point}")),
            }));
            Ok(events)
        })
    }

    /// Pins the run's environments as they are defined in this store now.
    ///
    /// # Errors
    /// What the store says.
    pub fn run_environment(&self, run: &str) -> Result<RunPatch, Problem> {
        self.write(run, |open| {
            let pinned = open.state.environments();
            let target = open.state.target().map(str::to_owned);
            let names = pinned.iter().map(|environment| environment.name.clone());
            let names: std::collections::BTreeSet<String> = names.chain(target).collect();
            let mut events = Vec::new();
            for name in names {
                let mut snapshot = self.snapshot(open.outline(), &name)?;
                let same = pinned
                    .iter()
                    .find(|environment| environment.name == name)
                    .is_some_and(|known| {
                        known.variables == snapshot.variables && known.secrets == snapshot.secrets
                    });
                if !same {
                    snapshot.resolves = run_heads(open, &format!("environment {name}"));
                    events.push(Kind::EnvironmentSnapshotted(snapshot));
                }
            }
            Ok(events)
        })
    }

    /// Records that the attempt was started. After an ended attempt this opens the next one.
    ///
    /// # Errors
    /// `not-a-time`, `attempt-started`, or what the store says.
    pub fn attempt_start(&self, run: &str, at: &str) -> Result<RunPatch, Problem> {
        let at = self.moment(at)?;
        self.write(run, |open| {
            let number = open.state.current_attempt();
            let started = |attempt| {
                Kind::AttemptStarted(AttemptMoment {
                    attempt,
                    at,
                    resolves: Vec::new(),
                })
            };
            match open.state.attempt(number).phase {
                AttemptPhase::Preparing => Ok(vec![started(number)]),
                AttemptPhase::Ended => Ok(vec![
                    Kind::AttemptOpened(AttemptOpened {
                        attempt: number + 1,
                        reason: None,
                    }),
                    started(number + 1),
                ]),
                AttemptPhase::Started | AttemptPhase::Deployed => Err(Problem::new(
                    "attempt-started",
                    format!("attempt {number} is under way"),
                )
                .hint("End it before the next one is started.")),
            }
        })
    }

    /// Opens the next attempt after one that has ended: deploy and watch items are open again, and
    /// the go/no-go is asked for again. Its start is recorded separately.
    ///
    /// # Errors
    /// `attempt-not-ended`, or what the store says.
    pub fn attempt_open(&self, run: &str, reason: &str) -> Result<RunPatch, Problem> {
        self.write(run, |open| {
            let number = open.state.current_attempt();
            match open.state.attempt(number).phase {
                AttemptPhase::Ended => Ok(vec![Kind::AttemptOpened(AttemptOpened {
                    attempt: number + 1,
                    reason: given(reason),
                })]),
                _ => Err(Problem::new(
                    "attempt-not-ended",
                    format!("attempt {number} has not ended"),
                )
                .hint("End it as released, rolled back or aborted first.")),
            }
        })
    }

    /// Records the actual deployment time. Due dates and freshness follow it.
    ///
    /// # Errors
    /// `not-a-time`, `attempt-ended`, or what the store says.
    pub fn attempt_deployed(&self, run: &str, at: &str) -> Result<RunPatch, Problem> {
        let at = self.moment(at)?;
        self.write(run, |open| {
            let attempt = open.state.current_attempt();
            not_ended(open, attempt)?;
            Ok(vec![Kind::AttemptDeployed(AttemptMoment {
                attempt,
                at,
                resolves: run_heads(open, &format!("deployed {attempt}")),
            })])
        })
    }

    /// Records how the attempt ended: `released`, `rolledBack` or `aborted`.
    ///
    /// # Errors
    /// `not-a-time`, `unknown-outcome`, `reason-needed`, `attempt-ended`, or what the store says.
    pub fn attempt_end(
        &self,
        run: &str,
        at: &str,
        outcome: &str,
        reason: &str,
    ) -> Result<RunPatch, Problem> {
        let at = self.moment(at)?;
        let outcome = match outcome {
            "released" => Outcome::Released,
            "rolledBack" | "rolled-back" => Outcome::RolledBack,
            "aborted" => Outcome::Aborted,
            _ => return Err(Problem::unknown("outcome", outcome)),
        };
        let reason = given(reason);
        if outcome != Outcome::Released && reason.is_none() {
            return Err(Problem::new(
                "reason-needed",
                "say why the attempt ended like this",
            ));
        }
        self.write(run, |open| {
            let attempt = open.state.current_attempt();
            not_ended(open, attempt)?;
            Ok(vec![Kind::AttemptEnded(AttemptEnded {
                attempt,
                outcome,
                at,
                reason,
                resolves: run_heads(open, &format!("ended {attempt}")),
            })])
        })
    }

    /// A given moment, or now for empty text.
    pub(crate) fn moment(&self, text: &str) -> Result<Timestamp, Problem> {
        Ok(moments::optional(text)?.map_or_else(|| self.now(), Into::into))
    }
}

/// The heads of a conflicting register of the run, which a new write ends by naming them.
pub(crate) fn run_heads(open: &OpenRun, register: &str) -> Vec<EventId> {
    let conflicts = open.state.run_conflicts();
    let found = conflicts
        .into_iter()
        .find(|conflict| conflict.register == register);
    found.map(|conflict| conflict.heads).unwrap_or_default()
}

fn known_criterion(open: &OpenRun, criterion: &str) -> Result<(), Problem> {
    match open
        .outline()
        .criteria
        .iter()
        .any(|known| known.id == criterion)
    {
        true => Ok(()),
        false => Err(Problem::unknown("criterion", criterion)),
    }
}

fn not_ended(open: &OpenRun, attempt: u32) -> Result<(), Problem> {
    match open.state.attempt(attempt).phase {
        AttemptPhase::Ended => Err(Problem::new(
            "attempt-ended",
            format!("attempt {attempt} has ended"),
        )
        .hint("Start a new attempt first.")),
        _ => Ok(()),
    }
}
