//! `cors`: asking as pages of several origins would.

mod origins;

use std::time::Instant;

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Quantity, Unit, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, HeaderName, HeaderValue, ORIGIN, VARY,
};
use hyper::{HeaderMap, Method};
use serde_json::json;

use self::origins::{Origin, Part};
use super::http::{Head, Request, Way, ask, assemble};
use crate::kind::{Context, Kind, Obstacle, Saw};

/// The kind.
pub struct Cors;

impl Kind for Cors {
    fn schema(&self) -> &'static KindSchema {
        &kinds::CORS
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

/// What the server said to one origin.
struct Said {
    origin: Origin,
    /// Whether a browser would let the page read the answer; `None` when the answers do not show
    /// it.
    let_in: Option<bool>,
    /// Whether a browser would send the request after the preflight.
    may_ask: bool,
    wildcard: bool,
    credentials: bool,
    /// Whether every answer that names the origin varies with it; `None` when none names it.
    varies: Option<bool>,
    preflight: HeaderMap,
    statuses: Vec<u16>,
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let begun = Instant::now();
    let mut asking = Asking {
        request: assemble(plan, context)?,
        wanted: list(plan, "request_headers").unwrap_or_else(|| vec![AUTHORIZATION.to_string()]),
        way: Way::of(plan, context)?,
        context,
    };
    let allow = list(plan, "allow").unwrap_or_default();
    let deny = list(plan, "deny").unwrap_or_default();
    let mut heard: Vec<Said> = Vec::new();
    for origin in origins::all(&allow, &deny)? {
        heard.push(asking.one(origin, saw).await?);
        asking.way.stay(&asking.request.url, context, saw);
    }
    let public = allow.iter().any(|origin| origin == "*");
    measure(&heard, public, saw);
    saw.phase("duration", begun.elapsed());
    Ok(())
}

fn list(plan: &Plan, field: &str) -> Option<Vec<String>> {
    match plan.fields.get(field) {
        Some(PlanValue::List(items)) => Some(items.iter().filter_map(PlanValue::plain).collect()),
        _ => None,
    }
}

struct Asking<'a> {
    request: Request,
    wanted: Vec<String>,
    way: Way,
    context: &'a Context<'a>,
}

impl Asking<'_> {
    async fn one(&self, origin: Origin, saw: &mut Saw) -> Result<Said, Obstacle> {
        let named = HeaderValue::from_str(&origin.text)
            .map_err(|_| Obstacle::broken(format!("`{}` cannot be sent", origin.text)))?;
        let method = &self.request.method;
        // A preflight carries no credentials (Fetch, section 4.8).
        let mut before = Request::bare(Method::OPTIONS, self.request.url.clone());
        before.headers.insert(ORIGIN, named.clone());
        let asked = HeaderValue::from_str(method.as_str())
            .map_err(|_| Obstacle::broken("the method cannot be asked for"))?;
        before.headers.insert(ACCESS_CONTROL_REQUEST_METHOD, asked);
        if !self.wanted.is_empty() {
            let wanted = HeaderValue::from_str(&self.wanted.join(",").to_ascii_lowercase())
                .map_err(|_| Obstacle::broken("`request_headers` cannot be sent"))?;
            before
                .headers
                .insert(ACCESS_CONTROL_REQUEST_HEADERS, wanted);
        }
        let preflight = ask(&before, &self.way, self.context, saw).await?;
        let mut answers = vec![preflight];
        if matches!(*method, Method::GET | Method::HEAD) {
            let mut itself = self.request.clone();
            itself.headers.insert(ORIGIN, named);
            answers.push(ask(&itself, &self.way, self.context, saw).await?);
        }
        Ok(self.judge(origin, answers))
    }

    fn judge(&self, origin: Origin, answers: Vec<Head>) -> Said {
        let statuses: Vec<u16> = answers.iter().map(|head| head.status.as_u16()).collect();
        let grants: Vec<Grant> = answers
            .iter()
            .map(|head| Grant::of(&head.headers, &origin.text))
            .collect();
        // The answer to the request itself decides; where there is none, the preflight does.
        let last = grants.last();
        let readable = last.is_some_and(|grant| grant.lets_in);
        let shown = statuses
            .iter()
            .all(|status| !matches!(status, 404 | 429 | 500..));
        let any = grants.iter().any(|grant| grant.lets_in);
        let preflight = answers
            .into_iter()
            .next()
            .map(|head| head.headers)
            .unwrap_or_default();
        let may_ask = grants.first().is_some_and(|grant| grant.lets_in)
            && statuses.first().is_some_and(|s| (200..300).contains(s))
            && self.preflight_covers(&preflight);
        Said {
            // That it is let in is seen whatever the status; that it is not, only where the server
            // answered as it does.
            let_in: if any || readable {
                Some(true)
            } else {
                shown.then_some(false)
            },
            may_ask,
            wildcard: grants.iter().any(|grant| grant.wildcard),
            credentials: grants
                .iter()
                .any(|grant| grant.credentials && grant.lets_in),
            varies: grants
                .iter()
                .filter(|grant| grant.lets_in && !grant.wildcard)
                .map(|grant| grant.varies)
                .reduce(|a, b| a && b),
            origin,
            preflight,
            statuses,
        }
    }

    /// Whether a preflight allows the method and the header fields. `*` covers all but
    /// `authorization` (Fetch, section 4.8).
    fn preflight_covers(&self, headers: &HeaderMap) -> bool {
        let methods = members(headers, &ACCESS_CONTROL_ALLOW_METHODS);
        let fields = members(headers, &ACCESS_CONTROL_ALLOW_HEADERS);
        let method = self.request.method.as_str();
        // These three need no leave.
        let method_ok = matches!(method, "GET" | "HEAD" | "POST")
            || methods.iter().any(|one| one == method || one == "*");
        method_ok
            && self.wanted.iter().all(|wanted| {
                fields.iter().any(|one| {
                    one.eq_ignore_ascii_case(wanted)
                        || (one == "*" && !wanted.eq_ignore_ascii_case("authorization"))
                })
            })
    }
}

