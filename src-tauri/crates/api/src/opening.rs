//! What a run's opening pins: the outline as the choices of the New run screen shaped it, the policy
//! of each point, the profile, and what the fold has to know of the probes.

use countersign_core::ledger::body::{Acceptance, FileRef, Policy, ProfileSet};
use countersign_core::ledger::ident::Digest;
use countersign_core::ledger::pinned::{PinnedProbe, Proof};
use countersign_core::outline::{
    self, DeclaredPolicy, ItemKind, Outline, ProfileRest, Role, SignOffPoint, Stage,
};
use countersign_core::probe::Proves;

use crate::new_run::given;
use crate::view::words;
use crate::wire::checklist::{NewRun, StageChoice};
use crate::wire::error::Problem;

/// The point that covers what must be ready before the deployment.
const GO_NO_GO: &str = "go-no-go";

/// What a person corrected in what was read from a checklist.
#[derive(Clone, Debug, Default)]
pub(crate) struct Corrections {
    /// Corrected stages by section.
    pub stages: Vec<(String, Stage)>,
    /// Sign-off points that are not used.
    pub unused_points: Vec<String>,
    /// The titles of the roles that sign every point; none where the checklist's own do.
    pub roles: Vec<String>,
}

impl Corrections {
    /// What the New run screen was told of a checklist.
    pub fn told(new_run: &NewRun, outline: &Outline) -> Result<Self, Problem> {
        let stage = |choice: &StageChoice| {
            words::stage_named(&choice.stage)
                .map(|stage| (choice.section.clone(), stage))
                .ok_or_else(|| Problem::unknown("stage", &choice.stage))
        };
        let used = |point: &SignOffPoint| {
            let choices = &new_run.points;
            choices.is_empty() || choices.iter().any(|c| c.id == point.id && c.used)
        };
        let unused = outline.points.iter().filter(|point| !used(point));
        Ok(Self {
            stages: new_run.stages.iter().map(stage).collect::<Result<_, _>>()?,
            unused_points: unused.map(|point| point.id.clone()).collect(),
            roles: new_run
                .roles
                .iter()
                .filter_map(|title| given(title))
                .collect(),
        })
    }

    /// What makes `pinned` out of `read`, the same bytes as they are read without any correction.
    pub fn between(read: &Outline, pinned: &Outline) -> Self {
        let sections = pinned.phases.iter().flat_map(|phase| &phase.sections);
        let stages = sections.filter_map(|section| {
            let before = read.section(&section.id)?;
            (before.stage != section.stage).then(|| (section.id.clone(), section.stage))
        });
        let has = |point: &SignOffPoint| pinned.points.iter().any(|known| known.id == point.id);
        let titles = |outline: &Outline| -> Vec<String> {
            let roles = outline.roles.iter();
            roles.map(|role| role.title.clone()).collect()
        };
        Self {
            stages: stages.collect(),
            unused_points: read
                .points
                .iter()
                .filter(|point| !has(point))
                .map(|point| point.id.clone())
                .collect(),
            roles: match titles(read) == titles(pinned) {
                true => Vec::new(),
                false => titles(pinned),
            },
        }
    }
}

/// Applies corrections to the outline that will be pinned.
pub(crate) fn shape(outline: &mut Outline, corrections: &Corrections) {
    let mut corrected = false;
    for (section, stage) in &corrections.stages {
        corrected |= set_stage(outline, section, *stage);
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
    outline
        .points
        .retain(|point| !corrections.unused_points.contains(&point.id));
    if !corrections.roles.is_empty() {
        let roles: Vec<Role> = corrections
            .roles
            .iter()
            .map(|title| {
                let known = outline.roles.iter().find(|role| role.title == *title);
                known.cloned().unwrap_or_else(|| Role {
                    id: outline::slug(title),
                    title: title.clone(),
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
}

/// Gives a section's items another stage; says whether anything changed.
pub(crate) fn set_stage(outline: &mut Outline, section: &str, stage: Stage) -> bool {
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

/// The policy of a point: what the checklist declares, over the defaults.
pub(crate) fn policy(outline: &Outline, point: &SignOffPoint, owner_may_sign: bool) -> Policy {
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
pub(crate) fn profile(outline: &Outline, name: &str) -> Result<Option<ProfileSet>, Problem> {
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

/// What the fold needs to know of each probe.
pub(crate) fn pin_probes(outline: &Outline) -> Result<Vec<PinnedProbe>, Problem> {
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

pub(crate) fn file_ref(name: &str, bytes: &[u8]) -> FileRef {
    FileRef {
        digest: Digest::of(bytes),
        name: name.to_owned(),
        size: bytes.len() as u64,
    }
}
