//! What the decisions of all roles come to.

use std::collections::BTreeSet;

use serde::Serialize;

use super::readiness::{Readiness, readiness};
use super::signature::{SignatureState, SignatureStatus, Witness, signatures};
use super::{is_closed, is_gate};
use crate::ledger::body::{Decision, Policy, Scope};
use crate::ledger::event::Author;
use crate::ledger::fold::{AttestationState, RoleState, RunState};
use crate::ledger::ident::{Digest, EventId};
use crate::ledger::kind::Kind;
use crate::ledger::record::{Difference, Record, covered_difference};
use crate::ledger::time::Timestamp;
use crate::outline::SignOffPoint;

/// What a sign-off point has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Somebody still has to decide, or something is unresolved.
    NotReady,
    /// Everybody who has to has approved.
    Go,
    /// The same, on conditions of which some are still open.
    GoWithConditions,
    /// Somebody has rejected it.
    NoGo,
}

/// Why somebody may not sign for a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum MayNot {
    /// The point was closed by the deployment.
    #[error("the point was closed by the deployment")]
    Closed,
    /// The attempt is over.
    #[error("the attempt is over")]
    Ended,
    /// The run can only be looked at.
    #[error("the run can only be looked at")]
    ReadOnly,
    /// A fork has to be acknowledged first.
    #[error("a device's chain forked; somebody has to acknowledge that first")]
    Fork,
    /// The role does not sign this point.
    #[error("the role does not sign this point")]
    NotARole,
    /// The point's rules keep the owner from signing.
    #[error("the owner of the run may not sign")]
    Owner,
    /// The point's rules keep people who set a covered status from signing.
    #[error("who set the status of a covered item may not sign")]
    Ticker,
}

/// A condition of an approval that counts and that nobody has closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenCondition {
    /// The sign-off that names it.
    pub signoff: EventId,
    /// Its place there, from 0.
    pub condition: u32,
    /// Its words.
    pub text: String,
}

/// What a role has decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleDecision {
    /// The role.
    pub role: RoleState,
    /// Whether the point's rules ask for it.
    pub required: bool,
    /// The decision that counts; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Its latest signatures, one a key, as places in [`PointState::signatures`], latest last.
    pub latest: Vec<usize>,
    /// True when the decision comes from an attestation.
    pub attested: bool,
    /// Why its current signature does not count, where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_counted: Option<NotCounted>,
    /// The keys of its approvals that count.
    pub keys: Vec<String>,
}

/// Why a current signature does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCounted {
    /// The same key counts for another role already.
    SameKey,
    /// The signer owns the run.
    Owner,
    /// The signer set the status of a covered item.
    Ticker,
}

/// A sign-off point as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PointState {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The attempt.
    pub attempt: u32,
    /// Its rules.
    pub policy: Policy,
    /// True once the deployment has closed it.
    pub closed: bool,
    /// What keeps it from being approved.
    pub readiness: Readiness,
    /// The digest of the record that counts: as it stands, or as it stood at the deployment.
    pub record: Digest,
    /// Its signatures in the one order.
    pub signatures: Vec<SignatureState>,
    /// Its attestations in the one order.
    pub attestations: Vec<AttestationState>,
    /// What each role has decided: the roles that sign it, then others that did.
    pub roles: Vec<RoleDecision>,
    /// Conditions that are still open.
    pub open_conditions: Vec<OpenCondition>,
    /// What it has come to.
    pub verdict: Verdict,
    /// What has changed since it was closed.
    pub since_go: Vec<Difference>,
}

/// The ids of the roles that a point asks for: what its rules name, else what the outline names,
/// else every role of the run; without the dropped ones.
fn required_roles(state: &RunState, point: &SignOffPoint, policy: &Policy) -> Vec<String> {
    let named = if policy.roles.is_empty() {
        &point.roles
    } else {
        &policy.roles
    };
    let all = state.roles();
    let kept = all
        .into_iter()
        .filter(|role| !role.dropped)
        .map(|role| role.id);
    if named.is_empty() {
        kept.collect()
    } else {
        kept.filter(|id| named.contains(id)).collect()
    }
}

