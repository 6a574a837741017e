//! What a probe would do, exactly: its variables resolved, its secrets by name. A person approves
//! this, and the approval binds to its hash.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::expr::Condition;
use super::kinds;
use super::model::{FieldValue, Probe, separated_hash};
use super::schema::{Class, FieldKind, FieldSchema, KindSchema, Secrets};
use super::template::{Piece, Template};
use super::unit::Quantity;
use crate::canon;

/// A piece of a resolved text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Text, its variables replaced.
    Text(String),
    /// A secret by name.
    Secret(String),
    /// What an earlier probe of the same run of probes captured, by name.
    Capture(String),
}

/// The resolved value of a field. Text that came out of a variable is never read as a template
/// again, so no variable can smuggle a secret into a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanValue {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Text in pieces.
    Text(Vec<Part>),
    /// A list.
    List(Vec<PlanValue>),
    /// A mapping.
    Map(BTreeMap<String, PlanValue>),
}

impl PlanValue {
    /// The text, when it is one without secrets and captures.
    #[must_use]
    pub fn plain(&self) -> Option<String> {
        match self {
            Self::Text(parts) => parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            Self::Integer(n) => Some(n.to_string()),
            Self::Bool(b) => Some(b.to_string()),
            _ => None,
        }
    }

    /// The text with secrets by name, as a person is shown it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text(parts) => parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => text.clone(),
                    Part::Secret(name) => format!("«secret {name}»"),
                    Part::Capture(name) => format!("«captured {name}»"),
                })
                .collect(),
            Self::Bool(b) => b.to_string(),
            Self::Integer(n) => n.to_string(),
            Self::List(items) => items.iter().map(Self::shown).collect::<Vec<_>>().join(", "),
            Self::Map(entries) => entries
                .iter()
                .map(|(key, value)| format!("{key}: {}", value.shown()))
                .collect::<Vec<_>>()
                .join(", "),
        }
    }

    fn visit(&self, see: &mut dyn FnMut(&Part)) {
        match self {
            Self::Bool(_) | Self::Integer(_) => {}
            Self::Text(parts) => parts.iter().for_each(see),
            Self::List(items) => items.iter().for_each(|item| item.visit(see)),
            Self::Map(entries) => entries.values().for_each(|value| value.visit(see)),
        }
    }
}

/// The identity of a plan, which an approval binds to: lower-hex SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanHash(pub String);

impl fmt::Display for PlanHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a probe would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The kind.
    pub kind: String,
    /// The kind's version: when the engine does something else, old approvals no longer hold.
    pub version: u32,
    /// What it does to the world.
    pub class: Class,
    /// Its fields, resolved.
    pub fields: BTreeMap<String, PlanValue>,
    /// `host:port` of everything it addresses, sorted. A program may address more.
    pub hosts: Vec<String>,
    /// Names of the secrets it uses, sorted.
    pub secrets: Vec<String>,
    /// Lower-hex SHA-256 of every script or executable inside the checkout that it would run, by
    /// path from the repository's root. The engine fills it in and checks it again when running.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scripts: BTreeMap<String, String>,
    /// The total deadline, where one was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Quantity>,
    /// How often a transport error is tried again.
    pub retries: u32,
    /// Its conditions, resolved. They judge and do nothing, so the hash leaves them out.
    #[serde(skip)]
    pub expect: Vec<Condition>,
    /// Its stricter conditions, resolved.
    #[serde(skip)]
    pub warn: Vec<Condition>,
}

impl Plan {
    /// Lower-hex SHA-256 over `countersign-plan-v1`, a zero byte and the plan's canonical JSON.
    ///
    /// # Errors
    /// When a resolved value has no canonical form, such as a body's key outside ASCII.
    pub fn hash(&self) -> Result<PlanHash, canon::CanonError> {
        separated_hash("countersign-plan-v1", self).map(PlanHash)
    }

