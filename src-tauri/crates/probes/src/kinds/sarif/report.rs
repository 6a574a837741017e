//! Reading SARIF 2.1.0, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; the
//! sections named below are its.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::redact::beginning;

/// The most findings whose places are kept.
const MOST_PLACES: usize = 20;

/// What all reports say together.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Not suppressed, by level.
    pub levels: BTreeMap<&'static str, u64>,
    /// Not suppressed, by rule and level.
    pub rules: BTreeMap<String, BTreeMap<&'static str, u64>>,
    pub suppressed: u64,
    pub new: u64,
    /// Whether a tool compared with a baseline.
    pub compared: bool,
    pub review: u64,
    pub tools: BTreeSet<String>,
    /// The first findings, errors first.
    pub first: Vec<Place>,
}

/// One finding and where it is.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Place {
    #[serde(skip)]
    rank: u8,
    level: &'static str,
    rule: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    message: String,
}

#[derive(Deserialize)]
struct Log {
    version: Option<String>,
    runs: Option<Vec<Run>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    results: Option<Vec<Found>>,
    #[serde(default)]
    invocations: Vec<Invocation>,
    #[serde(default)]
    external_property_file_references: External,
}

#[derive(Deserialize)]
struct Tool {
    driver: Component,
    #[serde(default)]
    extensions: Vec<Component>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Component {
    name: Option<String>,
    version: Option<String>,
    semantic_version: Option<String>,
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: Option<String>,
    default_configuration: Option<Configuration>,
}

#[derive(Deserialize)]
struct Configuration {
    level: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: Option<bool>,
    #[serde(default)]
    rule_configuration_overrides: Vec<Override>,
}

#[derive(Deserialize)]
struct Override {
    configuration: Configuration,
    descriptor: Reference,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    id: Option<String>,
    index: Option<i64>,
    tool_component: Option<ComponentReference>,
}

#[derive(Deserialize)]
struct ComponentReference {
    index: Option<i64>,
}

#[derive(Default, Deserialize)]
struct External {
    #[serde(default)]
    results: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    rule_id: Option<String>,
    rule_index: Option<i64>,
    rule: Option<Reference>,
    kind: Option<String>,
    level: Option<String>,
    baseline_state: Option<String>,
    #[serde(default)]
    suppressions: Vec<Suppression>,
    provenance: Option<Provenance>,
    message: Option<Message>,
    #[serde(default)]
    locations: Vec<Location>,
}

#[derive(Deserialize)]
struct Suppression {
    status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Provenance {
    invocation_index: Option<i64>,
}

#[derive(Deserialize)]
struct Message {
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Option<Physical>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Option<Artifact>,
    region: Option<Region>,
}

#[derive(Deserialize)]
struct Artifact {
    uri: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: Option<u64>,
}

/// Adds one report.
///
/// # Errors
/// Why it says nothing about the code.
pub(super) fn read(findings: &mut Findings, _name: &str, bytes: &[u8]) -> Result<(), String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let log: Log =
        serde_json::from_slice(bytes).map_err(|error| format!("is not SARIF: {error}"))?;
    match log.version.as_deref() {
        Some("2.1.0") => {}
        Some(other) => return Err(format!("is SARIF {other}, not 2.1.0")),
        None => return Err("is not SARIF: it has no version".to_owned()),
    }
    // 3.13.4: without a run nothing was looked at.
    let runs = log.runs.unwrap_or_default();
    if runs.is_empty() {
        return Err("holds no run of a tool".to_owned());
    }
    for run in &runs {
        add(findings, run)?;
    }
    Ok(())
}

fn add(findings: &mut Findings, run: &Run) -> Result<(), String> {
    let driver = &run.tool.driver;
    let name = driver.name.clone().unwrap_or_else(|| "a tool".to_owned());
    let version = driver.semantic_version.as_ref().or(driver.version.as_ref());
    findings.tools.insert(match version {
        Some(version) => format!("{name} {version}"),
        None => name.clone(),
    });
    if !run.external_property_file_references.results.is_empty() {
        return Err("keeps its results in other files".to_owned());
    }
    // 3.20.14
    let failed = |invocation: &Invocation| invocation.execution_successful == Some(false);
    if run.invocations.iter().any(failed) {
        return Err(format!("says that {name} did not end well"));
    }
    // 3.14.23: absent when the tool did not look, empty when it looked and found nothing.
    let Some(results) = &run.results else {
        return Err(format!("has no results of {name}: it did not look"));
    };
    for found in results {
        result(findings, run, found);
    }
    Ok(())
}

fn result(findings: &mut Findings, run: &Run, found: &Found) {
    // 3.27.9
    match found.kind.as_deref() {
        None | Some("fail") => {}
        Some("open" | "review") => {
            findings.review += 1;
            return;
        }
        Some(_) => return,
    }
    // 3.27.24: what was in the baseline and is gone.
    findings.compared |= found.baseline_state.is_some();
    if found.baseline_state.as_deref() == Some("absent") {
        return;
    }
    // 3.27.23: suppressed, unless one of them is not accepted.
    let accepted =
        |one: &Suppression| !matches!(one.status.as_deref(), Some("underReview" | "rejected"));
    if !found.suppressions.is_empty() && found.suppressions.iter().all(accepted) {
        findings.suppressed += 1;
        return;
    }
    findings.new += u64::from(found.baseline_state.as_deref() == Some("new"));
    let rule = rule_id(run, found);
    let level = level(run, found);
    *findings.levels.entry(level).or_default() += 1;
    let by_rule = findings.rules.entry(rule.clone()).or_default();
    *by_rule.entry(level).or_default() += 1;
    keep(findings, found, level, rule);
}

fn keep(findings: &mut Findings, found: &Found, level: &'static str, rule: String) {
    let physical = found
        .locations
        .first()
        .and_then(|location| location.physical_location.as_ref());
    let message = found
        .message
        .as_ref()
        .and_then(|message| message.text.as_deref());
    let place = Place {
        rank: match level {
            "error" => 0,
            "warning" => 1,
            "note" => 2,
            _ => 3,
        },
        level,
        rule,
        file: physical
            .and_then(|physical| physical.artifact_location.as_ref()?.uri.clone())
            .unwrap_or_default(),
        line: physical.and_then(|physical| physical.region.as_ref()?.start_line),
        message: beginning(message.unwrap_or_default(), 200),
    };
    let at = findings.first.partition_point(|held| *held <= place);
    if at < MOST_PLACES {
        findings.first.insert(at, place);
        findings.first.truncate(MOST_PLACES);
    }
}

/// The rule of a result: by index, else by id (3.27.5 to 3.27.7).
fn rule<'a>(run: &'a Run, found: &Found) -> Option<&'a Rule> {
    let reference = found.rule.as_ref();
    let component = reference
        .and_then(|reference| reference.tool_component.as_ref()?.index)
        .and_then(|index| usize::try_from(index).ok())
        .and_then(|index| run.tool.extensions.get(index))
        .unwrap_or(&run.tool.driver);
    let index = reference
        .and_then(|reference| reference.index)
        .or(found.rule_index)
        .and_then(|index| usize::try_from(index).ok());
    if let Some(rule) = index.and_then(|index| component.rules.get(index)) {
        return Some(rule);
    }
    let id = found
        .rule_id
        .as_deref()
        .or_else(|| reference?.id.as_deref())?;
    // 3.52.4: `CA1000/1` is a part of `CA1000`.
    let matches = |rule: &&Rule| {
        rule.id.as_deref().is_some_and(|known| {
            id.strip_prefix(known)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    component
        .rules
        .iter()
        .chain(run.tool.extensions.iter().flat_map(|more| &more.rules))
        .find(matches)
}

fn rule_id(run: &Run, found: &Found) -> String {
    found
        .rule_id
        .clone()
        .or_else(|| found.rule.as_ref()?.id.clone())
        .or_else(|| rule(run, found)?.id.clone())
        .unwrap_or_else(|| "no rule".to_owned())
}

/// 3.27.10: its own, else what the invocation set for its rule, else the rule's, else *warning*.
fn level(run: &Run, found: &Found) -> &'static str {
    let rule = rule(run, found);
    let id = rule
        .and_then(|rule| rule.id.as_ref())
        .or(found.rule_id.as_ref());
    let invocation = found
        .provenance
        .as_ref()
        .and_then(|provenance| usize::try_from(provenance.invocation_index?).ok())
        .and_then(|index| run.invocations.get(index));
    let overridden = invocation.and_then(|invocation| {
        let own = invocation.rule_configuration_overrides.iter().find(|one| {
            let by_id = one.descriptor.id.is_some() && one.descriptor.id.as_ref() == id;
            let by_index =
                one.descriptor.index.is_some() && one.descriptor.index == found.rule_index;
            by_id || by_index
        });
        own.and_then(|one| one.configuration.level.as_deref())
    });
    let written = found
        .level
        .as_deref()
        .or(overridden)
        .or_else(|| rule?.default_configuration.as_ref()?.level.as_deref());
    match written {
        Some("error") => "error",
        Some("note") => "note",
        Some("none") => "none",
        _ => "warning",
    }
}
