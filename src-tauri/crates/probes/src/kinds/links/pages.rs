//! Asking for web pages, only of the hosts in the approved plan.

use std::collections::{BTreeMap, BTreeSet};

use countersign_core::probe::{Plan, Verdict};
use futures::StreamExt as _;
use hyper::Method;
use url::Url;

use super::super::http::head;
use super::{Broken, Web};
use crate::kind::{Context, Obstacle};

/// Pages at once.
const AT_ONCE: usize = 4;

/// How web links came out.
#[derive(Default)]
pub(super) struct Asked {
    pub asked: u64,
    pub unasked: u64,
    pub unasked_hosts: BTreeSet<String>,
    pub broken: Vec<Broken>,
    /// What kept a page from being asked.
    pub silent: Option<Obstacle>,
}

/// Asks for every page whose host is in the plan, each once.
pub(super) async fn ask(plan: &Plan, context: &Context<'_>, web: Vec<Web>) -> Asked {
    let mut asked = Asked::default();
    let mut pages: BTreeMap<String, (Url, Vec<Web>)> = BTreeMap::new();
    for link in web {
        let mut url = link.url.clone();
        url.set_fragment(None);
        let host = format!(
            "{}:{}",
            url.host_str().unwrap_or_default().to_ascii_lowercase(),
            url.port_or_known_default().unwrap_or_default()
        );
        if plan.hosts.contains(&host) {
            pages
                .entry(url.to_string())
                .or_insert_with(|| (url, Vec::new()))
                .1
                .push(link);
        } else {
            asked.unasked += 1;
            asked.unasked_hosts.insert(host);
        }
    }
    let mut answers = futures::stream::iter(pages.into_values())
        .map(|(url, links)| async move { (page(context, &url).await, links) })
        .buffer_unordered(AT_ONCE);
    while let Some((answer, links)) = answers.next().await {
        asked.asked += u64::try_from(links.len()).unwrap_or_default();
        match answer {
            Ok(None) => {}
            Ok(Some(why)) => asked.broken.extend(links.into_iter().map(|link| Broken {
                document: link.document,
                line: link.line,
                to: link.url.to_string(),
                why: why.clone(),
            })),
            Err(obstacle) => asked.silent = Some(obstacle),
        }
    }
    asked
}

/// Why a page is not there; `None` when it is.
async fn page(context: &Context<'_>, url: &Url) -> Result<Option<String>, Obstacle> {
    let refused = |obstacle: Obstacle| match obstacle.verdict {
        Verdict::Fail => Ok(Some(obstacle.what)),
        _ => Err(obstacle),
    };
    let mut status = match head(context, url, Method::HEAD).await {
        Ok(status) => status.as_u16(),
        Err(obstacle) => return refused(obstacle),
    };
    if matches!(status, 405 | 501) {
        status = match head(context, url, Method::GET).await {
            Ok(status) => status.as_u16(),
            Err(obstacle) => return refused(obstacle),
        };
    }
    Ok(match status {
        200..=399 | 401 | 403 | 429 => None,
        500..=599 => {
            return Err(Obstacle::undecided(format!("{url} answers {status}"))
                .hint("the server has trouble of its own; try again later"));
        }
        status => Some(format!("it answers {status}")),
    })
}
