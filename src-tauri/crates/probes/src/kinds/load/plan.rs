//! From a plan to what the engine of load does.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_core::probe::kinds::{Level, amount};
use countersign_core::probe::{Plan, PlanValue, route};
use countersign_load::{Capture, Found, HttpVersion, Pace, Plan as LoadPlan, Request, Step, Tls};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rust_decimal::prelude::ToPrimitive as _;
use url::Url;

use crate::kind::{Context, Obstacle};

fn millis(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

/// What the engine does for a plan, its secrets put in.
pub(super) fn load(plan: &Plan, context: &Context<'_>) -> Result<LoadPlan, Obstacle> {
    let amount = amount(plan).map_err(|wrong| Obstacle::broken(wrong.to_string()))?;
    let url = address(plan, context)?;
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(80);
    let authority = format!("{host}:{port}");
    let instead = plan
        .text("resolve")
        .and_then(|text| text.parse::<IpAddr>().ok())
        .map(|address| SocketAddr::new(address, port));
    let reached = instead.or_else(|| route(context.routes, host, port));
    let number = |decimal: rust_decimal::Decimal| decimal.to_f64().unwrap_or_default();
    let pace = match amount.pace {
        Level::Rate(rate) => Pace::Rate {
            per_second: number(rate),
        },
        Level::Users(users) => Pace::Users {
            users,
            think_ms: millis(amount.think),
        },
    };
    let approved = plan.hosts.iter().filter(|host| **host == authority);
    Ok(LoadPlan {
        requests: requests(plan, context, &url)?,
        variables: values(plan, context)?,
        approved: approved.cloned().collect(),
        addresses: reached
            .map(|address| (authority.clone(), address))
            .into_iter()
            .collect(),
        pace,
        ramp_ms: millis(amount.ramp),
        warm_up_ms: millis(amount.warm_up),
        steps: amount
            .steps
            .iter()
            .map(|(share, lasts)| Step {
                share: number(*share),
                lasts_ms: millis(*lasts),
            })
            .collect(),
        connections: amount.connections,
        http: match plan.text("http").as_deref() {
            Some("2") => HttpVersion::Http2,
            _ => HttpVersion::Http1,
        },
        tls: Tls {
            ca: certificates(plan, context)?,
            name: String::new(),
        },
        keep_alive: plan.fields.get("keep_alive") != Some(&PlanValue::Bool(false)),
        timeout_ms: millis(amount.patience),
    })
}

fn address(plan: &Plan, context: &Context<'_>) -> Result<Url, Obstacle> {
    let percent = |secret: &str| utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let text = match plan.fields.get("url") {
        Some(value) => context.fill(value, &percent)?,
        None => return Err(Obstacle::broken("there is no `url`")),
    };
    Url::parse(&text).map_err(|error| Obstacle::broken(format!("`url`: {error}")))
}

fn certificates(plan: &Plan, context: &Context<'_>) -> Result<String, Obstacle> {
    let Some(path) = context.pem(plan, "ca")? else {
        return Ok(String::new());
    };
    std::fs::read_to_string(&path)
        .map_err(|error| Obstacle::undecided(format!("`ca` cannot be read: {error}")))
}

/// The fields of every request: credentials first, what is written last.
fn common(plan: &Plan, context: &Context<'_>) -> Result<Vec<(String, String)>, Obstacle> {
    let mut fields = Vec::new();
    if let Some(token) = context.text(plan, "bearer")? {
        let value = format!("Bearer {}", token.as_str());
        fields.push(("Authorization".to_owned(), value));
    }
    if let Some(pair) = context.text(plan, "basic")? {
        let value = format!("Basic {}", STANDARD.encode(pair.as_bytes()));
        fields.push(("Authorization".to_owned(), value));
    }
    if let Some(headers) = plan.fields.get("headers") {
        add(&mut fields, headers, context)?;
    }
    Ok(fields)
}

/// Adds header fields; one that is there already is replaced.
fn add(
    fields: &mut Vec<(String, String)>,
    headers: &PlanValue,
    context: &Context<'_>,
) -> Result<(), Obstacle> {
    let PlanValue::Map(headers) = headers else {
        return Err(Obstacle::broken("`headers` is a mapping"));
    };
    for (name, value) in headers {
        let text = context.fill(value, &|secret| secret.to_owned())?;
        fields.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        fields.push((name.clone(), text.as_str().to_owned()));
    }
    Ok(())
}

fn requests(plan: &Plan, context: &Context<'_>, url: &Url) -> Result<Vec<Request>, Obstacle> {
    let fields = common(plan, context)?;
    let Some(PlanValue::List(several)) = plan.fields.get("requests") else {
        let mut request = Request {
            name: url.path().to_owned(),
            method: plan.text("method").unwrap_or_else(|| "GET".to_owned()),
            url: url.to_string(),
            headers: fields,
            body: String::new(),
            weight: 1,
            expected: statuses(plan.fields.get("status"))?,
            captures: Vec::new(),
        };
        set_body(&mut request, plan.fields.get("body"), context)?;
        return Ok(vec![request]);
    };
    several
        .iter()
        .map(|one| match one {
            PlanValue::Map(one) => of_several(one, context, url, &fields),
            _ => Err(Obstacle::broken("each of the `requests` is a mapping")),
        })
        .collect()
}

fn of_several(
    one: &BTreeMap<String, PlanValue>,
    context: &Context<'_>,
    url: &Url,
    fields: &[(String, String)],
) -> Result<Request, Obstacle> {
    let text = |name: &str| one.get(name).and_then(PlanValue::plain);
    let percent = |secret: &str| utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let path = match one.get("path") {
        Some(path) => context.fill(path, &percent)?,
        None => return Err(Obstacle::broken("one of the `requests` has no `path`")),
    };
    if !path.starts_with('/') || path.starts_with("//") {
        return Err(Obstacle::broken(format!(
            "`{}` is not a path on the server",
            path.as_str()
        )));
    }
    let mut headers = fields.to_vec();
    if let Some(own) = one.get("headers") {
        add(&mut headers, own, context)?;
    }
    let origin = url.origin().ascii_serialization();
    let mut request = Request {
        name: text("name").unwrap_or_else(|| path.as_str().to_owned()),
        method: text("method").unwrap_or_else(|| "GET".to_owned()),
        url: format!("{origin}{}", path.as_str()),
        headers,
        body: String::new(),
        weight: match text("weight") {
            Some(weight) => weight
                .parse()
                .map_err(|_| Obstacle::broken(format!("`{weight}` is no weight")))?,
            None => 1,
        },
        expected: statuses(one.get("status"))?,
        captures: captures(one.get("capture"))?,
    };
    set_body(&mut request, one.get("body"), context)?;
    Ok(request)
}

fn set_body(
    request: &mut Request,
    body: Option<&PlanValue>,
    context: &Context<'_>,
) -> Result<(), Obstacle> {
    match body {
        None => {}
        Some(text @ PlanValue::Text(_)) => {
            let text = context.fill(text, &|secret| secret.to_owned())?;
            text.as_str().clone_into(&mut request.body);
        }
        Some(value) => {
            request.body = super::super::http::json(value, context)?.to_string();
            let named = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
            if !request.headers.iter().any(named) {
                let field = ("Content-Type".to_owned(), "application/json".to_owned());
                request.headers.push(field);
            }
        }
    }
    Ok(())
}

fn statuses(written: Option<&PlanValue>) -> Result<Vec<u16>, Obstacle> {
    let list = match written {
        None => return Ok(Vec::new()),
        Some(PlanValue::List(list)) => list.clone(),
        Some(one) => vec![one.clone()],
    };
    list.iter()
        .map(|status| {
            let text = status.plain().unwrap_or_default();
            let number = text.parse().ok().filter(|n| (100..600).contains(n));
            number.ok_or_else(|| Obstacle::broken(format!("`{text}` is no status")))
        })
        .collect()
}

fn captures(written: Option<&PlanValue>) -> Result<Vec<Capture>, Obstacle> {
    let Some(PlanValue::Map(written)) = written else {
        return match written {
            None => Ok(Vec::new()),
            Some(_) => Err(Obstacle::broken("`capture` is a mapping")),
        };
    };
    written
        .iter()
        .map(|(name, from)| {
            let text = from.plain().unwrap_or_default();
            let from = match text.strip_prefix("header ") {
                Some(field) => Found::Header(field.trim().to_owned()),
                None if text.starts_with('/') => Found::Json(text),
                None => {
                    return Err(
                        Obstacle::broken(format!("`{text}` is nowhere in an answer"))
                            .hint("write a JSON Pointer such as `/token`, or `header X-Token`"),
                    );
                }
            };
            Ok(Capture {
                name: name.clone(),
                from,
            })
        })
        .collect()
}

fn values(plan: &Plan, context: &Context<'_>) -> Result<BTreeMap<String, Vec<String>>, Obstacle> {
    let Some(PlanValue::Map(values)) = plan.fields.get("values") else {
        return Ok(BTreeMap::new());
    };
    values
        .iter()
        .map(|(name, list)| {
            let PlanValue::List(list) = list else {
                return Err(Obstacle::broken("`values` is a mapping of lists"));
            };
            let texts = list.iter().map(|value| {
                let text = context.fill(value, &|secret| secret.to_owned())?;
                Ok(text.as_str().to_owned())
            });
            Ok((name.clone(), texts.collect::<Result<_, Obstacle>>()?))
        })
        .collect()
}
