//! What a run knows beside its items: release, fields, environments, roles, conditions, criteria.

use std::collections::BTreeSet;

use serde::Serialize;

use super::RunState;
use super::item::{Act, Conflict, Status};
use super::key::Key;
use super::order::Ix;
use crate::ledger::body::{
    Acceptance, ComponentVersion, Policy, TypedValue, VariableValue, ZonedMoment,
};
use crate::ledger::event::Author;
use crate::ledger::kind::Kind;
use crate::outline::{DeclaredPolicy, Item, Outline, SignOffPoint};

/// The release a run is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Release {
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The commit it is built from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Versions of components.
    pub components: Vec<ComponentVersion>,
}

impl Release {
    /// Version, commit and components in one text, to notice that any of them changed. `None` while nothing is known.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        let components = self
            .components
            .iter()
            .map(|part| format!("{} {}", part.component, part.version));
        let parts: Vec<String> = self
            .release
            .iter()
            .chain(&self.commit)
            .cloned()
            .chain(components)
            .collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }
}

/// A field, a contact or a placeholder with what was filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Filled {
    /// Its id in the outline.
    pub id: String,
    /// What was filled in, or stands in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Who filled it in; absent for what stands in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Act>,
}

/// An environment as the run pinned it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EnvironmentState {
    /// Its name.
    pub name: String,
    /// Whether the run deploys to it.
    pub target: bool,
    /// Its variables.
    pub variables: Vec<VariableValue>,
    /// The names of its secrets.
    pub secrets: Vec<String>,
    /// Who pinned it, and when.
    pub by: Act,
}

/// A condition and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConditionState {
    /// Its id in the outline.
    pub id: String,
    /// Whether its items apply; absent while it was not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applies: Option<bool>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Act>,
}

/// Whether a criterion is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriterionMet {
    /// Every item that answers it is done, or a person says so.
    Met,
    /// An item that answers it failed, or a person says so.
    NotMet,
    /// The items that answer it do not say yet.
    Unknown,
    /// Nothing answers it and nobody was asked yet.
    Asked,
}

/// A success criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CriterionState {
    /// Its id in the outline.
    pub id: String,
    /// The items that answer it; none when a person is asked.
    pub items: Vec<String>,
    /// Whether it is met.
    pub met: CriterionMet,
    /// What the person who was asked said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Act>,
}

/// A role of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleState {
    /// Its id.
    pub id: String,
    /// Its words.
    pub title: String,
    /// Who holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<Author>,
    /// True when the run does without it.
    pub dropped: bool,
    /// Who said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Act>,
}

/// A hand-over to a colleague.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Handover {
    /// Who handed over.
    pub act: Act,
    /// To whom.
    pub to: Author,
    /// The note.
    pub note: String,
}

