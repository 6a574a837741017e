//! A run as the window shows it: head, criteria, particulars and the rollback track.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use countersign_core::ledger::body::Outcome;
use countersign_core::ledger::fold::{
    Activation, ActivationPhase, AttemptPhase, CriterionMet, Filled,
};
use countersign_core::outline::Stage;
use countersign_core::outline::{Fence, Outline};
use countersign_core::probe::due::Occasion;

use crate::moments;
use crate::open_run::OpenRun;
use crate::view::found;
use crate::view::item::act;
use crate::view::words;
use crate::wire::item::{ItemView, Mark, Tile};
use crate::wire::probe::ProbeView;
use crate::wire::run::{
    AttemptView, Attention, ConditionView, CriterionView, Deployment, EarlierActivation, FieldView,
    HandoverView, Particulars, PointSummary, RollbackCommand, RollbackView, RunEnvironment,
    TileCount, Variable, VerdictPill,
};

/// When a run deploys: the actual time once deployed, else the planned one, in the planned zone.
#[must_use]
pub fn deployment(open: &OpenRun) -> Option<DateTime<Tz>> {
    let planned = open.state.planned();
    let zone = planned
        .and_then(|planned| planned.zone.parse().ok())
        .unwrap_or_else(moments::laptop_zone);
    let actual = open.state.attempt(open.state.current_attempt()).deployed;
    let at = actual.or_else(|| planned.map(|planned| planned.at))?;
    Some(at.utc().with_timezone(&zone))
}

/// The deployment in words.
#[must_use]
pub fn deployment_view(open: &OpenRun) -> Option<Deployment> {
    let at = deployment(open)?;
    let (utc, zone, laptop) = (at.to_utc(), at.timezone(), moments::laptop_zone());
    let text = moments::shown(utc, zone);
    let local = moments::shown(utc, laptop);
    Some(Deployment {
        at: moments::rfc3339(utc),
        zone: zone.name().to_owned(),
        local: if local == text { String::new() } else { local },
        text,
        wall: moments::editable(utc, zone),
    })
}

/// What decides whether probes are due.
#[must_use]
pub fn occasion(open: &OpenRun, now: DateTime<Utc>) -> Occasion {
    let attempt = open.state.attempt(open.state.current_attempt());
    Occasion {
        reached: match attempt.phase {
            AttemptPhase::Preparing => Stage::Prepare,
            AttemptPhase::Started => Stage::Deploy,
            AttemptPhase::Deployed => Stage::Watch,
            AttemptPhase::Ended => Stage::Review,
        },
        deployed_at: attempt.deployed.map(|at| at.utc()),
        release: open.state.release().key().unwrap_or_default(),
        now,
    }
}

/// The attempt on the wire.
#[must_use]
pub fn attempt(open: &OpenRun, number: u32) -> AttemptView {
    let attempt = open.state.attempt(number);
    AttemptView {
        number,
        state: match attempt.phase {
            AttemptPhase::Preparing => "preparing",
            AttemptPhase::Started => "started",
            AttemptPhase::Deployed => "deployed",
            AttemptPhase::Ended => "ended",
        }
        .to_owned(),
        started_at: attempt.started.map(|at| at.to_string()),
        deployed_at: attempt.deployed.map(|at| at.to_string()),
        ended_at: attempt.ended.as_ref().map(|ended| ended.at.to_string()),
        outcome: attempt
            .ended
            .map(|ended| outcome(Some(ended.outcome)).to_owned()),
    }
}

/// The word of an outcome on the wire.
#[must_use]
pub fn outcome(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        None => "inProgress",
        Some(Outcome::Released) => "released",
        Some(Outcome::RolledBack) => "rolledBack",
        Some(Outcome::Aborted) => "aborted",
    }
}

/// Work items by tile, in the bar's order.
#[must_use]
pub fn counts(items: &[&ItemView]) -> Vec<TileCount> {
    let of = |tile| {
        items
            .iter()
            .filter(|item| item.track == "work" && item.tile == tile)
            .count() as u32
    };
    let all = words::BAR.into_iter().map(|tile| TileCount {
        tile,
        count: of(tile),
    });
    all.filter(|count| count.count > 0).collect()
}

