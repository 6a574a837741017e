//! Sign-off points as the window shows them: what they cover, what blocks, who has signed.

use std::sync::Arc;

use countersign_core::ledger::body::{Decision as Decided, Policy};
use countersign_core::ledger::fold::Act as FoldedAct;
use countersign_core::ledger::ident::Digest;
use countersign_core::ledger::record::{self, Record, covered_difference};
use countersign_core::ledger::signoff::{
    self as rules, Blocker as Found, Hindrance, KeyJudgement, NotCounted, PointState, Presented,
    RoleDecision, SignatureState, SignatureStatus, Verdict, Witness,
};
use countersign_core::outline::{SignOffPoint, Stage};
use countersign_signing::public_key::PublicKeyLine;
use countersign_signing::sshsig::{self, Namespace};

use crate::app::App;
use crate::checklists::CHECKLIST_LIMIT;
use crate::open_run::OpenRun;
use crate::shows::shown_items;
use crate::view::item::act;
use crate::view::{run as view, words};
use crate::wire::error::Problem;
use crate::wire::item::{ItemView, Mark, Tile};
use crate::wire::run::{PointSummary, RoleSummary};
use crate::wire::signoff::{
    AskedCriterion, Blocker, ConditionOfSignature, Difference, LookAt, Meaning, PointView,
    RoleCard, SignatureView,
};

/// A point with its summary for the head.
#[derive(Clone)]
pub(crate) struct Standing {
    /// For the head and the Map.
    pub summary: PointSummary,
    /// Ids of the covered items.
    pub covers: Vec<String>,
    /// What the rules say.
    pub state: PointState,
}

/// What the rules of sign-off need from this store: whose a key is, and the records that were signed.
struct StoreWitness<'a> {
    app: &'a App,
    known: Vec<KnownKey>,
}

/// A key that somebody of this store's People (or the sample) holds.
struct KnownKey {
    key: PublicKeyLine,
    name: String,
    roles: Vec<String>,
}

impl Witness for StoreWitness<'_> {
    fn judge(&self, presented: Presented<'_>) -> KeyJudgement {
        let invalid = |why: String| KeyJudgement::Invalid { why };
        let Ok(armoured) = std::str::from_utf8(presented.signature) else {
            return invalid("the signature is not text".to_owned());
        };
        let key = match sshsig::signing_key(armoured) {
            Ok(key) => key,
            Err(error) => return invalid(error.to_string()),
        };
        if let Err(error) = sshsig::verify(&key, Namespace::Signoff, presented.statement, armoured)
        {
            return invalid(error.to_string());
        }
        let fingerprint = key.fingerprint();
        let unlisted = |why: String| KeyJudgement::Unlisted {
            key: fingerprint.clone(),
            why,
        };
        match self.known.iter().find(|known| known.key.same_key(&key)) {
            None => unlisted("its key belongs to nobody among this store's People".to_owned()),
            Some(known) if known.name != presented.name && !known.name.is_empty() => {
                unlisted(format!(
                    "its key is {}\u{2019}s, but it prints another name",
                    known.name
                ))
            }
            Some(known)
                if !known.roles.is_empty() && !known.roles.contains(&presented.role.title) =>
            {
                unlisted(format!(
                    "{} may not sign as {} here",
                    known.name, presented.role.title
                ))
            }
            Some(_) => KeyJudgement::Trusted { key: fingerprint },
        }
    }

    fn record(&self, digest: &Digest) -> Option<Vec<u8>> {
        self.app.store().read_blob(digest, CHECKLIST_LIMIT).ok()
    }
}

/// The record of a point as it stands, with its digest.
pub(crate) fn record(open: &OpenRun, point: &str) -> Result<(Digest, Vec<u8>), Problem> {
    let record = Record::of(&open.state, point, open.state.current_attempt())
        .ok_or_else(|| Problem::unknown("point", point))?;
    record
        .seal()
        .map_err(|error| Problem::new("record-not-canonical", error.to_string()))
}

