//! The history of a run or an item, in sentences.

use std::collections::HashSet;

use countersign_core::ledger::body::{Acceptance, Decision, Outcome, SetStatus};
use countersign_core::ledger::event::SealedEvent;
use countersign_core::ledger::ident::EventId;
use countersign_core::ledger::kind::Kind;
use countersign_core::ledger::statement::{Predicate, Statement};

use crate::app::App;
use crate::moments;
use crate::open_run::OpenRun;
use crate::view::{item as shown, measure, words};
use crate::wire::error::Problem;
use crate::wire::history::HistoryLine;
use crate::wire::item::{Act, Tile};

impl App {
    /// The history of a run, newest first.
    ///
    /// # Errors
    /// `unknown-run`, or what the store says.
    pub fn run_history(&self, run: &str, limit: u32) -> Result<Vec<HistoryLine>, Problem> {
        self.with_run(run, |open| {
            let events = open.state.events();
            let undone = undone(&events);
            Ok(events
                .iter()
                .rev()
                .take(limit as usize)
                .map(|e| line(open, e, &undone))
                .collect())
        })
    }

    /// The history of an item, newest first.
    ///
    /// # Errors
    /// `unknown-run`, `unknown-item`, or what the store says.
    pub fn item_history(&self, run: &str, item: &str) -> Result<Vec<HistoryLine>, Problem> {
        self.with_run(run, |open| {
            let item = open.item(item)?.id.clone();
            let events = open.state.history(&item);
            let undone = undone(&events);
            Ok(events
                .iter()
                .rev()
                .map(|event| line(open, event, &undone))
                .collect())
        })
    }
}

pub(crate) fn undone(events: &[&SealedEvent]) -> HashSet<EventId> {
    let undos = events.iter().filter_map(|event| match &event.event().kind {
        Kind::Undo(body) => Some(body.event.clone()),
        _ => None,
    });
    undos.collect()
}

/// One event as a line of history.
pub(crate) fn line(open: &OpenRun, sealed: &SealedEvent, undone: &HashSet<EventId>) -> HistoryLine {
    let event = sealed.event();
    let (tile, text) = told(open, &event.kind);
    // The event that named the item may be an earlier one: what an undo took back, say.
    let spoken = item_of(open, sealed).and_then(|(by, id)| {
        let spoken = open.state.spoken_item(by.id(), id)?;
        let now = spoken.now.and_then(|id| open.outline().item(id));
        let title = now
            .or(spoken.then)
            .map(|item| format!("{} {}", item.number, item.text));
        Some((spoken.now.map(str::to_owned), title))
    });
    let gone = spoken.as_ref().is_some_and(|(now, _)| now.is_none());
    let (item, title) = spoken.unwrap_or_default();
    HistoryLine {
        act: Act {
            event: sealed.id().to_string(),
            who: event.author.name.clone(),
            device: event.device.as_str().chars().take(4).collect(),
            at: event.time.to_string(),
            performed_by: None,
            performed_at: None,
        },
        kind: event.kind.name().to_owned(),
        tile,
        text,
        item,
        item_title: title,
        gone,
        undone: undone.contains(sealed.id()),
    }
}

/// The item that an event is about, as the event that named it called it.
fn item_of<'a>(open: &'a OpenRun, sealed: &'a SealedEvent) -> Option<(&'a SealedEvent, &'a str)> {
    let about = |event: &EventId| item_of(open, open.state.event(event)?);
    let id = match &sealed.event().kind {
        Kind::ItemStatus(body) => &body.item,
        Kind::ItemValue(body) => &body.item,
        Kind::ItemAssigned(body) => &body.item,
        Kind::ItemDue(body) => &body.item,
        Kind::ItemNote(body) => &body.item,
        Kind::ItemEvidence(body) => &body.item,
        Kind::Observation(body) => &body.item,
        Kind::WatchStarted(body) => &body.item,
        Kind::WatchStopped(body) => &body.item,
        Kind::Undo(body) => return about(&body.event),
        Kind::ProposalAccepted(body) | Kind::ProposalRejected(body) => {
            return about(&body.proposal);
        }
        _ => return None,
    };
    Some((sealed, id))
}

