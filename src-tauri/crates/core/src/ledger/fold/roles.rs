//! Who takes part in which role, and the rules that a point has for them.

use std::collections::BTreeSet;

use serde::Serialize;

use super::RunState;
use super::item::Act;
use super::key::Key;
use crate::ledger::body::{Acceptance, Policy};
use crate::ledger::event::Author;
use crate::ledger::kind::Kind;
use crate::outline::{DeclaredPolicy, Outline, SignOffPoint};

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
    /// The run's owner.
    #[must_use]
    pub fn owner(&self) -> Option<&Author> {
        match self.value(&Key::Owner) {
            Some((Kind::OwnerSet(body), _)) => Some(&body.owner),
            _ => None,
        }
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
