//! `smtp`: a session with a mail server, each answer a value.

mod login;
mod message;

use std::path::PathBuf;
use std::time::Instant;

use countersign_core::probe::kinds::{SMTP, smtp_port};
use countersign_core::probe::schema::KindSchema;
use countersign_core::probe::{Plan, Value};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::json;
use tokio::net::TcpStream;

use self::login::Credentials;
use self::message::Message;
use super::tcp::address;
use crate::kind::{Context, Kind, Obstacle, Saw};
use crate::net::{Dialogue, Duplex as Stream, Reply, dial, ehlo, handshake, protocol_name};

/// The kind.
pub struct Smtp;

impl Kind for Smtp {
    fn schema(&self) -> &'static KindSchema {
        &SMTP
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

/// Whether all that was asked for went well; a server's no is no obstacle.
type Went = Result<bool, Obstacle>;

async fn run(plan: &Plan, context: &Context<'_>, saw: &mut Saw) -> Result<(), Obstacle> {
    let begun = Instant::now();
    let (host, port) = address(plan, Some(smtp_port(plan)))?;
    let place = format!("{host}:{port}");
    let message = Message::of(plan);
    let credentials = Credentials::of(plan, context)?;
    let dialed = dial(context, &host, port, None, saw).await?;
    if let Some(dns) = dialed.dns {
        saw.phase("dns", dns);
    }
    saw.phase("connect", dialed.connect);
    let side = Side {
        host: &host,
        place: &place,
        name: ehlo(&dialed.stream),
        ca: context.pem(plan, "ca")?,
        credentials,
        message,
    };
    let mode = plan.text("tls");
    side.explain(mode.as_deref(), saw);
    let went = match mode.as_deref() {
        Some("none") => side.in_clear(dialed.stream, saw).await?,
        Some("implicit") => side.in_tls(dialed.stream, true, context, saw).await?,
        _ => match side.upgraded(dialed.stream, saw).await? {
            Some(stream) => side.in_tls(stream, false, context, saw).await?,
            None => false,
        },
    };
    saw.values.set("ready", Value::Bool(went));
    saw.phase("duration", begun.elapsed());
    Ok(())
}

/// This side of the session, and what it has to say.
struct Side<'a> {
    host: &'a str,
    place: &'a str,
    name: String,
    ca: Option<PathBuf>,
    credentials: Option<Credentials>,
    message: Option<Message>,
}

