//! Faults of what is reached over HTTP.

use countersign_tests::stage::app::{Answer, How};
use countersign_tests::stage::authority::Flaw;
use countersign_tests::stage::nginx;

use crate::fault::{Break, Fault, answers, before, certificate, fault};

const API: &str = "api.hub.test";
const STAGING: &str = "staging.hub.test";
const SITE: &str = "hub.test";
const CDN: &str = "cdn.hub.test";
const STATUS: &str = "status.hub.test";
const GRAFANA: &str = "grafana.hub.test";
const GITHUB: &str = "github.partner.test";
const STRIPE: &str = "stripe.partner.test";
const DASHBOARD: &str = "dashboard.hub.test";

/// All of them.
pub fn faults() -> Vec<Fault> {
    let groups = [api(), pages(), partners(), certificates()];
    groups.into_iter().flatten().collect()
}

fn says(status: u16, body: &str) -> How {
    How::Instead(Answer::json(status, body).with("x-ratelimit-limit", "600"))
}

fn html(body: &str) -> How {
    How::Instead(
        Answer::typed(200, "text/html", &body.repeat(40)).with("cache-control", "max-age=300"),
    )
}

#[rustfmt::skip]
fn api() -> Vec<Fault> {
    let healthy = |version: &str, database: &str, redis: &str| {
        let body = format!(
            r#"{{"status":"ok","version":"{version}","database":"{database}","redis":"{redis}"}}"#
        );
        says(200, &body)
    };
    let status = "/api/sync/status";
    let me = "/api/me";
    vec![
        fault("API: nobody listens", Break::Closed(&["api.hub.test:443"])).at("api.hub.test:443").dead().red("h 2.1.1"),
        fault("API: /health says 500", answers(API, "/health", says(500, "{}"))).red("b 1.3.1, b 2.2.5, b 3.1.1, b 3.2.2, b 4.1.1, b 4.1.3, b 8.3.1, b 10.1.9, h 2.1.6, h 4.2.1, h 5.2.6, h 5.2.8, h 6.1.1"),
        fault("API: /health has an empty body", answers(API, "/health", says(200, ""))).red("b 2.2.5, b 4.1.1, b 8.3.1, h 5.2.6, h 5.2.8"),
        fault("API: /health is a login page", answers(API, "/health", html("<p>Log in"))).red("b 2.2.5, b 4.1.1, b 8.3.1, h 5.2.6, h 5.2.8"),
        fault("API: /health takes 0.8 s", answers(API, "/health", How::Late(800))).red("b 3.1.1, b 4.1.1, h 2.1.6, h 5.2.8, h 6.1.1"),
        fault("API: /health takes 2.2 s", answers(API, "/health", How::Late(2200))).red("b 3.1.1, b 4.1.1, b 4.1.3, h 2.1.6, h 5.2.8, h 6.1.1"),
        fault("API: its database is down", answers(API, "/health", healthy("2.4.0", "down", "ok"))).red("b 2.2.5"),
        fault("API: its cache is down", answers(API, "/health", healthy("2.4.0", "ok", "down"))).red("b 2.2.5"),
        fault("API: the old version is deployed", answers(API, "/health", healthy("2.3.0", "ok", "ok"))).red("b 8.3.1, h 5.2.6"),
        fault("API: as many requests as one likes", before(nginx::Fault { unlimited: true, ..nginx::Fault::default() })).red("b 10.1.4, h 4.2.4"),
        fault("API: who asked too often is not told until when", before(nginx::Fault { no_retry_after: true, ..nginx::Fault::default() })).red("b 10.1.4, h 4.2.4"),
        fault("API: any origin is allowed", answers(API, me, How::Reflects)).red("h 4.1.8"),
        fault("API: every page may read", answers(API, me, How::With("access-control-allow-origin", "*"))).red("h 4.1.8"),
        fault("API: the dashboard is not let in", answers(API, me, How::Without("access-control-allow-origin"))).red("h 4.1.8"),
        fault("API: a preflight is refused", answers(API, "OPTIONS /api/me", says(403, "{}"))).red("h 4.1.8"),
        fault("API: caches may mix up origins", answers(API, me, How::Without("vary"))).red("h 4.1.8"),
        fault("API: a page for debugging answers", answers(API, "/debug/pprof/", html("<p>goroutine"))).red("b 10.1.9"),
        fault("API: the WebSocket is refused", answers(API, "/ws", says(426, "{}"))).red("h 4.2.2, h 6.1.6, k 1.2.2"),
        fault("API: the WebSocket hangs up", answers(API, "/ws", How::Mute)).red("h 4.2.2, h 6.1.6, k 1.2.2"),
        fault("API: its description is an old one", answers(API, "/openapi.json", says(200, r#"{"info":{"version":"2.3.0"}}"#))).red("b 1.2.2, h 6.1.1"),
        fault("API: the sync status says 500", answers(API, status, says(500, "{}"))).red("b 3.2.2, b 4.1.3, b 4.3.1, b 10.1.5, b 10.1.6"),
        fault("API: the sync is ten minutes behind", answers(API, status, How::Slipped)).red("b 4.3.1"),
        fault("API: the sync status is not JSON", answers(API, status, How::With("content-type", "text/html"))).red("b 4.1.3"),
        fault("API: everybody may read the sync status", answers(API, status, How::Unguarded)).red("b 10.1.5, b 10.1.6"),
        fault("API: a sync cannot be triggered", answers(API, "POST /api/sync", says(500, "{}"))).red("b 3.2.2"),
        fault("API: no metrics", answers(API, "/metrics", says(404, "{}"))).red("b 3.1.4, b 3.2.2, b 4.1.3, h 3.1.5"),
        fault("API: the metrics are empty", answers(API, "/metrics", says(200, ""))).red("b 3.1.4, h 3.1.5"),
        fault("API: nobody can log in", answers(API, me, says(500, "{}"))).red("h 4.1.8, h 6.1.2"),
        fault("API: everybody is let in", answers(API, me, How::Unguarded)).red("h 6.1.2"),
        fault("API: OAuth leads elsewhere", answers(API, "/auth/google", How::With("location", "https://accounts.google.test/"))).red("h 6.1.3"),
        fault("API: the token is not known", Break::Secret("TOKEN")).red("b 3.2.2, b 4.1.3, b 4.3.1, h 6.1.2"),
        fault("API: the limited token is not known", Break::Secret("LIMITED_TOKEN")).red("b 10.1.6"),
        fault("API: plain HTTP is served", before(nginx::Fault { plain_http: true, ..nginx::Fault::default() })).red("b 10.1.7, b 10.1.8"),
        fault("staging: nobody listens", Break::Closed(&["staging.hub.test:443"])).at("staging.hub.test:443").dead().red("h 2.1.2"),
        fault("staging: the old version is deployed", answers(STAGING, "/health", healthy("2.3.0", "ok", "ok"))).red("b 3.2.1, h 5.2.2"),
        fault("staging: /health takes 1.3 s", answers(STAGING, "/health", How::Late(1300))).red("h 5.2.3"),
        fault("blue does not run", Break::Closed(&["blue.hub.test:443"])).red("b 3.3.1"),
        fault("green says 503", answers("green.hub.test", "/health", says(503, "{}"))).red("b 3.3.1"),
    ]
}

#[rustfmt::skip]
fn pages() -> Vec<Fault> {
    let header = |name: &'static str| before(nginx::Fault { without_header: Some(name), ..nginx::Fault::default() });
    let upcoming = "/api/v2/scheduled-maintenances/upcoming.json";
    vec![
        fault("site: nobody listens", Break::Closed(&["hub.test:443"])).at("hub.test:443").dead(),
        fault("site: its page is gone", answers(SITE, "/", says(404, "{}"))).red("b 4.1.2, b 10.1.3, b 10.1.8, b 10.1.9, b 11.1.4, b 11.1.6"),
        fault("site: no HSTS", header("strict-transport-security")).red("b 10.1.8"),
        fault("site: types are sniffed", header("x-content-type-options")).red("b 10.1.8"),
        fault("site: no content policy", header("content-security-policy")).red("b 10.1.8"),
        fault("site: its cookie goes over plain HTTP", answers(SITE, "/", How::With("set-cookie", "session=1; Path=/; HttpOnly; SameSite=Lax"))).red("b 10.1.3, b 10.1.8"),
        fault("site: every page may act for who is logged in", answers(SITE, "/", How::Reflects)).red("b 10.1.3, b 10.1.8"),
        fault("site: its variables are served", answers(SITE, "/.env", How::Instead(Answer::typed(200, "text/plain", "JWT_SECRET=x\n")))).red("b 10.1.9"),
        fault("site: its repository is served", answers(SITE, "/.git/HEAD", How::Instead(Answer::typed(200, "text/plain", "ref: refs/heads/main\n")))).red("b 10.1.9"),
        fault("site: nothing is compressed", before(nginx::Fault { uncompressed: true, ..nginx::Fault::default() })).red("b 11.1.4"),
        fault("site: pictures load at once", answers(SITE, "/", html("<p>Hub<img src=logo.png>"))).red("b 11.1.6"),
        fault("site: a form without its token is taken", answers(SITE, "POST /login", says(200, "{}"))).red("b 10.1.3"),
        fault("site: no maintenance page", answers(SITE, "/maintenance", says(404, "{}"))).red("h 5.1.2"),
        fault("site: the maintenance page is empty", answers(SITE, "/maintenance", html(""))).red("h 5.1.2"),
        fault("CDN: nobody listens", Break::Closed(&["cdn.hub.test:443"])).at("cdn.hub.test:443").dead(),
        fault("CDN: nothing says how long", answers(CDN, "/", How::Without("cache-control"))).red("b 11.1.3, h 2.1.7"),
        fault("CDN: it says 500", answers(CDN, "/", says(500, "{}"))).red("b 11.1.3, h 2.1.7, h 4.2.3"),
        fault("CDN: the script is not cached", answers(CDN, "/app.js", How::With("cache-control", "no-store"))).red("b 11.1.2"),
        fault("CDN: the script is as it was written", answers(CDN, "/app.js", html("let hub = 1;\n    hub += 1;\n"))).red("b 11.1.5"),
        fault("CDN: the picture is a page", answers(CDN, "/logo.png", html("<p>Not found"))).red("h 7.1.4"),
        fault("CDN: the picture is empty", answers(CDN, "/logo.png", How::Instead(Answer::typed(200, "image/png", "")))).red("h 7.1.4"),
        fault("dashboard: its page is gone", answers(DASHBOARD, "/", says(404, "{}"))).red("h 5.3.3"),
        fault("dashboard: nothing says how long", answers(DASHBOARD, "/", How::Without("cache-control"))).red("h 5.3.3"),
        fault("status page: it hangs", Break::Silent("status.hub.test:443")).at("status.hub.test:443"),
        fault("status page: nothing is announced", answers(STATUS, upcoming, says(200, r#"{"scheduled_maintenances":[]}"#))).red("b 8.1.1, b 8.1.2"),
        fault("status page: no end is announced", answers(STATUS, upcoming, says(200, r#"{"scheduled_maintenances":[{"name":"2.4.0"}]}"#))).red("b 8.1.2"),
        fault("status page: nothing is going on", answers(STATUS, "/api/v2/scheduled-maintenances/active.json", says(200, r#"{"scheduled_maintenances":[]}"#))).red("b 8.2.1"),
        fault("Grafana: its database fails", answers(GRAFANA, "/api/health", says(200, r#"{"database":"failing"}"#))).red("b 12.1.5, h 2.3.2"),
        fault("Grafana: no dashboard", answers(GRAFANA, "/api/search", says(200, "[]"))).red("b 12.1.5"),
        fault("Sentry says 500", answers("sentry.hub.test", "/_health/", says(500, "{}"))).red("h 2.3.1"),
    ]
}

#[rustfmt::skip]
fn partners() -> Vec<Fault> {
    let release = "/repos/hub/hub/releases/tags/v2.4.0";
    let one = says(200, r#"{"total_count":1,"incomplete_results":false}"#);
    vec![
        fault("GitHub says 503", answers(GITHUB, "/", says(503, "{}"))).red("b 3.2.3, b 4.3.5, b 5.1.1, b 13.1.5"),
        fault("GitHub takes 2.3 s", answers(GITHUB, "/", How::Late(2300))).red("b 5.1.1"),
        fault("GitHub: the release is a draft", answers(GITHUB, release, says(200, r#"{"draft":true,"body":"What is new"}"#))).red("b 8.3.2"),
        fault("GitHub: no release", answers(GITHUB, release, says(404, "{}"))).red("b 8.3.2"),
        fault("GitHub: a critical bug is open", answers(GITHUB, "?label:critical", one.clone())).red("h 1.1.1"),
        fault("GitHub: an urgent bug is open", answers(GITHUB, "?label:high-priority", one)).red("h 1.1.2"),
        fault("GitHub: not all bugs were searched", answers(GITHUB, "/search/issues", says(200, r#"{"total_count":0,"incomplete_results":true}"#))).red("h 1.1.1, h 1.1.2"),
        fault("Stripe says 500", answers(STRIPE, "/healthcheck", says(500, "{}"))).red("b 3.2.3, b 4.3.5, b 5.1.2, b 13.1.5"),
        fault("Stripe does not know the key", Break::Secret("STRIPE_KEY")).red("b 4.3.3"),
        fault("AI Studio has no models", answers("ai.partner.test", "/v1beta/models", says(200, r#"{"models":[]}"#))).red("b 4.3.2"),
    ]
}

#[rustfmt::skip]
fn certificates() -> Vec<Fault> {
    vec![
        fault("the API's certificate has expired", certificate(API, Flaw::Expired)).at("api.hub.test:443").red("b 1.3.5, b 10.1.7, h 2.2.1, h 2.2.2"),
        fault("the API's certificate is for another name", certificate(API, Flaw::OtherName)).at("api.hub.test:443"),
        fault("the API's certificate signs itself", certificate(API, Flaw::SelfSigned)).at("api.hub.test:443"),
        fault("the API's certificate ends in 20 days", certificate(API, Flaw::EndsSoon)).red("b 1.3.5, h 2.2.2"),
        fault("the dashboard's certificate has expired", certificate(DASHBOARD, Flaw::Expired)).red("h 5.3.3, h 5.3.5"),
        fault("the dashboard's certificate is for another name", certificate(DASHBOARD, Flaw::OtherName)).red("h 5.3.3, h 5.3.5"),
        fault("the dashboard's certificate signs itself", certificate(DASHBOARD, Flaw::SelfSigned)).red("h 5.3.3, h 5.3.5"),
    ]
}
