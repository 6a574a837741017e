//! What a run knows beside its items: `run field`, `condition`, `criterion` and `roles`.

use countersign_api::App;
use countersign_api::wire::checklist::ConditionAnswer;
use countersign_api::wire::error::Problem;
use countersign_api::wire::run::{FieldView, Particulars, RunPatch};
use serde_json::json;

use crate::arguments::{Applies, Condition, Criterion, Field, Roles};
use crate::output::{Answer, Failure};
use crate::show;
use crate::sign::point_named;
use crate::style::{BOLD, DIM, column, paint, plain, widest};

/// `run field RUN [NAME] [VALUE]`
pub fn field(app: &App, field: &Field) -> Result<Answer, Failure> {
    let view = app.run_view(&field.run)?;
    let known = &view.particulars;
    let (Some(name), Some(value)) = (&field.name, &field.value) else {
        return match &field.name {
            None => list(known),
            Some(name) => {
                let (_, found) = named(known, name)?;
                Answer::ok(format!("{}\n", plain(&found.value)), found)
            }
        };
    };
    let (group, found) = named(known, name)?;
    let patch = app.run_field(&field.run, group, &found.id, value)?;
    list(&patch.particulars)
}

/// The groups of what can be filled.
fn groups(known: &Particulars) -> [(&'static str, &'static str, &[FieldView]); 3] {
    [
        ("field", "Fields", &known.fields),
        ("contact", "Contacts", &known.contacts),
        ("placeholder", "Placeholders", &known.placeholders),
    ]
}

fn list(known: &Particulars) -> Result<Answer, Failure> {
    let mut text = String::new();
    for (_, title, fields) in groups(known) {
        if fields.is_empty() {
            continue;
        }
        text.push_str(&format!("{}\n", paint(BOLD, title)));
        let ids = widest(fields.iter().map(|field| field.id.as_str()));
        for field in fields {
            let value = match (field.value.is_empty(), field.remembered.is_empty()) {
                (false, _) => plain(&field.value),
                (true, true) => paint(DIM, "not filled"),
                (true, false) => paint(
                    DIM,
                    &format!("not filled; last time {}", plain(&field.remembered)),
                ),
            };
            let label = paint(DIM, &plain(&field.label));
            text.push_str(&format!("  {}  {value}  {label}\n", column(&field.id, ids)));
        }
    }
    if text.is_empty() {
        text.push_str("The checklist has no fields, contacts or placeholders.\n");
    }
    let json = json!({
        "fields": known.fields,
        "contacts": known.contacts,
        "placeholders": known.placeholders,
    });
    Answer::ok(text, &json)
}

/// What has this id or label, with its group.
fn named<'a>(known: &'a Particulars, name: &str) -> Result<(&'static str, &'a FieldView), Problem> {
    let all = || {
        groups(known)
            .into_iter()
            .flat_map(|(group, _, fields)| fields.iter().map(move |field| (group, field)))
    };
    let found: Vec<_> = all()
        .filter(|(_, field)| field.id == name || field.label.eq_ignore_ascii_case(name))
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let ids: Vec<&str> = all().map(|(_, field)| field.id.as_str()).collect();
            Err(Problem::unknown("field", name).hint(format!("There are: {}.", ids.join(", "))))
        }
        several => {
            let ids: Vec<&str> = several.iter().map(|(_, field)| field.id.as_str()).collect();
            Err(
                Problem::new("ambiguous-field", format!("several have the name {name:?}"))
                    .hint(format!("Use an id: {}.", ids.join(", "))),
            )
        }
    }
}

/// `run condition RUN ID yes|no|undecided`
pub fn condition(app: &App, condition: &Condition) -> Result<Answer, Failure> {
    let view = app.run_view(&condition.run)?;
    let conditions = &view.particulars.conditions;
    let found = conditions
        .iter()
        .find(|known| known.id == condition.condition || known.words == condition.condition)
        .ok_or_else(|| {
            let ids: Vec<&str> = conditions.iter().map(|known| known.id.as_str()).collect();
            Problem::unknown("condition", &condition.condition)
                .hint(format!("There are: {}.", ids.join(", ")))
        })?;
    let applies = match condition.applies {
        Applies::Yes => Some(true),
        Applies::No => Some(false),
        Applies::Undecided => None,
    };
    if applies == Some(false) && condition.reason.trim().is_empty() {
        let problem = Problem::new("reason-needed", "say why it does not apply")
            .hint("The reason stands at each of its items, such as --reason 'no payments yet'.");
        return Err(problem.into());
    }
    let answer = ConditionAnswer {
        id: found.id.clone(),
        applies,
        reason: condition.reason.clone(),
    };
    head(&app.run_condition(&condition.run, answer)?)
}

/// `run criterion RUN ID yes|no` and `run criterion RUN ID --bind ITEM…`
pub fn criterion(app: &App, criterion: &Criterion) -> Result<Answer, Failure> {
    let view = app.run_view(&criterion.run)?;
    let given = criterion.criterion.as_str();
    let found = view
        .criteria
        .iter()
        .find(|known| known.id == given || known.text == given)
        .ok_or_else(|| {
            let ids: Vec<&str> = view.criteria.iter().map(|one| one.id.as_str()).collect();
            Problem::unknown("criterion", given).hint(format!("There are: {}.", ids.join(", ")))
        })?;
    let patch = match &criterion.met {
        Some(met) => {
            app.run_criterion_answer(&criterion.run, &found.id, met == "yes", &criterion.reason)?
        }
        None => app.run_criterion_bind(&criterion.run, &found.id, &criterion.bind)?,
    };
    let text: String = patch
        .criteria
        .iter()
        .map(|one| format!("{}  {}\n", column(&one.state, 7), plain(&one.text)))
        .collect();
    Answer::ok(
        text,
        &json!({ "run": patch.run, "criteria": patch.criteria }),
    )
}

/// `run roles RUN --point POINT ROLE…`
pub fn roles(app: &App, roles: &Roles) -> Result<Answer, Failure> {
    let point = point_named(app, &roles.run, &roles.point)?;
    head(&app.run_roles(&roles.run, &point, &roles.roles)?)
}

fn head(patch: &RunPatch) -> Result<Answer, Failure> {
    Answer::ok(show::head(&patch.head), &patch.head)
}