/// The verdict of the point that is next: the first that is not closed and not decided.
#[must_use]
pub fn verdict(
    points: &[PointSummary],
    items: &[&ItemView],
    covered: &[Vec<String>],
) -> VerdictPill {
    let next = points
        .iter()
        .position(|point| !point.closed && !matches!(point.verdict.as_str(), "go" | "conditions"))
        .or_else(|| points.len().checked_sub(1));
    let Some(at) = next else {
        let open = items
            .iter()
            .filter(|item| item.track == "work" && !item.resolved)
            .count();
        return VerdictPill {
            point: String::new(),
            title: String::new(),
            verdict: if open == 0 { "ready" } else { "notReady" }.to_owned(),
            text: if open == 0 {
                "everything resolved".to_owned()
            } else {
                format!("{open} open")
            },
            later: 0,
        };
    };
    let point = &points[at];
    let covered: HashSet<&str> = covered[at].iter().map(String::as_str).collect();
    let is_covered = |item: &&&ItemView| covered.contains(item.id.as_str());
    let later = items
        .iter()
        .filter(|item| item.track == "work" && !item.resolved)
        .filter(|item| !is_covered(item));
    VerdictPill {
        point: point.id.clone(),
        title: point.title.clone(),
        verdict: point.verdict.clone(),
        text: match point.verdict.as_str() {
            "go" => "GO".to_owned(),
            "conditions" => "GO with conditions".to_owned(),
            "noGo" => "NO-GO".to_owned(),
            "ready" => format!(
                "ready to sign, {} of {} signed",
                point.signed,
                point.roles.len()
            ),
            _ => unresolved(items.iter().filter(is_covered).copied()),
        },
        later: later.count() as u32,
    }
}

/// What keeps items from being resolved, in words: "2 failed, 9 open".
pub fn unresolved<'a>(items: impl Iterator<Item = &'a ItemView>) -> String {
    let mut counts: Vec<(Tile, usize)> = Vec::new();
    for item in items.filter(|item| !item.resolved) {
        match counts.iter_mut().find(|(tile, _)| *tile == item.tile) {
            Some((_, count)) => *count += 1,
            None => counts.push((item.tile, 1)),
        }
    }
    counts.sort_by_key(|(tile, _)| urgency(*tile));
    let parts: Vec<String> = counts
        .into_iter()
        .map(|(tile, count)| format!("{count} {}", short_word(tile)))
        .collect();
    if parts.is_empty() {
        "nothing open".to_owned()
    } else {
        parts.join(", ")
    }
}

fn short_word(tile: Tile) -> &'static str {
    match tile {
        Tile::Failed => "failed",
        Tile::Conflict => "in conflict",
        Tile::Blocked => "blocked",
        Tile::Inconclusive => "inconclusive",
        Tile::Stale => "stale",
        Tile::Measured => "to confirm",
        Tile::Watching => "watching",
        Tile::InProgress => "in progress",
        _ => "open",
    }
}

fn urgency(tile: Tile) -> u8 {
    match tile {
        Tile::Failed => 0,
        Tile::Conflict => 1,
        Tile::Blocked => 2,
        Tile::Inconclusive => 3,
        Tile::Stale => 4,
        Tile::Warning => 5,
        Tile::Measured => 6,
        Tile::Watching => 7,
        Tile::InProgress => 8,
        _ => 9,
    }
}

/// What needs attention, worst first.
#[must_use]
pub fn attention(items: &[&ItemView], points: &[PointSummary]) -> Vec<Attention> {
    let urgent = |item: &&&ItemView| {
        let overdue = item.marks.contains(&Mark::Overdue);
        let proposed = item.marks.contains(&Mark::Proposed);
        urgency(item.tile) <= 5 || overdue || proposed || broken(item).is_some()
    };
    let mut found: Vec<Attention> = items
        .iter()
        .filter(|item| item.track == "work")
        .filter(urgent)
        .map(|item| Attention {
            tile: item.tile,
            title: item.text.clone(),
            line: match &item.measure {
                None if broken(item).is_some() => "its probe cannot be read".to_owned(),
                Some(measure) if !measure.limit.is_empty() => {
                    format!("{}, {}", measure.value, measure.limit)
                }
                _ if !item.summary.is_empty() => item.summary.clone(),
                _ => item.word.clone(),
            },
            item: Some(item.id.clone()),
            point: None,
        })
        .collect();
    for point in points {
        let stale = point
            .roles
            .iter()
            .filter(|role| matches!(role.state.as_str(), "stale" | "unverifiable"));
        found.extend(stale.map(|role| Attention {
            tile: Tile::Stale,
            title: format!("{}\u{2019}s signature", role.role),
            line: role.line.clone(),
            item: None,
            point: Some(point.id.clone()),
        }));
    }
    found.sort_by_key(|attention| urgency(attention.tile));
    found
}

