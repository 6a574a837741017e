//! What a probe would do, exactly: its variables resolved, its secrets by name. A person approves
//! this, and the approval binds to its hash.

mod resolve;
mod route;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::expr::Condition;
use super::kinds;
use super::model::separated_hash;
use super::schema::{Class, FieldKind, UNIT};
use super::unit::{Quantity, Unit};
use super::watch::Watch;
use crate::canon;

pub(super) use resolve::class_of;
pub use resolve::{Missing, class, resolve};
pub use route::{ROUTES_VARIABLE, route};

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
    /// Where the environment says that these hosts are reached instead: `host` or `host:port` to
    /// an address, with a port or without ([`route`]).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub routes: BTreeMap<String, String>,
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
    /// How it is watched: all its looks are approved together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watch>,
    /// Its conditions, resolved. They judge and do nothing, so the hash leaves them out.
    #[serde(skip)]
    pub expect: Vec<Condition>,
    /// Its stricter conditions, resolved.
    #[serde(skip)]
    pub warn: Vec<Condition>,
}

/// Kinds that read the checkout even where they name no path in it.
const OF_THE_CHECKOUT: [&str; 4] = ["changelog", "git", "scan", "secrets"];

impl Plan {
    /// Whether it needs the repository that the checklist lies in: a command works there, and paths
    /// are read from there.
    #[must_use]
    pub fn needs_repository(&self) -> bool {
        let of_checkout = |name: &String| {
            kinds::schema(&self.kind)
                .and_then(|schema| schema.fields.iter().find(|field| field.name == name))
                .is_some_and(|field| matches!(field.kind, FieldKind::Path | FieldKind::Globs))
        };
        self.class == Class::Command
            || OF_THE_CHECKOUT.contains(&self.kind.as_str())
            || self.fields.keys().any(of_checkout)
    }

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

    /// The unit that its fields declare for numbers whose unit only the author knows.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.text(UNIT.name)
            .and_then(|word| Unit::parse(&word))
            .unwrap_or(Unit::Count)
    }

    /// `host:port` of everything that it really connects to, its routes followed: what limits for a
    /// host count.
    #[must_use]
    pub fn connects_to(&self) -> BTreeSet<String> {
        self.hosts
            .iter()
            .map(|host| {
                let address = host.rsplit_once(':').and_then(|(name, port)| {
                    let port = port.parse().ok()?;
                    route(&self.routes, name, port)
                });
                address.map_or_else(|| host.clone(), |address| address.to_string())
            })
            .collect()
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
                value => {
                    let shown = value.shown();
                    match shown.trim_end().split_once('\n') {
                        None => lines.push(format!("{name}: {shown}")),
                        Some(_) => {
                            lines.push(format!("{name}:"));
                            lines.extend(shown.trim_end().lines().map(|line| format!("  {line}")));
                        }
                    }
                }
            }
        }
        if !self.hosts.is_empty() {
            lines.push(format!("to {}", self.hosts.join(", ")));
        }
        for (host, address) in &self.routes {
            lines.push(format!("{host} is reached at {address}"));
        }
        for (path, hash) in &self.scripts {
            lines.push(format!("{path} as it is now, SHA-256 {hash}"));
        }
        lines.extend(self.watch.as_ref().map(ToString::to_string));
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
