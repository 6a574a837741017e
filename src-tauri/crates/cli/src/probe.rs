//! `run probe` and `probe FILE`.

use std::collections::{BTreeMap, HashSet};
use std::io::IsTerminal;
use std::sync::Arc;

use countersign_api::wire::error::Problem;
use countersign_api::wire::probe::{
    ProbePlan, ProbeProgress, ProbeSelection, QueueEntry, QueueState,
};
use countersign_api::{App, Notice, Outcome, ProbeContext, file_probe_plan, file_probes};
use serde_json::json;

use crate::approve;
use crate::arguments::{Arguments, ProbeFile, ProbeOptions, ProbeRun};
use crate::inspect::source;
use crate::junit;
use crate::output::{Answer, Failure, NO, OK, note, progress};
use crate::question;
use crate::style::{self, DIM, column, paint, plain, widest};

/// `run probe RUN`
pub fn of_run(app: &Arc<App>, probe: &ProbeRun, arguments: &Arguments) -> Result<Answer, Failure> {
    let options = &probe.options;
    let context = approve::context(options, arguments.yes)?;
    let mut hashes = approve::hashes(options)?;
    let selection = match (&probe.section, probe.only.as_str()) {
        (Some(section), _) => ProbeSelection::Section {
            section: section.clone(),
        },
        (None, _) if !probe.item.is_empty() => ProbeSelection::Items {
            items: probe.item.clone(),
        },
        (None, "failing") => ProbeSelection::Failing,
        (None, "stale") => ProbeSelection::Stale,
        (None, "all") => ProbeSelection::All,
        (None, _) => ProbeSelection::Due,
    };
    if is_read(options, &hashes, arguments) {
        let plan = app.probe_plan_in(&probe.run, selection.clone(), &context)?;
        if options.plan {
            return Answer::ok(approve::page(&plan), &plan);
        }
        if plan.entries.is_empty() {
            return nothing(&probe.item);
        }
        settle(&plan, &mut hashes, &context, arguments);
    }
    let watched = std::io::stderr().is_terminal();
    if watched {
        app.listen(|notice| {
            if let Notice::Probes(batch) = notice {
                let end = if batch.over { "\n" } else { "" };
                progress(&format!("{}{end}", going(&batch)));
            }
        });
    }
    match app.probe_run_here(&probe.run, &selection, &hashes, &context) {
        Err(problem) if problem.code == "nothing-to-run" => nothing(&probe.item),
        outcomes => answer(&outcomes?),
    }
}

/// `probe FILE`
pub fn of_file(probe: &ProbeFile, arguments: &Arguments) -> Result<Answer, Failure> {
    let options = &probe.options;
    let mut context = approve::context(options, arguments.yes)?;
    if arguments.store.is_some() {
        let app = crate::open(arguments, None)?;
        approve::with_environment(&mut context, &app)?;
    }
    let mut hashes = approve::hashes(options)?;
    let source = source(&probe.file);
    if is_read(options, &hashes, arguments) {
        let plan = file_probe_plan(&source, &probe.item, &hashes, &context)?;
        if options.plan {
            return Answer::ok(approve::page(&plan), &plan);
        }
        settle(&plan, &mut hashes, &context, arguments);
    }
    let outcomes = file_probes(&source, &probe.item, &hashes, &context)?;
    if outcomes.is_empty() {
        return nothing(&probe.item);
    }
    if let Some(path) = &probe.junit {
        junit::write(path, &probe.file, &outcomes).map_err(Failure::failed)?;
    }
    answer(&outcomes)
}

/// Whether anybody reads the plan before it runs: who asked for it, who approves plans by their
/// hash, or who is asked now.
fn is_read(options: &ProbeOptions, hashes: &[String], arguments: &Arguments) -> bool {
    options.plan || !hashes.is_empty() || asks(arguments)
}

fn asks(arguments: &Arguments) -> bool {
    !arguments.json && !arguments.yes && question::somebody_is_there()
}

