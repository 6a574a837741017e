//! What both writings of a probe, a comment's `key=value` and YAML, are read into: a tree whose
//! every text knows where it stands.

use std::collections::BTreeMap;

use crate::diagnostic::Place;
use crate::probe::model::FieldValue;

/// A text and where its lines start in the file.
#[derive(Clone, Debug)]
pub(super) struct Scalar {
    pub text: String,
    /// Whether it was written without quotes, and so may be a number, a yes or a no.
    pub plain: bool,
    /// The place of the first character of each of its lines; the last one counts for all others.
    pub lines: Vec<Place>,
}

impl Scalar {
    /// Where the character at an offset stands.
    pub fn place_at(&self, offset: usize) -> Place {
        let mut line = 0_usize;
        let mut column = 0_u32;
        for c in self.text.chars().take(offset) {
            if c == '\n' {
                line += 1;
                column = 0;
            } else {
                column += 1;
            }
        }
        let start = self
            .lines
            .get(line)
            .or_else(|| self.lines.last())
            .copied()
            .unwrap_or(Place { line: 1, column: 1 });
        Place {
            line: start.line,
            column: start.column + column,
        }
    }

    /// The value as the author meant it, without a schema.
    fn value(&self) -> Option<FieldValue> {
        if !self.plain {
            return Some(FieldValue::Text(self.text.clone()));
        }
        Some(match self.text.as_str() {
            "" | "~" | "null" => return None,
            "true" => FieldValue::Bool(true),
            "false" => FieldValue::Bool(false),
            text => match whole(text) {
                Some(n) => FieldValue::Integer(n),
                None => FieldValue::Text(text.to_owned()),
            },
        })
    }
}

/// A whole number within ±2^53, written without a plus or leading zeros.
pub(super) fn whole(text: &str) -> Option<i64> {
    let n: i64 = text.parse().ok()?;
    (n.to_string() == text && n.unsigned_abs() <= 1 << 53).then_some(n)
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Scalar(Scalar),
    List(Vec<Node>, Place),
    Map(Vec<Entry>, Place),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub key: String,
    pub place: Place,
    pub value: Node,
}

impl Node {
    pub fn place(&self) -> Place {
        match self {
            Self::Scalar(scalar) => scalar.place_at(0),
            Self::List(_, place) | Self::Map(_, place) => *place,
        }
    }

    /// Whether it is written as nothing: `key:` alone, `null` or `~`.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Scalar(scalar) if scalar.value().is_none())
    }

    /// The value without a schema; what is nothing is left out.
    pub fn value(&self) -> Option<FieldValue> {
        match self {
            Self::Scalar(scalar) => scalar.value(),
            Self::List(items, _) => Some(FieldValue::List(
                items.iter().filter_map(Self::value).collect(),
            )),
            Self::Map(entries, _) => Some(FieldValue::Map(
                entries
                    .iter()
                    .filter_map(|entry| Some((entry.key.clone(), entry.value.value()?)))
                    .collect::<BTreeMap<_, _>>(),
            )),
        }
    }

    /// All texts in it.
    pub fn scalars(&self) -> Vec<&Scalar> {
        match self {
            Self::Scalar(scalar) => vec![scalar],
            Self::List(items, _) => items.iter().flat_map(Self::scalars).collect(),
            Self::Map(entries, _) => entries
                .iter()
                .flat_map(|entry| entry.value.scalars())
                .collect(),
        }
    }
}
