//! How a run is made: what is proposed, and what the opening and the first events say.

use std::collections::{BTreeMap, BTreeSet};

use countersign_core::ledger::body::{
    Acceptance, ConditionAnswered, DeploymentPlanned, EnvironmentSnapshotted, FileRef, OwnerSet,
    Policy, PolicySet, Preticked, ProfileSet, RunOpened, TargetSet, VariableValue, ZonedMoment,
};
use countersign_core::ledger::event::Author;
use countersign_core::ledger::ident::Digest;
use countersign_core::ledger::kind::Kind;
use countersign_core::ledger::pinned::{Pinned, PinnedProbe, Proof};
use countersign_core::outline::{
    self, DeclaredPolicy, Import, ItemKind, Outline, ProfileRest, Role, SignOffPoint, Stage,
};
use countersign_core::probe::{FieldValue, Proves};

use crate::app::App;
use crate::checklists::Source;
use crate::moments;
use crate::view::words;
use crate::wire::checklist::{
    ConditionAnswer, ConditionAsk, NewRun, NewRunAsks, PointChoice, StageChoice,
};
use crate::wire::error::Problem;
use crate::wire::run::RunView;

/// The point that covers what must be ready before the deployment.
const GO_NO_GO: &str = "go-no-go";

impl App {
    /// What a new run would be made with, and what can be asked.
    pub(crate) fn propose(
        &self,
        source: &str,
        read: &Source,
        import: &Import,
        bullets_as_items: bool,
    ) -> Result<(NewRun, NewRunAsks), Problem> {
        let outline = &import.outline;
        let environments: Vec<String> = self
            .store()
            .environments()?
            .into_iter()
            .map(|env| env.name)
            .collect();
        let named = named_environments(outline);
        let environment = ["production", "staging"]
            .iter()
            .find(|name| environments.iter().any(|have| have == *name))
            .map_or_else(
                || environments.first().cloned().unwrap_or_default(),
                |n| (*n).to_owned(),
            );
        let proposal = NewRun {
            source: source.to_owned(),
            name: run_name(&read.title(import)),
            release: String::new(),
            other_environments: environments
                .iter()
                .filter(|name| **name != environment && named.contains(*name))
                .cloned()
                .collect(),
            environment,
            deploy_at: String::new(),
            zone: moments::laptop_zone().name().to_owned(),
            owner: self.me()?.map(|me| me.name).unwrap_or_default(),
            stages: stage_choices(outline),
            points: outline.points.iter().map(point_choice).collect(),
            roles: outline
                .roles
                .iter()
                .map(|role| role.title.clone())
                .collect(),
            conditions: outline
                .conditions
                .iter()
                .map(|condition| ConditionAnswer {
                    id: condition.id.clone(),
                    applies: None,
                    reason: String::new(),
                })
                .collect(),
            profile: "full".to_owned(),
            ticked: "open".to_owned(),
            bullets_as_items,
            owner_may_sign: true,
        };
        let (variables, secrets) = names_used(outline);
        let asks = NewRunAsks {
            conditions: outline
                .conditions
                .iter()
                .map(|condition| ConditionAsk {
                    id: condition.id.clone(),
                    words: condition.words.clone(),
                    items: condition
                        .items
                        .iter()
                        .filter_map(|id| outline.item(id))
                        .map(|item| item.text.clone())
                        .collect(),
                })
                .collect(),
            ticked: outline.items.iter().filter(|item| item.ticked).count() as u32,
            environments: environments
                .into_iter()
                .chain(named)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            roles: outline
                .roles
                .iter()
                .map(|role| role.title.clone())
                .collect(),
            offered_roles: outline
                .contacts
                .iter()
                .map(|contact| contact.role.clone())
                .collect(),
            variables,
            secrets,
            profiles: std::iter::once("full".to_owned())
                .chain(outline.profiles.iter().map(|profile| profile.id.clone()))
                .collect(),
        };
        Ok((proposal, asks))
    }

