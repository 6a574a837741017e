//! `inspect` and `lint`: how a checklist is read, and what is wrong with it. No store is opened.

use std::collections::BTreeMap;
use std::path::Path;

use countersign_api::outline::{Outline, Stage};
use countersign_api::wire::error::{Finding, FindingSeverity};
use countersign_api::{Inspection, source_of};
use serde_json::json;

use crate::arguments::FileArgument;
use crate::output::{Answer, Failure, NO, OK};
use crate::style::{BAD, BOLD, DIM, DOUBT, GOING, column, count, paint, plain, widest};

/// The checklist that an argument names: a bundled one, or a file.
pub fn source(file: &str) -> String {
    match file.starts_with("bundled:") {
        true => file.to_owned(),
        false => source_of(Path::new(file)),
    }
}

/// `inspect FILE`
pub fn inspect(file: &FileArgument) -> Result<Answer, Failure> {
    let found = countersign_api::inspect(&source(&file.file), file.bullets)?;
    Answer::ok(page(&found), &found)
}

/// `lint FILE`
pub fn lint(file: &FileArgument) -> Result<Answer, Failure> {
    let found = countersign_api::inspect(&source(&file.file), file.bullets)?;
    let of = |severity| {
        let matching = found.diagnostics.iter().filter(|d| d.severity == severity);
        matching.count()
    };
    let (errors, warnings) = (of(FindingSeverity::Error), of(FindingSeverity::Warning));
    let mut text: String = found
        .diagnostics
        .iter()
        .map(|finding| line_of(&file.file, finding))
        .collect();
    text.push_str(&format!(
        "{}: {}, {}\n",
        plain(&file.file),
        count(errors, "error"),
        count(warnings, "warning")
    ));
    let json = json!({
        "file": found.file,
        "errors": errors,
        "warnings": warnings,
        "findings": found.diagnostics,
    });
    Answer::with(text, &json, if errors > 0 { NO } else { OK })
}

/// `file:line:column severity code: message`, as editors read it.
fn line_of(file: &str, finding: &Finding) -> String {
    let place = match (finding.line, finding.column) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        (Some(line), None) => format!(":{line}"),
        _ => String::new(),
    };
    let word = match finding.severity {
        FindingSeverity::Error => paint(BAD, "error"),
        FindingSeverity::Warning => paint(DOUBT, "warning"),
        FindingSeverity::Info => paint(GOING, "info"),
    };
    let mut text = format!(
        "{}{place}: {word} [{}] {}\n",
        plain(file),
        finding.code,
        plain(&finding.message)
    );
    if let Some(hint) = &finding.hint {
        text.push_str(&format!("  {}\n", paint(DIM, &plain(hint))));
    }
    text
}

fn page(found: &Inspection) -> String {
    let outline = &found.outline;
    let title = outline.title.as_deref().unwrap_or(&found.file);
    let numbers = [
        (found.work_items, "work item"),
        (found.rollback_steps, "rollback step"),
        (outline.roles.len(), "role"),
        (outline.fields.len(), "field"),
        (outline.contacts.len(), "contact"),
        (outline.criteria.len(), "success criterion"),
        (outline.resources.len(), "resource"),
        (outline.fences.len(), "fence"),
    ];
    let numbers: Vec<String> = numbers
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, one)| count(n, one).replace("criterions", "criteria"))
        .collect();
    let mut text = format!(
        "{}\n{}\n{}\n",
        paint(BOLD, &plain(title)),
        paint(
            DIM,
            &format!("{} · sha256 {}", plain(&found.file), found.digest)
        ),
        numbers.join(" · ")
    );
    text.push_str(&tree(outline));
    text.push_str(&around(outline));
    if !found.suggestions.is_empty() {
        text.push_str(&heading("Suggested probes, none of them accepted"));
        for suggestion in &found.suggestions {
            let blanks = match suggestion.blanks.is_empty() {
                true => String::new(),
                false => format!(" (to fill: {})", suggestion.blanks.join(", ")),
            };
            text.push_str(&format!(
                "  line {:<4} {} {}{blanks}\n",
                suggestion.line,
                column(&suggestion.kind, 8),
                plain(&suggestion.why),
            ));
        }
    }
    if !found.diagnostics.is_empty() {
        text.push_str(&heading("Diagnostics"));
        for finding in &found.diagnostics {
            text.push_str("  ");
            text.push_str(&line_of(&found.file, finding).replace("\n  ", "\n    "));
        }
    }
    text
}

fn heading(title: &str) -> String {
    format!("\n{}\n", paint(BOLD, title))
}

