//! What an item's words propose.

use std::borrow::Cow;

use super::limits::blank;
use super::{Proposal, curl, reach, repository, services, web};
use crate::outline::model::{Comparison, Item};
use crate::outline::patterns as re;
use crate::outline::spoken::{Spoken, Topic};
use crate::outline::values;

/// Code longer than this is no command that somebody names in passing.
const LONGEST_COMMAND: usize = 300;

/// What the words propose: one probe, or two where an item says two things.
pub(super) fn propose(item: &Item, about: Spoken) -> Vec<Proposal> {
    let coded = item.text.contains('`');
    if about == Spoken::default() && !coded && item.asks_value.is_none() {
        return Vec::new();
    }
    let text = &*without_addresses(&item.text);
    if coded && code_spans(text).any(is_no_command) {
        return Vec::new();
    }
    let mut found: Vec<Proposal> = first(item, text, about).into_iter().collect();
    if found.first().is_some_and(|one| one.kind == "coverage") {
        found.extend(repository::tests_beside(text));
    }
    found
}

/// The first rule that fits; the more exact ones stand first.
fn first(item: &Item, text: &str, about: Spoken) -> Option<Proposal> {
    let on =
        |topic, rule: fn(&str) -> Option<Proposal>| about.has(topic).then(|| rule(text)).flatten();
    let asking = |rule: fn(&Item, &str) -> Option<Proposal>| rule(item, text);
    let asking_on = |topic, rule: fn(&Item, &str) -> Option<Proposal>| {
        about.has(topic).then(|| rule(item, text)).flatten()
    };
    let coded = item.text.contains('`');
    coded
        .then(|| curl::inline(&item.text).or_else(|| script(text)))
        .flatten()
        .or_else(|| on(Topic::OpenMarks, repository::open_marks))
        .or_else(|| on(Topic::Exposed, web::exposed))
        .or_else(|| on(Topic::Debug, repository::debug))
        .or_else(|| on(Topic::Setting, repository::secrets))
        .or_else(|| on(Topic::File, repository::document))
        .or_else(|| on(Topic::Tool, repository::tool))
        .or_else(|| asking(repository::coverage))
        .or_else(|| asking_on(Topic::Tests, repository::elsewhere))
        .or_else(|| on(Topic::Tests, repository::tests))
        .or_else(|| on(Topic::Findings, repository::findings))
        .or_else(|| asking(repository::lengths))
        .or_else(|| on(Topic::Setting, repository::settings))
        .or_else(|| on(Topic::Cors, web::cors))
        .or_else(|| on(Topic::RateLimit, web::rate_limit))
        .or_else(|| on(Topic::WebSocket, web::websocket))
        .or_else(|| on(Topic::Headers, web::headers))
        .or_else(|| on(Topic::Tls, web::tls))
        .or_else(|| on(Topic::Domain, reach::domain))
        .or_else(|| on(Topic::Dns, reach::dns))
        .or_else(|| on(Topic::Store, services::store))
        .or_else(|| on(Topic::Store, services::prometheus))
        .or_else(|| asking_on(Topic::AnswerTime, answer_time))
        .or_else(|| asking_on(Topic::Measured, services::measured))
        .or_else(|| asking_on(Topic::Watched, services::monitored))
        .or_else(|| on(Topic::Ping, reach::ping))
        .or_else(|| coded.then(|| web::path(text))?)
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
pub(super) fn code_spans(text: &str) -> impl Iterator<Item = &str> {
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
        .find(|command| runs(command) && !changes_something(command))?;
    // A script that nothing calls a check may do anything.
    if !re::CHECKS.is_match(text) {
        return None;
    }
    let fields = format!("run: {}\nexpect: exit == 0\n", quoted(found));
    let why = format!("The item names `{found}`; its exit code answers it.");
    Some(Proposal::fence("command", &fields, why))
}

/// Whether code begins as a command that checks something does: with a path or an argument.
fn runs(code: &str) -> bool {
    (code.contains([' ', '/']) || code.starts_with("pytest")) && re::RUNS.is_match(code)
}

/// Whether code has a placeholder or joins several commands. A plain word, which is what most code in
/// a checklist is, has none of the signs that tell.
fn is_no_command(code: &str) -> bool {
    let is_sign = |byte: u8| matches!(byte, b'<'..=b'>' | b'[' | b']' | b'|' | b';' | b'&' | b'{');
    let tells = |byte: u8| is_sign(byte) || matches!(byte, b'.' | b'_' | b'y') || !byte.is_ascii();
    code.bytes().any(tells) && re::NOT_A_COMMAND.is_match(code)
}

/// Placeholders cannot run, and what deploys, removes or starts something is no check.
pub(super) fn changes_something(command: &str) -> bool {
    re::NOT_A_COMMAND.is_match(command) || re::CHANGES.is_match(command)
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
