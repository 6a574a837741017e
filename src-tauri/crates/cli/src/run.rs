//! `run new`, `list`, `set` and `attempt`.

use countersign_api::wire::checklist::{ChecklistPreview, ConditionAnswer, NewRun};
use countersign_api::wire::error::Problem;
use countersign_api::wire::item::StatusChange;
use countersign_api::wire::run::RunRow;
use countersign_api::{App, wall_with_zone};
use serde_json::json;

use crate::arguments::{Attempt, New, Set, Status};
use crate::inspect::source;
use crate::output::{Answer, Failure, note};
use crate::show;
use crate::style::{DIM, column, paint, plain, widest};

/// `run new FILE`
pub fn new(app: &App, new: &New) -> Result<Answer, Failure> {
    let preview = app.checklist_preview(&source(&new.file), false)?;
    let conditions = conditions(&preview, &new.without)?;
    let proposal = preview.proposal;
    let (deploy_at, zone) = match new.deploy_at.is_empty() {
        true => (String::new(), proposal.zone.clone()),
        false => {
            let at = wall_with_zone(&new.deploy_at)?;
            let wall = at.format("%Y-%m-%dT%H:%M").to_string();
            (wall, at.timezone().name().to_owned())
        }
    };
    let given = |text: &str, otherwise: String| match text.is_empty() {
        true => otherwise,
        false => text.to_owned(),
    };
    let view = app.run_create(NewRun {
        name: given(&new.name, proposal.name.clone()),
        release: new.release.clone(),
        environment: given(&new.env, proposal.environment.clone()),
        deploy_at,
        zone,
        owner: given(&new.owner, proposal.owner.clone()),
        profile: given(&new.profile, proposal.profile.clone()),
        conditions,
        ..proposal
    })?;
    Answer::ok(format!("{}\n", view.head.run), &view.head)
}

/// Answers to the checklist's conditions: they apply, unless the call says otherwise.
fn conditions(
    preview: &ChecklistPreview,
    without: &[String],
) -> Result<Vec<ConditionAnswer>, Problem> {
    let asked = &preview.asks.conditions;
    let mut answers: Vec<ConditionAnswer> = asked
        .iter()
        .map(|ask| ConditionAnswer {
            id: ask.id.clone(),
            applies: Some(true),
            reason: String::new(),
        })
        .collect();
    for pair in without {
        let (id, reason) = pair.split_once('=').ok_or_else(|| {
            Problem::new("usage", format!("{pair:?} is not ID=REASON"))
                .hint("Say why, such as --without if-enabled='no payments in this release'.")
        })?;
        let place = asked.iter().position(|ask| ask.id == id || ask.words == id);
        let answer = place
            .and_then(|place| answers.get_mut(place))
            .ok_or_else(|| {
                let known: Vec<&str> = asked.iter().map(|ask| ask.id.as_str()).collect();
                Problem::unknown("condition", id).hint(format!("There are: {}.", known.join(", ")))
            })?;
        answer.applies = Some(false);
        answer.reason = reason.to_owned();
    }
    let applying: Vec<&str> = asked
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| answer.applies == Some(true))
        .map(|(ask, _)| ask.id.as_str())
        .collect();
    if !applying.is_empty() {
        note(&format!(
            "Taken as applying: {} (--without ID=REASON says otherwise).",
            applying.join(", ")
        ));
    }
    Ok(answers)
}

/// `run list`
pub fn list(app: &App) -> Result<Answer, Failure> {
    let rows = app.run_list()?;
    let name = |row: &RunRow| match row.name.contains(&row.release) {
        true => plain(&row.name),
        false => plain(&format!("{} {}", row.name, row.release)),
    };
    let shown: Vec<String> = rows.iter().map(name).collect();
    let names = widest(shown.iter().map(String::as_str));
    let environments = widest(rows.iter().map(|row| row.environment.as_str()));
    let mut text: String = rows
        .iter()
        .zip(&shown)
        .map(|(row, name)| {
            let line = format!("{}  {}", column(group(&row.group), 11), plain(&row.line));
            format!(
                "{}  {}  {}  {}\n",
                row.run.get(..12).unwrap_or(&row.run),
                column(name, names),
                column(&plain(&row.environment), environments),
                paint(DIM, &line),
            )
        })
        .collect();
    if rows.is_empty() {
        text = "There are no runs. `countersign run new FILE` starts one.\n".to_owned();
    }
    Answer::ok(text, &json!({ "runs": rows }))
}

fn group(group: &str) -> &str {
    match group {
        "inProgress" => "in progress",
        other => other,
    }
}

/// `run set RUN ITEM STATUS`
pub fn set(app: &App, set: &Set) -> Result<Answer, Failure> {
    let change = StatusChange {
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
    // The status comes last: it is the conclusion, and what it rests on has to be there first.
    if !set.evidence.is_empty() {
        app.item_evidence(&set.run, &set.item, &set.evidence)?;
    }
    if let Some(value) = &set.value {
        app.item_value(&set.run, &set.item, value)?;
    }
    let patch = app.item_status(&set.run, std::slice::from_ref(&set.item), change)?;
    let view = app.run_view(&patch.run)?;
    let item = view
        .items
        .iter()
        .find(|item| item.id == set.item)
        .or_else(|| view.items.iter().find(|item| item.number == set.item))
        .ok_or_else(|| Problem::unknown("item", &set.item))?;
    let mut text = show::line(item, 0);
    if let Some(waiting) = item
        .proposals
        .iter()
        .find(|proposal| proposal.state == "waiting")
    {
        text.push_str(&format!(
            "  the {} waits for somebody to accept it\n",
            waiting.kind
        ));
    }
    Answer::ok(
        text,
        &json!({ "run": patch.run, "item": item, "undo": patch.undo }),
    )
}

/// `run attempt RUN STEP`
pub fn attempt(app: &App, attempt: &Attempt) -> Result<Answer, Failure> {
    let (run, at) = (attempt.run.as_str(), attempt.at.as_str());
    let patch = match attempt.step.as_str() {
        "start" => app.attempt_start(run, at)?,
        "deployed" => app.attempt_deployed(run, at)?,
        outcome => app.attempt_end(run, at, outcome, &attempt.reason)?,
    };
    Answer::ok(show::head(&patch.head), &patch.head)
}