impl Side<'_> {
    /// Says why a metric will be missing that nothing was asked for.
    fn explain(&self, mode: Option<&str>, saw: &mut Saw) {
        for (metric, never, why) in [
            ("auth", self.credentials.is_none(), "there is no `user`"),
            ("sent", self.message.is_none(), "there is no `to`"),
            (
                "protocol",
                mode == Some("none"),
                "the session is without TLS",
            ),
            (
                "starttls",
                mode == Some("implicit"),
                "the session begins with TLS",
            ),
        ] {
            if never {
                saw.values.lacks(metric, why);
            }
        }
    }

    async fn in_clear(&self, stream: TcpStream, saw: &mut Saw) -> Went {
        let mut dialogue = Dialogue::new(stream, self.place);
        if !self.open(&mut dialogue, saw).await? {
            return Ok(false);
        }
        offers_tls(saw);
        self.proceed(&mut dialogue, saw).await
    }

    /// The session up to the point where TLS begins; none when it does not.
    async fn upgraded(
        &self,
        stream: TcpStream,
        saw: &mut Saw,
    ) -> Result<Option<TcpStream>, Obstacle> {
        let mut dialogue = Dialogue::new(stream, self.place);
        if !self.open(&mut dialogue, saw).await? {
            return Ok(None);
        }
        if !offers_tls(saw) {
            saw.summary = "it offers no STARTTLS".to_owned();
            saw.hint = Some("switch TLS on in the server's configuration".to_owned());
            return Ok(None);
        }
        let answer = dialogue.ask("STARTTLS").await?;
        note(saw, "starttls", &answer);
        if answer.code != 220 {
            let hint = "look whether the server finds its certificate and key";
            refused(saw, "TLS", &answer, hint);
            return Ok(None);
        }
        dialogue.into_stream().map(Some)
    }

    async fn in_tls(
        &self,
        stream: TcpStream,
        first: bool,
        context: &Context<'_>,
        saw: &mut Saw,
    ) -> Went {
        let config = context.trust.verifying(self.ca.as_deref(), &[])?;
        let shaken = handshake(config, self.host, stream).await?;
        saw.phase("tls", shaken.took);
        if let Some(protocol) = shaken.stream.get_ref().1.protocol_version() {
            let name = protocol_name(protocol);
            saw.values.set("protocol", Value::text(name));
            saw.note("protocol", name);
        }
        let mut dialogue = Dialogue::new(shaken.stream, self.place);
        // What was offered before TLS is forgotten (RFC 3207, section 4.2).
        let opened = match first {
            true => self.open(&mut dialogue, saw).await?,
            false => self.hello(&mut dialogue, saw).await?,
        };
        Ok(opened && self.proceed(&mut dialogue, saw).await?)
    }

    /// The greeting and the first `EHLO`.
    async fn open<S: Stream>(&self, dialogue: &mut Dialogue<S>, saw: &mut Saw) -> Went {
        let begun = Instant::now();
        let greeting = dialogue.reply().await?;
        saw.phase("greeted", begun.elapsed());
        note(saw, "greeting", &greeting);
        saw.values
            .set("greeting", Value::text(greeting.lines.join(" ")));
        if greeting.code != 220 {
            let hint = "look into the server's log; it may take mail from other networks only";
            return Ok(refused(saw, "the session", &greeting, hint));
        }
        saw.summary = format!("{} is ready", self.place);
        self.hello(dialogue, saw).await
    }

    async fn hello<S: Stream>(&self, dialogue: &mut Dialogue<S>, saw: &mut Saw) -> Went {
        let welcome = dialogue.ask(&format!("EHLO {}", self.name)).await?;
        note(saw, "ehlo", &welcome);
        if !welcome.is_yes() {
            let hint = "it may want a name that its DNS knows, or take other networks only";
            return Ok(refused(saw, "`EHLO`", &welcome, hint));
        }
        let capabilities: Vec<&String> = welcome.lines.iter().skip(1).collect();
        let list = capabilities.iter().map(|line| Value::text(*line)).collect();
        saw.values.set("capabilities", Value::List(list));
        let methods = parameters(&capabilities, "AUTH").unwrap_or_default();
        let methods = methods.split_ascii_whitespace().map(Value::text).collect();
        saw.values.set("auth_methods", Value::List(methods));
        // `SIZE 0` and a bare `SIZE` name no limit (RFC 1870, section 4).
        match parameters(&capabilities, "SIZE").and_then(|text| text.parse().ok()) {
            Some(limit) if limit > 0 => saw.values.set("size_limit", Value::bytes(limit)),
            _ => saw.values.lacks("size_limit", "the server names no limit"),
        }
        Ok(true)
    }

    /// The login and the message, where there are some, and a farewell.
    async fn proceed<S: Stream>(&self, dialogue: &mut Dialogue<S>, saw: &mut Saw) -> Went {
        let mut went = true;
        if let Some(credentials) = &self.credentials {
            let begun = Instant::now();
            went = credentials.log_in(dialogue, saw).await?;
            saw.phase("login", begun.elapsed());
        }
        if let Some(message) = self.message.as_ref().filter(|_| went) {
            let begun = Instant::now();
            went = message.send(dialogue, saw).await?;
            saw.phase("message", begun.elapsed());
        }
        // Everything is decided; a server that hangs up first does no harm.
        let _ = dialogue.say("QUIT").await;
        Ok(went)
    }
}

/// What follows a word among the capabilities; some servers write `AUTH=LOGIN`.
fn parameters(capabilities: &[&String], word: &str) -> Option<String> {
    capabilities.iter().find_map(|line| {
        let (first, rest) = line.split_once([' ', '=']).unwrap_or((line, ""));
        let found = first.eq_ignore_ascii_case(word);
        found.then(|| rest.trim().to_owned())
    })
}

/// Measures whether STARTTLS is among the capabilities.
fn offers_tls(saw: &mut Saw) -> bool {
    let offered = match saw.values.metrics.get("capabilities") {
        Some(Value::List(lines)) => lines
            .iter()
            .any(|line| matches!(line, Value::Text(text) if text.eq_ignore_ascii_case("STARTTLS"))),
        _ => false,
    };
    saw.values.set("starttls", Value::Bool(offered));
    offered
}

/// Notes an answer: its code as a metric, its text in the record.
fn note(saw: &mut Saw, step: &str, reply: &Reply) {
    saw.values
        .set(&format!("{step}_code"), Value::count(reply.code.into()));
    let held = saw.saw.entry("dialogue").or_insert_with(|| json!([]));
    if let Some(held) = held.as_array_mut() {
        let ok = (200..400).contains(&reply.code);
        let text = format!("{} {}", reply.code, reply.lines.join("\n"));
        held.push(json!({"step": step, "ok": ok, "text": text}));
    }
}

/// A no that a condition may have waited for.
fn refused(saw: &mut Saw, what: &str, reply: &Reply, hint: &str) -> bool {
    saw.summary = format!("it refuses {what}: {}", reply.text());
    saw.hint = Some(hint.to_owned());
    false
}

#[cfg(test)]
mod tests;
