//! An outline as text, one line for everything that was read and where it stands.

#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::fmt::Write as _;

use countersign_core::outline::{
    Comparison, Import, Item, Offset, Section, Side, ValueAsk, Window,
};

/// Compares `text` with the golden file, or writes it when `UPDATE_GOLDEN` is set.
pub fn assert_golden(path: &str, text: &str) {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (want, got)) in golden.lines().zip(text.lines()).enumerate() {
        assert_eq!(got, want, "{path}, line {}", number + 1);
    }
    assert_eq!(text.lines().count(), golden.lines().count(), "{path}");
}

/// Writes the listing.
pub fn list(import: &Import) -> String {
    let outline = &import.outline;
    let mut out = String::new();
    if let Some(title) = &outline.title {
        line(&mut out, &format!("title: {title}"));
    }
    for phase in &outline.phases {
        let kind = if phase.rollback { " (rollback)" } else { "" };
        line(
            &mut out,
            &format!("{} {}{kind} @{}", phase.number, phase.title, phase.line),
        );
        for section in &phase.sections {
            let title = section.title.as_deref().unwrap_or("(items)");
            let above: String = section
                .above
                .iter()
                .map(|above| format!("{above} › "))
                .collect();
            let mut text = format!(
                "  {} {above}{title} @{} {:?}",
                section.number, section.line, section.stage
            );
            if let Some(window) = &section.window {
                let _ = write!(text, " [{}: {}]", window.words, span(window));
            }
            if let Some(component) = &section.component {
                let _ = write!(text, " of {component}");
            }
            line(&mut out, &text);
            for id in &section.items {
                item(&mut out, outline.item(id).unwrap(), section);
            }
        }
    }
    for role in &outline.roles {
        line(&mut out, &format!("role {} @{}", role.title, role.line));
    }
    for field in &outline.fields {
        line(
            &mut out,
            &format!("field {} ({:?}) @{}", field.label, field.kind, field.line),
        );
    }
    for contact in &outline.contacts {
        let value = contact.value.as_deref().unwrap_or("(to be filled)");
        line(
            &mut out,
            &format!("contact {}: {value} @{}", contact.role, contact.line),
        );
    }
    for criterion in &outline.criteria {
        let by = criterion.answered_by.join(", ");
        line(
            &mut out,
            &format!("criterion {} <- [{by}] @{}", criterion.text, criterion.line),
        );
    }
    for resource in &outline.resources {
        line(
            &mut out,
            &format!(
                "resource {}: {} @{}",
                resource.label, resource.target, resource.line
            ),
        );
    }
    for metadatum in &outline.metadata {
        line(
            &mut out,
            &format!(
                "metadata {}: {} @{}",
                metadatum.label, metadatum.value, metadatum.line
            ),
        );
    }
    for fence in &outline.fences {
        let language = fence.language.as_deref().unwrap_or("(no language)");
        line(
            &mut out,
            &format!(
                "fence {language} under {} @{}",
                fence.under.join(" › "),
                fence.line
            ),
        );
    }
    for blank in &outline.placeholders {
        let item = blank.item.as_deref().unwrap_or("-");
        line(
            &mut out,
            &format!(
                "placeholder {} {} for {item} @{}:{}",
                blank.id, blank.text, blank.line, blank.column
            ),
        );
    }
    for condition in &outline.conditions {
        line(
            &mut out,
            &format!(
                "condition {}: {} [{}]",
                condition.id,
                condition.words,
                condition.items.join(", ")
            ),
        );
    }
    if let Some(track) = &outline.rollback {
        let trigger = track.trigger.as_deref().unwrap_or("-");
        line(
            &mut out,
            &format!(
                "rollback in {}: {trigger}, needs [{}]",
                track.phase,
                track.placeholders.join(", ")
            ),
        );
        for group in &track.groups {
            let title = group.title.as_deref().unwrap_or("(steps)");
            let clock = if group.on_clock { "on" } else { "off" };
            line(
                &mut out,
                &format!("  {title}: {} steps, {clock} the clock", group.steps.len()),
            );
        }
    }
    for point in &outline.points {
        line(
            &mut out,
            &format!(
                "point {}: {} items, {} roles",
                point.title,
                point.items.len(),
                point.roles.len()
            ),
        );
    }
    for found in &import.diagnostics {
        line(
            &mut out,
            &format!(
                "{:?} {} @{}:{} {}",
                found.severity, found.code, found.place.line, found.place.column, found.message
            ),
        );
    }
    for offered in &import.offered {
        line(
            &mut out,
            &format!("offered {} @{}", offered.text, offered.line),
        );
    }
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

fn item(out: &mut String, item: &Item, section: &Section) {
    let indent = "  ".repeat(item.depth as usize + 2);
    let state = item
        .state
        .as_ref()
        .map_or("no box".to_owned(), |state| format!("[{state}]"));
    let mut text = format!(
        "{indent}{} {state} {} #{} @{}",
        item.number, item.text, item.id, item.line
    );
    if item.stage != section.stage {
        let _ = write!(text, " {:?}", item.stage);
    }
    if let Some(window) = item
        .window
        .as_ref()
        .filter(|_| item.window != section.window)
    {
        let _ = write!(text, " [{}: {}]", window.words, span(window));
    }
    if let Some(environment) = &item.environment {
        let _ = write!(text, " on {environment}");
    }
    if let Some(component) = &item.component {
        let _ = write!(text, " of {component}");
    }
    if let Some(condition) = &item.condition {
        let _ = write!(text, " only {condition}");
    }
    if let Some(asked) = &item.asks_value {
        let _ = write!(text, " asks {}", value(asked));
    }
    if let Some(placeholder) = &item.asks_for {
        let _ = write!(text, " gives {placeholder}");
    }
    for probe in &item.probes {
        let _ = write!(
            text,
            " probe {} ({:?} @{})",
            probe.kind, probe.placement, probe.place.line
        );
    }
    line(out, &text);
    for body in [&item.body, &item.command].into_iter().flatten() {
        for below in body.lines() {
            line(out, &format!("{indent}  | {below}"));
        }
    }
}

fn value(asked: &ValueAsk) -> String {
    let metric = asked.metric.as_deref().unwrap_or("value");
    let unit = asked.unit.as_deref().unwrap_or("");
    let limit = asked.limit.as_deref().unwrap_or("");
    let op = match asked.op {
        Comparison::Lt => "<",
        Comparison::Le => "≤",
        Comparison::Gt => ">",
        Comparison::Ge => "≥",
        Comparison::Between => {
            let (min, max) = (asked.min.as_deref().unwrap(), asked.max.as_deref().unwrap());
            return format!("{metric} in {min}..{max} {unit}");
        }
    };
    format!("{metric} {op} {limit} {unit}")
        .trim_end()
        .to_owned()
}

fn span(window: &Window) -> String {
    format!("{} .. {}", moment(&window.from), moment(&window.to))
}

fn moment(offset: &Offset) -> String {
    let sign = if offset.side == Side::Before {
        "-"
    } else {
        "+"
    };
    let end = if offset.end_of_day { " end of day" } else { "" };
    format!("{sign}{} {:?}{end}", offset.amount, offset.unit).to_lowercase()
}
