//! How a run is made: what is proposed, and what the opening and the first events say.

use std::collections::{BTreeMap, BTreeSet};

use countersign_core::ledger::body::{
    ConditionAnswered, DeploymentPlanned, EnvironmentSnapshotted, OwnerSet, PolicySet, Preticked,
    RunOpened, TargetSet, VariableValue, ZonedMoment,
};
use countersign_core::ledger::event::Author;
use countersign_core::ledger::kind::Kind;
use countersign_core::ledger::pinned::Pinned;
use countersign_core::outline::{Import, Outline, SignOffPoint};
use countersign_core::probe::FieldValue;

use crate::app::App;
use crate::checklists::Source;
use crate::moments;
use crate::opening::{Corrections, file_ref, pin_probes, policy, profile, shape};
use crate::view::words;
use crate::wire::checklist::{
    ConditionAnswer, ConditionAsk, NewRun, NewRunAsks, PointChoice, StageChoice,
};
use crate::wire::error::Problem;
use crate::wire::run::RunView;

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
            roles: role_titles(outline),
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
            roles: role_titles(outline),
            offered_roles: outline
                .offered_roles()
                .into_iter()
                .map(str::to_owned)
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
    /// `run-needs-a-name`, `nothing-to-do`, `unknown-zone`, `not-a-time`, whatever reading the checklist says, and
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
        if outline.work_items().next().is_none() {
            return Err(Problem::new("nothing-to-do", "the checklist has no item to do")
                .at(new_run.source.clone())
                .hint("A run needs at least one `- [ ]` item; plain bullets may be read as items."));
        }
        let corrections = Corrections::told(new_run, &outline)?;
        shape(&mut outline, &corrections);
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
        self.remember_source(&run, &new_run.source, &read)?;
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

/// The roles that the checklist names, each once.
fn role_titles(outline: &Outline) -> Vec<String> {
    let mut titles: Vec<String> = Vec::new();
    for role in &outline.roles {
        if !titles.contains(&role.title) {
            titles.push(role.title.clone());
        }
    }
    titles
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
