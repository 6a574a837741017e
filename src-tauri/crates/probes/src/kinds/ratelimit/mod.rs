//! `ratelimit`: the same request until it is enough.

mod fields;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Quantity, Unit, Value, kinds};
use futures::FutureExt as _;
use futures::future::{BoxFuture, join_all};
use http_body_util::{BodyExt as _, Limited};
use hyper::HeaderMap;
use rust_decimal::Decimal;
use serde_json::json;
use tokio::time::timeout;

use super::http::{Channel, Request, Way, assemble, readable};
use crate::kind::{Context, Kind, Obstacle, Saw};

/// How many requests where the author names no number.
const USUAL: usize = 100;
/// The longest body that is read to keep a connection.
const LONGEST_BODY: usize = 64 * 1024;

/// The kind.
pub struct Ratelimit;

impl Kind for Ratelimit {
    fn schema(&self) -> &'static KindSchema {
        &kinds::RATELIMIT
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
    let whole = |field: &str| match plan.fields.get(field) {
        Some(PlanValue::Integer(n)) => usize::try_from(*n).ok(),
        _ => None,
    };
    let requests = whole("requests").unwrap_or(USUAL);
    let most = context.left() * 9 / 10;
    let window = plan
        .text("within")
        .and_then(|text| Quantity::parse(&text)?.as_duration())
        .map_or(most, |window| window.min(most));
    let mut asking = Asking {
        request: assemble(plan, context)?,
        way: Way::of(plan, context)?,
        context,
        requests,
        enough: whole("limit_status").map_or(429, |status| u16::try_from(status).unwrap_or(429)),
        tally: Mutex::new(Tally::default()),
    };
    // The first connection is made alone: a server that is down is told once.
    let mut first = Saw::default();
    let begins = Channel::open(&asking.way, &asking.request.url, context, &mut first, true).await;
    saw.reached = first.reached;
    saw.saw.append(&mut first.saw);
    let begins = begins?;
    asking.way.stay(&asking.request.url, context, saw);
    let begun = Instant::now();
    let mut begins = Some(begins);
    let workers = (0..whole("concurrency").unwrap_or(1)).map(|_| asking.work(begins.take()));
    // What is still under way at the end of the window is not waited for.
    let ended = timeout(window, join_all(workers)).await.is_ok();
    let took = begun.elapsed();
    let tally = asking
        .tally
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    if tally.answers.is_empty()
        && let Some(obstacle) = tally.broken
    {
        return Err(obstacle);
    }
    tally.measure(requests, ended, took, saw);
    Ok(())
}

/// One answer.
struct Answer {
    /// Which request it is to, from 1.
    number: usize,
    status: u16,
}

#[derive(Default)]
struct Tally {
    begun: usize,
    answers: Vec<Answer>,
    /// The first refusal by its request's number, and the last answer otherwise.
    shown: Option<(usize, HeaderMap)>,
    limited: Option<usize>,
    broken: Option<Obstacle>,
    errors: u64,
}

struct Asking<'a> {
    request: Request,
    way: Way,
    context: &'a Context<'a>,
    requests: usize,
    enough: u16,
    tally: Mutex<Tally>,
}

impl Asking<'_> {
    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the next request; `None` when it is enough.
    fn next(&self) -> Option<usize> {
        let mut tally = self.tally();
        if tally.begun >= self.requests || tally.limited.is_some() || tally.broken.is_some() {
            return None;
        }
        tally.begun += 1;
        Some(tally.begun)
    }

    /// Sends one request after the other over one connection, made anew when the server closes it.
    async fn work(&self, mut channel: Option<Channel>) {
        while let Some(number) = self.next() {
            match self.one(number, channel.take()).await {
                Ok(kept) => channel = kept,
                Err(obstacle) => {
                    let mut tally = self.tally();
                    tally.errors += 1;
                    tally.broken.get_or_insert(obstacle);
                }
            }
        }
    }

    async fn one(
        &self,
        number: usize,
        channel: Option<Channel>,
    ) -> Result<Option<Channel>, Obstacle> {
        let mut own = Saw::default();
        let mut channel = match channel {
            Some(channel) => channel,
            None => {
                let url = &self.request.url;
                Channel::open(&self.way, url, self.context, &mut own, false).await?
            }
        };
        let response = channel.send(&self.request, &mut own).await?;
        let (head, body) = response.into_parts();
        let status = head.status.as_u16();
        self.tally()
            .count(number, status, status == self.enough, head.headers);
        let read = Limited::new(body, LONGEST_BODY).collect().await.is_ok();
        Ok((read && channel.is_open().await).then_some(channel))
    }
}

