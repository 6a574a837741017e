//! `dns`: every name server is asked on its own, so that their answers can be compared.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Quantity, Unit, Value, kinds};
use futures::FutureExt as _;
use futures::future::{BoxFuture, join_all};
use hickory_resolver::Resolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::rr::{Name, RecordType};
use rust_decimal::Decimal;
use serde_json::json;

use crate::kind::{Context, Kind, Obstacle, Saw};

/// The kind.
pub struct Dns;

impl Kind for Dns {
    fn schema(&self) -> &'static KindSchema {
        &kinds::DNS
    }

    fn run<'a>(
        &'a self,
        plan: &'a Plan,
        context: &'a Context<'a>,
        saw: &'a mut Saw,
    ) -> BoxFuture<'a, Result<(), Obstacle>> {
        run(plan, context, saw).boxed()
    }
}

/// What one server said.
struct Answer {
    server: String,
    said: Result<Said, String>,
}

/// Records, sorted, and the response code that came with them.
#[derive(PartialEq, Eq)]
struct Said {
    rcode: String,
    records: BTreeSet<String>,
    ttl: Option<u32>,
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let text = plan
        .text("name")
        .ok_or_else(|| Obstacle::broken("there is no `name`"))?;
    let mut name = Name::from_utf8(&text)
        .map_err(|error| Obstacle::broken(format!("`{text}` is not a name: {error}")))?;
    // The name is whole: no search list of this machine may add to it.
    name.set_fqdn(true);
    let kind = record_type(&plan.text("type").unwrap_or_else(|| "A".to_owned()));
    let servers = servers(plan)?;
    // A silent server leaves time to report the others.
    let patience = context.left().mul_f32(0.8);
    let begun = Instant::now();
    let answers = join_all(
        servers
            .into_iter()
            .map(|server| ask(server, name.clone(), kind, patience)),
    )
    .await;
    let took = begun.elapsed();
    let shown: Vec<serde_json::Value> = answers.iter().map(Answer::json).collect();
    saw.note("servers", shown);
    measure(&answers, saw)?;
    saw.phase("duration", took);
    Ok(())
}

fn measure(answers: &[Answer], saw: &mut Saw) -> Result<(), Obstacle> {
    let said: Vec<&Said> = answers
        .iter()
        .filter_map(|answer| answer.said.as_ref().ok())
        .collect();
    let asked = answers.len();
    let count = u64::try_from(said.len()).unwrap_or_default();
    saw.values.set("resolvers", Value::count(count));
    let Some(first) = said.first() else {
        let why = answers
            .first()
            .and_then(|answer| answer.said.as_ref().err().cloned())
            .unwrap_or_default();
        return Err(
            Obstacle::undecided(format!("no name server answered: {why}"))
                .hint("check the network and the addresses of the name servers")
                .in_transport(),
        );
    };
    saw.reached = true;
    saw.values.set(
        "answers",
        Value::List(first.records.iter().map(Value::text).collect()),
    );
    if said.iter().all(|one| one.rcode == first.rcode) {
        saw.values.set("rcode", Value::text(&first.rcode));
    } else {
        saw.values
            .lacks("rcode", "the servers said different things");
    }
    let same = |one: &&Said| one.rcode == first.rcode && one.records == first.records;
    let agreeing = said.iter().copied().filter(same).count();
    if agreeing < said.len() {
        saw.values.set("agreement", Value::Bool(false));
    } else if said.len() == asked {
        saw.values.set("agreement", Value::Bool(true));
    } else {
        saw.values.lacks("agreement", "not every server answered");
    }
    match said.iter().filter_map(|one| one.ttl).min() {
        Some(ttl) => saw.values.set(
            "ttl",
            Value::Number(Quantity::new(Decimal::from(ttl), Unit::Second)),
        ),
        None => saw.values.lacks("ttl", "there are no records"),
    }
    let found = if first.records.is_empty() {
        first.rcode.clone()
    } else {
        first.records.iter().cloned().collect::<Vec<_>>().join(", ")
    };
    saw.summary = if asked == 1 {
        found
    } else {
        format!("{agreeing} of {asked} resolvers agree: {found}")
    };
    Ok(())
}

