//! What a run knows beside its items: its release, its fields and its environments.

use std::collections::BTreeSet;

use serde::Serialize;

use super::RunState;
use super::item::{Act, Conflict};
use super::key::Key;
use crate::ledger::body::{ComponentVersion, TypedValue, VariableValue, ZonedMoment};
use crate::ledger::kind::Kind;
use crate::outline::Outline;

/// The release a run is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Release {
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The commit it is built from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Versions of components.
    pub components: Vec<ComponentVersion>,
}

impl Release {
    /// Version, commit and components in one text, to notice that any of them changed. `None` while nothing is known.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        let components = self
            .components
            .iter()
            .map(|part| format!("{} {}", part.component, part.version));
        let parts: Vec<String> = self
            .release
            .iter()
            .chain(&self.commit)
            .cloned()
            .chain(components)
            .collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }
}

/// A field, a contact or a placeholder with what was filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Filled {
    /// Its id in the outline.
    pub id: String,
    /// What was filled in, or stands in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Who filled it in; absent for what stands in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Act>,
}

/// An environment as the run pinned it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EnvironmentState {
    /// Its name.
    pub name: String,
    /// Whether the run deploys to it.
    pub target: bool,
    /// Its variables.
    pub variables: Vec<VariableValue>,
    /// The names of its secrets.
    pub secrets: Vec<String>,
    /// Who pinned it, and when.
    pub by: Act,
}

impl RunState {
    /// The run's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self.value(&Key::Name) {
            Some((Kind::RunNamed(body), _)) => Some(&body.name),
            _ => None,
        }
    }

    /// The release.
    #[must_use]
    pub fn release(&self) -> Release {
        match self.value(&Key::Release) {
            Some((Kind::ReleaseSet(body), _)) => Release {
                release: body.release.clone(),
                commit: body.commit.clone(),
                components: body.components.clone(),
            },
            _ => Release::default(),
        }
    }

    /// When the deployment is planned.
    #[must_use]
    pub fn planned(&self) -> Option<&ZonedMoment> {
        match self.value(&Key::Planned) {
            Some((Kind::DeploymentPlanned(body), _)) => body.planned.as_ref(),
            _ => None,
        }
    }

    /// The environment that the run deploys to.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        match self.value(&Key::Target) {
            Some((Kind::TargetSet(body), _)) => body.environment.as_deref(),
            _ => None,
        }
    }

    /// The run's environments, sorted by name.
    #[must_use]
    pub fn environments(&self) -> Vec<EnvironmentState> {
        let target = self.target();
        let mut all: Vec<EnvironmentState> = self
            .registers
            .iter()
            .filter(|(key, _)| matches!(key, Key::Environment(_)))
            .filter_map(|(_, register)| match register.value() {
                Some((Kind::EnvironmentSnapshotted(body), ix)) => Some(EnvironmentState {
                    name: body.name.clone(),
                    target: target == Some(&body.name),
                    variables: body.variables.clone(),
                    secrets: body.secrets.clone(),
                    by: self.act(ix),
                }),
                _ => None,
            })
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    fn filled(&self, key: &Key, id: &str, written: Option<&String>) -> Filled {
        let set = match self.value(key) {
            Some((Kind::FieldSet(body), ix)) => Some((body.value.clone(), ix)),
            Some((Kind::ContactSet(body), ix)) => Some((body.value.clone(), ix)),
            Some((Kind::PlaceholderSet(body), ix)) => Some((body.value.clone(), ix)),
            _ => None,
        };
        match set {
            Some((value, ix)) => Filled {
                id: id.to_owned(),
                value,
                by: Some(self.act(ix)),
            },
            None => Filled {
                id: id.to_owned(),
                value: written.cloned(),
                by: None,
            },
        }
    }

    /// The checklist's fields in document order.
    #[must_use]
    pub fn fields(&self) -> Vec<Filled> {
        let fields = self
            .outline()
            .map(|outline| &outline.fields[..])
            .unwrap_or_default();
        fields
            .iter()
            .map(|field| {
                self.filled(
                    &Key::Field(field.id.clone()),
                    &field.id,
                    field.value.as_ref(),
                )
            })
            .collect()
    }

    /// Its contacts in document order.
    #[must_use]
    pub fn contacts(&self) -> Vec<Filled> {
        let contacts = self
            .outline()
            .map(|outline| &outline.contacts[..])
            .unwrap_or_default();
        contacts
            .iter()
            .map(|contact| {
                self.filled(
                    &Key::Contact(contact.id.clone()),
                    &contact.id,
                    contact.value.as_ref(),
                )
            })
            .collect()
    }

    /// Its placeholders, each once, in document order. An item that asks for one provides its value
    /// where nobody set another.
    #[must_use]
    pub fn placeholders(&self) -> Vec<Filled> {
        let Some(outline) = self.outline() else {
            return Vec::new();
        };
        let mut seen = BTreeSet::new();
        let once = outline
            .placeholders
            .iter()
            .filter(|placeholder| seen.insert(&placeholder.id));
        once.map(|placeholder| {
            let filled = self.filled(
                &Key::Placeholder(placeholder.id.clone()),
                &placeholder.id,
                None,
            );
            if filled.value.is_some() || filled.by.is_some() {
                filled
            } else {
                self.provided(outline, &placeholder.id).unwrap_or(filled)
            }
        })
        .collect()
    }

    fn provided(&self, outline: &Outline, placeholder: &str) -> Option<Filled> {
        let item = outline
            .items
            .iter()
            .find(|item| item.asks_for.as_deref() == Some(placeholder))?;
        let state = self.item(&item.id, &self.current_scope())?;
        let value = match state.value? {
            TypedValue::Text(text) => text,
            TypedValue::Quantity(quantity) => quantity.to_string(),
        };
        Some(Filled {
            id: placeholder.to_owned(),
            value: Some(value),
            by: state.value_by,
        })
    }

    /// Registers of the run itself that hold differing values, sorted by name.
    #[must_use]
    pub fn run_conflicts(&self) -> Vec<Conflict> {
        let mut all: Vec<Conflict> = self
            .registers
            .iter()
            .filter_map(|(key, register)| self.conflict(key.run_level_name()?, register))
            .collect();
        all.sort_by(|a, b| a.register.cmp(&b.register));
        all
    }
}
