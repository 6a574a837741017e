//! What is to be sent.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::message::Refusal;

/// The most requests that may take turns.
const MOST_REQUESTS: usize = 64;
/// The most connections at once.
pub(crate) const MOST_CONNECTIONS: u32 = 20_000;
/// The longest run, its ramp and warm-up included, in milliseconds: a day.
const LONGEST_RUN: u64 = 24 * 60 * 60 * 1000;
/// The highest rate, in requests per second.
const HIGHEST_RATE: f64 = 1_000_000.0;

/// A run of load, complete: whoever reads it can do it, without asking anybody for anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The requests that take turns by their weight, always in the same order; at least one, all to
    /// one `scheme://host:port`.
    pub requests: Vec<Request>,
    /// Values that take turns where `{{name}}` stands in an address's path or query, a header or a
    /// body. `{{n}}` is the number of the request, from 0.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Vec<String>>,
    /// `host:port` of everything that a person has approved as a target. What is not among them is
    /// not sent to.
    pub approved: Vec<String>,
    /// Where a `host:port` is reached; the first address of its name where absent. It stays the
    /// same for the whole run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub addresses: BTreeMap<String, SocketAddr>,
    /// How fast.
    pub pace: Pace,
    /// How long the rate, or the number of users, rises from nothing at first, in milliseconds.
    /// What is measured meanwhile does not count.
    #[serde(default)]
    pub ramp_ms: u64,
    /// How long it then runs at full pace before it counts, in milliseconds.
    #[serde(default)]
    pub warm_up_ms: u64,
    /// The stretches that count, one after the other; usually one at full pace.
    pub steps: Vec<Step>,
    /// How many connections at most. With [`Pace::Users`] each user has one of its own and this is
    /// ignored.
    pub connections: u32,
    /// The version of HTTP.
    #[serde(default)]
    pub http: HttpVersion,
    /// How servers are trusted; only used with `https`.
    #[serde(default)]
    pub tls: Tls,
    /// Whether a connection is used again.
    #[serde(default = "yes")]
    pub keep_alive: bool,
    /// How long a request may wait to be sent, and then for its answer, in milliseconds. One that
    /// cannot be sent until then is unsent, one that is not answered is timed out.
    pub timeout_ms: u64,
}

fn yes() -> bool {
    true
}

/// How fast requests are sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// Open loop: by a fixed schedule, whatever the server does.
    Rate {
        /// Requests per second.
        per_second: f64,
    },
    /// Closed loop: each user waits for an answer before the next request. Its latencies say
    /// nothing about those who would have come meanwhile.
    Users {
        /// How many at once.
        users: u32,
        /// How long each waits after an answer, in milliseconds.
        #[serde(default)]
        think_ms: u64,
    },
}

/// A stretch at one pace.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The part of the plan's pace: 1 is all of it.
    pub share: f64,
    /// How long, in milliseconds.
    pub lasts_ms: u64,
}

/// One of the requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// What results call it.
    pub name: String,
    /// The method, such as `GET`.
    pub method: String,
    /// The absolute `http` or `https` address.
    pub url: String,
    /// Header fields in order, besides `Host` and `Content-Length`.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// How often it has its turn beside the others.
    #[serde(default = "one")]
    pub weight: u32,
    /// The statuses that count as right; every 2xx where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expected: Vec<u16>,
    /// What is kept of its answers for others, as `{{name}}`. A request that captures is sent once
    /// before everything else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<Capture>,
}

fn one() -> u32 {
    1
}

/// Something that is kept of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// Its name, for `{{name}}`.
    pub name: String,
    /// Where it is found.
    pub from: Found,
}

/// Where something is found in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// At a JSON Pointer (RFC 6901) into the body, such as `/token`.
    Json(String),
    /// In a header field.
    Header(String),
}

/// A version of HTTP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum HttpVersion {
    /// RFC 9112.
    #[default]
    #[serde(rename = "1.1")]
    Http1,
    /// RFC 9113; without TLS it is spoken at once ("prior knowledge", section 3.3).
    #[serde(rename = "2")]
    Http2,
}

/// How servers are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// PEM certificates that are trusted besides the system's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ca: String,
    /// The name that the certificate must have; the address's host where empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

