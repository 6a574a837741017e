//! The schemas of the kinds. A kind is added by one module here, one in the `probes` crate that
//! performs it, and a line in [`ALL`].

mod changelog;
mod command;
mod cors;
mod coverage;
mod dns;
mod domain;
mod dotenv;
mod exposed;
mod file;
mod git;
mod headers;
mod http;
mod icmp;
mod junit;
mod links;
mod load;
mod metrics;
mod postgres;
mod promql;
mod push;
mod ratelimit;
mod redis;
mod request;
mod s3;
mod sarif;
mod scan;
mod secrets;
mod series;
mod smtp;
mod sqlite;
mod ssh;
mod table;
mod tcp;
mod tls;
mod websocket;

use super::schema::KindSchema;

pub use changelog::CHANGELOG;
pub use command::COMMAND;
pub use cors::{CORS, is_origin};
pub use coverage::COVERAGE;
pub use dns::{DNS, resolvers};
pub use domain::{DOMAIN, domain_name};
pub use dotenv::DOTENV;
pub use exposed::{EXPOSED, USUAL_PATHS};
pub use file::FILE;
pub use git::GIT;
pub use headers::SECURITY_HEADERS;
pub use http::HTTP;
pub use icmp::ICMP;
pub use junit::JUNIT;
pub use links::LINKS;
pub use load::{Amount, LOAD, Level, amount};
pub use metrics::METRICS;
pub use postgres::{Conninfo, POSTGRES, SslMode};
pub use promql::PROMQL;
pub use push::PUSH;
pub use ratelimit::RATELIMIT;
pub use redis::REDIS;
pub use s3::S3;
pub use sarif::SARIF;
pub use scan::SCAN;
pub use secrets::SECRETS;
pub use smtp::{SMTP, smtp_port};
pub use sqlite::SQLITE;
pub use ssh::SSH;
pub use tcp::TCP;
pub use tls::{TLS, tls_port};
pub use websocket::WEBSOCKET;

/// Every kind, in the order of the reference.
pub const ALL: &[&KindSchema] = &[
    &HTTP,
    &SECURITY_HEADERS,
    &CORS,
    &WEBSOCKET,
    &LOAD,
    &RATELIMIT,
    &EXPOSED,
    &TLS,
    &TCP,
    &DNS,
    &SMTP,
    &SSH,
    &ICMP,
    &DOMAIN,
    &COMMAND,
    &FILE,
    &GIT,
    &CHANGELOG,
    &COVERAGE,
    &JUNIT,
    &SARIF,
    &SCAN,
    &SECRETS,
    &DOTENV,
    &LINKS,
    &PUSH,
    &POSTGRES,
    &SQLITE,
    &REDIS,
    &S3,
    &PROMQL,
    &METRICS,
];

/// The word for a probe that measures nothing itself and judges what another measured.
pub const REFERENCE: &str = "ref";

/// A kind by name.
#[must_use]
pub fn schema(name: &str) -> Option<&'static KindSchema> {
    ALL.iter().find(|kind| kind.name == name).copied()
}

#[cfg(test)]
mod tests;