impl PointState {
    /// The keys whose signatures count for other roles, where the policy wants another key for each:
    /// a signature for `role` with one of them leaves one role without.
    #[must_use]
    pub fn keys_of_others(&self, role: &str) -> BTreeSet<String> {
        if !self.policy.distinct_keys {
            return BTreeSet::new();
        }
        let others = self.roles.iter().filter(|other| other.role.id != role);
        others.flat_map(|other| other.keys.clone()).collect()
    }
}

/// Who set the status of a covered item, by identity.
fn tickers(state: &RunState, point: &SignOffPoint, attempt: u32) -> BTreeSet<String> {
    let scope = Scope::Attempt(attempt);
    let items = point.items.iter().filter_map(|id| state.shown(id, &scope));
    items
        .filter_map(|item| item.by.clone())
        .filter(|act| {
            state
                .event(&act.event)
                .is_some_and(|event| matches!(event.event().kind, Kind::ItemStatus(_)))
        })
        .map(|act| act.author.identity().to_owned())
        .collect()
}

fn barred(
    state: &RunState,
    policy: &Policy,
    tickers: &BTreeSet<String>,
    identity: &str,
) -> Option<NotCounted> {
    if !policy.owner_may_sign
        && state
            .owner()
            .is_some_and(|owner| owner.identity() == identity)
    {
        return Some(NotCounted::Owner);
    }
    (!policy.ticker_may_sign && tickers.contains(identity)).then_some(NotCounted::Ticker)
}

/// Whether `person` may sign a point for a role in the current attempt.
///
/// # Errors
/// Why not.
pub fn may_sign(
    state: &RunState,
    point: &SignOffPoint,
    role: &str,
    person: &Author,
) -> Result<(), MayNot> {
    let attempt = state.current_attempt();
    let policy = state.policy_of(point);
    if state.read_only().is_some() {
        return Err(MayNot::ReadOnly);
    }
    if state.forks().iter().any(|fork| !fork.acknowledged) {
        return Err(MayNot::Fork);
    }
    if is_closed(state, point, attempt) {
        return Err(MayNot::Closed);
    }
    if is_gate(state, point) && state.outcome().is_some() {
        return Err(MayNot::Ended);
    }
    if !required_roles(state, point, &policy)
        .iter()
        .any(|required| required == role)
    {
        return Err(MayNot::NotARole);
    }
    match barred(
        state,
        &policy,
        &tickers(state, point, attempt),
        person.identity(),
    ) {
        Some(NotCounted::Owner) => Err(MayNot::Owner),
        Some(NotCounted::Ticker) => Err(MayNot::Ticker),
        Some(NotCounted::SameKey) | None => Ok(()),
    }
}

/// A sign-off point as it stands in an attempt at `now`. `None` when the run, its outline or the
/// point is not known.
#[must_use]
pub fn point(
    state: &RunState,
    id: &str,
    attempt: u32,
    now: Timestamp,
    witness: &dyn Witness,
) -> Option<PointState> {
    let known = state
        .outline()?
        .points
        .iter()
        .find(|point| point.id == id)?;
    let policy = state.policy_of(known);
    let closed = is_closed(state, known, attempt);
    let standing = Record::of(state, id, attempt)?;
    // A closed point stands as it stood when the release was deployed; what came later is "since go".
    let (record, since_go) = match state.attempt(attempt).deployed_by.filter(|_| closed) {
        Some(deployed) => {
            let then = Record::of(&state.as_of(&deployed), id, attempt)?;
            let since = covered_difference(&then.bytes().ok()?, &standing).ok()?;
            (then, since)
        }
        None => (standing, Vec::new()),
    };
    let signatures = signatures(state, id, attempt, &record, witness);
    let attestations: Vec<AttestationState> = state
        .attestations()
        .into_iter()
        .filter(|known| known.attested.point == id && known.attested.attempt == attempt)
        .collect();
    let required = required_roles(state, known, &policy);
    let tickers = tickers(state, known, attempt);

    let mut used_keys: BTreeSet<String> = BTreeSet::new();
    let mut open_conditions = Vec::new();
    let mut roles: Vec<RoleDecision> = Vec::new();
    let mut everybody: Vec<String> = required.clone();
    let signed = signatures
        .iter()
        .filter_map(|signature| signature.signoff.predicate.as_ref())
        .map(|predicate| predicate.role.id.clone());
    let attested = attestations.iter().map(|known| known.attested.role.clone());
    for other in signed.chain(attested) {
        if !everybody.contains(&other) {
            everybody.push(other);
        }
    }
    for id in everybody {
        let Some(role) = state.role(&id) else {
            continue;
        };
        let latest: Vec<usize> = (0..signatures.len())
            .filter(|at| {
                !signatures[*at].superseded
                    && signatures[*at]
                        .signoff
                        .predicate
                        .as_ref()
                        .is_some_and(|predicate| predicate.role.id == id)
            })
            .collect();
        let mut decided = RoleDecision {
            required: required.contains(&id),
            role,
            decision: None,
            latest,
            attested: false,
            not_counted: None,
            keys: Vec::new(),
        };
        decide(
            state,
            &policy,
            &tickers,
            &signatures,
            &mut decided,
            &mut used_keys,
            &mut open_conditions,
        );
        if decided.decision.is_none() && policy.attestations_count {
            let (digest, _) = record.seal().ok()?;
            let last = attestations
                .iter()
                .rev()
                .find(|known| known.attested.role == id && known.attested.record == digest);
            decided.decision = last.map(|known| known.attested.decision);
            decided.attested = last.is_some();
        }
        roles.push(decided);
    }

    let readiness = readiness(state, known, attempt, now);
    let verdict = verdict(&policy, &roles, open_conditions.is_empty());
    Some(PointState {
        id: known.id.clone(),
        title: known.title.clone(),
        attempt,
        closed,
        readiness,
        record: record.seal().ok()?.0,
        signatures,
        attestations,
        roles,
        open_conditions,
        verdict,
        since_go,
        policy,
    })
}

