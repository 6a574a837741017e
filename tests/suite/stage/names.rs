//! Three name servers (dnsmasq), which may disagree.

use std::path::Path;

use super::process::{Server, free_port, user};

/// A record of the zone, as dnsmasq takes it.
pub type Record = (&'static str, &'static str);

/// What is healthy: `option`, `value`.
const ZONE: &[Record] = &[
    ("host-record", "hub.test,192.0.2.10"),
    ("host-record", "api.hub.test,192.0.2.10,2001:db8::10"),
    ("host-record", "dashboard.hub.test,192.0.2.11"),
    ("host-record", "cdn.hub.test,192.0.2.12"),
    ("host-record", "mail.hub.test,192.0.2.25"),
    ("mx-host", "hub.test,mail.hub.test,10"),
    ("txt-record", "hub.test,\"v=spf1 mx -all\""),
    ("txt-record", "_dmarc.hub.test,\"v=DMARC1; p=reject\""),
    ("caa-record", "hub.test,0,issue,letsencrypt.org"),
];

/// How the name servers differ from healthy ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Not at all.
    #[default]
    None,
    /// No server has any record of this name.
    Without(&'static str),
    /// The last server answers otherwise for a name.
    Differs(&'static str, Record),
    /// Every server says that its records are good for a day.
    LongLived,
    /// The last server does not run.
    OneDown,
    /// No server runs.
    AllDown,
}

/// The name servers.
pub struct Names {
    servers: Vec<Server>,
    /// Their addresses, as a probe takes them.
    pub addresses: [String; 3],
}

impl Names {
    /// Starts three.
    pub fn start(folder: &Path, fault: Fault) -> Self {
        let ports = [free_port(), free_port(), free_port()];
        let running = match fault {
            Fault::AllDown => 0,
            Fault::OneDown => 2,
            _ => 3,
        };
        let servers = ports
            .iter()
            .enumerate()
            .take(running)
            .map(|(at, port)| served(folder, *port, fault, at + 1 == ports.len()))
            .collect();
        Self {
            servers,
            addresses: ports.map(|port| format!("127.0.0.1:{port}")),
        }
    }

    /// Ends all of them.
    pub fn stop(&mut self) {
        self.servers.clear();
    }
}

fn served(folder: &Path, port: u16, fault: Fault, last: bool) -> Server {
    let of = |(_, value): &Record| value.split(',').next().unwrap_or_default();
    let (gone, added, lifetime) = match fault {
        Fault::Without(name) => (Some(name), None, 60),
        Fault::Differs(name, record) if last => (Some(name), Some(record), 60),
        Fault::LongLived => (None, None, 86_400),
        _ => (None, None, 60),
    };
    let mut arguments: Vec<String> = [
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--no-resolv",
        "--no-hosts",
        "--no-poll",
        "--listen-address=127.0.0.1",
        "--bind-interfaces",
        "--local=/hub.test/",
        "--pid-file",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.push(format!("--port={port}"));
    arguments.push(format!("--local-ttl={lifetime}"));
    // dnsmasq started by root would become somebody else, who may not write here.
    arguments.push(format!("--user={}", user()));
    let kept = ZONE.iter().filter(|record| Some(of(record)) != gone);
    for (option, value) in kept.copied().chain(added) {
        arguments.push(format!("--{option}={value}"));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Server::start("dnsmasq", "dnsmasq", &arguments, folder).listens(port)
}
