//! A sign-off point in words: its roles and signatures, what blocks it, what differs.

use std::collections::HashSet;

use countersign_core::ledger::body::{Decision as Decided, Policy};
use countersign_core::ledger::fold::Act as FoldedAct;
use countersign_core::ledger::record;
use countersign_core::ledger::signoff::{
    self as rules, Blocker as Found, Hindrance, KeyJudgement, NotCounted, PointState, RoleDecision,
    SignatureState, SignatureStatus, Verdict, WeakGreen,
};
use countersign_core::outline::{SignOffPoint, Stage};

use crate::open_run::OpenRun;
use crate::sign_plan::weak_words;
use crate::view::item::act;
use crate::view::{run as view, words};
use crate::wire::item::{ItemView, Mark, Tile};
use crate::wire::run::{PointSummary, RoleSummary};
use crate::wire::signoff::{
    AskedCriterion, Blocker, ConditionOfSignature, Difference, LookAt, Meaning, RoleCard,
    SignatureView,
};

pub(crate) fn summary(state: &PointState) -> PointSummary {
    let roles: Vec<RoleSummary> = state
        .roles
        .iter()
        .map(|role| role_summary(state, role))
        .collect();
    PointSummary {
        id: state.id.clone(),
        title: state.title.clone(),
        verdict: match state.verdict {
            Verdict::Go => "go",
            Verdict::GoWithConditions => "conditions",
            Verdict::NoGo => "noGo",
            Verdict::NotReady if state.readiness.blockers.is_empty() => "ready",
            Verdict::NotReady => "notReady",
        }
        .to_owned(),
        signed: state
            .roles
            .iter()
            .filter(|role| role.decision.is_some())
            .count() as u32,
        covers: state.readiness.covered as u32,
        roles,
        closed: state.closed,
    }
}

pub(crate) fn latest<'a>(state: &'a PointState, role: &RoleDecision) -> Option<&'a SignatureState> {
    role.latest.last().and_then(|at| state.signatures.get(*at))
}

pub(crate) fn role_state(state: &PointState, role: &RoleDecision) -> &'static str {
    match latest(state, role) {
        None => "unsigned",
        Some(signature) => match signature.status {
            SignatureStatus::Current if role.decision == Some(Decided::Reject) => "rejected",
            SignatureStatus::Current => "current",
            SignatureStatus::Stale => "stale",
            SignatureStatus::Withdrawn => "withdrawn",
            SignatureStatus::Revoked => "revoked",
            SignatureStatus::Unverifiable => "unverifiable",
        },
    }
}

pub(crate) fn role_summary(state: &PointState, role: &RoleDecision) -> RoleSummary {
    let word = role_state(state, role);
    let line = match latest(state, role) {
        None => "not signed".to_owned(),
        Some(signature) => {
            let predicate = signature.signoff.predicate.as_ref();
            let name = predicate.map_or("somebody", |predicate| predicate.name.as_str());
            let how = match predicate.map(|predicate| predicate.decision) {
                Some(Decided::Conditions) => " \u{b7} with conditions",
                Some(Decided::Reject) => " \u{b7} rejected",
                _ => "",
            };
            let state = match word {
                "current" | "rejected" => String::new(),
                other => format!(" \u{b7} {other}"),
            };
            format!("{name}{how}{state}")
        }
    };
    RoleSummary {
        role: role.role.title.clone(),
        state: word.to_owned(),
        line,
    }
}

pub(crate) fn card(
    open: &OpenRun,
    state: &PointState,
    role: &RoleDecision,
    may_not: Option<String>,
) -> RoleCard {
    let shown = latest(state, role);
    let earlier = state.signatures.iter().rev().filter(|signature| {
        let of_role = signature
            .signoff
            .predicate
            .as_ref()
            .is_some_and(|predicate| predicate.role.id == role.role.id);
        of_role && shown.is_none_or(|shown| shown.signoff.id != signature.signoff.id)
    });
    RoleCard {
        role: role.role.title.clone(),
        required: role.required,
        state: match role_state(state, role) {
            "rejected" => "current",
            other => other,
        }
        .to_owned(),
        counted: role.not_counted.is_none(),
        keys_of_others: state.keys_of_others(&role.role.id).into_iter().collect(),
        why: match (shown, role.not_counted) {
            (_, Some(NotCounted::SameKey)) => {
                "not counted: the same key has signed for another role".to_owned()
            }
            (_, Some(NotCounted::Owner)) => "not counted: the owner may not sign".to_owned(),
            (_, Some(NotCounted::Ticker)) => {
                "not counted: the signer ticked a covered item".to_owned()
            }
            (Some(signature), None) => signature.why.clone(),
            (None, None) => String::new(),
        },
        signature: shown.map(|signature| signature_view(open, signature)),
        earlier: earlier
            .map(|signature| signature_view(open, signature))
            .collect(),
        may_not,
    }
}

