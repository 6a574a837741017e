//! Items and the whole run as values: what the application shows and what tests compare.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::attempts::Attempt;
use super::conditions::{ConditionState, CriterionState};
use super::item::{
    Conflict, Evidence, ItemState, Marks, Note, ProbeResult, ProbeState, Status, Watch,
};
use super::key::Key;
use super::observations::{Implied, Said, observation, worst};
use super::order::Ix;
use super::particulars::{EnvironmentState, Filled, Release};
use super::register::{Held, Register, UndoRefusal};
use super::roles::{Handover, RoleState};
use super::rollback::Activation;
use super::signoffs::{AttestationState, SignoffState};
use super::status::Reading;
use super::{Fork, ReadOnly, RunState};
use crate::ledger::body::{Finding, Scope, WatchPart, ZonedMoment};
use crate::ledger::carry;
use crate::ledger::event::Author;
use crate::ledger::ident::{DeviceId, EventId, RunId};
use crate::ledger::kind::Kind;
use crate::outline::{Item, ItemKind};

impl RunState {
    /// One item of the current outline in one of its lives.
    #[must_use]
    pub fn item(&self, id: &str, scope: &Scope) -> Option<ItemState> {
        self.shown(id, scope).map(Cow::into_owned)
    }

    /// As [`RunState::item`], without a copy where the item is of the current attempt: these are
    /// read once after each change and then only looked up.
    #[must_use]
    pub fn shown(&self, id: &str, scope: &Scope) -> Option<Cow<'_, ItemState>> {
        let index = self.index()?;
        let place = index.place(id)?;
        if *scope == self.current_scope()
            && let Some(Some(item)) = self.current().get(place)
        {
            return Some(Cow::Borrowed(item));
        }
        let item = index.pinned.outline.items.get(place)?;
        let reading = Reading::new(self, index, item, scope.clone());
        Some(Cow::Owned(self.read(&reading)))
    }

    /// The work items of the current outline in the current attempt, in document order.
    #[must_use]
    pub fn items(&self) -> Vec<ItemState> {
        self.current().iter().flatten().cloned().collect()
    }

    /// Every item of the current outline in the current attempt, at its place; nothing for rollback steps.
    fn current(&self) -> &[Option<ItemState>] {
        self.current.get_or_init(|| {
            let Some(index) = self.index() else {
                return Vec::new();
            };
            let scope = self.current_scope();
            let read = |item: &Item| {
                (item.kind == ItemKind::Work)
                    .then(|| self.read(&Reading::new(self, index, item, scope.clone())))
            };
            index.pinned.outline.items.iter().map(read).collect()
        })
    }

    /// The items that live in a scope, in document order: work items in an attempt, rollback steps
    /// in an activation.
    #[must_use]
    pub fn items_in(&self, scope: &Scope) -> Vec<ItemState> {
        let Some(index) = self.index() else {
            return Vec::new();
        };
        let kind = match scope {
            Scope::Attempt(_) => ItemKind::Work,
            Scope::Activation(_) => ItemKind::RollbackStep,
        };
        let items = index
            .pinned
            .outline
            .items
            .iter()
            .filter(|item| item.kind == kind);
        items
            .map(|item| self.read(&Reading::new(self, index, item, scope.clone())))
            .collect()
    }

    fn read(&self, reading: &Reading<'_>) -> ItemState {
        let Item { id, number, .. } = reading.item;
        let standing = reading.effective();
        let said = reading.said_now();
        let says = reading.implied_now();
        let probes = self.probe_states(reading);
        let scope = reading
            .scopes
            .first()
            .cloned()
            .unwrap_or_else(|| self.current_scope());

        let (value, value_by) = match reading
            .register(Key::Value)
            .and_then(|(register, _)| register.value())
        {
            Some((Kind::ItemValue(body), ix)) => (
                body.value.clone(),
                body.value.as_ref().map(|_| self.act(ix)),
            ),
            _ => (None, None),
        };
        let assignee = match reading
            .register(Key::Assignee)
            .and_then(|(register, _)| register.value())
        {
            Some((Kind::ItemAssigned(body), _)) => body.assignee.clone(),
            _ => None,
        };
        let due = match reading
            .register(Key::Due)
            .and_then(|(register, _)| register.value())
        {
            Some((Kind::ItemDue(body), _)) => body.at,
            _ => None,
        };
        let named = [
            ("status", reading.register(Key::Status)),
            ("value", reading.register(Key::Value)),
            ("assignee", reading.register(Key::Assignee)),
            ("due", reading.register(Key::Due)),
        ];
        let conflicts: Vec<Conflict> = named
            .into_iter()
            .filter_map(|(name, register)| self.conflict(name.to_owned(), register?.0))
            .collect();

        let watch = self.watches(reading).pop();
        let status = match standing.status {
            Status::Open if watch.is_some() && !standing.spoken => Status::Watching,
            other => other,
        };
        let by = standing.by.map(|ix| self.act(ix));
        let from_earlier = standing.by.is_some_and(|ix| {
            match super::key::item_of(&self.order.sealed(ix).event().kind) {
                Some((theirs, _)) => *theirs != scope,
                None => false,
            }
        });
        let deferred = self.deferred(id);
        let carried_over =
            standing
                .by
                .is_some_and(|ix| match &self.order.sealed(ix).event().kind {
                    Kind::ItemStatus(body) => carry::carried_from(body).is_some(),
                    _ => false,
                });
        let marks = Marks {
            verified: status == Status::Done
                && matches!(says, Implied::Done | Implied::NeedsWord)
                && !standing.overridden,
            measured: says == Implied::NeedsWord && !status.is_resolved(),
            warned: said == Said::Verdict(Finding::Warn),
            overridden: standing.overridden,
            conflict: !conflicts.is_empty(),
            carried: from_earlier
                || carried_over
                || matches!(standing.derived, Some(super::item::Derived::Preticked)),
            rehearsed: probes
                .iter()
                .any(|probe| probe.result.is_none() && probe.rehearsal.is_some()),
            // What is carried says itself that it was done before.
            late: !carried_over && by.as_ref().is_some_and(|act| act.performed_at.is_some()),
            proposed: standing.proposal.as_ref().is_some_and(|proposal| {
                proposal.fate != super::item::ProposalFate::Accepted
                    && proposal.fate != super::item::ProposalFate::Rejected
            }),
            deferred,
        };
        let (notes, evidence) = self.notes_and_evidence(reading);
        ItemState {
            id: id.clone(),
            number: number.clone(),
            scope,
            status,
            reason: standing.reason,
            derived: standing.derived,
            waived_until: standing.until.filter(|_| status == Status::Waived),
            marks,
            by,
            value,
            value_by,
            assignee,
            due,
            verdict: match said {
                Said::Verdict(verdict) => Some(verdict),
                _ => None,
            },
            probes,
            proposal: standing.proposal,
            watch,
            notes,
            evidence,
            conflicts,
        }
    }

    pub(super) fn conflict(&self, register: String, held: &Register<Kind>) -> Option<Conflict> {
        let Held::Conflict(heads, values) = held.held() else {
            return None;
        };
        Some(Conflict {
            register,
            heads: heads
                .into_iter()
                .map(|ix| self.order.sealed(ix).id().clone())
                .collect(),
            values: values
                .into_iter()
                .map(|(value, _)| value.and_then(|kind| kind.body().ok()))
                .collect(),
        })
    }

    fn probe_states(&self, reading: &Reading<'_>) -> Vec<ProbeState> {
        let latest = |kept: &BTreeMap<(Scope, u32), BTreeMap<_, super::Observations>>,
                      probe: &_| {
            let key = reading.key?;
            let ix = reading.scopes.iter().find_map(|scope| {
                worst(
                    &self.order,
                    kept.get(&(scope.clone(), key))?.get(probe)?.heads(),
                )
            })?;
            self.result(ix)
        };
        reading
            .index
            .probes(&reading.item.id)
            .map(|probe| ProbeState {
                probe: probe.probe.clone(),
                result: latest(&self.observations, &probe.probe),
                rehearsal: latest(&self.rehearsals, &probe.probe),
            })
            .collect()
    }

    /// The result that an observation event carries.
    #[must_use]
    pub fn probe_result(&self, event: &EventId) -> Option<ProbeResult> {
        self.result(self.order.get(event)?)
    }

    fn result(&self, ix: Ix) -> Option<ProbeResult> {
        let body = observation(&self.order, ix)?;
        Some(ProbeResult {
            act: self.act(ix),
            scope: body.scope.clone(),
            verdict: body.verdict,
            conditions: body.conditions.clone(),
            values: body.values.clone(),
            summary: body.summary.clone(),
            started: body.started,
            took_ms: body.took_ms,
            target: body.target.clone(),
            environment: body.environment.clone(),
            release: body.release.clone(),
            watch: body.watch,
            detail: body.detail.clone(),
            hint: body.hint.clone(),
        })
    }

    /// The watches of an item in one of its lives that neither a stop nor a final observation has
    /// ended, in the one order.
    #[must_use]
    pub fn open_watches(&self, id: &str, scope: &Scope) -> Vec<Watch> {
        let Some(index) = self.index() else {
            return Vec::new();
        };
        let item = index
            .place(id)
            .and_then(|place| index.pinned.outline.items.get(place));
        item.map_or_else(Vec::new, |item| {
            self.watches(&Reading::new(self, index, item, scope.clone()))
        })
    }

    fn watches(&self, reading: &Reading<'_>) -> Vec<Watch> {
        let log = reading.key.zip(reading.scopes.first()).and_then(|place| {
            let (key, scope) = place;
            let log = self.logs.get(&(scope.clone(), key))?;
            Some((key, scope, log))
        });
        let Some((key, scope, log)) = log else {
            return Vec::new();
        };
        let mut watches = log.watches.clone();
        self.order.sort(&mut watches);
        let stops = |start: Ix, probe: &Option<_>| {
            watches
                .iter()
                .any(|ix| match &self.order.sealed(*ix).event().kind {
                    Kind::WatchStopped(body) => {
                        body.probe == *probe && self.order.reaches(*ix, start)
                    }
                    _ => false,
                })
        };
        let open = watches.iter().filter_map(|ix| {
            let Kind::WatchStarted(body) = &self.order.sealed(*ix).event().kind else {
                return None;
            };
            let finished = body.probe.as_ref().is_some_and(|probe| {
                let heads = self
                    .observations
                    .get(&(scope.clone(), key))
                    .and_then(|all| all.get(probe))
                    .map(|all| all.heads().to_vec());
                heads.unwrap_or_default().into_iter().any(|head| {
                    self.order.reaches(head, *ix)
                        && observation(&self.order, head)
                            .is_some_and(|body| body.watch != Some(WatchPart::Interim))
                })
            });
            (!finished && !stops(*ix, &body.probe)).then(|| Watch {
                act: self.act(*ix),
                probe: body.probe.clone(),
                from: body.from,
                until: body.until,
            })
        });
        open.collect()
    }

    fn notes_and_evidence(&self, reading: &Reading<'_>) -> (Vec<Note>, Vec<Evidence>) {
        let logs: Vec<_> = reading
            .key
            .iter()
            .flat_map(|key| {
                reading
                    .scopes
                    .iter()
                    .filter_map(|scope| self.logs.get(&(scope.clone(), *key)))
            })
            .collect();
        let kept = |pick: fn(&super::ItemLog) -> &Vec<Ix>| {
            let mut list: Vec<Ix> = logs
                .iter()
                .flat_map(|log| pick(log).iter().copied())
                .filter(|ix| !self.undone.contains(ix))
                .collect();
            self.order.sort(&mut list);
            list
        };
        let notes = kept(|log| &log.notes).into_iter().filter_map(|ix| {
            match &self.order.sealed(ix).event().kind {
                Kind::ItemNote(body) => Some(Note {
                    act: self.act(ix),
                    text: body.text.clone(),
                }),
                _ => None,
            }
        });
        let evidence = kept(|log| &log.evidence).into_iter().filter_map(|ix| {
            match &self.order.sealed(ix).event().kind {
                Kind::ItemEvidence(body) => Some(Evidence {
                    act: self.act(ix),
                    file: body.file.clone(),
                    origin: body.origin,
                    caption: body.caption.clone(),
                }),
                _ => None,
            }
        });
        (notes.collect(), evidence.collect())
    }

    /// Everything that the fold knows, as one value.
    #[must_use]
    pub fn view(&self) -> RunView {
        RunView {
            run: self.run(),
            name: self.name().map(str::to_owned),
            release: self.release(),
            planned: self.planned().cloned(),
            target: self.target().map(str::to_owned),
            owner: self.owner().cloned(),
            profile: self.profile().map(str::to_owned),
            environments: self.environments(),
            fields: self.fields(),
            contacts: self.contacts(),
            placeholders: self.placeholders(),
            conditions: self.conditions(),
            criteria: self.criteria(),
            roles: self.roles(),
            handovers: self.handovers(),
            attempts: self.attempts(),
            items: self.items(),
            activations: self
                .activations()
                .into_iter()
                .map(|activation| {
                    let steps = self.items_in(&Scope::Activation(activation.id.clone()));
                    ActivationView { activation, steps }
                })
                .collect(),
            signoffs: self.signoffs(),
            attestations: self.attestations(),
            conflicts: self.run_conflicts(),
            ineffective: self.ineffective().clone(),
            forks: self.forks(),
            heads: self.heads(),
            pending: self.pending(),
            read_only: self.read_only(),
        }
    }
}

