//! The types of a condition against a kind's schema: milliseconds never meet percent, and a text
//! is never "less".

use super::{Attribute, Condition, ExprError, Literal, Op, Operand, Read, Test};
use crate::probe::schema::{KindSchema, MetricKind, nearest};
use crate::probe::unit::Unit;

impl Condition {
    /// Checks names and units against a kind. `declared` is the unit in which its fields say that
    /// numbers come whose unit only the author knows.
    ///
    /// # Errors
    /// The first mismatch, with its offset in the text the condition was read from.
    pub fn check(&self, schema: &KindSchema, declared: Unit) -> Result<(), ExprError> {
        let kind = operand_kind(&self.left, schema, self.left_offset)?;
        let declared = schema.names_all().then_some(declared);
        match &self.test {
            Test::Exists => Ok(()),
            Test::Holds => match kind {
                MetricKind::Bool | MetricKind::Any => Ok(()),
                _ => Err(ExprError::new(
                    self.left_offset,
                    format!("`{}` is not yes or no, so it needs a comparison", self.left),
                )
                .hint(match kind.dimension() {
                    Some(dimension) => format!("write `{} < {}`", self.left, dimension.example()),
                    None => format!("write `{} exists` or `{} == …`", self.left, self.left),
                })),
            },
            Test::Compare(op, literal) => self.comparable(kind, declared, Some(*op), literal),
            Test::Between(low, high) => {
                self.comparable(kind, declared, Some(Op::Le), low)?;
                self.comparable(kind, declared, Some(Op::Le), high)
            }
            Test::In(members) => members
                .iter()
                .try_for_each(|literal| self.comparable(kind, declared, None, literal)),
            Test::Matches(_) => match kind {
                MetricKind::Text | MetricKind::Any => Ok(()),
                _ => Err(ExprError::new(
                    self.left_offset,
                    format!("`{}` is {}, not text", self.left, kind.words()),
                )),
            },
            Test::Contains(_) => match kind {
                MetricKind::Text | MetricKind::List | MetricKind::Any => Ok(()),
                _ => Err(ExprError::new(
                    self.left_offset,
                    format!(
                        "`{}` is {}, which contains nothing",
                        self.left,
                        kind.words()
                    ),
                )),
            },
        }
    }

    fn comparable(
        &self,
        kind: MetricKind,
        declared: Option<Unit>,
        op: Option<Op>,
        literal: &Literal,
    ) -> Result<(), ExprError> {
        if literal.is_open() {
            return Ok(());
        }
        let ordered = matches!(op, Some(Op::Lt | Op::Le | Op::Gt | Op::Ge));
        let name = &self.left;
        let wrong = |message: String| ExprError::new(literal.offset, message);
        if matches!(name, Operand::Semver(_)) {
            return match semver::Version::parse(literal.text.trim_start_matches('v')) {
                Ok(_) => Ok(()),
                Err(_) => Err(wrong(format!("`{}` is not a version", literal.text))
                    .hint("write all three parts, such as `2.4.0`")),
            };
        }
        match (kind, literal.read()) {
            (MetricKind::Number(unit), Read::Number(quantity)) => {
                if unit.dimension() == quantity.unit.dimension() {
                    return Ok(());
                }
                let (left, right) = (unit.dimension(), quantity.unit.dimension());
                let error = wrong(format!(
                    "`{name}` is {}, but `{}` is {}",
                    left.word(),
                    literal.text,
                    right.word()
                ));
                Err(error.hint(format!("write a value such as `{}`", left.example())))
            }
            (MetricKind::Number(unit), _) => Err(wrong(format!(
                "`{name}` is {}, but `{}` is not",
                unit.dimension().word(),
                literal.text
            ))
            .hint(format!(
                "write a value such as `{}`",
                unit.dimension().example()
            ))),
            (MetricKind::Bool, Read::Bool(_)) if !ordered => Ok(()),
            (MetricKind::Bool, _) => Err(wrong(format!("`{name}` is yes or no"))
                .hint(format!("write `{name}` or `not {name}`"))),
            (MetricKind::Time, Read::Text(text)) => match super::eval::moment(&text) {
                Some(_) => Ok(()),
                None => Err(wrong(format!("`{text}` is not a moment"))
                    .hint("write `2026-12-31` or `2026-12-31T18:00:00Z`")),
            },
            (MetricKind::Time, _) => Err(wrong(format!("`{name}` is a moment"))
                .hint("write `2026-12-31` or `2026-12-31T18:00:00Z`")),
            (MetricKind::Text, Read::Number(quantity)) if quantity.unit != Unit::Count => {
                Err(wrong(format!("`{name}` is text and has no unit"))
                    .hint("quote the value, or use json(path, unit)"))
            }
            (MetricKind::Text, Read::Text(text)) if ordered => Err(wrong(format!(
                "`{name}` is text, and text `{text}` is neither more nor less"
            ))
            .hint("use semver() for versions, `==` or `matches` for other text")),
            (MetricKind::List, _) if ordered => Err(wrong(format!("`{name}` is a list"))
                .hint(format!("write `len({name}) > 0` or `{name} contains …`"))),
            (MetricKind::Any, Read::Number(quantity)) => {
                // What others name has the unit that they give it.
                let Some(expected) = unit_of(name, declared) else {
                    return Ok(());
                };
                if expected.dimension() == quantity.unit.dimension() {
                    Ok(())
                } else {
                    Err(wrong(format!(
                        "`{name}` is {}, but `{}` is {}",
                        expected.dimension().word(),
                        literal.text,
                        quantity.unit.dimension().word()
                    ))
                    .hint(match name {
                        Operand::Metric(_) => {
                            "say the unit of what is found with `unit`".to_owned()
                        }
                        _ => format!(
                            "say the unit of what is found: `json($.…, {})`",
                            quantity.unit.symbol()
                        ),
                    }))
                }
            }
            (MetricKind::Any, Read::Text(text)) if ordered => {
                Err(wrong(format!("text `{text}` is neither more nor less"))
                    .hint("use semver() for versions, `==` or `matches` for other text"))
            }
            _ => Ok(()),
        }
    }
}