impl Tally {
    fn count(&mut self, number: usize, status: u16, enough: bool, headers: HeaderMap) {
        if enough && self.limited.is_none_or(|first| number < first) {
            self.limited = Some(number);
            self.shown = Some((number, headers));
        } else if self.limited.is_none() {
            self.shown = Some((number, headers));
        }
        if !enough && (status == 404 || status >= 500) {
            self.errors += 1;
        }
        self.answers.push(Answer { number, status });
    }

    fn measure(self, requests: usize, ended: bool, took: Duration, saw: &mut Saw) {
        let sent = u64::try_from(self.answers.len()).unwrap_or(u64::MAX);
        saw.values.set("sent", Value::count(sent));
        let accepted = self.answers.iter().filter(|one| one.status < 400).count();
        saw.values.set(
            "accepted",
            Value::count(u64::try_from(accepted).unwrap_or(u64::MAX)),
        );
        saw.values.set("errors", Value::count(self.errors));
        let mut statuses: Vec<u16> = self.answers.iter().map(|one| one.status).collect();
        statuses.sort_unstable();
        statuses.dedup();
        let listed = statuses.iter().map(|status| Value::count((*status).into()));
        saw.values.set("statuses", Value::List(listed.collect()));
        saw.phase("duration", took);
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
        let rate = Decimal::from(sent) * Decimal::ONE_THOUSAND / Decimal::from(millis);
        let rate = Quantity::new(rate.round_dp(1), Unit::PerSecond);
        saw.values.set("rate", Value::Number(rate));
        let headers = self.shown.map(|(_, headers)| headers).unwrap_or_default();
        let evidence = fields::evidence(&headers, self.limited, requests);
        saw.note(
            "limit",
            json!({"columns": ["what", "verdict", "wanted", "seen"], "rows": evidence}),
        );
        fields::measure(&headers, self.limited.is_some(), saw);
        saw.values.headers = Some(readable(&headers));
        let all = ended && self.answers.len() == requests;
        match self.limited {
            Some(first) => {
                saw.values.set("limited", Value::Bool(true));
                let number = u64::try_from(first).unwrap_or(u64::MAX);
                saw.values.set("first_limited", Value::count(number));
                saw.summary = format!("refused at request {first}, after {} ms", took.as_millis());
            }
            None => {
                saw.values.lacks("first_limited", "no request was refused");
                let why = match &self.broken {
                    Some(obstacle) => Some(format!("after {sent} answers {}", obstacle.what)),
                    None if self.errors > 0 => {
                        Some(format!("{} of {sent} answers were errors", self.errors))
                    }
                    None if !all => Some(format!("only {sent} of {requests} were sent in time")),
                    None => None,
                };
                match why {
                    Some(why) => {
                        saw.values.lacks("limited", why.clone());
                        saw.summary = format!("not refused, but {why}");
                    }
                    None => {
                        saw.values.set("limited", Value::Bool(false));
                        saw.summary = format!("none of {sent} requests was refused");
                    }
                }
            }
        }
        let mut counts: Vec<[String; 2]> = Vec::new();
        for status in statuses {
            let times = self.answers.iter().filter(|one| one.status == status);
            let last = times
                .clone()
                .map(|one| one.number)
                .max()
                .unwrap_or_default();
            counts.push([
                status.to_string(),
                match times.count() {
                    1 => format!("once, at {last}"),
                    several => format!("{several} times, last at {last}"),
                },
            ]);
        }
        saw.note(
            "answers",
            json!({"columns": ["status", "answers"], "rows": counts}),
        );
    }
}

#[cfg(test)]
mod tests;