/// What an event says, as a sentence without its author, and how it is drawn.
fn told(open: &OpenRun, kind: &Kind) -> (Option<Tile>, String) {
    let because = |reason: &Option<String>| {
        reason
            .as_ref()
            .map(|reason| format!(": {reason}"))
            .unwrap_or_default()
    };
    let or_removed = |what: &str, value: &Option<String>| match value {
        Some(value) => format!("{what} set to {value}"),
        None => format!("{what} removed"),
    };
    let plain = |text: String| (None, text);
    match kind {
        Kind::RunOpened(body) => plain(format!("opened the run from {}", body.checklist.name)),
        Kind::RunNamed(body) => plain(format!("named the run {}", body.name)),
        Kind::ReleaseSet(body) => plain(or_removed("release", &body.release)),
        Kind::FieldSet(body) => plain(or_removed(&label(open, &body.field), &body.value)),
        Kind::DeploymentPlanned(body) => plain(match &body.planned {
            Some(planned) => {
                let zone = moments::zone(&planned.zone).unwrap_or(chrono_tz::UTC);
                format!(
                    "planned the deployment for {}",
                    moments::shown(planned.at.utc(), zone)
                )
            }
            None => "took the planned deployment time back".to_owned(),
        }),
        Kind::EnvironmentSnapshotted(body) => plain(format!(
            "pinned the environment {} ({})",
            body.name,
            words::count(body.variables.len(), "variable")
        )),
        Kind::TargetSet(body) => plain(or_removed("target environment", &body.environment)),
        Kind::RoleSet(body) => {
            let role = open
                .state
                .role(&body.role)
                .map_or_else(|| body.role.clone(), |role| role.title);
            plain(match &body.holder {
                _ if body.dropped => format!("dropped the role {role}"),
                Some(holder) => format!("{role} is {}", holder.name),
                None => format!("added the role {role}"),
            })
        }
        Kind::OwnerSet(body) => plain(format!("{} is the release manager", body.owner.name)),
        Kind::HandedOver(body) => plain(format!(
            "handed over to {}{}",
            body.to.name,
            note(&body.note)
        )),
        Kind::PolicySet(body) => {
            let accept = match &body.policy.acceptance {
                Acceptance::AnotherPerson => "waivers need another person",
                Acceptance::Anybody => "anybody may accept waivers",
                Acceptance::Named(_) => "named roles accept waivers",
            };
            plain(format!(
                "set the policy of {}: {}, {accept}",
                point_title(open, &body.point),
                words::count(body.policy.roles.len(), "role")
            ))
        }
        Kind::ProfileSet(body) => plain(format!(
            "profile {}",
            body.profile.as_deref().unwrap_or("full")
        )),
        Kind::ConditionAnswered(body) => {
            let condition = open
                .outline()
                .conditions
                .iter()
                .find(|known| known.id == body.condition);
            let words = condition.map_or(body.condition.as_str(), |condition| {
                condition.words.as_str()
            });
            plain(match body.applies {
                Some(true) => format!("\u{201c}{words}\u{201d} applies"),
                Some(false) => format!(
                    "\u{201c}{words}\u{201d} does not apply{}",
                    because(&body.reason)
                ),
                None => format!("\u{201c}{words}\u{201d} is undecided"),
            })
        }
        Kind::CriterionBound(body) => plain(format!(
            "bound a criterion to {}",
            words::count(body.items.len(), "item")
        )),
        Kind::CriterionAnswered(body) => plain(format!(
            "answered a criterion with {}{}",
            if body.met == Some(true) { "yes" } else { "no" },
            because(&body.reason)
        )),
        Kind::ContactSet(body) => plain(or_removed(&label(open, &body.contact), &body.value)),
        Kind::PlaceholderSet(body) => plain(or_removed(&body.placeholder, &body.value)),
        Kind::AttemptOpened(body) => plain(format!(
            "opened attempt {}{}",
            body.attempt,
            because(&body.reason)
        )),
        Kind::AttemptStarted(body) => plain(format!("started attempt {}", body.attempt)),
        Kind::AttemptDeployed(body) => plain(format!("deployed, attempt {}", body.attempt)),
        Kind::AttemptEnded(body) => {
            let how = match body.outcome {
                Outcome::Released => "released",
                Outcome::RolledBack => "rolled back",
                Outcome::Aborted => "aborted",
            };
            plain(format!(
                "{how}, attempt {}{}",
                body.attempt,
                because(&body.reason)
            ))
        }
        Kind::ItemStatus(body) => {
            let (tile, said) = match body.status {
                SetStatus::Open => (Tile::Open, "opened again"),
                SetStatus::InProgress => (Tile::InProgress, "started"),
                SetStatus::Done => (Tile::Done, "marked done"),
                SetStatus::Failed => (Tile::Failed, "marked failed"),
                SetStatus::Blocked => (Tile::Blocked, "marked blocked"),
                SetStatus::NotApplicable => (Tile::NotApplicable, "marked not applicable"),
                SetStatus::Waived => (Tile::Waived, "asked for a waiver"),
            };
            let by = body
                .performed_by
                .as_ref()
                .map(|by| format!(", performed by {by}"))
                .unwrap_or_default();
            (Some(tile), format!("{said}{by}{}", because(&body.reason)))
        }
        Kind::ItemValue(body) => plain(match &body.value {
            Some(value) => format!("entered {}", shown::typed(value)),
            None => "removed the value".to_owned(),
        }),
        Kind::ItemAssigned(body) => plain(match &body.assignee {
            Some(who) => format!("assigned to {}", who.name),
            None => "took the assignment back".to_owned(),
        }),
        Kind::ItemDue(body) => plain(match body.at {
            Some(at) => format!("due {}", moments::short(at.utc(), moments::laptop_zone())),
            None => "due as the checklist says".to_owned(),
        }),
        Kind::ItemNote(body) => plain(format!("noted: {}", body.text)),
        Kind::ItemEvidence(body) => plain(format!(
            "attached {} ({})",
            body.file.name,
            words::size(body.file.size)
        )),
        Kind::Observation(body) => {
            let rehearsed = if body.rehearsal { "rehearsed " } else { "" };
            (
                Some(verdict_tile(body.verdict)),
                format!(
                    "{rehearsed}probe {}: {}",
                    measure::word(body.verdict),
                    body.summary
                ),
            )
        }
        Kind::WatchStarted(_) => (Some(Tile::Watching), "began to watch".to_owned()),
        Kind::WatchStopped(body) => plain(format!("stopped watching: {}", body.reason)),
        Kind::ProposalAccepted(body) => plain(format!("accepted{}", because(&body.reason))),
        Kind::ProposalRejected(body) => plain(format!("declined{}", because(&body.reason))),
        Kind::Undo(body) => {
            let undone = open
                .state
                .event(&body.event)
                .map(|sealed| told(open, &sealed.event().kind).1);
            plain(format!(
                "undid: {}",
                undone.unwrap_or_else(|| "an event that is not here".to_owned())
            ))
        }
        Kind::ChecklistAdopted(body) => plain(format!(
            "adopted a new version of {}, {} carried on{}",
            body.checklist.name,
            words::count(body.map.len(), "item"),
            because(&body.reason)
        )),
        Kind::RollbackActivated(body) => plain(format!(
            "{}{}",
            if body.rehearsal {
                "started a rollback rehearsal"
            } else {
                "activated the rollback"
            },
            because(&body.reason)
        )),
        Kind::RollbackCancelled(body) => plain(format!("cancelled the rollback: {}", body.reason)),
        Kind::RollbackClosed(_) => plain("closed the rollback".to_owned()),
        Kind::SignedOff(body) => plain(signed(open, body.statement.bytes())),
        Kind::SignoffWithdrawn(_) => plain("withdrew a signature".to_owned()),
        Kind::ConditionClosed(body) => plain(format!("closed condition {}", body.condition + 1)),
        Kind::Attested(body) => plain(format!(
            "recorded an approval of {} as {}",
            body.name, body.role
        )),
        Kind::DeviceClaimed(_) => plain("claimed this device with a key".to_owned()),
        Kind::ForkAcknowledged(_) => plain("acknowledged a fork".to_owned()),
        Kind::Unknown { kind, .. } => plain(format!("an event of a newer version ({kind})")),
    }
}

