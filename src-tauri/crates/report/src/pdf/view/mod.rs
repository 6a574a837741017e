//! The report model as the template wants it: words chosen, sizes in words, pictures named.

mod curve;
mod items;
mod printable;
mod run;
mod sign_off;

use serde_json::{Value, json};
use typst::foundations::Bytes;
use typst::visualize::{ExchangeFormat, RasterImage};

use crate::model::{Attention, AttentionKind, Moment, Phase, Report, Rollback, Section, Tile};
use crate::rich;
use crate::text::size;

/// What reaches Typst: one JSON document and the pictures it names.
pub(super) struct View {
    pub(super) data: Value,
    pub(super) pictures: Vec<(String, Vec<u8>)>,
}

/// Pictures of evidence, collected under names that hold nothing from outside.
#[derive(Default)]
struct Pictures {
    files: Vec<(String, Vec<u8>)>,
}

impl Pictures {
    /// Takes a picture and answers its name; none for bytes that are not a whole PNG, JPEG, GIF or
    /// WebP, so that a broken file costs its figure and not the report.
    fn add(&mut self, bytes: &[u8]) -> Option<String> {
        let format = ExchangeFormat::detect(bytes)?;
        RasterImage::plain(Bytes::new(bytes.to_vec()), format).ok()?;
        let name = format!("picture-{}", self.files.len());
        self.files.push((name.clone(), bytes.to_vec()));
        Some(name)
    }
}

/// Makes the view of a report on the named paper.
pub(super) fn of(report: &Report, paper: &str) -> View {
    let mut pictures = Pictures::default();
    let run = &report.run;
    let title = [run.name.as_str(), run.release.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let phases: Vec<Value> = report
        .phases
        .iter()
        .filter(|phase| phase.items().next().is_some())
        .map(|phase| items::phase(phase, &mut pictures))
        .collect();
    let rollback = report
        .rollback
        .as_ref()
        .map(|track| rollback(track, &mut pictures));
    let mut data = json!({
        "counts": report.counts,
        "total": report.counts.iter().map(|count| count.count).sum::<usize>(),
        "points": report.points.iter().map(sign_off::point).collect::<Vec<_>>(),
        "signatures": sign_off::signatures(report),
        "attention": report.attention.iter().map(attention).collect::<Vec<_>>(),
        "criteria": report.criteria.iter().map(|criterion| json!({
            "spans": rich::inline(&criterion.text),
            "tile": criterion.tile,
            "status": criterion.status,
            "answered_by": criterion.answered_by,
            "bulky": bulky([criterion.text.as_str(), &criterion.status, &criterion.answered_by]),
        })).collect::<Vec<_>>(),
        "map": report.phases.iter()
            .filter(|phase| phase.items().next().is_some())
            .map(|phase| map_card(phase, &report.checklist.title))
            .collect::<Vec<_>>(),
        "phases": phases,
        "rollback": rollback,
        "contacts": report.contacts,
        "resources": report.resources,
        "fields": report.fields,
        "environments": report.environments,
        "evidence": evidence_list(report),
        "trail": report.trail.iter().map(|line| json!({
            "when": line.when.text,
            "who": line.who,
            "what": line.what,
            "event": line.event.chars().take(12).collect::<String>(),
        })).collect::<Vec<_>>(),
        "meta": {
            "title": format!("{} – release report", or(&title, "Untitled run")),
            "author": "Countersign",
            "description": format!("{}, {}", run.outcome.word(), run.environment),
            "keywords": ["release", "sign-off"],
            "paper": paper,
        },
    });
    if let (Value::Object(facts), Some(object)) = (run::facts(report, &title), data.as_object_mut())
    {
        object.extend(facts);
    }
    let mut meta = data.get_mut("meta").map(Value::take).unwrap_or_default();
    printable::make_printable(&mut data);
    printable::make_flat(&mut meta);
    if let Some(slot) = data.get_mut("meta") {
        *slot = meta;
    }
    View {
        data,
        pictures: pictures.files,
    }
}

fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

/// Whether a block with these words may be taller than a page, and so has to be allowed to break.
fn bulky<'a>(words: impl IntoIterator<Item = &'a str>) -> bool {
    const ROOMY: usize = 1_200;
    const LINE: usize = 60;
    words
        .into_iter()
        .map(|words| words.chars().count() + words.matches('\n').count() * LINE)
        .sum::<usize>()
        > ROOMY
}

