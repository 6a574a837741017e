//! `tls`: the certificate that a server shows, and whether it is good, now and later.

mod fault;
mod versions;

use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, PlanValue, Quantity, Unit, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use rustls::Error;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use serde_json::json;

use self::fault::Fault;
use super::tcp::address;
use crate::kind::{Context, Kind, Obstacle, Saw};
use crate::net::{
    Certificate, StartTls, Witness, dial, handshake, is_wrong_name, protocol_name, read_certificate,
};

/// How many certificates of a chain are kept in the record.
const MOST_SHOWN: usize = 10;
/// How many later moments a chain is verified at; a chain has a few certificates.
const MOST_MOMENTS: usize = 16;

/// The kind.
pub struct Tls;

impl Kind for Tls {
    fn schema(&self) -> &'static KindSchema {
        &kinds::TLS
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

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let (host, port) = address(plan, Some(kinds::tls_port(plan)))?;
    let name = plan.text("server_name").unwrap_or_else(|| host.clone());
    let upgrade = plan
        .text("starttls")
        .and_then(|word| StartTls::named(&word));
    let ca = context.pem(plan, "ca")?;
    let begun = Instant::now();
    let dialed = dial(context, &host, port, None, saw).await?;
    let there = dialed.address;
    if let Some(dns) = dialed.dns {
        saw.phase("dns", dns);
    }
    saw.phase("connect", dialed.connect);
    let (config, witness) = context.trust.witnessing(ca.as_deref())?;
    let stream = match upgrade {
        Some(upgrade) => {
            let asked = Instant::now();
            let place = format!("{host}:{port}");
            let stream = upgrade.begin(dialed.stream, &place).await?;
            saw.phase("starttls", asked.elapsed());
            stream
        }
        None => dialed.stream,
    };
    let shaken = handshake(config, &name, stream).await?;
    saw.phase("tls", shaken.took);
    saw.phase("duration", begun.elapsed());
    let (_, session) = shaken.stream.get_ref();
    let protocol = session.protocol_version();
    if let Some(protocol) = protocol {
        saw.values
            .set("protocol", Value::text(protocol_name(protocol)));
        saw.note("protocol", protocol_name(protocol));
    }
    if let Some(suite) = session.negotiated_cipher_suite() {
        let cipher = format!("{:?}", suite.suite());
        saw.note("cipher", cipher.clone());
        saw.values.set("cipher", Value::Text(cipher));
    }
    let chain = session.peer_certificates().unwrap_or_default().to_vec();
    // Nothing more is read; the server may have few connections to give.
    drop(shaken);
    look(&chain, &witness, &name, saw)?;
    if plan.fields.get("versions") == Some(&PlanValue::Bool(true)) {
        let asked = versions::Asked {
            host: &host,
            name: &name,
            there,
            upgrade,
            best: protocol,
        };
        versions::measure(&asked, context, saw).await;
    } else {
        for metric in ["versions", "oldest"] {
            saw.values.lacks(metric, "`versions` was not asked for");
        }
    }
    Ok(())
}