/// The probe of an unresolved item that cannot be read, where it has one: nobody else will say so.
fn broken(item: &ItemView) -> Option<&ProbeView> {
    let mut probes = item.probes.iter().filter(|_| !item.resolved);
    probes.find(|probe| probe.state == "broken")
}

/// The criteria with the items that answer them.
#[must_use]
pub fn criteria(open: &OpenRun, items: &[&ItemView]) -> Vec<CriterionView> {
    let outline = open.outline();
    let states = open.state.criteria();
    states
        .iter()
        .filter_map(|state| {
            let criterion = outline.criteria.iter().find(|known| known.id == state.id)?;
            let answers = state
                .items
                .iter()
                .filter_map(|id| items.iter().find(|item| item.id == *id));
            let why = answers.map(|item| {
                let shown = item.measure.as_ref().map(|measure| measure.value.clone());
                let shown = shown.unwrap_or_else(|| item.word.clone());
                format!("{} {}: {shown}", item.number, item.text)
            });
            Some(CriterionView {
                id: criterion.id.clone(),
                text: criterion.text.clone(),
                bound: state.items.clone(),
                state: match state.met {
                    CriterionMet::Met => "met",
                    CriterionMet::NotMet => "notMet",
                    CriterionMet::Unknown => "unknown",
                    CriterionMet::Asked => "asked",
                }
                .to_owned(),
                why: match &state.by {
                    Some(by) => {
                        let reason = state
                            .reason
                            .as_ref()
                            .map(|r| format!(": {r}"))
                            .unwrap_or_default();
                        format!("{} said so{reason}", by.author.name)
                    }
                    None => why.collect::<Vec<_>>().join("; "),
                },
            })
        })
        .collect()
}

/// Values remembered from earlier runs in the same environment, by kind and label.
pub type Remembered<'a> = &'a dyn Fn(&str, &str) -> Option<String>;

/// Fields, contacts, placeholders, conditions, resources, environments, hand-overs.
#[must_use]
pub fn particulars(open: &OpenRun, remembered: Remembered<'_>) -> Particulars {
    let outline = open.outline();
    let state = &open.state;
    let holders = found::placeholder_items(outline);
    let field = |filled: &Filled, label: &str, line: u32, kind: &str| FieldView {
        id: filled.id.clone(),
        label: label.to_owned(),
        value: filled.value.clone().unwrap_or_default(),
        remembered: match filled.value {
            Some(_) => String::new(),
            None => remembered(kind, &filled.id).unwrap_or_default(),
        },
        line,
        items: match kind {
            "placeholder" => holders.get(filled.id.as_str()).cloned().unwrap_or_default(),
            _ => Vec::new(),
        },
    };
    let zip = |filled: Vec<Filled>, known: Vec<(&str, &str, u32)>, kind: &str| -> Vec<FieldView> {
        let of = |filled: &Filled| {
            let (_, label, line) = known.iter().find(|(id, ..)| *id == filled.id)?;
            Some(field(filled, label, *line, kind))
        };
        filled.iter().filter_map(of).collect()
    };
    Particulars {
        fields: zip(
            state.fields(),
            outline
                .fields
                .iter()
                .map(|f| (f.id.as_str(), f.label.as_str(), f.line))
                .collect(),
            "field",
        ),
        contacts: zip(
            state.contacts(),
            outline
                .contacts
                .iter()
                .map(|c| (c.id.as_str(), c.role.as_str(), c.line))
                .collect(),
            "contact",
        ),
        placeholders: zip(
            state.placeholders(),
            outline
                .placeholders
                .iter()
                .map(|p| (p.id.as_str(), p.text.as_str(), p.line))
                .collect(),
            "placeholder",
        ),
        conditions: state
            .conditions()
            .into_iter()
            .filter_map(|answer| {
                let condition = outline
                    .conditions
                    .iter()
                    .find(|known| known.id == answer.id)?;
                Some(ConditionView {
                    id: answer.id,
                    words: condition.words.clone(),
                    applies: answer.applies,
                    reason: answer.reason.unwrap_or_default(),
                    items: condition.items.clone(),
                })
            })
            .collect(),
        resources: outline
            .resources
            .iter()
            .map(|resource| FieldView {
                id: resource.label.clone(),
                label: resource.label.clone(),
                value: resource.target.clone(),
                remembered: String::new(),
                line: resource.line,
                items: Vec::new(),
            })
            .collect(),
        environments: state
            .environments()
            .into_iter()
            .map(|environment| RunEnvironment {
                name: environment.name,
                target: environment.target,
                variables: environment
                    .variables
                    .into_iter()
                    .map(|variable| Variable {
                        name: variable.name,
                        value: variable.value,
                    })
                    .collect(),
                secrets: environment.secrets,
            })
            .collect(),
        handovers: state
            .handovers()
            .into_iter()
            .map(|handover| HandoverView {
                to: handover.to.name,
                note: handover.note,
                act: act(&handover.act),
            })
            .collect(),
    }
}

