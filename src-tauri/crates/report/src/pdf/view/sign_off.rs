//! Sign-off points, roles and signatures as the template wants them.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::bulky;
use super::items::listing;
use crate::model::{Decision, Point, Report, Role, Signature, SignatureStatus, Tile};

/// A sign-off point with its roles.
pub(super) fn point(point: &Point) -> Value {
    json!({
        "title": point.title,
        "verdict": { "kind": point.verdict, "word": point.verdict.word() },
        "note": point.verdict_note,
        "digest": point.record_digest,
        "covered": if point.covered.text.is_empty() {
            format!("covers {} items", point.covered.count)
        } else {
            format!("covers {}", point.covered.text)
        },
        "policy": point.policy,
        "bulky": point.roles.len() > 20
            || bulky([point.title.as_str(), &point.verdict_note, &point.policy]
                .into_iter()
                .chain(point.roles.iter().flat_map(|role| [role.role.as_str(), &role.status_note]))),
        "roles": point.roles.iter().map(role).collect::<Vec<_>>(),
    })
}

fn role(role: &Role) -> Value {
    let mut value = json!({
        "role": role.role,
        "status": { "kind": role.status, "word": role.status.word() },
        "note": role.status_note,
        "seal": seal(role),
        "signed": role.signature.is_some(),
    });
    if let (Some(signature), Some(object)) = (&role.signature, value.as_object_mut())
        && let Value::Object(said) = said(signature)
    {
        object.extend(said);
    }
    value
}

fn said(signature: &Signature) -> Value {
    json!({
        "name": signature.name,
        "principal": signature.principal,
        "decision": signature.decision.word(),
        "reason": signature.reason,
        "conditions": signature.conditions,
        "meaning": signature.meaning,
        "looked_at": signature.looked_at,
        "time": signature.stated_time.text,
        "fingerprint": signature.fingerprint,
        "record_digest": signature.record_digest,
        "bulky": bulky([signature.reason.as_str(), &signature.meaning, &signature.name]
            .into_iter()
            .chain(signature.conditions.iter().map(String::as_str))),
    })
}

/// The round mark beside a role.
fn seal(role: &Role) -> Tile {
    match role.status {
        SignatureStatus::NotSigned => Tile::Open,
        SignatureStatus::Stale => Tile::Stale,
        SignatureStatus::Withdrawn => Tile::NotApplicable,
        SignatureStatus::Revoked => Tile::Blocked,
        SignatureStatus::Unverifiable => Tile::Inconclusive,
        SignatureStatus::Attested => Tile::Attested,
        SignatureStatus::Current => match role.signature.as_ref().map(|said| said.decision) {
            Some(Decision::Reject) => Tile::Failed,
            Some(Decision::Approve | Decision::Conditions) => Tile::Done,
            None => Tile::Open,
        },
    }
}

/// Every signature that comes with the bytes to verify it.
pub(super) fn signatures(report: &Report) -> Vec<Value> {
    let mut list = Vec::new();
    for point in &report.points {
        for role in &point.roles {
            let latest = role.signature.iter().map(|said| (said, role.status.word()));
            let earlier = role.earlier.iter().map(|said| (said, "replaced"));
            for (signature, status) in latest.chain(earlier) {
                let Some(files) = &signature.files else {
                    continue;
                };
                list.push(json!({
                    "point": point.title,
                    "role": role.role,
                    "name": signature.name,
                    "principal": signature.principal,
                    "status": status,
                    "time": signature.stated_time.text,
                    "fingerprint": signature.fingerprint,
                    "public_key": files.public_key,
                    "namespace": files.namespace,
                    "record_digest": signature.record_digest,
                    "statement_digest": hex(&Sha256::digest(&files.statement)),
                    "armor": listing(&files.signature),
                }));
            }
        }
    }
    list
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
