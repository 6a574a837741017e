//! How long answers took under load, in rows.

use super::super::escape::{code, text};
use super::super::table::Table;
use super::sign;
use crate::model::{Curve, Phase, Report};

/// Every percentile of every load run, with what conditions say about it.
pub(super) fn latencies(out: &mut String, report: &Report) {
    let mut table = Table::new(&["Item", "Percentile", "Corrected", "Raw", "Conditions"]);
    for item in report.phases.iter().flat_map(Phase::items) {
        for curve in item.probes.iter().filter_map(|probe| probe.curve.as_ref()) {
            for row in &curve.rows {
                let Some((name, values)) = row.split_first() else {
                    continue;
                };
                let mut cells = vec![text(&item.number), text(name)];
                cells.extend(
                    (0..2).map(|at| values.get(at).map(|value| text(value)).unwrap_or_default()),
                );
                cells.push(conditions(curve, name));
                table.row(cells);
            }
        }
    }
    table.write(out, "## Latency under load");
}

/// What is asked of a percentile, by its name such as `p99`.
fn conditions(curve: &Curve, name: &str) -> String {
    let about = curve
        .marks
        .iter()
        .filter(|mark| format!("p{}", mark.percent) == name);
    let said = about.map(|mark| {
        let item = match mark.item.is_empty() {
            true => String::new(),
            false => format!(" ({})", text(&mark.item)),
        };
        format!("{} {}{item}", sign(mark.verdict.tile()), code(&mark.text))
    });
    said.collect::<Vec<_>>().join("<br>")
}
