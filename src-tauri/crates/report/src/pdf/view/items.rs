//! Phases, sections and items as the template wants them.

use serde_json::{Value, json};

use super::curve::curve;
use super::{Pictures, bulky, moment};
use crate::model::{Evidence, Item, Mark, Measured, Note, Phase, Probe, Section, Waiver};
use crate::rich::{self, Block};
use crate::text::size;

/// No line of a listing is worth more paper than this.
const LONGEST_LISTING: usize = 60;
const LONGEST_LINE: usize = 1_200;

/// A phase with its sections and items.
pub(super) fn phase(phase: &Phase, pictures: &mut Pictures) -> Value {
    json!({
        "title": phase.title,
        "number": phase.number,
        "resolved": phase.items().filter(|item| item.tile.is_resolved()).count(),
        "total": phase.items().count(),
        "sections": sections(&phase.sections, pictures),
    })
}

/// Sections with their items.
pub(super) fn sections(sections: &[Section], pictures: &mut Pictures) -> Vec<Value> {
    sections
        .iter()
        .filter(|section| !section.items.is_empty() || !section.title.is_empty())
        .map(|section| {
            json!({
                "title": section.title,
                "number": section.number,
                "stage": section.stage,
                "window": section.window,
                "resolved": section.items.iter().filter(|item| item.tile.is_resolved()).count(),
                "total": section.items.len(),
                "items": section.items.iter().map(|entry| item(entry, pictures)).collect::<Vec<_>>(),
            })
        })
        .collect()
}

fn item(item: &Item, pictures: &mut Pictures) -> Value {
    let probes: Vec<&Probe> = item.probes.iter().collect();
    let has_facts = [
        &item.assignee,
        &item.due,
        &item.environment,
        &item.performed,
        &item.reason,
    ]
    .iter()
    .any(|fact| !fact.is_empty());
    let deep = has_facts
        || item.waiver.is_some()
        || !item.notes.is_empty()
        || !probes.is_empty()
        || !item.evidence.is_empty();
    json!({
        "number": item.number,
        "spans": rich::inline(&item.text),
        "depth": item.depth.min(6),
        "tile": item.tile,
        "status": item.status,
        "marks": item.further_marks().map(Mark::word).collect::<Vec<_>>(),
        "by": item.by,
        "when": moment(item.when.as_ref()),
        "performed": item.performed,
        "assignee": item.assignee,
        "due": item.due,
        "environment": item.environment,
        "reason": item.reason,
        "waiver": item.waiver.as_ref().map(waiver),
        "value": item.value.as_ref().map(value),
        "notes": item.notes.iter().map(note).collect::<Vec<_>>(),
        "probes": probes.into_iter().map(probe).collect::<Vec<_>>(),
        "evidence": item.evidence.iter().map(|entry| evidence(entry, &item.number, pictures)).collect::<Vec<_>>(),
        "deep": deep,
        "bulky": bulky([item.text.as_str(), &item.status, &item.by, &item.number]),
    })
}

fn value(value: &Measured) -> Value {
    let within = |part: f64| {
        if part.is_finite() {
            part.clamp(0.0, 1.0)
        } else {
            0.0
        }
    };
    json!({
        "value": value.value,
        "unit": value.unit,
        "limit": value.limit,
        "beyond": value.beyond,
        "gauge": value.gauge.is_some(),
        "fill": value.gauge.map_or(0.0, |gauge| within(gauge.fill)),
        "mark": value.gauge.map_or(0.0, |gauge| within(gauge.limit)),
    })
}

fn waiver(waiver: &Waiver) -> Value {
    json!({
        "reason": waiver.reason,
        "proposed_by": waiver.proposed_by,
        "accepted_by": waiver.accepted_by,
        "when": moment(waiver.when.as_ref()),
        "until": waiver.until,
    })
}

fn note(note: &Note) -> Value {
    let blocks: Vec<Value> = rich::blocks(&note.text)
        .iter()
        .map(|block| match block {
            Block::Code { text } => json!({ "block": "code", "lines": listing(text) }),
            other => json!(other),
        })
        .collect();
    json!({ "by": note.by, "when": note.when.text, "blocks": blocks })
}

/// A probe of more lines than this may be parted between two pages.
const WHOLE_PROBE: usize = 24;

fn probe(probe: &Probe) -> Value {
    let lines = listing(&probe.definition).len()
        + probe.conditions.len()
        + probe
            .details
            .iter()
            .map(|detail| listing(&detail.value).len().max(1) + detail.value.len() / 90)
            .sum::<usize>();
    json!({
        "long": lines > WHOLE_PROBE || probe.curve.is_some(),
        "kind": probe.kind,
        "definition": listing(&probe.definition),
        "tile": probe.verdict.tile(),
        "word": probe.verdict.word(),
        "summary": probe.summary,
        "when": moment(probe.when.as_ref()),
        "by": probe.by,
        "rehearsal": probe.rehearsal,
        "conditions": probe.conditions.iter().map(|condition| json!({
            "text": condition.text,
            "found": condition.found,
            "tile": condition.verdict.tile(),
            "word": condition.verdict.word(),
        })).collect::<Vec<_>>(),
        "details": probe.details.iter().map(|detail| json!({
            "key": detail.key,
            "lines": listing(&detail.value),
        })).collect::<Vec<_>>(),
        "curve": probe.curve.as_ref().map_or(Value::Null, curve),
    })
}

fn evidence(evidence: &Evidence, number: &str, pictures: &mut Pictures) -> Value {
    json!({
        "name": evidence.name,
        "media": evidence.media_type,
        "size": size(evidence.size),
        "sha256": evidence.sha256,
        "by": evidence.by,
        "picture": pictures.add(&evidence.image),
        "alt": format!("Evidence of item {number}: {}", evidence.name),
    })
}

/// Lines as they are listed: leading spaces kept, and what is too long cut with a word about it.
pub(super) fn listing(text: &str) -> Vec<String> {
    let text = text.trim_end();
    if text.is_empty() {
        return Vec::new();
    }
    let all: Vec<&str> = text.lines().collect();
    let mut lines: Vec<String> = all
        .iter()
        .take(LONGEST_LISTING)
        .map(|line| shorten(line))
        .collect();
    if all.len() > LONGEST_LISTING {
        lines.push(format!("… {} more lines", all.len() - LONGEST_LISTING));
    }
    lines
}

fn shorten(line: &str) -> String {
    let line = line.replace('\t', "    ");
    // Leading spaces would be trimmed from a line of text; no-break spaces are not.
    let spaces = line.len() - line.trim_start_matches(' ').len();
    let mut kept = "\u{A0}".repeat(spaces);
    kept.extend(line.chars().skip(spaces).take(LONGEST_LINE));
    let rest = line.chars().count().saturating_sub(spaces + LONGEST_LINE);
    if rest > 0 {
        kept.push_str(&format!("… {rest} more characters"));
    }
    kept
}
