//! How a run goes: `run attempt`, `rollback`, `change` and `hand-over`.

use countersign_api::wire::error::Problem;
use countersign_api::wire::run::{RunChange, RunPatch};
use countersign_api::{App, wall_with_zone};
use serde_json::json;

use crate::arguments::{Attempt, Change, HandOver, Rollback, RollbackStep, Step};
use crate::output::{Answer, Failure};
use crate::show;
use crate::style::{count, plain};

/// `run attempt RUN STEP`
pub fn attempt(app: &App, attempt: &Attempt) -> Result<Answer, Failure> {
    let (run, at) = (attempt.run.as_str(), attempt.at.as_str());
    let reason = attempt.reason.as_str();
    let patch = match attempt.step {
        Step::Start => app.attempt_start(run, at)?,
        Step::Deployed => app.attempt_deployed(run, at)?,
        Step::Released => app.attempt_end(run, at, "released", reason)?,
        Step::RolledBack => app.attempt_end(run, at, "rolledBack", reason)?,
        Step::Aborted => app.attempt_end(run, at, "aborted", reason)?,
        Step::New => app.attempt_open(run, reason)?,
    };
    head(&patch)
}

/// `run rollback RUN STEP`
pub fn rollback(app: &App, rollback: &Rollback) -> Result<Answer, Failure> {
    let (run, reason) = (rollback.run.as_str(), rollback.reason.as_str());
    let patch = match rollback.step {
        RollbackStep::Activate => app.rollback_activate(run, false, reason)?,
        RollbackStep::Rehearse => app.rollback_activate(run, true, reason)?,
        RollbackStep::Close => app.rollback_close(run)?,
        RollbackStep::Cancel => app.rollback_cancel(run, reason)?,
    };
    let view = &patch.rollback;
    let mut text = format!(
        "Rollback: {}, {} of {}\n",
        view.state,
        view.resolved,
        count(view.steps as usize, "step")
    );
    if !view.unfilled.is_empty() {
        text.push_str(&format!(
            "still to be filled: {}\n",
            plain(&view.unfilled.join(", "))
        ));
    }
    Answer::ok(text, &json!({ "run": patch.run, "rollback": view }))
}

/// `run change RUN`
pub fn change(app: &App, change: &Change) -> Result<Answer, Failure> {
    let (deploy_at, zone) = match change.deploy_at.as_deref() {
        None => (None, None),
        Some("") => (Some(String::new()), None),
        Some(given) => {
            let at = wall_with_zone(given)?;
            let wall = at.format("%Y-%m-%dT%H:%M").to_string();
            (Some(wall), Some(at.timezone().name().to_owned()))
        }
    };
    let wanted = RunChange {
        name: change.name.clone(),
        release: change.release.clone(),
        environment: change.env.clone(),
        owner: change.owner.clone(),
        deploy_at,
        zone,
    };
    if wanted == RunChange::default() {
        let problem = Problem::new("usage", "nothing to change was named")
            .hint("Name at least one of --name, --release, --env, --deploy-at and --owner.");
        return Err(problem.into());
    }
    head(&app.run_change(&change.run, wanted)?)
}

/// `run hand-over RUN --to NAME`
pub fn hand_over(app: &App, hand_over: &HandOver) -> Result<Answer, Failure> {
    head(&app.run_handover(&hand_over.run, &hand_over.to, &hand_over.note)?)
}

fn head(patch: &RunPatch) -> Result<Answer, Failure> {
    Answer::ok(show::head(&patch.head), &patch.head)
}
