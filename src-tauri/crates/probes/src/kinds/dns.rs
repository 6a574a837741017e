//! `dns`: every name server is asked on its own, so that their answers can be compared.

mod exchange;

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Quantity, Unit, Value, kinds};
use futures::FutureExt as _;
use futures::future::{BoxFuture, join_all};
use hickory_resolver::config::NameServerConfig;
use hickory_resolver::proto::op::{Message, ResponseCode as Code};
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

/// What one server said, and how long it took.
struct Answer {
    server: SocketAddr,
    took: Duration,
    said: Result<Said, String>,
}

/// The records of an answer, sorted, and what came with them.
#[derive(PartialEq, Eq)]
struct Said {
    rcode: String,
    records: BTreeSet<String>,
    aliases: Vec<String>,
    ttl: Option<u32>,
    authoritative: bool,
    authenticated: bool,
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let kind = plan.text("type").unwrap_or_else(|| "A".to_owned());
    let kind: RecordType = kind
        .parse()
        .map_err(|_| Obstacle::broken(format!("there are no records of type `{kind}`")))?;
    let name = name(plan, kind)?;
    let servers = servers(plan)?;
    // A silent server leaves time to report the others.
    let patience = context.left().mul_f32(0.8);
    let begun = Instant::now();
    let asked = servers
        .into_iter()
        .map(|server| ask(server, &name, kind, patience));
    let answers = join_all(asked).await;
    let took = begun.elapsed();
    let shown: Vec<serde_json::Value> = answers.iter().map(Answer::json).collect();
    saw.note("question", format!("{name} {kind}"));
    saw.note("servers", shown);
    measure(&answers, kind, saw)?;
    saw.phase("duration", took);
    Ok(())
}

/// The name that is asked for. It is whole: no search list of this machine may add to it.
fn name(plan: &Plan, kind: RecordType) -> Result<Name, Obstacle> {
    let text = plan
        .text("name")
        .ok_or_else(|| Obstacle::broken("there is no `name`"))?;
    if let (RecordType::PTR, Ok(address)) = (kind, text.parse::<IpAddr>()) {
        // RFC 1035, section 3.5, and RFC 3596, section 2.5.
        return Ok(Name::from(address));
    }
    let mut name = Name::from_utf8(&text)
        .map_err(|error| Obstacle::broken(format!("`{text}` is not a name: {error}")))?;
    name.set_fqdn(true);
    Ok(name)
}

fn measure(answers: &[Answer], kind: RecordType, saw: &mut Saw) -> Result<(), Obstacle> {
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
    let list =
        |texts: &mut dyn Iterator<Item = &String>| Value::List(texts.map(Value::text).collect());
    saw.values.set("answers", list(&mut first.records.iter()));
    saw.values.set("aliases", list(&mut first.aliases.iter()));
    if said.iter().all(|one| one.rcode == first.rcode) {
        saw.values.set("rcode", Value::text(&first.rcode));
    } else {
        saw.values
            .lacks("rcode", "the servers said different things");
    }
    let all = |holds: fn(&Said) -> bool| Value::Bool(said.iter().all(|one| holds(one)));
    saw.values
        .set("authoritative", all(|one| one.authoritative));
    saw.values
        .set("authenticated", all(|one| one.authenticated));
    let same = |one: &&Said| one.rcode == first.rcode && one.records == first.records;
    let agreeing = said.iter().copied().filter(same).count();
    if agreeing < said.len() {
        saw.values.set("agreement", Value::Bool(false));
        saw.hint = Some(
            "wait for the old time to live to pass, or correct the server that differs".to_owned(),
        );
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
    let found = match (first.records.is_empty(), first.rcode.as_str()) {
        (false, _) => first.records.iter().cloned().collect::<Vec<_>>().join(", "),
        (true, "NOERROR") => format!("the name exists without {kind} records"),
        (true, "NXDOMAIN") => "NXDOMAIN: there is no such name".to_owned(),
        (true, code) => code.to_owned(),
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
        let server = self.server.to_string();
        match &self.said {
            Ok(said) => json!({
                "server": server, "rcode": said.rcode, "records": said.records,
                "aliases": said.aliases, "ttl": said.ttl,
                "authoritative": said.authoritative, "authenticated": said.authenticated,
                "took": Value::millis(self.took),
            }),
            Err(why) => json!({"server": server, "error": why}),
        }
    }
}

/// The servers that the plan names, or the system's.
fn servers(plan: &Plan) -> Result<Vec<SocketAddr>, Obstacle> {
    let named = kinds::resolvers(plan).map_err(|wrong| Obstacle::broken(wrong.to_string()))?;
    if !named.is_empty() {
        return Ok(named);
    }
    let unknown = |why: String| {
        Obstacle::undecided(format!("this machine's name servers are not known: {why}"))
            .hint("name some with `server`")
    };
    let (config, _) = hickory_resolver::system_conf::read_system_conf()
        .map_err(|error| unknown(error.to_string()))?;
    let (_, _, servers) = config.into_parts();
    let port = |server: &NameServerConfig| server.connections.first().map_or(53, |one| one.port);
    let mut addresses: Vec<SocketAddr> = Vec::new();
    for server in &servers {
        let address = SocketAddr::new(server.ip, port(server));
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        return Err(unknown("there are none".to_owned()));
    }
    Ok(addresses)
}

async fn ask(server: SocketAddr, name: &Name, kind: RecordType, patience: Duration) -> Answer {
    let begun = Instant::now();
    let asked = exchange::ask(server, name, kind, patience);
    let said = match tokio::time::timeout(patience, asked).await {
        Err(_) => Err("it did not answer".to_owned()),
        Ok(answer) => answer.map(|message| said(&message, kind)),
    };
    Answer {
        server,
        took: begun.elapsed(),
        said,
    }
}

fn said(message: &Message, kind: RecordType) -> Said {
    let of = |wanted: RecordType| {
        let answers = message.answers.iter();
        answers.filter(move |record| record.record_type() == wanted)
    };
    Said {
        rcode: code_name(message.metadata.response_code),
        ttl: of(kind).map(|record| record.ttl).min(),
        records: of(kind).map(|record| record.data.to_string()).collect(),
        aliases: of(RecordType::CNAME)
            .map(|record| record.data.to_string())
            .collect(),
        authoritative: message.metadata.authoritative,
        authenticated: message.metadata.authentic_data,
    }
}

/// The mnemonic of a response code (RFC 6895, section 2.3).
fn code_name(code: Code) -> String {
    let name = match code {
        Code::NoError => "NOERROR",
        Code::FormErr => "FORMERR",
        Code::ServFail => "SERVFAIL",
        Code::NXDomain => "NXDOMAIN",
        Code::NotImp => "NOTIMP",
        Code::Refused => "REFUSED",
        Code::NotAuth => "NOTAUTH",
        Code::NotZone => "NOTZONE",
        other => return format!("RCODE{}", u16::from(other)),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests;