/// The rollback track.
#[must_use]
pub fn rollback(open: &OpenRun, items: &[&ItemView], particulars: &Particulars) -> RollbackView {
    let outline = open.outline();
    let activations = open.state.activations();
    let current = open.workable_activation();
    let steps: Vec<&&ItemView> = items
        .iter()
        .filter(|item| item.track == "rollback")
        .collect();
    let resolved = steps.iter().filter(|item| item.resolved).count();
    let running = current
        .as_ref()
        .filter(|activation| activation.phase == ActivationPhase::Active);
    let missing_contacts = particulars
        .contacts
        .iter()
        .filter(|contact| contact.value.is_empty());
    let missing_placeholders = particulars.placeholders.iter().filter(|placeholder| {
        let needed = outline
            .rollback
            .as_ref()
            .is_some_and(|track| track.placeholders.contains(&placeholder.id));
        needed && placeholder.value.is_empty()
    });
    RollbackView {
        present: outline.rollback.is_some(),
        state: match running {
            None => "dormant",
            Some(activation) if activation.rehearsal => "rehearsal",
            Some(_) => "active",
        }
        .to_owned(),
        reason: running
            .and_then(|activation| activation.reason.clone())
            .unwrap_or_default(),
        started_at: running.map(|activation| activation.at.to_string()),
        ended_at: None,
        steps: steps.len() as u32,
        resolved: if running.is_some() {
            resolved as u32
        } else {
            0
        },
        commands: outline
            .fences
            .iter()
            .filter(|fence| fence.rollback)
            .map(|fence| command(outline, fence, particulars))
            .collect(),
        notes: outline
            .rollback
            .as_ref()
            .and_then(|track| track.trigger.clone())
            .unwrap_or_default(),
        earlier: activations
            .iter()
            .filter(|activation| activation.phase != ActivationPhase::Active)
            .map(earlier)
            .collect(),
        unfilled: missing_placeholders
            .chain(missing_contacts)
            .map(|field| field.label.clone())
            .collect(),
    }
}

fn earlier(activation: &Activation) -> EarlierActivation {
    let note = activation.note.clone().unwrap_or_default();
    EarlierActivation {
        state: if activation.rehearsal {
            "rehearsal"
        } else {
            "active"
        }
        .to_owned(),
        reason: activation.reason.clone().unwrap_or_default(),
        ending: match (activation.phase, activation.closed_at) {
            (ActivationPhase::Cancelled, _) => format!("cancelled: {note}"),
            (_, Some(closed)) => format!(
                "closed after {}",
                moments::span(closed.since(activation.at))
            ),
            _ => String::new(),
        },
        act: act(&activation.act),
    }
}

fn command(outline: &Outline, fence: &Fence, particulars: &Particulars) -> RollbackCommand {
    let mut filled = fence.content.clone();
    let mut unfilled = Vec::new();
    for placeholder in outline
        .placeholders
        .iter()
        .filter(|known| fence.content.contains(&known.text))
    {
        let value = particulars
            .placeholders
            .iter()
            .find(|known| known.id == placeholder.id);
        match value.filter(|known| !known.value.is_empty()) {
            Some(known) => filled = filled.replace(&placeholder.text, &known.value),
            None if !unfilled.contains(&placeholder.id) => unfilled.push(placeholder.id.clone()),
            None => {}
        }
    }
    RollbackCommand {
        written: fence.content.clone(),
        filled,
        unfilled,
        line: fence.line,
    }
}