    /// Starts a run.
    ///
    /// # Errors
    /// `run-needs-a-name`, `unknown-zone`, `not-a-time`, whatever reading the checklist says, and
    /// whatever the store says. Nothing is kept of a run that could not be started.
    pub fn run_create(&self, new_run: NewRun) -> Result<RunView, Problem> {
        let id = self.start_run(&new_run)?;
        self.run_view(&id)
    }

    /// As [`App::run_create`]; returns the run's id.
    ///
    /// # Errors
    /// As [`App::run_create`].
    pub fn start_run(&self, new_run: &NewRun) -> Result<String, Problem> {
        let name = new_run.name.trim();
        if name.is_empty() {
            return Err(Problem::new("run-needs-a-name", "a run needs a name")
                .hint("Type a name such as \"Hub 2.4.0\"."));
        }
        let zone = moments::zone(&new_run.zone)?;
        let planned = match new_run.deploy_at.trim() {
            "" => None,
            text => Some(ZonedMoment {
                at: moments::wall(text, zone)?.to_utc().into(),
                zone: zone.name().to_owned(),
            }),
        };
        let read = Source::read(&new_run.source)?;
        let mut outline = read.import(new_run.bullets_as_items)?.outline;
        shape(&mut outline, new_run)?;
        let pinned_probes = pin_probes(&outline)?;
        let pinned = Pinned::new(outline, pinned_probes);
        let (outline_digest, outline_bytes) = pinned
            .seal()
            .map_err(|error| Problem::new("outline-not-canonical", error.to_string()))?;
        let outline = &pinned.outline;
        let opened = RunOpened {
            nonce: nonce()?,
            name: name.to_owned(),
            release: given(&new_run.release),
            checklist: file_ref(&read.file, &read.bytes),
            sidecar: read
                .sidecar
                .as_ref()
                .map(|(file, bytes)| file_ref(file, bytes)),
            outline: outline_digest,
            preticked: match new_run.ticked.as_str() {
                "keep" => Preticked::Keep,
                _ => Preticked::Open,
            },
        };
        let mut blobs = vec![read.bytes.clone(), outline_bytes];
        blobs.extend(read.sidecar.as_ref().map(|(_, bytes)| bytes.clone()));
        let first = self.first_events(new_run, outline, planned)?;
        let run = self.open_ledger(opened, &blobs, first)?;
        self.store()
            .set_setting(&format!("source-of-{run}"), &new_run.source)?;
        if let Some(repository) = read.repository() {
            self.remember_repository(&run, &repository)?;
        }
        self.announce_runs();
        Ok(run.to_string())
    }

    fn first_events(
        &self,
        new_run: &NewRun,
        outline: &Outline,
        planned: Option<ZonedMoment>,
    ) -> Result<Vec<Kind>, Problem> {
        let mut events = Vec::new();
        if let Some(owner) = given(&new_run.owner) {
            let owner = self.author_named(&owner)?;
            events.push(Kind::OwnerSet(OwnerSet {
                owner,
                resolves: Vec::new(),
            }));
        }
        if planned.is_some() {
            events.push(Kind::DeploymentPlanned(DeploymentPlanned {
                planned,
                resolves: Vec::new(),
            }));
        }
        let target = given(&new_run.environment);
        for name in target.iter().chain(&new_run.other_environments) {
            events.push(Kind::EnvironmentSnapshotted(self.snapshot(outline, name)?));
        }
        if target.is_some() {
            events.push(Kind::TargetSet(TargetSet {
                environment: target,
                resolves: Vec::new(),
            }));
        }
        for point in &outline.points {
            let policy = policy(outline, point, new_run.owner_may_sign);
            events.push(Kind::PolicySet(PolicySet {
                point: point.id.clone(),
                policy,
                resolves: Vec::new(),
            }));
        }
        for answer in new_run
            .conditions
            .iter()
            .filter(|answer| answer.applies.is_some())
        {
            events.push(Kind::ConditionAnswered(ConditionAnswered {
                condition: answer.id.clone(),
                applies: answer.applies,
                reason: given(&answer.reason),
                resolves: Vec::new(),
            }));
        }
        events.extend(profile(outline, &new_run.profile)?.map(Kind::ProfileSet));
        Ok(events)
    }

