//! `promql`: the query API of Prometheus, version 1.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use countersign_core::probe::kinds::PROMQL;
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Quantity, Unit, Value, watch as core_watch};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use url::Url;

use super::cap::cap;
use super::exact::exact_number;
use super::http::{Way, assemble, fetch};
use super::series::{Labels, Selector, Series, measure, summary};
use crate::kind::{Context, Kind, Obstacle, Saw};

/// The shortest step where the author names none.
const SHORTEST_STEP: Duration = Duration::from_secs(15);
/// How many samples a series of a window has where the author names no step.
const USUAL_SAMPLES: u32 = 240;

/// The kind.
pub struct Promql;

impl Kind for Promql {
    fn schema(&self) -> &'static KindSchema {
        &PROMQL
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

/// What the API answers.
#[derive(Deserialize)]
struct Answer {
    status: String,
    data: Option<Data>,
    #[serde(default, rename = "errorType")]
    error_type: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    warnings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase", tag = "resultType", content = "result")]
enum Data {
    Vector(Vec<Instantly>),
    Matrix(Vec<Ranging>),
    Scalar(Sample),
    String(Sample),
}

#[derive(Deserialize)]
struct Instantly {
    metric: Labels,
    // A native histogram has none.
    value: Option<Sample>,
}

#[derive(Deserialize)]
struct Ranging {
    metric: Labels,
    #[serde(default)]
    values: Vec<Sample>,
}

/// A time and a value as text.
type Sample = (serde_json::Number, String);

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let begun = Instant::now();
    let query = plan
        .text("query")
        .ok_or_else(|| Obstacle::broken("there is no `query`"))?;
    if let Some(window) = context.window {
        return watched(plan, &query, window, context, saw).await;
    }
    let window = window(plan);
    let asked = match &window {
        // A new line ends a comment that the query may end in.
        Some(window) => format!(
            "({query}\n)[{}ms:{}ms]",
            window.range.as_millis(),
            window.step.as_millis()
        ),
        None => query.clone(),
    };
    let asked = [("query", asked)];
    let mut answer = ask(plan, "query", &asked, context, saw).await?;
    warnings(&mut answer, saw);
    let mut series = series(answer.data)?;
    measure(&mut series, plan.unit(), saw);
    samples(&series, window.as_ref(), saw);
    saw.summary = summary(&series, plan.unit());
    age(plan, &query, context, saw).await;
    saw.phase("duration", begun.elapsed());
    Ok(())
}

/// All of a window that is watched, in one question: what the query finds at each of its looks
/// until now is what a probe would have found there.
async fn watched(
    plan: &Plan,
    query: &str,
    window: &core_watch::Window,
    context: &Context<'_>,
    saw: &mut Saw,
) -> Result<(), Obstacle> {
    let begun = Instant::now();
    let now = DateTime::<Utc>::from(SystemTime::now());
    let end = now.min(window.until).max(window.from);
    let question = [
        ("query", query.to_owned()),
        ("start", seconds(window.from.timestamp_millis())),
        ("end", seconds(end.timestamp_millis())),
        ("step", seconds(window.every.num_milliseconds())),
    ];
    let mut answer = ask(plan, "query_range", &question, context, saw).await?;
    let mut by_time: BTreeMap<i64, Vec<Series>> = BTreeMap::new();
    match answer.data.take() {
        Some(Data::Matrix(list)) => {
            for found in list {
                for (at, value) in found.values {
                    let at = millis(&at).ok_or_else(|| {
                        Obstacle::refused(format!("`{at}` in the answer is no time"))
                    })?;
                    by_time.entry(at).or_default().push(Series {
                        labels: found.metric.clone(),
                        values: vec![value],
                        times: vec![at],
                    });
                }
            }
        }
        _ => return Err(Obstacle::refused("the answer holds no series over time")),
    }
    warnings(&mut answer, saw);
    let mut moments = Vec::new();
    for (at, mut series) in by_time {
        let mut look = Saw::default();
        measure(&mut series, plan.unit(), &mut look);
        let samples = u64::try_from(series.len()).unwrap_or(u64::MAX);
        look.values.set("samples", Value::count(samples));
        if let Some(warned) = saw.values.metrics.get("warnings") {
            look.values.set("warnings", warned.clone());
        }
        look.summary = summary(&series, plan.unit());
        if let Some(at) = DateTime::from_timestamp_millis(at) {
            moments.push((at, look));
        }
    }
    if let Some((_, last)) = moments.last() {
        saw.values.metrics.extend(last.values.metrics.clone());
        saw.values.json.clone_from(&last.values.json);
        saw.saw.extend(last.saw.clone());
        saw.summary.clone_from(&last.summary);
    } else {
        saw.summary = "no series in the window".to_owned();
    }
    let looks = moments.into_iter().map(|(at, look)| (at, look.values));
    saw.moments = Some(looks.collect());
    saw.phase("duration", begun.elapsed());
    Ok(())
}

/// Milliseconds as the API takes seconds.
fn seconds(millis: i64) -> String {
    Decimal::new(millis, 3).to_string()
}

/// A window and the time between its samples.
struct Window {
    range: Duration,
    step: Duration,
}

fn window(plan: &Plan) -> Option<Window> {
    let length = |field: &str| {
        plan.text(field)
            .and_then(|text| Quantity::parse(&text))
            .and_then(Quantity::as_duration)
            .filter(|length| length.as_millis() > 0)
    };
    let range = length("range")?;
    let step = length("step").unwrap_or((range / USUAL_SAMPLES).max(SHORTEST_STEP));
    Some(Window { range, step })
}

fn warnings(answer: &mut Answer, saw: &mut Saw) {
    let list = answer.warnings.iter().map(Value::text).collect();
    saw.values.set("warnings", Value::List(list));
    if !answer.warnings.is_empty() {
        saw.note("warnings", std::mem::take(&mut answer.warnings));
    }
}

/// Asks one endpoint of the API one question.
async fn ask(
    plan: &Plan,
    method: &str,
    question: &[(&str, String)],
    context: &Context<'_>,
    saw: &mut Saw,
) -> Result<Answer, Obstacle> {
    let mut request = assemble(plan, context)?;
    request.url = endpoint(request.url, method)?;
    let seconds = context.left().as_secs_f64();
    request
        .url
        .query_pairs_mut()
        .extend_pairs(question)
        .append_pair("timeout", &format!("{seconds:.3}"));
    let way = Way::of(plan, context)?;
    let fetched = fetch(&request, &way, cap(plan, "max_body"), context, saw).await?;
    saw.note("status", fetched.status);
    let answer = match serde_json::from_str::<Answer>(fetched.text()?) {
        Ok(answer) => answer,
        Err(_) if !fetched.is_success() => return Err(fetched.refusal()),
        Err(error) => {
            return Err(
                Obstacle::refused(format!("the answer is not Prometheus': {error}"))
                    .hint("`url` is the server's address, without `/api/v1` and `/graph`"),
            );
        }
    };
    if answer.status == "success" {
        return Ok(answer);
    }
    let what = format!("Prometheus says: {}", answer.error);
    Err(match answer.error_type.as_str() {
        "bad_data" => Obstacle::broken(what).hint("correct `query`"),
        _ => Obstacle::refused(what),
    })
}

fn endpoint(mut base: Url, method: &str) -> Result<Url, Obstacle> {
    base.set_fragment(None);
    base.path_segments_mut()
        .map_err(|()| Obstacle::broken("`url` cannot have a path"))?
        .pop_if_empty()
        .extend(["api", "v1", method]);
    Ok(base)
}

fn series(data: Option<Data>) -> Result<Vec<Series>, Obstacle> {
    let histogram = || {
        Obstacle::undecided("the query finds a native histogram, which is no number")
            .hint("take a quantile of it with `histogram_quantile`")
    };
    let one = |labels: Labels, values: Vec<Sample>| Series {
        labels,
        times: values.iter().filter_map(|(at, _)| millis(at)).collect(),
        values: values.into_iter().map(|(_, value)| value).collect(),
    };
    match data {
        None => Err(Obstacle::refused("the answer holds no data")),
        Some(Data::String((_, text))) => Err(Obstacle::broken(format!(
            "the query finds the text {text:?}"
        ))
        .hint("ask for numbers")),
        Some(Data::Scalar(sample)) => Ok(vec![one(Labels::new(), vec![sample])]),
        Some(Data::Vector(list)) => list
            .into_iter()
            .map(|found| {
                let value = found.value.ok_or_else(histogram)?;
                Ok(one(found.metric, vec![value]))
            })
            .collect(),
        Some(Data::Matrix(list)) => list
            .into_iter()
            .map(|found| match found.values.is_empty() {
                true => Err(histogram()),
                false => Ok(one(found.metric, found.values)),
            })
            .collect(),
    }
}

/// A time as Prometheus writes it, in seconds with at most three decimals.
fn millis(at: &serde_json::Number) -> Option<i64> {
    exact_number(&at.to_string())?
        .checked_mul(Decimal::ONE_THOUSAND)?
        .round()
        .to_i64()
}

fn samples(series: &[Series], window: Option<&Window>, saw: &mut Saw) {
    let total: usize = series.iter().map(|one| one.values.len()).sum();
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    saw.values.set("samples", Value::count(count(total)));
    let fewest = series.iter().map(|one| one.values.len()).min();
    match (window, fewest) {
        (None, _) => saw.values.lacks("coverage", "there is no `range`"),
        (Some(_), None) => saw.values.lacks("coverage", "no series was found"),
        (Some(window), Some(fewest)) => {
            let should = (window.range.as_millis() / window.step.as_millis()).max(1);
            let share = Decimal::from(count(fewest))
                .checked_mul(Decimal::ONE_HUNDRED)
                .and_then(|n| n.checked_div(Decimal::from(should)))
                // Both ends of a window may have a sample.
                .map(|share| share.min(Decimal::ONE_HUNDRED).round_dp(1).normalize());
            if let Some(share) = share {
                let share = Quantity::new(share, Unit::Percent);
                saw.values.set("coverage", Value::Number(share));
            }
        }
    }
}

/// How old the newest sample is. A sample's own time is only known of series that are selected and
/// not computed: everything else has the time of the query.
async fn age(plan: &Plan, query: &str, context: &Context<'_>, saw: &mut Saw) {
    let of = plan.text("age_of").unwrap_or_else(|| query.to_owned());
    if let Err(why) = Selector::parse(&of) {
        let why =
            format!("what is computed has no age of its own: {why}; name a series in `age_of`");
        saw.values.lacks("age", why);
        return;
    }
    let question = [("query", format!("time() - max(timestamp({of}))"))];
    let found = ask(plan, "query", &question, context, saw)
        .await
        .and_then(|answer| series(answer.data));
    let age = match found.as_deref() {
        Ok([Series { values, .. }]) => values.first().and_then(|text| exact_number(text)),
        Ok(_) => None,
        Err(obstacle) => {
            saw.values.lacks("age", obstacle.what.clone());
            return;
        }
    };
    match age {
        Some(age) => {
            let age = Quantity::new(age.round_dp(3).normalize(), Unit::Second);
            saw.values.set("age", Value::Number(age));
        }
        None => saw.values.lacks("age", "there is no sample"),
    }
}

#[cfg(test)]
mod tests;