/// An activation of the rollback track with its steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActivationView {
    /// The activation.
    pub activation: Activation,
    /// Its steps, in document order.
    pub steps: Vec<ItemState>,
}

/// Everything that the fold knows. Two stores with the same events have equal views.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunView {
    /// The run's id.
    pub run: Option<RunId>,
    /// Its name.
    pub name: Option<String>,
    /// Its release.
    pub release: Release,
    /// When the deployment is planned.
    pub planned: Option<ZonedMoment>,
    /// The environment that it deploys to.
    pub target: Option<String>,
    /// Its owner.
    pub owner: Option<Author>,
    /// Its profile.
    pub profile: Option<String>,
    /// Its environments, sorted by name.
    pub environments: Vec<EnvironmentState>,
    /// The checklist's fields in document order.
    pub fields: Vec<Filled>,
    /// Its contacts in document order.
    pub contacts: Vec<Filled>,
    /// Its placeholders in document order.
    pub placeholders: Vec<Filled>,
    /// Its conditions in document order.
    pub conditions: Vec<ConditionState>,
    /// Its criteria in document order.
    pub criteria: Vec<CriterionState>,
    /// Its roles: the outline's in document order, then the added ones by id.
    pub roles: Vec<RoleState>,
    /// Hand-overs in the one order.
    pub handovers: Vec<Handover>,
    /// Attempts from the first.
    pub attempts: Vec<Attempt>,
    /// Work items of the current attempt in document order.
    pub items: Vec<ItemState>,
    /// Activations of the rollback track in the one order.
    pub activations: Vec<ActivationView>,
    /// Sign-offs in the one order.
    pub signoffs: Vec<SignoffState>,
    /// Attestations in the one order.
    pub attestations: Vec<AttestationState>,
    /// Registers of the run that hold differing values.
    pub conflicts: Vec<Conflict>,
    /// Undos that have no effect, and why.
    pub ineffective: BTreeMap<EventId, UndoRefusal>,
    /// Devices whose chain forked.
    pub forks: Vec<Fork>,
    /// The heads of every device.
    pub heads: BTreeMap<DeviceId, Vec<EventId>>,
    /// Events that wait for ancestors.
    pub pending: Vec<EventId>,
    /// Why the run can only be looked at.
    pub read_only: Option<ReadOnly>,
}
