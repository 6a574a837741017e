//! What a call gives probes to work with, and what it approves.

use std::path::Path;

use countersign_api::wire::error::Problem;
use countersign_api::wire::probe::{PlanEntry, ProbePlan};
use countersign_api::{App, ProbeContext};
use zeroize::Zeroizing;

use crate::arguments::ProbeOptions;
use crate::output::note;
use crate::question;
use crate::style::{BOLD, DIM, DOUBT, GOOD, count, paint, plain};

/// Reads `--env`, `--var`, `--secret` and `--approve-passive`; `yes` approves what only looks.
pub fn context(options: &ProbeOptions, yes: bool) -> Result<ProbeContext, Problem> {
    let mut context = ProbeContext {
        environment: options.env.clone(),
        approve_passive: options.approve_passive || yes,
        load_hosts: options.allow_host.clone(),
        confirmed_hosts: options.confirm_host.clone(),
        ..ProbeContext::default()
    };
    for variable in &options.variables {
        let (name, value) = pair(variable, "--var", "API_URL=https://api.example.org")?;
        context.variables.insert(name, value);
    }
    for secret in &options.secrets {
        let (name, variable) = pair(secret, "--secret", "TOKEN=CI_TOKEN")?;
        let value = std::env::var(&variable).map_err(|_| {
            Problem::new(
                "secret-missing",
                format!("the environment variable {variable} for the secret {name} is not set"),
            )
            .hint("Set it in the environment of this command; its value is never an argument.")
        })?;
        context.secrets.insert(name, Zeroizing::new(value));
    }
    Ok(context)
}

/// Adds the variables of an environment of the store and its hosts for load; the variables of the
/// call count more.
pub fn with_environment(context: &mut ProbeContext, app: &App) -> Result<(), Problem> {
    let Some(name) = &context.environment else {
        return Ok(());
    };
    let known = app.environment_list()?;
    for environment in known.into_iter().filter(|known| known.name == *name) {
        for variable in environment.variables {
            context
                .variables
                .entry(variable.name)
                .or_insert(variable.value);
        }
        context.load_hosts.extend(environment.load_hosts);
    }
    Ok(())
}

fn pair(given: &str, option: &str, example: &str) -> Result<(String, String), Problem> {
    match given.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(
            Problem::new("usage", format!("{option} {given:?} has no name and value"))
                .hint(format!("Write it as {option} {example}.")),
        ),
    }
}

/// Hashes of `--approve` and `--approve-file`: one a line, what follows it is a remark.
pub fn hashes(options: &ProbeOptions) -> Result<Vec<String>, Problem> {
    let mut hashes = options.approve.clone();
    for path in &options.approve_file {
        hashes.extend(listed(path)?);
    }
    for hash in &hashes {
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(
                Problem::new("usage", format!("{hash:?} is not the hash of a plan"))
                    .hint("`--plan` shows each plan with its hash."),
            );
        }
    }
    Ok(hashes)
}

fn listed(path: &Path) -> Result<Vec<String>, Problem> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Problem::io("the approvals cannot be read", path, &error))?;
    let words = text
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    Ok(words
        .filter(|word| !word.starts_with('#'))
        .map(str::to_owned)
        .collect())
}

/// Asks about what is not approved yet, where somebody can be asked. Returns further hashes.
pub fn ask(plan: &ProbePlan, hashes: &[String], context: &ProbeContext) -> Vec<String> {
    let waiting = |entry: &&PlanEntry| {
        let looks = context.approve_passive && matches!(entry.class.as_str(), "passive" | "reads");
        let asked = hashes.contains(&entry.hash);
        let settled = asked || looks || entry.approved && !entry.asks_each_time;
        entry.problem.is_none() && !settled
    };
    let (each, many): (Vec<&PlanEntry>, Vec<&PlanEntry>) = plan
        .entries
        .iter()
        .filter(waiting)
        .partition(|entry| entry.asks_each_time);
    let mut approved = Vec::new();
    if !many.is_empty() {
        many.iter().for_each(|entry| note(&entry_of(entry)));
        if question::yes(&format!("Run {}?", count(many.len(), "such probe"))) {
            approved.extend(many.iter().map(|entry| entry.hash.clone()));
        }
    }
    for entry in each {
        note(&entry_of(entry));
        if let Some(load) = &entry.load {
            let facts = load.facts.iter();
            facts.for_each(|fact| note(&format!("{}: {}", fact.name, plain(&fact.value))));
        }
        if question::yes("This one changes state or makes load. Run it?") {
            approved.push(entry.hash.clone());
        }
    }
    approved
}

/// A plan on a page.
pub fn page(plan: &ProbePlan) -> String {
    let mut text: String = plan.entries.iter().map(entry_of).collect();
    for missing in &plan.missing {
        let what = if missing.secret { "secret" } else { "variable" };
        let option = if missing.secret { "--secret" } else { "--var" };
        text.push_str(&format!(
            "{what} {} is missing; give it with {option} {}=…\n",
            missing.name, missing.name
        ));
    }
    let unable = plan.entries.iter().filter(|one| one.problem.is_some());
    let unable = match unable.count() {
        0 => String::new(),
        n => format!(", {n} cannot run yet"),
    };
    text.push_str(&format!(
        "{}, {} not approved{unable}; nothing was run.\n",
        count(plan.entries.len(), "probe"),
        plan.unapproved
    ));
    text
}

fn entry_of(entry: &PlanEntry) -> String {
    let state = match (&entry.problem, entry.approved) {
        (Some(problem), _) => paint(DOUBT, &plain(problem)),
        (None, true) => paint(GOOD, "approved"),
        (None, false) => "not approved".to_owned(),
    };
    let rehearsal = if entry.rehearsal { ", rehearsal" } else { "" };
    let mut text = format!(
        "{}\n  {}{rehearsal} · {state}\n",
        paint(BOLD, &plain(&entry.title)),
        entry.kind
    );
    for line in &entry.lines {
        text.push_str(&format!("  {}\n", plain(line)));
    }
    if !entry.secrets.is_empty() {
        text.push_str(&format!("  secrets: {}\n", entry.secrets.join(", ")));
    }
    if !entry.hash.is_empty() {
        text.push_str(&format!("  {}\n", paint(DIM, &entry.hash)));
    }
    text.push('\n');
    text
}
