//! The report model, filled from what the window shows, so that report and screen never disagree.

use chrono_tz::Tz;
use countersign_report::model::{
    Attempt, Checklist, Contact, Count, Criterion, Environment, Field, Moment, Report, Resource,
    Run, SignedFiles, Tile, TrailLine, Variable,
};

mod attention;
mod items;
mod parts;
mod points;
mod rollback;

use parts::{labelled, moment_of, outcome, tile};

use crate::view::words;
use crate::wire::history::HistoryLine;
use crate::wire::probe::ProbeResult;
use crate::wire::run::{AttemptView, RunView};
use crate::wire::signoff::PointView;

/// Everything a report is made of. The texts are the window's.
pub struct Material<'a> {
    /// Version of the application.
    pub app_version: &'a str,
    /// The moment the report speaks of.
    pub as_of: chrono::DateTime<chrono::Utc>,
    /// The zone of every printed time.
    pub zone: Tz,
    /// The run.
    pub run: &'a RunView,
    /// All attempts.
    pub attempts: Vec<AttemptView>,
    /// Its sign-off points.
    pub points: &'a [PointView],
    /// The checklist's file name and digest.
    pub file: (&'a str, &'a str),
    /// The checklist's bytes as text.
    pub text: &'a str,
    /// Byte offsets of boxes by item id.
    pub boxes: &'a dyn Fn(&str) -> Option<u64>,
    /// The stored result of a probe.
    pub result: &'a dyn Fn(&str, &str) -> Option<ProbeResult>,
    /// The bytes of a picture, by digest.
    pub picture: &'a dyn Fn(&str) -> Vec<u8>,
    /// What a stranger needs to verify a signature, by its event.
    pub files: &'a dyn Fn(&str) -> Option<SignedFiles>,
    /// The audit trail, oldest first.
    pub trail: Vec<HistoryLine>,
}

/// Fills the model.
#[must_use]
pub fn build(material: &Material<'_>) -> Report {
    let run = material.run;
    let head = &run.head;
    Report {
        app_version: material.app_version.to_owned(),
        as_of: moment_of(material.as_of, material.zone),
        zone: material.zone.name().to_owned(),
        checklist: Checklist {
            title: head.checklist.clone(),
            file_name: material.file.0.to_owned(),
            digest: material.file.1.to_owned(),
            text: material.text.to_owned(),
        },
        run: Run {
            id: head.run.clone(),
            name: head.name.clone(),
            release: head.release.clone(),
            environment: head.environment.clone(),
            owner: head.owner.clone(),
            deployment: head.deploy.as_ref().map(|d| Moment {
                at: d.at.clone(),
                text: d.text.clone(),
            }),
            deployment_note: match head.attempt.deployed_at {
                Some(_) => "deployed".to_owned(),
                None => "planned".to_owned(),
            },
            outcome: outcome(&head.outcome),
            outcome_note: format!("{}: {}", head.verdict.title, head.verdict.text),
            profile: head.profile.clone(),
            answers: run
                .particulars
                .conditions
                .iter()
                .map(|condition| match condition.applies {
                    Some(true) => format!("{}: applies", condition.words),
                    Some(false) if condition.reason.is_empty() => {
                        format!("{}: does not apply", condition.words)
                    }
                    Some(false) => {
                        format!("{}: does not apply, {}", condition.words, condition.reason)
                    }
                    None => format!("{}: undecided", condition.words),
                })
                .collect(),
            attempts: material
                .attempts
                .iter()
                .map(|attempt| material.attempt(attempt))
                .collect(),
        },
        points: material
            .points
            .iter()
            .map(|point| material.point(point))
            .collect(),
        counts: head
            .counts
            .iter()
            .map(|count| Count {
                tile: tile(count.tile),
                word: words::tile(count.tile).to_owned(),
                count: count.count as usize,
            })
            .collect(),
        attention: material.attention(),
        phases: material.phases(),
        criteria: run
            .criteria
            .iter()
            .map(|criterion| Criterion {
                text: criterion.text.clone(),
                tile: match criterion.state.as_str() {
                    "met" => Tile::Done,
                    "notMet" => Tile::Failed,
                    _ => Tile::Open,
                },
                status: match criterion.state.as_str() {
                    "met" => "met",
                    "notMet" => "not met",
                    "asked" => "asked at Acceptance",
                    _ => "not known yet",
                }
                .to_owned(),
                answered_by: criterion.why.clone(),
            })
            .collect(),
        rollback: material.rollback(),
        contacts: labelled(&run.particulars.contacts, |role, value| Contact {
            role,
            value,
        }),
        resources: labelled(&run.particulars.resources, |label, target| Resource {
            label,
            target,
        }),
        fields: labelled(&run.particulars.fields, |label, value| Field {
            label,
            value,
        }),
        environments: run
            .particulars
            .environments
            .iter()
            .map(|environment| Environment {
                name: environment.name.clone(),
                target: environment.target,
                variables: environment
                    .variables
                    .iter()
                    .map(|v| Variable {
                        name: v.name.clone(),
                        value: v.value.clone(),
                    })
                    .collect(),
                secrets: environment.secrets.clone(),
            })
            .collect(),
        trail: material
            .trail
            .iter()
            .map(|line| material.trail_line(line))
            .collect(),
    }
}
impl Material<'_> {
    fn at(&self, rfc3339: &str) -> Moment {
        match chrono::DateTime::parse_from_rfc3339(rfc3339) {
            Ok(at) => moment_of(at.to_utc(), self.zone),
            Err(_) => Moment {
                at: rfc3339.to_owned(),
                text: rfc3339.to_owned(),
            },
        }
    }

    fn attempt(&self, attempt: &AttemptView) -> Attempt {
        let at = |text: &Option<String>| text.as_deref().map(|text| self.at(text));
        Attempt {
            number: attempt.number,
            started: at(&attempt.started_at),
            deployed: at(&attempt.deployed_at),
            ended: at(&attempt.ended_at),
            outcome: outcome(attempt.outcome.as_deref().unwrap_or_default()),
            reason: String::new(),
        }
    }
    fn trail_line(&self, line: &HistoryLine) -> TrailLine {
        let about = line
            .item_title
            .as_ref()
            .map(|title| format!("{title}: "))
            .unwrap_or_default();
        let undone = if line.undone { " (undone)" } else { "" };
        TrailLine {
            when: self.at(&line.act.at),
            who: format!("{}, device {}", line.act.who, line.act.device),
            what: format!("{about}{}{undone}", line.text),
            event: line.act.event.clone(),
        }
    }
}