/// The decision of one role: of its current signatures a rejection counts first, then the latest.
fn decide(
    state: &RunState,
    policy: &Policy,
    tickers: &BTreeSet<String>,
    signatures: &[SignatureState],
    role: &mut RoleDecision,
    used_keys: &mut BTreeSet<String>,
    open_conditions: &mut Vec<OpenCondition>,
) {
    let current = role
        .latest
        .iter()
        .map(|at| &signatures[*at])
        .filter(|signature| signature.status == SignatureStatus::Current);
    for signature in current {
        let Some(predicate) = &signature.signoff.predicate else {
            continue;
        };
        if predicate.decision == Decision::Reject {
            role.decision = Some(Decision::Reject);
            continue;
        }
        let identity = predicate.principal.as_deref().unwrap_or(&predicate.name);
        let key = signature.judgement.key().unwrap_or_default();
        let same_key = policy.distinct_keys && used_keys.contains(key);
        if let Some(why) =
            barred(state, policy, tickers, identity).or(same_key.then_some(NotCounted::SameKey))
        {
            // Where another signature counts for the role, this one takes nothing from it.
            if role.decision.is_none() {
                role.not_counted = Some(why);
            }
            continue;
        }
        if role.decision == Some(Decision::Reject) {
            continue;
        }
        used_keys.insert(key.to_owned());
        role.keys.push(key.to_owned());
        role.decision = Some(predicate.decision);
        role.not_counted = None;
        let open = predicate
            .conditions
            .iter()
            .zip(&signature.closed)
            .enumerate()
            .filter(|(_, (_, closed))| closed.is_none());
        open_conditions.extend(open.map(|(at, (text, _))| OpenCondition {
            signoff: signature.signoff.id.clone(),
            condition: u32::try_from(at).unwrap_or(u32::MAX),
            text: text.clone(),
        }));
    }
}

fn verdict(policy: &Policy, roles: &[RoleDecision], conditions_met: bool) -> Verdict {
    // One rejection beats any number of approvals.
    if roles
        .iter()
        .any(|role| role.decision == Some(Decision::Reject))
    {
        return Verdict::NoGo;
    }
    let required = roles.iter().filter(|role| role.required);
    let wanted = policy
        .quorum
        .and_then(|quorum| usize::try_from(quorum).ok())
        .unwrap_or(usize::MAX)
        .min(required.clone().count());
    let given = required.filter(|role| role.decision.is_some()).count();
    if wanted == 0 || given < wanted {
        Verdict::NotReady
    } else if conditions_met {
        Verdict::Go
    } else {
        Verdict::GoWithConditions
    }
}
