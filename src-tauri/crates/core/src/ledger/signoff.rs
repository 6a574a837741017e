//! The rules of sign-off: what keeps a point from being approved, what a signature is worth, and
//! what the decisions of all roles come to.

mod readiness;
mod signature;
mod verdict;
mod weak;

pub use readiness::{Blocker, Hindrance, Readiness, readiness};
pub use signature::{
    KeyJudgement, Presented, SignatureState, SignatureStatus, Witness, signatures,
};
pub use verdict::{
    MayNot, NotCounted, OpenCondition, PointState, RoleDecision, Verdict, may_sign, point,
};
pub use weak::{WeakGreen, Weakness, weak_greens};

use super::ageing::Ageing;
use super::body::{Decision, Scope};
use super::fold::{RunState, Status};
use super::ident::Digest;
use super::record::Record;
use super::statement::{
    AgedItem, Artefact, Head, Looked, Named, Predicate, SignoffPredicate, Statement,
};
use super::time::Timestamp;
use crate::outline::{SignOffPoint, Stage};

/// Whether a point decides about the deployment: everything that it covers is prepared before. A
/// later point that covers the whole checklist accepts the release, whatever its stages are.
#[must_use]
pub fn is_gate(state: &RunState, point: &SignOffPoint) -> bool {
    if accepts_the_whole(state, point) {
        return false;
    }
    let stages = || {
        point
            .items
            .iter()
            .filter_map(|id| state.outline_item(id))
            .map(|item| item.stage)
    };
    stages().next().is_some() && stages().all(|stage| stage == Stage::Prepare)
}

/// Whether a point comes after another one and covers every item of work.
fn accepts_the_whole(state: &RunState, point: &SignOffPoint) -> bool {
    state.outline().is_some_and(|outline| {
        let first = outline
            .points
            .first()
            .is_some_and(|first| first.id == point.id);
        let mut work = outline.work_items();
        !first && work.all(|item| point.items.contains(&item.id))
    })
}

/// Whether a point is closed in an attempt: a gate is, once the release is deployed.
#[must_use]
pub fn is_closed(state: &RunState, point: &SignOffPoint, attempt: u32) -> bool {
    state.attempt(attempt).deployed.is_some() && is_gate(state, point)
}

/// The sentence that a signer sees and signs. It is part of the statement, so it may be worded
/// better later without touching what was signed.
#[must_use]
pub fn meaning(
    decision: Decision,
    role: &str,
    point: &str,
    covered: usize,
    release: Option<&str>,
    environment: Option<&str>,
) -> String {
    let what = match (release, environment) {
        (Some(release), Some(environment)) => format!("release {release} to {environment}"),
        (Some(release), None) => format!("release {release}"),
        (None, Some(environment)) => format!("this release to {environment}"),
        (None, None) => "this release".to_owned(),
    };
    let items = if covered == 1 {
        "1 item".to_owned()
    } else {
        format!("{covered} items")
    };
    match decision {
        Decision::Approve => format!(
            "As {role} I approve “{point}” for {what}. I have seen the record of its {items}; nothing in it is unresolved."
        ),
        Decision::Conditions => {
            format!(
                "As {role} I approve “{point}” for {what} on the conditions below. I have seen the record of its {items}."
            )
        }
        Decision::Reject => format!(
            "As {role} I reject “{point}” for {what}. I have seen the record of its {items}."
        ),
    }
}

/// What a signer decides, and what only their laptop knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The sign-off point.
    pub point: String,
    /// The id of the role.
    pub role: String,
    /// The decision.
    pub decision: Decision,
    /// Conditions of an approval with conditions.
    pub conditions: Vec<String>,
    /// The reason of a rejection, or a remark.
    pub reason: Option<String>,
    /// The signer's name as printed.
    pub name: String,
    /// The signer's principal.
    pub principal: Option<String>,
    /// Now, in UTC.
    pub now: Timestamp,
    /// The same moment in local time with offset, RFC 3339.
    pub local_time: String,
    /// The roster in use.
    pub roster: Option<Digest>,
    /// How many covered items the signer looked at.
    pub looked: u32,
    /// Release artefacts that are signed as well.
    pub artefacts: Vec<Artefact>,
    /// 16 random bytes in lower hex.
    pub nonce: String,
}

