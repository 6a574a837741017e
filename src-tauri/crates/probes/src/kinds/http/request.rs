//! From a plan to a request, and to the next one after a redirect.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use countersign_core::probe::{Part, Plan, PlanValue};
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, HeaderValue,
    PROXY_AUTHORIZATION, USER_AGENT,
};
use hyper::{HeaderMap, Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::kind::{Context, Obstacle};

/// A request with its secrets put in.
#[derive(Clone)]
pub(in crate::kinds) struct Request {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Names of the header fields that hold a secret and so stay with their host.
    guarded: Vec<HeaderName>,
    /// Whether the body holds a secret.
    guarded_body: bool,
}

fn has_secret(value: &PlanValue) -> bool {
    match value {
        PlanValue::Text(parts) => parts.iter().any(|part| !matches!(part, Part::Text(_))),
        PlanValue::List(items) => items.iter().any(has_secret),
        PlanValue::Map(entries) => entries.values().any(has_secret),
        PlanValue::Bool(_) | PlanValue::Integer(_) => false,
    }
}

fn plain(secret: &str) -> String {
    secret.to_owned()
}

fn usual_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(
        ACCEPT_ENCODING,
        HeaderValue::from_static("gzip, deflate, br"),
    );
    headers.insert(
        USER_AGENT,
        HeaderValue::from_static(concat!("countersign/", env!("CARGO_PKG_VERSION"))),
    );
    headers
}

/// Puts the request together.
pub(in crate::kinds) fn assemble(plan: &Plan, context: &Context<'_>) -> Result<Request, Obstacle> {
    let percent = |secret: &str| utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let address = match plan.fields.get("url") {
        Some(value) => context.fill(value, &percent)?,
        None => return Err(Obstacle::broken("there is no `url`")),
    };
    let url = Url::parse(&address).map_err(|error| Obstacle::broken(format!("`url`: {error}")))?;
    let method = plan.text("method").unwrap_or_else(|| "GET".to_owned());
    let method = Method::from_bytes(method.as_bytes())
        .map_err(|_| Obstacle::broken(format!("`{method}` is not a method")))?;
    let mut headers = usual_headers();
    let mut guarded = vec![AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION];
    if let Some(token) = context.text(plan, "bearer")? {
        let text = format!("Bearer {}", token.as_str());
        headers.insert(AUTHORIZATION, sensitive("bearer", &text)?);
    }
    if let Some(pair) = context.text(plan, "basic")? {
        let text = format!("Basic {}", STANDARD.encode(pair.as_bytes()));
        headers.insert(AUTHORIZATION, sensitive("basic", &text)?);
    }
    let (body, kind) = content(plan, context)?;
    if let Some(kind) = kind {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    if let Some(PlanValue::Map(entries)) = plan.fields.get("headers") {
        for (name, value) in entries {
            let field = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| Obstacle::broken(format!("`{name}` is not a header's name")))?;
            let text = context.fill(value, &plain)?;
            if has_secret(value) {
                guarded.push(field.clone());
                headers.insert(field, sensitive(name, &text)?);
            } else {
                let value = HeaderValue::from_bytes(text.as_bytes())
                    .map_err(|_| Obstacle::broken(format!("the header `{name}` cannot be sent")))?;
                headers.insert(field, value);
            }
        }
    }
    Ok(Request {
        method,
        url,
        headers,
        body,
        guarded,
        guarded_body: plan.fields.get("body").is_some_and(has_secret),
    })
}

fn sensitive(name: &str, text: &str) -> Result<HeaderValue, Obstacle> {
    let mut value = HeaderValue::from_bytes(text.as_bytes())
        .map_err(|_| Obstacle::broken(format!("`{name}` holds what a header cannot carry")))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The body and its type: a mapping or a list is JSON, text is sent as it is.
fn content(plan: &Plan, context: &Context<'_>) -> Result<(Bytes, Option<&'static str>), Obstacle> {
    match plan.fields.get("body") {
        None => Ok((Bytes::new(), None)),
        Some(text @ PlanValue::Text(_)) => {
            let text = context.fill(text, &plain)?;
            Ok((Bytes::copy_from_slice(text.as_bytes()), None))
        }
        Some(value) => {
            let json = json(value, context)?;
            Ok((Bytes::from(json.to_string()), Some("application/json")))
        }
    }
}

/// A value as JSON, its secrets put in.
pub(in crate::kinds) fn json(
    value: &PlanValue,
    context: &Context<'_>,
) -> Result<serde_json::Value, Obstacle> {
    Ok(match value {
        PlanValue::Bool(b) => (*b).into(),
        PlanValue::Integer(n) => (*n).into(),
        PlanValue::Text(_) => context.fill(value, &plain)?.as_str().into(),
        PlanValue::List(items) => items
            .iter()
            .map(|item| json(item, context))
            .collect::<Result<Vec<_>, _>>()?
            .into(),
        PlanValue::Map(entries) => serde_json::Value::Object(
            entries
                .iter()
                .map(|(key, value)| Ok((key.clone(), json(value, context)?)))
                .collect::<Result<_, Obstacle>>()?,
        ),
    })
}

impl Request {
    /// A request without a body, whose address may hold a signature.
    pub fn bare(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: usual_headers(),
            body: Bytes::new(),
            guarded: Vec::new(),
            guarded_body: false,
        }
    }

    /// The request that a redirect asks for. To another host, scheme or port go neither
    /// credentials nor any header that holds a secret, and a body with a secret does not go at all;
    /// nothing follows from `https` to `http`.
    pub fn follow(self, next: Url, status: StatusCode) -> Result<Self, Obstacle> {
        if !matches!(next.scheme(), "http" | "https") {
            return Err(Obstacle::refused(format!(
                "it redirects to {next}, which is not HTTP"
            )));
        }
        if self.url.scheme() == "https" && next.scheme() == "http" {
            return Err(Obstacle::refused(format!(
                "it redirects from https to http, to {next}"
            )));
        }
        // RFC 9110, section 15.4: 303 always asks with GET, and user agents do so after 301 and 302
        // to a POST.
        let becomes_get = status == StatusCode::SEE_OTHER
            || (matches!(status.as_u16(), 301 | 302) && self.method == Method::POST);
        let same = self.url.origin() == next.origin();
        let mut headers = self.headers;
        if !same {
            for name in &self.guarded {
                headers.remove(name);
            }
        }
        let (method, body) = if becomes_get && self.method != Method::HEAD {
            headers.remove(CONTENT_TYPE);
            (Method::GET, Bytes::new())
        } else {
            if !same && self.guarded_body {
                return Err(Obstacle::refused(format!(
                    "it redirects a body with a secret to another host, {next}"
                )));
            }
            (self.method, self.body)
        };
        Ok(Self {
            method,
            url: next,
            headers,
            body,
            ..self
        })
    }
}
