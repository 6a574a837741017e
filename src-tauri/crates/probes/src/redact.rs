//! Taking secrets out of everything that is stored, logged or shown.

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

/// Replaces secrets by `«secret NAME»`, in each form in which they travel: as they are,
/// percent-encoded, base64 (RFC 4648, both alphabets, also inside a longer text) and escaped as in
/// JSON.
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
        match &self.finder {
            Some(finder) => finder.replace_all(text, &self.words),
            None => text.to_owned(),
        }
    }

    /// The text without secrets, where it was cut and may end in the first part of one.
    #[must_use]
    pub fn cut_text(&self, text: &str) -> String {
        let mut clean = self.text(text);
        for pattern in &self.patterns {
            let starts = pattern
                .char_indices()
                .map(|(at, _)| at)
                .filter(|at| *at >= SHORTEST_START);
            for end in starts.collect::<Vec<_>>().into_iter().rev() {
                if let Some(start) = pattern.get(..end)
                    && clean.ends_with(start)
                {
                    clean.truncate(clean.len() - start.len());
                    clean.push('…');
                    return clean;
                }
            }
        }
        clean
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
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::Text(text) => *text = self.text(text),
            Value::List(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Number(_) | Value::Bool(_) | Value::Time { .. } => {}
        }
    }

    /// Every text of an observation without secrets.
    pub fn observation(&self, observation: &mut Observation) {
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
    pub fn sample(&self, sample: &mut Sample) {
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
        Zeroizing::new(lower_percent(trimmed)),
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

/// Percent-encoding with lower-case digits, which some servers write.
fn lower_percent(text: &str) -> String {
    let encoded = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let mut out = String::with_capacity(encoded.len());
    let mut digits = 0;
    for c in encoded.chars() {
        if digits > 0 {
            digits -= 1;
            out.push(c.to_ascii_lowercase());
        } else {
            if c == '%' {
                digits = 2;
            }
            out.push(c);
        }
    }
    out
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
