//! From text to conditions, with the place of what is wrong.

mod operand;

use super::{Condition, ExprError, Literal, Op, Operand, Test};
use crate::probe::template::Template;
use crate::probe::unit::{Quantity, Unit};

/// Reads conditions separated by `,`, `;`, a new line or `and`. Each comes with its offset in
/// characters; offsets of errors inside it count from the start of the whole text.
///
/// # Errors
/// The first thing that cannot be read.
pub fn parse_list(text: &str) -> Result<Vec<(usize, Condition)>, ExprError> {
    let mut cursor = Cursor::new(text);
    let mut conditions = Vec::new();
    loop {
        cursor.skip_separators();
        if cursor.peek().is_none() {
            return Ok(conditions);
        }
        let start = cursor.at;
        let condition = cursor.condition(start)?;
        conditions.push((start, condition));
        cursor.blanks();
        let separated = match cursor.peek() {
            None | Some(',' | ';' | '\n') => true,
            _ => cursor.take_word_if("and"),
        };
        if !separated {
            return Err(
                ExprError::new(cursor.at, "a comma was expected between conditions").hint(
                    "write `status == 200, duration < 500ms`; put text with blanks in quotes",
                ),
            );
        }
    }
}

/// Reads what may stand left of an operator, as `capture` needs it.
///
/// # Errors
/// When it is not a metric or a known function.
pub fn parse_operand(text: &str) -> Result<Operand, ExprError> {
    let mut cursor = Cursor::new(text);
    cursor.blanks();
    let operand = cursor.operand()?;
    cursor.blanks();
    match cursor.peek() {
        None => Ok(operand),
        Some(_) => Err(ExprError::new(cursor.at, "nothing may follow here")),
    }
}

struct Cursor {
    chars: Vec<char>,
    at: usize,
}

