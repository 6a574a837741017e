//! `secrets`: tokens and keys in the files of the repository.

mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use grep_regex::RegexMatcherBuilder;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use self::rules::{RULES, Rule};
use super::search::{Lines, search};
use crate::kind::{Context, Inside, Kind, Obstacle, Saw};
use crate::repository::whole_file;

/// The most findings whose places are kept.
const MOST_PLACES: usize = 100;

/// The kind.
pub struct Secrets;

impl Kind for Secrets {
    fn schema(&self) -> &'static KindSchema {
        &kinds::SECRETS
    }

    fn run<'a>(
        &'a self,
        plan: &'a Plan,
        context: &'a Context<'a>,
        saw: &'a mut Saw,
    ) -> BoxFuture<'a, Result<(), Obstacle>> {
        run(plan, context, saw).boxed()
    }
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let baseline = baseline(plan, context)?;
    let rules = Arc::new(rules::compile().map_err(|error| {
        Obstacle::broken(format!("a rule for secrets cannot be used: {error}"))
    })?);
    // One search finds the lines that any rule may match; only those are looked at rule by rule.
    let all: Vec<&str> = RULES.iter().map(|rule| rule.pattern).collect();
    let matcher = RegexMatcherBuilder::new()
        .unicode(false)
        .multi_line(true)
        .line_terminator(Some(b'\n'))
        .build_many(&all)
        .map_err(|error| Obstacle::broken(format!("a rule for secrets cannot be used: {error}")))?;
    let found = search(plan, context, matcher, move |name| Findings {
        file: name.to_owned(),
        rules: Arc::clone(&rules),
        found: Vec::new(),
    })
    .await?;
    found.measure(saw);
    if found.searched == 0 {
        for metric in ["findings", "known", "gone", "files", "rules"] {
            saw.values.lacks(metric, "no file was searched");
        }
        saw.summary = "no file was searched".to_owned();
        return found.complete();
    }
    let mut met = BTreeSet::new();
    let mut counted: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    let mut known = 0_u64;
    for (name, findings) in &found.files {
        for finding in &findings.found {
            if baseline.contains(&finding.fingerprint) {
                known += 1;
                met.insert(finding.fingerprint.as_str());
            } else {
                counted.entry(name).or_default().push(finding);
            }
        }
    }
    measure(saw, &counted, known, baseline.len() - met.len());
    saw.summary = match counted.values().map(Vec::len).sum::<usize>() {
        0 => format!("nothing found in {} files", found.searched),
        1 => format!("1 secret in {} files", found.searched),
        n => format!("{n} secrets in {} files", found.searched),
    };
    found.complete()
}

fn measure(saw: &mut Saw, counted: &BTreeMap<&str, Vec<&Finding>>, known: u64, gone: usize) {
    let number = |n: usize| Value::count(u64::try_from(n).unwrap_or(u64::MAX));
    let all = || {
        counted
            .iter()
            .flat_map(|(name, findings)| findings.iter().map(move |finding| (*name, *finding)))
    };
    saw.values.set("findings", number(all().count()));
    saw.values.set("known", Value::count(known));
    saw.values.set("gone", number(gone));
    saw.values.set("files", number(counted.len()));
    let rules: BTreeSet<&str> = all().map(|(_, finding)| finding.rule).collect();
    saw.values.set(
        "rules",
        Value::List(rules.into_iter().map(Value::text).collect()),
    );
    let shown: Vec<_> = all()
        .take(MOST_PLACES)
        .map(|(name, finding)| {
            json!({
                "rule": finding.rule,
                "file": name,
                "line": finding.line,
                "shown": finding.masked,
                "fingerprint": finding.fingerprint,
            })
        })
        .collect();
    saw.note("findings", shown);
    if let Some((name, first)) = all().next() {
        saw.hint = Some(format!(
            "revoke it, then remove it: {} at {name}:{}",
            first.rule, first.line
        ));
    }
}

/// The fingerprints that are known.
fn baseline(plan: &Plan, context: &Context<'_>) -> Result<BTreeSet<String>, Obstacle> {
    let Some(name) = plan.text("baseline_file") else {
        return Ok(BTreeSet::new());
    };
    let Inside::There(path) = context.inside(&name)? else {
        return Err(Obstacle::undecided(format!("there is no file `{name}`"))
            .hint("write an empty one when nothing is known yet"));
    };
    let (bytes, _) = whole_file(&name, &path)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut known = BTreeSet::new();
    for line in text.lines() {
        let Some(first) = line.split_whitespace().next() else {
            continue;
        };
        if first.starts_with('#') {
            continue;
        }
        if first.len() != 32 || !first.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Obstacle::broken(format!(
                "`{name}` has a line that does not begin with a fingerprint of 32 hex digits"
            )));
        }
        known.insert(first.to_ascii_lowercase());
    }
    Ok(known)
}

/// One token or key. The text itself is not in it.
struct Finding {
    rule: &'static str,
    line: u64,
    /// What every token of the rule begins with, and the length.
    masked: String,
    fingerprint: String,
}

/// What was found in one file.
struct Findings {
    file: String,
    rules: Arc<Vec<(&'static Rule, regex::bytes::Regex)>>,
    found: Vec<Finding>,
}

impl Lines for Findings {
    fn take(&mut self, number: u64, line: &[u8]) {
        for (rule, regex) in self.rules.iter() {
            for captures in regex.captures_iter(line) {
                let Some(secret) = captures.get(1).or_else(|| captures.get(0)) else {
                    continue;
                };
                let secret = secret.as_bytes();
                if !rule.is_real(secret) {
                    continue;
                }
                self.found.push(Finding {
                    rule: rule.name,
                    line: number,
                    masked: rule.masked(secret),
                    fingerprint: fingerprint(rule.name, &self.file, secret),
                });
            }
        }
    }

    fn count(&self) -> u64 {
        u64::try_from(self.found.len()).unwrap_or(u64::MAX)
    }
}

/// What a finding is called in a baseline. The tokens are long and random, so nothing can be
/// guessed from it.
fn fingerprint(rule: &str, file: &str, secret: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in [
        b"countersign-finding-v1".as_slice(),
        rule.as_bytes(),
        file.as_bytes(),
        secret,
    ] {
        hash.update(part);
        hash.update([0]);
    }
    let mut hex = hex::encode(hash.finalize());
    hex.truncate(32);
    hex
}

#[cfg(test)]
mod tests;
