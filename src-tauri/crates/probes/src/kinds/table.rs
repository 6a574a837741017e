//! What a query found: a table, and what conditions can use of it.

use countersign_core::probe::{Plan, PlanValue, Quantity, Unit, Value};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use super::exact::{exact_number, json_number};
use crate::kind::Saw;
use crate::redact::beginning;

/// How many rows are read where the author says nothing.
const USUAL_ROWS: usize = 1_000;
/// How many rows the record shows a person.
const SHOWN_ROWS: usize = 20;
/// How much of one cell the record shows.
const SHOWN_CHARACTERS: usize = 200;

/// How many rows a plan reads at most; 1,000 where the author says nothing.
pub(super) fn most_rows(plan: &Plan) -> usize {
    match plan.fields.get("max_rows") {
        Some(PlanValue::Integer(n)) => usize::try_from(*n).ok(),
        _ => None,
    }
    .unwrap_or(USUAL_ROWS)
}

/// The values that a plan hands over to its query.
pub(super) fn params(plan: &Plan) -> Vec<String> {
    match plan.fields.get("params") {
        Some(PlanValue::List(list)) => list.iter().filter_map(PlanValue::plain).collect(),
        _ => Vec::new(),
    }
}

/// One value of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// `NULL`.
    Null,
    /// Yes or no.
    Bool(bool),
    /// An exact number.
    Number(Decimal),
    /// Text, and everything that is shown as text.
    Text(String),
    /// What is there and cannot be compared, in words: `NaN`, `12 bytes`.
    Odd(String),
}

impl Cell {
    /// A number as a database writes it.
    pub fn number(text: &str) -> Self {
        exact_number(text).map_or_else(|| Self::Odd(text.to_owned()), Self::Number)
    }

    fn value(&self, unit: Unit) -> Result<Value, String> {
        match self {
            Self::Null => Err("it is NULL".to_owned()),
            Self::Bool(yes) => Ok(Value::Bool(*yes)),
            Self::Number(n) => Ok(Value::Number(Quantity::new(*n, unit))),
            Self::Text(text) => Ok(Value::text(text)),
            Self::Odd(what) => Err(format!("`{what}` cannot be compared")),
        }
    }

    fn json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(yes) => (*yes).into(),
            Self::Number(n) => json_number(*n),
            Self::Text(text) | Self::Odd(text) => text.clone().into(),
        }
    }

    fn shown(&self) -> String {
        let text = match self {
            Self::Null => "NULL".to_owned(),
            Self::Bool(true) => "yes".to_owned(),
            Self::Bool(false) => "no".to_owned(),
            Self::Number(n) => n.normalize().to_string(),
            Self::Text(text) | Self::Odd(text) => text.clone(),
        };
        beginning(&text, SHOWN_CHARACTERS)
    }
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// The columns' names.
    pub columns: Vec<String>,
    /// The rows, at most as many as allowed.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there are more.
    pub more: bool,
}

impl Table {
    /// Sets `rows`, `cell`, `columns`, `answered` and what `json()` reads; numbers of cells are in
    /// `unit`. Keeps the beginning for the record.
    pub fn measure(&self, unit: Unit, saw: &mut Saw) {
        let count = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        if self.more {
            let why =
                format!("there are more than {count} rows; raise `max_rows`, or count in SQL");
            saw.values.lacks("rows", why.clone());
            saw.values.lacks("json", why);
        } else {
            saw.values.set("rows", Value::count(count));
            saw.values.json = Some(self.json());
        }
        let columns = self.columns.iter().map(Value::text).collect();
        saw.values.set("columns", Value::List(columns));
        let first = match self.rows.first().map(|row| row.first()) {
            None => Err("the result has no row"),
            Some(None) => Err("the result has no column"),
            Some(Some(cell)) => Ok(cell),
        };
        match first {
            Err(why) => {
                saw.values.lacks("answered", why);
                saw.values.lacks("cell", why);
            }
            Ok(cell) => {
                saw.values.set("answered", Value::Bool(true));
                match cell.value(unit) {
                    Ok(value) => saw.values.set("cell", value),
                    Err(why) => saw.values.lacks("cell", why),
                }
            }
        }
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .take(SHOWN_ROWS)
            .map(|row| row.iter().map(Cell::shown).collect())
            .collect();
        saw.note("table", json!({"columns": self.columns, "rows": rows}));
    }

    fn json(&self) -> Json {
        let row = |row: &Vec<Cell>| {
            let mut object = Map::new();
            for (name, cell) in self.columns.iter().zip(row) {
                // Of columns with one name the first counts.
                object.entry(name.clone()).or_insert_with(|| cell.json());
            }
            Json::Object(object)
        };
        self.rows.iter().map(row).collect()
    }

    /// In one line: the only cell with its column's name, or how many rows there are.
    pub fn summary(&self) -> String {
        match (self.rows.as_slice(), self.columns.as_slice()) {
            ([row], [column]) => {
                let cell = row.first().map(Cell::shown).unwrap_or_default();
                format!("{column} {}", beginning(&cell, 60))
            }
            ([_], _) => "1 row".to_owned(),
            (rows, _) if self.more => format!("more than {} rows", rows.len()),
            (rows, _) => format!("{} rows", rows.len()),
        }
    }
}

/// What a probe without a query lacks.
pub(super) fn no_query(saw: &mut Saw) {
    for metric in ["rows", "cell", "columns", "query", "json"] {
        saw.values.lacks(metric, "there is no `sql`");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_result_decides_nothing_but_its_length() {
        let mut saw = Saw::default();
        let empty = Table {
            columns: vec!["n".to_owned()],
            ..Table::default()
        };
        empty.measure(Unit::Count, &mut saw);
        assert_eq!(saw.values.metrics.get("rows"), Some(&Value::count(0)));
        for metric in ["cell", "answered"] {
            assert!(!saw.values.metrics.contains_key(metric));
            assert!(saw.values.missing.contains_key(metric));
        }
        assert_eq!(saw.values.json, Some(json!([])));
    }

    #[test]
    fn a_cut_table_has_no_length() {
        let mut saw = Saw::default();
        let cut = Table {
            columns: vec!["n".to_owned()],
            rows: vec![vec![Cell::number("0.5")]],
            more: true,
        };
        cut.measure(Unit::Percent, &mut saw);
        assert!(!saw.values.metrics.contains_key("rows"));
        assert_eq!(saw.values.json, None);
        let half = Quantity::new(Decimal::new(5, 1), Unit::Percent);
        assert_eq!(saw.values.metrics.get("cell"), Some(&Value::Number(half)));
    }

    #[test]
    fn what_cannot_be_kept_cannot_be_compared() {
        for odd in [
            Cell::number("NaN"),
            Cell::Odd("12 bytes".to_owned()),
            Cell::Null,
        ] {
            assert!(odd.value(Unit::Count).is_err());
        }
    }
}
