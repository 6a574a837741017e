//! `run compare RUN` and `run carry RUN`: beside an earlier run, and what still stands of it.

use countersign_api::App;
use countersign_api::wire::compare::{CarryPlan, Change, ComparedItem, ComparedState};
use serde_json::json;

use crate::approve;
use crate::arguments::{Arguments, CarryOn, Compare};
use crate::output::{Answer, Failure, NO, OK};
use crate::probe;
use crate::question;
use crate::style::{BAD, DIM, DOUBT, GOING, GOOD, column, paint, plain, widest};

/// `run compare RUN`
pub fn compare(app: &App, compare: &Compare) -> Result<Answer, Failure> {
    let found = app.run_compare(&compare.run, &compare.with)?;
    let shown: Vec<&ComparedItem> = found
        .items
        .iter()
        .filter(|one| compare.all || one.change != Change::Same)
        .collect();
    let numbers = widest(shown.iter().map(|one| one.number.as_str()));
    let mut text = format!(
        "beside {} {}\n",
        plain(&found.with.name),
        plain(&found.with.release)
    );
    text.extend(shown.iter().map(|one| line(one, numbers)));
    text.push_str(&format!("{}\n", found.text));
    let regressed = found
        .items
        .iter()
        .any(|one| one.change == Change::Regressed);
    Answer::with(text, &found, if regressed { NO } else { OK })
}

fn line(one: &ComparedItem, numbers: usize) -> String {
    let (word, style) = match one.change {
        Change::Regressed => ("regressed", BAD),
        Change::Fixed => ("fixed", GOOD),
        Change::New => ("new", GOING),
        Change::Open => ("open", DOUBT),
        Change::Same => ("same", DIM),
        Change::Gone => ("gone", DIM),
    };
    let side = |state: &Option<ComparedState>| {
        state.as_ref().map_or_else(
            || "nothing".to_owned(),
            |state| match (state.value.as_str(), state.verdict.as_deref()) {
                ("", None) => plain(&state.word),
                ("", Some(verdict)) => verdict.to_owned(),
                (value, None) => plain(value),
                (value, Some(verdict)) => format!("{verdict} {}", plain(value)),
            },
        )
    };
    format!(
        "{} {}  {}  {}\n",
        column(&one.number, numbers),
        paint(style, &column(word, 10)),
        plain(&one.text),
        paint(DIM, &format!("{} → {}", side(&one.then), side(&one.now))),
    )
}

/// `run carry RUN`
pub fn carry(app: &App, carry: &CarryOn, arguments: &Arguments) -> Result<Answer, Failure> {
    let plan = app.carry_plan(&carry.run)?;
    let named = !carry.items.is_empty();
    if carry.options.plan || !named && !carry.all {
        let text = page(&plan) + &approve::page(&plan.probes);
        return Answer::ok(text, &plan);
    }
    let items: Vec<String> = match named {
        true => carry.items.clone(),
        false => {
            let may = plan.items.iter().filter(|row| row.may);
            may.map(|row| row.item.clone()).collect()
        }
    };
    let context = approve::context(&carry.options, arguments.yes)?;
    let mut hashes = approve::hashes(&carry.options)?;
    if !arguments.json && !arguments.yes && question::somebody_is_there() {
        hashes.extend(approve::ask(&plan.probes, &hashes, &context));
    }
    let outcomes = app.carry_forward_here(&carry.run, &items, &hashes, &context)?;
    let view = app.run_view(&carry.run)?;
    let carried: Vec<_> = view
        .items
        .iter()
        .filter(|item| items.contains(&item.id) || items.contains(&item.number))
        .filter(|item| item.reason.starts_with("carried from "))
        .collect();
    let ok = carried.len() == items.len();
    let mut text: String = carried
        .iter()
        .map(|item| format!("{} {}  {}\n", item.number, plain(&item.text), item.reason))
        .collect();
    if !outcomes.is_empty() {
        text.push_str(&probe::answer(&outcomes)?.text);
    }
    text.push_str(&format!("{} of {} carried\n", carried.len(), items.len()));
    let json = json!({ "ok": ok, "carried": carried, "outcomes": outcomes });
    Answer::with(text, &json, if ok { OK } else { NO })
}

fn page(plan: &CarryPlan) -> String {
    let numbers = widest(plan.items.iter().map(|row| row.number.as_str()));
    let mut text = format!(
        "from {} {}\n",
        plain(&plan.from.name),
        plain(&plan.from.release)
    );
    for row in &plan.items {
        let (word, style) = match (row.may, row.recheck) {
            (true, false) => ("may be carried".to_owned(), GOOD),
            (true, true) => ("may be carried once its probes are good".to_owned(), GOOD),
            (false, _) => (row.text_why_not.clone(), DIM),
        };
        text.push_str(&format!(
            "{} {}  {}\n",
            column(&row.number, numbers),
            plain(&row.text),
            paint(style, &word)
        ));
    }
    text
}