pub(crate) fn signature_view(open: &OpenRun, signature: &SignatureState) -> SignatureView {
    let signoff = &signature.signoff;
    let predicate = signoff.predicate.as_ref();
    let text = |take: fn(&countersign_core::ledger::statement::SignoffPredicate) -> String| {
        predicate.map(take).unwrap_or_default()
    };
    SignatureView {
        event: signoff.id.to_string(),
        name: text(|p| p.name.clone()),
        principal: text(|p| p.principal.clone().unwrap_or_default()),
        decision: predicate
            .map_or("approve", |p| decision_word(p.decision))
            .to_owned(),
        reason: text(|p| p.reason.clone().unwrap_or_default()),
        conditions: predicate
            .map(|p| p.conditions.as_slice())
            .unwrap_or_default()
            .iter()
            .enumerate()
            .map(|(at, text)| ConditionOfSignature {
                index: at as u32,
                text: text.clone(),
                closed: signature
                    .closed
                    .get(at)
                    .and_then(Option::as_ref)
                    .map(|by: &FoldedAct| act(by)),
            })
            .collect(),
        stated: predicate.map(|p| stated(&p.time)).unwrap_or_default(),
        fingerprint: signature.judgement.key().unwrap_or_default().to_owned(),
        record: signoff.record.to_string(),
        looked: text(|p| format!("Looked at {} of {}", p.looked.seen, p.looked.of)),
        act: act(&signoff.act),
        differences: differences(open, &signature.differences),
        known: matches!(signature.judgement, KeyJudgement::Trusted { .. }),
    }
}

/// A decision's word on the wire.
pub(crate) fn decision_word(decision: Decided) -> &'static str {
    match decision {
        Decided::Approve => "approve",
        Decided::Conditions => "conditions",
        Decided::Reject => "reject",
    }
}

/// A stated local time with its offset, ready to show.
pub(crate) fn stated(time: &str) -> String {
    match chrono::DateTime::parse_from_rfc3339(time) {
        Ok(at) => at.format("%a %-d %b %Y, %H:%M %:z").to_string(),
        Err(_) => time.to_owned(),
    }
}

pub(crate) fn covers(open: &OpenRun, point: &SignOffPoint) -> String {
    let work = open.outline().work_items().count();
    let count = words::count(point.items.len(), "item");
    let prepare = open.outline().work_items();
    let prepare: HashSet<&str> = prepare
        .filter(|item| item.stage == Stage::Prepare)
        .map(|item| item.id.as_str())
        .collect();
    let all_prepare = prepare.len() == point.items.len()
        && point.items.iter().all(|id| prepare.contains(id.as_str()));
    match point.items.len() {
        n if n == work => format!("all {count}"),
        _ if all_prepare => format!("{count} of Prepare"),
        _ => count,
    }
}

pub(crate) fn policy_words(policy: &Policy, roles: usize) -> String {
    let mut parts = vec![match policy.quorum {
        Some(quorum) => format!("{quorum} of {}", words::count(roles, "role")),
        None if roles == 0 => "nobody has to sign yet".to_owned(),
        None => words::count(roles, "role"),
    }];
    if policy.distinct_keys && roles > 1 {
        parts.push("distinct keys".to_owned());
    }
    if !policy.owner_may_sign {
        parts.push("the owner may not sign".to_owned());
    }
    if !policy.ticker_may_sign {
        parts.push("who ticked may not sign".to_owned());
    }
    if !policy.conditions_allowed {
        parts.push("no conditions".to_owned());
    }
    parts.join(", ")
}

/// "2 failed and 9 open items keep this from being approved".
pub(crate) fn blocked(state: &PointState, items: &[&ItemView]) -> String {
    if state.readiness.blockers.is_empty() {
        return String::new();
    }
    let of_items = items.iter().copied().filter(|item| !item.resolved).count();
    let mut parts = Vec::new();
    if of_items > 0 {
        let text = view::unresolved(items.iter().copied());
        let text = match text.rsplit_once(", ") {
            Some((first, last)) => format!("{first} and {last}"),
            None => text,
        };
        parts.push(format!(
            "{text} {}",
            if of_items == 1 { "item" } else { "items" }
        ));
    }
    let count = |how: Hindrance| state.readiness.counts.get(&how).copied().unwrap_or(0);
    let unfilled = count(Hindrance::ContactMissing) + count(Hindrance::PlaceholderMissing);
    if unfilled > 0 {
        parts.push(format!(
            "{} of the rollback",
            words::count(unfilled, "unfilled blank")
        ));
    }
    let other = state
        .readiness
        .blockers
        .iter()
        .filter(|b| b.how <= Hindrance::RunConflict)
        .count();
    if other > 0 {
        parts.push(words::count(other, "thing to settle in the run"));
    }
    let one = state.readiness.blockers.len() == 1;
    format!(
        "{} {} this from being approved",
        parts.join(", "),
        if one { "keeps" } else { "keep" }
    )
}