impl Cursor {
    fn new(text: &str) -> Self {
        Self {
            chars: text.chars().collect(),
            at: 0,
        }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|c| c.is_whitespace() && c != '\n') {
            self.at += 1;
        }
    }

    fn skip_separators(&mut self) {
        while self
            .peek()
            .is_some_and(|c| c.is_whitespace() || c == ',' || c == ';')
        {
            self.at += 1;
        }
    }

    fn slice(&self, from: usize, to: usize) -> String {
        self.chars
            .get(from..to)
            .map(|chars| chars.iter().collect())
            .unwrap_or_default()
    }

    fn name(&mut self) -> Option<String> {
        let start = self.at;
        while self.peek().is_some_and(|c| {
            c.is_ascii_alphabetic()
                || c == '_'
                || (self.at > start && (c.is_ascii_digit() || c == '.'))
        }) {
            self.at += 1;
        }
        (self.at > start).then(|| self.slice(start, self.at))
    }

    fn take_word_if(&mut self, word: &str) -> bool {
        let before = self.at;
        if self.name().as_deref() == Some(word) {
            return true;
        }
        self.at = before;
        false
    }

    fn take(&mut self, text: &str) -> bool {
        let end = self.at + text.chars().count();
        if self.slice(self.at, end) == text {
            self.at = end;
            return true;
        }
        false
    }

    fn condition(&mut self, start: usize) -> Result<Condition, ExprError> {
        let mut negated = false;
        let before = self.at;
        if self.take_word_if("not") {
            self.blanks();
            if self.peek().is_none_or(|c| matches!(c, ',' | ';' | '\n')) {
                self.at = before;
            } else {
                negated = true;
            }
        }
        // `exists json($.a)` reads as well as `json($.a) exists`.
        let before = self.at;
        let leading_exists = self.take_word_if("exists")
            && {
                self.blanks();
                self.peek().is_some_and(|c| c.is_ascii_alphabetic())
            }
            && !self.at_operator();
        if !leading_exists {
            self.at = before;
        }
        let left_offset = self.at;
        let left = self.operand()?;
        self.blanks();
        let test = if leading_exists {
            Test::Exists
        } else {
            if self.take_word_if("not") {
                negated = !negated;
                self.blanks();
            }
            self.test()?
        };
        let text = self.slice(start, self.at).trim().to_owned();
        Ok(Condition {
            text,
            negated,
            left,
            left_offset,
            test,
        })
    }

    /// Whether a word operator (`and`, `in`, `matches`…) stands here.
    fn at_operator(&mut self) -> bool {
        let before = self.at;
        let word = self.name();
        self.at = before;
        word.is_some_and(|word| {
            matches!(
                word.as_str(),
                "and" | "in" | "not" | "between" | "matches" | "contains" | "exists"
            )
        })
    }

    fn test(&mut self) -> Result<Test, ExprError> {
        self.blanks();
        for (symbol, op) in [
            ("==", Op::Eq),
            ("!=", Op::Ne),
            ("<=", Op::Le),
            ("≤", Op::Le),
            (">=", Op::Ge),
            ("≥", Op::Ge),
            ("<", Op::Lt),
            (">", Op::Gt),
        ] {
            if self.take(symbol) {
                return Ok(Test::Compare(op, self.literal()?));
            }
        }
        let start = self.at;
        if self.peek() == Some('=') {
            return Err(ExprError::new(start, "`=` is not an operator").hint("write `==`"));
        }
        match self.name().as_deref() {
            None => Ok(Test::Holds),
            Some("and") => {
                self.at = start;
                Ok(Test::Holds)
            }
            Some("exists") => Ok(Test::Exists),
            Some("contains") => Ok(Test::Contains(self.literal()?)),
            Some("matches") => Ok(Test::Matches(self.pattern()?)),
            Some("between") => {
                let low = self.literal()?;
                self.blanks();
                if !self.take_word_if("and") {
                    return Err(ExprError::new(self.at, "`and` was expected")
                        .hint("write `between 1s and 5s`; both ends are allowed"));
                }
                Ok(Test::Between(low, self.literal()?))
            }
            Some("in") => Ok(Test::In(self.members()?)),
            Some(word) => Err(
                ExprError::new(start, format!("`{word}` is not an operator")).hint(
                    "the operators are == != < <= > >= in between matches contains exists not",
                ),
            ),
        }
    }

    fn members(&mut self) -> Result<Vec<Literal>, ExprError> {
        self.blanks();
        let close = match self.peek() {
            Some('[') => ']',
            Some('(') => ')',
            _ => {
                return Err(ExprError::new(self.at, "a list was expected")
                    .hint("write `status in [200, 204]`"));
            }
        };
        self.at += 1;
        let mut members = Vec::new();
        loop {
            self.skip_separators();
            match self.peek() {
                None => return Err(ExprError::new(self.at, format!("a `{close}` is missing"))),
                Some(c) if c == close => {
                    if members.is_empty() {
                        return Err(ExprError::new(self.at, "the list is empty"));
                    }
                    self.at += 1;
                    return Ok(members);
                }
                Some(_) => members.push(self.literal()?),
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, ExprError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            if c == quote {
                return Ok(text);
            }
            if c == '\\'
                && let Some(next) = self.peek()
                && (next == quote || next == '\\')
                && quote != '/'
            {
                self.at += 1;
                text.push(next);
            } else if c == '\\' && quote == '/' && self.peek() == Some('/') {
                self.at += 1;
                text.push('/');
            } else {
                text.push(c);
            }
        }
        Err(ExprError::new(
            start,
            format!("the closing {quote} is missing"),
        ))
    }

    fn pattern(&mut self) -> Result<Literal, ExprError> {
        self.blanks();
        let offset = self.at;
        let literal = if self.peek() == Some('/') {
            Literal {
                text: self.quoted('/')?,
                quoted: true,
                offset,
            }
        } else {
            self.literal()?
        };
        if !literal.is_open()
            && let Err(error) = regex::Regex::new(&literal.text)
        {
            let last = error.to_string();
            let reason = last.lines().last().unwrap_or_default().trim().to_owned();
            return Err(
                ExprError::new(offset, format!("this is not a pattern: {reason}"))
                    .hint("patterns are those of the Rust `regex` crate, without look-around"),
            );
        }
        Ok(literal)
    }

    fn literal(&mut self) -> Result<Literal, ExprError> {
        self.blanks();
        let offset = self.at;
        if let Some(quote @ ('"' | '\'')) = self.peek() {
            return Ok(Literal {
                text: self.quoted(quote)?,
                quoted: true,
                offset,
            });
        }
        let mut text = self.bare();
        if text.is_empty() {
            return Err(ExprError::new(offset, "a value was expected here"));
        }
        // `200 ms` is one quantity, `5 and 6` is not.
        if Quantity::parse(&text).is_some_and(|q| q.unit == Unit::Count) {
            let before = self.at;
            self.blanks();
            let unit = self.bare();
            if !unit.is_empty() && Unit::parse(&unit).is_some() {
                text.push_str(&unit);
            } else {
                self.at = before;
            }
        } else if text.starts_with(|c: char| c.is_ascii_digit())
            && Template::parse(&text).is_ok_and(|t| t.is_plain())
            && Quantity::parse(&text).is_none()
        {
            let digits: String = text
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == '.')
                .collect();
            let rest = text.get(digits.len()..).unwrap_or_default();
            if !digits.ends_with('.') && digits.matches('.').count() <= 1 && is_unit_like(rest) {
                return Err(ExprError::new(
                    offset + digits.chars().count(),
                    format!("`{rest}` is not a unit"),
                )
                .hint("the units are us ms s m h d w, B kB MB GB KiB MiB GiB, % and /s; quote it if it is text"));
            }
        }
        Ok(Literal {
            text,
            quoted: false,
            offset,
        })
    }

    fn bare(&mut self) -> String {
        let start = self.at;
        while let Some(c) = self.peek() {
            if self.take("${") {
                while self.peek().is_some_and(|c| c != '}') {
                    self.at += 1;
                }
                if self.peek().is_some() {
                    self.at += 1;
                }
                continue;
            }
            if c.is_whitespace() || matches!(c, ',' | ';' | ')' | '(' | ']' | '[' | '"' | '\'') {
                break;
            }
            self.at += 1;
        }
        self.slice(start, self.at)
    }
}

/// Letters only, as a mistyped unit is; `1-beta` and `1.2.3` are text.
fn is_unit_like(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphabetic() || c == '%' || c == '/')
}
