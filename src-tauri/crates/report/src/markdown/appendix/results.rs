//! What became of every item: results, probes, waivers, evidence.

use super::{moment, sign};
use crate::markdown::escape::{code, inline, line, note, text};
use crate::markdown::table::Table;
use crate::model::{Item, Measured, Phase, Report, Section};
use crate::text::size;

/// The checklist in one look: a sign for every item.
pub(super) fn picture(out: &mut String, report: &Report) {
    let mut table = Table::new(&["Phase", "Section", "Items", "Done"]);
    for phase in &report.phases {
        for section in &phase.sections {
            let resolved = section
                .items
                .iter()
                .filter(|item| item.tile.is_resolved())
                .count();
            if !section.items.is_empty() {
                table.row(vec![
                    text(&phase.title),
                    text(&section.title),
                    section.items.iter().map(|item| sign(item.tile)).collect(),
                    format!("{resolved}/{}", section.items.len()),
                ]);
            }
        }
    }
    table.write(out, "## The checklist in one look");
}

/// Every item with its status.
pub(super) fn items(out: &mut String, report: &Report) {
    if report.item_count() == 0 {
        return;
    }
    out.push_str("## Results\n\n");
    for phase in &report.phases {
        let title = [phase.number.as_str(), phase.title.as_str()].join(" ");
        let title = match title.trim() {
            "" => "Items",
            title => title,
        };
        sections(out, title, &phase.sections);
    }
}

/// A table of the items of some sections.
pub(super) fn sections(out: &mut String, title: &str, sections: &[Section]) {
    let mut table = Table::new(&["Item", "What", "Status", "Value", "Who and when", "Remarks"]);
    for section in sections {
        if !section.title.is_empty() && !section.items.is_empty() {
            let window = [section.stage.as_str(), section.window.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .map(text)
                .collect::<Vec<_>>()
                .join(" · ");
            table.row(vec![
                text(&section.number),
                format!("**{}**", text(&section.title)),
                window,
            ]);
        }
        for item in &section.items {
            table.row(row(item));
        }
    }
    table.write(out, &format!("### {}", line(title)));
}

fn row(item: &Item) -> Vec<String> {
    let marks: String = item
        .further_marks()
        .map(|mark| format!(", {}", mark.word()))
        .collect();
    let who = [
        text(&item.by),
        moment(item.when.as_ref()),
        text(&item.performed),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join("<br>");
    vec![
        text(&item.number),
        inline(&item.text),
        format!("{} {}{marks}", sign(item.tile), text(&item.status)),
        item.value.as_ref().map(value).unwrap_or_default(),
        who,
        remarks(item),
    ]
}

fn value(value: &Measured) -> String {
    let measured = [text(&value.value), text(&value.unit)].join(" ");
    let limit = if value.limit.is_empty() {
        String::new()
    } else {
        format!("<br>{}", text(&value.limit))
    };
    format!("**{}**{limit}", measured.trim())
}

fn remarks(item: &Item) -> String {
    let labelled =
        |label: &str, words: &str| (!words.is_empty()).then(|| format!("{label}: {}", text(words)));
    let mut parts: Vec<String> = [
        labelled("Reason", &item.reason),
        labelled("For", &item.assignee),
        labelled("Due", &item.due),
        labelled("In", &item.environment),
    ]
    .into_iter()
    .flatten()
    .collect();
    for entry in &item.notes {
        parts.push(format!(
            "{} ({}, {})",
            note(&entry.text),
            text(&entry.by),
            text(&entry.when.text)
        ));
    }
    parts.join("<br>")
}

/// Every probe that has a definition or a result.
pub(super) fn probes(out: &mut String, report: &Report) {
    let mut table = Table::new(&[
        "Item",
        "Kind",
        "Verdict",
        "Found",
        "Conditions",
        "When",
        "Definition",
        "Details",
    ]);
    for item in report.phases.iter().flat_map(Phase::items) {
        for probe in &item.probes {
            let rehearsal = if probe.rehearsal { ", rehearsal" } else { "" };
            let conditions = probe
                .conditions
                .iter()
                .map(|condition| {
                    let found = if condition.found.is_empty() {
                        "nothing measured".to_owned()
                    } else {
                        text(&condition.found)
                    };
                    format!(
                        "{} {}: {found}",
                        sign(condition.verdict.tile()),
                        code(&condition.text)
                    )
                })
                .collect::<Vec<_>>()
                .join("<br>");
            let details = probe
                .details
                .iter()
                .map(|detail| {
                    let shown = if detail.value.contains('\n') {
                        code(&detail.value)
                    } else {
                        text(&detail.value)
                    };
                    format!("{}: {shown}", text(&detail.key))
                })
                .collect::<Vec<_>>()
                .join("<br>");
            let when = [moment(probe.when.as_ref()), text(&probe.by)]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("<br>");
            table.row(vec![
                text(&item.number),
                code(&probe.kind),
                format!(
                    "{} {}{rehearsal}",
                    sign(probe.verdict.tile()),
                    probe.verdict.word()
                ),
                text(&probe.summary),
                conditions,
                when,
                code(&probe.definition),
                details,
            ]);
        }
    }
    table.write(out, "## Probes");
}

/// Every waiver.
pub(super) fn waivers(out: &mut String, report: &Report) {
    let mut table = Table::new(&[
        "Item",
        "What",
        "Reason",
        "Asked for by",
        "Accepted by",
        "When",
        "Until",
    ]);
    for item in report.phases.iter().flat_map(Phase::items) {
        if let Some(waiver) = &item.waiver {
            table.row(vec![
                text(&item.number),
                inline(&item.text),
                text(&waiver.reason),
                text(&waiver.proposed_by),
                if waiver.accepted_by.is_empty() {
                    "not accepted yet".to_owned()
                } else {
                    text(&waiver.accepted_by)
                },
                moment(waiver.when.as_ref()),
                text(&waiver.until),
            ]);
        }
    }
    table.write(out, "## Waivers");
}

/// Every file of evidence, by its hash.
pub(super) fn evidence(out: &mut String, report: &Report) {
    let mut table = Table::new(&["Item", "File", "Type", "Size", "SHA-256", "By"]);
    for item in report.phases.iter().flat_map(Phase::items) {
        for entry in &item.evidence {
            table.row(vec![
                text(&item.number),
                text(&entry.name),
                text(&entry.media_type),
                size(entry.size),
                code(&entry.sha256),
                text(&entry.by),
            ]);
        }
    }
    table.write(out, "## Evidence");
}
