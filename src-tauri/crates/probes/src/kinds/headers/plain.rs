//! Where the plain address of a site leads.

use std::time::Duration;

use countersign_core::probe::{Plan, PlanValue, Verdict};
use hyper::Method;
use tokio::time::timeout;
use url::Url;

use super::super::http::{Request, Way, ask, redirect};
use crate::kind::{Context, Obstacle, Saw};

/// The most redirects that are followed.
const MOST_HOPS: usize = 5;

/// Follows the plain address and says what it leads to, in the Observatory's words; or why nobody
/// knows.
///
/// # Errors
/// When the plan makes no sense.
pub(super) async fn look(
    plan: &Plan,
    context: &Context<'_>,
) -> Result<Result<&'static str, String>, Obstacle> {
    let begins = address(plan)?;
    // A host that drops what comes to this port is waited for with what time is left, less enough
    // to say so.
    let most = context.left() * 2 / 3;
    let mut way = Way::of(plan, context)?;
    way.identity = None;
    Ok(match timeout(most, follow(begins, way, context)).await {
        Ok(found) => found,
        Err(_) => Err(format!(
            "the plain address did not answer within {} s",
            most.max(Duration::from_secs(1)).as_secs()
        )),
    })
}

fn address(plan: &Plan) -> Result<Url, Obstacle> {
    let wrong = |error: url::ParseError| Obstacle::broken(format!("the plain address: {error}"));
    if let Some(text) = plan.text("plain") {
        return Url::parse(&text).map_err(wrong);
    }
    let shown = plan.fields.get("url").map(PlanValue::shown);
    let mut url = Url::parse(&shown.unwrap_or_default()).map_err(wrong)?;
    if url.scheme() == "https" {
        // Neither fails for an address that has a host.
        let _ = url.set_port(None);
        let _ = url.set_scheme("http");
    }
    url.set_path("/");
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

async fn follow(begins: Url, mut way: Way, context: &Context<'_>) -> Result<&'static str, String> {
    let mut at = begins.clone();
    let mut second: Option<Url> = None;
    for hop in 0..=MOST_HOPS {
        let mut own = Saw::default();
        let request = Request::bare(Method::GET, at.clone());
        let head = match ask(&request, &way, context, &mut own).await {
            Ok(head) => head,
            // Nothing listens there.
            Err(obstacle) if hop == 0 && obstacle.verdict == Verdict::Fail && !own.reached => {
                return Ok("redirection-not-needed-no-http");
            }
            Err(obstacle)
                if obstacle.verdict == Verdict::Fail && obstacle.what.contains("certificate") =>
            {
                return Ok("redirection-invalid-cert");
            }
            Err(obstacle) => {
                return Err(format!(
                    "where {begins} leads is not known: {}",
                    obstacle.what
                ));
            }
        };
        let Some(next) = redirect(&at, head.status, &head.headers) else {
            return Ok(judge(&begins, second.as_ref(), &at));
        };
        if !matches!(next.scheme(), "http" | "https") {
            return Ok("redirection-not-to-https");
        }
        if next.origin() != at.origin() && next.host_str() != at.host_str() {
            way = way.elsewhere();
        }
        second.get_or_insert_with(|| next.clone());
        at = next;
    }
    Err(format!("{begins} redirects more than {MOST_HOPS} times"))
}

fn judge(begins: &Url, second: Option<&Url>, ends: &Url) -> &'static str {
    match second {
        None => "redirection-missing",
        Some(_) if ends.scheme() != "https" => "redirection-not-to-https",
        Some(second) if second.scheme() == "http" => {
            "redirection-not-to-https-on-initial-redirection"
        }
        Some(second) if second.host_str() != begins.host_str() => "redirection-off-host-from-http",
        Some(_) => "redirection-to-https",
    }
}
