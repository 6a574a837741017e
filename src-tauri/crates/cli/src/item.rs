//! What people do to items: `run set`, `note`, `attach`, `assign`, `due`, `accept`, `decline` and
//! `resolve`.

use countersign_api::wire::error::Problem;
use countersign_api::wire::item::{ItemView, StatusChange};
use countersign_api::wire::run::RunPatch;
use countersign_api::{App, Together};
use serde_json::json;

use crate::arguments::{Assign, Due, Note, Prove, Resolve, Set, Status, Weigh};
use crate::output::{Answer, Failure};
use crate::show;
use crate::style::{DIM, paint, plain};

/// `run set RUN ITEM STATUS`
pub fn set(app: &App, set: &Set) -> Result<Answer, Failure> {
    let status = StatusChange {
        status: match set.status {
            Status::Open => "open",
            Status::InProgress => "inProgress",
            Status::Done => "done",
            Status::Failed => "failed",
            Status::Blocked => "blocked",
            Status::NotApplicable => "notApplicable",
            Status::Waived => "waived",
        }
        .to_owned(),
        reason: set.reason.clone(),
        until: set.until.clone(),
        performed_by: set.performed_by.clone(),
        performed_at: set.performed_at.clone(),
    };
    let all = Together {
        status,
        value: set.value.clone(),
        evidence: set.evidence.clone(),
        note: set.note.clone(),
    };
    let patch = app.item_set(&set.run, &set.item, &all)?;
    answer(app, &patch, &set.item)
}

/// `run note RUN ITEM TEXT`
pub fn note(app: &App, note: &Note) -> Result<Answer, Failure> {
    let patch = app.item_note(&note.run, &note.item, &note.text)?;
    answer(app, &patch, &note.item)
}

/// `run attach RUN ITEM PATH…`
pub fn attach(app: &App, attach: &Prove) -> Result<Answer, Failure> {
    let patch = app.item_evidence(&attach.run, &attach.item, &attach.files)?;
    answer(app, &patch, &attach.item)
}

/// `run assign RUN ITEM… --to NAME`
pub fn assign(app: &App, assign: &Assign) -> Result<Answer, Failure> {
    let to = assign.to.as_deref().unwrap_or_default();
    if to.trim().is_empty() && !assign.nobody {
        let problem = Problem::new("person-needs-a-name", "say who should do it")
            .hint("--nobody takes an assignment back.");
        return Err(problem.into());
    }
    let patch = app.item_assign(&assign.run, &assign.items, to)?;
    let view = app.run_view(&patch.run)?;
    let items = assign
        .items
        .iter()
        .map(|given| named(&view.items, given))
        .collect::<Result<Vec<_>, _>>()?;
    let text: String = items.iter().map(|item| page(item)).collect();
    Answer::ok(text, &json!({ "run": patch.run, "items": items }))
}

/// `run due RUN ITEM [TIME]`
pub fn due(app: &App, due: &Due) -> Result<Answer, Failure> {
    let patch = app.item_due(&due.run, &due.item, &due.at)?;
    answer(app, &patch, &due.item)
}

/// `run accept RUN ITEM` and `run decline RUN ITEM`
pub fn decide(app: &App, weigh: &Weigh, accept: bool) -> Result<Answer, Failure> {
    let view = app.run_view(&weigh.run)?;
    let item = named(&view.items, &weigh.item)?;
    let waiting = item
        .proposals
        .iter()
        .rfind(|proposal| proposal.state == "waiting")
        .ok_or_else(|| {
            let problem = Problem::new("nothing-proposed", "no waiver or override waits here");
            problem.at(format!("{} {}", item.number, item.text))
        })
        .map_err(Failure::failed)?;
    let patch = app.proposal_decide(&weigh.run, &waiting.event, accept, &weigh.reason)?;
    answer(app, &patch, &weigh.item)
}

/// `run resolve RUN ITEM EVENT`
pub fn resolve(app: &App, resolve: &Resolve) -> Result<Answer, Failure> {
    let view = app.run_view(&resolve.run)?;
    let item = named(&view.items, &resolve.item)?;
    let of_event = item.conflicts.iter().find(|conflict| {
        conflict
            .options
            .iter()
            .any(|option| option.act.event == resolve.event)
    });
    let register = of_event
        .map(|conflict| conflict.register.clone())
        .ok_or_else(|| {
            Problem::unknown("event", &resolve.event)
                .hint("`run show --json` lists the writes that stand against each other.")
        })?;
    let patch = app.item_resolve(&resolve.run, &resolve.item, &register, &resolve.event)?;
    answer(app, &patch, &resolve.item)
}

/// The item as it is after a change, with what an undo would name.
fn answer(app: &App, patch: &RunPatch, given: &str) -> Result<Answer, Failure> {
    let view = app.run_view(&patch.run)?;
    let item = named(&view.items, given)?;
    Answer::ok(
        page(item),
        &json!({ "run": patch.run, "item": item, "undo": patch.undo.last() }),
    )
}

/// An item by id or number.
pub fn named<'a>(items: &'a [ItemView], given: &str) -> Result<&'a ItemView, Problem> {
    let by_id = items.iter().find(|item| item.id == given);
    by_id
        .or_else(|| items.iter().find(|item| item.number == given))
        .ok_or_else(|| {
            Problem::unknown("item", given).hint("Use an item's id or its number, such as 6.2.1.")
        })
}

/// An item and what waits or hangs on it.
fn page(item: &ItemView) -> String {
    let mut text = show::line(item, 0);
    let mut facts = Vec::new();
    if let Some(waiting) = item
        .proposals
        .iter()
        .find(|proposal| proposal.state == "waiting")
    {
        facts.push(format!(
            "the {} waits for somebody to accept it",
            waiting.kind
        ));
    }
    if let Some(value) = &item.value {
        facts.push(format!("value {}", plain(value)));
    }
    if let Some(who) = &item.assignee {
        facts.push(format!("assigned to {}", plain(who)));
    }
    if let Some(due) = item.due.as_ref().filter(|due| due.set) {
        facts.push(format!("due {}", due.at));
    }
    for file in &item.evidence {
        facts.push(format!(
            "evidence {} (sha256 {})",
            plain(&file.name),
            file.digest
        ));
    }
    for note in &item.notes {
        facts.push(format!("{}: {}", plain(&note.act.who), plain(&note.text)));
    }
    for fact in facts {
        text.push_str(&format!("  {}\n", paint(DIM, &fact)));
    }
    text
}
