//! The status of an item, from what people set and what probes found.

use std::sync::Arc;

use super::RunState;
use super::item::{Derived, Proposal, ProposalFate, ProposalKind, Status};
use super::observations::{Implied, Said, implied, joined, observation, worst};
use super::order::Ix;
use super::outlines::OutlineIndex;
use super::register::{Held, Register};
use super::versions::ItemKey;
use crate::ledger::body::{Finding, ItemStatus, Preticked, Scope, SetStatus};
use crate::ledger::kind::Kind;
use crate::ledger::pinned::Proof;
use crate::ledger::time::Timestamp;
use crate::outline::{Item, ItemKind, Stage};

/// One item in one of its lives, ready to be read.
pub(super) struct Reading<'a> {
    pub(super) state: &'a RunState,
    pub(super) index: &'a Arc<OutlineIndex>,
    pub(super) item: &'a Item,
    pub(super) key: Option<ItemKey>,
    /// The life that is read and, where state is carried, the lives before it; the latest first.
    pub(super) scopes: Vec<Scope>,
}

/// A status and how it came about.
pub(super) struct Standing {
    pub(super) status: Status,
    pub(super) reason: Option<String>,
    pub(super) until: Option<Timestamp>,
    /// The person's event or the observation.
    pub(super) by: Option<Ix>,
    pub(super) derived: Option<Derived>,
    pub(super) overridden: bool,
    pub(super) conflict: bool,
    pub(super) proposal: Option<Proposal>,
    /// True when a person has said something about the status in this life.
    pub(super) spoken: bool,
}

impl Standing {
    fn plain(status: Status, by: Option<Ix>) -> Self {
        Self {
            status,
            reason: None,
            until: None,
            by,
            derived: None,
            overridden: false,
            conflict: false,
            proposal: None,
            spoken: false,
        }
    }
}

/// What becomes of a person's status beside what probes say.
enum Judged {
    /// It counts.
    Stands { overridden: bool },
    /// What probes found since counts instead.
    Yields,
    /// It counts once accepted.
    Proposes(ProposalKind),
}

fn as_status(set: SetStatus) -> Status {
    match set {
        SetStatus::Open => Status::Open,
        SetStatus::InProgress => Status::InProgress,
        SetStatus::Done => Status::Done,
        SetStatus::Failed => Status::Failed,
        SetStatus::Blocked => Status::Blocked,
        SetStatus::NotApplicable => Status::NotApplicable,
        SetStatus::Waived => Status::Waived,
    }
}

/// Of conflicting statuses the one that keeps people most careful is shown.
fn caution(status: SetStatus) -> u8 {
    match status {
        SetStatus::Failed => 6,
        SetStatus::Blocked => 5,
        SetStatus::Open => 4,
        SetStatus::InProgress => 3,
        SetStatus::Waived => 2,
        SetStatus::NotApplicable => 1,
        SetStatus::Done => 0,
    }
}

/// Whether a person's status denies what probes say.
fn contradicts(set: SetStatus, says: Implied) -> bool {
    match says {
        Implied::Silent | Implied::NeedsWord => false,
        Implied::Done => matches!(
            set,
            SetStatus::Failed | SetStatus::Open | SetStatus::NotApplicable
        ),
        Implied::Failed => matches!(
            set,
            SetStatus::Done | SetStatus::Open | SetStatus::NotApplicable
        ),
        Implied::Open | Implied::Unmeasured | Implied::Watching => {
            matches!(set, SetStatus::Done | SetStatus::NotApplicable)
        }
    }
}