impl RunState {
    /// The run's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self.value(&Key::Name) {
            Some((Kind::RunNamed(body), _)) => Some(&body.name),
            _ => None,
        }
    }

    /// The release.
    #[must_use]
    pub fn release(&self) -> Release {
        match self.value(&Key::Release) {
            Some((Kind::ReleaseSet(body), _)) => Release {
                release: body.release.clone(),
                commit: body.commit.clone(),
                components: body.components.clone(),
            },
            _ => Release::default(),
        }
    }

    /// When the deployment is planned.
    #[must_use]
    pub fn planned(&self) -> Option<&ZonedMoment> {
        match self.value(&Key::Planned) {
            Some((Kind::DeploymentPlanned(body), _)) => body.planned.as_ref(),
            _ => None,
        }
    }

    /// The environment that the run deploys to.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        match self.value(&Key::Target) {
            Some((Kind::TargetSet(body), _)) => body.environment.as_deref(),
            _ => None,
        }
    }

    /// The run's owner.
    #[must_use]
    pub fn owner(&self) -> Option<&Author> {
        match self.value(&Key::Owner) {
            Some((Kind::OwnerSet(body), _)) => Some(&body.owner),
            _ => None,
        }
    }

    /// The run's profile; `None` for the whole checklist.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        match self.value(&Key::Profile) {
            Some((Kind::ProfileSet(body), _)) => body.profile.as_deref(),
            _ => None,
        }
    }

    /// The run's environments, sorted by name.
    #[must_use]
    pub fn environments(&self) -> Vec<EnvironmentState> {
        let target = self.target();
        let mut all: Vec<EnvironmentState> = self
            .registers
            .iter()
            .filter(|(key, _)| matches!(key, Key::Environment(_)))
            .filter_map(|(_, register)| match register.value() {
                Some((Kind::EnvironmentSnapshotted(body), ix)) => Some(EnvironmentState {
                    name: body.name.clone(),
                    target: target == Some(&body.name),
                    variables: body.variables.clone(),
                    secrets: body.secrets.clone(),
                    by: self.act(ix),
                }),
                _ => None,
            })
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    fn filled(&self, key: &Key, id: &str, written: Option<&String>) -> Filled {
        let set = match self.value(key) {
            Some((Kind::FieldSet(body), ix)) => Some((body.value.clone(), ix)),
            Some((Kind::ContactSet(body), ix)) => Some((body.value.clone(), ix)),
            Some((Kind::PlaceholderSet(body), ix)) => Some((body.value.clone(), ix)),
            _ => None,
        };
        match set {
            Some((value, ix)) => Filled {
                id: id.to_owned(),
                value,
                by: Some(self.act(ix)),
            },
            None => Filled {
                id: id.to_owned(),
                value: written.cloned(),
                by: None,
            },
        }
    }

    /// The checklist's fields in document order.
    #[must_use]
    pub fn fields(&self) -> Vec<Filled> {
        let fields = self
            .outline()
            .map(|outline| &outline.fields[..])
            .unwrap_or_default();
        fields
            .iter()
            .map(|field| {
                self.filled(
                    &Key::Field(field.id.clone()),
                    &field.id,
                    field.value.as_ref(),
                )
            })
            .collect()
    }

    /// Its contacts in document order.
    #[must_use]
    pub fn contacts(&self) -> Vec<Filled> {
        let contacts = self
            .outline()
            .map(|outline| &outline.contacts[..])
            .unwrap_or_default();
        contacts
            .iter()
            .map(|contact| {
                self.filled(
                    &Key::Contact(contact.id.clone()),
                    &contact.id,
                    contact.value.as_ref(),
                )
            })
            .collect()
    }

    /// Its placeholders, each once, in document order. An item that asks for one provides its value
    /// where nobody set another.
    #[must_use]
    pub fn placeholders(&self) -> Vec<Filled> {
        let Some(outline) = self.outline() else {
            return Vec::new();
        };
        let mut seen = BTreeSet::new();
        let once = outline
            .placeholders
            .iter()
            .filter(|placeholder| seen.insert(&placeholder.id));
        once.map(|placeholder| {
            let filled = self.filled(
                &Key::Placeholder(placeholder.id.clone()),
                &placeholder.id,
                None,
            );
            if filled.value.is_some() || filled.by.is_some() {
                filled
            } else {
                self.provided(outline, &placeholder.id).unwrap_or(filled)
            }
        })
        .collect()
    }

    fn provided(&self, outline: &Outline, placeholder: &str) -> Option<Filled> {
        let item = outline
            .items
            .iter()
            .find(|item| item.asks_for.as_deref() == Some(placeholder))?;
        let state = self.item(&item.id, &self.current_scope())?;
        let value = match state.value? {
            TypedValue::Text(text) => text,
            TypedValue::Quantity(quantity) => quantity.to_string(),
        };
        Some(Filled {
            id: placeholder.to_owned(),
            value: Some(value),
            by: state.value_by,
        })
    }

    /// Its conditions in document order.
    #[must_use]
    pub fn conditions(&self) -> Vec<ConditionState> {
        let conditions = self
            .outline()
            .map(|outline| &outline.conditions[..])
            .unwrap_or_default();
        conditions
            .iter()
            .map(
                |condition| match self.value(&Key::Condition(condition.id.clone())) {
                    Some((Kind::ConditionAnswered(body), ix)) => ConditionState {
                        id: condition.id.clone(),
                        applies: body.applies,
                        reason: body.reason.clone(),
                        by: Some(self.act(ix)),
                    },
                    _ => ConditionState {
                        id: condition.id.clone(),
                        applies: None,
                        reason: None,
                        by: None,
                    },
                },
            )
            .collect()
    }

    /// The condition that rules an item out, the reason that the item carries, and the answer.
    pub(super) fn ruled_out_by(&self, item: &Item) -> Option<(String, String, Ix)> {
        let id = item.condition.as_ref()?;
        let (Kind::ConditionAnswered(body), ix) = self.value(&Key::Condition(id.clone()))? else {
            return None;
        };
        if body.applies != Some(false) {
            return None;
        }
        let words = || {
            self.outline()
                .and_then(|outline| {
                    outline
                        .conditions
                        .iter()
                        .find(|condition| condition.id == *id)
                })
                .map(|c| c.words.clone())
        };
        let reason = body
            .reason
            .clone()
            .or_else(|| words().map(|words| format!("{words}: no")))
            .unwrap_or_else(|| format!("{id}: no"));
        Some((id.clone(), reason, ix))
    }

    /// The profile that puts an item out of scope, and the event that chose it.
    pub(super) fn out_of_scope(&self, item: &str) -> Option<(String, Ix)> {
        let (Kind::ProfileSet(body), ix) = self.value(&Key::Profile)? else {
            return None;
        };
        let profile = body.profile.clone()?;
        body.out_of_scope
            .iter()
            .any(|listed| self.means(ix, listed, item))
            .then_some((profile, ix))
    }

    /// Whether the profile makes an item due after the deployment.
    pub(super) fn deferred(&self, item: &str) -> bool {
        match self.value(&Key::Profile) {
            Some((Kind::ProfileSet(body), ix)) => body
                .after_deployment
                .iter()
                .any(|listed| self.means(ix, listed, item)),
            _ => false,
        }
    }

    /// Whether the event at `ix`, saying `listed`, means the item that is now called `item`.
    fn means(&self, ix: Ix, listed: &str, item: &str) -> bool {
        match (
            self.versions.known(self.versions.of(ix), listed),
            self.current_key(item),
        ) {
            (Some(then), Some(now)) => then == now,
            _ => {
                listed == item
                    && self
                        .value(&Key::Checklist)
                        .is_none_or(|(_, adopted)| self.order.reaches(ix, adopted))
            }
        }
    }

    /// Its criteria in document order, computed from the items that answer them.
    #[must_use]
    pub fn criteria(&self) -> Vec<CriterionState> {
        let Some(outline) = self.outline() else {
            return Vec::new();
        };
        let attempt = self.current_attempt();
        let scope = self.current_scope();
        outline
            .criteria
            .iter()
            .map(|criterion| {
                let items = match self.value(&Key::Binding(criterion.id.clone())) {
                    Some((Kind::CriterionBound(body), _)) => body.items.clone(),
                    _ => criterion.answered_by.clone(),
                };
                if !items.is_empty() {
                    let statuses: Vec<Option<Status>> = items
                        .iter()
                        .map(|item| self.item(item, &scope).map(|item| item.status))
                        .collect();
                    return CriterionState {
                        id: criterion.id.clone(),
                        met: computed(&statuses),
                        items,
                        reason: None,
                        by: None,
                    };
                }
                let (met, reason, by) =
                    match self.value(&Key::Answer(attempt, criterion.id.clone())) {
                        Some((Kind::CriterionAnswered(body), ix)) => {
                            (body.met, body.reason.clone(), Some(self.act(ix)))
                        }
                        _ => (None, None, None),
                    };
                let met = match met {
                    Some(true) => CriterionMet::Met,
                    Some(false) => CriterionMet::NotMet,
                    None => CriterionMet::Asked,
                };
                CriterionState {
                    id: criterion.id.clone(),
                    items,
                    met,
                    reason,
                    by,
                }
            })
            .collect()
    }

    /// The run's roles: the outline's in document order, then the added ones by id.
    #[must_use]
    pub fn roles(&self) -> Vec<RoleState> {
        let outline = self
            .outline()
            .map(|outline| &outline.roles[..])
            .unwrap_or_default();
        let named = outline.iter().map(|role| role.id.as_str());
        let mut added: Vec<&str> = self
            .registers
            .keys()
            .filter_map(|key| match key {
                Key::Role(role) if !outline.iter().any(|known| known.id == *role) => {
                    Some(role.as_str())
                }
                _ => None,
            })
            .collect();
        added.sort_unstable();
        named.chain(added).filter_map(|id| self.role(id)).collect()
    }

    /// One role.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<RoleState> {
        let written = self
            .outline()
            .and_then(|outline| outline.roles.iter().find(|role| role.id == id));
        let set = match self.value(&Key::Role(id.to_owned())) {
            Some((Kind::RoleSet(body), ix)) => Some((body, ix)),
            _ => None,
        };
        let title = set
            .and_then(|(body, _)| body.title.clone())
            .or_else(|| written.map(|role| role.title.clone()));
        if written.is_none() && set.is_none() {
            return None;
        }
        let from_file = || {
            written
                .and_then(|role| role.name.clone())
                .map(|name| Author {
                    name,
                    principal: None,
                })
        };
        Some(RoleState {
            id: id.to_owned(),
            title: title.unwrap_or_else(|| id.to_owned()),
            holder: set.map_or_else(from_file, |(body, _)| body.holder.clone()),
            dropped: set.is_some_and(|(body, _)| body.dropped),
            by: set.map(|(_, ix)| self.act(ix)),
        })
    }

    /// Hand-overs in the one order.
    #[must_use]
    pub fn handovers(&self) -> Vec<Handover> {
        self.listed("run.handed_over")
            .filter_map(|ix| match &self.order.sealed(ix).event().kind {
                Kind::HandedOver(body) => Some(Handover {
                    act: self.act(ix),
                    to: body.to.clone(),
                    note: body.note.clone(),
                }),
                _ => None,
            })
            .collect()
    }

    /// The rules of a sign-off point: what the run set, else what the checklist declares.
    #[must_use]
    pub fn policy_of(&self, point: &SignOffPoint) -> Policy {
        match self.value(&Key::Policy(point.id.clone())) {
            Some((Kind::PolicySet(body), _)) => body.policy.clone(),
            _ => {
                let Some(outline) = self.outline() else {
                    return Policy::default();
                };
                declared(
                    outline,
                    &point.policy,
                    declared(outline, &outline.declared.policy, Policy::default()),
                )
            }
        }
    }

    /// Registers of the run itself that hold differing values, sorted by name.
    #[must_use]
    pub fn run_conflicts(&self) -> Vec<Conflict> {
        let mut all: Vec<Conflict> = self
            .registers
            .iter()
            .filter_map(|(key, register)| self.conflict(key.run_level_name()?, register))
            .collect();
        all.sort_by(|a, b| a.register.cmp(&b.register));
        all
    }
}

