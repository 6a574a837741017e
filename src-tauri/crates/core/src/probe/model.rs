//! A probe as it was written and checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::expr::{Condition, Operand};
use super::kinds;
use super::unit::Quantity;
use super::watch::Watch;
use crate::canon;
use crate::diagnostic::Place;
use crate::outline::Stage;

/// The value of one field. There are no fractions: a number with a point stays the text that was
/// written, so that a version `2.10` is never read as 2.1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number within ±2^53.
    Integer(i64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<FieldValue>),
    /// A mapping.
    Map(BTreeMap<String, FieldValue>),
}

impl FieldValue {
    /// The text, when it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// What a pass says about the item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proves {
    /// The whole item: a pass closes it.
    #[default]
    All,
    /// A part of it: a pass still needs a person's word.
    Part,
}

/// Where a probe was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Placement {
    /// `<!-- probe: … -->` on the item.
    Comment,
    /// A visible `yaml probe` fence.
    Fence,
    /// The info string of an existing fence.
    Info,
    /// The sidecar `<name>.countersign.yaml`.
    Sidecar,
}

/// A comparison with the last accepted run: `duration +10%` allows at most a tenth more than then,
/// `rate -5%` at most a twentieth less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The metric that is compared.
    pub metric: String,
    /// The allowed change in percent; positive bounds growth, negative bounds decline.
    pub change: Quantity,
}

/// One probe, checked against the schema of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// The kind, such as `http`; `ref` for a probe that only judges what another one measured.
    pub kind: String,
    /// What `needs` and `ref` of other probes call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The kind's own fields, with `${…}` unresolved.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldValue>,
    /// All of these must hold. Never empty: where the author wrote none, the kind's default.
    pub expect: Vec<Condition>,
    /// Stricter conditions; one that does not hold makes a pass a warning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warn: Vec<Condition>,
    /// Comparisons with the last accepted run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub baseline: Vec<Baseline>,
    /// Whether a pass closes the item.
    #[serde(default)]
    pub proves: Proves,
    /// Ids of probes that must be good before this one runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// What is kept for later probes as `${capture:NAME}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub capture: BTreeMap<String, Operand>,
    /// The probe whose measurements this one judges instead of measuring anew.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// How long a verdict stays fresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh: Option<Quantity>,
    /// The total deadline; the engine's default where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Quantity>,
    /// How often a transport error is tried again. A failed condition never is.
    #[serde(default)]
    pub retries: u32,
    /// How it is watched, where one look is not enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watch>,
    /// The stage it belongs to, where that is not the item's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// The environment it runs against, where that is not the run's target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
    /// Where it was written.
    pub placement: Placement,
    /// Where it starts, in the checklist or its sidecar.
    pub place: Place,
    /// As it was written.
    pub source: String,
    /// [`Probe::content_hash`].
    pub hash: String,
}

/// What the hash covers: everything that says what is checked and how it is judged, nothing of
/// where it stands. A probe moved from a comment to a fence stays the same probe.
#[derive(Serialize)]
struct Content<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    fields: &'a BTreeMap<String, FieldValue>,
    expect: &'a [Condition],
    warn: &'a [Condition],
    baseline: &'a [Baseline],
    proves: Proves,
    needs: &'a [String],
    capture: &'a BTreeMap<String, Operand>,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fresh: Option<Quantity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<Quantity>,
    retries: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    watch: Option<&'a Watch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<Stage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    env: Option<&'a str>,
}

impl Probe {
    /// The metrics whose statistic over a window the next run may want to be compared with: those
    /// of its `baseline` and the one that a bare `baseline: +10%` would compare.
    #[must_use]
    pub fn compared_metrics(&self) -> Vec<&str> {
        let primary = kinds::schema(&self.kind).and_then(|schema| schema.primary);
        let named = self.baseline.iter().map(|one| one.metric.as_str());
        let mut metrics: Vec<&str> = named.chain(primary).collect();
        metrics.sort_unstable();
        metrics.dedup();
        metrics
    }

    /// Whether it measures nothing itself and only `countersign push` brings it a result.
    #[must_use]
    pub fn waits_for_push(&self) -> bool {
        self.kind == "push" && !self.fields.contains_key("file")
    }

    /// The `probe_hash` of `LEDGER.md`: lower-hex SHA-256 over `countersign-probe-v1`, a zero byte
    /// and the canonical JSON (RFC 8785) of the probe's content.
    ///
    /// # Errors
    /// When the content has no canonical form, such as a key outside ASCII.
    pub fn content_hash(&self) -> Result<String, canon::CanonError> {
        let content = Content {
            kind: &self.kind,
            id: self.id.as_deref(),
            fields: &self.fields,
            expect: &self.expect,
            warn: &self.warn,
            baseline: &self.baseline,
            proves: self.proves,
            needs: &self.needs,
            capture: &self.capture,
            reference: self.reference.as_deref(),
            fresh: self.fresh,
            timeout: self.timeout,
            retries: self.retries,
            watch: self.watch.as_ref(),
            stage: self.stage,
            env: self.env.as_deref(),
        };
        separated_hash("countersign-probe-v1", &content)
    }
}

/// Lower-hex SHA-256(`domain` ‖ 0x00 ‖ canonical JSON of `content`).
pub(super) fn separated_hash<T: Serialize>(
    domain: &str,
    content: &T,
) -> Result<String, canon::CanonError> {
    let mut bytes = domain.as_bytes().to_vec();
    bytes.push(0);
    bytes.extend(canon::to_bytes(content)?);
    Ok(canon::sha256_hex(&bytes))
}
