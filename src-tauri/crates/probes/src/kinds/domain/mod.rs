//! `domain`: one question to the registry's RDAP service.

mod record;

use std::time::{Instant, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use countersign_core::probe::kinds::{DOMAIN, domain_name};
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Quantity, Unit, Value, Verdict};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use hyper::Method;
use hyper::header::{ACCEPT, HeaderValue, LOCATION};
use serde_json::{Map, Value as Json, json};
use url::Url;

use self::record::{Record, Services};
use super::http::{Fetched, Request, Way, fetch};
use crate::kind::{Context, Kind, Obstacle, Saw};

/// IANA's list of services (RFC 9224, section 3).
const BOOTSTRAP: &str = "https://data.iana.org/rdap/dns.json";
/// The most of one answer; the list of all services has about 100 kB.
const MOST: u64 = 2_000_000;

/// The kind.
pub struct Domain;

impl Kind for Domain {
    fn schema(&self) -> &'static KindSchema {
        &DOMAIN
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
    // The registry is a stranger to the release: its silence is nobody's failure.
    let patience = context.left().mul_f32(0.9);
    let asked = tokio::time::timeout(patience, ask(plan, context, saw)).await;
    let late = || Obstacle::undecided("the RDAP service did not answer in time");
    asked
        .unwrap_or_else(|_| Err(late()))
        .map_err(|obstacle| match obstacle.verdict {
            Verdict::Fail | Verdict::Inconclusive => Obstacle {
                verdict: Verdict::Inconclusive,
                hint: obstacle.hint.or_else(|| {
                    Some("try again later, or look at the registrar's own page".to_owned())
                }),
                ..obstacle
            },
            _ => obstacle,
        })
}

async fn ask(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let begun = Instant::now();
    let name = plan.text("name").as_deref().and_then(domain_name);
    let name = name.ok_or_else(|| Obstacle::broken("`name` is not a domain"))?;
    let way = Way::of(plan, context)?;
    let service = match context.text(plan, "server")? {
        Some(text) => {
            Url::parse(&text).map_err(|error| Obstacle::broken(format!("`server`: {error}")))?
        }
        None => listed(&name, &way, context, saw).await?,
    };
    saw.note("service", service.as_str());
    let question = question(service, &name)?;
    let answer = get(question, &way, context, saw).await?;
    saw.note("status", answer.status);
    match answer.status {
        200 => {
            let record = Record::read(answer.text()?, &name)?;
            measure(&record, &name, saw);
        }
        // RFC 7480, section 5.3: it knows nothing of it.
        404 => {
            saw.values.set("registered", Value::Bool(false));
            saw.values.set("active", Value::Bool(false));
            saw.summary = format!("{name} is not registered");
            saw.hint = Some(
                "ask for the domain as it is registered, without a host such as `www` before it"
                    .to_owned(),
            );
        }
        status => return Err(refusal(status, &answer)),
    }
    saw.phase("duration", begun.elapsed());
    Ok(())
}

/// The service that IANA lists for the domain's ending.
async fn listed(
    name: &str,
    way: &Way,
    context: &Context<'_>,
    saw: &mut Saw,
) -> Result<Url, Obstacle> {
    let address = Url::parse(BOOTSTRAP).map_err(|error| Obstacle::broken(error.to_string()))?;
    let answer = get(address, way, context, saw).await?;
    if !answer.is_success() {
        return Err(refusal(answer.status, &answer));
    }
    let services = Services::read(answer.text()?)?;
    services.of(name).ok_or_else(|| {
        Obstacle::undecided(format!("no RDAP service is listed for {name}"))
            .hint("name one with `server`, or look at the registrar's own page")
    })
}

fn question(service: Url, name: &str) -> Result<Url, Obstacle> {
    let base = service.as_str().trim_end_matches('/');
    Url::parse(&format!("{base}/domain/{name}"))
        .map_err(|error| Obstacle::broken(format!("`server`: {error}")))
}

