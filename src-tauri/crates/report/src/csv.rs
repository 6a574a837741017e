//! The items of a run as CSV (RFC 4180), for spreadsheets: one row an item, the rollback track last.

use crate::model::{Item, Report, Section};

/// Without it, spreadsheets on Windows take UTF-8 for the local code page.
const BYTE_ORDER_MARK: &str = "\u{feff}";

const HEADER: [&str; 22] = [
    "Number",
    "Item",
    "Phase",
    "Section",
    "Stage",
    "Status",
    "Marks",
    "Reason",
    "Value",
    "Unit",
    "Limit",
    "By",
    "When",
    "Performed",
    "Assignee",
    "Due",
    "Environment",
    "Waiver",
    "Probes",
    "Evidence",
    "Notes",
    "Id",
];

/// Writes the items of a run. Times are RFC 3339.
///
/// # Errors
/// When a row cannot be written.
pub fn render(report: &Report) -> Result<Vec<u8>, csv::Error> {
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    table.write_record(HEADER)?;
    for phase in &report.phases {
        for section in &phase.sections {
            for item in &section.items {
                table.write_record(row(&phase.title, section, item))?;
            }
        }
    }
    if let Some(rollback) = &report.rollback {
        for section in &rollback.sections {
            for item in &section.items {
                table.write_record(row(&rollback.title, section, item))?;
            }
        }
    }
    table
        .into_inner()
        .map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))
}

fn row(phase: &str, section: &Section, item: &Item) -> [String; HEADER.len()] {
    let value = item.value.as_ref();
    let waiver = item.waiver.as_ref();
    let cells =
        [
            item.number.clone(),
            item.text.clone(),
            phase.to_owned(),
            section.title.clone(),
            section.stage.clone(),
            item.status.clone(),
            joined(item.marks.iter().map(|mark| mark.word().to_owned())),
            item.reason.clone(),
            value.map(|value| value.value.clone()).unwrap_or_default(),
            value.map(|value| value.unit.clone()).unwrap_or_default(),
            value.map(|value| value.limit.clone()).unwrap_or_default(),
            item.by.clone(),
            item.when
                .as_ref()
                .map(|when| when.at.clone())
                .unwrap_or_default(),
            item.performed.clone(),
            item.assignee.clone(),
            item.due.clone(),
            item.environment.clone(),
            waiver
                .map(|waiver| match waiver.accepted_by.is_empty() {
                    true => format!("proposed by {}, not accepted", waiver.proposed_by),
                    false => format!(
                        "proposed by {}, accepted by {}",
                        waiver.proposed_by, waiver.accepted_by
                    ),
                })
                .unwrap_or_default(),
            joined(item.probes.iter().map(|probe| {
                format!("{} {}: {}", probe.kind, probe.verdict.word(), probe.summary)
            })),
            joined(
                item.evidence
                    .iter()
                    .map(|file| format!("{} (sha256 {})", file.name, file.sha256)),
            ),
            joined(
                item.notes
                    .iter()
                    .map(|note| format!("{}: {}", note.by, note.text)),
            ),
            item.id.clone(),
        ];
    cells.map(safe)
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("\n")
}

/// A text that a spreadsheet takes for nothing but a text: an apostrophe stands before what would be
/// a formula (OWASP, "CSV Injection"). A plain negative number stays one. A cell that only begins
/// with white space counts too, because spreadsheets trim it.
fn safe(text: String) -> String {
    let formula = text.trim_start().starts_with([
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ]) || text.starts_with(['\t', '\r']);
    let number = text.parse::<f64>().is_ok_and(f64::is_finite);
    match formula && !number {
        true => format!("'{text}"),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn no_cell_is_a_formula() {
        for formula in [
            "=1+1",
            "+cmd",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            " =1",
            "\u{ff1d}1",
        ] {
            assert_eq!(safe(formula.to_owned()), format!("'{formula}"));
        }
        for text in ["", "612", "-12.5", "a = b", "'=1", "5-10%"] {
            assert_eq!(safe(text.to_owned()), text);
        }
    }
}
