//! What is read best in columns.

use countersign_core::text::line;
use serde_json::{Map, Value};

use super::super::{plain, words};
use super::marks;
use crate::wire::picture::{Check, Picture};

/// Columns that stand first, wherever they were noted.
const FIRST: &[&str] = &["name", "rule", "object", "path", "address"];

/// A table that has a column of verdicts is a list of checks, named by its first column. Columns
/// called `wanted` and `why` say that; all others are what was found.
pub(super) fn judged(key: &str, map: &Map<String, Value>) -> Option<Picture> {
    let columns = map.get("columns")?.as_array()?;
    let column = |name: &str| columns.iter().position(|column| column == name);
    let verdict = column("verdict")?;
    let (wanted, why) = (column("wanted"), column("why"));
    let name = usize::from(verdict == 0);
    let rows = map.get("rows")?.as_array()?;
    let checks: Vec<Check> = rows
        .iter()
        .map(|row| {
            let cells = row.as_array()?;
            let others = cells.iter().enumerate();
            let told = [Some(verdict), Some(name), wanted, why];
            let others = others.filter(|(at, _)| !told.contains(&Some(*at)));
            let said = |at: Option<usize>| at.and_then(|at| cells.get(at)).map(plain);
            let found: Vec<String> = others
                .map(|(_, cell)| plain(cell))
                .filter(|text| !text.is_empty())
                .collect();
            Some(Check {
                mark: marks::outcome(cells.get(verdict)?)?.to_owned(),
                name: cells.get(name).map(plain)?,
                found: found.join(", "),
                wanted: said(wanted).unwrap_or_default(),
                why: said(why).unwrap_or_default(),
            })
        })
        .collect::<Option<_>>()?;
    (!checks.is_empty()).then(|| Picture::Checks {
        title: if key == "table" {
            "checked".to_owned()
        } else {
            words(key)
        },
        steps: false,
        checks,
    })
}

/// Certificates as they were shown, the server's own first.
pub(super) fn chain(key: &str, entries: &[&Map<String, Value>]) -> Option<Picture> {
    let columns = ["subject", "issuer", "not_after"];
    let whole = |entry: &&Map<String, Value>| columns.iter().all(|key| entry.contains_key(*key));
    entries.iter().all(whole).then(|| Picture::Rows {
        title: words(key),
        columns: ["subject", "issuer", "until"].map(str::to_owned).to_vec(),
        rows: entries
            .iter()
            .map(|entry| {
                let mut cells = cells(&columns, entry);
                if let Some(until) = cells.last_mut() {
                    // The day says enough of years.
                    *until = until.chars().take_while(|c| *c != 'T').collect();
                }
                cells
            })
            .collect(),
    })
}

/// What a query found: columns and rows, as they were written.
pub(super) fn written(key: &str, map: &Map<String, Value>) -> Option<Picture> {
    let texts = |list: &Value| -> Option<Vec<String>> {
        Some(list.as_array()?.iter().map(plain).collect())
    };
    let rows = map.get("rows")?.as_array()?;
    Some(Picture::Rows {
        // A table that is called a table says nothing by it.
        title: if key == "table" {
            String::new()
        } else {
            words(key)
        },
        columns: texts(map.get("columns")?)?,
        rows: rows.iter().map(texts).collect::<Option<_>>()?,
    })
}

/// Entries that hold the same things.
pub(super) fn entries(key: &str, entries: &[&Map<String, Value>]) -> Option<Picture> {
    let columns = columns(entries);
    let rows = entries.iter().map(|entry| cells(&columns, entry)).collect();
    (!columns.is_empty()).then(|| Picture::Rows {
        title: words(key),
        columns: columns.iter().map(|column| words(column)).collect(),
        rows,
    })
}

/// Names that each lead to an entry of the same things.
pub(super) fn named(key: &str, map: &Map<String, Value>) -> Option<Picture> {
    let entries: Vec<&Map<String, Value>> = map.values().filter_map(Value::as_object).collect();
    let uniform = entries.len() > 1 && entries.len() == map.len();
    if !uniform || entries.iter().any(|entry| super::is_stream(entry)) {
        return None;
    }
    let columns = columns(&entries);
    let rows = map.iter().filter_map(|(name, value)| {
        let mut row = vec![line(name)];
        row.extend(cells(&columns, value.as_object()?));
        Some(row)
    });
    Some(Picture::Rows {
        title: words(key),
        columns: std::iter::once(String::new())
            .chain(columns.iter().map(|column| words(column)))
            .collect(),
        rows: rows.collect(),
    })
}

fn columns<'a>(entries: &[&'a Map<String, Value>]) -> Vec<&'a str> {
    let mut columns: Vec<&str> = Vec::new();
    for name in entries.iter().flat_map(|entry| entry.keys()) {
        if !columns.contains(&name.as_str()) && !name.contains("sha256") {
            columns.push(name);
        }
    }
    // The order of the others stays as it was noted.
    columns.sort_by_key(|name| {
        FIRST
            .iter()
            .position(|first| first == name)
            .unwrap_or(FIRST.len())
    });
    columns
}

fn cells(columns: &[&str], entry: &Map<String, Value>) -> Vec<String> {
    columns
        .iter()
        .map(|column| entry.get(*column).map(plain).unwrap_or_default())
        .collect()
}
