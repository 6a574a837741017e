//! The sign-off points of a report: who signed what, and what a signature is worth now.

use countersign_report::model::{Covered, Decision, Moment, Point, PointVerdict, Role, Signature};

use super::Material;
use super::parts::{meaning_signed, signature_status};
use crate::wire::signoff::{PointView, SignatureView};

impl Material<'_> {
    pub(super) fn point(&self, point: &PointView) -> Point {
        Point {
            id: point.id.clone(),
            title: point.title.clone(),
            verdict: match point.verdict.as_str() {
                "go" => PointVerdict::Go,
                "conditions" => PointVerdict::GoWithConditions,
                "noGo" => PointVerdict::NoGo,
                "ready" => PointVerdict::Ready,
                _ => PointVerdict::NotReady,
            },
            verdict_note: point.blocked.clone(),
            record_digest: point.record.clone(),
            covered: Covered {
                count: point.count as usize,
                text: point.covers.clone(),
            },
            policy: point.policy.clone(),
            roles: point
                .roles
                .iter()
                .map(|card| Role {
                    role: card.role.clone(),
                    status: signature_status(&card.state),
                    status_note: card.why.clone(),
                    signature: card
                        .signature
                        .as_ref()
                        .map(|signature| self.signature(signature)),
                    earlier: card
                        .earlier
                        .iter()
                        .map(|signature| self.signature(signature))
                        .collect(),
                })
                .collect(),
        }
    }

    fn signature(&self, signature: &SignatureView) -> Signature {
        let files = (self.files)(&signature.event);
        Signature {
            name: signature.name.clone(),
            principal: signature.principal.clone(),
            decision: match signature.decision.as_str() {
                "conditions" => Decision::Conditions,
                "reject" => Decision::Reject,
                _ => Decision::Approve,
            },
            reason: signature.reason.clone(),
            conditions: signature
                .conditions
                .iter()
                .map(|condition| match &condition.closed {
                    Some(by) => format!("{} (closed by {})", condition.text, by.who),
                    None => format!("{} (open)", condition.text),
                })
                .collect(),
            meaning: files.as_ref().map(meaning_signed).unwrap_or_default(),
            looked_at: signature.looked.trim_start_matches("Looked at ").to_owned(),
            stated_time: Moment {
                at: signature.act.at.clone(),
                text: signature.stated.clone(),
            },
            fingerprint: signature.fingerprint.clone(),
            record_digest: signature.record.clone(),
            files,
        }
    }
}
