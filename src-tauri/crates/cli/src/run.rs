//! Runs as a whole: `run new`, `duplicate`, `list` and `archive`.

use countersign_api::wire::checklist::{ChecklistPreview, ConditionAnswer, NewRun};
use countersign_api::wire::error::Problem;
use countersign_api::wire::run::RunRow;
use countersign_api::{App, wall_with_zone};
use serde_json::json;

use crate::arguments::{Archive, Duplicate, New};
use crate::inspect::source;
use crate::output::{Answer, Failure, note};
use crate::style::{DIM, column, paint, plain, widest};

/// `run new FILE`
pub fn new(app: &App, new: &New) -> Result<Answer, Failure> {
    let preview = app.checklist_preview(&source(&new.file), false)?;
    let conditions = conditions(&preview, &new.without)?;
    let proposal = preview.proposal;
    let (deploy_at, zone) = deployment(&new.deploy_at, &proposal.zone)?;
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

/// `run archive RUN`
pub fn archive(app: &App, archive: &Archive) -> Result<Answer, Failure> {
    let view = app.run_view(&archive.run)?;
    let rows = app.run_archive(&archive.run, !archive.back)?;
    let row = rows.iter().find(|row| row.run == view.head.run);
    let said = if archive.back {
        "Out of the archive"
    } else {
        "Archived"
    };
    let text = format!("{said}: {}\n", plain(&view.head.name));
    Answer::ok(text, &json!({ "run": row }))
}

/// `run duplicate RUN`
pub fn duplicate(app: &App, next: &Duplicate) -> Result<Answer, Failure> {
    let prefill = app.run_prefill(&next.run)?;
    let (deploy_at, zone) = deployment(&next.deploy_at, &prefill.zone)?;
    let view = app.run_create(NewRun {
        name: given(&next.name, prefill.name.clone()),
        release: next.release.clone(),
        environment: given(&next.env, prefill.environment.clone()),
        owner: given(&next.owner, prefill.owner.clone()),
        deploy_at,
        zone,
        ..prefill
    })?;
    Answer::ok(format!("{}\n", view.head.run), &view.head)
}

/// Wall time and zone of a deployment as it was given; without one, the zone otherwise.
fn deployment(text: &str, zone: &str) -> Result<(String, String), Problem> {
    if text.is_empty() {
        return Ok((String::new(), zone.to_owned()));
    }
    let at = wall_with_zone(text)?;
    let wall = at.format("%Y-%m-%dT%H:%M").to_string();
    Ok((wall, at.timezone().name().to_owned()))
}

fn given(text: &str, otherwise: String) -> String {
    match text.is_empty() {
        true => otherwise,
        false => text.to_owned(),
    }
}
