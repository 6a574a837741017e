//! The application that the seeds' checklists speak of: the endpoints they name, a WebSocket that
//! echoes, and answers that are wrong where a fault says so.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::{TimeDelta, Utc};
use futures::{SinkExt as _, StreamExt as _};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{
    AUTHORIZATION, CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, UPGRADE,
};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::series::{HEALTHY, MACHINE, Series, changed, page, past};

/// The token that the application knows.
pub const TOKEN: &str = "stage-token-7f3a9c21";
/// A token that the application knows and that may do little.
pub const LIMITED_TOKEN: &str = "stage-limited-token-551b";
/// The release that is deployed.
pub const RELEASE: &str = "2.4.0";
/// The origins that may use the API from a browser.
pub const ORIGINS_ALLOWED: [&str; 2] = ["https://hub.test", "https://dashboard.hub.test"];

/// What the application answers to one request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Header fields.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
    /// How long it takes.
    pub delay: Duration,
}

impl Answer {
    /// A JSON document.
    #[must_use]
    pub fn json(status: u16, body: &str) -> Self {
        Self::typed(status, "application/json", body)
    }

    /// A document of some type.
    #[must_use]
    pub fn typed(status: u16, kind: &str, body: &str) -> Self {
        Self {
            status,
            headers: vec![("content-type", kind.to_owned())],
            body: body.to_owned(),
            delay: Duration::ZERO,
        }
    }

    /// The same, with a header field.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The same, without a header field.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    /// The same, after a while.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// An answer that differs from the healthy one.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// The host that was asked.
    pub host: &'static str,
    /// The path, after a method where only that is meant, or `?` and a part of the query.
    pub path: &'static str,
    /// How.
    pub how: How,
}

impl Wrong {
    fn bears_on(&self, method: &Method, path: &str, query: &str) -> bool {
        if let Some(part) = self.path.strip_prefix('?') {
            return query.contains(part);
        }
        match self.path.split_once(' ') {
            Some((of, at)) => of == method.as_str() && at == path,
            None => self.path == path,
        }
    }
}

/// How an answer differs from the healthy one.
#[derive(Clone, Debug)]
pub enum How {
    /// It is another one.
    Instead(Answer),
    /// It lacks a header field.
    Without(&'static str),
    /// It has a header field of this value.
    With(&'static str, &'static str),
    /// It comes after so many milliseconds.
    Late(u64),
    /// Everybody is let in.
    Unguarded,
    /// The sync is ten minutes behind.
    Slipped,
    /// Any origin is allowed, as it was asked for, with credentials.
    Reflects,
    /// The WebSocket closes instead of answering.
    Mute,
}

/// What an application knows.
struct Knows {
    wrong: Vec<Wrong>,
    series: Vec<Series>,
    machine: Vec<Series>,
    began: Instant,
    scrapes: AtomicU32,
}

/// The application. It ends with the runtime that it was started in.
pub struct App {
    /// Its port on the loopback interface.
    pub port: u16,
    knows: Arc<Knows>,
}

impl App {
    /// Starts it on a free port, with wrong answers and with changed series.
    pub fn start(runtime: &Handle, wrong: &[Wrong], changes: &[Series]) -> Self {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let listener = runtime
            .block_on(bound)
            .expect("a port of the loopback interface");
        let port = listener.local_addr().expect("a bound port").port();
        let (machine, own): (Vec<Series>, Vec<Series>) = changes
            .iter()
            .partition(|(name, _)| name.starts_with("node_"));
        let knows = Arc::new(Knows {
            wrong: wrong.to_vec(),
            series: changed(HEALTHY, &own),
            machine: changed(MACHINE, &machine),
            began: Instant::now(),
            scrapes: AtomicU32::new(0),
        });
        let shared = Arc::clone(&knows);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let knows = Arc::clone(&shared);
                let service = service_fn(move |request| serve(request, Arc::clone(&knows)));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .with_upgrades(),
                );
            }
        });
        Self { port, knows }
    }

    /// What would have been scraped before it began, at one of its pages, as OpenMetrics.
    #[must_use]
    pub fn past(&self, path: &str, labels: &str) -> String {
        let series = if path == "/metrics" {
            &self.knows.series
        } else {
            &self.knows.machine
        };
        let age = TimeDelta::from_std(self.knows.began.elapsed()).unwrap_or_default();
        past(series, labels, Utc::now() - age)
    }

    /// How often its own series were read.
    #[must_use]
    pub fn scrapes(&self) -> u32 {
        self.knows.scrapes.load(Ordering::Relaxed)
    }
}

