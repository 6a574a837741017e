//! The record of a sign-off point: what a signature is bound to.
//!
//! Canonical JSON with its own format number. The header and the claims decide whether a signature
//! is stale; the details are kept for whoever reads the record later. There is no path, no clock, no
//! app version and no sign-off in it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::body::{
    ConditionFound, EvidenceFile, Finding, Measurement, Origin, Policy, Scope, TypedValue,
    VariableValue,
};
use super::fold::{
    Act, CriterionMet, ItemState, Note, ProposalFate, ProposalKind, Release, RunState, Status,
};
use super::ident::{Digest, ProbeHash, RunId};
use super::statement::Named;
use super::time::Timestamp;
use crate::canon::{self, CanonError};

/// The format that this code writes.
pub const FORMAT: u32 = 1;

/// What a signature is bound to besides the claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Header {
    /// The run.
    pub run: RunId,
    /// The sign-off point.
    pub point: Named,
    /// The attempt.
    pub attempt: u32,
    /// The release.
    pub release: Release,
    /// The target environment as pinned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<HeaderEnvironment>,
    /// The filled fields, sorted by id.
    pub fields: Vec<HeaderField>,
    /// The outline.
    pub outline: Digest,
    /// The point's rules.
    pub policy: Policy,
}

/// The target environment in a header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeaderEnvironment {
    /// Its name.
    pub name: String,
    /// Its variables, sorted.
    pub variables: Vec<VariableValue>,
    /// The names of its secrets, sorted.
    pub secrets: Vec<String>,
}

/// A filled field in a header.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct HeaderField {
    /// Its id.
    pub id: String,
    /// Its value.
    pub value: String,
}

/// A waiver or an override that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Granted {
    /// What was granted.
    pub kind: ProposalKind,
    /// Who proposed it.
    pub by: String,
    /// Who accepted it.
    pub accepted_by: String,
    /// Until when a waiver holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A probe and its verdict.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ProbeVerdict {
    /// The probe.
    pub probe: ProbeHash,
    /// Its verdict; absent where it was not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Finding>,
}

/// What is claimed about a covered item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// The item.
    pub item: String,
    /// The hash of its text.
    pub text: String,
    /// The status that counts.
    pub status: Status,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The waiver or override that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted: Option<Granted>,
    /// The value that it asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<TypedValue>,
    /// Its probes, sorted.
    pub probes: Vec<ProbeVerdict>,
    /// Digests of what people attached, sorted, each once.
    pub evidence: Vec<Digest>,
    /// True when differing values stand.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub conflict: bool,
    /// True when the profile makes it due after the deployment.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deferred: bool,
}

/// A probe's result in the details.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DetailResult {
    /// The probe.
    pub probe: ProbeHash,
    /// Who ran it, and when.
    pub act: Act,
    /// When it began.
    pub started: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// One plain sentence.
    pub summary: String,
    /// How each condition came out.
    pub conditions: Vec<ConditionFound>,
    /// What was measured.
    pub values: Vec<Measurement>,
    /// What it was run against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Everything it saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Digest>,
}

/// What else is known about a covered item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// The item.
    pub item: String,
    /// Its number.
    pub number: String,
    /// How its status came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Act>,
    /// How its value came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_by: Option<Act>,
    /// What its probes measured, in document order.
    pub results: Vec<DetailResult>,
    /// Its notes, in the one order.
    pub notes: Vec<Note>,
    /// All of its evidence, sorted, each once.
    pub evidence: Vec<EvidenceFile>,
}

/// A criterion in the details.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DetailCriterion {
    /// Its id.
    pub criterion: String,
    /// Whether it is met.
    pub met: CriterionMet,
    /// What the person who was asked said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The record of a sign-off point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// [`FORMAT`].
    pub format: u32,
    /// What it is about.
    pub header: Header,
    /// What is claimed, sorted by item.
    pub claims: Vec<Claim>,
    /// What else is known, sorted by item.
    pub details: Vec<Detail>,
    /// The run's criteria, in document order.
    pub criteria: Vec<DetailCriterion>,
}

impl Record {
    /// The record of a point in an attempt, as the state stands. `None` when the outline or the
    /// point is not known.
    #[must_use]
    pub fn of(state: &RunState, point: &str, attempt: u32) -> Option<Self> {
        let pinned = state.pinned()?;
        let point = pinned
            .outline
            .points
            .iter()
            .find(|known| known.id == point)?;
        let environment = state
            .environments()
            .into_iter()
            .find(|environment| environment.target)
            .map(|environment| HeaderEnvironment {
                name: environment.name,
                variables: sorted(environment.variables),
                secrets: sorted(environment.secrets),
            });
        let fields = state.fields().into_iter().filter_map(|field| {
            field.value.map(|value| HeaderField {
                id: field.id,
                value,
            })
        });
        let header = Header {
            run: state.run()?,
            point: Named {
                id: point.id.clone(),
                title: point.title.clone(),
            },
            attempt,
            release: state.release(),
            environment,
            fields: sorted(fields.collect()),
            outline: state.outline_digest()?.clone(),
            policy: state.policy_of(point),
        };
        let scope = Scope::Attempt(attempt);
        let mut items: Vec<Cow<'_, ItemState>> = point
            .items
            .iter()
            .filter_map(|id| state.shown(id, &scope))
            .collect();
        items.sort_by(|a, b| a.id.cmp(&b.id));
        items.dedup_by(|a, b| a.id == b.id);
        let claims = items
            .iter()
            .filter_map(|item| Some(claim(&state.outline_item(&item.id)?.text_hash, item)))
            .collect();
        let criteria = state
            .criteria()
            .into_iter()
            .map(|criterion| DetailCriterion {
                criterion: criterion.id,
                met: criterion.met,
                reason: criterion.reason,
            });
        Some(Self {
            format: FORMAT,
            header,
            claims,
            details: items.iter().map(|item| detail(item)).collect(),
            criteria: criteria.collect(),
        })
    }