fn computed(statuses: &[Option<Status>]) -> CriterionMet {
    let failed = |status: &Option<Status>| matches!(status, Some(Status::Failed | Status::Blocked));
    let counted = || {
        statuses
            .iter()
            .filter(|status| **status != Some(Status::NotApplicable))
    };
    if statuses.iter().any(failed) {
        CriterionMet::NotMet
    } else if counted().count() > 0 && counted().all(|status| *status == Some(Status::Done)) {
        CriterionMet::Met
    } else {
        CriterionMet::Unknown
    }
}

/// A checklist's declarations over other rules.
fn declared(outline: &Outline, says: &DeclaredPolicy, base: Policy) -> Policy {
    // A checklist may name a role by its words; the ledger names it by its id.
    let ids = |named: &[String]| {
        let id_of = |name: &String| {
            outline
                .roles
                .iter()
                .find(|role| role.title == *name)
                .map_or_else(|| name.clone(), |role| role.id.clone())
        };
        let ids: BTreeSet<String> = named.iter().map(id_of).collect();
        ids.into_iter().collect::<Vec<String>>()
    };
    Policy {
        roles: if says.required_roles.is_empty() {
            base.roles
        } else {
            ids(&says.required_roles)
        },
        quorum: says.quorum.or(base.quorum),
        distinct_keys: says.distinct_keys.unwrap_or(base.distinct_keys),
        owner_may_sign: says.owner_may_sign.unwrap_or(base.owner_may_sign),
        ticker_may_sign: says.ticker_may_sign.unwrap_or(base.ticker_may_sign),
        conditions_allowed: says.conditions_allowed.unwrap_or(base.conditions_allowed),
        acceptance: if says.waivers_accepted_by.is_empty() {
            base.acceptance
        } else {
            Acceptance::Named(ids(&says.waivers_accepted_by))
        },
        ..base
    }
}