async fn serve(
    request: Request<Incoming>,
    knows: Arc<Knows>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let host = header(request.headers(), HOST);
    let host = host.split(':').next().unwrap_or_default();
    let path = request.uri().path();
    let query = request.uri().query().unwrap_or_default();
    let wrong = knows
        .wrong
        .iter()
        .find(|wrong| wrong.host == host && wrong.bears_on(request.method(), path, query))
        .map(|wrong| &wrong.how);
    if path == "/ws" && header(request.headers(), UPGRADE).eq_ignore_ascii_case("websocket") {
        match wrong {
            None => return Ok(upgraded(request, true)),
            Some(How::Mute) => return Ok(upgraded(request, false)),
            Some(_) => {}
        }
    }
    let mut answer = match wrong {
        Some(How::Instead(answer)) => answer.clone(),
        _ => healthy(
            request.method(),
            host,
            path,
            request.headers(),
            &knows,
            matches!(wrong, Some(How::Unguarded)),
        ),
    };
    match wrong {
        Some(How::Without(name)) => answer = answer.without(name),
        Some(How::With(name, value)) => answer = answer.without(name).with(name, value),
        Some(How::Late(milliseconds)) => answer.delay = Duration::from_millis(*milliseconds),
        Some(How::Slipped) => {
            let late = r#""lag_seconds":600"#;
            answer.body = answer.body.replace(r#""lag_seconds":3"#, late);
        }
        Some(How::Reflects) => {
            let origin = header(request.headers(), ORIGIN);
            let name = "access-control-allow-origin";
            answer = answer.without(name).with(name, &origin);
            answer = answer.with("access-control-allow-credentials", "true");
        }
        _ => {}
    }
    tokio::time::sleep(answer.delay).await;
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    for (name, value) in &answer.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response
                .headers_mut()
                .append(HeaderName::from_static(name), value);
        }
    }
    Ok(response)
}

fn header(headers: &HeaderMap, name: HeaderName) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// What a healthy deployment answers.
fn healthy(
    method: &Method,
    host: &str,
    path: &str,
    headers: &HeaderMap,
    knows: &Knows,
    everybody: bool,
) -> Answer {
    let origin = header(headers, ORIGIN);
    let allowed = ORIGINS_ALLOWED.contains(&origin.as_str());
    let credentials = if everybody {
        format!("Bearer {TOKEN}")
    } else {
        header(headers, AUTHORIZATION)
    };
    let seconds = knows.began.elapsed().as_secs_f64();
    let metrics =
        |series: &[Series]| Answer::typed(200, "text/plain; version=0.0.4", &page(series, seconds));
    let answer = match (method.as_str(), path) {
        ("OPTIONS", _) if allowed => Answer::typed(204, "text/plain", "")
            .with("access-control-allow-methods", "GET, POST")
            .with(
                "access-control-allow-headers",
                "authorization, content-type",
            )
            .with("access-control-max-age", "600"),
        ("OPTIONS", _) => Answer::typed(204, "text/plain", ""),
        ("GET", "/metrics") => {
            knows.scrapes.fetch_add(1, Ordering::Relaxed);
            metrics(&knows.series)
        }
        ("GET", "/machine/metrics") => metrics(&knows.machine),
        _ => asked(method.as_str(), host, path, &credentials),
    };
    let answer = answer.with("x-ratelimit-limit", "600");
    if allowed {
        answer
            .with("access-control-allow-origin", &origin)
            .with("vary", "Origin")
    } else {
        answer
    }
}

