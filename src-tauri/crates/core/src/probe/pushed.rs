//! A result that an outside system gives: its verdict, its metrics, and whatever else it says.

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::unit::{Quantity, Unit};
use super::value::{Value, Values, Verdict};

/// What was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Pushed {
    /// Pass, fail or inconclusive.
    pub verdict: Verdict,
    /// Metrics by name.
    pub metrics: Vec<(String, Value)>,
    /// The whole document, for `json()`.
    pub json: Option<Json>,
}

impl Pushed {
    /// Reads a verdict.
    ///
    /// # Errors
    /// In words, when it is none of the three.
    pub fn verdict(word: &str) -> Result<Verdict, String> {
        match word {
            "pass" => Ok(Verdict::Pass),
            "fail" => Ok(Verdict::Fail),
            "inconclusive" => Ok(Verdict::Inconclusive),
            other => Err(format!(
                "`{other}` is no verdict; it is pass, fail or inconclusive"
            )),
        }
    }

    /// Reads a metric as it is written on a command line: `NAME=VALUE`, a number with or without a
    /// unit, yes or no, or text.
    ///
    /// # Errors
    /// In words, when there is no name, or the name belongs to the probe itself.
    pub fn metric(written: &str) -> Result<(String, Value), String> {
        let (name, value) = written
            .split_once('=')
            .ok_or_else(|| format!("`{written}` is not NAME=VALUE"))?;
        let name = name.trim();
        is_name(name)?;
        Ok((name.to_owned(), typed(value.trim())))
    }

    /// Reads a document: an object with `verdict` and, where there are any, `metrics`. A verdict
    /// that is given beside it must be the same.
    ///
    /// # Errors
    /// In words, why it is no result.
    pub fn document(json: Json, given: Option<Verdict>) -> Result<Self, String> {
        let object = json.as_object().ok_or("it is not a JSON object")?;
        let written = match object.get("verdict") {
            None | Some(Json::Null) => None,
            Some(Json::String(word)) => Some(Self::verdict(word)?),
            Some(_) => return Err("its `verdict` is not text".to_owned()),
        };
        let verdict = match (given, written) {
            (Some(given), Some(written)) if given != written => {
                return Err("its `verdict` is not the one that was given".to_owned());
            }
            (given, written) => given.or(written).ok_or("it has no `verdict`")?,
        };
        let mut metrics = Vec::new();
        match object.get("metrics") {
            None | Some(Json::Null) => {}
            Some(Json::Object(entries)) => {
                for (name, value) in entries {
                    is_name(name)?;
                    let value = match value {
                        Json::String(text) => typed(text),
                        // A number that cannot be kept exactly is missing rather than nearly right.
                        other => match Value::from_json(other, Unit::Count) {
                            Some(value) => value,
                            None => continue,
                        },
                    };
                    metrics.push((name.clone(), value));
                }
            }
            Some(_) => return Err("its `metrics` are not an object".to_owned()),
        }
        metrics.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(Self {
            verdict,
            metrics,
            json: Some(json),
        })
    }

    /// What conditions are judged against.
    #[must_use]
    pub fn values(&self) -> Values {
        let mut values = Values {
            json: self.json.clone(),
            ..Values::default()
        };
        for (name, value) in &self.metrics {
            values.set(name, value.clone());
        }
        match self.verdict {
            Verdict::Pass | Verdict::Fail => {
                values.set("verdict", Value::text(word(self.verdict)));
            }
            // Who could not tell has said neither yes nor no.
            _ => values.lacks("verdict", "the outside system could not tell"),
        }
        values
    }

    /// One line for a person.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut line = word(self.verdict).to_owned();
        for (name, value) in self.metrics.iter().take(4) {
            line.push_str(&format!(", {name} {value}"));
        }
        line
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        _ => "inconclusive",
    }
}

/// A name that a condition can be written with.
fn is_name(name: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(plain) {
        return Err(format!(
            "`{name}` is not a metric's name: letters, digits and `_`, a letter first"
        ));
    }
    if matches!(name, "verdict" | "age") {
        return Err(format!("`{name}` is the probe's own metric"));
    }
    Ok(())
}

fn typed(text: &str) -> Value {
    match text {
        "true" | "yes" => return Value::Bool(true),
        "false" | "no" => return Value::Bool(false),
        _ => {}
    }
    match Quantity::parse(text) {
        Some(quantity) => Value::Number(Quantity::new(quantity.n.normalize(), quantity.unit)),
        None => match text.parse::<Decimal>() {
            Ok(n) => Value::Number(Quantity::new(n.normalize(), Unit::Count)),
            Err(_) => Value::text(text),
        },
    }
}

#[cfg(test)]
mod tests;