    /// An environment as it is defined in this store now; secrets by name only.
    pub(crate) fn snapshot(
        &self,
        outline: &Outline,
        name: &str,
    ) -> Result<EnvironmentSnapshotted, Problem> {
        let mut variables: BTreeMap<String, String> = outline
            .declared
            .environments
            .get(name)
            .cloned()
            .unwrap_or_default();
        let mut secrets = BTreeSet::new();
        if let Some(defined) = self.store().environment(name)? {
            variables.extend(defined.variables);
            secrets.extend(defined.secret_names);
        }
        Ok(EnvironmentSnapshotted {
            name: name.to_owned(),
            variables: variables
                .into_iter()
                .map(|(name, value)| VariableValue { name, value })
                .collect(),
            secrets: secrets.into_iter().collect(),
            resolves: Vec::new(),
        })
    }
}

/// What a run of a checklist is called: what is deployed, without the words for the document itself.
fn run_name(title: &str) -> String {
    const DOCUMENT: [&str; 4] = [
        "deployment checklist",
        "release checklist",
        "go-live checklist",
        "checklist",
    ];
    let lower = title.to_lowercase();
    // Letters may change their length in lower case; then the title stays as it is.
    if lower.len() != title.len() {
        return title.to_owned();
    }
    for words in DOCUMENT {
        if let Some(rest) = lower
            .strip_prefix(words)
            .and_then(|rest| rest.strip_prefix(" for "))
        {
            return title[title.len() - rest.len()..].trim().to_owned();
        }
        if let Some(rest) = lower
            .strip_suffix(words)
            .filter(|rest| !rest.trim().is_empty())
        {
            return title[..rest.len()]
                .trim()
                .trim_end_matches(['-', ':'])
                .trim()
                .to_owned();
        }
    }
    title.to_owned()
}

/// The text without its margins, unless nothing is left.
pub(crate) fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Applies corrected stages, chosen points and roles to the outline that will be pinned.
fn shape(outline: &mut Outline, new_run: &NewRun) -> Result<(), Problem> {
    let mut corrected = false;
    for choice in &new_run.stages {
        let stage = words::stage_named(&choice.stage)
            .ok_or_else(|| Problem::unknown("stage", &choice.stage))?;
        corrected |= set_stage(outline, &choice.section, stage);
    }
    if corrected {
        let prepare: Vec<String> = outline
            .items
            .iter()
            .filter(|item| item.kind == ItemKind::Work && item.stage == Stage::Prepare)
            .map(|item| item.id.clone())
            .collect();
        for point in outline
            .points
            .iter_mut()
            .filter(|point| point.id == GO_NO_GO)
        {
            point.items.clone_from(&prepare);
        }
    }
    if !new_run.points.is_empty() {
        outline.points.retain(|point| {
            new_run
                .points
                .iter()
                .any(|choice| choice.id == point.id && choice.used)
        });
    }
    if !new_run.roles.is_empty() {
        let roles: Vec<Role> = new_run
            .roles
            .iter()
            .filter_map(|title| given(title))
            .map(|title| {
                let known = outline.roles.iter().find(|role| role.title == title);
                known.cloned().unwrap_or_else(|| Role {
                    id: outline::slug(&title),
                    title,
                    line: 0,
                    box_offset: None,
                    name: None,
                })
            })
            .collect();
        let ids: Vec<String> = roles.iter().map(|role| role.id.clone()).collect();
        for point in &mut outline.points {
            point.roles.clone_from(&ids);
        }
        outline.roles = roles;
    }
    Ok(())
}

