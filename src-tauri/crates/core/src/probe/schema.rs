//! What a kind of probe is: its fields, what it measures and what it does to the world. A schema
//! is enough to check a probe as written; performing it is the engine's business.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::model::FieldValue;
use super::plan::{Missing, Plan};
use super::unit::{Dimension, Unit};

/// What a probe does to the world, from harmless to heavy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Looks at a name, a port, a certificate or a file; leaves at most a line in a log.
    Passive,
    /// Reads from a service.
    Reads,
    /// May change something. Asks each time and never joins "run all".
    ChangesState,
    /// Runs a program on this machine.
    Command,
    /// Sends load. Asks each time and never joins "run all".
    Load,
}

impl Class {
    /// Whether a person is asked at every run, whatever was approved before.
    #[must_use]
    pub fn asks_each_time(self) -> bool {
        matches!(self, Self::ChangesState | Self::Load)
    }

    /// Whether nothing else may run beside it: what runs beside a load changes what it measures,
    /// and is changed by it.
    #[must_use]
    pub fn runs_alone(self) -> bool {
        matches!(self, Self::Load)
    }

    /// The words a person reads.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Passive => "passive",
            Self::Reads => "reads",
            Self::ChangesState => "changes state",
            Self::Command => "command",
            Self::Load => "load",
        }
    }
}

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text.
    Text,
    /// An absolute `http` or `https` URL.
    Url,
    /// An absolute `ws` or `wss` URL.
    SocketUrl,
    /// A host name or address.
    Host,
    /// A TCP or UDP port.
    Port,
    /// A whole number between two bounds, both allowed.
    Integer(i64, i64),
    /// `true` or `false`.
    Bool,
    /// An elapsed time such as `500ms`.
    Duration,
    /// An amount of bytes such as `1MB`.
    Size,
    /// One of a few words.
    OneOf(&'static [&'static str]),
    /// A list of texts; in a comment, separated by commas.
    TextList,
    /// A mapping from name to text.
    TextMap,
    /// A program and its arguments.
    Argv,
    /// `true`, or the name of a shell.
    Shell,
    /// A path inside the checklist's repository.
    Path,
    /// Patterns of paths inside the checklist's repository: `*` within one name, `**` over folders,
    /// `{a,b}` for either. In a comment they are separated by blanks or commas.
    Globs,
    /// Text that is taken as it is: `${…}` in it belongs to a shell and is not replaced.
    Verbatim,
    /// Text, or a mapping or list that is sent as JSON.
    Body,
}

/// Where `${secret:NAME}` may stand in a field (`DESIGN.md`, Approval).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// Nowhere.
    Never,
    /// Anywhere in it.
    Anywhere,
    /// In the query of a URL only; never in scheme, host, port or path.
    InQuery,
    /// In arguments, never in the program's name.
    AfterFirst,
}

/// One field of a kind.
#[derive(Clone, Copy, Debug)]
pub struct FieldSchema {
    /// Its name.
    pub name: &'static str,
    /// What it may hold.
    pub kind: FieldKind,
    /// Whether a probe without it is refused.
    pub required: bool,
    /// Where secrets may stand.
    pub secrets: Secrets,
    /// What it means, in one sentence, with its default.
    pub help: &'static str,
}

impl FieldSchema {
    /// The same field, with secrets allowed there.
    pub(super) const fn with(self, secrets: Secrets) -> Self {
        Self { secrets, ..self }
    }
}

/// What a metric is, which decides what it may be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// A number, reported in this unit.
    Number(Unit),
    /// Yes or no.
    Bool,
    /// Text.
    Text,
    /// A list of texts.
    List,
    /// A moment.
    Time,
    /// Known only when it was measured, as what `json()` finds.
    Any,
}

impl MetricKind {
    /// The dimension of its number.
    #[must_use]
    pub fn dimension(self) -> Option<Dimension> {
        match self {
            Self::Number(unit) => Some(unit.dimension()),
            _ => None,
        }
    }

    /// The words a person reads in the reference and in messages.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Number(Unit::Count) => "number".to_owned(),
            Self::Number(unit) => format!("number in {}", unit.symbol()),
            Self::Bool => "yes or no".to_owned(),
            Self::Text => "text".to_owned(),
            Self::List => "list".to_owned(),
            Self::Time => "moment".to_owned(),
            Self::Any => "any value".to_owned(),
        }
    }
}

/// One thing a kind measures.
#[derive(Clone, Copy, Debug)]
pub struct MetricSchema {
    /// Its name in conditions.
    pub name: &'static str,
    /// What it is.
    pub kind: MetricKind,
    /// What it means, in one sentence, and when it is missing.
    pub help: &'static str,
}

/// A worked example, taken from a seed checklist.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The item it stands on.
    pub item: &'static str,
    /// The checklist it is from.
    pub checklist: &'static str,
    /// The probe as it is written: a comment's inside after `probe:`, or YAML.
    pub text: &'static str,
    /// Whether `text` is a comment's inside.
    pub comment: bool,
}

/// The fields of a probe as written.
pub type Fields = BTreeMap<String, FieldValue>;