fn moment(moment: Option<&Moment>) -> &str {
    moment.map_or("", |moment| &moment.text)
}

fn attention(entry: &Attention) -> Value {
    json!({
        "kind": match entry.kind {
            AttentionKind::Failed => "failed",
            AttentionKind::Blocked => "blocked",
            AttentionKind::Conflict => "conflict",
            AttentionKind::Inconclusive => "inconclusive",
            AttentionKind::Stale => "stale",
            AttentionKind::Overdue => "overdue",
            AttentionKind::Waived => "waived",
            AttentionKind::Proposed => "proposed",
            AttentionKind::Overridden => "overridden",
            AttentionKind::Condition => "condition",
            AttentionKind::Signature => "signature",
            AttentionKind::Warning => "warning",
        },
        "tile": entry.tile,
        "number": entry.number,
        "spans": rich::inline(&entry.text),
        "detail": entry.detail,
        "brief": entry.kind == AttentionKind::Overdue,
        "bulky": bulky([entry.text.as_str(), &entry.detail]),
    })
}

fn map_card(phase: &Phase, checklist: &str) -> Value {
    let single = phase.sections.len() == 1;
    json!({
        "title": or(&phase.title, or(checklist, "Items")),
        "resolved": phase.items().filter(|item| item.tile.is_resolved()).count(),
        "total": phase.items().count(),
        "rows": phase.sections.iter()
            .filter(|section| !section.items.is_empty())
            .map(|section| json!({
                "title": match section.title.as_str() {
                    "" if single => "",
                    "" => "Items",
                    title => title,
                },
                "tiles": section.items.iter().map(|item| item.tile).collect::<Vec<_>>(),
                "alt": alternative(section, &phase.title),
            }))
            .collect::<Vec<_>>(),
    })
}

/// A row of the picture in words: `Code Quality: 5 done, 2 open`.
fn alternative(section: &Section, phase: &str) -> String {
    let mut counts: Vec<(Tile, usize)> = Vec::new();
    for item in &section.items {
        match counts.iter_mut().find(|(tile, _)| *tile == item.tile) {
            Some((_, count)) => *count += 1,
            None => counts.push((item.tile, 1)),
        }
    }
    let words: Vec<String> = counts
        .iter()
        .map(|(tile, count)| format!("{count} {}", tile.word()))
        .collect();
    format!(
        "{}: {}",
        or(&section.title, or(phase, "Items")),
        words.join(", ")
    )
}

fn rollback(track: &Rollback, pictures: &mut Pictures) -> Value {
    json!({
        "title": or(&track.title, "Rollback"),
        "step_count": track.step_count,
        "state": match track.activations.iter().filter(|use_of| !use_of.rehearsal && use_of.cancelled.is_empty()).count() {
            0 => "Not used in this run.".to_owned(),
            1 => "Activated once in this run.".to_owned(),
            times => format!("Activated {times} times in this run."),
        },
        "activations": track.activations.iter().map(|activation| json!({
            "rehearsal": activation.rehearsal,
            "by": activation.by,
            "reason": activation.reason,
            "started": activation.started.text,
            "ended": moment(activation.ended.as_ref()),
            "clock": activation.clock,
            "cancelled": activation.cancelled,
            "sections": items::sections(&activation.sections, pictures),
        })).collect::<Vec<_>>(),
        "sections": items::sections(&track.sections, pictures),
    })
}

fn evidence_list(report: &Report) -> Vec<Value> {
    report
        .phases
        .iter()
        .flat_map(Phase::items)
        .flat_map(|item| item.evidence.iter().map(move |evidence| (item, evidence)))
        .map(|(item, evidence)| {
            json!({
                "number": item.number,
                "name": evidence.name,
                "size": size(evidence.size),
                "sha256": evidence.sha256,
            })
        })
        .collect()
}
