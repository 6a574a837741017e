//! Conditions: `metric op value[unit]`, their types, and what they say about measured values.
//!
//! Arithmetic is decimal and exact at the limit. Every comparison has three outcomes: it holds, it
//! does not, or nothing decides. A missing value, an empty result and a number that cannot be kept
//! exactly never decide, so they are inconclusive and never a pass.

mod check;
mod cookie;
mod eval;
mod fields;
mod find;
mod parse;

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use cookie::Attribute;
pub use eval::{evaluate, evaluate_baseline, evaluate_probe, evaluate_value};
pub use find::value_of;
pub use parse::{parse_list, parse_operand};

use super::template::Template;
use super::unit::{Quantity, Unit};

/// What is wrong with a condition, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExprError {
    /// Characters before the place, from 0.
    pub offset: usize,
    /// In one plain sentence.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl ExprError {
    fn new(offset: usize, message: impl Into<String>) -> Self {
        Self {
            offset,
            message: message.into(),
            hint: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// What stands left of the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A metric of the kind.
    Metric(String),
    /// `json(path)` or `json(path, unit)`: a JSONPath (RFC 9535) into the response, the unit that
    /// its numbers are in.
    Json {
        /// The path.
        path: String,
        /// The unit of the numbers found.
        unit: Unit,
    },
    /// `header(name)`, without regard to case; several fields of one name are joined with `, `
    /// (RFC 9110, section 5.3).
    Header(String),
    /// `headers(name)`: the same as a list, a member for each of its values; what is separated by
    /// commas (RFC 9110, section 5.6.1) counts as several, but not in fields whose values hold
    /// commas themselves, such as `set-cookie` and dates.
    Headers(String),
    /// `cookie(name)`: the value of a cookie that the response sets, and `cookie(name).secure` one
    /// of its attributes (RFC 6265).
    Cookie {
        /// Its name.
        name: String,
        /// What is asked of it; its value where absent.
        attribute: Option<Attribute>,
    },
    /// `len(x)`: characters of a text, members of a list.
    Len(Box<Operand>),
    /// `min(x)`: the least number of a list.
    Min(Box<Operand>),
    /// `max(x)`: the greatest number of a list.
    Max(Box<Operand>),
    /// `semver(x)`: compared by precedence (Semantic Versioning 2.0.0, section 11); a leading `v`
    /// is allowed.
    Semver(Box<Operand>),
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metric(name) => f.write_str(name),
            Self::Json { path, unit } if *unit == Unit::Count => write!(f, "json({path})"),
            Self::Json { path, unit } => write!(f, "json({path}, {})", unit.symbol()),
            Self::Header(name) => write!(f, "header({name})"),
            Self::Headers(name) => write!(f, "headers({name})"),
            Self::Cookie {
                name,
                attribute: None,
            } => write!(f, "cookie({name})"),
            Self::Cookie {
                name,
                attribute: Some(attribute),
            } => write!(f, "cookie({name}).{}", attribute.word()),
            Self::Len(inner) => write!(f, "len({inner})"),
            Self::Min(inner) => write!(f, "min({inner})"),
            Self::Max(inner) => write!(f, "max({inner})"),
            Self::Semver(inner) => write!(f, "semver({inner})"),
        }
    }
}

impl Serialize for Operand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Operand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_operand(&text).map_err(D::Error::custom)
    }
}

/// How an operand is compared with a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl Op {
    /// As written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }

    fn accepts(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Eq => ordering.is_eq(),
            Self::Ne => ordering.is_ne(),
            Self::Lt => ordering.is_lt(),
            Self::Le => ordering.is_le(),
            Self::Gt => ordering.is_gt(),
            Self::Ge => ordering.is_ge(),
        }
    }
}

/// What stands right of the operator, as written: `500ms`, `ok`, `"not found"`, `${VERSION}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The text, without quotes.
    pub text: String,
    /// Whether it stood in quotes, which makes it text whatever it looks like.
    pub quoted: bool,
    /// Where it stands in the condition's text, in characters from 0.
    offset: usize,
}

