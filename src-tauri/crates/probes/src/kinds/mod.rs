//! The kinds.

mod cap;
mod changelog;
mod command;
mod cors;
mod coverage;
mod dns;
mod domain;
mod dotenv;
mod exact;
mod exposed;
mod file;
mod git;
mod headers;
mod http;
mod icmp;
mod junit;
mod links;
pub(crate) mod load;
mod metrics;
mod postgres;
mod promql;
mod push;
mod ratelimit;
mod redis;
mod s3;
mod sarif;
mod scan;
mod search;
mod secrets;
mod series;
mod smtp;
mod sqlite;
mod ssh;
mod table;
mod tcp;
mod tls;
mod websocket;
mod xml;

use crate::kind::Kind;

/// Every kind there is.
#[must_use]
pub fn all() -> Vec<Box<dyn Kind>> {
    vec![
        Box::new(http::Http),
        Box::new(headers::SecurityHeaders),
        Box::new(cors::Cors),
        Box::new(websocket::Websocket),
        Box::new(load::Load),
        Box::new(ratelimit::Ratelimit),
        Box::new(exposed::Exposed),
        Box::new(tls::Tls),
        Box::new(tcp::Tcp),
        Box::new(dns::Dns),
        Box::new(smtp::Smtp),
        Box::new(ssh::Ssh),
        Box::new(icmp::Icmp),
        Box::new(domain::Domain),
        Box::new(command::Command),
        Box::new(file::File),
        Box::new(git::Git),
        Box::new(changelog::Changelog),
        Box::new(coverage::Coverage),
        Box::new(junit::Junit),
        Box::new(sarif::Sarif),
        Box::new(scan::Scan),
        Box::new(secrets::Secrets),
        Box::new(dotenv::Dotenv),
        Box::new(links::Links),
        Box::new(push::Push),
        Box::new(postgres::Postgres),
        Box::new(sqlite::Sqlite),
        Box::new(redis::Redis),
        Box::new(s3::S3Kind),
        Box::new(promql::Promql),
        Box::new(metrics::Metrics),
    ]
}
