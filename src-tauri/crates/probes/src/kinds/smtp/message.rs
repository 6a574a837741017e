//! The one message that a probe may send (RFC 5322).

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use countersign_core::probe::{Plan, Value};

use super::{Stream, Went, note, refused};
use crate::kind::{Obstacle, Saw};
use crate::net::Dialogue;

const SUBJECT: &str = "Countersign: test message";
const BODY: &str = "Countersign sent this message to find out whether this mail server takes it.\n";
/// Bytes in one line of base64 (RFC 2045, section 6.8).
const LINE: usize = 57;
/// Bytes of text in one encoded word, which may have 75 characters (RFC 2047, section 2).
const WORD: usize = 45;

/// A message.
pub(super) struct Message {
    from: String,
    to: String,
    subject: String,
    body: String,
}

impl Message {
    /// That of the plan, where it has one.
    pub fn of(plan: &Plan) -> Option<Self> {
        let from = plan.text("from")?;
        let to = plan.text("to")?;
        let text = |field: &str, otherwise: &str| {
            let text = plan.text(field);
            text.unwrap_or_else(|| otherwise.to_owned())
        };
        Some(Self {
            from,
            to,
            subject: text("subject", SUBJECT),
            body: text("body", BODY),
        })
    }

    /// Sends it, and measures what the server says to each step.
    pub async fn send<S: Stream>(&self, dialogue: &mut Dialogue<S>, saw: &mut Saw) -> Went {
        saw.values.set("sent", Value::Bool(false));
        let hint = "check which senders and recipients this account may use";
        let answer = dialogue.ask(&format!("MAIL FROM:<{}>", self.from)).await?;
        note(saw, "sender", &answer);
        if !answer.is_yes() {
            return Ok(refused(saw, "the sender", &answer, hint));
        }
        let answer = dialogue.ask(&format!("RCPT TO:<{}>", self.to)).await?;
        note(saw, "recipient", &answer);
        if !answer.is_yes() {
            return Ok(refused(saw, "the recipient", &answer, hint));
        }
        let answer = dialogue.ask("DATA").await?;
        if answer.code != 354 {
            note(saw, "sent", &answer);
            return Ok(refused(saw, "the message", &answer, hint));
        }
        let text = self.text(SystemTime::now().into(), &nonce()?);
        dialogue.send(text.as_bytes()).await?;
        let answer = dialogue.ask(".").await?;
        note(saw, "sent", &answer);
        if !answer.is_yes() {
            return Ok(refused(saw, "the message", &answer, hint));
        }
        saw.values.set("sent", Value::Bool(true));
        saw.summary = format!("the message to {} was taken on", self.to);
        Ok(true)
    }

    /// The message as it goes over the wire. Its text is in base64, so that no line of it is too
    /// long, begins with a dot or needs a server that takes eight bits.
    fn text(&self, now: DateTime<Utc>, nonce: &str) -> String {
        let domain = self.from.split_once('@').map_or("localhost", |(_, d)| d);
        let date = now.to_rfc2822();
        let mut text = format!(
            "Date: {date}\r\nFrom: <{}>\r\nTo: <{}>\r\nSubject: {}\r\n\
             Message-ID: <{nonce}@{domain}>\r\nAuto-Submitted: auto-generated\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n",
            self.from,
            self.to,
            words(&self.subject)
        );
        for line in self.body.as_bytes().chunks(LINE) {
            text.push_str(&BASE64.encode(line));
            text.push_str("\r\n");
        }
        text
    }
}

/// A header's text: as it is in ASCII, as encoded words otherwise (RFC 2047).
fn words(text: &str) -> String {
    if text.is_ascii() && text.len() < 900 {
        return text.to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if word.len() + c.len_utf8() > WORD {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    let encode = |word: &String| format!("=?utf-8?B?{}?=", BASE64.encode(word));
    words.iter().map(encode).collect::<Vec<_>>().join("\r\n ")
}

fn nonce() -> Result<String, Obstacle> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)
        .map_err(|error| Obstacle::undecided(format!("no random bytes: {error}")))?;
    Ok(hex::encode(random))
}