/// Says which approvals fit nothing, and asks for those that are missing where somebody is there.
fn settle(
    plan: &ProbePlan,
    hashes: &mut Vec<String>,
    context: &ProbeContext,
    arguments: &Arguments,
) {
    name_strangers(plan, hashes);
    if asks(arguments) {
        hashes.extend(approve::ask(plan, hashes, context));
    }
}

/// How far a batch is, with what the first of those that wait waits for.
fn going(batch: &ProbeProgress) -> String {
    let mut text = format!("{} of {}  {}", batch.finished, batch.total, batch.text);
    let waiting = |entry: &&QueueEntry| entry.state == QueueState::Waiting;
    if let Some(first) = batch.queue.iter().find(waiting) {
        let many = batch.queue.iter().filter(waiting).count();
        text.push_str(&format!("  {many} in the queue, the first {}", first.text));
    }
    text
}

fn nothing(items: &[String]) -> Result<Answer, Failure> {
    if !items.is_empty() {
        let problem = Problem::new("no-probe", "what was named has no probe")
            .at(items.join(", "))
            .hint("`countersign inspect` shows which items have probes.");
        return Err(problem.into());
    }
    let text = "No probe is due.\n".to_owned();
    Answer::ok(text, &json!({ "ok": true, "counts": {}, "outcomes": [] }))
}

/// An approval of something that is not there is most likely one of an older plan.
fn name_strangers(plan: &ProbePlan, hashes: &[String]) {
    let known: HashSet<&str> = plan
        .entries
        .iter()
        .map(|entry| entry.hash.as_str())
        .collect();
    for hash in hashes {
        if !known.contains(hash.as_str()) {
            note(&format!(
                "No probe of this selection has the plan {hash}; it may have changed."
            ));
        }
    }
}

pub fn answer(outcomes: &[Outcome]) -> Result<Answer, Failure> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for outcome in outcomes {
        *counts.entry(outcome.result.verdict.as_str()).or_default() += 1;
    }
    let of = |verdict| counts.get(verdict).copied().unwrap_or(0);
    // Where everything was skipped nothing was measured, and that is no good news.
    let measured = of("pass") + of("warn") > 0;
    let ok = measured && of("fail") + of("error") + of("inconclusive") == 0;
    let numbers = widest(outcomes.iter().map(|outcome| outcome.number.as_str()));
    let mut text: String = outcomes.iter().map(|one| line(one, numbers)).collect();
    let words: Vec<String> = ["pass", "warn", "fail", "error", "inconclusive", "skipped"]
        .into_iter()
        .filter(|verdict| of(verdict) > 0)
        .map(|verdict| {
            let sign = style::verdict(verdict);
            paint(sign.style, &format!("{} {}", of(verdict), sign.word))
        })
        .collect();
    text.push_str(&format!("{}\n", words.join(", ")));
    if of("skipped") > 0 {
        note("What is skipped was not run; `--plan` shows it with the hash to approve.");
    }
    let json = json!({ "ok": ok, "counts": counts, "outcomes": outcomes });
    Answer::with(text, &json, if ok { OK } else { NO })
}

fn line(outcome: &Outcome, numbers: usize) -> String {
    let result = &outcome.result;
    let sign = style::verdict(&result.verdict);
    let rehearsal = if outcome.rehearsal {
        " (rehearsal)"
    } else {
        ""
    };
    let mut text = format!(
        "{} {}  {} {}{rehearsal}  {}\n",
        paint(sign.style, sign.shape),
        column(&outcome.number, numbers),
        paint(sign.style, &column(sign.word, 12)),
        plain(&outcome.text),
        paint(DIM, &plain(&result.summary)),
    );
    if matches!(result.verdict.as_str(), "pass" | "skipped") {
        return text;
    }
    let indent = " ".repeat(numbers + 4);
    for condition in result.conditions.iter().filter(|one| one.verdict != "pass") {
        let why = if condition.why.is_empty() {
            &condition.measured
        } else {
            &condition.why
        };
        text.push_str(&format!(
            "{indent}{}: {}\n",
            plain(&condition.text),
            plain(why)
        ));
    }
    if !result.hint.is_empty() {
        text.push_str(&format!("{indent}{}\n", paint(DIM, &plain(&result.hint))));
    }
    text
}