async fn get(
    address: Url,
    way: &Way,
    context: &Context<'_>,
    saw: &mut Saw,
) -> Result<Fetched, Obstacle> {
    let mut request = Request::bare(Method::GET, address);
    let accepted = HeaderValue::from_static("application/rdap+json, application/json");
    request.headers.insert(ACCEPT, accepted);
    fetch(&request, way, MOST, context, saw).await
}

/// What an answer means that tells nothing of the domain.
fn refusal(status: u16, answer: &Fetched) -> Obstacle {
    let what = format!("the RDAP service answers {status}");
    let elsewhere = answer.headers.get(LOCATION).and_then(|to| to.to_str().ok());
    match (status, elsewhere) {
        (300..=399, Some(to)) => Obstacle::undecided(format!("{what}: ask {to}"))
            .hint("write the service's address, without `/domain/…`, as `server`"),
        (429, _) => {
            Obstacle::undecided(format!("{what}: asked too often")).hint("wait for some minutes")
        }
        _ => Obstacle::undecided(what).hint("try again later"),
    }
}

fn measure(record: &Record, name: &str, saw: &mut Saw) {
    let values = &mut saw.values;
    values.set("registered", Value::Bool(true));
    values.set("active", Value::Bool(record.is_active()));
    values.set("locked", Value::Bool(record.is_locked()));
    let list = |texts: &[String]| Value::List(texts.iter().map(Value::text).collect());
    values.set("status", list(&record.status));
    values.set("nameservers", list(&record.nameservers));
    for (metric, time) in [
        ("expires", record.expires),
        ("registered_on", record.registered),
        ("changed_on", record.changed),
    ] {
        match time {
            Some(time) => values.set(metric, Value::Time { time }),
            None => values.lacks(metric, "the registry does not say it"),
        }
    }
    match &record.registrar {
        Some(registrar) => values.set("registrar", Value::text(registrar)),
        None => values.lacks("registrar", "the registry does not say it"),
    }
    match record.signed {
        Some(signed) => values.set("signed", Value::Bool(signed)),
        None => values.lacks("signed", "the registry does not say it"),
    }
    let now: DateTime<Utc> = SystemTime::now().into();
    let left = record
        .expires
        .map(|end| (end - now).num_seconds().div_euclid(86_400));
    let life = match left {
        Some(left) => {
            let days = Quantity::whole(left, Unit::Day);
            values.set("expires_in", Value::Number(days));
            match left {
                ..=-1 => format!("expired {} days ago", -left),
                1 => "1 day left".to_owned(),
                _ => format!("{left} days left"),
            }
        }
        None => {
            values.lacks("expires_in", "the registry does not say it");
            "registered, its end is not told".to_owned()
        }
    };
    saw.note("domain", life_of(record, name));
    saw.note("states", record.status.clone());
    saw.summary = match &record.registrar {
        Some(registrar) => format!("{life}, at {registrar}"),
        None => life,
    };
    if !record.is_active() {
        saw.summary = format!("{}; {}", saw.summary, record.status.join(", "));
        saw.hint = Some("have the registrar say why it is not in use".to_owned());
    }
}

/// The registration as its life is drawn: since the last change, which a renewal is, and up to its
/// end. Without an end there is only its name.
fn life_of(record: &Record, name: &str) -> Json {
    let since = [record.changed, record.registered];
    let since = since
        .into_iter()
        .flatten()
        .find(|at| record.expires.is_none_or(|end| *at < end));
    let mut life = Map::from_iter([
        ("name".to_owned(), json!(name)),
        ("nameservers".to_owned(), json!(record.nameservers)),
    ]);
    let mut add = |key: &str, text: Option<String>| {
        if let Some(text) = text {
            life.insert(key.to_owned(), json!(text));
        }
    };
    let written = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    add("registrar", record.registrar.clone());
    if let Some(end) = record.expires {
        add("not_before", since.map(written));
        add("not_after", Some(written(end)));
    }
    Json::Object(life)
}

#[cfg(test)]
mod tests;
