//! What belongs to one item: its text, its body and the probe blocks in it.

use std::borrow::Cow;
use std::ops::Range;

use super::blocks::{Block, Kind};
use super::patterns as re;
use super::source::Source;
use super::words;
use crate::diagnostic::{Diagnostic, Place};
use crate::probe;

/// How a probe block is written in the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ProbeForm {
    /// `<!-- probe: … -->`.
    Comment,
    /// A fence with the info string `yaml probe`.
    Yaml,
    /// An existing fence whose info string carries JSON; here its content.
    Info(String),
}

/// A probe block as it stands in the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ProbeText {
    pub form: ProbeForm,
    /// The comment's inside after `probe:`, the fence's content, or the info string's JSON.
    pub text: String,
    pub place: Place,
    /// The bytes of the checklist that hold `text`; those of a fence's content hold the indentation
    /// of its further lines too.
    pub range: Range<usize>,
}

impl ProbeText {
    /// Has the probe language read the block.
    pub fn parse(&self) -> probe::parse::Parsed {
        match &self.form {
            ProbeForm::Comment => probe::parse_comment(&self.text, self.place),
            ProbeForm::Yaml => probe::parse_yaml(&self.text, self.place),
            ProbeForm::Info(body) => probe::parse_info(&self.text, body, self.place),
        }
    }
}

/// What belongs to one item.
#[derive(Default)]
pub(super) struct Own<'b> {
    pub text: String,
    pub plain: Cow<'b, str>,
    pub body: Option<String>,
    pub probes: Vec<ProbeText>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the item at `index`. Nested items are not its own: task items, or all of them where
/// `bullets` are items.
pub(super) fn read<'b>(
    source: &Source<'_>,
    blocks: &'b [Block],
    index: usize,
    bullets: bool,
) -> Own<'b> {
    let block = &blocks[index];
    let mut own = Own {
        plain: words::collapse(&block.plain),
        text: inline_text(source, block),
        ..Own::default()
    };
    let mut head_end = block.inline.end;
    if own.text.is_empty() && block.comments.is_empty() {
        // The first line turned out to be a block, such as a heading underlined below it.
        let end = source.line_end(block.inline.start).min(block.range.end);
        if let Some(line) = source.text.get(block.inline.start..end) {
            own.text = words::collapse(line).into_owned();
            own.plain = Cow::Owned(own.text.clone());
            head_end = end;
        }
    }
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let mut at = index;
    while at < block.end {
        let part = &blocks[at];
        let nested = match part.kind {
            Kind::Item { task: Some(_) } => at > index,
            Kind::Item { task: None } => bullets && at > index,
            _ => false,
        };
        if nested {
            cuts.push(source.line_start(part.range.start)..part.range.end);
            at = part.end;
            continue;
        }
        for comment in &part.comments {
            own.take_comment(source, comment.clone(), &mut cuts);
        }
        match &part.kind {
            Kind::Html => own.take_comment(source, part.range.clone(), &mut cuts),
            Kind::Fence { info } => {
                if let Some((probe, _)) = fence_probe(source, part, info) {
                    if probe.form == ProbeForm::Yaml {
                        cuts.push(source.line_start(part.range.start)..part.range.end);
                    }
                    own.probes.push(probe);
                }
            }
            _ => {}
        }
        at += 1;
    }
    own.body = body(source, head_end..block.range.end, cuts);
    own
}

impl Own<'_> {
    fn take_comment(
        &mut self,
        source: &Source<'_>,
        range: Range<usize>,
        cuts: &mut Vec<Range<usize>>,
    ) {
        let probes = comment_probes(source, range.clone());
        if !probes.is_empty() {
            self.probes.extend(probes);
            cuts.push(range);
        }
    }
}

/// An item's or bullet's first paragraph on one line, probe comments removed.
pub(super) fn inline_text(source: &Source<'_>, block: &Block) -> String {
    let Some(raw) = source.text.get(block.inline.clone()) else {
        return String::new();
    };
    let mut kept = String::new();
    let mut from = block.inline.start;
    for comment in &block.comments {
        if comment.end <= block.inline.end && !comment_probes(source, comment.clone()).is_empty() {
            kept.push_str(source.text.get(from..comment.start).unwrap_or(""));
            from = comment.end;
        }
    }
    let text = if from == block.inline.start {
        raw
    } else {
        kept.push_str(source.text.get(from..block.inline.end).unwrap_or(""));
        kept.as_str()
    };
    if !text.contains('\n') {
        return text.trim().to_owned();
    }
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.trim().trim_start_matches('>').trim())
        .filter(|line| !line.is_empty())
        .collect();
    lines.join(" ")
}

