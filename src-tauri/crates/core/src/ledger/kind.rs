//! The kinds of events.

use serde_json::Value;

use super::body;
use super::ident::Digest;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident($body:ty) = $name:literal,)*) => {
        /// What an event says. Written as the two fields `kind` and `body` of the event.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Kind {
            $($(#[$doc])* $variant($body),)*
            /// A kind, or a body of a known kind, that this version does not understand. It is kept
            /// and exported as it came, and makes the run read-only.
            Unknown {
                /// The word in `kind`.
                kind: String,
                /// The body as it came.
                body: Value,
            },
        }

        impl Kind {
            /// Every word that this version writes in `kind`.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The word in `kind`.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $name,)*
                    Self::Unknown { kind, .. } => kind,
                }
            }

            /// The body as JSON.
            ///
            /// # Errors
            /// When the body holds something that JSON has no form for.
            pub fn body(&self) -> Result<Value, serde_json::Error> {
                match self {
                    $(Self::$variant(body) => serde_json::to_value(body),)*
                    Self::Unknown { body, .. } => Ok(body.clone()),
                }
            }

            /// Understands a body, or keeps it as [`Kind::Unknown`].
            #[must_use]
            pub fn from_value(kind: &str, body: Value) -> Self {
                match kind {
                    $($name => match <$body as serde::Deserialize>::deserialize(&body) {
                        Ok(body) => Self::$variant(body),
                        Err(_) => Self::Unknown { kind: kind.to_owned(), body },
                    },)*
                    _ => Self::Unknown { kind: kind.to_owned(), body },
                }
            }

            /// Understands a body's JSON text, or keeps it as [`Kind::Unknown`].
            ///
            /// # Errors
            /// When the text is not JSON at all.
            pub(super) fn from_text(kind: &str, body: &str) -> Result<Self, serde_json::Error> {
                match kind {
                    $($name => if let Ok(body) = serde_json::from_str::<$body>(body) {
                        return Ok(Self::$variant(body));
                    },)*
                    _ => {}
                }
                Ok(Self::Unknown { kind: kind.to_owned(), body: serde_json::from_str(body)? })
            }
        }
    };
}

