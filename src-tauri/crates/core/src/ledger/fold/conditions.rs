//! What the run's own answers make of its items: conditions, the profile and the success criteria.

use serde::Serialize;

use super::RunState;
use super::item::{Act, Status};
use super::key::Key;
use super::order::Ix;
use crate::ledger::kind::Kind;
use crate::outline::Item;

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

impl RunState {
    /// The run's profile; `None` for the whole checklist.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        match self.value(&Key::Profile) {
            Some((Kind::ProfileSet(body), _)) => body.profile.as_deref(),
            _ => None,
        }
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
                        .map(|item| self.shown(item, &scope).map(|item| item.status))
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
