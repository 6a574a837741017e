//! Taking secrets out of everything that is stored, logged or shown.

mod escape;

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use countersign_core::probe::{Observation, Sample, Value};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;
use zeroize::Zeroizing;

use crate::Secret;

/// The shortest start of a secret that is removed where a text was cut in its middle.
const SHORTEST_START: usize = 4;
/// Stands where a text was cut.
const CUT: char = '…';

/// The beginning of a text. Where it is cut a mark says so, also to the redactor: the text may end
/// in the first part of a secret.
pub(crate) fn beginning(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}{CUT}", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Replaces secrets by `«secret NAME»`, in each form in which they travel: as they are,
/// percent-encoded, base64 (RFC 4648, both alphabets, also inside a longer text), hexadecimal, and
/// escaped as in JSON or HTML; one form may be wrapped in another. Case makes no difference, since
/// names of hosts and header fields lose theirs on the way.
#[derive(Clone)]
pub struct Redactor {
    patterns: Vec<Zeroizing<String>>,
    words: Vec<String>,
    finder: Option<AhoCorasick>,
}

impl Redactor {
    /// Knows these secrets. Empty ones are ignored: they hide nothing.
    #[must_use]
    pub fn new(secrets: &BTreeMap<String, Secret>) -> Self {
        Self::with("secret", secrets, Vec::new(), Vec::new())
    }

    /// Knows captured values besides.
    #[must_use]
    pub fn and_captures(self, captures: &BTreeMap<String, Secret>) -> Self {
        if captures.is_empty() {
            return self;
        }
        Self::with("captured", captures, self.patterns, self.words)
    }

    fn with(
        word: &str,
        secrets: &BTreeMap<String, Secret>,
        mut patterns: Vec<Zeroizing<String>>,
        mut words: Vec<String>,
    ) -> Self {
        for (name, secret) in secrets {
            for form in forms(secret) {
                if !patterns.contains(&form) {
                    patterns.push(form);
                    words.push(format!("«{word} {name}»"));
                }
            }
        }
        // Every run has its own secrets, so the automaton that is made fastest is the best one.
        let finder = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(patterns.iter().map(|pattern| pattern.as_bytes()))
            .ok()
            .filter(|_| !patterns.is_empty());
        Self {
            patterns,
            words,
            finder,
        }
    }

    /// The text without secrets.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let Some(finder) = &self.finder else {
            return text.to_owned();
        };
        let mut clean = finder.replace_all(text, &self.words);
        if clean.contains(['%', '\\', '&']) {
            clean = self.unwrapped(finder, &clean);
        }
        if clean.contains(CUT) {
            let mut parts = clean.split(CUT).rev();
            let last = parts.next().unwrap_or_default();
            let starts = parts.rev().flat_map(|part| [self.before_cut(part), "…"]);
            clean = starts.chain([last]).collect();
        }
        clean
    }

    /// Replaces what is a secret only when escapes are read, which a sender may write for some of
    /// its characters and not for others.
    fn unwrapped(&self, finder: &AhoCorasick, text: &str) -> String {
        let read = escape::read(text);
        let mut clean = String::with_capacity(text.len());
        let mut done = 0;
        for found in finder.find_iter(&read.bytes) {
            let places = (read.place(found.start()), read.place(found.end()));
            let word = self.words.get(found.pattern().as_usize());
            if let ((from, to), Some(word)) = (places, word)
                && let Some(before) = text.get(done..from)
            {
                clean.push_str(before);
                clean.push_str(word);
                done = to;
            }
        }
        clean.push_str(text.get(done..).unwrap_or_default());
        clean
    }

    /// The text without secrets, where it was cut and may end in the first part of one.
    #[must_use]
    pub fn cut_text(&self, text: &str) -> String {
        let clean = self.text(text);
        let kept = self.before_cut(&clean);
        if kept.len() == clean.len() {
            return clean;
        }
        format!("{kept}{CUT}")
    }

    /// A text without the first part of a secret at its end.
    fn before_cut<'a>(&self, text: &'a str) -> &'a str {
        let ends_in = |start: &str| {
            let at = text.len().checked_sub(start.len());
            at.filter(|at| {
                let end = text.get(*at..);
                end.is_some_and(|end| end.eq_ignore_ascii_case(start))
            })
        };
        let starts = self.patterns.iter().flat_map(|pattern| {
            let ends = pattern.char_indices().map(|(at, _)| at);
            ends.skip_while(|end| *end < SHORTEST_START)
                .take_while(|end| *end <= text.len())
                .filter_map(|end| pattern.get(..end))
        });
        let kept = starts.filter_map(ends_in).min();
        kept.and_then(|kept| text.get(..kept)).unwrap_or(text)
    }

    /// What stands for a number that is a secret.
    fn number(&self, number: &str) -> Option<&String> {
        let same = |pattern: &Zeroizing<String>| pattern.as_str() == number;
        let at = self.patterns.iter().position(same)?;
        let long = number.len() >= SHORTEST_START;
        self.words.get(at).filter(|_| long)
    }

    fn json(&self, value: &mut Json) {
        match value {
            Json::String(text) => *text = self.text(text),
            Json::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Json::Object(entries) => {
                let old = std::mem::take(entries);
                let cut = old.get("cut") == Some(&Json::Bool(true));
                for (key, mut value) in old {
                    match &mut value {
                        Json::String(text) if cut => *text = self.cut_text(text),
                        value => self.json(value),
                    }
                    entries.insert(self.text(&key), value);
                }
            }
            Json::Number(number) => {
                if let Some(word) = self.number(&number.to_string()) {
                    *value = Json::String(word.clone());
                }
            }
            Json::Null | Json::Bool(_) => {}
        }
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::Text(text) => *text = self.text(text),
            Value::List(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Number(quantity) => {
                if let Some(word) = self.number(&quantity.n.normalize().to_string()) {
                    *value = Value::Text(word.clone());
                }
            }
            Value::Bool(_) | Value::Time { .. } => {}
        }
    }

    /// Every text of an observation without secrets.
    pub(crate) fn observation(&self, observation: &mut Observation) {
        let text = |text: &mut String| *text = self.text(text);
        for condition in &mut observation.conditions {
            text(&mut condition.text);
            condition.measured.iter_mut().for_each(text);
            condition.limit.iter_mut().for_each(text);
            condition.why.iter_mut().for_each(text);
        }
        for measured in &mut observation.values {
            self.value(&mut measured.value);
        }
        text(&mut observation.summary);
        text(&mut observation.target);
        observation.hint.iter_mut().for_each(text);
        let mut saw = Json::Object(std::mem::take(&mut observation.saw));
        self.json(&mut saw);
        if let Json::Object(saw) = saw {
            observation.saw = saw;
        }
    }
}