    /// A field's text, when it has no secret in it.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<String> {
        self.fields.get(field).and_then(PlanValue::plain)
    }

    /// What it looks at, in a few words: an address, a path, a program.
    #[must_use]
    pub fn target(&self) -> String {
        let target = kinds::schema(&self.kind)
            .map(|schema| (schema.target)(self))
            .unwrap_or_default();
        target.chars().take(200).collect()
    }

    /// What a person reads before approving, one fact a line, secrets by name.
    #[must_use]
    pub fn describe(&self) -> Vec<String> {
        let mut lines = Vec::new();
        match self.kind.as_str() {
            "http" => lines.push(format!(
                "{} {}",
                self.text("method").unwrap_or_else(|| "GET".to_owned()),
                self.target()
            )),
            "command" => match self.fields.get("script") {
                Some(script) => {
                    let shell = match self.fields.get("shell") {
                        Some(PlanValue::Text(_)) => self.text("shell").unwrap_or_default(),
                        _ => "sh".to_owned(),
                    };
                    lines.push(format!("runs in {shell}:"));
                    lines.extend(script.shown().lines().map(|line| format!("  {line}")));
                }
                None => lines.push(format!("runs {}", self.target())),
            },
            kind => lines.push(format!("{kind} {}", self.target())),
        }
        for (name, value) in &self.fields {
            if matches!(
                name.as_str(),
                "url" | "method" | "run" | "script" | "shell" | "host" | "port" | "path"
            ) {
                continue;
            }
            match value {
                PlanValue::Map(entries) => lines.extend(
                    entries
                        .iter()
                        .map(|(key, value)| format!("{name} {key}: {}", value.shown())),
                ),
                value => lines.push(format!("{name}: {}", value.shown())),
            }
        }
        if !self.hosts.is_empty() {
            lines.push(format!("to {}", self.hosts.join(", ")));
        }
        for (path, hash) in &self.scripts {
            lines.push(format!("{path} as it is now, SHA-256 {hash}"));
        }
        lines.push(format!("class: {}", self.class.words()));
        lines
    }
}

/// Arguments as one would type them, with quotes where they are needed.
pub(super) fn shown_arguments(run: Option<&PlanValue>) -> String {
    let Some(PlanValue::List(arguments)) = run else {
        return String::new();
    };
    arguments
        .iter()
        .map(|argument| {
            let text = argument.shown();
            let plain = !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_alphanumeric() || "-_./=:,@%+«»".contains(c));
            if plain {
                text
            } else {
                format!("'{}'", text.replace('\'', r"'\''"))
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

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
pub(super) fn class_of(schema: &KindSchema, fields: &BTreeMap<String, FieldValue>) -> Class {
    (schema.class_of)(fields).unwrap_or(schema.class)
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
    let mut conditions = |list: &[Condition]| -> Vec<Condition> {
        list.iter()
            .filter_map(|condition| match condition.resolve(&lookup) {
                Ok(resolved) => match resolved.check(schema) {
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
        secrets: secrets.into_iter().collect(),
        scripts: BTreeMap::new(),
        timeout: probe.timeout,
        retries: probe.retries,
        fields,
        expect,
        warn,
    };
    if !missing.is_empty() {
        return Err(missing.into_iter().collect());
    }
    match (schema.hosts)(&plan) {
        Ok(hosts) => Ok(Plan { hosts, ..plan }),
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
            secrets: Vec::new(),
            scripts: BTreeMap::new(),
            timeout: None,
            retries: 0,
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

/// Says what is wrong with a resolved field.
pub(super) fn unusable(field: &str, why: impl Into<String>) -> Missing {
    Missing::Value {
        field: field.to_owned(),
        why: why.into(),
    }
}

impl Plan {
    /// A field as it is shown, empty when absent.
    pub(super) fn shown(&self, field: &str) -> String {
        self.fields
            .get(field)
            .map(PlanValue::shown)
            .unwrap_or_default()
    }

    /// The resolved port, or the standard one.
    pub(super) fn port(&self, standard: u16) -> Result<u16, Missing> {
        match self.text("port") {
            None => Ok(standard),
            Some(text) => text
                .parse::<u16>()
                .ok()
                .filter(|port| *port > 0)
                .ok_or_else(|| unusable("port", format!("`{text}` is not a port"))),
        }
    }

    /// A resolved host name or address, which a variable may not have turned into more than that.
    pub(super) fn host(&self, field: &str) -> Result<String, Missing> {
        let text = self.text(field).unwrap_or_default();
        let more = |c: char| c.is_whitespace() || c.is_control() || "/@?#\\".contains(c);
        if text.is_empty() || text.contains(more) {
            return Err(unusable(
                field,
                format!("`{text}` is not a host name or address alone"),
            ));
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests;
