//! What is said on an open WebSocket.

use std::time::{Duration, Instant};

use bytes::Bytes;
use countersign_core::probe::Value as Measured;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::broken;
use crate::kind::{Obstacle, Saw};
use crate::net::Capped;
use crate::redact::beginning;

/// How long the server may take to close.
const CLOSING: Duration = Duration::from_secs(2);
/// There was no code (RFC 6455, section 7.4.1).
const NO_CODE: u16 = 1005;
/// There was no closing (RFC 6455, section 7.4.1).
const WENT_AWAY: u16 = 1006;

/// A question and what came of it.
pub(super) struct Talk<'a> {
    sent: Option<&'a str>,
    receive: usize,
    came: usize,
    last: Option<Message>,
    echoed: bool,
    round_trip: Option<Duration>,
    ponged: bool,
    /// The code with which the server closed before all was said.
    pub closed: Option<u16>,
    why: String,
}

impl<'a> Talk<'a> {
    /// Sends `sent`, or else a ping, and waits for so many messages.
    pub fn new(sent: Option<&'a str>, receive: usize) -> Self {
        Self {
            sent,
            receive,
            came: 0,
            last: None,
            echoed: false,
            round_trip: None,
            ponged: false,
            closed: None,
            why: String::new(),
        }
    }

    fn is_over(&self) -> bool {
        self.came >= self.receive && (self.sent.is_some() || self.ponged)
    }

    /// # Errors
    /// When the connection breaks off or what comes is no WebSocket.
    pub async fn hold(&mut self, socket: &mut WebSocketStream<Capped>) -> Result<(), Obstacle> {
        let question = match self.sent {
            Some(text) => Message::text(text),
            None => Message::Ping(Bytes::from_static(b"countersign")),
        };
        let asked = Instant::now();
        socket
            .send(question)
            .await
            .map_err(|error| broken(&error))?;
        while !self.is_over() {
            match socket.next().await {
                None | Some(Err(Error::ConnectionClosed | Error::AlreadyClosed)) => {
                    self.closed.get_or_insert(WENT_AWAY);
                    return Ok(());
                }
                Some(Err(error)) => return Err(broken(&error)),
                Some(Ok(Message::Close(frame))) => {
                    self.closed = Some(code(frame.as_ref()));
                    if let Some(frame) = frame {
                        self.why = frame.reason.to_string();
                    }
                    return Ok(());
                }
                Some(Ok(Message::Pong(_))) => {
                    self.ponged = true;
                    if self.sent.is_none() {
                        self.round_trip.get_or_insert(asked.elapsed());
                    }
                }
                Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
                    self.came += 1;
                    if let Some(sent) = self.sent {
                        self.round_trip.get_or_insert(asked.elapsed());
                        self.echoed |= message.to_text().is_ok_and(|text| text == sent);
                    }
                    self.last = Some(message);
                }
                // A ping is answered by the protocol itself.
                Some(Ok(Message::Ping(_) | Message::Frame(_))) => {}
            }
        }
        Ok(())
    }

    /// Sets what was measured.
    pub fn measure(&self, saw: &mut Saw) {
        let values = &mut saw.values;
        values.set("answered", Measured::Bool(self.is_over()));
        values.set(
            "messages",
            Measured::count(u64::try_from(self.came).unwrap_or(u64::MAX)),
        );
        match self.sent {
            Some(_) if self.came > 0 => values.set("echoed", Measured::Bool(self.echoed)),
            Some(_) => values.lacks("echoed", "no message came"),
            None => values.lacks("echoed", "there is no `send`"),
        }
        let text = self.last.as_ref().map(Message::to_text);
        match text {
            Some(Ok(text)) => {
                values.set("message", Measured::text(text));
                match serde_json::from_str(text) {
                    Ok(json) => values.json = Some(json),
                    Err(error) => {
                        values.lacks("json", format!("the message is not JSON: {error}"));
                    }
                }
            }
            Some(Err(_)) => values.lacks("message", "the last message is not text"),
            None => values.lacks("message", "no message came"),
        }
        match self.round_trip {
            Some(took) => saw.phase("round_trip", took),
            None => saw.values.lacks("round_trip", "nothing was answered"),
        }
    }

    /// The opening and what is asked.
    pub fn question(&self) -> Vec<Value> {
        let asked = match self.sent {
            Some(text) => step("sent", true, &shown(text)),
            None => step("ping", true, "sent"),
        };
        vec![step("opened", true, "101 Switching Protocols"), asked]
    }

    /// What was said, step by step.
    pub fn steps(&self) -> Vec<Value> {
        let mut steps = self.question();
        if self.ponged && self.sent.is_none() {
            steps.push(step("pong", true, &took(self.round_trip)));
        }
        let last = match &self.last {
            Some(Message::Text(text)) => shown(text),
            Some(other) => format!("{} bytes that are no text", other.len()),
            None => "no message came".to_owned(),
        };
        if self.receive > 0 {
            let word = match (self.came, self.receive) {
                (0..=1, 1) => "received".to_owned(),
                (came, all) => format!("received {came} of {all}"),
            };
            steps.push(step(&word, self.came >= self.receive, &last));
        }
        steps
    }

    /// In one line.
    pub fn summary(&self) -> String {
        let took = self.round_trip.map(|took| took.as_millis());
        match (self.closed, took) {
            (Some(code), _) if !self.is_over() => {
                let why = match self.why.as_str() {
                    "" => String::new(),
                    why => format!(": {}", beginning(why, 120)),
                };
                format!("the server closed with {code} before it answered{why}")
            }
            (_, Some(took)) => format!("answered in {took} ms"),
            (_, None) => format!("{} messages came", self.came),
        }
    }
}

/// A step of the exchange as it is noted.
pub(super) fn step(name: &str, ok: bool, text: &str) -> Value {
    json!({"step": name, "ok": ok, "text": text})
}

/// The longest message that is shown.
const LONGEST_SHOWN: usize = 500;

fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn took(round_trip: Option<Duration>) -> String {
    round_trip.map_or_else(String::new, |took| format!("after {} ms", took.as_millis()))
}

/// Closes, and says with which code the server did; `None` when it does not in time.
pub(super) async fn close(socket: &mut WebSocketStream<Capped>, left: Duration) -> Option<u16> {
    let frame = CloseFrame {
        code: CloseCode::Normal,
        reason: "".into(),
    };
    let closing = async {
        if socket.send(Message::Close(Some(frame))).await.is_err() {
            return WENT_AWAY;
        }
        loop {
            match socket.next().await {
                Some(Ok(Message::Close(frame))) => return code(frame.as_ref()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return WENT_AWAY,
            }
        }
    };
    timeout(CLOSING.min(left / 2), closing).await.ok()
}

fn code(frame: Option<&CloseFrame>) -> u16 {
    frame.map_or(NO_CODE, |frame| frame.code.into())
}