/// Why a statement cannot be drafted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The run, the point or the role is not known.
    #[error("unknown {0}")]
    Unknown(&'static str),
    /// Something covered is unresolved.
    #[error("{0} things keep this point from being approved")]
    NotReady(usize),
    /// The point's rules allow no conditions.
    #[error("this point cannot be approved with conditions")]
    NoConditions,
    /// An approval with conditions names none, or another decision names some.
    #[error("conditions belong to an approval with conditions, and only there")]
    Conditions,
    /// A rejection gives no reason.
    #[error("a rejection needs a reason")]
    Reason,
    /// The record is outside the canonical subset.
    #[error(transparent)]
    Canon(#[from] crate::canon::CanonError),
}

/// A statement ready to be signed, with the record it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drafted {
    /// What will be signed.
    pub statement: Statement,
    /// Its bytes.
    pub statement_bytes: Vec<u8>,
    /// The bytes of `record.json`, to be kept as a blob.
    pub record_bytes: Vec<u8>,
}

/// Drafts the statement of a decision.
///
/// # Errors
/// [`DraftError`] when the decision is not possible as the state stands.
pub fn draft(state: &RunState, intent: Intent) -> Result<Drafted, DraftError> {
    let outline = state.outline().ok_or(DraftError::Unknown("run"))?;
    let known = outline
        .points
        .iter()
        .find(|point| point.id == intent.point)
        .ok_or(DraftError::Unknown("sign-off point"))?;
    let role = state
        .role(&intent.role)
        .ok_or(DraftError::Unknown("role"))?;
    let attempt = state.current_attempt();
    let readiness = readiness(state, known, attempt, intent.now);
    match intent.decision {
        Decision::Approve if !readiness.blockers.is_empty() => {
            return Err(DraftError::NotReady(readiness.blockers.len()));
        }
        Decision::Conditions if !state.policy_of(known).conditions_allowed => {
            return Err(DraftError::NoConditions);
        }
        Decision::Reject
            if intent
                .reason
                .as_deref()
                .is_none_or(|reason| reason.trim().is_empty()) =>
        {
            return Err(DraftError::Reason);
        }
        _ => {}
    }
    if (intent.decision == Decision::Conditions) == intent.conditions.is_empty() {
        return Err(DraftError::Conditions);
    }
    let record = Record::of(state, &intent.point, attempt).ok_or(DraftError::Unknown("run"))?;
    let (digest, record_bytes) = record.seal()?;
    let release = state.release().release;
    let environment = state.target().map(str::to_owned);
    let covered = record.claims.len();
    let predicate = SignoffPredicate {
        run: record.header.run.clone(),
        run_name: state.name().unwrap_or_default().to_owned(),
        point: record.header.point.clone(),
        attempt,
        meaning: meaning(
            intent.decision,
            &role.title,
            &known.title,
            covered,
            release.as_deref(),
            environment.as_deref(),
        ),
        release,
        environment,
        role: Named {
            id: role.id,
            title: role.title,
        },
        decision: intent.decision,
        conditions: intent.conditions,
        reason: intent.reason,
        name: intent.name,
        principal: intent.principal,
        time: intent.local_time,
        roster: intent.roster,
        checkpoint: checkpoint(state),
        looked: Looked {
            seen: intent.looked,
            of: u32::try_from(covered).unwrap_or(u32::MAX),
        },
        aged: aged(state, known, attempt, intent.now),
        nonce: intent.nonce,
    };
    let statement = Statement {
        record: digest,
        artefacts: intent.artefacts,
        predicate: Predicate::Signoff(predicate),
    };
    let statement_bytes = statement.bytes()?;
    Ok(Drafted {
        statement,
        statement_bytes,
        record_bytes,
    })
}

/// All device heads that are known, sorted.
#[must_use]
pub fn checkpoint(state: &RunState) -> Vec<Head> {
    let heads = state.heads();
    let mut all: Vec<Head> = heads
        .into_iter()
        .flat_map(|(device, tips)| {
            tips.into_iter().map(move |event| Head {
                device: device.clone(),
                event,
            })
        })
        .collect();
    all.sort();
    all
}

/// What of the covered items had aged by `now`, sorted.
#[must_use]
pub fn aged(state: &RunState, point: &SignOffPoint, attempt: u32, now: Timestamp) -> Vec<AgedItem> {
    let scope = Scope::Attempt(attempt);
    let mut all: Vec<AgedItem> = point
        .items
        .iter()
        .filter_map(|id| state.shown(id, &scope))
        .flat_map(|item| {
            let ageing = Ageing::of(state, &item, now);
            let stale = !ageing.stale.is_empty() && item.status == Status::Done;
            let ways = [
                (stale, "stale"),
                (ageing.waiver_expired, "waiver_expired"),
                (ageing.overdue, "overdue"),
            ];
            ways.into_iter()
                .filter(|(aged, _)| *aged)
                .map(move |(_, how)| AgedItem {
                    item: item.id.clone(),
                    how: how.to_owned(),
                })
        })
        .collect();
    all.sort();
    all
}
