//! A picture of the window in words and rows, for paper.

use std::collections::HashSet;

use countersign_report::model::Detail;

use super::detail;
use crate::wire::picture::Picture;

/// How many lines of a list are printed.
const MOST_LINES: usize = 40;
/// How much of a text is printed.
const MOST_TEXT: usize = 2000;

/// What a picture tells. A line that is in `said` already is not said again.
pub(super) fn pictured(picture: &Picture, said: &mut HashSet<String>) -> Vec<Detail> {
    let mut list = |title: &str, lines: Vec<String>| -> Vec<Detail> {
        let lines: Vec<String> = lines
            .into_iter()
            .filter(|line| !line.is_empty() && said.insert(line.clone()))
            .take(MOST_LINES)
            .map(|line| line.replace('\n', " "))
            .collect();
        let title = if title.is_empty() { "measured" } else { title };
        (!lines.is_empty())
            .then(|| detail(title, lines.join("\n")))
            .into_iter()
            .collect()
    };
    match picture {
        Picture::Phases { parts, .. } => {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| format!("{} {:.1} ms", part.name, part.ms))
                .collect();
            vec![detail("time", parts.join(", "))]
        }
        Picture::Life {
            title,
            facts,
            not_after,
            days_left,
            ..
        } => {
            let facts: Vec<String> = facts
                .iter()
                .map(|fact| format!("{} {}", fact.name, fact.value))
                .collect();
            vec![
                detail(title, facts.join(", ")),
                detail(
                    "valid until",
                    format!("{not_after} ({days_left:.0} days left)"),
                ),
            ]
        }
        Picture::Answers { answers } => list(
            "answers",
            answers
                .iter()
                .map(|answer| {
                    let mut said = answer.said.join(", ");
                    if !answer.trouble.is_empty() {
                        said = format!("{said} {}", answer.trouble).trim().to_owned();
                    }
                    let differs = if answer.differs { " (differs)" } else { "" };
                    format!("{}: {said}{differs}", answer.server)
                })
                .collect(),
        ),
        Picture::Rows {
            title,
            columns,
            rows,
        } => {
            let head = columns.iter().any(|column| !column.is_empty());
            let lines = head.then(|| columns.join(" | ")).into_iter();
            list(
                title,
                lines
                    .chain(rows.iter().map(|row| row.join(" | ")))
                    .collect(),
            )
        }
        Picture::Series {
            title, unit, lines, ..
        } => list(
            title,
            lines
                .iter()
                .map(|line| {
                    let values = line.points.iter().filter_map(|point| point.value);
                    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), value| {
                        (low.min(value), high.max(value))
                    });
                    match low <= high {
                        true => format!(
                            "{}: {} samples from {low} to {high} {unit}",
                            line.name,
                            line.points.len()
                        ),
                        false => format!("{}: no sample", line.name),
                    }
                })
                .collect(),
        ),
        // It is drawn, with its percentiles in rows.
        Picture::Curve { .. } => Vec::new(),
        Picture::Bars { title, bars, .. } => list(
            title,
            bars.iter()
                .map(|bar| format!("{}: {}", bar.name, bar.value))
                .collect(),
        ),
        Picture::Places { title, places, .. } => list(
            title,
            places
                .iter()
                .map(|place| {
                    [&place.place, &place.rule, &place.text]
                        .into_iter()
                        .filter(|part| !part.is_empty())
                        .cloned()
                        .collect::<Vec<_>>()
                        .join(" · ")
                })
                .collect(),
        ),
        Picture::Checks { title, checks, .. } => list(
            title,
            checks
                .iter()
                .map(|check| {
                    let wanted = match check.wanted.as_str() {
                        "" => String::new(),
                        wanted => format!("wanted: {wanted}"),
                    };
                    let said = [&check.mark, &check.found, &wanted, &check.why];
                    let said: Vec<&str> = said
                        .into_iter()
                        .map(String::as_str)
                        .filter(|part| !part.is_empty())
                        .collect();
                    format!("{}: {}", check.name, said.join(", "))
                })
                .collect(),
        ),
        Picture::Facts { title, facts, .. } => list(
            title,
            facts
                .iter()
                .map(|fact| format!("{}: {}", fact.name, fact.value))
                .collect(),
        ),
        Picture::Text { title, text, .. } => {
            vec![detail(title, text.chars().take(MOST_TEXT).collect())]
        }
    }
}