/// What one answer grants to an origin.
struct Grant {
    lets_in: bool,
    wildcard: bool,
    credentials: bool,
    varies: bool,
}

impl Grant {
    fn of(headers: &HeaderMap, origin: &str) -> Self {
        let text = |name: &HeaderName| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::trim)
                .unwrap_or_default()
        };
        // Several values are none (Fetch, section 4.9).
        let one = headers.get_all(ACCESS_CONTROL_ALLOW_ORIGIN).iter().count() == 1;
        let named = text(&ACCESS_CONTROL_ALLOW_ORIGIN);
        let wildcard = one && named == "*";
        Self {
            lets_in: one && (wildcard || named == origin),
            wildcard,
            credentials: text(&ACCESS_CONTROL_ALLOW_CREDENTIALS) == "true",
            varies: members(headers, &VARY)
                .iter()
                .any(|one| one == "*" || one.eq_ignore_ascii_case("origin")),
        }
    }
}

fn members(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|member| member.trim().to_owned())
        .filter(|member| !member.is_empty())
        .collect()
}

/// Whether some, or all, of the origins of a part are let in; `None` when that is not known or
/// there are none.
fn over(
    heard: &[Said],
    part: Part,
    all: bool,
    asked: impl Fn(&Said) -> Option<bool>,
) -> Option<bool> {
    let mut answers = heard
        .iter()
        .filter(|said| said.origin.part == part)
        .peekable();
    answers.peek()?;
    let answers: Vec<Option<bool>> = answers.map(asked).collect();
    let decides = Some(!all);
    if answers.contains(&decides) {
        decides
    } else if answers.contains(&None) {
        None
    } else {
        Some(all)
    }
}

