//! From keys and values to a checked probe.

use std::collections::BTreeMap;

use super::field;
use super::node::{Entry, Node, Scalar};
use super::{error, expression_error, hinted};
use crate::diagnostic::{Diagnostic, Place};
use crate::outline::Stage;
use crate::probe::expr::{Condition, parse_list, parse_operand};
use crate::probe::kinds;
use crate::probe::model::{Baseline, FieldValue, Placement, Probe, Proves};
use crate::probe::plan::class_of;
use crate::probe::schema::{Class, FieldKind, KindSchema, MetricKind, nearest};
use crate::probe::unit::{Quantity, Unit};

/// Fields that every kind has.
pub(super) const COMMON: &[&str] = &[
    "id", "expect", "warn", "baseline", "proves", "needs", "capture", "ref", "fresh", "timeout",
    "retries", "stage", "env",
];

/// The longest deadline, in hours.
const LONGEST: i64 = 4;

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
        stage: None,
        env: None,
        placement: draft.placement,
        place: draft.place,
        source: draft.source,
        hash: String::new(),
    };
    for entry in &draft.entries {
        if entry.value.is_nothing() {
            continue;
        }
        let read = if COMMON.contains(&entry.key.as_str()) {
            common(&mut probe, schema, entry)
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
        if !schema.in_comment || class >= Class::ChangesState {
            diagnostics.push(hinted(
                "probe-not-in-comment",
                match class {
                    Class::ChangesState => {
                        "a probe that changes state may not hide in a comment".to_owned()
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

fn common(
    probe: &mut Probe,
    schema: Option<&'static KindSchema>,
    entry: &Entry,
) -> Result<(), Diagnostic> {
    let key = entry.key.as_str();
    match key {
        "expect" => probe.expect.extend(conditions(&entry.value, schema)?),
        "warn" => probe.warn.extend(conditions(&entry.value, schema)?),
        "baseline" => {
            for scalar in texts(entry)? {
                probe.baseline.push(baseline(scalar, schema)?);
            }
        }
        "needs" => {
            for scalar in texts(entry)? {
                let names = scalar
                    .text
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty());
                probe.needs.extend(names.map(str::to_owned));
            }
        }
        "capture" => {
            let Node::Map(entries, _) = &entry.value else {
                return Err(hinted(
                    "probe-bad-value",
                    "`capture` is a mapping from names to what is kept",
                    entry.value.place(),
                    "write `capture: {TOKEN: json($.token)}`",
                ));
            };
            for capture in entries {
                let scalar = one(capture)?;
                let operand = parse_operand(&scalar.text).map_err(|wrong| {
                    let place = scalar.place_at(wrong.offset);
                    expression_error(wrong, place)
                })?;
                probe.capture.insert(capture.key.clone(), operand);
            }
        }
        _ => one_value(probe, key, one(entry)?)?,
    }
    Ok(())
}

/// The common fields that hold one value.
fn one_value(probe: &mut Probe, key: &str, scalar: &Scalar) -> Result<(), Diagnostic> {
    let text = scalar.text.trim();
    let place = scalar.place_at(0);
    let bad = |message: String, hint: &str| hinted("probe-bad-value", message, place, hint);
    let duration = || {
        field::duration(text).ok_or_else(|| {
            bad(
                format!("`{text}` is not a time"),
                "write a time such as `500ms` or `7d`",
            )
        })
    };
    match key {
        "id" => probe.id = Some(text.to_owned()),
        "ref" => probe.reference = Some(text.to_owned()),
        "env" => probe.env = Some(text.to_owned()),
        "fresh" => probe.fresh = Some(duration()?),
        "timeout" => {
            let length = duration()?;
            if length
                .compare(Quantity::whole(LONGEST, Unit::Hour))
                .is_none_or(std::cmp::Ordering::is_gt)
            {
                return Err(bad(
                    format!("`{text}` is too long"),
                    "a deadline is at most 4h",
                ));
            }
            probe.timeout = Some(length);
        }
        "proves" => {
            probe.proves = match text {
                "all" => Proves::All,
                "part" => Proves::Part,
                _ => {
                    return Err(bad(
                        format!("`proves` is not `{text}`"),
                        "it is `all` or `part`",
                    ));
                }
            };
        }
        "retries" => match text.parse() {
            Ok(n @ 0..=5) => probe.retries = n,
            _ => {
                return Err(bad(
                    format!("`retries` is not `{text}`"),
                    "it is a number from 0 to 5",
                ));
            }
        },
        "stage" => {
            probe.stage = Some(match text {
                "prepare" => Stage::Prepare,
                "deploy" => Stage::Deploy,
                "watch" => Stage::Watch,
                "review" => Stage::Review,
                _ => {
                    return Err(bad(
                        format!("there is no stage `{text}`"),
                        "the stages are prepare, deploy, watch and review",
                    ));
                }
            });
        }
        _ => {}
    }
    Ok(())
}

fn one(entry: &Entry) -> Result<&Scalar, Diagnostic> {
    match &entry.value {
        Node::Scalar(scalar) => Ok(scalar),
        other => Err(error(
            "probe-bad-value",
            format!("`{}` is one value", entry.key),
            other.place(),
        )),
    }
}

fn texts(entry: &Entry) -> Result<Vec<&Scalar>, Diagnostic> {
    match &entry.value {
        Node::Scalar(scalar) => Ok(vec![scalar]),
        Node::List(items, _) => items
            .iter()
            .map(|item| match item {
                Node::Scalar(scalar) => Ok(scalar),
                other => Err(error(
                    "probe-bad-value",
                    format!("`{}` is a list of texts", entry.key),
                    other.place(),
                )),
            })
            .collect(),
        Node::Map(_, place) => Err(error(
            "probe-bad-value",
            format!("`{}` is text or a list of texts", entry.key),
            *place,
        )),
    }
}

fn conditions(
    node: &Node,
    schema: Option<&'static KindSchema>,
) -> Result<Vec<Condition>, Diagnostic> {
    let mut read = Vec::new();
    let scalars: Vec<&Scalar> = match node {
        Node::Scalar(scalar) => vec![scalar],
        Node::List(items, _) if items.iter().all(|item| matches!(item, Node::Scalar(_))) => {
            node.scalars()
        }
        other => {
            return Err(hinted(
                "probe-bad-value",
                "conditions are text or a list of texts",
                other.place(),
                "write `expect: status == 200`; put text with `: ` or `{` in quotes",
            ));
        }
    };
    for scalar in scalars {
        let secret = scalar
            .text
            .find("${secret:")
            .or_else(|| scalar.text.find("${capture:"));
        if let Some(at) = secret {
            let offset = scalar.text.get(..at).unwrap_or_default().chars().count();
            return Err(error(
                "probe-secret-place",
                "a condition is shown and stored, so no secret may stand in it",
                scalar.place_at(offset),
            ));
        }
        let at = |wrong: crate::probe::expr::ExprError| {
            let place = scalar.place_at(wrong.offset);
            expression_error(wrong, place)
        };
        for (_, condition) in parse_list(&scalar.text).map_err(at)? {
            if let Some(schema) = schema {
                condition.check(schema).map_err(at)?;
            }
            read.push(condition);
        }
    }
    Ok(read)
}

/// `duration +10%`, or `+10%` for the kind's main metric.
fn baseline(scalar: &Scalar, schema: Option<&'static KindSchema>) -> Result<Baseline, Diagnostic> {
    let text = scalar.text.trim();
    let bad = |message: String| {
        hinted(
            "probe-bad-value",
            message,
            scalar.place_at(0),
            "write `baseline: +10%` or `baseline: duration +10%`",
        )
    };
    let (metric, change) = match text.split_once(char::is_whitespace) {
        Some((metric, change)) => (metric.to_owned(), change.trim()),
        None => {
            let primary = schema.and_then(|schema| schema.primary);
            let metric = primary.ok_or_else(|| bad("say which metric is compared".to_owned()))?;
            (metric.to_owned(), text)
        }
    };
    if let Some(schema) = schema
        && !schema
            .metric(&metric)
            .is_some_and(|m| matches!(m.kind, MetricKind::Number(_)))
    {
        return Err(bad(format!(
            "`{}` measures no number `{metric}`",
            schema.name
        )));
    }
    let signed = change.starts_with(['+', '-']);
    match Quantity::parse(change) {
        Some(change) if signed && change.unit == Unit::Percent => Ok(Baseline { metric, change }),
        _ => Err(bad(format!("`{change}` is not a change such as `+10%`"))),
    }
}
