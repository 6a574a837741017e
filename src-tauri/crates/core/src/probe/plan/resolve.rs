//! From a probe to its plan: variables replaced, secrets held to their places.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::route::{ROUTES_VARIABLE, routes};
use super::{Part, Plan, PlanValue};
use crate::probe::expr::Condition;
use crate::probe::kinds;
use crate::probe::model::{FieldValue, Probe};
use crate::probe::schema::{Class, FieldKind, FieldSchema, KindSchema, Secrets, declared_unit};
use crate::probe::template::{Piece, Template};

/// What keeps a probe from having a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Missing {
    /// A variable that the environment does not have.
    #[error("the variable `{name}` is not set")]
    Variable {
        /// Its name.
        name: String,
    },
    /// A secret that the environment does not name.
    #[error("the secret `{name}` is not set")]
    Secret {
        /// Its name.
        name: String,
    },
    /// A field whose resolved value cannot be used.
    #[error("`{field}`: {why}")]
    Value {
        /// The field.
        field: String,
        /// What is wrong with it.
        why: String,
    },
}

/// What a kind with these fields does to the world.
pub(in crate::probe) fn class_of(
    schema: &KindSchema,
    fields: &BTreeMap<String, FieldValue>,
) -> Class {
    (schema.class_of)(fields).unwrap_or(schema.class)
}

/// What a probe does to the world, known before its variables are.
#[must_use]
pub fn class(probe: &Probe) -> Class {
    kinds::schema(&probe.kind).map_or(Class::Passive, |schema| class_of(schema, &probe.fields))
}

/// Resolves a probe's variables into what it would do. `variables` are the environment's and the
/// run's; of secrets only the names are known here. The plan of a `ref` does nothing but judge.
///
/// # Errors
/// Everything that is missing or cannot be used, sorted, so that a person is asked once.
pub fn resolve(
    probe: &Probe,
    variables: &BTreeMap<String, String>,
    secret_names: &BTreeSet<String>,
) -> Result<Plan, Vec<Missing>> {
    let Some(schema) = kinds::schema(&probe.kind) else {
        return judging(probe, variables);
    };
    let mut missing = BTreeSet::new();
    let mut fields = BTreeMap::new();
    for (name, value) in &probe.fields {
        let Some(field) = schema.field(name) else {
            missing.insert(Missing::Value {
                field: name.clone(),
                why: "the kind has no such field".to_owned(),
            });
            continue;
        };
        let resolved = resolve_value(value, field, variables, &mut missing);
        fields.insert(name.clone(), resolved);
    }
    let lookup = |name: &str| variables.get(name).cloned();
    let unit = declared_unit(&probe.fields);
    let mut conditions = |list: &[Condition]| -> Vec<Condition> {
        list.iter()
            .filter_map(|condition| match condition.resolve(&lookup) {
                Ok(resolved) => match resolved.check(schema, unit) {
                    Ok(()) => Some(resolved),
                    Err(wrong) => {
                        missing.insert(Missing::Value {
                            field: "expect".to_owned(),
                            why: wrong.message,
                        });
                        None
                    }
                },
                Err(names) => {
                    missing.extend(names.into_iter().map(|name| Missing::Variable { name }));
                    None
                }
            })
            .collect()
    };
    let expect = conditions(&probe.expect);
    let warn = conditions(&probe.warn);
    let mut secrets = BTreeSet::new();
    for value in fields.values() {
        value.visit(&mut |part| {
            if let Part::Secret(name) = part {
                secrets.insert(name.clone());
            }
        });
    }
    for name in secrets.difference(secret_names) {
        missing.insert(Missing::Secret { name: name.clone() });
    }
    let plan = Plan {
        kind: schema.name.to_owned(),
        version: schema.version,
        class: class_of(schema, &probe.fields),
        hosts: Vec::new(),
        routes: BTreeMap::new(),
        secrets: secrets.into_iter().collect(),
        scripts: BTreeMap::new(),
        timeout: probe.timeout,
        retries: probe.retries,
        watch: probe.watch.clone(),
        fields,
        expect,
        warn,
    };
    if !missing.is_empty() {
        return Err(missing.into_iter().collect());
    }
    let addressed = |plan: &Plan| {
        let hosts = (schema.hosts)(plan)?;
        let routes = match variables.get(ROUTES_VARIABLE) {
            Some(text) => routes(text, &hosts)?,
            None => BTreeMap::new(),
        };
        Ok((hosts, routes))
    };
    match addressed(&plan) {
        Ok((hosts, routes)) => Ok(Plan {
            hosts,
            routes,
            ..plan
        }),
        Err(wrong) => Err(vec![wrong]),
    }
}