pub(crate) fn blocker(open: &OpenRun, items: &[&ItemView], found: &Found) -> Blocker {
    let what = found.what.clone().unwrap_or_default();
    if let Some(item) = items.iter().find(|item| item.id == what) {
        let why = match found.how {
            Hindrance::WaiverExpired => "its waiver has expired".to_owned(),
            Hindrance::Proposed => "its waiver or override waits for acceptance".to_owned(),
            Hindrance::WatchOver => "its watch has ended without a result".to_owned(),
            _ => match &item.measure {
                Some(measure) if !measure.limit.is_empty() => {
                    format!("{}, {}", measure.value, measure.limit)
                }
                _ if !item.summary.is_empty() => item.summary.clone(),
                _ => item.word.clone(),
            },
        };
        let title = format!("{} {}", item.number, item.text);
        return Blocker {
            tile: item.tile,
            item: Some(item.id.clone()),
            title,
            why,
        };
    }
    let outline = open.outline();
    let (title, why) = match found.how {
        Hindrance::ReadOnly => (
            "The run can only be looked at".to_owned(),
            "it holds events of a newer version".to_owned(),
        ),
        Hindrance::Fork => (
            format!("Device {what}"),
            "its chain forked; somebody has to acknowledge that".to_owned(),
        ),
        Hindrance::RunConflict => (
            what,
            "two people wrote this differently; choose one".to_owned(),
        ),
        Hindrance::ContactMissing => {
            let contact = outline.contacts.iter().find(|known| known.id == what);
            (
                contact.map_or(what, |known| known.role.clone()),
                "contact of the rollback is not filled".to_owned(),
            )
        }
        Hindrance::PlaceholderMissing => {
            let known = outline.placeholders.iter().find(|known| known.id == what);
            (
                known.map_or(what, |known| known.text.clone()),
                "the rollback needs a value for it".to_owned(),
            )
        }
        _ => (what, "unresolved".to_owned()),
    };
    Blocker {
        tile: Tile::Open,
        item: None,
        title,
        why,
    }
}

pub(crate) fn look_at(item: &ItemView, weak: Option<&WeakGreen>) -> Option<LookAt> {
    let why = match item.tile {
        Tile::Waived => {
            let waiver = item.proposals.last();
            let by = waiver
                .map(|waiver| format!("waived by {}: ", waiver.act.who))
                .unwrap_or_default();
            format!("{by}{}", item.reason)
        }
        Tile::Warning => format!("passed with a warning: {}", item.summary),
        Tile::Measured => format!("measured, needs a word: {}", item.summary),
        Tile::Stale => format!("stale: {}", item.summary),
        _ if item.marks.contains(&Mark::Overridden) => {
            format!("against what a probe found: {}", item.reason)
        }
        _ if weak.is_some() => weak.map(|weak| weak_words(&weak.why)).unwrap_or_default(),
        _ if item.marks.contains(&Mark::Carried) => item.word.clone(),
        _ => return None,
    };
    Some(LookAt {
        tile: item.tile,
        item: item.id.clone(),
        title: format!("{} {}", item.number, item.text),
        why,
    })
}

pub(crate) fn asked(open: &OpenRun) -> Vec<AskedCriterion> {
    use countersign_core::ledger::fold::CriterionMet;
    let unbound = open
        .state
        .criteria()
        .into_iter()
        .filter(|criterion| criterion.items.is_empty());
    unbound
        .filter_map(|criterion| {
            let known = open
                .outline()
                .criteria
                .iter()
                .find(|known| known.id == criterion.id)?;
            Some(AskedCriterion {
                id: criterion.id.clone(),
                text: known.text.clone(),
                answer: match criterion.met {
                    CriterionMet::Met => "yes",
                    CriterionMet::NotMet => "no",
                    CriterionMet::Unknown | CriterionMet::Asked => "",
                }
                .to_owned(),
            })
        })
        .collect()
}

/// The sentence of each decision. `{role}` stands where the role's name will be.
pub(crate) fn meanings(open: &OpenRun, state: &PointState, covered: usize) -> Vec<Meaning> {
    let release = open.state.release().release;
    let environment = open.state.target();
    [Decided::Approve, Decided::Conditions, Decided::Reject]
        .into_iter()
        .map(|decision| Meaning {
            decision: decision_word(decision).to_owned(),
            text: rules::meaning(
                decision,
                "{role}",
                &state.title,
                covered,
                release.as_deref(),
                environment,
            ),
            possible: match decision {
                Decided::Approve => state.readiness.blockers.is_empty(),
                Decided::Conditions => state.policy.conditions_allowed,
                Decided::Reject => true,
            },
        })
        .collect()
}

/// Differences of records in words.
pub(crate) fn differences(open: &OpenRun, found: &[record::Difference]) -> Vec<Difference> {
    let said = |value: &Option<serde_json::Value>| match value {
        None => "nothing".to_owned(),
        Some(serde_json::Value::String(text)) => text.replace('_', " "),
        Some(serde_json::Value::Array(list)) => {
            words::count(list.len(), "entry").replace("entrys", "entries")
        }
        Some(other) => other.to_string(),
    };
    found
        .iter()
        .map(|difference| {
            let item = difference
                .item
                .as_ref()
                .and_then(|id| open.outline().item(id));
            let field = difference.field.replace('_', " ");
            Difference {
                item: difference.item.clone(),
                title: match item {
                    Some(item) => format!("{} {}, {field}", item.number, item.text),
                    None => field,
                },
                before: said(&difference.before),
                after: said(&difference.after),
            }
        })
        .collect()
}
