//! coverage.py's JSON, <https://coverage.readthedocs.io/en/latest/commands/cmd_json.html>.

use serde_json::{Map, Value};

use super::count::{Count, Counted, Sum, folder};

/// Adds a report.
pub(super) fn read(counted: &mut Counted, all: &Map<String, Value>) -> Result<(), String> {
    let totals = all.get("totals").and_then(sum).ok_or_else(super::unknown)?;
    counted.stated = counted.stated.and(totals);
    let files = all.get("files").and_then(Value::as_object);
    for (path, file) in files.into_iter().flatten() {
        let sum = file
            .get("summary")
            .and_then(sum)
            .ok_or_else(|| format!("has no summary of {path}"))?;
        counted.package(folder(path), sum);
    }
    counted.formats.insert("coverage.py");
    Ok(())
}

fn sum(summary: &Value) -> Option<Sum> {
    let number = |name: &str| summary.get(name).and_then(Value::as_u64);
    let line = Count::stated(number("covered_lines")?, number("num_statements")?)?;
    // Without `--branch` there are no branches in it.
    let branch = match number("num_branches") {
        Some(total) => Count::stated(number("covered_branches")?, total)?,
        None => Count::default(),
    };
    Some(Sum {
        line,
        branch,
        function: Count::default(),
    })
}
