//! From keys and values to a checked probe.

use std::collections::BTreeMap;

use super::common::{COMMON, common};
use super::node::{Entry, Node};
use super::{error, field, hinted, watch};
use crate::diagnostic::{Diagnostic, Place};
use crate::probe::expr::parse_list;
use crate::probe::kinds;
use crate::probe::model::{FieldValue, Placement, Probe, Proves};
use crate::probe::plan::class_of;
use crate::probe::schema::{Class, FieldKind, KindSchema, UNIT, nearest};
use crate::probe::unit::Unit;

/// What was written, before it is checked.
pub(super) struct Draft {
    pub kind: Option<(String, Place)>,
    pub entries: Vec<Entry>,
    pub placement: Placement,
    pub place: Place,
    pub source: String,
}

impl Draft {
    /// Takes the kind out of a mapping: `probe: http` or `kind: http`.
    pub fn from_entries(
        mut entries: Vec<Entry>,
        placement: Placement,
        place: Place,
        source: &str,
    ) -> Self {
        let at = entries
            .iter()
            .position(|entry| matches!(entry.key.as_str(), "probe" | "kind"));
        let kind = at.and_then(|at| match entries.remove(at).value {
            Node::Scalar(scalar) => Some((scalar.text.clone(), scalar.place_at(0))),
            _ => None,
        });
        Self {
            kind,
            entries,
            placement,
            place,
            source: source.to_owned(),
        }
    }
}

/// Checks a draft. Every problem is a diagnostic; a probe with an error among them is not returned,
/// because half a check would be a different check.
pub(super) fn build(draft: Draft, diagnostics: &mut Vec<Diagnostic>) -> Option<Probe> {
    let before = diagnostics.len();
    let has_ref = draft.entries.iter().any(|entry| entry.key == "ref");
    let schema = match &draft.kind {
        None if has_ref => None,
        None => {
            diagnostics.push(hinted(
                "probe-unknown-kind",
                "the probe does not say what kind it is",
                draft.place,
                format!("the kinds are {}", kind_names()),
            ));
            return None;
        }
        Some((name, _)) if name == kinds::REFERENCE && has_ref => None,
        Some((name, place)) => match kinds::schema(name) {
            Some(schema) => Some(schema),
            None => {
                let near = nearest(name, kinds::ALL.iter().map(|kind| kind.name));
                diagnostics.push(hinted(
                    "probe-unknown-kind",
                    format!("there is no probe kind `{name}`"),
                    *place,
                    near.map_or_else(
                        || format!("the kinds are {}", kind_names()),
                        |near| format!("did you mean `{near}`?"),
                    ),
                ));
                return None;
            }
        },
    };
    let mut probe = Probe {
        kind: schema
            .map_or(kinds::REFERENCE, |schema| schema.name)
            .to_owned(),
        id: None,
        fields: BTreeMap::new(),
        expect: Vec::new(),
        warn: Vec::new(),
        baseline: Vec::new(),
        proves: Proves::All,
        needs: Vec::new(),
        capture: BTreeMap::new(),
        reference: None,
        fresh: None,
        timeout: None,
        retries: 0,
        watch: None,
        stage: None,
        env: None,
        placement: draft.placement,
        place: draft.place,
        source: draft.source,
        hash: String::new(),
    };
    let unit = written_unit(schema, &draft.entries);
    for entry in &draft.entries {
        if entry.value.is_nothing() {
            continue;
        }
        let read = if COMMON.contains(&entry.key.as_str()) {
            common(&mut probe, schema, unit, entry)
        } else {
            own(&mut probe, schema, entry)
        };
        if let Err(wrong) = read {
            diagnostics.push(wrong);
        }
    }
    if let Some(schema) = schema {
        whole_probe(&mut probe, schema, &draft.entries, diagnostics);
    } else if probe.expect.is_empty() {
        diagnostics.push(hinted(
            "probe-missing-field",
            "a probe that only judges another one's measurements needs `expect`",
            draft.place,
            "write `ref=load expect=\"p95 < 200ms\"`",
        ));
    }
    match watch::read(&draft.entries) {
        Ok(watch) => probe.watch = watch,
        Err(wrong) => diagnostics.push(wrong),
    }
    diagnostics.extend(watch::refusal(&probe));
    if diagnostics.len() > before {
        return None;
    }
    match probe.content_hash() {
        Ok(hash) => probe.hash = hash,
        Err(wrong) => {
            diagnostics.push(error("probe-bad-value", format!("{wrong}"), draft.place));
            return None;
        }
    }
    Some(probe)
}