impl Redactor {
    /// Every text of a look without secrets.
    pub(crate) fn sample(&self, sample: &mut Sample) {
        let values = sample.conditions.iter_mut();
        values
            .filter_map(|felt| felt.value.as_mut())
            .chain(sample.compared.values_mut())
            .for_each(|value| self.value(value));
        if let Some(why) = &mut sample.why {
            *why = self.text(why);
        }
    }
}

/// The forms in which a secret may be met.
fn forms(secret: &str) -> Vec<Zeroizing<String>> {
    let trimmed = secret.trim();
    if trimmed.is_empty() {
        return Vec::new();
    }
    let mut forms = vec![
        Zeroizing::new(trimmed.to_owned()),
        Zeroizing::new(utf8_percent_encode(trimmed, NON_ALPHANUMERIC).to_string()),
        Zeroizing::new(url::form_urlencoded::byte_serialize(trimmed.as_bytes()).collect()),
        Zeroizing::new(hex::encode(trimmed)),
    ];
    if let Ok(quoted) = serde_json::to_string(trimmed) {
        let inside = quoted.trim_start_matches('"').trim_end_matches('"');
        forms.push(Zeroizing::new(inside.to_owned()));
        forms.push(Zeroizing::new(inside.replace('/', "\\/")));
    }
    for line in trimmed.lines().map(str::trim) {
        // A key in several lines is often shown line by line.
        if line.len() >= 2 * SHORTEST_START {
            forms.push(Zeroizing::new(line.to_owned()));
        }
    }
    forms.extend(inside_base64(trimmed.as_bytes()));
    forms.sort_by(|a, b| a.as_str().cmp(b));
    forms.dedup();
    forms
}

/// The characters that base64 gives to a secret wherever it stands in a longer text: at each of the
/// three alignments, without the characters that also depend on its neighbours.
fn inside_base64(secret: &[u8]) -> Vec<Zeroizing<String>> {
    let mut forms = Vec::new();
    for before in 0..3_usize {
        let mut bytes = Zeroizing::new(vec![0_u8; before]);
        bytes.extend_from_slice(secret);
        let spoiled_first = (before * 8).div_ceil(6);
        let whole_last = bytes.len() * 8 / 6;
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let encoded = Zeroizing::new(engine.encode(bytes.as_slice()));
            if let Some(own) = encoded.get(spoiled_first..whole_last)
                && own.len() >= SHORTEST_START
            {
                forms.push(Zeroizing::new(own.to_owned()));
            }
        }
    }
    forms
}

#[cfg(test)]
mod tests;