/// Gives a section's items another stage; says whether anything changed.
fn set_stage(outline: &mut Outline, section: &str, stage: Stage) -> bool {
    let found = outline
        .phases
        .iter_mut()
        .flat_map(|phase| &mut phase.sections)
        .find(|candidate| candidate.id == section && candidate.stage != stage);
    let Some(found) = found else { return false };
    found.stage = stage;
    for item in outline
        .items
        .iter_mut()
        .filter(|item| item.section == section)
    {
        item.stage = stage;
    }
    true
}

fn stage_choices(outline: &Outline) -> Vec<StageChoice> {
    outline
        .phases
        .iter()
        .filter(|phase| !phase.rollback)
        .flat_map(|phase| &phase.sections)
        .filter(|section| !section.items.is_empty())
        .map(|section| StageChoice {
            section: section.id.clone(),
            stage: words::stage(section.stage).to_owned(),
        })
        .collect()
}

fn point_choice(point: &SignOffPoint) -> PointChoice {
    PointChoice {
        id: point.id.clone(),
        title: point.title.clone(),
        covers: words::count(point.items.len(), "item"),
        count: point.items.len() as u32,
        used: true,
    }
}

/// The policy of a point: what the checklist declares, over the defaults.
fn policy(outline: &Outline, point: &SignOffPoint, owner_may_sign: bool) -> Policy {
    let of = |take: fn(&DeclaredPolicy) -> Option<bool>| {
        take(&point.policy).or_else(|| take(&outline.declared.policy))
    };
    let role_ids = |ids: &[String]| -> Vec<String> {
        let id_of = |given: &String| {
            let role = outline
                .roles
                .iter()
                .find(|role| role.id == *given || role.title == *given);
            role.map_or_else(|| given.clone(), |role| role.id.clone())
        };
        let mut known: Vec<String> = ids.iter().map(id_of).collect();
        known.sort();
        known.dedup();
        known
    };
    let required = match point.policy.required_roles.is_empty() {
        true => role_ids(&point.roles),
        false => role_ids(&point.policy.required_roles),
    };
    let accepted_by = match point.policy.waivers_accepted_by.is_empty() {
        true => role_ids(&outline.declared.policy.waivers_accepted_by),
        false => role_ids(&point.policy.waivers_accepted_by),
    };
    let default = Policy::default();
    Policy {
        roles: required,
        quorum: point.policy.quorum.or(outline.declared.policy.quorum),
        distinct_keys: of(|p| p.distinct_keys).unwrap_or(default.distinct_keys),
        owner_may_sign: of(|p| p.owner_may_sign).unwrap_or(owner_may_sign),
        ticker_may_sign: of(|p| p.ticker_may_sign).unwrap_or(default.ticker_may_sign),
        conditions_allowed: of(|p| p.conditions_allowed).unwrap_or(default.conditions_allowed),
        acceptance: match accepted_by.is_empty() {
            true => Acceptance::AnotherPerson,
            false => Acceptance::Named(accepted_by),
        },
        ..default
    }
}

/// What a declared profile leaves out; `None` for the whole checklist.
fn profile(outline: &Outline, name: &str) -> Result<Option<ProfileSet>, Problem> {
    if name.is_empty() || name == "full" {
        return Ok(None);
    }
    let profile = outline
        .profiles
        .iter()
        .find(|profile| profile.id == name)
        .ok_or_else(|| Problem::unknown("profile", name))?;
    let mut rest: Vec<String> = outline
        .work_items()
        .filter(|item| !profile.items.contains(&item.id))
        .map(|item| item.id.clone())
        .collect();
    rest.sort();
    let (out_of_scope, after_deployment) = match profile.rest {
        ProfileRest::OutOfScope => (rest, Vec::new()),
        ProfileRest::DueAfter => (Vec::new(), rest),
    };
    Ok(Some(ProfileSet {
        profile: Some(profile.id.clone()),
        out_of_scope,
        after_deployment,
        resolves: Vec::new(),
    }))
}

