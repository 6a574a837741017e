//! What people do to items: status, value, note, assignee, due time, proposals, undo.

use std::path::PathBuf;

use countersign_core::ledger::body::{
    ItemAssigned, ItemDue, ItemNote, ItemStatus, ItemValue, PlaceholderSet, ProposalDecided, Scope,
    SetStatus, TypedValue, Undo,
};
use countersign_core::ledger::fold::{ItemState, Proposal, Status};
use countersign_core::ledger::ident::EventId;
use countersign_core::ledger::kind::Kind;
use countersign_core::ledger::quantity::Quantity;
use countersign_core::ledger::time::Timestamp;
use countersign_core::outline::{Comparison, Item, ValueAsk};
use rust_decimal::Decimal;

use crate::app::App;
use crate::evidence::attached;
use crate::moments;
use crate::new_run::given;
use crate::open_run::OpenRun;
use crate::view;
use crate::wire::error::Problem;
use crate::wire::item::StatusChange;
use crate::wire::run::RunPatch;

/// Everything that one call says about an item.
#[derive(Clone, Debug)]
pub struct Together {
    /// The status that it gets, with who performed it and when.
    pub status: StatusChange,
    /// The value that it asks for; absent leaves it as it is, empty removes it.
    pub value: Option<String>,
    /// Files that prove it.
    pub evidence: Vec<PathBuf>,
    /// A note in Markdown; empty for none.
    pub note: String,
}

/// Who did the work and when, where that differs from who writes and now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Performed {
    /// Who.
    pub by: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}

/// A change of status as it was read.
struct Given {
    status: SetStatus,
    reason: String,
    until: Option<Timestamp>,
    performed: Performed,
}

impl Given {
    fn read(change: &StatusChange) -> Result<Self, Problem> {
        Ok(Self {
            status: view::item::status_named(&change.status)
                .ok_or_else(|| Problem::unknown("status", &change.status))?,
            reason: change.reason.clone(),
            until: moments::optional(&change.until)?.map(Into::into),
            performed: Performed {
                by: given(&change.performed_by),
                at: moments::optional(&change.performed_at)?.map(Into::into),
            },
        })
    }
}

impl App {
    /// Gives items a status.
    ///
    /// # Errors
    /// `unknown-item`, `unknown-status`, `reason-needed`, `rollback-dormant`, or what the store says.
    /// Nothing is written unless all of them can be.
    pub fn item_status(
        &self,
        run: &str,
        items: &[String],
        change: StatusChange,
    ) -> Result<RunPatch, Problem> {
        let change = Given::read(&change)?;
        self.write(run, |open| {
            items
                .iter()
                .map(|id| {
                    let item = open.item(id)?;
                    let state = self.item_state(open, item)?;
                    need_reason_against_limit(item, &state, &change)?;
                    self.status_event(open, item, &change)
                })
                .collect()
        })
    }

    /// Gives an item evidence, a value, a note and a status in one write: all of it or nothing.
    ///
    /// # Errors
    /// As [`App::item_status`], [`App::item_value`], [`App::item_note`] and [`App::item_evidence`].
    pub fn item_set(&self, run: &str, item: &str, all: &Together) -> Result<RunPatch, Problem> {
        let change = Given::read(&all.status)?;
        let files = self.stored_evidence(&all.evidence)?;
        let note = given(&all.note);
        self.write(run, |open| {
            let item = open.item(item)?;
            let mut events = attached(open, item, files, &change.performed)?;
            if let Some(value) = &all.value {
                if change.status == SetStatus::Done {
                    within_limit(item, value)?;
                }
                events.extend(self.value_events(open, item, value, &change.performed)?);
            }
            if let Some(text) = note {
                events.push(Kind::ItemNote(ItemNote {
                    scope: open.scope(item)?,
                    item: item.id.clone(),
                    text,
                    performed_by: None,
                    performed_at: None,
                }));
            }
            // A value that is entered now is what counts, not the one before.
            if all.value.is_none() {
                need_reason_against_limit(item, &self.item_state(open, item)?, &change)?;
            }
            // The status comes last: it is the conclusion, and what it rests on stands before it.
            events.push(self.status_event(open, item, &change)?);
            Ok(events)
        })
    }

