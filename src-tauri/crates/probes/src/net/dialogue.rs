//! A protocol of lines, as mail servers speak it, with every line and their number bounded.

use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};

use crate::kind::Obstacle;
use crate::redact::beginning;

/// The longest line that is read; a reply line has at most 512 octets (RFC 5321, section 4.5.3.1.5).
const LONGEST_LINE: u64 = 4096;
/// The most lines of one reply.
const MOST_LINES: usize = 100;

/// Both ways of a conversation.
pub(crate) struct Dialogue<S> {
    stream: BufReader<S>,
    place: String,
}

/// What a mail server says to one command (RFC 5321, section 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub code: u16,
    /// Its texts without the codes, one for each line.
    pub lines: Vec<String>,
}

impl Reply {
    /// Whether the server says yes (2yz).
    pub fn is_yes(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// As one line.
    pub fn text(&self) -> String {
        format!("{} {}", self.code, self.lines.join(" "))
            .trim_end()
            .to_owned()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Dialogue<S> {
    /// With the server at `place`, `host:port`.
    pub fn new(stream: S, place: &str) -> Self {
        Self {
            stream: BufReader::new(stream),
            place: place.to_owned(),
        }
    }

    /// The stream, to speak TLS over it. What the server said before that would be believed to be
    /// protected, so nothing may be left (RFC 3207, section 4.2).
    pub fn into_stream(self) -> Result<S, Obstacle> {
        if self.stream.buffer().is_empty() {
            Ok(self.stream.into_inner())
        } else {
            Err(Obstacle::refused(format!(
                "{} goes on in clear text after it agreed to TLS",
                self.place
            )))
        }
    }

    /// The stream under it.
    pub fn stream(&self) -> &S {
        self.stream.get_ref()
    }

    /// Sends a line.
    pub async fn say(&mut self, line: &str) -> Result<(), Obstacle> {
        self.send(format!("{line}\r\n").as_bytes()).await
    }

    /// Sends bytes as they are.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), Obstacle> {
        let sent = match self.stream.write_all(bytes).await {
            Ok(()) => self.stream.flush().await,
            Err(error) => Err(error),
        };
        sent.map_err(|error| self.broken(&error.to_string()))
    }

    /// Reads a line without its end.
    pub async fn line(&mut self) -> Result<String, Obstacle> {
        let mut line = Vec::new();
        let read = (&mut self.stream)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .await;
        match read {
            Err(error) => Err(self.broken(&error.to_string())),
            Ok(_) if line.ends_with(b"\n") => {
                Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
            }
            Ok(read) if u64::try_from(read).is_ok_and(|read| read >= LONGEST_LINE) => {
                Err(self.foreign("a line of it does not end"))
            }
            Ok(_) => Err(self.broken("the server closed it")),
        }
    }

    /// Reads the lines up to the first that `ends` accepts, that one included.
    pub async fn lines_until(
        &mut self,
        ends: impl Fn(&str) -> bool + Send,
    ) -> Result<Vec<String>, Obstacle> {
        let mut lines = Vec::new();
        while lines.len() < MOST_LINES {
            let line = self.line().await?;
            let last = ends(&line);
            lines.push(line);
            if last {
                return Ok(lines);
            }
        }
        Err(self.foreign("it answers with too many lines"))
    }

    /// Reads a mail server's reply.
    pub async fn reply(&mut self) -> Result<Reply, Obstacle> {
        // `250-` goes on, `250 ` and a bare `250` are the last line.
        let lines = self
            .lines_until(|line| line.as_bytes().get(3) != Some(&b'-'))
            .await?;
        let code = lines
            .iter()
            .map(|line| line.get(..3).and_then(|code| code.parse::<u16>().ok()))
            .reduce(|one, other| one.filter(|code| Some(*code) == other))
            .flatten()
            .filter(|code| (200..600).contains(code));
        let Some(code) = code else {
            let first = beginning(&lines.concat(), 80);
            return Err(self.foreign(&format!("it says {first:?}")));
        };
        let texts = lines
            .iter()
            .map(|line| line.get(4..).unwrap_or_default().to_owned());
        Ok(Reply {
            code,
            lines: texts.collect(),
        })
    }

    /// Sends a command and reads the reply.
    pub async fn ask(&mut self, command: &str) -> Result<Reply, Obstacle> {
        self.say(command).await?;
        self.reply().await
    }

    fn broken(&self, why: &str) -> Obstacle {
        Obstacle::refused(format!("{} broke the connection off: {why}", self.place)).in_transport()
    }

    fn foreign(&self, why: &str) -> Obstacle {
        Obstacle::refused(format!(
            "{} does not speak the protocol that was expected: {why}",
            self.place
        ))
        .hint("check the port, and whether it begins with TLS")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use countersign_core::probe::Verdict;

    async fn said(text: Vec<u8>) -> Result<Reply, Obstacle> {
        let (near, mut far) = tokio::io::duplex(1 << 20);
        far.write_all(&text).await.unwrap();
        drop(far);
        Dialogue::new(near, "mail:25").reply().await
    }

    #[tokio::test]
    async fn a_reply_has_one_code_and_several_lines() {
        let reply = said(b"250-mail.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n".to_vec()).await;
        let reply = reply.unwrap();
        assert_eq!(reply.code, 250);
        assert_eq!(reply.lines, ["mail.example", "SIZE 1000", "STARTTLS"]);
        assert!(reply.is_yes());
        assert_eq!(said(b"354\r\n".to_vec()).await.unwrap().text(), "354");
    }

    #[tokio::test]
    async fn what_is_no_reply_is_refused_in_bounded_memory() {
        for text in [
            b"HTTP/1.1 400 Bad Request\r\n".to_vec(),
            b"250-one\r\n550 other\r\n".to_vec(),
            b"999 none\r\n".to_vec(),
            b"220 no end".to_vec(),
            vec![b'2'; 1 << 19],
            b"250-again\r\n".repeat(10_000),
            "25é-\r\n".as_bytes().to_vec(),
            Vec::new(),
        ] {
            assert_eq!(said(text).await.unwrap_err().verdict, Verdict::Fail);
        }
    }

    #[tokio::test]
    async fn nothing_may_come_before_tls() {
        let (near, mut far) = tokio::io::duplex(1024);
        far.write_all(b"220 go\r\n250 injected\r\n").await.unwrap();
        let mut dialogue = Dialogue::new(near, "mail:25");
        assert!(dialogue.reply().await.unwrap().is_yes());
        assert!(dialogue.into_stream().is_err());
    }
}
