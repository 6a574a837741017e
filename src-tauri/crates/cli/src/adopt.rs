//! `run adopt`: a running run goes on with a new version of its checklist.

use countersign_api::App;
use countersign_api::wire::adoption::{
    AdoptedItem, Adoption, AdoptionKind, AdoptionPlan, AdoptionRow, Pairing,
};
use countersign_api::wire::error::Problem;
use serde_json::json;

use crate::arguments::{Adopt, Arguments};
use crate::inspect::source;
use crate::output::{Answer, Failure, note};
use crate::question;
use crate::style::{BAD, DIM, DOUBT, GOOD, count, paint, plain, tile};

/// `run adopt RUN FILE`
pub fn adopt(app: &App, adopt: &Adopt, arguments: &Arguments) -> Result<Answer, Failure> {
    let source = source(&adopt.file);
    let mut pairs = given_pairs(app, adopt, &source)?;
    let mut plan = app.adoption_plan(&adopt.run, &source, &pairs)?;
    if adopt.plan {
        return Answer::ok(shown(&plan), &plan);
    }
    if plan.undecided > 0 && (arguments.yes || question::somebody_is_there()) {
        for row in &plan.rows {
            pairs.extend(decided(row, &plan.items, arguments.yes));
        }
        plan = app.adoption_plan(&adopt.run, &source, &pairs)?;
    }
    let patch = app.checklist_adopt(
        &adopt.run,
        &Adoption {
            source,
            version: plan.version.clone(),
            pairs,
            reason: adopt.reason.clone(),
        },
    )?;
    let text = format!("{}{} adopted\n", shown(&plan), plain(&plan.file));
    Answer::ok(
        text,
        &json!({ "run": patch.run, "adopted": plan, "head": patch.head }),
    )
}

/// The pairs of the call, by id or by number.
fn given_pairs(app: &App, adopt: &Adopt, source: &str) -> Result<Vec<Pairing>, Problem> {
    if adopt.pairs.is_empty() {
        return Ok(Vec::new());
    }
    let view = app.run_view(&adopt.run)?;
    let new = app.adoption_plan(&adopt.run, source, &[])?.items;
    let mut pairs = Vec::new();
    for pair in &adopt.pairs {
        let (from, to) = pair.split_once('=').ok_or_else(|| {
            Problem::new("usage", format!("{pair:?} is not OLD=NEW"))
                .hint("Name items by id or number, such as --pair 3.2=3.4; --pair 3.2= says that it is gone.")
        })?;
        let old = view
            .items
            .iter()
            .find(|item| item.id == from || item.number == from)
            .ok_or_else(|| Problem::unknown("item", from).at("the version in use"))?;
        let to = match to {
            "" => String::new(),
            to => new
                .iter()
                .find(|item| item.id == to || item.number == to)
                .ok_or_else(|| Problem::unknown("item", to).at("the new version"))?
                .id
                .clone(),
        };
        pairs.push(Pairing {
            from: old.id.clone(),
            to,
        });
    }
    Ok(pairs)
}

/// What an undecided item becomes: its likeliest successor, or what somebody on the terminal says.
fn decided(row: &AdoptionRow, items: &[AdoptedItem], yes: bool) -> Option<Pairing> {
    let old = row
        .old
        .as_ref()
        .filter(|_| row.kind == AdoptionKind::Undecided)?;
    let likeliest = row
        .candidates
        .first()
        .and_then(|id| items.iter().find(|item| item.id == *id));
    let to = match likeliest {
        Some(new) if yes || says_yes(row, old, new) => new.id.clone(),
        _ => String::new(),
    };
    Some(Pairing {
        from: old.id.clone(),
        to,
    })
}

fn says_yes(row: &AdoptionRow, old: &AdoptedItem, new: &AdoptedItem) -> bool {
    note(&format!(
        "{} {} ({})",
        old.number,
        plain(&old.text),
        row.word
    ));
    let question = format!(
        "  Is it {} {} now, with all that was said of it?",
        new.number,
        plain(&new.text)
    );
    question::yes(&question)
}

fn shown(plan: &AdoptionPlan) -> String {
    let mut text: String = plan.rows.iter().map(row).collect();
    for line in &plan.also {
        text.push_str(&format!("  {}\n", plain(line)));
    }
    for line in &plan.stale {
        let line = format!("stale then: {}", plain(line));
        text.push_str(&format!("  {}\n", paint(DOUBT, &line)));
    }
    for finding in &plan.findings {
        let line = finding.line.map(|line| format!("line {line}: "));
        let message = format!("{}{}", line.unwrap_or_default(), plain(&finding.message));
        text.push_str(&format!("  {}\n", paint(BAD, &message)));
    }
    let unchanged = format!("{} as before", count(plan.unchanged as usize, "item"));
    text.push_str(&format!("{}; {unchanged}\n", plan.text));
    text
}

fn row(row: &AdoptionRow) -> String {
    let (mark, style, what) = match row.kind {
        AdoptionKind::Added => ("+", GOOD, "added"),
        AdoptionKind::Gone => ("-", BAD, "gone"),
        AdoptionKind::Changed => ("~", DOUBT, "changed"),
        AdoptionKind::Undecided => ("?", DOUBT, "to be said"),
    };
    let item = row.new.as_ref().or(row.old.as_ref());
    let name = item.map_or_else(String::new, |item| {
        format!("{} {}", item.number, plain(&item.text))
    });
    let status = match (row.tile, row.entries) {
        (Some(known), 1..) => format!("  {}", paint(DIM, tile(known).word)),
        _ => String::new(),
    };
    let mut text = format!(
        "{} {name}  {}{status}\n",
        paint(style, mark),
        paint(DIM, what)
    );
    if let (Some(old), Some(new)) = (&row.old, &row.new)
        && old.text != new.text
    {
        let before = format!("was: {} {}", old.number, plain(&old.text));
        text.push_str(&format!("    {}\n", paint(DIM, &before)));
    }
    for fact in &row.facts {
        text.push_str(&format!("    {}\n", paint(DIM, &plain(fact))));
    }
    for probe in &row.probes {
        let line = format!("{} probe {}", probe.kind, probe.what);
        text.push_str(&format!("    {}\n", paint(DIM, &line)));
    }
    text
}