    /// The event that gives an item a status for a reason.
    pub(crate) fn status_because(
        &self,
        open: &OpenRun,
        item: &Item,
        status: SetStatus,
        reason: String,
    ) -> Result<Kind, Problem> {
        let change = Given {
            status,
            reason,
            until: None,
            performed: Performed::default(),
        };
        self.status_event(open, item, &change)
    }

    fn status_event(&self, open: &OpenRun, item: &Item, change: &Given) -> Result<Kind, Problem> {
        let state = self.item_state(open, item)?;
        need_reason(item, &state, change.status, &change.reason)?;
        Ok(Kind::ItemStatus(ItemStatus {
            scope: open.scope(item)?,
            item: item.id.clone(),
            status: change.status,
            reason: given(&change.reason),
            until: change.until.filter(|_| change.status == SetStatus::Waived),
            performed_by: change.performed.by.clone(),
            performed_at: change.performed.at,
            resolves: heads(&state, "status"),
        }))
    }

    /// Gives an item the value that it asks for; a value that feeds a placeholder fills it too.
    ///
    /// # Errors
    /// `unknown-item`, `not-a-number`, `out-of-range`, or what the store says.
    pub fn item_value(&self, run: &str, item: &str, value: &str) -> Result<RunPatch, Problem> {
        self.write(run, |open| {
            self.value_events(open, open.item(item)?, value, &Performed::default())
        })
    }

    fn value_events(
        &self,
        open: &OpenRun,
        item: &Item,
        value: &str,
        performed: &Performed,
    ) -> Result<Vec<Kind>, Problem> {
        let state = self.item_state(open, item)?;
        let typed = match given(value) {
            None => None,
            Some(text) => Some(read_value(item, &text)?),
        };
        let mut events = vec![Kind::ItemValue(ItemValue {
            scope: open.scope(item)?,
            item: item.id.clone(),
            value: typed,
            performed_by: performed.by.clone(),
            performed_at: performed.at,
            resolves: heads(&state, "value"),
        })];
        if let Some(placeholder) = &item.asks_for {
            events.push(Kind::PlaceholderSet(PlaceholderSet {
                placeholder: placeholder.clone(),
                value: given(value),
                resolves: Vec::new(),
            }));
        }
        Ok(events)
    }

    /// Adds a note in Markdown.
    ///
    /// # Errors
    /// `note-empty`, `unknown-item`, or what the store says.
    pub fn item_note(&self, run: &str, item: &str, text: &str) -> Result<RunPatch, Problem> {
        let text = given(text).ok_or_else(|| Problem::new("note-empty", "the note is empty"))?;
        self.write(run, |open| {
            let item = open.item(item)?;
            Ok(vec![Kind::ItemNote(ItemNote {
                scope: open.scope(item)?,
                item: item.id.clone(),
                text,
                performed_by: None,
                performed_at: None,
            })])
        })
    }

    /// Says who should do items; an empty name takes the assignment back.
    ///
    /// # Errors
    /// `unknown-item`, or what the store says.
    pub fn item_assign(
        &self,
        run: &str,
        items: &[String],
        assignee: &str,
    ) -> Result<RunPatch, Problem> {
        let assignee = given(assignee)
            .map(|name| self.author_named(&name))
            .transpose()?;
        self.write(run, |open| {
            items
                .iter()
                .map(|id| {
                    let item = open.item(id)?;
                    let state = self.item_state(open, item)?;
                    Ok(Kind::ItemAssigned(ItemAssigned {
                        scope: open.scope(item)?,
                        item: item.id.clone(),
                        assignee: assignee.clone(),
                        resolves: heads(&state, "assignee"),
                    }))
                })
                .collect()
        })
    }

    /// Says when an item is due; an empty time leaves it to the checklist's window.
    ///
    /// # Errors
    /// `not-a-time`, `unknown-item`, or what the store says.
    pub fn item_due(&self, run: &str, item: &str, at: &str) -> Result<RunPatch, Problem> {
        let at = moments::optional(at)?.map(Into::into);
        self.write(run, |open| {
            let item = open.item(item)?;
            let state = self.item_state(open, item)?;
            Ok(vec![Kind::ItemDue(ItemDue {
                scope: open.scope(item)?,
                item: item.id.clone(),
                at,
                resolves: heads(&state, "due"),
            })])
        })
    }

