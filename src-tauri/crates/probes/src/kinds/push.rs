//! `push`: a result that an outside system left in a file. One that is pushed never comes here.

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Pushed, Verdict, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;

use crate::kind::{Context, Inside, Kind, Obstacle, Saw};
use crate::repository::{age, reading, whole_file};

/// The kind.
pub struct Push;

impl Kind for Push {
    fn schema(&self) -> &'static KindSchema {
        &kinds::PUSH
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
    let Some(name) = plan.text("file") else {
        return Err(
            Obstacle::skipped(format!("it waits for a result of {}", plan.target()))
                .hint("give it with `countersign push RUN ITEM --verdict …`"),
        );
    };
    let Inside::There(path) = context.inside(&name)? else {
        return Err(Obstacle::undecided(format!("there is no {name} yet"))
            .hint("the outside system has not left its result there"));
    };
    let file = name.clone();
    let (bytes, written) = reading(context, move |_| whole_file(&file, &path)).await?;
    let wrong = |why: String| Obstacle::undecided(format!("{name} is no result: {why}"));
    let json = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    let pushed = Pushed::document(json, None).map_err(wrong)?;
    saw.values = pushed.values();
    match written {
        Some(written) => saw.values.set("age", age(written)),
        None => saw
            .values
            .lacks("age", "the file system does not say when it was written"),
    }
    // As text: a record holds no floating point number, and a document may.
    let document = pushed.json.as_ref().map(ToString::to_string);
    saw.note("pushed", document.unwrap_or_default());
    saw.summary = pushed.summary();
    // Conditions can make it worse and never better.
    match pushed.verdict {
        Verdict::Fail => Err(Obstacle::refused(format!(
            "{} says {}",
            plan.target(),
            pushed.summary()
        ))),
        Verdict::Pass => Ok(()),
        _ => Err(Obstacle::undecided(format!(
            "{} says {}",
            plan.target(),
            pushed.summary()
        ))),
    }
}

#[cfg(test)]
mod tests;