/// What one must be somebody for, and what anybody may read.
fn asked(method: &str, host: &str, path: &str, credentials: &str) -> Answer {
    let ok = |body: &str| Answer::json(200, body);
    let who =
        || Answer::json(401, r#"{"error":"who are you?"}"#).with("www-authenticate", "Bearer");
    let known = credentials == format!("Bearer {TOKEN}");
    let release =
        format!(r#"{{"status":"ok","version":"{RELEASE}","database":"ok","redis":"ok"}}"#);
    let html =
        "<!doctype html><html lang=en><title>Hub</title><img loading=\"lazy\" src=logo.png>\n";
    match (host, path) {
        ("grafana.hub.test", "/api/health") => ok(r#"{"database":"ok","version":"12.1.0"}"#),
        ("grafana.hub.test", "/api/search") if known => ok(r#"[{"uid":"hub","title":"Hub"}]"#),
        ("sentry.hub.test", "/_health/") => Answer::typed(200, "text/plain", "ok"),
        (
            "status.hub.test",
            "/api/v2/scheduled-maintenances/upcoming.json"
            | "/api/v2/scheduled-maintenances/active.json",
        ) => ok(
            r#"{"scheduled_maintenances":[{"name":"2.4.0","scheduled_until":"2026-11-24T20:00:00Z"}]}"#,
        ),
        ("github.partner.test", "/") => ok(r#"{"current_user_url":"/user"}"#),
        ("github.partner.test", "/search/issues") if known => {
            ok(r#"{"total_count":0,"incomplete_results":false,"items":[]}"#)
        }
        ("github.partner.test", "/repos/hub/hub/releases/tags/v2.4.0") => {
            ok(r#"{"draft":false,"body":"What is new in 2.4.0"}"#)
        }
        ("rdap.registry.test", "/domain/hub.test") => registration(300, "active"),
        ("stripe.partner.test", "/healthcheck") => Answer::typed(200, "text/plain", "ok"),
        ("stripe.partner.test", "/v1/balance") if known => ok(r#"{"object":"balance"}"#),
        ("ai.partner.test", "/v1beta/models") => ok(r#"{"models":[{"name":"models/small"}]}"#),
        (_, "/api/sync/status" | "/api/me") if known => {
            ok(r#"{"status":"ok","lag_seconds":3,"records":1834}"#)
        }
        (_, "/api/sync/status") if credentials == format!("Bearer {LIMITED_TOKEN}") => {
            Answer::json(403, r#"{"error":"not for you"}"#)
        }
        (_, "/api/sync") if method == "POST" && known => Answer::json(202, r#"{"accepted":true}"#),
        (_, "/login") if method == "POST" => {
            Answer::typed(403, "text/plain", "the form has no token")
        }
        (_, "/auth/google") => Answer::typed(302, "text/plain", "").with(
            "location",
            "https://accounts.google.com/o/oauth2/v2/auth?client_id=hub",
        ),
        (_, "/health") => ok(&release),
        (_, "/openapi.json") => ok(&format!(
            r#"{{"openapi":"3.1.0","info":{{"title":"Hub","version":"{RELEASE}"}},"paths":{{}}}}"#
        )),
        (_, "/maintenance") => {
            Answer::typed(503, "text/html", "<h1>Back soon</h1>").with("retry-after", "600")
        }
        (_, "/logo.png") => Answer::typed(200, "image/png", "not really a picture")
            .with("cache-control", "public, max-age=31536000, immutable"),
        (_, "/app.js") => Answer::typed(200, "application/javascript", &"let hub=1;".repeat(100))
            .with("cache-control", "public, max-age=31536000, immutable"),
        (_, "/") => Answer::typed(200, "text/html; charset=utf-8", &html.repeat(40))
            .with("cache-control", "public, max-age=300")
            .with(
                "set-cookie",
                "session=1; Path=/; Secure; HttpOnly; SameSite=Lax",
            ),
        (_, path) if path.starts_with("/api/") || host.ends_with(".partner.test") => who(),
        _ => Answer::json(404, r#"{"error":"not found"}"#),
    }
}

/// What the registry says of the deployment's domain (RFC 9083): for how many days it is paid, and
/// a state besides the lock against transfers.
#[must_use]
pub fn registration(days: i64, state: &str) -> Answer {
    let ends = (Utc::now() + TimeDelta::days(days)).to_rfc3339();
    let body = format!(
        r#"{{"objectClassName":"domain","ldhName":"hub.test","status":["{state}","client transfer prohibited"],"events":[{{"eventAction":"expiration","eventDate":"{ends}"}}],"secureDNS":{{"delegationSigned":true}}}}"#
    );
    Answer::typed(200, "application/rdap+json", &body)
}

/// Answers the handshake (RFC 6455, section 4.2) and sends every message back, or hangs up.
fn upgraded(mut request: Request<Incoming>, echoes: bool) -> Response<Full<Bytes>> {
    let key = request
        .headers()
        .get("sec-websocket-key")
        .map(|key| derive_accept_key(key.as_bytes()))
        .unwrap_or_default();
    tokio::spawn(async move {
        let Ok(stream) = hyper::upgrade::on(&mut request).await else {
            return;
        };
        let stream = TokioIo::new(stream);
        let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
        while let Some(Ok(message)) = socket.next().await {
            if message.is_close() || !echoes {
                break;
            }
            if (message.is_text() || message.is_binary()) && socket.send(message).await.is_err() {
                break;
            }
        }
    });
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(key) = HeaderValue::from_str(&key) {
        headers.insert("sec-websocket-accept", key);
    }
    response
}
