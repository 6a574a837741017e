//! The kinds.

mod cap;
mod command;
mod dns;
mod file;
mod http;
mod tcp;
mod tls;

use crate::kind::Kind;

/// Every kind there is.
#[must_use]
pub fn all() -> Vec<Box<dyn Kind>> {
    vec![
        Box::new(http::Http),
        Box::new(tls::Tls),
        Box::new(tcp::Tcp),
        Box::new(dns::Dns),
        Box::new(command::Command),
        Box::new(file::File),
    ]
}
