//! Protocols that begin in clear text and go on in TLS.

use std::net::IpAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Dialogue, Reply};
use crate::kind::Obstacle;
use crate::redact::beginning;

/// The code of PostgreSQL's `SSLRequest` ("Message Formats").
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// A protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StartTls {
    Smtp,
    Imap,
    Postgres,
}

impl StartTls {
    /// By the word that a probe uses.
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "smtp" => Some(Self::Smtp),
            "imap" => Some(Self::Imap),
            "postgres" => Some(Self::Postgres),
            _ => None,
        }
    }

    /// Speaks the protocol until TLS can begin.
    pub async fn begin(self, stream: TcpStream, place: &str) -> Result<TcpStream, Obstacle> {
        match self {
            Self::Smtp => {
                let mut dialogue = Dialogue::new(stream, place);
                let greeting = dialogue.reply().await?;
                if !greeting.is_yes() {
                    return Err(refused(place, "a session", &greeting));
                }
                let name = ehlo(dialogue.stream());
                let welcome = dialogue.ask(&format!("EHLO {name}")).await?;
                if !offers(&welcome, "STARTTLS") {
                    return Err(none(place, &welcome.text()));
                }
                let answer = dialogue.ask("STARTTLS").await?;
                if answer.code != 220 {
                    return Err(refused(place, "TLS", &answer));
                }
                dialogue.into_stream()
            }
            Self::Imap => {
                let mut dialogue = Dialogue::new(stream, place);
                let greeting = dialogue.line().await?;
                if !greeting.starts_with("* OK") {
                    return Err(none(place, &greeting));
                }
                dialogue.say("a1 STARTTLS").await?;
                let lines = dialogue.lines_until(|line| line.starts_with("a1 ")).await?;
                let last = lines.last().map(String::as_str).unwrap_or_default();
                if !last.to_ascii_uppercase().starts_with("A1 OK") {
                    return Err(none(place, last));
                }
                dialogue.into_stream()
            }
            Self::Postgres => postgres(stream, place).await,
        }
    }
}

async fn postgres(mut stream: TcpStream, place: &str) -> Result<TcpStream, Obstacle> {
    let broken = |error: std::io::Error| {
        Obstacle::refused(format!("{place} broke the connection off: {error}")).in_transport()
    };
    stream.write_all(&SSL_REQUEST).await.map_err(broken)?;
    // Exactly one byte: what follows belongs to TLS.
    match stream.read_u8().await.map_err(broken)? {
        b'S' => Ok(stream),
        b'N' => Err(none(place, "the server says no")),
        _ => Err(
            Obstacle::refused(format!("{place} does not speak PostgreSQL's protocol"))
                .hint("check the port"),
        ),
    }
}

/// This side's name: the address of its own end, because a laptop has no name that a mail server
/// could look up (RFC 5321, sections 4.1.1.1 and 4.1.3).
pub(crate) fn ehlo(stream: &TcpStream) -> String {
    match stream.local_addr().map(|address| address.ip()) {
        Ok(IpAddr::V4(ip)) => format!("[{ip}]"),
        Ok(IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
        Err(_) => "[127.0.0.1]".to_owned(),
    }
}

/// Whether the answer to `EHLO` names an extension (RFC 5321, section 4.1.1.1).
fn offers(welcome: &Reply, extension: &str) -> bool {
    welcome.is_yes()
        && welcome.lines.iter().skip(1).any(|line| {
            let word = line.split_ascii_whitespace().next().unwrap_or_default();
            word.eq_ignore_ascii_case(extension)
        })
}

fn refused(place: &str, what: &str, reply: &Reply) -> Obstacle {
    Obstacle::refused(format!("{place} refuses {what}: {}", reply.text()))
}

fn none(place: &str, said: &str) -> Obstacle {
    let said = beginning(said, 120);
    Obstacle::refused(format!("{place} offers no TLS: {said}"))
        .hint("switch TLS on in the server's configuration")
}