fn tree(outline: &Outline) -> String {
    let mut text = String::new();
    let sections = || outline.phases.iter().flat_map(|phase| &phase.sections);
    let numbers = widest(sections().map(|section| section.number.as_str()));
    let titles = widest(sections().map(|section| section.title.as_deref().unwrap_or("")));
    for phase in &outline.phases {
        let items: usize = phase
            .sections
            .iter()
            .map(|section| section.items.len())
            .sum();
        if items == 0 {
            continue;
        }
        let rollback = if phase.rollback { " · rollback" } else { "" };
        let window = phase.window.as_ref().map(|window| window.words.as_str());
        let window = window
            .map(|words| format!(" · {words}"))
            .unwrap_or_default();
        text.push_str(&format!(
            "\n{}  {}\n",
            paint(BOLD, &format!("{} {}", phase.number, plain(&phase.title))),
            paint(
                DIM,
                &format!("{}{rollback}{}", count(items, "item"), plain(&window))
            ),
        ));
        for section in phase
            .sections
            .iter()
            .filter(|section| !section.items.is_empty())
        {
            let probes = section
                .items
                .iter()
                .filter_map(|id| outline.item(id))
                .filter(|item| !item.probes.is_empty())
                .count();
            let probes = match probes {
                0 => String::new(),
                n => format!("  {n} with probes"),
            };
            let line = format!(
                "  {}  {}  {}  {}{}",
                column(&section.number, numbers),
                column(&plain(section.title.as_deref().unwrap_or("")), titles),
                column(stage(section.stage), 7),
                column(&count(section.items.len(), "item"), 9),
                probes,
            );
            text.push_str(&format!("{}\n", line.trim_end()));
        }
    }
    text
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Prepare => "prepare",
        Stage::Deploy => "deploy",
        Stage::Watch => "watch",
        Stage::Review => "review",
    }
}

/// What stands around the items.
fn around(outline: &Outline) -> String {
    let mut text = String::new();
    let mut list = |title: &str, lines: Vec<(u32, String)>| {
        if lines.is_empty() {
            return;
        }
        text.push_str(&heading(title));
        for (line, words) in lines {
            text.push_str(&format!("  line {line:<4} {}\n", plain(&words)));
        }
    };
    let filled = |label: &str, value: &Option<String>| match value {
        Some(value) => format!("{label}: {value}"),
        None => label.to_owned(),
    };
    let roles = outline.roles.iter();
    list(
        "Roles",
        roles
            .map(|role| (role.line, filled(&role.title, &role.name)))
            .collect(),
    );
    let fields = outline.fields.iter();
    list(
        "Fields",
        fields
            .map(|f| (f.line, filled(&f.label, &f.value)))
            .collect(),
    );
    let contacts = outline.contacts.iter();
    list(
        "Contacts",
        contacts
            .map(|c| (c.line, filled(&c.role, &c.value)))
            .collect(),
    );
    let criteria = outline.criteria.iter().map(|criterion| {
        let bound = match criterion.answered_by.len() {
            0 => "asked at sign-off".to_owned(),
            n => format!("answered by {}", count(n, "item")),
        };
        (criterion.line, format!("{} ({bound})", criterion.text))
    });
    list("Success criteria", criteria.collect());
    let resources = outline.resources.iter();
    list(
        "Resources",
        resources
            .map(|r| (r.line, format!("{}: {}", r.label, r.target)))
            .collect(),
    );
    let numbers: BTreeMap<&str, &str> = outline
        .items
        .iter()
        .map(|item| (item.id.as_str(), item.number.as_str()))
        .collect();
    let placeholders = outline.placeholders.iter().map(|placeholder| {
        let item = placeholder.item.as_deref().and_then(|id| numbers.get(id));
        let held = item.map_or(String::new(), |number| format!(" in {number}"));
        (placeholder.line, format!("{}{held}", placeholder.text))
    });
    list("Placeholders", placeholders.collect());
    let fences = outline.fences.iter().map(|fence| {
        let language = fence.language.as_deref().unwrap_or("plain");
        (
            fence.line,
            format!("{language}, under {}", fence.under.join(" › ")),
        )
    });
    list("Fences", fences.collect());
    if !outline.points.is_empty() {
        text.push_str(&heading("Sign-off points"));
        for point in &outline.points {
            text.push_str(&format!(
                "  {}  {}, {}\n",
                column(&point.id, 12),
                count(point.items.len(), "item"),
                count(point.roles.len(), "role"),
            ));
        }
    }
    if !outline.conditions.is_empty() {
        text.push_str(&heading("Conditions"));
        for condition in &outline.conditions {
            text.push_str(&format!(
                "  {}  {}\n",
                column(&condition.id, 24),
                plain(&condition.question)
            ));
        }
    }
    text
}
