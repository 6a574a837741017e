//! `run history` and `run undo`: what was done, and taking the last of it back.

use countersign_api::App;
use countersign_api::wire::error::Problem;
use countersign_api::wire::history::HistoryLine;
use serde_json::json;

use crate::arguments::{History, Undo};
use crate::item::named;
use crate::output::{Answer, Failure};
use crate::style::{DIM, paint, plain};

/// As far back as an undo without a name looks.
const BACK: u32 = 200;

/// `run history RUN`
pub fn history(app: &App, history: &History) -> Result<Answer, Failure> {
    let mut lines = match &history.item {
        Some(item) => app.item_history(&history.run, item)?,
        None => app.run_history(&history.run, history.limit)?,
    };
    lines.truncate(history.limit as usize);
    let text = lines.iter().map(line).collect();
    Answer::ok(text, &json!({ "history": lines }))
}

/// `run undo RUN`
pub fn undo(app: &App, undo: &Undo) -> Result<Answer, Failure> {
    let undone = match (&undo.event, &undo.item) {
        (Some(event), _) => {
            app.undo(&undo.run, std::slice::from_ref(event))?;
            event.clone()
        }
        (None, Some(item)) => of_item(app, &undo.run, item)?,
        (None, None) => last(app, &undo.run)?,
    };
    let lines = app.run_history(&undo.run, u32::MAX)?;
    let found = lines.into_iter().find(|line| line.act.event == undone);
    let text = found
        .as_ref()
        .map(|found| format!("Undid {}", line(found)))
        .unwrap_or_default();
    Answer::ok(text, &json!({ "undone": found }))
}

fn of_item(app: &App, run: &str, item: &str) -> Result<String, Failure> {
    let view = app.run_view(run)?;
    let item = named(&view.items, item)?;
    let event = item.undoable.clone().ok_or_else(|| {
        let problem = Problem::new("nothing-to-undo", "nothing of yours holds this status");
        Failure::failed(problem.at(format!("{} {}", item.number, item.text)))
    })?;
    app.undo(run, std::slice::from_ref(&event))?;
    Ok(event)
}

/// Takes back the newest event of this person that still holds.
fn last(app: &App, run: &str) -> Result<String, Failure> {
    let me = app.whoami()?;
    let lines = app.run_history(run, BACK)?;
    let mine = lines
        .into_iter()
        .filter(|line| line.act.who == me && !line.undone && line.kind != "undo");
    for line in mine {
        match app.undo(run, std::slice::from_ref(&line.act.event)) {
            Ok(_) => return Ok(line.act.event),
            Err(problem) if problem.code == "cannot-undo" => {}
            Err(problem) => return Err(problem.into()),
        }
    }
    let problem = Problem::new(
        "nothing-to-undo",
        format!("nothing that {me} did can be undone"),
    )
    .hint("`run history` shows what was done; --item or --event names it.");
    Err(Failure::failed(problem))
}

fn line(line: &HistoryLine) -> String {
    let about = line
        .item_title
        .as_ref()
        .map(|title| format!("{}: ", plain(title)))
        .unwrap_or_default();
    let undone = if line.undone { " (undone)" } else { "" };
    format!(
        "{}  {about}{}{undone}  {}\n",
        paint(DIM, &line.act.at),
        plain(&line.text),
        paint(
            DIM,
            &format!(
                "{}, device {}, {}",
                plain(&line.act.who),
                line.act.device,
                line.act.event.get(..12).unwrap_or_default()
            )
        ),
    )
}