impl Answer {
    fn json(&self) -> serde_json::Value {
        match &self.said {
            Ok(said) => json!({
                "server": self.server, "rcode": said.rcode, "records": said.records,
            }),
            Err(why) => json!({"server": self.server, "error": why}),
        }
    }
}

fn record_type(text: &str) -> RecordType {
    text.parse().unwrap_or(RecordType::A)
}

/// The servers that the plan names, or the system's.
fn servers(plan: &Plan) -> Result<Vec<NameServerConfig>, Obstacle> {
    if let Some(PlanValue::List(named)) = plan.fields.get("server") {
        return named
            .iter()
            .map(|server| {
                let text = server.plain().unwrap_or_default();
                let (ip, port) = match (text.parse::<IpAddr>(), text.parse::<SocketAddr>()) {
                    (Ok(ip), _) => (ip, 53),
                    (_, Ok(address)) => (address.ip(), address.port()),
                    _ => return Err(Obstacle::broken(format!("`{text}` is not an address"))),
                };
                let mut config = NameServerConfig::udp_and_tcp(ip);
                for connection in &mut config.connections {
                    connection.port = port;
                }
                Ok(config)
            })
            .collect();
    }
    let unknown = |why: String| {
        Obstacle::undecided(format!("this machine's name servers are not known: {why}"))
            .hint("name some with `server`")
    };
    let (config, _) = hickory_resolver::system_conf::read_system_conf()
        .map_err(|error| unknown(error.to_string()))?;
    let (_, _, servers) = config.into_parts();
    if servers.is_empty() {
        return Err(unknown("there are none".to_owned()));
    }
    Ok(servers)
}

async fn ask(server: NameServerConfig, name: Name, kind: RecordType, patience: Duration) -> Answer {
    let port = server
        .connections
        .first()
        .map_or(53, |connection| connection.port);
    let shown = SocketAddr::new(server.ip, port).to_string();
    let mut options = ResolverOpts::default();
    options.timeout = patience;
    options.attempts = 1;
    options.cache_size = 0;
    options.use_hosts_file = ResolveHosts::Never;
    let config = ResolverConfig::from_name_servers(vec![server]);
    let resolver = Resolver::builder_with_config(config, TokioRuntimeProvider::default())
        .with_options(options)
        .build();
    let said = match resolver {
        Err(error) => Err(error.to_string()),
        Ok(resolver) => match tokio::time::timeout(patience, resolver.lookup(name, kind)).await {
            Err(_) => Err("it did not answer".to_owned()),
            Ok(Ok(lookup)) => {
                let records = lookup
                    .answers()
                    .iter()
                    .filter(|record| record.record_type() == kind);
                Ok(Said {
                    rcode: "NOERROR".to_owned(),
                    ttl: records.clone().map(|record| record.ttl).min(),
                    records: records.map(|record| record.data.to_string()).collect(),
                })
            }
            Ok(Err(error)) => negative(&error).ok_or_else(|| error.to_string()),
        },
    };
    Answer {
        server: shown,
        said,
    }
}

/// What an error is when it is the server's own answer.
fn negative(error: &NetError) -> Option<Said> {
    let code = match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => none.response_code,
        NetError::Dns(DnsError::ResponseCode(code)) => *code,
        _ => return None,
    };
    Some(Said {
        rcode: code_name(code).to_owned(),
        records: BTreeSet::new(),
        ttl: None,
    })
}

/// The mnemonic of a response code (RFC 6895, section 2.3).
fn code_name(code: hickory_resolver::proto::op::ResponseCode) -> &'static str {
    use hickory_resolver::proto::op::ResponseCode as Code;
    match code {
        Code::NoError => "NOERROR",
        Code::FormErr => "FORMERR",
        Code::ServFail => "SERVFAIL",
        Code::NXDomain => "NXDOMAIN",
        Code::NotImp => "NOTIMP",
        Code::Refused => "REFUSED",
        Code::NotAuth => "NOTAUTH",
        Code::NotZone => "NOTZONE",
        _ => "OTHER",
    }
}

#[cfg(test)]
mod tests;
