//! What an item's words propose.

use std::borrow::Cow;

use super::Proposal;
use crate::outline::model::{Comparison, Item};
use crate::outline::patterns as re;
use crate::outline::spoken::{Spoken, Topic};
use crate::outline::values;

/// Code longer than this is no command that somebody names in passing.
const LONGEST_COMMAND: usize = 120;

/// The first rule that fits; the more exact ones stand first.
pub(super) fn propose(item: &Item, about: Spoken) -> Option<Proposal> {
    let coded = item.text.contains('`');
    if about == Spoken::default() && !coded {
        return None;
    }
    let text = &*without_addresses(&item.text);
    let on =
        |topic, rule: fn(&str) -> Option<Proposal>| about.has(topic).then(|| rule(text)).flatten();
    coded
        .then(|| script(text))
        .flatten()
        .or_else(|| on(Topic::OpenMarks, open_marks))
        .or_else(|| on(Topic::File, file))
        .or_else(|| on(Topic::Tls, tls))
        .or_else(|| on(Topic::Dns, dns))
        .or_else(|| on(Topic::Port, port))
        .or_else(|| on(Topic::Headers, headers))
        .or_else(|| {
            about
                .has(Topic::AnswerTime)
                .then(|| answer_time(item, text))
                .flatten()
        })
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

fn open_marks(text: &str) -> Option<Proposal> {
    let marks = match (text.contains("TODO"), text.contains("FIXME")) {
        (true, true) => "TODO|FIXME",
        (true, false) => "TODO",
        (false, true) => "FIXME",
        (false, false) => return None,
    };
    let fields = format!("run: [git, grep, -nE, '{marks}']\nexpect: exit == 1\n");
    let why = "`git grep` ends with 1 when it finds nothing.";
    Some(Proposal::fence("command", &fields, why))
}

/// A file that the item keeps or updates; one that it only mentions says nothing.
fn file(text: &str) -> Option<Proposal> {
    if !re::KEEPS_FILE.is_match(text) {
        return None;
    }
    let path = if text.to_lowercase().contains("changelog") {
        "CHANGELOG.md"
    } else if let Some(found) = text
        .contains('.')
        .then(|| re::FILE_NAME.find_iter(text).next())
        .flatten()
    {
        found.as_str()
    } else if text.contains("README") {
        "README.md"
    } else {
        return None;
    };
    let changelog = path == "CHANGELOG.md";
    let fields = if changelog {
        format!("path={path} expect=\"exists, text contains '${{RELEASE}}'\"")
    } else {
        format!("path={path} expect=\"exists\" proves=part")
    };
    let why = if changelog {
        "The changelog should name the release.".to_owned()
    } else {
        format!("Whether {path} is there can be checked; what it says needs a person.")
    };
    Some(Proposal::comment("file", &fields, why))
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
            "host=${HOST} expect=\"chain_ok, names_ok, valid_for > 21d\"",
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

/// Services that have one well-known port.
fn port(text: &str) -> Option<Proposal> {
    let lower = text.to_lowercase();
    let (host, port, name) = if lower.contains("redis") {
        ("REDIS_HOST", 6379, "Redis")
    } else if lower.contains("postgres") {
        ("DB_HOST", 5432, "PostgreSQL")
    } else if lower.contains("mysql") {
        ("DB_HOST", 3306, "MySQL")
    } else if re::SAYS_MAIL.is_match(text) {
        ("SMTP_HOST", 587, "The mail server")
    } else {
        return None;
    };
    let fields = format!("host=${{{host}}} port={port} expect=\"connected\" proves=part");
    let why = format!("{name} should answer on port {port}; whether it works needs a person.");
    Some(Proposal::comment("tcp", &fields, why))
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

/// "API responding".
fn answers(text: &str) -> Option<Proposal> {
    re::SAYS_ANSWERS.is_match(text).then(|| {
        let fields = "url=${URL} expect=\"status == 200\" proves=part";
        Proposal::comment("http", fields, "A request shows whether it answers.")
    })
}

/// A command line as a YAML scalar.
fn quoted(command: &str) -> String {
    format!("'{}'", command.replace('\'', "''"))
}