/// The plan of a `ref`: no fields and no hosts, only conditions.
fn judging(probe: &Probe, variables: &BTreeMap<String, String>) -> Result<Plan, Vec<Missing>> {
    let lookup = |name: &str| variables.get(name).cloned();
    let mut missing = BTreeSet::new();
    let mut conditions = |list: &[Condition]| -> Vec<Condition> {
        list.iter()
            .filter_map(|condition| {
                let resolved = condition.resolve(&lookup);
                resolved
                    .map_err(|names| {
                        missing.extend(names.into_iter().map(|name| Missing::Variable { name }));
                    })
                    .ok()
            })
            .collect()
    };
    let expect = conditions(&probe.expect);
    let warn = conditions(&probe.warn);
    if missing.is_empty() {
        Ok(Plan {
            kind: probe.kind.clone(),
            version: 1,
            class: Class::Passive,
            fields: BTreeMap::new(),
            hosts: Vec::new(),
            routes: BTreeMap::new(),
            secrets: Vec::new(),
            scripts: BTreeMap::new(),
            timeout: None,
            retries: 0,
            watch: None,
            expect,
            warn,
        })
    } else {
        Err(missing.into_iter().collect())
    }
}

fn resolve_value(
    value: &FieldValue,
    field: &FieldSchema,
    variables: &BTreeMap<String, String>,
    missing: &mut BTreeSet<Missing>,
) -> PlanValue {
    match value {
        FieldValue::Bool(b) => PlanValue::Bool(*b),
        FieldValue::Integer(n) => PlanValue::Integer(*n),
        FieldValue::List(items) => PlanValue::List(
            items
                .iter()
                .enumerate()
                .map(|(at, item)| {
                    let resolved = resolve_value(item, field, variables, missing);
                    if at == 0 && field.secrets == Secrets::AfterFirst && resolved.plain().is_none()
                    {
                        missing.insert(forbidden(field));
                    }
                    resolved
                })
                .collect(),
        ),
        FieldValue::Map(entries) => PlanValue::Map(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), resolve_value(value, field, variables, missing)))
                .collect(),
        ),
        FieldValue::Text(text) if field.kind == FieldKind::Verbatim => {
            PlanValue::Text(vec![Part::Text(text.clone())])
        }
        FieldValue::Text(text) => PlanValue::Text(parts(text, field, variables, missing)),
    }
}

fn forbidden(field: &FieldSchema) -> Missing {
    Missing::Value {
        field: field.name.to_owned(),
        why: "a secret may not stand here".to_owned(),
    }
}

fn parts(
    text: &str,
    field: &FieldSchema,
    variables: &BTreeMap<String, String>,
    missing: &mut BTreeSet<Missing>,
) -> Vec<Part> {
    let template = match Template::parse(text) {
        Ok(template) => template,
        Err(wrong) => {
            missing.insert(Missing::Value {
                field: field.name.to_owned(),
                why: wrong.message,
            });
            return Vec::new();
        }
    };
    let mut parts: Vec<Part> = Vec::new();
    let mut queried = false;
    for piece in template.pieces {
        let text = match piece {
            Piece::Text(text) => {
                queried |= text.contains('?');
                text
            }
            Piece::Variable(name) => match variables.get(&name) {
                Some(value) => value.clone(),
                None => {
                    missing.insert(Missing::Variable { name });
                    continue;
                }
            },
            Piece::Secret(_) | Piece::Capture(_) => {
                let allowed = match field.secrets {
                    Secrets::Never => false,
                    Secrets::Anywhere | Secrets::AfterFirst => true,
                    Secrets::InQuery => queried,
                };
                if !allowed {
                    missing.insert(forbidden(field));
                }
                parts.push(match piece {
                    Piece::Secret(name) => Part::Secret(name),
                    Piece::Capture(name) => Part::Capture(name),
                    Piece::Text(text) | Piece::Variable(text) => Part::Text(text),
                });
                continue;
            }
        };
        match parts.last_mut() {
            Some(Part::Text(held)) => held.push_str(&text),
            _ => parts.push(Part::Text(text)),
        }
    }
    parts
}