impl Plan {
    /// Whether requests go by a schedule, whatever the server does.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.pace, Pace::Rate { .. })
    }

    /// How long what counts lasts, in milliseconds.
    #[must_use]
    pub fn measured_ms(&self) -> u64 {
        let steps = self.steps.iter();
        steps.fold(0, |sum, step| sum.saturating_add(step.lasts_ms))
    }

    /// How long requests are sent, in milliseconds.
    #[must_use]
    pub fn lasts_ms(&self) -> u64 {
        self.ramp_ms
            .saturating_add(self.warm_up_ms)
            .saturating_add(self.measured_ms())
    }

    /// How many requests it sends in all, ramp and warm-up included; `None` in a closed loop, where
    /// the server decides it.
    #[must_use]
    pub fn total_requests(&self) -> Option<u64> {
        let Pace::Rate { per_second } = self.pace else {
            return None;
        };
        let seconds = |ms: u64| ms as f64 / 1000.0;
        let steps: f64 = self
            .steps
            .iter()
            .map(|step| step.share * seconds(step.lasts_ms))
            .sum();
        let first = self.steps.first().map_or(1.0, |step| step.share);
        let before = first * (seconds(self.ramp_ms) / 2.0 + seconds(self.warm_up_ms));
        Some((per_second * (before + steps)).round() as u64)
    }

    /// How many connections it holds at most.
    #[must_use]
    pub fn most_connections(&self) -> u32 {
        match self.pace {
            Pace::Rate { .. } => self.connections,
            Pace::Users { users, .. } => {
                let shares = self.steps.iter().map(|step| step.share);
                (f64::from(users) * shares.fold(0.0, f64::max)).ceil() as u32
            }
        }
    }

    /// Refuses what cannot be run as it stands.
    ///
    /// # Errors
    /// `load-plan` with the first thing that is wrong, `load-target` where a request would go to
    /// somebody who was not approved.
    pub fn check(&self) -> Result<(), Refusal> {
        let wrong = |what: String, hint: &str| Err(Refusal::new("load-plan", what).hint(hint));
        if self.requests.is_empty() || self.requests.len() > MOST_REQUESTS {
            return wrong(
                format!("{} requests cannot take turns", self.requests.len()),
                "give from 1 to 64",
            );
        }
        let mut origin: Option<String> = None;
        for request in &self.requests {
            let authority = request.authority()?;
            if !self.approved.contains(&authority) {
                return Err(Refusal::new(
                    "load-target",
                    format!("{authority} is not the target that was approved"),
                )
                .hint("look at the plan again and approve it"));
            }
            let scheme = request.url.split(':').next().unwrap_or_default();
            let own = format!("{scheme}://{authority}");
            if *origin.get_or_insert_with(|| own.clone()) != own {
                return wrong(
                    format!("{own} is another server than that of the first request"),
                    "one run loads one server; make a probe for each",
                );
            }
            if request.weight == 0 || request.weight > 10_000 {
                return wrong(
                    format!("`{}` has the weight {}", request.name, request.weight),
                    "give from 1 to 10,000",
                );
            }
        }
        match self.pace {
            Pace::Rate { per_second } if !(per_second > 0.0 && per_second <= HIGHEST_RATE) => {
                return wrong(
                    format!("{per_second} requests per second cannot be sent"),
                    "give a rate such as 1000/s",
                );
            }
            Pace::Users { users, .. } if users == 0 || users > MOST_CONNECTIONS => {
                return wrong(format!("{users} users"), "give from 1 to 20,000");
            }
            Pace::Rate { .. } | Pace::Users { .. } => {}
        }
        if self.connections == 0 || self.connections > MOST_CONNECTIONS {
            return wrong(
                format!("{} connections", self.connections),
                "give from 1 to 20,000",
            );
        }
        let odd = |step: &Step| !(step.share > 0.0 && step.share <= 100.0) || step.lasts_ms == 0;
        if self.steps.is_empty() || self.steps.len() > 100 || self.steps.iter().any(odd) {
            return wrong(
                "there is no stretch that could be measured".to_owned(),
                "give a duration such as 60s",
            );
        }
        if self.timeout_ms == 0 || self.lasts_ms() > LONGEST_RUN {
            return wrong(
                "it has no timeout, or lasts longer than a day".to_owned(),
                "give a timeout such as 10s and a duration such as 60s",
            );
        }
        Ok(())
    }
}

impl Request {
    /// `host:port` of its address.
    ///
    /// # Errors
    /// `load-plan` where it is no absolute `http` or `https` address.
    pub fn authority(&self) -> Result<String, Refusal> {
        let wrong = |why: String| {
            Refusal::new("load-plan", format!("`{}`: {why}", self.url))
                .hint("write an absolute http:// or https:// address")
        };
        let url = Url::parse(&self.url).map_err(|error| wrong(error.to_string()))?;
        match (url.scheme(), url.host_str(), url.port_or_known_default()) {
            ("http" | "https", Some(host), Some(port)) => Ok(format!("{host}:{port}")),
            _ => Err(wrong("it is not http or https".to_owned())),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
