//! The run around the items, as the template wants it.

use serde_json::{Value, json};

use super::{moment, or};
use crate::model::Report;
use crate::pdf::fonts::Print;
use crate::text::visible_line;

/// The facts of the run and of the report itself.
pub(super) fn facts(report: &Report, title: &str) -> Value {
    let run = &report.run;
    json!({
        "name": or(&run.name, "Untitled run"),
        "release": run.release,
        "environment": run.environment,
        "owner": run.owner,
        "deployment": moment(run.deployment.as_ref()),
        "deployment_note": run.deployment_note,
        "profile": run.profile,
        "answers": run.answers,
        "run_id": run.id,
        "outcome": { "kind": run.outcome, "word": run.outcome.word(), "note": run.outcome_note },
        "attempts": run.attempts.iter().map(|attempt| json!({
            "number": attempt.number,
            "started": moment(attempt.started.as_ref()),
            "deployed": moment(attempt.deployed.as_ref()),
            "ended": moment(attempt.ended.as_ref()),
            "outcome": attempt.outcome.word().to_lowercase(),
            "reason": attempt.reason,
        })).collect::<Vec<_>>(),
        "checklist": {
            "title": report.checklist.title,
            "file_name": report.checklist.file_name,
            "digest": report.checklist.digest,
        },
        "as_of": report.as_of.text,
        "zone": report.zone,
        "app_version": report.app_version,
        "signed": report.is_signed(),
        "unsigned_note": unsigned_note(report),
        "running": running(report, title),
        "running_digests": report.points.iter()
            .filter(|point| !point.record_digest.is_empty())
            .map(|point| json!({ "title": one_line_of(&point.title, 20), "digest": point.record_digest }))
            .collect::<Vec<_>>(),
        "foot": one_line(&format!("Countersign {} · as of {}", report.app_version, report.as_of.text)),
        "files_note": "Records, statements and signatures stand whole in the last block of the Markdown report of this run.",
    })
}

fn unsigned_note(report: &Report) -> &'static str {
    let anybody = report
        .points
        .iter()
        .flat_map(|point| &point.roles)
        .any(|role| role.signature.is_some());
    if anybody {
        "No signature on this run is current: what was signed has changed since, or the signatures no longer count."
    } else {
        "Nobody has signed this run. It says what one laptop holds, and nothing vouches for it."
    }
}

fn running(report: &Report, title: &str) -> String {
    let mut parts = vec![or(title, "Untitled run")];
    if !report.run.environment.is_empty() {
        parts.push(&report.run.environment);
    }
    if !report.is_signed() {
        parts.push("unsigned");
    }
    one_line(&parts.join(" · "))
}

/// Running lines stay on their line.
fn one_line(text: &str) -> String {
    one_line_of(text, 72)
}

fn one_line_of(text: &str, room: usize) -> String {
    let text = visible_line(text, &Print);
    match text.char_indices().nth(room) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}
