//! What an item's words propose.

use std::borrow::Cow;

use super::limits::blank;
use super::{Proposal, repository, services};
use crate::outline::model::{Comparison, Item};
use crate::outline::patterns as re;
use crate::outline::spoken::{Spoken, Topic};
use crate::outline::values;

/// Code longer than this is no command that somebody names in passing.
const LONGEST_COMMAND: usize = 120;

/// The first rule that fits; the more exact ones stand first.
pub(super) fn propose(item: &Item, about: Spoken) -> Option<Proposal> {
    let coded = item.text.contains('`');
    if about == Spoken::default() && !coded && item.asks_value.is_none() {
        return None;
    }
    let text = &*without_addresses(&item.text);
    if code_spans(text).any(|code| re::NOT_A_COMMAND.is_match(code)) {
        return None;
    }
    let on =
        |topic, rule: fn(&str) -> Option<Proposal>| about.has(topic).then(|| rule(text)).flatten();
    let asking = |rule: fn(&Item, &str) -> Option<Proposal>| rule(item, text);
    coded
        .then(|| script(text))
        .flatten()
        .or_else(|| on(Topic::OpenMarks, repository::open_marks))
        .or_else(|| on(Topic::Debug, repository::debug))
        .or_else(|| on(Topic::Setting, repository::secrets))
        .or_else(|| on(Topic::File, repository::document))
        .or_else(|| on(Topic::Tool, repository::tool))
        .or_else(|| asking(repository::coverage))
        .or_else(|| on(Topic::Tests, repository::tests))
        .or_else(|| on(Topic::Tests, repository::elsewhere))
        .or_else(|| on(Topic::Findings, repository::findings))
        .or_else(|| asking(repository::settings))
        .or_else(|| on(Topic::Tls, tls))
        .or_else(|| on(Topic::Dns, dns))
        .or_else(|| on(Topic::Store, services::store))
        .or_else(|| on(Topic::Headers, headers))
        .or_else(|| on(Topic::Store, services::prometheus))
        .or_else(|| asking(answer_time))
        .or_else(|| asking(services::measured))
        .or_else(|| on(Topic::Answers, answers))
}

/// The words without the addresses of links, which say where something is written, not what to do.
fn without_addresses(text: &str) -> Cow<'_, str> {
    if !text.contains("](") && !text.contains("://") {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut from = 0;
    for found in re::LINK_OR_ADDRESS.captures_iter(text) {
        if let Some(all) = found.get(0) {
            out.push_str(&text[from..all.start()]);
            out.push_str(found.get(1).map_or("", |label| label.as_str()));
            from = all.end();
        }
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

/// What stands in backticks.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, opened) = rest.split_once('`')?;
        let (code, behind) = opened.split_once('`')?;
        rest = behind;
        Some(code)
    })
    .filter(|code| code.len() <= LONGEST_COMMAND)
}

/// A command in backticks that checks something.
fn script(text: &str) -> Option<Proposal> {
    let found = code_spans(text)
        .map(str::trim)
        .find(|command| re::RUNS.is_match(command) && !changes_something(command))?;
    // A script that nothing calls a check may do anything.
    if !re::CHECKS.is_match(text) {
        return None;
    }
    let fields = format!("run: {}\nexpect: exit == 0\n", quoted(found));
    let why = format!("The item names `{found}`; its exit code answers it.");
    Some(Proposal::fence("command", &fields, why))
}

/// Placeholders cannot run, and what deploys, removes or starts something is no check.
pub(super) fn changes_something(command: &str) -> bool {
    re::NOT_A_COMMAND.is_match(command) || re::CHANGES.is_match(command)
}

fn tls(text: &str) -> Option<Proposal> {
    if !re::SAYS_TLS.is_match(text) {
        return None;
    }
    let lower = text.to_lowercase();
    if [
        "enforced",
        "https only",
        "https enabled",
        "redirect",
        "https works",
    ]
    .iter()
    .any(|word| lower.contains(word))
    {
        let fields = "url=http://${HOST}/ expect=\"status in [301, 308], header(location) matches '^https://'\"";
        let why = "A plain HTTP request should be sent on to HTTPS.";
        return Some(Proposal::comment("http", fields, why));
    }
    let (fields, why) = if lower.contains("renew") {
        (
            "host=${HOST} expect=\"valid_for > 30d\" proves=part",
            "A certificate that renews itself never gets close to its end.",
        )
    } else {
        (
            "host=${HOST} expect=\"chain_ok, names_ok, chain_ok_for > 21d\"",
            "The server's certificate shows whether it is valid and for how long.",
        )
    };
    Some(Proposal::comment("tls", fields, why))
}

fn dns(text: &str) -> Option<Proposal> {
    (text.contains("DNS") && re::SAYS_DNS.is_match(text)).then(|| {
        let fields = "name=${HOST} expect=\"rcode == NOERROR, answers exists, agreement\"";
        Proposal::comment(
            "dns",
            fields,
            "The name servers show whether the records are there.",
        )
    })
}

fn headers(text: &str) -> Option<Proposal> {
    re::SAYS_HEADERS.is_match(text).then(|| {
        let fields = "url=${URL} expect=\"header(strict-transport-security) exists, header(x-content-type-options) == nosniff\" proves=part";
        Proposal::comment("http", fields, "The response shows its security headers.")
    })
}

/// "Response time < 500ms". One request says nothing about a percentile.
fn answer_time(item: &Item, text: &str) -> Option<Proposal> {
    let asked = item.asks_value.as_ref()?;
    let op = match asked.op {
        Comparison::Lt => "<",
        Comparison::Le => "<=",
        _ => return None,
    };
    let unit = asked
        .unit
        .as_deref()
        .filter(|unit| matches!(*unit, "ms" | "s"))?;
    let limit = asked.limit.as_deref()?;
    if !re::SAYS_ANSWER_TIME.is_match(text) || values::percentile(text).is_some() {
        return None;
    }
    let fields =
        format!("url=${{URL}} expect=\"status == 200, duration {op} {limit}{unit}\" proves=part");
    let why = "One request shows the order of magnitude, not the load.";
    Some(Proposal::comment("http", &fields, why))
}

/// "GitHub API responding".
fn answers(text: &str) -> Option<Proposal> {
    let found = re::SAYS_ANSWERS.captures(text)?;
    let name = blank(
        found.name("which").map_or("", |which| which.as_str()),
        "URL",
    );
    let fields = format!("url=${{{name}}} expect=\"status == 200\" proves=part");
    let why = "A request shows whether it answers.";
    Some(Proposal::comment("http", &fields, why))
}

/// Text as a YAML scalar.
pub(super) fn quoted(command: &str) -> String {
    format!("'{}'", command.replace('\'', "''"))
}