/// The probe comments in a stretch of HTML.
pub(super) fn comment_probes(source: &Source<'_>, range: Range<usize>) -> Vec<ProbeText> {
    let mut probes = Vec::new();
    let Some(html) = source.text.get(range.clone()) else {
        return probes;
    };
    let mut from = 0;
    while let Some(open) = html[from..].find("<!--").map(|at| from + at) {
        let inside = open + 4;
        let close = html[inside..]
            .find("-->")
            .map_or(html.len(), |at| inside + at);
        let comment = &html[inside..close];
        let lead = comment.len() - comment.trim_start().len();
        if let Some(text) = comment[lead..].strip_prefix("probe:") {
            let start = inside + lead + "probe:".len() + (text.len() - text.trim_start().len());
            let text = text.trim();
            probes.push(ProbeText {
                form: ProbeForm::Comment,
                text: text.to_owned(),
                place: source.place(range.start + start),
                range: range.start + start..range.start + start + text.len(),
            });
        }
        from = (close + 3).min(html.len());
    }
    probes
}

/// The probe that a fence is or carries, and the item that its info string names.
///
/// ` ```yaml probe ` and ` ```yaml probe item="…" ` are probes; ` ```bash {"probe": …, "item": "…"} `
/// carries one.
pub(super) fn fence_probe(
    source: &Source<'_>,
    block: &Block,
    info: &str,
) -> Option<(ProbeText, Option<String>)> {
    let mut parts = info.trim().splitn(2, char::is_whitespace);
    let language = parts.next()?;
    let rest = parts.next().unwrap_or("").trim();
    if matches!(language, "yaml" | "yml") && (rest == "probe" || rest.starts_with("probe ")) {
        let item = rest
            .split_once("item=")
            .map(|(_, name)| name.trim().trim_matches('"').to_owned());
        let start = if block.plain.is_empty() {
            block.range.start
        } else {
            block.inline.start
        };
        return Some((
            ProbeText {
                form: ProbeForm::Yaml,
                text: block.plain.clone(),
                place: source.place(start),
                range: start..block.inline.end.max(start),
            },
            item,
        ));
    }
    let json = &info[info.find('{')?..];
    if !json.contains("\"probe\"") {
        return None;
    }
    let item = serde_json::from_str::<serde_json::Value>(json)
        .ok()
        .and_then(|value| Some(value.get("item")?.as_str()?.to_owned()));
    let line = block.range.start..source.line_end(block.range.start);
    let text = source.text.get(line.clone()).unwrap_or("");
    let start = line.start + text.find('{').unwrap_or(0);
    Some((
        ProbeText {
            form: ProbeForm::Info(block.plain.clone()),
            text: json.trim().to_owned(),
            place: source.place(start),
            range: start..line.start + text.trim_end().len(),
        },
        item,
    ))
}

/// The label of a line that ends in a blank: `QA Lead: ____`, `QA Lead ____`.
pub(super) fn blank_label(plain: &str) -> Option<&str> {
    if let Some(blank) = re::UNDERSCORES.find_iter(plain).next() {
        let label = plain[..blank.start()].trim().trim_end_matches(':').trim();
        return (!label.is_empty() && !label.contains(':')).then_some(label);
    }
    let (label, value) = words::label_and_value(plain)?;
    let signs = value.to_lowercase().contains("[signature]");
    (!value.is_empty() && (signs || words::is_unfilled(value))).then_some(label)
}

fn body(source: &Source<'_>, range: Range<usize>, cuts: Vec<Range<usize>>) -> Option<String> {
    let whole = source.text.get(range.clone())?;
    if whole.trim().is_empty() {
        return None;
    }
    let mut cuts = cuts;
    cuts.sort_by_key(|cut| cut.start);
    let mut kept = String::new();
    let mut from = range.start;
    for cut in cuts {
        if cut.start >= from {
            kept.push_str(source.text.get(from..cut.start).unwrap_or(""));
        }
        from = from.max(cut.end);
    }
    kept.push_str(source.text.get(from..range.end).unwrap_or(""));
    let lines: Vec<&str> = kept.lines().map(str::trim_end).collect();
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| indent(line))
        .min()
        .unwrap_or(0);
    let dedented: Vec<&str> = lines
        .iter()
        .map(|line| line.get(common..).unwrap_or(""))
        .collect();
    let text = dedented.join("\n");
    let text = text.trim_matches('\n');
    (!text.trim().is_empty()).then(|| text.to_owned())
}
