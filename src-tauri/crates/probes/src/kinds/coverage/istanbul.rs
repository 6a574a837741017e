//! Istanbul's JSON: `coverage-summary.json` with sums, and `coverage-final.json` with every
//! statement, <https://github.com/gotwarlost/istanbul/blob/master/coverage.json.md>.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::count::{Count, Counted, Sum, folder};

/// Whether it is `coverage-summary.json`.
pub(super) fn is_summary(all: &Map<String, Value>) -> bool {
    all.get("total")
        .is_some_and(|total| total.get("lines").is_some())
}

/// Whether it is `coverage-final.json`; one without a file in it is `{}`.
pub(super) fn is_whole(all: &Map<String, Value>) -> bool {
    all.values().all(|file| {
        file.get("statementMap").is_some()
            || file
                .get("data")
                .is_some_and(|data| data.get("statementMap").is_some())
    })
}

/// Adds a summary.
pub(super) fn summary(counted: &mut Counted, all: &Map<String, Value>) -> Result<(), String> {
    for (path, file) in all {
        let sum = stated(file).ok_or_else(|| format!("has no sums of {path}"))?;
        if path == "total" {
            counted.stated = counted.stated.and(sum);
        } else {
            counted.package(folder(path), sum);
        }
    }
    counted.formats.insert("istanbul");
    Ok(())
}

fn stated(file: &Value) -> Option<Sum> {
    let count = |name: &str| {
        let counts = file.get(name)?;
        Count::stated(
            counts.get("covered")?.as_u64()?,
            counts.get("total")?.as_u64()?,
        )
    };
    Some(Sum {
        line: count("lines")?,
        branch: count("branches")?,
        function: count("functions")?,
    })
}

/// Adds a whole report. A line is what a statement begins on, reached when any of its statements
/// is, as Istanbul itself counts lines.
pub(super) fn whole(counted: &mut Counted, all: &Map<String, Value>) -> Result<(), String> {
    for (path, file) in all {
        let file = file.get("data").unwrap_or(file);
        add(counted, path, file).ok_or_else(|| format!("has no whole entry of {path}"))?;
    }
    counted.formats.insert("istanbul");
    Ok(())
}

fn add(counted: &mut Counted, path: &str, file: &Value) -> Option<()> {
    let source = counted.source(path, folder(path));
    let statements = file.get("s")?.as_object()?;
    for (id, place) in file.get("statementMap")?.as_object()? {
        let hits = statements.get(id)?.as_u64()?;
        let line = place.get("start")?.get("line")?.as_u64()?;
        source.line(line, hits > 0);
    }
    let taken: BTreeMap<&String, &Vec<Value>> = file
        .get("b")?
        .as_object()?
        .iter()
        .filter_map(|(id, ways)| Some((id, ways.as_array()?)))
        .collect();
    for (id, branch) in file.get("branchMap")?.as_object()? {
        let line = branch
            .get("loc")
            .and_then(|place| place.get("start")?.get("line")?.as_u64())
            .or_else(|| branch.get("line")?.as_u64())
            .unwrap_or_default();
        for (way, hits) in taken.get(id)?.iter().enumerate() {
            source.branch(line, format!("{id}.{way}"), hits.as_u64()? > 0);
        }
    }
    let entered = file.get("f")?.as_object()?;
    for id in file.get("fnMap")?.as_object()?.keys() {
        source.function(id.clone(), entered.get(id)?.as_u64()? > 0);
    }
    Some(())
}
