//! What stands left of an operator: a metric or a function.

use serde_json_path::JsonPath;

use super::Cursor;
use crate::probe::expr::{Attribute, ExprError, Operand};
use crate::probe::unit::Unit;

impl Cursor {
    pub(super) fn operand(&mut self) -> Result<Operand, ExprError> {
        let start = self.at;
        let Some(name) = self.name() else {
            return Err(ExprError::new(start, "a metric or a function was expected")
                .hint("write `metric op value`, such as `status == 200`"));
        };
        if self.peek() != Some('(') {
            return Ok(Operand::Metric(name));
        }
        self.at += 1;
        match name.as_str() {
            "json" => self.json(),
            "header" => Ok(Operand::Header(
                self.field_name(&name)?.to_ascii_lowercase(),
            )),
            "headers" => Ok(Operand::Headers(
                self.field_name(&name)?.to_ascii_lowercase(),
            )),
            "cookie" => self.cookie(),
            "len" | "min" | "max" | "semver" => {
                self.blanks();
                let inner = Box::new(self.operand()?);
                self.blanks();
                if self.peek() != Some(')') {
                    return Err(ExprError::new(self.at, "a `)` is missing"));
                }
                self.at += 1;
                Ok(match name.as_str() {
                    "len" => Operand::Len(inner),
                    "min" => Operand::Min(inner),
                    "max" => Operand::Max(inner),
                    _ => Operand::Semver(inner),
                })
            }
            _ => Err(
                ExprError::new(start, format!("there is no function `{name}`")).hint(
                    "the functions are json, header, headers, cookie, len, min, max and semver",
                ),
            ),
        }
    }

    /// The name of a header field or a cookie, and the parenthesis that closes.
    fn field_name(&mut self, function: &str) -> Result<String, ExprError> {
        let inside = self.at;
        let text = self.until_close(inside)?;
        let field = text.trim().trim_matches(['"', '\'']).trim();
        if field.is_empty() || field.contains(|c: char| c.is_whitespace() || ":;=,".contains(c)) {
            let (what, example) = match function {
                "cookie" => ("a cookie", "cookie(session)"),
                "headers" => ("a field", "headers(vary)"),
                _ => ("a field", "header(content-type)"),
            };
            let error = ExprError::new(inside, format!("{function}() needs the name of {what}"));
            return Err(error.hint(format!("write `{example}`")));
        }
        Ok(field.to_owned())
    }

    fn cookie(&mut self) -> Result<Operand, ExprError> {
        let name = self.field_name("cookie")?;
        if self.peek() != Some('.') {
            return Ok(Operand::Cookie {
                name,
                attribute: None,
            });
        }
        self.at += 1;
        let start = self.at;
        while self
            .peek()
            .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '-'))
        {
            self.at += 1;
        }
        let word = self.slice(start, self.at);
        let attribute = Attribute::parse(&word).ok_or_else(|| {
            ExprError::new(start, format!("a cookie has no `{word}`")).hint(
                "its attributes are secure, httponly, samesite, path, domain, max_age and expires",
            )
        })?;
        Ok(Operand::Cookie {
            name,
            attribute: Some(attribute),
        })
    }

    /// The text up to the parenthesis that closes, with quotes and brackets respected.
    fn until_close(&mut self, from: usize) -> Result<String, ExprError> {
        let mut depth = 0_usize;
        let mut quote = None;
        while let Some(c) = self.peek() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (Some(_), '\\') => self.at += 1,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(c),
                (None, '(' | '[') => depth += 1,
                (None, ')') if depth == 0 => {
                    let text = self.slice(from, self.at);
                    self.at += 1;
                    return Ok(text);
                }
                (None, ')' | ']') => depth = depth.saturating_sub(1),
                (None, _) => {}
            }
            self.at += 1;
        }
        Err(ExprError::new(from, "a `)` is missing"))
    }

    fn json(&mut self) -> Result<Operand, ExprError> {
        let inside = self.at;
        let text = self.until_close(inside)?;
        // A unit after the last comma outside brackets: `json($.p95, ms)`.
        let (path, unit) = match text.rsplit_once(',') {
            Some((path, unit)) if JsonPath::parse(path.trim()).is_ok() => {
                let unit = unit.trim();
                let Some(known) = Unit::parse(unit).filter(|_| !unit.is_empty()) else {
                    let offset = inside + path.chars().count() + 1;
                    return Err(ExprError::new(offset, format!("`{unit}` is not a unit"))
                        .hint("write `json($.p95, ms)`"));
                };
                (path.trim(), known)
            }
            _ => (text.trim(), Unit::Count),
        };
        if let Err(error) = JsonPath::parse(path) {
            let offset = inside + error.position();
            return Err(
                ExprError::new(offset, format!("this is not a JSONPath: {error}"))
                    .hint("write a path such as `$.status` or `$.items[0].id` (RFC 9535)"),
            );
        }
        Ok(Operand::Json {
            path: path.to_owned(),
            unit,
        })
    }
}