fn judge(set: SetStatus, then: Said, now: Said, says: Implied, proof: Proof) -> Judged {
    let said = implied(then, proof, true);
    let applies = !matches!(set, SetStatus::NotApplicable | SetStatus::Waived);
    let stands = if set == SetStatus::Waived {
        Judged::Proposes(ProposalKind::Waiver)
    } else {
        Judged::Stands { overridden: false }
    };
    if then == now {
        if says == Implied::Watching && matches!(set, SetStatus::Open | SetStatus::InProgress) {
            return Judged::Yields;
        }
        if !contradicts(set, says) {
            return stands;
        }
        // Nobody needs leave to say that something is wrong; to call a red thing good, somebody does.
        let brighter =
            matches!(set, SetStatus::Done | SetStatus::NotApplicable) && says != Implied::Done;
        return if brighter {
            Judged::Proposes(ProposalKind::Override)
        } else {
            Judged::Stands { overridden: true }
        };
    }
    // Probes have said something else since (or without knowing of it). Whether the item applies at
    // all is no question to a probe, unless it had been answered against one.
    if !applies && said == Implied::Silent {
        return stands;
    }
    let yields = match says {
        Implied::Silent => false,
        Implied::Done | Implied::Failed | Implied::Watching => true,
        Implied::Open => set == SetStatus::Done || !applies,
        Implied::NeedsWord => !applies || contradicts(set, said),
        // What measured nothing takes no word back, but for one that stood against a verdict.
        Implied::Unmeasured => contradicts(set, said),
    };
    if yields { Judged::Yields } else { stands }
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        state: &'a RunState,
        index: &'a Arc<OutlineIndex>,
        item: &'a Item,
        scope: Scope,
    ) -> Self {
        let carried =
            matches!(item.stage, Stage::Prepare | Stage::Review) && item.kind == ItemKind::Work;
        let scopes = match scope {
            Scope::Attempt(number) if carried => (1..=number).rev().map(Scope::Attempt).collect(),
            other => vec![other],
        };
        Self {
            state,
            index,
            item,
            key: state.current_key(&item.id),
            scopes,
        }
    }

    /// The register of the latest life in which anything was written, and whether that is an earlier life.
    pub(super) fn register(
        &self,
        named: impl Fn(Scope, ItemKey) -> super::key::Key,
    ) -> Option<(&'a Register<Kind>, bool)> {
        let key = self.key?;
        self.scopes.iter().enumerate().find_map(|(at, scope)| {
            self.state
                .registers
                .get(&named(scope.clone(), key))
                .map(|register| (register, at > 0))
        })
    }

    /// The worst of the latest observations of each probe, now or as the author of `before` knew them.
    fn said(&self, before: Option<Ix>) -> Said {
        let order = &self.state.order;
        joined(self.index.probes(&self.item.id).map(|probe| {
            let key = self.key?;
            let result = self.scopes.iter().find_map(|scope| {
                let all = self
                    .state
                    .observations
                    .get(&(scope.clone(), key))?
                    .get(&probe.probe)?;
                match before {
                    Some(event) => worst(order, &all.heads_before(order, event)),
                    None => worst(order, all.heads()),
                }
            })?;
            observation(order, result).map(|body| (body.verdict, body.watch))
        }))
    }

    /// What all probes say together now.
    pub(super) fn said_now(&self) -> Said {
        self.said(None)
    }

    pub(super) fn proof(&self) -> Proof {
        if self
            .index
            .probes(&self.item.id)
            .any(|probe| probe.proves == Proof::Part)
        {
            Proof::Part
        } else {
            Proof::All
        }
    }

    /// What it means for the status now.
    pub(super) fn implied_now(&self) -> Implied {
        let measured = self
            .counting()
            .filter_map(|ix| observation(&self.state.order, ix))
            .any(|body| body.verdict > Finding::Warn && !body.measured_nothing());
        implied(self.said_now(), self.proof(), measured)
    }

    /// The observation of each probe that counts now.
    fn counting(&self) -> impl Iterator<Item = Ix> + '_ {
        let order = &self.state.order;
        self.index.probes(&self.item.id).filter_map(|probe| {
            let key = self.key?;
            self.scopes.iter().find_map(|scope| {
                worst(
                    order,
                    self.state
                        .observations
                        .get(&(scope.clone(), key))?
                        .get(&probe.probe)?
                        .heads(),
                )
            })
        })
    }

    /// The observation that decides what the probes say together.
    fn deciding(&self) -> Option<Ix> {
        let counting: Vec<Ix> = self.counting().collect();
        worst(&self.state.order, &counting)
    }

    /// The status without what conditions, the profile or a choice derive.
    pub(super) fn standing(&self) -> Standing {
        let (now, says, proof) = (self.said_now(), self.implied_now(), self.proof());
        let register = self
            .register(super::key::Key::Status)
            .map(|(register, _)| register);
        let mut held = register.map_or(Held::Nothing, Register::held);
        let spoken = held != Held::Nothing;
        let mut proposal = None;
        let mut standing = loop {
            match held {
                Held::Nothing => break self.by_probes(says),
                Held::Conflict(_, values) => break Self::most_careful(&values),
                Held::Value(Kind::ItemStatus(body), ix) => {
                    match judge(body.status, self.said(Some(ix)), now, says, proof) {
                        Judged::Stands { overridden } => break Self::set(body, ix, overridden),
                        Judged::Yields => break self.by_probes(says),
                        Judged::Proposes(kind) => {
                            let made = self.proposal(body, ix, kind);
                            let accepted = made.fate == ProposalFate::Accepted;
                            proposal.get_or_insert(made);
                            if accepted {
                                break Self::set(body, ix, kind == ProposalKind::Override);
                            }
                            // Until then what it would replace goes on to count.
                            held = register
                                .map_or(Held::Nothing, |register| register.superseded_by(ix));
                        }
                    }
                }
                Held::Value(..) => break Standing::plain(Status::Open, None),
            }
        };
        standing.proposal = proposal;
        standing.spoken = spoken;
        standing
    }

    fn set(body: &ItemStatus, ix: Ix, overridden: bool) -> Standing {
        Standing {
            reason: body.reason.clone(),
            until: body.until,
            overridden,
            ..Standing::plain(as_status(body.status), Some(ix))
        }
    }

    fn most_careful(values: &[(Option<&Kind>, Ix)]) -> Standing {
        let mut careful = Standing {
            conflict: true,
            ..Standing::plain(Status::Open, None)
        };
        let mut rank = None;
        for (value, ix) in values {
            let set = match value {
                Some(Kind::ItemStatus(body)) => Some(body),
                _ => None,
            };
            let this = set.map_or(caution(SetStatus::Open), |body| caution(body.status));
            if rank.is_none_or(|rank| this > rank) {
                rank = Some(this);
                careful.status = set.map_or(Status::Open, |body| as_status(body.status));
                careful.reason = set.and_then(|body| body.reason.clone());
                careful.by = Some(*ix);
            }
        }
        careful
    }

    fn by_probes(&self, says: Implied) -> Standing {
        let by = || self.deciding();
        match says {
            Implied::Done => Standing::plain(Status::Done, by()),
            Implied::Failed => Standing::plain(Status::Failed, by()),
            Implied::Watching => Standing::plain(Status::Watching, by()),
            Implied::NeedsWord | Implied::Silent | Implied::Unmeasured if self.was_ticked() => {
                Standing {
                    derived: Some(Derived::Preticked),
                    ..Standing::plain(Status::Done, None)
                }
            }
            Implied::Open | Implied::Unmeasured => Standing::plain(Status::Open, by()),
            Implied::NeedsWord | Implied::Silent => Standing::plain(Status::Open, None),
        }
    }

    /// Whether its box was ticked before this run, and that was kept.
    fn was_ticked(&self) -> bool {
        let kept = self
            .state
            .opening()
            .is_some_and(|opening| match &opening.event().kind {
                Kind::RunOpened(body) => body.preticked == Preticked::Keep,
                _ => false,
            });
        kept && self.item.ticked && self.scopes.contains(&Scope::Attempt(1))
    }

    fn proposal(&self, body: &ItemStatus, ix: Ix, kind: ProposalKind) -> Proposal {
        let decided = self.state.decided(self.index, &self.item.id, ix);
        // A reason is what is accepted: without one there is nothing to accept.
        let fate = match (&body.reason, decided.fate) {
            (None, ProposalFate::Accepted) => ProposalFate::NotAllowed,
            (_, fate) => fate,
        };
        Proposal {
            act: self.state.act(ix),
            kind,
            status: body.status,
            reason: body.reason.clone(),
            until: body.until,
            fate,
            decided: decided.act,
            self_accepted: decided.self_accepted,
        }
    }

    /// The status that counts: what conditions, the profile or a choice say comes on top.
    pub(super) fn effective(&self) -> Standing {
        let standing = self.standing();
        if standing.conflict || self.item.kind == ItemKind::RollbackStep {
            return standing;
        }
        // A person who knew of the answer and still set a status meant it.
        let overruled = |answer: Ix| {
            standing.spoken
                && standing
                    .by
                    .is_some_and(|by| self.state.order.reaches(by, answer))
        };
        if let Some((condition, reason, answer)) = self.state.ruled_out_by(self.item)
            && !overruled(answer)
        {
            let reason = Some(reason);
            return Standing {
                derived: Some(Derived::Condition(condition)),
                reason,
                ..Standing::plain(Status::NotApplicable, Some(answer))
            };
        }
        if let Some((profile, answer)) = self.state.out_of_scope(&self.item.id)
            && !overruled(answer)
        {
            let reason = Some("out of scope".to_owned());
            return Standing {
                derived: Some(Derived::Profile(profile)),
                reason,
                ..Standing::plain(Status::NotApplicable, Some(answer))
            };
        }
        if standing.status == Status::Open
            && !standing.spoken
            && standing.by.is_none()
            && let Some((group, by)) = self.closed_by_choice()
        {
            return Standing {
                derived: Some(Derived::Choice(group)),
                ..Standing::plain(Status::NotApplicable, by)
            };
        }
        standing
    }

    /// The choice that closes this item, when enough of its siblings are done.
    fn closed_by_choice(&self) -> Option<(String, Option<Ix>)> {
        let group = self.index.choice(&self.item.id)?;
        let scope = self.scopes.first()?;
        let done: Vec<Option<Ix>> = group
            .items
            .iter()
            .filter(|id| **id != self.item.id)
            .filter_map(|id| self.index.item(id))
            .map(|sibling| Self::new(self.state, self.index, sibling, scope.clone()).standing())
            .filter(|standing| standing.status == Status::Done && !standing.conflict)
            .map(|standing| standing.by)
            .collect();
        let wanted = usize::try_from(group.choose.max(1)).unwrap_or(usize::MAX);
        (done.len() >= wanted).then(|| {
            (
                group.id.clone(),
                done.into_iter()
                    .flatten()
                    .max_by(|a, b| self.state.order.key(*a).cmp(&self.state.order.key(*b))),
            )
        })
    }
}