fn measure(heard: &[Said], public: bool, saw: &mut Saw) {
    let none = "no origin was listed for it";
    let unknown = "the answers do not show it: 404, 429 and 5xx say nothing of origins";
    let mut set = |metric: &str, value: Option<bool>, there: bool| match value {
        Some(yes) => saw.values.set(metric, Value::Bool(yes)),
        None => saw.values.lacks(metric, if there { unknown } else { none }),
    };
    let has = |part| heard.iter().any(|said| said.origin.part == part);
    let inside = |said: &Said| said.let_in;
    let allowed = over(heard, Part::Allow, true, inside);
    let denied = over(heard, Part::Deny, false, inside).map(|some| !some);
    set("allowed", allowed, has(Part::Allow));
    set("denied", denied, has(Part::Deny));
    let may_ask = |said: &Said| said.let_in.map(|_| said.may_ask);
    let preflight = over(heard, Part::Allow, true, may_ask);
    set("preflight", preflight, has(Part::Allow));
    let by_name = |said: &Said| said.let_in.map(|yes| yes && !said.wildcard);
    let reflects = over(heard, Part::Nowhere, false, by_name);
    set("reflects", reflects, true);
    let lookalike = over(heard, Part::Lookalike, false, by_name);
    set("lookalike", lookalike, has(Part::Lookalike));
    let insecure = over(heard, Part::Insecure, false, inside);
    set("insecure", insecure, has(Part::Insecure));
    let null = over(heard, Part::Null, false, by_name);
    set("null", null, true);
    // Who may be let in beside those of `allow`: nobody, or everyone by `*`.
    let strangers = heard
        .iter()
        .filter(|said| !matches!(said.origin.part, Part::Allow | Part::Insecure));
    let strangers: Vec<Option<bool>> = strangers
        .map(|said| {
            if public && said.origin.part != Part::Deny {
                by_name(said)
            } else {
                said.let_in
            }
        })
        .collect();
    let listed = match (allowed, has(Part::Allow)) {
        _ if strangers.contains(&Some(true)) => Some(false),
        (Some(false), _) => Some(false),
        _ if strangers.contains(&None) => None,
        (None, true) => None,
        _ => Some(true),
    };
    set("as_listed", listed, true);
    let wildcard = heard.iter().any(|said| said.wildcard);
    let some = |yes: bool| {
        // A no needs answers that show it.
        let known = yes || heard.iter().all(|said| said.let_in.is_some());
        known.then_some(yes)
    };
    set("wildcard", some(wildcard), true);
    set(
        "credentials",
        some(heard.iter().any(|said| said.credentials)),
        true,
    );
    let both = heard.iter().any(|said| said.credentials && said.wildcard);
    set("wildcard_credentials", some(both), true);
    match heard
        .iter()
        .filter_map(|said| said.varies)
        .reduce(|a, b| a && b)
    {
        Some(yes) => saw.values.set("varies", Value::Bool(yes)),
        None => saw.values.lacks("varies", "no answer names an origin"),
    }
    let let_in: Vec<&str> = heard
        .iter()
        .filter(|said| said.let_in == Some(true))
        .map(|said| said.origin.text.as_str())
        .collect();
    saw.summary = match let_in.as_slice() {
        [] => "no origin is let in".to_owned(),
        _ if wildcard => "every origin is let in".to_owned(),
        some => format!("lets in {}", some.join(", ")),
    };
    saw.values.set(
        "let_in",
        Value::List(let_in.into_iter().map(Value::text).collect()),
    );
    granted(heard, saw);
    let rows: Vec<[String; 5]> = heard.iter().map(|said| said.row(public)).collect();
    saw.note(
        "origins",
        json!({"columns": ["origin", "verdict", "wanted", "let in", "status"], "rows": rows}),
    );
}

/// What the preflight of the first origin that is to be let in says.
fn granted(heard: &[Said], saw: &mut Saw) {
    let Some(first) = heard.iter().find(|said| said.origin.part == Part::Allow) else {
        saw.values.lacks("methods", "`allow` lists no origin");
        saw.values.lacks("max_age", "`allow` lists no origin");
        return;
    };
    let methods = members(&first.preflight, &ACCESS_CONTROL_ALLOW_METHODS);
    saw.values.set(
        "methods",
        Value::List(methods.into_iter().map(Value::Text).collect()),
    );
    let age = first
        .preflight
        .get(ACCESS_CONTROL_MAX_AGE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.trim().parse::<i64>().ok());
    match age {
        Some(age) => saw
            .values
            .set("max_age", Value::Number(Quantity::whole(age, Unit::Second))),
        None => saw.values.lacks("max_age", "the preflight does not say"),
    }
}

impl Said {
    /// Whether it is let in or kept out as it should be. `public` is whether everyone may be let in
    /// by `*`. That the twin without TLS is let in is a warning: only an author who says so forbids
    /// it.
    fn verdict(&self, public: bool) -> &'static str {
        let Some(let_in) = self.let_in else {
            return "not known";
        };
        let wanted = match self.origin.part {
            Part::Allow => let_in,
            Part::Deny => !let_in,
            Part::Insecure if let_in && !self.wildcard => return "warn",
            _ => !let_in || public && self.wildcard,
        };
        if wanted { "pass" } else { "fail" }
    }

    fn row(&self, public: bool) -> [String; 5] {
        let let_in = match (self.let_in, self.wildcard, self.credentials) {
            (None, ..) => "not known",
            (Some(false), ..) => "kept out",
            (Some(true), true, _) => "let in as everyone",
            (Some(true), false, true) => "let in with credentials",
            (Some(true), false, false) => "let in",
        };
        let statuses: Vec<String> = self.statuses.iter().map(u16::to_string).collect();
        [
            self.origin.text.clone(),
            self.verdict(public).to_owned(),
            self.origin.part.wanted().to_owned(),
            let_in.to_owned(),
            format!("answered {}", statuses.join(" and ")),
        ]
    }
}

#[cfg(test)]
mod tests;
