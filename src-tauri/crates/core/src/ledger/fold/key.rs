//! Which register an event writes.

use super::versions::ItemKey;
use crate::ledger::body::Scope;
use crate::ledger::ident::EventId;
use crate::ledger::kind::Kind;

/// The name of a register.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    Name,
    Release,
    Planned,
    Target,
    Owner,
    Profile,
    Checklist,
    Field(String),
    Environment(String),
    Role(String),
    Policy(String),
    Condition(String),
    Binding(String),
    Answer(u32, String),
    Contact(String),
    Placeholder(String),
    Started(u32),
    Deployed(u32),
    Ended(u32),
    Status(Scope, ItemKey),
    Value(Scope, ItemKey),
    Assignee(Scope, ItemKey),
    Due(Scope, ItemKey),
    Decision(EventId),
}

impl Key {
    /// What a register of the run itself is called; `None` for the registers of items and proposals.
    pub(super) fn run_level_name(&self) -> Option<String> {
        Some(match self {
            Self::Name => "name".to_owned(),
            Self::Release => "release".to_owned(),
            Self::Planned => "planned".to_owned(),
            Self::Target => "target".to_owned(),
            Self::Owner => "owner".to_owned(),
            Self::Profile => "profile".to_owned(),
            Self::Checklist => "checklist".to_owned(),
            Self::Field(id) => format!("field {id}"),
            Self::Environment(name) => format!("environment {name}"),
            Self::Role(id) => format!("role {id}"),
            Self::Policy(point) => format!("policy {point}"),
            Self::Condition(id) => format!("condition {id}"),
            Self::Binding(id) => format!("criterion {id}"),
            Self::Answer(attempt, id) => format!("answer {attempt} {id}"),
            Self::Contact(id) => format!("contact {id}"),
            Self::Placeholder(id) => format!("placeholder {id}"),
            Self::Started(attempt) => format!("started {attempt}"),
            Self::Deployed(attempt) => format!("deployed {attempt}"),
            Self::Ended(attempt) => format!("ended {attempt}"),
            Self::Status(..)
            | Self::Value(..)
            | Self::Assignee(..)
            | Self::Due(..)
            | Self::Decision(_) => return None,
        })
    }
}

/// A write: where, what (without what only says how it came about), and which conflict it ends.
pub(super) struct Writing<'a> {
    pub(super) key: Key,
    pub(super) value: Kind,
    pub(super) resolves: &'a [EventId],
}

/// The register that `kind` writes, with `key` naming it. `resolves` and who performed it are no
/// part of the value: two people who write the same agree.
macro_rules! writing {
    ($variant:ident, $body:expr, $key:expr) => {{
        let mut value = $body.clone();
        value.resolves = Vec::new();
        Some(Writing {
            key: $key,
            value: Kind::$variant(value),
            resolves: &$body.resolves,
        })
    }};
    ($variant:ident, $body:expr, $key:expr, performed) => {{
        let mut value = $body.clone();
        value.resolves = Vec::new();
        value.performed_by = None;
        value.performed_at = None;
        Some(Writing {
            key: $key,
            value: Kind::$variant(value),
            resolves: &$body.resolves,
        })
    }};
}