/// One kind of probe.
#[derive(Clone, Copy, Debug)]
pub struct KindSchema {
    /// Its name.
    pub name: &'static str,
    /// Changes whenever the same plan would do something else than before; approvals bind to it.
    pub version: u32,
    /// What it does, in a sentence or two.
    pub summary: &'static str,
    /// What it does to the world unless a field says otherwise.
    pub class: Class,
    /// Whether it may be written in a comment at all.
    pub in_comment: bool,
    /// Its fields.
    pub fields: &'static [FieldSchema],
    /// What it measures.
    pub metrics: &'static [MetricSchema],
    /// The metric whose text `json()` reads, if any.
    pub json: Option<&'static str>,
    /// Whether `header()` has something to read.
    pub headers: bool,
    /// The field that takes the content of a fence whose info string holds the probe.
    pub body_field: Option<&'static str>,
    /// What is expected where the author wrote nothing.
    pub default_expect: &'static str,
    /// The metric that a bare `baseline: +10%` compares.
    pub primary: Option<&'static str>,
    /// What a probe with these fields does to the world, where that differs from `class`.
    pub class_of: fn(&Fields) -> Option<Class>,
    /// Brings the fields into the one form that is performed, and says what they lack together:
    /// a message and a hint.
    pub complete: fn(&mut Fields) -> Result<(), (&'static str, &'static str)>,
    /// `host:port` of everything a plan addresses, its values checked.
    pub hosts: fn(&Plan) -> Result<Vec<String>, Missing>,
    /// What a plan looks at, in a few words: an address, a path, a program.
    pub target: fn(&Plan) -> String,
    /// What a reader should know besides, one paragraph each.
    pub notes: &'static [&'static str],
    /// Worked examples.
    pub examples: &'static [Example],
}

impl KindSchema {
    /// A field by name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static FieldSchema> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// A metric by name. A kind whose metrics are named by others has one called `*`, which stands
    /// for every name; `pN` stands for every percentile and `status_N` for every status.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<&'static MetricSchema> {
        let named = |name: &str| self.metrics.iter().find(|metric| metric.name == name);
        let numbered = || numbered(name).and_then(named);
        named(name).or_else(numbered).or_else(|| named("*"))
    }

    /// Whether every metric is named here, none by whoever reports it.
    #[must_use]
    pub fn names_all(&self) -> bool {
        self.metrics.iter().all(|metric| metric.name != "*")
    }
}

/// The name that stands for all of a row of metrics.
fn numbered(name: &str) -> Option<&'static str> {
    let status = name.strip_prefix("status_").is_some_and(|digits| {
        digits.len() == 3 && digits.bytes().all(|digit| digit.is_ascii_digit())
    });
    let percent = name.strip_prefix('p').is_some_and(|digits| {
        let number = digits.parse::<Decimal>().ok();
        digits.starts_with(|c: char| c.is_ascii_digit())
            && number.is_some_and(|n| n > Decimal::ZERO && n <= Decimal::ONE_HUNDRED)
    });
    match (percent, status) {
        (true, _) => Some("pN"),
        (_, true) => Some("status_N"),
        _ => None,
    }
}

/// A field that may be left out and holds no secret.
pub(super) const fn plain(name: &'static str, kind: FieldKind, help: &'static str) -> FieldSchema {
    FieldSchema {
        name,
        kind,
        required: false,
        secrets: Secrets::Never,
        help,
    }
}

/// A field without which there is no probe, and that holds no secret.
pub(super) const fn needed(name: &'static str, kind: FieldKind, help: &'static str) -> FieldSchema {
    FieldSchema {
        required: true,
        ..plain(name, kind, help)
    }
}

/// A metric.
pub(super) const fn metric(
    name: &'static str,
    kind: MetricKind,
    help: &'static str,
) -> MetricSchema {
    MetricSchema { name, kind, help }
}

/// A plain count.
pub(super) const COUNT: MetricKind = MetricKind::Number(Unit::Count);

/// For kinds whose class never depends on a field.
pub(super) fn always(_: &Fields) -> Option<Class> {
    None
}

/// What the author declared with `effect`.
pub(super) fn declared(fields: &Fields) -> Option<Class> {
    match fields.get("effect").and_then(FieldValue::as_text) {
        Some("changes") => Some(Class::ChangesState),
        _ => None,
    }
}

/// The field that says in which unit numbers come whose unit the service does not tell: `cell` of
/// a query, `value` of a series.
pub(super) const UNIT: FieldSchema = plain(
    "unit",
    FieldKind::OneOf(&[
        "us", "ms", "s", "m", "h", "d", "w", "B", "kB", "MB", "GB", "KiB", "MiB", "GiB", "%", "/s",
        "/min",
    ]),
    "The unit of the numbers that are found; plain numbers where absent. A share from 0 to 1 is \
     no `%`: multiply it by 100 in the query.",
);

/// The unit that a probe's fields declare for what it finds.
#[must_use]
pub fn declared_unit(fields: &Fields) -> Unit {
    fields
        .get(UNIT.name)
        .and_then(FieldValue::as_text)
        .and_then(Unit::parse)
        .unwrap_or(Unit::Count)
}

/// For kinds whose fields stand alone.
pub(super) fn as_written(_: &mut Fields) -> Result<(), (&'static str, &'static str)> {
    Ok(())
}

/// For kinds that address no host by name.
pub(super) fn nowhere(_: &Plan) -> Result<Vec<String>, Missing> {
    Ok(Vec::new())
}

/// The known word nearest to `word`, when it is near enough to be what was meant.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|&(d, candidate)| d <= 2.min(candidate.chars().count() / 2))
        .min_by_key(|&(d, _)| d)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance, by single characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, y) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX);
            let left = row.get(j).copied().unwrap_or(usize::MAX);
            let cost = (diagonal + usize::from(x != *y))
                .min(above.saturating_add(1))
                .min(left.saturating_add(1));
            diagonal = above;
            if let Some(cell) = row.get_mut(j + 1) {
                *cell = cost;
            }
        }
    }
    row.last().copied().unwrap_or(0)
}