kinds! {
    /// The first event of a run; its id is the run's id.
    RunOpened(body::RunOpened) = "run.opened",
    /// The run's name.
    RunNamed(body::RunNamed) = "run.named",
    /// The release the run is for.
    ReleaseSet(body::ReleaseSet) = "release.set",
    /// The value of one of the checklist's fields.
    FieldSet(body::FieldSet) = "field.set",
    /// When the deployment is planned.
    DeploymentPlanned(body::DeploymentPlanned) = "deployment.planned",
    /// The variables of an environment as they were at that moment.
    EnvironmentSnapshotted(body::EnvironmentSnapshotted) = "environment.snapshotted",
    /// Which environment the run deploys to.
    TargetSet(body::TargetSet) = "target.set",
    /// Who holds a role.
    RoleSet(body::RoleSet) = "role.set",
    /// Who owns the run.
    OwnerSet(body::OwnerSet) = "owner.set",
    /// The run is handed to a colleague, with a note; also sets the owner.
    HandedOver(body::HandedOver) = "run.handed_over",
    /// The policy of a sign-off point.
    PolicySet(body::PolicySet) = "policy.set",
    /// Which items a profile puts out of scope or after the deployment.
    ProfileSet(body::ProfileSet) = "profile.set",
    /// The answer to a condition of the checklist ("if UI changed").
    ConditionAnswered(body::ConditionAnswered) = "condition.answered",
    /// What answers a success criterion.
    CriterionBound(body::CriterionBound) = "criterion.bound",
    /// A person's word on a criterion that nothing measures.
    CriterionAnswered(body::CriterionAnswered) = "criterion.answered",
    /// How to reach a contact.
    ContactSet(body::ContactSet) = "contact.set",
    /// What stands for a placeholder such as `<backup-name>`.
    PlaceholderSet(body::PlaceholderSet) = "placeholder.set",
    /// A new attempt at the deployment.
    AttemptOpened(body::AttemptOpened) = "attempt.opened",
    /// The deployment work of an attempt began.
    AttemptStarted(body::AttemptMoment) = "attempt.started",
    /// The release went live: the actual deployment time.
    AttemptDeployed(body::AttemptMoment) = "attempt.deployed",
    /// An attempt is over.
    AttemptEnded(body::AttemptEnded) = "attempt.ended",
    /// A person's status of an item.
    ItemStatus(body::ItemStatus) = "item.status",
    /// The value an item asks for.
    ItemValue(body::ItemValue) = "item.value",
    /// Who should do an item.
    ItemAssigned(body::ItemAssigned) = "item.assigned",
    /// When an item should be done.
    ItemDue(body::ItemDue) = "item.due",
    /// A note in Markdown.
    ItemNote(body::ItemNote) = "item.note",
    /// A file that shows something about an item.
    ItemEvidence(body::ItemEvidence) = "item.evidence",
    /// What a probe found.
    Observation(body::Observation) = "observation",
    /// A watch of an item began.
    WatchStarted(body::WatchStarted) = "watch.started",
    /// A watch was ended before its window did.
    WatchStopped(body::WatchStopped) = "watch.stopped",
    /// A waiver or an override is accepted.
    ProposalAccepted(body::ProposalDecided) = "proposal.accepted",
    /// A waiver or an override is rejected.
    ProposalRejected(body::ProposalDecided) = "proposal.rejected",
    /// An event is taken back.
    Undo(body::Undo) = "undo",
    /// The run goes on with a new version of its checklist.
    ChecklistAdopted(body::ChecklistAdopted) = "checklist.adopted",
    /// A rollback, or its rehearsal, began.
    RollbackActivated(body::RollbackActivated) = "rollback.activated",
    /// A rollback that was activated by mistake.
    RollbackCancelled(body::RollbackCancelled) = "rollback.cancelled",
    /// A rollback is finished.
    RollbackClosed(body::RollbackClosed) = "rollback.closed",
    /// A decision at a sign-off point, signed.
    SignedOff(body::SignedOff) = "signoff.made",
    /// A sign-off is taken back, signed.
    SignoffWithdrawn(body::SignoffWithdrawn) = "signoff.withdrawn",
    /// A condition of a sign-off is met, signed.
    ConditionClosed(body::ConditionClosed) = "signoff.condition_closed",
    /// A decision given by e-mail or on paper, recorded by somebody else.
    Attested(body::Attested) = "attestation.recorded",
    /// A person's key speaks for a device.
    DeviceClaimed(body::DeviceClaimed) = "device.claimed",
    /// A person has seen that a device's chain forked.
    ForkAcknowledged(body::ForkAcknowledged) = "fork.acknowledged",
}

impl Kind {
    /// The digests of the blobs that this event names and that a hand-off must carry with it.
    #[must_use]
    pub fn blobs(&self) -> Vec<&Digest> {
        match self {
            Self::RunOpened(body) => {
                let sidecar = body.sidecar.as_ref().map(|file| &file.digest);
                [&body.checklist.digest, &body.outline]
                    .into_iter()
                    .chain(sidecar)
                    .collect()
            }
            Self::ChecklistAdopted(body) => {
                let sidecar = body.sidecar.as_ref().map(|file| &file.digest);
                [&body.checklist.digest, &body.outline]
                    .into_iter()
                    .chain(sidecar)
                    .collect()
            }
            Self::ItemEvidence(body) => vec![&body.file.digest],
            Self::Observation(body) => body.detail.iter().collect(),
            Self::SignedOff(body) => vec![&body.record],
            Self::Attested(body) => vec![&body.record, &body.evidence.digest],
            _ => Vec::new(),
        }
    }
}
