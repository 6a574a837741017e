//! What front matter (below `countersign:`) and the sidecar `<name>.countersign.yaml` declare.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::around::Metadatum;
use super::declared::{DeclaredPolicy, ProfileRest};
use super::model::Stage;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::probe::{self, SidecarEntry};

/// Everything that may be declared; the same keys in both places.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Declarations {
    pub title: Option<String>,
    /// Item (id, number or text) to one probe or a list of them; the probe language reads it.
    pub probes: Option<IgnoredAny>,
    pub choose: Vec<DeclaredChoice>,
    pub conditions: Vec<DeclaredCondition>,
    pub points: Vec<DeclaredPoint>,
    pub environments: BTreeMap<String, BTreeMap<String, String>>,
    pub policy: DeclaredPolicy,
    pub profiles: BTreeMap<String, DeclaredProfile>,
    /// Section (id, number or title) to its stage.
    pub stages: BTreeMap<String, Stage>,
}

impl Declarations {
    /// True when nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.title.is_none()
            && self.probes.is_none()
            && self.choose.is_empty()
            && self.conditions.is_empty()
            && self.points.is_empty()
            && self.environments.is_empty()
            && self.policy.is_empty()
            && self.profiles.is_empty()
            && self.stages.is_empty()
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredChoice {
    pub title: String,
    #[serde(default = "one")]
    pub choose: u32,
    pub items: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredCondition {
    pub words: String,
    pub question: Option<String>,
    pub items: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredPoint {
    pub title: String,
    pub id: Option<String>,
    /// Items (id, number or text) or sections (id, number or title) that it covers.
    #[serde(default)]
    pub items: Vec<String>,
    /// Stages that it covers.
    #[serde(default)]
    pub stages: Vec<Stage>,
    /// Roles that sign it; all of them when absent.
    #[serde(default)]
    pub roles: Vec<String>,
    #[serde(default)]
    pub policy: DeclaredPolicy,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclaredProfile {
    pub title: Option<String>,
    /// Items or sections that it keeps.
    pub items: Vec<String>,
    #[serde(default)]
    pub rest: ProfileRest,
}

fn one() -> u32 {
    1
}

/// The front matter's title; the rest of it belongs to other programs.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FrontMatter {
    title: Option<serde_json::Value>,
}

/// What one file declares.
#[derive(Default)]
pub(super) struct Declared {
    pub declarations: Declarations,
    /// Probes by item.
    pub probes: Vec<SidecarEntry>,
    pub diagnostics: Vec<Diagnostic>,
    /// The line on which the declarations start.
    pub line: u32,
}

/// Reads the sidecar. A sidecar that cannot be read costs its declarations, not the checklist.
pub(super) fn read_sidecar(bytes: &[u8]) -> Declared {
    match std::str::from_utf8(bytes) {
        Ok(text) => read(text, "sidecar-invalid", "The sidecar"),
        Err(wrong) => Declared {
            diagnostics: vec![Diagnostic {
                severity: Severity::Error,
                code: "sidecar-not-utf8".to_owned(),
                message: format!(
                    "The sidecar is not UTF-8 text: byte {} cannot be read.",
                    wrong.valid_up_to()
                ),
                place: Place { line: 1, column: 1 },
                hint: Some("Save the sidecar as UTF-8.".to_owned()),
            }],
            ..Declared::default()
        },
    }
}

/// Reads the front matter whose text starts on `line`: its title, and what is indented below
/// `countersign:`.
pub(super) fn read_front_matter(text: &str, line: u32) -> Declared {
    let mut declared = read(
        &own_text(text, line),
        "front-matter-invalid",
        "The front matter",
    );
    declared.line = line;
    if declared.declarations.title.is_none()
        && let Ok(front) = serde_saphyr::from_str::<FrontMatter>(text)
    {
        declared.declarations.title = front
            .title
            .and_then(|title| title.as_str().map(str::to_owned));
    }
    declared
}

/// The front matter's plain `key: value` lines, with their place.
pub(super) fn plain_entries(text: &str, line: u32) -> Vec<Metadatum> {
    text.lines()
        .enumerate()
        .filter_map(|(index, entry)| {
            let (label, value) = entry.split_once(':')?;
            let value = value.trim().trim_matches(['"', '\'']);
            let plain = !label.is_empty()
                && !value.is_empty()
                && !label.starts_with([' ', '\t', '#', '-'])
                && !matches!(label, "title" | "countersign");
            plain.then(|| Metadatum {
                label: label.to_owned(),
                value: value.to_owned(),
                line: line + index as u32,
            })
        })
        .collect()
}

/// What the front matter that starts on `line` declares, each line where it stands in the file.
pub(super) fn own_text(text: &str, line: u32) -> String {
    let above = "\n".repeat(line.saturating_sub(1) as usize);
    format!("{above}{}", own_part(text))
}

/// The lines below `countersign:`, every other line left empty so that places stay right.
fn own_part(text: &str) -> String {
    let mut own = String::new();
    let mut inside = false;
    for line in text.lines() {
        let indented = line.starts_with([' ', '\t']);
        if !indented && !line.trim().is_empty() {
            inside = line.trim_end() == "countersign:";
        } else if inside {
            own.push_str(line);
        }
        own.push('\n');
    }
    own
}

fn read(text: &str, code: &str, what: &str) -> Declared {
    if text.trim().is_empty() {
        return Declared::default();
    }
    let mut declared = Declared {
        line: 1,
        ..Declared::default()
    };
    match serde_saphyr::from_str::<Declarations>(text) {
        Ok(declarations) => declared.declarations = declarations,
        Err(error) => {
            declared.diagnostics.push(yaml_error(&error, code, what));
            return declared;
        }
    }
    if declared.declarations.probes.is_some() {
        let (probes, wrong) = probe::parse_sidecar(text);
        declared.probes = probes;
        // The keys beside `probes` are ours and were checked above.
        let wrong = wrong
            .into_iter()
            .filter(|wrong| wrong.code != "sidecar-unknown-field");
        declared.diagnostics.extend(wrong);
    }
    declared
}

fn yaml_error(error: &serde_saphyr::Error, code: &str, what: &str) -> Diagnostic {
    let location = error.location();
    let text = error.to_string();
    let first = text.lines().next().unwrap_or("it is no YAML");
    Diagnostic {
        severity: Severity::Error,
        code: code.to_owned(),
        message: format!("{what} cannot be read: {}.", first.trim_end_matches('.')),
        place: Place {
            line: location.map_or(1, |at| at.line() as u32),
            column: location.map_or(1, |at| at.column() as u32),
        },
        hint: Some(
            "Everything else in the checklist works; correct this part and open it again."
                .to_owned(),
        ),
    }
}