    /// The bytes of `record.json`.
    ///
    /// # Errors
    /// [`CanonError`] when something in it is outside the canonical subset.
    pub fn bytes(&self) -> Result<Vec<u8>, CanonError> {
        canon::document_bytes(self)
    }

    /// The bytes and their plain SHA-256, which a statement is about.
    ///
    /// # Errors
    /// As [`Record::bytes`].
    pub fn seal(&self) -> Result<(Digest, Vec<u8>), CanonError> {
        let bytes = self.bytes()?;
        Ok((Digest::of(&bytes), bytes))
    }
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list.dedup();
    list
}

fn claim(text: &str, item: &ItemState) -> Claim {
    let accepted = item
        .proposal
        .as_ref()
        .filter(|proposal| proposal.fate == ProposalFate::Accepted);
    let granted = accepted.and_then(|proposal| {
        Some(Granted {
            kind: proposal.kind,
            by: proposal.act.author.identity().to_owned(),
            accepted_by: proposal.decided.as_ref()?.author.identity().to_owned(),
            until: proposal.until,
        })
    });
    let by_people = item
        .evidence
        .iter()
        .filter(|evidence| evidence.origin == Origin::Person);
    Claim {
        item: item.id.clone(),
        text: text.to_owned(),
        status: item.status,
        reason: item.reason.clone(),
        granted,
        value: item.value.clone(),
        probes: sorted(
            item.probes
                .iter()
                .map(|probe| ProbeVerdict {
                    probe: probe.probe.clone(),
                    verdict: probe.result.as_ref().map(|result| result.verdict),
                })
                .collect(),
        ),
        evidence: sorted(
            by_people
                .map(|evidence| evidence.file.digest.clone())
                .collect(),
        ),
        conflict: item.marks.conflict,
        deferred: item.marks.deferred,
    }
}

fn detail(item: &ItemState) -> Detail {
    let results = item.probes.iter().filter_map(|probe| {
        let result = probe.result.as_ref()?;
        Some(DetailResult {
            probe: probe.probe.clone(),
            act: result.act.clone(),
            started: result.started,
            took_ms: result.took_ms,
            summary: result.summary.clone(),
            conditions: result.conditions.clone(),
            values: result.values.clone(),
            target: result.target.clone(),
            detail: result.detail.clone(),
        })
    });
    Detail {
        item: item.id.clone(),
        number: item.number.clone(),
        by: item.by.clone(),
        value_by: item.value_by.clone(),
        results: results.collect(),
        notes: item.notes.clone(),
        evidence: sorted(
            item.evidence
                .iter()
                .map(|evidence| evidence.file.clone())
                .collect(),
        ),
    }
}

/// One difference in what a signature is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The item; absent for the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The header's or the claim's field that differs; `item` when the whole claim came or went.
    pub field: String,
    /// What was signed; absent when it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What is now; absent when it is there no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// Why two records cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// The signed bytes are not a record.
    #[error("not a record: {0}")]
    NotARecord(String),
    /// A format whose encoder this version does not have.
    #[error("record format {0} is newer than this version knows")]
    Format(u64),
}

/// What differs between a signed record and the record as it stands: header and claims, never
/// details. A signature is stale exactly when this is not empty. Compared in the signed record's own format.
///
/// # Errors
/// [`CompareError`] when the signed bytes are not a record of a known format.
pub fn covered_difference(signed: &[u8], now: &Record) -> Result<Vec<Difference>, CompareError> {
    let not_a_record = |why: &str| CompareError::NotARecord(why.to_owned());
    let signed =
        canon::read_document(signed).map_err(|e| CompareError::NotARecord(e.to_string()))?;
    let format = signed
        .get("format")
        .and_then(Value::as_u64)
        .ok_or_else(|| not_a_record("it names no format"))?;
    if format != u64::from(FORMAT) {
        return Err(CompareError::Format(format));
    }
    let now = serde_json::to_value(now).map_err(|e| CompareError::NotARecord(e.to_string()))?;
    let mut found = Vec::new();
    fields(None, signed.get("header"), now.get("header"), &mut found);
    let (before, after) = (claims_of(&signed), claims_of(&now));
    let items: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    for item in items {
        fields(
            Some(item),
            before.get(item).copied(),
            after.get(item).copied(),
            &mut found,
        );
    }
    Ok(found)
}

fn claims_of(record: &Value) -> BTreeMap<&str, &Value> {
    let claims = record
        .get("claims")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    claims
        .iter()
        .filter_map(|claim| Some((claim.get("item")?.as_str()?, claim)))
        .collect()
}

fn fields(
    item: Option<&str>,
    before: Option<&Value>,
    after: Option<&Value>,
    found: &mut Vec<Difference>,
) {
    let empty = Map::new();
    let (Some(was), Some(is)) = (before, after) else {
        if before != after {
            found.push(Difference {
                item: item.map(str::to_owned),
                field: "item".into(),
                before: before.cloned(),
                after: after.cloned(),
            });
        }
        return;
    };
    let (was, is) = (
        was.as_object().unwrap_or(&empty),
        is.as_object().unwrap_or(&empty),
    );
    let mut names: Vec<&String> = was.keys().chain(is.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        if was.get(name) != is.get(name) {
            found.push(Difference {
                item: item.map(str::to_owned),
                field: name.clone(),
                before: was.get(name).cloned(),
                after: is.get(name).cloned(),
            });
        }
    }
}