fn named_environments(outline: &Outline) -> BTreeSet<String> {
    let declared = outline.declared.environments.keys().cloned();
    let named = outline
        .items
        .iter()
        .filter_map(|item| item.environment.clone());
    declared.chain(named).collect()
}

/// Names of variables and of secrets that the probes use.
fn names_used(outline: &Outline) -> (Vec<String>, Vec<String>) {
    let mut variables = BTreeSet::new();
    let mut secrets = BTreeSet::new();
    for probe in outline.items.iter().flat_map(|item| &item.probes) {
        for value in probe.fields.values() {
            collect_names(value, &mut variables, &mut secrets);
        }
    }
    (
        variables.into_iter().collect(),
        secrets.into_iter().collect(),
    )
}

fn collect_names(
    value: &FieldValue,
    variables: &mut BTreeSet<String>,
    secrets: &mut BTreeSet<String>,
) {
    match value {
        FieldValue::Text(text) => {
            for part in text.split("${").skip(1) {
                let Some((name, _)) = part.split_once('}') else {
                    continue;
                };
                match name.strip_prefix("secret:") {
                    Some(secret) => secrets.insert(secret.to_owned()),
                    None => variables.insert(name.to_owned()),
                };
            }
        }
        FieldValue::List(values) => {
            values
                .iter()
                .for_each(|value| collect_names(value, variables, secrets));
        }
        FieldValue::Map(values) => {
            values
                .values()
                .for_each(|value| collect_names(value, variables, secrets));
        }
        FieldValue::Bool(_) | FieldValue::Integer(_) => {}
    }
}

/// What the fold needs to know of each probe.
fn pin_probes(outline: &Outline) -> Result<Vec<PinnedProbe>, Problem> {
    let of_items = outline
        .items
        .iter()
        .flat_map(|item| item.probes.iter().map(move |probe| (item, probe)));
    of_items
        .map(|(item, probe)| {
            Ok(PinnedProbe {
                item: item.id.clone(),
                probe: probe
                    .hash
                    .parse()
                    .map_err(|_| Problem::unknown("probe", &probe.hash))?,
                kind: probe.kind.clone(),
                proves: match probe.proves {
                    Proves::All => Proof::All,
                    Proves::Part => Proof::Part,
                },
                fresh_s: probe
                    .fresh
                    .and_then(|fresh| fresh.as_duration())
                    .map(|fresh| fresh.as_secs()),
            })
        })
        .collect()
}

fn file_ref(name: &str, bytes: &[u8]) -> FileRef {
    FileRef {
        digest: Digest::of(bytes),
        name: name.to_owned(),
        size: bytes.len() as u64,
    }
}

/// 16 random bytes in hex: what makes two runs of one checklist different.
pub(crate) fn nonce() -> Result<String, Problem> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        Problem::new(
            "no-randomness",
            format!("the system gave no random bytes: {error}"),
        )
    })?;
    Ok(hex::encode(bytes))
}

/// Who acts, as a claim.
impl App {
    /// An author by name: one of the People where the name is theirs.
    pub(crate) fn author_named(&self, name: &str) -> Result<Author, Problem> {
        let known = self
            .store()
            .people()?
            .into_iter()
            .find(|(_, person)| person.name == name);
        Ok(match known {
            Some((_, person)) => Author {
                principal: given(&person.principal),
                name: person.name,
            },
            None => Author {
                name: name.to_owned(),
                principal: None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::run_name;

    #[test]
    fn a_run_is_named_after_what_is_deployed() {
        assert_eq!(
            run_name("Deployment Checklist for Bakhmach Business Hub"),
            "Bakhmach Business Hub"
        );
        assert_eq!(
            run_name("Hamsaya Platform Deployment Checklist"),
            "Hamsaya Platform"
        );
        assert_eq!(run_name("Hotfix"), "Hotfix");
        assert_eq!(run_name("Checklist"), "Checklist");
    }
}