impl App {
    fn witness(&self, open: &OpenRun) -> Result<StoreWitness<'_>, Problem> {
        let mut known = Vec::new();
        for (id, person) in self.store().people()? {
            let key = person
                .public_key
                .as_deref()
                .and_then(|line| PublicKeyLine::parse(line).ok());
            if let Some(key) = key {
                known.push(KnownKey {
                    key,
                    name: person.name,
                    roles: self.roles_of(id)?,
                });
            }
        }
        for line in self.sample_keys(&open.id)? {
            if let Ok(key) = PublicKeyLine::parse(&line) {
                known.push(KnownKey {
                    key,
                    name: String::new(),
                    roles: Vec::new(),
                });
            }
        }
        Ok(StoreWitness { app: self, known })
    }

    /// All points of a run with their summaries. Computed once for every state of the run.
    pub(crate) fn standings(&self, open: &OpenRun) -> Result<Arc<Vec<Standing>>, Problem> {
        if let Some(kept) = open.kept_standings() {
            return Ok(kept);
        }
        let witness = self.witness(open)?;
        let attempt = open.state.current_attempt();
        let points = open.outline().points.iter();
        let standings = points.filter_map(|point| {
            let state = rules::point(&open.state, &point.id, attempt, self.now(), &witness)?;
            Some(Standing {
                summary: summary(&state),
                covers: point.items.clone(),
                state,
            })
        });
        let standings = Arc::new(standings.collect::<Vec<_>>());
        open.keep_standings(&standings);
        Ok(standings)
    }

    /// A sign-off point in full.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-point`, or what the store says.
    pub fn point_view(&self, run: &str, point: &str) -> Result<PointView, Problem> {
        self.with_run(run, |open| {
            self.patch(open, open.revision)?;
            self.point_of(open, point)
        })
    }

    /// As [`App::point_view`], of a run that is held and was shown.
    pub(crate) fn point_of(&self, open: &OpenRun, id: &str) -> Result<PointView, Problem> {
        let standings = self.standings(open)?;
        let found = standings.iter().find(|standing| standing.state.id == id);
        let standing = found.ok_or_else(|| Problem::unknown("point", id))?;
        let outline_point = open
            .outline()
            .points
            .iter()
            .find(|point| point.id == id)
            .ok_or_else(|| Problem::unknown("point", id))?;
        let state = &standing.state;
        let items: Vec<&ItemView> = shown_items(open)
            .into_iter()
            .filter(|item| standing.covers.contains(&item.id))
            .collect();
        let blockers: Vec<Blocker> = state
            .readiness
            .blockers
            .iter()
            .map(|found| blocker(open, &items, found))
            .collect();
        let last = open
            .outline()
            .points
            .last()
            .is_some_and(|point| point.id == id);
        let me = self.author()?;
        Ok(PointView {
            run: open.id.to_string(),
            id: state.id.clone(),
            title: state.title.clone(),
            verdict: standing.summary.verdict.clone(),
            closed: state.closed,
            covers: covers(open, outline_point),
            count: standing.covers.len() as u32,
            record: state.record.to_string(),
            policy: policy_words(
                &state.policy,
                state.roles.iter().filter(|role| role.required).count(),
            ),
            blocked: blocked(state, &items),
            blockers,
            look_at: items.iter().filter_map(|item| look_at(item)).collect(),
            asked: if last { asked(open) } else { Vec::new() },
            since_look: self.since_look(open, id)?,
            roles: state
                .roles
                .iter()
                .map(|role| {
                    let may = rules::may_sign(&open.state, outline_point, &role.role.id, &me);
                    card(open, state, role, may.err().map(|why| why.to_string()))
                })
                .collect(),
            meanings: meanings(open, state, standing.covers.len()),
            trust: "Keys are checked against this store\u{2019}s People: on this laptop only."
                .to_owned(),
            since_go: differences(open, &state.since_go),
        })
    }

    /// Remembers the record that the person at this laptop looks at, so that the next look can show
    /// what changed since.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-point`, or what the store says.
    pub fn point_looked(&self, run: &str, point: &str) -> Result<(), Problem> {
        self.with_run(run, |open| {
            let (_, bytes) = record(open, point)?;
            let blob = self.store().put_blob(bytes.as_slice(), CHECKLIST_LIMIT)?;
            Ok(self
                .store()
                .set_setting(&looked_key(open, point), &blob.digest)?)
        })
    }

    fn since_look(&self, open: &OpenRun, point: &str) -> Result<Vec<Difference>, Problem> {
        let Some(digest) = self.store().setting::<Digest>(&looked_key(open, point))? else {
            return Ok(Vec::new());
        };
        let Ok(bytes) = self.store().read_blob(&digest, CHECKLIST_LIMIT) else {
            return Ok(Vec::new());
        };
        let now = Record::of(&open.state, point, open.state.current_attempt());
        let found = now
            .and_then(|now| covered_difference(&bytes, &now).ok())
            .unwrap_or_default();
        Ok(differences(open, &found))
    }
}

fn looked_key(open: &OpenRun, point: &str) -> String {
    format!("looked-{}-{point}", open.id)
}

fn summary(state: &PointState) -> PointSummary {
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

fn latest<'a>(state: &'a PointState, role: &RoleDecision) -> Option<&'a SignatureState> {
    role.latest.last().and_then(|at| state.signatures.get(*at))
}

fn role_state(state: &PointState, role: &RoleDecision) -> &'static str {
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

fn role_summary(state: &PointState, role: &RoleDecision) -> RoleSummary {
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

fn card(
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

fn signature_view(open: &OpenRun, signature: &SignatureState) -> SignatureView {
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
fn stated(time: &str) -> String {
    match chrono::DateTime::parse_from_rfc3339(time) {
        Ok(at) => at.format("%a %-d %b %Y, %H:%M %:z").to_string(),
        Err(_) => time.to_owned(),
    }
}

fn covers(open: &OpenRun, point: &SignOffPoint) -> String {
    let work = open.outline().work_items().count();
    let count = words::count(point.items.len(), "item");
    let prepare: Vec<_> = open
        .outline()
        .work_items()
        .filter(|item| item.stage == Stage::Prepare)
        .collect();
    let all_prepare = prepare.len() == point.items.len()
        && prepare.iter().all(|item| point.items.contains(&item.id));
    match point.items.len() {
        n if n == work => format!("all {count}"),
        _ if all_prepare => format!("{count} of Prepare"),
        _ => count,
    }
}

fn policy_words(policy: &Policy, roles: usize) -> String {
    let mut parts = vec![match policy.quorum {
        Some(quorum) => format!("{quorum} of {}", words::count(roles, "role")),
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
fn blocked(state: &PointState, items: &[&ItemView]) -> String {
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

fn blocker(open: &OpenRun, items: &[&ItemView], found: &Found) -> Blocker {
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

fn look_at(item: &ItemView) -> Option<LookAt> {
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

fn asked(open: &OpenRun) -> Vec<AskedCriterion> {
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
fn meanings(open: &OpenRun, state: &PointState, covered: usize) -> Vec<Meaning> {
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
fn differences(open: &OpenRun, found: &[record::Difference]) -> Vec<Difference> {
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
