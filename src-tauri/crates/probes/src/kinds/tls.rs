//! `tls`: the certificate that a server shows, and whether it is good.

use std::time::{Instant, SystemTime};

use chrono::{DateTime, Utc};
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Quantity, Unit, Value, kinds};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::{Error, ProtocolVersion};

use super::tcp::address;
use crate::kind::{Context, Kind, Obstacle, Saw};
use crate::net::{Certificate, dial, handshake, is_wrong_name, read_certificate, words};

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
    let (host, port) = address(plan, Some(443))?;
    let name = plan.text("server_name").unwrap_or_else(|| host.clone());
    let ca = context.ca(plan)?;
    let begun = Instant::now();
    let dialed = dial(context, &host, port, None, saw).await?;
    if let Some(dns) = dialed.dns {
        saw.phase("dns", dns);
    }
    saw.phase("connect", dialed.connect);
    let (config, witness) = context.trust.witnessing(ca.as_deref())?;
    let shaken = handshake(config, &name, dialed.stream).await?;
    saw.phase("tls", shaken.took);
    saw.phase("duration", begun.elapsed());
    let (_, session) = shaken.stream.get_ref();
    if let Some(protocol) = session.protocol_version() {
        saw.values
            .set("protocol", Value::text(protocol_name(protocol)));
        saw.note("protocol", protocol_name(protocol));
    }
    if let Some(suite) = session.negotiated_cipher_suite() {
        let cipher = format!("{:?}", suite.suite());
        saw.note("cipher", cipher.clone());
        saw.values.set("cipher", Value::Text(cipher));
    }
    let chain = session.peer_certificates().unwrap_or_default();
    let leaf = chain
        .first()
        .ok_or_else(|| Obstacle::refused("the server showed no certificate"))?;
    let certificate = read_certificate(leaf)?;
    let trouble = judge(saw, witness.verdict(), leaf, &name);
    let now: DateTime<Utc> = SystemTime::now().into();
    let left = (certificate.not_after - now)
        .num_seconds()
        .div_euclid(86_400);
    measure(saw, &certificate, left, chain.len());
    let life = match left {
        ..=-1 => format!("expired {} days ago", -left),
        1 => "1 day left".to_owned(),
        _ => format!("{left} days left"),
    };
    saw.summary = match trouble {
        Some(why) => format!("{life}; {why}"),
        None => life,
    };
    Ok(())
}

/// Sets `chain_ok` and `names_ok`, and says what is wrong.
fn judge(
    saw: &mut Saw,
    verdict: Option<Result<(), Error>>,
    leaf: &CertificateDer<'_>,
    name: &str,
) -> Option<String> {
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
    let why = match verdict {
        Ok(()) => return None,
        Err(Error::InvalidCertificate(reason)) => words(&reason),
        Err(other) => other.to_string(),
    };
    saw.note("trouble", why.clone());
    Some(why)
}

/// Whether a certificate that is not trusted is at least for the right name; `None` when it cannot
/// be parsed by the verifier.
fn names_match(leaf: &CertificateDer<'_>, name: &str) -> Option<bool> {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(bare).ok()?;
    let parsed = ParsedCertificate::try_from(leaf).ok()?;
    Some(rustls::client::verify_server_name(&parsed, &name).is_ok())
}

fn measure(saw: &mut Saw, certificate: &Certificate, left: i64, chain: usize) {
    let values = &mut saw.values;
    values.set("valid_for", Value::Number(Quantity::whole(left, Unit::Day)));
    values.set(
        "not_before",
        Value::Time {
            time: certificate.not_before,
        },
    );
    values.set(
        "not_after",
        Value::Time {
            time: certificate.not_after,
        },
    );
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
    values.set("sha256", Value::text(&certificate.sha256));
    saw.note("certificate", certificate.json());
    saw.note("chain_length", chain);
}

fn protocol_name(version: ProtocolVersion) -> &'static str {
    match version {
        ProtocolVersion::TLSv1_2 => "TLS1.2",
        ProtocolVersion::TLSv1_3 => "TLS1.3",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests;