/// The unit of an operand whose numbers have none of their own.
fn unit_of(operand: &Operand, declared: Option<Unit>) -> Option<Unit> {
    match operand {
        Operand::Json { unit, .. } => Some(*unit),
        Operand::Min(inner) | Operand::Max(inner) => unit_of(inner, declared),
        Operand::Metric(_) => declared,
        _ => Some(Unit::Count),
    }
}

/// The type of an operand.
fn operand_kind(
    operand: &Operand,
    schema: &KindSchema,
    offset: usize,
) -> Result<MetricKind, ExprError> {
    match operand {
        Operand::Metric(name) => match schema.metric(name) {
            Some(metric) => Ok(metric.kind),
            None => {
                let near = nearest(name, schema.metrics.iter().map(|m| m.name));
                let all: Vec<&str> = schema.metrics.iter().map(|m| m.name).collect();
                Err(
                    ExprError::new(offset, format!("`{}` measures no `{name}`", schema.name)).hint(
                        near.map_or_else(
                            || format!("it measures {}", all.join(", ")),
                            |near| format!("did you mean `{near}`?"),
                        ),
                    ),
                )
            }
        },
        Operand::Json { .. } => match schema.json {
            Some(_) => Ok(MetricKind::Any),
            None => Err(ExprError::new(
                offset,
                format!("`{}` reads no JSON", schema.name),
            )),
        },
        Operand::Header(_) if schema.headers => Ok(MetricKind::Text),
        Operand::Headers(_) if schema.headers => Ok(MetricKind::List),
        Operand::Cookie { attribute, .. } if schema.headers => {
            Ok(attribute.map_or(MetricKind::Text, Attribute::kind))
        }
        Operand::Header(_) | Operand::Headers(_) | Operand::Cookie { .. } => Err(ExprError::new(
            offset,
            format!("`{}` sees no headers", schema.name),
        )),
        Operand::Len(inner) => match operand_kind(inner, schema, offset)? {
            MetricKind::Text | MetricKind::List | MetricKind::Any => {
                Ok(MetricKind::Number(Unit::Count))
            }
            other => Err(ExprError::new(
                offset,
                format!("`{inner}` is {}, which has no length", other.words()),
            )),
        },
        Operand::Min(inner) | Operand::Max(inner) => match operand_kind(inner, schema, offset)? {
            MetricKind::List | MetricKind::Any => Ok(MetricKind::Any),
            other => Err(ExprError::new(
                offset,
                format!("`{inner}` is {}, not a list", other.words()),
            )),
        },
        Operand::Semver(inner) => match operand_kind(inner, schema, offset)? {
            MetricKind::Text | MetricKind::Any => Ok(MetricKind::Text),
            other => Err(ExprError::new(
                offset,
                format!("`{inner}` is {}, not a version", other.words()),
            )),
        },
    }
}