fn verdict_tile(verdict: countersign_core::ledger::body::Finding) -> Tile {
    use countersign_core::ledger::body::Finding;
    match verdict {
        Finding::Pass => Tile::Verified,
        Finding::Warn => Tile::Warning,
        Finding::Fail => Tile::Failed,
        Finding::Inconclusive | Finding::Error | Finding::Skipped => Tile::Inconclusive,
    }
}

fn note(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(": {text}")
    }
}

fn label(open: &OpenRun, id: &str) -> String {
    let outline = open.outline();
    let field = outline
        .fields
        .iter()
        .find(|field| field.id == id)
        .map(|field| field.label.clone());
    let contact = || {
        outline
            .contacts
            .iter()
            .find(|known| known.id == id)
            .map(|known| known.role.clone())
    };
    field.or_else(contact).unwrap_or_else(|| id.to_owned())
}

fn point_title(open: &OpenRun, id: &str) -> String {
    let point = open.outline().points.iter().find(|point| point.id == id);
    point.map_or_else(|| id.to_owned(), |point| point.title.clone())
}

fn signed(open: &OpenRun, statement: &[u8]) -> String {
    let Ok(Statement {
        predicate: Predicate::Signoff(signoff),
        ..
    }) = Statement::read(statement)
    else {
        return "signed something that cannot be read".to_owned();
    };
    let decided = match signoff.decision {
        Decision::Approve => "approved",
        Decision::Conditions => "approved with conditions",
        Decision::Reject => "rejected",
    };
    format!(
        "{decided} {} as {}",
        point_title(open, &signoff.point.id),
        signoff.role.title
    )
}