fn kind_names() -> String {
    let names: Vec<&str> = kinds::ALL.iter().map(|kind| kind.name).collect();
    names.join(", ")
}

/// What can only be said once all fields are read.
fn whole_probe(
    probe: &mut Probe,
    schema: &'static KindSchema,
    written: &[Entry],
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Err((message, hint)) = (schema.complete)(&mut probe.fields) {
        diagnostics.push(hinted("probe-bad-value", message, probe.place, hint));
    }
    for field in schema.fields {
        let written = written
            .iter()
            .any(|entry| entry.key == field.name && !entry.value.is_nothing());
        if field.required && !written {
            diagnostics.push(hinted(
                "probe-missing-field",
                format!("`{}` needs `{}`", schema.name, field.name),
                probe.place,
                field.help,
            ));
        }
    }
    if probe.expect.is_empty()
        && let Ok(conditions) = parse_list(schema.default_expect)
    {
        probe.expect = conditions
            .into_iter()
            .map(|(_, condition)| condition)
            .collect();
    }
    if probe.placement == Placement::Comment {
        let class = class_of(schema, &probe.fields);
        let body = schema
            .body_field
            .filter(|field| probe.fields.contains_key(*field));
        if !schema.in_comment || class >= Class::ChangesState || body.is_some() {
            diagnostics.push(hinted(
                "probe-not-in-comment",
                match (class, body) {
                    (Class::ChangesState, _) => {
                        "a probe that changes state may not hide in a comment".to_owned()
                    }
                    (_, Some(field)) if schema.in_comment => {
                        format!("`{field}` may not hide in a comment")
                    }
                    _ => format!("`{}` may not hide in a comment", schema.name),
                },
                probe.place,
                "put it in a visible ```yaml probe fence below the item, or in the sidecar",
            ));
        }
    }
}

/// A field of the kind itself; `headers.Accept=…` in a comment sets one entry of a mapping.
fn own(
    probe: &mut Probe,
    schema: Option<&'static KindSchema>,
    entry: &Entry,
) -> Result<(), Diagnostic> {
    let unknown = |known: Vec<&'static str>| {
        let near = nearest(&entry.key, known.iter().copied());
        hinted(
            "probe-unknown-field",
            format!("`{}` has no field `{}`", probe.kind, entry.key),
            entry.place,
            near.map_or_else(
                || format!("its fields are {}", known.join(", ")),
                |near| format!("did you mean `{near}`?"),
            ),
        )
    };
    let Some(schema) = schema else {
        return Err(unknown(COMMON.to_vec()));
    };
    if let Some((map, name)) = entry.key.split_once('.')
        && let Some(field) = schema.field(map)
        && field.kind == FieldKind::TextMap
    {
        let wrapped = Node::Map(
            vec![Entry {
                key: name.to_owned(),
                place: entry.place,
                value: entry.value.clone(),
            }],
            entry.place,
        );
        if let FieldValue::Map(new) = field::read(field, &wrapped)? {
            match probe.fields.get_mut(map) {
                Some(FieldValue::Map(held)) => held.extend(new),
                _ => {
                    probe.fields.insert(map.to_owned(), FieldValue::Map(new));
                }
            }
        }
        return Ok(());
    }
    let Some(field) = schema.field(&entry.key) else {
        let known = schema
            .fields
            .iter()
            .map(|f| f.name)
            .chain(COMMON.iter().copied());
        return Err(unknown(known.collect()));
    };
    let value = field::read(field, &entry.value)?;
    if probe.fields.insert(entry.key.clone(), value).is_some() {
        return Err(error(
            "probe-duplicate-field",
            format!("`{}` stands here twice", entry.key),
            entry.place,
        ));
    }
    Ok(())
}

/// The unit that the fields declare, needed to check conditions that stand before it.
fn written_unit(schema: Option<&'static KindSchema>, entries: &[Entry]) -> Unit {
    let field = schema.and_then(|schema| schema.field(UNIT.name));
    let entry = entries.iter().find(|entry| entry.key == UNIT.name);
    match (field, entry.map(|entry| &entry.value)) {
        (Some(_), Some(Node::Scalar(scalar))) => {
            Unit::parse(scalar.text.trim()).unwrap_or(Unit::Count)
        }
        _ => Unit::Count,
    }
}