/// Measures the certificate and its chain.
fn look(
    chain: &[CertificateDer<'static>],
    witness: &Witness,
    name: &str,
    saw: &mut Saw,
) -> Result<(), Obstacle> {
    let leaf = chain
        .first()
        .ok_or_else(|| Obstacle::refused("the server showed no certificate"))?;
    let read: Vec<Certificate> = chain
        .iter()
        .map_while(|der| read_certificate(der).ok())
        .collect();
    let Some(certificate) = read.first() else {
        // Says why it cannot be read.
        read_certificate(leaf)?;
        return Ok(());
    };
    let now = SystemTime::now();
    let fault = judge(saw, witness.verdict(), leaf, name);
    last(saw, chain, &read, witness, name, now);
    let left = days(certificate.not_after - DateTime::<Utc>::from(now));
    measure(saw, certificate, left);
    if read.len() > 1 {
        let shown: Vec<serde_json::Value> = read
            .iter()
            .take(MOST_SHOWN)
            .map(|one| {
                json!({
                    "name": one.subject, "issuer": one.issuer,
                    "ends": one.not_after.to_rfc3339_opts(SecondsFormat::Secs, true),
                })
            })
            .collect();
        saw.note("chain", shown);
    }
    saw.note("chain_length", chain.len());
    let life = match left {
        ..=-1 => format!("expired {} days ago", -left),
        1 => "1 day left".to_owned(),
        _ => format!("{left} days left"),
    };
    saw.summary = life;
    let word = fault.as_ref().map_or("none", Fault::word);
    saw.values.set("fault", Value::text(word));
    if let Some(fault) = fault {
        let why = fault.words(&read);
        saw.summary = format!("{}; {why}", saw.summary);
        saw.hint = fault.hint(&read);
        saw.note("trouble", why);
    }
    Ok(())
}

/// Whole days, the begun one not counted.
fn days(length: chrono::TimeDelta) -> i64 {
    length.num_seconds().div_euclid(86_400)
}

/// Sets `chain_ok` and `names_ok`, and says what is wrong.
fn judge(
    saw: &mut Saw,
    verdict: Option<Result<(), Error>>,
    leaf: &CertificateDer<'_>,
    name: &str,
) -> Option<Fault> {
    let Some(verdict) = verdict else {
        saw.values
            .lacks("chain_ok", "the certificate was not looked at");
        saw.values
            .lacks("names_ok", "the certificate was not looked at");
        return None;
    };
    let wrong_name = verdict.as_ref().is_err_and(is_wrong_name);
    // The chain is verified before the name, so a wrong name alone means a good chain.
    saw.values
        .set("chain_ok", Value::Bool(verdict.is_ok() || wrong_name));
    let names = match &verdict {
        Ok(()) => Some(true),
        Err(_) if wrong_name => Some(false),
        Err(_) => names_match(leaf, name),
    };
    match names {
        Some(right) => saw.values.set("names_ok", Value::Bool(right)),
        None => saw
            .values
            .lacks("names_ok", "the certificate's names cannot be read"),
    }
    verdict.err().map(|error| Fault::of(&error, leaf))
}

/// Whether a certificate that is not trusted is at least for the right name; `None` when it cannot
/// be parsed by the verifier.
fn names_match(leaf: &CertificateDer<'_>, name: &str) -> Option<bool> {
    let name = server_name(name)?;
    let parsed = ParsedCertificate::try_from(leaf).ok()?;
    Some(rustls::client::verify_server_name(&parsed, &name).is_ok())
}

fn server_name(name: &str) -> Option<ServerName<'_>> {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(bare).ok()
}

/// Until when the chain verifies. Only the end of a certificate can change that, so it is verified
/// again one second after each end; the first at which no path is left has the answer.
fn last(
    saw: &mut Saw,
    chain: &[CertificateDer<'_>],
    read: &[Certificate],
    witness: &Witness,
    name: &str,
    now: SystemTime,
) {
    let good = saw.values.metrics.get("chain_ok") == Some(&Value::Bool(true));
    let Some(name) = server_name(name).filter(|_| good) else {
        if saw.values.metrics.contains_key("chain_ok") {
            saw.values
                .set("chain_ok_for", Value::Number(Quantity::whole(0, Unit::Day)));
        }
        saw.values
            .lacks("chain_ok_until", "the chain is not good now");
        return;
    };
    let now: DateTime<Utc> = now.into();
    let mut ends: Vec<DateTime<Utc>> = read
        .iter()
        .map(|certificate| certificate.not_after)
        .filter(|end| *end > now)
        .collect();
    ends.sort_unstable();
    ends.dedup();
    let breaks = |end: &DateTime<Utc>| {
        let after = u64::try_from(end.timestamp()).unwrap_or_default() + 1;
        let moment = UnixTime::since_unix_epoch(Duration::from_secs(after));
        let said = witness.at(chain, &name, moment);
        said.is_err_and(|error| !is_wrong_name(&error))
    };
    match ends.into_iter().take(MOST_MOMENTS).find(breaks) {
        Some(end) => {
            let left = Quantity::whole(days(end - now), Unit::Day);
            saw.values.set("chain_ok_for", Value::Number(left));
            saw.values.set("chain_ok_until", Value::Time { time: end });
        }
        None => {
            for metric in ["chain_ok_for", "chain_ok_until"] {
                saw.values.lacks(metric, "no end was found");
            }
        }
    }
}

fn measure(saw: &mut Saw, certificate: &Certificate, left: i64) {
    let values = &mut saw.values;
    values.set("valid_for", Value::Number(Quantity::whole(left, Unit::Day)));
    let begins = certificate.not_before;
    values.set("not_before", Value::Time { time: begins });
    let ends = certificate.not_after;
    values.set("not_after", Value::Time { time: ends });
    values.set("issuer", Value::text(&certificate.issuer));
    values.set("subject", Value::text(&certificate.subject));
    let names = certificate.names.iter().map(Value::text).collect();
    values.set("names", Value::List(names));
    values.set("key", Value::text(&certificate.key));
    if certificate.key_bits > 0 {
        values.set("key_bits", Value::count(certificate.key_bits));
    } else {
        values.lacks("key_bits", "its algorithm is unknown");
    }
    values.set("signature", Value::text(&certificate.signature));
    values.set("sha256", Value::text(&certificate.sha256));
    saw.note("certificate", certificate.json());
}

#[cfg(test)]
mod tests;
