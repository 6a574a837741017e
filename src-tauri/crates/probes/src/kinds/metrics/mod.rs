//! `metrics`: one page of metrics.

mod page;

use std::collections::BTreeSet;
use std::time::Instant;

use countersign_core::probe::kinds::METRICS;
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Quantity, Unit, Value};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use rust_decimal::Decimal;

use self::page::{Page, Sample};
use super::cap::cap;
use super::http::{Fetched, Way, assemble, fetch};
use super::series::{Selector, Series, measure, summary};
use crate::kind::{Context, Kind, Obstacle, Saw};

/// What is asked for: the text format first, because its names are those that people see.
const WANTED: &str =
    "text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0;q=0.8, */*;q=0.1";

/// The kind.
pub struct Metrics;

impl Kind for Metrics {
    fn schema(&self) -> &'static KindSchema {
        &METRICS
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
    let begun = Instant::now();
    let selector = plan.text("select").unwrap_or_default();
    let selector =
        Selector::parse(&selector).map_err(|why| Obstacle::broken(format!("`select`: {why}")))?;
    let mut request = assemble(plan, context)?;
    if request.headers.get(ACCEPT).is_some_and(|any| any == "*/*") {
        request
            .headers
            .insert(ACCEPT, HeaderValue::from_static(WANTED));
    }
    let way = Way::of(plan, context)?;
    let fetched = fetch(&request, &way, cap(plan, "max_body"), context, saw).await?;
    saw.values
        .set("status", Value::count(u64::from(fetched.status)));
    if !fetched.is_success() {
        return Err(fetched.refusal());
    }
    let page = read(&fetched)?;
    saw.phase("duration", begun.elapsed());
    let names: BTreeSet<&str> = page.samples.iter().map(|one| one.name.as_str()).collect();
    let count = u64::try_from(names.len()).unwrap_or(u64::MAX);
    saw.values.set("names", Value::count(count));
    let found: Vec<&Sample> = page
        .samples
        .iter()
        .filter(|one| selector.selects(&one.name, &one.labels))
        .collect();
    kind(&page, &selector, saw);
    age(&found, &fetched, saw);
    let mut series: Vec<Series> = found.into_iter().map(series).collect();
    measure(&mut series, plan.unit(), saw);
    saw.summary = summary(&series, plan.unit());
    Ok(())
}

fn read(fetched: &Fetched) -> Result<Page, Obstacle> {
    let declared = fetched.headers.get(CONTENT_TYPE);
    let open = declared
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/openmetrics-text"));
    Page::read(fetched.text()?, open).map_err(|why| {
        Obstacle::refused(format!("this is no page of metrics: {why}"))
            .hint("check the address; the page is that which Prometheus scrapes")
    })
}

fn series(sample: &Sample) -> Series {
    let mut labels = sample.labels.clone();
    labels.insert("__name__".to_owned(), sample.name.clone());
    Series {
        labels,
        values: vec![sample.value.clone()],
        times: Vec::new(),
    }
}

/// The declared type of the metric. Samples of histograms and counters have names that are longer
/// than what was declared.
fn kind(page: &Page, selector: &Selector, saw: &mut Saw) {
    let declared = selector.name().and_then(|name| {
        let suffixes = [
            "", "_total", "_bucket", "_count", "_sum", "_created", "_info",
        ];
        let shorter = |suffix: &&str| name.strip_suffix(*suffix);
        suffixes
            .iter()
            .filter_map(shorter)
            .find_map(|name| page.types.get(name))
    });
    match declared {
        Some(kind) => saw.values.set("type", Value::text(kind)),
        None => saw.values.lacks("type", "the page does not declare it"),
    }
}

fn age(found: &[&Sample], fetched: &Fetched, saw: &mut Saw) {
    let newest = found.iter().filter_map(|one| one.seconds).max();
    match newest {
        None => saw.values.lacks("age", "the page gives no time stamps"),
        Some(newest) => {
            let now = Decimal::from(fetched.date().timestamp());
            // The server's clock has whole seconds only.
            let age = (now - newest).max(Decimal::ZERO).round_dp(3).normalize();
            let age = Quantity::new(age, Unit::Second);
            saw.values.set("age", Value::Number(age));
        }
    }
}