    /// Lets one of several conflicting writes hold.
    ///
    /// # Errors
    /// `no-conflict`, `unknown-event`, or what the store says.
    pub fn item_resolve(
        &self,
        run: &str,
        item: &str,
        register: &str,
        event: &str,
    ) -> Result<RunPatch, Problem> {
        self.write(run, |open| {
            let item = open.item(item)?;
            let state = self.item_state(open, item)?;
            let resolves = heads(&state, register);
            if resolves.is_empty() {
                return Err(
                    Problem::new("no-conflict", "there is nothing to resolve any more")
                        .at(item.number.clone()),
                );
            }
            let chosen = open
                .state
                .event(&read_event(event)?)
                .ok_or_else(|| Problem::unknown("event", event))?;
            let again = match chosen.event().kind.clone() {
                Kind::ItemStatus(body) => Kind::ItemStatus(ItemStatus { resolves, ..body }),
                Kind::ItemValue(body) => Kind::ItemValue(ItemValue { resolves, ..body }),
                Kind::ItemAssigned(body) => Kind::ItemAssigned(ItemAssigned { resolves, ..body }),
                Kind::ItemDue(body) => Kind::ItemDue(ItemDue { resolves, ..body }),
                _ => return Err(Problem::unknown("event", event)),
            };
            Ok(vec![again])
        })
    }

    /// Accepts or declines a waiver or an override.
    ///
    /// # Errors
    /// `unknown-event`, `may-not-accept` with the policy's reason, or what the store says.
    pub fn proposal_decide(
        &self,
        run: &str,
        event: &str,
        accept: bool,
        reason: &str,
    ) -> Result<RunPatch, Problem> {
        let event = read_event(event)?;
        self.write(run, |open| {
            let (item, proposal) = self
                .item_states(open)
                .into_iter()
                .filter_map(|state| Some((state.id, state.proposal?)))
                .find(|(_, proposal)| proposal.act.event == event)
                .ok_or_else(|| Problem::unknown("event", event.as_str()))?;
            if accept {
                self.may_accept(open, &item, &proposal)
                    .map_err(|why| Problem::new("may-not-accept", why))?;
            }
            let body = ProposalDecided {
                proposal: event.clone(),
                reason: given(reason),
                resolves: Vec::new(),
            };
            Ok(vec![if accept {
                Kind::ProposalAccepted(body)
            } else {
                Kind::ProposalRejected(body)
            }])
        })
    }

    /// Whether the person at this laptop may accept a proposal, or why not.
    pub(crate) fn may_accept(
        &self,
        open: &OpenRun,
        item: &str,
        proposal: &Proposal,
    ) -> Result<(), String> {
        let me = self.author().map_err(|problem| problem.message)?;
        match open.state.may_accept(item, &proposal.act.author, &me) {
            true => Ok(()),
            false if proposal.act.author.identity() == me.identity() => {
                Err("somebody else than the proposer has to accept it".to_owned())
            }
            false => Err("the policy of its sign-off point names others for this".to_owned()),
        }
    }

    /// Takes events back that were written together, if all of them still hold.
    ///
    /// # Errors
    /// `unknown-event`, `cannot-undo` with the reason, or what the store says. Nothing is undone
    /// unless all of them can be.
    pub fn undo(&self, run: &str, events: &[String]) -> Result<RunPatch, Problem> {
        let events: Vec<EventId> = events
            .iter()
            .map(|event| read_event(event))
            .collect::<Result<_, _>>()?;
        self.write(run, |open| {
            let undone = |event: EventId| {
                open.state.may_undo(&event).map_err(|refusal| {
                    Problem::new("cannot-undo", refusal.to_string())
                        .hint("Look at the item's history; set its status anew instead.")
                })?;
                Ok(Kind::Undo(Undo {
                    event,
                    reason: None,
                }))
            };
            events.into_iter().map(undone).collect()
        })
    }

    /// What is known about an item in the life that goes on.
    pub(crate) fn item_state(&self, open: &OpenRun, item: &Item) -> Result<ItemState, Problem> {
        let scope = open.scope(item)?;
        open.state
            .item(&item.id, &scope)
            .ok_or_else(|| Problem::unknown("item", &item.id))
    }

