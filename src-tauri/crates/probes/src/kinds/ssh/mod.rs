//! `ssh`: the beginning of a connection, up to the proof of the host key.

mod exchange;
mod wire;

use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::probe::kinds::SSH;
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Value};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::{Value as Json, json};

use self::exchange::{HostKey, Names};
use self::wire::{Fields, Wire};
use super::tcp::address;
use crate::kind::{Context, Kind, Obstacle, Saw};
use crate::net::dial;

/// How this side identifies itself (RFC 4253, section 4.2).
const OWN_NAME: &str = concat!("SSH-2.0-Countersign_", env!("CARGO_PKG_VERSION"));

/// The kind.
pub struct Ssh;

impl Kind for Ssh {
    fn schema(&self) -> &'static KindSchema {
        &SSH
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

/// The key that is expected.
enum Expected {
    Fingerprint(String),
    Blob(Vec<u8>),
}

impl Expected {
    /// That of the plan, where it has one.
    fn of(plan: &Plan) -> Result<Option<Self>, Obstacle> {
        let Some(text) = plan.text("key") else {
            return Ok(None);
        };
        if text.starts_with("SHA256:") {
            let bare = text.trim().trim_end_matches('=');
            return Ok(Some(Self::Fingerprint(bare.to_owned())));
        }
        let unreadable = || {
            Obstacle::broken("`key` is not a public key")
                .hint("copy a line of `ssh-keyscan` or of a `known_hosts` file")
        };
        // Every key begins with the length of its type's name, which is below 2^16.
        let word = text
            .split_ascii_whitespace()
            .find(|word| word.starts_with("AAAA"))
            .ok_or_else(unreadable)?;
        let blob = BASE64.decode(word).map_err(|_| unreadable())?;
        Ok(Some(Self::Blob(blob)))
    }

    fn is(&self, key: &HostKey) -> bool {
        match self {
            Self::Fingerprint(fingerprint) => *fingerprint == key.fingerprint(),
            Self::Blob(blob) => *blob == key.blob,
        }
    }

    /// The word for its type, where it tells.
    fn word(&self) -> Option<&'static str> {
        let Self::Blob(blob) = self else {
            return None;
        };
        match Fields(blob).text()?.as_str() {
            "ssh-ed25519" => Some("ed25519"),
            "ssh-rsa" => Some("rsa"),
            kind if kind.starts_with("ecdsa-") => Some("ecdsa"),
            _ => None,
        }
    }
}

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let begun = Instant::now();
    let (host, port) = address(plan, Some(22))?;
    let expected = Expected::of(plan)?;
    let asked = plan.text("type");
    let wanted = asked
        .as_deref()
        .or_else(|| expected.as_ref().and_then(Expected::word));
    let dialed = dial(context, &host, port, None, saw).await?;
    if let Some(dns) = dialed.dns {
        saw.phase("dns", dns);
    }
    saw.phase("connect", dialed.connect);
    let mut wire = Wire::new(dialed.stream, &format!("{host}:{port}"));
    let greeted = Instant::now();
    let banner = wire.greet(OWN_NAME).await?;
    saw.phase("greeted", greeted.elapsed());
    identify(&banner, saw)?;
    let exchanged = Instant::now();
    let offer = exchange::offer(&mut wire).await?;
    let list = |names: &[String]| Value::List(names.iter().map(Value::text).collect());
    saw.values.set("exchanges", list(&offer.exchanges));
    saw.values.set("key_types", list(&offer.key_types));
    saw.values.set("ciphers", list(&offer.ciphers));
    let names = Names {
        own: OWN_NAME,
        theirs: &banner,
    };
    let key = exchange::exchange(&mut wire, &names, &offer, wanted).await?;
    saw.phase("exchange", exchanged.elapsed());
    measure(&key, expected.as_ref(), saw);
    saw.phase("duration", begun.elapsed());
    Ok(())
}

/// Reads the identification; only version 2 has the exchange that follows, which a server of both
/// calls 1.99 (RFC 4253, section 5.1).
fn identify(banner: &str, saw: &mut Saw) -> Result<(), Obstacle> {
    let spoken = banner.starts_with("SSH-2.0-") || banner.starts_with("SSH-1.99-");
    saw.note(
        "steps",
        json!([{"step": "banner", "ok": spoken, "text": banner}]),
    );
    saw.values.set("banner", Value::text(banner));
    let rest = banner.strip_prefix("SSH-").unwrap_or_default();
    let (protocol, software) = rest.split_once('-').unwrap_or((rest, ""));
    saw.values.set("protocol", Value::text(protocol));
    let software = software.split(' ').next().unwrap_or_default();
    saw.values.set("software", Value::text(software));
    match protocol {
        "2.0" | "1.99" => Ok(()),
        _ => Err(
            Obstacle::refused(format!("the server speaks version {protocol} of SSH"))
                .hint("version 1 is broken; install a server of this century"),
        ),
    }
}

fn measure(key: &HostKey, expected: Option<&Expected>, saw: &mut Saw) {
    let fingerprint = key.fingerprint();
    let values = &mut saw.values;
    values.set("key_type", Value::text(&key.kind));
    match u64::try_from(key.bits) {
        Ok(bits) if bits > 0 => values.set("key_bits", Value::count(bits)),
        _ => values.lacks("key_bits", "its type is unknown"),
    }
    values.set("fingerprint", Value::text(&fingerprint));
    let known = expected.map(|expected| expected.is(key));
    match known {
        Some(known) => values.set("known", Value::Bool(known)),
        None => values.lacks("known", "there is no `key` to compare with"),
    }
    values.set("key_ok", Value::Bool(key.proven && known != Some(false)));
    let mut steps = vec![
        json!({"step": "host key", "ok": key.proven, "text": format!("{} {fingerprint}", key.kind)}),
    ];
    if let Some(known) = known {
        let text = if known {
            "the expected one"
        } else {
            "another one"
        };
        steps.push(json!({"step": "expected key", "ok": known, "text": text}));
    }
    if let Some(noted) = saw.saw.get_mut("steps").and_then(Json::as_array_mut) {
        noted.append(&mut steps);
    }
    saw.summary = format!("{} {fingerprint}", key.kind);
    if !key.proven {
        saw.summary = format!("the server does not prove that it holds {}", saw.summary);
    } else if known == Some(false) {
        saw.summary = format!("another key than expected: {}", saw.summary);
        saw.hint = Some(
            "if the server was not set up anew, someone may stand between; ask whoever runs it \
             for its fingerprint"
                .to_owned(),
        );
    }
}

#[cfg(test)]
mod tests;