/// A literal read for what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Read {
    Number(Quantity),
    Bool(bool),
    Text(String),
}

impl Literal {
    fn read(&self) -> Read {
        if !self.quoted {
            if let Some(quantity) = Quantity::parse(&self.text) {
                return Read::Number(quantity);
            }
            match self.text.as_str() {
                "true" | "yes" => return Read::Bool(true),
                "false" | "no" => return Read::Bool(false),
                _ => {}
            }
        }
        Read::Text(self.text.clone())
    }

    /// Whether it holds `${…}` and so has no type before its variables are known.
    fn is_open(&self) -> bool {
        Template::parse(&self.text).is_ok_and(|template| !template.is_plain())
    }
}

/// What is asked about the operand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// A bare `metric`: it is yes.
    Holds,
    /// `op value`.
    Compare(Op, Literal),
    /// `in [a, b]`.
    In(Vec<Literal>),
    /// `between a and b`, both allowed.
    Between(Literal, Literal),
    /// `matches /regex/`: found anywhere in the text, unless anchored.
    Matches(Literal),
    /// `contains x`: a part of a text, a member of a list.
    Contains(Literal),
    /// `exists`.
    Exists,
}

/// One condition.
#[derive(Clone, Debug)]
pub struct Condition {
    text: String,
    negated: bool,
    left: Operand,
    left_offset: usize,
    test: Test,
}

impl Condition {
    /// As written, without surrounding blanks.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands left of the operator.
    #[must_use]
    pub fn left(&self) -> &Operand {
        &self.left
    }

    /// What is asked about it.
    #[must_use]
    pub fn test(&self) -> &Test {
        &self.test
    }

    /// Whether `not` stands before it.
    #[must_use]
    pub fn is_negated(&self) -> bool {
        self.negated
    }

    /// The number that it compares with, where it compares with one.
    #[must_use]
    pub fn limit(&self) -> Option<Quantity> {
        match &self.test {
            Test::Compare(_, literal) => match literal.read() {
                Read::Number(limit) => Some(limit),
                _ => None,
            },
            _ => None,
        }
    }

    fn literals_mut(&mut self) -> Vec<&mut Literal> {
        match &mut self.test {
            Test::Holds | Test::Exists => Vec::new(),
            Test::Compare(_, a) | Test::Matches(a) | Test::Contains(a) => vec![a],
            Test::Between(a, b) => vec![a, b],
            Test::In(list) => list.iter_mut().collect(),
        }
    }

    fn literals(&self) -> Vec<&Literal> {
        match &self.test {
            Test::Holds | Test::Exists => Vec::new(),
            Test::Compare(_, a) | Test::Matches(a) | Test::Contains(a) => vec![a],
            Test::Between(a, b) => vec![a, b],
            Test::In(list) => list.iter().collect(),
        }
    }

    /// The names of variables in its literals.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        self.literals()
            .into_iter()
            .filter_map(|literal| Template::parse(&literal.text).ok())
            .flat_map(|template| template.variables())
            .collect()
    }

    /// The condition with its variables replaced; its text says the replaced values too.
    ///
    /// # Errors
    /// The names that `lookup` does not know.
    pub fn resolve(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut resolved = self.clone();
        let mut missing = Vec::new();
        for literal in resolved.literals_mut() {
            if let Ok(template) = Template::parse(&literal.text) {
                match template.fill(lookup) {
                    Ok(text) => literal.text = text,
                    Err(names) => missing.extend(names),
                }
            }
        }
        if let Ok(template) = Template::parse(&self.text)
            && let Ok(text) = template.fill(lookup)
        {
            resolved.text = text;
        }
        if missing.is_empty() {
            Ok(resolved)
        } else {
            Err(missing)
        }
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl Eq for Condition {}

impl FromStr for Condition {
    type Err = ExprError;

    fn from_str(text: &str) -> Result<Self, ExprError> {
        let mut list = parse_list(text)?;
        match (list.pop(), list.is_empty()) {
            (Some((_, condition)), true) => Ok(condition),
            _ => Err(ExprError::new(0, "exactly one condition was expected")),
        }
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