    /// All items in the lives that go on; dormant rollback steps are left out.
    pub(crate) fn item_states(&self, open: &OpenRun) -> Vec<ItemState> {
        let mut states = open.state.items();
        if let Some(activation) = open.workable_activation() {
            states.extend(open.state.items_in(&Scope::Activation(activation.id)));
        }
        states
    }
}

/// A reason is needed for what somebody else has to understand later.
fn need_reason(
    item: &Item,
    state: &ItemState,
    status: SetStatus,
    reason: &str,
) -> Result<(), Problem> {
    if given(reason).is_some() {
        return Ok(());
    }
    let against = match (status, state.verdict) {
        (SetStatus::Done, Some(verdict)) => verdict > countersign_core::ledger::body::Finding::Warn,
        (SetStatus::Failed, Some(_)) => state.status == Status::Done,
        _ => false,
    };
    let why = match status {
        _ if against => "this stands against what a probe found, so it needs a reason",
        _ if status.needs_reason() => "this status needs a reason",
        _ => return Ok(()),
    };
    Err(reason_needed(item, why))
}

/// Whoever calls an item done whose value breaks its limit says why.
fn need_reason_against_limit(
    item: &Item,
    state: &ItemState,
    change: &Given,
) -> Result<(), Problem> {
    let measured = match &state.value {
        Some(TypedValue::Quantity(value)) => value.decimal(),
        _ => None,
    };
    let breaks = |ask: &ValueAsk| measured.is_some_and(|number| !ask.allows(number));
    let against = item.asks_value.as_ref().is_some_and(breaks);
    if change.status == SetStatus::Done && against && given(&change.reason).is_none() {
        return Err(reason_needed(
            item,
            "its value is against the limit, so it needs a reason",
        ));
    }
    Ok(())
}

fn reason_needed(item: &Item, why: &str) -> Problem {
    Problem::new("reason-needed", why)
        .at(item.number.clone())
        .hint("Write one sentence that somebody reading the report will understand.")
}

/// The heads of a conflict, which a new write ends by naming them.
fn heads(state: &ItemState, register: &str) -> Vec<EventId> {
    let found = state
        .conflicts
        .iter()
        .find(|conflict| conflict.register == register);
    found
        .map(|conflict| conflict.heads.clone())
        .unwrap_or_default()
}

/// Reads a value with the unit that the item asks for, and checks a declared range.
fn read_value(item: &Item, text: &str) -> Result<TypedValue, Problem> {
    let Some(ask) = &item.asks_value else {
        return Ok(TypedValue::Text(text.to_owned()));
    };
    let number = read_number(item, ask, text)?;
    // A range is what may be entered; a limit is what the measured value is held against.
    if ask.op == Comparison::Between && !ask.allows(number) {
        return Err(out_of_range(item, ask, text));
    }
    Ok(TypedValue::Quantity(Quantity::from_decimal(
        number,
        ask.unit.clone(),
    )))
}

fn read_number(item: &Item, ask: &ValueAsk, text: &str) -> Result<Decimal, Problem> {
    let bare = ask
        .unit
        .as_deref()
        .map_or(text, |unit| text.strip_suffix(unit).unwrap_or(text))
        .trim();
    bare.replace(',', ".").parse::<Decimal>().map_err(|_| {
        Problem::new("not-a-number", format!("{text:?} is not a number"))
            .at(item.number.clone())
            .hint(format!("Type {}.", view::words::value_ask(ask)))
    })
}

/// Refuses a value that breaks the item's limit, where the item is to be done with it.
fn within_limit(item: &Item, value: &str) -> Result<(), Problem> {
    let (Some(ask), Some(text)) = (&item.asks_value, given(value)) else {
        return Ok(());
    };
    if ask.allows(read_number(item, ask, &text)?) {
        return Ok(());
    }
    Err(out_of_range(item, ask, &text))
}

fn out_of_range(item: &Item, ask: &ValueAsk, text: &str) -> Problem {
    Problem::new("out-of-range", format!("{text} is out of range"))
        .at(item.number.clone())
        .hint(format!(
            "The checklist asks for {}. Set it failed, or waive it if another value is right.",
            view::words::value_ask(ask)
        ))
}

pub(crate) fn read_event(text: &str) -> Result<EventId, Problem> {
    text.parse().map_err(|_| Problem::unknown("event", text))
}