/// What an event of this kind writes; `item` finds the item it means. The opening writes more and
/// is not answered here.
pub(super) fn writing_of(kind: &Kind, item: Option<ItemKey>) -> Option<Writing<'_>> {
    match kind {
        Kind::RunNamed(body) => writing!(RunNamed, body, Key::Name),
        Kind::ReleaseSet(body) => writing!(ReleaseSet, body, Key::Release),
        Kind::DeploymentPlanned(body) => writing!(DeploymentPlanned, body, Key::Planned),
        Kind::TargetSet(body) => writing!(TargetSet, body, Key::Target),
        Kind::OwnerSet(body) => writing!(OwnerSet, body, Key::Owner),
        Kind::HandedOver(body) => Some(Writing {
            key: Key::Owner,
            value: Kind::OwnerSet(crate::ledger::body::OwnerSet {
                owner: body.to.clone(),
                resolves: Vec::new(),
            }),
            resolves: &body.resolves,
        }),
        Kind::ProfileSet(body) => writing!(ProfileSet, body, Key::Profile),
        Kind::ChecklistAdopted(body) => writing!(ChecklistAdopted, body, Key::Checklist),
        Kind::FieldSet(body) => writing!(FieldSet, body, Key::Field(body.field.clone())),
        Kind::EnvironmentSnapshotted(body) => writing!(
            EnvironmentSnapshotted,
            body,
            Key::Environment(body.name.clone())
        ),
        Kind::RoleSet(body) => writing!(RoleSet, body, Key::Role(body.role.clone())),
        Kind::PolicySet(body) => writing!(PolicySet, body, Key::Policy(body.point.clone())),
        Kind::ConditionAnswered(body) => writing!(
            ConditionAnswered,
            body,
            Key::Condition(body.condition.clone())
        ),
        Kind::CriterionBound(body) => {
            writing!(CriterionBound, body, Key::Binding(body.criterion.clone()))
        }
        Kind::CriterionAnswered(body) => writing!(
            CriterionAnswered,
            body,
            Key::Answer(body.attempt, body.criterion.clone())
        ),
        Kind::ContactSet(body) => writing!(ContactSet, body, Key::Contact(body.contact.clone())),
        Kind::PlaceholderSet(body) => writing!(
            PlaceholderSet,
            body,
            Key::Placeholder(body.placeholder.clone())
        ),
        Kind::AttemptStarted(body) => writing!(AttemptStarted, body, Key::Started(body.attempt)),
        Kind::AttemptDeployed(body) => writing!(AttemptDeployed, body, Key::Deployed(body.attempt)),
        Kind::AttemptEnded(body) => writing!(AttemptEnded, body, Key::Ended(body.attempt)),
        Kind::ItemStatus(body) => writing!(
            ItemStatus,
            body,
            Key::Status(body.scope.clone(), item?),
            performed
        ),
        Kind::ItemValue(body) => writing!(
            ItemValue,
            body,
            Key::Value(body.scope.clone(), item?),
            performed
        ),
        Kind::ItemAssigned(body) => {
            writing!(ItemAssigned, body, Key::Assignee(body.scope.clone(), item?))
        }
        Kind::ItemDue(body) => writing!(ItemDue, body, Key::Due(body.scope.clone(), item?)),
        Kind::ProposalAccepted(body) => {
            writing!(ProposalAccepted, body, Key::Decision(body.proposal.clone()))
        }
        Kind::ProposalRejected(body) => {
            writing!(ProposalRejected, body, Key::Decision(body.proposal.clone()))
        }
        _ => None,
    }
}

/// The item an event is about, by the id it uses, and which life of it.
pub(super) fn item_of(kind: &Kind) -> Option<(&Scope, &str)> {
    match kind {
        Kind::ItemStatus(body) => Some((&body.scope, &body.item)),
        Kind::ItemValue(body) => Some((&body.scope, &body.item)),
        Kind::ItemAssigned(body) => Some((&body.scope, &body.item)),
        Kind::ItemDue(body) => Some((&body.scope, &body.item)),
        Kind::ItemNote(body) => Some((&body.scope, &body.item)),
        Kind::ItemEvidence(body) => Some((&body.scope, &body.item)),
        Kind::Observation(body) => Some((&body.scope, &body.item)),
        Kind::WatchStarted(body) => Some((&body.scope, &body.item)),
        Kind::WatchStopped(body) => Some((&body.scope, &body.item)),
        _ => None,
    }
}

/// The word under which an event is listed, for the kinds of which a run has few and whose events are read one by one.
pub(super) fn listed(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::HandedOver(_) => "run.handed_over",
        Kind::AttemptOpened(_) => "attempt.opened",
        Kind::RollbackActivated(_) => "rollback.activated",
        Kind::RollbackCancelled(_) => "rollback.cancelled",
        Kind::RollbackClosed(_) => "rollback.closed",
        Kind::SignedOff(_) => "signoff.made",
        Kind::SignoffWithdrawn(_) => "signoff.withdrawn",
        Kind::ConditionClosed(_) => "signoff.condition_closed",
        Kind::Attested(_) => "attestation.recorded",
        Kind::DeviceClaimed(_) => "device.claimed",
        Kind::ForkAcknowledged(_) => "fork.acknowledged",
        _ => return None,
    })
}
